//! The beta law on the unit interval, or stretched between given bounds.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, Quantile, positive, root, undetermined};
use super::uniform::check_bounds;
use super::{Family, Illegal, Life};
use crate::stats::special::{beta_inverse_tails, beta_tails};

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Alpha, Argument::Beta], quantiles: 0 },
        Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 },
        Way { named: &[], quantiles: 2 },
    ],
    optional: &[Argument::Low, Argument::High],
};

/// Exponents within which the incomplete beta function is exact and fast.
const EXPONENTS: std::ops::RangeInclusive<f64> = 1e-3..=1e8;

/// Beta with density proportional to x^(alpha − 1) (1 − x)^(beta − 1), x being the place between `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    alpha: f64,
    beta: f64,
    low: f64,
    high: f64,
}

impl Beta {
    pub(super) fn fit(given: &Given) -> Result<Beta, Illegal> {
        let (low, high) = (given.low.unwrap_or(0.0), given.high.unwrap_or(1.0));
        check_bounds(low, high)?;
        let width = high - low;
        let (alpha, beta) = if let (Some(alpha), Some(beta)) = (given.alpha, given.beta) {
            (positive("alpha", alpha)?, positive("beta", beta)?)
        } else if let (Some(mean), Some(sd)) = (given.mean, given.sd) {
            positive("sd", sd)?;
            if mean <= low || mean >= high {
                return Err(Illegal::new(format!("`mean` must lie between {low} and {high}, found {mean}")));
            }
            let (below, above) = ((mean - low) / width, (high - mean) / width);
            let most = libm::sqrt(below * above) * width;
            if sd >= most {
                return Err(Illegal::new(format!("`sd` must be below {most} for a mean of {mean}, found {sd}")));
            }
            let total = below * above / ((sd / width) * (sd / width)) - 1.0;
            (below * total, above * total)
        } else if let Some((first, second)) = given.two_quantiles()? {
            if first.at <= low || second.at >= high {
                return Err(Illegal::new(format!(
                    "the quantiles must lie between {low} and {high}, found {} and {}",
                    first.at, second.at
                )));
            }
            let place = |quantile: Quantile| Quantile { at: (quantile.at - low) / width, ..quantile };
            from_quantiles(place(first), place(second))?
        } else {
            return Err(undetermined(Family::Beta));
        };
        Beta::new(alpha, beta, low, high)
    }

    pub(super) fn new(alpha: f64, beta: f64, low: f64, high: f64) -> Result<Beta, Illegal> {
        if EXPONENTS.contains(&alpha) && EXPONENTS.contains(&beta) {
            return Ok(Beta { alpha, beta, low, high });
        }
        Err(Illegal::new(format!(
            "the exponents of a beta must lie between {} and {}, and would be {alpha} and {beta}",
            EXPONENTS.start(),
            EXPONENTS.end()
        )))
    }
}

/// The exponents with these quantiles on the unit interval: for each concentration alpha + beta, the mean that meets
/// the first; then the concentration that meets the second, whose probability grows with it.
fn from_quantiles(first: Quantile, second: Quantile) -> Result<(f64, f64), Illegal> {
    let lower = |alpha, beta, x: f64| libm::exp(beta_tails(alpha, beta, x, 1.0 - x).ln_lower);
    // The log-odds of the mean, within exponents that are legal.
    let exponents = |ln_total: f64| {
        let total = libm::exp(ln_total);
        let parts = move |odds: f64| (total / (1.0 + libm::exp(-odds)), total / (1.0 + libm::exp(odds)));
        let odds = root(-30.0, 30.0, |odds| {
            let (alpha, beta) = parts(odds);
            lower(alpha, beta, first.at) - first.p
        })?;
        Some(parts(odds))
    };
    root(libm::log(0.05), libm::log(1e6), |ln_total| {
        exponents(ln_total).map_or(f64::NAN, |(alpha, beta)| lower(alpha, beta, second.at) - second.p)
    })
    .and_then(exponents)
    .ok_or_else(|| Illegal::new("no beta in reach has these quantiles"))
}

impl Life for Beta {
    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    fn mean(&self) -> f64 {
        self.low + (self.high - self.low) * self.alpha / (self.alpha + self.beta)
    }

    fn sd(&self) -> f64 {
        let total = self.alpha + self.beta;
        (self.high - self.low) * libm::sqrt(self.alpha / total * (self.beta / total) / (total + 1.0))
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        let width = self.high - self.low;
        -beta_tails(self.alpha, self.beta, (t - self.low) / width, (self.high - t) / width).ln_upper
    }

    fn inverse(&self, h: f64) -> f64 {
        let width = self.high - self.low;
        let (x, y) = beta_inverse_tails(self.alpha, self.beta, -h);
        if x < y { self.low + width * x } else { self.high - width * y }
    }

    fn hazard(&self, t: f64) -> f64 {
        let width = self.high - self.low;
        beta_tails(self.alpha, self.beta, (t - self.low) / width, (self.high - t) / width).hazard / width
    }
}
