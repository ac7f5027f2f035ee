//! What a run is: each clause of the semantics, by a case small enough to be worked out by hand.

use crate::support::{Ends, assert_law, assert_mean, assert_share, ends, model, scenario, simulator};
use standoff::kernel::run::Workspace;
use standoff::random::RunAddress;

/// A machine with these states and transitions, besides the given text.
fn machine(name: &str, initial: &str, states: &str, transitions: &str) -> String {
    let states: String = states.lines().map(|line| format!("{}\n", line.trim())).collect();
    let transitions = transitions.replace("---", &format!("[[machines.{name}.transitions]]"));
    format!("[machines.{name}]\ninitial = \"{initial}\"\n[machines.{name}.states]\n{states}\n{transitions}\n")
}

/// Final values of the variables of run 0.
fn variables_after(text: &str) -> Vec<f64> {
    ends(&model(text), 1, 1)[0].world.variables.clone()
}

fn fault(text: &str) -> String {
    let model = model(text);
    let mut probe = Ends::default();
    simulator(&model).run(RunAddress::new(1, 0), &mut Workspace::default(), &mut probe).unwrap_err().message
}

#[test]
fn competing_rates_split_in_proportion() {
    let text = machine(
        "m",
        "s",
        "s = {}\na = {}\nb = {}",
        "---\nfrom = \"s\"\nto = \"a\"\nrate = 0.3\n---\nfrom = \"s\"\nto = \"b\"\nrate = 0.1",
    ) + "[outcomes.a]\nwhen = \"m.a\"\n[outcomes.b]\nwhen = \"m.b\"";
    let ends = ends(&model(&scenario(1e6, &text)), 5, 40_000);
    assert_share("a", ends.iter().filter(|end| end.outcome == 0).count(), ends.len(), 0.75);
    let mut times: Vec<f64> = ends.iter().map(|end| end.time).collect();
    assert_law("the wait", &mut times, |t| -libm::expm1(-0.4 * t));
    // The time does not depend on which one it was.
    let mut of_b: Vec<f64> = ends.iter().filter(|end| end.outcome == 1).map(|end| end.time).collect();
    assert_law("the wait before b", &mut of_b, |t| -libm::expm1(-0.4 * t));
}

#[test]
fn branches_are_drawn_by_weight() {
    let text = "[parameters.w]\nvalue = 3\n".to_owned()
        + &machine(
            "m",
            "s",
            "s = {}\na = {}\nb = {}\nc = {}",
            "---\nfrom = \"s\"\nrate = 1\nbranches = [ { to = \"a\", weight = \"w\" }, { to = \"b\", weight = 1 }, { to = \"c\", weight = 0 } ]",
        )
        + "[outcomes.a]\nwhen = \"m.a\"\n[outcomes.b]\nwhen = \"m.b\"\n[outcomes.c]\nwhen = \"m.c\"";
    let ends = ends(&model(&scenario(1e6, &text)), 6, 40_000);
    assert_share("a", ends.iter().filter(|end| end.outcome == 0).count(), ends.len(), 0.75);
    assert!(ends.iter().all(|end| end.outcome < 2), "a branch without weight is never taken");
}

#[test]
fn a_chance_per_period_is_the_hazard_that_gives_it() {
    let text = machine("m", "s", "s = {}\na = {}", "---\nfrom = \"s\"\nto = \"a\"\nchance = \"5%\"\nper = \"week\"")
        + "[outcomes.a]\nwhen = \"m.a\"";
    let ends = ends(&model(&scenario(7.0, &text)), 7, 60_000);
    assert_share("within the week", ends.iter().filter(|end| end.outcome == 0).count(), ends.len(), 0.05);
}

/// Exit actions, then the transition's, then entry actions; the transition's right-hand sides read what was before.
#[test]
fn actions_happen_in_order_and_read_what_was() {
    let text = "[variables.x]\ninitial = 1\n[variables.y]\ninitial = 10\n[variables.z]\ninitial = 0\n".to_owned()
        + &machine(
            "m",
            "s",
            "s = { exit = { set = { x = 5 } } }\na = { values = { v = 100 }, enter = { set = { z = \"x + y + m.v\" } } }",
            "---\nfrom = \"s\"\nto = \"a\"\nafter = { family = \"constant\", value = 1 }\nset = { x = \"y\", y = \"x\" }",
        )
        .replace("s = { exit", "s = { values = { v = 7 }, exit");
    // The exit sets x to 5; the transition exchanges what was there before (1 and 10); the entry sees 10 + 1 + 100.
    assert_eq!(variables_after(&scenario(2.0, &text)), [10.0, 1.0, 111.0]);
}

