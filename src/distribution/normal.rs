//! The normal law, whole or between bounds.
//!
//! With bounds, `mean` and `sd` are those of the normal before it is cut, while quantiles are those of what is left.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, Quantile, positive, undetermined};
use super::uniform::check_bounds;
use super::{Family, Illegal, Life};
use crate::stats::special::{
    gauss_legendre, inverse_log_normal_survival, log_normal_density, log_normal_interval, log_normal_survival,
    normal_cdf, normal_density, normal_hazard, normal_quantile, normal_survival,
};
use core::f64::consts::LN_2;

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 }, Way { named: &[], quantiles: 2 }],
    optional: &[Argument::Low, Argument::High],
};

/// The least probability that bounds may leave; a normal that reaches them so rarely was not meant.
const LEAST_KEPT: f64 = 1e-9;

/// Normal with the given mean and sd, given that it lies between `low` and `high`, either of which may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
    sd: f64,
    low: f64,
    high: f64,
    /// Logarithm of the probability between the bounds before the cut.
    ln_kept: f64,
}

impl Normal {
    pub(super) fn fit(given: &Given) -> Result<Normal, Illegal> {
        let low = given.low.unwrap_or(f64::NEG_INFINITY);
        let high = given.high.unwrap_or(f64::INFINITY);
        if given.low.is_some() && given.high.is_some() {
            check_bounds(low, high)?;
        }
        if let (Some(mean), Some(sd)) = (given.mean, given.sd) {
            Normal::new(mean, positive("sd", sd)?, low, high)
        } else if let Some((first, second)) = given.two_quantiles()? {
            if first.at <= low || second.at >= high {
                return Err(Illegal::new(format!(
                    "the quantiles must lie between {low} and {high}, found {} and {}",
                    first.at, second.at
                )));
            }
            Normal::from_quantiles(first, second, low, high)
        } else {
            Err(undetermined(Family::Normal))
        }
    }

    fn new(mean: f64, sd: f64, low: f64, high: f64) -> Result<Normal, Illegal> {
        let uncut = Normal { mean, sd, low, high, ln_kept: 0.0 };
        let (below, above) = (normal_cdf(uncut.standard(low)), normal_survival(uncut.standard(high)));
        let ln_kept = if low.is_finite() {
            log_normal_interval(uncut.standard(low), (high - low) / sd)
        } else {
            log_normal_survival(-uncut.standard(high))
        };
        if ln_kept >= libm::log(LEAST_KEPT) && below < 1.0 && above < 1.0 {
            return Ok(Normal { ln_kept: ln_kept.min(0.0), ..uncut });
        }
        Err(Illegal::new(format!(
            "the bounds {low} to {high} leave next to nothing of a normal with mean {mean} and sd {sd}"
        )))
    }

    /// The cut law with these quantiles: its levels are levels of the uncut law that depend on the cut, so the two are
    /// brought into agreement by repetition.
    fn from_quantiles(first: Quantile, second: Quantile, low: f64, high: f64) -> Result<Normal, Illegal> {
        let (mut mean, mut sd) = (0.0, f64::NAN);
        let (mut below, mut kept) = (0.0, 1.0);
        for _ in 0..5000 {
            let (z1, z2) = (normal_quantile(below + first.p * kept), normal_quantile(below + second.p * kept));
            let before = (mean, sd);
            sd = (second.at - first.at) / (z2 - z1);
            mean = first.at - sd * z1;
            below = normal_cdf((low - mean) / sd);
            kept = 1.0 - below - normal_survival((high - mean) / sd);
            let moved = libm::fabs(mean - before.0) + libm::fabs(sd - before.1);
            if moved <= 1e-14 * (libm::fabs(mean) + sd) {
                return Normal::new(mean, sd, low, high);
            }
            if !(sd.is_finite() && sd > 0.0) {
                break;
            }
        }
        Err(Illegal::new("no normal in reach has these quantiles between these bounds"))
    }

    fn standard(&self, t: f64) -> f64 {
        (t - self.mean) / self.sd
    }

