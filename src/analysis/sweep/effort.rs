//! How many runs each point gets, and what may be said of it then.
//!
//! In: what is asked ([`Effort`]), and the [`Answer`] of a point so far. Out: the [`Step`] that comes next: up to which run to
//! go on, or that it is done; estimates with their intervals; and on which [`Side`] of a threshold it lies. All of it depends on the
//! answer alone, so that a sweep that is interrupted takes the same steps when it goes on.
//!
//! With a precision or a threshold the first block of runs is a pilot, and rounds follow as in
//! [`precise`](crate::analysis::precise). One may stop at any of them: the intervals are those of
//! [`sequence`](crate::stats::sequence), which hold at every number of runs.

use super::estimates::{Estimate, Kind, estimates, quantities};
use super::space::Space;
use super::tally::{Answer, PointTally};
use crate::analysis::estimate::quantile_of;
use crate::analysis::precise::{judge, next_end};
use crate::kernel::batch::BLOCK;
use crate::model::plan::Threshold;
use crate::stats::sequence::mean::half_width;
use crate::stats::sequence::{Precision, Sequence};

/// Of a mean near a threshold the interval is narrowest, for its number of runs, at so many.
const TUNED: u64 = 8 * BLOCK;
/// A mean is known well enough, if it is not told from the threshold, when its interval's arms are this part of the
/// threshold.
const NEAR: f64 = 0.01;

/// When the runs of a point end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// There are none: points are solved.
    Solved,
    /// At this number, of all points.
    Fixed(u64),
    /// When probabilities are known so well, or at the most so many.
    Until { precision: Precision, most: u64 },
}

/// What is asked of each point.
#[derive(Clone, Debug, PartialEq)]
pub struct Effort {
    pub stop: Stop,
    /// Of every interval; between 0 and 1.
    pub confidence: f64,
    pub threshold: Option<Threshold>,
    /// Of each scenario.
    judged: Vec<Judged>,
}

/// What is judged of a scenario's points.
#[derive(Clone, Debug, PartialEq)]
struct Judged {
    /// Outcomes and milestones.
    probabilities: usize,
    /// Those that a precision is for.
    precise: Vec<usize>,
    /// The place of the threshold's quantity, and what it is.
    threshold: Option<(usize, Kind)>,
}

/// What comes next for a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Runs up to this number.
    To(u64),
    Done(Ending),
}

/// Why a point is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It has all that was asked for.
    Whole,
    /// There may be no more runs, and the precision is not reached.
    Budget,
}

/// Where a point lies by its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Above,
    Below,
    /// The interval has the threshold in it.
    Undecided,
}

impl Side {
    /// In tables.
    pub fn name(self) -> &'static str {
        match self {
            Side::Above => "above",
            Side::Below => "below",
            Side::Undecided => "undecided",
        }
    }

    fn of(estimate: &Estimate, value: f64) -> Side {
        if estimate.low > value {
            Side::Above
        } else if estimate.high < value {
            Side::Below
        } else {
            Side::Undecided
        }
    }
}

impl Effort {
    /// `show` names what a precision is for: all outcomes and milestones if it names none.
    pub fn new(space: &Space, stop: Stop, confidence: f64, threshold: Option<Threshold>, show: &[String]) -> Effort {
        let judged = space.scenarios.iter().map(|scenario| {
            let all = quantities(&scenario.model);
            let probabilities = all.iter().filter(|one| one.kind != Kind::Consequence).count();
            let shown = all.iter().take(probabilities).enumerate().filter(|(_, one)| show.contains(&one.name));
            let shown: Vec<usize> = shown.map(|(place, _)| place).collect();
            let precise = if shown.is_empty() { (0..probabilities).collect() } else { shown };
            let named = |threshold: &Threshold| {
                let place = all.iter().position(|one| one.name == threshold.name)?;
                Some((place, all[place].kind))
            };
            Judged { probabilities, precise, threshold: threshold.as_ref().and_then(named) }
        });
        let judged = judged.collect();
        Effort { stop, confidence, threshold, judged }
    }

    /// The runs of every point, where all have as many; an exact answer counts as one.
    pub fn fixed(&self) -> Option<u64> {
        match self.stop {
            Stop::Solved => Some(1),
            Stop::Fixed(runs) => Some(runs),
            Stop::Until { .. } => None,
        }
    }

    /// Up to which run a point goes first.
    pub fn first(&self) -> u64 {
        match self.stop {
            Stop::Solved => 1,
            Stop::Fixed(runs) => runs,
            Stop::Until { most, .. } => BLOCK.min(most),
        }
    }

