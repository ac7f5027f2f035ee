//! Which states stand within which.
//!
//! The tree of a machine's states as questions to a [`Model`]: what encloses a place, what it is called, which innermost
//! state it is entered at. Knows nothing of runs: what was left last is the [`program`](crate::program)'s to remember.

use super::id::{CompositeId, Place, StateId};
use super::{Composite, Model};
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
