//! Sweeps: the numbers of their points, and that no work is lost or done twice, whatever happens to the process.

use crate::commands::{outcome, standoff};
use standoff::random::{NameAddress, RunAddress, Stream};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SCENARIO: &str = include_str!("../good.toml");

/// A folder with the strait, and the study of it.
fn shelf(study: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("strait.toml"), SCENARIO).unwrap();
    let path = folder.path().join("study.toml");
    fs::write(&path, format!("scenarios = [\"strait.toml\"]\n{study}")).unwrap();
    (folder, path)
}

/// Everything in a folder whose bytes must not depend on how it came about.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_file() && name != "manifest.json" && name != "study.json" && !name.starts_with('.') {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

#[track_caller]
fn same(one: &Path, other: &Path) {
    let (one, other) = (results(one), results(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name} differs");
    }
    assert!(one.contains_key("results.csv") && one.contains_key("results.parquet"), "{:?}", one.keys());
}

#[track_caller]
fn done(command: &mut assert_cmd::Command) -> String {
    let (code, stdout, stderr) = outcome(command);
    assert_eq!(code, 0, "{stdout}{stderr}");
    stdout
}

fn sweep(study: &Path, out: &Path) -> assert_cmd::Command {
    let mut command = standoff();
    command.arg("sweep").arg(study).arg("-o").arg(out);
    command
}

/// The rows of a table, each by column.
fn rows(folder: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join("results.csv")).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn part_files(folder: &Path) -> usize {
    fs::read_dir(folder.join("parts")).unwrap().count()
}

/// The runs of a point are those that `run` makes at its setting: one seed, one luck.
#[test]
fn a_point_has_the_runs_of_its_setting() {
    let (folder, study) = shelf(
        "runs = 600\nseed = 9\n[vary]\nresolve = [0.3, 0.8]\n\"pressure.initial\" = [0.35, 1]\nhorizon = [\"26 weeks\", 52]\n",
    );
    let out = folder.path().join("out");
    let told = done(&mut sweep(&study, &out));
    assert!(told.contains("8 points, 600 runs of each, seed 9"), "{told}");
    let table = rows(&out);
    assert_eq!(table.len(), 8 * 3);
    let hits = |resolve: &str, pressure: &str, horizon: &str| {
        let matches = |row: &&BTreeMap<String, String>| {
            row["resolve"] == resolve
                && row["pressure.initial"] == pressure
                && row["horizon"] == horizon
                && row["quantity"] == "blockade"
        };
        let row = table.iter().find(matches).unwrap();
        assert_eq!((row["runs"].as_str(), row["seed"].as_str(), row["kind"].as_str()), ("600", "9", "outcome"));
        row["hits"].clone()
    };
    let alone = |resolve: &str, pressure: &str, horizon: &str| {
        let path = folder.path().join("alone.toml");
        fs::write(&path, SCENARIO.replace("initial = 0.35", &format!("initial = {pressure}"))).unwrap();
        let out = folder.path().join("alone");
        let run = ["--runs", "600", "--seed", "9", "--horizon", horizon, "--set", &format!("resolve={resolve}")];
        done(standoff().arg("run").arg(&path).args(run).arg("-o").arg(&out));
        let mut reader = csv::Reader::from_path(out.join("alone/outcomes.csv")).unwrap();
        let row = reader.records().map(|row| row.unwrap()).find(|row| &row[2] == "blockade").unwrap();
        row[6].to_owned()
    };
    for (resolve, pressure, horizon) in [("0.3", "0.35", "52"), ("0.8", "1", "26"), ("0.8", "0.35", "26")] {
        assert_eq!(
            hits(resolve, pressure, horizon),
            alone(resolve, pressure, horizon),
            "{resolve} {pressure} {horizon}"
        );
    }
}

