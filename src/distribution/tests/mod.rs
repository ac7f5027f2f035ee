//! What must hold of every family: its functions agree with one another, and never fail.

mod arguments;
mod fits;
mod oracle;
mod ratios;
mod reference;

use super::*;
use crate::random::{NameAddress, RunAddress, Stream};
use Argument::*;

/// The member with these arguments, by name: `member("gamma", &[("shape", 2.5), ("scale", 2.0)])`.
fn member(family: &str, arguments: &[(&str, f64)]) -> Distribution {
    attempt(family, arguments).unwrap_or_else(|illegal| panic!("{family} {arguments:?}: {illegal}"))
}

fn attempt(family: &str, arguments: &[(&str, f64)]) -> Result<Distribution, Illegal> {
    let family = Family::from_name(family).unwrap();
    let arguments: Vec<_> =
        arguments.iter().map(|(name, value)| (Argument::from_name(name).unwrap(), *value)).collect();
    Distribution::new(family, &arguments, &[])
}

fn close(found: f64, expected: f64, relative: f64, what: &str) {
    let near = found == expected || (found - expected).abs() <= relative * expected.abs();
    assert!(near, "{what}: found {found:e}, expected {expected:e}");
}

/// Members with a density, all of them waiting times, ordinary and extreme.
fn smooth() -> Vec<Distribution> {
    vec![
        member("exponential", &[("rate", 0.5)]),
        member("exponential", &[("p95", 12.0)]),
        member("weibull", &[("shape", 1.5), ("scale", 10.0)]),
        member("weibull", &[("shape", 0.4), ("mean", 3.0)]),
        member("weibull", &[("mean", 100.0), ("sd", 5.0)]),
        member("lognormal", &[("median", 10.0), ("p95", 40.0)]),
        member("lognormal", &[("mu", -3.0), ("sigma", 0.1)]),
        member("gamma", &[("shape", 2.5), ("scale", 2.0)]),
        member("gamma", &[("shape", 0.3), ("mean", 8.0)]),
        member("gamma", &[("mean", 50.0), ("sd", 1.0)]),
        member("gompertz", &[("shape", 0.1), ("rate", 0.02)]),
        member("gompertz", &[("shape", 0.0), ("rate", 0.2)]),
        member("gompertz", &[("mean", 50.0), ("sd", 4.0)]),
        member("log-logistic", &[("shape", 2.5), ("scale", 6.0)]),
        member("log-logistic", &[("median", 6.0), ("shape", 9.0)]),
        member("uniform", &[("low", 2.0), ("high", 5.0)]),
        member("uniform", &[("low", 0.0), ("high", 1.0)]),
        member("triangular", &[("low", 0.0), ("mode", 3.0), ("high", 10.0)]),
        member("triangular", &[("low", 0.0), ("mode", 0.0), ("high", 1.0)]),
        member("triangular", &[("low", 1.0), ("mode", 4.0), ("high", 4.0)]),
        member("pert", &[("low", 0.0), ("mode", 3.0), ("high", 10.0)]),
        member("pert", &[("low", 5.0), ("mode", 5.0), ("high", 6.0)]),
        member("normal", &[("mean", 5.0), ("sd", 2.0), ("low", 0.0)]),
        member("normal", &[("mean", -2.0), ("sd", 1.0), ("low", 0.0)]),
        member("normal", &[("mean", 5.0), ("sd", 2.0), ("low", 1.0), ("high", 6.0)]),
        member("normal", &[("mean", 0.0), ("sd", 1.0), ("low", 0.0), ("high", 60.0)]),
        member("beta", &[("alpha", 2.0), ("beta", 5.0)]),
        member("beta", &[("alpha", 0.5), ("beta", 0.7)]),
        member("beta", &[("mean", 0.6), ("sd", 0.12)]),
        member("beta", &[("alpha", 3.0), ("beta", 1.5), ("low", 2.0), ("high", 12.0)]),
    ]
}

/// Members with probability in single points.
fn stepped() -> Vec<Distribution> {
    let listed = |values: &[f64]| Distribution::new(Family::Empirical, &[], values).unwrap();
    vec![
        member("constant", &[("value", 4.0)]),
        member("constant", &[("value", 0.0)]),
        listed(&[3.0, 1.0, 4.0, 1.0, 5.0]),
        listed(&[0.0, 0.0, 5.0, 10.0]),
        listed(&[7.0]),
    ]
}

fn all() -> Vec<Distribution> {
    let mut all = smooth();
    all.extend(stepped());
    all
}

/// Cumulative hazards from 1e-12 to 50.
fn hazards() -> impl Iterator<Item = f64> {
    (-48..=7).map(|k| libm::pow(10.0, f64::from(k) / 4.0).min(50.0))
}

