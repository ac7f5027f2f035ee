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
use crate::stats::extent::Extent;
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
        // With the best instructions that this processor has; what they compute is the same.
        pulp::Arch::new().dispatch(Counting { spread: self, values });
    }

    fn merge(&mut self, other: &Spread) {
        self.moments.merge(&other.moments);
        self.sketch.merge(&other.sketch);
    }
}

/// What [`Spread::add_all`] does.
struct Counting<'a> {
    spread: &'a mut Spread,
    values: &'a [f64],
}

impl pulp::NullaryFnOnce for Counting<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let extent = Extent::of(self.values);
        self.spread.moments.add_all(self.values, extent);
        self.spread.sketch.add_all(self.values, extent);
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
    /// The runs that are being watched, and which of them is told of.
    current: Vec<CurrentRun>,
    lane: usize,
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

/// A column: where a number is counted.
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
    /// The widths of the blocks of columns: variables at each point, consequences at each point, and what a run has once.
    fn widths(&self) -> impl Iterator<Item = usize> {
        let points = self.points.len();
        let paths = std::iter::repeat_n(self.variables, points).chain(std::iter::repeat_n(self.consequences, points));
        paths.chain([3 * self.variables, self.consequences, self.states])
    }

    /// The blocks of what a run has once: time averages, peaks and troughs of variables; totals; times in states.
    fn once(&self) -> [usize; 3] {
        [0, 1, 2].map(|number| 2 * self.points.len() + number)
    }

    /// Whose numbers wait in a column.
    fn place(&self, column: usize) -> Place {
        let points = self.points.len();
        let Some(column) = column.checked_sub(points * self.variables) else {
            return Place::VariablePath(column / self.variables, column % self.variables);
        };
        let Some(column) = column.checked_sub(points * self.consequences) else {
            return Place::ConsequencePath(column / self.consequences, column % self.consequences);
        };
        let Some(column) = column.checked_sub(3 * self.variables) else {
            let kinds = [Place::TimeAverage, Place::Peak, Place::Trough];
            return kinds[column / self.variables](column % self.variables);
        };
        match column.checked_sub(self.consequences) {
            None => Place::Total(column),
            Some(state) => Place::TimeInState(state),
        }
    }
}

/// A run that is being watched.
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
            current: vec![CurrentRun::default()],
            lane: 0,
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

    /// Lets a row of numbers wait to be counted in a block of columns.
    #[inline]
    fn put(&mut self, block: usize, write: impl FnOnce(&mut [f64])) {
        let Tally { layout, waiting, variables, consequences, time_in_state, .. } = self;
        waiting.put(block, write, |column, values| {
            count(variables, consequences, time_in_state, layout.place(column), values);
        });
    }

    /// Shows the run at a point of time to the rows of variables and consequences.
    fn show_point(&mut self, point: usize, variables: Option<&[f64]>, totals: impl Fn(usize) -> f64) {
        if let Some(variables) = variables.filter(|variables| !variables.is_empty()) {
            self.put(point, |row| row.copy_from_slice(variables));
        }
        if !self.consequences.is_empty() {
            let block = self.layout.points.len() + point;
            self.put(block, |row| row.iter_mut().enumerate().for_each(|(index, total)| *total = totals(index)));
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
        Place::TimeInState(index) => time_in_state[index].add_all(values, Extent::of(values)),
    }
}

impl CurrentRun {
    fn begin(&mut self, states: usize, variables: &[f64]) {
        self.next_point = 0;
        self.shown.clear();
        for (times, count) in [(&mut self.time_in_state, states), (&mut self.integrals, variables.len())] {
            times.clear();
            times.resize(count, 0.0);
        }
        for extremes in [&mut self.peaks, &mut self.troughs] {
            extremes.clear();
            extremes.extend_from_slice(variables);
        }
    }