/// A real process is killed at moments drawn from fixed seeds, again and again, until it gets through.
#[track_caller]
fn killed_at_any_moment(study: &str, code: i32, seeds: u64) {
    let (folder, study) = shelf(study);
    let whole = folder.path().join("whole");
    let clock = Instant::now();
    let (ended, stdout, stderr) = outcome(&mut sweep(&study, &whole));
    assert_eq!(ended, code, "{stdout}{stderr}");
    let takes = clock.elapsed().as_secs_f64();
    let mut kills = 0;
    for seed in 0..seeds {
        let out = folder.path().join(format!("killed-{seed}"));
        let mut moments = Stream::at(RunAddress::new(seed, 0), NameAddress::new("kill"), 0);
        let mut finished = false;
        for _ in 0..100 {
            let mut child = Command::new(assert_cmd::cargo::cargo_bin("standoff"))
                .args(["sweep", "--resume"])
                .arg(&study)
                .arg("-o")
                .arg(&out)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_secs_f64(0.25 * takes * moments.unit()));
            if let Some(status) = child.try_wait().unwrap() {
                assert_eq!(status.code(), Some(code));
                finished = true;
                break;
            }
            // SIGKILL: nothing of the process's own runs after this.
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            // What is there is whole: it can be asked at any time.
            if out.join("study.json").exists() && out.join("parts").exists() {
                done(standoff().arg("status").arg(&out));
            }
        }
        if !finished {
            assert_eq!(outcome(sweep(&study, &out).arg("--resume")).0, code);
        }
        // `progress.json` of a killed process stays until the next one ends.
        same(&whole, &out);
    }
    assert!(kills >= seeds, "only {kills} kills came in time");
}

#[test]
fn a_sweep_that_is_killed_at_any_moment_ends_with_the_same_bytes() {
    killed_at_any_moment(
        "runs = 12000\nthreads = 1\n[vary]\nresolve = { from = 0.1, to = 0.9, steps = 5 }\n\"pressure.initial\" = { from = 0, to = 1, steps = 4 }\n",
        0,
        3,
    );
}

/// The points of these need different numbers of runs, and those of the second are found on the way.
#[test]
fn sweeps_that_stop_by_themselves_are_killed_and_end_with_the_same_bytes() {
    let vary = "[vary]\nresolve = { from = 0.1, to = 0.9, steps = 4 }\n\"pressure.initial\" = [0, 1]\n";
    killed_at_any_moment(&format!("precision = \"1 point\"\n{vary}"), 0, 2);
    killed_at_any_moment(
        &format!("precision = \"0.5 points\"\nmax_runs = 16384\nthreshold = \"blockade > 25 %\"\nrefine = 2\n{vary}"),
        7,
        2,
    );
}

#[test]
fn damage_is_seen_and_made_good() {
    let (folder, study) = shelf("runs = 300\nvary = { resolve = [0.2, 0.4, 0.6, 0.8] }\n");
    let (whole, out) = (folder.path().join("whole"), folder.path().join("out"));
    done(&mut sweep(&study, &whole));
    done(&mut sweep(&study, &out));
    for entry in fs::read_dir(out.join("parts")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    }
    let (code, _, stderr) = outcome(sweep(&study, &out).arg("--resume"));
    assert!(code == 0 && stderr.contains("is damaged; what was in it is run again"), "{stderr}");
    same(&whole, &out);
}

#[test]
fn parts_of_a_sweep_are_merged_to_the_bytes_of_the_whole_and_gaps_are_told() {
    let (folder, study) = shelf("runs = 5000\nvary = { resolve = { from = 0, to = 1, steps = 7 } }\n");
    let whole = folder.path().join("whole");
    done(sweep(&study, &whole).args(["--threads", "1"]));
    let part = |which: u32| folder.path().join(format!("part-{which}"));
    for which in 1..=3 {
        let told = done(sweep(&study, &part(which)).args(["--part", &format!("{which}/3"), "--threads", "3"]));
        assert!(told.contains("of 7 points are in"), "{told}");
        assert!(!part(which).join("results.csv").exists());
    }
    let merge = |parts: &[u32], out: &Path| {
        let mut command = standoff();
        command.arg("merge").args(parts.iter().map(|&which| part(which))).arg("-o").arg(out);
        outcome(&mut command)
    };
    let merged = folder.path().join("merged");
    let (code, _, stderr) = merge(&[3, 1], &merged);
    assert!(code == 3 && stderr.contains("2 of 7 points are not there, the first of them number 2"), "{stderr}");
    assert_eq!(merge(&[2, 2, 1], &merged).0, 0, "what was merged before is kept");
    same(&whole, &merged);
    // Another seed is another study.
    let other = folder.path().join("other");
    done(sweep(&study, &other).args(["--part", "1/3", "--seed", "5"]));
    let (code, _, stderr) =
        outcome(standoff().arg("merge").arg(part(1)).arg(&other).arg("-o").arg(folder.path().join("mixed")));
    assert!(
        code == 2 && stderr.contains("are not of one study") && stderr.contains("seed: 1 there, 5 here"),
        "{stderr}"
    );
}