#[test]
fn every_family_is_on_the_rosters() {
    for family in Family::ALL {
        assert!(all().iter().any(|law| law.family() == family), "{}", family.name());
    }
}

#[test]
fn the_inverse_hazard_inverts_the_cumulative_hazard() {
    for law in smooth() {
        for h in hazards() {
            let t = law.inverse_cumulative_hazard(h);
            // Up to what a rounding of t can change: H at its neighbours, a few units in the last place away.
            let ulps = 8.0 * f64::EPSILON * t;
            let (least, most) = (law.cumulative_hazard(t - ulps), law.cumulative_hazard(t + ulps));
            assert!(least <= h * (1.0 + 1e-11) && h * (1.0 - 1e-11) <= most, "{law:?}: {least:e} {h:e} {most:e}");
        }
        let (low, high) = law.support();
        assert_eq!(law.inverse_cumulative_hazard(0.0), low, "{law:?}");
        assert_eq!(law.inverse_cumulative_hazard(f64::INFINITY), high, "{law:?}");
        assert_eq!(law.cumulative_hazard(high), f64::INFINITY, "{law:?}");
    }
}

#[test]
fn the_inverse_hazard_of_steps_is_the_first_time_that_reaches_it() {
    for law in stepped() {
        for h in hazards() {
            let t = law.inverse_cumulative_hazard(h);
            assert!(-libm::log(law.survival(t)) >= h * (1.0 - 1e-15), "{law:?} {h}");
            assert!(-libm::log(law.survival(t - 1e-9)) < h, "{law:?} {h}");
        }
    }
    let law = Distribution::new(Family::Empirical, &[], &[1.0, 2.0, 3.0, 4.0]).unwrap();
    for t in [1.0, 2.0, 3.0, 4.0] {
        assert_eq!(law.inverse_cumulative_hazard(law.cumulative_hazard(t)), t);
        assert_eq!(law.quantile(law.cdf(t)), t);
    }
}

#[test]
fn quantile_and_cdf_invert_each_other() {
    for law in smooth() {
        for k in 1..200 {
            let p = f64::from(k) / 200.0;
            let room = 1e-12 + 1e-14 * law.hazard(law.quantile(p)) * law.quantile(p);
            assert!((law.cdf(law.quantile(p)) - p).abs() < room, "{law:?} at {p}");
        }
    }
}

#[test]
fn survival_cdf_and_hazard_tell_the_same() {
    for law in all() {
        for k in 1..100 {
            let t = law.quantile(f64::from(k) / 100.0) * 1.01 + 1e-9;
            close(law.survival(t), libm::exp(-law.cumulative_hazard(t)), 1e-13, &format!("{law:?} survival at {t}"));
            assert!((law.cdf(t) + law.survival(t) - 1.0).abs() < 1e-14, "{law:?} at {t}");
        }
    }
}

#[test]
fn the_hazard_is_the_slope_of_the_cumulative_hazard() {
    for law in smooth() {
        let (low, high) = law.support();
        for k in 1..40 {
            let t = law.quantile(f64::from(k) / 40.0 - 0.011);
            let step = 1e-5 * (t - low).min(high - t);
            let slope = (law.cumulative_hazard(t + step) - law.cumulative_hazard(t - step)) / (2.0 * step);
            let at_the_kink = matches!(law, Distribution::Triangular(_)) && k < 20;
            close(law.hazard(t), slope, if at_the_kink { 1e-4 } else { 1e-6 }, &format!("{law:?} at {t}"));
        }
        // Far out as well, where the density itself is below 1e-20.
        let t = law.inverse_cumulative_hazard(50.0);
        if high.is_infinite() {
            let slope = (law.cumulative_hazard(t * 1.00001) - law.cumulative_hazard(t * 0.99999)) / (2e-5 * t);
            close(law.hazard(t), slope, 1e-5, &format!("{law:?} far out"));
        }
    }
}

/// ∫ f from `low` to `high` by the double-exponential rule (Takahasi & Mori 1974).
fn integral(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 1024.0;
    let half_pi = core::f64::consts::FRAC_PI_2;
    (-5120..=5120)
        .map(|k| {
            let s = f64::from(k) * STEP;
            let (sinh, cosh) = (libm::sinh(s), libm::cosh(s));
            if high.is_infinite() {
                let t = libm::exp(half_pi * sinh);
                if t > 1e-100 && t < 1e100 { f(low + t) * t * half_pi * cosh * STEP } else { 0.0 }
            } else {
                let share = 1.0 / (1.0 + libm::exp(-2.0 * half_pi * sinh));
                let edge = libm::cosh(half_pi * sinh);
                f(low + (high - low) * share) * 0.5 * (high - low) * half_pi * cosh / (edge * edge) * STEP
            }
        })
        .filter(|term| term.is_finite())
        .sum()
}

