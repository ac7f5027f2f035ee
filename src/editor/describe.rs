//! What a named thing is, in a few lines of Markdown: its numbers with unit and origin, its text, its neighbours.
//!
//! In: a [`Reading`] and one of its symbols. Out: text for a hover or beside a completion. Numbers are shown as they are
//! written, so that a file with mistakes has them too.

use super::reading::Reading;
use crate::model::index::{Kind, Space, Symbol};
use crate::model::time::TimeUnit;
use crate::scenario::{
    ActionsText, Basis, Confidence, DistributionText, DynamicsText, ExpressionText, FromText, MachineText, Name,
    ParameterText, Provenance, Quantity, Scenario, StateText, TargetText, TransitionText, TriggerText,
};

/// More states or values than this are not listed.
const LISTED: usize = 24;

/// What a symbol is, if the reading defines it.
pub fn describe(reading: &Reading, symbol: &Symbol) -> Option<String> {
    let kind = reading.index.of(symbol).find_map(|mention| mention.defines);
    let scenario = reading.scenario.as_ref()?;
    let name = symbol.name.as_str();
    match kind {
        Some(kind) => of_kind(reading, scenario, symbol, kind),
        // A state's machine may be known only by its use.
        None if symbol.space == Space::Bare => find(&scenario.machines, name).map(machine),
        None => None,
    }
}

fn find<'m>(machines: &'m [MachineText], name: &str) -> Option<&'m MachineText> {
    machines.iter().find(|machine| machine.name.value == name)
}

fn of_kind(reading: &Reading, scenario: &Scenario, symbol: &Symbol, kind: Kind) -> Option<String> {
    let name = symbol.name.as_str();
    let templates = || scenario.templates.iter().map(|template| &template.machine);
    let owner = || {
        let machine = find(&scenario.machines, &symbol.owner);
        machine.or_else(|| templates().find(|template| template.name.value == symbol.owner))
    };
    let is = |written: &Name| written.value == name;
    Some(match kind {
        Kind::Parameter => parameter("parameter", scenario.parameters.iter().find(|(n, _)| is(n))?),
        Kind::Lever => parameter("lever", scenario.levers.iter().find(|(n, _)| is(n))?),
        Kind::Variable => {
            let text = scenario.variables.iter().find(|variable| is(&variable.name))?;
            let start = text.initial.as_ref().map(|initial| format!(" starts at {}", quantity(initial)));
            let mut lines = vec![format!("**variable** `{name}`{}", start.unwrap_or_default())];
            if let Some(bounds) = &text.bounds {
                lines.push(format!("between {} and {}", code(&bounds.value[0]), code(&bounds.value[1])));
            }
            lines.extend(text.dynamics.as_ref().map(dynamics));
            lines.extend(provenance(&text.provenance));
            lines.join("\n\n")
        }
        Kind::Formula => {
            let (_, text) = scenario.formulas.iter().find(|(n, _)| is(n))?;
            format!("**formula** `{name}` = {}", code(text))
        }
        Kind::Template => {
            let text = templates().find(|template| is(&template.name))?;
            let like = |machine: &&MachineText| machine.like.as_ref().is_some_and(is);
            let made = scenario.machines.iter().filter(like).map(|machine| format!("`{}`", machine.name.value));
            let made: Vec<String> = made.take(LISTED).collect();
            format!("**template**: {}\n\nmade from it: {}", machine(text), made.join(", "))
        }
        Kind::Argument => {
            let (_, value) = owner()?.with.iter().find(|(n, _)| is(n))?;
            format!("**parameter** `{name}` of the template; in `{}` it is {}", symbol.owner, quantity(value))
        }
        Kind::Policy | Kind::Variant => {
            let settings = if kind == Kind::Policy { &scenario.policies } else { &scenario.variants };
            let text = settings.iter().find(|setting| is(&setting.name))?;
            let mut lines = vec![format!("**{}** `{name}`", kind.noun())];
            lines.extend(text.set.iter().map(|(name, value)| format!("`{}` = {}", name.value, code(value))));
            lines.extend(provenance(&text.provenance));
            lines.join("\n\n")
        }
        Kind::Machine => machine(find(&scenario.machines, name)?),
        Kind::State => state(owner()?, owner()?.all_states().into_iter().find(|state| is(&state.name))?),
        Kind::Value => value(owner()?, name),
        Kind::Transition => {
            let found = owner()?.transitions.iter().find(|t| t.name.as_ref().is_some_and(is))?;
            transition(owner()?, found)
        }
        Kind::Event => {
            let here = reading.index.of(symbol);
            let (emitted, answered): (Vec<_>, Vec<_>) = here.partition(|mention| mention.defines.is_some());
            format!("**event** `{name}`: announced in {} places, answered in {}", emitted.len(), answered.len())
        }
        Kind::Consequence => {
            let text = scenario.consequences.iter().find(|consequence| is(&consequence.name))?;
            let mut lines = vec![format!("**consequence** `{name}`")];
            lines.extend(text.rate.as_ref().map(|rate| format!("grows by {} per unit of time", quantity(rate))));
            lines.extend(provenance(&text.provenance));
            lines.join("\n\n")
        }
        Kind::Milestone => {
            let text = scenario.milestones.iter().find(|milestone| is(&milestone.name))?;
            condition("milestone", name, text.when.as_ref(), text.about.as_ref())
        }
        Kind::Duration => {
            let text = scenario.durations.iter().find(|duration| is(&duration.name))?;
            let states: Vec<String> = text.states.iter().map(|state| format!("`{}`", state.value)).collect();
            let mut lines = vec![format!("**duration** `{name}`: time spent in {}", states.join(", "))];
            lines.extend(provenance(&text.provenance));
            lines.join("\n\n")
        }
        Kind::Shock => {
            let text = scenario.shocks.iter().find(|shock| is(&shock.name))?;
            let mut lines = vec![format!("**shock** `{name}`")];
            lines.extend(text.at.as_ref().map(|at| format!("at {}", code(at))));
            lines.extend(text.when.as_ref().map(|when| format!("if {} then", code(when))));
            lines.extend(actions("it does this", &text.actions));
            lines.extend(provenance(&text.provenance));
            lines.join("\n\n")
        }
        Kind::Outcome => {
            let text = scenario.outcomes.iter().find(|outcome| is(&outcome.name))?;
            let mut told = condition("outcome", name, text.when.as_ref(), text.about.as_ref());
            if text.default {
                told.push_str("\n\nwhat is left at the horizon");
            }
            told
        }
    })
}

