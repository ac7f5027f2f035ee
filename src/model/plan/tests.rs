use super::*;
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Severity, Sources};
use crate::model::resolve;
use crate::scenario::load::{self, Files};
use std::io::{Error, ErrorKind};
use std::path::Path;

const SCENARIO: &str = r#"
title = "a"
[time]
unit = "week"
horizon = "2 years"
[parameters]
resolve = { value = 0.6, range = [0.1, 0.9], source = "x" }
stamina = { value = 1, source = "x" }
[levers]
ships = { value = 1, source = "x" }
[policies.bold]
set = { ships = 2 }
[variants.hasty]
set = { stamina = 0.5 }
[variables.mood]
initial = 0.5
[machines.fleet]
initial = "harbour"
states = { harbour = {}, sea = {} }
[[machines.fleet.transitions]]
name = "sails"
from = "harbour"
to = "sea"
rate = { value = 0.1, times = "resolve * stamina * ships * exp(mood)", source = "x" }
[outcomes.open]
default = true
"#;

/// Two scenarios, a base, and the study at hand.
struct Shelf<'a>(&'a str);

impl Files for Shelf<'_> {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        let text = match path.to_str() {
            Some("study.toml") => self.0.to_owned(),
            Some("a.toml") => SCENARIO.to_owned(),
            Some("b.toml") => SCENARIO.replace("stamina", "patience").replace("\"week\"", "\"day\""),
            Some("base.toml") => "title = \"base\"\n".to_owned(),
            _ => return Err(Error::from(ErrorKind::NotFound)),
        };
        Ok(text.into_bytes())
    }
}

