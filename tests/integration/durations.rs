//! How long things last and how they end, against closed forms: memoryless and Weibull pauses, competing ends, and what is only
//! seen in part.

use crate::support::{model, read, scenario};
use libm::exp;
use standoff::analysis::Findings;
use standoff::analysis::durations::{DurationFindings, End};
use standoff::analysis::study::{Settings, Subject, study};
use standoff::analysis::verify::{beside, verify};
use standoff::kernel::batch::Monitor;
use standoff::model::Model;

const RUNS: u64 = 20_000;

fn findings(model: &Model, seed: u64, threads: usize) -> Findings {
    let subject = Subject { name: "test", digest: "00", model };
    let settings = Settings { seed, runs: RUNS, threads, set: Vec::new() };
    study(&subject, &settings, &Monitor::default()).unwrap()
}

/// A pause that begins at some time and ends in one of two ways; so much of it is not seen by the horizon.
fn pause(ends: &str, more: &str) -> Model {
    model(&scenario(
        60.0,
        &format!(
            "[machines.m]\ninitial = \"before\"\n[machines.m.states]\nbefore = {{}}\nquiet = {{}}\ntense = {{}}\nbroken = {{}}\nsettled = {{}}\n\
             [[machines.m.transitions]]\nfrom = \"before\"\nto = \"quiet\"\nrate = 0.04\n\
             {ends}\n[durations.pause]\nin = [\"m.quiet\", \"m.tense\"]\n{more}"
        ),
    ))
}

fn transition(from: &str, to: &str, trigger: &str) -> String {
    format!("[[machines.m.transitions]]\nfrom = {from}\nto = \"{to}\"\n{trigger}\n")
}

/// Within 4 standard errors at every age at which at least so many are left to look at.
#[track_caller]
fn lasts(found: &DurationFindings, truth: impl Fn(f64) -> f64) {
    let seen: Vec<_> = found.ages.iter().filter(|age| age.at_risk >= 100).collect();
    assert!(seen.len() > 50 && seen.last().unwrap().age > 40.0, "{}", seen.len());
    for age in seen {
        let (expected, error) = (truth(age.age), age.lasting.standard_error);
        // Grouping by age is off by far less than this.
        let off = (age.lasting.estimate - expected).abs();
        assert!(off <= 4.0 * error + 2e-4, "age {}: {} against {expected}", age.age, age.lasting.estimate);
        assert!(error < 0.01 && age.lasting.low <= age.lasting.estimate && age.lasting.estimate <= age.lasting.high);
    }
}

fn end<'f>(found: &'f DurationFindings, state: &str) -> &'f End {
    found.ends.iter().find(|end| end.state == state).unwrap()
}

#[test]
fn a_memoryless_pause() {
    let model = pause(&transition("\"quiet\"", "broken", "rate = 0.05"), "");
    let found = findings(&model, 1, 2);
    let [one] = found.durations.as_slice() else { panic!() };
    lasts(one, |t| exp(-0.05 * t));
    let [low, median, high] = one.median.map(Option::unwrap);
    assert!(low < median && median < high && low < 13.863 && 13.863 < high, "{low} {median} {high}");
    // Runs in which it begins, and those in which its end is not seen: ∫ 0.04 e^(−0.04 s) e^(−0.05 (60 − s)) ds.
    let begun = 1.0 - exp(-2.4);
    let cut = 0.04 * (exp(-2.4) - exp(-3.0)) / 0.01;
    for (count, share) in [(one.begun, begun), (one.cut, cut)] {
        let off = (count as f64 / RUNS as f64 - share).abs();
        assert!(off < 4.0 * (share * (1.0 - share) / RUNS as f64).sqrt(), "{count} against {share}");
    }
    // Taking only ends that were seen would have it too short: it is the censored that make it right.
    assert_eq!(one.begun, one.cut + one.ends.iter().map(|end| end.count).sum::<u64>());
    assert_eq!(found, findings(&model, 1, 1), "the same on any number of threads");
}

#[test]
fn a_pause_that_hardens() {
    // Weibull of shape 0.6: the hazard falls with age.
    let law = "after = { family = \"weibull\", shape = 0.6, scale = 12 }";
    let found = findings(&pause(&transition("\"quiet\"", "broken", law), ""), 2, 2);
    lasts(&found.durations[0], |t| exp(-libm::pow(t / 12.0, 0.6)));
}

#[test]
fn ends_compete() {
    let ends = transition("\"quiet\"", "broken", "rate = 0.05") + &transition("\"quiet\"", "settled", "rate = 0.03");
    let found = findings(&pause(&ends, ""), 3, 2);
    let one = &found.durations[0];
    lasts(one, |t| exp(-0.08 * t));
    for (state, rate) in [("broken", 0.05), ("settled", 0.03)] {
        let end = end(one, state);
        for ((age, share), alone) in one.ages.iter().zip(&end.incidence).zip(&end.alone) {
            if age.at_risk < 100 {
                break;
            }
            let truth = rate / 0.08 * (1.0 - exp(-0.08 * age.age));
            let off = (share.estimate - truth).abs();
            assert!(off <= 4.0 * share.standard_error + 2e-4, "{state}, age {}: {}", age.age, share.estimate);
            // What is claimed for one way alone is the law of that way without the other, and too much.
            let naive = 1.0 - exp(-rate * age.age);
            assert!((alone - naive).abs() < 0.03 && *alone >= share.estimate - 1e-12, "{state}, age {}", age.age);
        }
        let last = end.incidence[50].estimate;
        assert!(end.alone[50] > 1.2 * last, "{state}: {} is told apart from {last}", end.alone[50]);
    }
}

