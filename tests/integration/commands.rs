//! The command as a user types it: files, messages and exit codes.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const SCENARIO: &str = include_str!("../good.toml");

pub fn standoff() -> Command {
    let mut command = Command::cargo_bin("standoff").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Exit code, stdout, stderr.
pub fn outcome(command: &mut Command) -> (i32, String, String) {
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
    assert!(stderr.contains("tests/broken/unknown-name-in-expression.toml:34:") && stderr.contains("push"), "{stderr}");
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
    assert!(stdout.contains("`fleet` is in `harbour`") && again.contains("rate is negative"), "{stdout}{again}");
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
    // Each truth twice: exactly, and by simulation.
    assert!(stdout.contains("9 met, 0 missed") && stdout.contains("exactly 0.23608160417242"), "{stdout}");
}

#[test]
fn exact_answers_have_no_runs() {
    let out = tempfile::tempdir().unwrap();
    let exact = ["exact", "scenarios/reference/ladder-memoryless.toml", "-o"];
    let (code, stdout, stderr) = outcome(standoff().args(exact).arg(out.path()));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stderr}");
    assert!(stdout.contains("exact (8 states; no probability is off by more than"), "{stdout}");
    assert!(stdout.contains("any outcome") && stdout.contains("infinite"), "{stdout}");
    assert!(!stdout.contains(" runs,") && !stdout.contains("seed"), "{stdout}");
    let folder = out.path().join("ladder-memoryless");
    let json =
        |name: &str| -> serde_json::Value { serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap() };
    let method = &json("manifest.json")["method"]["exact"];
    assert_eq!(method["states"], 8);
    assert!(method["error_bound"].as_f64().unwrap() < 1e-10);
    let summary = json("summary.json");
    assert_eq!(summary["origin"]["method"]["exact"], *method);
    assert_eq!(summary["outcomes"][0]["probability"].get("runs"), None);
    assert_eq!(summary["eventual"]["outcomes"][0]["mean_time"], "inf");
    let mut rows = csv::Reader::from_path(folder.join("outcomes.csv")).unwrap();
    let row = rows.records().next().unwrap().unwrap();
    assert_eq!((&row[5], &row[6], &row[8]), ("", "", ""), "no runs, no hits, no interval: {row:?}");
    assert!((row[7].parse::<f64>().unwrap() - 0.1836244429).abs() < 1e-9);
    assert!(names(&folder).contains(&"eventual.csv".to_owned()));

    let exact = ["exact", "scenarios/reference/ladder-memoryless.toml", "--no-horizon"];
    let (code, stdout, _) = outcome(standoff().args(exact));
    assert_eq!(code, 0);
    assert!(stdout.starts_with("Ladder, memoryless\nWithout a horizon\n") && stdout.contains("59.9"), "{stdout}");
}

#[test]
fn what_has_no_exact_answer_says_why_and_what_to_do() {
    let out = tempfile::tempdir().unwrap();
    let exact = ["exact", "scenarios/reference/ladder-semi-markov.toml", "-o"];
    let (code, _, stderr) = outcome(standoff().args(exact).arg(out.path()));
    assert_eq!(code, 3);
    assert!(stderr.contains("not memoryless") && stderr.contains("ladder-semi-markov.toml:"), "{stderr}");
    assert!(stderr.contains("standoff run scenarios/reference/ladder-semi-markov.toml"), "{stderr}");
    assert!(stderr.contains("--phase-type"), "{stderr}");
    let (code, stdout, _) = outcome(standoff().args(exact).arg(out.path()).args(["--phase-type", "3"]));
    assert_eq!(code, 0);
    assert!(stdout.contains("APPROXIMATION") && stdout.contains("Third moment off by"), "{stdout}");
}

#[test]
fn auto_says_which_method_it_used_and_why() {
    let out = tempfile::tempdir().unwrap();
    let run = |file: &str| {
        let command = ["run", file, "--method", "auto", "--runs", "200", "-o"];
        outcome(standoff().args(command).arg(out.path()))
    };
    let (code, stdout, _) = run("scenarios/reference/ladder-memoryless.toml");
    assert_eq!(code, 0);
    assert!(stdout.starts_with("ladder-memoryless: solved exactly, as all of it is a Markov chain\n"), "{stdout}");
    let (code, stdout, _) = run("scenarios/reference/ladder-semi-markov.toml");
    assert_eq!(code, 0);
    assert!(stdout.starts_with("ladder-semi-markov: simulated, as it has no exact answer as a whole: "), "{stdout}");
    assert!(stdout.contains("200 runs, seed 1"), "{stdout}");
}

