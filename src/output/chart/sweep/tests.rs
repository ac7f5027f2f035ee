//! Pictures of a made-up sweep: valid files, the same bytes twice, no panic on degenerate ones.
//!
//! With `STANDOFF_CHART_DIR` set while they are built, the pictures are also written there, to be looked at.

use super::*;
use crate::analysis::study::Subject;
use crate::analysis::sweep::refine::Refinement;
use crate::analysis::sweep::threshold::answered;
use crate::diagnostic::{Diagnostics, FileId, Sources, Span};
use crate::model::plan::{Plan, Threshold, Values, Varied};
use crate::model::resolve;
use crate::scenario::load::{self, Files};
use crate::scenario::study::Method;
use std::path::Path;

const SCENARIO: &str = r#"
title = "A long quarrel over a narrow strait"
[time]
horizon = "2 years"
[parameters]
resolve = { value = 0.6, source = "x" }
stamina = { value = 1, source = "x", unit = "months of supply" }
patience = { value = 2, source = "x" }
[levers]
ships = { value = 2, source = "x" }
[policies.bold]
set = { ships = 9 }
[machines.fleet]
initial = "harbour"
states = { harbour = {}, sea = {} }
[[machines.fleet.transitions]]
name = "sails"
from = "harbour"
to = "sea"
rate = { value = 0.1, times = "resolve * stamina / patience * ships + 0 * pressure_of_the_public_at_home", source = "x" }
[consequences.cost]
unit = "million"
rate = "1"
[variables.pressure_of_the_public_at_home]
initial = 3
bounds = [0, 100000]
[milestones.sailed]
when = "fleet.sea"
[outcomes.wider-war]
when = "fleet.sea"
[outcomes.open]
default = true
"#;

struct Shelf;

impl Files for Shelf {
    fn read(&self, _path: &Path) -> std::io::Result<Vec<u8>> {
        Ok(SCENARIO.as_bytes().to_vec())
    }
}

fn varied(name: &str, values: &[f64]) -> Varied {
    Varied { name: name.into(), span: Span::new(FileId(0), 0, 0), values: Values::Listed(values.to_vec()) }
}

fn steps(from: f64, to: f64, count: u32) -> Vec<f64> {
    (0..count).map(|i| from + (to - from) * f64::from(i) / f64::from(count - 1)).collect()
}

/// What is made up.
struct Made<'a> {
    name: &'a str,
    design: Design,
    vary: Vec<Varied>,
    policies: &'a [Option<&'a str>],
    /// A level of the first outcome's probability, at which the grid is refined once.
    threshold: Option<f64>,
    /// How many pictures there are on pages of the usual size.
    expected: usize,
}

/// Smooth estimates at a point, with a ridge and a change of sign between policies.
fn made_up(space: &Space, number: u64, runs: u64) -> Vec<Estimate> {
    let point = space.point(number);
    let values: Vec<f64> = (0..space.axes.len()).map(|axis| space.value(&point, axis).unwrap_or(0.5)).collect();
    let (a, b) = (values[0], values.get(1).copied().unwrap_or(0.7));
    let c = values.get(2).copied().unwrap_or(1.0);
    let tilt = if point.case == 1 { 0.4 + 0.4 * b } else { 1.0 };
    let p = 0.5 + 0.45 * libm::sin(3.0 * a * c) * libm::cos(b * 2.0) * tilt;
    let error = (p * (1.0 - p) / runs as f64).sqrt();
    let share = |p: f64| {
        let (low, high) = ((p - 2.0 * error).max(0.0), (p + 2.0 * error).min(1.0));
        Estimate { value: p, low, high, standard_error: error, hits: Some((p * 1e4) as u64), runs }
    };
    let cost = 1e4 * p;
    let (low, high) = (cost - 300.0, cost + 300.0);
    let mean = Estimate { value: cost, low, high, standard_error: 150.0, hits: None, runs };
    vec![share(p), share(1.0 - p), share(p), mean]
}

