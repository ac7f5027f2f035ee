//! The table of what splitting was tried for.

use super::{Table, number, optional};
use crate::analysis::Findings;
use crate::analysis::rare::{Answer, Kind};

/// One row a thing that splitting was tried for; `None` where it was not tried.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario`, `kind`, `name` | `kind` is `outcome`, `milestone` or `consequence` |
/// | `estimate`, `estimate_low`, `estimate_high` | the probability, 0 … 1, or the mean total, with its interval; empty where splitting was of no use |
/// | `relative_standard_error` | as a part of the estimate |
/// | `effective_sample_size` | independent contributions that it is worth |
/// | `rungs` | levels at which runs were split |
/// | `trees` | independent trees of runs |
/// | `arrivals` | runs in them that came to it |
/// | `events`, `events_before` | events simulated in the trees, and in pilot and trial before them |
/// | `gain` | how many times as many events plain runs take for the same standard error; empty for a consequence |
/// | `plain_runs` | plain runs for the same standard error |
/// | `reason` | why splitting was tried |
/// | `declined` | why it was of no use; empty if it was |
pub fn rare_csv(findings: &Findings) -> Option<Vec<u8>> {
    if findings.rare.is_empty() {
        return None;
    }
    let mut table = Table::new([
        "scenario",
        "kind",
        "name",
        "estimate",
        "estimate_low",
        "estimate_high",
        "relative_standard_error",
        "effective_sample_size",
        "rungs",
        "trees",
        "arrivals",
        "events",
        "events_before",
        "gain",
        "plain_runs",
        "reason",
        "declined",
    ]);
    for rare in &findings.rare {
        let kind = match rare.kind {
            Kind::Outcome => "outcome",
            Kind::Milestone => "milestone",
            Kind::Consequence => "consequence",
        };
        let mut row: Vec<String> = [findings.origin.scenario.as_str(), kind, &rare.name].map(str::to_owned).into();
        let declined = match &rare.answer {
            Answer::Split(split) => {
                row.extend([split.estimate, split.low, split.high].map(number));
                row.extend([split.relative_standard_error, split.effective_sample_size].map(number));
                row.push(split.rungs.len().to_string());
                row.extend([split.trees, split.arrivals, split.events, split.events_before].map(|n| n.to_string()));
                row.extend([split.gain, split.plain_runs].map(optional));
                ""
            }
            Answer::Declined(why) => {
                row.extend(std::iter::repeat_n(String::new(), 12));
                why
            }
        };
        row.extend([rare.reason.clone(), declined.to_owned()]);
        table.row(row);
    }
    Some(table.into_bytes())
}
