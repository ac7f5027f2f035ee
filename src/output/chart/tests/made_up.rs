//! Findings that no engine made: smooth curves of about the size and shape of real ones.

use super::spells::spell;
use crate::analysis::ladder::Ladder;
use crate::analysis::paired::{Alternative, Consequence, Difference, Event, Pair, Paired};
use crate::analysis::verify::Beside;
use crate::analysis::{
    ConsequenceFindings, Counts, Doubt, DoubtMethod, Fan, Findings, Mean, Method, Occupancy, Origin, Passage,
    Proportion, Separated, SeparatedEvent, Summary, TimeAxis, VariableFindings,
};
use crate::stats::components::{Components, Estimate};

const RUNS: u64 = 100_000;
const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Wilson interval at 95 %.
fn proportion(estimate: f64) -> Proportion {
    let (n, z) = (RUNS as f64, 1.959_964);
    let hits = (estimate * n).round();
    let p = hits / n;
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let [low, high] = [(centre - half).max(0.0), (centre + half).min(1.0)];
    let counts = Some(Counts { hits: hits as u64, runs: RUNS });
    Proportion { counts, estimate: p, low: if hits == 0.0 { 0.0 } else { low }, high }
}

fn weeks() -> Vec<f64> {
    (0..=104).map(f64::from).collect()
}

/// Rises from 0 towards 1 with a mean of `mean` weeks after a delay.
fn rise(week: f64, delay: f64, mean: f64) -> f64 {
    1.0 - libm::exp(-(week - delay).max(0.0) / mean)
}

fn passage(name: &str, probability: f64, delay: f64, mean: f64, at_horizon: bool) -> Passage {
    let whole = rise(104.0, delay, mean).max(1e-12);
    let course = |week: f64| {
        let share = if at_horizon { f64::from(u8::from(week >= 104.0)) } else { rise(week, delay, mean) / whole };
        proportion(probability * share)
    };
    Passage {
        name: name.to_owned(),
        about: String::new(),
        at_horizon,
        probability: proportion(probability),
        incidence: weeks().into_iter().map(course).collect(),
        mean_time_if_reached: None,
        quantiles: vec![],
        quantiles_if_reached: vec![],
    }
}

fn mean(estimate: f64) -> Mean {
    Mean { count: Some(RUNS), estimate, standard_error: 0.0, low: estimate, high: estimate }
}

fn summary(value: f64) -> Summary {
    let above = |i: u32| {
        let threshold = value * 0.25 * f64::from(i);
        (threshold, proportion(libm::exp(-f64::from(i * i) / 26.0)))
    };
    Summary {
        mean: mean(value),
        standard_deviation: Some(0.0),
        minimum: Some(value),
        maximum: Some(value),
        quantiles: vec![],
        exceedance: (0..18).map(above).collect(),
    }
}

/// A fan around `middle`, `spread` wide at the end (a factor when `skewed`).
fn fan(middle: impl Fn(f64) -> f64, spread: f64, skewed: bool, still_going: impl Fn(f64) -> f64) -> Fan {
    let deviates = [-1.64, -0.67, 0.0, 0.67, 1.64];
    let row = |week: f64| {
        let wide = spread * (week / 104.0).sqrt();
        let value = |z: f64| {
            if skewed { middle(week) * libm::exp(wide * z) } else { middle(week) + wide * z }
        };
        deviates.map(value).to_vec()
    };
    let average = |week: f64| {
        let wide = spread * (week / 104.0).sqrt();
        if skewed { middle(week) * libm::exp(wide * wide / 2.0) } else { middle(week) }
    };
    Fan {
        probabilities: PROBABILITIES.to_vec(),
        rows: weeks().into_iter().map(row).collect(),
        means: weeks().into_iter().map(|week| Some(mean(average(week)))).collect(),
        counts: weeks().into_iter().map(|week| (still_going(week) * RUNS as f64) as u64).collect(),
    }
}

fn consequence(name: &str, unit: &str, path: Fan) -> ConsequenceFindings {
    ConsequenceFindings { name: name.into(), about: String::new(), unit: unit.into(), total: summary(1200.0), path }
}