/// What a study comes to, the codes and lines of what is said of it, and the words.
fn read(study: &str) -> (Option<Plan>, Vec<(&'static str, usize)>, String) {
    let shelf = Shelf(study);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let text = load::read_study(Path::new("study.toml"), &shelf, &mut sources, &mut diagnostics);
    let mut plan = None;
    if let Some(text) = text {
        let read: Vec<(Option<Scenario>, Option<Model>)> = text
            .scenarios
            .iter()
            .map(|name| {
                let (mut others, mut said) = (Sources::default(), Diagnostics::default());
                let scenario = load::read(Path::new(&name.value), &shelf, &mut others, &mut said);
                let model = scenario.as_ref().and_then(|scenario| resolve::resolve(scenario, &mut said));
                (scenario, model)
            })
            .collect();
        let subjects: Vec<Subject<'_>> = read
            .iter()
            .map(|(scenario, model)| Subject { scenario: scenario.as_ref(), model: model.as_ref() })
            .collect();
        plan = super::plan(&text, &subjects, &mut diagnostics);
    }
    diagnostics.sort();
    let line = |d: &Diagnostic| d.label.as_ref().map_or(0, |l| sources.line_column(l.span.file, l.span.start).0);
    let codes = diagnostics.iter().map(|d| (d.code.id(), line(d))).collect();
    let warned = diagnostics.iter().all(|d| d.severity == Severity::Warning);
    assert!(plan.is_none() || warned, "a study with errors has no plan");
    let said = render(&diagnostics, &sources, Style::Plain);
    (plan, codes, said)
}

#[track_caller]
fn plan_of(study: &str) -> Plan {
    let (plan, _, said) = read(study);
    plan.unwrap_or_else(|| panic!("{said}"))
}

#[track_caller]
fn check(study: &str, codes: &[(&str, usize)], words: &str) {
    let (_, found, said) = read(study);
    assert_eq!(found, codes, "{said}");
    assert!(said.contains(words), "{said}");
}

#[test]
fn what_a_study_says_is_planned() {
    let plan = plan_of(
        "scenarios = [\"a.toml\"]\nseed = 0\nruns = 500\nhorizon = \"26 weeks\"\nthreads = 2\nset = { resolve = \"20%\" }\n",
    );
    assert_eq!((plan.seed, plan.runs, plan.threads), (Some(0), Some(500), Some(2)));
    assert_eq!(plan.horizon.as_deref(), Some("26 weeks"));
    assert_eq!(plan.set, [("resolve".to_owned(), 0.2)]);
    assert!(plan.vary.is_empty() && plan.design == Design::Grid);
}

#[test]
fn a_precision_and_its_budget_are_planned() {
    let asked = |more: &str| {
        let plan = plan_of(&format!("scenarios = \"a.toml\"\n{more}"));
        (plan.runs, plan.precision, plan.confidence, plan.max_runs, plan.max_time.map(|time| time.as_secs()))
    };
    assert_eq!(asked(""), (None, None, None, None, None));
    let half_a_point = Some(Precision::Absolute(0.005));
    assert_eq!(asked("precision = \"0.5 points\""), (None, half_a_point, None, None, None));
    assert_eq!(
        asked("precision = \"10 %\"\nconfidence = 99\nmax_runs = 500\nmax_time = \"5 min\""),
        (None, Some(Precision::Relative(0.1)), Some(0.99), Some(500), Some(300))
    );
    assert_eq!(asked("runs = 500\nconfidence = 90"), (Some(500), None, Some(0.9), None, None));
}

#[test]
fn steps_hit_both_ends_on_either_scale() {
    let plan = plan_of(
        "scenarios = [\"a.toml\"]\n[vary]\nresolve = { from = 0.1, to = 0.9, steps = 5 }\nstamina = { from = 1, to = 100, steps = 3, scale = \"log\" }\n\"fleet.sails.rate\" = [\"10% / month\", 0.2]\n",
    );
    let values: Vec<&Values> = plan.vary.iter().map(|varied| &varied.values).collect();
    let Values::Listed(linear) = values[0] else { panic!("{values:?}") };
    assert!(linear.iter().zip([0.1, 0.3, 0.5, 0.7, 0.9]).all(|(a, b)| (a - b).abs() < 1e-15), "{linear:?}");
    assert_eq!((linear[0], linear[4]), (0.1, 0.9));
    let Values::Listed(log) = values[1] else { panic!("{values:?}") };
    assert!((log[1] - 10.0).abs() < 1e-12 && log[0] == 1.0 && log[2] == 100.0, "{log:?}");
    let Values::Listed(listed) = values[2] else { panic!("{values:?}") };
    assert!((listed[0] - 0.1 * 7.0 / (365.25 / 12.0)).abs() < 1e-15, "in the scenario's unit: {listed:?}");
}

#[test]
fn a_sampled_design_draws_from_ranges() {
    let study =
        "scenarios = [\"a.toml\"]\ndesign = \"sobol\"\npoints = 64\nvary = { resolve = { from = 0.1, to = 0.9 } }\n";
    let plan = plan_of(study);
    assert_eq!(plan.vary[0].values, Values::Between { from: 0.1, to: 0.9, log: false });
    assert_eq!((plan.design, plan.points), (Design::Sobol, Some(64)));
    check(&study.replace("points = 64\n", ""), &[("missing-key", 2)], "points = 500");
    check(&study.replace("{ from = 0.1, to = 0.9 }", "[1, 2]"), &[("wrong-type", 4)], "from = …, to = …");
}

#[test]
fn all_mistakes_come_in_one_pass_and_in_file_order() {
    check(
        "scenarios = [\"a.toml\", \"c.toml\", \"a.toml\", \"base.toml\"]\nsede = 3\nruns = 0\nhorizon = \"-1 week\"\nthreads = 5000\ndesign = \"gird\"\n[vary]\nresolve = { from = 0.9, to = 0.1, steps = 1 }\nstamina = []\n",
        &[
            ("unreadable-file", 1),
            ("repeated-name", 1),
            ("no-default", 1),
            ("unknown-key", 2),
            ("wrong-type", 3),
            ("not-positive", 4),
            ("wrong-type", 5),
            ("unknown-word", 6),
            ("range-reversed", 8),
            ("wrong-type", 8),
            ("empty-list", 9),
        ],
        "did you mean `seed`?",
    );
}

#[test]
fn names_are_looked_up_in_the_scenarios() {
    let head = "scenarios = [\"a.toml\", \"b.toml\"]\n";
    check(&format!("{head}set = {{ resolv = 1 }}"), &[("unknown-name", 2)], "did you mean `resolve`?");
    check(&format!("{head}[vary]\nstamina = [1]"), &[("unused-input", 3)], "changes nothing in `b.toml`");
    check(&format!("{head}[vary]\nfleet.sails.rate = [1]"), &[("wrong-type", 3)], "\"fleet.sails.rate\" = …");
    check(&format!("{head}[vary]\nresolve = [\"stamina\"]"), &[("unknown-name", 3)], "stamina");
    check(&format!("{head}set = {{ resolve = 1 }}\nvary = {{ resolve = [1] }}"), &[("name-taken", 3)], "`vary`");
}

#[test]
fn keys_that_do_not_go_together_are_told() {
    let head = "scenarios = [\"a.toml\"]\n";
    check(&format!("{head}runs = 5\nprecision = \"1 point\""), &[("stray-key", 3)], "keep one");
    check(&format!("{head}runs = 5\nmax_runs = 9"), &[("stray-key", 3)], "keep one");
    check(&format!("{head}max_time = \"3 weeks\""), &[("wrong-type", 2)], "`5 min`");
    check(&format!("{head}precision = 0.5"), &[("wrong-type", 2)], "\"0.5 points\"");
    check(&format!("{head}precision = \"half\""), &[("wrong-type", 2)], "percentage points");
    check(&format!("{head}points = 5"), &[("stray-key", 2)], "design");
    check(
        &format!("{head}design = \"list\"\n[vary]\nresolve = [1, 2]\nstamina = [1, 2, 3]"),
        &[("wrong-length", 5)],
        "`resolve` has 2, `stamina` has 3",
    );
    check(&format!("{head}[vary]\nresolve = {{ from = 1, to = 2 }}"), &[("missing-key", 3)], "steps");
    check(
        &format!("{head}[vary]\nresolve = {{ from = 0, to = 2, steps = 3, scale = \"log\" }}"),
        &[("not-positive", 3)],
        "log scale",
    );
}

#[test]
fn a_grid_of_too_many_points_is_refused() {
    let range = "{ from = 0, to = 1, steps = 100000 }";
    let study = format!(
        "scenarios = [\"a.toml\"]\n[vary]\nresolve = {range}\nstamina = {range}\n\"fleet.sails.rate\" = {range}\nhorizon = {{ from = 1, to = 2, steps = 100000 }}\n"
    );
    check(&study, &[("wrong-length", 6)], "more than 10000000 points");
}

#[test]
fn initial_values_horizons_policies_and_variants_are_looked_up() {
    let head = "scenarios = [\"a.toml\"]\n";
    let plan = plan_of(&format!(
        "{head}policies = [\"as-written\", \"bold\"]\nvariants = \"hasty\"\nshow = [\"open\"]\n[vary]\n\"mood.initial\" = [0, 1]\nhorizon = [\"26 weeks\", \"1 year\"]\n"
    ));
    assert_eq!(plan.policies, [None, Some("bold".to_owned())]);
    assert_eq!((plan.variants, plan.show), (vec![Some("hasty".to_owned())], vec!["open".to_owned()]));
    let Values::Listed(horizons) = &plan.vary[1].values else { panic!("{:?}", plan.vary) };
    assert!(horizons[0] == 26.0 && (horizons[1] - 365.25 / 7.0).abs() < 1e-12, "{horizons:?}");
    check(&format!("{head}policies = [\"blod\"]"), &[("unknown-name", 2)], "did you mean `bold`?");
    check(&format!("{head}show = [\"opne\"]"), &[("unknown-name", 2)], "did you mean `open`?");
    check(&format!("{head}[vary]\n\"mod.initial\" = [1]"), &[("unknown-name", 3)], "no parameter");
    check(&format!("{head}[vary]\nhorizon = [0, 1]"), &[("not-positive", 3)], "more than 0");
    check(&format!("{head}horizon = 5\n[vary]\nhorizon = [3]"), &[("name-taken", 4)], "given and varied");
}

#[test]
fn a_file_is_a_study_by_its_key() {
    let is_study = |text: &str| load::is_study(Path::new("study.toml"), &Shelf(text));
    assert!(is_study("scenarios = []"));
    assert!(is_study("title = \"x\"\nscenarios = [\"a.toml\"]\nseed = \n"), "even with a broken line");
    assert!(!is_study("title = \"scenarios\""));
    assert!(!is_study("[time]\nscenarios = 3"));
    assert!(!load::is_study(Path::new("none.toml"), &Shelf("")));
}
