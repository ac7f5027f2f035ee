//! The exact solver against truths that nobody here wrote: every `[[expect]]` in `scenarios/reference` that has an exact
//! answer, to its tolerance; long runs and what is infinite; and what the solver refuses.

use crate::support::{model, scenario};
use standoff::analysis::Findings;
use standoff::analysis::exact::answer::{solve, solve_eventually};
use standoff::analysis::exact::eventual::Eventual;
use standoff::analysis::exact::explore::{Limits, Unexplored};
use standoff::analysis::exact::{Options, Solvable, Unsolvable};
use standoff::analysis::study::{Subject, bound};
use standoff::analysis::verify::verify_exactly;
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::model::{Model, resolve};
use standoff::scenario::load::{self, Disk};
use std::path::{Path, PathBuf};

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference").join(name)
}

fn open(path: &Path) -> Model {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(path, &Disk, &mut sources, &mut diagnostics).unwrap();
    let model = resolve::resolve(&scenario, &mut diagnostics);
    model.unwrap_or_else(|| panic!("{}: {diagnostics:?}", path.display()))
}

fn answer(model: &Model, set: &[(&str, f64)], options: &Options) -> Result<Findings, Unsolvable> {
    let set: Vec<(String, f64)> = set.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    solve(&Subject { name: "test", digest: "", model }, &set, options)
}

fn eventually(model: &Model, set: &[(&str, f64)]) -> Eventual {
    let set: Vec<(String, f64)> = set.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    solve_eventually(model, &set, &Options::default()).unwrap()
}

fn states(model: &Model, set: &[(String, f64)]) -> usize {
    Solvable::new(&bound(model, set).unwrap(), &Options::default()).unwrap().chain.states()
}

#[track_caller]
fn check(what: &str, found: f64, expected: f64, relative: f64) {
    if expected.is_infinite() {
        assert_eq!(found, expected, "{what}");
        return;
    }
    let off = (found - expected).abs();
    assert!(off <= relative * expected.abs().max(1e-3), "{what}: {found}, not {expected}: off by {off:e}");
}

/// The files that are Markov chains; the others have waits with memory.
const SOLVABLE: [&str; 29] = [
    "c1-queue-until-full",
    "c1-queue",
    "c3-three-states",
    "c3-two-sinks",
    "c3-two-states",
    "c3-until",
    "c5-chutes-and-ladders-chain",
    "c7-heart-transplant-from-mild",
    "c7-heart-transplant-from-well",
    "d8-full",
    "d8-limited",
    "d8-pause",
    "d8-proxy",
    "k1-cluster-2",
    "k1-cluster-4",
    "k10-gas-station",
    "k3-tandem",
    "k5-polling",
    "k5-polling-first",
    "k7-fms",
    "k8-philosophers",
    "ladder-memoryless",
    "r1-hiv-1-combination",
    "r1-hiv-1-mono",
    "r1-hiv-2-combination",
    "r1-hiv-2-mono",
    "r3-number-until",
    "r3-rewards-by-10",
    "r3-rewards-until",
];

#[test]
fn every_expectation_with_an_exact_answer_is_met_to_its_tolerance() {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(reference("")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let (mut solved, mut truths, mut missed) = (Vec::new(), 0, Vec::new());
    for path in &paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let model = open(path);
        let findings = match answer(&model, &[], &Options::default()) {
            Ok(findings) => findings,
            Err(Unsolvable::Refused(_)) => continue,
            Err(other) => panic!("{name}: {other:?}"),
        };
        let bound = findings.origin.exactness().unwrap().error_bound;
        // Truncation is far below; what grows with the jumps (45,000 in the larger cluster) is the bound on rounding.
        assert!(bound < if name == "k1-cluster-4" { 2e-10 } else { 1e-10 }, "{name}: {bound:e}");
        for verdict in verify_exactly(&model, &findings) {
            let verdict = verdict.unwrap_or_else(|| panic!("{name}: a truth about something that is left out"));
            truths += 1;
            if !verdict.holds {
                missed.push(format!("{name}: {verdict:?}"));
            }
        }
        solved.push(name);
    }
    assert!(missed.is_empty(), "{} of {truths} truths missed:\n{}", missed.len(), missed.join("\n"));
    for name in SOLVABLE {
        assert!(solved.iter().any(|other| other == name), "{name} was not solved");
    }
    assert!(truths >= 150, "{truths} truths");
}

