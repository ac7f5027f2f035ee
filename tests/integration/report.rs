//! `check --format json`: the shape that editors and scripts rely on.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Exit code, stdout, stderr of a command in a folder.
fn standoff(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("standoff").unwrap().args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

const GOOD: &str = include_str!("../good.toml");

/// A line with a letter of two bytes before the mistake, so that characters and bytes differ.
fn broken() -> String {
    GOOD.replace("title = \"A strait\"", "title = \"Ein Belt\"").replace(
        "[outcomes.blockade]\nwhen = \"fleet.blockade\"",
        "[outcomes]\nblockade = { about = \"Größe\", when = \"fleet.blokade\" }",
    )
}

#[test]
fn the_shape_is_pinned() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broken.toml"), broken()).unwrap();
    let (code, json, said) = standoff(folder.path(), &["check", "broken.toml", "--format", "json"]);
    assert_eq!((code, said.as_str()), (1, ""));
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(keys(&report), ["diagnostics", "errors", "files", "omitted", "version", "warnings"]);
    assert_eq!((&report["version"], &report["errors"], &report["omitted"]), (&1.into(), &1.into(), &0.into()));
    assert_eq!(report["files"], serde_json::json!([{ "name": "broken.toml", "bytes": broken().len() }]));
    let one = &report["diagnostics"][0];
    assert_eq!(keys(one), ["file", "fix", "helps", "id", "labels", "message", "notes", "range", "severity"]);
    assert_eq!(
        (&one["severity"], &one["id"], &one["file"]),
        (&"error".into(), &"unknown-state".into(), &"broken.toml".into())
    );
    assert_eq!(keys(&one["range"]), ["end", "start"]);
    assert_eq!(keys(&one["range"]["start"]), ["byte", "column", "line"]);
    assert_eq!(keys(&one["labels"][0]), ["file", "primary", "range", "text"]);
    assert_eq!(one["labels"][0]["primary"], true);
    assert_eq!(keys(&one["fix"]), ["file", "range", "text"]);
    assert!(one["helps"][0].as_str().unwrap().contains("fleet.blockade"), "{one}");
    let start = &one["range"]["start"];
    let byte = usize::try_from(start["byte"].as_u64().unwrap()).unwrap();
    assert!(broken()[byte..].starts_with("blokade"));
    let line = broken().lines().nth(usize::try_from(start["line"].as_u64().unwrap()).unwrap() - 1).unwrap().to_owned();
    let column = usize::try_from(start["column"].as_u64().unwrap()).unwrap();
    assert!(line.chars().skip(column - 1).collect::<String>().starts_with("blokade"), "{line}");
}

#[test]
fn a_fix_mends_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = broken().replace("0.1 * push", "0.1 * psuh").replace("unit = \"million\"", "unti = \"million\"");
    fs::write(folder.path().join("broken.toml"), &text).unwrap();
    let (_, json, _) = standoff(folder.path(), &["check", "broken.toml", "--format", "json"]);
    let report: Value = serde_json::from_str(&json).unwrap();
    let diagnostics = report["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 3, "{json}");
    // From the end, so that what comes before keeps its place.
    for diagnostic in diagnostics.iter().rev() {
        let fix = &diagnostic["fix"];
        let at = |end: &str| usize::try_from(fix["range"][end]["byte"].as_u64().unwrap()).unwrap();
        text.replace_range(at("start")..at("end"), fix["text"].as_str().unwrap());
    }
    fs::write(folder.path().join("mended.toml"), &text).unwrap();
    let (code, out, said) = standoff(folder.path(), &["check", "mended.toml"]);
    assert_eq!((code, said.as_str()), (0, ""), "{text}");
    assert!(out.contains("no mistakes"), "{out}");
}

#[test]
fn warnings_are_no_mistakes_unless_denied() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("odd.toml"), format!("{GOOD}[parameters.allies]\nvalue = 3\nbasis = \"judgement\"\n"))
        .unwrap();
    let (code, _, said) = standoff(folder.path(), &["check", "odd.toml"]);
    assert_eq!(code, 0);
    assert!(said.contains("warning[unused-input]") && said.contains("standoff explain-error unused-input"), "{said}");
    assert_eq!(standoff(folder.path(), &["check", "odd.toml", "--deny-warnings"]).0, 1);
    let (code, json, _) = standoff(folder.path(), &["check", "odd.toml", "--deny-warnings", "--format", "json"]);
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["errors"], &report["warnings"]), (&0.into(), &1.into()));
    fs::write(folder.path().join("good.toml"), GOOD).unwrap();
    assert_eq!(standoff(folder.path(), &["check", "good.toml", "--deny-warnings"]).0, 0);
}

#[test]
fn scenarios_that_share_a_base_tell_its_mistakes_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("base.toml"), "[parameters.allies]\nvalue = 3\nbasis = \"guess\"\n").unwrap();
    for name in ["a", "b"] {
        let text = format!("extends = \"base.toml\"\n{GOOD}").replace("resolve * (", "allies * resolve * (");
        fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    }
    let (code, _, said) = standoff(folder.path(), &["check", "."]);
    assert_eq!(code, 1);
    assert_eq!(said.matches("error[unknown-word]").count(), 1, "{said}");
    // A base is checked too, as far as it can be by itself.
    let (code, _, said) = standoff(folder.path(), &["check", "base.toml"]);
    assert_eq!(code, 1, "{said}");
    fs::write(folder.path().join("base.toml"), "[parameters.allies]\nvalue = 3\nbasis = \"judgement\"\n").unwrap();
    let (code, out, said) = standoff(folder.path(), &["check", "base.toml"]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(out.contains("a base without outcomes"), "{out}");
}

#[test]
fn files_that_cannot_be_read_are_reported_in_the_same_shape() {
    let folder = tempfile::tempdir().unwrap();
    let (code, json, _) = standoff(folder.path(), &["check", "gone.toml", "--format", "json"]);
    assert_eq!(code, 4);
    let report: Value = serde_json::from_str(&json).unwrap();
    let one = &report["diagnostics"][0];
    assert_eq!((&one["id"], &one["file"], &one["range"]), (&"unreadable-file".into(), &Value::Null, &Value::Null));
}
