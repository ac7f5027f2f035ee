//! What must hold of the findings of any scenario: nothing is lost and nothing made.
//!
//! In: findings by simulation and their model. Out: each law with what breaks it, if anything does. The laws are about
//! counts, so they hold to the last run; sums of times and means hold to rounding. A broken one is a mistake of the
//! program, not of the scenario.

use super::{Findings, Passage, Proportion};
use crate::model::Model;

/// Sums of times and of means are this near each other, relatively.
const ROUNDING: f64 = 1e-9;

/// One law and whether it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    /// A sentence without its full stop.
    pub says: &'static str,
    /// The first thing that breaks it.
    pub broken: Option<String>,
}

/// Holds every law against findings by simulation of this model.
pub fn conservation(model: &Model, findings: &Findings) -> Vec<Law> {
    vec![
        Law { says: "every run ends once", broken: ends_once(findings) },
        Law { says: "what was reached stays reached", broken: stays_reached(findings) },
        Law { says: "every machine is in one state at a time", broken: one_state(findings) },
        Law { says: "no time is lost", broken: no_time_lost(findings) },
        Law { says: "variables keep to their bounds", broken: in_bounds(model, findings) },
        Law { says: "totals at the horizon are those that the runs end with", broken: totals(findings) },
    ]
}

/// Hits of a share that was counted; 0 of one that was not.
fn hits(share: &Proportion) -> u64 {
    share.counts.map_or(0, |counts| counts.hits)
}

fn ends_once(findings: &Findings) -> Option<String> {
    let runs = findings.origin.runs;
    let ended: u64 = findings.outcomes.iter().map(|outcome| hits(&outcome.probability)).sum();
    (ended != runs).then(|| format!("{ended} ends of {runs} runs"))
}

fn stays_reached(findings: &Findings) -> Option<String> {
    let broken = |passage: &Passage| {
        let counts: Vec<u64> = passage.incidence.iter().map(hits).collect();
        let falls = counts.windows(2).any(|pair| pair[0] > pair[1]);
        let last = counts.last().copied().unwrap_or_default();
        // The axis ends at the horizon.
        (falls || last != hits(&passage.probability)).then(|| {
            format!("`{}`: reached by {counts:?} runs, by {} at the end", passage.name, hits(&passage.probability))
        })
    };
    findings.outcomes.iter().chain(&findings.milestones).find_map(broken)
}

fn one_state(findings: &Findings) -> Option<String> {
    let runs = findings.origin.runs;
    findings.machines.iter().find_map(|machine| {
        machine.rows.iter().zip(&findings.axis.points).find_map(|(row, time)| {
            let there: u64 = row.iter().map(hits).sum();
            (there != runs).then(|| format!("`{}` at {time}: {there} of {runs} runs are in a state", machine.machine))
        })
    })
}

fn no_time_lost(findings: &Findings) -> Option<String> {
    let spent = |machine: &super::Occupancy| machine.mean_time.iter().map(|mean| mean.estimate).sum::<f64>();
    let first = findings.machines.first().map(spent)?;
    findings.machines.iter().find_map(|machine| {
        let time = spent(machine);
        let lost = (time - first).abs() > ROUNDING * first.max(1.0) || time > findings.axis.horizon * (1.0 + ROUNDING);
        lost.then(|| format!("`{}`: {time} spent in its states, {first} in those of the first", machine.machine))
    })
}

fn in_bounds(model: &Model, findings: &Findings) -> Option<String> {
    findings.variables.iter().find_map(|found| {
        let variable = model.variables.iter().find(|one| one.name == found.name)?;
        let [low, high] = variable.bounds;
        let least = found.trough.as_ref().and_then(|summary| summary.minimum).unwrap_or(low);
        let most = found.peak.as_ref().and_then(|summary| summary.maximum).unwrap_or(high);
        (least < low || most > high).then(|| format!("`{}`: from {least} to {most}", found.name))
    })
}

fn totals(findings: &Findings) -> Option<String> {
    findings.consequences.iter().find_map(|found| {
        let at_horizon = found.path.means.last().copied().flatten()?.estimate;
        let total = found.total.mean.estimate;
        let apart = (at_horizon - total).abs() > ROUNDING * total.abs().max(1.0);
        apart.then(|| format!("`{}`: {at_horizon} at the horizon, {total} in all", found.name))
    })
}
