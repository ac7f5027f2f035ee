//! What must be true of the four paths, whatever the digits: the required properties of the model notes.

use standoff::analysis::Findings;
use standoff::analysis::study::{Settings, Subject, study};
use standoff::diagnostic::{Diagnostics, Severity, Sources};
use standoff::kernel::batch::Monitor;
use standoff::model::{Model, resolve};
use standoff::scenario::load::{self, Disk};
use std::path::Path;
use std::sync::OnceLock;

const NAMES: [&str; 4] = ["continued-support", "limited-deployment", "full-involvement", "negotiated-pause"];
const RUNS: u64 = 12_000;

fn open(name: &str) -> (Model, Diagnostics) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics).unwrap();
    let model = resolve::resolve(&scenario, &mut diagnostics);
    (model.unwrap_or_else(|| panic!("{name}: {diagnostics:?}")), diagnostics)
}

fn found(name: &str, set: &[(&str, f64)]) -> Findings {
    let (model, _) = open(name);
    let set = set.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let settings = Settings { seed: 1, runs: RUNS, threads: 2, set };
    study(&Subject { name, digest: "", model: &model }, &settings, &Monitor::default()).unwrap()
}

/// The four, at central values.
fn central() -> &'static [Findings; 4] {
    static ALL: OnceLock<[Findings; 4]> = OnceLock::new();
    ALL.get_or_init(|| NAMES.map(|name| found(name, &[])))
}

fn outcome(findings: &Findings, name: &str) -> f64 {
    let found = findings.outcomes.iter().find(|outcome| outcome.name == name);
    found.unwrap_or_else(|| panic!("{} has no outcome {name}", findings.origin.scenario)).probability.estimate
}

/// The share of runs that had passed a milestone by a time.
fn milestone(findings: &Findings, name: &str, by: f64) -> f64 {
    let found = findings.milestones.iter().find(|milestone| milestone.name == name);
    let found = found.unwrap_or_else(|| panic!("{} has no milestone {name}", findings.origin.scenario));
    let point = findings.axis.points.iter().rposition(|&time| time <= by).unwrap();
    found.incidence[point].estimate
}

#[test]
fn the_shipped_scenarios_have_no_mistakes_and_no_warnings() {
    for name in NAMES {
        let (_, diagnostics) = open(name);
        assert_eq!(diagnostics.count(Severity::Warning), 0, "{name}: {diagnostics:#?}");
    }
}

#[test]
fn outcomes_are_exclusive_and_exhaustive() {
    for findings in central() {
        let hits: u64 = findings.outcomes.iter().map(|outcome| outcome.probability.counts.unwrap().hits).sum();
        assert_eq!(hits, RUNS, "{}", findings.origin.scenario);
        for passage in findings.outcomes.iter().chain(&findings.milestones) {
            assert!(passage.incidence.windows(2).all(|pair| pair[0].estimate <= pair[1].estimate), "{}", passage.name);
        }
        for machine in &findings.machines {
            for row in &machine.rows {
                assert_eq!(row.iter().map(|share| share.counts.unwrap().hits).sum::<u64>(), RUNS);
            }
        }
    }
}

/// T1 and T2.
#[test]
fn war_is_the_likelier_the_deeper_the_involvement() {
    let [support, limited, full, pause] = central();
    let war = |findings| outcome(findings, "wider_war");
    assert!(war(full) > 2.0 * war(limited), "{} {}", war(full), war(limited));
    assert!(war(limited) > 2.0 * war(support), "{} {}", war(limited), war(support));
    assert!(war(support) > 2.0 * war(pause), "{} {}", war(support), war(pause));
    let nuclear = |findings| outcome(findings, "nuclear_use");
    assert!(nuclear(full) < 0.10 && nuclear(full) < war(full));
    assert!(nuclear(full) > nuclear(limited) && nuclear(limited) > nuclear(pause));
}

/// T3.
#[test]
fn continued_support_mostly_stays_contained_and_unresolved() {
    let support = &central()[0];
    let contained = outcome(support, "contained_unresolved");
    assert!(contained > 0.5, "{contained}");
    assert!(support.outcomes.iter().all(|other| other.probability.estimate <= contained));
}

/// T5.
#[test]
fn a_limited_deployment_can_fail_in_both_directions() {
    let limited = &central()[1];
    assert!(outcome(limited, "pullback") > 0.0 && outcome(limited, "full_involvement") > 0.0);
}

/// T6 and T7.
#[test]
fn full_involvement_meets_retaliation_and_still_has_ways_out() {
    let full = &central()[2];
    let met = milestone(full, "retaliation_or_clash", 104.0);
    assert!(met > 0.75, "{met}");
    let strikes = milestone(full, "strikes_on_nato_territory", 104.0);
    assert!((0.10..0.60).contains(&strikes), "{strikes}");
    let out: f64 =
        ["pause_agreed", "deterred_standoff", "armistice", "pullback"].iter().map(|n| outcome(full, n)).sum();
    assert!(out > 0.40, "{out}");
}

/// T8.
#[test]
fn a_pause_is_neither_certain_nor_sure_to_last() {
    let pause = &central()[3];
    let reached = milestone(pause, "pause_in_force", 104.0);
    assert!((0.35..0.75).contains(&reached), "{reached}");
    let collapsed = outcome(pause, "collapse_attrition") + outcome(pause, "collapse_offensive");
    assert!((0.25..0.65).contains(&(collapsed / reached)), "{collapsed} of {reached}");
}

/// T11 and T12: the two causal readings pull in opposite directions.
#[test]
fn the_spiral_raises_the_risk_of_war_and_deterrence_lowers_it() {
    let war = |set: &[(&str, f64)]| outcome(&found("full-involvement", set), "wider_war");
    let (weak, strong) = (war(&[("spiral_gain", 0.4)]), war(&[("spiral_gain", 2.0)]));
    assert!(strong > weak, "spiral: {weak} {strong}");
    let (none, much) = (war(&[("deterrence_gain", 0.0)]), war(&[("deterrence_gain", 1.0)]));
    assert!(none > much, "deterrence: {none} {much}");
}
