//! `--follow` as a user types it: journeys over several files against closed forms, and what is said and written.

use crate::commands::{outcome, standoff};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const RUNS: &str = "40000";
const TIME: &str = "[time]\nunit = \"day\"\nhorizon = 10\n";

/// A scenario in which a machine leaves `a` for `b` at a rate, and costs 1 a day.
fn leg(title: &str, rate: f64, outcomes: &str) -> String {
    format!(
        "title = \"{title}\"\nextends = \"time.toml\"\n[consequences.cost]\nunit = \"million\"\nrate = {{ value = 1, basis = \"judgement\" }}\n\
         [machines.m]\ninitial = \"a\"\nstates = {{ a = {{}}, b = {{}} }}\n[[machines.m.transitions]]\nname = \"moves\"\nfrom = \"a\"\nto = \"b\"\n\
         rate = {{ value = {rate}, basis = \"judgement\" }}\n{outcomes}\n[outcomes.left]\ndefault = true\n"
    )
}

/// Two waits in a row, over two files in two folders that share a third.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let on = "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"later/second.toml\", state = \"m.a\" }\n";
    let done = "[outcomes.done]\nwhen = \"m.b\"\n[variants.slow]\nset = { \"m.moves.rate\" = 0.1 }\n";
    write("time.toml", TIME);
    write("first.toml", &leg("First", 0.3, on));
    write("later/second.toml", &leg("Second", 0.5, done).replace("time.toml", "../time.toml"));
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> (String, PathBuf) {
    let out = folder.join("out");
    let mut command = standoff();
    command.current_dir(folder).args(["run", "first.toml", "--follow", "-o", "out"]).args(arguments);
    let (code, stdout, stderr) = outcome(&mut command);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    (stdout, out.join("first"))
}

/// The number in a column of the row of a CSV file whose fields begin so.
fn cell(file: &Path, row: &[&str], column: &str) -> f64 {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let at = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    let found = reader.records().map(|record| record.unwrap());
    let mut found = found.filter(|record| row.iter().all(|field| record.iter().any(|cell| cell == *field)));
    found.next().unwrap_or_else(|| panic!("{row:?}"))[at].parse().unwrap()
}

/// `found` is within four standard errors of `p`.
#[track_caller]
fn close(found: f64, p: f64) {
    let error = (p * (1.0 - p) / 40_000.0).sqrt();
    assert!((found - p).abs() < 4.0 * error, "{found} against {p}, error {error}");
}

/// The probability that two exponential waits in a row are over by `t`.
fn both_by(a: f64, b: f64, t: f64) -> f64 {
    1.0 - (b * libm::exp(-a * t) - a * libm::exp(-b * t)) / (b - a)
}

#[test]
fn a_journey_is_a_sum_of_waits_and_costs_what_its_length_costs() {
    let folder = folder();
    let (text, out) = run(folder.path(), &["--runs", RUNS]);
    let (a, b, t) = (0.3, 0.5, 10.0);
    let (entered, done) = (1.0 - libm::exp(-a * t), both_by(a, b, t));
    close(cell(&out.join("outcomes.csv"), &["outcome", "done"], "probability"), done);
    close(cell(&out.join("scenarios.csv"), &["second"], "probability"), entered);
    close(cell(&out.join("hand-offs.csv"), &["first", "on", "second"], "probability"), entered);
    close(cell(&out.join("ends.csv"), &["second", "done"], "probability"), done);
    close(cell(&out.join("ends.csv"), &["second", "left"], "probability"), entered - done);
    // Cost is 1 a day until both waits are over: E min(X, t) + what of the second wait lies before t.
    let first = (1.0 - libm::exp(-a * t)) / a;
    let whole = t - {
        // ∫ P(both over by s) ds from 0 to t.
        let mean_over = |rate: f64| (1.0 - libm::exp(-rate * t)) / rate;
        t - (b * mean_over(a) - a * mean_over(b)) / (b - a)
    };
    for (file, row, column, expected) in [
        ("scenarios.csv", "first", "time", first),
        ("scenarios.csv", "second", "time", whole - first),
        ("consequences.csv", "cost", "mean", whole),
    ] {
        let found = cell(&out.join(file), &[row], column);
        // No time of at most ten days has a larger standard deviation than five.
        assert!((found - expected).abs() < 4.0 * 5.0 / 200.0, "{file} {row}: {found} against {expected}");
    }
    assert!(text.contains("no probability is given to a path being chosen"), "{text}");
    assert!(text.contains("first: on → second"), "{text}");
    assert!(out.join("scenarios.png").exists());
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let files: Vec<&str> = manifest["files"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(files, ["first.toml", "time.toml", "later/second.toml"], "each text once");
    assert!(manifest["command"].as_str().unwrap().contains("--follow"), "{manifest}");
    let summary: serde_json::Value = serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["journey"]["scenarios"][1]["scenario"], "second");
    // The digest is of all texts: another second scenario gives another.
    fs::write(folder.path().join("time.toml"), format!("{TIME}# later\n")).unwrap();
    run(folder.path(), &["--runs", "10"]);
    let other: serde_json::Value = serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    assert_ne!(summary["origin"]["digest"], other["origin"]["digest"]);
}

