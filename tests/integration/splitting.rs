//! Rare outcomes by splitting, against closed forms, the exact solver and plain runs.
//!
//! Seeds are fixed; an estimate may be 4 of its standard errors off. The full form of the test of bias and coverage is ignored, as
//! it takes minutes: `cargo test --test integration splitting -- --include-ignored`.

use crate::commands::{outcome, standoff};
use crate::support::{End, Ends, ends, model, scenario, simulator};
use standoff::analysis::exact::Options;
use standoff::analysis::exact::answer::solve;
use standoff::analysis::rare::{Answer, Choice, Effort, Split, Target, estimate};
use standoff::analysis::study;
use standoff::kernel::batch::Monitor;
use standoff::kernel::branch::{Aside, Halt};
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
    estimate(&simulator(model), &choice, effort, &Monitor::default()).unwrap()
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

/// Three parts fail and are mended apart from one another: all are down at t with probability ∏ f / (f + m) · (1 − exp(−(f + m)t)),
/// and the mean time that they are is the integral of it.
#[test]
fn the_time_in_rare_states_has_its_closed_form() {
    let (rates, horizon) = ([(0.01, 1.0), (0.02, 0.5), (0.005, 1.5)], 20.0);
    let mut text = String::new();
    for (part, (fails, mends)) in rates.into_iter().enumerate() {
        write!(
            text,
            r#"
            [machines.p{part}]
            initial = "up"
            [machines.p{part}.states]
            up = {{}}
            down = {{}}
            [[machines.p{part}.transitions]]
            from = "up"
            to = "down"
            rate = {fails}
            [[machines.p{part}.transitions]]
            from = "down"
            to = "up"
            rate = {mends}
            "#
        )
        .unwrap();
    }
    text += "[consequences.outage]\nrate = \"if(p0.down and p1.down and p2.down, 3, 0)\"\nunit = \"days\"\n";
    let all_down =
        |t: f64| -> f64 { rates.iter().map(|(f, m)| f / (f + m) * (1.0 - libm::exp(-(f + m) * t))).product() };
    let steps = 20_000;
    let step = horizon / f64::from(steps);
    let truth: f64 = (0..steps).map(|i| 3.0 * step * all_down((f64::from(i) + 0.5) * step)).sum();
    let found = split(&model(&scenario(horizon, &text)), "outage", &effort(4, 0.1));
    assert_total("outage", &found, truth, 0.1);
}

/// Five times in a row a race at 1 against 9 is won, and what is won adds 7, once.
#[test]
fn what_rare_transitions_add_has_its_closed_form() {
    let mut text = String::from("[machines.path]\ninitial = \"s0\"\n[machines.path.states]\nlost = {}\n");
    (0..=5).for_each(|i| writeln!(text, "s{i} = {{}}").unwrap());
    for i in 0..5 {
        let adds = if i == 4 { "add = { loss = 7 }" } else { "" };
        let mut race = |to: &str, rate: u32, adds: &str| {
            writeln!(text, "[[machines.path.transitions]]\nfrom = \"s{i}\"\nto = \"{to}\"\nrate = {rate}\n{adds}")
                .unwrap();
        };
        race(&format!("s{}", i + 1), 1, adds);
        race("lost", 9, "");
    }
    text += "[consequences.loss]\nunit = \"days\"\n";
    let found = split(&model(&scenario(1e4, &text)), "loss", &effort(6, 0.1));
    assert_total("loss", &found, 7e-5, 0.1);
}

/// As [`assert_meets`], of a consequence: what plain runs take for the same error is not known of it.
#[track_caller]
fn assert_total(what: &str, found: &Split, truth: f64, precision: f64) {
    let error = found.relative_standard_error * found.estimate;
    let told = format!("{what}: {:e} against {truth:e}, {found:?}", found.estimate);
    assert!((found.estimate - truth).abs() <= 4.0 * error, "{told}");
    assert!(found.high / found.estimate - 1.0 <= 1.5 * precision && found.low < found.estimate, "{told}");
    assert_eq!((found.gain, found.plain_runs), (None, None), "{told}");
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
    hold_references(&[("x1-overflow-20", 0.2), ("x1-redundancy", 0.2), ("x3-tandem-4", 0.2)]);
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
        ("x1-cluster-02", 0.2),
        ("x1-cluster-2", 0.2),
        ("x3-tandem-4", 0.1),
        ("x3-tandem-7", 0.1),
        ("x3-tandem-11", 0.1),
    ]);
}

#[test]
fn any_number_of_threads_gives_the_same_answer() {
    let model = overflow(0.5, 16);
    let on = |threads| answer(&model, "full", &Effort { threads, ..effort(8, 0.3) });
    assert_eq!(on(1), on(3));
}

#[test]
fn an_interruption_says_what_it_has_come_to() {
    let (model, monitor) = (overflow(0.5, 16), Monitor::default());
    monitor.stop();
    let choice = Choice::of_name(&model, "full").unwrap();
    let answer = estimate(&simulator(&model), &choice, &effort(1, 0.1), &monitor).unwrap();
    assert!(matches!(&answer, Answer::Declined(why) if why.contains("while pilot runs looked")), "{answer:?}");
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
    let (mut work, mut aside) = (Workspace::default(), Aside::default());
    for run in 0..20 {
        let run = RunAddress::new(4, run);
        simulator.start(run, &mut work, &mut probe).unwrap();
        while simulator.resume(run, &mut work, &mut probe).unwrap() == Halt::Pause {
            aside.keep(&work);
            work = Workspace::default();
            simulator.restore(&aside, &mut work);
        }
    }
    assert_eq!(probe.0.ends, plain);
}

