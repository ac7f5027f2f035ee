//! What a distribution is given by is what it has.

use super::*;

#[test]
fn a_fit_to_mean_and_sd_has_them() {
    for family in ["weibull", "lognormal", "gamma", "gompertz", "log-logistic", "uniform", "normal"] {
        for (mean, sd) in [(10.0, 5.0), (3.0, 0.01), (200.0, 150.0), (1e-3, 9e-4)] {
            let law = member(family, &[("mean", mean), ("sd", sd)]);
            close(law.mean(), mean, 1e-9, &format!("{family} mean"));
            close(law.sd(), sd, 1e-9, &format!("{family} sd"));
        }
    }
    for family in ["weibull", "lognormal", "gamma", "log-logistic"] {
        let law = member(family, &[("mean", 2.0), ("sd", 9.0)]);
        close(law.mean(), 2.0, 1e-9, family);
        close(law.sd(), 9.0, 1e-9, family);
    }
    for (mean, sd) in [(0.6, 0.12), (0.02, 0.03), (0.5, 0.49)] {
        let law = member("beta", &[("mean", mean), ("sd", sd)]);
        close(law.mean(), mean, 1e-12, "beta mean");
        close(law.sd(), sd, 1e-12, "beta sd");
    }
    let law = member("beta", &[("mean", 30.0), ("sd", 5.0), ("low", 10.0), ("high", 40.0)]);
    close(law.mean(), 30.0, 1e-12, "stretched beta mean");
    close(law.sd(), 5.0, 1e-12, "stretched beta sd");
}

#[test]
fn a_fit_to_two_quantiles_has_them() {
    let pairs = [
        ("median", 10.0, "p95", 16.0),
        ("p05", 4.0, "p95", 9.0),
        ("p025", 1.0, "p25", 11.0),
        ("p75", 3.0, "p999", 5.0),
    ];
    for family in ["weibull", "lognormal", "gamma", "gompertz", "log-logistic", "uniform", "normal"] {
        for (low, low_at, high, high_at) in pairs {
            let law = member(family, &[(high, high_at), (low, low_at)]);
            for (name, at) in [(low, low_at), (high, high_at)] {
                let Some(Quantile(level)) = Argument::from_name(name) else { panic!("{name} is a quantile") };
                close(law.quantile(level.probability()), at, 1e-10, &format!("{family} {name}"));
            }
        }
    }
    for (low_at, high_at) in [(0.2, 0.7), (0.01, 0.02), (0.9, 0.999), (0.001, 0.99)] {
        let law = member("beta", &[("p05", low_at), ("p95", high_at)]);
        close(law.quantile(0.05), low_at, 1e-9, "beta p05");
        close(law.quantile(0.95), high_at, 1e-9, "beta p95");
    }
    for arguments in [&[("low", 0.0)][..], &[("low", 0.0), ("high", 12.0)], &[("high", 12.0)]] {
        let mut all = vec![("median", 4.0), ("p95", 9.0)];
        all.extend(arguments);
        let law = member("normal", &all);
        close(law.quantile(0.5), 4.0, 1e-9, "bounded normal median");
        close(law.quantile(0.95), 9.0, 1e-9, "bounded normal p95");
    }
}

#[test]
fn a_fit_to_one_quantile_has_it() {
    for (family, with) in [
        ("exponential", None),
        ("weibull", Some(("shape", 1.7))),
        ("lognormal", Some(("sigma", 0.6))),
        ("gamma", Some(("shape", 0.6))),
        ("gompertz", Some(("shape", 0.1))),
        ("log-logistic", Some(("shape", 0.9))),
    ] {
        for (name, p) in [("median", 0.5), ("p05", 0.05), ("p975", 0.975)] {
            let mut arguments = vec![(name, 12.0)];
            arguments.extend(with);
            close(member(family, &arguments).quantile(p), 12.0, 1e-11, &format!("{family} {name}"));
        }
    }
}

#[test]
fn ways_to_say_the_same_give_the_same() {
    let same = |family, one: &[(&str, f64)], other: &[(&str, f64)]| {
        let (one, other) = (member(family, one), member(family, other));
        for p in [0.01, 0.5, 0.99] {
            close(one.quantile(p), other.quantile(p), 1e-12, family);
        }
    };
    same("exponential", &[("rate", 0.25)], &[("mean", 4.0)]);
    same("exponential", &[("scale", 4.0)], &[("mean", 4.0)]);
    same("gamma", &[("shape", 3.0), ("rate", 2.0)], &[("shape", 3.0), ("scale", 0.5)]);
    same("gamma", &[("shape", 3.0), ("mean", 6.0)], &[("shape", 3.0), ("scale", 2.0)]);
    same("lognormal", &[("sigma", 0.5), ("median", core::f64::consts::E)], &[("mu", 1.0), ("sigma", 0.5)]);
    same("log-logistic", &[("shape", 2.0), ("median", 5.0)], &[("shape", 2.0), ("scale", 5.0)]);
    same("gompertz", &[("shape", 0.0), ("rate", 0.5)], &[("shape", 1e-15), ("rate", 0.5)]);
}

