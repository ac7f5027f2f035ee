//! What must be looked at again when something changes, and whether time passing is such a change.
//!
//! In: a model and its lowered transitions and consequences. Out: for each variable, each machine and for time, the
//! [`Watchers`].

use super::{ConsequenceCode, TransitionCode, TriggerCode, Watchers};
use crate::model::expression::{Condition, Reads};
use crate::model::{Model, Transition, Trigger};

/// Whether a run of this model must be refreshed at steps: something drifts, or a guard, a hazard, a rate or the
/// condition of an outcome or milestone reads time. (Actions read the time at which they happen.)
pub(super) fn reads_time(model: &Model) -> bool {
    let of_transition = |t: &Transition| transition_reads(t).time;
    model.variables.iter().any(|variable| variable.dynamics.is_some())
        || model.transitions.iter().any(of_transition)
        || model.consequences.iter().any(|consequence| consequence.rate.reads().time)
        || model.milestones.iter().any(|milestone| milestone.when.reads().time)
        || model.outcomes.iter().any(|outcome| !outcome.at_horizon && outcome.when.reads().time)
}

/// What a timed or immediate transition's enabling and hazard read.
pub(super) fn transition_reads(transition: &Transition) -> Reads {
    let mut reads = transition.guard.as_ref().map_or_else(Reads::default, Condition::reads);
    let rate = match &transition.trigger {
        Trigger::Rate(rate) => Some(rate),
        _ => None,
    };
    for expression in [rate, transition.hazard_ratio.as_ref(), transition.acceleration.as_ref()].into_iter().flatten() {
        let more = expression.reads();
        reads.inputs.extend(more.inputs);
        reads.variables.extend(more.variables);
        reads.machines.extend(more.machines);
        reads.time |= more.time;
    }
    reads
}

pub(super) fn watchers(
    model: &Model,
    transitions: &[TransitionCode],
    consequences: &[ConsequenceCode],
) -> (Vec<Watchers>, Vec<Watchers>, Watchers) {
    let nothing = Watchers::none(transitions.len(), consequences.len());
    let mut on_variable = vec![nothing.clone(); model.variables.len()];
    let mut on_machine = vec![nothing.clone(); model.machines.len()];
    let mut on_time = nothing;
    for (index, transition) in transitions.iter().enumerate() {
        if !matches!(transition.trigger, TriggerCode::Timed { .. }) {
            continue;
        }
        for variable in &transition.reads.variables {
            on_variable[variable.index()].transitions.insert(index);
        }
        for machine in &transition.reads.machines {
            on_machine[machine.index()].transitions.insert(index);
        }
        if transition.reads.time {
            on_time.transitions.insert(index);
        }
    }
    for (index, consequence) in consequences.iter().enumerate() {
        for variable in &consequence.reads.variables {
            on_variable[variable.index()].consequences.insert(index);
        }
        for machine in &consequence.reads.machines {
            on_machine[machine.index()].consequences.insert(index);
        }
        if consequence.reads.time {
            on_time.consequences.insert(index);
        }
    }
    let of_outcomes = model.outcomes.iter().filter(|outcome| !outcome.at_horizon).map(|outcome| outcome.when.reads());
    for reads in of_outcomes.chain(model.milestones.iter().map(|milestone| milestone.when.reads())) {
        reads.variables.iter().for_each(|variable| on_variable[variable.index()].conditions = true);
        reads.machines.iter().for_each(|machine| on_machine[machine.index()].conditions = true);
        on_time.conditions |= reads.time;
    }
    (on_variable, on_machine, on_time)
}
