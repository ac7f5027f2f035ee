//! A run at the moment before something happens, as far as a probe may look.
//!
//! In: a simulator and the buffers of its run. Out: the world as it stands, and of each timed transition whether its clock
//! runs, how old it is and with what hazard. Looking costs nothing where nobody looks, and changes nothing.

use super::clock::Baseline;
use super::run::{Simulator, Workspace};
use crate::model::id::{MachineId, TransitionId};
use crate::program::bind::Bound;
use crate::program::world::World;

#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    simulator: &'a Simulator,
    work: &'a Workspace,
}

impl<'a> Before<'a> {
    pub(super) fn new(simulator: &'a Simulator, work: &'a Workspace) -> Self {
        Before { simulator, work }
    }

    pub fn world(&self) -> &'a World {
        &self.work.world
    }

    pub fn bound(&self) -> &'a Bound {
        self.simulator.bound()
    }

    /// Age of a timed transition's clock, if it runs.
    pub fn age(&self, id: TransitionId) -> Option<f64> {
        let clock = &self.work.clocks[id.index()];
        clock.is_armed().then(|| clock.age_at(self.work.world.time))
    }

    /// Its hazard now, per time unit; infinite where a wait has come to its end. `None` if its clock does not run.
    pub fn hazard(&self, id: TransitionId) -> Option<f64> {
        let age = self.age(id)?;
        let (multiplier, speed) = self.bound().multiplier(self.world(), id).ok()?;
        Some(match self.simulator.clockwork(id).0 {
            Baseline::Unit => multiplier,
            Baseline::Wait(wait) => multiplier * speed * wait.hazard(age),
        })
    }

    /// The timed transitions of a machine whose clocks run, in file order.
    pub fn running(&self, machine: MachineId) -> impl Iterator<Item = TransitionId> {
        let state = self.work.world.states[machine.index()];
        let timed = &self.bound().program().states[state.index()].timed;
        timed.iter().copied().filter(|id| self.work.clocks[id.index()].is_armed())
    }
}
