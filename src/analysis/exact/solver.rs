//! One program solved for many values of its inputs, one after the other.
//!
//! In: inputs and a horizon. Out: the probability of each outcome, the same bits as [`Solvable`] gives by itself. Which part of the
//! program is a chain is found once, and again only where it may have become another; the chain is explored again only where
//! its rates may have changed.

use super::asked::Asked;
use super::slice::{Waits, slice};
use super::{Options, Solvable, Unsolvable};
use crate::analysis::study::Failure;
use crate::program::Program;
use crate::program::bind::Bound;
use std::sync::Arc;

/// A program, and what is kept of the values that it was solved for last.
#[derive(Debug)]
pub struct Solver {
    program: Arc<Program>,
    options: Options,
    last: Option<Solvable>,
}

impl Solver {
    /// Waits with memory are not approximated.
    pub fn new(program: Arc<Program>, options: Options) -> Self {
        Solver { program, options: Options { phases: None, ..options }, last: None }
    }

    /// The probability of each outcome at the horizon, in file order.
    ///
    /// # Errors
    /// The values are illegal, or the chain of these values cannot be solved.
    pub fn probabilities(&mut self, inputs: &[f64], horizon: f64) -> Result<Vec<f64>, Unsolvable> {
        let solvable = match self.last.take() {
            Some(last) => self.again(last, inputs, horizon)?,
            None => self.anew(inputs, horizon)?,
        };
        let probabilities = solvable.probabilities().map_err(Unsolvable::TooStiff)?;
        // What was left out for want of room may have room at other values.
        self.last = (!solvable.slice.is_cut).then_some(solvable);
        Ok(probabilities)
    }

    fn anew(&self, inputs: &[f64], horizon: f64) -> Result<Solvable, Unsolvable> {
        let bound = Bound::new(Arc::clone(&self.program), inputs).map_err(illegal)?;
        let mut slice = slice(&bound, Waits::Refused).map_err(Unsolvable::Refused)?;
        slice.horizon = horizon;
        Solvable::of(slice, &self.options)
    }

    fn again(&self, mut last: Solvable, inputs: &[f64], horizon: f64) -> Result<Solvable, Unsolvable> {
        let bound = last.slice.bound.rebound(inputs).map_err(illegal)?;
        let (old, new) = (last.slice.bound.slots(), bound.slots());
        if old.iter().zip(new).all(|(a, b)| a.to_bits() == b.to_bits()) {
            let until = |horizon: f64| bound.shocks().iter().filter(|(at, _)| *at <= horizon).count();
            let same_end = last.slice.horizon.to_bits() == horizon.to_bits();
            if same_end || (!last.slice.reads_end && until(horizon) == until(last.slice.horizon)) {
                last.slice.horizon = horizon;
                return Ok(last);
            }
        }
        if !Asked::stands(&last.slice.asked, &last.slice.bound, &bound) {
            return self.anew(inputs, horizon);
        }
        let mut slice = last.slice;
        (slice.bound, slice.horizon) = (bound, horizon);
        Solvable::of(slice, &self.options)
    }
}

fn illegal(unbindable: crate::program::bind::Unbindable) -> Unsolvable {
    Unsolvable::Failure(Failure::Unbindable(unbindable))
}
