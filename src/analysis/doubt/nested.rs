//! Doubt and chance told apart: the probability of every outcome at each of many parameter sets.
//!
//! In: an [`Inner`], which knows or estimates the probabilities at one set. Out: [`Separated`], in which the variance of
//! each outcome and milestone is divided between the two, without the sampling noise of the runs at a set
//! ([`components`](crate::stats::components)).

use super::drawing::Drawing;
use crate::analysis::{Separated, SeparatedEvent};
use crate::kernel::batch::{Buffers, Monitor, RunFault};
use crate::kernel::points::at_points;
use crate::kernel::probe::{Blind, Probe, Stretch};
use crate::kernel::run::Simulator;
use crate::model::Model;
use crate::program::behaviour::{Cause, Effects, Fault};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::random::RunAddress;
use crate::stats::components::{Cell, components};
use std::ops::Range;

/// Of each of some points the cells, of each outcome and then, if they are known, of the milestones; and how many runs they took.
pub type Answers = (Vec<Vec<Cell>>, u64);

/// What knows the probabilities at parameter sets: by runs, or by solving.
pub trait Inner: Sync {
    /// Makes what one thread asks.
    fn asker(&self) -> impl FnMut(Range<u64>) -> Result<Answers, RunFault>;

    /// Runs a parameter set; 0 if the probabilities are solved.
    fn runs(&self) -> u64;
}

/// So many points are asked about at once, if they have no more runs than this: these are in flight together.
const POINTS_TOGETHER: u64 = 16;
const RUNS_TOGETHER: u64 = 1024;

/// By simulation: so many runs at each of so many sets, each run with luck of its own.
#[derive(Clone, Copy, Debug)]
pub struct Sampled<'a> {
    pub simulator: &'a Simulator,
    pub drawing: &'a Drawing,
    pub seed: u64,
    pub points: u64,
    /// At least 2.
    pub runs: u64,
}

impl Inner for Sampled<'_> {
    fn asker(&self) -> impl FnMut(Range<u64>) -> Result<Answers, RunFault> {
        let mut work = Buffers::default();
        move |points| {
            let mut counts = Counts::new(self.simulator, self.runs, points.clone());
            let bounds: Vec<Result<Bound, Fault>> = points.clone().map(|point| self.drawing.bind(point)).collect();
            let all = self.runs * bounds.len() as u64;
            // Point by point; run r of the study takes point r modulo their number.
            let place = |number: u64| (number / self.runs, number % self.runs * self.points + points.start);
            let drawn = |number| {
                let (point, first) = place(number);
                Ok((RunAddress::new(self.seed, first + point), bounds[point as usize].clone()?))
            };
            self.simulator.run_bound((0..all).map(drawn), true, &mut work, &mut counts, || {}).map_err(|fault| {
                let mut work = Buffers::default();
                let mut again = |number| {
                    let one = std::iter::once(drawn(number));
                    Some((number, self.simulator.run_bound(one, false, &mut work, &mut Blind, || {}).err()?))
                };
                let (number, fault) = (0..all).find_map(&mut again).unwrap_or((0, fault));
                let (point, first) = place(number);
                RunFault { run: first + point, seed: self.seed, point: Some(points.start + point), fault }
            })?;
            let cells = |hits: &[u64]| hits.iter().map(|&hits| Cell::counted(hits, self.runs)).collect();
            Ok((counts.hits.chunks(counts.events).map(cells).collect(), all))
        }
    }

    fn runs(&self) -> u64 {
        self.runs
    }
}

/// Counts ends and marks of runs that begin point by point.
#[derive(Clone, Debug)]
struct Counts {
    /// By point, outcomes and then milestones.
    hits: Vec<u64>,
    events: usize,
    outcomes: usize,
    runs_a_point: usize,
    /// Runs that have begun.
    begun: usize,
    /// By lane: where the hits of its run's point begin; and which is told of.
    of_lanes: Vec<usize>,
    lane: usize,
}

impl Counts {
    fn new(simulator: &Simulator, runs: u64, points: Range<u64>) -> Self {
        let program = simulator.bound().program();
        let (outcomes, milestones) = (program.outcomes.len(), program.milestones.len());
        Counts {
            hits: vec![0; (outcomes + milestones) * (points.end - points.start) as usize],
            events: outcomes + milestones,
            outcomes,
            runs_a_point: runs as usize,
            begun: 0,
            of_lanes: Vec::new(),
            lane: 0,
        }
    }

    fn count(&mut self, event: usize) {
        self.hits[self.of_lanes[self.lane] + event] += 1;
    }
}

impl Probe for Counts {
    fn turn_to(&mut self, lane: usize) {
        self.lane = lane;
    }

    fn begin(&mut self, _world: &World) {
        self.of_lanes.resize(self.of_lanes.len().max(self.lane + 1), 0);
        self.of_lanes[self.lane] = self.begun / self.runs_a_point * self.events;
        self.begun += 1;
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn milestone(&mut self, _world: &World, milestone: usize) {
        self.count(self.outcomes + milestone);
    }

    fn end(&mut self, _world: &World, outcome: usize) {
        self.count(outcome);
    }
}

/// Separates chance and doubt over `points` parameter sets; `None` if the monitor stopped it.
///
/// # Errors
/// The fault of the first set with one.
pub fn separate(
    model: &Model,
    inner: &impl Inner,
    points: u64,
    threads: usize,
    monitor: &Monitor,
) -> Result<Option<Separated>, RunFault> {
    let together = (RUNS_TOGETHER / inner.runs().max(1)).clamp(1, POINTS_TOGETHER);
    let make = || {
        let mut ask = inner.asker();
        move |number: u64| ask(number * together..((number + 1) * together).min(points))
    };
    let Some(rows) = at_points(points.div_ceil(together), threads, make, monitor)? else { return Ok(None) };
    let rows: Vec<Vec<Cell>> = rows.into_iter().flatten().collect();
    let event = |index: usize, name: &str| {
        let cells: Vec<Cell> = rows.iter().map(|row| row[index]).collect();
        SeparatedEvent { name: name.to_owned(), components: components(&cells) }
    };
    let outcomes = model.outcomes.iter().enumerate().map(|(index, outcome)| event(index, &outcome.name)).collect();
    let first = model.outcomes.len();
    let known = rows.first().map_or(0, |row| row.len() - first);
    let milestones = model.milestones.iter().take(known).enumerate();
    let milestones = milestones.map(|(index, milestone)| event(first + index, &milestone.name)).collect();
    Ok(Some(Separated { points, runs_per_point: inner.runs(), outcomes, milestones }))
}
