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
use super::tally::Tally;
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

/// Runs from run 0 until `sequence` is content with every outcome and milestone, or `most` runs are done, or the
/// monitor is stopped. Gives the tally, how many runs it has seen, and why no more.
pub fn run_until(
    sequence: &Sequence,
    most: u64,
    batch: impl Fn(Range<u64>) -> Result<(Tally, u64), RunFault>,
    monitor: &Monitor,
    mut tell: impl FnMut(&Look),
) -> Result<(Tally, u64, Ending), RunFault> {
    let mut end = BLOCK.min(most);
    let (mut tally, mut runs) = batch(0..end)?;
    loop {
        let needed = needed(sequence, tally.hits(), runs);
        let ending = match needed {
            None => Some(Ending::Precise),
            Some(_) if monitor.is_late() => Some(Ending::Time),
            Some(_) if runs < end => Some(Ending::Interrupted),
            Some(_) if runs >= most => Some(Ending::Budget),
            Some(_) => None,
        };
        if let Some(ending) = ending {
            return Ok((tally, runs, ending));
        }
        let needed = needed.unwrap_or(f64::INFINITY);
        let expected = if needed < most as f64 { needed as u64 } else { most };
        tell(&Look { runs, expected, reached: worst(sequence, tally.hits(), runs).1 });
        let blocks = expected.div_ceil(BLOCK).clamp(runs / BLOCK + 1, 2 * (runs / BLOCK));
        end = (blocks * BLOCK).min(most);
        let (more, finished) = batch(runs..end)?;
        tally.merge(more);
        runs += finished;
    }
}

/// About how many runs it takes in all for those that are not known well enough; `None` if all are.
fn needed(sequence: &Sequence, hits: impl Iterator<Item = u64>, runs: u64) -> Option<f64> {
    hits.filter(|&hits| !sequence.is_met(hits, runs))
        .map(|hits| sequence.runs_for(hits as f64 / runs.max(1) as f64))
        .reduce(f64::max)
}

/// Which is known worst, and how well. What cannot be told is worst of all.
fn worst(sequence: &Sequence, hits: impl Iterator<Item = u64>, runs: u64) -> (usize, Option<f64>) {
    let mut worst = (0, Some(0.0));
    for (index, hits) in hits.enumerate() {
        let reached = sequence.reached(hits, runs);
        match (reached, worst.1) {
            (None, Some(_)) => worst = (index, None),
            (Some(new), Some(old)) if new > old => worst = (index, reached),
            _ => {}
        }
    }
    worst
}

/// Puts the intervals that hold together into the findings of a study that was to reach a precision, and tells how far
/// it came.
pub fn conclude(findings: &mut Findings, precision: Precision, ending: Ending) {
    let runs = findings.origin.runs;
    let together = findings.outcomes.len() + findings.milestones.len();
    let sequence = Sequence::new(precision, findings.confidence, together);
    let mut passages: Vec<&mut Passage> = findings.outcomes.iter_mut().chain(&mut findings.milestones).collect();
    for passage in &mut passages {
        let share = &mut passage.probability;
        (share.low, share.high) = sequence.interval(share.hits, share.runs);
    }
    let hits = || passages.iter().map(|passage| passage.probability.hits);
    let (worst, reached) = worst(&sequence, hits(), runs);
    let needed = needed(&sequence, hits(), runs).filter(|needed| needed.is_finite());
    let worst = passages.get(worst).map(|passage| passage.name.clone()).unwrap_or_default();
    let needed = needed.map(|needed| (needed as u64).max(runs + 1));
    findings.precision = Some(Reached { asked: precision, reached, worst, together, ending, needed });
}