#[test]
fn a_study_grows_by_runs_and_points_and_nothing_is_done_twice() {
    let study_of = |runs: u32, steps: u32| {
        format!("runs = {runs}\nvary = {{ resolve = {{ from = 0, to = 1, steps = {steps} }} }}\n")
    };
    let (folder, study) = shelf(&study_of(1000, 3));
    let out = folder.path().join("out");
    done(&mut sweep(&study, &out));
    let keep = fs::read_dir(out.join("parts")).unwrap().map(|e| e.unwrap().path()).collect::<Vec<_>>();
    done(standoff().arg("extend").arg(&out).args(["--runs", "2500", "--vary", "resolve=0:1:5"]));
    assert!(keep.iter().all(|path| path.exists()), "what was done stays");
    let fresh = folder.path().join("fresh");
    fs::write(&study, format!("scenarios = [\"strait.toml\"]\n{}", study_of(2500, 5))).unwrap();
    done(&mut sweep(&study, &fresh));
    same(&fresh, &out);
    // Nothing is missing, so nothing is run.
    let parts = part_files(&out);
    done(standoff().arg("extend").arg(&out).args(["--runs", "2500"]));
    assert_eq!(part_files(&out), parts);
    let (code, _, stderr) = outcome(standoff().arg("extend").arg(&out).args(["--runs", "100"]));
    assert!(code == 2 && stderr.contains("runs of each point already") && stderr.contains("are fewer"), "{stderr}");
    let (code, _, stderr) = outcome(standoff().arg("extend").arg(&out).args(["--vary", "resolve=0.11:0.93:4"]));
    assert!(code == 2 && stderr.contains("extend it by values in between or beyond"), "{stderr}");
    // The files it was made from are not needed.
    fs::remove_file(folder.path().join("strait.toml")).unwrap();
    done(standoff().arg("extend").arg(&out).args(["--runs", "2600"]));
}

#[test]
fn a_folder_refuses_another_study_and_says_what_changed() {
    let (folder, study) = shelf("runs = 200\nvary = { resolve = [0.3, 0.6] }\n");
    let out = folder.path().join("out");
    done(&mut sweep(&study, &out));
    let refused = |command: &mut assert_cmd::Command, words: &str| {
        let (code, _, stderr) = outcome(command);
        assert!(code == 2 && stderr.contains(words), "{code} {stderr}");
    };
    refused(&mut sweep(&study, &out), "add `--resume`");
    refused(sweep(&study, &out).args(["--resume", "--seed", "8"]), "seed: 1 there, 8 here");
    refused(sweep(&study, &out).args(["--resume", "--runs", "300"]), "`runs = 200` there, `runs = 300` here");
    let record = fs::read_to_string(out.join("study.json")).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(out.join("study.json"), record.replace(&version, "\"version\": \"0.0.9\"")).unwrap();
    refused(sweep(&study, &out).arg("--resume"), "version: 0.0.9 there");
    fs::write(out.join("study.json"), record).unwrap();
    let scenario = folder.path().join("strait.toml");
    fs::write(&scenario, SCENARIO.replace("0.1 * push", "0.11 * push")).unwrap();
    refused(sweep(&study, &out).arg("--resume"), "scenario `strait` has changed (in strait.toml)");
    fs::write(&scenario, SCENARIO).unwrap();
    done(sweep(&study, &out).arg("--resume"));
}

