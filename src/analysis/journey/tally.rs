//! Counts runs through several scenarios: a probe that translates what happens in a leg into the journey's own terms.
//!
//! In: the events of runs, leg by leg. Out: a [`Tally`] of the journey's cast. Adds nothing up itself.

use super::cast::Parts;
use crate::analysis::tally::Tally;
use crate::kernel::batch::Collector;
use crate::kernel::probe::{Probe, Stretch};
use crate::model::id::StateId;
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;
use std::sync::Arc;

/// A tally of a journey, and the run that is being watched.
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyTally {
    pub tally: Tally,
    parts: Arc<[Parts]>,
    /// The leg that the run is in.
    leg: usize,
    /// Legs that the run has been in.
    entered: Vec<bool>,
    /// The run's world in the journey's terms.
    world: World,
    rates: Vec<f64>,
    forces: Vec<f64>,
}

impl JourneyTally {
    /// An empty tally; `tally` is of the journey's cast, whose parts in each leg are `parts`.
    pub fn new(tally: Tally, parts: Arc<[Parts]>) -> Self {
        let (entered, world) = (vec![false; parts.len()], World::default());
        let consequences = tally.consequences.len();
        JourneyTally {
            tally,
            parts,
            leg: 0,
            entered,
            world,
            rates: vec![0.0; consequences],
            forces: vec![0.0; consequences],
        }
    }

    /// Takes over the leg's world. Totals of consequences that the leg does not have stay as they are.
    fn translate(&mut self, world: &World) {
        let parts = &self.parts[self.leg];
        self.world.time = world.time;
        self.world.states.clear();
        self.world.states.push(StateId::new(self.leg));
        for &(machine, shift) in &parts.machines {
            self.world.states.push(StateId::new(world.states[machine].index().wrapping_add_signed(shift)));
        }
        self.world.variables.clear();
        self.world.variables.extend(parts.variables.iter().map(|&number| world.variables[number]));
        for (number, &place) in parts.consequences.iter().enumerate() {
            self.world.totals[place] = world.totals[number];
        }
    }
}

impl Probe for JourneyTally {
    fn begin(&mut self, world: &World) {
        self.leg = 0;
        self.entered.fill(false);
        self.world.totals.clear();
        self.world.totals.resize(self.tally.consequences.len(), 0.0);
        self.translate(world);
        self.tally.begin(&self.world);
    }

    fn cross(&mut self, world: &World, leg: usize) {
        self.leg = leg;
        self.translate(world);
        if leg > 0 && !std::mem::replace(&mut self.entered[leg], true) {
            self.tally.milestone(&self.world, leg - 1);
        }
        self.tally.happened(&self.world, Cause::Start, &Effects::default());
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.translate(stretch.world);
        self.rates.fill(0.0);
        self.forces.fill(0.0);
        for (number, &place) in self.parts[self.leg].consequences.iter().enumerate() {
            self.rates[place] = stretch.rates[number];
            self.forces[place] = stretch.forces[number];
        }
        let Stretch { from, to, .. } = *stretch;
        self.tally.dwell(&Stretch { world: &self.world, rates: &self.rates, forces: &self.forces, from, to });
    }

    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.translate(world);
        self.tally.happened(&self.world, cause, effects);
    }

    /// Milestones of single legs are not the journey's.
    fn milestone(&mut self, _world: &World, _milestone: usize) {}

    fn end(&mut self, world: &World, outcome: usize) {
        self.translate(world);
        let ending = self.parts[self.leg].outcomes[outcome].expect("a run does not end where it is handed on");
        self.tally.end(&self.world, ending);
    }
}

impl Collector for JourneyTally {
    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
    }
}