#[test]
fn results_are_clamped_to_bounds() {
    let text = "[variables.x]\ninitial = 0.9\nbounds = [0, 1]\n".to_owned()
        + &machine(
            "m",
            "s",
            "s = {}\na = {}",
            "---\nfrom = \"s\"\nto = \"a\"\nafter = { family = \"constant\", value = 1 }\nadd = { x = 0.5 }",
        );
    assert_eq!(variables_after(&scenario(2.0, &text)), [1.0]);
}

/// Events reach the machines in file order, before any immediate transition; in each the first that may answers.
#[test]
fn events_come_before_immediate_transitions() {
    let append = |digit: u32| format!("set = {{ log = \"log * 10 + {digit}\" }}");
    let text = format!(
        "[variables.log]\ninitial = 0\n{}{}{}",
        machine(
            "first",
            "s",
            "s = {}\nt = {}",
            &format!(
                "---\nfrom = \"s\"\nto = \"t\"\nafter = {{ family = \"constant\", value = 1 }}\nemit = [\"bang\", \"fizz\"]\n{}",
                append(1)
            ),
        ),
        machine(
            "second",
            "s",
            "s = {}\nt = {}\nu = {}",
            &format!(
                "---\nname = \"at once\"\nfrom = \"t\"\nto = \"u\"\nwhen = \"log > 0\"\n{}\n---\nfrom = \"s\"\nto = \"t\"\non = \"bang\"\n{}\n---\nname = \"never\"\nfrom = \"s\"\nto = \"u\"\non = \"bang\"\n{}",
                append(4),
                append(2),
                append(9),
            ),
        ),
        machine(
            "third",
            "s",
            "s = {}\nt = {}\nu = {}",
            &format!(
                "---\nfrom = \"t\"\nto = \"u\"\non = \"fizz\"\n{}\n---\nfrom = \"s\"\nto = \"t\"\non = \"bang\"\n{}\n---\nfrom = \"u\"\non = \"second.u\"\n{}",
                append(5),
                append(3),
                append(6),
            ),
        ),
    );
    // 1 fires; "bang": second answers once (2), third answers (3); "fizz": third (5); then at once (4), whose entry
    // third hears (6).
    assert_eq!(variables_after(&scenario(2.0, &text)), [123_546.0]);
}

#[test]
fn an_event_is_answered_with_its_probability() {
    let text = machine(
        "bell",
        "s",
        "s = {}\nt = {}",
        "---\nfrom = \"s\"\nto = \"t\"\nafter = { family = \"constant\", value = 1 }",
    ) + &machine(
        "m",
        "s",
        "s = {}\na = {}\nb = {}",
        "---\nfrom = \"s\"\nto = \"a\"\non = \"bell.t\"\nprobability = \"30%\"\n---\nfrom = \"s\"\nto = \"b\"\non = \"bell.t\"",
    ) + "[outcomes.a]\nwhen = \"m.a\"\n[outcomes.b]\nwhen = \"m.b\"";
    let ends = ends(&model(&scenario(2.0, &text)), 8, 40_000);
    assert_share("a", ends.iter().filter(|end| end.outcome == 0).count(), ends.len(), 0.3);
    assert!(ends.iter().all(|end| end.outcome < 2 && end.time == 1.0));
}

#[test]
fn ties_fire_in_file_order_and_events_at_the_horizon_fire() {
    let tick = |digit: u32| {
        format!(
            "---\nfrom = \"s\"\nname = \"{digit}\"\nafter = {{ family = \"constant\", value = 3 }}\nset = {{ log = \"log * 10 + {digit}\" }}\n"
        )
    };
    let text =
        "[variables.log]\ninitial = 0\n".to_owned() + &machine("m", "s", "s = {}", &(tick(1) + &tick(2) + &tick(3)));
    assert_eq!(variables_after(&scenario(3.0, &text)), [123.0]);
    assert_eq!(variables_after(&scenario(6.0, &text)), [123_123.0]);
    assert_eq!(variables_after(&scenario(5.9, &text)), [123.0]);
}