fn pictures_of(made: &Made<'_>, theme: &Theme) -> Vec<Picture> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(Path::new("strait.toml"), &Shelf, &mut sources, &mut diagnostics).unwrap();
    let model = resolve::resolve(&scenario, &mut diagnostics).unwrap();
    let plan = Plan {
        seed: None,
        runs: None,
        precision: None,
        max_runs: None,
        max_time: None,
        confidence: None,
        method: Method::Simulate,
        horizon: None,
        threads: None,
        set: Vec::new(),
        vary: made.vary.clone(),
        design: made.design,
        points: Some(120),
        policies: made.policies.iter().map(|name| name.map(str::to_owned)).collect(),
        variants: vec![None],
        show: Vec::new(),
        threshold: None,
        refine: 0,
    };
    let mut space = Space::new(&plan, &[Subject { name: "strait", digest: "0123456789abcdef", model: &model }], 1);
    let runs = 10_000;
    let threshold = made.threshold.map(|value| Threshold { name: "wider-war".to_owned(), above: true, value });
    let effort = Effort::new(&space, Stop::Fixed(runs), 0.95, threshold, &[]);
    let mut refinement = Refinement::new(&space, u32::from(made.threshold.is_some()));
    let (mut estimates, mut sides): (Vec<Vec<Estimate>>, Vec<Option<Side>>) = (Vec::new(), Vec::new());
    loop {
        for number in estimates.len() as u64..space.count() {
            estimates.push(made_up(&space, number, runs));
            sides.extend(estimates.last().map(|at| effort.side(0, at)));
        }
        if made.threshold.is_none() || refinement.split(&mut space, &sides) == 0 {
            break;
        }
    }
    let firsts: Vec<f64> = estimates.iter().map(|at| at[0].value).collect();
    let answered = answered(&space, &effort, &refinement, &sides, &firsts);
    let per_case = space.points_per_case() as usize;
    let less = |one: &[Estimate], other: &[Estimate]| -> Vec<Option<Change>> {
        let change = |(a, b): (&Estimate, &Estimate)| {
            let (value, arm) = (a.value - b.value, 3.0 * a.standard_error);
            Some(Change { value, low: value - arm, high: value + arm })
        };
        one.iter().zip(other).map(change).collect()
    };
    let reference = |number: usize| &estimates[space.reference(space.case_of(number as u64)) as usize];
    let changes: Vec<Vec<Option<Change>>> =
        estimates.iter().enumerate().map(|(number, at)| less(at, reference(number))).collect();
    let differences = match space.cases.len() {
        2 => (0..per_case).map(|number| less(&estimates[per_case + number], &estimates[number])).collect(),
        _ => Vec::new(),
    };
    let sweep = SweepResults {
        name: "made-up",
        space: &space,
        effort: &effort,
        spent: Spent { points: space.count(), least: runs, most: runs, total: runs * space.count(), short: 0 },
        seed: 1,
        version: "0.1.0",
        estimates: &estimates,
        changes: &changes,
        differences: &differences,
        answered: &answered,
        sides: &sides,
        show: &[],
        theme,
    };
    sweep_pictures(&sweep).unwrap()
}

/// Every kind of chart of a sweep, small and large.
fn all_made() -> Vec<Made<'static>> {
    const PLAIN: &[Option<&str>] = &[None];
    const TWO: &[Option<&str>] = &[None, Some("bold")];
    let made =
        |name, design, vary, policies, expected| Made { name, design, vary, policies, threshold: None, expected };
    let resolve = || vec![varied("resolve", &steps(0.0, 1.0, 21))];
    let two = |n| vec![varied("resolve", &steps(0.0, 1.0, n)), varied("stamina", &steps(0.0, 1.5, n))];
    let third = |values: &[f64]| [two(11), vec![varied("patience", values)]].concat();
    let single =
        || vec![varied("resolve", &[0.2, 0.8]), varied("stamina", &[0.5, 1.5]), varied("patience", &[0.9, 1.2])];
    let between = |name: &str, from: f64, to: f64| Varied {
        values: Values::Between { from, to, log: false },
        ..varied(name, &[])
    };
    let ranges = || vec![between("resolve", 0.0, 1.0), between("stamina", 0.5, 1.5), between("patience", 0.5, 2.0)];
    let many = || {
        let more = ["ships", "pressure_of_the_public_at_home.initial"].map(|name| between(name, 1.0, 12_345.0));
        let shocks = ["fleet.sails.rate", "horizon"].map(|name| between(name, 0.05, 0.5));
        [ranges(), more.to_vec(), shocks.to_vec()].concat()
    };
    vec![
        made("line", Design::Grid, resolve(), PLAIN, 3),
        made("line-two", Design::Grid, resolve(), TWO, 4),
        made("line-log", Design::Grid, vec![varied("stamina", &[1.0, 10.0, 100.0, 1000.0])], PLAIN, 3),
        made("line-one", Design::Grid, vec![varied("stamina", &[1.0])], PLAIN, 3),
        Made { threshold: Some(0.55), ..made("line-threshold", Design::Grid, resolve(), PLAIN, 3) },
        made("map", Design::Grid, two(25), PLAIN, 4),
        made("map-small", Design::Grid, two(5), PLAIN, 4),
        made("map-two", Design::Grid, two(21), TWO, 4),
        made("map-three", Design::Grid, third(&[0.5, 1.0, 2.0]), PLAIN, 4),
        made("map-seven", Design::Grid, third(&[0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0]), TWO, 8),
        made("map-one", Design::Grid, two(2), PLAIN, 4),
        Made { threshold: Some(0.7), ..made("map-threshold", Design::Grid, two(9), PLAIN, 4) },
        made("tornado", Design::OneAtATime, single(), PLAIN, 4),
        made("tornado-many", Design::OneAtATime, all_single(), TWO, 8),
        made("drawn", Design::Sobol, ranges(), PLAIN, 4),
        made("drawn-two", Design::LatinHypercube, ranges(), TWO, 8),
        made("drawn-many", Design::Sobol, many(), PLAIN, 4),
        made("four", Design::Grid, [single(), vec![varied("ships", &[1.0])]].concat(), PLAIN, 4),
    ]
}

