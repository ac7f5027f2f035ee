use super::memory::{read_files, read_text};

const BASE: &str = r#"
title = "Base"
[time]
horizon = "10 weeks"
[machines.m]
initial = "a"
[machines.m.states]
a = {}
b = {}
[[machines.m.transitions]]
name = "goes"
from = "a"
to = "b"
rate = 1
[[machines.m.transitions]]
name = "returns"
from = "b"
to = "a"
rate = 2
"#;

#[test]
fn the_extending_file_wins_key_by_key() {
    let read = read_files(&[
        ("main.toml", "extends = \"base.toml\"\ntitle = \"Main\"\n[machines.m]\ninitial = \"b\"\n"),
        ("base.toml", BASE),
    ]);
    assert!(read.diagnostics.is_empty(), "{}", read.shown);
    let scenario = read.scenario.unwrap();
    assert_eq!(scenario.title.unwrap().value, "Main");
    assert_eq!(scenario.machines[0].initial.as_ref().unwrap().value, "b");
    assert_eq!(scenario.machines[0].transitions.len(), 2);
    assert!(scenario.time.horizon.is_some());
}

#[test]
fn transitions_of_one_name_are_replaced_and_removed_ones_are_gone() {
    let main = r#"
extends = ["base.toml"]
[machines.m]
remove = ["returns"]
[[machines.m.transitions]]
name = "goes"
from = "a"
to = "b"
rate = 5
"#;
    let read = read_files(&[("main.toml", main), ("base.toml", BASE)]);
    assert!(read.diagnostics.is_empty(), "{}", read.shown);
    let transitions = &read.scenario.unwrap().machines[0].transitions;
    assert_eq!(transitions.len(), 1);
    // The replacement stands in the main file, and a diagnostic about it points there.
    assert_eq!(read.sources.file(transitions[0].span.file).name, "main.toml");
}

#[test]
fn a_shared_base_is_merged_once_and_before_both() {
    let read = read_files(&[
        ("main.toml", "extends = [\"left.toml\", \"right.toml\"]\n"),
        ("left.toml", "extends = \"base.toml\"\ntitle = \"Left\"\n"),
        ("right.toml", "extends = \"base.toml\"\nsummary = \"Right\"\n"),
        ("base.toml", BASE),
    ]);
    let scenario = read.scenario.unwrap();
    assert_eq!((scenario.title.unwrap().value, scenario.summary.unwrap().value), ("Left".into(), "Right".into()));
}

#[test]
fn circles_missing_files_and_clashes_are_told_where_they_are_asked_for() {
    let circle = read_files(&[("a.toml", "extends = \"b.toml\"\n"), ("b.toml", "x = 1\nextends = \"a.toml\"\n")]);
    assert!(circle.scenario.is_none());
    assert!(circle.codes().contains(&("extends-cycle", 2, 11)), "{:?}", circle.codes());
    assert!(circle.shown.contains("a.toml → b.toml → a.toml"), "{}", circle.shown);

    let missing = read_files(&[("a.toml", "extends = \"gone.toml\"\n")]);
    assert_eq!(missing.codes(), [("unreadable-file", 1, 11)]);

    let clash = read_files(&[("a.toml", "extends = \"b.toml\"\nmachines = 3\n"), ("b.toml", BASE)]);
    assert!(clash.codes().iter().any(|code| code.0 == "type-clash"), "{:?}", clash.codes());
}

#[test]
fn detours_lead_to_the_same_file() {
    let read = read_files(&[
        ("dir/a.toml", "extends = [\"../dir/./b.toml\", \"b.toml\"]\ntitle = \"A\"\n"),
        ("dir/b.toml", BASE),
    ]);
    assert!(read.diagnostics.is_empty(), "{}", read.shown);
    assert_eq!(read.sources.iter().count(), 2);
}

#[test]
fn bytes_that_are_no_text_are_refused_and_a_byte_order_mark_is_not() {
    let utf16 = read_files(&[("a.toml", &[0xFF, 0xFE, b't', 0][..])]);
    assert_eq!(utf16.codes().first().map(|code| code.0), Some("not-text"));
    assert!(utf16.shown.contains("UTF-16"), "{}", utf16.shown);
    let marked = read_files(&[("a.toml", [&[0xEF, 0xBB, 0xBF], BASE.as_bytes()].concat())]);
    assert!(marked.diagnostics.is_empty(), "{}", marked.shown);
}

#[test]
fn what_seems_missing_from_a_broken_file_is_not_reported() {
    let read = read_text("[time\nhorizon = 3\n");
    assert!(read.codes().iter().all(|code| !code.0.starts_with("missing-")), "{:?}", read.codes());
    assert!(!read.codes().is_empty());
}
