//! Means under proportional hazards, against plain integration of the survival and against closed forms.

use super::*;

/// ∫ S(t)^ratio dt over the quantiles' grid: the trapezoid between so many values that the rest does not count.
fn integrated(law: &Distribution, ratio: f64) -> f64 {
    let (low, _) = law.support();
    // In steps of the square root of the hazard, which are fine at both ends.
    let top = 80.0_f64;
    let steps = 20_000;
    let at = |i: u32| {
        let root = f64::from(i) / f64::from(steps);
        top * root * root * root / ratio
    };
    let (mut before, mut sum) = (low, low);
    let mut survival = 1.0;
    for i in 1..=steps {
        let h = at(i);
        let (t, s) = (law.inverse_cumulative_hazard(h), libm::exp(-ratio * h));
        sum += 0.5 * (survival + s) * (t - before);
        (before, survival) = (t, s);
    }
    sum
}

#[test]
fn the_mean_is_the_integral_of_the_survival_to_the_power() {
    for law in smooth() {
        for ratio in [0.35, 0.8, 1.7, 6.0] {
            let found = law.mean_with_hazard_ratio(ratio);
            if found.is_finite() {
                close(found, integrated(&law, ratio), 2e-5, &format!("{law:?} at {ratio}"));
            }
        }
        assert_eq!(law.mean_with_hazard_ratio(1.0), law.mean());
        assert_eq!(law.mean_with_hazard_ratio(0.0), f64::INFINITY);
        let nearly = law.mean_with_hazard_ratio(1.0 + 1e-13);
        close(nearly, law.mean(), 1e-9, &format!("{law:?}: quadrature against its mean"));
    }
}

#[test]
fn closed_forms() {
    let weibull = member("weibull", &[("shape", 2.0), ("scale", 10.0)]);
    close(weibull.mean_with_hazard_ratio(4.0), weibull.mean() / 2.0, 1e-14, "weibull: scale times ratio^(-1/shape)");
    close(member("exponential", &[("rate", 0.2)]).mean_with_hazard_ratio(5.0), 1.0, 1e-14, "exponential");
    // Two uniform waits, the first to end: the hazard doubles, and the mean is a third of the way.
    close(member("uniform", &[("low", 3.0), ("high", 6.0)]).mean_with_hazard_ratio(2.0), 4.0, 1e-14, "uniform");
    // Log-logistic of shape 1 at ratio 2: ∫ (1 + t/s)^-2 dt = s.
    close(
        member("log-logistic", &[("shape", 1.0), ("scale", 7.0)]).mean_with_hazard_ratio(2.0),
        7.0,
        1e-12,
        "log-logistic",
    );
    assert_eq!(member("log-logistic", &[("shape", 2.0), ("scale", 7.0)]).mean_with_hazard_ratio(0.5), f64::INFINITY);
    assert_eq!(member("constant", &[("value", 9.0)]).mean_with_hazard_ratio(3.0), 9.0);
    // The sooner of two of {1, 2, 4}: 1 five times of nine, 2 three times, 4 once.
    let list = Distribution::new(Family::Empirical, &[], &[4.0, 1.0, 2.0]).unwrap();
    close(list.mean_with_hazard_ratio(2.0), 15.0 / 9.0, 1e-14, "empirical");
}
