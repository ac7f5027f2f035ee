//! Sweeps that stop point by point, and find where a threshold is crossed: held against closed forms.

use crate::commands::{outcome, standoff};
use crate::sweeps::{done, rows, same, shelf, sweep};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One step at a constant pace: within ten weeks with probability 1 − exp(−10 pace), after (1 − exp(−10 pace)) / pace weeks
/// on average, ten weeks at the most.
const STEP: &str = r#"
format = 1
title = "One step"
[time]
unit = "week"
horizon = "10 weeks"
[parameters]
pace = { value = 0.05, source = "x" }
[machines.actor]
initial = "calm"
states = { calm = {}, tense = {} }
[[machines.actor.transitions]]
name = "steps"
from = "calm"
to = "tense"
rate = { value = 1, times = "pace", source = "x" }
[consequences.calm_weeks]
unit = "weeks"
rate = "1"
[outcomes.tense]
when = "actor.tense"
[outcomes.calm]
default = true
"#;

fn step_shelf(study: &str) -> (tempfile::TempDir, PathBuf) {
    let (folder, _) = shelf("");
    fs::write(folder.path().join("step.toml"), STEP).unwrap();
    let path = folder.path().join("study.toml");
    fs::write(&path, format!("scenarios = [\"step.toml\"]\n{study}")).unwrap();
    (folder, path)
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// The crossings of a one-dimensional sweep: (at, low, high).
fn crossings(out: &Path, axis: &str) -> Vec<(f64, f64, f64)> {
    let mut reader = csv::Reader::from_path(out.join("threshold.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.unwrap()).collect();
    rows.iter().map(|row| (number(row, axis), number(row, "low"), number(row, "high"))).collect()
}

/// Where the probability is 30 % is known in closed form, and so is where 8 weeks are calm on average. Runs go to the points
/// that are near: none that is far has more than the first block.
#[test]
fn the_boundary_that_is_found_holds_the_true_one_within_it() {
    let pace = "[vary]\npace = { from = 0.01, to = 0.1, steps = 7 }\n";
    let (truth, step) = (-(libm::log(0.7)) / 10.0, 0.015);
    let (folder, study) =
        step_shelf(&format!("threshold = \"tense > 30 %\"\nprecision = \"0.5 points\"\nrefine = 3\nseed = 3\n{pace}"));
    let out = folder.path().join("out");
    let told = done(&mut sweep(&study, &out));
    assert!(told.contains("rises above at pace"), "{told}");
    let [(at, low, high)] = crossings(&out, "pace")[..] else { panic!("one crossing") };
    assert!(low < truth && truth < high && high - low <= step / 2.0, "{low} {truth} {high}");
    assert!((at - truth).abs() < 0.001, "{at} {truth}");
    let table = rows(&out);
    let tense: Vec<_> = table.iter().filter(|row| row["quantity"] == "tense").collect();
    assert!(tense.len() > 7, "the grid is refined");
    for row in &tense {
        let (p, runs) = (1.0 - libm::exp(-10.0 * number(row, "pace")), number(row, "runs"));
        let side = if p > 0.3 { "above" } else { "below" };
        assert!(row["side"] == side || row["side"] == "undecided", "{row:?}");
        assert!(number(row, "low") < p && p < number(row, "high"), "{row:?}");
        assert_eq!(runs > 4096.0, (p - 0.3).abs() < 0.03 && runs > 4096.0, "{row:?}");
    }
    assert!(tense.iter().any(|row| number(row, "runs") >= 16_384.0), "what is near has many runs");
    // The same without runs.
    let exact = folder.path().join("exact");
    done(sweep(&study, &exact).args(["--method", "exact"]));
    let [(_, low, high)] = crossings(&exact, "pace")[..] else { panic!("one crossing") };
    assert!(low < truth && truth < high && (high - low - step / 8.0).abs() < 1e-9, "{low} {truth} {high}");
    // A mean, which falls. Its root by bisection.
    let mean = |pace: f64| (1.0 - libm::exp(-10.0 * pace)) / pace;
    let (mut from, mut to) = (0.01, 0.1);
    for _ in 0..60 {
        let middle = (from + to) / 2.0;
        if mean(middle) > 8.0 { from = middle } else { to = middle }
    }
    let (folder, study) = step_shelf(&format!("threshold = \"calm_weeks < 8\"\nrefine = 2\n{pace}"));
    let out = folder.path().join("out");
    done(&mut sweep(&study, &out));
    let [(_, low, high)] = crossings(&out, "pace")[..] else { panic!("one crossing") };
    assert!(low < from && from < high && high - low <= step, "{low} {from} {high}");
}

/// Two inputs whose sum decides: the line is straight, and every place on it is near.
#[test]
fn the_line_on_a_map_is_where_it_should_be() {
    let (folder, study) = step_shelf(
        "threshold = \"tense > 30 %\"\nmethod = \"exact\"\nrefine = 2\n[vary]\npace = { from = 0.01, to = 0.1, steps = 4 }\nhorizon = [4, 8, 12]\n",
    );
    let out = folder.path().join("out");
    let told = done(&mut sweep(&study, &out));
    assert!(told.contains("where the grid was refined") && told.contains("undecided at 0"), "{told}");
    assert!(out.join("map-tense.png").exists());
    let mut reader = csv::Reader::from_path(out.join("threshold.csv")).unwrap();
    let places: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.unwrap()).collect();
    assert!(places.len() > 6, "{places:?}");
    for place in &places {
        let p = 1.0 - libm::exp(-number(place, "pace") * number(place, "horizon"));
        assert!((p - 0.3).abs() < 0.01, "{place:?} {p}");
    }
    let decided = rows(&out).iter().filter(|row| row["quantity"] == "tense").all(|row| {
        let p = 1.0 - libm::exp(-number(row, "pace") * number(row, "horizon"));
        row["side"] == if p > 0.3 { "above" } else { "below" }
    });
    assert!(decided);
}

/// Each point stops where `run` stops at its setting, is as near as was asked for, and its interval holds the truth.
#[test]
fn every_point_runs_until_its_precision_is_reached() {
    let (folder, study) =
        step_shelf("precision = \"1 point\"\nseed = 5\n[vary]\npace = { from = 0.005, to = 0.2, steps = 14 }\n");
    let out = folder.path().join("out");
    done(&mut sweep(&study, &out));
    let table = rows(&out);
    let tense: Vec<_> = table.iter().filter(|row| row["quantity"] == "tense").collect();
    let mut held = 0;
    for row in &tense {
        let p = 1.0 - libm::exp(-10.0 * number(row, "pace"));
        let [low, high, estimate] = ["low", "high", "estimate"].map(|column| number(row, column));
        assert!(estimate - low <= 0.01 && high - estimate <= 0.01, "{row:?}");
        held += usize::from(low <= p && p <= high);
    }
    // Of 14 intervals of 95 %, which hold at all numbers of runs.
    assert!(held >= 13, "{held} of {}", tense.len());
    let runs: std::collections::BTreeSet<String> = tense.iter().map(|row| row["runs"].clone()).collect();
    assert!(runs.len() > 2, "points need different numbers of runs: {runs:?}");
    let alone = folder.path().join("alone");
    let setting = ["--precision", "1 point", "--seed", "5", "--set", "pace=0.2"];
    done(standoff().arg("run").arg(folder.path().join("step.toml")).args(setting).arg("-o").arg(&alone));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(alone.join("step/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["runs"].to_string(), tense.last().unwrap()["runs"]);
    // A nearer precision goes on from there, to what it would have been at once.
    let keep = fs::read_dir(out.join("parts")).unwrap().map(|e| e.unwrap().path()).collect::<Vec<_>>();
    done(standoff().arg("extend").arg(&out).args(["--precision", "0.7 points"]));
    assert!(keep.iter().all(|path| path.exists()), "what was done stays");
    let fresh = folder.path().join("fresh");
    done(sweep(&study, &fresh).args(["--precision", "0.7 points"]));
    same(&fresh, &out);
    let (code, _, stderr) = outcome(standoff().arg("extend").arg(&out).args(["--precision", "2 points"]));
    assert!(code == 2 && stderr.contains("nearer precision"), "{stderr}");
    // What is never seen is never known to a part of itself: the budget ends it, and that is said.
    let rare = folder.path().join("rare");
    let (code, stdout, _) = outcome(sweep(&study, &rare).args(["--precision", "10 %", "--max-runs", "5000"]));
    assert!(code == 7 && stdout.contains("used up their runs before the precision was reached"), "{code} {stdout}");
}

#[test]
fn parts_of_a_sweep_that_refines_are_merged_to_the_bytes_of_the_whole() {
    let (folder, study) =
        step_shelf("threshold = \"tense > 30 %\"\nrefine = 1\n[vary]\npace = { from = 0.01, to = 0.1, steps = 5 }\n");
    let whole = folder.path().join("whole");
    done(&mut sweep(&study, &whole));
    let part = |which: u32| folder.path().join(format!("part-{which}"));
    for which in 1..=2 {
        done(sweep(&study, &part(which)).args(["--part", &format!("{which}/2")]));
    }
    let merged = folder.path().join("merged");
    done(standoff().arg("merge").arg(part(1)).arg(part(2)).arg("-o").arg(&merged));
    same(&whole, &merged);
}

/// The change from the reference point, with common luck, is told more nearly than both estimates would have it, and holds the
/// truth.
#[test]
fn changes_know_of_common_luck() {
    let (folder, study) = step_shelf("runs = 20000\nseed = 2\n[vary]\npace = { from = 0.03, to = 0.07, steps = 9 }\n");
    let out = folder.path().join("out");
    done(&mut sweep(&study, &out));
    let truth = |pace: f64| 1.0 - libm::exp(-10.0 * pace);
    let table = rows(&out);
    for row in table.iter().filter(|row| row["quantity"] == "tense") {
        assert_eq!(row["reference"], "4", "the point nearest to the file's own pace, 0.05");
        let [change, low, high] = ["change", "change_low", "change_high"].map(|column| number(row, column));
        let expected = truth(number(row, "pace")) - truth(0.05);
        // Eight intervals of 95 %, from one luck.
        let slack = 0.5 * (high - low);
        assert!(low - slack <= expected && expected <= high + slack, "{row:?} {expected}");
        let apart = 1.96 * 2.0_f64.sqrt() * number(row, "standard_error");
        assert!(high - change < 0.8 * apart, "{row:?}");
    }
}

#[test]
fn mistakes_about_thresholds_are_told() {
    for (study, words) in [
        ("threshold = \"tence > 20 %\"", "did you mean `tense`?"),
        ("threshold = \"tense > 20\"", "a threshold lies between 0 % and 100 %"),
        ("threshold = \"calm_weeks > 20 %\"", "is an amount, not a probability"),
        ("threshold = \"tense\"", "expected a name, `>` or `<`, and a number"),
        ("threshold = 0.2", "text such as"),
        ("refine = 2", "`refine` means nothing without `threshold`"),
        ("threshold = \"tense > 20 %\"\nrefine = 1\ndesign = \"one-at-a-time\"", "only grids are refined"),
    ] {
        let (folder, path) = step_shelf(&format!("{study}\n[vary]\npace = [0.1, 0.2]\n"));
        let (code, _, stderr) = outcome(&mut sweep(&path, &folder.path().join("out")));
        assert!(code == 1 && stderr.contains(words), "{study}: {stderr}");
    }
    let (folder, path) = step_shelf("max_time = \"5 min\"\nprecision = \"1 point\"\n[vary]\npace = [0.1, 0.2]\n");
    let (code, _, stderr) = outcome(&mut sweep(&path, &folder.path().join("out")));
    assert!(code == 2 && stderr.contains("a sweep has no `max_time`"), "{stderr}");
}
