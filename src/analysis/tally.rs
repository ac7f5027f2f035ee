//! What many runs add up to: counts, exact sums and sketches, and nothing that depends on order.
//!
//! In: runs, as a [`Probe`]. Out: a [`Tally`], which merges with any other of the same model to the same bits whatever the
//! split. Its size depends on the model and the number of time points, not on the number of runs.

use super::cast::Cast;
use super::columns::Columns;
use super::time_points::TimePoints;
use super::watched::{Passing, Watched, of_lane};
use crate::kernel::batch::Collector;
use crate::kernel::probe::{Probe, Stretch, Together};
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
    watched: Watched,
    lane: usize,
    /// By point and state, and after the last point: by how many runs more than at the point before, of what `occupancy` has
    /// not been told.
    comings: Vec<i64>,
    /// Numbers that have not been counted.
    waiting: Columns,
}

/// What stays the same through a study.
#[derive(Clone, Debug, PartialEq)]
struct Layout {
    points: TimePoints,
    states: usize,
    /// Numbers of variables, consequences and outcomes.
    variables: usize,
    consequences: usize,
    outcomes: usize,
    milestones: usize,
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
    /// An outcome, or after them a milestone.
    Reached(usize),
}

impl Layout {
    /// The widths of the blocks of columns: variables at each point, consequences at each point, what a run has once, and each
    /// outcome and each milestone alone.
    fn widths(&self) -> impl Iterator<Item = usize> {
        let points = self.points.len();
        let paths = std::iter::repeat_n(self.variables, points).chain(std::iter::repeat_n(self.consequences, points));
        let reached = std::iter::repeat_n(1, self.outcomes + self.milestones);
        paths.chain([3 * self.variables, self.consequences, self.states]).chain(reached)
    }

    /// The blocks of what a run has once: time averages, peaks and troughs of variables; totals; times in states.
    fn once(&self) -> [usize; 3] {
        let first = 2 * self.points.len();
        [first, first + 1, first + 2]
    }

    /// The block of an outcome, or after them of a milestone.
    fn reached(&self, number: usize) -> usize {
        2 * self.points.len() + 3 + number
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
        let Some(column) = column.checked_sub(self.consequences) else { return Place::Total(column) };
        match column.checked_sub(self.states) {
            None => Place::TimeInState(column),
            Some(number) => Place::Reached(number),
        }
    }
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
                points: TimePoints::new(&points),
                states,
                variables: cast.variables.len(),
                consequences: cast.consequences.len(),
                outcomes: cast.outcomes.len(),
                milestones: cast.milestones.len(),
            }),
            watched: Watched::default(),
            lane: 0,
            comings: vec![0; (count + 1) * states],
            waiting: Columns::default(),
        }
    }

    /// Runs that reached each outcome, then each milestone.
    pub fn hits(&self) -> Vec<u64> {
        self.outcomes.iter().chain(&self.milestones).map(|arrivals| arrivals.times.moments.count()).collect()
    }

    pub fn points(&self) -> &[f64] {
        self.layout.points.points()
    }

    /// Lets a row of numbers wait to be counted in a block of columns.
    #[inline(always)]
    fn put(&mut self, block: usize, write: impl FnOnce(&mut [f64], &Watched)) {
        if self.waiting.put(block, |row| write(row, &self.watched)) {
            self.empty(block);
        }
    }

    /// Counts the numbers that wait in a block.
    #[cold]
    fn empty(&mut self, block: usize) {
        let (waiting, mut counts) = self.waiting_and_counts();
        waiting.empty(block, |column, values| counts.count(column, values));
    }

    fn waiting_and_counts(&mut self) -> (&mut Columns, Counts<'_>) {
        let counts = Counts {
            layout: &self.layout,
            outcomes: &mut self.outcomes,
            milestones: &mut self.milestones,
            time_in_state: &mut self.time_in_state,
            consequences: &mut self.consequences,
            variables: &mut self.variables,
        };
        (&mut self.waiting, counts)
    }

    /// Shows the run at a point of time to the rows of variables and consequences.
    #[inline(always)]
    fn show_point(&mut self, point: usize, variables: Option<&[f64]>, totals: impl Fn(usize) -> f64) {
        if let Some(variables) = variables.filter(|variables| !variables.is_empty()) {
            self.put(point, |row, _| row.copy_from_slice(variables));
        }
        if !self.consequences.is_empty() {
            let block = self.layout.points.len() + point;
            self.put(block, |row, _| row.iter_mut().enumerate().for_each(|(index, total)| *total = totals(index)));
        }
    }

    /// Tells that from one point on up to another, without that one, the run that is told of is in these states. Only where runs
    /// come and go is written down, so that the many points at which a run stays where it is cost nothing.
    #[inline(always)]
    fn show_states(&mut self, from: usize, to: usize, states: &[StateId]) {
        let count = self.layout.states;
        for state in states {
            self.comings[from * count + state.index()] += 1;
            self.comings[to * count + state.index()] -= 1;
        }
    }

    /// An outcome, or after them a milestone, was reached for the first time.
    #[inline]
    fn arrive(&mut self, number: usize, time: f64) {
        let outcomes = self.outcomes.len();
        let arrivals = match number.checked_sub(outcomes) {
            None => &mut self.outcomes[number],
            Some(milestone) => &mut self.milestones[milestone],
        };
        // The first point at or after the time: by then it was reached.
        let interval = self.layout.points.first_from(time).min(self.layout.points.len() - 1);
        arrivals.by_interval[interval] += 1;
        self.put(self.layout.reached(number), |row, _| row[0] = time);
    }
}

