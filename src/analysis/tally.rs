//! What many runs add up to: counts, exact sums and sketches, and nothing that depends on order.
//!
//! In: runs, as a [`Probe`]. Out: a [`Tally`], which merges with any other of the same model to the same bits whatever the
//! split. Its size depends on the model and the number of time points, not on the number of runs.

use super::cast::Cast;
use super::columns::Columns;
use crate::kernel::batch::Collector;
use crate::kernel::probe::{Probe, Stretch};
use crate::model::id::StateId;
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
    fn add_all(&mut self, values: &[f64]) {
        self.moments.add_all(values);
        self.sketch.add_all(values);
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
    /// By point and state: by how many runs more than at the point before, of what `occupancy` has not been told.
    comings: Vec<i64>,
    /// Numbers that have not been counted.
    waiting: Columns,
}

/// What stays the same through a study.
#[derive(Clone, Debug, PartialEq)]
struct Layout {
    points: Vec<f64>,
    states: usize,
    /// Numbers of variables and consequences.
    variables: usize,
    consequences: usize,
}

/// Where a number is counted.
#[derive(Clone, Copy, Debug)]
enum Place {
    VariablePath(usize, usize),
    ConsequencePath(usize, usize),
    TimeAverage(usize),
    Peak(usize),
    Trough(usize),
    Total(usize),
    TimeInState(usize),
}

impl Layout {
    fn columns(&self) -> usize {
        (self.variables + self.consequences) * self.points.len() + 3 * self.variables + self.consequences + self.states
    }

    /// The column in which a number waits: paths point by point, so that a run goes through them in order, then the rest.
    #[inline]
    fn column(&self, place: Place) -> usize {
        let row = |point| point * (self.variables + self.consequences);
        let rest = row(self.points.len());
        match place {
            Place::VariablePath(point, index) => row(point) + index,
            Place::ConsequencePath(point, index) => row(point) + self.variables + index,
            Place::TimeAverage(index) => rest + 3 * index,
            Place::Peak(index) => rest + 3 * index + 1,
            Place::Trough(index) => rest + 3 * index + 2,
            Place::Total(index) => rest + 3 * self.variables + index,
            Place::TimeInState(index) => rest + 3 * self.variables + self.consequences + index,
        }
    }

    /// Whose numbers wait in a column: the inverse.
    fn place(&self, column: usize) -> Place {
        let series = self.variables + self.consequences;
        let rest = self.points.len() * series;
        if column < rest {
            let (point, index) = (column / series, column % series);
            return match index.checked_sub(self.variables) {
                None => Place::VariablePath(point, index),
                Some(index) => Place::ConsequencePath(point, index),
            };
        }
        let column = column - rest;
        if column < 3 * self.variables {
            return [Place::TimeAverage, Place::Peak, Place::Trough][column % 3](column / 3);
        }
        let column = column - 3 * self.variables;
        match column.checked_sub(self.consequences) {
            None => Place::Total(column),
            Some(state) => Place::TimeInState(state),
        }
    }
}

/// The run that is being watched.
#[derive(Clone, Debug, Default, PartialEq)]
struct CurrentRun {
    /// The first time point that the run has not come to.
    next_point: usize,
    /// The states at the point before that one.
    shown: Vec<StateId>,
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
            layout: Arc::new(Layout {
                points: points.to_vec(),
                states,
                variables: cast.variables.len(),
                consequences: cast.consequences.len(),
            }),
            run: CurrentRun {
                next_point: 0,
                shown: Vec::new(),
                time_in_state: vec![0.0; states],
                integrals: vec![0.0; cast.variables.len()],
                peaks: vec![0.0; cast.variables.len()],
                troughs: vec![0.0; cast.variables.len()],
            },
            comings: vec![0; count * states],
            waiting: Columns::default(),
        }
    }

    /// Runs that reached each outcome, then each milestone.
    pub fn hits(&self) -> Vec<u64> {
        self.outcomes.iter().chain(&self.milestones).map(|arrivals| arrivals.times.moments.count()).collect()
    }

    pub fn points(&self) -> &[f64] {
        &self.layout.points
    }

    /// Tells that from this point on the run is in these states. Only changes are written down, so that the many points at
    /// which a run stays where it is cost a comparison each, and those after its end nothing.
    #[inline]
    fn show_states(&mut self, point: usize, world: &World) {
        if self.run.shown == world.states {
            return;
        }
        let row = &mut self.comings[point * self.layout.states..(point + 1) * self.layout.states];
        self.run.shown.iter().for_each(|state| row[state.index()] -= 1);
        world.states.iter().for_each(|state| row[state.index()] += 1);
        self.run.shown.clone_from(&world.states);
    }

    /// Lets a number wait to be counted there, with others of its kind.
    #[inline]
    fn put(&mut self, place: Place, value: f64) {
        let Tally { layout, waiting, variables, consequences, time_in_state, .. } = self;
        waiting.put(layout.column(place), value, |values| {
            count(variables, consequences, time_in_state, place, values);
        });
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
        arrivals.times.add_all(&[time]);
    }
}