/// The four paths on their central hazards alone: eventual absorption and the mean weeks to any outcome.
#[test]
fn the_paths_without_a_horizon() {
    type Path<'a> = (&'a str, f64, &'a [(&'a str, f64)]);
    let paths: [Path<'_>; 4] = [
        (
            "d8-proxy",
            309.0,
            &[
                ("ukraine_setback", 0.062436),
                ("deployment_decision", 0.053430),
                ("wider_war", 0.017709),
                ("pause_agreed", 0.832496),
                ("russia_setback", 0.027750),
                ("nuclear_use", 0.006180),
            ],
        ),
        (
            "d8-limited",
            149.2,
            &[
                ("pullback", 0.456065),
                ("wider_war", 0.033627),
                ("full_involvement", 0.063245),
                ("pause_agreed", 0.351544),
                ("nuclear_use", 0.005970),
                ("ukraine_setback", 0.089549),
            ],
        ),
        (
            "d8-full",
            86.8,
            &[
                ("pullback", 0.188395),
                ("wider_war", 0.207951),
                ("nuclear_use", 0.008842),
                ("pause_agreed", 0.495677),
                ("armistice", 0.099135),
            ],
        ),
        (
            "d8-pause",
            55.9,
            &[
                ("no_pause", 0.423019),
                ("armistice", 0.031773),
                ("collapse_attrition", 0.446694),
                ("collapse_offensive", 0.095720),
                ("wider_war", 0.002236),
            ],
        ),
    ];
    for (name, weeks, outcomes) in paths {
        let eventual = eventually(&open(&reference(&format!("{name}.toml"))), &[]);
        assert!((eventual.mean_time_to_outcome - weeks).abs() < 0.05, "{name}: {}", eventual.mean_time_to_outcome);
        for (outcome, p) in outcomes {
            let found = eventual.outcomes.iter().find(|one| one.name == *outcome).unwrap().probability;
            assert!((found - p).abs() <= 5.1e-7, "{name}, {outcome}: {found}, not {p}");
        }
        let sum: f64 = eventual.outcomes.iter().map(|one| one.probability).sum();
        assert!((sum - 1.0).abs() < 1e-12 && eventual.never == 0.0 && eventual.error_bound < 1e-12, "{sum}");
    }
}

fn share(eventual: &Eventual, machine: &str, state: &str) -> f64 {
    let machine = eventual.long_run.iter().find(|one| one.machine == machine).unwrap();
    machine.shares[machine.states.iter().position(|name| name == state).unwrap()]
}

fn rate(eventual: &Eventual, name: &str) -> f64 {
    eventual.consequences.iter().find(|one| one.name == name).unwrap().long_run_rate.unwrap()
}

fn total(eventual: &Eventual, name: &str) -> f64 {
    eventual.consequences.iter().find(|one| one.name == name).unwrap().total.unwrap()
}

#[test]
fn long_runs_of_small_chains() {
    let sinks = eventually(&open(&reference("c3-two-sinks.toml")), &[]);
    for (state, p) in [("s0", 0.0), ("s1", 1.0 / 6.0), ("s2", 1.0 / 3.0), ("s3", 0.5)] {
        check(state, share(&sinks, "m", state), p, 1e-14);
    }
    let three = eventually(&open(&reference("c3-three-states.toml")), &[]);
    check("b", share(&three, "m", "s0") + share(&three, "m", "s2"), 2.0 / 3.0, 1e-14);
    let queue = eventually(&open(&reference("c1-queue.toml")), &[]);
    check("full", share(&queue, "queue", "n3"), 1.0 / 15.0, 1e-14);
    check("serves", rate(&queue, "serves"), 1.4, 1e-14);
    check("length", queue.variables[0].1, 11.0 / 15.0, 1e-14);
    check("full once", queue.milestones[0].probability, 1.0, 1e-14);
    assert_eq!(total(&queue, "serves"), f64::INFINITY);
    let until_full = eventually(&open(&reference("c1-queue-until-full.toml")), &[]);
    check("serves until full", total(&until_full, "serves"), 8.0, 1e-14);
    let heart = eventually(&open(&reference("c7-heart-transplant-from-well.toml")), &[]);
    check("death", heart.mean_time_to_outcome, 12.793559792009452, 1e-12);
    check("well", total(&heart, "time_well"), 8.81596267832442, 1e-12);
    check("severe", heart.milestones[0].probability, 0.5857779832385617, 1e-12);
    assert_eq!(heart.milestones[0].mean_time, f64::INFINITY);
    let philosophers = eventually(&open(&reference("k8-philosophers.toml")), &[]);
    check("deadlock", philosophers.mean_time_to_outcome, 550.0 / 101.0, 1e-14);
}

