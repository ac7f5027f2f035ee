//! The special functions against known values and against `statrs`.

use super::*;
use statrs::function::{beta as their_beta, gamma as their_gamma};

fn close(found: f64, expected: f64, relative: f64, what: &str) {
    let gap = (found - expected).abs();
    assert!(gap <= relative * expected.abs(), "{what}: found {found:e}, expected {expected:e}");
}

#[test]
fn normal_quantiles_are_those_published_with_the_algorithm() {
    // The three checks that Wichura gives in the paper.
    close(normal_quantile(0.25), -0.674_489_750_196_081_7, 1e-15, "0.25");
    close(normal_quantile(0.001), -3.090_232_306_167_813_5, 1e-15, "0.001");
    close(normal_quantile(1e-20), -9.262_340_089_798_408, 1e-15, "1e-20");
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(0.5), 0.0);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
}

#[test]
fn normal_quantile_inverts_the_tails() {
    for k in 1..3000 {
        let p = libm::exp(-0.2 * f64::from(k));
        if p < 1e-300 {
            break;
        }
        // A rounding of the quantile z moves the tail by z² of it.
        let z = normal_quantile(p);
        close(normal_cdf(z), p, 1e-15 * (1.0 + z * z), "round trip");
    }
}

#[test]
fn log_normal_survival_is_right_far_out() {
    // Values of ln(erfc(x/√2)/2) to 16 digits.
    close(log_normal_survival(0.0), -core::f64::consts::LN_2, 1e-15, "0");
    close(log_normal_survival(10.0), -53.231_285_150_512_47, 1e-15, "10");
    close(log_normal_survival(40.0), -804.608_442_013_753_8, 1e-14, "40");
    close(log_normal_survival(-10.0), -7.619_853_024_160_526e-24, 1e-13, "-10");
    // Both sides of the change of method agree.
    close(log_normal_survival(FAR_MINUS), libm::log(normal_survival(FAR_MINUS)), 1e-14, "below 5");
    close(log_normal_survival(5.0), libm::log(normal_survival(5.0)), 1e-14, "at 5");
    assert_eq!(log_normal_survival(f64::INFINITY), f64::NEG_INFINITY);
}

fn interval(low: f64, width: f64) -> f64 {
    libm::exp(log_normal_interval(low, width))
}

const FAR_MINUS: f64 = 4.999_999_999;

#[test]
fn the_log_tail_and_its_inverse_agree_over_600_orders_of_magnitude() {
    for k in -1200..=1232 {
        let h = libm::pow(10.0, f64::from(k) / 4.0);
        close(-log_normal_survival(inverse_log_normal_survival(-h)), h, 1e-12, "h");
    }
}

#[test]
fn narrow_normal_intervals_keep_their_digits() {
    for low in [-8.0, -2.5, 0.0, 0.3, 6.0] {
        close(interval(low, 1e-13), 1e-13 * normal_density(low), 1e-11, "narrow");
        for width in [0.1, 0.7, 1.5] {
            let parts: f64 = (0..1000).map(|k| interval(low + width * f64::from(k) / 1000.0, width / 1000.0)).sum();
            close(interval(low, width), parts, 1e-11, "sum of parts");
        }
    }
}

#[test]
fn far_normal_intervals_do_not_underflow() {
    // Between 45 and 45 + w the tail falls like exp(-45 w - w²/2), with Mills' ratio at both ends.
    for width in [1e-6, 0.01, 0.1, 3.0] {
        let (low, high) = (log_normal_survival(45.0), log_normal_survival(45.0 + width));
        let expected = low + ln_one_minus_exp(high - low);
        assert!((log_normal_interval(45.0, width) - expected).abs() < 1e-6, "width {width}");
        let mirrored = log_normal_interval(-45.0 - width, width);
        assert!((mirrored - log_normal_interval(45.0, width)).abs() < 1e-11, "mirror {width}");
    }
}

