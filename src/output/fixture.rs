//! Small made-up findings, for the tests of everything that shows findings.

use crate::analysis::*;
use crate::stats::interval::{Z_95, normal, wilson};

/// A share with its 95 % interval.
pub(crate) fn share(hits: u64, runs: u64) -> Proportion {
    let (low, high) = wilson(hits, runs, Z_95);
    Proportion { hits, runs, estimate: hits as f64 / runs as f64, low, high }
}

fn mean(estimate: f64, standard_error: f64, count: u64) -> Mean {
    let (low, high) = normal(estimate, standard_error, Z_95);
    Mean { count, estimate, standard_error, low, high }
}

fn passage(name: &str, hits: [u64; 3], median: Option<f64>, if_reached: &[(f64, f64)]) -> Passage {
    let time = |probability, time| TimeQuantile { probability, time };
    Passage {
        name: name.into(),
        about: format!("About {name}, and \"more\""),
        at_horizon: false,
        probability: share(hits[2], 1000),
        incidence: hits.map(|hits| share(hits, 1000)).into(),
        mean_time_if_reached: if_reached.first().map(|_| mean(21.25, 0.5, hits[2])),
        quantiles: vec![time(0.05, if_reached.first().map(|pair| pair.1)), time(0.5, median)],
        quantiles_if_reached: if_reached.to_vec(),
    }
}

fn summary(centre: f64) -> Summary {
    Summary {
        mean: mean(centre, 10.0, 1000),
        standard_deviation: 316.0,
        minimum: 0.0,
        maximum: 4.0 * centre,
        quantiles: vec![(0.05, 0.1 * centre), (0.5, 0.9 * centre), (0.95, 2.5 * centre)],
        exceedance: vec![(0.0, share(990, 1000)), (centre, share(400, 1000)), (4.0 * centre, share(0, 1000))],
    }
}

fn fan() -> Fan {
    Fan {
        probabilities: vec![0.05, 0.5, 0.95],
        rows: vec![vec![0.0, 0.0, 0.0], vec![0.1, 0.25, 1e-7], vec![]],
        means: vec![Some(mean(0.0, 0.0, 1000)), Some(mean(0.3, 0.01, 400)), None],
        counts: vec![1000, 400, 0],
    }
}

/// Findings of 1000 runs over 104 weeks with three outcomes, one never reached, and one of everything else.
pub(crate) fn findings() -> Findings {
    Findings {
        origin: Origin {
            scenario: "small-crisis".into(),
            title: "A small crisis".into(),
            summary: "Nothing much happens.".into(),
            digest: "00".into(),
            seed: 7,
            runs: 1000,
            runs_requested: 1000,
            version: "0.1.0".into(),
            settings: vec![],
        },
        axis: TimeAxis { unit: "week".into(), horizon: 104.0, points: vec![0.0, 52.0, 104.0] },
        outcomes: vec![
            passage("settlement", [0, 80, 123], None, &[(0.5, 20.5)]),
            passage("war", [0, 0, 0], None, &[]),
            Passage { at_horizon: true, ..passage("stalemate", [0, 0, 877], Some(104.0), &[(0.5, 104.0)]) },
        ],
        milestones: vec![passage("first talks", [0, 700, 1000], Some(12.5), &[(0.5, 12.5)])],
        machines: vec![Occupancy {
            machine: "north".into(),
            states: vec!["calm".into(), "alert".into()],
            rows: [1000, 600, 250].map(|calm| vec![share(calm, 1000), share(1000 - calm, 1000)]).into(),
            mean_time: vec![mean(60.0, 1.0, 1000), mean(44.0, 1.0, 1000)],
        }],
        consequences: vec![ConsequenceFindings {
            name: "displaced".into(),
            about: "People displaced".into(),
            unit: "people".into(),
            total: summary(12_000.0),
            path: fan(),
        }],
        variables: vec![VariableFindings {
            name: "pressure".into(),
            about: "Pressure".into(),
            unit: String::new(),
            time_average: summary(0.4),
            peak: summary(0.8),
            trough: summary(0.1),
            path: fan(),
        }],
        transitions_per_run: 3.5,
        confidence: 0.95,
        precision: None,
        words: None,
        quantile_relative_error: 1.0 / 128.0,
    }
}
