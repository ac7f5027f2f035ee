//! Runs that start from the present: waits go on from where they are, with the law of what is left of them.

use crate::residual_life::CONTINUOUS;
use crate::support::{Ends, assert_law, assert_share, ends, model, read, scenario, simulator};
use standoff::analysis::history::History;
use standoff::analysis::study::simulator as with_settings;
use standoff::kernel::run::Workspace;
use standoff::model::Model;
use standoff::output::history::trace;
use standoff::random::RunAddress;

const RUNS: u64 = 20_000;

/// A thing that has been alive for a while and waits to die.
fn thing(since: &str, transition: &str, rest: &str) -> String {
    scenario(
        1e6,
        &format!(
            r#"
            [now.machines.thing]
            state = "alive"
            since = {since}
            [machines.thing]
            initial = "young"
            [machines.thing.states]
            young = {{}}
            alive = {{}}
            dead = {{}}
            [[machines.thing.transitions]]
            from = "young"
            to = "alive"
            rate = 1
            [[machines.thing.transitions]]
            name = "dies"
            from = "alive"
            to = "dead"
            {transition}
            [outcomes.died]
            when = "thing.dead"
            {rest}
            "#
        ),
    )
}

fn times(model: &Model, seed: u64) -> Vec<f64> {
    ends(model, seed, RUNS).iter().map(|end| end.time).collect()
}

/// P(T > 3 + t | T > 3), for every family.
#[test]
fn what_is_left_of_a_wait_is_conditioned_on_what_was_survived() {
    for (family, arguments) in CONTINUOUS {
        let model = model(&thing("3", &format!("after = {{ family = \"{family}\", {arguments} }}"), ""));
        let wait = simulator(&model).bound().wait(0).clone();
        let left = |t: f64| wait.cumulative_hazard(3.0 + t) - wait.cumulative_hazard(3.0);
        assert_law(&format!("{family} {arguments}"), &mut times(&model, 1), |t| -libm::expm1(-left(t)));
    }
}

/// With an acceleration of 2 and a hazard ratio of 3, an age of 6 is behind it and each day is two.
#[test]
fn the_time_spent_counts_at_the_present_speed() {
    for (family, arguments) in CONTINUOUS {
        let how = format!("after = {{ family = \"{family}\", {arguments} }}\nacceleration = 2\nhazard_ratio = 3");
        let model = model(&thing("3", &how, ""));
        let wait = simulator(&model).bound().wait(0).clone();
        let left = |t: f64| 3.0 * (wait.cumulative_hazard(6.0 + 2.0 * t) - wait.cumulative_hazard(6.0));
        assert_law(&format!("{family} {arguments}"), &mut times(&model, 2), |t| -libm::expm1(-left(t)));
    }
}

/// The same law as that of the runs, begun three days earlier, that live to see the present.
#[test]
fn starting_from_the_present_is_having_come_to_it() {
    let wait = "after = { family = \"gamma\", shape = 2.5, scale = 2 }";
    let whole =
        thing("3", wait, "").replace("[now.machines.thing]\n            state = \"alive\"\n            since = 3", "");
    let whole = whole.replace("initial = \"young\"", "initial = \"alive\"");
    let mut survivors: Vec<f64> = times(&model(&whole), 3).into_iter().filter(|t| *t > 3.0).map(|t| t - 3.0).collect();
    survivors.sort_by(f64::total_cmp);
    let n = survivors.len() as f64;
    let empirical = |t: f64| survivors.partition_point(|x| *x <= t) as f64 / n;
    let mut now = times(&model(&thing("3", wait, "")), 4);
    now.truncate(5_000);
    assert_law("survivors", &mut now, empirical);
}

#[test]
fn waits_with_probability_in_points() {
    let constant = model(&thing("3", "after = { family = \"constant\", value = 8 }", ""));
    assert!(ends(&constant, 1, 20).iter().all(|end| end.time == 5.0));
    let hurried = model(&thing("3", "after = { family = \"constant\", value = 8 }\nacceleration = 2", ""));
    assert!(ends(&hurried, 1, 20).iter().all(|end| end.time == 1.0));
    let empirical = model(&thing("3", "after = { family = \"empirical\", values = [1, 2, 4, 4, 6, 10] }", ""));
    let found = times(&empirical, 5);
    for (time, expected) in [(1.0, 0.5), (3.0, 0.25), (7.0, 0.25)] {
        let hits = found.iter().filter(|&&t| t == time).count();
        assert_share(&format!("at {time}"), hits, found.len(), expected);
    }
}