#[test]
fn mean_and_sd_are_the_integrals_of_the_survival() {
    for law in all() {
        let (low, high) = law.support();
        let stepped = stepped().contains(&law);
        let room = if stepped { 2e-2 } else { 1e-6 };
        let mean = low + integral(low, high, |t| law.survival(t));
        let gap = |found: f64, expected: f64| {
            (found - expected).abs() <= room * expected.abs().max(f64::from(u8::from(stepped)))
        };
        assert!(gap(law.mean(), mean), "{law:?} mean {} not {mean}", law.mean());
        // Var = ∫ 2 (t − mean) S(t) dt + (mean − low)², with the square put under the integral to keep digits.
        let variance = integral(low, high, |t| 2.0 * (t - low) * law.survival(t)) - (mean - low) * (mean - low);
        let scale = (mean - low) * (mean - low);
        assert!(
            (law.sd() * law.sd() - variance).abs() <= room * (variance + if stepped { 1.0 } else { 1e-4 * scale }),
            "{law:?} sd {} not {}",
            law.sd(),
            variance.sqrt()
        );
    }
}

#[test]
fn the_residual_wait_uses_up_what_is_left() {
    for law in smooth() {
        for p in [0.001, 0.1, 0.5, 0.9, 0.999] {
            let age = law.quantile(p);
            for residual in [1e-13, 1e-6, 0.01, 0.7, 3.0, 20.0] {
                let wait = law.residual_wait(age, residual);
                let used = law.cumulative_hazard(age);
                let ulps = 8.0 * f64::EPSILON * (age + wait);
                let least = law.cumulative_hazard(age + wait - ulps) - used;
                let most = law.cumulative_hazard(age + wait + ulps) - used;
                let room = 1e-9 * residual + 4e-15 * used;
                assert!(least <= residual + room && residual - room <= most, "{law:?} {age} {residual} {wait}");
            }
        }
    }
}

#[test]
fn many_waits_at_once_are_those_of_single_thresholds() {
    let mut stream = Stream::at(RunAddress::new(1, 0), NameAddress::new("threshold"), 0);
    let usual: Vec<f64> = (0..500).map(|_| stream.exponential()).collect();
    let odd = [0.0, 1e-300, 1e-20, 1e-3, 700.0, 1e5, f64::INFINITY, -1.0];
    for wait in all() {
        for thresholds in [&usual[..], &usual[..33], &odd] {
            let mut lasts = thresholds.to_vec();
            wait.wait_each(&mut lasts);
            for (lasts, threshold) in lasts.iter().zip(thresholds) {
                assert_eq!(lasts.to_bits(), wait.residual_wait(0.0, *threshold).to_bits(), "{wait:?} {threshold}");
            }
        }
    }
}

#[test]
fn a_small_residual_is_not_lost_beside_a_long_age() {
    // Where little is left of the threshold the wait is the residual over the hazard.
    for law in smooth() {
        for p in [0.3, 0.9] {
            let age = law.quantile(p);
            let wait = law.residual_wait(age, 1e-20);
            close(wait, 1e-20 / law.hazard(age), 1e-6, &format!("{law:?} at {p}"));
        }
    }
}

/// Kolmogorov's distance of drawn rests from the law of what is left, S(age + w) / S(age).
#[test]
fn a_drawn_rest_has_the_law_of_what_is_left() {
    const DRAWS: usize = 20_000;
    for (shape, scale) in [(1.0, 2.0), (2.0, 0.25), (5.0, 3.0), (30.0, 1.0)] {
        let law = member("gamma", &[("shape", shape), ("scale", scale)]);
        for (case, mean_parts) in [0.0, 0.02, 0.5, 1.0, 2.5].into_iter().enumerate() {
            let age = mean_parts * law.mean();
            let name = NameAddress::new("rest");
            let draw = |run| {
                let mut luck = Stream::at(RunAddress::new(case as u64, run), name, 0);
                law.rest(age, &mut || luck.unit()).unwrap()
            };
            let mut rests: Vec<f64> = (0..DRAWS as u64).map(draw).collect();
            rests.sort_by(f64::total_cmp);
            let below = |w: f64| -libm::expm1(law.cumulative_hazard(age) - law.cumulative_hazard(age + w));
            let gaps = rests.iter().enumerate().map(|(i, w)| (below(*w) - (i as f64 + 0.5) / DRAWS as f64).abs());
            let far = gaps.fold(0.0, f64::max) * (DRAWS as f64).sqrt();
            assert!(far < 1.95, "{law:?} at age {age}: {far}");
        }
    }
    let others = [member("gamma", &[("shape", 2.5), ("scale", 1.0)]), member("exponential", &[("rate", 1.0)])];
    others.iter().for_each(|law| assert_eq!(law.rest(1.0, &mut || 0.5), None));
}

