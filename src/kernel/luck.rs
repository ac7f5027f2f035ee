//! What a run leaves to chance while it settles: branches and answers, drawn at addresses.
//!
//! In: which transition asks, and how often it has. Out: the branch, or whether it answers. Nothing is consumed: each draw
//! is a function of the run, the transition's name and the count.

use crate::model::id::TransitionId;
use crate::program::behaviour::Chance;
use crate::random::{NameAddress, RunAddress, Stream};

/// Where a transition draws from.
#[derive(Clone, Copy, Debug)]
pub(super) struct TransitionAddresses {
    pub(super) threshold: NameAddress,
    pub(super) rest: NameAddress,
    branch: NameAddress,
    answer: NameAddress,
}

impl TransitionAddresses {
    pub(super) fn of(transition: &str) -> Self {
        let address = |what: &str| NameAddress::new(&format!("{transition} / {what}"));
        TransitionAddresses {
            threshold: address("threshold"),
            rest: address("rest"),
            branch: address("branch"),
            answer: address("answer"),
        }
    }
}

/// The draws of a run that are not thresholds, with how often each was made.
#[derive(Clone, Debug, Default)]
pub(super) struct Luck {
    pub(super) branches: Vec<u64>,
    pub(super) answers: Vec<u64>,
}

/// Decides branches and answers by addressed draws.
pub(super) struct Draws<'a> {
    luck: &'a mut Luck,
    addresses: &'a [TransitionAddresses],
    run: RunAddress,
}

impl Luck {
    /// Nothing of so many transitions has been drawn.
    pub(super) fn reset(&mut self, transitions: usize) {
        for counts in [&mut self.branches, &mut self.answers] {
            counts.clear();
            counts.resize(transitions, 0);
        }
    }
}

impl<'a> Draws<'a> {
    pub(super) fn new(luck: &'a mut Luck, addresses: &'a [TransitionAddresses], run: RunAddress) -> Self {
        Draws { luck, addresses, run }
    }
}

impl Chance for Draws<'_> {
    fn branch(&mut self, transition: TransitionId, weights: &[f64]) -> usize {
        let count = &mut self.luck.branches[transition.index()];
        let u = Stream::at(self.run, self.addresses[transition.index()].branch, *count).unit();
        *count += 1;
        let mut left = u * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.iter().rposition(|weight| *weight > 0.0).expect("one weight is positive")
    }

    fn answers(&mut self, transition: TransitionId, p: f64) -> bool {
        let count = &mut self.luck.answers[transition.index()];
        let u = Stream::at(self.run, self.addresses[transition.index()].answer, *count).unit();
        *count += 1;
        u < p
    }
}
