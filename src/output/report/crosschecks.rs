//! What is known from outside, beside what the model gives.
//!
//! In: the truths that stand in a scenario (`[[expect]]`) and its findings. Out: rows for a table, and a CSV. They are told of
//! simulations at the file's own values; what differs is shown, and nothing is fitted to them.

use super::page::{Block, Cell, Column, Group, Table};
use super::wording::ends;
use super::{Path, spaced, title};
use crate::analysis::verify::{Beside, beside, verify, verify_exactly};
use crate::output::format::{printable, rough};
use crate::output::tables::{Table as Csv, number};
use crate::stats::interval::{Z_95, normal};
use std::cmp::Ordering;

/// One truth and the answer to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub of: String,
    pub published: f64,
    pub model: f64,
    /// 0 for an exact answer.
    pub standard_error: f64,
    pub source: String,
}

/// Every truth of a path; none where runs follow on, as truths are about a scenario alone.
pub fn checks(path: &Path<'_>) -> Vec<Check> {
    let (model, findings) = (path.model, path.findings);
    if findings.journey.is_some() {
        return Vec::new();
    }
    if findings.origin.exactness().is_some() {
        let told = verify_exactly(model, findings).into_iter().zip(&model.expectations);
        let check = |(verdict, expectation): (Option<_>, &crate::model::Expectation)| {
            let verdict: crate::analysis::verify::ExactVerdict = verdict?;
            Some(Check {
                of: verdict.of,
                published: verdict.expected,
                model: verdict.found,
                standard_error: 0.0,
                source: expectation.source.clone(),
            })
        };
        return told.filter_map(check).collect();
    }
    let told = verify(model, std::slice::from_ref(findings)).into_iter();
    told.filter_map(|verdict| {
        let answer = verdict.answers.first()?;
        Some(Check {
            of: verdict.of,
            published: verdict.expected,
            model: answer.estimate,
            standard_error: answer.standard_error,
            source: verdict.source,
        })
    })
    .collect()
}

/// What is known from elsewhere as a range, beside the model; none where runs follow on.
pub fn rates(path: &Path<'_>) -> Vec<Beside> {
    if path.findings.journey.is_some() { Vec::new() } else { beside(path.model, path.findings) }
}

/// The section, and the CSV behind it.
pub fn section(paths: &[Path<'_>], file: &str) -> (Vec<Block>, Vec<u8>) {
    let mut csv =
        Csv::new(["scenario", "of", "model", "model_low", "model_high", "published_low", "published_high", "source"]);
    let (mut groups, mut ranges) = (Vec::new(), Vec::new());
    for path in paths {
        let checks = checks(path);
        for check in &checks {
            let published = number(check.published);
            let (low, high) = normal(check.model, check.standard_error, Z_95);
            let [model, low, high] = [check.model, low, high].map(number);
            let source = check.source.as_str();
            csv.row([&path.findings.origin.scenario, &check.of, &model, &low, &high, &published, &published, source]);
        }
        let rates = rates(path);
        for rate in &rates {
            let [low, high] = rate.range.map(number);
            let [model, least, most] = [rate.found, rate.interval[0], rate.interval[1]].map(number);
            csv.row([&path.findings.origin.scenario, &rate.of, &model, &least, &most, &low, &high, &rate.source]);
        }
        if !rates.is_empty() {
            ranges.push(Group {
                head: title(&path.findings.origin),
                rows: rates.iter().map(|rate| range_row(rate, &path.findings.axis.unit)).collect(),
            });
        }
        if !checks.is_empty() {
            groups.push(Group {
                head: title(&path.findings.origin),
                rows: checks.iter().map(|check| row(check, &path.findings.axis.unit)).collect(),
            });
        }
    }
    let mut blocks = vec![Block::heading(2, "cross-checks", "Cross-checks against what is known from outside")];
    if !ranges.is_empty() {
        blocks.push(Block::paragraph(
            "Base rates: how often the like has happened elsewhere, as ranges that the scenarios state, beside what the model gives. The \
             model is not fitted to them, and the cases behind them differ from these. A model outside a range needs a reason; one inside is not thereby right.",
        ));
        blocks.push(table(
            "Model and base rates; small print: 95 % interval, from the error of simulation alone",
            "Elsewhere",
            ranges,
            file,
        ));
    }
    if groups.is_empty() && blocks.len() == 1 {
        blocks.push(Block::paragraph(
            "None of the scenarios states what is known from outside (`[[expect]]`) to hold its answers against. Sources of \
             single numbers stand in the register.",
        ));
    }
    if !groups.is_empty() {
        blocks.push(Block::paragraph(
            "Values that the scenarios state as known from outside, beside what the model gives. The model is not fitted to them.",
        ));
        blocks.push(table("Model and published value", "Published", groups, file));
    }
    (blocks, csv.into_bytes())
}

/// What a check is of, with the unit of the time that it ends in.
fn quantity(of: &str, unit: &str) -> String {
    let timed = of.ends_with(|c: char| c.is_ascii_digit());
    let text = spaced(of);
    if timed { format!("{text} {unit}s") } else { text }
}

fn row(check: &Check, unit: &str) -> Vec<Cell> {
    let error = if check.standard_error > 0.0 {
        format!("standard error {}", rough(check.standard_error))
    } else {
        String::new()
    };
    vec![
        Cell::of(quantity(&check.of, unit)),
        Cell::with(rough(check.model), error),
        Cell::of(rough(check.published)),
        Cell::of(printable(&check.source)),
    ]
}

fn range_row(rate: &Beside, unit: &str) -> Vec<Cell> {
    let side = match rate.side() {
        Ordering::Equal => "the model does not lie outside",
        Ordering::Less => "the model lies below",
        Ordering::Greater => "the model lies above",
    };
    let [low, high] = rate.interval;
    let interval = if low < high { ends(low, high) } else { String::new() };
    vec![
        Cell::of(quantity(&rate.of, unit)),
        Cell::with(rough(rate.found), interval),
        Cell::with(ends(rate.range[0], rate.range[1]), side),
        Cell::of(printable(&rate.source)),
    ]
}

fn table(caption: &str, elsewhere: &str, groups: Vec<Group>, file: &str) -> Block {
    let columns =
        vec![Column::words("Quantity"), Column::numbers("Model"), Column::numbers(elsewhere), Column::words("Source")];
    Block::Table(Table { caption: caption.to_owned(), columns, groups, csv: Some(file.to_owned()), cards: true })
}
