//! Small made-up findings, for the tests of everything that shows findings.

use crate::analysis::*;
use crate::stats::interval::{Z_95, normal, wilson};

/// A share with its 95 % interval.
pub(crate) fn share(hits: u64, runs: u64) -> Proportion {
    let (low, high) = wilson(hits, runs, Z_95);
    Proportion { counts: Some(Counts { hits, runs }), estimate: hits as f64 / runs as f64, low, high }
}

/// The findings with runs that follow on: begun in `calm-waters`, handed on to `rough-seas`.
pub(crate) fn journey() -> Findings {
    let mut findings = findings();
    let visits = |scenario: &str, runs, entries, time, ends: [Option<u64>; 3]| Visits {
        scenario: scenario.into(),
        title: scenario.replace('-', " "),
        entered: share(runs, 1000),
        entries: mean(entries, 0.01, 1000),
        time: mean(time, 1.0, 1000),
        ended: share(ends.iter().flatten().sum(), 1000),
        ends: ends.map(|hits| hits.map(|hits| share(hits, 1000))).into(),
    };
    let (from, to) = ("calm-waters", "rough-seas");
    findings.journey = Some(JourneyFindings {
        scenarios: vec![
            visits(from, 1000, 1.25, 80.0, [None, Some(0), Some(750)]),
            visits(to, 300, 0.5, 24.0, [Some(123), Some(0), Some(127)]),
        ],
        hand_offs: vec![HandOffs {
            from: from.into(),
            outcome: "war".into(),
            to: to.into(),
            taken: share(300, 1000),
            times: mean(0.5, 0.02, 1000),
        }],
    });
    let rows = [1000, 800, 750].map(|first| vec![share(first, 1000), share(1000 - first, 1000)]).into();
    let occupancy = Occupancy {
        machine: "scenario".into(),
        states: vec![from.into(), to.into()],
        rows,
        mean_time: vec![mean(80.0, 1.0, 1000), mean(24.0, 1.0, 1000)],
    };
    findings.machines.insert(0, occupancy);
    findings
}

fn mean(estimate: f64, standard_error: f64, count: u64) -> Mean {
    let (low, high) = normal(estimate, standard_error, Z_95);
    Mean { count: Some(count), estimate, standard_error, low, high }
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
        standard_deviation: Some(316.0),
        minimum: Some(0.0),
        maximum: Some(4.0 * centre),
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
            method: Method::Simulation,
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
            time_average: Some(summary(0.4)),
            peak: Some(summary(0.8)),
            trough: Some(summary(0.1)),
            path: fan(),
        }],
        durations: Vec::new(),
        journey: None,
        transitions_per_run: 3.5,
        confidence: 0.95,
        precision: None,
        words: None,
        quantile_relative_error: 1.0 / 128.0,
        doubt: None,
        rare: Vec::new(),
        eventual: None,
    }
}

/// Makes the findings such as an exact answer has: no runs, no intervals, no quantiles of totals.
pub(crate) fn make_exact(findings: &mut Findings) {
    let share = |share: &mut Proportion| *share = Proportion::exact(share.estimate);
    let means =
        |fan: &mut Fan| *fan = Fan::of_means(fan.means.iter().map(|m| m.map(|m| Mean::exact(m.estimate))).collect());
    for passage in findings.outcomes.iter_mut().chain(&mut findings.milestones) {
        share(&mut passage.probability);
        passage.incidence.iter_mut().for_each(share);
        passage.mean_time_if_reached = passage.mean_time_if_reached.map(|mean| Mean::exact(mean.estimate));
    }
    findings.machines.iter_mut().flat_map(|machine| &mut machine.rows).flatten().for_each(share);
    for consequence in &mut findings.consequences {
        consequence.total = Summary::of_mean(Mean::exact(consequence.total.mean.estimate));
        means(&mut consequence.path);
    }
    for variable in &mut findings.variables {
        (variable.time_average, variable.peak, variable.trough) = (None, None, None);
        means(&mut variable.path);
    }
    let reached = |name: &str, probability: f64| exact::eventual::Reached {
        name: name.into(),
        probability,
        mean_time_if_reached: (probability > 0.0).then_some(30.0),
        mean_time: f64::INFINITY,
    };
    findings.eventual = Some(exact::eventual::Eventual {
        outcomes: vec![reached("settlement", 0.75), reached("war", 0.0)],
        never: 0.25,
        mean_time_to_outcome: f64::INFINITY,
        milestones: vec![],
        consequences: vec![],
        long_run: vec![],
        variables: vec![],
        error_bound: 1e-15,
    });
    (findings.origin.runs, findings.origin.runs_requested, findings.origin.seed) = (0, 0, 0);
    findings.origin.method = Method::Exact(Box::new(exact::Exactness {
        states: 14,
        transitions: 40,
        error_bound: 1e-12,
        approximations: vec![],
        omitted: vec![exact::slice::Omitted { what: "variable `gas`".into(), why: "it drifts by itself".into() }],
    }));
}
