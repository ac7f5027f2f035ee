//! Doubt and chance told apart: the probability of every outcome at each of many parameter sets.
//!
//! In: an [`Inner`], which knows or estimates the probabilities at one set. Out: [`Separated`], in which the variance of
//! each outcome and milestone is divided between the two, without the sampling noise of the runs at a set
//! ([`components`](crate::stats::components)).

use super::drawing::Drawing;
use crate::analysis::{Separated, SeparatedEvent};
use crate::kernel::batch::{Monitor, RunFault};
use crate::kernel::points::at_points;
use crate::kernel::probe::{Probe, Stretch};
use crate::kernel::run::{Simulator, Workspace};
use crate::model::Model;
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;
use crate::random::RunAddress;
use crate::stats::components::{Cell, components};

/// What knows the probabilities at one parameter set: by runs, or by solving.
pub trait Inner: Sync {
    /// Makes what one thread asks: the cells at a point, of each outcome and then, if it knows them, of the milestones; and
    /// how many runs they took.
    fn asker(&self) -> impl FnMut(u64) -> Result<(Vec<Cell>, u64), RunFault>;

    /// Runs a parameter set; 0 if the probabilities are solved.
    fn runs(&self) -> u64;
}

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
    fn asker(&self) -> impl FnMut(u64) -> Result<(Vec<Cell>, u64), RunFault> {
        let (mut own, mut work) = (self.simulator.clone(), Workspace::default());
        let program = own.bound().program();
        let mut counts =
            Counts { outcomes: vec![0; program.outcomes.len()], milestones: vec![0; program.milestones.len()] };
        move |point| {
            let fault = |run, fault| RunFault { run, seed: self.seed, point: Some(point), fault };
            own.rebind(self.drawing.bind(point).map_err(|unbindable| fault(point, unbindable))?);
            counts.outcomes.fill(0);
            counts.milestones.fill(0);
            for run in (0..self.runs).map(|turn| turn * self.points + point) {
                own.run(RunAddress::new(self.seed, run), &mut work, &mut counts).map_err(|why| fault(run, why))?;
            }
            let hits = counts.outcomes.iter().chain(&counts.milestones);
            Ok((hits.map(|&hits| Cell::counted(hits, self.runs)).collect(), self.runs))
        }
    }

    fn runs(&self) -> u64 {
        self.runs
    }
}

/// Counts ends and marks.
#[derive(Clone, Debug)]
struct Counts {
    outcomes: Vec<u64>,
    milestones: Vec<u64>,
}

impl Probe for Counts {
    fn begin(&mut self, _world: &World) {}

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn milestone(&mut self, _world: &World, milestone: usize) {
        self.milestones[milestone] += 1;
    }

    fn end(&mut self, _world: &World, outcome: usize) {
        self.outcomes[outcome] += 1;
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
    let Some(rows) = at_points(points, threads, || inner.asker(), monitor)? else { return Ok(None) };
    let event = |index: usize, name: &str| {
        let cells: Vec<Cell> = rows.iter().map(|row: &Vec<Cell>| row[index]).collect();
        SeparatedEvent { name: name.to_owned(), components: components(&cells) }
    };
    let outcomes = model.outcomes.iter().enumerate().map(|(index, outcome)| event(index, &outcome.name)).collect();
    let first = model.outcomes.len();
    let known = rows.first().map_or(0, |row| row.len() - first);
    let milestones = model.milestones.iter().take(known).enumerate();
    let milestones = milestones.map(|(index, milestone)| event(first + index, &milestone.name)).collect();
    Ok(Some(Separated { points, runs_per_point: inner.runs(), outcomes, milestones }))
}
