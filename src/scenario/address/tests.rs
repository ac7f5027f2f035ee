use super::super::load::memory::Memory;
use super::*;
use crate::diagnostic::{Diagnostics, Sources};
use crate::scenario::load;
use std::path::Path;

const TEXT: &str = r#"
title = "a"
[time]
unit = "week"
horizon = "52 weeks"
[parameters.resolve]
value = 0.6
range = [0.3, 0.9]
[variables.pressure]
initial = 0.35
[formulas]
winter = "0.5"
[machines.fleet]
initial = "harbour"
[machines.fleet.states]
harbour = { values = { cost = 1 } }
"odd.name" = { values = { cost = 2 } }
at-sea = { initial = "far", states = { far = { values = { cost = 3 } } } }
[[machines.fleet.transitions]]
name = "Sails out"
from = "harbour"
to = "odd.name"
rate = { value = 0.1, range = [0.05, 0.2] }
[[machines.fleet.transitions]]
from = ["odd.name"]
after = { family = "lognormal", median = "10 weeks", p95 = "40 weeks" }
branches = [ { to = "harbour", weight = 1 }, { to = "odd.name", weight = 2 } ]
[[machines.fleet.transitions]]
from = "harbour"
to = "odd.name"
rate = 0.2
[templates.unit]
initial = "idle"
[templates.unit.with]
speed = { value = 0.5 }
weight = { value = 1 }
[templates.unit.states]
idle = {}
done = {}
[[templates.unit.transitions]]
name = "Does its work"
from = "idle"
to = "done"
rate = { value = 0.2, times = "speed * weight" }
[machines.first]
like = "unit"
with = { speed = 0.7 }
[milestones.navy]
when = "true"
[outcomes.navy]
when = "true"
[outcomes.left]
default = true
"#;

/// Where an address leads, in full, with what stands there; or why nowhere.
fn lead(address: &str) -> Result<(String, String), String> {
    let files = Memory::of(&[("a.toml", TEXT)]);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let root = load::tree(Path::new("a.toml"), &files, &mut sources, &mut diagnostics).unwrap();
    let scenario = load::read(Path::new("a.toml"), &files, &mut Sources::default(), &mut diagnostics).unwrap();
    let place = locate(&root, address, &unwritten_names(&scenario), false)?;
    let there = place.node.map_or("", |node| &TEXT[node.span.start as usize..node.span.end as usize]);
    Ok((full(&place.steps), there.to_owned()))
}

#[track_caller]
fn check(address: &str, in_full: &str, there: &str) {
    assert_eq!(lead(address), Ok((in_full.to_owned(), there.to_owned())));
}

#[track_caller]
fn refused(address: &str, words: &str) {
    let why = lead(address).unwrap_err();
    assert!(why.contains(words), "{why}");
}

#[test]
fn names_become_addresses() {
    assert_eq!(slug("Answers the deployment"), "answers-the-deployment");
    assert_eq!(slug("a, b -> c"), "a-b-c");
    assert_eq!(slug("  "), "");
}

#[test]
fn addresses_in_full_and_in_short() {
    check("parameters.resolve.value", "parameters.resolve.value", "0.6");
    check("parameters.resolve", "parameters.resolve.value", "0.6");
    check("resolve", "parameters.resolve.value", "0.6");
    check("resolve.range[1]", "parameters.resolve.range[1]", "0.9");
    check("resolve.range.1", "parameters.resolve.range[1]", "0.9");
    check("pressure", "variables.pressure.initial", "0.35");
    check("winter", "formulas.winter", "\"0.5\"");
    check("time.horizon", "time.horizon", "\"52 weeks\"");
    check("machines.fleet.states.harbour.values.cost", "machines.fleet.states.harbour.values.cost", "1");
    let far = "machines.fleet.states.at-sea.states.far.values.cost";
    check("fleet.at-sea.far.values.cost", far, "3");
    check(far, far, "3");
    check("machines.fleet.\"odd.name\".values.cost", "machines.fleet.states.\"odd.name\".values.cost", "2");
}

#[test]
fn transitions_by_name_slug_and_number() {
    let sails = "machines.fleet.transitions.sails-out";
    for address in ["transitions.sails-out", "sails-out", "Sails out", "transitions[0]", "transitions.0"] {
        check(&format!("machines.fleet.{address}.rate"), &format!("{sails}.rate.value"), "0.1");
        check(&format!("machines.fleet.{address}.rate.range[0]"), &format!("{sails}.rate.range[0]"), "0.05");
    }
    let unnamed = "machines.fleet.transitions.odd-name-to-harbour-or-odd-name";
    check("machines.fleet.transitions[1].branches[1].weight", &format!("{unnamed}.branches[1].weight"), "2");
    check("machines.fleet.odd-name-to-harbour-or-odd-name.after.p95", &format!("{unnamed}.after.p95"), "\"40 weeks\"");
    // A bare rate is its own value.
    check(
        "machines.fleet.harbour-to-odd-name.rate.value",
        "machines.fleet.transitions.harbour-to-odd-name.rate",
        "0.2",
    );
}

#[test]
fn what_a_machine_has_from_its_template() {
    check("first.speed", "machines.first.with.speed", "0.7");
    check("machines.first.with.speed", "machines.first.with.speed", "0.7");
    check("first.weight", "machines.first.with.weight", "");
    check("templates.unit.with.weight", "templates.unit.with.weight.value", "1");
    refused("first.does-its-work.rate", "set `templates.unit.transitions.does-its-work.rate` for all of them");
    refused("first.does-its-wrk.rate", "nor in the template `unit`");
}

#[test]
fn keys_of_the_format_may_be_added() {
    check("resolve.confidence", "parameters.resolve.confidence", "");
    check("time.step", "time.step", "");
    check("consequences.cost.rate", "consequences.cost.rate", "");
    check("machines.fleet.sails-out.rate.basis", "machines.fleet.transitions.sails-out.rate.basis", "");
}

#[test]
fn what_is_not_there_is_refused_with_the_nearest() {
    refused("resolv", "did you mean `resolve`?");
    refused("parameters.resolv.value", "did you mean `parameters.resolve.value`?");
    refused("machines.fleet.sails-oot.rate", "did you mean `machines.fleet.sails-out.rate`?");
    refused("resolve.valeu", "did you mean `resolve.value`?");
    refused("machines.fleet.odd-name-to-harbour-or-odd-name.after.medain", "after.median`?");
    refused("qqqq", "there is: resolve");
    refused("navy.when", "say which");
    refused("fleet.at-sae", "did you mean `fleet.at-sea`?");
    refused("resolve.range[2]", "there is: 0, 1");
    refused("title.x", "is text in quotes: there is no `x` in it");
    refused("resolve.range[", "empty part");
    refused("a..b", "empty part");
    refused("\"a", "not closed");
    refused("machines.fleet.harbour-to-odd-name.rate.range", "is a number: there is no `range` in it");
}