#[test]
fn the_cluster_has_its_states_and_its_long_run() {
    for (name, n, premium, below, expected_states) in [
        ("k1-cluster-2.toml", "N2", 0.9999615335623628, 1.0 - 0.9999976601766356, 276),
        ("k1-cluster-4.toml", "N4", 0.9999212408513795, 3.7011298627524894e-06, 820),
    ] {
        let model = open(&reference(name));
        assert_eq!(states(&model, &[]), expected_states, "{n}");
        let eventual = eventually(&model, &[]);
        check(n, rate(&eventual, "below_minimum"), below, 1e-6);
        check(n, 1.0 - rate(&eventual, "below_premium"), premium, 1e-9);
        assert_eq!(eventual.mean_time_to_outcome, f64::INFINITY);
        check(n, eventual.milestones[0].probability, 1.0, 1e-12);
    }
}

#[test]
fn polling_as_a_function_of_its_rate() {
    let (polling, first) = (open(&reference("k5-polling.toml")), open(&reference("k5-polling-first.toml")));
    for g in [0.1, 0.5, 1.0, 2.0, 5.0, 20.0, 200.0_f64] {
        let (g2, g3) = (g * g, g * g * g);
        let eventual = eventually(&polling, &[("polling", g)]);
        let waiting = (4.0 * g3 + 26.0 * g2 + 25.0 * g + 6.0) / (40.0 * g3 + 68.0 * g2 + 34.0 * g + 6.0);
        check("waiting", rate(&eventual, "waiting"), waiting, 1e-12);
        let empty = (12.0 * g3 + 14.0 * g2 + 3.0 * g) / (20.0 * g3 + 34.0 * g2 + 17.0 * g + 3.0);
        check("empty", share(&eventual, "one", "empty"), empty, 1e-12);
        let first = eventually(&first, &[("polling", g)]);
        let one = (2.0 * g2 + 2.0 * g + 1.0) / (4.0 * g2 + 4.0 * g + 1.0);
        check("one first", first.outcomes[0].probability, one, 1e-12);
    }
}

#[test]
fn the_manufacturing_system_has_its_states_and_its_productivity() {
    let model = open(&reference("k7-fms.toml"));
    for (n, expected_states, productivity, begun) in [
        (
            1.0,
            54,
            13.85312833622229,
            [0.013341407000866758, 0.006670703500433446, 0.015790338954249295, 0.00266828140017333],
        ),
        (
            2.0,
            810,
            29.154698799657936,
            [0.028322421303869354, 0.01416121065193467, 0.030980712000981177, 0.0056644842607738695],
        ),
    ] {
        assert_eq!(states(&model, &[("n".to_owned(), n)]), expected_states);
        let eventual = eventually(&model, &[("n", n)]);
        check("productivity", rate(&eventual, "productivity"), productivity, 1e-11);
        for (kind, expected) in ["begun_1", "begun_2", "begun_3", "begun_12"].into_iter().zip(begun) {
            check(kind, rate(&eventual, kind), expected, 1e-10);
        }
    }
}

