//! Integrals of smooth functions against the exponential law, piece by piece.
//!
//! In: a function and the places where it has jumps or kinks. Out: its mean over a standard exponential variable.
//! Double-exponential rules (Takahasi and Mori 1974): tanh-sinh on the finite pieces, exp-sinh on the last one. Their
//! nodes crowd at the ends of each piece on a logarithmic scale, so that a function that lives at 1e-9 is seen too.

use core::f64::consts::FRAC_PI_2;

/// Distance of nodes.
const STEP: f64 = 1.0 / 32.0;

/// ∫₀^∞ f(e) e⁻ᵉ de, where `f` is smooth between neighbouring `breaks` (in any order; those not positive and finite do
/// not count). Infinite if `f` is anywhere that counts.
pub fn exponential_mean(breaks: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut ends: Vec<f64> = breaks.iter().copied().filter(|e| *e > 0.0 && e.is_finite()).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let weighted = |e: f64| {
        let weight = libm::exp(-e);
        if weight > 0.0 { weight * f(e) } else { 0.0 }
    };
    let (mut sum, mut from) = (0.0, 0.0);
    for end in ends {
        sum += between(from, end, &weighted);
        from = end;
    }
    sum + beyond(from, &weighted)
}

/// ∫ₐᵇ f by tanh-sinh.
fn between(a: f64, b: f64, f: &impl Fn(f64) -> f64) -> f64 {
    let width = b - a;
    let mut sum = 0.0;
    for node in -112..=112 {
        let t = f64::from(node) * STEP;
        let u = FRAC_PI_2 * libm::sinh(t);
        // The share of the way from a, exact near both ends; strictly inside.
        let share = 1.0 / (1.0 + libm::exp(-2.0 * u));
        let rest = 1.0 / (1.0 + libm::exp(2.0 * u));
        let x = if u < 0.0 { a + width * share } else { b - width * rest };
        if x <= a || x >= b {
            continue;
        }
        sum += FRAC_PI_2 * libm::cosh(t) * 2.0 * share * rest * f(x);
    }
    sum * width * STEP
}

/// ∫ₐ^∞ f by exp-sinh, for an f that falls like e⁻ˣ.
fn beyond(a: f64, f: &impl Fn(f64) -> f64) -> f64 {
    let mut sum = 0.0;
    for node in -144..=80 {
        let t = f64::from(node) * STEP;
        let x = libm::exp(FRAC_PI_2 * libm::sinh(t));
        sum += FRAC_PI_2 * libm::cosh(t) * x * f(a + x);
    }
    sum * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, truth: f64) {
        assert!((found - truth).abs() < 1e-9 * truth.abs().max(1e-3), "{found} against {truth}");
    }

    #[test]
    fn moments_of_the_exponential_law() {
        close(exponential_mean(&[], |_| 1.0), 1.0);
        for power in [0.1, 0.5, 1.0, 2.0, 3.7, 8.0] {
            close(exponential_mean(&[], |e| libm::pow(e, power)), libm::tgamma(1.0 + power));
        }
        // A growth that nearly cancels the weight.
        close(exponential_mean(&[], |e| libm::exp(0.9 * e)), 10.0);
    }

    #[test]
    fn scales_far_apart() {
        for speed in [1e-6, 1.0, 1e9] {
            let found = exponential_mean(&[], |e| libm::exp(-speed * e)) * (1.0 + speed);
            assert!((found - 1.0).abs() < 1e-6, "{found} at {speed}");
        }
    }

    #[test]
    fn jumps_at_their_breaks() {
        let found = exponential_mean(&[2.0, 0.5, f64::INFINITY, -1.0], |e| {
            if e < 0.5 {
                1.0
            } else if e < 2.0 {
                0.0
            } else {
                3.0
            }
        });
        close(found, 1.0 - libm::exp(-0.5) + 3.0 * libm::exp(-2.0));
    }
}
