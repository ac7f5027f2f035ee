//! States: which can be reached, and which are never left.

use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::model::expression::Condition;
use crate::model::id::{CompositeId, Place, StateId};
use crate::model::{Model, Subject, Target, Trigger};
use std::collections::{BTreeMap, BTreeSet};

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
pub(super) fn entry_from(model: &Model, place: Place, from: StateId) -> StateId {
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
pub(super) fn reached_states(model: &Model) -> Vec<bool> {
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

pub(super) fn unreachable_states(model: &Model, reached: &[bool], diagnostics: &mut Diagnostics) {
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
        let warning = Diagnostic::warning(Mistake::UnreachableState, span, message);
        diagnostics.push(warning.label("no transition that can happen leads here").help(help));
    }
}

/// States that nothing leaves, nothing asks about and that do nothing, in machines that have other states.
pub(super) fn dead_ends(subject: &super::Subject<'_>, diagnostics: &mut Diagnostics) {
    let model = subject.model;
    let left: BTreeSet<StateId> =
        arrows(model).into_iter().filter(|(from, to)| from != to).map(|(from, _)| from).collect();
    let expected = model.claims().filter_map(|expectation| match expectation.subject {
        Subject::State(state) => Some(Place::State(state)),
        Subject::Composite(id) => Some(Place::Composite(id)),
        _ => None,
    });
    let asked: BTreeSet<Place> = subject.used.places.iter().copied().chain(expected).collect();
    let is_asked =
        |place: Place| asked.contains(&place) || model.enclosing(place).any(|id| asked.contains(&Place::Composite(id)));
    let is_dead_end = |place: Place| match place {
        Place::State(id) => {
            let state = &model.states[id.index()];
            let alone = model.machines[state.machine.index()].states.len() < 2;
            let waits = subject.reached[id.index()] && !left.contains(&id) && !alone;
            waits && !is_asked(place) && state.enter.is_empty()
        }
        Place::Composite(_) => false,
    };
    for place in in_all_machines(model, is_dead_end) {
        let (path, span) = in_text(model, place);
        let message = format!("state `{path}` is never left, and nothing asks about it");
        let when = if path == model.place_path(place) { path } else { format!("count({path}) > 0") };
        let help = format!("give it a way out, or an outcome with `when = \"{when}\"`");
        let warning = Diagnostic::warning(Mistake::DeadEnd, span, message);
        diagnostics.push(warning.label("once here, the machine stays").help(help));
    }
}
