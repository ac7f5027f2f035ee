//! The table of what becomes of runs that have no horizon.

use super::{Table, optional};
use crate::analysis::Findings;
use crate::analysis::exact::eventual::Eventual;

/// One row a number; written for exact answers only.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario` | file stem of the scenario |
/// | `kind`, `name` | `outcome`, `milestone`, `consequence`, `variable`, `machine` and its name; `any outcome`, `no outcome` have no name |
/// | `state` | for a machine, the state; otherwise empty |
/// | `time_unit` | `day`, `week`, `month` or `year` |
/// | `statistic` | `probability`; `mean_time` (infinite unless it is certain) and `mean_time_if_reached`; `total` and `long_run_rate` per time unit; `long_run_share` of a state, `long_run_mean` of a variable in runs that never end |
/// | `value` | the number, `inf` where it is infinite |
pub fn eventual_csv(findings: &Findings, eventual: &Eventual) -> Vec<u8> {
    let mut table = Table::new(["scenario", "kind", "name", "state", "time_unit", "statistic", "value"]);
    let (scenario, unit) = (&findings.origin.scenario, &findings.axis.unit);
    let mut row = |kind: &str, name: &str, state: &str, statistic: &str, value: Option<f64>| {
        if value.is_some() {
            table.row([scenario, kind, name, state, unit, statistic, &optional(value)]);
        }
    };
    for (kind, all) in [("outcome", &eventual.outcomes), ("milestone", &eventual.milestones)] {
        for one in all {
            row(kind, &one.name, "", "probability", Some(one.probability));
            row(kind, &one.name, "", "mean_time", Some(one.mean_time));
            row(kind, &one.name, "", "mean_time_if_reached", one.mean_time_if_reached);
        }
    }
    row("any outcome", "", "", "mean_time", Some(eventual.mean_time_to_outcome));
    row("no outcome", "", "", "probability", Some(eventual.never));
    for one in &eventual.consequences {
        row("consequence", &one.name, "", "total", one.total);
        row("consequence", &one.name, "", "long_run_rate", one.long_run_rate);
    }
    for (name, mean) in &eventual.variables {
        row("variable", name, "", "long_run_mean", Some(*mean));
    }
    for machine in &eventual.long_run {
        for (state, share) in machine.states.iter().zip(&machine.shares) {
            row("machine", &machine.machine, state, "long_run_share", Some(*share));
        }
    }
    table.into_bytes()
}
