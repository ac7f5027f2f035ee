//! The PERT law: a beta between a least and a greatest value that leans to the most likely one.

use super::given::Given;
use super::three_points::Standard;
use super::{Beta, Family, Illegal, Life};

pub(super) use super::three_points::GRAMMAR;

/// How strongly it leans to the mode: the classic weight, which makes the mean (low + 4 mode + high) / 6.
const WEIGHT: f64 = 4.0;

const STANDARD: Standard = Standard {
    family: Family::Pert,
    means: (1.0 / (WEIGHT + 2.0), (1.0 + WEIGHT) / (WEIGHT + 2.0)),
    quantile: |share, p| {
        let beta = Beta::new(1.0 + WEIGHT * share, 1.0 + WEIGHT * (1.0 - share), 0.0, 1.0);
        beta.expect("these exponents are between 1 and 5").quantile(p)
    },
};

/// PERT on `low` to `high` with its peak at `mode`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pert {
    beta: Beta,
}

impl Pert {
    pub(super) fn fit(given: &Given) -> Result<Pert, Illegal> {
        let (low, mode, high) = STANDARD.fit(given)?;
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
