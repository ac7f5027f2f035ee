//! How high on an escalation ladder, and for how long: the share of runs on each rung over time.
//!
//! In: findings and the model that they are of. Out: a [`Ladder`] for each machine whose states carry a constant value named
//! [`RUNG`]. Runs on one rung in several states are added up; as they are counts of the same runs, no error is added.

use super::estimate::quantile_of;
use super::{Counts, Findings, Proportion};
use crate::model::Model;
use crate::stats::interval::wilson;

/// The value of a state that says on which rung it stands.
pub const RUNG: &str = "rung";

/// The rungs of one machine over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    pub machine: String,
    /// Ascending, each once.
    pub rungs: Vec<f64>,
    /// The states on each rung, by name.
    pub states: Vec<Vec<String>>,
    /// One row a point of the axis, one share a rung; each row sums to 1.
    pub rows: Vec<Vec<Proportion>>,
}

/// The ladders of a model's machines; none for runs that follow on from scenario to scenario, whose rungs are of many models.
pub fn ladders(findings: &Findings, model: &Model) -> Vec<Ladder> {
    if findings.journey.is_some() {
        return Vec::new();
    }
    findings.machines.iter().filter_map(|found| ladder(findings, model, &found.machine)).collect()
}

fn ladder(findings: &Findings, model: &Model, name: &str) -> Option<Ladder> {
    let machine = model.machines.iter().find(|machine| machine.name == name)?;
    let found = findings.machines.iter().find(|found| found.machine == name)?;
    let value = machine.value_names.iter().position(|value| value == RUNG)?;
    let states = &model.states[machine.states.clone()];
    let rung_of = states.iter().map(|state| state.values[value].constant()).collect::<Option<Vec<f64>>>()?;
    if found.states.len() != rung_of.len() {
        return None;
    }
    let mut rungs = rung_of.clone();
    rungs.sort_by(f64::total_cmp);
    rungs.dedup();
    let on = |rung: f64| (0..rung_of.len()).filter(move |state| rung_of[*state] == rung);
    let on: Vec<Vec<usize>> = rungs.iter().map(|rung| on.clone()(*rung).collect()).collect();
    let z = quantile_of(findings.confidence);
    let row = |shares: &Vec<Proportion>| on.iter().map(|states| together(shares, states, z)).collect();
    let names = |states: &Vec<usize>| states.iter().map(|state| found.states[*state].clone()).collect();
    Some(Ladder {
        machine: name.to_owned(),
        states: on.iter().map(names).collect(),
        rows: found.rows.iter().map(row).collect(),
        rungs,
    })
}

/// Shares of the same runs that exclude one another, as one, with its Wilson interval at the standard normal quantile `z`.
fn together(shares: &[Proportion], which: &[usize], z: f64) -> Proportion {
    let chosen = || which.iter().filter_map(|state| shares.get(*state));
    let runs = chosen().find_map(|share| share.counts).map(|counts| counts.runs);
    match runs {
        None => Proportion::exact(chosen().map(|share| share.estimate).sum()),
        Some(runs) => {
            let hits: u64 = chosen().filter_map(|share| share.counts).map(|counts| counts.hits).sum();
            let (low, high) = wilson(hits, runs, z);
            let estimate = if runs == 0 { 0.0 } else { hits as f64 / runs as f64 };
            Proportion { counts: Some(Counts { hits, runs }), estimate, low, high }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::interval::Z_95;

    #[test]
    fn counts_on_one_rung_add_up() {
        let share = |hits: u64| {
            let (low, high) = wilson(hits, 100, Z_95);
            Proportion { counts: Some(Counts { hits, runs: 100 }), estimate: hits as f64 / 100.0, low, high }
        };
        let shares = [share(20), share(50), share(30)];
        assert_eq!(together(&shares, &[0, 2], Z_95), share(50));
        let exact = [0.2, 0.5, 0.3].map(Proportion::exact);
        assert!((together(&exact, &[0, 2], Z_95).estimate - 0.5).abs() < 1e-12);
        assert_eq!(together(&exact, &[], Z_95).estimate, 0.0);
    }
}