/// Counts numbers where they belong.
#[cold]
fn count(
    variables: &mut [VariableTally],
    consequences: &mut [ConsequenceTally],
    time_in_state: &mut [Moments],
    place: Place,
    values: &[f64],
) {
    match place {
        Place::VariablePath(point, index) => variables[index].path[point].add_all(values),
        Place::ConsequencePath(point, index) => consequences[index].path[point].add_all(values),
        Place::TimeAverage(index) => variables[index].time_average.add_all(values),
        Place::Peak(index) => variables[index].peak.add_all(values),
        Place::Trough(index) => variables[index].trough.add_all(values),
        Place::Total(index) => consequences[index].total.add_all(values),
        Place::TimeInState(index) => time_in_state[index].add_all(values),
    }
}

impl Probe for Tally {
    fn begin(&mut self, world: &World) {
        self.waiting.open(self.layout.columns());
        self.run.next_point = 0;
        self.run.shown.clear();
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
        while let Some(&time) = self.layout.points.get(self.run.next_point).filter(|&&time| time < stretch.to) {
            let point = self.run.next_point;
            self.show_states(point, stretch.world);
            for (index, &value) in stretch.world.variables.iter().enumerate() {
                self.put(Place::VariablePath(point, index), value);
            }
            for index in 0..self.consequences.len() {
                self.put(Place::ConsequencePath(point, index), stretch.total_at(index, time));
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
        Self::arrive(&mut self.outcomes[outcome], &self.layout.points, world.time);
        let (next, points) = (self.run.next_point, self.layout.points.len());
        let lasts_to_horizon = self.layout.points.last().is_some_and(|&last| world.time >= last);
        if next < points {
            self.show_states(next, world);
        }
        for point in next..points {
            for (index, &total) in world.totals.iter().enumerate() {
                self.put(Place::ConsequencePath(point, index), total);
            }
            if lasts_to_horizon {
                for (index, &value) in world.variables.iter().enumerate() {
                    self.put(Place::VariablePath(point, index), value);
                }
            }
        }
        for state in 0..self.run.time_in_state.len() {
            self.put(Place::TimeInState(state), self.run.time_in_state[state]);
        }
        for (index, &total) in world.totals.iter().enumerate() {
            self.put(Place::Total(index), total);
        }
        for (index, &value) in world.variables.iter().enumerate() {
            let average = if world.time > 0.0 { self.run.integrals[index] / world.time } else { value };
            self.put(Place::TimeAverage(index), average);
            self.put(Place::Peak(index), self.run.peaks[index]);
            self.put(Place::Trough(index), self.run.troughs[index]);
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

    fn finish(&mut self) {
        let Tally { layout, waiting, variables, consequences, time_in_state, .. } = self;
        waiting.drain(|column, values| count(variables, consequences, time_in_state, layout.place(column), values));
        let mut present = vec![0_i64; layout.states];
        let rows = self.comings.chunks_mut(layout.states.max(1)).zip(self.occupancy.chunks_mut(layout.states.max(1)));
        for (comings, occupancy) in rows {
            for ((present, coming), occupancy) in present.iter_mut().zip(comings).zip(occupancy) {
                *present += std::mem::take(coming);
                *occupancy = occupancy.wrapping_add_signed(*present);
            }
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
