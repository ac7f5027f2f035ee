//! One run as a story: the reasons are those that the model has, the chances those of competing hazards.

use crate::support::{ends, model, scenario, simulator};
use assert_cmd::Command;
use standoff::analysis::chosen::{Choosing, Measure, choose};
use standoff::analysis::history::{Due, Event, History, Why};
use standoff::kernel::run::Workspace;
use standoff::model::Model;
use standoff::output::history::{Telling, story};
use standoff::random::RunAddress;

fn history(model: &Model, run: u64) -> History<'_> {
    let mut history = History::new(model);
    simulator(model).run(RunAddress::new(1, run), &mut Workspace::default(), &mut history).unwrap();
    history
}

fn told(model: &Model, run: u64) -> String {
    let telling = Telling { run, seed: 1, with: String::new() };
    // As one line each, so that where it is broken does not matter.
    story(&history(model, run), &telling).text(10_000)
}

/// The first transition whose clock was due.
fn first_due(history: &History<'_>) -> (usize, f64, Due) {
    let due = history.entries.iter().find_map(|entry| match &entry.event {
        Event::Fires(firing) => match &firing.why {
            Why::Due(due) => Some((firing.transition.index(), entry.time, due.clone())),
            _ => None,
        },
        _ => None,
    });
    due.unwrap()
}

const RACE: &str = r#"
    [machines.m]
    initial = "start"
    states = { start = {}, a = {}, b = {}, c = {} }
    [[machines.m.transitions]]
    from = "start"
    to = "a"
    rate = 0.1
    [[machines.m.transitions]]
    from = "start"
    to = "b"
    rate = "0.1 * boost"
    [[machines.m.transitions]]
    from = "start"
    to = "c"
    rate = 0.7
    [parameters.boost]
    value = 2
    basis = "judgement"
    [outcomes.over]
    when = "not m.start"
"#;

/// Three memoryless clocks: each is the first with a probability that is its part of all hazards, whenever it happens.
#[test]
fn chances_are_the_parts_of_the_hazards() {
    let model = model(&scenario(1e6, RACE));
    let expected = [0.1, 0.2, 0.7];
    let (runs, mut first) = (2000, [0_usize; 3]);
    for run in 0..runs {
        let history = history(&model, run);
        let (transition, time, due) = first_due(&history);
        assert!((due.hazard - expected[transition]).abs() < 1e-12 && (due.age - time).abs() < 1e-12);
        assert!((due.share().unwrap() - expected[transition]).abs() < 1e-12, "{due:?}");
        for (rival, hazard) in &due.rivals {
            assert!((due.share_of(*hazard).unwrap() - expected[rival.index()]).abs() < 1e-12);
        }
        first[transition] += 1;
    }
    for (hits, p) in first.into_iter().zip(expected) {
        crate::support::assert_share("first of three", hits, runs as usize, p);
    }
    let text = told(&model, 0);
    assert!(text.contains("the others: `"), "{text}");
    let own = ["10 %", "20 %", "70 %"][first_due(&history(&model, 0)).0];
    assert!(text.contains(&format!("this had a chance of {own}")), "{text}");
}