#[test]
fn what_is_set_reaches_each_scenario_that_has_it() {
    let folder = folder();
    let (_, out) = run(folder.path(), &["--runs", RUNS, "--set", "m.moves.rate=0.2", "--horizon", "5 days"]);
    // Two waits at one rate: a gamma law.
    let t = 0.2 * 5.0;
    close(cell(&out.join("outcomes.csv"), &["outcome", "done"], "probability"), 1.0 - libm::exp(-t) * (1.0 + t));
    let mut command = standoff();
    command.current_dir(folder.path()).args(["run", "first.toml", "--follow", "--runs", RUNS, "--variant", "slow"]);
    let (code, text, stderr) = outcome(&mut command);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("`first` has no variant `slow`"), "{stderr}");
    assert!(text.contains("m.moves.rate = 0.1"), "{text}");
    close(cell(&out.join("outcomes.csv"), &["outcome", "done"], "probability"), both_by(0.3, 0.1, 10.0));
}

#[test]
fn journeys_write_the_same_bytes_at_any_number_of_threads() {
    let folder = folder();
    let bytes = |threads: &str| {
        let (_, out) = run(folder.path(), &["--runs", "9000", "--threads", threads]);
        ["summary.json", "timeline.csv", "scenarios.csv", "ends.csv", "hand-offs.csv", "scenarios.png"]
            .map(|name| fs::read(out.join(name)).unwrap())
    };
    let one = bytes("1");
    for threads in ["2", "5"] {
        assert!(bytes(threads) == one, "{threads} threads");
    }
}

#[test]
fn one_journey_is_told_across_scenarios() {
    let folder = folder();
    let mut told = String::new();
    for run in 0..20 {
        let mut command = standoff();
        command.current_dir(folder.path()).args(["replay", "first.toml", "--follow", "--format", "trace"]);
        command.args(["--run", &run.to_string()]);
        let (code, text, stderr) = outcome(&mut command);
        assert_eq!((code, stderr.as_str()), (0, ""));
        told = text;
        if told.contains("outcome done") {
            break;
        }
    }
    let places: Vec<usize> = ["starts in m.a", "outcome on", "goes on in second (Second), in m.a", "outcome done"]
        .iter()
        .map(|words| told.find(words).unwrap_or_else(|| panic!("{words}: {told}")))
        .collect();
    assert!(places.is_sorted(), "{told}");
}

/// Checks a changed folder; gives the exit code and what is said.
fn check(folder: &Path, file: &str, old: &str, new: &str) -> (i32, String) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{text}");
    fs::write(&path, text.replace(old, new)).unwrap();
    let (code, _, stderr) = outcome(standoff().current_dir(folder).args(["check", "first.toml"]));
    let (run, _, said) = outcome(standoff().current_dir(folder).args(["run", "first.toml", "--follow", "--runs", "1"]));
    assert_eq!((run, &said), (code, &stderr), "what check says is what keeps it from running");
    (code, stderr)
}

#[test]
fn hand_offs_are_checked_where_they_are_written() {
    for (file, old, new, id, place) in [
        ("first.toml", "second.toml", "secnod.toml", "unreadable-file", "first.toml:16:21"),
        ("first.toml", "later/second.toml", "time.toml", "no-default", "first.toml:16:21"),
        ("first.toml", "state = \"m.a\"", "state = \"m.c\"", "unknown-state", "first.toml:16:50"),
        ("later/second.toml", "extends", "time.unit = \"week\"\nextends", "other-time", "first.toml:16:21"),
        ("later/second.toml", "when = \"m.b\"", "when = \"m.bb\"", "unknown-state", "later/second.toml:15:11"),
    ] {
        let folder = folder();
        let (code, said) = check(folder.path(), file, old, new);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(&format!("error[{id}]")) && said.contains(place), "{said}");
        assert!(said.contains("1 error"), "{said}");
    }
}

