//! Names, ways and messages.

use super::*;

#[test]
fn names_lead_back_to_what_they_name() {
    for family in Family::ALL {
        assert_eq!(Family::from_name(family.name()), Some(family));
    }
    for argument in Argument::NAMED {
        assert_eq!(Argument::from_name(&argument.name()), Some(argument));
    }
    assert_eq!(Family::from_name("Weibull"), None);
}

#[test]
fn quantiles_are_named_by_percentage() {
    let level = |tenths| Level::per_mille(tenths).map(Quantile);
    for (name, tenths) in [
        ("median", 500),
        ("p50", 500),
        ("p05", 50),
        ("p5", 50),
        ("p95", 950),
        ("p025", 25),
        ("p975", 975),
        ("p999", 999),
        ("p001", 1),
    ] {
        assert_eq!(Argument::from_name(name), level(tenths), "{name}");
    }
    for name in ["p", "p0", "p00", "p100", "p950", "p1234", "p9x", "P95", "q95", "p+5", "p99.9"] {
        assert_eq!(Argument::from_name(name), None, "{name}");
    }
    for name in ["median", "p05", "p95", "p025", "p975"] {
        assert_eq!(Argument::from_name(name).unwrap().name(), name);
    }
}

#[test]
fn every_way_is_accepted_and_no_part_of_it() {
    for family in Family::ALL {
        for way in family.grammar().ways {
            let mut arguments = way.named.to_vec();
            arguments.extend([50, 500, 950].into_iter().take(way.quantiles).filter_map(Level::per_mille).map(Quantile));
            assert_eq!(family.accepts(&arguments), Ok(()), "{} {arguments:?}", family.name());
            arguments.extend(family.optional());
            assert_eq!(family.accepts(&arguments), Ok(()), "{} {arguments:?}", family.name());
        }
        if family != Family::Empirical {
            assert!(family.accepts(&[]).is_err(), "{}", family.name());
        }
    }
}

fn refusal(family: Family, names: &[&str]) -> String {
    let arguments: Vec<_> = names.iter().map(|name| Argument::from_name(name).unwrap()).collect();
    family.accepts(&arguments).unwrap_err()
}

#[test]
fn refusals_say_what_is_missing_or_too_much() {
    assert_eq!(
        refusal(Family::Lognormal, &["median"]),
        "`median` alone does not determine a lognormal; give `mu` and `sigma`, `mean` and `sd`, \
         `sigma` and one quantile, or two quantiles"
    );
    assert_eq!(
        refusal(Family::Exponential, &["rate", "mean"]),
        "`rate` and `mean` are too much for an exponential: `rate` would do"
    );
    assert_eq!(
        refusal(Family::Uniform, &["shape", "low"]),
        "a uniform takes no `shape`; give `low` and `high`, `mean` and `sd`, or two quantiles"
    );
    assert_eq!(
        refusal(Family::Weibull, &["scale", "sd"]),
        "`scale` and `sd` do not go together in a weibull; give `shape` and `scale`, `mean` and `sd`, \
         `shape` and `mean`, `shape` and one quantile, or two quantiles"
    );
    assert_eq!(
        refusal(Family::Pert, &["p05", "p95"]),
        "`p05` and `p95` alone does not determine a pert; give `low`, `mode` and `high`, `low`, `high` and `mean`, \
         `low`, `high` and one quantile, `mode` and two quantiles, or three quantiles"
    );
    assert_eq!(
        refusal(Family::Triangular, &["low", "mode", "p05"]),
        "`low`, `mode` and `p05` do not go together in a triangular; give `low`, `mode` and `high`, \
         `low`, `high` and `mean`, `low`, `high` and one quantile, `mode` and two quantiles, or three quantiles"
    );
    assert_eq!(refusal(Family::Constant, &["value", "value"]), "`value` is given twice");
    assert_eq!(
        refusal(Family::Weibull, &["p05", "median", "p95"]),
        "`p05`, `median` and `p95` are too much for a weibull: two quantiles would do"
    );
}

fn complaint(family: &str, arguments: &[(&str, f64)]) -> String {
    attempt(family, arguments).unwrap_err().message
}

