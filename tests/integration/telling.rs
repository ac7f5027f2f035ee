//! `explain`, `diagram` and `diff` as a user types them: files, messages and exit codes.

use crate::commands::{outcome, standoff};
use std::fs;
use std::path::Path;

const SCENARIO: &str = include_str!("../good.toml");

#[test]
fn explain_tells_a_scenario_and_knows_its_machines() {
    let (code, stdout, _) = outcome(standoff().args(["explain", "tests/good.toml", "--width", "60"]));
    assert_eq!(code, 0);
    assert!(stdout.contains("Drifts back"), "{stdout}");
    assert!(stdout.lines().all(|line| line.chars().count() <= 60), "{stdout}");
    let (code, markdown, _) = outcome(standoff().args(["explain", "tests/good.toml", "--format", "markdown"]));
    assert_eq!(code, 0);
    assert!(markdown.contains("\n### `patrol`\n"), "{markdown}");
    let (code, _, stderr) = outcome(standoff().args(["explain", "tests/good.toml", "--machine", "fleat"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("did you mean `fleet`?"), "{stderr}");
    assert_eq!(outcome(standoff().args(["explain", "tests/broken/unknown-name-in-expression.toml"])).0, 1);
    assert_eq!(outcome(standoff().args(["explain", "scenarios"])).0, 2);
    assert_eq!(outcome(standoff().args(["explain", "no-such-file.toml"])).0, 4);
}

#[test]
fn diagram_writes_pictures_and_prints_text() {
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name);
    let draw = |more: &[&str], target: &Path| {
        let mut command = standoff();
        command.args(["diagram", "scenarios/full-involvement.toml"]).args(more).arg("-o").arg(target);
        outcome(&mut command)
    };
    assert_eq!(draw(&["--machine", "path"], &file("one.png")).0, 0);
    assert_eq!(&fs::read(file("one.png")).unwrap()[..4], b"\x89PNG");
    assert_eq!(draw(&["--scale", "1"], &file("all.svg")).0, 0);
    let svg = fs::read_to_string(file("all-path.svg")).unwrap();
    assert!(
        file("all-events.svg").exists() && svg.starts_with("<svg ") && svg.contains("sha256:"),
        "one file a machine"
    );
    assert!(svg.contains(">defensive posture</text>"), "texts are texts");
    assert_eq!(draw(&[], &file("all.mmd")).0, 0);
    assert!(fs::read_to_string(file("all.mmd")).unwrap().contains("stateDiagram-v2"));
    let (code, stdout, _) = outcome(standoff().args(["diagram", "tests/good.toml", "--format", "dot"]));
    assert_eq!(code, 0);
    assert!(stdout.starts_with("digraph ") && stdout.contains("[label=\"hardens, 14.3 weeks\"]"), "{stdout}");
    let (code, _, stderr) = draw(&[], &file("all.jpeg"));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains(".png, .svg, .mmd or .dot"), "{stderr}");
    assert_eq!(draw(&["--scale", "0"], &file("none.png")).0, 2);
}

#[test]
fn diff_says_same_with_0_and_different_with_6() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("after.toml");
    fs::write(&file, SCENARIO.replace("value = 0.6", "value = 0.7")).unwrap();
    let diff = |more: &[&str]| outcome(standoff().args(["diff", "tests/good.toml"]).arg(&file).args(more));
    let (code, stdout, _) = diff(&[]);
    assert_eq!(code, 6);
    assert!(
        stdout.contains("value: 0.6 -> 0.7") && stdout.contains("1 difference in meaning, and 1 mean wait"),
        "{stdout}"
    );
    let (code, stdout, _) = diff(&["--format", "json"]);
    assert_eq!(code, 6);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(json["differences"][0]["section"], "parameter");
    assert_eq!(json["differences"][0]["details"][0]["after"], "0.7");
    fs::write(&file, SCENARIO.replace("value = 0.6", "value = 0.60 # as it was")).unwrap();
    let (code, stdout, _) = diff(&[]);
    assert_eq!((code, stdout.contains("no difference in meaning")), (0, true), "{stdout}");
}