/// The six-state chain of the rewards case, run on without an end, or until a state set.
fn rewards(outcome: &str) -> Model {
    let chain = r#"
[consequences.reward]
rate = "m.gain"
[consequences.reward_two]
rate = "m.gain + m.more"
[consequences.number]
rate = "m.number"
[consequences.high]
rate = "if(m.number >= 3, m.number, 0)"
[consequences.duration]
rate = 1
[machines.m]
initial = "s0"
[machines.m.states]
s0 = { values = { number = 0, gain = 0, more = 0 } }
s1 = { values = { number = 1, gain = 0, more = 0 } }
s2 = { values = { number = 2, gain = 0, more = 5 } }
s3 = { values = { number = 3, gain = 0, more = 0 } }
s4 = { values = { number = 4, gain = 3, more = 0 } }
s5 = { values = { number = 5, gain = 0, more = 0 } }
"#;
    let rates = [("0", "1", 5.0), ("0", "3", 5.0), ("1", "0", 5.0), ("1", "2", 2.5), ("1", "4", 2.5), ("5", "2", 10.0)];
    let mut text = chain.to_owned();
    for (from, to, rate) in rates {
        text += &format!("[[machines.m.transitions]]\nfrom = \"s{from}\"\nto = \"s{to}\"\nrate = {rate:?}\n");
    }
    text += "[[machines.m.transitions]]\nfrom = \"s2\"\nto = \"s5\"\nrate = 10.0\n";
    text += "add = { reward = 17, reward_two = 17 }\n";
    if !outcome.is_empty() {
        text += &format!("[outcomes.there]\nwhen = \"{outcome}\"\n");
    }
    model(&scenario(10.0, &text))
}

#[test]
fn what_is_infinite_is_said_to_be() {
    let whole = eventually(&rewards(""), &[]);
    assert_eq!(total(&whole, "reward"), f64::INFINITY);
    check("reward", rate(&whole, "reward"), 44.0 / 3.0, 1e-13);
    check("number", rate(&whole, "number"), 3.25, 1e-13);
    check("high", rate(&whole, "high"), 37.0 / 12.0, 1e-13);
    check("duration", rate(&whole, "duration"), 1.0, 1e-13);
    let above_two = eventually(&rewards("m.s3 or m.s4 or m.s5"), &[]);
    check("reward", total(&above_two, "reward"), 17.0 / 6.0, 1e-13);
    check("reward two", total(&above_two, "reward_two"), 175.0 / 60.0, 1e-13);
    check("time", above_two.mean_time_to_outcome, 13.0 / 60.0, 1e-13);
    // State 3 may swallow the run: there is no certain end, and whatever goes on for ever has no finite mean.
    let above_three = eventually(&rewards("m.s4 or m.s5"), &[]);
    assert_eq!(above_three.mean_time_to_outcome, f64::INFINITY);
    assert_eq!(above_three.outcomes[0].mean_time, f64::INFINITY);
    assert_eq!(total(&above_three, "duration"), f64::INFINITY);
    check("swallowed", above_three.never, 2.0 / 3.0, 1e-13);
    let from_two = eventually(&rewards("m.s2 or m.s3 or m.s4 or m.s5"), &[]);
    check("number", total(&from_two, "number"), 1.0 / 15.0, 1e-13);
    check("high", total(&from_two, "high"), 0.0, 1e-12);
    assert_eq!(total(&eventually(&rewards("m.s5"), &[]), "number"), f64::INFINITY);
}

#[test]
fn two_parts_that_are_never_left() {
    let mut text = r#"
[consequences.a]
rate = "if(m.s0, 2, 0)"
[consequences.b]
rate = "if(m.s0, 2, 0) + if(m.s1, 5, 0)"
[consequences.c]
rate = "if(m.s0, 2, 0)"
[machines.m]
initial = "s0"
states = { s0 = {}, s1 = {}, s2 = {}, s3 = {}, s4 = {} }
"#
    .to_owned();
    for (from, to, rate, add) in [
        ("s0", "s1", 4.0, ""),
        ("s0", "s3", 6.0, ""),
        ("s1", "s2", 10.0, ""),
        ("s2", "s1", 10.0, ""),
        ("s3", "s4", 10.0, "add = { c = 5 }\n"),
        ("s4", "s3", 10.0, ""),
    ] {
        text += &format!("[[machines.m.transitions]]\nfrom = \"{from}\"\nto = \"{to}\"\nrate = {rate:?}\n{add}");
    }
    let eventual = eventually(&model(&scenario(10.0, &text)), &[]);
    check("a", total(&eventual, "a"), 0.2, 1e-14);
    assert_eq!(total(&eventual, "b"), f64::INFINITY);
    check("a", rate(&eventual, "a"), 0.0, 1e-14);
    check("b", rate(&eventual, "b"), 1.0, 1e-14);
    check("c", rate(&eventual, "c"), 15.0, 1e-14);
}

