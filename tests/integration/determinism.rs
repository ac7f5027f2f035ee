//! The same bits: at any number of threads, under any split, on any day; and unrelated luck for other seeds.

use crate::diary::{Alone, Diary};
use crate::support::{ends, simulator};
use standoff::analysis::cast::Cast;
use standoff::analysis::doubt::drawing::Drawing;
use standoff::analysis::durations::{Counted, DurationsTally};
use standoff::analysis::estimate::time_points;
use standoff::analysis::study::{Settings, Subject, study};
use standoff::analysis::tally::Tally;
use standoff::analysis::{Findings, estimate};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::kernel::batch::{BLOCK, Collector, Monitor, RunFault, run_batch, run_drawn};
use standoff::kernel::run::Simulator;
use standoff::kernel::wave::WIDTH;
use standoff::model::{Model, resolve};
use standoff::output::manifest::sha256_hex;
use standoff::output::{chart, summary, tables};
use standoff::program::sheet::lanes::LANES;
use standoff::scenario::load::{self, Disk};
use std::path::Path;
use std::sync::Arc;

const PATHS: [&str; 4] = ["continued-support", "limited-deployment", "full-involvement", "negotiated-pause"];

fn open(name: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics).unwrap();
    resolve::resolve(&scenario, &mut diagnostics).unwrap()
}

fn found(name: &str, model: &Model, seed: u64, runs: u64, threads: usize) -> Findings {
    let settings = Settings { seed, runs, threads, set: Vec::new() };
    study(&Subject { name, digest: "", model }, &settings, &Monitor::default()).unwrap()
}

#[test]
fn findings_are_the_same_at_any_number_of_threads() {
    let model = open("limited-deployment");
    // Three blocks, the last of them ragged.
    let runs = 2 * BLOCK + 100;
    let one = found("limited-deployment", &model, 7, runs, 1);
    for threads in [2, 7] {
        let other = found("limited-deployment", &model, 7, runs, threads);
        assert_eq!(summary::summary_json(&one), summary::summary_json(&other), "{threads} threads");
        assert_eq!(tables::timeline_csv(&one), tables::timeline_csv(&other), "{threads} threads");
    }
    let png = || chart::outcome_bars(&one, &chart::Theme::default()).unwrap().png().unwrap();
    assert_eq!(png(), png());
}

/// What runs tell, one after the other or in flight together.
fn told(simulator: &Simulator, runs: u64, threads: usize, many: bool) -> Vec<String> {
    // Where runs take no steps, those in flight together do not show their clocks.
    let looks = simulator.bound().program().takes_steps;
    let make = || Diary::new(many, looks);
    let mut diary = run_batch(simulator, 5, 0..runs, threads, make, &Monitor::default()).unwrap().0;
    diary.finished.sort();
    diary.finished
}

/// Runs in flight together are told of as runs one after the other are, to the last bit; only the order is another.
#[test]
fn runs_abreast_are_runs_one_by_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let (mut with_steps, mut without) = (0, 0);
    for folder in ["", "gallery", "reference", "reference/rare"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
            let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics);
            let Some(model) = scenario.and_then(|scenario| resolve::resolve(&scenario, &mut diagnostics)) else {
                continue;
            };
            let simulator = simulator(&model);
            // More than there are lanes, so that lanes take on further runs, and not a multiple.
            let lanes = if simulator.bound().program().takes_steps { 2 * LANES } else { WIDTH };
            let runs = lanes as u64 + 31;
            assert!(told(&simulator, runs, 1, false) == told(&simulator, runs, 1, true), "{}", path.display());
            let program = simulator.bound().program();
            with_steps += usize::from(program.takes_steps);
            without += usize::from(program.has_physical_states());
        }
    }
    assert!(with_steps >= 10 && without >= 10, "{with_steps} {without}");
}

