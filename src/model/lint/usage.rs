//! What is defined and never used: inputs, formulas, values of states, variables, events.

use super::Subject;
use super::used::Used;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::model::id::{InputId, MachineId, VariableId};
use crate::model::parse::SELF;
use crate::model::{InputKind, Subject as Expected, Trigger};
use crate::scenario::{ActionsText, MachineText, Name};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn unused(subject: &Subject<'_>, formulas: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    let used = &subject.used;
    inputs(subject, used, diagnostics);
    variables(subject, used, diagnostics);
    // Scenarios that share a base have the numbers that one of them needs in all of their states.
    if subject
        .model
        .variables
        .iter()
        .map(|v| v.span)
        .chain(subject.model.inputs.iter().map(|i| i.span))
        .all(|s| subject.is_own(s))
    {
        values(subject, used, diagnostics);
    }
    events(subject, diagnostics);
    for (name, _) in &subject.scenario.formulas {
        if subject.is_own(name.span) && !formulas.contains(&name.value) {
            let message = format!("formula `{}` is never used", name.value);
            let help = "use its name in an expression, or remove it";
            diagnostics
                .push(Diagnostic::warning(Mistake::UnusedFormula, name.span, message).label("never used").help(help));
        }
    }
}

/// A value that ranks the states for people: the rung of the ladder that each stands on. No expression needs to read it.
const FOR_PEOPLE: &str = "rung";

/// Inputs that the main file defines and nothing uses.
fn inputs(subject: &Subject<'_>, used: &Used, diagnostics: &mut Diagnostics) {
    for (index, input) in subject.model.inputs.iter().enumerate() {
        let own = input.kind != InputKind::InPlace && subject.is_own(input.span);
        if own && !used.inputs.contains(&InputId::new(index)) {
            let what = if input.kind == InputKind::Lever { "lever" } else { "parameter" };
            let message = format!("{what} `{}` is never used", input.name);
            let help = "use its name in an expression, or remove it";
            diagnostics
                .push(Diagnostic::warning(Mistake::UnusedInput, input.span, message).label("never used").help(help));
        }
    }
}

/// Variables that nothing reads, and variables that nothing moves.
fn variables(subject: &Subject<'_>, used: &Used, diagnostics: &mut Diagnostics) {
    let model = subject.model;
    let mut moved: BTreeSet<VariableId> = BTreeSet::new();
    let states = model.states.iter().flat_map(|state| [&state.enter, &state.exit]);
    let composites = model.composites.iter().flat_map(|composite| [&composite.enter, &composite.exit]);
    let shocks = model.shocks.iter().map(|shock| &shock.actions);
    let transitions = model.transitions.iter().map(|transition| &transition.actions);
    for actions in states.chain(composites).chain(shocks).chain(transitions) {
        moved.extend(actions.set.iter().chain(&actions.add).map(|(variable, _)| *variable));
    }
    for (index, variable) in model.variables.iter().enumerate().filter(|(_, variable)| subject.is_own(variable.span)) {
        let id = VariableId::new(index);
        let expected = model.claims().any(|e| e.subject == Expected::Variable(index));
        if !used.variables.contains(&id) && !expected {
            let message = format!("variable `{}` is never read", variable.name);
            let warning = Diagnostic::warning(Mistake::UnreadVariable, variable.span, message);
            let note = "it is drawn over time in the results, but nothing depends on it";
            diagnostics.push(
                warning.label("nothing depends on it").note(note).help("use its name in an expression, or remove it"),
            );
        } else if !moved.contains(&id) && variable.dynamics.is_none() {
            let message = format!("variable `{}` is never moved: it keeps its initial value", variable.name);
            let warning = Diagnostic::warning(Mistake::UnmovedVariable, variable.span, message);
            let help = format!(
                "`set` or `add` to it somewhere, give it `dynamics`, or make it `[parameters.{}]`",
                variable.name
            );
            diagnostics.push(warning.label("has neither actions on it nor dynamics").help(help));
        }
    }
}

