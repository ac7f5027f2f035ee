//! What a move between nested states leaves and enters.
//!
//! In: the tree of a machine's states, a transition, where it leads, what was left last. Out: the [`Passage`]. The rule is
//! that of external transitions in statecharts (SCXML, W3C Recommendation 2015, 3.13): a move stays within the innermost
//! composite around both what the transition leaves from and what it leads to, and leaves and enters all below that.
//! A machine without composites comes through here with one comparison with nothing.

use super::{Program, TransitionCode};
use crate::model::id::{CompositeId, Place, StateId};
use crate::program::behaviour::Move;

/// Where a transition takes its machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) to: Place,
    /// The innermost composite that is not left; `None` if that is the machine as a whole.
    pub(super) within: Option<CompositeId>,
}

impl Program {
    #[inline]
    pub(super) fn parent(&self, place: Place) -> Option<CompositeId> {
        match place {
            Place::State(state) => self.states[state.index()].parent,
            Place::Composite(composite) => self.composites[composite.index()].parent,
        }
    }

    fn contains(&self, composite: CompositeId, state: StateId) -> bool {
        self.composites[composite.index()].states.contains(&state.index())
    }

    /// What the transition leaves from while its machine is in this state: a composite that it names, or the state.
    #[inline]
    pub(super) fn source(&self, transition: &TransitionCode, state: StateId) -> Place {
        let named = transition.composites.iter().find(|&&composite| self.contains(composite, state));
        named.map_or(Place::State(state), |&composite| Place::Composite(composite))
    }

    /// The way from a state to a place by a transition.
    #[inline]
    pub(super) fn passage(&self, transition: &TransitionCode, from: StateId, to: Place) -> Passage {
        let mut within = self.parent(self.source(transition, from));
        while let Some(composite) = within {
            if self.encloses(composite, to) {
                break;
            }
            within = self.composites[composite.index()].parent;
        }
        Passage { to, within }
    }

    /// The way out of what a transition leaves from and back to the same state.
    pub(super) fn return_passage(&self, transition: &TransitionCode, from: StateId) -> Passage {
        Passage { to: Place::State(from), within: self.parent(self.source(transition, from)) }
    }

    /// Whether a place is within a composite and not that composite itself.
    fn encloses(&self, composite: CompositeId, place: Place) -> bool {
        let mut around = self.parent(place);
        while let Some(outer) = around {
            if outer == composite {
                return true;
            }
            around = self.composites[outer.index()].parent;
        }
        false
    }

    /// The innermost state at which a place is entered: where a composite with a history was last left, else its initial
    /// one. `left` holds what is remembered of each composite.
    #[inline]
    pub fn entry(&self, place: Place, left: &[Option<StateId>]) -> StateId {
        let mut place = place;
        loop {
            match place {
                Place::State(state) => return state,
                Place::Composite(composite) => match left[composite.index()] {
                    Some(state) => return state,
                    None => place = self.composites[composite.index()].initial,
                },
            }
        }
    }

    /// Whether a wait of this transition goes on over a move: the machine is still in one of its states, and what it
    /// leaves from was not left. A wait from several places lasts while the machine goes from one of them to another.
    #[inline]
    pub fn lasts_over(&self, transition: &TransitionCode, moved: &Move) -> bool {
        match self.source(transition, moved.from) {
            Place::Composite(composite) if self.contains(composite, moved.to) => {
                let depth = |composite: CompositeId| self.composites[composite.index()].depth;
                moved.within.is_some_and(|within| depth(composite) <= depth(within))
            }
            _ => moved.from != moved.to && transition.from.contains(&moved.to),
        }
    }
}
