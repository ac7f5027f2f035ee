//! What is legal but odd: warnings about a model that could run.
//!
//! In: a [`Model`] without errors and the [`Scenario`] it came from. Out: warnings for parameters that nothing uses, states
//! that cannot be reached or left, conditions that can never hold, and numbers without a source.

use super::expression::{Condition, Expression, Reads};
use super::id::{CompositeId, InputId, MachineId, Place, StateId};
use super::{Actions, DriftLaw, InputKind, Model, Target, Trigger};
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Mistake, Span};
use crate::scenario::{Quantity, Scenario, TriggerText};
use std::collections::{BTreeMap, BTreeSet};

pub fn lint(model: &Model, scenario: &Scenario, diagnostics: &mut Diagnostics) {
    unused_inputs(model, scenario.span.file, diagnostics);
    unused_templates(model, scenario, diagnostics);
    let reached = reached_states(model);
    unreachable_states(model, &reached, diagnostics);
    dead_ends(model, &reached, diagnostics);
    impossible_conditions(model, diagnostics);
    idle_shocks(model, diagnostics);
    unsourced(model, scenario, diagnostics);
}

/// Every expression of a model, conditions' included.
fn reads_of(model: &Model) -> BTreeSet<InputId> {
    let mut used = BTreeSet::new();
    let mut note = |reads: Reads| used.extend(reads.inputs);
    let actions = |actions: &Actions, note: &mut dyn FnMut(Reads)| {
        let variables = actions.set.iter().chain(&actions.add).map(|(_, value)| value);
        variables.chain(actions.accrue.iter().map(|(_, value)| value)).for_each(|value| note(value.reads()));
    };
    for variable in &model.variables {
        note(variable.initial.reads());
        if let Some(dynamics) = &variable.dynamics {
            note(dynamics.drift.reads());
            note(dynamics.volatility.reads());
            if let DriftLaw::MeanReverting { level, half_life } | DriftLaw::LogMeanReverting { level, half_life } =
                &dynamics.law
            {
                note(level.reads());
                note(half_life.reads());
            }
        }
    }
    for state in &model.states {
        state.values.iter().for_each(|value| note(value.reads()));
        actions(&state.enter, &mut note);
        actions(&state.exit, &mut note);
    }
    for composite in &model.composites {
        actions(&composite.enter, &mut note);
        actions(&composite.exit, &mut note);
    }
    for transition in &model.transitions {
        match &transition.trigger {
            Trigger::Rate(rate) => note(rate.reads()),
            Trigger::After { wait } => wait.arguments.iter().for_each(|(_, value)| note(value.reads())),
            Trigger::On { probability, .. } => note(probability.reads()),
            Trigger::Immediate => {}
        }
        transition.guard.iter().for_each(|guard| note(guard.reads()));
        transition.hazard_ratio.iter().chain(&transition.acceleration).for_each(|factor| note(factor.reads()));
        if let Target::Branches(branches) = &transition.target {
            branches.iter().for_each(|(_, weight)| note(weight.reads()));
        }
        actions(&transition.actions, &mut note);
    }
    for consequence in &model.consequences {
        note(consequence.rate.reads());
        note(consequence.discount.reads());
    }
    for shock in &model.shocks {
        note(shock.at.reads());
        shock.when.iter().for_each(|when| note(when.reads()));
        actions(&shock.actions, &mut note);
    }
    for present in &model.now.machines {
        note(present.since.reads());
        present.around.iter().for_each(|(_, spent)| note(spent.reads()));
    }
    model.now.variables.iter().for_each(|(_, value)| note(value.reads()));
    let conditions = model.milestones.iter().map(|m| &m.when).chain(model.outcomes.iter().map(|o| &o.when));
    conditions.for_each(|when| note(when.reads()));
    used
}

/// Inputs that the main file defines and nothing uses; a base may define more than one scenario needs.
fn unused_inputs(model: &Model, main: FileId, diagnostics: &mut Diagnostics) {
    let used = reads_of(model);
    for (index, input) in model.inputs.iter().enumerate() {
        let own = input.kind != InputKind::InPlace && input.span.file == main;
        if own && !used.contains(&InputId::new(index)) {
            let what = if input.kind == InputKind::Lever { "lever" } else { "parameter" };
            let message = format!("{what} `{}` is never used", input.name);
            let help = "use its name in an expression, or remove it";
            diagnostics.push(Diagnostic::warning(Mistake::UnusedInput, input.span, message).help(help));
        }
    }
}