#[test]
fn incomplete_gamma_agrees_with_statrs() {
    for a in [0.01, 0.1, 0.5, 1.0, 1.7, 5.0, 30.0, 200.0] {
        for k in 1..60 {
            let x = a * f64::from(k) * 0.05 + 0.001;
            let (p, q) = (their_gamma::gamma_lr(a, x), their_gamma::gamma_ur(a, x));
            assert!((gamma_p(a, x) - p).abs() < 2e-12, "P({a}, {x}) = {} not {p}", gamma_p(a, x));
            assert!((gamma_q(a, x) - q).abs() < 2e-12, "Q({a}, {x}) = {} not {q}", gamma_q(a, x));
        }
    }
}

#[test]
fn incomplete_gamma_of_whole_shapes_is_the_poisson_sum() {
    // DLMF 8.4.10: Q(n, x) = e⁻ˣ Σ xᵏ/k!, here in logarithms and far into the tail.
    for n in [1, 2, 5, 12] {
        for x in [1e-3, 0.5, 3.0, 20.0, 300.0, 5000.0] {
            let (mut sum, mut term) = (0.0, 1.0);
            for k in 0..n {
                sum += term;
                term *= x / f64::from(k + 1);
            }
            let expected: f64 = libm::log(sum) - x;
            assert!((ln_gamma_q(f64::from(n), x) - expected).abs() < 1e-12 * x.max(1.0), "n {n} x {x}");
        }
    }
}

#[test]
fn incomplete_gamma_of_one_half_is_the_error_function() {
    // DLMF 8.4.6.
    for x in [1e-8, 0.01, 0.4, 1.4, 1.6, 9.0, 100.0] {
        close(gamma_q(0.5, x), libm::erfc(libm::sqrt(x)), 1e-13, "Q(1/2, x)");
        close(gamma_p(0.5, x), libm::erf(libm::sqrt(x)), 1e-13, "P(1/2, x)");
    }
}

#[test]
fn the_gamma_inverse_inverts() {
    for a in [0.02, 0.3, 1.0, 2.5, 40.0, 1e4, 1e7] {
        for k in -24..=14 {
            let h = libm::pow(10.0, f64::from(k) / 2.0);
            let x = gamma_inverse_log_q(a, -h);
            if x > 1e-300 {
                // The tail moves by (x · hazard) for a relative move of x, so that is the precision to be had.
                let tails = gamma_tails(a, x);
                let room = 1e-12 * h + 4e-16 * x * tails.hazard * (1.0 + libm::fabs(libm::log(x)));
                assert!((-tails.ln_upper - h).abs() <= room, "a {a} h {h}: {}", -tails.ln_upper);
            }
        }
    }
}

#[test]
fn incomplete_beta_agrees_with_statrs() {
    for (a, b) in [(0.1, 0.2), (0.5, 0.5), (1.0, 1.0), (2.0, 5.0), (30.0, 4.0), (200.0, 300.0)] {
        for k in 1..100 {
            let x = f64::from(k) / 100.0;
            let theirs = their_beta::beta_reg(a, b, x);
            assert!((beta_i(a, b, x) - theirs).abs() < 1e-11, "I({a}, {b}, {x}) = {} not {theirs}", beta_i(a, b, x));
        }
    }
}

#[test]
fn incomplete_beta_has_its_closed_forms() {
    // DLMF 8.17.7: with b = 1 the lower tail is a power, with a = 1 the upper one is.
    for x in [1e-9, 0.1, 0.5, 0.999] {
        close(beta_i(3.5, 1.0, x), libm::pow(x, 3.5), 1e-13, "x^a");
        let upper = beta_tails(1.0, 7.0, x, 1.0 - x).ln_upper;
        close(upper, 7.0 * libm::log1p(-x), 1e-12, "(1-x)^b");
    }
}

#[test]
fn the_beta_inverse_inverts() {
    for (a, b) in [(0.05, 3.0), (0.5, 0.5), (1.0, 1.0), (2.2, 3.8), (50.0, 0.1), (0.1, 50.0), (400.0, 9000.0)] {
        for k in -24..=5 {
            let h = libm::pow(10.0, f64::from(k) / 2.0);
            let (x, y) = beta_inverse_tails(a, b, -h);
            if x > 1e-300 && y > 1e-300 {
                close(-beta_tails(a, b, x, y).ln_upper, h, 3e-12, &format!("a {a} b {b}"));
            }
        }
    }
}
