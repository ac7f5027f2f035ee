//! Special functions with the same bits on every machine: the normal law, and the regularized incomplete gamma and
//! beta functions with their inverses.
//!
//! Everything is built from `libm`, the four operations and the square root. Tails are kept as logarithms, because
//! a cumulative hazard is the logarithm of a survival that may be far too small for a float. Nothing here knows about
//! distributions, scales or legality: arguments are assumed to be in range.

mod beta;
mod gamma;
mod many;
mod newton;
mod normal;

pub use beta::{beta_i, beta_inverse, beta_inverse_tails, beta_tails, ln_beta_front};
pub use gamma::{gamma_inverse_log_q, gamma_inverse_p, gamma_p, gamma_q, gamma_tails, ln_gamma_q};
pub use many::{
    exp_each, inverse_normal_hazard_each, log_each, log_of_normal, normal_quantile_each, pow_each, pow_each_own,
};
pub use normal::{
    gauss_legendre, inverse_log_normal_survival, log_normal_density, log_normal_interval, log_normal_survival,
    normal_cdf, normal_density, normal_hazard, normal_quantile, normal_survival,
};

/// Half the logarithm of 2π.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;

/// What is known of a continuous law at one point, in logarithms so that far tails keep their digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// Logarithm of the density times the variable (for beta, times x(1 − x)); what an inversion needs as its slope.
    pub ln_front: f64,
    /// Logarithm of the probability below the point.
    pub ln_lower: f64,
    /// Logarithm of the probability above the point.
    pub ln_upper: f64,
    /// Density over the probability above the point.
    pub hazard: f64,
}

impl Tails {
    /// Logarithm of the cumulative hazard −ln(upper), also where the lower probability underflows.
    fn ln_cumulative_hazard(&self) -> f64 {
        if self.ln_lower < -37.0 { self.ln_lower } else { libm::log(-self.ln_upper) }
    }
}

/// ln(1 − eˣ) for x ≤ 0.
fn ln_one_minus_exp(x: f64) -> f64 {
    if x > -core::f64::consts::LN_2 { libm::log(-libm::expm1(x)) } else { libm::log1p(-libm::exp(x)) }
}

/// What Stirling's formula leaves out: ln n! − ln(√(2πn) (n/e)ⁿ), for real n > 0.
///
/// Loader, "Fast and accurate computation of binomial probabilities" (2000); the series is DLMF 5.11.1.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - HALF_LN_TWO_PI;
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) / square) / square) / square) / square)
        / n
}

/// The deviance x ln(x/m) + m − x without cancellation where x is near m (Loader 2000).
fn deviance(x: f64, m: f64) -> f64 {
    let gap = x - m;
    if libm::fabs(gap) >= 0.1 * (x + m) {
        return x * libm::log(x / m) - gap;
    }
    let ratio = gap / (x + m);
    let mut sum = gap * ratio;
    let mut term = 2.0 * x * ratio;
    let square = ratio * ratio;
    for odd in 1..60 {
        term *= square;
        let next = sum + term / f64::from(2 * odd + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests;
