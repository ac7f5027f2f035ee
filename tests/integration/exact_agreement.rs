//! The exact solver against the simulator, on hundreds of small scenarios that nobody chose.
//!
//! The two share what a program does at one instant and nothing of what they do with time. Seeds are fixed; a number
//! may be 4.5 of its standard errors off, which in some 5,000 comparisons is to be expected once in 30 choices of seeds.

use crate::author::{Author, Kind};
use crate::support::model;
use standoff::analysis::exact::Options;
use standoff::analysis::exact::answer::solve;
use standoff::analysis::study::{Settings, Subject, study};
use standoff::analysis::{Findings, Mean, Proportion};
use standoff::kernel::batch::Monitor;

const RUNS: u64 = 4000;
const ERRORS: f64 = 4.5;

/// What the two say of the same number.
struct Pair {
    what: String,
    exact: f64,
    simulated: f64,
    error: f64,
}

fn share(what: String, exact: &Proportion, simulated: &Proportion) -> Pair {
    let (p, runs) = (exact.estimate, simulated.counts.unwrap().runs as f64);
    // Of few hits the law is not normal: one run more or less must not count.
    Pair { what, exact: p, simulated: simulated.estimate, error: (p * (1.0 - p) / runs).sqrt() + 1.0 / runs }
}

fn mean(what: String, exact: &Mean, simulated: &Mean) -> Pair {
    // What one run in so many does may be seen by none: no number here moves by more than about 4 in a run of its kind.
    let error = simulated.standard_error + 4.0 / simulated.count.unwrap() as f64;
    Pair { what, exact: exact.estimate, simulated: simulated.estimate, error }
}

fn pairs(exact: &Findings, simulated: &Findings) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let passages = |findings: &Findings| [&findings.outcomes[..], &findings.milestones[..]].concat();
    for (a, b) in passages(exact).iter().zip(&passages(simulated)) {
        assert_eq!(a.name, b.name);
        for point in [0, 13, 50, exact.axis.points.len() - 1] {
            pairs.push(share(format!("{} by point {point}", a.name), &a.incidence[point], &b.incidence[point]));
        }
        if let (Some(a_time), Some(b_time)) = (&a.mean_time_if_reached, &b.mean_time_if_reached)
            && b_time.count.unwrap() > 50
        {
            pairs.push(mean(format!("time to {}", a.name), a_time, b_time));
        }
    }
    for (a, b) in exact.machines.iter().zip(&simulated.machines) {
        for point in [20, 100] {
            for (state, (a_share, b_share)) in a.states.iter().zip(a.rows[point].iter().zip(&b.rows[point])) {
                pairs.push(share(format!("{}.{state} at point {point}", a.machine), a_share, b_share));
            }
        }
        for (state, (a_time, b_time)) in a.states.iter().zip(a.mean_time.iter().zip(&b.mean_time)) {
            pairs.push(mean(format!("time in {}.{state}", a.machine), a_time, b_time));
        }
    }
    for (a, b) in exact.consequences.iter().zip(&simulated.consequences) {
        for point in [0, 40, 100] {
            let both = (a.path.means[point].unwrap(), b.path.means[point].unwrap());
            pairs.push(mean(format!("{} at point {point}", a.name), &both.0, &both.1));
        }
    }
    for (a, b) in exact.variables.iter().zip(&simulated.variables) {
        if let (Some(a_mean), Some(b_mean)) = (a.path.means[100], b.path.means[100])
            && b_mean.count.unwrap() > 50
        {
            pairs.push(mean(format!("{} at the end", a.name), &a_mean, &b_mean));
        }
    }
    pairs
}

