//! The table of everything that was recorded over time.

use super::{Table, number};
use crate::analysis::{Fan, Findings, Proportion};
use crate::output::format::quantile_name;

/// One row a number ("long" or "tidy" form), so that it can be filtered and plotted without reshaping:
/// choose a `kind` and `name`, put `time` on one axis and `value` on the other, and let `statistic` tell lines apart.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario` | file stem of the scenario |
/// | `kind` | `outcome` or `milestone` (share of all runs that reached it by then), `machine` (share of all runs in the state, ended runs keeping theirs), `consequence` (total so far), `variable` (over the runs still going) |
/// | `name` | of the outcome, milestone, machine, consequence or variable |
/// | `state` | for a machine, the state; otherwise empty |
/// | `unit` | of a consequence or variable; otherwise empty |
/// | `time_unit`, `time` | when |
/// | `statistic` | for shares `share`, `low`, `high` (0 … 1); for consequences and variables `mean`, `low`, `high`, quantiles such as `p05`, and `runs`, the runs that were looked at; `low` and `high` are the interval of the share or mean; an exact answer has `share` and `mean` alone |
/// | `value` | the number |
///
/// Rows are ordered by kind, name, time, state and statistic. Where no run was left to look at, only `runs` (0) is given.
pub fn timeline_csv(findings: &Findings) -> Vec<u8> {
    timeline_of(findings, &["outcome", "milestone", "machine", "consequence", "variable"])
}

/// The rows of some kinds alone, such as those behind one chart.
pub fn timeline_of(findings: &Findings, kinds: &[&str]) -> Vec<u8> {
    let columns = ["scenario", "kind", "name", "state", "unit", "time_unit", "time", "statistic", "value"];
    let mut timeline = Timeline { findings, table: Table::new(columns) };
    for (kind, passages) in [("outcome", &findings.outcomes), ("milestone", &findings.milestones)] {
        for passage in passages.iter().filter(|_| kinds.contains(&kind)) {
            for (&time, share) in findings.axis.points.iter().zip(&passage.incidence) {
                timeline.share([kind, &passage.name, "", ""], time, share);
            }
        }
    }
    for machine in findings.machines.iter().filter(|_| kinds.contains(&"machine")) {
        for (&time, shares) in findings.axis.points.iter().zip(&machine.rows) {
            for (state, share) in machine.states.iter().zip(shares) {
                timeline.share(["machine", &machine.machine, state, ""], time, share);
            }
        }
    }
    for consequence in findings.consequences.iter().filter(|_| kinds.contains(&"consequence")) {
        timeline.fan(["consequence", &consequence.name, "", &consequence.unit], &consequence.path);
    }
    for variable in findings.variables.iter().filter(|_| kinds.contains(&"variable")) {
        timeline.fan(["variable", &variable.name, "", &variable.unit], &variable.path);
    }
    timeline.table.into_bytes()
}

struct Timeline<'a> {
    findings: &'a Findings,
    table: Table,
}

impl Timeline<'_> {
    fn row(&mut self, subject: [&str; 4], time: f64, statistic: &str, value: &str) {
        let [kind, name, state, unit] = subject;
        let (scenario, time_unit) = (&self.findings.origin.scenario, &self.findings.axis.unit);
        self.table.row([scenario, kind, name, state, unit, time_unit, &number(time), statistic, value]);
    }

    fn share(&mut self, subject: [&str; 4], time: f64, share: &Proportion) {
        self.row(subject, time, "share", &number(share.estimate));
        if share.counts.is_some() {
            self.row(subject, time, "low", &number(share.low));
            self.row(subject, time, "high", &number(share.high));
        }
    }

    fn fan(&mut self, subject: [&str; 4], fan: &Fan) {
        for (index, &time) in self.findings.axis.points.iter().enumerate() {
            if let Some(count) = fan.counts.get(index) {
                self.row(subject, time, "runs", &count.to_string());
            }
            if let Some(Some(mean)) = fan.means.get(index) {
                self.row(subject, time, "mean", &number(mean.estimate));
                if mean.count.is_some() {
                    self.row(subject, time, "low", &number(mean.low));
                    self.row(subject, time, "high", &number(mean.high));
                }
            }
            let quantiles = fan.rows.get(index).map_or(&[][..], Vec::as_slice);
            for (&probability, &value) in fan.probabilities.iter().zip(quantiles) {
                self.row(subject, time, &quantile_name(probability), &number(value));
            }
        }
    }
}