/// The same of runs that have parameters of their own, and some of which take other seasons, values of states and half-lives.
#[test]
fn runs_with_parameters_of_their_own_are_runs_one_by_one() {
    let mut drawn = 0;
    for name in ["continued-support", "limited-deployment", "full-involvement", "negotiated-pause"] {
        let model = open(name);
        let (simulator, drawing) = (simulator(&model), Drawing::new(&model, &[], 3).unwrap());
        drawn += drawing.names().len();
        let told = |threads: usize, many: bool| {
            let make = || Diary::new(many, true);
            let runs = 0..2 * LANES as u64 + 7;
            let bind = |point| drawing.bind(point);
            let mut diary = run_drawn(&simulator, bind, 5, runs, threads, make, &Monitor::default()).unwrap().0;
            diary.finished.sort();
            diary.finished
        };
        assert!(told(1, false) == told(1, true), "{name}");
        // Whatever their lanes have run before.
        assert!(told(1, false) != self::told(&simulator, 2 * LANES as u64 + 7, 1, true), "{name}");
    }
    assert!(drawn > 100, "{drawn}");
}

/// Everything that an event can do without time: branches and answers, immediate transitions, clocks that resume, run forward, are
/// multiples of one another or stand still, waits from several states, nested states with a history, shocks, lump sums and
/// rates that are discounted, milestones, guards and hazards that read variables and other machines.
const EVERYTHING: &str = r#"
    [variables.pressure]
    initial = 0.2
    bounds = [0, 1]
    [consequences.cost]
    unit = "EUR"
    discount = 0.04
    rate = "if(one.calm, 0.5, 2 * pressure)"
    [consequences.tally]
    unit = "times"
    [milestones.high]
    when = "pressure > 0.55"
    [shocks.push]
    at = 7
    set = { pressure = 0.5 }
    when = "one.calm or one.tense"
    [shocks.late]
    at = 31
    add = { pressure = -0.1, cost = 3 }
    emit = "alarm"
    [machines.one]
    initial = "calm"
    [machines.one.states]
    calm = { enter = { add = { pressure = -0.02 } } }
    tense = { exit = { add = { cost = 1.5, tally = 1 } } }
    over = {}
    [machines.one.states.fight]
    initial = "low"
    history = true
    [machines.one.states.fight.states]
    low = {}
    high = { enter = { emit = "alarm" } }
    [[machines.one.transitions]]
    from = "calm"
    to = "tense"
    after = { family = "weibull", shape = 1.4, scale = 6 }
    hazard_ratio = "1 + pressure"
    [[machines.one.transitions]]
    from = ["tense", "fight"]
    to = "calm"
    after = { family = "lognormal", mu = 2, sigma = 0.7 }
    clock = "resume"
    [[machines.one.transitions]]
    from = "tense"
    branches = [{ to = "fight", weight = "0.3 + pressure" }, { to = "calm", weight = 0.5 }]
    after = { family = "gamma", shape = 2, scale = 2.5 }
    add = { pressure = 0.15 }
    [[machines.one.transitions]]
    from = "low"
    to = "high"
    after = { family = "weibull", shape = 2, scale = 4 }
    acceleration = "1 + pressure"
    [[machines.one.transitions]]
    from = "high"
    to = "low"
    rate = 0.4
    [[machines.one.transitions]]
    from = "fight"
    to = "over"
    rate = 0.05
    when = "pressure > 0.3 and two.warm"
    [[machines.one.transitions]]
    name = "presses"
    from = "calm"
    after = { family = "lognormal", mu = 1, sigma = 0.4 }
    clock = "forward"
    add = { pressure = 0.05 }
    [machines.two]
    initial = "cold"
    [machines.two.states]
    cold = {}
    warm = {}
    [[machines.two.transitions]]
    from = "cold"
    to = "warm"
    on = "alarm"
    probability = 0.7
    [[machines.two.transitions]]
    from = "cold"
    to = "warm"
    when = "pressure > 0.6"
    [[machines.two.transitions]]
    from = "warm"
    to = "cold"
    after = { family = "uniform", low = 1, high = 5 }
    when = "pressure <= 0.6"
    [[machines.two.transitions]]
    from = "warm"
    to = "cold"
    rate = "if(one.over, 0, 0.1 * pressure)"
    [outcomes.over]
    when = "one.over and two.cold"