/// A transition that stays does not re-arm the others of its state; one that re-enters does.
#[test]
fn staying_and_re_entering() {
    let text = |reenter: bool| {
        scenario(
            100.0,
            &(machine(
                "m",
                "s",
                "s = {}\na = {}",
                &format!(
                    "---\nfrom = \"s\"\nreenter = {reenter}\nafter = {{ family = \"constant\", value = 2 }}\n---\nfrom = \"s\"\nto = \"a\"\nafter = {{ family = \"constant\", value = 5 }}"
                ),
            ) + "[outcomes.a]\nwhen = \"m.a\""),
        )
    };
    assert_eq!(ends(&model(&text(false)), 1, 1)[0].time, 5.0);
    assert_eq!(ends(&model(&text(true)), 1, 1)[0].outcome, 1, "the wait of 5 is begun anew every 2");
}

/// A wait over several states goes on while the machine moves among them.
#[test]
fn a_wait_from_several_states_lasts_over_them() {
    let text = machine(
        "m",
        "a",
        "a = {}\nb = {}\ndone = {}",
        "---\nfrom = \"a\"\nto = \"b\"\nafter = { family = \"constant\", value = 2 }\n---\nfrom = [\"a\", \"b\"]\nto = \"done\"\nafter = { family = \"constant\", value = 5 }",
    ) + "[outcomes.done]\nwhen = \"m.done\"";
    assert_eq!(ends(&model(&scenario(100.0, &text)), 1, 1)[0].time, 5.0);
}

#[test]
fn entry_actions_of_initial_states_and_immediate_transitions_happen_at_the_start() {
    let text = "[variables.x]\ninitial = 1\n".to_owned()
        + &machine(
            "m",
            "s",
            "s = { enter = { add = { x = 1 } } }\na = { enter = { add = { x = 10 } } }",
            "---\nfrom = \"s\"\nto = \"a\"\nwhen = \"x > 1\"",
        )
        + "[milestones.there]\nwhen = \"m.a\"";
    let end = &ends(&model(&scenario(1.0, &text)), 1, 1)[0];
    assert_eq!(end.world.variables, [12.0]);
    assert_eq!(end.milestones, [Some(0.0)]);
}

#[test]
fn the_first_outcome_that_holds_ends_the_run() {
    let text = machine("m", "s", "s = {}\na = {}", "---\nfrom = \"s\"\nto = \"a\"\nrate = 1")
        + "[outcomes.one]\nwhen = \"m.a and time < 0\"\n[outcomes.two]\nwhen = \"m.a\"\n[outcomes.three]\nwhen = \"m.a\"";
    assert!(ends(&model(&scenario(1e3, &text)), 1, 20).iter().all(|end| end.outcome == 1));
}

#[test]
fn what_is_left_at_the_horizon_is_classified_in_file_order() {
    let text = machine("m", "s", "s = {}\na = {}", "---\nfrom = \"s\"\nto = \"a\"\nrate = 1")
        + "[outcomes.moved]\ndefault = true\nwhen = \"m.a\"";
    let ends = ends(&model(&scenario(1.0, &text)), 9, 20_000);
    assert!(ends.iter().all(|end| end.time == 1.0));
    assert_share("moved", ends.iter().filter(|end| end.outcome == 0).count(), ends.len(), -libm::expm1(-1.0));
}

/// 2 a day for 3 days, then 5 a day for 4; a lump of 100 at the change. With a discount each piece is ∫ r·e^(−δt) dt.
#[test]
fn consequences_are_integrated_exactly() {
    let text = |discount: f64| {
        scenario(
            7.0,
            &(format!("[consequences.cost]\nrate = \"m.price\"\ndiscount = {discount}\n")
                + &machine(
                    "m",
                    "s",
                    "s = { values = { price = 2 } }\na = { values = { price = 5 } }",
                    "---\nfrom = \"s\"\nto = \"a\"\nafter = { family = \"constant\", value = 3 }\nadd = { cost = 100 }",
                )),
        )
    };
    assert_eq!(ends(&model(&text(0.0)), 1, 1)[0].world.totals, [126.0]);
    let force = libm::log(1.5) / 365.25;
    let piece = |rate: f64, from: f64, to: f64| rate * (libm::exp(-force * from) - libm::exp(-force * to)) / force;
    let expected = piece(2.0, 0.0, 3.0) + 100.0 * libm::exp(-force * 3.0) + piece(5.0, 3.0, 7.0);
    let total = ends(&model(&text(0.5)), 1, 1)[0].world.totals[0];
    assert!((total - expected).abs() < 1e-9, "{total} against {expected}");
}

