//! The PERT law: a beta between a least and a greatest value that leans to the most likely one.

use super::argument::{Argument, Grammar, Way};
use super::given::Given;
use super::triangular::three_points;
use super::{Beta, Family, Illegal, Life};

pub(super) const GRAMMAR: Grammar =
    Grammar { ways: &[Way { named: &[Argument::Low, Argument::Mode, Argument::High], quantiles: 0 }], optional: &[] };

/// How strongly it leans to the mode: the classic weight, which makes the mean (low + 4 mode + high) / 6.
const WEIGHT: f64 = 4.0;

/// PERT on `low` to `high` with its peak at `mode`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pert {
    beta: Beta,
}

impl Pert {
    pub(super) fn fit(given: &Given) -> Result<Pert, Illegal> {
        let (low, mode, high) = three_points(given, Family::Pert)?;
        let alpha = 1.0 + WEIGHT * ((mode - low) / (high - low));
        let beta = 1.0 + WEIGHT * ((high - mode) / (high - low));
        Ok(Pert { beta: Beta::new(alpha, beta, low, high)? })
    }
}

impl Life for Pert {
    fn support(&self) -> (f64, f64) {
        self.beta.support()
    }

    fn mean(&self) -> f64 {
        self.beta.mean()
    }

    fn sd(&self) -> f64 {
        self.beta.sd()
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        self.beta.cumulative_hazard(t)
    }

    fn inverse(&self, h: f64) -> f64 {
        self.beta.inverse(h)
    }

    fn hazard(&self, t: f64) -> f64 {
        self.beta.hazard(t)
    }
}
