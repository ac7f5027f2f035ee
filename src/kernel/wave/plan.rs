//! What becomes of the clocks of a run on a way from one physical state to another, laid out for many runs.
//!
//! In: the active clocks of both states, and which of them begin. Out: blocks of as many places as are dealt with together,
//! with what must be known of the clocks that begin there, and the clocks that go on.

use super::WIDTH;
use crate::program::physical::ActiveClock;
use crate::random::{NameAddress, Stride};

/// Places that are laid out together: most states have no more clocks.
pub(super) const TOGETHER: usize = 4;

/// The number of a wait; 0 for none: the multiplier is the hazard.
pub(super) type WaitNumber = u32;

/// What becomes of the clocks on a way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Plan {
    /// Which blocks begin anew.
    pub first: usize,
    pub end: usize,
    /// Which clocks go on, of those that it makes a difference to: all others stay where they are.
    pub first_stay: usize,
    pub end_stays: usize,
    /// Whether the state renews.
    pub renews: bool,
    /// Whether something is to be done with records.
    pub on_record: bool,
}

/// Clocks that begin at neighbouring places: one list for each thing known of them. Where none begins there is one that is
/// never due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The first place.
    pub place: usize,
    pub transitions: [u32; TOGETHER],
    pub strides: [Stride; TOGETHER],
    pub multipliers: [f64; TOGETHER],
    pub waits: [WaitNumber; TOGETHER],
}

/// A clock that is active before and after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    /// Its places.
    pub was: usize,
    pub is: usize,
    /// Whether what is left of its threshold is used up otherwise from now on.
    pub reruns: bool,
    /// Its multipliers.
    pub before: f64,
    pub after: f64,
}

impl Block {
    /// No clock begins; `nobody` is the number of a transition that there is not.
    pub fn of_none(place: usize, nobody: usize) -> Self {
        debug_assert!(place.is_multiple_of(TOGETHER) && TOGETHER <= WIDTH);
        Block {
            place,
            transitions: [nobody as u32; TOGETHER],
            strides: [Stride::default(); TOGETHER],
            // A threshold divided by it is infinite.
            multipliers: [0.0; TOGETHER],
            waits: [0; TOGETHER],
        }
    }

    /// This clock begins at a place of the block.
    pub fn put(&mut self, index: usize, clock: &ActiveClock, name: NameAddress, wait: WaitNumber) {
        self.transitions[index] = clock.id.index() as u32;
        self.strides[index] = name.stride();
        self.multipliers[index] = clock.multiplier;
        // Without a hazard it never ends, however short its wait may be at most.
        self.waits[index] = if clock.multiplier == 0.0 { 0 } else { wait };
    }
}
