//! The tables of runs that follow on from scenario to scenario. In each, `scenario` is the one where runs begin.

use super::{Table, number};
use crate::analysis::{Findings, Mean, Proportion};

/// One row a scenario that runs may come to, the one where they begin first; only the header if runs do not follow on.
///
/// | column | meaning |
/// | --- | --- |
/// | `visited`, `title` | file stem and title of the scenario that runs may come to |
/// | `runs`, `hits` | runs that were counted, and those that were ever in it |
/// | `probability`, `probability_low`, `probability_high` | hits / runs and its interval, 0 … 1 |
/// | `entries`, `entries_low`, `entries_high` | mean number of entries a run; the beginning of a run counts as one |
/// | `time_unit`, `time`, `time_low`, `time_high` | mean time a run spends in it |
pub fn scenarios_csv(findings: &Findings) -> Vec<u8> {
    let columns = ["scenario", "visited", "title"].into_iter().chain(SHARE).chain([
        "entries",
        "entries_low",
        "entries_high",
        "time_unit",
        "time",
        "time_low",
        "time_high",
    ]);
    let mut table = Table::new(columns);
    for visits in findings.journey.iter().flat_map(|journey| &journey.scenarios) {
        let mut row = vec![findings.origin.scenario.clone(), visits.scenario.clone(), visits.title.clone()];
        row.extend(share(&visits.entered));
        row.extend(mean(&visits.entries));
        row.push(findings.axis.unit.clone());
        row.extend(mean(&visits.time));
        table.row(row);
    }
    table.into_bytes()
}

/// One row a hand-off, in file order.
///
/// | column | meaning |
/// | --- | --- |
/// | `from`, `outcome`, `to` | which scenario's outcome hands runs on, and to which scenario |
/// | `runs`, `hits` | runs that were counted, and those that were ever handed on so |
/// | `probability`, `probability_low`, `probability_high` | hits / runs and its interval, 0 … 1 |
/// | `times`, `times_low`, `times_high` | mean number of times a run is |
pub fn hand_offs_csv(findings: &Findings) -> Vec<u8> {
    let columns = ["scenario", "from", "outcome", "to"].into_iter().chain(SHARE);
    let mut table = Table::new(columns.chain(["times", "times_low", "times_high"]));
    for hand_off in findings.journey.iter().flat_map(|journey| &journey.hand_offs) {
        let mut row = vec![findings.origin.scenario.clone(), hand_off.from.clone()];
        row.extend([hand_off.outcome.clone(), hand_off.to.clone()]);
        row.extend(share(&hand_off.taken));
        row.extend(mean(&hand_off.times));
        table.row(row);
    }
    table.into_bytes()
}

/// One row for each scenario and each outcome that can end a run there.
///
/// | column | meaning |
/// | --- | --- |
/// | `ended_in`, `outcome` | the scenario that the run was in at its end, and how it ended |
/// | `runs`, `hits` | runs that were counted, and those that ended so, there |
/// | `probability`, `probability_low`, `probability_high` | hits / runs and its interval, 0 … 1; they sum to 1 over all rows |
pub fn ends_csv(findings: &Findings) -> Vec<u8> {
    let mut table = Table::new(["scenario", "ended_in", "outcome"].into_iter().chain(SHARE));
    for visits in findings.journey.iter().flat_map(|journey| &journey.scenarios) {
        for (outcome, ends) in findings.outcomes.iter().zip(&visits.ends) {
            let Some(ends) = ends else { continue };
            let mut row = vec![findings.origin.scenario.clone(), visits.scenario.clone(), outcome.name.clone()];
            row.extend(share(ends));
            table.row(row);
        }
    }
    table.into_bytes()
}

const SHARE: [&str; 5] = ["runs", "hits", "probability", "probability_low", "probability_high"];

fn share(share: &Proportion) -> [String; 5] {
    let Proportion { counts, estimate, low, high } = *share;
    let counts = counts.map(|counts| [counts.runs, counts.hits].map(|count| count.to_string()));
    let [runs, hits] = counts.unwrap_or_default();
    [runs, hits, number(estimate), number(low), number(high)]
}

fn mean(mean: &Mean) -> [String; 3] {
    [mean.estimate, mean.low, mean.high].map(number)
}
