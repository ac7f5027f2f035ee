//! Alternatives on the same luck: differences of closed form, exact signs, and what sharing the luck is worth.

use crate::commands::{outcome, standoff};
use crate::support::{model, read_file, scenario};
use standoff::analysis::paired::{Candidate, Measure, Names, Paired, Prefer, Question, Simulators, Tally, compare};
use standoff::analysis::precise::{Certainty, Ending};
use standoff::analysis::study::{Settings, Subject, study};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::kernel::batch::{Collector, Monitor, run_batch};
use standoff::kernel::probe::{Probe, Stretch};
use standoff::model::Model;
use standoff::output::summary::summary_json;
use standoff::output::terminal::Layout;
use standoff::output::{chart, paired as text, tables};
use standoff::program::behaviour::{Cause, Effects};
use standoff::program::world::World;
use standoff::stats::sequence::Precision;
use std::fs;
use std::path::Path;

const HORIZON: f64 = 50.0;

/// A wait of constant hazard, which costs 1 a day; another machine whose luck has nothing to do with it.
fn wait() -> Model {
    let text = r#"
[parameters]
hazard = { value = 0.02, range = [0, 1], source = "made up" }
[machines.m]
initial = "waiting"
states = { waiting = {}, done = {} }
[[machines.m.transitions]]
from = "waiting"
to = "done"
rate = "hazard"
[machines.other]
initial = "off"
states = { off = {}, on = {} }
[[machines.other.transitions]]
from = "off"
to = "on"
rate = 0.01
[milestones.on]
when = "other.on"
[consequences.cost]
unit = "euro"
rate = "if(m.waiting, 1, 0)"
[outcomes.over]
when = "m.done"
"#;
    model(&scenario(HORIZON, text))
}

fn over(hazard: f64) -> f64 {
    1.0 - libm::exp(-hazard * HORIZON)
}

fn candidate<'a>(label: &str, model: &'a Model, set: &[(&str, f64)]) -> Candidate<'a> {
    let set = set.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    Candidate { label: label.to_owned(), subject: Subject { name: "wait", digest: "", model }, set }
}

fn question(runs: u64) -> Question {
    Question { seed: 5, runs, threads: 2, certainty: Certainty::default(), ranked: None }
}

fn paired(candidates: &[Candidate<'_>], question: &Question) -> Paired {
    compare(candidates, question, &Monitor::default(), |_| {}).unwrap()
}

#[test]
fn differences_are_those_of_the_closed_form() {
    let model = wait();
    let (slow, fast) = (candidate("slow", &model, &[]), candidate("fast", &model, &[("hazard", 0.03)]));
    // Four standard errors to either side.
    let certainty = Certainty { confidence: 0.999_936_66, precision: None };
    let found = paired(&[slow, fast], &Question { certainty, ..question(40_000) });
    let event = |name: &str| found.events.iter().find(|event| event.name == name).unwrap().differences[0].unwrap();
    let (of_over, truth) = (event("over"), over(0.03) - over(0.02));
    assert!(of_over.low <= truth && truth <= of_over.high && of_over.is_resolved(), "{of_over:?} against {truth}");
    assert!((event("left").estimate + of_over.estimate).abs() < 1e-12, "what one gains the other loses");
    let cost = found.consequences[0].differences[0].unwrap();
    let truth = over(0.03) / 0.03 - over(0.02) / 0.02;
    assert!(cost.low <= truth && truth <= cost.high && cost.is_resolved(), "{cost:?} against {truth}");
}

/// A tally that is shown one run after the other.
struct Alone(Tally);

impl Probe for Alone {
    fn turn_to(&mut self, lane: usize) {
        self.0.turn_to(lane);
    }

    fn begin(&mut self, world: &World) {
        self.0.begin(world);
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.0.dwell(stretch);
    }

    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.0.happened(world, cause, effects);
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.0.milestone(world, milestone);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.0.end(world, outcome);
    }
}

impl Collector for Alone {
    fn watches_many(&self) -> bool {
        false
    }

    fn merge(&mut self, other: Alone) {
        self.0.merge(other.0);
    }

    fn finish(&mut self) {
        self.0.finish();
    }
}

/// Runs that are made many at once, in one alternative and then in the next, are paired as those that are made one by one.
#[test]
fn runs_find_their_partners_among_many() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/limited-deployment.toml");
    let path = read_file(&file, &mut Sources::default(), &mut Diagnostics::default()).unwrap();
    for (model, input) in [(&wait(), "hazard"), (&path, "spiral_gain")] {
        let names = Names::of([model, model, model].into_iter());
        let set = |value: f64| standoff::analysis::study::simulator(model, &[(input.to_owned(), value)]).unwrap();
        let simulators =
            Simulators::new(vec![set(0.02), set(0.3), set(0.9)], [model, model, model].into_iter(), &names);
        let runs = 1100;
        let (many, seen) =
            run_batch(&simulators, 3, 0..runs, 2, || Tally::new(&simulators), &Monitor::default()).unwrap();
        let (alone, _) =
            run_batch(&simulators, 3, 0..runs, 1, || Alone(Tally::new(&simulators)), &Monitor::default()).unwrap();
        assert_eq!((seen, many), (runs, alone.0));
    }
}

