//! Tables for other programs: CSV with every digit, and the whole of the findings as JSON.
//!
//! In: findings. Out: bytes, the same for the same findings. Times are in the scenario's unit, shares between 0 and 1,
//! numbers in the shortest form that reads back to the same double; an empty cell means that there is no such number.

use crate::analysis::{Fan, Findings, Passage, Proportion, Summary};

/// One line an outcome or milestone.
///
/// `p05 …` are quantiles of the time over all runs, empty where that share never gets there; `if_reached_p05 …` are over
/// the runs that do.
pub fn outcomes(findings: &Findings) -> Vec<u8> {
    let passages = |kind: &'static str, list: &[Passage]| -> Vec<Vec<String>> {
        list.iter().map(|passage| passage_row(kind, passage)).collect()
    };
    let all = findings.outcomes.iter().chain(&findings.milestones);
    let probabilities: Vec<f64> =
        all.clone().next().map_or_else(Vec::new, |first| first.quantiles.iter().map(|q| q.probability).collect());
    let mut header: Vec<String> = [
        "kind", "name", "about", "at_horizon", "runs", "hits", "probability", "low", "high", "mean_time_if_reached",
        "mean_time_low", "mean_time_high",
    ]
    .map(str::to_owned)
    .to_vec();
    header.extend(probabilities.iter().map(|p| format!("time_{}", quantile_name(*p))));
    header.extend(probabilities.iter().map(|p| format!("time_if_reached_{}", quantile_name(*p))));
    let rows = passages("outcome", &findings.outcomes).into_iter().chain(passages("milestone", &findings.milestones));
    csv(header, rows)
}

fn passage_row(kind: &str, passage: &Passage) -> Vec<String> {
    let share = &passage.probability;
    let mut row = vec![
        kind.to_owned(),
        passage.name.clone(),
        passage.about.clone(),
        passage.at_horizon.to_string(),
        share.runs.to_string(),
        share.hits.to_string(),
        share.estimate.to_string(),
        share.low.to_string(),
        share.high.to_string(),
    ];
    match &passage.mean_time_if_reached {
        Some(mean) => row.extend([mean.estimate, mean.low, mean.high].map(|x| x.to_string())),
        None => row.extend([const { String::new() }; 3]),
    }
    row.extend(passage.quantiles.iter().map(|q| q.time.map_or_else(String::new, |t| t.to_string())));
    if passage.quantiles_if_reached.is_empty() {
        row.extend(passage.quantiles.iter().map(|_| String::new()));
    } else {
        row.extend(passage.quantiles_if_reached.iter().map(|(_, t)| t.to_string()));
    }
    row
}

/// Every series in long form: one line a time, a series and a statistic.
///
/// `kind` is `incidence` (of an outcome or milestone), `occupancy` (of `machine.state`), `consequence` (total so far) or
/// `variable` (over the runs still going); `runs` is how many runs the number is from.
pub fn timeline(findings: &Findings) -> Vec<u8> {
    let header = ["time", "kind", "name", "statistic", "value", "runs"].map(str::to_owned).to_vec();
    let mut rows = Vec::new();
    for (point, time) in findings.axis.points.iter().enumerate() {
        let mut row = |kind: &str, name: &str, statistic: &str, value: f64, runs: u64| {
            let cells = [&time.to_string(), kind, name, statistic, &value.to_string(), &runs.to_string()];
            rows.push(cells.map(str::to_owned).to_vec());
        };
        let mut share = |kind: &str, name: &str, share: &Proportion| {
            for (statistic, value) in [("share", share.estimate), ("low", share.low), ("high", share.high)] {
                row(kind, name, statistic, value, share.runs);
            }
        };
        for passage in findings.outcomes.iter().chain(&findings.milestones) {
            share("incidence", &passage.name, &passage.incidence[point]);
        }
        for machine in &findings.machines {
            for (state, occupied) in machine.states.iter().zip(&machine.rows[point]) {
                share("occupancy", &format!("{}.{state}", machine.machine), occupied);
            }
        }
        let mut fan = |kind: &str, name: &str, fan: &Fan| {
            if let Some(mean) = &fan.means[point] {
                row(kind, name, "mean", mean.estimate, mean.count);
            }
            for (p, value) in fan.probabilities.iter().zip(&fan.rows[point]) {
                row(kind, name, &quantile_name(*p), *value, fan.counts[point]);
            }
        };
        for consequence in &findings.consequences {
            fan("consequence", &consequence.name, &consequence.path);
        }
        for variable in &findings.variables {
            fan("variable", &variable.name, &variable.path);
        }
    }
    csv(header, rows.into_iter())
}

