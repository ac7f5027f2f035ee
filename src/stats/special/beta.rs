//! The regularized incomplete beta function: both tails with their logarithms, and the inverse.

use super::{HALF_LN_TWO_PI, Tails, deviance, inverse_log_normal_survival, ln_one_minus_exp, newton, stirling_error};

/// Terms after which the continued fraction is taken as it is; it needs about √max(a, b).
const TERMS: u32 = 200_000;

/// I_x(a, b): probability that a beta variable is at most `x` in `[0, 1]`.
pub fn beta_i(a: f64, b: f64, x: f64) -> f64 {
    libm::exp(beta_tails(a, b, x, 1.0 - x).ln_lower)
}

/// Both tails and the hazard of the beta law at `x`, with `y` = 1 − x given apart so that either end keeps its digits.
///
/// The continued fraction DLMF 8.17.22 on whichever side it converges; the common factor is [`ln_beta_front`].
pub fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        let hazard = if a < 1.0 {
            f64::INFINITY
        } else if a == 1.0 {
            b
        } else {
            0.0
        };
        return Tails { ln_front: f64::NEG_INFINITY, ln_lower: f64::NEG_INFINITY, ln_upper: 0.0, hazard };
    }
    if y <= 0.0 {
        let ln_upper = f64::NEG_INFINITY;
        return Tails { ln_front: f64::NEG_INFINITY, ln_lower: 0.0, ln_upper, hazard: f64::INFINITY };
    }
    let (n, ln_front) = (a + b, ln_beta_front(a, b, x, y));
    if x <= (a + 1.0) / (n + 2.0) {
        let ln_lower = (ln_front + libm::log(fraction(a, b, x) / a)).min(0.0);
        let ln_upper = ln_one_minus_exp(ln_lower);
        Tails { ln_front, ln_lower, ln_upper, hazard: libm::exp(ln_front - ln_upper) / x / y }
    } else {
        let fraction = fraction(b, a, y) / b;
        let ln_upper = (ln_front + libm::log(fraction)).min(0.0);
        Tails { ln_front, ln_lower: ln_one_minus_exp(ln_upper), ln_upper, hazard: 1.0 / fraction / x / y }
    }
}

/// ln(xᵃ yᵇ / B(a, b)) for `a`, `b` > 0 and `x` in (0, 1), `y` = 1 − x: what both tails have in common, in Loader's form
/// (2000), so that large `a` and `b` keep their digits.
pub fn ln_beta_front(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y)
        + 0.5 * libm::log(a / n * b)
        - HALF_LN_TWO_PI
}

/// The continued fraction of DLMF 8.17.22 by the modified Lentz method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / (1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..TERMS {
        let m = f64::from(m);
        let twice = a + 2.0 * m;
        let even = m * (b - m) * x / ((twice - 1.0) * twice);
        d = 1.0 / (1.0 + even * d);
        c = 1.0 + even / c;
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / (twice * (twice + 1.0));
        d = 1.0 / (1.0 + odd * d);
        c = 1.0 + odd / c;
        value *= c * d;
        if libm::fabs(c * d - 1.0) < 2e-16 {
            break;
        }
    }
    value
}

/// The `x` with I_x(a, b) = `p`.
pub fn beta_inverse(a: f64, b: f64, p: f64) -> f64 {
    beta_inverse_tails(a, b, libm::log1p(-p)).0
}

/// The `x` whose upper tail has the logarithm `log_upper` ≤ 0, together with 1 − x.
///
/// Newton's method on the logarithm of the smaller tail over ln(x / (1 − x)), in which the slope is the common factor
/// of both tails.
pub fn beta_inverse_tails(a: f64, b: f64, log_upper: f64) -> (f64, f64) {
    if log_upper >= 0.0 {
        return (0.0, 1.0);
    }
    if log_upper == f64::NEG_INFINITY {
        return (1.0, 0.0);
    }
    let log_lower = ln_one_minus_exp(log_upper);
    if log_lower <= log_upper {
        lower_inverse(a, b, log_lower)
    } else {
        let (y, x) = lower_inverse(b, a, log_upper);
        (x, y)
    }
}

/// (x, 1 − x) where the lower tail, at most one half, has the logarithm `log_lower`.
fn lower_inverse(a: f64, b: f64, log_lower: f64) -> (f64, f64) {
    let start = if a >= 1.0 && b >= 1.0 {
        libm::log(a / b) - inverse_log_normal_survival(log_lower) * libm::sqrt(1.0 / a + 1.0 / b)
    } else {
        let ln_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        (log_lower + libm::log(a) + ln_beta) / a
    };
    let parts = |logit: f64| (1.0 / (1.0 + libm::exp(-logit)), 1.0 / (1.0 + libm::exp(logit)));
    let logit = newton::invert(start, -745.0, 709.0, |logit| {
        let (x, y) = parts(logit);
        let tails = beta_tails(a, b, x, y);
        (tails.ln_lower - log_lower, libm::exp(tails.ln_front - tails.ln_lower))
    });
    parts(logit)
}
