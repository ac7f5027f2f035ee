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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostics, Sources};
    use crate::model::resolve;
    use crate::program::lower::lower;
    use crate::scenario::load::{self, Disk};
    use std::path::Path;

    /// One value after the other gives what each gives alone: with other rates, other horizons, parts that begin and cease to
    /// matter, and values at which there is no answer in between.
    #[test]
    fn what_is_kept_changes_no_answer() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference/d8-limited.toml");
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics).unwrap();
        let model = resolve::resolve(&scenario, &mut diagnostics).unwrap();
        let program = Arc::new(lower(&model));
        let mut solver = Solver::new(Arc::clone(&program), Options::default());
        let central: Vec<f64> = model.inputs.iter().map(|input| input.value).collect();
        let place = |name: &str| model.input(name).unwrap().index();
        let (spiral, deterrence, pressure) = (place("spiral_gain"), place("deterrence_gain"), place("b_pressure"));
        let mut answers = Vec::new();
        for (gain, deters, reads_pressure, horizon) in [
            (1.0, 0.0, 0.0, 104.0),
            (1.0, 0.0, 0.0, 52.0),
            (1.5, 0.0, 0.0, 52.0),
            (0.0, 0.0, 0.0, 52.0),
            (0.5, 0.5, 0.0, 26.0),
            (0.5, 0.5, 1.0, 26.0),
            (0.5, 0.0, 0.0, 26.0),
            (0.5, 0.0, 0.0, 104.0),
        ] {
            let mut inputs = central.clone();
            (inputs[spiral], inputs[deterrence], inputs[pressure]) = (gain, deters, reads_pressure);
            let mut own = Program::clone(&program);
            own.calendar.horizon = horizon;
            let bound = Bound::new(Arc::new(own), &inputs).unwrap();
            let alone = Solvable::new(&bound, &Options::default())
                .and_then(|solvable| solvable.probabilities().map_err(Unsolvable::TooStiff));
            let kept = solver.probabilities(&inputs, horizon);
            assert_eq!(kept, alone, "{gain} {deters} {reads_pressure} {horizon}");
            answers.push(alone);
        }
        assert!(answers.iter().any(Result::is_err) && answers.iter().filter(|answer| answer.is_ok()).count() > 5);
        let told: Vec<&Vec<f64>> = answers.iter().flatten().collect();
        assert!(told.windows(2).all(|pair| pair[0] != pair[1]), "each of the values makes a difference");
    }
}
