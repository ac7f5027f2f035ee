//! The log-logistic law: the odds of having happened are a power of age; a heavy tail.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, positive, root, undetermined};
use super::{Family, Illegal, Life};
use core::f64::consts::{FRAC_PI_2, PI};

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Shape, Argument::Scale], quantiles: 0 },
        Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 },
        Way { named: &[Argument::Shape], quantiles: 1 },
        Way { named: &[], quantiles: 2 },
    ],
    optional: &[],
};

/// Log-logistic with S(t) = 1 / (1 + (t / scale)^shape); `scale` is the median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogLogistic {
    shape: f64,
    scale: f64,
}

impl LogLogistic {
    pub(super) fn fit(given: &Given) -> Result<LogLogistic, Illegal> {
        let quantile = given.positive_quantile()?;
        if let (Some(shape), Some(scale)) = (given.shape, given.scale) {
            LogLogistic::new(shape, scale)
        } else if let Some((mean, variation)) = given.mean_and_variation()? {
            // A finite sd needs a shape above 2, an angle π/shape below a right one.
            let target = 2.0 * libm::log(variation);
            let angle = root(1e-7, FRAC_PI_2 * (1.0 - 1e-12), |angle| {
                libm::log(sine_gap(angle) / (angle * libm::cos(angle))) - target
            })
            .ok_or_else(|| {
                Illegal::new(format!("no log-logistic in reach has an `sd` of {variation} times its `mean`"))
            })?;
            LogLogistic::new(PI / angle, mean * libm::sin(angle) / angle)
        } else if let (Some(shape), Some(quantile)) = (given.shape, quantile) {
            positive("shape", shape)?;
            LogLogistic::new(shape, quantile.at / libm::pow(libm::expm1(quantile.hazard), 1.0 / shape))
        } else if let Some((low, high)) = given.two_positive_quantiles()? {
            let odds = libm::expm1(high.hazard);
            let shape = libm::log(odds / libm::expm1(low.hazard)) / libm::log(high.at / low.at);
            LogLogistic::new(shape, high.at / libm::pow(odds, 1.0 / shape))
        } else {
            Err(undetermined(Family::LogLogistic))
        }
    }

    fn new(shape: f64, scale: f64) -> Result<LogLogistic, Illegal> {
        positive("shape", shape)?;
        positive("scale", scale)?;
        if shape.is_finite() && scale.is_finite() {
            Ok(LogLogistic { shape, scale })
        } else {
            Err(Illegal::new("no log-logistic in reach has these properties"))
        }
    }

    /// Logarithm of the odds of having happened.
    fn ln_odds(&self, t: f64) -> f64 {
        self.shape * libm::log(t / self.scale)
    }
}

/// sin x − x cos x for 0 < x < π, by its series where the two are close.
fn sine_gap(x: f64) -> f64 {
    if x > 0.5 {
        return libm::sin(x) - x * libm::cos(x);
    }
    let square = x * x;
    x * square
        * (1.0 / 3.0
            - square
                * (1.0 / 30.0
                    - square
                        * (1.0 / 840.0
                            - square * (1.0 / 45_360.0 - square * (1.0 / 3_991_680.0 - square / 518_918_400.0)))))
}

impl Life for LogLogistic {
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        if self.shape <= 1.0 {
            return f64::INFINITY;
        }
        let angle = PI / self.shape;
        self.scale * angle / libm::sin(angle)
    }

    /// S^r is a Burr survival: scale · Γ(1 + 1/shape) Γ(r − 1/shape) / Γ(r).
    fn mean_at_ratio(&self, ratio: f64) -> f64 {
        let u = 1.0 / self.shape;
        if ratio <= u {
            return f64::INFINITY;
        }
        self.scale * libm::exp(libm::lgamma(1.0 + u) + libm::lgamma(ratio - u) - libm::lgamma(ratio))
    }

    /// Variance over scale²: 2b / sin 2b − b² / sin² b at b = π / shape, in a form that does not cancel.
    fn sd(&self) -> f64 {
        if self.shape <= 2.0 {
            return f64::INFINITY;
        }
        let angle = PI / self.shape;
        let sine = libm::sin(angle);
        self.scale * libm::sqrt(angle / sine * sine_gap(angle) / (libm::cos(angle) * sine))
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        let ln_odds = self.ln_odds(t);
        if ln_odds > 40.0 { ln_odds } else { libm::log1p(libm::pow(t / self.scale, self.shape)) }
    }

    fn inverse(&self, h: f64) -> f64 {
        if h > 40.0 {
            self.scale * libm::exp(h / self.shape)
        } else {
            self.scale * libm::pow(libm::expm1(h), 1.0 / self.shape)
        }
    }

    fn hazard(&self, t: f64) -> f64 {
        if t > self.scale {
            return self.shape / t / (1.0 + libm::pow(self.scale / t, self.shape));
        }
        self.shape / self.scale * libm::pow(t / self.scale, self.shape - 1.0)
            / (1.0 + libm::pow(t / self.scale, self.shape))
    }

    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        let inverse_odds = libm::exp(-self.ln_odds(age));
        if residual > 40.0 || inverse_odds > 1e3 {
            return self.wait_by_inverse(age, residual);
        }
        age * libm::expm1(libm::log1p(libm::expm1(residual) * (1.0 + inverse_odds)) / self.shape)
    }
}
