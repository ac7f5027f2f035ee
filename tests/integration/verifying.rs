//! What `verify` holds against any scenario: that two ways to an answer agree, and that nothing is lost. Findings that are
//! right pass; findings that were tampered with in one number fail, and are told by that number's name.

use crate::support::model;
use standoff::analysis::Findings;
use standoff::analysis::agreement::agreement;
use standoff::analysis::conservation::conservation;
use standoff::analysis::exact::Options;
use standoff::analysis::exact::answer::solve;
use standoff::analysis::study::{Settings, Subject, study};
use standoff::kernel::batch::Monitor;
use standoff::model::Model;

const TEXT: &str = r#"
[time]
unit = "week"
horizon = "20 weeks"
[variables.stock]
initial = 0
bounds = [0, 3]
[machines.m]
initial = "calm"
[machines.m.states]
calm = {}
crisis = { enter = { add = { stock = 1 } } }
[[machines.m.transitions]]
from = "calm"
to = "crisis"
rate = "0.2 + 0.1 * stock"
[[machines.m.transitions]]
name = "settles"
from = "crisis"
to = "calm"
rate = 0.5
[milestones]
full = { when = "stock >= 3" }
[outcomes]
lost = { when = "stock >= 3 and m.calm" }
held = { default = true }
[consequences.cost]
rate = "if(m.crisis, 2, 0.5)"
"#;

fn found(model: &Model, seed: u64) -> Findings {
    let settings = Settings { seed, runs: 20_000, threads: 2, set: Vec::new() };
    study(&Subject { name: "one", digest: "", model }, &settings, &Monitor::default()).unwrap()
}

#[test]
fn right_findings_agree_with_the_exact_answer_and_a_changed_hazard_does_not() {
    let right = model(TEXT);
    let exact = solve(&Subject { name: "one", digest: "", model: &right }, &[], &Options::default()).unwrap();
    let same = agreement(&exact, &[found(&right, 1), found(&right, 2)]);
    assert!(same.holds() && same.compared > 100, "{same:?}");
    // A twentieth more, in one hazard: 40 000 runs show it, and the worst number is about what changed.
    let other = model(&TEXT.replace("rate = 0.5", "rate = 0.525"));
    let apart = agreement(&exact, &[found(&other, 1), found(&other, 2)]);
    assert!(!apart.holds(), "{:?}", apart.worst);
    assert!(apart.missed.iter().any(|one| one.of.contains("m.crisis")), "{:?}", apart.missed);
}

#[test]
fn each_law_is_broken_by_one_changed_number() {
    let model = model(TEXT);
    let right = found(&model, 3);
    assert!(conservation(&model, &right).iter().all(|law| law.broken.is_none()), "{:?}", conservation(&model, &right));
    let broken = |tamper: &dyn Fn(&mut Findings)| {
        let mut findings = right.clone();
        tamper(&mut findings);
        let laws = conservation(&model, &findings);
        laws.iter().filter(|law| law.broken.is_some()).map(|law| law.says).collect::<Vec<_>>()
    };
    assert_eq!(
        broken(&|one| one.outcomes[1].probability.counts.as_mut().unwrap().hits += 1),
        ["every run ends once", "what was reached stays reached"]
    );
    assert_eq!(
        broken(&|one| one.milestones[0].incidence[1].counts.as_mut().unwrap().hits = 1_000_000),
        ["what was reached stays reached"]
    );
    assert_eq!(
        broken(&|one| one.machines[0].rows[3][0].counts.as_mut().unwrap().hits -= 1),
        ["every machine is in one state at a time"]
    );
    assert_eq!(broken(&|one| one.machines[0].mean_time[0].estimate += 30.0), ["no time is lost"]);
    assert_eq!(
        broken(&|one| one.variables[0].peak.as_mut().unwrap().maximum = Some(3.5)),
        ["variables keep to their bounds"]
    );
    assert_eq!(
        broken(&|one| one.consequences[0].total.mean.estimate *= 1.001),
        ["totals at the horizon are those that the runs end with"]
    );
}