    /// What comes after the runs of this answer, which are those up to the last step.
    pub fn step(&self, scenario: usize, answer: &Answer) -> Step {
        let (Stop::Until { precision, most }, Answer::Counted(tally)) = (self.stop, answer) else {
            return Step::Done(Ending::Whole);
        };
        let judged = &self.judged[scenario];
        let needed = match (&self.threshold, judged.threshold) {
            (Some(threshold), Some((place, kind))) => {
                let estimate = self.one(tally, place, kind, precision);
                if Side::of(&estimate, threshold.value) != Side::Undecided {
                    return Step::Done(Ending::Whole);
                }
                match kind {
                    Kind::Consequence => mean_needs(&estimate, threshold.value, precision),
                    _ => self.probabilities_need(tally, &[place], precision, judged),
                }
            }
            _ => self.probabilities_need(tally, &judged.precise, precision, judged),
        };
        match needed {
            None => Step::Done(Ending::Whole),
            Some(_) if tally.runs >= most => Step::Done(Ending::Budget),
            Some(needed) => {
                let expected = if needed < most as f64 { needed as u64 } else { most };
                Step::To(next_end(tally.runs, expected, most))
            }
        }
    }

    /// About how many runs it takes; `None` if these probabilities are known well enough.
    fn probabilities_need(
        &self,
        tally: &PointTally,
        places: &[usize],
        precision: Precision,
        judged: &Judged,
    ) -> Option<f64> {
        let hits = places.iter().map(|&place| hits(tally, place));
        judge(&self.sequence(precision, judged), hits, tally.runs).needed
    }

    /// All probabilities of a point hold together; where there is a threshold, each holds by itself, as only one is judged.
    fn sequence(&self, precision: Precision, judged: &Judged) -> Sequence {
        let together = if self.threshold.is_some() { 1 } else { judged.probabilities };
        Sequence::new(precision, self.confidence, together)
    }

    /// One estimate, with an interval that holds at any number of runs.
    fn one(&self, tally: &PointTally, place: usize, kind: Kind, precision: Precision) -> Estimate {
        if kind != Kind::Consequence {
            let sequence = Sequence::new(precision, self.confidence, 1);
            let (hits, runs) = (hits(tally, place), tally.runs);
            let (low, high) = sequence.interval(hits, runs);
            return super::estimates::share(hits, runs, (low, high));
        }
        let moments = &tally.consequences[place - tally.outcomes.len() - tally.milestones.len()];
        let value = moments.mean().unwrap_or(0.0);
        let deviation = moments.standard_deviation().unwrap_or(0.0);
        // What has not varied yet may do so later.
        let arm = match deviation > 0.0 || tally.runs >= TUNED {
            true => half_width(deviation, tally.runs, self.confidence, TUNED),
            false => f64::INFINITY,
        };
        let standard_error = moments.standard_error().unwrap_or(0.0);
        Estimate { value, low: value - arm, high: value + arm, standard_error, hits: None, runs: tally.runs }
    }

    /// The estimates of a point, in the order of its scenario's quantities.
    pub fn estimates(&self, scenario: usize, answer: &Answer) -> Vec<Estimate> {
        let mut all = estimates(answer, quantile_of(self.confidence));
        if let (Stop::Until { precision, .. }, Answer::Counted(tally)) = (self.stop, answer) {
            let judged = &self.judged[scenario];
            let sequence = self.sequence(precision, judged);
            for estimate in all.iter_mut().take(judged.probabilities) {
                let interval = sequence.interval(estimate.hits.unwrap_or(0), estimate.runs);
                (estimate.low, estimate.high) = interval;
            }
            if let Some((place, kind @ Kind::Consequence)) = judged.threshold {
                all[place] = self.one(tally, place, kind, precision);
            }
        }
        all
    }

    /// The place of the threshold's quantity among those of a scenario.
    pub fn threshold_place(&self, scenario: usize) -> Option<usize> {
        self.judged[scenario].threshold.map(|(place, _)| place)
    }

    /// On which side of the threshold a point with these estimates lies; `None` if its scenario has none.
    pub fn side(&self, scenario: usize, estimates: &[Estimate]) -> Option<Side> {
        let (threshold, place) = (self.threshold.as_ref()?, self.threshold_place(scenario)?);
        estimates.get(place).map(|estimate| Side::of(estimate, threshold.value))
    }

    /// Whether the intervals hold at any number of runs, and not at one that was fixed.
    pub fn is_sequential(&self) -> bool {
        matches!(self.stop, Stop::Until { .. })
    }
}

/// The hits of an outcome or milestone by its place among both.
fn hits(tally: &PointTally, place: usize) -> u64 {
    match tally.outcomes.get(place) {
        Some(&hits) => hits,
        None => tally.milestones[place - tally.outcomes.len()],
    }
}

/// About how many runs it takes until a mean is as near as is worth while; `None` if it is.
fn mean_needs(estimate: &Estimate, threshold: f64, precision: Precision) -> Option<f64> {
    let part = match precision {
        Precision::Relative(part) => part,
        Precision::Absolute(_) => NEAR,
    };
    let (arm, asked) = (estimate.high - estimate.value, part * threshold.abs());
    (arm > asked).then(|| estimate.runs as f64 * (arm / asked) * (arm / asked))
}
