//! How much of a model rests on judgement: of all its parameters, and of what leads to one outcome.
//!
//! In: models. Out: shares and yes or no. A number without a stated basis counts as judgement: nobody vouches for it.

use super::register::{Kind, Row};
use crate::model::expression::Condition;
use crate::model::id::Place;
use crate::model::{Model, Outcome, Target, Transition, Trigger};
use crate::scenario::{Basis, Confidence};

/// What the parameters of a report rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footing {
    pub parameters: usize,
    pub published: usize,
    pub estimate: usize,
    pub judgement: usize,
    /// Without a basis.
    pub unstated: usize,
    pub low_confidence: usize,
}

impl Footing {
    /// Counts the parameters among the rows of a register; levers are chosen, not known.
    pub fn of(rows: &[Row]) -> Footing {
        let mut footing = Footing::default();
        for row in rows.iter().filter(|row| matches!(row.kind, Kind::Parameter | Kind::InPlace)) {
            footing.parameters += 1;
            match row.provenance.basis {
                Some(Basis::Published) => footing.published += 1,
                Some(Basis::Estimate) => footing.estimate += 1,
                Some(Basis::Judgement) => footing.judgement += 1,
                None => footing.unstated += 1,
            }
            footing.low_confidence += usize::from(row.provenance.confidence == Some(Confidence::Low));
        }
        footing
    }
}

/// Whether what leads to an outcome rests on judgement: any transition into a state that its condition asks about does, or,
/// where it is about no state, any parameter of the model.
pub fn rests_on_judgement(model: &Model, outcome: &Outcome) -> bool {
    condition_rests(model, &outcome.when)
}

/// The same for any condition.
pub fn condition_rests(model: &Model, condition: &Condition) -> bool {
    let places = condition.reads().places;
    let leading: Vec<&Transition> =
        model.transitions.iter().filter(|transition| leads(model, transition, &places)).collect();
    if leading.is_empty() {
        return model.inputs.iter().any(|input| judged(input.provenance.basis));
    }
    leading.iter().any(|transition| transition_judged(model, transition))
}

fn judged(basis: Option<Basis>) -> bool {
    matches!(basis, None | Some(Basis::Judgement))
}

fn leads(model: &Model, transition: &Transition, places: &std::collections::BTreeSet<Place>) -> bool {
    let within = |place: &Place| {
        places.contains(place)
            || places.iter().any(|asked| match (asked, place) {
                (Place::Composite(asked), Place::State(state)) => {
                    model.composite(*asked).states.contains(&state.index())
                }
                _ => false,
            })
    };
    match &transition.target {
        Target::Stay { .. } => false,
        Target::To(place) => within(place),
        Target::Branches(branches) => branches.iter().any(|(place, _)| within(place)),
    }
}

/// By what is said of the transition itself, or else of the numbers that its trigger reads.
fn transition_judged(model: &Model, transition: &Transition) -> bool {
    if let Some(basis) = transition.provenance.basis {
        return judged(Some(basis));
    }
    let inputs = match &transition.trigger {
        Trigger::Rate(rate) => rate.reads().inputs,
        Trigger::After { wait } => wait.arguments.iter().flat_map(|(_, argument)| argument.reads().inputs).collect(),
        Trigger::On { probability, .. } => probability.reads().inputs,
        Trigger::Immediate => Default::default(),
    };
    inputs.is_empty() || inputs.iter().any(|id| judged(model.inputs[id.index()].provenance.basis))
}
