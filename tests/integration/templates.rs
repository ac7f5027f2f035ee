//! Machines made from templates, and counting them: against closed forms, and against the same machines written out.

use crate::support::{Ends, Memory, assert_law, assert_share, ends, model, read, scenario};
use standoff::diagnostic::render::{Style, render};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::model::{Model, resolve};
use standoff::scenario::load;
use std::path::{Path, PathBuf};

/// Units of one template, `u0`, `u1` and so on, that go from `idle` to `done`.
fn units(count: usize, trigger: &str) -> String {
    let machines: String = (0..count).map(|i| format!("[machines.u{i}]\nlike = \"unit\"\n")).collect();
    format!(
        "[templates.unit]\ninitial = \"idle\"\n[templates.unit.states]\nidle = {{}}\ndone = {{}}\n\
         [[templates.unit.transitions]]\nname = \"does\"\nfrom = \"idle\"\nto = \"done\"\n{trigger}\n{machines}"
    )
}

/// Reads several files, the first of which is the main one.
fn read_files(files: &[(&str, &str)]) -> (Option<Model>, String) {
    let memory = Memory(files.iter().map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec())).collect());
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(Path::new(files[0].0), &memory, &mut sources, &mut diagnostics);
    let model = scenario.and_then(|scenario| resolve::resolve(&scenario, &mut diagnostics));
    diagnostics.sort();
    (model, render(&diagnostics, &sources, Style::Plain))
}

fn input(model: &Model, name: &str) -> f64 {
    model.inputs[model.input(name).unwrap_or_else(|| panic!("{name}")).index()].value
}

#[test]
fn the_count_of_independent_units_is_binomial() {
    const N: usize = 5;
    let outcomes: String =
        (0..N).map(|k| format!("[outcomes.k{k}]\ndefault = true\nwhen = \"count(unit.done) == {k}\"\n")).collect();
    let text = scenario(7.0, &(units(N, "rate = 0.1") + &outcomes));
    let ends = ends(&model(&text), 21, 60_000);
    let p = -libm::expm1(-0.7);
    let mut ways = 1.0;
    for k in 0..=N {
        let probability = ways * libm::pow(p, k as f64) * libm::pow(1.0 - p, (N - k) as f64);
        assert_share(&format!("{k} done"), ends.iter().filter(|end| end.outcome == k).count(), ends.len(), probability);
        ways *= (N - k) as f64 / (k + 1) as f64;
    }
}

/// A hazard that reads the count: with k done, each of the n − k others has the hazard a (1 + 2k), so that the time until
/// all are done is a sum of exponential stages with the rates (n − k) a (1 + 2k).
#[test]
fn a_hazard_that_reads_the_count_makes_a_pure_birth_process() {
    let text = scenario(
        1e6,
        &(units(4, "rate = \"0.1 * (1 + 2 * count(unit.done))\"") + "[outcomes.all]\nwhen = \"count(unit.done) == 4\""),
    );
    let rates = [0.4, 0.9, 1.0, 0.7];
    let mut times: Vec<f64> = ends(&model(&text), 22, 40_000).iter().map(|end| end.time).collect();
    // The hypoexponential law with distinct rates.
    let survival = |t: f64| {
        let term = |i: usize| {
            let others = rates.iter().enumerate().filter(|(j, _)| *j != i);
            others.map(|(_, rate)| rate / (rate - rates[i])).product::<f64>() * libm::exp(-rates[i] * t)
        };
        (0..4).map(term).sum::<f64>()
    };
    assert_law("all done", &mut times, |t| 1.0 - survival(t));
}

/// A wait with memory whose hazard ratio moves with the count, at known moments: re-arming is exact.
#[test]
fn a_count_that_moves_in_mid_wait() {
    let text = scenario(
        1e6,
        &(units(2, "after = { family = \"constant\", value = \"wait\" }")
            .replace("[templates.unit.states]", "[templates.unit.with]\nwait = 3\n[templates.unit.states]")
            .replace("[machines.u1]\nlike = \"unit\"", "[machines.u1]\nlike = \"unit\"\nwith = { wait = 5 }")
            + "[machines.thing]\ninitial = \"alive\"\n[machines.thing.states]\nalive = {}\ndead = {}\n\
               [[machines.thing.transitions]]\nfrom = \"alive\"\nto = \"dead\"\n\
               after = { family = \"weibull\", shape = 2, scale = 6 }\nhazard_ratio = \"1 + count(unit.done)\"\n\
               [outcomes.died]\nwhen = \"thing.dead\""),
    );
    let h = |t: f64| (t / 6.0) * (t / 6.0);
    let used = |t: f64| h(t.min(3.0)) + 2.0 * (h(t.clamp(3.0, 5.0)) - h(3.0)) + 3.0 * (h(t.max(5.0)) - h(5.0));
    let mut times: Vec<f64> = ends(&model(&text), 23, 40_000).iter().map(|end| end.time).collect();
    assert_law("the thing's life", &mut times, |t| -libm::expm1(-used(t)));
}