    /// Tells that from this point on the run is in these states. Only changes are written down, so that the many points at
    /// which a run stays where it is cost a comparison each, and those after its end nothing.
    #[inline]
    fn show_states(&mut self, point: usize, states: &[StateId], comings: &mut [i64], count: usize) {
        if self.shown == states {
            return;
        }
        let row = &mut comings[point * count..(point + 1) * count];
        self.shown.iter().for_each(|state| row[state.index()] -= 1);
        states.iter().for_each(|state| row[state.index()] += 1);
        self.shown.clear();
        self.shown.extend_from_slice(states);
    }

    /// Notes the present values, which a variable may have for no time at all.
    fn note_extremes(&mut self, variables: &[f64]) {
        for ((peak, trough), &value) in self.peaks.iter_mut().zip(&mut self.troughs).zip(variables) {
            *peak = peak.max(value);
            *trough = trough.min(value);
        }
    }
}

impl Probe for Tally {
    fn turn_to(&mut self, lane: usize) {
        if lane >= self.current.len() {
            self.current.resize(lane + 1, CurrentRun::default());
        }
        self.lane = lane;
    }

    fn begin(&mut self, world: &World) {
        self.waiting.open(self.layout.widths());
        self.current[self.lane].begin(self.layout.states, &world.variables);
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        let (world, length) = (stretch.world, stretch.to - stretch.from);
        let run = &mut self.current[self.lane];
        for state in &world.states {
            run.time_in_state[state.index()] += length;
        }
        for (integral, value) in run.integrals.iter_mut().zip(&world.variables) {
            *integral += value * length;
        }
        let first = run.next_point;
        let passed = self.layout.points[first..].iter().take_while(|&&time| time < stretch.to).count();
        if passed == 0 {
            return;
        }
        run.show_states(first, &world.states, &mut self.comings, self.layout.states);
        run.next_point = first + passed;
        if self.layout.variables + self.layout.consequences > 0 {
            for point in first..first + passed {
                let time = self.layout.points[point];
                self.show_point(point, Some(&world.variables), |index| stretch.total_at(index, time));
            }
        }
    }

    fn happened(&mut self, world: &World, _cause: Cause, effects: &Effects) {
        self.transitions += effects.fired.len() as u64;
        self.current[self.lane].note_extremes(&world.variables);
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        Self::arrive(&mut self.milestones[milestone], &self.layout.points, world.time);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.runs += 1;
        Self::arrive(&mut self.outcomes[outcome], &self.layout.points, world.time);
        let (next, points) = (self.current[self.lane].next_point, self.layout.points.len());
        let lasts_to_horizon = self.layout.points.last().is_some_and(|&last| world.time >= last);
        if next < points {
            let run = &mut self.current[self.lane];
            run.show_states(next, &world.states, &mut self.comings, self.layout.states);
        }
        if lasts_to_horizon || self.layout.consequences > 0 {
            for point in next..points {
                let variables = lasts_to_horizon.then_some(&world.variables[..]);
                self.show_point(point, variables, |index| world.totals[index]);
            }
        }
        // What it has once goes with the run, and comes back for the next one.
        let run = std::mem::take(&mut self.current[self.lane]);
        let [of_variables, totals, times] = self.layout.once();
        self.put(of_variables, |row| {
            let count = world.variables.len();
            for (index, &value) in world.variables.iter().enumerate() {
                row[index] = if world.time > 0.0 { run.integrals[index] / world.time } else { value };
            }
            row[count..2 * count].copy_from_slice(&run.peaks);
            row[2 * count..].copy_from_slice(&run.troughs);
        });
        self.put(totals, |row| row.copy_from_slice(&world.totals));
        self.put(times, |row| row.copy_from_slice(&run.time_in_state));
        self.current[self.lane] = run;
    }
}

impl Collector for Tally {
    fn watches_many(&self) -> bool {
        true
    }

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
        let Tally { layout, waiting, variables, consequences, time_in_state, current, lane, .. } = self;
        waiting.drain(|column, values| count(variables, consequences, time_in_state, layout.place(column), values));
        (*current, *lane) = (vec![CurrentRun::default()], 0);
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