fn code(text: &ExpressionText) -> String {
    // A backtick cannot be part of an expression; it would end the code.
    format!("`{}`", text.text.replace('`', "'"))
}

fn quantity(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Expression(text) => code(text),
        Quantity::InPlace(parameter, times) => {
            let mut told = code(&parameter.value);
            if let Some(range) = &parameter.range {
                told.push_str(&format!(" ({} to {})", code(&range.value[0]), code(&range.value[1])));
            }
            if let Some(times) = times {
                told.push_str(&format!(" × {}", code(times)));
            }
            told
        }
    }
}

fn parameter(noun: &str, (name, text): &(Name, ParameterText)) -> String {
    // `8 weeks` has its unit with it.
    let is_told = text.value.text.split_whitespace().next_back().and_then(TimeUnit::from_name).is_some();
    let unit = text.provenance.unit.as_ref().filter(|_| !is_told);
    let unit = unit.map(|unit| format!(" {}", unit.value)).unwrap_or_default();
    let mut lines = vec![format!("**{noun}** `{}` = {}{unit}", name.value, code(&text.value))];
    if let Some(range) = &text.range {
        lines.push(format!("range {} to {}", code(&range.value[0]), code(&range.value[1])));
    }
    lines.extend(text.distribution.as_ref().map(distribution));
    lines.extend(provenance(&Provenance { unit: None, ..text.provenance.clone() }));
    lines.join("\n\n")
}

fn provenance(text: &Provenance) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(text.about.as_ref().map(|about| about.value.clone()));
    lines.extend(text.unit.as_ref().map(|unit| format!("unit: {}", unit.value)));
    let basis = text.basis.as_ref().map(|basis| match basis.value {
        Basis::Published => "published",
        Basis::Estimate => "estimate",
        Basis::Judgement => "judgement",
    });
    let confidence = text.confidence.as_ref().map(|confidence| match confidence.value {
        Confidence::Low => "low confidence",
        Confidence::Medium => "medium confidence",
        Confidence::High => "high confidence",
    });
    let origin: Vec<&str> = basis.into_iter().chain(confidence).collect();
    let source = text.source.as_ref().map(|source| source.value.as_str());
    match (origin.is_empty(), source) {
        (true, None) => {}
        (true, Some(source)) => lines.push(format!("source: {source}")),
        (false, None) => lines.push(format!("*{}*", origin.join(", "))),
        (false, Some(source)) => lines.push(format!("*{}*: {source}", origin.join(", "))),
    }
    lines
}

fn distribution(text: &DistributionText) -> String {
    format!("{} with {}", text.family.value, arguments(&text.arguments))
}

fn dynamics(text: &DynamicsText) -> String {
    format!("drifts by itself: {} with {}", text.kind.value, arguments(&text.arguments))
}

fn arguments(arguments: &[(Name, Quantity)]) -> String {
    let told = arguments.iter().map(|(name, value)| format!("{} {}", name.value, quantity(value)));
    told.collect::<Vec<_>>().join(", ")
}

fn condition(noun: &str, name: &str, when: Option<&ExpressionText>, about: Option<&Name>) -> String {
    let mut lines = vec![format!("**{noun}** `{name}`")];
    lines.extend(about.map(|about| about.value.clone()));
    lines.extend(when.map(|when| format!("when {}", code(when))));
    lines.join("\n\n")
}

