//! `report`: the documents say what the tables say, link only what is there, and leave nothing half-written.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn standoff(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("standoff").unwrap();
    command.current_dir(folder);
    command
}

fn outcome(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A report of the four paths, made once for all tests: its folder.
pub fn four_paths() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = standoff(Path::new(env!("CARGO_MANIFEST_DIR")));
        command.args(["report", "scenarios", "--runs", "300", "-o"]).arg(folder.path());
        let (code, _, stderr) = outcome(&mut command);
        assert_eq!(code, 0, "{stderr}");
        folder
    });
    folder.path()
}

/// Names with everything that could be taken for markup.
const HOSTILE: &str = r#"
title = "A <b>crisis</b> & \"more\" | `x` <script>alert(1)</script>"
summary = "It's <i>said</i> that 5 > 4 & 3 < 4"
[time]
unit = "week"
start = 2026-01-05
horizon = 52
[parameters.pace]
value = 0.03
range = [0.01, 0.09]
about = "<img src=x onerror=alert(1)>"
basis = "judgement"
confidence = "low"
source = "\"quoted\" & <cited>"
[machines.m]
initial = "calm"
[machines.m.states]
calm = { about = "</table><script>" }
war = { about = "a | b" }
[[machines.m.transitions]]
from = "calm"
to = "war"
rate = "pace"
about = "<script>alert(2)</script>"
basis = "judgement"
[consequences.cost]
rate = "if(m.war, 2, 0)"
unit = "<million> €"
about = "What it \"costs\""
[milestones.war]
when = "m.war"
dimension = "<security>"
[[expect]]
milestone = "war"
between = [0.5, 0.9]
source = "<a href=\"x\">elsewhere</a>"
[outcomes.left]
default = true
about = "What's <left>"
"#;

/// The same with other numbers and an outcome that ends runs.
fn other() -> String {
    let text = HOSTILE.replace("value = 0.03", "value = 0.05");
    text.replace("[outcomes.left]", "[outcomes.over]\nwhen = \"m.war\"\nabout = \"It came\"\n[outcomes.left]")
}

pub fn two_scenarios() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("paths")).unwrap();
    fs::write(folder.path().join("paths/first.toml"), HOSTILE).unwrap();
    fs::write(folder.path().join("paths/second.toml"), other()).unwrap();
    folder
}

