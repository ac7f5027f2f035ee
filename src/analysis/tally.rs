//! What many runs add up to: counts, exact sums and sketches, and nothing that depends on order.
//!
//! In: runs, as a [`Probe`]. Out: a [`Tally`], which merges with any other of the same model to the same bits whatever the
//! split. Its size depends on the model and the number of time points, not on the number of runs.

use super::cast::Cast;
use crate::kernel::batch::Collector;
use crate::kernel::probe::{Probe, Stretch};
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;
use crate::stats::moments::Moments;
use crate::stats::sketch::Sketch;
use std::sync::Arc;

/// Moments and quantiles of one number a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread {
    pub moments: Moments,
    pub sketch: Sketch,
}

impl Spread {
    fn add(&mut self, value: f64) {
        self.moments.add(value);
        self.sketch.add(value);
    }

    fn merge(&mut self, other: &Spread) {
        self.moments.merge(&other.moments);
        self.sketch.merge(&other.sketch);
    }
}

/// How often and when something was reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrivals {
    /// Runs that reached it first in each interval: at the first point, then after each point up to the next.
    pub by_interval: Vec<u64>,
    pub times: Spread,
}

/// One variable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VariableTally {
    pub time_average: Spread,
    pub peak: Spread,
    pub trough: Spread,
    /// At each point, over the runs still going.
    pub path: Vec<Spread>,
}

/// One consequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsequenceTally {
    pub total: Spread,
    /// At each point, over all runs.
    pub path: Vec<Spread>,
}

/// Everything that findings are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    pub runs: u64,
    pub transitions: u64,
    pub outcomes: Vec<Arrivals>,
    pub milestones: Vec<Arrivals>,
    /// Runs in each state at each point: point by point, then state by state.
    pub occupancy: Vec<u64>,
    /// Time spent in each state.
    pub time_in_state: Vec<Moments>,
    pub consequences: Vec<ConsequenceTally>,
    pub variables: Vec<VariableTally>,
    layout: Arc<Layout>,
    run: CurrentRun,
}

/// What stays the same through a study.
#[derive(Clone, Debug, PartialEq)]
struct Layout {
    points: Vec<f64>,
    states: usize,
}

/// The run that is being watched.
#[derive(Clone, Debug, Default, PartialEq)]
struct CurrentRun {
    /// The first time point that the run has not come to.
    next_point: usize,
    time_in_state: Vec<f64>,
    /// ∫ value dt, greatest and least value of each variable.
    integrals: Vec<f64>,
    peaks: Vec<f64>,
    troughs: Vec<f64>,
}

impl Tally {
    /// An empty tally of a cast, with series at `points`: ascending, from 0 to the horizon.
    pub fn new(cast: &Cast, points: Arc<[f64]>) -> Self {
        let (count, states) = (points.len(), cast.states());
        let arrivals = |n: usize| vec![Arrivals { by_interval: vec![0; count], times: Spread::default() }; n];
        let path = vec![Spread::default(); count];
        let variable = VariableTally { path: path.clone(), ..VariableTally::default() };
        let consequence = ConsequenceTally { path, ..ConsequenceTally::default() };
        Tally {
            runs: 0,
            transitions: 0,
            outcomes: arrivals(cast.outcomes.len()),
            milestones: arrivals(cast.milestones.len()),
            occupancy: vec![0; count * states],
            time_in_state: vec![Moments::default(); states],
            consequences: vec![consequence; cast.consequences.len()],
            variables: vec![variable; cast.variables.len()],
            layout: Arc::new(Layout { points: points.to_vec(), states }),
            run: CurrentRun {
                next_point: 0,
                time_in_state: vec![0.0; states],
                integrals: vec![0.0; cast.variables.len()],
                peaks: vec![0.0; cast.variables.len()],
                troughs: vec![0.0; cast.variables.len()],
            },
        }
    }

    pub fn points(&self) -> &[f64] {
        &self.layout.points
    }

    fn count_states(&mut self, point: usize, world: &World) {
        let row = point * self.layout.states;
        for state in &world.states {
            self.occupancy[row + state.index()] += 1;
        }
    }

    /// Notes the present values, which a variable may have for no time at all.
    fn note_extremes(&mut self, world: &World) {
        for (index, &value) in world.variables.iter().enumerate() {
            self.run.peaks[index] = self.run.peaks[index].max(value);
            self.run.troughs[index] = self.run.troughs[index].min(value);
        }
    }

