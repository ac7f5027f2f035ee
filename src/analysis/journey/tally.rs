//! Counts runs through several scenarios: a probe that translates what happens in a leg into the journey's own terms.
//!
//! In: the events of runs, leg by leg. Out: a [`Tally`] of the journey's cast, and how often runs were in each leg, were
//! handed on, and where they ended.

use super::cast::Parts;
use crate::analysis::tally::Tally;
use crate::kernel::batch::Collector;
use crate::kernel::probe::{Probe, Stretch};
use crate::model::id::StateId;
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;
use crate::stats::moments::Moments;
use std::sync::Arc;

/// How often something happened: how many times a run, and in how many runs at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Count {
    pub times: Moments,
    pub runs: u64,
    /// In the run that is being watched.
    now: u32,
}

impl Count {
    fn close_run(&mut self) {
        self.times.add(f64::from(self.now));
        self.runs += u64::from(self.now > 0);
        self.now = 0;
    }

    fn merge(&mut self, other: &Count) {
        self.times.merge(&other.times);
        self.runs += other.runs;
    }
}

/// A tally of a journey, and the run that is being watched.
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyTally {
    pub tally: Tally,
    /// By leg: how often runs entered it.
    pub entries: Vec<Count>,
    /// By leg and outcome: how often runs were handed on so.
    pub hand_offs: Vec<Vec<Count>>,
    /// By leg and outcome of the cast: how many runs ended so, there.
    pub ends: Vec<Vec<u64>>,
    parts: Arc<[Parts]>,
    /// The leg that the run is in.
    leg: usize,
    /// Milestones of the cast that the run has reached.
    reached: Vec<bool>,
    /// The run's world in the journey's terms.
    world: World,
    rates: Vec<f64>,
    forces: Vec<f64>,
}

impl JourneyTally {
    /// An empty tally; `tally` is of the journey's cast, whose parts in each leg are `parts`.
    pub fn new(tally: Tally, parts: Arc<[Parts]>) -> Self {
        let consequences = tally.consequences.len();
        JourneyTally {
            entries: vec![Count::default(); parts.len()],
            hand_offs: parts.iter().map(|leg| vec![Count::default(); leg.outcomes.len()]).collect(),
            ends: vec![vec![0; tally.outcomes.len()]; parts.len()],
            reached: vec![false; tally.milestones.len()],
            tally,
            parts,
            leg: 0,
            world: World::default(),
            rates: vec![0.0; consequences],
            forces: vec![0.0; consequences],
        }
    }

    /// Tells of a milestone of the cast, the first time in a run.
    fn reach(&mut self, milestone: usize) {
        if !std::mem::replace(&mut self.reached[milestone], true) {
            self.tally.milestone(&self.world, milestone);
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
        self.entries[0].now += 1;
        self.reached.fill(false);
        self.world.totals.clear();
        self.world.totals.resize(self.tally.consequences.len(), 0.0);
        self.translate(world);
        self.tally.begin(&self.world);
    }

    fn cross(&mut self, world: &World, outcome: usize, to: usize) {
        self.hand_offs[self.leg][outcome].now += 1;
        self.entries[to].now += 1;
        self.leg = to;
        self.translate(world);
        if let Some(entry) = to.checked_sub(1) {
            self.reach(entry);
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

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.translate(world);
        self.reach(self.parts[self.leg].milestones[milestone]);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.translate(world);
        let ending = self.parts[self.leg].outcomes[outcome].expect("a run does not end where it is handed on");
        self.ends[self.leg][ending] += 1;
        self.entries.iter_mut().chain(self.hand_offs.iter_mut().flatten()).for_each(Count::close_run);
        self.tally.end(&self.world, ending);
    }
}

impl Collector for JourneyTally {
    /// Runs of a journey are in one program, and then in another.
    fn watches_many(&self) -> bool {
        false
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        let theirs = other.entries.iter().chain(other.hand_offs.iter().flatten());
        let mine = self.entries.iter_mut().chain(self.hand_offs.iter_mut().flatten());
        mine.zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
        let ends = self.ends.iter_mut().flatten().zip(other.ends.iter().flatten());
        ends.for_each(|(mine, theirs)| *mine += theirs);
    }

    fn finish(&mut self) {
        self.tally.finish();
    }
}
