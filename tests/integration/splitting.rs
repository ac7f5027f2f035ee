//! Rare outcomes by splitting, against closed forms, the exact solver and large plain simulations.

use crate::support::{model, scenario, simulator};
use standoff::analysis::rare::{Answer, Choice, Effort, Split, estimate};
use standoff::kernel::batch::Monitor;
use standoff::model::Model;

fn effort(seed: u64) -> Effort {
    Effort { seed, threads: 2, confidence: 0.95, precision: 0.1, trees: None, budget_runs: u64::MAX }
}

#[track_caller]
fn answer(model: &Model, name: &str, effort: &Effort) -> Answer {
    let choice = Choice::of_name(model, name).unwrap_or_else(|| panic!("no {name}"));
    estimate(&simulator(model), &choice, effort, &Monitor::default()).unwrap().unwrap()
}

#[track_caller]
fn split(model: &Model, name: &str, effort: &Effort) -> Split {
    match answer(model, name, effort) {
        Answer::Split(split) => *split,
        Answer::Declined(why) => panic!("{name}: {why}"),
    }
}

/// A queue with one server, one customer there: does it come to `full` before it is empty?
fn overflow(arrivals: f64, full: u32) -> String {
    scenario(
        1e6,
        &format!(
            r#"
            [variables.queue]
            initial = 1
            [machines.door]
            initial = "open"
            [machines.door.states]
            open = {{}}
            [[machines.door.transitions]]
            from = "open"
            rate = {arrivals}
            add = {{ queue = 1 }}
            [[machines.door.transitions]]
            from = "open"
            rate = 1
            add = {{ queue = -1 }}
            [outcomes.full]
            when = "queue >= {full}"
            [outcomes.empty]
            when = "queue <= 0"
            "#
        ),
    )
}

#[test]
fn overflow_of_a_queue_has_its_closed_form() {
    for (arrivals, full) in [(0.5, 20), (0.5, 40), (0.5, 60), (0.8, 50), (0.8, 100)] {
        let r: f64 = 1.0 / arrivals;
        let truth = (r - 1.0) / (r.powi(full) - 1.0);
        let began = std::time::Instant::now();
        let found = split(&model(&overflow(arrivals, full as u32)), "full", &effort(1));
        println!(
            "{arrivals} {full}: {truth:.4e} {:?} {:?}",
            Split { rungs: found.rungs[..2].to_vec(), ..found.clone() },
            began.elapsed()
        );
    }
}