const CAPITALS: &str = r#"
[parameters.pull]
value = 0.3
basis = "judgement"
[variables.pressure]
initial = 0
[templates.capital]
about = "A capital"
initial = "waiting"
values = { cost = 1 }
[templates.capital.with]
hawkishness = { value = 0.5, range = [0, 1], about = "how ready", basis = "judgement" }
patience = "2 weeks"
[templates.capital.states]
waiting = { values = { cost = "hawkishness" } }
committed = { enter = { add = { pressure = "hawkishness" }, emit = "self.joined" } }
left = {}
[[templates.capital.transitions]]
name = "commits"
from = "waiting"
to = "committed"
rate = { value = 0.05, times = "hawkishness * (1 + count(capital.committed))" }
[[templates.capital.transitions]]
name = "leaves"
from = "committed"
to = "left"
when = "not self.left"
after = { family = "weibull", shape = 1.5, scale = "patience" }
[machines.poland]
like = "capital"
with = { hawkishness = 0.9 }
[machines.france]
like = "capital"
with = { hawkishness = { value = 0.4, range = [0.1, 0.6] }, patience = "pull * 40" }
values = { cost = 3 }
[machines.france.states]
hesitating = {}
committed = { about = "In the end" }
[[machines.france.transitions]]
name = "leaves"
from = "committed"
to = "hesitating"
rate = "hawkishness / patience"
[[machines.france.transitions]]
name = "follows"
from = ["waiting", "hesitating"]
to = "committed"
on = "poland.joined"
[machines.spain]
like = "capital"
remove = ["leaves"]
"#;

const WRITTEN_OUT: &str = r#"
[parameters.pull]
value = 0.3
basis = "judgement"
[variables.pressure]
initial = 0
[machines.poland]
initial = "waiting"
values = { cost = 1 }
[machines.poland.states]
waiting = { values = { cost = 0.9 } }
committed = { enter = { add = { pressure = 0.9 }, emit = "poland.joined" } }
left = {}
[[machines.poland.transitions]]
name = "commits"
from = "waiting"
to = "committed"
rate = "0.05 * (0.9 * (1 + (if(poland.committed, 1, 0) + if(france.committed, 1, 0) + if(spain.committed, 1, 0))))"
[[machines.poland.transitions]]
name = "leaves"
from = "committed"
to = "left"
after = { family = "weibull", shape = 1.5, scale = "2 weeks" }
[machines.france]
initial = "waiting"
values = { cost = 3 }
[machines.france.states]
waiting = { values = { cost = 0.4 } }
committed = { enter = { add = { pressure = 0.4 }, emit = "france.joined" } }
left = {}
hesitating = {}
[[machines.france.transitions]]
name = "commits"
from = "waiting"
to = "committed"
rate = "0.05 * (0.4 * (1 + (if(poland.committed, 1, 0) + if(france.committed, 1, 0) + if(spain.committed, 1, 0))))"
[[machines.france.transitions]]
name = "leaves"
from = "committed"
to = "hesitating"
rate = "0.4 / (pull * 40)"
[[machines.france.transitions]]
name = "follows"
from = ["waiting", "hesitating"]
to = "committed"
on = "poland.joined"
[machines.spain]
initial = "waiting"
values = { cost = 1 }
[machines.spain.states]
waiting = { values = { cost = 0.5 } }
committed = { enter = { add = { pressure = 0.5 }, emit = "spain.joined" } }
left = {}
[[machines.spain.transitions]]
name = "commits"
from = "waiting"
to = "committed"
rate = "0.05 * (0.5 * (1 + (if(poland.committed, 1, 0) + if(france.committed, 1, 0) + if(spain.committed, 1, 0))))"
"#;

