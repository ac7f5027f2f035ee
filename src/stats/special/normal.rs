//! The standard normal law: both tails, their logarithms, the hazard, and the inverses.

use super::{HALF_LN_TWO_PI, ln_one_minus_exp};
use core::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

/// From here on the upper tail is a continued fraction.
const FAR: f64 = 5.0;

/// The density of the standard normal law.
pub fn normal_density(x: f64) -> f64 {
    libm::exp(log_normal_density(x))
}

/// Logarithm of that density.
pub fn log_normal_density(x: f64) -> f64 {
    -0.5 * x * x - HALF_LN_TWO_PI
}

/// Probability that a standard normal is at most `x` (DLMF 7.2, through the complementary error function).
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// Probability that a standard normal exceeds `x`, to full relative precision until it underflows near 38.
pub fn normal_survival(x: f64) -> f64 {
    normal_cdf(-x)
}

/// Mills' ratio, survival over density, for `x ≥ FAR`, by Laplace's continued fraction (DLMF 7.9.1).
fn mills_ratio(x: f64) -> f64 {
    let mut tail = x;
    for k in (1..=30).rev() {
        tail = x + f64::from(k) / tail;
    }
    1.0 / tail
}

/// Natural logarithm of the upper tail; accurate for every `x`, also where the tail itself underflows.
pub fn log_normal_survival(x: f64) -> f64 {
    if x <= 0.0 {
        libm::log1p(-normal_cdf(x))
    } else if x < FAR {
        libm::log(normal_survival(x))
    } else if x.is_infinite() {
        f64::NEG_INFINITY
    } else {
        -0.5 * x * x - HALF_LN_TWO_PI + libm::log(mills_ratio(x))
    }
}

/// Density over survival; it tends to `x` far out.
pub fn normal_hazard(x: f64) -> f64 {
    if x < FAR { normal_density(x) / normal_survival(x) } else { 1.0 / mills_ratio(x) }
}

/// Nodes in (0, 1) and weights of the ten-point Gauss–Legendre rule on (−1, 1) (Abramowitz & Stegun, table 25.4).
const GAUSS: [(f64, f64); 5] = [
    (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

/// The integral of `f` from `low` to `high` by one ten-point Gauss–Legendre panel: exact for polynomials of degree 19.
pub fn gauss_legendre(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    half * GAUSS
        .iter()
        .fold(0.0, |sum, (node, weight)| sum + weight * (f(middle - half * node) + f(middle + half * node)))
}

/// Logarithm of the probability that a standard normal lies between a finite `low` and `low + width`.
///
/// Full precision also for narrow and for far intervals, where a difference of two tails would lose all its digits.
pub fn log_normal_interval(low: f64, width: f64) -> f64 {
    let high = low + width;
    if width * libm::fabs(low).max(libm::fabs(high)).max(1.0) < 0.7 {
        // Relative to the density in the middle, which may itself underflow.
        let middle = low + 0.5 * width;
        let relative = gauss_legendre(-0.5 * width, 0.5 * width, |gap| libm::exp(-gap * (middle + 0.5 * gap)));
        return libm::log(relative) - 0.5 * middle * middle - HALF_LN_TWO_PI;
    }
    if low >= 0.0 {
        let tail = log_normal_survival(low);
        return tail + ln_one_minus_exp(log_normal_survival(high) - tail);
    }
    if high <= 0.0 {
        return log_normal_interval(-high, width);
    }
    libm::log1p(-(normal_cdf(low) + normal_survival(high)))
}

/// How far from a half the centre of AS 241 reaches.
pub(super) const CENTRAL: f64 = 0.425;

/// The value that a standard normal stays below with probability `p`; infinite at 0 and 1.
///
/// Wichura's algorithm AS 241, PPND16 (Applied Statistics 37, 1988): relative accuracy about 1e-16.
pub fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let q = p - 0.5;
    if libm::fabs(q) <= CENTRAL {
        return central_quantile(q);
    }
    if q < 0.0 { -tail_quantile(libm::sqrt(-libm::log(p))) } else { tail_quantile(libm::sqrt(-libm::log(1.0 - p))) }
}

/// AS 241 in the centre, `q` away from a half.
#[inline(always)]
pub(super) fn central_quantile(q: f64) -> f64 {
    let r = 0.180625 - q * q;
    q * horner(&CENTRE.0, r) / horner(&CENTRE.1, r)
}

/// The `x` whose upper tail has the logarithm `log_survival` ≤ 0; accurate where that tail is too small for a float.
pub fn inverse_log_normal_survival(log_survival: f64) -> f64 {
    let h = -log_survival;
    if h <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if h.is_infinite() {
        return f64::INFINITY;
    }
    if h < 2.5 {
        return normal_quantile(-libm::expm1(-h));
    }
    let r = libm::sqrt(h);
    if r <= 27.0 {
        return tail_quantile(r);
    }
    if h > 1e18 {
        // The square alone is left of the tail's logarithm, and twice h might overflow.
        return SQRT_2 * r;
    }
    // Past the range of AS 241: the leading terms of the tail, then Newton.
    let mut x = libm::sqrt(2.0 * h - libm::log(2.0 * h) - 2.0 * HALF_LN_TWO_PI);
    for _ in 0..3 {
        x += (h + log_normal_survival(x)) / normal_hazard(x);
    }
    x
}

/// AS 241 outside the centre, where `r` is the root of minus the logarithm of the tail.
fn tail_quantile(r: f64) -> f64 {
    if r <= 5.0 { middle_quantile(r) } else { horner(&OUTER.0, r - 5.0) / horner(&OUTER.1, r - 5.0) }
}

/// The same for r ≤ 5.
#[inline(always)]
pub(super) fn middle_quantile(r: f64) -> f64 {
    horner(&MIDDLE.0, r - 1.6) / horner(&MIDDLE.1, r - 1.6)
}

/// A polynomial from its coefficients, lowest power first.
#[inline(always)]
fn horner(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Numerator and denominator for |p − 1/2| ≤ 0.425, as published.
#[expect(clippy::excessive_precision, reason = "as published")]
const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ],
    [
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ],
);

/// Numerator and denominator for r ≤ 5, as published.
#[expect(clippy::excessive_precision, reason = "as published")]
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ],
    [
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ],
);

/// Numerator and denominator for r > 5, as published.
#[expect(clippy::excessive_precision, reason = "as published")]
const OUTER: ([f64; 8], [f64; 8]) = (
    [
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ],
    [
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ],
);