"#;

#[test]
fn physical_states_leave_nothing_out() {
    let model = crate::support::model(&crate::support::scenario(60.0, EVERYTHING));
    let simulator = simulator(&model);
    assert!(simulator.bound().program().has_physical_states());
    let runs = 2 * BLOCK + 100;
    let alone = told(&simulator, runs, 1, false);
    assert!(alone == told(&simulator, runs, 1, true) && alone == told(&simulator, runs, 3, true));
}

/// Many clocks whose hazards change while they run, or come to nothing, and which take other places as others come and go: of four
/// machines, all of which read one another; with states that renew and others that do not.
#[test]
fn clocks_keep_what_is_left_of_them() {
    let machine = |name: &str, other: &str, index: usize| {
        format!(
            r#"
            [machines.{name}]
            initial = "low"
            states.low = {{}}
            states.mid = {{}}
            states.high = {{}}
            [[machines.{name}.transitions]]
            from = "low"
            to = "mid"
            rate = "0.1 * (1 + heat) * if({other}.high, 0, {index})"
            add = {{ heat = 0.1 }}
            [[machines.{name}.transitions]]
            from = ["low", "mid"]
            to = "high"
            rate = "0.05 + 0.2 * heat"
            [[machines.{name}.transitions]]
            name = "{name} cools"
            from = ["mid", "high"]
            to = "low"
            rate = "0.3 / (1 + heat)"
            when = "not {other}.mid"
            add = {{ heat = -0.1 }}
            [[machines.{name}.transitions]]
            name = "{name} waits"
            from = ["low", "mid", "high"]
            after = {{ family = "weibull", shape = 1.3, scale = 9 }}
            hazard_ratio = "if({other}.low, 1, 0.5)"
            [[machines.{name}.transitions]]
            name = "{name} ages"
            from = "high"
            to = "mid"
            after = {{ family = "uniform", low = 1, high = 4 }}
            hazard_ratio = "if({other}.high, 0, 1)"
            "#
        )
    };
    let names = ["north", "east", "south", "west"];
    let machines: String = (0..4).map(|index| machine(names[index], names[(index + 1) % 4], index + 1)).collect();
    let model = crate::support::model(&crate::support::scenario(
        40.0,
        &format!(
            r#"
            [variables.heat]
            initial = 0.3
            bounds = [0, 0.5]
            {machines}
            [outcomes.hot]
            when = "north.high and south.high and heat >= 0.5"
            "#
        ),
    ));
    let simulator = simulator(&model);
    assert!(simulator.bound().program().has_physical_states());
    let runs = 2000;
    let alone = told(&simulator, runs, 1, false);
    assert!(alone == told(&simulator, runs, 1, true));
}

/// Runs that come to ever new states are found out, and go on to the same ends.
#[test]
fn states_that_do_not_recur_change_nothing() {
    let model = crate::support::model(&crate::support::scenario(
        200.0,
        r#"
        [variables.level]
        initial = 1
        [machines.path]
        initial = "on"
        states.on = {}
        states.off = {}
        [[machines.path.transitions]]
        from = "on"
        rate = "0.5 * level"
        set = { level = "0.99 * level + 0.011" }
        [[machines.path.transitions]]
        from = "on"
        rate = "0.4 / level"
        set = { level = "0.97 * level + 0.02" }
        [[machines.path.transitions]]
        from = "on"
        to = "off"
        rate = 0.004
        "#,
    ));
    let simulator = simulator(&model);
    assert!(simulator.bound().program().has_physical_states());
    let runs = 300;
    assert!(told(&simulator, runs, 1, false) == told(&simulator, runs, 1, true));
}

