//! The inner level solved, where a scenario is a Markov chain: probabilities at a parameter set without a run.
//!
//! In: the way to draw, and the options of the [solver](crate::analysis::exact). Out: the known probabilities of the
//! outcomes. A set whose chain cannot be solved (too fast for its horizon, say) is simulated as if there were no solver:
//! cells that are known and cells that are counted can stand side by side.

use super::nested::{Inner, Sampled};
use crate::analysis::exact::{Options, Solvable};
use crate::kernel::batch::RunFault;
use crate::program::bind::Bound;
use crate::stats::components::Cell;

/// Solves the chain of each parameter set.
#[derive(Clone, Copy, Debug)]
pub struct Solved<'a> {
    /// How sets are drawn, and what is done where one cannot be solved.
    pub sampled: Sampled<'a>,
    pub options: Options,
}

/// Whether a program is a chain that these options allow.
pub fn is_solvable(bound: &Bound, options: &Options) -> bool {
    probabilities(bound, options).is_some()
}

fn probabilities(bound: &Bound, options: &Options) -> Option<Vec<f64>> {
    Solvable::new(bound, options).ok()?.probabilities().ok()
}

impl Inner for Solved<'_> {
    fn asker(&self) -> impl FnMut(u64) -> Result<(Vec<Cell>, u64), RunFault> {
        let mut sample = self.sampled.asker();
        let outcomes = self.sampled.simulator.bound().program().outcomes.len();
        move |point| {
            let bound = self.sampled.drawing.bind(point).ok();
            if let Some(known) = bound.and_then(|bound| probabilities(&bound, &self.options)) {
                return Ok((known.into_iter().map(Cell::known).collect(), 0));
            }
            let (mut cells, runs) = sample(point)?;
            cells.truncate(outcomes);
            Ok((cells, runs))
        }
    }

    fn runs(&self) -> u64 {
        0
    }
}
