//! What a point says: shares and means, with their intervals.
//!
//! In: a model and an [`Answer`]. Out: one [`Estimate`] for each [`Quantity`], in the order of the file: outcomes,
//! milestones, consequences.

use super::tally::Answer;
use crate::model::Model;
use crate::stats::interval;
use std::fmt;

/// What an estimate is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The probability of ending in it.
    Outcome,
    /// The probability of passing it.
    Milestone,
    /// The mean of its total.
    Consequence,
}

impl Kind {
    /// In tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Outcome => "outcome",
            Kind::Milestone => "milestone",
            Kind::Consequence => "consequence",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that every point has an estimate of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    pub kind: Kind,
    pub name: String,
    /// `probability`, or that of the consequence.
    pub unit: String,
}

/// A number with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    /// Of a fixed number of runs, Wilson's interval of a probability, and the normal one of a mean, without width for a single
    /// run; else as [`effort`](super::effort) has it.
    pub low: f64,
    pub high: f64,
    pub standard_error: f64,
    /// Runs that ended there or passed it; of counted probabilities alone.
    pub hits: Option<u64>,
    /// 0 of an exact answer.
    pub runs: u64,
}

/// The quantities of a model.
pub fn quantities(model: &Model) -> Vec<Quantity> {
    let probability = |kind, name: &str| Quantity { kind, name: name.to_owned(), unit: "probability".to_owned() };
    let outcomes = model.outcomes.iter().map(|outcome| probability(Kind::Outcome, &outcome.name));
    let milestones = model.milestones.iter().map(|milestone| probability(Kind::Milestone, &milestone.name));
    let consequences = model.consequences.iter().map(|consequence| Quantity {
        kind: Kind::Consequence,
        name: consequence.name.clone(),
        unit: consequence.provenance.unit.clone(),
    });
    outcomes.chain(milestones).chain(consequences).collect()
}

/// The estimates of a point, in the order of its model's [`quantities`], with intervals for a number of runs that was fixed;
/// `z` is the standard normal quantile of their confidence. An exact answer is of the outcomes alone.
pub fn estimates(answer: &Answer, z: f64) -> Vec<Estimate> {
    let tally = match answer {
        Answer::Counted(tally) => tally,
        Answer::Solved(outcomes) => return outcomes.iter().map(|&p| known(p)).collect(),
    };
    let wilson = |&hits: &u64| share(hits, tally.runs, interval::wilson(hits, tally.runs, z));
    let shares = tally.outcomes.iter().chain(&tally.milestones).map(wilson);
    let means = tally.consequences.iter().map(|moments| {
        let (value, standard_error) = (moments.mean().unwrap_or(0.0), moments.standard_error().unwrap_or(0.0));
        let (low, high) = interval::normal(value, standard_error, z);
        Estimate { value, low, high, standard_error, hits: None, runs: tally.runs }
    });
    shares.chain(means).collect()
}

/// A probability that is known; what rounding put beyond 0 or 1 is taken off.
fn known(p: f64) -> Estimate {
    let value = p.clamp(0.0, 1.0);
    Estimate { value, low: value, high: value, standard_error: 0.0, hits: None, runs: 0 }
}

/// A share of runs with its interval.
pub(super) fn share(hits: u64, runs: u64, (low, high): (f64, f64)) -> Estimate {
    let value = hits as f64 / runs.max(1) as f64;
    let standard_error = (value * (1.0 - value) / runs.max(1) as f64).sqrt();
    Estimate { value, low, high, standard_error, hits: Some(hits), runs }
}