#[test]
fn illegal_values_are_named() {
    assert_eq!(complaint("normal", &[("mean", 1.0), ("sd", -2.0)]), "`sd` must be positive, found -2");
    assert_eq!(complaint("exponential", &[("rate", 0.0)]), "`rate` must be positive, found 0");
    assert_eq!(complaint("weibull", &[("shape", -1.0), ("scale", 1.0)]), "`shape` must be positive, found -1");
    assert_eq!(
        complaint("weibull", &[("shape", f64::NAN), ("scale", 1.0)]),
        "`shape` must be a finite number, found NaN"
    );
    assert_eq!(complaint("uniform", &[("low", 5.0), ("high", 2.0)]), "`low` must be below `high`, found 5 and 2");
    assert_eq!(
        complaint("triangular", &[("low", 0.0), ("mode", 11.0), ("high", 10.0)]),
        "`mode` must lie between `low` and `high`, found 11 outside 0 to 10"
    );
    assert_eq!(
        complaint("lognormal", &[("median", 10.0), ("p95", 4.0)]),
        "`median` must be below `p95`, found 10 and 4"
    );
    assert_eq!(complaint("gamma", &[("p05", -1.0), ("p95", 4.0)]), "`p05` must be positive, found -1");
    assert_eq!(
        complaint("triangular", &[("low", 0.0), ("high", 9.0), ("mean", 2.0)]),
        "`mean` must lie between 3 and 6 for a triangular with the other two, found 2"
    );
    assert_eq!(
        complaint("pert", &[("low", 0.0), ("high", 6.0), ("mean", 5.5)]),
        "`mean` must lie between 1 and 5 for a pert with the other two, found 5.5"
    );
    assert!(
        complaint("triangular", &[("p05", 1.0), ("median", 9.0), ("p95", 9.5)])
            .starts_with("the quantile in the middle must lie between ")
    );
    assert!(complaint("pert", &[("mode", 2.0), ("p05", 1.0), ("p25", 9.5)]).starts_with("with `mode`, one quantile"));
    assert!(complaint("pert", &[("mode", 40.0), ("p05", 1.0), ("p95", 9.5)]).starts_with("`mode` must lie between "));
    assert_eq!(
        complaint("pert", &[("p05", 1.0), ("median", 0.5), ("p95", 9.5)]),
        "`p05` must be below `median`, found 1 and 0.5"
    );
    assert!(complaint("beta", &[("mean", 0.5), ("sd", 0.6)]).starts_with("`sd` must be below 0.5"));
    assert!(complaint("beta", &[("mean", 1.5), ("sd", 0.1)]).starts_with("`mean` must lie between 0 and 1"));
    assert!(complaint("gompertz", &[("shape", -0.1), ("rate", 1.0)]).contains("may never happen"));
    assert!(complaint("gompertz", &[("p05", 0.001), ("p95", 100.0)]).contains("falls with age"));
    assert!(complaint("gompertz", &[("mean", 1.0), ("sd", 2.0)]).contains("below `mean`"));
    assert!(complaint("normal", &[("mean", -90.0), ("sd", 1.0), ("low", 0.0)]).contains("next to nothing"));
    assert!(complaint("gamma", &[("mean", 1.0), ("sd", 1e-9)]).contains("shape of a gamma"));
    assert!(complaint("weibull", &[("mean", 1.0), ("sd", 1e-12)]).contains("no weibull"));
}

#[test]
fn lists_are_for_empirical_only() {
    let list =
        |family, arguments: &[_], values: &[f64]| Distribution::new(family, arguments, values).unwrap_err().message;
    assert_eq!(
        list(Family::Empirical, &[], &[]),
        "an empirical distribution needs a list of `values`, or a `csv` file with them"
    );
    assert!(list(Family::Empirical, &[], &[1.0, f64::INFINITY]).contains("finite"));
    assert_eq!(list(Family::Constant, &[(Value, 1.0)], &[1.0]), "a constant takes no list of `values` and no `csv`");
}

#[test]
fn a_waiting_time_is_not_negative() {
    let complaint = |law: Distribution| law.check_as_wait().unwrap_err().message;
    assert!(complaint(member("normal", &[("mean", 5.0), ("sd", 1.0)])).ends_with("add `low = 0`"));
    assert!(complaint(member("uniform", &[("low", -2.0), ("high", 1.0)])).ends_with("this uniform reaches down to -2"));
    assert!(complaint(member("constant", &[("value", -1.0)])).ends_with("reaches down to -1"));
    for law in all() {
        assert_eq!(law.check_as_wait(), Ok(()), "{law:?}");
    }
}