#[test]
fn what_is_alike_does_not_differ() {
    let model = wait();
    let found = paired(&[candidate("a", &model, &[]), candidate("b", &model, &[("hazard", 0.02)])], &question(5000));
    let events = found.events.iter().map(|event| event.differences[0].unwrap());
    for difference in events.chain([found.consequences[0].differences[0].unwrap()]) {
        assert!(difference.estimate == 0.0 && !difference.is_resolved(), "{difference:?}");
        assert_eq!(difference.variance_reduction, None);
    }
    let text = text::paired_text(&found, &Layout::default());
    assert_eq!(text.matches("not resolved").count(), 4, "{text}");
}

/// The hazard moves every run the same way, so that shared luck is worth many runs; the truth of the wait's cost: with
/// the same threshold E both wait min(E / hazard, horizon).
#[test]
fn shared_luck_lowers_the_variance() {
    let model = wait();
    let found = paired(&[candidate("a", &model, &[]), candidate("b", &model, &[("hazard", 0.024)])], &question(40_000));
    let over_ = &found.events.iter().find(|event| event.name == "over").unwrap();
    // The paired variance is p (1 − p) of the runs that only the second ends, as none ends in the first alone.
    let (a, b) = (over(0.02), over(0.024));
    let truth = (a * (1.0 - a) + b * (1.0 - b)) / ((b - a) * (1.0 - (b - a)));
    let reduction = over_.differences[0].unwrap().variance_reduction.unwrap();
    assert!((reduction / truth - 1.0).abs() < 0.1 && reduction > 5.0, "{reduction} against {truth}");
    assert!(found.consequences[0].differences[0].unwrap().variance_reduction.unwrap() > 10.0);
}

#[test]
fn the_order_turns_signs_exactly() {
    let model = wait();
    let make = |one: &str| candidate(one, &model, if one == "b" { &[("hazard", 0.03)] } else { &[] });
    for certainty in [Certainty::default(), Certainty { confidence: 0.95, precision: Some(Precision::Absolute(0.02)) }]
    {
        let of = |order: [&str; 2]| paired(&order.map(make), &Question { certainty, ..question(20_000) });
        let (there, back) = (of(["a", "b"]), of(["b", "a"]));
        assert_eq!(there.runs, back.runs);
        let all = |found: &Paired| {
            let events = found.events.iter().map(|event| event.differences[0].unwrap());
            events.chain(found.consequences.iter().map(|one| one.differences[0].unwrap())).collect::<Vec<_>>()
        };
        for (one, other) in all(&there).into_iter().zip(all(&back)) {
            assert_eq!((one.estimate, one.low, one.high), (-other.estimate, -other.high, -other.low));
            assert_eq!(one.variance_reduction, other.variance_reduction);
        }
    }
}

/// An alternative is the same runs as a study of it alone, and threads change nothing.
#[test]
fn each_alternative_is_run_as_alone() {
    let model = wait();
    let candidates = [candidate("a", &model, &[]), candidate("b", &model, &[("hazard", 0.03)])];
    let of = |threads| paired(&candidates, &Question { threads, ..question(9000) });
    let found = of(2);
    assert_eq!(text::paired_text(&found, &Layout::default()), text::paired_text(&of(1), &Layout::default()));
    assert_eq!(found, of(5));
    for (index, candidate) in candidates.iter().enumerate() {
        let settings = Settings { seed: 5, runs: 9000, threads: 1, set: candidate.set.clone() };
        let alone = study(&candidate.subject, &settings, &Monitor::default()).unwrap();
        for passage in alone.outcomes.iter().chain(&alone.milestones) {
            let event = found.events.iter().find(|event| event.name == passage.name).unwrap();
            assert_eq!(event.probabilities[index].unwrap().counts, passage.probability.counts);
        }
        assert_eq!(found.consequences[0].means[index].unwrap().estimate, alone.consequences[0].total.mean.estimate);
        assert!(summary_json(&alone).len() > 10);
    }
}

