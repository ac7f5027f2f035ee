//! What each run in flight has of its own: all else is known of the physical state that it is in.
//!
//! In: when events happen to which runs, and what they do. Out: times and totals by lane, and the world of any one run.

use super::WIDTH;
use crate::kernel::probe::accrued;
use crate::program::behaviour::Effects;
use crate::program::bind::Bound;
use crate::program::world::World;

#[derive(Clone, Debug)]
pub(super) struct Own {
    /// By lane.
    pub times: [f64; WIDTH],
    /// By machine and lane: when it entered its state.
    entered: Vec<[f64; WIDTH]>,
    /// By consequence and lane.
    pub totals: Vec<[f64; WIDTH]>,
}

impl Own {
    pub fn new(bound: &Bound) -> Self {
        let (machines, consequences) = (bound.program().machines.len(), bound.program().consequences.len());
        let nothing = [0.0; WIDTH];
        Own { times: nothing, entered: vec![nothing; machines], totals: vec![nothing; consequences] }
    }

    /// A run begins in a lane.
    pub fn begin(&mut self, lane: usize) {
        self.times[lane] = 0.0;
        for index in 0..self.totals.len() {
            self.totals[index][lane] = 0.0;
        }
        for index in 0..self.entered.len() {
            self.entered[index][lane] = 0.0;
        }
    }

    /// The world of a run that is in the physical state of this one.
    pub fn show(&self, lane: usize, there: &World, world: &mut World) {
        world.copy(there);
        world.time = self.times[lane];
        for index in 0..self.entered.len() {
            world.entered[index] = self.entered[index][lane];
        }
        for index in 0..self.totals.len() {
            world.totals[index] = self.totals[index][lane];
        }
    }

    /// Consequences accrue to when, by lane, something happens to these runs.
    #[inline(always)]
    pub fn accrue(&mut self, lanes: &[u32], to: &[f64; WIDTH], rates: &[f64], forces: &[f64]) {
        for index in 0..self.totals.len() {
            let totals = &mut self.totals[index];
            for lane in lanes.iter().map(|&lane| lane as usize) {
                totals[lane] += accrued(rates[index], forces[index], self.times[lane], to[lane]);
            }
        }
    }

    /// Something has happened to these runs, at these times.
    #[inline(always)]
    pub fn take_effect(&mut self, lanes: &[u32], now: &[f64; WIDTH], effects: &Effects, bound: &Bound) {
        for lane in lanes.iter().map(|&lane| lane as usize) {
            self.times[lane] = now[lane];
        }
        for moved in &effects.moves {
            let entered = &mut self.entered[moved.machine.index()];
            for lane in lanes.iter().map(|&lane| lane as usize) {
                entered[lane] = now[lane];
            }
        }
        for &(consequence, amount) in &effects.lumps {
            let totals = &mut self.totals[consequence.index()];
            for lane in lanes.iter().map(|&lane| lane as usize) {
                totals[lane] += bound.present_value(consequence, amount, now[lane]);
            }
        }
    }
}
