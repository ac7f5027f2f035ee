//! Findings as text for a terminal.
//!
//! In: findings. Out: strings; the command line prints them. Shares have two significant figures, and what never happened
//! is shown as the bound that the runs allow, not as 0 %.

use super::format::{number, percent, percent_interval, time, time_quantile, title};
use crate::analysis::{Findings, Passage, Summary};
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, Table};

/// One scenario: outcomes, milestones, consequences.
pub fn report(findings: &Findings) -> String {
    let origin = &findings.origin;
    let mut text = format!("{}\n", origin.title);
    text.push_str(&format!(
        "{} runs of {}, seed {}\n",
        count(origin.runs),
        time(findings.axis.horizon, &findings.axis.unit),
        origin.seed
    ));
    if origin.is_partial() {
        text.push_str(&format!("PARTIAL: interrupted; {} runs were asked for\n", count(origin.runs_requested)));
    }
    if !origin.settings.is_empty() {
        let set: Vec<String> = origin.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        text.push_str(&format!("with {}\n", set.join(", ")));
    }
    text.push_str(&passages(findings, "Outcome", &findings.outcomes));
    if !findings.milestones.is_empty() {
        text.push_str(&passages(findings, "Milestone", &findings.milestones));
    }
    let totals = findings.consequences.iter().map(|c| (title(&c.name), c.unit.as_str(), &c.total)).collect::<Vec<_>>();
    if !totals.is_empty() {
        text.push_str(&summaries("Consequence (total)", &totals));
    }
    let peaks = findings.variables.iter().map(|v| (title(&v.name), v.unit.as_str(), &v.peak)).collect::<Vec<_>>();
    if !peaks.is_empty() {
        text.push_str(&summaries("Variable (peak)", &peaks));
    }
    text.push_str("Conditional on the stated assumptions; not a forecast.\n");
    text
}

/// Outcomes of several scenarios side by side.
pub fn comparison(all: &[Findings]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for outcome in all.iter().flat_map(|findings| &findings.outcomes) {
        if !names.contains(&outcome.name.as_str()) {
            names.push(&outcome.name);
        }
    }
    let mut header = vec!["Outcome".to_owned()];
    header.extend(all.iter().map(|findings| title(&findings.origin.scenario)));
    let mut table = plain(header);
    for name in names {
        let mut row = vec![title(name)];
        row.extend(all.iter().map(|findings| {
            let outcome = findings.outcomes.iter().find(|outcome| outcome.name == name);
            outcome.map_or_else(|| "–".to_owned(), |outcome| percent(&outcome.probability))
        }));
        table.add_row(row);
    }
    align(&mut table);
    format!("Side by side\n{table}\nEach column is conditional on its path being taken; not a forecast, and no ranking.\n")
}

fn passages(findings: &Findings, what: &str, list: &[Passage]) -> String {
    let unit = format!("{}s", findings.axis.unit);
    let header = [what.to_owned(), "probability".into(), "95 % interval".into(), format!("median ({unit})"), "if reached".into()];
    let mut table = plain(header.to_vec());
    for passage in list {
        let median = passage.quantiles.iter().find(|q| q.probability == 0.5);
        let if_reached = passage.quantiles_if_reached.iter().find(|(p, _)| *p == 0.5);
        let (median, if_reached) = if passage.at_horizon {
            ("at the horizon".to_owned(), String::new())
        } else {
            (median.map_or_else(String::new, time_quantile), if_reached.map_or_else(String::new, |(_, t)| number(*t)))
        };
        let share = &passage.probability;
        table.add_row(vec![title(&passage.name), percent(share), percent_interval(share), median, if_reached]);
    }
    align(&mut table);
    format!("{table}\n")
}

fn summaries(what: &str, list: &[(String, &str, &Summary)]) -> String {
    let header = [what, "unit", "mean", "5 %", "median", "95 %", "largest"].map(str::to_owned).to_vec();
    let mut table = plain(header);
    for (name, unit, summary) in list {
        let quantile =
            |p: f64| summary.quantiles.iter().find(|(q, _)| *q == p).map_or_else(String::new, |(_, x)| number(*x));
        table.add_row(vec![
            name.clone(),
            (*unit).to_owned(),
            number(summary.mean.estimate),
            quantile(0.05),
            quantile(0.5),
            quantile(0.95),
            number(summary.maximum),
        ]);
    }
    align(&mut table);
    format!("{table}\n")
}

fn plain(header: Vec<String>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_header(header);
    table
}

/// Names to the left, numbers to the right.
fn align(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// A count with its digits in threes.
fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}