/// A Weibull wait under a hazard ratio: h(t) = r k/λ (t/λ)^(k−1) at the clock's age, which began when the guard came to hold.
#[test]
fn the_hazard_of_a_wait_is_that_at_its_age() {
    let text = r#"
        [machines.door]
        initial = "shut"
        states = { shut = {}, open = {} }
        [[machines.door.transitions]]
        from = "shut"
        to = "open"
        after = { family = "constant", value = 3 }
        [machines.m]
        initial = "waiting"
        states = { waiting = {}, gone = {} }
        [[machines.m.transitions]]
        from = "waiting"
        to = "gone"
        when = "door.open"
        after = { family = "weibull", shape = 2.5, scale = 10 }
        hazard_ratio = 1.7
        [outcomes.over]
        when = "m.gone"
    "#;
    let model = model(&scenario(1e6, text));
    for run in 0..50 {
        let history = history(&model, run);
        let dues: Vec<(f64, Due)> = history
            .entries
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::Fires(firing) => match &firing.why {
                    Why::Due(due) => Some((entry.time, due.clone())),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let [(opened, door), (went, due)] = &dues[..] else { panic!("{dues:?}") };
        assert_eq!((*opened, door.hazard), (3.0, f64::INFINITY));
        assert_eq!(door.share(), None, "a wait that is over is no matter of chance");
        let age = went - 3.0;
        assert!((due.age - age).abs() < 1e-9 && (due.spent - went).abs() < 1e-12, "{due:?} at {went}");
        let hazard = 1.7 * 0.25 * libm::pow(age / 10.0, 1.5);
        assert!((due.hazard / hazard - 1.0).abs() < 1e-9, "{} against {hazard}", due.hazard);
    }
    let text = told(&model, 0);
    assert!(text.contains("It could happen because `door` is in `open`."), "{text}");
    assert!(text.contains("weibull with shape 2.5 and scale 10 days"), "{text}");
    assert!(text.contains("Nothing else was under way for `m`."), "{text}");
}

/// Events, conditions, branches and shocks are told with what made them happen.
#[test]
fn every_kind_of_cause_is_told() {
    let text = r#"
        [time]
        unit = "week"
        start = 2026-01-05
        horizon = 100
        [variables.heat]
        initial = 1
        [shocks.frost]
        at = 2
        about = "It freezes"
        set = { heat = 0.25 }
        emit = "cold"
        [shocks.kept]
        at = 3
        when = "heat > 5"
        [machines.m]
        initial = "idle"
        [machines.m.states]
        idle = { about = "Nothing to do" }
        up = {}
        left = {}
        right = {}
        [[machines.m.transitions]]
        name = "wakes"
        about = "The cold wakes it"
        from = "idle"
        to = "up"
        on = "cold"
        probability = "sure"
        [[machines.m.transitions]]
        from = "up"
        rate = 1000
        branches = [ { to = "left", weight = 3 }, { to = "right", weight = "4 * heat" } ]
        [machines.other]
        initial = "off"
        states = { off = {}, on = {} }
        [[machines.other.transitions]]
        from = "off"
        to = "on"
        when = "m.up and heat < 0.5"
        [parameters.sure]
        value = 0.999999
        basis = "judgement"
        [milestones.woken]
        when = "m.up"
        [outcomes.over]
        when = "m.left or m.right"
        about = "It went one way"
        [outcomes.still]
        default = true
    "#;
    let model = model(&format!("title = \"test\"\n{text}"));
    let text = told(&model, 0);
    let expected = [
        "One simulated history: run 0 of seed 1.",
        "5 January 2026 (week 0)",
        "`m` is in `idle`: Nothing to do",
        "19 January 2026 (week 2)",
        "The shock `frost` strikes. It freezes.",
        "`m` goes from `idle` to `up`. The cold wakes it.",
        "When the event `cold` comes, it answers with a probability of 100 %.",
        "`other` goes from `off` to `on`.",
        "At once, because `m` is in `up` and `heat` is less than 0.5.",
        "`heat` falls from 1 to 0.25.",
        "For the first time: `woken`.",
        "It could lead to `left` (75 %) or `right` (25 %).",
        "The run ends: `over`. It went one way.",
    ];
    let mut rest = text.as_str();
    for words in expected {
        let place = rest.find(words).unwrap_or_else(|| panic!("{words} is not told in its place:\n{text}"));
        rest = &rest[place + words.len()..];
    }
    assert!(!text.contains("kept"), "the run was over before: {text}");
}

/// What is set for a run is what its story tells.
#[test]
fn a_story_is_of_the_values_that_are_set() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("race.toml"), scenario(1e6, RACE)).unwrap();
    let replay = |words: &[&str]| {
        let mut command = Command::cargo_bin("standoff").unwrap();
        let output = command.current_dir(folder.path()).arg("replay").args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let text = replay(&["race.toml", "--set", "boost=2.2", "--format", "markdown"]);
    // 0.1, 0.22 and 0.7 of 1.02.
    for words in ["With boost = 2.2.", "9.8 %", "22 %", "69 %"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.starts_with("# test\n"), "{text}");
    let trace = replay(&["race.toml", "--format", "trace"]);
    assert!(trace.starts_with("test: run 0 of seed 1, times in days\n     0.000  starts in m.start\n"), "{trace}");
}

/// The runs that are chosen stand at the quantiles of their measure, and of equals the first is taken.
#[test]
fn histories_are_chosen_at_their_quantiles() {
    let model = model(&scenario(50.0, &format!("{RACE}\n[consequences.spent]\nrate = 1\nunit = \"days\"\n")));
    let (runs, simulator) = (501, simulator(&model));
    let mut totals: Vec<f64> = ends(&model, 1, runs).iter().map(|end| end.world.totals[0]).collect();
    let all = totals.clone();
    totals.sort_by(f64::total_cmp);
    let measure = Measure::first(&[&model]);
    assert_eq!((measure.consequence.as_deref(), measure.unit.as_str()), (Some("spent"), "days"));
    let shares = [0.1, 0.5, 0.9];
    let chosen = choose(&Choosing::Alike(&simulator), &[&model], &measure, (1, runs), &shares).unwrap();
    for (one, share) in chosen.iter().zip(shares) {
        assert_eq!((one.value, one.value), (totals[(share * 500.0) as usize], all[one.run as usize]));
    }
    // Without a consequence it is how long runs last, which is the same here.
    let mut bare = model.clone();
    bare.consequences.clear();
    let simulator = crate::support::simulator(&bare);
    let measure = Measure::first(&[&bare]);
    let by_time = choose(&Choosing::Alike(&simulator), &[&bare], &measure, (1, runs), &shares).unwrap();
    let runs_of = |chosen: &[standoff::analysis::chosen::Chosen]| chosen.iter().map(|one| one.run).collect::<Vec<_>>();
    assert_eq!((measure.consequence, runs_of(&by_time)), (None, runs_of(&chosen)));
}
