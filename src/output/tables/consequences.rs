//! The table of the numbers that each run yields: totals of consequences; averages and extremes of variables.

use super::{Table, distinct, measured, number, optional};
use crate::analysis::Findings;
use crate::output::format::quantile_name;

/// One row a consequence, then three rows a variable, in file order. An exact answer has the mean of consequences alone;
/// the other fields are empty.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario` | file stem of the scenario |
/// | `kind` | `consequence` or `variable` |
/// | `name`, `about`, `unit` | as in the file |
/// | `measure` | `total` at the run's end; or, over the run, `time_average`, `peak`, `trough` |
/// | `runs` | runs that were counted |
/// | `mean`, `standard_error`, `mean_low`, `mean_high` | mean over the runs, with its interval |
/// | `standard_deviation` | over the runs |
/// | `minimum`, `p05` … `p95`, `maximum` | over the runs; quantiles within the relative error that the summary states |
pub fn consequences_csv(findings: &Findings) -> Vec<u8> {
    let all = measured(findings);
    let probabilities = distinct(all.iter().flat_map(|one| one.summary.quantiles.iter().map(|pair| pair.0)));
    let mut columns: Vec<String> = [
        "scenario",
        "kind",
        "name",
        "about",
        "unit",
        "measure",
        "runs",
        "mean",
        "standard_error",
        "mean_low",
        "mean_high",
        "standard_deviation",
        "minimum",
    ]
    .map(str::to_owned)
    .into();
    columns.extend(probabilities.iter().map(|&probability| quantile_name(probability)));
    columns.push("maximum".to_owned());

    let mut table = Table::new(columns);
    for one in &all {
        let (summary, mean) = (one.summary, &one.summary.mean);
        let mut row: Vec<String> =
            [&findings.origin.scenario, one.kind, one.name, one.about, one.unit, one.measure].map(str::to_owned).into();
        row.push(mean.count.map(|count| count.to_string()).unwrap_or_default());
        let of_runs = |x: f64| mean.count.map(|_| x);
        row.push(number(mean.estimate));
        row.extend([mean.standard_error, mean.low, mean.high].map(|x| optional(of_runs(x))));
        row.extend([summary.standard_deviation, summary.minimum].map(optional));
        row.extend(probabilities.iter().map(|&probability| {
            optional(summary.quantiles.iter().find(|pair| pair.0 == probability).map(|pair| pair.1))
        }));
        row.push(optional(summary.maximum));
        table.row(row);
    }
    table.into_bytes()
}