/// It goes on while the machine changes between its states, is counted once a run, and begins at once where the run does.
#[test]
fn what_counts_as_one_pause() {
    let ends = transition("\"quiet\"", "tense", "rate = 0.5")
        + &transition("\"tense\"", "quiet", "rate = 0.5")
        + &transition("[\"quiet\", \"tense\"]", "broken", "rate = 0.05")
        + &transition("\"broken\"", "quiet", "rate = 2");
    let found = findings(&pause(&ends, ""), 4, 2);
    let one = &found.durations[0];
    assert!(one.begun <= RUNS);
    lasts(one, |t| exp(-0.05 * t));
    assert_eq!((one.states.as_slice(), one.machine.as_str()), (&["quiet".to_owned(), "tense".to_owned()][..], "m"));
    let at_once = model(&scenario(
        10.0,
        "[machines.m]\ninitial = \"on\"\n[machines.m.states]\non = {}\noff = {}\n[[machines.m.transitions]]\nfrom = \"on\"\nto = \"off\"\n\
         after = { family = \"constant\", value = 4 }\n[durations.d]\nin = \"m.on\"\n",
    ));
    let found = findings(&at_once, 5, 1);
    let one = &found.durations[0];
    assert_eq!((one.begun, one.cut), (RUNS, 0));
    for age in &one.ages {
        assert_eq!(age.lasting.estimate, if age.age < 4.0 { 1.0 } else { 0.0 }, "age {}", age.age);
    }
    assert_eq!(one.ages.last().unwrap().age, 4.0, "nothing is told of ages that none came to");
}

#[test]
fn truths_and_ranges_of_durations() {
    let claims = "[[expect]]\nduration = \"pause\"\nat = 10\nprobability = 0.6065306597126334\nsource = \"exp(-0.5)\"\n\
                  [[expect]]\nduration = \"pause\"\nat = \"20 days\"\nbetween = [0.5, 0.6]\nsource = \"elsewhere\"\n";
    let model = pause(&transition("\"quiet\"", "broken", "rate = 0.05"), claims);
    let three: Vec<Findings> = (1..=3).map(|seed| findings(&model, seed, 2)).collect();
    let [verdict] = verify(&model, &three).try_into().unwrap();
    assert!(verdict.holds && verdict.worst < 4.0, "{verdict:?}");
    assert_eq!(verdict.of, "duration pause lasting longer than 10");
    let [rate] = beside(&model, &three[0]).try_into().unwrap();
    assert!(rate.lasting && rate.subject == "pause" && (rate.found - 0.3679).abs() < 0.02, "{rate:?}");
    assert_eq!(rate.side(), std::cmp::Ordering::Less);
    let [elsewhere] = three[0].durations[0].elsewhere.as_slice() else { panic!() };
    assert_eq!((elsewhere.age, elsewhere.range), (20.0, [0.5, 0.6]));
    // What no run comes to is no truth that holds.
    let never = pause(&transition("\"quiet\"", "broken", "rate = 5"), &claims.replace("at = 10", "at = 59"));
    let [verdict] = verify(&never, &[findings(&never, 1, 2)]).try_into().unwrap();
    assert!(!verdict.holds);
}

#[test]
fn mistakes_are_answered() {
    let text = |durations: &str| {
        scenario(
            9.0,
            &format!(
                "[machines.m]\ninitial = \"a\"\n[machines.m.states]\na = {{}}\nb = {{}}\n[[machines.m.transitions]]\nfrom = \"a\"\nto = \"b\"\nrate = 1\n\
                 [machines.n]\ninitial = \"c\"\n[machines.n.states]\nc = {{}}\nd = {{}}\n[[machines.n.transitions]]\nfrom = \"c\"\nto = \"d\"\nrate = 1\n{durations}"
            ),
        )
    };
    for (durations, said) in [
        ("[durations.x]\nin = [\"m.a\", \"n.c\"]", "states of two machines"),
        ("[durations.x]\nin = [\"m.a\", \"m.b\"]", "never ends"),
        ("[durations.x]\nin = [\"m.q\"]", "unknown state `m.q`"),
        ("[durations.x]\nabout = \"no states\"", "needs `in`"),
        ("[durations.x]\nin = \"m.a\"\nlasted = [3, 2]", "above the upper bound"),
        ("[durations.x]\nin = \"m.a\"\n[[expect]]\nduration = \"y\"\nprobability = 0.5", "unknown duration `y`"),
        ("[durations.x]\nin = \"m.a\"\n[[expect]]\nduration = \"x\"\nmean = 3", "what its subject does not have"),
    ] {
        let (_, told) = read(text(durations).as_bytes());
        assert!(told.contains(said), "{durations}: {told}");
    }
    let (model, told) = read(text("[durations.x]\nin = \"m.a\"").as_bytes());
    assert!(model.is_some(), "{told}");
}