    fn arrive(arrivals: &mut Arrivals, points: &[f64], time: f64) {
        // The first point at or after the time: by then it was reached.
        let interval = points.partition_point(|&point| point < time).min(points.len() - 1);
        arrivals.by_interval[interval] += 1;
        arrivals.times.add(time);
    }
}

impl Probe for Tally {
    fn begin(&mut self, world: &World) {
        self.run.next_point = 0;
        self.run.time_in_state.fill(0.0);
        self.run.integrals.fill(0.0);
        self.run.peaks.copy_from_slice(&world.variables);
        self.run.troughs.copy_from_slice(&world.variables);
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        let length = stretch.to - stretch.from;
        for state in &stretch.world.states {
            self.run.time_in_state[state.index()] += length;
        }
        for (index, value) in stretch.world.variables.iter().enumerate() {
            self.run.integrals[index] += value * length;
        }
        let layout = Arc::clone(&self.layout);
        while let Some(&time) = layout.points.get(self.run.next_point).filter(|&&time| time < stretch.to) {
            let point = self.run.next_point;
            self.count_states(point, stretch.world);
            for (tally, &value) in self.variables.iter_mut().zip(&stretch.world.variables) {
                tally.path[point].add(value);
            }
            for (index, tally) in self.consequences.iter_mut().enumerate() {
                tally.path[point].add(stretch.total_at(index, time));
            }
            self.run.next_point += 1;
        }
    }

    fn happened(&mut self, world: &World, _cause: Cause, effects: &Effects) {
        self.transitions += effects.fired.len() as u64;
        self.note_extremes(world);
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        Self::arrive(&mut self.milestones[milestone], &self.layout.points, world.time);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.runs += 1;
        let layout = Arc::clone(&self.layout);
        Self::arrive(&mut self.outcomes[outcome], &layout.points, world.time);
        let lasts_to_horizon = layout.points.last().is_some_and(|&last| world.time >= last);
        for point in self.run.next_point..layout.points.len() {
            self.count_states(point, world);
            for (index, tally) in self.consequences.iter_mut().enumerate() {
                tally.path[point].add(world.totals[index]);
            }
            if lasts_to_horizon {
                for (tally, &value) in self.variables.iter_mut().zip(&world.variables) {
                    tally.path[point].add(value);
                }
            }
        }
        for (moments, &time) in self.time_in_state.iter_mut().zip(&self.run.time_in_state) {
            moments.add(time);
        }
        for (index, tally) in self.consequences.iter_mut().enumerate() {
            tally.total.add(world.totals[index]);
        }
        for (index, tally) in self.variables.iter_mut().enumerate() {
            let average =
                if world.time > 0.0 { self.run.integrals[index] / world.time } else { world.variables[index] };
            tally.time_average.add(average);
            tally.peak.add(self.run.peaks[index]);
            tally.trough.add(self.run.troughs[index]);
        }
    }
}

impl Collector for Tally {
    fn merge(&mut self, other: Self) {
        assert_eq!(self.layout, other.layout, "tallies of one study have one layout");
        self.runs += other.runs;
        self.transitions += other.transitions;
        let arrivals = |mine: &mut Vec<Arrivals>, theirs: &[Arrivals]| {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                add_counts(&mut mine.by_interval, &theirs.by_interval);
                mine.times.merge(&theirs.times);
            }
        };
        arrivals(&mut self.outcomes, &other.outcomes);
        arrivals(&mut self.milestones, &other.milestones);
        add_counts(&mut self.occupancy, &other.occupancy);
        for (mine, theirs) in self.time_in_state.iter_mut().zip(&other.time_in_state) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.consequences.iter_mut().zip(&other.consequences) {
            mine.total.merge(&theirs.total);
            merge_path(&mut mine.path, &theirs.path);
        }
        for (mine, theirs) in self.variables.iter_mut().zip(&other.variables) {
            mine.time_average.merge(&theirs.time_average);
            mine.peak.merge(&theirs.peak);
            mine.trough.merge(&theirs.trough);
            merge_path(&mut mine.path, &theirs.path);
        }
    }
}

fn add_counts(mine: &mut [u64], theirs: &[u64]) {
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine += theirs;
    }
}

fn merge_path(mine: &mut [Spread], theirs: &[Spread]) {
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        mine.merge(theirs);
    }
}
