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
}

impl Count {
    /// A run came to it so many times.
    fn close_run(&mut self, times: u32) {
        self.times.add(f64::from(times));
        self.runs += u64::from(times > 0);
    }

    fn merge(&mut self, other: &Count) {
        self.times.merge(&other.times);
        self.runs += other.runs;
    }
}

/// A tally of a journey, and the runs that are being watched.
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
    watched: Vec<Watched>,
    lane: usize,
    rates: Vec<f64>,
    forces: Vec<f64>,
}

/// A run that is being watched.
#[derive(Clone, Debug, Default, PartialEq)]
struct Watched {
    /// The leg that it is in.
    leg: usize,
    /// Milestones of the cast that it has reached.
    reached: Vec<bool>,
    /// Its world in the journey's terms.
    world: World,
    /// How often it has entered each leg, and was handed on by each leg's outcome.
    entries: Vec<u32>,
    hand_offs: Vec<Vec<u32>>,
}

impl JourneyTally {
    /// An empty tally; `tally` is of the journey's cast, whose parts in each leg are `parts`.
    pub fn new(tally: Tally, parts: Arc<[Parts]>) -> Self {
        let consequences = tally.consequences.len();
        JourneyTally {
            entries: vec![Count::default(); parts.len()],
            hand_offs: parts.iter().map(|leg| vec![Count::default(); leg.outcomes.len()]).collect(),
            ends: vec![vec![0; tally.outcomes.len()]; parts.len()],
            tally,
            parts,
            watched: Vec::new(),
            lane: 0,
            rates: vec![0.0; consequences],
            forces: vec![0.0; consequences],
        }
    }

    /// Tells of a milestone of the cast, the first time in a run.
    fn reach(&mut self, milestone: usize) {
        let watched = &mut self.watched[self.lane];
        if !std::mem::replace(&mut watched.reached[milestone], true) {
            self.tally.milestone(&watched.world, milestone);
        }
    }
}

impl Watched {
    fn begin(&mut self, tally: &JourneyTally) {
        self.leg = 0;
        self.reached.clear();
        self.reached.resize(tally.tally.milestones.len(), false);
        self.world.totals.clear();
        self.world.totals.resize(tally.tally.consequences.len(), 0.0);
        self.entries = vec![0; tally.entries.len()];
        self.entries[0] = 1;
        self.hand_offs = tally.hand_offs.iter().map(|leg| vec![0; leg.len()]).collect();
    }

    /// Takes over the leg's world. Totals of consequences that the leg does not have stay as they are.
    fn translate(&mut self, parts: &[Parts], world: &World) {
        let parts = &parts[self.leg];
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
    fn turn_to(&mut self, lane: usize) {
        self.lane = lane;
        self.tally.turn_to(lane);
    }

    fn begin(&mut self, world: &World) {
        if self.lane >= self.watched.len() {
            self.watched.resize_with(self.lane + 1, Watched::default);
        }
        let mut watched = std::mem::take(&mut self.watched[self.lane]);
        watched.begin(self);
        watched.translate(&self.parts, world);
        self.tally.begin(&watched.world);
        self.watched[self.lane] = watched;
    }

    fn cross(&mut self, world: &World, outcome: usize, to: usize) {
        let watched = &mut self.watched[self.lane];
        watched.hand_offs[watched.leg][outcome] += 1;
        watched.entries[to] += 1;
        watched.leg = to;
        watched.translate(&self.parts, world);
        if let Some(entry) = to.checked_sub(1) {
            self.reach(entry);
        }
        self.tally.happened(&self.watched[self.lane].world, Cause::Start, &Effects::default());
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        let watched = &mut self.watched[self.lane];
        watched.translate(&self.parts, stretch.world);
        self.rates.fill(0.0);
        self.forces.fill(0.0);
        for (number, &place) in self.parts[watched.leg].consequences.iter().enumerate() {
            self.rates[place] = stretch.rates[number];
            self.forces[place] = stretch.forces[number];
        }
        let Stretch { from, to, .. } = *stretch;
        self.tally.dwell(&Stretch { world: &watched.world, rates: &self.rates, forces: &self.forces, from, to });
    }

    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        let watched = &mut self.watched[self.lane];
        watched.translate(&self.parts, world);
        self.tally.happened(&watched.world, cause, effects);
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        let watched = &mut self.watched[self.lane];
        watched.translate(&self.parts, world);
        let milestone = self.parts[watched.leg].milestones[milestone];
        self.reach(milestone);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        let watched = &mut self.watched[self.lane];
        watched.translate(&self.parts, world);
        let ending = self.parts[watched.leg].outcomes[outcome].expect("a run does not end where it is handed on");
        self.ends[watched.leg][ending] += 1;
        let times = watched.entries.iter().chain(watched.hand_offs.iter().flatten());
        let counts = self.entries.iter_mut().chain(self.hand_offs.iter_mut().flatten());
        counts.zip(times).for_each(|(count, &times)| count.close_run(times));
        self.tally.end(&watched.world, ending);
    }
}

impl Collector for JourneyTally {
    fn watches_many(&self) -> bool {
        true
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
        (self.watched, self.lane) = (Vec::new(), 0);
        self.rates.fill(0.0);
        self.forces.fill(0.0);
    }
}