#[test]
fn schema_prints_and_writes_what_editors_read() {
    let out = tempfile::tempdir().unwrap();
    let (code, scenario, _) = outcome(standoff().arg("schema"));
    assert_eq!((code, &scenario), (0, &outcome(standoff().args(["schema", "scenario"])).1));
    let (code, study, _) = outcome(standoff().args(["schema", "study"]));
    assert_eq!(code, 0);
    assert_ne!(scenario, study);
    let folder = out.path().join("new");
    assert_eq!(outcome(standoff().args(["schema", "--write"]).arg(&folder)), (0, String::new(), String::new()));
    assert_eq!(names(&folder), ["scenario.schema.json", "study.schema.json"]);
    assert_eq!(fs::read_to_string(folder.join("scenario.schema.json")).unwrap(), scenario);
    assert_eq!(fs::read_to_string(folder.join("study.schema.json")).unwrap(), study);
    assert_eq!(outcome(standoff().args(["schema", "outcomes"])).0, 2);
    let file = out.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(outcome(standoff().args(["schema", "--write"]).arg(file.join("below"))).0, 4);
}

/// A folder with the scenario `strait.toml` and this study.
fn with_study(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("strait.toml"), SCENARIO).unwrap();
    let study = folder.path().join("study.toml");
    fs::write(&study, text).unwrap();
    (folder, study)
}

#[test]
fn a_study_runs_as_flags_of_the_same_names() {
    let (folder, study) = with_study(
        "scenarios = [\"strait.toml\"]\nseed = 7\nruns = 300\nhorizon = \"26 weeks\"\nset = { resolve = 0.8 }\nthreads = 1\n",
    );
    let run = |path: &Path, out: &str, flags: &[&str]| {
        let out = folder.path().join(out);
        let (code, stdout, stderr) = outcome(standoff().arg("run").arg(path).args(flags).arg("-o").arg(&out));
        assert_eq!(code, 0, "{stderr}");
        assert!(!stdout.is_empty());
        fs::read(out.join("strait/outcomes.csv")).unwrap()
    };
    let by_study = run(&study, "a", &[]);
    let strait = folder.path().join("strait.toml");
    let flags = ["--seed", "7", "--runs", "300", "--horizon", "26 weeks", "--set", "resolve=0.8"];
    assert!(by_study == run(&strait, "b", &flags), "a study and its flags are one thing");
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("a/strait/manifest.json")).unwrap()).unwrap();
    assert!(manifest["files"][0]["path"].as_str().unwrap().ends_with("study.toml"), "{manifest}");
    assert_eq!((&manifest["seed"], &manifest["runs"], &manifest["threads"]), (&7.into(), &300.into(), &1.into()));
    // A flag wins over the file.
    let flags = ["--seed", "8", "--runs", "200", "--horizon", "20 weeks", "--set", "resolve=0.5"];
    assert!(run(&study, "c", &flags) == run(&strait, "d", &flags), "flags win over the study");
}

#[test]
fn a_folder_is_run_without_its_studies_and_checked_with_them() {
    let (folder, study) = with_study("scenarios = [\"strait.toml\"]\n");
    let out = folder.path().join("out");
    let (code, _, stderr) = outcome(standoff().arg("run").arg(folder.path()).args(["--runs", "20", "-o"]).arg(&out));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(names(&out), ["strait"]);
    let (code, stdout, stderr) = outcome(standoff().arg("check").arg(folder.path()));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout.matches("no mistakes").count(), 2, "each file once: {stdout}");
    assert!(stdout.contains("study.toml: a study"), "{stdout}");
    let (code, stdout, _) = outcome(standoff().arg("check").arg(&study));
    assert_eq!((code, stdout.matches("no mistakes").count()), (0, 2), "{stdout}");
    let (code, _, stderr) = outcome(standoff().arg("replay").arg(&study));
    assert!(code == 1 && stderr.contains("is a study"), "{stderr}");
    let (code, _, stderr) = outcome(standoff().arg("run").arg(&study).arg(&study));
    assert!(code == 2 && stderr.contains("run it alone"), "{stderr}");
}

#[test]
fn mistakes_of_a_study_and_of_its_scenarios_are_told_together() {
    let (folder, study) = with_study("scenarios = [\"strait.toml\", \"none.toml\"]\nruns = -1\n[vary]\nresolv = [1]\n");
    fs::write(folder.path().join("strait.toml"), SCENARIO.replace("0.1 * push", "0.1 * psuh")).unwrap();
    for verb in ["check", "run"] {
        let (code, _, stderr) = outcome(standoff().arg(verb).arg(&study));
        assert_eq!(code, 1, "{stderr}");
        for word in ["none.toml", "found -1", "study.toml:2:", "psuh", "strait.toml:34:"] {
            assert!(stderr.contains(word), "{word}: {stderr}");
        }
    }
}

#[test]
fn a_study_that_varies_inputs_is_checked_and_not_run() {
    let (_folder, study) = with_study("scenarios = [\"strait.toml\"]\n[vary]\nresolve = [0.3, 0.6]\n");
    assert_eq!(outcome(standoff().arg("check").arg(&study)).0, 0);
    let (code, _, stderr) = outcome(standoff().arg("run").arg(&study));
    assert!(code == 2 && stderr.contains("asks for several settings") && stderr.contains("standoff sweep"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_reader_who_has_seen_enough_ends_the_command_without_a_word() {
    let program = assert_cmd::cargo::cargo_bin("standoff");
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/limited-deployment.toml");
    let line = format!("'{}' replay '{}' | true", program.display(), scenario.display());
    let output = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
