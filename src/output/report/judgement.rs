//! How much of a model rests on judgement: of all its parameters, and of what leads to one outcome.
//!
//! In: models. Out: shares and yes or no. A number without a stated basis counts as judgement: nobody vouches for it.

use super::register::{Kind, Row};
use crate::model::expression::Condition;
use crate::model::id::Place;
use crate::model::{Model, Provenance, Target, Transition, Trigger};
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

/// What the least sure part is that a condition's coming true rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rests {
    /// Published or estimated, with some confidence.
    Known,
    /// On an estimate of low confidence, at best.
    LowConfidence,
    Judgement,
}

impl Rests {
    /// As it stands beside a number.
    pub fn flag(self) -> &'static str {
        match self {
            Rests::Known => "",
            Rests::LowConfidence => "estimate of low confidence",
            Rests::Judgement => "judgement",
        }
    }
}

/// What a condition rests on: the transitions into the states that it asks about, or, where it is about no state, all parameters
/// of the model.
pub fn rests(model: &Model, condition: &Condition) -> Rests {
    let places = condition.reads().places;
    let leading: Vec<&Transition> =
        model.transitions.iter().filter(|transition| leads(model, transition, &places)).collect();
    let least = match leading.is_empty() {
        true => model.inputs.iter().map(|input| of(&input.provenance)).max(),
        false => leading.iter().map(|transition| of_transition(model, transition)).max(),
    };
    least.unwrap_or(Rests::Judgement)
}

fn of(provenance: &Provenance) -> Rests {
    match (provenance.basis, provenance.confidence) {
        (None | Some(Basis::Judgement), _) => Rests::Judgement,
        (_, Some(Confidence::Medium | Confidence::High)) => Rests::Known,
        _ => Rests::LowConfidence,
    }
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
fn of_transition(model: &Model, transition: &Transition) -> Rests {
    if transition.provenance.basis.is_some() {
        return of(&transition.provenance);
    }
    let inputs = match &transition.trigger {
        Trigger::Rate(rate) => rate.reads().inputs,
        Trigger::After { wait } => wait.arguments.iter().flat_map(|(_, argument)| argument.reads().inputs).collect(),
        Trigger::On { probability, .. } => probability.reads().inputs,
        Trigger::Immediate => Default::default(),
    };
    inputs.iter().map(|id| of(&model.inputs[id.index()].provenance)).max().unwrap_or(Rests::Judgement)
}
