//! What watches a run: it is told everything and can change nothing.

use super::before::Before;
use super::wave::WIDTH;
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;

/// Time that passed without anything happening.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// As it was throughout; its totals are those at `from`.
    pub world: &'a World,
    /// The rate of each consequence, per time unit, undiscounted.
    pub rates: &'a [f64],
    /// The force of interest of each consequence, per time unit.
    pub forces: &'a [f64],
    pub from: f64,
    /// Later than `from`.
    pub to: f64,
}

impl Stretch<'_> {
    /// The total of a consequence at a time of the stretch.
    pub fn total_at(&self, consequence: usize, time: f64) -> f64 {
        self.world.totals[consequence] + accrued(self.rates[consequence], self.forces[consequence], self.from, time)
    }
}

/// ∫ rate·e^(−force·t) dt from `from` to `to`, exactly.
pub fn accrued(rate: f64, force: f64, from: f64, to: f64) -> f64 {
    let length = to - from;
    if rate == 0.0 {
        0.0
    } else if force == 0.0 {
        rate * length
    } else {
        rate * libm::exp(-force * from) * -libm::expm1(-force * length) / force
    }
}

/// The same that happens to several runs: each has been in the same physical state for a time of its own, and goes to another on
/// the same way.
#[derive(Clone, Copy, Debug)]
pub struct Together<'a> {
    /// Where each of them stands in what is told by lane.
    pub lanes: &'a [u32],
    /// The lane of the probe that is lane 0 here.
    pub first: usize,
    /// By lane: since when the run has been in the state, and when this happens, which is later.
    pub from: &'a [f64],
    pub to: &'a [f64],
    /// The total of each consequence since then, by lane.
    pub totals: &'a [[f64; WIDTH]],
    /// The states, with no times and totals.
    pub before: &'a World,
    pub after: &'a World,
    /// The rate of each consequence before, per time unit, undiscounted, and its force of interest.
    pub rates: &'a [f64],
    pub forces: &'a [f64],
    pub cause: Cause,
    pub effects: &'a Effects,
}

impl Together<'_> {
    /// The total of a consequence of the run in this lane, at a time before this happens.
    pub fn total_at(&self, lane: usize, consequence: usize, time: f64) -> f64 {
        let total = self.totals[consequence][lane];
        total + accrued(self.rates[consequence], self.forces[consequence], self.from[lane], time)
    }
}

/// Sees a run from begin to end.
pub trait Probe {
    /// What follows is of another run, which may be under way already: of this one of those that are watched at once.
    #[inline]
    fn turn_to(&mut self, lane: usize) {
        let _ = lane;
    }

    /// A run begins: the initial states are entered and have settled.
    fn begin(&mut self, world: &World);

    /// A run through several scenarios is handed on by this outcome to the scenario of this number, whose states are
    /// entered and have settled; the world is that scenario's.
    fn cross(&mut self, world: &World, outcome: usize, to: usize) {
        let _ = (world, outcome, to);
    }

    /// Time passes.
    fn dwell(&mut self, stretch: &Stretch<'_>);

    /// Something is about to happen; the world is still as it was.
    fn due(&mut self, before: Before<'_>, cause: Cause) {
        let _ = (before, cause);
    }

    /// Something happened and has settled.
    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects);

    /// Time passed for several runs and the same happened to each: for each a stretch of time, and then what happened. Gives whether
    /// that is known now; if not, it is told of each.
    #[inline]
    fn happened_together(&mut self, together: &Together<'_>) -> bool {
        let _ = together;
        false
    }

    /// A milestone, by its index, was reached for the first time.
    fn milestone(&mut self, world: &World, milestone: usize);

    /// Whether the run is to pause here, after something has happened and if no outcome holds; asked again when it goes on.
    #[inline]
    fn pauses(&mut self, world: &World) -> bool {
        let _ = world;
        false
    }

    /// The run is over, with the outcome of this index.
    fn end(&mut self, world: &World, outcome: usize);
}

/// Does not look at a run.
#[derive(Clone, Copy, Debug)]
pub struct Blind;

impl Probe for Blind {
    fn begin(&mut self, _world: &World) {}

    fn happened_together(&mut self, _together: &Together<'_>) -> bool {
        true
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn milestone(&mut self, _world: &World, _milestone: usize) {}

    fn end(&mut self, _world: &World, _outcome: usize) {}
}