#[test]
fn an_exponential_wait_has_no_memory() {
    let law = member("exponential", &[("rate", 0.25)]);
    for age in [0.0, 1.0, 1e9] {
        close(law.residual_wait(age, 0.3), 1.2, 1e-15, "wait");
    }
}

#[test]
fn a_wait_may_end_at_once_if_zero_is_a_possible_value() {
    let law = Distribution::new(Family::Empirical, &[], &[0.0, 0.0, 5.0, 10.0]).unwrap();
    assert_eq!(law.residual_wait(0.0, 0.6), 0.0);
    assert_eq!(law.residual_wait(0.0, 0.7), 5.0);
    assert_eq!(law.residual_wait(2.0, 0.6), 3.0);
    assert_eq!(member("constant", &[("value", 0.0)]).residual_wait(0.0, 3.0), 0.0);
}

#[test]
fn everything_is_monotone() {
    for law in all() {
        let (low, high) = law.support();
        let end = if high.is_finite() { high } else { law.quantile(0.9999) };
        let times: Vec<f64> = (0..=400).map(|k| low + (end - low) * 1.02 * f64::from(k) / 400.0).collect();
        for pair in times.windows(2) {
            assert!(law.cumulative_hazard(pair[0]) <= law.cumulative_hazard(pair[1]), "{law:?} at {pair:?}");
            assert!(law.cdf(pair[0]) <= law.cdf(pair[1]) + 1e-15, "{law:?} at {pair:?}");
        }
        let thresholds: Vec<f64> = hazards().collect();
        for pair in thresholds.windows(2) {
            let (before, after) = (law.inverse_cumulative_hazard(pair[0]), law.inverse_cumulative_hazard(pair[1]));
            assert!(before <= after, "{law:?} at {pair:?}");
        }
    }
}

#[test]
fn nothing_is_ever_nan_or_out_of_range() {
    let places = [0.0, 5e-324, 1e-300, 1e-20, 0.5, 1.0, 3.0, 4.0, 5.0, 10.0, 59.9, 1e3, 1e9, 1e100, 1e300, f64::MAX];
    let mut extreme = all();
    extreme.extend([
        member("weibull", &[("shape", 0.005), ("scale", 1.0)]),
        member("weibull", &[("shape", 1e6), ("scale", 1e-200)]),
        member("lognormal", &[("mu", 600.0), ("sigma", 30.0)]),
        member("lognormal", &[("mu", 1.0), ("sigma", 1e-9)]),
        member("gamma", &[("shape", 0.001), ("scale", 1e200)]),
        member("gamma", &[("shape", 1e8), ("scale", 1e-200)]),
        member("gompertz", &[("shape", 1e100), ("rate", 1e-100)]),
        member("gompertz", &[("shape", 1e-100), ("rate", 1e100)]),
        member("log-logistic", &[("shape", 0.01), ("scale", 1e200)]),
        member("log-logistic", &[("shape", 1e5), ("scale", 1.0)]),
        member("uniform", &[("low", 0.0), ("high", 1e300)]),
        member("beta", &[("alpha", 0.001), ("beta", 1e6)]),
        member("beta", &[("alpha", 1e6), ("beta", 0.001)]),
        member("normal", &[("mean", 1.0), ("sd", 1e-12), ("low", 0.0), ("high", 2.0)]),
        member("normal", &[("mean", 3.0), ("sd", 1e3), ("low", 0.0), ("high", 1e-3)]),
        member("normal", &[("mean", -5.0), ("sd", 3.0)]),
    ]);
    for law in extreme {
        let (low, high) = law.support();
        assert!(law.mean() >= low && law.mean() <= high && law.sd() >= 0.0, "{law:?} {} {}", law.mean(), law.sd());
        for &t in places.iter().chain(&[f64::INFINITY]) {
            let at = || format!("{law:?} at {t:e}");
            assert!((0.0..=1.0).contains(&law.cdf(t)) && (0.0..=1.0).contains(&law.survival(t)), "{}", at());
            assert!(law.hazard(t) >= 0.0 && law.cumulative_hazard(t) >= 0.0, "{} {}", at(), law.hazard(t));
            assert!((low..=high).contains(&law.inverse_cumulative_hazard(t)), "{}", at());
            for &residual in places.iter().chain(&[f64::INFINITY]) {
                assert!(law.residual_wait(t, residual) >= 0.0, "{} residual {residual:e}", at());
            }
        }
        for k in 0..=1000 {
            let value = law.quantile(f64::from(k) / 1000.0);
            assert!((low..=high).contains(&value), "{law:?} at {k}");
        }
    }
}
