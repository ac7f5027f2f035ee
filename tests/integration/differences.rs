//! Differences in meaning: each edit of a file is found as what it is, and nothing else is.

use crate::support::model;
use standoff::analysis::difference::{Change, ChangeKind, Section, differences};

const GOOD: &str = include_str!("../good.toml");

fn between(before: &str, after: &str) -> Vec<Change> {
    differences(&model(before), &model(after))
}

/// `section name: what: before -> after` for every detail, or the kind of the change.
fn told(changes: &[Change]) -> Vec<String> {
    let mut lines = Vec::new();
    for change in changes {
        let head = format!("{:?} {}", change.section, change.name);
        match &change.kind {
            ChangeKind::Changed => {}
            ChangeKind::Renamed { from } => lines.push(format!("{head}: renamed from {from}")),
            kind => {
                lines.push(format!("{head}: {kind:?}"));
                continue;
            }
        }
        for detail in &change.details {
            let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
            lines.push(format!("{head}: {}: {} -> {}", detail.what, show(&detail.before), show(&detail.after)));
        }
    }
    lines
}

#[track_caller]
fn check(edits: &[(&str, &str)], expected: &[&str]) {
    let mut after = GOOD.to_owned();
    for (from, to) in edits {
        assert!(after.contains(from), "{from:?} is not in the example");
        after = after.replace(from, to);
    }
    assert_eq!(told(&between(GOOD, &after)), expected);
}

#[test]
fn comments_layout_and_order_are_no_difference() {
    assert_eq!(between(GOOD, GOOD), []);
    check(
        &[("value = 0.6", "value =    6e-1 # more or less"), ("rate = \"0.1 * push\"", "rate = \"(0.1*push)\"")],
        &[],
    );
    let resolve = "[parameters.resolve]\nvalue = 0.6\nrange = [0.3, 0.9]\nbasis = \"judgement\"\nsource = \"example\"\nconfidence = \"low\"\nabout = \"How firmly the crossing is held\"\n";
    assert!(GOOD.contains(resolve));
    let moved = format!("{}\n{resolve}", GOOD.replace(resolve, ""));
    assert_eq!(between(GOOD, &moved), []);
}

#[test]
fn numbers_and_what_follows_from_them() {
    check(
        &[("value = 0.6", "value = 0.5"), ("range = [0.3, 0.9]", "range = [0.2, 0.9]"), ("confidence = \"low\"", "")],
        &[
            "Parameter resolve: value: 0.6 -> 0.5",
            "Parameter resolve: range: 0.3 to 0.9 -> 0.2 to 0.9",
            "Parameter resolve: confidence: low -> -",
            "MeanWait fleet.sails: mean wait: 12.35 weeks -> 14.81 weeks",
        ],
    );
    check(
        &[("rate = \"0.1 * push\"", "rate = \"0.2 * push\"")],
        &[
            "Transition fleet.sails: rate: 0.1 * push -> 0.2 * push",
            "Transition fleet.sails: mean wait: 12.35 weeks -> 6.173 weeks",
        ],
    );
    check(
        &[("(1 + pressure)", "(2 + pressure)")],
        &[
            "Formula push: is: resolve * (1 + pressure) -> resolve * (2 + pressure)",
            "MeanWait fleet.sails: mean wait: 12.35 weeks -> 7.092 weeks",
        ],
    );
    check(
        &[("rate = \"0.1 * push\"", "rate = { value = 0.1, range = [0.05, 0.2], times = \"push\" }")],
        &["Transition fleet.sails: rate: range: - -> 0.05 to 0.2"],
    );
    check(
        &[("horizon = \"52 weeks\"", "horizon = \"1 week\""), ("half_life = \"12 weeks\"", "half_life = \"10 weeks\"")],
        &["Scenario : horizon: 52 weeks -> 1 week", "Variable pressure: half-life: 12 -> 10"],
    );
}

#[test]
fn parts_come_go_and_are_renamed() {
    check(&[("patrol", "cruise")], &["State fleet.cruise: renamed from fleet.patrol"]);
    check(&[("\"sails\"", "\"puts to sea\"")], &["Transition fleet.puts to sea: renamed from fleet.sails"]);
    check(&[("resolve", "firmness")], &["Parameter firmness: renamed from resolve"]);
    check(&[("pressure", "tension")], &["Variable tension: renamed from pressure"]);
    check(
        &[("[outcomes.open]", "[levers.size]\nvalue = 3\n[milestones.out]\nwhen = \"fleet.patrol\"\n[outcomes.open]")],
        &["Lever size: Added", "Milestone out: Added"],
    );
    let with = |more: &str| GOOD.replace("[outcomes.open]", &format!("{more}[outcomes.open]"));
    let before = with("[variants.firm]\nset = { resolve = 0.8 }\n[shocks.s]\nat = 3\nset = { pressure = 1 }\n");
    let after = with("[variants.firm]\nset = { resolve = 0.9 }\n[shocks.s]\nat = 4\nset = { pressure = 1 }\n");
    let expected = ["Variant firm: sets resolve: 0.8 -> 0.9", "Shock s: at: 3 -> 4"];
    assert_eq!(told(&between(&before, &after)), expected);
    let protest =
        "[[machines.fleet.transitions]]\nname = \"protest\"\nfrom = \"patrol\"\non = \"closed\"\nto = \"harbour\"\n";
    check(&[(protest, "")], &["Transition fleet.protest: Removed"]);
    check(
        &[
            ("enter = { emit = \"closed\" }", "enter = { emit = \"closed\", set = { pressure = 1 } }"),
            ("cost = 9", "cost = 8"),
        ],
        &["State fleet.blockade: cost: 9 -> 8", "State fleet.blockade: on entry sets pressure: - -> 1"],
    );
    check(
        &[("on = \"closed\"\n", "on = \"closed\"\nprobability = 0.5\nwhen = \"pressure > 0.1\"\n")],
        &["Transition fleet.protest: probability: 1 -> 0.5", "Transition fleet.protest: when: - -> pressure > 0.1"],
    );
    check(
        &[("weight = \"pressure\"", "weight = \"2 * pressure\""), ("p95 = \"40 weeks\"", "p95 = \"50 weeks\"")],
        &[
            "Transition fleet.hardens: after: lognormal: median 10, p95 40 -> lognormal: median 10, p95 50",
            "Transition fleet.hardens: weight of blockade: pressure -> 2 * pressure",
            "Transition fleet.hardens: mean wait: 14.26 weeks -> 16.14 weeks",
        ],
    );
}

#[test]
fn the_order_of_outcomes_decides_between_two_that_hold() {
    let two = |first: &str, second: &str| {
        GOOD.replace("[outcomes.blockade]\nwhen = \"fleet.blockade\"\n", &format!("{first}{second}"))
    };
    let (a, b) = ("[outcomes.blockade]\nwhen = \"fleet.blockade\"\n", "[outcomes.high]\nwhen = \"pressure > 0.9\"\n");
    let changes = between(&two(a, b), &two(b, a));
    assert_eq!(told(&changes), ["Outcome : order in which they are tested: blockade, high -> high, blockade"]);
    assert_eq!(changes[0].section, Section::Outcome);
}