/// Templates of the main file that nothing is made from, and parameters that none of their machines uses.
fn unused_templates(model: &Model, scenario: &Scenario, diagnostics: &mut Diagnostics) {
    let used = reads_of(model);
    for (template, text) in model.templates.iter().zip(&scenario.templates) {
        if template.span.file != scenario.span.file {
            continue;
        }
        if template.machines.is_empty() {
            let message = format!("nothing is made from template `{}`", template.name);
            let help = format!("write `like = \"{}\"` in a machine, or remove it", template.name);
            diagnostics.push(Diagnostic::warning(Mistake::UnusedTemplate, template.span, message).help(help));
            continue;
        }
        for (name, _) in &text.machine.with {
            let inputs = template
                .machines
                .iter()
                .map(|machine| model.input(&format!("{}.{}", model.machines[machine.index()].name, name.value)));
            // Where an expression was filled in there is no input to look for.
            if inputs.into_iter().all(|input| input.is_some_and(|input| !used.contains(&input))) {
                let message = format!("parameter `{}` of template `{}` is never used", name.value, template.name);
                let help = "use its name in an expression of the template, or remove it";
                diagnostics.push(Diagnostic::warning(Mistake::UnusedInput, name.span, message).help(help));
            }
        }
    }
}

/// The states that each transition can lead to, from each of its own.
fn arrows(model: &Model) -> Vec<(StateId, StateId)> {
    let mut arrows = Vec::new();
    for transition in &model.transitions {
        let targets: Vec<Place> = match &transition.target {
            Target::Stay { .. } => Vec::new(),
            Target::To(place) => vec![*place],
            Target::Branches(branches) => {
                branches.iter().filter(|(_, w)| w.constant() != Some(0.0)).map(|(place, _)| *place).collect()
            }
        };
        let never = is_never(transition.guard.as_ref())
            || matches!(&transition.trigger, Trigger::Rate(rate) if rate.constant() == Some(0.0));
        if !never {
            for from in &transition.from {
                arrows.extend(targets.iter().map(|to| (*from, entry_from(model, *to, *from))));
            }
        }
    }
    arrows
}

/// The innermost state to which a move from another leads when the place is its target. A composite with a history that
/// it comes from leads back to it; what else a history remembers was reached before.
fn entry_from(model: &Model, place: Place, from: StateId) -> StateId {
    match place {
        Place::State(state) => state,
        Place::Composite(id) => {
            let composite = model.composite(id);
            let remembers = composite.history && composite.states.contains(&from.index());
            if remembers { from } else { entry_from(model, composite.initial, from) }
        }
    }
}

fn is_never(condition: Option<&Condition>) -> bool {
    matches!(condition, Some(Condition::Constant(false)))
}

/// Which states some sequence of transitions leads to.
fn reached_states(model: &Model) -> Vec<bool> {
    let mut next: Vec<Vec<StateId>> = vec![Vec::new(); model.states.len()];
    for (from, to) in arrows(model) {
        next[from.index()].push(to);
    }
    let mut reached = vec![false; model.states.len()];
    let mut open: Vec<StateId> = model.machines.iter().map(|machine| machine.initial).collect();
    open.extend(model.now.machines.iter().map(|present| present.state));
    while let Some(state) = open.pop() {
        if !std::mem::replace(&mut reached[state.index()], true) {
            open.extend(&next[state.index()]);
        }
    }
    reached
}

/// The places for which something holds, where those that machines have from one line of a template count as one, for
/// which it must hold in all of these machines.
fn in_all_machines(model: &Model, holds: impl Fn(Place) -> bool) -> Vec<Place> {
    let mut of_text: BTreeMap<Span, Vec<Place>> = BTreeMap::new();
    for (index, composite) in model.composites.iter().enumerate() {
        of_text.entry(composite.span).or_default().push(Place::Composite(CompositeId::new(index)));
    }
    for (index, state) in model.states.iter().enumerate() {
        of_text.entry(state.span).or_default().push(Place::State(StateId::new(index)));
    }
    of_text.into_values().filter(|places| places.iter().all(|place| holds(*place))).map(|places| places[0]).collect()
}

