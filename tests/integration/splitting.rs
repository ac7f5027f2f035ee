//! Rare outcomes by splitting, against closed forms, the exact solver and plain runs.
//!
//! Seeds are fixed; an estimate may be 4 of its standard errors off. The full form of the test of bias and coverage is ignored, as
//! it takes minutes: `cargo test --test integration splitting -- --include-ignored`.

use crate::support::{End, Ends, ends, model, scenario, simulator};
use standoff::analysis::exact::Options;
use standoff::analysis::exact::answer::solve;
use standoff::analysis::rare::{Answer, Choice, Effort, Split, Target, estimate};
use standoff::analysis::study;
use standoff::kernel::batch::Monitor;
use standoff::kernel::branch::Halt;
use standoff::kernel::probe::{Probe, Stretch};
use standoff::kernel::run::Workspace;
use standoff::model::{Model, Subject};
use standoff::program::behaviour::{Cause, Effects};
use standoff::program::world::World;
use standoff::random::RunAddress;
use std::fmt::Write;

fn effort(seed: u64, precision: f64) -> Effort {
    Effort { seed, threads: 2, confidence: 0.95, precision, trees: None, budget_runs: 10_000_000 }
}

#[track_caller]
fn answer(model: &Model, name: &str, effort: &Effort) -> Answer {
    let choice = Choice::of_name(model, name).unwrap();
    estimate(&simulator(model), &choice, effort, &Monitor::default()).unwrap().unwrap()
}

#[track_caller]
fn split(model: &Model, name: &str, effort: &Effort) -> Split {
    match answer(model, name, effort) {
        Answer::Split(split) => *split,
        Answer::Declined(why) => panic!("{name}: {why}"),
    }
}

/// Fails unless the estimate is within 4 standard errors of the truth, about as precise as was asked for, and cheaper than
/// plain runs by so much.
#[track_caller]
fn assert_meets(what: &str, found: &Split, truth: f64, precision: f64, gain: f64) {
    let error = found.relative_standard_error * found.estimate;
    let told = format!("{what}: {:e} against {truth:e}, {found:?}", found.estimate);
    assert!((found.estimate - truth).abs() <= 4.0 * error, "{told}");
    assert!(found.high / found.estimate - 1.0 <= 1.5 * precision && found.low < found.estimate, "{told}");
    assert!(found.gain.unwrap() > gain, "{told}");
}

/// A queue with one server of rate 1, one customer there: does it come to `full` before it is empty?
fn overflow(arrivals: f64, full: u32) -> Model {
    model(&scenario(
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
    ))
}

/// (r - 1) / (r^full - 1) with r = 1 / arrivals, the ruin of a gambler.
fn ruin(arrivals: f64, full: i32) -> f64 {
    let r = 1.0 / arrivals;
    (r - 1.0) / (libm::pow(r, f64::from(full)) - 1.0)
}

#[test]
fn overflow_of_a_queue_has_its_closed_form() {
    for (arrivals, full, gain) in [(0.5, 20, 200.0), (0.5, 40, 1e7), (0.8, 50, 50.0)] {
        let found = split(&overflow(arrivals, full as u32), "full", &effort(1, 0.2));
        assert_meets(&format!("{full} at {arrivals}"), &found, ruin(arrivals, full), 0.2, gain);
    }
}

/// Mean and coverage over many seeds, with few trees each, so that a bias or too short an interval would show.
fn repeated(seeds: u64) {
    let (model, truth) = (overflow(0.5, 14), ruin(0.5, 14));
    let effort = |seed| Effort { trees: Some(1500), ..effort(seed, 0.5) };
    let found: Vec<Split> = (0..seeds).map(|seed| split(&model, "full", &effort(seed))).collect();
    let estimates: Vec<f64> = found.iter().map(|one| one.estimate).collect();
    crate::support::assert_mean("estimates", &estimates, truth);
    let covered = found.iter().filter(|one| (one.low..=one.high).contains(&truth)).count() as f64 / seeds as f64;
    let error = (0.95 * 0.05 / seeds as f64).sqrt();
    assert!((covered - 0.95).abs() <= 4.0 * error, "{covered} of the intervals cover the truth");
}

#[test]
fn estimates_have_no_bias_and_intervals_cover() {
    repeated(60);
}

#[test]
#[ignore = "takes minutes; the reduced form is run always"]
fn estimates_have_no_bias_and_intervals_cover_in_400_studies() {
    repeated(400);
}