/// What is counted of runs in flight together, one by one or of several to which the same happens, is what is counted of each alone.
fn assert_same_tallies(model: &Model, name: &str) {
    let simulator = simulator(model);
    let (cast, points): (Cast, Arc<[f64]>) = (Cast::of(model), time_points(model, true).into());
    let make =
        || Counted { tally: Tally::new(&cast, Arc::clone(&points)), durations: DurationsTally::new(model, &points) };
    assert!(make().watches_many());
    let abreast = run_batch(&simulator, 2, 0..700, 1, make, &Monitor::default()).unwrap().0;
    let alone = run_batch(&simulator, 2, 0..700, 2, || Alone(make()), &Monitor::default()).unwrap().0;
    assert!(abreast == alone.0, "{name}");
}

#[test]
fn the_tally_of_a_study_is_the_same_of_runs_abreast() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["scenarios/gallery", "scenarios/reference", "benches/peers"].map(|folder| root.join(folder));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let (mut physical, mut with_totals) = (0, 0);
    for path in files.chain([root.join("scenarios/negotiated-pause.toml")]) {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics);
        let Some(model) = scenario.and_then(|scenario| resolve::resolve(&scenario, &mut diagnostics)) else {
            continue;
        };
        assert_same_tallies(&model, &path.display().to_string());
        let has_all = !model.consequences.is_empty() && !model.variables.is_empty();
        let is_physical = simulator(&model).bound().program().has_physical_states();
        physical += usize::from(is_physical);
        with_totals += usize::from(is_physical && has_all);
    }
    assert!(physical >= 10 && with_totals >= 1, "{physical} {with_totals}");
}

#[test]
fn durations_are_the_same_of_runs_to_which_the_same_happens() {
    let model = crate::support::model(&crate::support::scenario(
        40.0,
        r#"
        [machines.path]
        initial = "calm"
        states.calm = {}
        states.tense = {}
        states.open = {}
        states.over = {}
        [[machines.path.transitions]]
        from = "calm"
        to = "tense"
        rate = 0.2
        [[machines.path.transitions]]
        from = "tense"
        to = "calm"
        after = { family = "weibull", shape = 1.5, scale = 6 }
        [[machines.path.transitions]]
        from = "tense"
        to = "open"
        rate = 0.05
        [[machines.path.transitions]]
        from = "open"
        to = "over"
        rate = 0.1
        [durations.crisis]
        in = ["path.tense", "path.open"]
        [durations.open]
        in = ["path.open"]
        "#,
    ));
    assert!(simulator(&model).bound().program().has_physical_states() && model.durations.len() == 2);
    assert_same_tallies(&model, "durations");
}

/// A level that is drawn at its edge now and then: the logarithm of nothing does not drift.
#[test]
fn the_first_fault_is_found_though_runs_are_abreast() {
    let model = crate::support::model(&crate::support::scenario(
        40.0,
        r#"
        [machines.path]
        initial = "on"
        states.on = {}
        [variables.pressure]
        initial = 0.5
        bounds = [0, 1]
        dynamics = { kind = "log-mean-reverting", level = "if(strain < 0.02, 0, 0.5)", half_life = "5 days", volatility = 0.1 }
        [variables.strain]
        initial = 0.5
        bounds = [0, 1]
        dynamics = { kind = "random-walk", volatility = 0.022 }
        "#,
    ));
    let simulator = simulator(&model);
    let batch = |runs, many| {
        let make = || Diary::new(many, false);
        run_batch(&simulator, 1, runs, 2, make, &Monitor::default())
    };
    let alone = batch(0..3000, false).err().unwrap();
    assert!(alone.run > 100 && alone.fault.message.contains("its logarithm drifts"), "{alone:?}");
    assert_eq!(batch(0..3000, true).err().unwrap(), alone);
    assert_eq!(batch(0..alone.run, true).unwrap().1, alone.run);
    // With parameters of their own, or without any that are drawn, it is the same run.
    let drawing = Drawing::new(&model, &[], 1).unwrap();
    let drawn = |many| {
        let make = || Diary::new(many, false);
        run_drawn(&simulator, |point| drawing.bind(point), 1, 0..3000, 2, make, &Monitor::default()).err().unwrap()
    };
    assert_eq!(drawn(true), RunFault { point: Some(alone.run), ..alone });
    assert_eq!(drawn(true), drawn(false));
}

