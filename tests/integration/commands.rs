//! The command as a user types it: files, messages and exit codes.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const SCENARIO: &str = include_str!("../good.toml");

fn standoff() -> Command {
    let mut command = Command::cargo_bin("standoff").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Exit code, stdout, stderr.
fn outcome(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn run_writes_tables_charts_and_a_manifest() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("strait.toml");
    fs::write(&file, SCENARIO).unwrap();
    let results = out.path().join("results");
    let (code, stdout, stderr) =
        outcome(standoff().arg("run").arg(&file).args(["--runs", "500", "--seed", "7", "-o"]).arg(&results));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stderr}");
    assert!(stdout.contains("Conditional on the stated assumptions; not a forecast."), "{stdout}");
    let folder = results.join("strait");
    let written = names(&folder);
    for name in ["outcomes.csv", "timeline.csv", "consequences.csv", "exceedance.csv", "summary.json", "manifest.json"]
    {
        assert!(written.contains(&name.to_owned()), "{written:?}");
    }
    assert!(written.iter().filter(|name| name.ends_with(".png")).count() >= 4, "{written:?}");
    assert!(written.iter().all(|name| !name.starts_with('.')), "nothing half-written is left: {written:?}");
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["seed"], 7);
    assert_eq!(manifest["runs"], 500);
    assert_eq!(manifest["partial"], false);
    assert!(manifest["command"].as_str().unwrap().starts_with("standoff run "));
    assert_eq!(manifest["files"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(manifest["outputs"].as_array().unwrap().len(), written.len() - 1);
    let mut rows = csv::Reader::from_path(folder.join("outcomes.csv")).unwrap();
    let total: f64 = rows
        .records()
        .map(|row| row.unwrap())
        .filter(|row| &row[1] == "outcome")
        .map(|row| row[7].parse::<f64>().unwrap())
        .sum();
    assert!((total - 1.0).abs() < 1e-12);
}

#[test]
fn the_same_command_writes_the_same_bytes_at_any_number_of_threads() {
    let out = tempfile::tempdir().unwrap();
    let results = |threads: &str| {
        let folder = out.path().join(threads);
        let run = ["run", "scenarios/negotiated-pause.toml", "--runs", "300", "--threads", threads, "-o"];
        assert_eq!(outcome(standoff().args(run).arg(&folder)).0, 0);
        let folder = folder.join("negotiated-pause");
        let files: Vec<String> = names(&folder).into_iter().filter(|name| name != "manifest.json").collect();
        files.into_iter().map(|name| (name.clone(), fs::read(folder.join(&name)).unwrap())).collect::<Vec<_>>()
    };
    let (one, three) = (results("1"), results("3"));
    for ((name, a), (_, b)) in one.iter().zip(&three) {
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn a_folder_runs_every_whole_scenario_in_it() {
    let out = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = outcome(standoff().args(["run", "scenarios", "--runs", "50", "-o"]).arg(out.path()));
    assert_eq!(code, 0, "{stderr}");
    let folders = ["continued-support", "full-involvement", "limited-deployment", "negotiated-pause"];
    for name in folders {
        assert!(out.path().join(name).join("manifest.json").exists(), "{name}");
    }
    assert!(!out.path().join("world").exists(), "a base is not a scenario");
    assert!(out.path().join("comparison.csv").exists() && out.path().join("comparison.png").exists());
    assert!(stdout.contains("limited-deployment  "), "side by side: {stdout}");
}

#[test]
fn settings_change_results_and_are_told() {
    let out = tempfile::tempdir().unwrap();
    let run = |set: &[&str]| {
        let mut command = standoff();
        command.args(["run", "scenarios/full-involvement.toml", "--runs", "400", "-o"]).arg(out.path());
        outcome(command.args(set))
    };
    let (_, base, _) = run(&[]);
    let (code, stdout, _) = run(&["--set", "restraint=0", "--horizon", "26 weeks"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("with restraint = 0") && stdout.contains("horizon 26 weeks"), "{stdout}");
    assert_ne!(base, stdout);
    let (code, _, stderr) = run(&["--set", "restrain=0"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("did you mean `restraint`?"), "{stderr}");
    let (code, _, stderr) = run(&["--set", "restraint"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--set name=value"), "{stderr}");
    assert_eq!(run(&["--horizon", "soon"]).0, 2);
    assert_eq!(run(&["--runs", "0"]).0, 2);
}

#[test]
fn mistakes_are_exit_code_1_and_files_4() {
    let out = tempfile::tempdir().unwrap();
    let code = |arguments: &[&str]| outcome(standoff().args(arguments));
    let (status, stdout, stderr) = code(&["check", "tests/broken/unknown-name-in-expression.toml"]);
    assert_eq!((status, stdout.as_str()), (1, ""));
    assert!(stderr.contains("tests/broken/unknown-name-in-expression.toml:33:") && stderr.contains("push"), "{stderr}");
    let (status, _, stderr) = code(&["check", "no-such-file.toml"]);
    assert_eq!(status, 4, "{stderr}");
    assert!(stderr.contains("no-such-file.toml"), "{stderr}");
    let (status, _, stderr) = code(&["check", "tests/integration"]);
    assert_eq!(status, 4, "{stderr}");
    let (status, _, stderr) = code(&["run", "scenarios/world.toml"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("has no outcomes"), "{stderr}");
    assert_eq!(code(&["run"]).0, 2);
    assert_eq!(code(&["--help"]).0, 0);
    // A path below a file cannot be made, whoever asks.
    let file = out.path().join("file");
    fs::write(&file, "").unwrap();
    let under = file.join("out");
    let (status, _, stderr) =
        code(&["run", "scenarios/negotiated-pause.toml", "--runs", "10", "-o", under.to_str().unwrap()]);
    assert_eq!(status, 4);
    assert_eq!(stderr.lines().count(), 1, "one clear error: {stderr}");
    assert!(stderr.contains("cannot write"), "{stderr}");
}

#[test]
fn a_run_that_cannot_go_on_can_be_replayed() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("strait.toml");
    fs::write(
        &file,
        SCENARIO
            .replace("0.1 * push", "resolve * (0.1 - 0.2 * pressure)")
            .replace("volatility = 0.02", "volatility = 0.2"),
    )
    .unwrap();
    let (code, _, stderr) =
        outcome(standoff().arg("run").arg(&file).args(["--runs", "300", "-o"]).arg(out.path().join("o")));
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("rate is negative") && stderr.contains("strait.toml:"), "{stderr}");
    let command = stderr.split('`').find(|part| part.starts_with("standoff replay")).unwrap();
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let (code, stdout, again) = outcome(standoff().args(&words));
    assert_eq!(code, 3, "{again}");
    assert!(stdout.contains("starts in fleet.harbour") && again.contains("rate is negative"), "{stdout}{again}");
    assert!(!out.path().join("o/strait/manifest.json").exists(), "no results of a study that failed");
}

#[test]
fn verify_tells_what_was_met() {
    let (code, stdout, _) = outcome(standoff().args([
        "verify",
        "scenarios/reference/c3-two-states.toml",
        "--runs",
        "5000",
        "--seed",
        "11",
    ]));
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("3 met, 0 missed"), "{stdout}");
}