/// What a place is called, by its template where it is from there, and where it was written.
fn in_text(model: &Model, place: Place) -> (String, Span) {
    let (machine, name, span) = match place {
        Place::State(id) => {
            (model.states[id.index()].machine, &model.states[id.index()].name, model.states[id.index()].span)
        }
        Place::Composite(id) => (model.composite(id).machine, &model.composite(id).name, model.composite(id).span),
    };
    // A machine's own states stand in its own text, and those of the first in the template's if another has them too.
    let template = model.templates.iter().find(|template| template.machines.contains(&machine));
    let shared = template.is_some_and(|template| {
        template.machines.iter().any(|other| {
            let other_states = model.machines[other.index()].states.clone();
            let other_composites = model.machines[other.index()].composites.clone();
            *other != machine
                && (other_states.into_iter().any(|state| model.states[state].span == span)
                    || other_composites.into_iter().any(|composite| model.composites[composite].span == span))
        })
    });
    match template {
        Some(template) if shared => (format!("{}.{name}", template.name), span),
        _ => (model.place_path(place), span),
    }
}

fn unreachable_states(model: &Model, reached: &[bool], diagnostics: &mut Diagnostics) {
    // Of a composite in which nothing is reached, one warning says it all.
    let lost = |id: CompositeId| model.composite(id).states.clone().all(|state| !reached[state]);
    let within_lost = |place: Place| model.enclosing(place).any(lost);
    for place in in_all_machines(model, |place| match place {
        Place::Composite(id) => lost(id) && !within_lost(place),
        Place::State(id) => !reached[id.index()] && !within_lost(place),
    }) {
        let (path, span) = in_text(model, place);
        let (message, help) = match place {
            Place::Composite(_) => (
                format!("state `{path}` and all within it cannot be reached"),
                "give a transition `to` it or to a state within it, or remove it",
            ),
            Place::State(_) => (format!("state `{path}` cannot be reached"), "give a transition `to` it, or remove it"),
        };
        diagnostics.push(Diagnostic::warning(Mistake::UnreachableState, span, message).help(help));
    }
}

/// States that nothing leaves and no outcome or milestone asks about, in machines that have transitions.
fn dead_ends(model: &Model, reached: &[bool], diagnostics: &mut Diagnostics) {
    let left: BTreeSet<StateId> =
        arrows(model).into_iter().filter(|(from, to)| from != to).map(|(from, _)| from).collect();
    let mut asked = BTreeSet::new();
    for outcome in &model.outcomes {
        states_in(model, &outcome.when, &mut asked);
    }
    let alone = |id: StateId| model.machines[model.states[id.index()].machine.index()].states.len() < 2;
    let is_dead_end = |place: Place| match place {
        Place::State(id) => reached[id.index()] && !left.contains(&id) && !asked.contains(&id) && !alone(id),
        Place::Composite(_) => false,
    };
    for place in in_all_machines(model, is_dead_end) {
        let (path, span) = in_text(model, place);
        let message = format!("state `{path}` is never left, and no outcome asks about it");
        let when = if path == model.place_path(place) { path } else { format!("count({path}) > 0") };
        let help = format!("give it a way out, or an outcome with `when = \"{when}\"`");
        diagnostics.push(Diagnostic::warning(Mistake::DeadEnd, span, message).help(help));
    }
}

fn states_in(model: &Model, condition: &Condition, states: &mut BTreeSet<StateId>) {
    match condition {
        Condition::In(_, state) => {
            states.insert(*state);
        }
        Condition::Within(_, composite) => {
            states.extend(model.composite(*composite).states.clone().map(StateId::new));
        }
        Condition::Not(x) => states_in(model, x, states),
        Condition::And(x, y) | Condition::Or(x, y) => {
            states_in(model, x, states);
            states_in(model, y, states);
        }
        Condition::Compare(_, x, y) => {
            counted_in(model, x, states);
            counted_in(model, y, states);
        }
        Condition::Constant(_) => {}
    }
}

/// The states that a number asks about.
fn counted_in(model: &Model, expression: &Expression, states: &mut BTreeSet<StateId>) {
    match expression {
        Expression::Count(counted) => {
            for (_, place) in counted {
                match place {
                    Place::State(state) => drop(states.insert(*state)),
                    Place::Composite(id) => states.extend(model.composite(*id).states.clone().map(StateId::new)),
                }
            }
        }
        Expression::Unary(_, x) => counted_in(model, x, states),
        Expression::Binary(_, x, y) => {
            counted_in(model, x, states);
            counted_in(model, y, states);
        }
        Expression::If(condition, x, y) => {
            states_in(model, condition, states);
            counted_in(model, x, states);
            counted_in(model, y, states);
        }
        _ => {}
    }
}