#[test]
fn ages_count_on_and_entries_have_happened() {
    let text = scenario(
        4.0,
        r#"
        [variables.entries]
        initial = 0
        [variables.waited]
        initial = 0
        [variables.heard]
        initial = 0
        [now.machines.m]
        state = "b"
        since = "1 week"
        [machines.m]
        initial = "a"
        [machines.m.states]
        a = { enter = { add = { entries = 1 } } }
        on = { enter = { add = { entries = 10 } }, initial = "c", states = { b = { enter = { add = { entries = 100 } } }, c = {} } }
        [[machines.m.transitions]]
        from = "b"
        after = { family = "constant", value = 10 }
        set = { waited = "age(m)" }
        [machines.other]
        initial = "s"
        [machines.other.states]
        s = { enter = { add = { entries = 1000 } } }
        [[machines.other.transitions]]
        from = "s"
        on = "m.b"
        add = { heard = 1 }
        [[machines.other.transitions]]
        from = "s"
        on = "m.on"
        add = { heard = 1 }
        "#,
    );
    let end = &ends(&model(&text), 1, 1)[0];
    // The other machine begins as ever.
    assert_eq!(end.world.variables, [1000.0, 10.0, 0.0]);
    let model = model(&text);
    let mut history = History::new(&model);
    simulator(&model).run(RunAddress::new(1, 0), &mut Workspace::default(), &mut history).unwrap();
    assert_eq!(trace(&history)[0].1, "starts in m.b (7.000 days already), other.s");
    assert_eq!(history.entries[1].time, 3.0);
}

/// The inner wait goes on from 2, the outer ones from 5 and, where nothing is said, from what stands within.
#[test]
fn enclosing_states_may_have_been_entered_earlier() {
    let text = |wait_from: &str, within: &str| {
        scenario(
            1e6,
            &format!(
                r#"
                [now.machines.m]
                state = "a"
                since = 2
                {within}
                [machines.m]
                initial = "off"
                [machines.m.states]
                off = {{}}
                top = {{ states = {{ on = {{ initial = "a", states = {{ a = {{}}, b = {{}} }} }} }} }}
                [[machines.m.transitions]]
                from = "a"
                to = "b"
                after = {{ family = "constant", value = 2.5 }}
                [[machines.m.transitions]]
                name = "leaves"
                from = "{wait_from}"
                to = "off"
                after = {{ family = "weibull", shape = 2, scale = 6 }}
                [outcomes.off]
                when = "m.off"
                "#
            ),
        )
    };
    for (from, within, spent) in [
        ("on", "within = { on = 5 }", 5.0),
        ("top", "within = { on = 5 }", 5.0),
        ("top", "within = { on = 5, top = 9 }", 9.0),
        ("on", "within = { top = 9 }", 2.0),
        ("top", "within = { top = 9 }", 9.0),
        ("on", "", 2.0),
    ] {
        let left = |t: f64| ((spent + t) * (spent + t) - spent * spent) / 36.0;
        assert_law(&format!("{from} {within}"), &mut times(&model(&text(from, within)), 6), |t| -libm::expm1(-left(t)));
    }
    // A composite stands for its initial state.
    let whole = text("on", "").replace("state = \"a\"", "state = \"top\"");
    let model = model(&whole);
    assert_eq!(model.state_path(model.now.machines[0].state), "m.a");
    assert_eq!(model.now.machines[0].around.len(), 2);
}

/// What is waited while `when` holds, under the three rules; the gate is open, or shut until 4.
#[test]
fn guards_and_clock_rules() {
    let text = |clock: &str, first: &str| {
        thing(
            "3",
            &format!(
                "when = \"gate.open\"\nclock = \"{clock}\"\nafter = {{ family = \"weibull\", shape = 2, scale = 6 }}"
            ),
            &format!(
                r#"
                [machines.gate]
                initial = "{first}"
                [machines.gate.states]
                open = {{}}
                shut = {{}}
                [[machines.gate.transitions]]
                from = "shut"
                to = "open"
                after = {{ family = "constant", value = 4 }}
                "#
            ),
        )
    };
    let hazard = |age: f64| age * age / 36.0;
    type Used = fn(&dyn Fn(f64) -> f64, f64) -> f64;
    let open: [(&str, Used); 3] = [
        ("reset", |h, t| h(3.0 + t) - h(3.0)),
        ("resume", |h, t| h(3.0 + t) - h(3.0)),
        // Counts from the start of the run, whatever went before.
        ("forward", |h, t| h(t)),
    ];
    for (clock, used) in open {
        assert_law(clock, &mut times(&model(&text(clock, "open")), 7), |t| -libm::expm1(-used(&hazard, t)));
    }
    let shut: [(&str, Used); 3] = [
        // The loss of its guard has reset it.
        ("reset", |h, t| h(t - 4.0)),
        ("resume", |h, t| h(3.0 + t - 4.0) - h(3.0)),
        ("forward", |h, t| h(t) - h(4.0)),
    ];
    for (clock, used) in shut {
        let mut found = times(&model(&text(clock, "shut")), 8);
        assert!(found.iter().all(|t| *t >= 4.0));
        assert_law(clock, &mut found, |t| if t < 4.0 { 0.0 } else { -libm::expm1(-used(&hazard, t)) });
    }
}