/// Each state is a race of two Weibull waits of one shape k, which the one of scale a wins with probability
/// a⁻ᵏ / (a⁻ᵏ + b⁻ᵏ); the last one outlasts a fixed time with probability exp(−(t / b)ᵏ).
#[test]
fn races_of_waits_with_memory_have_the_product_of_their_probabilities() {
    let races = [(0.7, 60.0, 2.0), (2.0, 9.0, 2.0), (1.4, 20.0, 3.0), (0.7, 50.0, 2.0)];
    let mut text = String::from("[machines.path]\ninitial = \"s0\"\n[machines.path.states]\nlost = {}\ndone = {}\n");
    (0..=races.len()).for_each(|i| writeln!(text, "s{i} = {{}}").unwrap());
    let mut truth = 1.0;
    let mut add = |from: usize, to: &str, wait: String| {
        writeln!(text, "[[machines.path.transitions]]\nfrom = \"s{from}\"\nto = \"{to}\"\nafter = {{ {wait} }}")
            .unwrap();
    };
    for (i, (shape, on, off)) in races.into_iter().enumerate() {
        let weibull = |scale: f64| format!("family = \"weibull\", shape = {shape}, scale = {scale}");
        add(i, &format!("s{}", i + 1), weibull(on));
        add(i, "lost", weibull(off));
        let (on, off) = (libm::pow(on, -shape), libm::pow(off, -shape));
        truth *= on / (on + off);
    }
    add(races.len(), "done", "family = \"constant\", value = 5".to_owned());
    add(races.len(), "lost", "family = \"weibull\", shape = 2, scale = 4".to_owned());
    truth *= libm::exp(-(1.25 * 1.25));
    text += "[milestones.through]\nwhen = \"path.done\"\n";
    let found = split(&model(&scenario(1e5, &text)), "through", &effort(3, 0.15));
    assert_meets("races", &found, truth, 0.15, 100.0);
}

/// Events come at rate 1 while a Weibull wait of shape 2 goes on that was begun at the start: each branch has its own rest of it.
/// P(15 events before it ends) = ∫ gamma density of the fifteenth event · survival of the wait.
#[test]
fn a_wait_that_goes_on_across_the_rungs_keeps_its_law() {
    let text = scenario(
        1e5,
        r#"
        [variables.events]
        initial = 0
        [machines.source]
        initial = "open"
        [machines.source.states]
        open = {}
        [[machines.source.transitions]]
        from = "open"
        rate = 1
        add = { events = 1 }
        [machines.life]
        initial = "alive"
        [machines.life.states]
        alive = {}
        dead = {}
        [[machines.life.transitions]]
        from = "alive"
        to = "dead"
        after = { family = "weibull", shape = 2, scale = 3 }
        [outcomes.fifteen]
        when = "events >= 15"
        [outcomes.died]
        when = "life.dead"
        "#,
    );
    let factorial: f64 = (1..15).map(f64::from).product();
    let step = 1e-3;
    let truth: f64 = (1..40_000)
        .map(|i| f64::from(i) * step)
        .map(|t| libm::pow(t, 14.0) * libm::exp(-t - t * t / 9.0) / factorial * step)
        .sum();
    let found = split(&model(&text), "fifteen", &effort(5, 0.1));
    assert_meets("fifteen events", &found, truth, 0.1, 20.0);
}

#[test]
fn the_exact_solver_agrees_on_plants_that_nobody_chose() {
    let mut state = 17_u64;
    let mut roll = |low: f64, high: f64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * ((state >> 11) as f64 / (1_u64 << 53) as f64)
    };
    for case in 0..6 {
        let parts = 3 + case % 2;
        let mut text = String::new();
        for part in 0..parts {
            let (fails, mends) = (roll(0.005, 0.03), roll(0.5, 2.0));
            // The state that counts may have another within it.
            let nested = if case == 2 { "down = { initial = \"off\", states = { off = {} } }" } else { "down = {}" };
            writeln!(text, "[machines.p{part}]\ninitial = \"up\"\n[machines.p{part}.states]\nup = {{}}\n{nested}")
                .unwrap();
            writeln!(text, "[[machines.p{part}.transitions]]\nfrom = \"up\"\nto = \"down\"\nrate = {fails}").unwrap();
            writeln!(text, "[[machines.p{part}.transitions]]\nfrom = \"down\"\nto = \"up\"\nrate = {mends}").unwrap();
        }
        let all: Vec<String> = (0..parts).map(|part| format!("p{part}.down")).collect();
        writeln!(text, "[milestones.all_down]\nwhen = \"{}\"", all.join(" and ")).unwrap();
        let model = model(&scenario(20.0, &text));
        let subject = study::Subject { name: "plant", digest: "", model: &model };
        let exact = solve(&subject, &[], &Options::default()).unwrap().milestones[0].probability.estimate;
        assert!(exact < 1e-3, "{exact}");
        let found = split(&model, "all_down", &effort(case, 0.2));
        assert_meets(&format!("plant {case}"), &found, exact, 0.2, 2.0);
    }
}

