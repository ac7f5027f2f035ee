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
