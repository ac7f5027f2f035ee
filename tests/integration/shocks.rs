//! Interventions at known times: exact, once, in order.

use crate::support::{assert_law, ends, model, read, scenario, simulator};
use standoff::analysis::history::History;
use standoff::analysis::study::simulator as with_settings;
use standoff::kernel::run::Workspace;
use standoff::output::history::trace;
use standoff::random::RunAddress;
use standoff::scenario::load::{self, Disk};

const RUNS: u64 = 20_000;

/// A thing whose hazard is multiplied with a variable that a shock changes; `rest` may make it take steps.
fn survival(at: &str, wait: &str, rest: &str) -> String {
    let text = scenario(
        1e6,
        &format!(
            r#"
            [variables.factor]
            initial = 1
            [shocks.offensive]
            at = {at}
            set = {{ factor = 2.5 }}
            [machines.thing]
            initial = "alive"
            [machines.thing.states]
            alive = {{}}
            dead = {{}}
            [[machines.thing.transitions]]
            from = "alive"
            to = "dead"
            {wait}
            [outcomes.died]
            when = "thing.dead"
            {rest}
            "#
        ),
    );
    text.replace("unit = \"day\"", "unit = \"week\"\nstart = 2026-01-05\nstep = 1")
}

/// 2026-01-27 is 22 days after the start, 22/7 weeks: the hazard changes at that moment and at no step.
#[test]
fn a_hazard_changes_at_the_exact_date() {
    let drift = "[variables.weather]\ninitial = 0\ndynamics = { kind = \"random-walk\", volatility = 1 }";
    let change = 22.0 / 7.0;
    for at in ["2026-01-27", "\"2026-01-27\"", "\"22 days\"", "\"22 / 7\""] {
        for rest in ["", drift] {
            let text = survival(at, "rate = \"0.2 * factor\"", rest).replace("horizon = 1000000", "horizon = 200");
            let model = model(&text);
            assert_eq!(model.shocks[0].at.constant(), Some(change), "{at}");
            let used = |t: f64| if t <= change { 0.2 * t } else { 0.2 * (change + 2.5 * (t - change)) };
            let mut times: Vec<f64> = ends(&model, 1, RUNS).iter().map(|end| end.time).collect();
            assert_law(at, &mut times, |t| -libm::expm1(-used(t)));
        }
    }
}

#[test]
fn a_wait_in_progress_is_retimed() {
    let wait = "after = { family = \"weibull\", shape = 1.5, scale = 6 }\nhazard_ratio = \"factor\"";
    let hazard = |t: f64| libm::pow(t / 6.0, 1.5);
    let used = |t: f64| if t <= 3.0 { hazard(t) } else { hazard(3.0) + 2.5 * (hazard(t) - hazard(3.0)) };
    let mut times: Vec<f64> = ends(&model(&survival("3", wait, "")), 2, RUNS).iter().map(|end| end.time).collect();
    assert_law("weibull", &mut times, |t| -libm::expm1(-used(t)));
}

/// At one instant: shocks by file order, then what is due, then the step; each settles before the next.
#[test]
fn ties_are_settled_in_a_known_order() {
    let append = |digit: u32| format!("set = {{ log = \"log * 10 + {digit}\" }}");
    let text = |horizon: f64| {
        scenario(
            horizon,
            &format!(
                r#"
                [variables.log]
                initial = 0
                [variables.drifting]
                initial = 1
                dynamics = {{ kind = "random-walk", drift = 1 }}
                [consequences.seen]
                rate = 0
                [shocks.second-in-time]
                at = 4
                {}
                [shocks.first]
                at = 2
                {}
                emit = "bang"
                [shocks.second]
                at = 2
                {}
                add = {{ seen = "drifting" }}
                [shocks.kept]
                at = 3
                when = "log < 0"
                {}
                [machines.m]
                initial = "s"
                [machines.m.states]
                s = {{}}
                [[machines.m.transitions]]
                from = "s"
                after = {{ family = "constant", value = 2 }}
                {}
                add = {{ seen = "100 * drifting" }}
                [[machines.m.transitions]]
                from = "s"
                on = "bang"
                {}
                "#,
                append(6),
                append(1),
                append(3),
                append(9),
                append(4),
                append(2),
            ),
        )
    };
    let world = |horizon| ends(&model(&text(horizon)), 1, 1)[0].world.clone();
    // The step at 1 has drifted to 2; that at 2 comes after all else.
    assert_eq!((world(2.0).variables[0], world(2.0).totals[0]), (1234.0, 202.0));
    assert_eq!(world(1.99).variables[0], 0.0);
    // At the horizon shocks still happen; the one whose condition does not hold never does.
    assert_eq!(world(4.0).variables[0], 123_464.0);
    let model = model(&text(4.0));
    let mut history = History::new(&model);
    simulator(&model).run(RunAddress::new(1, 0), &mut Workspace::default(), &mut history).unwrap();
    let told: Vec<(f64, String)> = trace(&history).into_iter().filter(|(_, what)| what.starts_with("shock")).collect();
    let told: Vec<(f64, &str)> = told.iter().map(|(time, what)| (*time, what.as_str())).collect();
    assert_eq!(
        told,
        [
            (2.0, "shock first"),
            (2.0, "shock second"),
            (3.0, "shock kept does not happen: its `when` does not hold"),
            (4.0, "shock second-in-time"),
        ]
    );
}

