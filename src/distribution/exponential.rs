//! The exponential law: constant hazard, no memory.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, positive, undetermined};
use super::{Family, Illegal, Life};

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Rate], quantiles: 0 },
        Way { named: &[Argument::Mean], quantiles: 0 },
        Way { named: &[Argument::Scale], quantiles: 0 },
        Way { named: &[], quantiles: 1 },
    ],
    optional: &[],
};

/// Exponential with S(t) = exp(−t / scale).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    scale: f64,
}

impl Exponential {
    pub(super) fn fit(given: &Given) -> Result<Exponential, Illegal> {
        let quantile = given.positive_quantile()?;
        let scale = match (given.rate, given.mean, given.scale, quantile) {
            (Some(rate), ..) => 1.0 / positive("rate", rate)?,
            (_, Some(mean), ..) => positive("mean", mean)?,
            (_, _, Some(scale), _) => positive("scale", scale)?,
            (.., Some(quantile)) => quantile.at / quantile.hazard,
            _ => return Err(undetermined(Family::Exponential)),
        };
        if !scale.is_finite() {
            return Err(Illegal::new("`rate` is too close to 0 for a finite mean"));
        }
        Ok(Exponential { scale })
    }
}

impl Life for Exponential {
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.scale
    }

    fn mean_at_ratio(&self, ratio: f64) -> f64 {
        self.scale / ratio
    }

    fn sd(&self) -> f64 {
        self.scale
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        t / self.scale
    }

    fn inverse(&self, h: f64) -> f64 {
        h * self.scale
    }

    fn hazard(&self, _: f64) -> f64 {
        1.0 / self.scale
    }

    fn residual_wait(&self, _: f64, residual: f64) -> f64 {
        residual * self.scale
    }
}