fn machine(text: &MachineText) -> String {
    let mut lines = vec![format!("**machine** `{}`", text.name.value)];
    lines.extend(text.about.as_ref().map(|about| about.value.clone()));
    lines.extend(text.initial.as_ref().map(|initial| format!("starts in `{}`", initial.value)));
    lines.extend(text.like.as_ref().map(|like| format!("made from the template `{}`", like.value)));
    lines.push(states(&text.all_states()));
    lines.join("\n\n")
}

fn states(all: &[&StateText]) -> String {
    let names: Vec<String> = all.iter().take(LISTED).map(|state| format!("`{}`", state.name.value)).collect();
    let more = if all.len() > LISTED { ", …" } else { "" };
    format!("{} states: {}{more}", all.len(), names.join(", "))
}

/// A state's values: its own, and those that it has from the states around it and from the machine.
fn values<'m>(machine: &'m MachineText, state: &StateText) -> Vec<&'m (Name, Quantity)> {
    let all = machine.all_states();
    let is_around = |outer: &&&StateText| {
        let here = |other: &StateText| other.name.span == state.name.span;
        here(outer) || outer.all_states().into_iter().any(here)
    };
    let mut found: Vec<&(Name, Quantity)> = Vec::new();
    // From the innermost outwards.
    let around = all.iter().filter(is_around).rev().map(|outer| &outer.values);
    for value in around.chain([&machine.values]).flatten() {
        if !found.iter().any(|(name, _)| name.value == value.0.value) {
            found.push(value);
        }
    }
    found
}

fn state(machine: &MachineText, text: &StateText) -> String {
    let mut lines = vec![format!("**state** `{}.{}`", machine.name.value, text.name.value)];
    lines.extend(text.about.as_ref().map(|about| about.value.clone()));
    if text.is_composite() {
        lines.push(format!("with {}", states(&text.all_states())));
    }
    let values = values(machine, text).into_iter().take(LISTED);
    let values: Vec<String> = values.map(|(name, value)| format!("{} = {}", name.value, quantity(value))).collect();
    if !values.is_empty() {
        lines.push(values.join(" · "));
    }
    lines.extend(actions("on entry", &text.enter));
    lines.extend(actions("on exit", &text.exit));
    lines.join("\n\n")
}

fn value(machine: &MachineText, name: &str) -> String {
    let mut lines = vec![format!("**value** `{}.{name}` of the state it is in\n", machine.name.value)];
    for state in machine.all_states().into_iter().filter(|state| !state.is_composite()).take(LISTED) {
        if let Some((_, told)) = values(machine, state).into_iter().find(|(n, _)| n.value == name) {
            lines.push(format!("- {}: {}", state.name.value, quantity(told)));
        }
    }
    lines.join("\n")
}

fn actions(moment: &str, text: &ActionsText) -> Option<String> {
    let mut told = Vec::new();
    told.extend(text.set.iter().map(|(name, value)| format!("`{}` becomes {}", name.value, quantity(value))));
    told.extend(text.add.iter().map(|(name, value)| format!("`{}` changes by {}", name.value, quantity(value))));
    told.extend(text.emit.iter().map(|event| format!("announces `{}`", event.value)));
    (!told.is_empty()).then(|| format!("{moment}: {}", told.join(", ")))
}

/// What a transition is, without how long it takes.
pub fn transition(machine: &MachineText, text: &TransitionText) -> String {
    let name = text.name.as_ref().map(|name| format!(" “{}”", name.value)).unwrap_or_default();
    let mut lines = vec![format!("**transition**{name} of `{}`", machine.name.value)];
    lines.extend(text.about.as_ref().map(|about| about.value.clone()));
    let from = match &text.from {
        FromText::All(_) => "any state".to_owned(),
        FromText::States(states) => {
            states.iter().map(|state| format!("`{}`", state.value)).collect::<Vec<_>>().join(", ")
        }
    };
    let to = match &text.target {
        TargetText::Stay => "stays".to_owned(),
        TargetText::To(state) => format!("`{}`", state.value),
        TargetText::Branches(branches) => {
            let told = branches.value.iter().map(|(state, weight)| format!("`{}` ({})", state.value, quantity(weight)));
            told.collect::<Vec<_>>().join(" or ")
        }
    };
    lines.push(format!("{from} → {to}"));
    lines.push(match &text.trigger {
        TriggerText::Rate(rate) => format!("at a rate of {}", quantity(rate)),
        TriggerText::After(wait) => format!("after a wait: {}", distribution(wait)),
        TriggerText::Chance { probability, per } => {
            format!("with a chance of {} per {}", quantity(probability), code(per))
        }
        TriggerText::On { event, .. } => format!("on `{}`", event.value),
        TriggerText::Immediate => "at once".to_owned(),
    });
    lines.extend(text.when.as_ref().map(|when| format!("while {}", code(when))));
    lines.extend(text.hazard_ratio.as_ref().map(|ratio| format!("times {}", quantity(ratio))));
    lines.extend(actions("then", &text.actions));
    lines.extend(provenance(&Provenance { about: None, ..text.provenance.clone() }));
    lines.join("\n\n")
}
