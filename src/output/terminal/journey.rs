//! Where runs went that follow on from scenario to scenario: which they were in, who handed them on, where they ended.

use super::{Layout, grid, interval_name};
use crate::analysis::{Findings, HandOffs, JourneyFindings, Visits};
use crate::output::format::{NOTHING, number, percent, percent_interval, printable};

/// What has to be said beside numbers of runs that follow on.
pub const NO_CHOICE: &str =
    "Runs go on only where an outcome's `next` says so; no probability is given to a path being chosen.";

/// The scenarios with the share of runs that are ever in each, how often, how long, and how many end there; empty unless
/// runs follow on.
pub fn scenario_table(findings: &Findings, layout: &Layout) -> String {
    let row = |(place, visits): (usize, &Visits)| {
        // Where runs begin, all are.
        let (share, interval) = match place {
            0 => ("all begin in it".to_owned(), String::new()),
            _ => (percent(&visits.entered), percent_interval(&visits.entered)),
        };
        vec![
            printable(&visits.scenario),
            share,
            interval,
            number(visits.entries.estimate),
            number(visits.time.estimate),
            percent(&visits.ended),
        ]
    };
    let time = format!("Mean time in it, {}s", findings.axis.unit);
    let header = ["Scenario", "Runs ever in it", &interval_name(findings), "Entries a run", &time, "Runs end in it"];
    let rows = of(findings).flat_map(|journey| &journey.scenarios).enumerate().map(row);
    grid(header.map(str::to_owned).into(), rows.collect(), layout)
}

/// Every hand-off with the share of runs that ever take it, and how often a run does; empty unless runs follow on.
pub fn hand_off_table(findings: &Findings, layout: &Layout) -> String {
    let row = |hand_off: &HandOffs| {
        let HandOffs { from, outcome, to, taken, times } = hand_off;
        let what = format!("{}: {} → {}", printable(from), printable(outcome), printable(to));
        vec![what, percent(taken), percent_interval(taken), number(times.estimate)]
    };
    let header = ["Hand-off", "Runs ever handed on", &interval_name(findings), "Times a run"];
    let rows = of(findings).flat_map(|journey| &journey.hand_offs).map(row);
    grid(header.map(str::to_owned).into(), rows.collect(), layout)
}

/// Outcomes down, scenarios across: the share of all runs that end so, there. A scenario that cannot end so has a dash.
pub fn end_table(findings: &Findings, layout: &Layout) -> String {
    let Some(journey) = &findings.journey else { return String::new() };
    let names = journey.scenarios.iter().map(|visits| printable(&visits.scenario));
    let header = std::iter::once("Outcome, by where it ends".to_owned()).chain(names).collect();
    let rows = findings.outcomes.iter().enumerate().map(|(outcome, passage)| {
        let shares = journey.scenarios.iter().map(|visits| visits.ends[outcome].as_ref());
        let cells = shares.map(|share| share.map_or_else(|| NOTHING.to_owned(), percent));
        std::iter::once(printable(&passage.name)).chain(cells).collect()
    });
    grid(header, rows.collect(), layout)
}

/// The closing remark on them; empty unless runs follow on.
pub fn remark(findings: &Findings) -> String {
    of(findings).map(|_| NO_CHOICE.to_owned()).collect()
}

fn of(findings: &Findings) -> impl Iterator<Item = &JourneyFindings> {
    findings.journey.iter()
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, findings_text};
    use crate::output::fixture;

    #[test]
    fn a_journey_tells_where_runs_were_and_how_they_came_there() {
        let text = findings_text(&fixture::journey(), &Layout { width: None, plain: true });
        let line = |start: &str| text.lines().find(|line| line.trim_start().starts_with(start)).unwrap().to_owned();
        let cells = |start: &str| {
            let line = line(start);
            line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(cells("calm-waters "), ["calm-waters", "all begin in it", "1.25", "80", "75 %"]);
        assert_eq!(cells("calm-waters: "), ["calm-waters: war -> rough-seas", "30 %", "27 to 33 %", "0.5"]);
        assert_eq!(cells("settlement  ").len(), 5, "the table of outcomes comes first");
        let ends = text.split("Outcome, by where it ends").nth(1).unwrap();
        assert!(ends.lines().any(|line| line.split_whitespace().eq(["settlement", "-", "12", "%"])), "{ends}");
        assert!(text.contains("no probability is given to a path being chosen"), "{text}");
        let plain = findings_text(&fixture::findings(), &Layout::default());
        assert!(!plain.contains("Hand-off") && !plain.contains("chosen"));
    }
}