#[test]
fn policies_and_variants_are_swept_beside_one_another() {
    let (folder, study) = shelf(
        "runs = 400\nvariants = [\"as-written\", \"calm\"]\nvary = { resolve = [0.3, 0.6, 0.9] }\nshow = [\"blockade\"]\n",
    );
    let scenario = format!("{SCENARIO}\n[variants.calm]\nset = {{ resolve = 0.3 }}\n");
    fs::write(folder.path().join("strait.toml"), scenario).unwrap();
    let out = folder.path().join("out");
    done(&mut sweep(&study, &out));
    let table = rows(&out);
    let of = |variant: &str| {
        let mine = |row: &&BTreeMap<String, String>| row["variant"] == variant && row["quantity"] == "blockade";
        table.iter().filter(mine).map(|row| row["hits"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("as-written"), of("calm"), "what varies wins over what a variant sets");
    assert!(out.join("line-blockade.png").exists());
    fs::write(&study, "scenarios = [\"strait.toml\"]\nvariants = [\"clam\"]\nshow = [\"blokade\"]\n").unwrap();
    let (code, _, stderr) = outcome(&mut sweep(&study, &folder.path().join("none")));
    assert!(
        code == 1 && stderr.contains("did you mean `calm`?") && stderr.contains("did you mean `blockade`?"),
        "{stderr}"
    );
}

#[test]
fn flags_make_a_study_and_their_mistakes_are_told_like_those_of_a_file() {
    let (folder, _) = shelf("");
    let scenario = folder.path().join("strait.toml");
    let flagged = |flags: &[&str]| {
        let out = folder.path().join("flags");
        let mut command = standoff();
        command.arg("sweep").arg(&scenario).args(flags).arg("-o").arg(&out);
        (outcome(&mut command), out)
    };
    let ((code, _, stderr), out) =
        flagged(&["--vary", "resolve=0.2:0.8:3", "--vary", "fleet.sails.rate=1,2", "--runs", "50"]);
    assert!(code == 1 && stderr.contains("fleet.sails.rate") && stderr.contains("command line"), "{stderr}");
    assert!(!out.exists(), "nothing is left of what cannot be run");
    let ((code, _, stderr), out) = flagged(&[
        "--vary",
        "resolve=0.2:0.8",
        "--vary",
        "pressure.initial=0.1:1:5:log",
        "--design",
        "sobol",
        "--points",
        "8",
        "--runs",
        "50",
    ]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(rows(&out).len(), 8 * 3);
}

/// DuckDB, if it is there. Where `STANDOFF_DUCKDB` says that it must be, it must.
fn duckdb() -> Option<PathBuf> {
    let demanded = std::env::var_os("STANDOFF_DUCKDB").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = demanded.clone().unwrap_or_else(|| root.join("target/duckdb"));
    let asked = Command::new("python3").env("PYTHONPATH", &path).args(["-c", "import duckdb"]).output();
    let answers = asked.is_ok_and(|output| output.status.success());
    assert!(answers || demanded.is_none(), "STANDOFF_DUCKDB names {}, which has no DuckDB", path.display());
    if !answers {
        let skipped = "SKIPPED: there is no DuckDB to read Parquet. Install it as .ci/run does:\n    \
                       python3 -m pip install --target target/duckdb duckdb==2.0.1\n";
        std::io::stderr().write_all(skipped.as_bytes()).unwrap();
    }
    answers.then_some(path)
}

#[test]
fn duckdb_reads_the_same_table_from_parquet_as_from_csv() {
    let Some(duckdb) = duckdb() else { return };
    let (folder, study) = shelf("runs = 300\n[vary]\nresolve = [0.3, 0.6, 0.9]\nhorizon = [26, 52]\n");
    let out = folder.path().join("out");
    done(&mut sweep(&study, &out));
    let script = "
import duckdb, sys
out = sys.argv[1]
described = duckdb.sql(f\"describe select * from '{out}/results.parquet'\").fetchall()
print(' '.join(f'{row[0]}:{row[1]}' for row in described))
parquet = duckdb.sql(f\"select * from read_parquet('{out}/results.parquet')\").fetchall()
csv = duckdb.sql(f\"select * from read_csv('{out}/results.csv')\").fetchall()
assert parquet == csv, (parquet[0], csv[0])
print(len(parquet))
";
    let asked = Command::new("python3").env("PYTHONPATH", duckdb).args(["-c", script]).arg(&out).output().unwrap();
    let told = String::from_utf8_lossy(&asked.stdout).into_owned();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    assert!(
        told.contains("resolve:DOUBLE") && told.contains("runs:UBIGINT") && told.contains("quantity:VARCHAR"),
        "{told}"
    );
    assert_eq!(told.lines().last(), Some("18"), "six points, three quantities");
}

/// A grid of exact answers: what `exact` says of each point, without runs, and with the same bytes whatever happens.
#[test]
fn markov_chains_are_solved_at_every_point() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference/d8-limited.toml");
    let study = folder.path().join("study.toml");
    let head = format!("scenarios = [{:?}]\nmethod = \"exact\"\n", scenario.to_str().unwrap());
    fs::write(&study, format!("{head}vary = {{ horizon = {{ from = 10, to = 104, steps = 12 }} }}\n")).unwrap();
    let out = folder.path().join("out");
    let told = done(&mut sweep(&study, &out));
    assert!(told.contains("12 points, solved exactly, without runs"), "{told}");
    let table = rows(&out);
    let alone = folder.path().join("alone");
    done(standoff().arg("exact").arg(&scenario).args(["--horizon", "10", "-o"]).arg(&alone));
    let mut reader = csv::Reader::from_path(alone.join("d8-limited/outcomes.csv")).unwrap();
    let mut compared = 0;
    for row in reader.records().map(|row| row.unwrap()).filter(|row| &row[1] == "outcome") {
        let of = |point: &BTreeMap<String, String>| point["horizon"] == "10" && point["quantity"] == row[2];
        let point = table.iter().find(|point| of(point)).unwrap();
        let [swept, single] = [&point["estimate"], &row[7]].map(|text| text.parse::<f64>().unwrap());
        assert!((swept - single).abs() < 1e-12, "{}: {swept} and {single}", &row[2]);
        assert_eq!((point["runs"].as_str(), point["hits"].as_str(), &point["low"]), ("0", "", &point["estimate"]));
        compared += 1;
    }
    assert!(compared >= 3, "{compared}");
    // What is no chain is refused, with its reason.
    let (other, study) = shelf("method = \"exact\"\nvary = { resolve = [0.3, 0.6] }\n");
    let (code, _, stderr) = outcome(&mut sweep(&study, &other.path().join("out")));
    assert!(
        code == 3 && stderr.contains("point 0 (resolve 0.3) cannot be run") && stderr.contains("no-exact-answer"),
        "{stderr}"
    );
}

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
[consequences.calm-weeks]
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
    let (truth, step) = (-(0.7_f64.ln()) / 10.0, 0.015);
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
        let (p, runs) = (1.0 - (-10.0 * number(row, "pace")).exp(), number(row, "runs"));
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
    let mean = |pace: f64| (1.0 - (-10.0 * pace).exp()) / pace;
    let (mut from, mut to) = (0.01, 0.1);
    for _ in 0..60 {
        let middle = (from + to) / 2.0;
        if mean(middle) > 8.0 { from = middle } else { to = middle }
    }
    let (folder, study) = step_shelf(&format!("threshold = \"calm-weeks < 8\"\nrefine = 2\n{pace}"));
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
        let p = 1.0 - (-number(place, "pace") * number(place, "horizon")).exp();
        assert!((p - 0.3).abs() < 0.01, "{place:?} {p}");
    }
    let decided = rows(&out).iter().filter(|row| row["quantity"] == "tense").all(|row| {
        let p = 1.0 - (-number(row, "pace") * number(row, "horizon")).exp();
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
        let p = 1.0 - (-10.0 * number(row, "pace")).exp();
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
    let truth = |pace: f64| 1.0 - (-10.0 * pace).exp();
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
        ("threshold = \"calm-weeks > 20 %\"", "is an amount, not a probability"),
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