/// Numbers of states that no expression reads, told at the first state that has them.
fn values(subject: &Subject<'_>, used: &Used, diagnostics: &mut Diagnostics) {
    let made = |id: &MachineId| subject.model.templates.iter().any(|template| template.machines.contains(id));
    for (index, machine) in subject.model.machines.iter().enumerate() {
        // What a template has for all of its machines, some of them may have no need of.
        if made(&MachineId::new(index)) {
            continue;
        }
        for (value, name) in machine.value_names.iter().enumerate() {
            if used.values.contains(&(MachineId::new(index), value)) || name == FOR_PEOPLE {
                continue;
            }
            let Some(text) = subject.scenario.machines.iter().find(|text| text.name.value == machine.name) else {
                continue;
            };
            let Some(written) = first_written(text, name).filter(|written| subject.is_own(written.span)) else {
                continue;
            };
            let message = format!("no expression reads `{}.{name}`", machine.name);
            let help = format!("write `{}.{name}` where the number is meant to count, or remove it", machine.name);
            diagnostics
                .push(Diagnostic::warning(Mistake::UnusedValue, written.span, message).label("never read").help(help));
        }
    }
}

fn first_written<'t>(machine: &'t MachineText, name: &str) -> Option<&'t Name> {
    let states = machine.all_states();
    let values = machine.values.iter().chain(states.iter().flat_map(|state| &state.values));
    values.map(|(name, _)| name).find(|written| written.value == name)
}

/// Events that the main file emits and that no transition answers.
fn events(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let model = subject.model;
    let answered: BTreeSet<&str> = model
        .transitions
        .iter()
        .filter_map(|transition| match &transition.trigger {
            Trigger::On { event, .. } => Some(model.events[event.index()].as_str()),
            _ => None,
        })
        .collect();
    let mut actions: Vec<(&str, &ActionsText)> =
        subject.scenario.shocks.iter().map(|shock| ("", &shock.actions)).collect();
    for machine in &subject.scenario.machines {
        let states = machine.all_states();
        let of_states = states.into_iter().flat_map(|state| [&state.enter, &state.exit]);
        let all = of_states.chain(machine.transitions.iter().map(|transition| &transition.actions));
        actions.extend(all.map(|actions| (machine.name.value.as_str(), actions)));
    }
    // An event in a template is heard if that of any of its machines is.
    let mut emitted: BTreeMap<Span, (&Name, bool)> = BTreeMap::new();
    for (machine, actions) in actions {
        for event in actions.emit.iter().filter(|event| subject.is_own(event.span)) {
            let own = event.value.strip_prefix(SELF).and_then(|rest| rest.strip_prefix('.'));
            let heard = match own {
                Some(rest) => answered.contains(format!("{machine}.{rest}").as_str()),
                None => answered.contains(event.value.as_str()),
            };
            emitted.entry(event.span).or_insert((event, false)).1 |= heard;
        }
    }
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for (event, heard) in emitted.into_values() {
        let name = event.value.as_str();
        if heard || !told.insert(name) {
            continue;
        }
        let warning =
            Diagnostic::warning(Mistake::UnansweredEvent, event.span, format!("nothing answers the event `{name}`"))
                .label("emitted, and never heard");
        let near = diagnostics.suggest(name, answered.iter().copied());
        diagnostics.push(match near {
            Some(near) => warning.help(format!("did you mean \"{near}\"?")).fix(event.span, format!("{near:?}")),
            None => warning.help(format!("let a transition answer it with `on = \"{name}\"`, or leave it out")),
        });
    }
}

/// Templates of the main file that nothing is made from, and parameters that none of their machines uses.
pub(super) fn templates(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let (model, scenario) = (subject.model, subject.scenario);
    let used = &subject.used;
    for (template, text) in model.templates.iter().zip(&scenario.templates) {
        if !subject.is_own(template.span) {
            continue;
        }
        if template.machines.is_empty() {
            let message = format!("nothing is made from template `{}`", template.name);
            let help = format!("write `like = \"{}\"` in a machine, or remove it", template.name);
            let warning = Diagnostic::warning(Mistake::UnusedTemplate, template.span, message);
            diagnostics.push(warning.label("never used").help(help));
            continue;
        }
        for (name, _) in &text.machine.with {
            let inputs = template
                .machines
                .iter()
                .map(|machine| model.input(&format!("{}.{}", model.machines[machine.index()].name, name.value)));
            // Where an expression was filled in there is no input to look for.
            if inputs.into_iter().all(|input| input.is_some_and(|input| !used.inputs.contains(&input))) {
                let message = format!("parameter `{}` of template `{}` is never used", name.value, template.name);
                let help = "use its name in an expression of the template, or remove it";
                let warning = Diagnostic::warning(Mistake::UnusedInput, name.span, message);
                diagnostics.push(warning.label("never used").help(help));
            }
        }
    }
}
