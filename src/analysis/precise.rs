//! Runs until the probabilities are known as well as was asked for.
//!
//! In: a [`Certainty`], and a way to run a range of runs. Out: a tally of as many as it takes, and in [`Reached`] how near each
//! probability is known and why the runs ended. The first block is a pilot; from then on each round goes to where the
//! precision would be reached if every estimate stayed as it is, in whole blocks and at most doubling what there is.
//! So the number of runs depends on the results alone, never on threads or time (but for a limit of time, which says
//! so). One may look as often as one likes: the intervals are those of [`sequence`](crate::stats::sequence), which hold at every
//! number of runs together, for all outcomes and milestones together. All other intervals of the findings are those
//! of a number of runs fixed beforehand; that a study stops by its precision does not bend them by more than vanishes
//! with the number of runs (F. J. Anscombe, "Large-sample theory of sequential estimation", 1952).

use super::estimate::CONFIDENCE;
use super::{Findings, Passage};
use crate::kernel::batch::{BLOCK, Collector, Monitor, RunFault};
use crate::stats::sequence::{Precision, Sequence};
use serde::Serialize;
use std::ops::Range;

/// How sure the findings are to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certainty {
    /// Of every interval; between 0 and 1.
    pub confidence: f64,
    /// How near the probability of each outcome and milestone is to be known; `None`: as the number of runs has it.
    pub precision: Option<Precision>,
}

impl Default for Certainty {
    fn default() -> Self {
        Certainty { confidence: CONFIDENCE, precision: None }
    }
}

impl Certainty {
    /// The intervals of so many probabilities.
    pub fn sequence(&self, precision: Precision, probabilities: usize) -> Sequence {
        Sequence::new(precision, self.confidence, probabilities)
    }
}

/// Why runs ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Every probability is known as well as was asked for.
    Precise,
    /// As many runs as there may be were done.
    Budget,
    /// The time was up: the only ending whose number of runs another machine need not repeat.
    Time,
    /// Somebody stopped it.
    Interrupted,
}

/// What a look between two rounds has seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    pub runs: u64,
    /// How many runs it will be, if all goes on as it went so far.
    pub expected: u64,
    /// As in [`Reached::reached`].
    pub reached: Option<f64>,
}

/// How well the probabilities are known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reached {
    pub asked: Precision,
    /// The longer arm of the interval of the probability that is known worst, in the unit of what was asked: a share of
    /// all runs, or a part of the estimate. `None`: relative to what was never seen.
    pub reached: Option<f64>,
    /// The outcome or milestone that is known worst.
    pub worst: String,
    /// How many probabilities the confidence is shared by.
    pub together: usize,
    pub ending: Ending,
    /// About how many runs it would take in all, if it did not come to it and that can be told.
    pub needed: Option<u64>,
}

/// What is thought of the runs so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// About how many runs it takes in all for what is not known well enough; `None` if all is.
    pub needed: Option<f64>,
    /// Index of what is known worst.
    pub worst: usize,
    /// As in [`Reached::reached`].
    pub reached: Option<f64>,
}

/// Runs from run 0 until `judge` is content, or `most` runs are done, or the monitor is stopped. Gives what has seen
/// them, how many they are, and why no more.
pub fn run_until<C: Collector>(
    most: u64,
    batch: impl Fn(Range<u64>) -> Result<(C, u64), RunFault>,
    judge: impl Fn(&C, u64) -> Judgement,
    monitor: &Monitor,
    mut tell: impl FnMut(&Look),
) -> Result<(C, u64, Ending), RunFault> {
    let mut end = BLOCK.min(most);
    let (mut collector, mut runs) = batch(0..end)?;
    loop {
        let judgement = judge(&collector, runs);
        let ending = match judgement.needed {
            None => Some(Ending::Precise),
            Some(_) if monitor.is_late() => Some(Ending::Time),
            Some(_) if runs < end => Some(Ending::Interrupted),
            Some(_) if runs >= most => Some(Ending::Budget),
            Some(_) => None,
        };
        let Some(needed) = judgement.needed.filter(|_| ending.is_none()) else {
            return Ok((collector, runs, ending.unwrap_or(Ending::Precise)));
        };
        let expected = if needed < most as f64 { needed as u64 } else { most };
        tell(&Look { runs, expected, reached: judgement.reached });
        end = next_end(runs, expected, most);
        let (more, finished) = batch(runs..end)?;
        collector.merge(more);
        runs += finished;
    }
}

