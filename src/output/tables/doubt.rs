//! The table of doubt and chance: what the variance of each outcome and milestone is made of.

use super::{Table, number, optional};
use crate::analysis::Findings;

/// One row an outcome, then one row a milestone, in file order; `None` where doubt and chance were not told apart.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario`, `kind`, `name` | as in the table of outcomes |
/// | `parameter_sets`, `runs_per_set` | how many sets were drawn, and runs at each; 0 runs: solved |
/// | `probability`, `probability_low`, `probability_high` | mean over the sets, with its 95 % interval |
/// | `doubt_variance` | variance of the probability over the sets, without the sampling noise of the runs |
/// | `chance_variance` | mean variance of the event once the parameters are known |
/// | `doubt_share`, `doubt_share_low`, `doubt_share_high` | doubt / (doubt + chance), with its 95 % interval; empty for what never or always happened |
/// | `below_noise` | `true`: the sets differ by no more than sampling noise, and the variance of doubt is shown as 0 |
/// | `probability_p05`, `probability_p95` | the probability below 5 % and 95 % of the sets; empty if below the noise |
pub fn doubt_csv(findings: &Findings) -> Option<Vec<u8>> {
    let separated = findings.doubt.as_ref()?.separated.as_ref()?;
    let mut table = Table::new([
        "scenario",
        "kind",
        "name",
        "parameter_sets",
        "runs_per_set",
        "probability",
        "probability_low",
        "probability_high",
        "doubt_variance",
        "chance_variance",
        "doubt_share",
        "doubt_share_low",
        "doubt_share_high",
        "below_noise",
        "probability_p05",
        "probability_p95",
    ]);
    let outcomes = separated.outcomes.iter().map(|event| ("outcome", event));
    for (kind, event) in outcomes.chain(separated.milestones.iter().map(|event| ("milestone", event))) {
        let found = &event.components;
        let mut row: Vec<String> = [findings.origin.scenario.as_str(), kind, &event.name].map(str::to_owned).into();
        row.extend([separated.points, separated.runs_per_point].map(|count| count.to_string()));
        row.extend([found.mean.estimate, found.mean.low, found.mean.high, found.doubt, found.chance].map(number));
        let share = found.doubt_share;
        row.extend([share.map(|s| s.estimate), share.map(|s| s.low), share.map(|s| s.high)].map(optional));
        row.push(found.below_noise.to_string());
        row.extend([found.band.map(|band| band[0]), found.band.map(|band| band[1])].map(optional));
        table.row(row);
    }
    Some(table.into_bytes())
}
