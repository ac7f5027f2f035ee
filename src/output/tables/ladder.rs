//! The table of escalation ladders: the share of runs on each rung over time.

use super::{Table, number};
use crate::analysis::Findings;
use crate::analysis::ladder::Ladder;

/// One row a point of the time axis and rung, machine by machine.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario`, `machine` | whose |
/// | `time` | in the study's unit |
/// | `rung` | the number that the states carry |
/// | `runs`, `runs_there` | runs that were counted, and those on the rung; empty for an exact answer |
/// | `probability`, `probability_low`, `probability_high` | their share with its Wilson interval |
pub fn ladder_csv(findings: &Findings, ladders: &[Ladder]) -> Vec<u8> {
    let columns = ["scenario", "machine", "time", "rung", "runs", "runs_there"];
    let shares = ["probability", "probability_low", "probability_high"];
    let mut table = Table::new(columns.into_iter().chain(shares));
    for ladder in ladders {
        for (time, row) in findings.axis.points.iter().zip(&ladder.rows) {
            for (rung, share) in ladder.rungs.iter().zip(row) {
                table.row([
                    findings.origin.scenario.as_str(),
                    &ladder.machine,
                    &number(*time),
                    &number(*rung),
                    &share.counts.map(|counts| counts.runs.to_string()).unwrap_or_default(),
                    &share.counts.map(|counts| counts.hits.to_string()).unwrap_or_default(),
                    &number(share.estimate),
                    &number(share.low),
                    &number(share.high),
                ]);
            }
        }
    }
    table.into_bytes()
}
