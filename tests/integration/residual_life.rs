//! Re-arming is exact: for every distribution the hazard is changed in mid-wait, and the sample held against the law.

use crate::support::{assert_law, assert_share, ends, model, scenario, simulator};

const RUNS: u64 = 20_000;
/// When the change comes, and to what.
const CHANGE_AT: f64 = 3.0;
const FACTOR: f64 = 2.5;

/// Every family, as an analyst may give it.
pub const CONTINUOUS: [(&str, &str); 15] = [
    ("exponential", "mean = 6"),
    ("weibull", "shape = 1.5, scale = 8"),
    ("weibull", "shape = 0.6, scale = 8"),
    ("lognormal", "median = 5, p95 = 20"),
    ("lognormal", "mu = 1.2, sigma = 0.9"),
    ("gamma", "shape = 2.5, scale = 2"),
    ("gamma", "shape = 0.5, scale = 8"),
    ("gompertz", "shape = 0.2, rate = 0.05"),
    ("log-logistic", "shape = 1.8, scale = 5"),
    ("uniform", "low = 1, high = 12"),
    ("triangular", "low = 0, mode = 4, high = 14"),
    ("pert", "low = 0, mode = 5, high = 12"),
    ("normal", "mean = 5, sd = 3, low = 0"),
    ("beta", "alpha = 2, beta = 3, low = 0, high = 10"),
    ("exponential", "rate = 0.2"),
];

/// A wait under a hazard that another machine changes at `CHANGE_AT`.
fn changed(family: &str, arguments: &str, how: &str) -> String {
    scenario(
        1e6,
        &format!(
            r#"
            [variables.factor]
            initial = 1
            [machines.changer]
            initial = "before"
            [machines.changer.states]
            before = {{}}
            after = {{ enter = {{ set = {{ factor = {FACTOR} }} }} }}
            [[machines.changer.transitions]]
            from = "before"
            to = "after"
            after = {{ family = "constant", value = {CHANGE_AT} }}
            [machines.thing]
            initial = "alive"
            [machines.thing.states]
            alive = {{}}
            dead = {{}}
            [[machines.thing.transitions]]
            from = "alive"
            to = "dead"
            after = {{ family = "{family}", {arguments} }}
            {how} = "factor"
            [outcomes.died]
            when = "thing.dead"
            "#
        ),
    )
}

#[test]
fn a_hazard_ratio_that_changes_in_mid_wait() {
    for (family, arguments) in CONTINUOUS {
        let model = model(&changed(family, arguments, "hazard_ratio"));
        let simulator = simulator(&model);
        let wait = simulator.bound().wait(1).clone();
        let at_change = wait.cumulative_hazard(CHANGE_AT);
        let used = |t: f64| {
            let h = wait.cumulative_hazard(t);
            if t <= CHANGE_AT { h } else { at_change + FACTOR * (h - at_change) }
        };
        let mut times: Vec<f64> = ends(&model, 1, RUNS).iter().map(|end| end.time).collect();
        assert_law(&format!("{family} {arguments}"), &mut times, |t| -libm::expm1(-used(t)));
    }
}

#[test]
fn an_acceleration_that_changes_in_mid_wait() {
    for (family, arguments) in CONTINUOUS {
        let model = model(&changed(family, arguments, "acceleration"));
        let wait = simulator(&model).bound().wait(1).clone();
        let age = |t: f64| if t <= CHANGE_AT { t } else { CHANGE_AT + FACTOR * (t - CHANGE_AT) };
        let mut times: Vec<f64> = ends(&model, 2, RUNS).iter().map(|end| end.time).collect();
        assert_law(&format!("{family} {arguments}"), &mut times, |t| -libm::expm1(-wait.cumulative_hazard(age(t))));
    }
}

/// A wait that is certain to end at a moment does so whatever its hazard is multiplied with; its age can be hurried.
#[test]
fn a_constant_wait() {
    let model_of = |how: &str| model(&changed("constant", "value = 8", how));
    assert!(ends(&model_of("hazard_ratio"), 1, 50).iter().all(|end| end.time == 8.0));
    assert!(ends(&model_of("acceleration"), 1, 50).iter().all(|end| end.time == 3.0 + 5.0 / FACTOR));
}

/// With atoms, proportional hazards act on the integrated hazard: the survival at each atom is raised to the power.
#[test]
fn an_empirical_wait() {
    let model = model(&changed("empirical", "values = [1, 2, 4, 4, 6, 9, 9, 10]", "hazard_ratio"));
    let times: Vec<f64> = ends(&model, 3, RUNS).iter().map(|end| end.time).collect();
    let survival = |left: f64| left / 8.0;
    // Survival after 2 is 6/8; from then on each atom's factor is raised to the power of the ratio.
    let after = |left: f64| survival(6.0) * libm::pow(survival(left) / survival(6.0), FACTOR);
    for (time, expected) in [
        (1.0, 1.0 - survival(7.0)),
        (2.0, survival(7.0) - survival(6.0)),
        (4.0, survival(6.0) - after(4.0)),
        (6.0, after(4.0) - after(3.0)),
        (9.0, after(3.0) - after(1.0)),
        (10.0, after(1.0)),
    ] {
        let hits = times.iter().filter(|&&t| t == time).count();
        assert_share(&format!("at {time}"), hits, times.len(), expected);
    }
}

/// A guard that is lost and regained, under the three rules for the clock.
fn interrupted(clock: &str) -> String {
    scenario(
        1e6,
        &format!(
            r#"
            [machines.gate]
            initial = "open"
            [machines.gate.states]
            open = {{}}
            shut = {{}}
            reopened = {{}}
            [[machines.gate.transitions]]
            from = "open"
            to = "shut"
            after = {{ family = "constant", value = 3 }}
            [[machines.gate.transitions]]
            from = "shut"
            to = "reopened"
            after = {{ family = "constant", value = 4 }}
            [machines.thing]
            initial = "alive"
            [machines.thing.states]
            alive = {{}}
            dead = {{}}
            [[machines.thing.transitions]]
            from = "alive"
            to = "dead"
            when = "not gate.shut"
            clock = "{clock}"
            after = {{ family = "weibull", shape = 2, scale = 6 }}
            [outcomes.died]
            when = "thing.dead"
            "#
        ),
    )
}

#[test]
fn the_three_rules_for_a_clock_whose_guard_is_lost() {
    let hazard = |t: f64| (t / 6.0) * (t / 6.0);
    // The gate is shut from 3 to 7, when nothing can happen.
    type Used = fn(&dyn Fn(f64) -> f64, f64) -> f64;
    let rules: [(&str, Used); 3] =
        [("reset", |h, t| h(t - 7.0)), ("resume", |h, t| h(t - 4.0) - h(3.0)), ("forward", |h, t| h(t) - h(7.0))];
    for (clock, after) in rules {
        let model = model(&interrupted(clock));
        let used = |t: f64| match t {
            t if t <= 3.0 => hazard(t),
            t if t <= 7.0 => hazard(3.0),
            t => hazard(3.0) + after(&hazard, t),
        };
        let mut times: Vec<f64> = ends(&model, 4, RUNS).iter().map(|end| end.time).collect();
        assert!(times.iter().all(|t| !(3.0..7.0).contains(t)), "{clock}: nothing happens while the gate is shut");
        assert_law(clock, &mut times, |t| -libm::expm1(-used(t)));
    }
}
