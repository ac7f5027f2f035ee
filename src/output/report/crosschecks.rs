//! What is known from outside, beside what the model gives.
//!
//! In: the truths that stand in a scenario (`[[expect]]`) and its findings. Out: rows for a table, and a CSV. They are told of
//! simulations at the file's own values; what differs is shown, and nothing is fitted to them.

use super::page::{Block, Cell, Column, Group, Table};
use super::{Path, title};
use crate::analysis::verify::{Beside, beside, verify, verify_exactly};
use super::wording::ends;
use crate::output::format::{printable, rough};
use crate::output::tables::{Table as Csv, number};

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

/// The section, and the CSV behind it.
pub fn section(paths: &[Path<'_>], file: &str) -> (Vec<Block>, Vec<u8>) {
    let mut csv = Csv::new(["scenario", "of", "published", "model", "standard_error", "source"]);
    let mut groups = Vec::new();
    for path in paths {
        let checks = checks(path);
        for check in &checks {
            let numbers = [check.published, check.model, check.standard_error].map(number);
            let [published, model, error] = &numbers;
            csv.row([&path.findings.origin.scenario, &check.of, published, model, error, &check.source]);
        }
        if !checks.is_empty() {
            groups.push(Group { head: title(&path.findings.origin), rows: checks.iter().map(row).collect() });
        }
    }
    let mut blocks = vec![Block::heading(2, "cross-checks", "Cross-checks against what is known from outside")];
    if groups.is_empty() {
        blocks.push(Block::paragraph(
            "None of the scenarios states a value that is known from outside (`[[expect]]`) to hold its answers against. Sources of \
             single numbers stand in the register.",
        ));
    } else {
        blocks.push(Block::paragraph(
            "Values that the scenarios state as known from outside, beside what the model gives. The model is not fitted to them.",
        ));
        blocks.push(Block::Table(Table {
            caption: "Model and published value".to_owned(),
            columns: vec![
                Column::words("Quantity"),
                Column::numbers("Model"),
                Column::numbers("Published"),
                Column::words("Source"),
            ],
            groups,
            csv: Some(file.to_owned()),
            cards: true,
        }));
    }
    (blocks, csv.into_bytes())
}

fn row(check: &Check) -> Vec<Cell> {
    let error = if check.standard_error > 0.0 { format!("standard error {}", rough(check.standard_error)) } else { String::new() };
    vec![
        Cell::of(printable(&check.of)),
        Cell::with(rough(check.model), error),
        Cell::of(rough(check.published)),
        Cell::of(printable(&check.source)),
    ]
}
