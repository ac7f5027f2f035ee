//! One run, told event by event: for replaying a run by its index.
//!
//! In: one run, as a [`Probe`]. Out: a [`History`] in words: when, what fired, where machines and variables stood after.

use crate::kernel::probe::{Probe, Stretch};
use crate::model::Model;
use crate::model::id::StateId;
use crate::model::journey::Journey;
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;

/// One line of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub time: f64,
    pub what: String,
}

/// What happened in one run.
#[derive(Clone, Debug)]
pub struct History<'a> {
    /// The model that the run is in.
    model: &'a Model,
    /// What it is a leg of, if runs follow on.
    journey: Option<&'a Journey>,
    pub entries: Vec<Entry>,
    /// Index of the outcome, once the run has ended.
    pub outcome: Option<usize>,
}

impl<'a> History<'a> {
    pub fn new(model: &'a Model) -> Self {
        History { model, journey: None, entries: Vec::new(), outcome: None }
    }

    /// Of a run that follows on from scenario to scenario.
    pub fn of_journey(journey: &'a Journey) -> Self {
        History { journey: Some(journey), ..History::new(&journey.legs[0].model) }
    }

    fn note(&mut self, time: f64, what: String) {
        self.entries.push(Entry { time, what });
    }

    /// Where every machine is, and how long already where that is not since now.
    fn states(&self, world: &World) -> String {
        let unit = self.model.calendar.unit.name();
        let state = |(state, entered): (&StateId, &f64)| match world.time - entered {
            spent if spent > 0.0 => format!("{} ({spent:.3} {unit}s already)", self.model.state_path(*state)),
            _ => self.model.state_path(*state),
        };
        world.states.iter().zip(&world.entered).map(state).collect::<Vec<_>>().join(", ")
    }

    fn tell(&mut self, world: &World, cause: Cause, effects: &Effects) {
        if let Cause::Shock(id) = cause {
            let name = &self.model.shocks[id.index()].name;
            let what = if effects.struck { "" } else { " does not happen: its `when` does not hold" };
            self.note(world.time, format!("shock {name}{what}"));
        }
        for id in &effects.fired {
            let transition = &self.model.transitions[id.index()];
            let machine = &self.model.machines[transition.machine.index()].name;
            self.note(world.time, format!("{machine}: {}", transition.name));
        }
        for moved in &effects.moves {
            let (from, to) = (self.model.state_path(moved.from), self.model.state_path(moved.to));
            self.note(world.time, format!("  {from} -> {to}"));
        }
        let mut touched = effects.touched.clone();
        touched.sort();
        touched.dedup();
        for id in touched {
            let name = &self.model.variables[id.index()].name;
            self.note(world.time, format!("  {name} = {}", rounded(world.variables[id.index()])));
        }
    }
}

impl Probe for History<'_> {
    fn begin(&mut self, world: &World) {
        self.note(world.time, format!("starts in {}", self.states(world)));
    }

    fn cross(&mut self, world: &World, outcome: usize, to: usize) {
        let handed_on = format!("outcome {}", self.model.outcomes[outcome].name);
        let Some(leg) = self.journey.map(|journey| &journey.legs[to]) else { return };
        self.model = &leg.model;
        self.note(world.time, handed_on);
        self.note(world.time, format!("goes on in {} ({}), in {}", leg.name, leg.model.title, self.states(world)));
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.tell(world, cause, effects);
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.note(world.time, format!("milestone {}", self.model.milestones[milestone].name));
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.note(world.time, format!("outcome {}", self.model.outcomes[outcome].name));
        self.outcome = Some(outcome);
    }
}

/// The nearest number of six significant figures: more are noise to a reader.
fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}