#[test]
fn runs_go_on_until_the_differences_are_known() {
    let model = wait();
    let candidates = [candidate("a", &model, &[]), candidate("b", &model, &[("hazard", 0.024)])];
    let certainty = Certainty { confidence: 0.95, precision: Some(Precision::Absolute(0.01)) };
    let found = paired(&candidates, &Question { certainty, ..question(1 << 22) });
    let told = found.precision.as_ref().unwrap();
    assert_eq!((told.ending, told.together), (Ending::Precise, 3));
    assert!(told.reached.unwrap() <= 0.01 && told.worst.ends_with("b less a"), "{told:?}");
    let difference = found.events[0].differences[0].unwrap();
    let truth = over(0.024) - over(0.02);
    assert!(difference.low <= truth && truth <= difference.high, "{difference:?} against {truth}");
    let short = paired(&candidates, &Question { certainty, ..question(5000) });
    assert_eq!((short.runs, short.precision.unwrap().ending), (5000, Ending::Budget));
}

#[test]
fn three_are_ranked_with_the_probability_of_being_best() {
    let model = wait();
    let of = |label: &str, hazard: f64| candidate(label, &model, &[("hazard", hazard)]);
    let candidates = [of("middle", 0.02), of("same", 0.02), of("fast", 0.04)];
    let names = Names::of([&model].into_iter());
    let by = |name: &str, prefer| {
        let ranked = Some((names.measure(name).unwrap(), prefer));
        let found = paired(&candidates, &Question { ranked, ..question(5000) });
        assert_eq!(found.pairs.len(), 3);
        assert!(tables::ranking_csv(&found, found.ranking.as_ref().unwrap()).starts_with(b"rank,alternative"));
        assert!(chart::differences(&found, &chart::Theme::default()).unwrap().png().unwrap().starts_with(b"\x89PNG"));
        let ranking = found.ranking.unwrap();
        ranking.places.iter().map(|place| (place.alternative, place.best)).collect::<Vec<_>>()
    };
    let cheapest = by("cost", Prefer::Low);
    assert!(cheapest[0].0 == 2 && cheapest[0].1 > 0.999, "{cheapest:?}");
    let rarest = by("over", Prefer::Low);
    assert_eq!(rarest, [(0, 0.5), (1, 0.5), (2, 0.0)], "equals share");
    assert_eq!(names.measure("nothing"), None);
    assert_eq!(names.measure("on"), Some(Measure::Event(2)));
}

const STRAIT: &str = include_str!("../good.toml");

#[test]
fn the_command_writes_a_table_a_chart_and_a_manifest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("strait.toml"), STRAIT).unwrap();
    let compare = |flags: &[&str]| {
        outcome(standoff().current_dir(folder.path()).args(["compare", "strait.toml", "--seed", "7"]).args(flags))
    };
    let with = ["--with", "calm: resolve=0.2", "--with", "resolve=0.9"];
    let (code, stdout, stderr) = compare(&[&with[..], &["--runs", "2000", "--words", "icd203"]].concat());
    assert_eq!((code, stderr.as_str()), (0, ""), "{stderr}");
    assert!(
        stdout.contains("2 alternatives on the same luck") && stdout.contains("calm: strait, resolve = 0.2"),
        "{stdout}"
    );
    let out = folder.path().join("out/compare");
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["outputs"].as_array().unwrap().len(), 3, "{manifest}");
    assert_eq!(manifest["settings"][0][0], "calm: resolve");
    let table = fs::read_to_string(out.join("differences.csv")).unwrap();
    assert!(table.starts_with("first,second,kind,") && table.contains("\ncalm,resolve=0.9,outcome,"), "{table}");
    assert!(fs::read(out.join("differences.png")).unwrap().starts_with(b"\x89PNG"));
    // One alone is compared with the file as it is, here to a precision.
    let (code, stdout, stderr) = compare(&["--with", "resolve=0.9", "--precision", "2 points"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("as written: strait") && stdout.contains("every difference is known within"), "{stdout}");
}

#[test]
fn what_cannot_be_compared_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("strait.toml"), STRAIT).unwrap();
    fs::write(folder.path().join("other.toml"), STRAIT).unwrap();
    for (flags, said) in [
        (vec![], "nothing to compare it with"),
        (vec!["other.toml", "--with", "resolve=0.9"], "tells alternatives of one scenario, and there are 2"),
        (vec!["--with", "resolve=0.9", "--with", "resolve=0.9"], "is named twice"),
        (vec!["--with", "resolv=0.9"], "did you mean `resolve`?"),
        (vec!["--policies", "bold"], "no policy is called `bold`"),
        (vec!["--with", "resolve=0.9", "--variants", "x"], "both say what to compare"),
        (vec!["--with", "resolve=0.9", "--rank-by", "wars"], "no outcome, milestone or consequence is called `wars`"),
        (vec!["--with", "resolve=0.9", "--precision", "10 %"], "ask for points"),
    ] {
        let compare = ["compare", "strait.toml"].into_iter().chain(flags.iter().copied());
        let (code, _, stderr) = outcome(standoff().current_dir(folder.path()).args(compare));
        assert!(code == 2 && stderr.contains(said), "{flags:?}: {stderr}");
    }
}
