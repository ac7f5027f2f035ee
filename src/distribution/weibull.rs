//! The Weibull law: the hazard is a power of age, rising for shapes above 1 and falling below.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, positive, root, undetermined};
use super::{Family, Illegal, Life};
use crate::stats::special::pow_each;

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Shape, Argument::Scale], quantiles: 0 },
        Way { named: &[Argument::Mean, Argument::Sd], quantiles: 0 },
        Way { named: &[Argument::Shape, Argument::Mean], quantiles: 0 },
        Way { named: &[Argument::Shape], quantiles: 1 },
        Way { named: &[], quantiles: 2 },
    ],
    optional: &[],
};

/// Weibull with H(t) = (t / scale)^shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale: f64,
}

impl Weibull {
    pub(super) fn fit(given: &Given) -> Result<Weibull, Illegal> {
        let quantile = given.positive_quantile()?;
        if let (Some(shape), Some(scale)) = (given.shape, given.scale) {
            Weibull::new(shape, scale)
        } else if let Some((mean, variation)) = given.mean_and_variation()? {
            Weibull::from_mean(shape_of_variation(variation)?, mean)
        } else if let (Some(shape), Some(mean)) = (given.shape, given.mean) {
            Weibull::from_mean(positive("shape", shape)?, positive("mean", mean)?)
        } else if let (Some(shape), Some(quantile)) = (given.shape, quantile) {
            positive("shape", shape)?;
            Weibull::new(shape, quantile.at / libm::pow(quantile.hazard, 1.0 / shape))
        } else if let Some((low, high)) = given.two_positive_quantiles()? {
            let shape = libm::log(high.hazard / low.hazard) / libm::log(high.at / low.at);
            Weibull::new(shape, high.at / libm::pow(high.hazard, 1.0 / shape))
        } else {
            Err(undetermined(Family::Weibull))
        }
    }

    fn new(shape: f64, scale: f64) -> Result<Weibull, Illegal> {
        positive("shape", shape)?;
        positive("scale", scale)?;
        if shape.is_finite() && scale.is_finite() {
            Ok(Weibull { shape, scale })
        } else {
            Err(Illegal::new("no weibull in reach has these properties"))
        }
    }

    fn from_mean(shape: f64, mean: f64) -> Result<Weibull, Illegal> {
        Weibull::new(shape, mean / libm::tgamma(1.0 + 1.0 / shape))
    }
}

/// ln(1 + v²) of the coefficient of variation v, which is ln(Γ(1+2u) / Γ(1+u)²) at u = 1/shape.
///
/// For small u by the series of ln Γ(1+u) (DLMF 5.7.3), whose first terms would cancel.
fn log_spread(u: f64) -> f64 {
    if u > 0.01 {
        return libm::lgamma(1.0 + 2.0 * u) - 2.0 * libm::lgamma(1.0 + u);
    }
    // ζ(2) … ζ(9).
    const ZETA: [f64; 8] = [
        1.644_934_066_848_226_4,
        1.202_056_903_159_594_2,
        1.082_323_233_711_138_2,
        1.036_927_755_143_37,
        1.017_343_061_984_449,
        1.008_349_277_381_922_8,
        1.004_077_356_197_944_3,
        1.002_008_392_826_082_2,
    ];
    let (mut sum, mut power, mut double) = (0.0, -u, 2.0);
    for (zeta, n) in ZETA.iter().zip(2u8..) {
        power *= -u;
        double *= 2.0;
        sum += zeta * power * (double - 2.0) / f64::from(n);
    }
    sum
}

fn shape_of_variation(variation: f64) -> Result<f64, Illegal> {
    let target = libm::log(libm::log1p(variation * variation));
    root(libm::log(1e-7), libm::log(80.0), |ln_u| libm::log(log_spread(libm::exp(ln_u))) - target)
        .map(|ln_u| libm::exp(-ln_u))
        .ok_or_else(|| Illegal::new(format!("no weibull in reach has an `sd` of {variation} times its `mean`")))
}

impl Life for Weibull {
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.scale * libm::tgamma(1.0 + 1.0 / self.shape)
    }

    fn mean_at_ratio(&self, ratio: f64) -> f64 {
        self.mean() * libm::pow(ratio, -1.0 / self.shape)
    }

    fn sd(&self) -> f64 {
        self.mean() * libm::sqrt(libm::expm1(log_spread(1.0 / self.shape)))
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        libm::pow(t / self.scale, self.shape)
    }

    fn inverse(&self, h: f64) -> f64 {
        self.scale * libm::pow(h, 1.0 / self.shape)
    }

    #[inline(always)]
    fn inverse_each(&self, hazards: &mut [f64]) {
        let mut powers = [0.0; 32];
        for hazards in hazards.chunks_mut(powers.len()) {
            let powers = &mut powers[..hazards.len()];
            pow_each(hazards, 1.0 / self.shape, powers);
            hazards.iter_mut().zip(powers).for_each(|(t, power)| *t = self.scale * *power);
        }
    }

    fn hazard(&self, t: f64) -> f64 {
        self.shape / self.scale * libm::pow(t / self.scale, self.shape - 1.0)
    }

    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        let used = self.cumulative_hazard(age);
        if residual < used {
            age * libm::expm1(libm::log1p(residual / used) / self.shape)
        } else {
            self.inverse(used + residual) - age
        }
    }
}
