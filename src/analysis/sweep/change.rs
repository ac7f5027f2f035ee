//! By how much one point differs from another, where both have met the same luck.
//!
//! In: the answers of two points. Out: a [`Change`] with its interval. Of probabilities the error is taken from the differences
//! of [batches](super::tally::BATCHES) of runs, so that what both points owe to their luck cancels; it has as many degrees of
//! freedom as there are batches but one, and the quantile is Student's. Of means the errors of both points are added as if
//! they were independent.

use super::estimates::{Estimate, Kind, Quantity};
use super::tally::{Answer, BATCHES};

/// A difference with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Change {
    fn about(value: f64, arm: f64) -> Change {
        Change { value, low: value - arm, high: value + arm }
    }

    /// Whether its sign is told: the interval leaves 0 out.
    pub fn is_resolved(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// What is known of a point.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub quantities: &'a [Quantity],
    pub answer: &'a Answer,
    pub estimates: &'a [Estimate],
}

/// How much more each quantity is at a point than at another, in the order of the first point's quantities; `None` of those that
/// the other does not have. `z` is the standard normal quantile of the confidence.
pub fn changes(at: Known<'_>, other: Known<'_>, z: f64) -> Vec<Option<Change>> {
    let one = |(place, estimate): (usize, &Estimate)| {
        let quantity = &at.quantities[place];
        let is_same = |other: &Quantity| other.kind == quantity.kind && other.name == quantity.name;
        // As a rule both are points of one scenario.
        let others_place = match other.quantities.get(place).is_some_and(is_same) {
            true => place,
            false => other.quantities.iter().position(is_same)?,
        };
        let others = other.estimates.get(others_place)?;
        if let (Answer::Counted(here), Answer::Counted(there), true) =
            (at.answer, other.answer, quantity.kind != Kind::Consequence)
            && let Some((value, error)) = here.difference(place, there, others_place)
        {
            return Some(Change::about(value, error * student(z, (BATCHES - 1) as f64)));
        }
        let [a, b] = [estimate, others].map(|estimate| estimate.standard_error);
        Some(Change::about(estimate.value - others.value, z * (a * a + b * b).sqrt()))
    };
    at.estimates.iter().enumerate().map(one).collect()
}

/// Student's quantile from the normal one, for more than some ten degrees of freedom (Abramowitz and Stegun, 26.7.5).
fn student(z: f64, freedom: f64) -> f64 {
    let cube = z * z * z;
    z + (cube + z) / (4.0 * freedom) + (5.0 * cube * z * z + 16.0 * cube + 3.0 * z) / (96.0 * freedom * freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: qt(0.975, 63), qt(0.95, 63).
    #[test]
    fn students_quantiles() {
        assert!((student(1.959_963_985, 63.0) - 1.998_341).abs() < 2e-5, "{}", student(1.959_963_985, 63.0));
        assert!((student(1.644_853_627, 63.0) - 1.669_402).abs() < 2e-5, "{}", student(1.644_853_627, 63.0));
    }

    #[test]
    fn a_sign_is_told_when_the_interval_leaves_zero_out() {
        assert!(Change::about(1.0, 0.9).is_resolved() && Change::about(-1.0, 0.9).is_resolved());
        assert!(!Change::about(1.0, 1.0).is_resolved() && !Change::about(0.0, 0.0).is_resolved());
    }
}
