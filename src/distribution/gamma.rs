//! The gamma law: with a whole shape, the sum of that many exponential stages.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, Quantile, positive, root, undetermined};
use super::{Family, Illegal, Life};
use crate::stats::special::{gamma_inverse_log_q, gamma_tails};

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Shape, Argument::Scale], quantiles: 0 },
        Way { named: &[Argument::Shape, Argument::Rate], quantiles: 0 },
        Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 },
        Way { named: &[Argument::Shape, Argument::Mean], quantiles: 0 },
        Way { named: &[Argument::Shape], quantiles: 1 },
        Way { named: &[], quantiles: 2 },
    ],
    optional: &[],
};

/// Above this shape the spread is below 0.01 % of the mean, and the incomplete gamma function grows slow.
const LARGEST_SHAPE: f64 = 1e8;

/// Up to so many stages are told apart faster than the hazard is inverted.
const MOST_STAGES: f64 = 32.0;

/// Below this shape the median is too small for a float.
const SMALLEST_SHAPE: f64 = 1e-3;

/// Gamma with density proportional to t^(shape − 1) exp(−t / scale).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
}

impl Gamma {
    pub(super) fn fit(given: &Given) -> Result<Gamma, Illegal> {
        let quantile = given.positive_quantile()?;
        if let Some((mean, variation)) = given.mean_and_variation()? {
            let squared = variation * variation;
            return Gamma::new(1.0 / squared, mean * squared);
        }
        if let Some((low, high)) = given.two_positive_quantiles()? {
            return Gamma::from_quantiles(low, high);
        }
        let Some(shape) = given.shape else { return Err(undetermined(Family::Gamma)) };
        positive("shape", shape)?;
        match (given.scale, given.rate, given.mean, quantile) {
            (Some(scale), ..) => Gamma::new(shape, positive("scale", scale)?),
            (_, Some(rate), ..) => Gamma::new(shape, 1.0 / positive("rate", rate)?),
            (_, _, Some(mean), _) => Gamma::new(shape, positive("mean", mean)? / shape),
            (.., Some(quantile)) => Gamma::new(shape, 1.0)?.scaled_to(quantile),
            _ => Err(undetermined(Family::Gamma)),
        }
    }

    fn new(shape: f64, scale: f64) -> Result<Gamma, Illegal> {
        if !(SMALLEST_SHAPE..=LARGEST_SHAPE).contains(&shape) {
            return Err(Illegal::new(format!(
                "the shape of a gamma must lie between {SMALLEST_SHAPE} and {LARGEST_SHAPE}, and would be {shape}"
            )));
        }
        if scale > 0.0 && scale.is_finite() {
            Ok(Gamma { shape, scale })
        } else {
            Err(Illegal::new(format!("the scale of a gamma must be positive and finite, and would be {scale}")))
        }
    }

    fn scaled_to(self, quantile: Quantile) -> Result<Gamma, Illegal> {
        Gamma::new(self.shape, quantile.at / gamma_inverse_log_q(self.shape, -quantile.hazard))
    }

    /// The ratio of two quantiles falls with the shape and does not depend on the scale. The shapes tried are those at
    /// which the lowest level, 0.1 %, is still a float.
    fn from_quantiles(low: Quantile, high: Quantile) -> Result<Gamma, Illegal> {
        let target = libm::log(high.at / low.at);
        let ln_quantile = |shape, hazard: f64| libm::log(gamma_inverse_log_q(shape, -hazard));
        let gap = |ln_shape| {
            let shape = libm::exp(ln_shape);
            ln_quantile(shape, high.hazard) - ln_quantile(shape, low.hazard) - target
        };
        let ln_shape = root(libm::log(0.02), libm::log(1e6), gap)
            .ok_or_else(|| Illegal::new("no gamma in reach has these quantiles"))?;
        Gamma::new(libm::exp(ln_shape), 1.0)?.scaled_to(high)
    }
}

impl Life for Gamma {
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn sd(&self) -> f64 {
        libm::sqrt(self.shape) * self.scale
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        -gamma_tails(self.shape, t / self.scale).ln_upper
    }

    fn inverse(&self, h: f64) -> f64 {
        self.scale * gamma_inverse_log_q(self.shape, -h)
    }

    fn hazard(&self, t: f64) -> f64 {
        gamma_tails(self.shape, t / self.scale).hazard / self.scale
    }

    /// A wait of whole shape k is k exponential stages. One that lasts at an age of x scales has i of them behind it with a
    /// probability in proportion to xⁱ / i! for i < k, that of a Poisson number; the others are still to come.
    fn rest(&self, age: f64, uniform: &mut dyn FnMut() -> f64) -> Option<f64> {
        if self.shape > MOST_STAGES || self.shape != libm::trunc(self.shape) {
            return None;
        }
        let (stages, x) = (self.shape as u32, age / self.scale);
        // The weights from the last stage backwards, as multiples of its own: no age is so high that they overflow.
        let (mut weight, mut sum) = (1.0, 1.0);
        for left in 1..stages {
            weight *= f64::from(stages - left) / x;
            sum += weight;
        }
        let mut left = 1;
        if sum.is_finite() {
            let mut aim = uniform() * sum - 1.0;
            weight = 1.0;
            while aim >= 0.0 && left < stages {
                weight *= f64::from(stages - left) / x;
                aim -= weight;
                left += 1;
            }
        } else {
            // An age that is next to none.
            left = stages;
        }
        let product: f64 = (0..left).map(|_| uniform()).product();
        Some(-self.scale * libm::log(product))
    }
}
