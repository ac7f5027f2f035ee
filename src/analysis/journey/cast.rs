//! What the legs of a journey have in common, so that runs through several of them are counted as one.
//!
//! In: a [`Journey`]. Out: a [`Cast`] for all of it, and for each leg where its outcomes, milestones, machines,
//! consequences and variables stand in that cast. Outcomes and consequences of one name are one; a variable is counted if
//! every leg has it, a machine if every leg has it with the same states; and a machine of the journey's own tells which
//! scenario a run is in.

use crate::analysis::cast::{Actor, Cast, Ending, Item};
use crate::model::journey::Journey;

/// The name of the machine whose states are the legs.
pub const SCENARIO: &str = "scenario";

/// Where the parts of one leg stand in the cast of the journey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// Of each outcome; `None` for one that always leads on.
    pub outcomes: Vec<Option<usize>>,
    pub milestones: Vec<usize>,
    /// Of the counted machines: their number in the leg, and by how much the numbers of their states differ.
    pub machines: Vec<(usize, isize)>,
    pub consequences: Vec<usize>,
    /// For each variable of the cast, its number in the leg.
    pub variables: Vec<usize>,
}

/// The cast of a journey and the parts of each leg. The first milestones of the cast are the first entries of each leg
/// but the first: milestone `i` is leg `i + 1`.
pub fn cast(journey: &Journey) -> (Cast, Vec<Parts>) {
    let casts: Vec<Cast> = journey.legs.iter().map(|leg| Cast::of(&leg.model)).collect();
    let mut parts = vec![Parts::default(); casts.len()];
    let names: Vec<String> = journey.legs.iter().map(|leg| leg.name.clone()).collect();
    let title = |leg: usize| journey.legs[leg].model.title.clone();
    let entries = names.iter().enumerate().skip(1).map(|(leg, name)| Item {
        name: format!("enters {name}"),
        about: format!("The run enters “{}”", title(leg)),
        unit: String::new(),
    });
    let cast = Cast {
        time_unit: casts[0].time_unit.clone(),
        horizon: casts[0].horizon,
        outcomes: endings(journey, &casts, &mut parts),
        milestones: milestones(entries.collect(), &casts, &mut parts),
        actors: actors(names.clone(), &casts, &mut parts),
        consequences: consequences(&casts, &mut parts),
        variables: variables(&casts, &mut parts),
    };
    (cast, parts)
}

fn endings(journey: &Journey, casts: &[Cast], parts: &mut [Parts]) -> Vec<Ending> {
    let mut endings: Vec<Ending> = Vec::new();
    for (leg, cast) in casts.iter().enumerate() {
        for (number, ending) in cast.outcomes.iter().enumerate() {
            let leads_on = journey.hand_offs[leg][number].is_some() && !ending.at_horizon;
            let known = endings.iter().position(|other| other.item.name == ending.item.name);
            parts[leg].outcomes.push(match known {
                _ if leads_on => None,
                Some(known) => Some(known),
                None => {
                    endings.push(ending.clone());
                    Some(endings.len() - 1)
                }
            });
        }
    }
    endings
}

fn actors(legs: Vec<String>, casts: &[Cast], parts: &mut [Parts]) -> Vec<Actor> {
    let mut next = legs.len();
    let mut actors = vec![Actor { name: SCENARIO.to_owned(), range: 0..next, states: legs }];
    for actor in &casts[0].actors {
        let alike = |cast: &Cast| cast.actors.iter().position(|a| a.name == actor.name && a.states == actor.states);
        let Some(numbers) = casts.iter().map(alike).collect::<Option<Vec<usize>>>() else { continue };
        let range = next..next + actor.states.len();
        for (leg, number) in numbers.into_iter().enumerate() {
            let shift = range.start as isize - casts[leg].actors[number].range.start as isize;
            parts[leg].machines.push((number, shift));
        }
        next = range.end;
        actors.push(Actor { name: actor.name.clone(), states: actor.states.clone(), range });
    }
    actors
}

/// Milestones of one name are one: the first time that any leg reaches it.
fn milestones(entries: Vec<Item>, casts: &[Cast], parts: &mut [Parts]) -> Vec<Item> {
    let (own, mut items) = (entries.len(), entries);
    for (leg, cast) in casts.iter().enumerate() {
        parts[leg].milestones = cast.milestones.iter().map(|item| place(item, own, &mut items)).collect();
    }
    items
}

fn consequences(casts: &[Cast], parts: &mut [Parts]) -> Vec<Item> {
    let mut items = Vec::new();
    for (leg, cast) in casts.iter().enumerate() {
        parts[leg].consequences = cast.consequences.iter().map(|item| place(item, 0, &mut items)).collect();
    }
    items
}

/// Where the item of this name stands among those from `first` on; it is put last if it is not there yet.
fn place(item: &Item, first: usize, items: &mut Vec<Item>) -> usize {
    let known = items.iter().skip(first).position(|other| other.name == item.name);
    known.map_or_else(
        || {
            items.push(item.clone());
            items.len() - 1
        },
        |known| first + known,
    )
}

fn variables(casts: &[Cast], parts: &mut [Parts]) -> Vec<Item> {
    let mut items = Vec::new();
    for item in &casts[0].variables {
        let there = |cast: &Cast| cast.variables.iter().position(|other| other.name == item.name);
        let Some(numbers) = casts.iter().map(there).collect::<Option<Vec<usize>>>() else { continue };
        for (leg, number) in numbers.into_iter().enumerate() {
            parts[leg].variables.push(number);
        }
        items.push(item.clone());
    }
    items
}