#[test]
fn any_split_of_the_runs_gives_the_same_tally() {
    let model = open("negotiated-pause");
    let simulator = simulator(&model);
    let points: Arc<[f64]> = time_points(&model, true).into();
    let cast = Cast::of(&model);
    let tally = |runs: std::ops::Range<u64>| {
        let make = || Tally::new(&cast, Arc::clone(&points));
        run_batch(&simulator, 3, runs, 2, make, &Monitor::default()).unwrap().0
    };
    let whole = tally(0..1000);
    for cuts in [vec![1], vec![500], vec![100, 101, 900], vec![999]] {
        let bounds: Vec<u64> = [vec![0], cuts, vec![1000]].concat();
        let mut parts: Vec<Tally> = bounds.windows(2).map(|pair| tally(pair[0]..pair[1])).collect();
        // Merged from the back.
        let mut merged = parts.pop().unwrap();
        while let Some(part) = parts.pop() {
            merged.merge(part);
        }
        assert_eq!(merged.outcomes, whole.outcomes);
        assert_eq!(merged.occupancy, whole.occupancy);
        assert_eq!(merged.time_in_state, whole.time_in_state);
        assert_eq!(merged.consequences, whole.consequences);
        assert_eq!(merged.variables, whole.variables);
        let origin = found("negotiated-pause", &model, 3, 10, 1).origin;
        let json = |tally: &Tally| summary::summary_json(&estimate::findings(&cast, tally, origin.clone()));
        assert_eq!(json(&merged), json(&whole));
    }
}

#[test]
fn adding_runs_changes_none_and_neighbouring_seeds_share_none() {
    let model = open("full-involvement");
    let few = ends(&model, 1, 50);
    let many = ends(&model, 1, 200);
    assert_eq!(few[..], many[..50]);
    let next_seed = ends(&model, 2, 200);
    let key = |end: &crate::support::End| {
        (end.time.to_bits(), end.world.variables.iter().map(|x| x.to_bits()).collect::<Vec<_>>())
    };
    let all: std::collections::BTreeSet<_> = many.iter().chain(&next_seed).map(key).collect();
    assert_eq!(all.len(), 400, "no two runs of two seeds are alike");
    assert_ne!(ends(&model, 0, 1), few[..1], "0 is a seed of its own");
}

/// The results of each path are pinned: whoever changes one of these digests changes the results of every study, and
/// says so in the changelog.
#[test]
fn results_are_pinned() {
    let digests: Vec<String> = PATHS
        .iter()
        .map(|name| {
            let findings = found(name, &open(name), 20_260_105, 500, 2);
            let tables =
                [tables::outcomes_csv(&findings), tables::timeline_csv(&findings), tables::consequences_csv(&findings)];
            format!("{name} {}", sha256_hex(&tables.concat()))
        })
        .collect();
    insta::assert_snapshot!(digests.join("\n"));
}

/// Two scenarios share their luck wherever they share names, though their events fall in another order.
#[test]
fn a_set_parameter_leaves_other_luck_alone() {
    let model = open("continued-support");
    let with = |set: Vec<(String, f64)>| {
        let settings = Settings { seed: 5, runs: 2000, threads: 2, set };
        study(&Subject { name: "a", digest: "", model: &model }, &settings, &Monitor::default()).unwrap()
    };
    let (base, other) = (with(Vec::new()), with(vec![("monitor_hr".to_owned(), 0.1)]));
    // The parameter plays no part in this path, so every number stays what it is.
    let mut same = other.clone();
    same.origin = base.origin.clone();
    assert_eq!(same, base);
}
