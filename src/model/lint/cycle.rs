//! Immediate transitions that go round for ever: states that lead to one another at once while nothing changes.
//!
//! A circle of immediate transitions of one machine is warned of if a moment is found in which all their guards hold, and
//! none of them moves a variable that a guard reads or emits an event, so that what holds once holds again.

use super::Subject;
use super::reach;
use super::suppose::Search;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake};
use crate::model::expression::Condition;
use crate::model::id::{Place, StateId, VariableId};
use crate::model::{Actions, Model, Target, Transition, Trigger};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn immediate(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut search = Search::new(subject);
    for circle in circles(subject.model) {
        if !goes_round(subject, &mut search, &circle) {
            continue;
        }
        let model = subject.model;
        let first = circle.iter().map(|(_, t)| *t).min_by_key(|t| t.span).expect("a circle has a transition");
        let mut path: Vec<String> = circle.iter().map(|(state, _)| model.state_path(*state)).collect();
        path.push(path[0].clone());
        let message = match circle.len() {
            1 => format!("this transition fires at once, and again at once: nothing makes `{}` different", path[0]),
            _ => format!("immediate transitions go round for ever: {}", path.join(" → ")),
        };
        let mut warning = Diagnostic::warning(Mistake::ImmediateCycle, first.span, message)
            .label("fires as soon as `when` holds, which it still does afterwards");
        for (_, other) in circle.iter().filter(|(_, other)| other.span != first.span).take(5) {
            warning = warning.related(other.span, "and so does this one");
        }
        diagnostics.push(
            warning
                .note("a run that comes there stops with an error after 10,000 steps at one instant")
                .help("give one of them a `rate` or `after`, or a `when` that no longer holds once it has fired"),
        );
    }
}

type Circle<'m> = Vec<(StateId, &'m Transition)>;

/// One circle for each group of states that immediate transitions lead around; only those with one target count.
fn circles(model: &Model) -> Vec<Circle<'_>> {
    let mut next: BTreeMap<StateId, Vec<(StateId, &Transition)>> = BTreeMap::new();
    let mut circles = Vec::new();
    for transition in model.transitions.iter().filter(|t| t.trigger == Trigger::Immediate && t.guard.is_some()) {
        for from in &transition.from {
            match transition.target {
                Target::To(place) => match reach::entry_from(model, place, *from) {
                    to if to == *from => circles.push(vec![(*from, transition)]),
                    to => next.entry(*from).or_default().push((to, transition)),
                },
                Target::Stay { .. } => circles.push(vec![(*from, transition)]),
                Target::Branches(_) => {}
            }
        }
    }
    // Two transitions of the same kind in many states are one mistake.
    circles.dedup_by_key(|circle| circle[0].1.span);
    let mut done: BTreeSet<StateId> = BTreeSet::new();
    for start in next.keys() {
        let mut path: Vec<(StateId, usize)> = vec![(*start, 0)];
        let mut on_path = BTreeSet::from([*start]);
        while let Some((state, choice)) = path.last().copied() {
            let options = next.get(&state).map_or(&[][..], Vec::as_slice);
            let Some((to, _)) = options.get(choice).filter(|_| !done.contains(&state)) else {
                done.insert(state);
                on_path.remove(&state);
                path.pop();
                continue;
            };
            path.last_mut().expect("the path was not empty").1 += 1;
            if on_path.contains(to) {
                let at = path.iter().position(|(state, _)| state == to).expect("what is on the path stands in it");
                circles.push(path[at..].iter().map(|(state, choice)| (*state, next[state][choice - 1].1)).collect());
            } else if !done.contains(to) {
                on_path.insert(*to);
                path.push((*to, 0));
            }
        }
    }
    circles
}

/// Whether all guards of a circle can hold at once, and going round changes nothing that they read.
fn goes_round(subject: &Subject<'_>, search: &mut Search<'_>, circle: &Circle<'_>) -> bool {
    let model = subject.model;
    let machine = circle[0].1.machine;
    let mut moved: BTreeSet<VariableId> = BTreeSet::new();
    let mut emits = false;
    let mut note = |actions: &Actions| {
        moved.extend(actions.set.iter().chain(&actions.add).map(|(variable, _)| *variable));
        emits |= !actions.emit.is_empty();
    };
    for (state, transition) in circle {
        note(&transition.actions);
        if !matches!(transition.target, Target::Stay { reenter: false }) {
            note(&model.states[state.index()].enter);
            note(&model.states[state.index()].exit);
            for composite in model.enclosing(Place::State(*state)) {
                note(&model.composite(composite).enter);
                note(&model.composite(composite).exit);
            }
        }
    }
    if emits {
        return false;
    }
    let guards: Vec<&Condition> = circle.iter().filter_map(|(_, transition)| transition.guard.as_ref()).collect();
    let reads_moved = guards.iter().any(|guard| {
        let reads = guard.reads();
        // The age is 0 after each entry, and a guard on the state it is in holds in that state only.
        reads.variables.iter().any(|id| moved.contains(id)) || reads.time
    });
    if reads_moved {
        return false;
    }
    if circle.len() == 1 {
        return search.example(&guards, &[circle[0].0]).is_some();
    }
    // With more than one state, guards that ask about their own machine hold in one state each: not decided here.
    !guards.iter().any(|guard| guard.reads().machines.contains(&machine)) && search.example(&guards, &[]).is_some()
}
