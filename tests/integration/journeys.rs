//! Runs that follow on from scenario to scenario, against laws that know nothing of scenarios.

use crate::support::{model, read_file};
use standoff::analysis::Findings;
use standoff::analysis::estimate::time_points;
use standoff::analysis::journey::cast::{Parts, cast};
use standoff::analysis::journey::tally::JourneyTally;
use standoff::analysis::journey::{Route, Set, journey_simulator, study};
use standoff::analysis::precise::Certainty;
use standoff::analysis::study::{Settings, Subject};
use standoff::analysis::tally::Tally;
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::kernel::batch::{Collector, Monitor, run_batch};
use standoff::kernel::probe::{Probe, Stretch};
use standoff::model::journey::{Journey, Leg, link};
use standoff::program::behaviour::{Cause, Effects};
use standoff::program::world::World;
use std::path::Path;
use std::sync::Arc;

const RUNS: u64 = 40_000;

/// A journey of these scenarios; `next` names them by their place in the list.
fn journey(texts: &[&str]) -> Journey {
    let legs = texts.iter().enumerate().map(|(i, text)| Leg { name: format!("leg{i}"), model: model(text) });
    link(legs.collect(), |_, next| next.scenario.value.parse().ok()).unwrap_or_else(|d| panic!("{d:?}"))
}

fn found(journey: &Journey, seed: u64, runs: u64, threads: usize) -> Findings {
    let subject = Subject { name: "leg0", digest: "", model: &journey.legs[0].model };
    let settings = Settings { seed, runs, threads, set: Vec::new() };
    let sets = vec![Set::new(); journey.legs.len()];
    study(&subject, Route { journey, sets: &sets }, &settings, &Certainty::default(), &Monitor::default(), |_| {})
        .unwrap()
}

fn share(findings: &Findings, outcome: &str) -> f64 {
    findings.outcomes.iter().find(|o| o.name == outcome).unwrap().probability.estimate
}

/// `share` is within four standard errors of `p`.
fn close(share: f64, p: f64) {
    let error = (p * (1.0 - p) / RUNS as f64).sqrt();
    assert!((share - p).abs() < 4.0 * error, "{share} against {p}, error {error}");
}

fn leg(machine: &str, outcomes: &str) -> String {
    format!(
        "title = \"t\"\n[time]\nunit = \"day\"\nhorizon = 10\n{machine}\n{outcomes}\n[outcomes.left]\ndefault = true\n"
    )
}

/// A machine that leaves `a` for `b` at a rate.
fn one_way(rate: f64) -> String {
    format!(
        "[machines.m]\ninitial = \"a\"\nstates = {{ a = {{}}, b = {{}} }}\n[[machines.m.transitions]]\nfrom = \"a\"\nto = \"b\"\nrate = {rate}\n"
    )
}

#[test]
fn waits_in_a_row_add_up() {
    let first = leg(&one_way(0.3), "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"1\", state = \"m.a\" }\n");
    let second = leg(&one_way(0.5), "[outcomes.done]\nwhen = \"m.b\"\n");
    let findings = found(&journey(&[&first, &second]), 1, RUNS, 2);
    // The sum of two exponential waits by time 10.
    let (a, b, t) = (0.3_f64, 0.5_f64, 10.0_f64);
    let done = 1.0 - (b * libm::exp(-a * t) - a * libm::exp(-b * t)) / (b - a);
    close(share(&findings, "done"), done);
    close(share(&findings, "left"), 1.0 - done);
    // How many have entered the second scenario: the first wait alone; where they are then.
    close(findings.milestones[0].probability.estimate, 1.0 - libm::exp(-a * t));
    let last = findings.machines[0].rows.last().unwrap();
    assert_eq!(findings.machines[0].states, ["leg0", "leg1"]);
    close(last[0].estimate, libm::exp(-a * t));
    assert!(findings.outcomes.iter().all(|o| o.name != "on"), "an outcome that leads on ends nothing");
}

#[test]
fn a_wait_that_both_scenarios_have_goes_on_over_the_hand_off() {
    let clock = "[machines.clock]\ninitial = \"ticking\"\nstates = { ticking = {}, struck = {} }\n\
        [[machines.clock.transitions]]\nname = \"strikes\"\nfrom = \"ticking\"\nto = \"struck\"\n\
        after = { family = \"weibull\", shape = 3, scale = 8 }\n";
    let struck = "[outcomes.struck]\nwhen = \"clock.struck\"\n";
    let on = "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"1\", state = [\"m.a\"] }\n";
    let first = leg(&(one_way(1.0) + clock), &format!("{struck}{on}"));
    let second = leg(&(one_way(0.1) + clock), struck);
    let findings = found(&journey(&[&first, &second]), 2, RUNS, 2);
    for (time, incidence) in findings.axis.points.iter().zip(&findings.outcomes[0].incidence) {
        if time.fract() == 0.0 && *time > 0.0 {
            close(incidence.estimate, 1.0 - libm::exp(-libm::pow(time / 8.0, 3.0)));
        }
    }
}

