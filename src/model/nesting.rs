//! Which states stand within which.
//!
//! The tree of a machine's states as questions to a [`Model`]: what encloses a place, what it is called, which innermost
//! state it is entered at. Knows nothing of runs: what was left last is the [`program`](crate::program)'s to remember.

use super::id::{CompositeId, EventId, Place, StateId};
use super::{Composite, Model, Target, Transition};
use std::ops::Range;

impl Model {
    pub fn composite(&self, id: CompositeId) -> &Composite {
        &self.composites[id.index()]
    }

    /// The composite that a place stands directly within.
    pub fn parent(&self, place: Place) -> Option<CompositeId> {
        match place {
            Place::State(state) => self.states[state.index()].parent,
            Place::Composite(composite) => self.composite(composite).parent,
        }
    }

    /// Everything that encloses a place, from the inside out, without itself.
    pub fn enclosing(&self, place: Place) -> impl Iterator<Item = CompositeId> {
        std::iter::successors(self.parent(place), |composite| self.composite(*composite).parent)
    }

    /// Indices of the innermost states of a place: itself, or all within it.
    pub fn states_of(&self, place: Place) -> Range<usize> {
        match place {
            Place::State(state) => state.index()..state.index() + 1,
            Place::Composite(composite) => self.composite(composite).states.clone(),
        }
    }

    /// The innermost state at which a place is entered for the first time.
    pub fn entry(&self, place: Place) -> StateId {
        match place {
            Place::State(state) => state,
            Place::Composite(composite) => self.entry(self.composite(composite).initial),
        }
    }

    /// The place whose entry emits the event, if that is what emits it.
    pub fn place_entered(&self, event: EventId) -> Option<Place> {
        let state = self.states.iter().position(|state| state.entered == event);
        let composite = || self.composites.iter().position(|composite| composite.entered == event);
        let composite = || composite().map(|index| Place::Composite(CompositeId::new(index)));
        state.map(|index| Place::State(StateId::new(index))).or_else(composite)
    }

    /// The name that the author gave a transition; `None` if it was made of the names of its states.
    pub fn own_name<'t>(&self, transition: &'t Transition) -> Option<&'t str> {
        let name = |place: &Place| match place {
            Place::State(state) => self.states[state.index()].name.as_str(),
            Place::Composite(composite) => self.composite(*composite).name.as_str(),
        };
        let to = match &transition.target {
            Target::Stay { .. } => "stay".to_owned(),
            Target::To(place) => name(place).to_owned(),
            Target::Branches(branches) => {
                branches.iter().map(|(place, _)| name(place)).collect::<Vec<_>>().join(" or ")
            }
        };
        let Some((from, rest)) = transition.name.split_once(" to ") else { return Some(&transition.name) };
        let sources: Vec<&str> = transition.sources.iter().map(name).collect();
        let made = from == "*" || from.split(", ").all(|word| sources.contains(&word));
        // Of several that are made alike, all but the first have a number.
        let ending = rest.strip_prefix(to.as_str()).map(str::trim);
        let made = made && ending.is_some_and(|ending| ending.chars().all(|c| c.is_ascii_digit()));
        (!made).then_some(transition.name.as_str())
    }

    /// `machine.state`, for a composite too.
    pub fn place_path(&self, place: Place) -> String {
        let (name, machine) = match place {
            Place::State(state) => {
                let state = &self.states[state.index()];
                (&state.name, state.machine)
            }
            Place::Composite(composite) => (&self.composite(composite).name, self.composite(composite).machine),
        };
        format!("{}.{name}", self.machines[machine.index()].name)
    }
}