/// Where numbers are counted.
struct Counts<'a> {
    layout: &'a Layout,
    outcomes: &'a mut [Arrivals],
    milestones: &'a mut [Arrivals],
    time_in_state: &'a mut [Moments],
    consequences: &'a mut [ConsequenceTally],
    variables: &'a mut [VariableTally],
}

impl Counts<'_> {
    /// Counts the numbers of a column.
    fn count(&mut self, column: usize, values: &[f64]) {
        let spread = match self.layout.place(column) {
            Place::TimeInState(index) => return self.time_in_state[index].add_all(values, Extent::of(values)),
            Place::VariablePath(point, index) => &mut self.variables[index].path[point],
            Place::ConsequencePath(point, index) => &mut self.consequences[index].path[point],
            Place::TimeAverage(index) => &mut self.variables[index].time_average,
            Place::Peak(index) => &mut self.variables[index].peak,
            Place::Trough(index) => &mut self.variables[index].trough,
            Place::Total(index) => &mut self.consequences[index].total,
            Place::Reached(number) => match number.checked_sub(self.outcomes.len()) {
                None => &mut self.outcomes[number].times,
                Some(milestone) => &mut self.milestones[milestone].times,
            },
        };
        spread.add_all(values);
    }
}

/// Up to so many machines are written down at each stretch of time, whether it passes a point or not: to find that out is
/// dearer, as chance decides it.
const FEW_MACHINES: usize = 2;

impl Probe for Tally {
    #[inline]
    fn turn_to(&mut self, lane: usize) {
        self.lane = lane;
    }

    fn begin(&mut self, world: &World) {
        self.waiting.open(self.layout.widths());
        let Layout { states, variables, .. } = *self.layout;
        if self.lane >= self.watched.next_points.len() {
            self.watched.make_room(self.lane + 1, states, variables);
        }
        self.watched.begin(self.lane, states, &world.variables);
    }

    #[inline]
    fn dwell(&mut self, stretch: &Stretch<'_>) {
        let (world, length) = (stretch.world, stretch.to - stretch.from);
        let next = self.layout.points.first_from(stretch.to);
        let times_in_states = &mut self.watched.times_in_states[self.lane * self.layout.states..];
        for state in &world.states {
            times_in_states[state.index()] += length;
        }
        self.watched.integrate(self.lane, &world.variables, length);
        let first = std::mem::replace(&mut self.watched.next_points[self.lane], next as u32) as usize;
        // In this order: the second is for chance to say.
        if world.states.len() > FEW_MACHINES && first == next {
            return;
        }
        self.show_states(first, next, &world.states);
        if self.layout.variables + self.layout.consequences > 0 {
            for point in first..next {
                let time = self.layout.points.points()[point];
                self.show_point(point, Some(&world.variables), |index| stretch.total_at(index, time));
            }
        }
    }