/// A hand-off at the very instant of a step loses none, so a walk is the same with it and without.
#[test]
fn what_drifts_goes_on_as_if_nothing_had_happened() {
    let walk = "[variables.x]\ninitial = 0\ndynamics = { kind = \"random-walk\", volatility = 1 }\n";
    let clock = "[machines.m]\ninitial = \"a\"\nstates = { a = {}, b = {} }\n[[machines.m.transitions]]\nfrom = \"a\"\nto = \"b\"\n\
        after = { family = \"constant\", value = 5 }\n";
    let alone = leg(&format!("{walk}{clock}"), "");
    let on = "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"1\" }\n";
    let first = leg(&format!("{walk}{clock}"), on);
    let alone = found(&journey(&[&alone]), 6, 2000, 2);
    let handed_on = found(&journey(&[&first, &leg(&format!("{walk}{}", one_way(0.1)), "")]), 6, 2000, 2);
    assert_eq!(handed_on.milestones[0].probability.estimate, 1.0);
    assert_eq!(handed_on.variables, alone.variables);
}

#[test]
fn a_machine_that_is_put_elsewhere_leaves_its_state_first() {
    let with_exit =
        |rate| one_way(rate).replace("b = {}", "b = { exit = { add = { left = 1 } } }") + "[consequences.left]\n";
    let on = "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"1\", state = \"m.a\" }\n";
    let done = "[outcomes.done]\nwhen = \"m.b\"\n";
    let findings = found(&journey(&[&leg(&with_exit(0.3), on), &leg(&with_exit(0.5), done)]), 7, 4000, 2);
    let handed_on = &findings.journey.as_ref().unwrap().hand_offs[0].taken;
    assert!(handed_on.estimate > 0.75);
    assert_eq!(
        findings.consequences[0].total.mean.estimate, handed_on.estimate,
        "once for each hand-off, never at the end"
    );
}

/// To and fro at rate 2 is a Poisson process only if no draw is made twice.
#[test]
fn no_draw_is_made_twice_in_a_run() {
    let counted = "[consequences.passed]\n[variables.seen]\ninitial = 0\n";
    let machine = "[machines.m]\ninitial = \"a\"\n[machines.m.states]\na = { enter = { add = { passed = 1, seen = 1 } } }\nb = {}\n\
        [[machines.m.transitions]]\nname = \"goes\"\nfrom = \"a\"\nto = \"b\"\nrate = 2\n";
    let to = |leg: usize| format!("[outcomes.on]\nwhen = \"m.b\"\nnext = {{ scenario = \"{leg}\", state = \"a\" }}\n");
    let texts = [leg(&format!("{machine}{counted}"), &to(1)), leg(&format!("{machine}{counted}"), &to(0))];
    let findings = found(&journey(&[&texts[0], &texts[1]]), 3, RUNS, 2);
    let total = &findings.consequences[0].total;
    // One entry at the start, then a Poisson number of mean 20 and variance 20.
    let error = (20.0 / RUNS as f64).sqrt();
    assert!((total.mean.estimate - 21.0).abs() < 4.0 * error, "{:?}", total.mean);
    let deviation = total.standard_deviation.unwrap();
    let variance = deviation * deviation;
    let error = 20.0 * (2.0 / RUNS as f64 + 1.0 / (20.0 * RUNS as f64)).sqrt();
    assert!((variance - 20.0).abs() < 4.0 * error, "variance {variance}");
    // The variable went with the run as the consequence did.
    assert_eq!(findings.variables[0].peak.as_ref().unwrap().mean.estimate, total.mean.estimate);
}

#[test]
fn journeys_are_the_same_at_any_number_of_threads() {
    let first = leg(&one_way(0.3), "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"1\", state = \"m.a\" }\n");
    let second = leg(&one_way(0.5), "[outcomes.back]\nwhen = \"m.b\"\nnext = { scenario = \"0\", state = \"m.a\" }\n");
    let journey = journey(&[&first, &second]);
    let one = found(&journey, 5, 9000, 1);
    for threads in [2, 7] {
        assert_eq!(found(&journey, 5, 9000, threads), one);
    }
}

