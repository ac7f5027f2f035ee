//! What a thread keeps from one point of a sweep to the next, so that a point costs little beyond its runs.
//!
//! In: points, one after the other. Out: what runs a point, or its exact answer: the same as if it were made for that point alone.

use super::space::{Point, Space};
use super::work::Cause;
use crate::analysis::exact::solver::Solver;
use crate::analysis::exact::{Options, Unsolvable};
use crate::analysis::study::Failure;
use crate::kernel::run::Simulator;
use crate::program::bind::Unbindable;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// So many simulators are kept.
const HORIZONS: usize = 128;

/// One thread's place of work.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    space: &'a Space,
    /// By scenario and bits of the horizon: each has a program of its own.
    simulators: BTreeMap<(usize, u64), Simulator>,
    /// By scenario.
    solvers: BTreeMap<usize, Solver>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(space: &'a Space) -> Self {
        Bench { space, simulators: BTreeMap::new(), solvers: BTreeMap::new() }
    }

    pub(super) fn space(&self) -> &'a Space {
        self.space
    }

    /// What runs the point; or what is illegal about its values.
    pub(super) fn simulator(&mut self, point: &Point) -> Result<&Simulator, Unbindable> {
        let place = (self.space.cases[point.case].scenario, point.horizon.to_bits());
        if self.simulators.len() >= HORIZONS && !self.simulators.contains_key(&place) {
            self.simulators.clear();
        }
        Ok(match self.simulators.entry(place) {
            Entry::Vacant(vacant) => vacant.insert(Simulator::new(self.space.bound(point)?)),
            Entry::Occupied(occupied) => {
                let simulator = occupied.into_mut();
                simulator.rebind(simulator.bound().rebound(&point.inputs)?);
                simulator
            }
        })
    }

    /// The probability of each outcome of the point, in file order.
    pub(super) fn probabilities(&mut self, point: &Point) -> Result<Vec<f64>, Cause> {
        let scenario = self.space.cases[point.case].scenario;
        let make = || Solver::new(Arc::clone(self.space.program(point)), Options::default());
        let solver = self.solvers.entry(scenario).or_insert_with(make);
        solver.probabilities(&point.inputs, point.horizon).map_err(|unsolvable| match unsolvable {
            Unsolvable::Failure(Failure::Unbindable(unbindable)) => Cause::Unbindable(unbindable),
            other => Cause::Unsolvable(other),
        })
    }
}