/// Each law over ten steps has the mean and variance of its process at that time.
#[test]
fn drifting_variables_follow_their_exact_law() {
    let of = |dynamics: &str, initial: f64| {
        let text = format!("[variables.x]\ninitial = {initial}\ndynamics = {{ {dynamics} }}\n");
        let model = model(&scenario(10.0, &(text + &machine("m", "s", "s = {}", ""))));
        ends(&model, 3, 20_000).iter().map(|end| end.world.variables[0]).collect::<Vec<f64>>()
    };
    let normal = |mean: f64, sd: f64| move |x: f64| 0.5 * libm::erfc(-(x - mean) / sd / std::f64::consts::SQRT_2);
    assert_law(
        "random walk",
        &mut of(r#"kind = "random-walk", drift = 0.5, volatility = 2"#, 1.0),
        normal(6.0, 2.0 * 10.0_f64.sqrt()),
    );
    let speed = std::f64::consts::LN_2 / 4.0;
    let sd = (0.09 * -libm::expm1(-20.0 * speed) / (2.0 * speed)).sqrt();
    let mean = 2.0 + (5.0 - 2.0) * libm::exp(-10.0 * speed);
    let reverting = r#"kind = "mean-reverting", level = 2, half_life = 4, volatility = 0.3"#;
    assert_law("mean-reverting", &mut of(reverting, 5.0), normal(mean, sd));
    let mut logs: Vec<f64> =
        of(r#"kind = "log-mean-reverting", level = "exp(2)", half_life = "4 days", volatility = 0.3"#, libm::exp(5.0))
            .into_iter()
            .map(libm::log)
            .collect();
    assert_law("log-mean-reverting", &mut logs, normal(mean, sd));
    let grown = of(r#"kind = "geometric", drift = 0.05, volatility = 0.1"#, 1.0);
    assert_mean("geometric", &grown, libm::exp(0.5));
    let drifted = of(r#"kind = "mean-reverting", level = 2, half_life = 4, drift = "0.1 * ln(2) / 4""#, 2.0);
    assert!((drifted[0] - (2.1 - 0.1 * libm::exp(-10.0 * speed))).abs() < 1e-12, "drift moves the level");
}

/// A hazard that reads time is held between steps; here it is 0 until 5 and 1 from then on.
#[test]
fn time_dependent_hazards_are_refreshed_at_steps() {
    let text = machine("m", "s", "s = {}\na = {}", "---\nfrom = \"s\"\nto = \"a\"\nrate = \"if(time >= 5, 1, 0)\"")
        + "[outcomes.a]\nwhen = \"m.a\"";
    let mut times: Vec<f64> = ends(&model(&scenario(1e3, &text)), 4, 10_000).iter().map(|end| end.time).collect();
    assert_law("after 5", &mut times, |t| if t < 5.0 { 0.0 } else { -libm::expm1(-(t - 5.0)) });
}

#[test]
fn a_run_that_cannot_go_on_says_why() {
    let variable = "[variables.x]\ninitial = -1\n";
    let two = "s = {}\na = {}";
    for (transitions, expected) in [
        ("---\nfrom = \"s\"\nto = \"a\"\nrate = \"x\"", "its rate is negative: -1"),
        ("---\nfrom = \"s\"\nto = \"a\"\nrate = \"ln(x)\"", "its rate is not a finite number: NaN"),
        (
            "---\nfrom = \"s\"\nto = \"a\"\nafter = { family = \"constant\", value = 1 }\nhazard_ratio = \"x\"",
            "its hazard ratio is negative: -1",
        ),
        (
            "---\nfrom = \"s\"\nwhen = \"x < 0\"\nbranches = [ { to = \"a\", weight = \"x + 1\" }, { to = \"s\", weight = \"0 * x\" } ]",
            "the weights of all branches are zero",
        ),
        ("---\nname = \"on and on\"\nfrom = \"s\"\nwhen = \"x < 0\"\nadd = { x = -1 }", "more than 10000 transitions"),
        (
            "---\nname = \"back\"\nfrom = \"s\"\nwhen = \"x < 0\"\nto = \"a\"\n---\nname = \"forth\"\nfrom = \"a\"\nwhen = \"x < 0\"\nto = \"s\"",
            "round and round go: m.forth, m.back",
        ),
        (
            "---\nname = \"zero\"\nfrom = \"s\"\nafter = { family = \"constant\", value = 0 }",
            "more than 10000 transitions at one instant",
        ),
        ("---\nfrom = \"s\"\nwhen = \"x < 0\"\nto = \"a\"\nset = { x = \"1 / 0\" }", "it makes `x` inf"),
    ] {
        let said = fault(&scenario(10.0, &(variable.to_owned() + &machine("m", "s", two, transitions))));
        assert!(said.contains(expected), "{transitions}\n{said}");
    }
}