#[test]
fn discounting_is_exact() {
    // From `on` at rate 0.2 a day: ∫ e^-(0.2 + δ)t dt, and a lump sum at the end.
    let text = r#"
[consequences.cost]
rate = "if(m.on, 3, 0)"
discount = "50%"
[consequences.fee]
discount = "50%"
[machines.m]
initial = "on"
states = { on = {}, off = {} }
[[machines.m.transitions]]
from = "on"
to = "off"
rate = 0.2
add = { fee = 7 }
"#;
    let model = model(&scenario(100.0, text));
    let force = libm::log(1.5) / 365.25;
    let findings = answer(&model, &[], &Options::default()).unwrap();
    let total_at = |name: &str| {
        let one = findings.consequences.iter().find(|one| one.name == name).unwrap();
        one.path.means.iter().map(|mean| mean.unwrap().estimate).collect::<Vec<f64>>()
    };
    for (name, rate) in [("cost", 3.0), ("fee", 1.4)] {
        for (time, found) in findings.axis.points.iter().zip(total_at(name)) {
            let expected = rate * -libm::expm1(-(0.2 + force) * time) / (0.2 + force);
            check(name, found, expected, 1e-12);
        }
        check(name, total(&eventually(&model, &[]), name), rate / (0.2 + force), 1e-13);
    }
}

#[track_caller]
fn refuses(text: &str, what: &str, why: &str) {
    match answer(&model(&scenario(10.0, text)), &[], &Options::default()) {
        Err(Unsolvable::Refused(refusal)) => {
            assert_eq!((refusal.what.as_str(), refusal.reason.text.as_str()), (what, why));
        }
        other => panic!("{other:?}"),
    }
}

const WALK: &str = r#"
[machines.m]
initial = "a"
states = { a = {}, b = {} }
[[machines.m.transitions]]
from = "a"
to = "b"
"#;

#[test]
fn what_has_memory_is_refused_with_its_reason() {
    refuses(
        &format!("{WALK}after = {{ family = \"weibull\", shape = 2, scale = 3 }}\n[outcomes.b]\nwhen = \"m.b\"\n"),
        "outcome `b`",
        "it depends on machine `m`: the wait of `m.a to b` is weibull, which is not memoryless",
    );
    refuses(
        &format!("{WALK}rate = \"0.1 + 0.01 * time\"\n[outcomes.b]\nwhen = \"m.b\"\n"),
        "outcome `b`",
        "it depends on machine `m`: `m.a to b` depends on the time",
    );
    refuses(
        &format!(
            "[variables.x]\ninitial = 1\ndynamics = {{ kind = \"random-walk\", volatility = 1 }}\n{WALK}rate = \"exp(x)\"\n[outcomes.b]\nwhen = \"m.b\"\n"
        ),
        "outcome `b`",
        "it depends on machine `m`: `x` drifts by itself",
    );
    refuses(
        &format!("{WALK}rate = 1\n[outcomes.late]\nwhen = \"m.a and age(m) > 3\"\n"),
        "outcome `late`",
        "it depends on the time since a state was entered",
    );
    // Exponential waits, and the exponential among the Weibull laws, have no memory.
    for wait in ["family = \"exponential\", mean = 2", "family = \"weibull\", shape = 1, scale = 2"] {
        let text = format!("{WALK}after = {{ {wait} }}\nclock = \"resume\"\n[outcomes.b]\nwhen = \"m.b\"\n");
        let findings = answer(&model(&scenario(10.0, &text)), &[], &Options::default()).unwrap();
        check(wait, findings.outcomes[0].probability.estimate, -libm::expm1(-5.0), 1e-12);
    }
}

