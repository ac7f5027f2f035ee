//! A scenario in plain English: what it says must be so, and it must say all of it.

use crate::support::model;
use standoff::analysis::central::Central;
use standoff::analysis::influence::{Cause, Direction, influences};
use standoff::analysis::waiting::law;
use standoff::model::id::{StateId, TransitionId};
use standoff::output::explain::explain;

const GOOD: &str = include_str!("../good.toml");

#[test]
fn the_example_in_words() {
    let document = explain(&model(GOOD), None).unwrap();
    insta::assert_snapshot!(document.text(100));
}

#[test]
fn one_machine_alone_and_markdown() {
    let model = model(GOOD);
    let machine = standoff::model::id::MachineId::new(0);
    let alone = explain(&model, Some(machine)).unwrap();
    assert!(!alone.text(100).contains("Parameters") && alone.text(100).contains("`blockade`"));
    let markdown = alone.markdown();
    assert!(markdown.starts_with("# A strait\n\n") && markdown.contains("\n## Machine `fleet`\n"), "{markdown}");
    assert!(alone.text(40).lines().all(|line| line.chars().count() <= 40), "{}", alone.text(40));
}

/// A machine with one transition to `b`, made by `trigger`, beside a variable `x` from 0 to 1 at 0.5 and a lever `l` at 2.
fn one(trigger: &str) -> String {
    format!(
        "title = \"t\"\n[time]\nunit = \"week\"\nhorizon = 100\n[levers.l]\nvalue = 2\nrange = [1, 4]\n\
         [variables.x]\ninitial = 0.5\nbounds = [0, 1]\n[machines.m]\ninitial = \"a\"\n[machines.m.states]\na = {{}}\nb = {{}}\n\
         [[machines.m.transitions]]\nfrom = \"a\"\nto = \"b\"\n{trigger}\n[outcomes.b]\nwhen = \"m.b\"\n[outcomes.rest]\ndefault = true\n"
    )
}

#[track_caller]
fn mean(trigger: &str, expected: f64) {
    let model = model(&one(trigger));
    let central = Central::new(&model).unwrap();
    let found = law(central.bound(), &central.world_in(StateId::new(0)), TransitionId::new(0)).unwrap().mean();
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs() || found == expected,
        "{trigger}: {found} not {expected}"
    );
}

#[test]
fn mean_waits_of_every_timed_trigger() {
    mean("rate = 0.25", 4.0);
    mean("rate = \"l * x\"", 1.0);
    mean("rate = { value = 0.5, range = [0.1, 1], times = \"x\" }", 4.0);
    mean("rate = 0", f64::INFINITY);
    mean("chance = \"5%\"\nper = \"week\"", -1.0 / libm::log1p(-0.05));
    mean("chance = \"50%\"\nper = \"2 weeks\"", 2.0 / core::f64::consts::LN_2);
    mean("rate = 0.25\nhazard_ratio = \"l\"\nacceleration = 3", 4.0 / 6.0);
    mean("after = { family = \"gamma\", shape = 3, scale = 2 }", 6.0);
    let weibull = 10.0 * libm::tgamma(1.5);
    mean("after = { family = \"weibull\", shape = 2, scale = 10 }", weibull);
    mean("after = { family = \"weibull\", shape = 2, scale = 10 }\nhazard_ratio = \"2 * l\"", weibull / 2.0);
    mean("after = { family = \"weibull\", shape = 2, scale = 10 }\nacceleration = \"l\"", weibull / 2.0);
    mean("after = { family = \"constant\", value = \"l\" }\nhazard_ratio = 5", 2.0);
    mean("after = { family = \"uniform\", low = 0, high = 9 }\nhazard_ratio = 2", 3.0);
    // The gamma of shape 2 has S = (1 + t) e^-t; ∫ S² = ∫ (1 + 2t + t²) e^-2t = 1/2 + 1/2 + 1/4.
    mean("after = { family = \"gamma\", shape = 2, scale = 1 }\nhazard_ratio = 2", 1.25);
}

#[track_caller]
fn moved(trigger: &str, expected: &[(&str, Direction)]) {
    let model = model(&one(trigger));
    let central = Central::new(&model).unwrap();
    let found = influences(&model, &central, TransitionId::new(0), StateId::new(0));
    let named: Vec<(&str, Direction)> = found
        .pace
        .iter()
        .map(|influence| match influence.cause {
            Cause::Variable(id) => (model.variables[id.index()].name.as_str(), influence.direction),
            Cause::Input(id) => (model.inputs[id.index()].name.as_str(), influence.direction),
        })
        .collect();
    assert_eq!(named, expected, "{trigger}");
}