/// At time 0 the run has begun; bounds, lump sums with a discount, and outcomes are as for any event.
#[test]
fn a_shock_is_an_event_like_any_other() {
    let text = scenario(
        365.25,
        r#"
        [variables.x]
        initial = 0.5
        bounds = [0, 1]
        [consequences.cost]
        rate = "x"
        discount = 0.5
        [shocks.early]
        at = 0
        add = { x = 3 }
        [shocks.late]
        at = "half"
        add = { cost = 100 }
        emit = "end"
        [parameters.half]
        value = 182.625
        [machines.m]
        initial = "s"
        [machines.m.states]
        s = {}
        t = {}
        [[machines.m.transitions]]
        from = "s"
        to = "t"
        on = "end"
        [outcomes.ended]
        when = "m.t"
        "#,
    );
    let model = model(&text);
    let end = &ends(&model, 1, 1)[0];
    assert_eq!((end.time, end.outcome), (182.625, 0));
    let force = libm::log(1.5) / 365.25;
    let expected = -libm::expm1(-force * 182.625) / force + 100.0 * libm::exp(-force * 182.625);
    assert!((end.world.totals[0] - expected).abs() < 1e-9);
    // Its time is a number that a study can set.
    let earlier = with_settings(&model, &[("half".to_owned(), 10.0)]).unwrap();
    assert_eq!(earlier.bound().shocks()[1].0, 10.0);
    assert!(with_settings(&model, &[("half".to_owned(), -1.0)]).is_err());
}

#[test]
fn an_extending_file_moves_a_shock() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main.toml");
    std::fs::write(folder.path().join("base.toml"), survival("3", "rate = \"factor\"", "")).unwrap();
    std::fs::write(&main, "title = \"moved\"\nextends = \"base.toml\"\n[shocks.offensive]\nat = 2026-01-12\n").unwrap();
    let (mut sources, mut diagnostics) = Default::default();
    let scenario = load::read(&main, &Disk, &mut sources, &mut diagnostics).unwrap();
    let model = standoff::model::resolve::resolve(&scenario, &mut diagnostics).unwrap();
    assert_eq!(model.shocks.len(), 1);
    assert_eq!(model.shocks[0].at.constant(), Some(1.0));
    assert_eq!(model.shocks[0].actions.set.len(), 1);
}

#[test]
fn shocks_that_cannot_be_are_refused_and_odd_ones_told() {
    let wait = "rate = \"factor\"";
    let said = |at: &str, rest: &str| read(survival(at, wait, rest).as_bytes());
    for (at, rest, expected) in [
        ("-1", "", "this shock comes before the start: a run begins at time 0"),
        ("2026-01-04", "", "this shock comes before the start, which is 2026-01-05"),
        ("\"2026-02-30\"", "", "there is no day `2026-02-30`"),
        ("\"factor\"", "", "may depend on parameters and levers only"),
        ("true", "", "a number is expected here"),
        ("3", "[shocks.other]\nset = { factor = 1 }", "the shock `other` needs `at`"),
        ("3", "[shocks.other]\nat = 1\nset = { fctor = 1 }", "did you mean `factor`?"),
        ("3", "[shocks.other]\nat = 1\nto = \"dead\"", "a shock has no key `to`"),
    ] {
        let (model, text) = said(at, rest);
        assert!(model.is_none() && text.contains(expected), "{at}, {rest}:\n{text}");
    }
    for (at, rest, expected) in [
        ("2000000", "", "shock `offensive` comes after the horizon"),
        ("3", "[shocks.other]\nat = 1", "shock `other` changes nothing"),
        ("3", "[shocks.other]\nat = 1\nset = { factor = 1 }\nwhen = \"thing.alive and thing.dead\"", "can never hold"),
    ] {
        let (model, text) = said(at, rest);
        assert!(model.is_some() && text.contains(expected), "{at}, {rest}:\n{text}");
    }
    let undated = survival("2026-01-27", wait, "").replace("start = 2026-01-05", "");
    let (model, text) = read(undated.as_bytes());
    assert!(model.is_none() && text.contains("add `start = "), "{text}");
    // Never reached, it never happens.
    assert!(ends(&said("2000000", "").0.unwrap(), 1, 5).iter().all(|end| end.world.variables == [1.0]));
}
