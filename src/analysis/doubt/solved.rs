//! The inner level solved, where a scenario is a Markov chain: probabilities at a parameter set without a run.
//!
//! In: the way to draw, and the options of the [solver](crate::analysis::exact). Out: the known probabilities of the
//! outcomes. A set whose chain cannot be solved (too fast for its horizon, say) is simulated as if there were no solver:
//! cells that are known and cells that are counted can stand side by side.

use super::nested::{Answers, Inner, Sampled};
use crate::analysis::exact::{Options, Solvable};
use crate::kernel::batch::RunFault;
use crate::program::bind::Bound;
use crate::stats::components::Cell;
use std::ops::Range;

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
    fn asker(&self) -> impl FnMut(Range<u64>) -> Result<Answers, RunFault> {
        let mut sample = self.sampled.asker();
        let outcomes = self.sampled.simulator.bound().program().outcomes.len();
        move |points| {
            let (mut all, mut taken) = (Vec::new(), 0);
            for point in points {
                let bound = self.sampled.drawing.bind(point).ok();
                if let Some(known) = bound.and_then(|bound| probabilities(&bound, &self.options)) {
                    all.push(known.into_iter().map(Cell::known).collect());
                    continue;
                }
                let (cells, runs) = sample(point..point + 1)?;
                all.extend(cells.into_iter().map(|mut cells| {
                    cells.truncate(outcomes);
                    cells
                }));
                taken += runs;
            }
            Ok((all, taken))
        }
    }

    fn runs(&self) -> u64 {
        0
    }
}