/// (kind, name, unit, measure, summary) of every consequence and variable.
fn summaries(findings: &Findings) -> Vec<(&'static str, &str, &str, &'static str, &Summary)> {
    let mut all = Vec::new();
    for c in &findings.consequences {
        all.push(("consequence", c.name.as_str(), c.unit.as_str(), "total", &c.total));
    }
    for v in &findings.variables {
        for (measure, summary) in [("time average", &v.time_average), ("peak", &v.peak), ("trough", &v.trough)] {
            all.push(("variable", v.name.as_str(), v.unit.as_str(), measure, summary));
        }
    }
    all
}

/// One line a consequence's total, and three a variable: its average over the run, its peak and its trough.
pub fn consequences(findings: &Findings) -> Vec<u8> {
    let all = summaries(findings);
    let mut header: Vec<String> =
        ["kind", "name", "unit", "measure", "runs", "mean", "standard_error", "low", "high", "standard_deviation", "minimum"]
            .map(str::to_owned)
            .to_vec();
    let quantiles = all.first().map_or_else(Vec::new, |first| first.4.quantiles.iter().map(|(p, _)| *p).collect());
    header.extend(quantiles.iter().map(|p| quantile_name(*p)));
    header.push("maximum".to_owned());
    let rows = all.into_iter().map(|(kind, name, unit, measure, summary)| {
        let mean = &summary.mean;
        let mut row: Vec<String> = [kind, name, unit, measure].map(str::to_owned).to_vec();
        row.push(mean.count.to_string());
        let numbers =
            [mean.estimate, mean.standard_error, mean.low, mean.high, summary.standard_deviation, summary.minimum];
        row.extend(numbers.map(|x| x.to_string()));
        row.extend(summary.quantiles.iter().map(|(_, value)| value.to_string()));
        row.push(summary.maximum.to_string());
        row
    });
    csv(header, rows)
}

/// How many runs came to or above each of a row of thresholds.
pub fn exceedance(findings: &Findings) -> Vec<u8> {
    let header =
        ["kind", "name", "unit", "measure", "threshold", "runs", "runs_at_or_above", "probability", "low", "high"];
    let rows = summaries(findings).into_iter().flat_map(|(kind, name, unit, measure, summary)| {
        summary.exceedance.iter().map(move |(threshold, share)| {
            let mut row: Vec<String> = [kind, name, unit, measure].map(str::to_owned).to_vec();
            row.push(threshold.to_string());
            row.extend([share.runs, share.hits].map(|n| n.to_string()));
            row.extend([share.estimate, share.low, share.high].map(|x| x.to_string()));
            row
        })
    });
    csv(header.map(str::to_owned).to_vec(), rows)
}

/// Outcomes of several scenarios, one line a scenario and outcome.
pub fn comparison(all: &[Findings]) -> Vec<u8> {
    let header = ["scenario", "outcome", "about", "at_horizon", "runs", "hits", "probability", "low", "high"];
    let rows = all.iter().flat_map(|findings| {
        findings.outcomes.iter().map(|outcome| {
            let share = &outcome.probability;
            let mut row: Vec<String> =
                [&findings.origin.scenario, &outcome.name, &outcome.about].map(String::clone).to_vec();
            row.push(outcome.at_horizon.to_string());
            row.extend([share.runs, share.hits].map(|n| n.to_string()));
            row.extend([share.estimate, share.low, share.high].map(|x| x.to_string()));
            row
        })
    });
    csv(header.map(str::to_owned).to_vec(), rows)
}

/// All findings as JSON.
pub fn summary_json(findings: &Findings) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(findings).expect("findings have nothing that JSON has not");
    bytes.push(b'\n');
    bytes
}

/// `p05` for 0.05.
pub fn quantile_name(p: f64) -> String {
    let percent = 100.0 * p;
    if (percent - percent.round()).abs() < 1e-9 {
        format!("p{:02.0}", percent.round())
    } else {
        format!("p{percent}")
    }
}

fn csv(header: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(header).chain(rows) {
        writer.write_record(&row).expect("every row has as many cells as the header");
    }
    writer.into_inner().expect("a vector takes what is written to it")
}
