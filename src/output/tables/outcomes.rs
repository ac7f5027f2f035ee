//! The table of outcomes and milestones: how often and when.

use super::{Table, distinct, number, optional};
use crate::analysis::{Findings, Passage};
use crate::output::format::quantile_name;

/// What stands for a time that so large a share of the runs did not get to.
const NOT_REACHED: &str = "not reached";

/// One row an outcome, then one row a milestone, in file order.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario` | file stem of the scenario |
/// | `kind` | `outcome` or `milestone` |
/// | `name`, `about` | as in the file |
/// | `at_horizon` | `true` for an outcome that classifies what is left at the horizon |
/// | `runs`, `hits` | runs that were counted, and those that reached it; empty for an exact answer and by splitting |
/// | `probability`, `probability_low`, `probability_high` | hits / runs and its interval, 0 … 1; an exact probability has none |
/// | `time_unit` | `day`, `week`, `month` or `year`, for all that follow |
/// | `mean_time_if_reached`, `…_low`, `…_high` | over the runs that reached it; empty when none did |
/// | `time_p05` … `time_p95` | quantiles over *all* runs, `not reached` where the share of runs is not enough |
/// | `time_if_reached_p05` … | quantiles over the runs that reached it; empty when none did |
/// | `words` | the probability in words, chosen from its interval; only where words were asked for |
pub fn outcomes_csv(findings: &Findings) -> Vec<u8> {
    comparison_csv(std::slice::from_ref(findings))
}

/// The [outcomes](outcomes_csv) of several scenarios under one another.
pub fn comparison_csv(several: &[Findings]) -> Vec<u8> {
    let passages = || several.iter().flat_map(|findings| findings.outcomes.iter().chain(&findings.milestones));
    let over_all =
        distinct(passages().flat_map(|passage| passage.quantiles.iter().map(|quantile| quantile.probability)));
    let if_reached = distinct(passages().flat_map(|passage| passage.quantiles_if_reached.iter().map(|pair| pair.0)));

    let mut columns: Vec<String> = [
        "scenario",
        "kind",
        "name",
        "about",
        "at_horizon",
        "runs",
        "hits",
        "probability",
        "probability_low",
        "probability_high",
        "time_unit",
        "mean_time_if_reached",
        "mean_time_if_reached_low",
        "mean_time_if_reached_high",
    ]
    .map(str::to_owned)
    .into();
    columns.extend(over_all.iter().map(|&probability| format!("time_{}", quantile_name(probability))));
    columns.extend(if_reached.iter().map(|&probability| format!("time_if_reached_{}", quantile_name(probability))));

    let in_words = several.iter().any(|findings| findings.words.is_some());
    columns.extend(in_words.then(|| "words".to_owned()));

    let mut table = Table::new(columns);
    for findings in several {
        let outcomes = findings.outcomes.iter().map(|passage| ("outcome", passage));
        let milestones = findings.milestones.iter().map(|passage| ("milestone", passage));
        for (kind, passage) in outcomes.chain(milestones) {
            let mut row = vec![findings.origin.scenario.clone(), kind.to_owned()];
            row.extend(how_often(passage));
            row.push(findings.axis.unit.clone());
            let mean = passage.mean_time_if_reached;
            let of_runs = mean.filter(|mean| mean.count.is_some());
            let ends = [mean.map(|mean| mean.estimate), of_runs.map(|mean| mean.low), of_runs.map(|mean| mean.high)];
            row.extend(ends.map(optional));
            row.extend(over_all.iter().map(|&probability| time_over_all(passage, probability)));
            row.extend(if_reached.iter().map(|&probability| {
                optional(passage.quantiles_if_reached.iter().find(|pair| pair.0 == probability).map(|pair| pair.1))
            }));
            let wording = findings.words.map(|yardstick| yardstick.wording(&passage.probability));
            row.extend(in_words.then(|| wording.unwrap_or_default()));
            table.row(row);
        }
    }
    table.into_bytes()
}

fn how_often(passage: &Passage) -> [String; 8] {
    let share = &passage.probability;
    [
        passage.name.clone(),
        passage.about.clone(),
        passage.at_horizon.to_string(),
        share.counts.map(|counts| counts.runs.to_string()).unwrap_or_default(),
        share.counts.map(|counts| counts.hits.to_string()).unwrap_or_default(),
        number(share.estimate),
        optional((!share.is_exact()).then_some(share.low)),
        optional((!share.is_exact()).then_some(share.high)),
    ]
}

fn time_over_all(passage: &Passage, probability: f64) -> String {
    match passage.quantiles.iter().find(|quantile| quantile.probability == probability) {
        Some(quantile) => quantile.time.map_or_else(|| NOT_REACHED.to_owned(), number),
        None => String::new(),
    }
}