#[test]
fn too_many_states_are_a_clear_end() {
    let text = format!("[variables.n]\ninitial = 0\n{WALK}rate = 1\nwhen = \"n > 1000000\"\n")
        + "[[machines.m.transitions]]\nname = \"count\"\nfrom = \"a\"\nrate = 1\nadd = { n = 1 }\n";
    let model = model(&scenario(10.0, &text));
    let options = Options { limits: Limits { states: 1000, ..Limits::default() }, phases: None };
    match answer(&model, &[], &options) {
        Err(Unsolvable::Unexplored(Unexplored::TooManyStates { found: 1001, finished, .. })) => assert!(finished > 900),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_counter_that_nothing_reads_is_left_out() {
    let text = format!("[variables.n]\ninitial = 0\n{WALK}rate = 1\n[outcomes.b]\nwhen = \"m.b\"\n")
        + "[[machines.m.transitions]]\nname = \"count\"\nfrom = \"a\"\nrate = 1\nadd = { n = 1 }\n";
    let findings = answer(&model(&scenario(10.0, &text)), &[], &Options::default()).unwrap();
    let exactness = findings.origin.exactness().unwrap();
    assert_eq!((exactness.states, exactness.omitted.len()), (2, 1));
    check("b", findings.outcomes[0].probability.estimate, -libm::expm1(-10.0), 1e-12);
}

#[test]
fn stiff_chains_come_to_rest() {
    // A fast pair that leaks at a rate 1e-9 of its own: about 1e9 jumps, of which few are made.
    let text = r#"
[machines.m]
initial = "a"
states = { a = {}, b = {}, out = {} }
[[machines.m.transitions]]
from = "a"
to = "b"
rate = 1e6
[[machines.m.transitions]]
from = "b"
to = "a"
rate = 1e6
[outcomes.out]
when = "m.out"
"#;
    let findings = answer(&model(&scenario(1000.0, text)), &[], &Options::default()).unwrap();
    let row = findings.machines[0].rows.last().unwrap();
    check("a", row[0].estimate, 0.5, 1e-12);
}

#[test]
fn shocks_come_at_their_times() {
    // Out at rate 0.1; from day 4 on, those still in go out four times as fast, unless they are hidden.
    let text = r#"
[variables.speed]
initial = 1
[consequences.alarms]
discount = "900%"
[machines.m]
initial = "in"
states = { in = {}, out = {} }
[[machines.m.transitions]]
from = "in"
to = "out"
rate = "0.1 * speed"
[machines.hidden]
initial = "no"
states = { no = {}, yes = {} }
[[machines.hidden.transitions]]
from = "no"
to = "yes"
rate = 0.3
[shocks.raid]
at = 4
when = "m.in and hidden.no"
set = { speed = 4 }
add = { alarms = 5 }
[outcomes.out]
when = "m.out"
"#;
    let findings = answer(&model(&scenario(10.0, text)), &[], &Options::default()).unwrap();
    let hidden = -libm::expm1(-1.2);
    for (time, found) in findings.axis.points.iter().zip(&findings.outcomes[0].incidence) {
        let after = (time - 4.0_f64).max(0.0);
        let stays = libm::exp(-0.1 * time.min(4.0))
            * (hidden * libm::exp(-0.1 * after) + (1.0 - hidden) * libm::exp(-0.4 * after));
        check("out", found.estimate, 1.0 - stays, 1e-10);
    }
    let alarms = &findings.consequences[0].path;
    let worth = 5.0 * libm::exp(-0.4) * (1.0 - hidden) * libm::exp(-4.0 * libm::log(10.0) / 365.25);
    for (time, found) in findings.axis.points.iter().zip(&alarms.means) {
        check("alarms", found.unwrap().estimate, if *time >= 4.0 { worth } else { 0.0 }, 1e-12);
    }
    assert!(findings.eventual.is_none());
    assert!(findings.origin.exactness().unwrap().omitted.iter().any(|one| one.why.contains("shocks")));
}

#[test]
fn phases_stand_for_waits_with_memory() {
    // How many are served at a time does not depend on the law of the service, only on its mean.
    let options = Options { phases: Some(3), ..Options::default() };
    let mut seen = 0;
    for law in ["constant", "exponential", "lognormal", "uniform", "weibull"] {
        let model = open(&reference(&format!("s1-loss-{law}.toml")));
        let findings = answer(&model, &[], &options).unwrap();
        let exactness = findings.origin.exactness().unwrap();
        assert_eq!(exactness.approximations.is_empty(), law == "exponential");
        for approximation in &exactness.approximations {
            assert!(approximation.mean_error.abs() < 1e-9, "{approximation:?}");
            let has_two_moments = law != "constant" && law != "uniform";
            let off = (approximation.phases_standard_deviation - approximation.standard_deviation).abs();
            assert_eq!(off < 1e-3, has_two_moments, "{approximation:?}");
        }
        let eventual = findings.eventual.unwrap();
        for (state, p) in [("n0", 0.05434782608695653), ("n1", 0.16304347826086957), ("n2", 0.24456521739130438)] {
            check(law, share(&eventual, "meter", state), p, 1e-8);
        }
        seen += 1;
    }
    assert_eq!(seen, 5);
}
