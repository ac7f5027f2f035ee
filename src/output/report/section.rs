//! The section of one path: how it can end and when, what it adds up to, its charts, its histories.
//!
//! In: a [`Path`] and its exhibits. Out: blocks.

use super::exhibits::Exhibit;
use super::page::{Block, Cell, Column, Fold, Group, Table, slug};
use super::wording::{probability, spread};
use super::{Path, narrated, origin, spaced, title, yardstick};
use crate::analysis::{Findings, Passage};
use crate::output::certainty;
use crate::output::format::{NOTHING, number, printable, rough, time};

/// The blocks of the path; `folder` is where its tables are, relative to the report.
pub fn section(path: &Path<'_>, exhibits: &[Exhibit], folder: &str) -> Vec<Block> {
    let findings = path.findings;
    let id = slug(&findings.origin.scenario);
    let mut blocks = vec![Block::Break, Block::heading(2, id.clone(), title(&findings.origin))];
    blocks.push(Block::paragraph(printable(&findings.origin.summary)));
    blocks.extend(warnings(findings));
    let (runs, error) = origin::effort(findings);
    let horizon = time(findings.axis.horizon, &findings.axis.unit);
    blocks.push(Block::Note(format!(
        "Conditional on this path and the stated assumptions, up to {horizon}; runs: {runs}; Monte Carlo error: {error}. Not a forecast."
    )));
    blocks.push(Block::heading(3, format!("{id}-ends"), "How it can end, and when"));
    let csv = format!("{folder}/outcomes.csv");
    blocks.push(passages(
        findings,
        "Outcomes: they exclude one another, and together are all runs",
        &findings.outcomes,
        &path.outcomes_rest,
        &csv,
    ));
    if !findings.milestones.is_empty() {
        blocks.push(passages(
            findings,
            "Milestones: a run may pass several, or none",
            &findings.milestones,
            &path.milestones_rest,
            &csv,
        ));
    }
    if !findings.consequences.is_empty() || !findings.variables.is_empty() {
        blocks.push(Block::heading(3, format!("{id}-amounts"), "What it adds up to"));
        blocks.push(amounts(findings, folder));
    }
    blocks.push(Block::heading(3, format!("{id}-charts"), "Charts"));
    let (main, more): (Vec<&Exhibit>, Vec<&Exhibit>) = exhibits.iter().partition(|exhibit| exhibit.main);
    let figure = |exhibit: &&Exhibit| Block::Figure(exhibit.figure.clone());
    blocks.extend(main.iter().map(figure));
    if !more.is_empty() {
        blocks.push(Block::Fold(Fold {
            summary: format!("{} more charts of this path: other machines, amounts over time, tails", more.len()),
            blocks: more.iter().map(figure).collect(),
            printed: false,
        }));
    }
    blocks.extend(narrated::blocks(&path.stories, &id));
    blocks
}

/// What a reader must know before the numbers.
fn warnings(findings: &Findings) -> Vec<Block> {
    let mut lines = Vec::new();
    if findings.origin.is_partial() {
        lines.push(format!("PARTIAL: the study was ended early. {}", origin::effort(findings).0));
    }
    if findings.precision.as_ref().is_some_and(|told| told.ending != crate::analysis::precise::Ending::Precise) {
        lines.extend(certainty::lines(findings));
    }
    let settings = &findings.origin.settings;
    if !settings.is_empty() {
        let told: Vec<String> =
            settings.iter().map(|(name, value)| format!("{} = {}", printable(name), number(*value))).collect();
        lines.push(format!("Set away from the file’s values: {}", told.join(", ")));
    }
    if findings.origin.exactness().is_some_and(|exactness| !exactness.approximations.is_empty()) {
        lines.push("APPROXIMATION: waits with memory stand as memoryless phases".to_owned());
    }
    if lines.is_empty() { Vec::new() } else { vec![Block::Box { title: "Before you read on".to_owned(), lines }] }
}

fn passages(findings: &Findings, caption: &str, passages: &[Passage], flags: &[&str], csv: &str) -> Block {
    let yardstick = yardstick(findings);
    let unit = &findings.axis.unit;
    let row = |(passage, flag): (&Passage, &&str)| {
        let name = Cell::with(spaced(&passage.name), printable(&passage.about));
        let words = yardstick.wording(&passage.probability);
        vec![name, probability(&passage.probability, flag), Cell::of(words), when(passage)]
    };
    Block::Table(Table {
        caption: caption.to_owned(),
        columns: vec![
            Column::words("What"),
            Column::numbers("Probability"),
            Column::words(format!("In words ({})", yardstick.name())),
            Column::numbers(format!("Median time if reached, {unit}s")),
        ],
        groups: vec![Group { head: String::new(), rows: passages.iter().zip(flags).map(row).collect() }],
        csv: Some(csv.to_owned()),
        cards: true,
    })
}

/// When, in the runs that get there.
fn when(passage: &Passage) -> Cell {
    if passage.at_horizon {
        return Cell::of("at the horizon");
    }
    let at =
        |wanted: f64| passage.quantiles_if_reached.iter().find(|(p, _)| (p - wanted).abs() < 1e-9).map(|(_, t)| *t);
    match (at(0.5), at(0.05), at(0.95)) {
        (Some(median), Some(low), Some(high)) => {
            Cell::with(rough(median), format!("9 of 10: {} to {}", rough(low), rough(high)))
        }
        (Some(median), ..) => Cell::of(rough(median)),
        _ => match passage.mean_time_if_reached {
            Some(mean) => Cell::with(rough(mean.estimate), "mean"),
            None => Cell::of(NOTHING),
        },
    }
}

/// Totals of consequences, then peaks of shared quantities.
fn amounts(findings: &Findings, folder: &str) -> Block {
    let unit = |unit: &str| printable(unit);
    let median = |quantiles: &[(f64, f64)]| {
        let middle = quantiles.iter().find(|(p, _)| (p - 0.5).abs() < 1e-9);
        Cell::of(middle.map_or_else(|| NOTHING.to_owned(), |(_, value)| rough(*value)))
    };
    let mut totals = Vec::new();
    for one in &findings.consequences {
        let name = Cell::with(spaced(&one.name), printable(&one.about));
        totals.push(vec![name, spread(&one.total), median(&one.total.quantiles), Cell::of(unit(&one.unit))]);
    }
    let mut peaks = Vec::new();
    for one in &findings.variables {
        let Some(peak) = &one.peak else { continue };
        let name = Cell::with(spaced(&one.name), printable(&one.about));
        peaks.push(vec![name, spread(peak), median(&peak.quantiles), Cell::of(unit(&one.unit))]);
    }
    let groups = [("Consequences, total", totals), ("Shared quantities, highest value of a run", peaks)];
    Block::Table(Table {
        caption: "Amounts a run: mean over runs, and between what 9 of 10 runs lie".to_owned(),
        columns: vec![Column::words("What"), Column::numbers("Mean"), Column::numbers("Median"), Column::words("Unit")],
        groups: groups
            .into_iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(head, rows)| Group { head: head.to_owned(), rows })
            .collect(),
        csv: Some(format!("{folder}/consequences.csv")),
        cards: true,
    })
}