/// Whether a condition asks for two states of one machine at once, neither of them within the other.
fn contradicts(model: &Model, condition: &Condition) -> bool {
    let mut required = Vec::new();
    fn collect(condition: &Condition, required: &mut Vec<(MachineId, Place)>) {
        match condition {
            Condition::In(machine, state) => required.push((*machine, Place::State(*state))),
            Condition::Within(machine, composite) => required.push((*machine, Place::Composite(*composite))),
            Condition::And(x, y) => {
                collect(x, required);
                collect(y, required);
            }
            _ => {}
        }
    }
    collect(condition, &mut required);
    let apart = |one: Place, other: Place| {
        let (one, other) = (model.states_of(one), model.states_of(other));
        one.end <= other.start || other.end <= one.start
    };
    required.iter().any(|(m, s)| required.iter().any(|(n, t)| m == n && apart(*s, *t)))
}

fn impossible_conditions(model: &Model, diagnostics: &mut Diagnostics) {
    let guards = model.transitions.iter().filter_map(|t| Some((t.guard.as_ref()?, t.span, "this transition's `when`")));
    let milestones = model.milestones.iter().map(|m| (&m.when, m.span, "this milestone's `when`"));
    let outcomes = model.outcomes.iter().map(|o| (&o.when, o.span, "this outcome's `when`"));
    let shocks = model.shocks.iter().filter_map(|s| Some((s.when.as_ref()?, s.span, "this shock's `when`")));
    for (condition, span, what) in guards.chain(milestones).chain(outcomes).chain(shocks) {
        if is_never(Some(condition)) {
            diagnostics.push(Diagnostic::warning(Mistake::NeverHolds, span, format!("{what} can never hold")));
        } else if contradicts(model, condition) {
            let message = format!("{what} can never hold: one machine cannot be in two states");
            diagnostics.push(Diagnostic::warning(Mistake::NeverHolds, span, message).help("`or` may be meant"));
        }
    }
}

/// Shocks that no run comes to, or that do nothing.
fn idle_shocks(model: &Model, diagnostics: &mut Diagnostics) {
    let central = |id: InputId| Some(model.inputs[id.index()].value);
    for shock in &model.shocks {
        let (at, horizon) = (shock.at.value_with(&central), model.calendar.horizon);
        if at.is_some_and(|at| at > horizon) {
            let message = format!("shock `{}` comes after the horizon, so that it never happens", shock.name);
            let help = "move it, or let runs last longer";
            diagnostics.push(Diagnostic::warning(Mistake::AfterTheHorizon, shock.span, message).help(help));
        }
        if shock.actions.is_empty() {
            let message = format!("shock `{}` changes nothing", shock.name);
            let help = "add `set`, `add` or `emit`";
            diagnostics.push(Diagnostic::warning(Mistake::NoEffect, shock.span, message).help(help));
        }
    }
}

/// One warning for all numbers that say nothing of where they come from, at the first of them.
fn unsourced(model: &Model, scenario: &Scenario, diagnostics: &mut Diagnostics) {
    let mut bare: Vec<(Span, String)> = model
        .inputs
        .iter()
        .filter(|input| input.provenance.source.is_empty() && input.provenance.basis.is_none())
        .map(|input| (input.span, input.name.clone()))
        .collect();
    for machine in &scenario.machines {
        for transition in &machine.transitions {
            let told = transition.provenance.source.is_some() || transition.provenance.basis.is_some();
            let number = match &transition.trigger {
                TriggerText::Rate(quantity @ Quantity::Expression(_)) => Some((quantity.span(), "rate")),
                TriggerText::After(text) if text.provenance.source.is_none() && text.provenance.basis.is_none() => {
                    Some((text.span, "after"))
                }
                TriggerText::Chance { probability: quantity @ Quantity::Expression(_), .. } => {
                    Some((quantity.span(), "chance"))
                }
                _ => None,
            };
            if let (Some((span, key)), false) = (number, told) {
                bare.push((span, format!("{key} of a transition of {}", machine.name.value)));
            }
        }
    }
    bare.sort();
    // A number in a template is one number, however many machines have it.
    bare.dedup_by_key(|(span, _)| *span);
    if let Some((span, name)) = bare.first() {
        let others = match bare.len() - 1 {
            0 => String::new(),
            1 => " and one other number".to_owned(),
            n => format!(" and {n} other numbers"),
        };
        let message = format!("`{name}`{others} without a `source` or a `basis`");
        let help =
            "add `basis = \"judgement\"` (or \"estimate\", \"published\"), `source = \"…\"` and `confidence = \"low\"`";
        diagnostics.push(Diagnostic::warning(Mistake::NoSource, *span, message).help(help));
    }
}