/// How many runs there are after the next round, where `runs` are done of `expected` in all: in whole blocks, at most twice
/// as many, and `most` at the most.
pub fn next_end(runs: u64, expected: u64, most: u64) -> u64 {
    let blocks = expected.div_ceil(BLOCK).clamp(runs / BLOCK + 1, 2 * (runs / BLOCK).max(1));
    (blocks * BLOCK).min(most)
}

/// Runs what a study asks: `most` runs, or, with a precision, as many as it takes for every share that `hits` counts.
pub fn counted<C: Collector>(
    certainty: &Certainty,
    most: u64,
    batch: impl Fn(Range<u64>) -> Result<(C, u64), RunFault>,
    hits: impl Fn(&C) -> Vec<u64>,
    monitor: &Monitor,
    tell: impl FnMut(&Look),
) -> Result<(C, u64, Ending), RunFault> {
    let Some(precision) = certainty.precision else {
        let (collector, runs) = batch(0..most)?;
        return Ok((collector, runs, if runs < most { Ending::Interrupted } else { Ending::Budget }));
    };
    let judge = |collector: &C, runs: u64| {
        let hits = hits(collector);
        judge(&certainty.sequence(precision, hits.len()), hits.into_iter(), runs)
    };
    run_until(most, batch, judge, monitor, tell)
}

/// Judges the shares of runs that were hits of one thing or another.
pub fn judge(sequence: &Sequence, hits: impl Iterator<Item = u64>, runs: u64) -> Judgement {
    let mut judgement = Judgement { needed: None, worst: 0, reached: Some(0.0) };
    for (index, hits) in hits.enumerate() {
        if !sequence.is_met(hits, runs) {
            let needed = sequence.runs_for(hits as f64 / runs.max(1) as f64);
            judgement.needed = Some(judgement.needed.map_or(needed, |other| other.max(needed)));
        }
        // What cannot be told is worst of all.
        let reached = sequence.reached(hits, runs);
        if judgement.reached.is_some_and(|worst| reached.is_none_or(|reached| reached > worst)) {
            (judgement.worst, judgement.reached) = (index, reached);
        }
    }
    judgement
}

impl Reached {
    /// What came of a judgement on `runs` runs; `worst` is the name of what it says is known worst.
    pub fn new(
        asked: Precision,
        judgement: &Judgement,
        together: usize,
        worst: String,
        ending: Ending,
        runs: u64,
    ) -> Self {
        let needed = judgement.needed.filter(|needed| needed.is_finite());
        let needed = needed.map(|needed| two_figures((needed as u64).max(runs + 1)));
        Reached { asked, reached: judgement.reached, worst, together, ending, needed }
    }
}

/// The next number with no more than two figures.
fn two_figures(count: u64) -> u64 {
    let step = 10_u64.pow(count.max(10).ilog10() - 1);
    count.div_ceil(step).saturating_mul(step)
}

/// Puts the intervals that hold together into the findings of a study that was to reach a precision, and tells how far
/// it came; leaves others as they are.
pub fn conclude(mut findings: Findings, certainty: &Certainty, ending: Ending) -> Findings {
    let Some(precision) = certainty.precision else { return findings };
    let runs = findings.origin.runs;
    let together = findings.outcomes.len() + findings.milestones.len();
    let sequence = certainty.sequence(precision, together);
    let mut passages: Vec<&mut Passage> = findings.outcomes.iter_mut().chain(&mut findings.milestones).collect();
    let hits = |passage: &Passage| passage.probability.counts.map_or(0, |counts| counts.hits);
    for passage in &mut passages {
        let (low, high) = sequence.interval(hits(passage), runs);
        (passage.probability.low, passage.probability.high) = (low, high);
    }
    let judgement = judge(&sequence, passages.iter().map(|passage| hits(passage)), runs);
    let worst = passages.get(judgement.worst).map(|passage| passage.name.clone()).unwrap_or_default();
    findings.precision = Some(Reached::new(precision, &judgement, together, worst, ending, runs));
    findings
}

#[cfg(test)]
mod tests {
    use super::two_figures;

    #[test]
    fn counts_are_told_roughly_and_never_too_small() {
        let told = [1, 9, 10, 99, 100, 101, 884_736, u64::MAX].map(two_figures);
        assert_eq!(told, [1, 9, 10, 99, 100, 110, 890_000, u64::MAX]);
    }
}