/// Members from all the ways of giving three numbers, taken from a member whose corners are known.
#[test]
fn three_points_are_found_from_any_three_numbers() {
    for family in ["triangular", "pert"] {
        for (low, mode, high) in [(0.0, 3.0, 10.0), (-4.0, 5.9, 6.0), (100.0, 100.0, 101.0), (2.0, 9.0, 9.0)] {
            let truth = member(family, &[("low", low), ("mode", mode), ("high", high)]);
            let what = format!("{family} {low} {mode} {high}");
            let q = |p| truth.quantile(p);
            let ways: [&[(&str, f64)]; 6] = [
                &[("low", low), ("high", high), ("mean", truth.mean())],
                &[("low", low), ("high", high), ("p25", q(0.25))],
                &[("p95", q(0.95)), ("mode", mode), ("p05", q(0.05))],
                &[("p95", q(0.95)), ("p05", q(0.05)), ("median", q(0.5))],
                &[("p01", q(0.01)), ("p10", q(0.1)), ("p999", q(0.999))],
                &[("p10", q(0.1)), ("mode", mode), ("median", q(0.5))],
            ];
            for way in ways {
                let law = member(family, way);
                for (name, at) in way {
                    let found = match Argument::from_name(name) {
                        Some(Quantile(level)) => law.quantile(level.probability()),
                        Some(Mean) => law.mean(),
                        Some(Low) => law.support().0,
                        Some(High) => law.support().1,
                        _ => continue,
                    };
                    assert!((found - at).abs() <= 1e-10 * (high - low), "{what} {way:?}: {name} is {found}");
                }
                // Three quantiles on one side of a triangle's mode do not say where it ends.
                let share = (mode - low) / (high - low);
                if family == "triangular" && !(0.05..=0.95).contains(&share) {
                    continue;
                }
                let ((a, b), width) = (law.support(), high - low);
                assert!((a - low).abs() < 1e-6 * width && (b - high).abs() < 1e-6 * width, "{what} {way:?}: {a} {b}");
            }
        }
    }
}

/// The equations for the mode's share have one solution, because their left sides rise.
#[test]
fn what_three_points_are_found_by_rises_with_the_mode() {
    for family in ["triangular", "pert"] {
        let of = |share: f64| member(family, &[("low", 0.0), ("mode", share), ("high", 1.0)]);
        for (p, q, r) in [(0.05, 0.5, 0.95), (0.001, 0.002, 0.999), (0.1, 0.25, 0.3), (0.7, 0.9, 0.99)] {
            let mut last = [f64::NEG_INFINITY; 2];
            for step in 0..=200 {
                let (share, law) = (f64::from(step) / 200.0, of(f64::from(step) / 200.0));
                let (a, b, c) = (law.quantile(p), law.quantile(q), law.quantile(r));
                let now = [b, (b - a) / (c - a)];
                for (i, (now, last)) in now.iter().zip(&last).enumerate() {
                    // Where all three lie to one side of a triangle's mode, its place cannot be told from them.
                    let flat = family == "triangular" && i == 1 && !(p < share && share <= r);
                    assert!(
                        now > last || flat && now + 1e-12 > *last,
                        "{family} {p} {q} {r}: number {i} falls at {share}"
                    );
                }
                last = now;
            }
        }
    }
}

#[test]
fn a_constant_is_its_value_whatever_that_is_called() {
    for name in ["value", "mean", "median", "p95"] {
        assert_eq!(member("constant", &[(name, 6.5)]).quantile(0.3), 6.5);
    }
}

#[test]
fn with_a_mode_quantiles_on_both_sides_of_the_median_determine_one_member() {
    let levels = [0.001, 0.01, 0.05, 0.25, 0.4, 0.5, 0.6, 0.75, 0.95, 0.99, 0.999];
    let (below, above) = (&levels[..6], &levels[5..]);
    for family in ["triangular", "pert"] {
        for (p, q) in below.iter().flat_map(|p| above.iter().map(move |q| (*p, *q))).filter(|(p, q)| p < q) {
            let place = |step: u8| {
                let share = f64::from(step) / 100.0;
                let law = member(family, &[("low", 0.0), ("mode", share), ("high", 1.0)]);
                (share - law.quantile(p)) / (law.quantile(q) - law.quantile(p))
            };
            assert!((1..=100).all(|step| place(step) > place(step - 1)), "{family} {p} {q}");
        }
    }
}
