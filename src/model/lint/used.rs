//! What the expressions of a model read, wherever they stand.

use crate::model::expression::Reads;
use crate::model::id::{InputId, MachineId, Place, VariableId};
use crate::model::{Actions, DriftLaw, Model, Target, Trigger};
use std::collections::BTreeSet;

/// What the expressions of a model read, conditions' included.
#[derive(Default)]
pub(super) struct Used {
    pub inputs: BTreeSet<InputId>,
    pub variables: BTreeSet<VariableId>,
    pub values: BTreeSet<(MachineId, usize)>,
    /// States and composites that are asked about.
    pub places: BTreeSet<Place>,
}

pub(super) fn used_of(model: &Model) -> Used {
    let mut used = Used::default();
    let mut note = |reads: Reads| {
        used.inputs.extend(reads.inputs);
        used.variables.extend(reads.variables);
        used.values.extend(reads.values);
        used.places.extend(reads.places);
    };
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