/// A tally that is told of one run after the other.
struct Alone(JourneyTally);

impl Probe for Alone {
    fn begin(&mut self, world: &World) {
        self.0.begin(world);
    }
    fn cross(&mut self, world: &World, outcome: usize, to: usize) {
        self.0.cross(world, outcome, to);
    }
    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.0.dwell(stretch);
    }
    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.0.happened(world, cause, effects);
    }
    fn milestone(&mut self, world: &World, milestone: usize) {
        self.0.milestone(world, milestone);
    }
    fn end(&mut self, world: &World, outcome: usize) {
        self.0.end(world, outcome);
    }
}

impl Collector for Alone {
    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
    fn finish(&mut self) {
        self.0.finish();
    }
    fn watches_many(&self) -> bool {
        false
    }
}

/// Those in flight together, as some wait for others, are the runs that each is alone; also where a leg takes no steps, or leads to
/// itself.
#[test]
fn journeys_abreast_are_journeys_one_by_one() {
    let names = ["continued-support", "limited-deployment", "full-involvement", "negotiated-pause"];
    let open = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        Leg { name: name.to_owned(), model: read_file(&path, &mut sources, &mut diagnostics).unwrap() }
    };
    let paths =
        link(names.map(open).into(), |_, next| names.iter().position(|name| next.scenario.value.contains(name)));
    let first = leg(&one_way(0.9), "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"1\", state = \"m.a\" }\n");
    let again = leg(&one_way(0.7), "[outcomes.on]\nwhen = \"m.b\"\nnext = { scenario = \"1\", state = \"m.a\" }\n");
    for journey in [paths.unwrap(), journey(&[&first, &again])] {
        let sets = vec![Set::new(); journey.legs.len()];
        let simulator = journey_simulator(Route { journey: &journey, sets: &sets }).unwrap();
        let (cast, parts) = cast(&journey);
        let (parts, points): (Arc<[Parts]>, Arc<[f64]>) =
            (parts.into(), time_points(&journey.legs[0].model, true).into());
        let make = || JourneyTally::new(Tally::new(&cast, Arc::clone(&points)), Arc::clone(&parts));
        // More than are under way at once.
        let abreast = run_batch(&simulator, 3, 0..1200, 1, make, &Monitor::default()).unwrap().0;
        let alone = run_batch(&simulator, 3, 0..1200, 2, || Alone(make()), &Monitor::default()).unwrap().0.0;
        let handed_on: u64 = alone.entries[1..].iter().map(|entries| entries.runs).sum();
        assert!(make().watches_many() && handed_on > 100, "{handed_on}");
        assert!(abreast == alone);
    }
}

#[test]
fn endless_hand_offs_at_one_instant_are_a_fault() {
    let circle = |to: usize| {
        leg(
            &one_way(1.0),
            &format!("[outcomes.on]\nwhen = \"m.a\"\nnext = {{ scenario = \"{to}\", state = \"m.a\" }}\n"),
        )
    };
    let journey = journey(&[&circle(1), &circle(0)]);
    let subject = Subject { name: "a", digest: "", model: &journey.legs[0].model };
    let settings = Settings { seed: 1, runs: 40, threads: 1, set: Vec::new() };
    let route = Route { journey: &journey, sets: &[Set::new(), Set::new()] };
    let failure = study(&subject, route, &settings, &Certainty::default(), &Monitor::default(), |_| {}).unwrap_err();
    assert!(format!("{failure:?}").contains("hand-offs"), "{failure:?}");
}

#[test]
fn what_cannot_follow_is_told_where_it_was_written() {
    let first = |next: &str| leg(&one_way(0.3), &format!("[outcomes.on]\nwhen = \"m.b\"\nnext = {next}\n"));
    let second = leg(&(one_way(0.5) + &one_way(0.2).replace("machines.m", "machines.n")), "");
    let yearly = second.replace("\"day\"", "\"year\"");
    for (next, other, id) in [
        ("{ scenario = \"1\", state = \"m.c\" }", &second, "unknown-state"),
        ("{ scenario = \"1\", state = \"a\" }", &second, "ambiguous-state"),
        ("{ scenario = \"1\", state = \"m.a\" }", &yearly, "other-time"),
    ] {
        let legs = [first(next), other.clone()].map(|text| Leg { name: "x".into(), model: model(&text) });
        let mistakes = link(legs.into(), |_, next| next.scenario.value.parse().ok()).unwrap_err();
        let ids: Vec<&str> = mistakes.iter().map(|mistake| mistake.code.id()).collect();
        assert_eq!(ids, [id]);
    }
}
