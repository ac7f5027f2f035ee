//! Laws with all their probability in single points: one value for certain, or a list of observed ones.
//!
//! Their cumulative hazard is a staircase, −ln of the survival; it is infinite from the last point on, so whatever
//! threshold is left, the wait is over there.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, undetermined};
use super::{Family, Illegal, Life};
use std::sync::Arc;

/// However it is asked for, a constant is its value.
pub(super) const CONSTANT: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Value], quantiles: 0 },
        Way { named: &[Argument::Mean], quantiles: 0 },
        Way { named: &[], quantiles: 1 },
    ],
    optional: &[],
};

pub(super) const EMPIRICAL: Grammar = Grammar { ways: &[Way { named: &[], quantiles: 0 }], optional: &[] };

/// One value for certain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    value: f64,
}

impl Constant {
    pub(super) fn fit(given: &Given) -> Result<Constant, Illegal> {
        let value = given.value.or(given.mean).or(given.one_quantile().map(|quantile| quantile.at));
        value.map(|value| Constant { value }).ok_or_else(|| undetermined(Family::Constant))
    }
}

impl Life for Constant {
    fn support(&self) -> (f64, f64) {
        (self.value, self.value)
    }

    fn mean(&self) -> f64 {
        self.value
    }

    fn mean_at_ratio(&self, _: f64) -> f64 {
        self.value
    }

    fn sd(&self) -> f64 {
        0.0
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        if t < self.value { 0.0 } else { f64::INFINITY }
    }

    fn inverse(&self, _: f64) -> f64 {
        self.value
    }

    fn hazard(&self, t: f64) -> f64 {
        if t < self.value { 0.0 } else { f64::INFINITY }
    }
}

/// One of a list of values, each as likely; a value listed twice is twice as likely.
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    /// Rising; at least one.
    values: Arc<[f64]>,
}

impl Empirical {
    pub(super) fn fit(values: &[f64]) -> Result<Empirical, Illegal> {
        if values.is_empty() {
            return Err(Illegal::new("an empirical distribution needs a list of `values`, or a `csv` file with them"));
        }
        if let Some(strange) = values.iter().find(|value| !value.is_finite()) {
            return Err(Illegal::new(format!("every one of `values` must be a finite number, found {strange}")));
        }
        // Adding zero turns -0 into 0, so that the order of floats is that of numbers.
        let mut sorted: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Empirical { values: sorted.into() })
    }

    fn count(&self) -> f64 {
        self.values.len() as f64
    }

    /// How many values are at most `x`.
    fn rank(&self, x: f64) -> usize {
        self.values.partition_point(|value| *value <= x)
    }

    /// Cumulative hazard once `rank` values are passed.
    fn hazard_at_rank(&self, rank: usize) -> f64 {
        -libm::log1p(-(rank as f64 / self.count()))
    }
}

impl Life for Empirical {
    fn support(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }

    fn mean(&self) -> f64 {
        let middle = self.values[self.values.len() / 2];
        middle + self.values.iter().map(|value| (value - middle) / self.count()).sum::<f64>()
    }

    /// The staircase of the survival, each step raised to the power.
    fn mean_at_ratio(&self, ratio: f64) -> f64 {
        let n = self.count();
        let steps = self.values.windows(2).enumerate();
        let sum: f64 =
            steps.map(|(index, pair)| (pair[1] - pair[0]) * libm::pow((n - (index + 1) as f64) / n, ratio)).sum();
        self.values[0] + sum
    }

    fn kinks(&self) -> Vec<f64> {
        self.values.to_vec()
    }

    /// That of the list as a whole population, not of a sample from it.
    fn sd(&self) -> f64 {
        let mean = self.mean();
        libm::sqrt(self.values.iter().map(|value| (value - mean) * (value - mean) / self.count()).sum::<f64>())
    }

    fn cdf(&self, x: f64) -> f64 {
        self.rank(x) as f64 / self.count()
    }

    fn survival(&self, x: f64) -> f64 {
        (self.values.len() - self.rank(x)) as f64 / self.count()
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        self.hazard_at_rank(self.rank(t))
    }

    fn inverse(&self, h: f64) -> f64 {
        let guess = libm::ceil(-libm::expm1(-h) * self.count()) as usize;
        let mut rank = guess.clamp(1, self.values.len());
        // The guess may be off by one in rounding; the staircase itself decides.
        while rank > 1 && self.hazard_at_rank(rank - 1) >= h {
            rank -= 1;
        }
        while rank < self.values.len() && self.hazard_at_rank(rank) < h {
            rank += 1;
        }
        self.values[rank - 1]
    }

    fn hazard(&self, t: f64) -> f64 {
        if self.values.binary_search_by(|value| value.total_cmp(&(t + 0.0))).is_ok() { f64::INFINITY } else { 0.0 }
    }

    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        self.inverse(self.cumulative_hazard(age) + residual) - age
    }
}