fn variable(name: &str, unit: &str, path: Fan) -> VariableFindings {
    let [time_average, peak, trough] = [(); 3].map(|()| Some(summary(4.0)));
    VariableFindings { name: name.into(), about: String::new(), unit: unit.into(), time_average, peak, trough, path }
}

/// A machine whose states are passed one after another, the later the slower.
fn machine(name: &str, states: &[&str]) -> Occupancy {
    let n = states.len();
    let row = |week: f64| {
        let weights: Vec<f64> = (0..n)
            .map(|i| {
                let peak = 104.0 * (i as f64 / n as f64);
                let away = (week - peak) / (9.0 + 2.2 * i as f64);
                libm::exp(-away * away / 2.0) * if i % 5 == 3 { 0.05 } else { 1.0 } + 1e-4
            })
            .collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| proportion(w / total)).collect()
    };
    Occupancy {
        machine: name.into(),
        states: states.iter().map(|s| (*s).to_owned()).collect(),
        rows: weeks().into_iter().map(row).collect(),
        mean_time: vec![mean(1.0); n],
    }
}

fn origin(scenario: &str, title: &str) -> Origin {
    Origin {
        scenario: scenario.into(),
        title: title.into(),
        summary: String::new(),
        digest: "3fa9c2d1e0b74c5d9a8877665544332211ffeeddccbbaa998877665544332211".into(),
        seed: 42,
        runs: RUNS,
        runs_requested: RUNS,
        version: "0.1.0".into(),
        settings: vec![],
        method: Method::Simulation,
    }
}

fn findings(scenario: &str, title: &str, outcomes: Vec<Passage>) -> Findings {
    Findings {
        origin: origin(scenario, title),
        axis: TimeAxis { unit: "week".into(), horizon: 104.0, points: weeks() },
        outcomes,
        milestones: vec![],
        machines: vec![],
        consequences: vec![],
        variables: vec![],
        durations: vec![],
        journey: None,
        transitions_per_run: 12.5,
        confidence: 0.95,
        precision: None,
        words: None,
        quantile_relative_error: 0.01,
        doubt: None,
        rare: Vec::new(),
        eventual: None,
    }
}

/// About what a study of one path looks like.
pub(super) fn limited_deployment() -> Findings {
    let mut made = findings("limited-deployment", "Limited Deployment", limited_outcomes());
    let elsewhere =
        [(4.3, [0.28, 0.28], "one forecaster"), (104.0, [0.73, 0.89], "a study of ceasefires in all conflicts")];
    made.durations = vec![spell("pause", &["breakdown", "armistice", "wider_war"], &elsewhere, Some([9.3, 27.6]))];
    made.milestones = vec![
        passage("first_units_arrive", 0.86, 6.0, 14.0, false),
        passage("strike_on_contingent", 0.38, 10.0, 40.0, false),
        passage("article_5_decision", 0.041, 15.0, 50.0, false),
        passage("gas_above_100", 0.11, 8.0, 60.0, false),
        passage("nuclear_signalling", 0.105, 12.0, 45.0, false),
        passage("nuclear_test", 0.0, 12.0, 45.0, false),
    ];
    let deployment = [
        "decision",
        "preparation",
        "arrival",
        "holding",
        "harassed",
        "reinforced",
        "under_strike",
        "drawdown",
        "pullback",
        "monitored",
        "settled",
    ];
    let politics = ["united", "strained", "divided", "paralysed"];
    made.machines = vec![machine("deployment", &deployment), machine("alliance_politics", &politics)];
    let all = |_: f64| 1.0;
    made.consequences = vec![
        consequence("western_casualties", "people", fan(|t| 3.2 * t, 0.9, true, all)),
        consequence("displaced", "million people", fan(|t| 9.0 + 0.02 * t, 1.1, false, all)),
        consequence("military_casualties", "people", fan(|t| 11_000.0 * t, 0.12, true, all)),
        consequence("gdp_effect", "% of euro-area GDP", fan(|t| -0.004 * t, 0.3, false, all)),
        consequence("weeks_of_operations", "weeks", fan(|t| 0.45 * t, 14.0, false, all)),
    ];
    let going = |t: f64| libm::exp(-t / 90.0);
    made.variables = vec![
        variable("escalation", "0 to 10", fan(|t| 4.0 + 0.8 * libm::sin(t / 16.0), 1.2, false, going)),
        variable("alliance_cohesion", "share", fan(|t| 0.6 - 0.0012 * t, 0.11, false, going)),
        variable("gas_price", "€/MWh", fan(|t| 31.0 + 5.0 * libm::cos(t / 8.3), 0.35, true, going)),
        variable("russian_war_economy_strain", "share", fan(|t| 0.5 + 0.001 * t, 0.03, false, going)),
        variable("front_movement", "km²/week", fan(|_| 105.0, 0.0, false, going)),
        variable("power_deficit", "GW peak", fan(|t| 3.0 + libm::cos(t / 8.3), 0.8, false, going)),
    ];
    made
}

