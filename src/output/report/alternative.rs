//! What a chart says, in numbers, for who cannot see it.
//!
//! In: findings and which chart it is. Out: one paragraph: the kind of the chart, then its finding.

use super::wording::{ends, percent, probability_phrase};
use crate::analysis::durations::End;
use crate::analysis::ladder::Ladder;
use crate::analysis::verify::Beside;
use crate::analysis::{Fan, Findings, Occupancy, Passage, Proportion, Summary};
use crate::output::format::{number, printable, rough};

/// States and curves with a smaller share are not named.
const LEAST: f64 = 0.01;

/// Of one chart of a path, by its file stem.
pub fn of_chart(findings: &Findings, ladders: &[Ladder], rates: &[Beside], stem: &str) -> String {
    match stem {
        "outcomes" => format!("Bar chart of the probability of each outcome. {}.", shares(&findings.outcomes)),
        "incidence" => incidence(findings),
        "occupancy" | "scenarios" => occupancy(findings, stem),
        "consequences" => {
            let fans = findings.consequences.iter().map(|one| (one.name.as_str(), one.unit.as_str(), &one.path));
            fan("Fan charts of what consequences add up to over time", fans, findings)
        }
        "variables" => {
            let fans = findings.variables.iter().map(|one| (one.name.as_str(), one.unit.as_str(), &one.path));
            fan("Fan charts of the shared quantities over time, in runs that still go on", fans, findings)
        }
        "ladder" => rungs(ladders, findings),
        "exceedance" => exceedance(findings),
        "durations" => durations(findings),
        "base-rates" => beside(rates, findings),
        _ => format!("Chart of path {}. Outcomes: {}.", printable(&findings.origin.title), shares(&findings.outcomes)),
    }
}

/// Of the comparison of paths.
pub fn of_comparison(several: &[Findings]) -> String {
    let paths = several.iter().map(|one| format!("{}: {}", printable(&one.origin.title), shares(&one.outcomes)));
    format!(
        "Bar charts of the probability of each outcome, one column a path. {}.",
        paths.collect::<Vec<_>>().join(". ")
    )
}

fn shares(passages: &[Passage]) -> String {
    let each =
        passages.iter().map(|one| format!("{} {}", printable(&one.name), probability_phrase(&one.probability, "")));
    each.collect::<Vec<_>>().join("; ")
}

fn incidence(findings: &Findings) -> String {
    let (points, unit) = (&findings.axis.points, &findings.axis.unit);
    let halfway = points.iter().position(|&time| time >= 0.5 * findings.axis.horizon).unwrap_or(0);
    let told: Vec<String> = findings
        .outcomes
        .iter()
        .filter(|one| !one.at_horizon)
        .chain(&findings.milestones)
        .filter_map(|one| {
            let (half, last) = (one.incidence.get(halfway)?, one.incidence.last()?);
            (last.estimate >= LEAST).then(|| format!("{} {} and {}", printable(&one.name), simply(half), simply(last)))
        })
        .collect();
    if told.is_empty() {
        return "Curves of cumulative incidence. Nothing reaches 1 in 100 runs.".to_owned();
    }
    format!(
        "Curves of the share of runs that got there by a time. By {unit} {} and by {unit} {}: {}.",
        number(points.get(halfway).copied().unwrap_or(0.0)),
        number(findings.axis.horizon),
        told.join("; ")
    )
}

fn durations(findings: &Findings) -> String {
    let unit = &findings.axis.unit;
    let told: Vec<String> = findings
        .durations
        .iter()
        .map(|one| {
            let half = match one.median[1] {
                Some(age) => format!("half of {} last longer than {} {unit}s", one.begun, rough(age)),
                None => format!("more than half of {} last as long as they were seen", one.begun),
            };
            let last = |end: &End| end.incidence.last().map_or(0.0, |share| share.estimate);
            let age = one.ages.last().map_or(0.0, |age| age.age);
            let ends = one.ends.iter().filter(|end| last(end) >= LEAST);
            let ends: Vec<String> = ends
                .map(|end| format!("{} {}", printable(&end.state), simply(&Proportion::exact(last(end)))))
                .collect();
            format!("{}: {half}; ended by {unit} {} in {}", printable(&one.name), rough(age), ends.join(", "))
        })
        .collect();
    format!("Curves of the share that lasts longer than an age, and of how it ends. {}.", told.join(". "))
}

/// Without the interval.
fn simply(share: &Proportion) -> String {
    if share.estimate < LEAST { "under 1 %".to_owned() } else { percent(share.estimate) }
}

fn occupancy(findings: &Findings, stem: &str) -> String {
    // Of runs that follow on, the first machine tells in which scenario they are.
    let of_scenarios = findings.journey.is_some();
    let machines: Vec<&Occupancy> = match (stem, of_scenarios) {
        ("scenarios", _) => findings.machines.iter().take(1).collect(),
        (_, true) => findings.machines.iter().skip(1).collect(),
        (_, false) => findings.machines.iter().collect(),
    };
    let told: Vec<String> = machines
        .iter()
        .filter_map(|machine| {
            let (first, last) = (machine.rows.first()?, machine.rows.last()?);
            Some(format!(
                "{}: at the start {}; at the end {}",
                printable(&machine.machine),
                states(machine, first),
                states(machine, last)
            ))
        })
        .collect();
    format!(
        "Areas of the share of runs in each state over time; a run that has ended keeps its last state. {}.",
        told.join(". ")
    )
}

