//! What is tallied, by name: the outcomes, milestones, machines, consequences and variables of one model, or of several
//! whose runs follow on from one another.
//!
//! In: a [`Model`]. Out: a [`Cast`], by whose numbers a [`Tally`](super::tally::Tally) counts and whose words findings use.
//! Knows nothing of behaviour.

use crate::model::{Consequence, Model, Provenance, Variable};
use std::ops::Range;

/// A thing that is tallied, in the author's words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    pub name: String,
    pub about: String,
    /// Empty where it has none.
    pub unit: String,
}

impl Item {
    fn of(name: &str, provenance: &Provenance) -> Self {
        Item { name: name.to_owned(), about: provenance.about.clone(), unit: provenance.unit.clone() }
    }
}

/// An outcome, and whether it classifies what is left at the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    pub item: Item,
    pub at_horizon: bool,
}

/// A machine and the names of its states.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    pub name: String,
    pub states: Vec<String>,
    /// Numbers of its states among those of all actors.
    pub range: Range<usize>,
}

/// Everything that is tallied, in the order of its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Cast {
    /// `day`, `week`, `month` or `year`.
    pub time_unit: String,
    pub horizon: f64,
    pub outcomes: Vec<Ending>,
    pub milestones: Vec<Item>,
    pub actors: Vec<Actor>,
    pub consequences: Vec<Item>,
    pub variables: Vec<Item>,
}

impl Cast {
    /// Of one model.
    pub fn of(model: &Model) -> Self {
        let item = |name: &str, about: &str| Item { name: name.into(), about: about.into(), unit: String::new() };
        let outcomes = model.outcomes.iter();
        let states = |range: Range<usize>| model.states[range].iter().map(|state| state.name.clone()).collect();
        let actors = model.machines.iter().map(|machine| Actor {
            name: machine.name.clone(),
            states: states(machine.states.clone()),
            range: machine.states.clone(),
        });
        Cast {
            time_unit: model.calendar.unit.name().to_owned(),
            horizon: model.calendar.horizon,
            outcomes: outcomes.map(|o| Ending { item: item(&o.name, &o.about), at_horizon: o.at_horizon }).collect(),
            milestones: model.milestones.iter().map(|m| item(&m.name, &m.about)).collect(),
            actors: actors.collect(),
            consequences: model
                .consequences
                .iter()
                .map(|Consequence { name, provenance, .. }| Item::of(name, provenance))
                .collect(),
            variables: model
                .variables
                .iter()
                .map(|Variable { name, provenance, .. }| Item::of(name, provenance))
                .collect(),
        }
    }

    /// How many states all actors have together.
    pub fn states(&self) -> usize {
        self.actors.iter().map(|actor| actor.range.end).max().unwrap_or(0)
    }
}