fn limited_outcomes() -> Vec<Passage> {
    vec![
        passage("pause_agreed", 0.236, 6.0, 70.0, false),
        passage("armistice", 0.032, 20.0, 80.0, false),
        passage("full_involvement", 0.142, 8.0, 30.0, false),
        passage("pullback", 0.221, 4.0, 40.0, false),
        passage("ukraine_setback", 0.0513, 12.0, 60.0, false),
        passage("russia_setback", 0.0021, 30.0, 60.0, false),
        passage("wider_war", 0.0312, 10.0, 50.0, false),
        passage("nuclear_use", 0.00012, 20.0, 60.0, false),
        passage("unintended_dissolution", 0.0, 20.0, 60.0, false),
        passage("presence_sustained", 0.252, 0.0, 1.0, true),
        passage("still_preparing", 0.03248, 0.0, 1.0, true),
    ]
}

/// The four paths, whose outcomes are partly shared.
pub(super) fn paths() -> Vec<Findings> {
    let proxy = vec![
        passage("pause_agreed", 0.21, 6.0, 70.0, false),
        passage("ukraine_setback", 0.083, 6.0, 70.0, false),
        passage("deployment_decision", 0.312, 6.0, 70.0, false),
        passage("wider_war", 0.0081, 6.0, 70.0, false),
        passage("nuclear_use", 0.0, 6.0, 70.0, false),
        passage("contained_unresolved", 0.3869, 6.0, 70.0, true),
    ];
    let full = vec![
        passage("pause_agreed", 0.287, 6.0, 70.0, false),
        passage("pullback", 0.178, 6.0, 70.0, false),
        passage("wider_war", 0.164, 6.0, 70.0, false),
        passage("nuclear_use", 0.0043, 6.0, 70.0, false),
        passage("confined_war", 0.24, 6.0, 70.0, true),
        passage("deterred_standoff", 0.1267, 6.0, 70.0, true),
    ];
    let pause = vec![
        passage("armistice", 0.19, 6.0, 70.0, false),
        passage("no_pause", 0.164, 6.0, 70.0, false),
        passage("collapse_attrition", 0.2, 6.0, 70.0, false),
        passage("collapse_offensive", 0.052, 6.0, 70.0, false),
        passage("wider_war", 0.0012, 6.0, 70.0, false),
        passage("pause_holding", 0.3928, 6.0, 70.0, true),
    ];
    vec![
        findings("proxy-support", "Continued Proxy Support", proxy),
        findings("limited-deployment", "Limited Deployment", limited_outcomes()),
        findings("full-involvement", "Full Military Involvement", full),
        findings("negotiated-pause", "Negotiated Pause", pause),
    ]
}