pub fn report(folder: &Path, words: &[&str]) -> (i32, String, String) {
    outcome(standoff(folder).args(["report", "paths", "--runs", "2000"]).args(words))
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(next) = rest.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rest.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The records of a CSV file, by column name.
fn records(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|record| record.unwrap()).collect()
}

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// What stands between tags, with spaces for those and letters for what was escaped.
fn plain(html: &str) -> String {
    let mut out = String::new();
    for (index, part) in html.split('<').enumerate() {
        let words = if index == 0 { part } else { part.split_once('>').map_or("", |(_, after)| after) };
        out.push_str(words);
        out.push(' ');
    }
    let out = out.replace("&nbsp;", " ").replace(['\u{a0}', '\u{202f}'], " ");
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    out.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Two significant figures, by another way than the report's.
fn two_figures(percent: f64) -> String {
    let decimals = if percent.min(100.0 - percent) >= 9.95 { 0 } else { 1 };
    format!("{percent:.decimals$} %")
}

#[test]
fn the_tables_of_the_page_are_those_of_the_files() {
    let folder = four_paths();
    let page = text(folder, "report.html");
    let manifest: Value = serde_json::from_str(&text(folder, "manifest.json")).unwrap();
    assert_eq!(manifest["runs"], 1200);
    let mut checked = 0;
    for path in ["continued-support", "full-involvement", "limited-deployment", "negotiated-pause"] {
        let section = page.split(&format!("<h2 id=\"{path}\">")).nth(1).unwrap().split("<h2 ").next().unwrap();
        for record in records(&folder.join(format!("data/{path}/outcomes.csv"))) {
            let probability: f64 = record["probability"].parse().unwrap();
            let name = record["name"].replace('_', " ");
            let row =
                section.split("<tr>").find(|row| row.contains(&format!("<th scope=\"row\">{name}<small>"))).unwrap();
            let row = plain(row);
            let expected = match probability {
                0.0 => "no run of 300".to_owned(),
                p if p < 0.01 => "1 in 100 runs".to_owned(),
                p if p > 0.99 => "more than 99 in 100 runs".to_owned(),
                p => two_figures(100.0 * p),
            };
            assert!(row.contains(&expected), "{path}, {name}: {probability} against {row}");
            checked += 1;
        }
        for record in records(&folder.join(format!("data/{path}/consequences.csv"))) {
            if record["measure"] != "total" {
                continue;
            }
            let mean: f64 = record["mean"].parse().unwrap();
            let name = record["name"].replace('_', " ");
            let row = section.split("<tr>").find(|row| {
                row.contains(&format!("<th scope=\"row\">{name}<small>")) && row.contains("data-head=\"Unit\"")
            });
            let row = plain(row.unwrap());
            let shown: f64 = format!("{mean:.1e}").parse().unwrap();
            let words: Vec<&str> = row.split("9 of 10").next().unwrap().split(' ').collect();
            // Groups of digits are set apart: put them together again.
            let joined = words.concat();
            let digits = if shown >= 100.0 || shown.fract() == 0.0 { format!("{shown:.0}") } else { shown.to_string() };
            assert!(joined.contains(&digits), "{path}, {name}: {mean} against {row}");
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn the_register_has_every_parameter_of_every_scenario_once() {
    use standoff::diagnostic::{Diagnostics, Sources};
    use standoff::model::{InputKind, resolve};
    use standoff::scenario::load::{self, Disk};
    let folder = four_paths();
    let rows = records(&folder.join("register.csv"));
    let page = plain(&text(folder, "report.html"));
    let (mut parameters, mut judgement) = (0, 0);
    for path in ["continued-support", "full-involvement", "limited-deployment", "negotiated-pause"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{path}.toml"));
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let scenario = load::read(&file, &Disk, &mut sources, &mut diagnostics).unwrap();
        let model = resolve::resolve(&scenario, &mut diagnostics).unwrap();
        let of_path = |kinds: &[&str], name: &str| -> Vec<&BTreeMap<String, String>> {
            let here = |row: &&BTreeMap<String, String>| {
                kinds.contains(&row["kind"].as_str())
                    && row["name"] == name
                    && row["scenarios"].split("; ").any(|one| one == path)
            };
            rows.iter().filter(here).collect()
        };
        for input in &model.inputs {
            let kind = match input.kind {
                InputKind::Parameter => "parameter",
                InputKind::Lever => "lever",
                InputKind::InPlace => "parameter in place",
            };
            let [row] = of_path(&[kind], &input.name)[..] else { panic!("{path}: {} is not there once", input.name) };
            assert_eq!(row["central"].parse::<f64>().unwrap(), input.value, "{path}: {}", input.name);
            let range = [&row["low"], &row["high"]].map(|text| text.parse::<f64>().ok());
            assert_eq!(range, input.range.map_or([None; 2], |range| range.map(Some)), "{path}: {}", input.name);
            assert!(page.contains(&input.name), "{} is not on the page", input.name);
        }
        for transition in &model.transitions {
            let name = format!("{}.{}", model.machines[transition.machine.index()].name, transition.name);
            assert_eq!(of_path(&["transition"], &name).len(), 1, "{path}: {name}");
        }
        assert_eq!(
            rows.iter().filter(|row| row["scenarios"].contains(path) && row["kind"] == "variable").count(),
            model.variables.len()
        );
    }
    for row in rows.iter().filter(|row| row["kind"].starts_with("parameter")) {
        parameters += 1;
        judgement += usize::from(row["basis"] == "judgement");
    }
    let percent = 100.0 * judgement as f64 / parameters as f64;
    let said = format!("Of {parameters} parameters, {judgement} ({percent:.0} %) rest on judgement");
    assert!(page.contains(&said), "{said}");
}

#[test]
fn every_link_leads_somewhere_and_every_file_is_accounted_for() {
    let folder = four_paths();
    let page = text(folder, "report.html");
    let mut links = 0;
    for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        if let Some(id) = link.strip_prefix('#') {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        } else if link != "data:," {
            assert!(folder.join(link).is_file(), "{link}");
            links += 1;
        }
    }
    assert!(links > 50, "{links}");
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(ids.len(), distinct.len(), "no id stands twice");
    let markdown = text(folder, "report.md");
    for link in markdown.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        assert!(folder.join(link).is_file(), "{link}");
    }
    assert_eq!(markdown.matches("![").count(), page.matches("<figure").count());
    assert_eq!(page.matches("<script").count(), 0);
    for image in page.split("<figure").skip(1) {
        let alternative = image.split("aria-label=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(alternative.len() > 60 && alternative.contains(|c: char| c.is_ascii_digit()), "{alternative}");
    }
    let manifest: Value = serde_json::from_str(&text(folder, "manifest.json")).unwrap();
    let told: BTreeMap<&str, &str> = manifest["outputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["path"].as_str().unwrap(), file["sha256"].as_str().unwrap()))
        .collect();
    for (path, bytes) in files(folder) {
        let name = path.to_str().unwrap();
        if name != "manifest.json" {
            assert_eq!(
                told.get(name).copied(),
                Some(standoff::output::manifest::sha256_hex(&bytes).as_str()),
                "{name}"
            );
        }
        if let Some(stem) = name.strip_suffix(".png") {
            assert!(told.contains_key(format!("{stem}.caption.txt").as_str()), "{name}");
        }
    }
}

#[test]
fn the_first_page_says_what_it_is_conditional_on() {
    let folder = four_paths();
    let page = text(folder, "report.html");
    let first = plain(page.split("<h2 id=\"continued-support\">").next().unwrap());
    for words in [
        "No probability is given to a path being taken, and no path is advocated. Nothing here is a forecast.",
        "rest on judgement",
        "are held with low confidence",
        "fewer than 1 in 100 runs",
        "Monte Carlo error",
        "Intervals tell the error of simulation alone",
        "roughly even chance",
        "Security",
        "Humanitarian",
        "Economic",
        "Alliance",
        "Lowest and highest are not better and worse",
    ] {
        assert!(first.contains(words), "{words}: {first}");
    }
    let rest = plain(page.split("<h2 id=\"cross-checks\">").nth(1).unwrap());
    assert!(rest.contains("UCDP Conflict Termination") && rest.contains("the model does not lie outside"), "{rest}");
    assert_eq!(page.matches("one simulated history, run ").count(), 12);
    // Each history can be told again by its command.
    let command = plain(page.split("The whole story: <code>").nth(1).unwrap().split("</code>").next().unwrap());
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let (code, story, stderr) = outcome(standoff(Path::new(env!("CARGO_MANIFEST_DIR"))).args(&words));
    assert_eq!(code, 0, "{stderr}");
    assert!(story.contains("One simulated history: run "), "{story}");
}

#[test]
fn hostile_names_stay_text() {
    let folder = two_scenarios();
    let (code, _, stderr) = report(folder.path(), &[]);
    assert_eq!(code, 0, "{stderr}");
    let out = folder.path().join("report");
    let page = text(&out, "report.html");
    for markup in ["<script", "<img src=x", "<b>", "<i>", "</table><", "<million>", "<security>", "<cited>"] {
        assert!(!page.contains(markup), "{markup}");
    }
    let shown = plain(&page);
    for words in
        ["A <b>crisis</b> & \"more\"", "It's <i>said</i>", "<million> €", "\"quoted\" & <cited>", "What's <left>"]
    {
        assert!(shown.contains(words), "{words}");
    }
    let markdown = text(&out, "report.md");
    assert!(!markdown.contains("\n<") && !markdown.contains(" <b>"), "{markdown}");
    for line in markdown.lines().filter(|line| line.starts_with("| ")) {
        let borders = line.replace("\\|", "").matches('|').count();
        assert!((3..=7).contains(&borders), "{line}");
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads_and_other_files_stay() {
    let folder = two_scenarios();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let made = |threads: &str| {
        let (code, _, stderr) = report(folder.path(), &["--threads", threads, "-o", "out"]);
        assert_eq!(code, 0, "{stderr}");
        let mut made = files(&out);
        assert!(made.remove(Path::new("manifest.json")).is_some());
        made
    };
    let one = made("1");
    assert!(one == made("2"), "two threads");
    assert_eq!(one[Path::new("notes.txt")], b"mine");
    assert!(one.keys().all(|path| !path.to_str().unwrap().contains(".tmp")));
}

#[test]
fn a_report_of_one_file_and_of_drawn_parameters() {
    let folder = two_scenarios();
    let words = ["report", "paths/second.toml", "--runs", "1600", "--uncertainty", "nested", "--parameter-sets", "16"];
    let (code, _, stderr) = outcome(standoff(folder.path()).args(words).args(["--histories", "cost"]));
    assert_eq!(code, 0, "{stderr}");
    let page = plain(&text(&folder.path().join("report"), "report.html"));
    assert!(page.contains("Each run draws its own parameters (1 of them)"), "{page}");
    assert!(page.contains("--point "), "a drawn run is replayed with its point: {page}");
    assert!(!page.contains("Where paths differ"), "one path has nothing to differ from");
    let command = outcome(standoff(folder.path()).args(["report", "paths", "--runs", "20", "--histories", "csot"]));
    assert_eq!(command.0, 2);
    assert!(command.2.contains("no consequence is called `csot`; did you mean `cost`?"), "{}", command.2);
    let (code, _, stderr) = outcome(standoff(folder.path()).args(["report", "nowhere.toml"]));
    assert!(code == 4 && stderr.contains("nowhere.toml"), "{stderr}");
}

/// Killed at whatever moment, each file is the old one or the new one, whole.
#[test]
fn a_killed_report_leaves_whole_files() {
    let folder = two_scenarios();
    let out = folder.path().join("report");
    let seeded = |seed: &str| {
        let (code, _, stderr) = report(folder.path(), &["--seed", seed]);
        assert_eq!(code, 0, "{stderr}");
        files(&out)
    };
    let new = seeded("2");
    let old = seeded("1");
    let program = assert_cmd::cargo::cargo_bin("standoff");
    for wait in (0..7).map(|n| 40 * n * n) {
        seeded("1");
        let mut child = std::process::Command::new(&program)
            .current_dir(folder.path())
            .args(["report", "paths", "--runs", "2000", "--seed", "2"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        for (path, bytes) in files(&out) {
            let name = path.file_name().unwrap().to_str().unwrap();
            if name == "manifest.json" || name == ".trial" || name.ends_with(".tmp") {
                continue;
            }
            assert!(bytes == old[&path] || bytes == new[&path], "{} is neither", path.display());
        }
    }
}

/// A base rate is held beside the model, and is no truth that it must meet.
#[test]
fn base_rates_stand_beside_the_model() {
    let folder = two_scenarios();
    let (code, _, stderr) = report(folder.path(), &[]);
    assert_eq!(code, 0, "{stderr}");
    let out = folder.path().join("report");
    let checks = records(&out.join("cross-checks.csv"));
    let [first, second] = &checks[..] else { panic!("{checks:?}") };
    for (check, rate) in [(first, 0.03), (second, 0.05)] {
        let path = &check["scenario"];
        let outcomes = records(&out.join(format!("data/{path}/outcomes.csv")));
        let milestone = outcomes.iter().find(|row| row["kind"] == "milestone").unwrap();
        let number = |key: &str| check[key].parse::<f64>().unwrap();
        assert_eq!(number("model"), milestone["probability"].parse::<f64>().unwrap());
        assert_eq!(check["model_low"], milestone["probability_low"]);
        assert_eq!([number("published_low"), number("published_high")], [0.5, 0.9]);
        // One memoryless clock over 52 weeks.
        let (truth, error) = (1.0 - libm::exp(-52.0 * rate), 4.0 * f64::sqrt(0.25 / 2000.0));
        assert!((number("model") - truth).abs() < error, "{check:?} against {truth}");
    }
    // 0.79 and 0.93 of 0.5 to 0.9.
    let page = plain(&text(&out, "report.html"));
    assert!(page.contains("the model does not lie outside") && page.contains("the model lies above"), "{page}");
    let (code, stdout, _) = outcome(standoff(folder.path()).args(["verify", "paths", "--runs", "2000"]));
    assert!(code == 0 && !stdout.contains("elsewhere"), "{stdout}");
    let (_, told, _) = outcome(standoff(folder.path()).args(["explain", "paths/first.toml", "--width", "1000"]));
    assert!(
        told.contains("the probability of milestone `war` by 52 weeks lies between 0.5 and 0.9")
            || told.contains("The probability of milestone `war` by 52 weeks lies between 0.5 and 0.9"),
        "{told}"
    );
    for (wrong, id) in [
        ("between = [0.9, 0.5]", "range-reversed"),
        ("between = [0.5, 1.5]", "not-a-probability"),
        ("between = [0.5, 0.9]\nprobability = 0.7", "expect-twice"),
        ("between = 0.5", "wrong-type"),
    ] {
        let file = folder.path().join("paths/wrong.toml");
        fs::write(&file, HOSTILE.replace("between = [0.5, 0.9]", wrong)).unwrap();
        let (code, _, stderr) = outcome(standoff(folder.path()).args(["check", "paths/wrong.toml"]));
        assert!(code == 1 && stderr.contains(&format!("error[{id}]")), "{wrong}: {stderr}");
    }
}