fn states(machine: &Occupancy, row: &[Proportion]) -> String {
    let mut there: Vec<(&String, &Proportion)> =
        machine.states.iter().zip(row).filter(|(_, share)| share.estimate >= LEAST).collect();
    there.sort_by(|one, other| other.1.estimate.total_cmp(&one.1.estimate));
    there
        .iter()
        .map(|(state, share)| format!("{} {}", printable(state), simply_all(share)))
        .collect::<Vec<_>>()
        .join(", ")
}

fn simply_all(share: &Proportion) -> String {
    if share.estimate > 0.99 { "nearly all".to_owned() } else { percent(share.estimate) }
}

/// Of each ladder, where runs stand at the end.
fn rungs(ladders: &[Ladder], findings: &Findings) -> String {
    let told: Vec<String> = ladders
        .iter()
        .filter_map(|ladder| {
            let rungs = ladder.rungs.iter().zip(ladder.rows.last()?);
            let there = rungs.filter(|(_, share)| share.estimate >= LEAST);
            let each = there.map(|(rung, share)| format!("rung {} {}", number(*rung), simply_all(share)));
            Some(format!("{}: {}", printable(&ladder.machine), each.collect::<Vec<_>>().join(", ")))
        })
        .collect();
    format!(
        "Heat strips of the share of runs on each rung of a ladder over time. At {} {}: {}.",
        findings.axis.unit,
        number(findings.axis.horizon),
        told.join(". ")
    )
}

/// Of each quantity, the last value that 1 in 10 runs and 1 in 100 are above.
fn exceedance(findings: &Findings) -> String {
    let totals = findings.consequences.iter().map(|one| (printable(&one.name), one.unit.as_str(), &one.total));
    let peaks = findings
        .variables
        .iter()
        .filter_map(|one| Some((format!("peak of {}", printable(&one.name)), one.unit.as_str(), one.peak.as_ref()?)));
    let above = |summary: &Summary, least: f64| {
        let seen =
            summary.exceedance.iter().filter(|(threshold, share)| threshold.is_finite() && share.estimate >= least);
        seen.map(|(threshold, _)| *threshold).fold(f64::NEG_INFINITY, f64::max)
    };
    let told: Vec<String> = totals
        .chain(peaks)
        .filter_map(|(name, unit, summary)| {
            let (tenth, hundredth) = (above(summary, 0.1), above(summary, 0.01));
            let unit = if unit.is_empty() { String::new() } else { format!(" {}", printable(unit)) };
            let is_known = tenth.is_finite() && hundredth.is_finite();
            is_known.then(|| format!("{name}: {}{unit} and {}{unit}", rough(tenth), rough(hundredth)))
        })
        .collect();
    format!(
        "Curves of the share of runs above each value, on a logarithmic scale. Values that at least 1 in 10 and 1 in 100 runs exceed: {}.",
        told.join("; ")
    )
}

fn beside(rates: &[Beside], findings: &Findings) -> String {
    let told: Vec<String> = rates
        .iter()
        .map(|rate| {
            let value = |value: f64| if rate.is_share { format!("{} %", rough(100.0 * value)) } else { rough(value) };
            format!(
                "{} at {} {}: model {}, elsewhere {} to {}",
                printable(&rate.subject),
                findings.axis.unit,
                number(rate.at),
                value(rate.found),
                value(rate.range[0]),
                value(rate.range[1])
            )
        })
        .collect();
    format!(
        "Dots of what the model gives beside bars of ranges from elsewhere, each on its own scale. {}.",
        told.join("; ")
    )
}

fn fan<'a>(what: &str, fans: impl Iterator<Item = (&'a str, &'a str, &'a Fan)>, findings: &Findings) -> String {
    let told: Vec<String> = fans
        .filter_map(|(name, unit, fan)| {
            let (name, unit) = (printable(name), printable(unit));
            let unit = if unit.is_empty() { unit } else { format!(" {unit}") };
            let row = fan.rows.last().filter(|row| !row.is_empty());
            let at = |wanted: f64| {
                let place = fan.probabilities.iter().position(|p| (p - wanted).abs() < 1e-9)?;
                row?.get(place).copied()
            };
            match (at(0.05), at(0.5), at(0.95)) {
                (Some(low), Some(middle), Some(high)) => {
                    Some(format!("{name} {}{unit} (9 of 10 runs: {})", rough(middle), ends(low, high)))
                }
                _ => {
                    let mean = (*fan.means.last()?)?;
                    Some(format!("{name} {}{unit} on average", rough(mean.estimate)))
                }
            }
        })
        .collect();
    format!("{what}. Median at {} {}: {}.", findings.axis.unit, number(findings.axis.horizon), told.join("; "))
}