#[test]
fn what_moves_a_transition_and_which_way() {
    use Direction::*;
    moved("rate = \"l * exp(-x)\"", &[("x", Falls), ("l", Rises)]);
    moved("rate = \"x * (1 - x)\"", &[("x", RisesThenFalls)]);
    moved("rate = \"(x - 0.4) ^ 2\"", &[("x", FallsThenRises)]);
    moved("rate = \"1 + 0 * x\"", &[("x", Level)]);
    moved("rate = \"1 + sin(20 * x)\"", &[("x", Mixed)]);
    moved(
        "after = { family = \"lognormal\", median = \"l\", p95 = \"10 * l\" }\nhazard_ratio = \"1 + x\"",
        &[("x", Rises), ("l", Falls)],
    );
    moved("after = { family = \"constant\", value = 3 }\nhazard_ratio = \"1 + x\"", &[("x", Level)]);
    moved("chance = \"x / 2\"\nper = \"week\"", &[("x", Rises)]);
}

#[test]
fn sentences_for_what_the_example_does_not_have() {
    let check = |trigger: &str, expected: &str| {
        let text = explain(&model(&one(trigger)), None).unwrap().text(2000);
        assert!(text.contains(expected), "{expected:?} is not in\n{text}");
    };
    check("chance = \"5%\"\nper = \"month\"", "about 84.8 weeks on average, from a chance of 5 % per month");
    check("after = { family = \"constant\", value = \"2 weeks\" }", "after a wait that is exactly 2 weeks");
    check(
        "when = \"x > 0.9 or m.a and l < 1\"",
        "at once, as soon as `x` is more than 0.9 or (`m` is in `a` and `l` is less than 1)",
    );
    check("rate = 1\nwhen = \"not (m.a or m.b)\"", "Only while `m` is not in `a` or `b`.");
    check("rate = 0.1\nclock = \"forward\"", "Its clock runs from the start of the run");
    check("rate = 0.1\nset = { x = 1 }", "When it happens it sets 1 to".replace("1 to", "`x` to 1").as_str());
    check(
        "rate = \"0.1 + time\"",
        "Changes with time: the mean wait lies between 0.00999 weeks and 10 weeks up to the horizon.",
    );
    check("rate = \"l * (1 + x)\"", "Faster when one of these rises: `x` (0.5 weeks at 0, 0.25 weeks at 1) and `l`.");
    check("rate = 0", "never as things stand");
}

/// States within states: what holds for all within is told once, at the composite.
#[test]
fn composites_are_told_before_what_they_hold() {
    let text = "title = \"t\"\n[time]\nunit = \"week\"\nhorizon = 10\n[machines.m]\ninitial = \"a\"\n[machines.m.states]\na = {}\n\
                [machines.m.states.c]\ninitial = \"d\"\nhistory = true\nenter = { emit = \"alarm\" }\n[machines.m.states.c.states]\nd = {}\ne = {}\n\
                [[machines.m.transitions]]\nfrom = \"a\"\nto = \"c\"\nrate = 1\n[[machines.m.transitions]]\nfrom = \"c\"\nto = \"a\"\nrate = 0.5\n\
                [[machines.m.transitions]]\nfrom = \"d\"\nto = \"e\"\nrate = 0.5\nwhen = \"m.c\"\n[outcomes.rest]\ndefault = true\n";
    let told = explain(&model(text), None).unwrap().text(2000);
    for expected in [
        "`c`\nIt holds `d` and `e`, and is entered where it was left last, at first at `d`. On entry it emits `alarm`.\n\n  - to `a`: about 2 weeks on average",
        "It lasts about 1 week on average and then leads to `a` (50 %) and `e` (50 %).",
        "Only while `m` is in `c`.",
        "then leads to `c`.",
    ] {
        assert!(told.contains(expected), "{expected:?} is not in\n{told}");
    }
}

/// Templates, counts, policies, variants, shocks and the present, each in its sentence.
#[test]
fn what_a_larger_scenario_has() {
    let text = "title = \"t\"\n[time]\nunit = \"week\"\nhorizon = 10\nstart = 2026-01-05\n[parameters.p]\nvalue = 1\n[levers.l]\nvalue = 2\n\
                [policies.bold]\nset = { l = 5 }\n[variants.dark]\nset = { p = 3 }\n[variables.x]\ninitial = 0\n\
                [templates.unit]\ninitial = \"idle\"\n[templates.unit.states]\nidle = {}\ndone = {}\n[[templates.unit.transitions]]\n\
                from = \"idle\"\nto = \"done\"\nrate = \"0.1 * (p + l + count(unit.done))\"\n[machines.a]\nlike = \"unit\"\n[machines.b]\nlike = \"unit\"\n\
                [shocks.blow]\nat = \"2 weeks\"\nwhen = \"a.idle\"\nset = { x = 1 }\n[now.machines.a]\nstate = \"idle\"\nsince = \"3 weeks\"\n\
                [outcomes.rest]\ndefault = true\n";
    let told = explain(&model(text), None).unwrap().text(2000);
    for expected in [
        "`bold`: Sets `l` to 5 instead of 2.",
        "`dark`: Sets `p` to 3 instead of 1.",
        "It is made from the template `unit`, has 2 states",
        "from a rate of `0.1 * (p + l + count(unit.done))` a week",
        "`blow`: After 2 weeks, on 19 January 2026, if `a` is in `idle` then it sets `x` to 1.",
        "`a` is in `idle` and has been there for 3 weeks.",
    ] {
        assert!(told.contains(expected), "{expected:?} is not in\n{told}");
    }
}