    /// Logarithm of the probability, before the cut, between the lower bound and `t`.
    fn ln_below(&self, t: f64) -> f64 {
        if self.low.is_finite() {
            log_normal_interval(self.standard(self.low), (t - self.low) / self.sd)
        } else {
            log_normal_survival(-self.standard(t))
        }
    }

    /// Logarithm of the probability, before the cut, between `t` and the upper bound.
    fn ln_above(&self, t: f64) -> f64 {
        if self.high.is_finite() {
            log_normal_interval(-self.standard(self.high), (self.high - t) / self.sd)
        } else {
            log_normal_survival(self.standard(t))
        }
    }

    /// First moment about the uncut mean and variance, in units of the uncut sd.
    fn standard_moments(&self) -> (f64, f64) {
        let (from, to) = (self.standard(self.low), self.standard(self.high));
        let kept = libm::exp(self.ln_kept);
        if to - from < 4.0 {
            // The closed form would cancel.
            let panel = (to - from) / 8.0;
            let integral = |f: &dyn Fn(f64) -> f64| {
                (0..8).fold(0.0, |sum, k| {
                    let start = from + f64::from(k) * panel;
                    sum + gauss_legendre(start, start + panel, |z| f(z) * normal_density(z))
                }) / kept
            };
            let mean = from + integral(&|z| z - from);
            return (mean, integral(&|z| (z - mean) * (z - mean)));
        }
        let edge = |z: f64| if z.is_finite() { (normal_density(z), z * normal_density(z)) } else { (0.0, 0.0) };
        let ((from, from_z), (to, to_z)) = (edge(from), edge(to));
        let mean = (from - to) / kept;
        (mean, 1.0 + (from_z - to_z) / kept - mean * mean)
    }
}

/// The distance from `z` to the place up to which a standard normal has probability `mass`.
fn distance(z: f64, mass: f64) -> f64 {
    if mass < 1e-3 * normal_survival(libm::fabs(z)) {
        // Too little to show beside the tail: along the density, corrected by Newton's method.
        let density = normal_density(z);
        let mut distance = mass / density;
        for _ in 0..3 {
            let found = libm::exp(log_normal_interval(z, distance));
            distance -= (found - mass) / normal_density(z + distance);
        }
        return distance;
    }
    let lower = normal_cdf(z) + mass;
    let place = if lower < 0.5 { normal_quantile(lower) } else { -normal_quantile(normal_survival(z) - mass) };
    place - z
}

impl Life for Normal {
    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Moments of the truncated normal: Johnson, Kotz and Balakrishnan, "Continuous univariate distributions" 1,
    /// section 13.10.1.
    fn mean(&self) -> f64 {
        self.mean + self.sd * self.standard_moments().0
    }

    fn sd(&self) -> f64 {
        self.sd * libm::sqrt(self.standard_moments().1)
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        let ln_lower = self.ln_below(t) - self.ln_kept;
        if ln_lower < -LN_2 { -libm::log1p(-libm::exp(ln_lower)) } else { (self.ln_kept - self.ln_above(t)).max(0.0) }
    }

    fn inverse(&self, h: f64) -> f64 {
        if h < LN_2 {
            let mass = -libm::expm1(-h) * libm::exp(self.ln_kept);
            if self.low.is_finite() {
                self.low + self.sd * distance(self.standard(self.low), mass)
            } else {
                self.mean + self.sd * normal_quantile(mass)
            }
        } else if self.high.is_finite() {
            let mass = libm::exp(self.ln_kept - h);
            self.high - self.sd * distance(-self.standard(self.high), mass)
        } else {
            self.mean + self.sd * inverse_log_normal_survival(self.ln_kept - h)
        }
    }

    fn hazard(&self, t: f64) -> f64 {
        let z = self.standard(t);
        if self.high.is_finite() {
            libm::exp(log_normal_density(z) - self.ln_above(t)) / self.sd
        } else {
            normal_hazard(z) / self.sd
        }
    }
}