/// Draws are addressed by names, so that a run is the same to the last bit, whoever wrote the machines.
#[test]
fn machines_from_a_template_are_those_written_out() {
    let cost = "[consequences.cost]\nrate = \"poland.cost + 2 * france.cost + 4 * spain.cost\"\n";
    let run = |text: &str| ends(&model(&scenario(60.0, &(text.to_owned() + cost))), 24, 2000);
    let (made, written) = (run(CAPITALS), run(WRITTEN_OUT));
    assert!(made.iter().zip(&written).all(|(a, b)| a == b));
    // Machines of one template have luck of their own.
    let commits = |text: &str| {
        let text =
            text.replace(" * (1 + count(capital.committed))", "").replace("hawkishness = 0.9", "hawkishness = 0.5");
        ends(&model(&scenario(20.0, &text)), 25, 40_000)
    };
    let ends = commits(
        &CAPITALS.replace("to = \"committed\"\non = \"poland.joined\"", "to = \"left\"\non = \"poland.joined\""),
    );
    let moved = |i: usize| ends.iter().filter(move |end| end.world.states[i] != end.world.states[2]).count();
    assert!(moved(0) > 1000, "poland and spain are not always in the same state");
    let p = -libm::expm1(-0.5);
    let model = model(&scenario(20.0, CAPITALS));
    let waits =
        |end: &&crate::support::End, machine: usize| end.world.states[machine] == model.machines[machine].initial;
    let both = ends.iter().filter(|end| !waits(end, 0) && !waits(end, 2)).count();
    assert_share("both have moved", both, ends.len(), p * p);
}

#[test]
fn what_is_filled_in_is_an_input_of_its_machine() {
    let model = model(&scenario(60.0, CAPITALS));
    for (name, value) in [("poland.hawkishness", 0.9), ("france.hawkishness", 0.4), ("spain.hawkishness", 0.5)] {
        assert_eq!(input(&model, name), value, "{name}");
    }
    let range = |name: &str| model.inputs[model.input(name).unwrap().index()].range;
    assert_eq!(range("poland.hawkishness"), Some([0.0, 1.0]), "a number alone keeps the template's range");
    assert_eq!(range("france.hawkishness"), Some([0.1, 0.6]));
    let about = &model.inputs[model.input("poland.hawkishness").unwrap().index()].provenance.about;
    assert_eq!(about, "how ready");
    assert_eq!(input(&model, "spain.patience"), 14.0, "in days");
    assert!(model.input("france.patience").is_none(), "an expression is no input");
    assert_eq!(input(&model, "poland.commits.rate"), 0.05);
    assert!(model.inputs.iter().all(|input| !input.name.starts_with("capital")));
    assert!(model.events.iter().all(|event| !event.starts_with("capital.") && !event.starts_with("self.")));
    let template = &model.templates[0];
    assert_eq!((template.name.as_str(), template.machines.len()), ("capital", 3));
    assert_eq!(template.parameters, ["hawkishness", "patience"]);
    let names = |i: usize| model.transitions[model.machines[i].transitions.clone()].iter().map(|t| t.name.clone());
    assert_eq!(names(1).collect::<Vec<_>>(), ["commits", "leaves", "follows"]);
    assert_eq!(names(2).collect::<Vec<_>>(), ["commits"]);
    assert_eq!(model.machines[1].about, "A capital");
}

#[test]
fn a_count_of_nothing_is_zero_and_of_one_machine_one() {
    let text = units(0, "rate = 1")
        + "[variables.x]\ninitial = 0\n[machines.m]\ninitial = \"a\"\n[machines.m.states]\n\
           a = { exit = { set = { x = \"100 * age(self)\" } } }\nb = { enter = { add = { x = \"10 * count(m.b) + count(m.a) + count(unit.done) + count(self.b)\" } } }\n\
           [[machines.m.transitions]]\nfrom = \"a\"\nto = \"b\"\nafter = { family = \"constant\", value = 1 }\n";
    assert_eq!(ends(&model(&scenario(2.0, &text)), 1, 1)[0].world.variables, [111.0]);
}

#[test]
fn a_count_takes_in_the_states_within_a_state() {
    let text = "[variables.x]\ninitial = 0\n[templates.t]\ninitial = \"a\"\n[templates.t.states]\na = {}\n\
                busy = { initial = \"b\", states = { b = {}, c = {} } }\n\
                [[templates.t.transitions]]\nfrom = \"a\"\nto = \"busy\"\nafter = { family = \"constant\", value = 1 }\n\
                [[templates.t.transitions]]\nfrom = \"b\"\nto = \"c\"\nafter = { family = \"constant\", value = 1 }\n\
                [machines.one]\nlike = \"t\"\n[machines.two]\nlike = \"t\"\n[machines.three]\nlike = \"t\"\ninitial = \"c\"\n\
                [machines.clock]\ninitial = \"p\"\n[machines.clock.states]\np = {}\nq = {}\n\
                [[machines.clock.transitions]]\nfrom = \"p\"\nto = \"q\"\nafter = { family = \"constant\", value = 1.5 }\n\
                set = { x = \"100 * count(t.busy) + 10 * count(t.b) + count(t.c)\" }\n";
    assert_eq!(ends(&model(&scenario(5.0, text)), 1, 1)[0].world.variables, [321.0]);
}