/// Every input, one at a time.
fn all_single() -> Vec<Varied> {
    let names =
        ["resolve", "stamina", "patience", "ships", "pressure_of_the_public_at_home.initial", "fleet.sails.rate"];
    names.map(|name| varied(name, &[0.25, 0.5, 0.75])).to_vec()
}

/// The same for the tests of all charts: of every kind and of each quantity's kind one.
pub(in crate::output::chart) fn every_sweep_chart(theme: &Theme) -> Vec<(String, Picture)> {
    let mut all = Vec::new();
    for made in all_made() {
        let pictures = pictures_of(&made, theme);
        let kept =
            pictures.into_iter().filter(|one| !one.name.contains("map-open") && !one.name.contains("parallel-open"));
        all.extend(kept.map(|picture| (format!("sweep-{}-{}", made.name, picture.name), picture)));
    }
    all
}

#[test]
fn every_design_has_its_charts() {
    for made in all_made() {
        let theme = Theme::default();
        let pictures = pictures_of(&made, &theme);
        assert_eq!(pictures.len(), made.expected, "{}", made.name);
        let again = pictures_of(&made, &theme);
        for (picture, again) in pictures.iter().zip(&again) {
            assert!(picture.svg() == again.svg(), "{}: the same bytes twice", made.name);
        }
        let reader = png::Decoder::new(std::io::Cursor::new(pictures[0].png().unwrap())).read_info().unwrap();
        assert_eq!(reader.info().width, 2008);
    }
}

/// With `STANDOFF_CHART_DIR` set while they are built, the pictures are written there in every size and look.
#[test]
fn titles_begin_with_a_capital_and_speak_the_language() {
    let theme = Theme { words: "de".parse().unwrap(), ..Theme::default() };
    let made = all_made();
    let pictures = pictures_of(made.iter().find(|made| made.name == "tornado").unwrap(), &theme);
    assert_eq!(pictures[0].title(), "Wider war: Wahrscheinlichkeit des Ausgangs");
    assert!(pictures[0].description().contains("Bedingt auf Pfad „A long quarrel"), "{}", pictures[0].description());
    if let Some(dir) = option_env!("STANDOFF_CHART_DIR") {
        std::fs::create_dir_all(dir).unwrap();
        for (size, look, format) in [
            ("page", "light", "png"),
            ("slide", "dark", "png"),
            ("column", "print", "png"),
            ("square", "light", "svg"),
            ("column", "light", "png"),
            ("slide", "light", "png"),
            ("square", "dark", "png"),
        ] {
            let theme = Theme { size: size.parse().unwrap(), look: look.parse().unwrap(), ..Theme::default() };
            for (name, picture) in every_sweep_chart(&theme) {
                let bytes = if format == "svg" { picture.svg().into_bytes() } else { picture.png().unwrap() };
                std::fs::write(Path::new(dir).join(format!("{name}-{size}-{look}.{format}")), bytes).unwrap();
            }
        }
    }
}

#[test]
fn names_with_capitals_of_their_own_stay() {
    let check = |text: &str, expected: &str| assert_eq!(capital(text), expected);
    check("ukraine setback", "Ukraine setback");
    check("eU support", "eU support");
    check("NATO", "NATO");
    check("élan", "Élan");
    check("", "");
}