#[test]
fn a_circle_is_no_mistake_and_the_horizon_ends_it() {
    let folder = folder();
    let path = folder.path().join("later/second.toml");
    let text = fs::read_to_string(&path).unwrap();
    let back = "when = \"m.b\"\nnext = { scenario = \"../first.toml\", state = \"a\" }";
    fs::write(&path, text.replace("when = \"m.b\"", back)).unwrap();
    let (text, out) = run(folder.path(), &["--runs", RUNS]);
    assert!(text.contains("second: done → first"), "{text}");
    // Alternating waits of 1/0.3 and 1/0.5: how often the first begins, by the renewal equation.
    let (a, b, t) = (0.3, 0.5, 10.0);
    let (sum, product) = (a + b, a * b);
    let renewals = product / sum * t - product / (sum * sum) * (1.0 - libm::exp(-sum * t));
    let entries = cell(&out.join("scenarios.csv"), &["first", "First"], "entries");
    // A renewal count over so short a time varies less than a Poisson number.
    assert!((entries - 1.0 - renewals).abs() < 4.0 * (renewals / 40_000.0_f64).sqrt(), "{entries} {renewals}");
    assert_eq!(cell(&out.join("outcomes.csv"), &["outcome", "left"], "probability"), 1.0);
}

#[test]
fn the_four_paths_lead_into_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let run = ["run", "scenarios", "--follow", "--runs", "400", "--horizon", "400 weeks", "-o"];
    let (code, text, stderr) = outcome(standoff().args(run).arg(folder.path()));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stderr}");
    for hand_off in [
        "continued-support: deployment_decision → limited-deployment",
        "continued-support: pause_agreed → negotiated-pause",
        "limited-deployment: full_involvement → full-involvement",
        "limited-deployment: pullback → continued-support",
        "limited-deployment: pause_agreed → negotiated-pause",
        "full-involvement: pullback → continued-support",
        "full-involvement: pause_agreed → negotiated-pause",
        "negotiated-pause: no_pause → continued-support",
        "negotiated-pause: collapse_attrition → continued-support",
        "negotiated-pause: collapse_offensive → continued-support",
    ] {
        assert!(text.contains(hand_off), "{hand_off}: {text}");
    }
    for path in ["continued-support", "limited-deployment", "full-involvement", "negotiated-pause"] {
        let out = folder.path().join(path);
        let total: f64 = csv::Reader::from_path(out.join("ends.csv"))
            .unwrap()
            .records()
            .map(|row| row.unwrap()[5].parse::<f64>().unwrap())
            .sum();
        assert!((total - 1.0).abs() < 1e-9, "{path}: {total}");
        // All four can be come to from each.
        assert_eq!(csv::Reader::from_path(out.join("scenarios.csv")).unwrap().records().count(), 4, "{path}");
        assert!(out.join("scenarios.png").exists());
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_journey_keeps_what_was_finished() {
    let folder = folder();
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_standoff"))
        .current_dir(folder.path())
        .args(["run", "first.toml", "--follow", "--runs", "100000000000", "--threads", "1", "-o", "out"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    let manifest = fs::read(folder.path().join("out/first/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["partial"], true);
    assert!(manifest["runs"].as_u64().unwrap() > 0);
}

#[test]
fn a_plain_run_leaves_nothing_of_a_journey_in_its_folder_but_what_was_changed() {
    let out = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("standoff").unwrap();
        command.args(["run", "scenarios/negotiated-pause.toml", "--runs", "20", "-o"]).arg(out.path()).args(more);
        assert_eq!(command.output().unwrap().status.code(), Some(0));
    };
    let there = |name: &str| out.path().join("negotiated-pause").join(name).exists();
    run(&["--follow"]);
    assert!(there("hand-offs.csv") && there("ends.csv") && there("scenarios.csv"));
    std::fs::write(out.path().join("negotiated-pause/ends.csv"), "mine").unwrap();
    std::fs::write(out.path().join("negotiated-pause/notes.txt"), "mine too").unwrap();
    run(&[]);
    assert!(!there("hand-offs.csv") && !there("scenarios.csv") && there("outcomes.csv"));
    assert!(there("ends.csv") && there("notes.txt"));
}
