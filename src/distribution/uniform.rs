//! The uniform law between two bounds.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, positive, undetermined};
use super::{Family, Illegal, Life};
use core::f64::consts::LN_2;

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Low, Argument::High], quantiles: 0 },
        Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 },
        Way { named: &[], quantiles: 2 },
    ],
    optional: &[],
};

/// Uniform between `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    pub(super) fn fit(given: &Given) -> Result<Uniform, Illegal> {
        let (low, high) = if let (Some(low), Some(high)) = (given.low, given.high) {
            (low, high)
        } else if let (Some(mean), Some(sd)) = (given.mean, given.sd) {
            let half = libm::sqrt(3.0) * positive("sd", sd)?;
            (mean - half, mean + half)
        } else if let Some((first, second)) = given.two_quantiles()? {
            let width = (second.at - first.at) / (second.p - first.p);
            (first.at - first.p * width, second.at + (1.0 - second.p) * width)
        } else {
            return Err(undetermined(Family::Uniform));
        };
        check_bounds(low, high)?;
        Ok(Uniform { low, high })
    }

    fn width(&self) -> f64 {
        self.high - self.low
    }
}

/// `low` must be below `high`, and their difference finite.
pub(super) fn check_bounds(low: f64, high: f64) -> Result<(), Illegal> {
    if low < high && (high - low).is_finite() {
        Ok(())
    } else {
        Err(Illegal::new(format!("`low` must be below `high`, found {low} and {high}")))
    }
}

impl Life for Uniform {
    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    fn mean(&self) -> f64 {
        self.low + 0.5 * self.width()
    }

    fn mean_at_ratio(&self, ratio: f64) -> f64 {
        self.low + self.width() / (1.0 + ratio)
    }

    fn sd(&self) -> f64 {
        self.width() / libm::sqrt(12.0)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.low + p * self.width()
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        let share = (t - self.low) / self.width();
        if share < 0.5 { -libm::log1p(-share) } else { -libm::log((self.high - t) / self.width()) }
    }

    fn inverse(&self, h: f64) -> f64 {
        if h < LN_2 { self.low - libm::expm1(-h) * self.width() } else { self.high - libm::exp(-h) * self.width() }
    }

    fn hazard(&self, t: f64) -> f64 {
        1.0 / (self.high - t)
    }

    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        -libm::expm1(-residual) * (self.high - age)
    }
}
