//! The regularized incomplete gamma function: both tails with their logarithms, and the inverse.

use super::{HALF_LN_TWO_PI, Tails, deviance, inverse_log_normal_survival, ln_one_minus_exp, newton, stirling_error};

/// Terms after which a series or fraction is taken as it is; the slowest legal case, near x = a, needs about 10 √a.
const TERMS: u32 = 2_000_000;

/// P(a, x): probability that a gamma variable of shape `a` > 0 and scale 1 is at most `x`.
pub fn gamma_p(a: f64, x: f64) -> f64 {
    libm::exp(gamma_tails(a, x).ln_lower)
}

/// Q(a, x) = 1 − P(a, x), to full relative precision.
pub fn gamma_q(a: f64, x: f64) -> f64 {
    libm::exp(gamma_tails(a, x).ln_upper)
}

/// ln Q(a, x), also where Q underflows.
pub fn ln_gamma_q(a: f64, x: f64) -> f64 {
    gamma_tails(a, x).ln_upper
}

/// Both tails and the hazard of the gamma law with shape `a` > 0 and scale 1 at `x`.
///
/// Below a + 1 the power series DLMF 8.11.4, above it the continued fraction DLMF 8.9.2; the common factor
/// xᵃ e⁻ˣ / Γ(a+1) through Stirling's error and the deviance, so that large shapes keep their digits.
pub fn gamma_tails(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        let hazard = if a < 1.0 { f64::INFINITY } else { f64::from(u8::from(a == 1.0)) };
        return Tails { ln_front: f64::NEG_INFINITY, ln_lower: f64::NEG_INFINITY, ln_upper: 0.0, hazard };
    }
    if x.is_infinite() {
        return Tails { ln_front: f64::NEG_INFINITY, ln_lower: 0.0, ln_upper: f64::NEG_INFINITY, hazard: 1.0 };
    }
    // ln of xᵃ e⁻ˣ / Γ(a), which is the density times x.
    let ln_front = 0.5 * libm::log(a) - stirling_error(a) - deviance(a, x) - HALF_LN_TWO_PI;
    if x < a + 1.0 {
        let ln_lower = ln_front + libm::log(lower_series(a, x) / a);
        let ln_upper = if ln_lower < -0.1 { ln_one_minus_exp(ln_lower) } else { libm::log(upper_of_small_shape(a, x)) };
        Tails { ln_front, ln_lower, ln_upper, hazard: libm::exp(ln_front - ln_upper) / x }
    } else {
        let fraction = upper_fraction(a, x);
        let ln_upper = (ln_front + libm::log(fraction)).min(0.0);
        Tails { ln_front, ln_lower: ln_one_minus_exp(ln_upper), ln_upper, hazard: 1.0 / (x * fraction) }
    }
}

/// Σ xⁿ / ((a+1)…(a+n)).
fn lower_series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut place) = (1.0, 1.0, a);
    for _ in 0..TERMS {
        place += 1.0;
        term *= x / place;
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

/// Γ(a, x) eˣ x⁻ᵃ by the modified Lentz method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for k in 1..TERMS {
        let k = f64::from(k);
        let numerator = k * (a - k);
        b += 2.0;
        d = 1.0 / (b + numerator * d);
        c = b + numerator / c;
        let factor = c * d;
        fraction *= factor;
        if libm::fabs(factor - 1.0) < 2e-16 {
            break;
        }
    }
    fraction
}

/// Q(a, x) where P is near 1 although x < a + 1, which happens for small shapes: DLMF 8.7.1 with its first term
/// taken from one without cancellation.
fn upper_of_small_shape(a: f64, x: f64) -> f64 {
    let ln_first = a * libm::log(x) - libm::lgamma(1.0 + a);
    let (mut sum, mut power) = (0.0, 1.0);
    for n in 1..60 {
        let n = f64::from(n);
        power *= -x / n;
        sum += power / (a + n);
    }
    -libm::expm1(ln_first) - libm::exp(ln_first) * a * sum
}

/// The `x` with P(a, x) = `p`; 0 at p = 0 and infinite at p = 1.
pub fn gamma_inverse_p(a: f64, p: f64) -> f64 {
    gamma_inverse_log_q(a, libm::log1p(-p))
}

/// The `x` with ln Q(a, x) = `log_q` ≤ 0, so that upper quantiles keep their digits however far out.
///
/// Newton's method on ln(−ln Q) over ln x, which is nearly straight at both ends; the start is Wilson and Hilferty's
/// cube root, or the leading term of the series.
pub fn gamma_inverse_log_q(a: f64, log_q: f64) -> f64 {
    let h = -log_q;
    if h <= 0.0 {
        return 0.0;
    }
    if h.is_infinite() {
        return f64::INFINITY;
    }
    let cube_root = 1.0 - 1.0 / (9.0 * a) + inverse_log_normal_survival(log_q) / (3.0 * libm::sqrt(a));
    let start = if a < 1.0 && h > 1.0 {
        libm::log(h)
    } else if cube_root > 0.1 && a >= 0.5 {
        libm::log(a) + 3.0 * libm::log(cube_root)
    } else {
        (libm::log(-libm::expm1(log_q)) + libm::lgamma(a + 1.0)) / a
    };
    let ln_h = libm::log(h);
    let ln_x = newton::invert(start, -745.0, 709.7, |ln_x| {
        let tails = gamma_tails(a, libm::exp(ln_x));
        let ln_used = tails.ln_cumulative_hazard();
        let x_hazard = if tails.ln_lower < -37.0 { tails.ln_front } else { ln_x + libm::log(tails.hazard) };
        (ln_used - ln_h, libm::exp(x_hazard - ln_used))
    });
    libm::exp(ln_x)
}
