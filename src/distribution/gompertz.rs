//! The Gompertz law: the hazard grows exponentially with age.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, positive, root, undetermined};
use super::{Family, Illegal, Life};

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Shape, Argument::Rate], quantiles: 0 },
        Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 },
        Way { named: &[Argument::Shape], quantiles: 1 },
        Way { named: &[], quantiles: 2 },
    ],
    optional: &[],
};

/// Gompertz with hazard rate · exp(shape · t); a shape of 0 makes it exponential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gompertz {
    shape: f64,
    rate: f64,
}

impl Gompertz {
    pub(super) fn fit(given: &Given) -> Result<Gompertz, Illegal> {
        let quantile = given.positive_quantile()?;
        if let (Some(shape), Some(rate)) = (given.shape, given.rate) {
            Gompertz::new(shape, positive("rate", rate)?)
        } else if let Some((mean, variation)) = given.mean_and_variation()? {
            Gompertz::from_moments(mean, variation)
        } else if let (Some(shape), Some(quantile)) = (given.shape, quantile) {
            Gompertz::new(shape, quantile.hazard / growth(shape, quantile.at))
        } else if let Some((low, high)) = given.two_positive_quantiles()? {
            let target = libm::log(high.hazard / low.hazard);
            let bound = target / (high.at - low.at);
            if target < libm::log(high.at / low.at) {
                return Err(Illegal::new(
                    "these quantiles need a hazard that falls with age, and that of a gompertz rises; \
                     use a weibull or a log-logistic",
                ));
            }
            let shape = root(0.0, bound, |shape| ln_growth(shape, high.at) - ln_growth(shape, low.at) - target)
                .ok_or_else(|| Illegal::new("no gompertz in reach has these quantiles"))?;
            Gompertz::new(shape, libm::exp(libm::log(high.hazard) - ln_growth(shape, high.at)))
        } else {
            Err(undetermined(Family::Gompertz))
        }
    }

    fn new(shape: f64, rate: f64) -> Result<Gompertz, Illegal> {
        if shape < 0.0 {
            return Err(Illegal::new(format!(
                "`shape` must not be negative, found {shape}: a gompertz whose hazard falls may never happen at all"
            )));
        }
        if shape.is_finite() && rate > 0.0 && rate.is_finite() && (rate / shape).is_normal() | (shape == 0.0) {
            Ok(Gompertz { shape, rate })
        } else {
            Err(Illegal::new("no gompertz in reach has these properties"))
        }
    }

    /// The coefficient of variation falls from 1 to 0 with the ratio of rate to shape, whatever the scale.
    fn from_moments(mean: f64, variation: f64) -> Result<Gompertz, Illegal> {
        if variation >= 1.0 {
            return Err(Illegal::new("`sd` must be below `mean` in a gompertz, since its hazard rises with age"));
        }
        let of = |ln_ratio| {
            let (mean, sd) = unit_moments(libm::exp(ln_ratio));
            sd / mean
        };
        let ratio = root(-600.0, 36.0, |ln_ratio| of(ln_ratio) - variation)
            .map(libm::exp)
            .ok_or_else(|| Illegal::new(format!("no gompertz in reach has an `sd` of {variation} times its `mean`")))?;
        let shape = unit_moments(ratio).0 / mean;
        Gompertz::new(shape, ratio * shape)
    }

    /// Mean and sd together.
    fn moments(&self) -> (f64, f64) {
        if self.shape == 0.0 {
            return (1.0 / self.rate, 1.0 / self.rate);
        }
        let (mean, sd) = unit_moments(self.rate / self.shape);
        (mean / self.shape, sd / self.shape)
    }
}

/// (e^(shape·t) − 1) / shape, which is t at shape 0.
fn growth(shape: f64, t: f64) -> f64 {
    if shape == 0.0 { t } else { libm::expm1(shape * t) / shape }
}

/// Logarithm of [`growth`], where that may overflow.
fn ln_growth(shape: f64, t: f64) -> f64 {
    let product = shape * t;
    if product < 1.0 {
        libm::log(growth(shape, t))
    } else {
        product + libm::log(-libm::expm1(-product)) - libm::log(shape)
    }
}

/// Mean and sd at shape 1 and rate `ratio`: the moments of ln(1 + E/ratio) for a unit exponential E.
///
/// The trapezoid rule over ln E, which converges geometrically (Trefethen & Weideman, SIAM Review 56, 2014); the
/// integrand is analytic within π/2 of the real line, so a step of 1/6 leaves less than 1e-16.
fn unit_moments(ratio: f64) -> (f64, f64) {
    const STEP: f64 = 1.0 / 6.0;
    let nodes = || {
        (-225..28).map(move |k| {
            let exponential = libm::exp(f64::from(k) * STEP);
            (exponential * libm::exp(-exponential) * STEP, libm::log1p(exponential / ratio))
        })
    };
    let mean = nodes().fold(0.0, |sum, (weight, value)| sum + weight * value);
    let variance = nodes().fold(0.0, |sum, (weight, value)| sum + weight * (value - mean) * (value - mean));
    (mean, libm::sqrt(variance))
}

impl Life for Gompertz {
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.moments().0
    }

    fn sd(&self) -> f64 {
        self.moments().1
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        self.rate * growth(self.shape, t)
    }

    fn inverse(&self, h: f64) -> f64 {
        self.residual_wait(0.0, h)
    }

    fn hazard(&self, t: f64) -> f64 {
        self.rate * libm::exp(self.shape * t)
    }

    /// The life left at any age is again Gompertz, with the hazard of that age as its rate.
    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        if self.shape == 0.0 {
            return residual / self.rate;
        }
        let ratio = self.hazard(age) / self.shape;
        let growth = residual / ratio;
        let ln_growth = if growth.is_finite() { libm::log1p(growth) } else { libm::log(residual) - libm::log(ratio) };
        ln_growth / self.shape
    }
}
