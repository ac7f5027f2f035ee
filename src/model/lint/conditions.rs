//! Conditions: guards that can never hold, outcomes that cannot happen, or that always do.

use super::Subject;
use super::interval::{Domain, Truth};
use super::suppose::Search;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::model::expression::Condition;
use crate::model::id::{MachineId, Place};
use crate::model::{Model, Transition};
use std::collections::BTreeMap;
use std::ops::Range;

/// Of so many outcomes and milestones, the later ones are not compared with the earlier.
const MOST_COMPARED: usize = 200;

pub(super) fn impossible(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let model = subject.model;
    let why = |transition: &Transition| {
        let domain = Domain { subject, from: Some(&transition.from) };
        transition.guard.as_ref().and_then(|guard| why_never(guard, &domain))
    };
    // A base may have transitions for what only some of its scenarios can do.
    for transition in subject.in_all_machines(|transition| subject.is_own(transition.span) && why(transition).is_some())
    {
        let span = subject.texts.get(&transition.span).and_then(|text| text.when.as_ref()).map(|when| when.span);
        if let Some(why) = why(transition) {
            let message = "this transition's `when` can never hold";
            let warning = Diagnostic::warning(Mistake::NeverHolds, span.unwrap_or(transition.span), message);
            diagnostics.push(explained(warning, why));
        }
    }
    let domain = Domain { subject, from: None };
    let milestones = model.milestones.iter().map(|m| ("milestone", &m.name, &m.when, m.span));
    let outcomes = model.outcomes.iter().map(|o| ("outcome", &o.name, &o.when, o.span));
    for shock in &model.shocks {
        if let Some(why) = shock.when.as_ref().and_then(|when| why_never(when, &domain)) {
            let span = subject.scenario.shocks.iter().find(|text| text.name.span == shock.span);
            let span = span.and_then(|text| text.when.as_ref()).map_or(shock.span, |when| when.span);
            let warning = Diagnostic::warning(Mistake::NeverHolds, span, "this shock's `when` can never hold");
            diagnostics.push(explained(warning, why));
        }
    }
    for (noun, name, when, span) in milestones.chain(outcomes) {
        if let Some(why) = why_never(when, &domain) {
            let warning =
                Diagnostic::warning(Mistake::ImpossibleOutcome, span, format!("{noun} `{name}` can never happen"));
            diagnostics.push(explained(warning, why));
        }
    }
    hidden(subject, &domain, diagnostics);
}

/// Outcomes that end the run at once, or that an earlier one takes all runs from.
fn hidden(subject: &Subject<'_>, domain: &Domain<'_>, diagnostics: &mut Diagnostics) {
    let outcomes = &subject.model.outcomes;
    let search = Search::new(subject);
    let mut earlier: Vec<(&Condition, Span)> = Vec::new();
    for outcome in outcomes.iter().take(MOST_COMPARED).filter(|outcome| !outcome.at_horizon) {
        let first = earlier.iter().find(|(when, _)| **when == outcome.when || covers(when, &outcome.when));
        if let Some((_, first)) = first {
            let message = format!("outcome `{}` is never reached: an earlier one takes all its runs", outcome.name);
            let warning = Diagnostic::warning(Mistake::HiddenOutcome, outcome.span, message);
            let help = "outcomes are tested in file order: put the narrower one first, or make them differ";
            diagnostics.push(warning.label("comes too late").related(*first, "holds whenever this does").help(help));
        } else if search.start().truth(&outcome.when, subject) {
            let message =
                format!("outcome `{}` holds from the start: a run is over before anything happens", outcome.name);
            let always = domain.truth(&outcome.when) == Truth { can_hold: true, can_fail: false };
            let label = if always { "always holds" } else { "holds at time 0" };
            let help = "let the machines begin elsewhere, or ask for something that is not so at the beginning";
            diagnostics.push(Diagnostic::warning(Mistake::EndsAtOnce, outcome.span, message).label(label).help(help));
        }
        earlier.push((&outcome.when, outcome.span));
    }
}

/// Whether the first of two conditions holds whenever the second does, as far as `and` and `or` tell.
fn covers(wide: &Condition, narrow: &Condition) -> bool {
    if wide == narrow || *wide == Condition::Constant(true) {
        return true;
    }
    let of_wide = matches!(wide, Condition::Or(x, y) if **x == *narrow || **y == *narrow);
    of_wide || matches!(narrow, Condition::And(x, y) if **x == *wide || **y == *wide)
}

/// Why a condition can never hold.
enum Why {
    /// One machine would have to be in two states at once.
    TwoStates,
    /// It needs a state that cannot be reached, or that the transition does not leave.
    NoState(String),
    /// Numbers would have to leave their bounds.
    Numbers,
}

fn explained(warning: Diagnostic, why: Why) -> Diagnostic {
    match why {
        Why::TwoStates => warning
            .label("asks for two states of one machine at once")
            .note("a machine is in one state at a time")
            .help("`or` may be meant where `and` is written"),
        Why::NoState(state) => warning
            .label(format!("needs `{state}`, which is not to be had"))
            .note("the state cannot be reached, or it is not among those that this transition leaves")
            .help("give a transition `to` that state, or ask for another"),
        Why::Numbers => warning
            .label("not for any numbers within bounds and ranges")
            .help("compare with a number that can be reached, or widen the bounds"),
    }
}

fn why_never(condition: &Condition, domain: &Domain<'_>) -> Option<Why> {
    if contradicts(domain.subject.model, condition) {
        return Some(Why::TwoStates);
    }
    if domain.truth(condition).can_hold {
        return None;
    }
    let mut states = Vec::new();
    required(condition, &mut states);
    let possible = |machine: MachineId, place: Place| match place {
        Place::State(state) => domain.truth(&Condition::In(machine, state)).can_hold,
        Place::Composite(id) => domain.truth(&Condition::Within(machine, id)).can_hold,
    };
    let missing = states.into_iter().find(|(machine, place)| !possible(*machine, *place));
    Some(missing.map_or(Why::Numbers, |(_, place)| Why::NoState(domain.subject.model.place_path(place))))
}

/// The states that must all be taken for a condition to hold.
fn required(condition: &Condition, states: &mut Vec<(MachineId, Place)>) {
    match condition {
        Condition::In(machine, state) => states.push((*machine, Place::State(*state))),
        Condition::Within(machine, composite) => states.push((*machine, Place::Composite(*composite))),
        Condition::And(x, y) => {
            required(x, states);
            required(y, states);
        }
        _ => {}
    }
}

/// Whether a condition asks for two states of one machine at once, neither of them within the other.
fn contradicts(model: &Model, condition: &Condition) -> bool {
    let mut states = Vec::new();
    required(condition, &mut states);
    // What is left of a machine's states by those that it must be in: states within one another are ranges that nest.
    let mut left: BTreeMap<MachineId, Range<usize>> = BTreeMap::new();
    states.into_iter().any(|(machine, place)| {
        let states = model.states_of(place);
        let left = left.entry(machine).or_insert_with(|| states.clone());
        *left = left.start.max(states.start)..left.end.min(states.end);
        left.start >= left.end
    })
}