const QUEUE: &str = "scenarios/reference/rare/x1-overflow-20.toml";

/// Of the row of `full` in `rare.csv`, the value of a column.
fn cell(folder: &std::path::Path, column: &str) -> String {
    let mut table = csv::Reader::from_path(folder.join("rare.csv")).unwrap();
    let place = table.headers().unwrap().iter().position(|header| header == column).unwrap();
    let row = table.records().map(|row| row.unwrap()).find(|row| &row[2] == "full").unwrap();
    row[place].to_owned()
}

#[test]
fn the_command_splits_for_what_is_asked_or_left_unresolved() {
    let truth = 9.536752259018191e-7;
    let out = tempfile::tempdir().unwrap();
    let asked: [(&str, &[&str], &str); 3] = [
        ("named", &["--method", "split", "--rare", "full"], "asked for"),
        ("rarest", &["--method", "split"], "the rarest of all"),
        ("auto", &["--method", "auto"], "none of 4096 plain runs came to it"),
    ];
    for (name, flags, reason) in asked {
        let results = out.path().join(name);
        // What can be solved is not simulated: a waiting time without a memoryless law keeps `auto` from solving it.
        let file = out.path().join("x1-overflow-20.toml");
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(QUEUE)).unwrap();
        let text = text.replace("#:schema ../../scenario.schema.json\n", "");
        std::fs::write(&file, text + REVIEWS).unwrap();
        let budget = ["--runs", "4096", "--seed", "3", "-o"];
        let (code, stdout, stderr) = outcome(standoff().arg("run").arg(&file).args(flags).args(budget).arg(&results));
        assert_eq!(code, 0, "{name}: {stdout}{stderr}");
        assert!(stdout.contains("splitting for `full`"), "{name}: {stdout}");
        assert!(stdout.contains("Rare, by splitting"), "{name}: {stdout}");
        let folder = results.join("x1-overflow-20");
        let number = |column: &str| cell(&folder, column).parse::<f64>().unwrap();
        let (estimate, error) = (number("estimate"), number("relative_standard_error"));
        assert!((estimate - truth).abs() <= 4.0 * error * estimate, "{name}: {estimate:e}, {error}");
        assert!(number("estimate_low") < estimate && estimate < number("estimate_high"), "{name}");
        assert!(number("gain") > 10.0 && number("rungs") >= 2.0, "{name}");
        assert_eq!((cell(&folder, "kind"), cell(&folder, "declined")), ("outcome".to_owned(), String::new()));
        let told = plainly(&cell(&folder, "reason"));
        assert!(told.contains(reason), "{name}: {told}");
        let read = |name: &str| -> serde_json::Value {
            serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
        };
        assert_eq!(read("manifest.json")["rare"][0]["name"], "full");
        // The reader of JSON may be off in the last digit.
        let told = read("summary.json")["rare"][0]["answer"]["split"]["estimate"].as_f64().unwrap();
        assert!((told / estimate - 1.0).abs() < 1e-14, "{name}: {told:e}, {estimate:e}");
        // The estimate stands for the probability of its outcome in the other tables too.
        let mut rows = csv::Reader::from_path(folder.join("outcomes.csv")).unwrap();
        assert!(rows.records().any(|row| row.unwrap().iter().any(|cell| cell.parse() == Ok(estimate))), "{name}");
    }
}

/// A machine beside the queue that changes nothing in it.
const REVIEWS: &str = r#"
[machines.reviews]
initial = "waiting"
[machines.reviews.states]
waiting = {}
done = {}
[[machines.reviews.transitions]]
from = "waiting"
to = "done"
after = { family = "weibull", shape = 2, scale = 500 }
basis = "judgement"
"#;

/// With spaces that are no letters as plain ones, and none between digits.
fn plainly(text: &str) -> String {
    let all: Vec<char> = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let between = |i: usize| i > 0 && all[i - 1].is_ascii_digit() && all.get(i + 1).is_some_and(char::is_ascii_digit);
    all.iter().enumerate().filter(|(i, c)| **c != ' ' || !between(*i)).map(|(_, c)| *c).collect()
}

#[test]
fn the_command_refuses_what_does_not_go_with_splitting() {
    let refused = |flags: &[&str], why: &str| {
        let (code, stdout, stderr) = outcome(standoff().args(["run", QUEUE, "--runs", "100"]).args(flags));
        assert_eq!((code, stdout.as_str()), (2, ""), "{flags:?}: {stderr}");
        assert!(stderr.contains(why), "{flags:?}: {stderr}");
    };
    refused(&["--method", "split", "--follow"], "leave out `--method split`, or `--follow`");
    refused(&["--method", "split", "--uncertainty", "nested"], "leave out `--uncertainty`");
    refused(&["--method", "split", "--rare", "ful"], "did you mean `full`?");
    refused(&["--rare", "full"], "`--rare` goes with `--method split`");
}
