//! Pictures of a made-up sweep: valid files, the same bytes twice, no panic on degenerate ones.
//!
//! With `STANDOFF_CHART_DIR` set while they are built, the pictures are also written there, to be looked at.

use super::*;
use crate::analysis::study::Subject;
use crate::diagnostic::{Diagnostics, FileId, Sources, Span};
use crate::model::plan::{Plan, Values, Varied};
use crate::model::resolve;
use crate::scenario::load::{self, Files};
use crate::scenario::study::Method;
use std::path::Path;

static THEME: std::sync::LazyLock<Theme> = std::sync::LazyLock::new(Theme::default);

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
rate = { value = 0.1, times = "resolve * stamina / patience * ships", source = "x" }
[consequences.cost]
unit = "million"
rate = "1"
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

/// Smooth estimates over the space, with a ridge and a change of sign between policies.
fn check(name: &str, design: Design, vary: Vec<Varied>, policies: &[Option<&str>], expected: usize) {
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
        vary,
        design,
        points: Some(120),
        policies: policies.iter().map(|name| name.map(str::to_owned)).collect(),
        variants: vec![None],
        show: Vec::new(),
        threshold: None,
        refine: 0,
    };
    let space = Space::new(&plan, &[Subject { name: "strait", digest: "0123456789abcdef", model: &model }], 1);
    let runs = 10_000;
    let estimates: Vec<Vec<Estimate>> = (0..space.count())
        .map(|number| {
            let point = space.point(number);
            let values: Vec<f64> = (0..space.axes.len()).map(|axis| space.value(&point, axis).unwrap()).collect();
            let (a, b) = (values[0], values.get(1).copied().unwrap_or(0.7));
            let c = values.get(2).copied().unwrap_or(1.0);
            let p = 0.5
                + 0.45
                    * libm::sin(3.0 * a * c)
                    * libm::cos(b * 2.0)
                    * if point.case == 1 { 0.4 + 0.4 * b } else { 1.0 };
            let error = (p * (1.0 - p) / runs as f64).sqrt();
            let share = |p: f64| {
                let (low, high) = ((p - 2.0 * error).max(0.0), (p + 2.0 * error).min(1.0));
                Estimate { value: p, low, high, standard_error: error, hits: Some((p * 1e4) as u64), runs }
            };
            let cost = 1e4 * p;
            let mean = Estimate {
                value: cost,
                low: cost - 300.0,
                high: cost + 300.0,
                standard_error: 150.0,
                hits: None,
                runs,
            };
            vec![share(p), share(1.0 - p), share(p), mean]
        })
        .collect();
    let effort = Effort::new(&space, Stop::Fixed(runs), 0.95, None, &[]);
    let per_case = space.points_per_case() as usize;
    let less = |one: &[Estimate], other: &[Estimate]| -> Vec<Option<Change>> {
        let change = |(a, b): (&Estimate, &Estimate)| {
            let (value, arm) = (a.value - b.value, 3.0 * a.standard_error);
            Some(Change { value, low: value - arm, high: value + arm })
        };
        one.iter().zip(other).map(change).collect()
    };
    let reference = |case: usize| &estimates[space.reference(case) as usize];
    let changes: Vec<Vec<Option<Change>>> =
        estimates.iter().enumerate().map(|(number, at)| less(at, reference(number / per_case))).collect();
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
        answered: &[],
        sides: &[],
        show: &[],
        theme: &THEME,
    };
    let pictures = sweep_pictures(&sweep).unwrap();
    assert_eq!(pictures.len(), expected, "{name}");
    let bytes = |pictures: &[Picture]| -> Vec<Vec<u8>> { pictures.iter().map(|one| one.png().unwrap()).collect() };
    assert_eq!(bytes(&pictures), bytes(&sweep_pictures(&sweep).unwrap()), "the same bytes twice");
    for picture in pictures {
        if let Some(dir) = option_env!("STANDOFF_CHART_DIR") {
            std::fs::create_dir_all(dir).unwrap();
            std::fs::write(Path::new(dir).join(format!("{name}-{}.png", picture.name)), picture.png().unwrap())
                .unwrap();
        }
        let reader = png::Decoder::new(std::io::Cursor::new(picture.png().unwrap())).read_info().unwrap();
        assert_eq!(reader.info().width, 2008);
    }
}

#[test]
fn one_input_makes_lines() {
    let resolve = || vec![varied("resolve", &steps(0.0, 1.0, 21))];
    check("line", Design::Grid, resolve(), &[None], 3);
    check("line-two", Design::Grid, resolve(), &[None, Some("bold")], 4);
    check("line-log", Design::Grid, vec![varied("stamina", &[1.0, 10.0, 100.0, 1000.0])], &[None], 3);
    check("line-one", Design::Grid, vec![varied("stamina", &[1.0])], &[None], 3);
}

#[test]
fn two_inputs_make_maps_and_three_make_several() {
    let two = |n| vec![varied("resolve", &steps(0.0, 1.0, n)), varied("stamina", &steps(0.0, 1.5, n))];
    check("map", Design::Grid, two(25), &[None], 4);
    check("map-small", Design::Grid, two(5), &[None], 4);
    check("map-two", Design::Grid, two(21), &[None, Some("bold")], 4);
    let three = [two(11), vec![varied("patience", &[0.5, 1.0, 2.0])]].concat();
    check("map-three", Design::Grid, three, &[None], 4);
    check("map-one", Design::Grid, two(2), &[None], 4);
}

#[test]
fn one_at_a_time_makes_a_tornado_and_drawn_points_lines_through_parallel_axes() {
    let vary = || vec![varied("resolve", &[0.2, 0.8]), varied("stamina", &[0.5, 1.5]), varied("patience", &[0.9, 1.2])];
    check("tornado", Design::OneAtATime, vary(), &[None], 4);
    let between = |name: &str, from: f64, to: f64| Varied {
        values: Values::Between { from, to, log: false },
        ..varied(name, &[])
    };
    let ranges = || vec![between("resolve", 0.0, 1.0), between("stamina", 0.5, 1.5), between("patience", 0.5, 2.0)];
    check("drawn", Design::Sobol, ranges(), &[None], 4);
    check("drawn-two", Design::LatinHypercube, ranges(), &[None, Some("bold")], 8);
    check("four", Design::Grid, [vary(), vec![varied("ships", &[1.0])]].concat(), &[None], 4);
}