/// Twenty outcomes with names of forty letters, sixteen states, several machines, ten variables.
pub(super) fn long_and_many() -> Findings {
    let name = |i: usize| format!("outcome_{i:02}_with_a_name_that_takes_forty_lett");
    let outcomes = (0..20).map(|i| passage(&name(i), 0.05, i as f64, 30.0, i > 16)).collect();
    let title = "A path whose title is far longer than any title of a scenario has a right to be, and then some more \
                 words so that it cannot possibly fit on one line of the page";
    let mut made = findings("long-and-many", title, outcomes);
    made.milestones =
        (0..12).map(|i| passage(&format!("milestone {i}"), 1.0 / (1.0 + i as f64), 1.0, 20.0, false)).collect();
    let states: Vec<String> = (0..16).map(|i| format!("state_{i}_with_a_rather_long_name")).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    made.machines = (0..7).map(|i| machine(&format!("machine_{i}"), &states[..16 - 2 * i])).collect();
    let ends: Vec<String> = (0..12).map(|i| format!("state_{i}_with_a_rather_long_name")).collect();
    let ends: Vec<&str> = ends.iter().map(String::as_str).collect();
    let source = "a source that is told at a length that no line of any page holds, nor two lines of most pages, nor three of some";
    let elsewhere = [10.0, 30.0, 31.0, 60.0, 90.0].map(|age| (age, [0.2, 0.7], source));
    made.durations = vec![spell(&name(0), &ends, &elsewhere, Some([40.0, 95.0])), spell("short", &["end"], &[], None)];
    made.consequences = vec![consequence(&name(0), "a unit with a long name per week", fan(|t| t, 0.5, true, |_| 1.0))];
    let scale = |i: usize| libm::pow(10.0, 2.0 * i as f64 - 7.0);
    made.variables = (0..10)
        .map(|i| {
            variable(
                &format!("variable_{i}"),
                "units",
                fan(move |t| scale(i) * (5.0 + 0.01 * t), scale(i), false, |_| 1.0),
            )
        })
        .collect();
    made
}

/// Findings without any outcome or series.
pub(super) fn bare() -> Findings {
    findings("bare", "", vec![])
}

/// A study that was stopped before its first run ended.
pub(super) fn without_runs() -> Findings {
    let none = Proportion { counts: Some(Counts { hits: 0, runs: 0 }), estimate: 0.0, low: 0.0, high: 1.0 };
    let mut made = limited_deployment();
    made.origin.runs = 0;
    made.durations.clear();
    for passage in made.outcomes.iter_mut().chain(&mut made.milestones) {
        passage.probability = none;
        passage.incidence = vec![none; 105];
    }
    for machine in &mut made.machines {
        machine.rows.iter_mut().flatten().for_each(|p| *p = none);
    }
    let paths = made.consequences.iter_mut().map(|c| &mut c.path);
    for fan in paths.chain(made.variables.iter_mut().map(|v| &mut v.path)) {
        fan.rows = vec![vec![]; 105];
        fan.means = vec![None; 105];
        fan.counts = vec![0; 105];
    }
    made
}

/// The same with doubt and chance told apart.
pub(super) fn with_doubt() -> Findings {
    let mut findings = limited_deployment();
    let around = |estimate: f64, width: f64| Estimate {
        estimate,
        low: (estimate - width).max(0.0),
        high: (estimate + width).min(1.0),
    };
    let event = |(index, outcome): (usize, &Passage)| {
        let p = outcome.probability.estimate;
        let share = [0.6, 0.07, 0.0, 0.004][index % 4];
        let below_noise = share == 0.0;
        let components = Components {
            mean: around(p, 0.01),
            doubt: share * p * (1.0 - p),
            chance: (1.0 - share) * p * (1.0 - p),
            doubt_share: (index != 5).then(|| around(share, 0.02)),
            below_noise,
            band: (!below_noise).then(|| [0.4 * p, (1.8 * p).min(1.0)]),
        };
        SeparatedEvent { name: outcome.name.clone(), components }
    };
    let outcomes = findings.outcomes.iter().enumerate().map(event).collect();
    let separated = Separated { points: 512, runs_per_point: 20, outcomes, milestones: Vec::new() };
    let drawn = ["a", "b", "c"].map(str::to_owned).into();
    findings.doubt = Some(Doubt { method: DoubtMethod::Nested, drawn, separated: Some(separated) });
    findings
}

