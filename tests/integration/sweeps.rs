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
pub fn shelf(study: &str) -> (tempfile::TempDir, PathBuf) {
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
pub fn same(one: &Path, other: &Path) {
    let (one, other) = (results(one), results(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name} differs");
    }
    assert!(one.contains_key("results.csv") && one.contains_key("results.parquet"), "{:?}", one.keys());
}

#[track_caller]
pub fn done(command: &mut assert_cmd::Command) -> String {
    let (code, stdout, stderr) = outcome(command);
    assert_eq!(code, 0, "{stdout}{stderr}");
    stdout
}

pub fn sweep(study: &Path, out: &Path) -> assert_cmd::Command {
    let mut command = standoff();
    command.arg("sweep").arg(study).arg("-o").arg(out);
    command
}

/// The rows of a table, each by column.
pub fn rows(folder: &Path) -> Vec<BTreeMap<String, String>> {
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