    #[inline]
    fn happened(&mut self, world: &World, _cause: Cause, effects: &Effects) {
        self.transitions += effects.fired.len() as u64;
        self.watched.note_extremes(self.lane, &world.variables);
    }

    fn happened_together(&mut self, together: &Together<'_>) -> bool {
        let Together { lanes, first: first_lane, from, to, before, after, effects, .. } = *together;
        self.transitions += (effects.fired.len() * lanes.len()) as u64;
        let Layout { states, variables, consequences, .. } = *self.layout;
        for state in &before.states {
            let times_in_states = &mut self.watched.times_in_states[state.index()..];
            for lane in lanes.iter().map(|&lane| lane as usize) {
                times_in_states[(first_lane + lane) * states] += to[lane] - from[lane];
            }
        }
        let passing = self.watched.pass(together, &self.layout.points);
        for state in &before.states {
            let comings = &mut self.comings[state.index()..];
            for &Passing { first, next, .. } in &self.watched.passing[..passing] {
                comings[first as usize * states] += 1;
                comings[next as usize * states] -= 1;
            }
        }
        if variables + consequences > 0 {
            for number in 0..passing {
                let Passing { lane, first, next } = self.watched.passing[number];
                for point in first as usize..next as usize {
                    let time = self.layout.points.points()[point];
                    let total = |index| together.total_at(lane as usize, index, time);
                    self.show_point(point, Some(&before.variables), total);
                }
            }
        }
        if variables > 0 {
            for lane in lanes.iter().map(|&lane| lane as usize) {
                self.watched.integrate(first_lane + lane, &before.variables, to[lane] - from[lane]);
                self.watched.note_extremes(first_lane + lane, &after.variables);
            }
        }
        true
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.arrive(self.outcomes.len() + milestone, world.time);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.runs += 1;
        self.arrive(outcome, world.time);
        let (points, lane) = (self.layout.points.len(), self.lane);
        let next = self.watched.next_points[lane] as usize;
        let lasts_to_horizon = self.layout.points.points().last().is_some_and(|&last| world.time >= last);
        self.show_states(next, points, &world.states);
        if lasts_to_horizon || self.layout.consequences > 0 {
            for point in next..points {
                let variables = lasts_to_horizon.then_some(&world.variables[..]);
                self.show_point(point, variables, |index| world.totals[index]);
            }
        }
        let [of_variables, totals, times] = self.layout.once();
        if !world.variables.is_empty() {
            self.put(of_variables, |row, watched| {
                let count = world.variables.len();
                let of_lane = of_lane(lane, count);
                let integrals = &watched.integrals[of_lane.clone()];
                for (index, &value) in world.variables.iter().enumerate() {
                    row[index] = if world.time > 0.0 { integrals[index] / world.time } else { value };
                }
                row[count..2 * count].copy_from_slice(&watched.peaks[of_lane.clone()]);
                row[2 * count..].copy_from_slice(&watched.troughs[of_lane]);
            });
        }
        if !world.totals.is_empty() {
            self.put(totals, |row, _| row.copy_from_slice(&world.totals));
        }
        let of_lane = of_lane(lane, self.layout.states);
        self.put(times, |row, watched| row.copy_from_slice(&watched.times_in_states[of_lane]));
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
        let (waiting, mut counts) = self.waiting_and_counts();
        waiting.drain(|column, values| counts.count(column, values));
        (self.watched, self.lane) = (Watched::default(), 0);
        let states = self.layout.states.max(1);
        let mut present = vec![0_i64; states];
        // The last row is of those that leave after the last point: nobody is asked for then.
        self.comings[self.occupancy.len()..].fill(0);
        let rows = self.comings.chunks_mut(states).zip(self.occupancy.chunks_mut(states));
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