/// Base rates of an outcome, a rare state and a quantity: within, below and above their ranges.
pub(super) fn rates() -> Vec<Beside> {
    let rate = |subject: &str, is_share: bool, range: [f64; 2], interval: [f64; 2]| Beside {
        of: subject.to_owned(),
        subject: subject.to_owned(),
        at: 104.0,
        is_share,
        lasting: subject == "pause",
        range,
        found: f64::midpoint(interval[0], interval[1]),
        interval,
        source: "a study".to_owned(),
    };
    vec![
        rate("negotiated_settlement_with_a_long_name_of_its_own", true, [0.09, 0.12], [0.098, 0.106]),
        rate("a_power.in_a_rare_state", true, [0.0005, 0.0025], [0.0001, 0.0003]),
        rate("nothing", true, [0.0, 0.0], [0.0, 0.0]),
        rate("pause", true, [0.28, 0.28], [0.79, 0.82]),
        rate("people_displaced", false, [12_000.0, 18_000.0], [20_500.0, 21_400.0]),
    ]
}

/// The states of the first machine on four rungs.
pub(super) fn ladder(findings: &Findings) -> Vec<Ladder> {
    let Some(machine) = findings.machines.first() else { return Vec::new() };
    let on = |rung: usize| (0..machine.states.len()).filter(move |state| state % 4 == rung);
    let together = |row: &Vec<Proportion>, rung: usize| {
        let estimate = on(rung).map(|state| row[state].estimate).sum::<f64>();
        if row[0].is_empty() { row[0] } else { proportion(estimate.min(1.0)) }
    };
    vec![Ladder {
        machine: machine.machine.clone(),
        rungs: vec![0.0, 2.0, 4.0, 9.0],
        states: (0..4).map(|rung| on(rung).map(|state| machine.states[state].clone()).collect()).collect(),
        rows: machine.rows.iter().map(|row| (0..4).map(|rung| together(row, rung)).collect()).collect(),
    }]
}

/// Alternatives on the same luck.
pub(super) fn alternatives(labels: &[&str]) -> Paired {
    let pairs: Vec<Pair> =
        (0..labels.len()).flat_map(|second| (0..second).map(move |first| Pair { first, second })).collect();
    let difference = |i: usize, size: f64| Difference {
        estimate: size * (i as f64 - 2.0),
        low: size * (i as f64 - 3.2),
        high: size * (i as f64 - 0.8),
        variance_reduction: Some(3.0),
    };
    let event = |(i, passage): (usize, &Passage)| Event {
        name: passage.name.clone(),
        is_milestone: false,
        probabilities: (0..labels.len())
            .map(|k| Some(proportion((passage.probability.estimate + 0.02 * k as f64).min(1.0))))
            .collect(),
        differences: pairs.iter().map(|_| Some(difference(i, 0.01))).collect(),
    };
    let one = |(i, found): (usize, &ConsequenceFindings)| Consequence {
        name: found.name.clone(),
        unit: found.unit.clone(),
        means: (0..labels.len()).map(|k| Some(mean(1000.0 + 7.0 * k as f64))).collect(),
        differences: pairs.iter().map(|_| Some(difference(i, 9.0))).collect(),
    };
    let findings = limited_deployment();
    let alternative = |label: &&str| Alternative {
        label: (*label).to_owned(),
        scenario: "limited-deployment".to_owned(),
        title: findings.origin.title.clone(),
        digest: findings.origin.digest.clone(),
        settings: vec![],
    };
    let events = findings.outcomes.iter().enumerate().map(event).collect();
    let consequences = findings.consequences.iter().enumerate().map(one).collect();
    Paired {
        alternatives: labels.iter().map(alternative).collect(),
        seed: 1,
        runs: RUNS,
        runs_requested: RUNS,
        version: "0.1.0".to_owned(),
        axis: findings.axis.clone(),
        confidence: 0.95,
        pairs,
        events,
        consequences,
        ranking: None,
        precision: None,
        words: None,
    }
}
