//! What runs tell those that watch them, one after the other or many at once.

use standoff::analysis::durations::Counted;
use standoff::kernel::batch::Collector;
use standoff::kernel::before::Before;
use standoff::kernel::probe::{Probe, Stretch};
use standoff::model::id::TransitionId;
use standoff::output::manifest::sha256_hex;
use standoff::program::behaviour::{Cause, Effects};
use standoff::program::world::World;
use std::fmt::Write as _;

/// Everything that a run tells a probe, as it comes.
#[derive(Default)]
pub struct Diary {
    current: Vec<String>,
    lane: usize,
    /// Of each run that is over, digested.
    pub finished: Vec<String>,
    /// Whether it watches many runs at once.
    many: bool,
    /// Whether it looks at clocks before something happens.
    looks: bool,
}

impl Diary {
    pub fn new(many: bool, looks: bool) -> Self {
        Diary { many, looks, ..Diary::default() }
    }

    fn note(&mut self, what: impl std::fmt::Debug, world: &World) {
        write!(self.current[self.lane], "{what:?} {world:?}; ").unwrap();
    }
}

impl Probe for Diary {
    fn turn_to(&mut self, lane: usize) {
        self.lane = lane;
    }
    fn begin(&mut self, world: &World) {
        self.current.resize_with(self.current.len().max(self.lane + 1), String::new);
        self.current[self.lane].clear();
        self.note("begins", world);
    }
    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.note((stretch.from, stretch.to, stretch.rates), stretch.world);
    }
    fn due(&mut self, before: Before<'_>, cause: Cause) {
        if !self.looks {
            return;
        }
        let transitions = before.bound().program().transitions.len();
        let hazards: Vec<_> = (0..transitions).map(|id| before.hazard(TransitionId::new(id))).collect();
        self.note((cause, hazards), before.world());
    }
    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.note((cause, &effects.fired, &effects.moves), world);
    }
    fn milestone(&mut self, world: &World, milestone: usize) {
        self.note(milestone, world);
    }
    fn end(&mut self, world: &World, outcome: usize) {
        self.note(outcome, world);
        let told = std::mem::take(&mut self.current[self.lane]);
        self.finished.push(sha256_hex(told.as_bytes()));
    }
}

impl Collector for Diary {
    fn merge(&mut self, other: Self) {
        self.finished.extend(other.finished);
    }
    fn watches_many(&self) -> bool {
        self.many
    }
}

/// A tally that is told of one run after the other.
pub struct Alone(pub Counted);

impl Probe for Alone {
    fn begin(&mut self, world: &World) {
        self.0.begin(world);
    }
    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.0.dwell(stretch);
    }
    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.0.happened(world, cause, effects);
    }
    fn milestone(&mut self, world: &World, milestone: usize) {
        self.0.milestone(world, milestone);
    }
    fn end(&mut self, world: &World, outcome: usize) {
        self.0.end(world, outcome);
    }
}

impl Collector for Alone {
    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
    fn finish(&mut self) {
        self.0.finish();
    }
    fn watches_many(&self) -> bool {
        false
    }
}
