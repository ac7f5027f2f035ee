//! The lognormal law: the logarithm is normal; the hazard rises and then falls.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, positive, undetermined};
use super::{Family, Illegal, Life};
use crate::stats::special::{
    exp_each, inverse_log_normal_survival, inverse_normal_hazard_each, log_normal_survival, normal_hazard,
    normal_quantile,
};

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Mu, Argument::Sigma], quantiles: 0 },
        Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 },
        Way { named: &[Argument::Sigma], quantiles: 1 },
        Way { named: &[], quantiles: 2 },
    ],
    optional: &[],
};

/// Lognormal whose logarithm has mean `mu` and standard deviation `sigma`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lognormal {
    mu: f64,
    sigma: f64,
}

impl Lognormal {
    pub(super) fn fit(given: &Given) -> Result<Lognormal, Illegal> {
        let quantile = given.positive_quantile()?;
        let (mu, sigma) = if let (Some(mu), Some(sigma)) = (given.mu, given.sigma) {
            (mu, positive("sigma", sigma)?)
        } else if let Some((mean, variation)) = given.mean_and_variation()? {
            let variance = libm::log1p(variation * variation);
            (libm::log(mean) - 0.5 * variance, libm::sqrt(variance))
        } else if let (Some(sigma), Some(quantile)) = (given.sigma, quantile) {
            positive("sigma", sigma)?;
            (libm::log(quantile.at) - sigma * normal_quantile(quantile.p), sigma)
        } else if let Some((low, high)) = given.two_positive_quantiles()? {
            let (z, ln) = (normal_quantile(low.p), libm::log(low.at));
            let sigma = libm::log(high.at / low.at) / (normal_quantile(high.p) - z);
            (ln - sigma * z, sigma)
        } else {
            return Err(undetermined(Family::Lognormal));
        };
        if mu.is_finite() && sigma.is_finite() && sigma > 0.0 {
            Ok(Lognormal { mu, sigma })
        } else {
            Err(Illegal::new("no lognormal in reach has these properties"))
        }
    }

    fn standard(&self, t: f64) -> f64 {
        (libm::log(t) - self.mu) / self.sigma
    }
}

impl Life for Lognormal {
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        libm::exp(self.mu + 0.5 * self.sigma * self.sigma)
    }

    fn sd(&self) -> f64 {
        let variance = self.sigma * self.sigma;
        // In one exponential where the variance is large, so that 0 · ∞ cannot arise.
        if variance > 40.0 { libm::exp(self.mu + variance) } else { self.mean() * libm::sqrt(libm::expm1(variance)) }
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        -log_normal_survival(self.standard(t))
    }

    fn inverse(&self, h: f64) -> f64 {
        libm::exp(self.mu + self.sigma * inverse_log_normal_survival(-h))
    }

    #[inline(always)]
    fn inverse_each(&self, hazards: &mut [f64]) {
        let mut values = [0.0; 32];
        for hazards in hazards.chunks_mut(values.len()) {
            let values = &mut values[..hazards.len()];
            inverse_normal_hazard_each(hazards, values);
            values.iter_mut().for_each(|value| *value = self.mu + self.sigma * *value);
            exp_each(values, hazards);
        }
    }

    fn hazard(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        normal_hazard(self.standard(t)) / self.sigma / t
    }

    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        let z = self.standard(age);
        let used = -log_normal_survival(z);
        if residual < 1e-8 * used {
            return residual / self.hazard(age);
        }
        age * libm::expm1(self.sigma * (inverse_log_normal_survival(-(used + residual)) - z))
    }
}
