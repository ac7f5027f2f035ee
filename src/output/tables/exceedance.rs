//! The table of exceedance curves: how likely a number is to be above a threshold.

use super::{Table, measured, number};
use crate::analysis::Findings;

/// One row a threshold, ascending, for each number a run that `consequences.csv` has a row for.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario`, `kind`, `name`, `unit`, `measure` | as in the table of consequences |
/// | `threshold` | in the unit |
/// | `runs`, `runs_above` | runs that were counted, and those strictly above the threshold: exact counts |
/// | `probability`, `probability_low`, `probability_high` | runs_above / runs and its interval, 0 … 1 |
pub fn exceedance_csv(findings: &Findings) -> Vec<u8> {
    let mut table = Table::new([
        "scenario",
        "kind",
        "name",
        "unit",
        "measure",
        "threshold",
        "runs",
        "runs_above",
        "probability",
        "probability_low",
        "probability_high",
    ]);
    for one in measured(findings) {
        for (threshold, share) in &one.summary.exceedance {
            table.row([
                findings.origin.scenario.as_str(),
                one.kind,
                one.name,
                one.unit,
                one.measure,
                &number(*threshold),
                &share.counts.map(|counts| counts.runs.to_string()).unwrap_or_default(),
                &share.counts.map(|counts| counts.hits.to_string()).unwrap_or_default(),
                &number(share.estimate),
                &number(share.low),
                &number(share.high),
            ]);
        }
    }
    table.into_bytes()
}