/// The reference cases: the truths stand beside the models. `within` says how near each is to be known.
fn hold_references(cases: &[(&str, f64)]) {
    for &(name, within) in cases {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/reference/rare/{name}.toml"));
        let (mut sources, mut diagnostics) = Default::default();
        let model = crate::support::read_file(&path, &mut sources, &mut diagnostics).unwrap();
        let truth = &model.expectations[0];
        let target = match truth.subject {
            Subject::Outcome(index) => Target::Outcome(index),
            Subject::Milestone(index) => Target::Milestone(index),
            Subject::Consequence(index) => Target::Consequence(index),
            other => panic!("{other:?}"),
        };
        let found = split(&model, &Choice::of(&model, target).name, &effort(2, within));
        let off = (found.estimate - truth.value).abs() / (found.relative_standard_error * found.estimate);
        assert!(off <= 4.0, "{name}: {off} errors off {:e}: {found:?}", truth.value);
        assert!(found.high / found.estimate - 1.0 <= 1.5 * within, "{name}: {found:?}");
        assert!(found.gain.is_none_or(|gain| gain > 10.0), "{name}: {found:?}");
    }
}

#[test]
fn reference_cases_are_met() {
    hold_references(&[("x1-overflow-20", 0.2), ("x1-redundancy", 0.2)]);
}

#[test]
#[ignore = "takes minutes; the reduced form is run always"]
fn all_reference_cases_are_met_as_published() {
    hold_references(&[
        ("x1-overflow-20", 0.1),
        ("x1-overflow-40", 0.1),
        ("x1-overflow-60", 0.1),
        ("x1-overflow-heavy-50", 0.1),
        ("x1-overflow-heavy-100", 0.1),
        ("x1-redundancy", 0.1),
        ("x1-births", 0.3),
    ]);
}

#[test]
fn any_number_of_threads_gives_the_same_answer() {
    let model = overflow(0.5, 16);
    let on = |threads| answer(&model, "full", &Effort { threads, ..effort(8, 0.3) });
    assert_eq!(on(1), on(3));
}

#[test]
fn where_it_is_of_no_use_it_says_so() {
    let declined = |model: &Model, name: &str| match answer(model, name, &effort(1, 0.1)) {
        Answer::Split(split) => panic!("{split:?}"),
        Answer::Declined(why) => why,
    };
    let often = overflow(0.9, 2);
    assert!(declined(&often, "full").contains("nothing on the way") || declined(&often, "full").contains("as well"));
    // What is left at the horizon holds from the start.
    assert!(declined(&often, "left").contains("level function"));
}

/// Pauses after everything that happens.
struct Halting(Ends, bool);

impl Probe for Halting {
    fn begin(&mut self, world: &World) {
        self.0.begin(world);
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.0.dwell(stretch);
    }

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {
        self.1 = true;
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.0.milestone(world, milestone);
    }

    fn pauses(&mut self, _world: &World) -> bool {
        std::mem::take(&mut self.1)
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.0.end(world, outcome);
    }
}

#[test]
fn a_run_that_is_paused_copied_and_resumed_is_the_run() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/limited-deployment.toml");
    let (mut sources, mut diagnostics) = Default::default();
    let model = crate::support::read_file(&path, &mut sources, &mut diagnostics).unwrap();
    let plain: Vec<End> = ends(&model, 4, 20);
    let (simulator, mut probe) = (simulator(&model), Halting(Ends::default(), false));
    let (mut work, mut other) = (Workspace::default(), Workspace::default());
    for run in 0..20 {
        let run = RunAddress::new(4, run);
        simulator.start(run, &mut work, &mut probe).unwrap();
        while simulator.resume(run, &mut work, &mut probe).unwrap() == Halt::Pause {
            other.copy_from(&work);
            std::mem::swap(&mut work, &mut other);
        }
    }
    assert_eq!(probe.0.ends, plain);
}
