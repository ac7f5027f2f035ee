//! What splitting is to be tried for: what plain runs cannot resolve.
//!
//! In: the findings of plain runs. Out: outcomes and milestones that they hardly ever came to, and why that is not enough.

use super::{Choice, Target};
use crate::analysis::{Findings, Passage};
use crate::model::Model;
use crate::stats::special::normal_quantile;

/// Something that plain runs do not resolve.
#[derive(Clone, Debug, PartialEq)]
pub struct Unresolved {
    pub choice: Choice,
    /// Plain runs that came to it.
    pub hits: u64,
    /// About how many plain runs it takes to know it as well as is wanted; at least, if none came to it.
    pub needed: f64,
}

/// Outcomes and milestones that the runs do not tell to within `precision` of themselves, the rarest first. What is left at
/// the horizon is nothing that runs come nearer to, so outcomes of that kind are not among them.
pub fn unresolved(model: &Model, findings: &Findings, precision: f64) -> Vec<Unresolved> {
    let z = normal_quantile(0.5 + findings.confidence / 2.0);
    let one = |target: Target, passage: &Passage| {
        let counts = passage.probability.counts?;
        let (hits, runs) = (counts.hits, counts.runs as f64);
        // With no hits the probability is not likely to be more than three in the number of runs.
        let p = if hits == 0 { 3.0 / runs.max(3.0) } else { hits as f64 / runs };
        let needed = (z / precision) * (z / precision) * (1.0 - p) / p;
        (needed > runs).then(|| Unresolved { choice: Choice::of(model, target), hits, needed })
    };
    let before_the_horizon = findings.outcomes.iter().enumerate().filter(|(_, passage)| !passage.at_horizon);
    let outcomes = before_the_horizon.filter_map(|(i, p)| one(Target::Outcome(i), p));
    let milestones = findings.milestones.iter().enumerate().filter_map(|(i, p)| one(Target::Milestone(i), p));
    let mut all: Vec<Unresolved> = outcomes.chain(milestones).collect();
    all.sort_by_key(|one| one.hits);
    all
}