/// A machine that moves on as the run begins, or comes back later, waits anew.
#[test]
fn only_the_first_wait_goes_on() {
    let wait = "after = { family = \"constant\", value = 8 }";
    let at_once = "[[machines.thing.transitions]]\nfrom = \"alive\"\nto = \"young\"\nwhen = \"time == 0 and age(thing) == 3\"\n\
                   [[machines.thing.transitions]]\nfrom = \"young\"\nto = \"alive\"\non = \"thing.young\"";
    assert!(ends(&model(&thing("3", wait, at_once)), 1, 20).iter().all(|end| end.time == 8.0));
    let later = "[[machines.thing.transitions]]\nfrom = \"alive\"\nreenter = true\nafter = { family = \"constant\", value = 4 }";
    let text = thing("3", wait, later).replace("horizon = 1000000", "horizon = 50");
    assert!(ends(&model(&text), 1, 5).iter().all(|end| end.time == 50.0), "re-entered every 4, after 1");
}

#[test]
fn the_present_may_depend_on_parameters_and_is_dated() {
    let text = thing(
        "\"spent\"",
        "after = { family = \"constant\", value = 8 }",
        "[parameters.spent]\nvalue = 2\n[variables.x]\ninitial = 1\nbounds = [0, 1]\n[now.variables]\nx = { value = 0.25, range = [0, 0.5], times = \"spent\" }",
    );
    let model = model(&text);
    let run = |set: &[(String, f64)]| {
        let mut probe = Ends::default();
        let simulator = with_settings(&model, set).unwrap();
        simulator.run(RunAddress::new(1, 0), &mut Workspace::default(), &mut probe).map(|()| probe.ends.remove(0))
    };
    let end = run(&[]).unwrap();
    assert_eq!((end.time, &end.world.variables[..]), (6.0, &[0.5][..]));
    let end = run(&[("spent".into(), 3.0), ("now.x".into(), 0.1)]).unwrap();
    assert_eq!(end.time, 5.0);
    assert!((end.world.variables[0] - 0.3).abs() < 1e-15);
    assert!(with_settings(&model, &[("spent".into(), -1.0)]).is_err());
    let fault = run(&[("spent".into(), 8.0)]).unwrap_err();
    assert!(fault.message.contains("waited already for longer than it can"), "{}", fault.message);
    for date in ["2025-12-06", "\"2025-12-06\""] {
        let dated = thing(date, "after = { family = \"constant\", value = 40 }", "")
            .replace("unit = \"day\"", "unit = \"day\"\nstart = 2026-01-05");
        assert_eq!(ends(&crate::support::model(&dated), 1, 1)[0].time, 10.0);
    }
}

#[test]
fn a_present_that_cannot_be_is_refused() {
    let wait = "after = { family = \"uniform\", low = 2, high = 5 }";
    for (since, transition, rest, expected) in [
        ("-1", wait, "", "cannot be negative"),
        ("5", wait, "", "`dies` waits for 5 days at most, and has waited for 5 days already"),
        ("3", &format!("{wait}\nacceleration = 2"), "", "`dies` waits for 2.5 days at most"),
        ("2026-01-01", wait, "", "does not say when it starts"),
        ("\"thing.alive\"", wait, "", "a number is expected here"),
        ("\"age(thing)\"", wait, "", "may depend on parameters and levers only"),
        ("1\nwithin = { around = 2 }", wait, "", "around `alive` there is no state `around`"),
        ("1", wait, "[now.variables]\ny = 1", "unknown variable `y`"),
        (
            "1",
            wait,
            "[variables.y]\ninitial = 1\nbounds = [0, 1]\n[now.variables]\ny = 2",
            "the present value 2 lies outside",
        ),
        ("1", wait, "[now.machines.thong]\nstate = \"a\"", "unknown machine `thong`"),
    ] {
        let (model, said) = read(thing(since, transition, rest).as_bytes());
        assert!(model.is_none() && said.contains(expected), "{since}, {transition}, {rest}:\n{said}");
    }
    let guarded = model(&thing("5", &format!("{wait}\nwhen = \"time < 1\""), ""));
    let fault = simulator(&guarded).run(RunAddress::new(1, 0), &mut Workspace::default(), &mut Ends::default());
    assert!(fault.unwrap_err().message.contains("waited already for longer than it can"));
}
