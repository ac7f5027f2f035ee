//! Small things that are legal and probably not meant: transitions without effect, ranges without width.

use super::Subject;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::model::id::InputId;
use crate::model::{InputKind, Target, Transition, Trigger};
use crate::scenario::{ActionsText, FromText, Name};
use std::collections::BTreeMap;

pub(super) fn oddities(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for transition in subject.in_all_machines(has_no_effect) {
        no_effect(transition, diagnostics);
    }
    for transition in subject.in_all_machines(|transition| why_never(transition).is_some()) {
        never_fires(subject, transition, diagnostics);
    }
    zero_weights(subject, diagnostics);
    repeated_names(subject, diagnostics);
    idle_shocks(subject, diagnostics);
    inputs(subject, diagnostics);
    let calendar = &subject.model.calendar;
    if let Some(step) = &subject.scenario.time.step
        && calendar.step > calendar.horizon
    {
        let message = "a step is longer than the whole run: drifting variables are never refreshed";
        let related = subject.scenario.time.horizon.as_ref().map(|horizon| horizon.span);
        let mut warning = Diagnostic::warning(Mistake::StepBeyondHorizon, step.span, message)
            .label("the step")
            .help("take a shorter step, such as `\"1 week\"`");
        if let Some(horizon) = related {
            warning = warning.related(horizon, "the horizon");
        }
        diagnostics.push(warning);
    }
}

fn has_no_effect(transition: &Transition) -> bool {
    transition.target == (Target::Stay { reenter: false }) && transition.actions.is_empty()
}

fn no_effect(transition: &Transition, diagnostics: &mut Diagnostics) {
    let message = "this transition changes nothing: it leads nowhere and does nothing";
    let warning = Diagnostic::warning(Mistake::NoEffect, transition.span, message)
        .label("has neither `to` nor `branches`, `set`, `add` or `emit`")
        .help("add `to = \"…\"`, or say what it does");
    diagnostics.push(warning);
}

/// Why a transition never happens, if a number says so.
fn why_never(transition: &Transition) -> Option<&'static str> {
    let (number, why) = match &transition.trigger {
        Trigger::Rate(rate) => (rate.constant(), "its rate is 0"),
        Trigger::On { probability, .. } => (probability.constant(), "its probability is 0"),
        _ => return None,
    };
    (number == Some(0.0)).then_some(why)
}

fn never_fires(subject: &Subject<'_>, transition: &Transition, diagnostics: &mut Diagnostics) {
    let Some(why) = why_never(transition).filter(|_| subject.is_own(transition.span)) else { return };
    let warning = Diagnostic::warning(Mistake::NeverFires, transition.span, "this transition never happens")
        .label(why)
        .help("give it a number above 0, or remove it");
    diagnostics.push(warning);
}

/// Branches that are never taken, in any machine that has them from one text.
fn zero_weights(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let is_zero = |transition: &Transition, branch: usize| match &transition.target {
        Target::Branches(branches) => branches.get(branch).is_some_and(|(_, weight)| weight.constant() == Some(0.0)),
        _ => false,
    };
    for all in subject.by_text.values() {
        let Target::Branches(branches) = &all[0].target else { continue };
        for (index, (place, _)) in branches.iter().enumerate() {
            if !all.iter().all(|transition| is_zero(transition, index)) {
                continue;
            }
            let message = format!("the branch to `{}` is never taken", subject.model.place_path(*place));
            let warning = Diagnostic::warning(Mistake::ZeroWeight, all[0].span, message)
                .label("its weight is 0")
                .help("give it a weight above 0, or leave the branch out");
            diagnostics.push(warning);
        }
    }
}

/// The same state twice in `from`, the same event twice in `emit`.
fn repeated_names(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut check = |names: &[Name], key: &str| {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for name in names {
            match seen.get(name.value.as_str()) {
                Some(first) => diagnostics.push(
                    Diagnostic::warning(
                        Mistake::RepeatedName,
                        name.span,
                        format!("`{key}` names `{}` twice", name.value),
                    )
                    .label("again")
                    .related(*first, "the first time")
                    .help("leave the second out; another name may be meant"),
                ),
                None => {
                    seen.insert(&name.value, name.span);
                }
            }
        }
    };
    for machine in &subject.scenario.machines {
        for state in machine.all_states() {
            let both: [&ActionsText; 2] = [&state.enter, &state.exit];
            both.into_iter().for_each(|actions| check(&actions.emit, "emit"));
        }
        for transition in &machine.transitions {
            if let FromText::States(names) = &transition.from {
                check(names, "from");
            }
            check(&transition.actions.emit, "emit");
        }
    }
}

/// Shocks that no run comes to, or that do nothing.
fn idle_shocks(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let model = subject.model;
    let central = |id: InputId| Some(model.inputs[id.index()].value);
    for shock in &model.shocks {
        let (at, horizon) = (shock.at.value_with(&central), model.calendar.horizon);
        if let Some(at) = at.filter(|at| *at > horizon) {
            let message = format!("shock `{}` comes after the horizon, so that it never happens", shock.name);
            let warning = Diagnostic::warning(Mistake::AfterTheHorizon, shock.span, message);
            let label = format!("comes at {at}, and runs end at {horizon}");
            diagnostics.push(warning.label(label).help("move it, or let runs last longer"));
        }
        if shock.actions.is_empty() {
            let message = format!("shock `{}` changes nothing", shock.name);
            let warning = Diagnostic::warning(Mistake::NoEffect, shock.span, message);
            diagnostics.push(warning.label("does nothing").help("add `set`, `add` or `emit`"));
        }
    }
}

fn inputs(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for input in subject.model.inputs.iter().filter(|input| subject.is_own(input.span)) {
        let what = if input.kind == InputKind::Lever { "lever" } else { "parameter" };
        if let Some([low, high]) = input.range
            && low == high
        {
            let message = format!("the range of {what} `{}` goes from {low} to {high}", input.name);
            let warning = Diagnostic::warning(Mistake::EmptyRange, input.span, message)
                .label("a sweep of it has one point only")
                .help("widen the range, or leave it out");
            diagnostics.push(warning);
        }
        let values = [Some(input.value), input.range.map(|range| range[0]), input.range.map(|range| range[1])];
        let outside = values.into_iter().flatten().find(|value| !(0.0..=1.0).contains(value));
        if let Some(value) = outside.filter(|_| input.provenance.unit == "probability") {
            let message = format!("{what} `{}` is in the unit `probability`, but it can be {value}", input.name);
            let warning = Diagnostic::warning(Mistake::ProbabilityOutside, input.span, message)
                .label("a probability lies between 0 and 1")
                .help(format!("write percent as `\"{value}%\"`, or name another unit"));
            diagnostics.push(warning);
        }
    }
}