fn conserves(findings: &Findings) {
    let sum: f64 = findings.outcomes.iter().map(|outcome| outcome.probability.estimate).sum();
    assert!((sum - 1.0).abs() < 1e-11, "outcomes sum to {sum}");
    for passage in findings.outcomes.iter().chain(&findings.milestones) {
        let grows = passage.incidence.windows(2).all(|pair| pair[1].estimate >= pair[0].estimate - 1e-12);
        assert!(grows, "{}: {:?}", passage.name, passage.incidence);
    }
    for machine in &findings.machines {
        for row in &machine.rows {
            let sum: f64 = row.iter().map(|share| share.estimate).sum();
            assert!((sum - 1.0).abs() < 1e-11, "{}: {sum}", machine.machine);
        }
        let time: f64 = machine.mean_time.iter().map(|mean| mean.estimate).sum();
        assert!(time <= 4.0 + 1e-9, "{}: {time} of 4 days", machine.machine);
    }
    // Where there are shocks, nothing is said about runs without a horizon.
    let Some(eventual) = findings.eventual.as_ref() else { return };
    let sum = eventual.never + eventual.outcomes.iter().map(|one| one.probability).sum::<f64>();
    assert!((sum - 1.0).abs() < 1e-11, "eventually {sum}");
    for machine in &eventual.long_run {
        let sum: f64 = machine.shares.iter().sum();
        assert!((sum - 1.0).abs() < 1e-11, "{}: {sum} in the long run", machine.machine);
    }
}

fn agree(seeds: std::ops::Range<u64>, kind: Kind) {
    let with_memory = kind == Kind::TwoPhases;
    let options = Options { phases: with_memory.then_some(2), ..Options::default() };
    let (mut compared, mut off, mut chains, mut with_phases, mut with_shocks) = (0, Vec::new(), 0, 0, 0);
    for seed in seeds {
        let text = Author::new(seed, kind).scenario();
        let model = model(&text);
        let subject = Subject { name: "made-up", digest: "", model: &model };
        let settings = Settings { seed, runs: RUNS, threads: 1, set: Vec::new() };
        // Some go round and round at one instant: both must say so.
        let simulated = study(&subject, &settings, &Monitor::default());
        let exact = match (solve(&subject, &[], &options), &simulated) {
            (Ok(exact), Ok(_)) => exact,
            (Err(_), Err(_)) => continue,
            (exact, simulated) => {
                // A state that runs rarely come to may be at fault, and a run that is at fault may have used it up.
                assert!(exact.is_err(), "seed {seed}: {:?}\n{text}", simulated.as_ref().err());
                continue;
            }
        };
        let exactness = exact.origin.exactness().unwrap();
        with_shocks += usize::from(exact.eventual.is_none());
        let omitted = &exactness.omitted;
        assert_eq!(omitted.len(), usize::from(exact.eventual.is_none()), "seed {seed}: {omitted:?}");
        assert!(exactness.error_bound < 1e-10);
        with_phases += usize::from(!exactness.approximations.is_empty());
        for approximation in &exactness.approximations {
            let spread = approximation.phases_standard_deviation / approximation.standard_deviation;
            assert!(approximation.mean_error.abs() < 1e-6 && (spread - 1.0).abs() < 1e-6, "{approximation:?}");
        }
        conserves(&exact);
        chains += 1;
        for pair in pairs(&exact, &simulated.unwrap()) {
            compared += 1;
            if (pair.exact - pair.simulated).abs() > ERRORS * pair.error {
                let Pair { what, exact, simulated, error } = pair;
                off.push(format!("seed {seed}, {what}: {exact} against {simulated}, error {error}\n{text}"));
            }
        }
    }
    assert!(chains > 80 && with_shocks > 20, "{chains} scenarios were solved, {with_shocks} of them with shocks");
    assert!(!with_memory || with_phases > 50, "{with_phases} scenarios had waits with memory");
    assert!(off.is_empty(), "{} of {compared} numbers off:\n{}", off.len(), off.join("\n"));
}

#[test]
fn memoryless_scenarios_agree() {
    agree(1..301, Kind::Memoryless);
}

#[test]
fn waits_of_two_phases_agree() {
    agree(1001..1151, Kind::TwoPhases);
}