#[test]
fn templates_merge_where_files_extend_one_another() {
    let base = format!("[time]\nunit = \"day\"\nhorizon = 60\n{CAPITALS}");
    let over = r#"
title = "over"
extends = "base.toml"
[templates.capital]
remove = ["leaves"]
[templates.capital.with]
hawkishness = { value = 0.7 }
zeal = 2
[templates.capital.states]
shouting = { values = { cost = "zeal" } }
[[templates.capital.transitions]]
name = "commits"
from = "waiting"
to = "shouting"
rate = "hawkishness * zeal"
[[templates.capital.transitions]]
name = "calms"
from = "shouting"
to = "committed"
rate = 1
[machines.poland]
with = { zeal = 3 }
remove = ["calms"]
[machines.italy]
like = "capital"
[outcomes.left]
default = true
"#;
    let (model, said) = read_files(&[("over.toml", over), ("base.toml", &base)]);
    let model = model.unwrap_or_else(|| panic!("{said}"));
    let names = |machine: &str| {
        let machine = model.machines.iter().find(|m| m.name == machine).unwrap();
        model.transitions[machine.transitions.clone()].iter().map(|t| t.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("poland"), ["commits"]);
    assert_eq!(names("france"), ["commits", "calms", "leaves", "follows"], "its own `leaves` is not the template's");
    assert_eq!(names("italy"), ["commits", "calms"]);
    assert_eq!(input(&model, "poland.hawkishness"), 0.9, "what a machine fills in stays");
    assert_eq!(input(&model, "italy.hawkishness"), 0.7);
    assert_eq!((input(&model, "poland.zeal"), input(&model, "france.zeal")), (3.0, 2.0));
    assert_eq!(model.inputs[model.input("italy.hawkishness").unwrap().index()].range, Some([0.0, 1.0]));
    // `spain` removes "leaves", which the template has lost by now: what two say alike is a mistake of neither.
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn a_mistake_in_a_template_is_told_once() {
    let machines: String = (0..27).map(|i| format!("[machines.m{i}]\nlike = \"unit\"\n")).collect();
    let broken = units(0, "rate = \"0.1 * spead\"\nwhen = \"self.idel\"\nset = { nothing = 1 }") + &machines;
    let (model, said) = read(scenario(5.0, &broken).as_bytes());
    assert!(model.is_none());
    assert!(said.contains("3 errors"), "{said}");
    // A mistake that only what is filled in makes one names the machine.
    let machines = machines.replace("like = \"unit\"", "like = \"unit\"\nwith = { speed = -1 }");
    let broken = units(0, "rate = \"speed\"")
        .replace("[templates.unit.states]", "[templates.unit.with]\nspeed = 1\n[templates.unit.states]");
    let (model, said) = read(scenario(5.0, &(broken + &machines)).as_bytes());
    assert!(model.is_none());
    assert!(said.contains("1 error") && said.contains("`m0` is made from the template here"), "{said}");
    assert!(said.contains("the same holds for 26 other machines"), "{said}");
}

#[test]
fn a_short_file_cannot_ask_for_more_than_memory_holds() {
    let states: String = (0..3000).map(|i| format!("s{i} = {{}}\n")).collect();
    let machines: String = (0..5000).map(|i| format!("[machines.m{i}]\nlike = \"t\"\n")).collect();
    let text = format!("[templates.t]\ninitial = \"s0\"\n[templates.t.states]\n{states}{machines}");
    let (model, said) = read(scenario(5.0, &text).as_bytes());
    assert!(model.is_none());
    assert!(said.contains("model-too-large"), "{}", &said[..500]);
}

/// Sweeping a machine's own parameter changes that machine alone.
#[test]
fn an_input_of_one_machine_moves_it_alone() {
    let model = model(&scenario(60.0, CAPITALS));
    let set = [("spain.hawkishness".to_owned(), 0.0)];
    let simulator = standoff::analysis::study::simulator(&model, &set).unwrap();
    let mut probe = Ends::default();
    let mut work = standoff::kernel::run::Workspace::default();
    for run in 0..500 {
        simulator.run(standoff::random::RunAddress::new(1, run), &mut work, &mut probe).unwrap();
    }
    assert!(probe.ends.iter().all(|end| end.world.states[2] == model.machines[2].initial), "spain never commits");
    assert!(probe.ends.iter().any(|end| end.world.states[0] != model.machines[0].initial), "others do");
}
