//! The paths side by side: outcomes, milestones, consequences and shared quantities, and where paths differ for sure.
//!
//! In: the paths' findings. Out: the table of key findings and the trade-offs. Nothing is ranked or weighed: a path that is
//! lowest on one row is highest on another, and the text says on which.

use super::page::{Block, Cell, Column, Group, Item, Table};
use super::wording::{probability, spread};
use super::{Path, title};
use crate::analysis::{Findings, Passage, Summary};
use crate::output::format::{NOTHING, printable};

/// A row: what it is of, and for each path its cell and between what its true value lies, if it has one.
struct Row {
    name: String,
    about: String,
    cells: Vec<Option<(Cell, [f64; 2])>>,
}

/// The groups of rows under their headings, each row once, in order of first appearance.
fn groups(paths: &[Path<'_>]) -> Vec<(&'static str, Vec<Row>)> {
    let outcomes = rows(paths, |path| passages(&path.findings.outcomes, |i| path.outcomes_judged[i]));
    let milestones = rows(paths, |path| passages(&path.findings.milestones, |i| path.milestones_judged[i]));
    let consequences = rows(paths, |path| {
        let each = path.findings.consequences.iter();
        each.map(|one| amount(&one.name, &one.about, &one.total, &one.unit)).collect()
    });
    let variables = rows(paths, |path| {
        let each = path.findings.variables.iter();
        each.filter_map(|one| Some(amount(&one.name, &one.about, one.time_average.as_ref()?, &one.unit))).collect()
    });
    vec![
        ("How runs end", outcomes),
        ("What is passed on the way", milestones),
        ("What it adds up to, on average", consequences),
        ("Shared quantities, averaged over time", variables),
    ]
}

type Named = (String, String, Cell, [f64; 2]);

fn passages(passages: &[Passage], judged: impl Fn(usize) -> bool) -> Vec<Named> {
    let cell = |(i, one): (usize, &Passage)| {
        let share = &one.probability;
        (one.name.clone(), one.about.clone(), probability(share, judged(i)), [share.low, share.high])
    };
    passages.iter().enumerate().map(cell).collect()
}

fn amount(name: &str, about: &str, summary: &Summary, unit: &str) -> Named {
    (name.to_owned(), about.to_owned(), spread(summary, &printable(unit)), [summary.mean.low, summary.mean.high])
}

fn rows<'a>(paths: &[Path<'a>], cells: impl Fn(&Path<'a>) -> Vec<Named>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (column, path) in paths.iter().enumerate() {
        for (name, about, cell, ends) in cells(path) {
            let place = rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
                rows.push(Row { name, about, cells: vec![None; paths.len()] });
                rows.len() - 1
            });
            rows[place].cells[column] = Some((cell, ends));
        }
    }
    rows
}

/// The table of key findings.
pub fn table(paths: &[Path<'_>], csv: &str) -> Block {
    let findings: Vec<&Findings> = paths.iter().map(|path| path.findings).collect();
    let mut columns = vec![Column::words("What")];
    columns.extend(findings.iter().map(|one| Column::numbers(title(&one.origin))));
    let groups = groups(paths).into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(head, rows)| Group {
        head: head.to_owned(),
        rows: rows
            .into_iter()
            .map(|row| {
                let name = Cell::with(super::spaced(&row.name), printable(&row.about));
                let cell = |cell: Option<(Cell, [f64; 2])>| cell.map_or_else(|| Cell::of(NOTHING), |(cell, _)| cell);
                std::iter::once(name).chain(row.cells.into_iter().map(cell)).collect()
            })
            .collect(),
    });
    let level = crate::output::format::number(100.0 * findings[0].confidence);
    let small = if findings.iter().all(|one| one.origin.exactness().is_some()) {
        "solved exactly".to_owned()
    } else {
        format!("small print: {level} % interval of the probability, from the error of simulation alone; for amounts, between what 9 of 10 runs lie")
    };
    Block::Table(Table {
        caption: format!("Key findings, each conditional on its path. A dash: not part of the path; {small}"),
        columns,
        groups: groups.collect(),
        csv: Some(csv.to_owned()),
        cards: true,
    })
}

/// Where one path is lower, or higher, than every other that has the row, by more than the error of simulation.
pub fn trade_offs(paths: &[Path<'_>]) -> Vec<Block> {
    let mut extremes: Vec<[Vec<String>; 2]> = vec![Default::default(); paths.len()];
    let mut compared = 0;
    for (_, rows) in groups(paths) {
        for row in rows {
            let told: Vec<(usize, [f64; 2])> =
                row.cells.iter().enumerate().filter_map(|(i, cell)| Some((i, cell.as_ref()?.1))).collect();
            if told.len() < 2 {
                continue;
            }
            compared += 1;
            for &(path, [low, high]) in &told {
                let mut others = told.iter().filter(|(other, _)| *other != path);
                if others.clone().all(|(_, [other, _])| high < *other) {
                    extremes[path][0].push(super::spaced(&row.name));
                } else if others.all(|(_, [_, other])| low > *other) {
                    extremes[path][1].push(super::spaced(&row.name));
                }
            }
        }
    }
    if compared == 0 {
        return Vec::new();
    }
    let items = paths.iter().zip(&extremes).map(|(path, [lowest, highest])| {
        let list = |what: &str, names: &[String]| match names {
            [] => format!("{what}: on no row"),
            names => format!("{what}: {}", names.join(", ")),
        };
        Item { text: title(&path.findings.origin), below: vec![list("Lowest", lowest), list("Highest", highest)] }
    });
    let one_side = |side: usize| extremes.iter().any(|both| both[side].len() == compared);
    let summary = if one_side(0) || one_side(1) {
        format!("One path is at the same end of all {compared} rows that paths share.")
    } else {
        format!("No path is lowest, and none is highest, on all {compared} rows that paths share.")
    };
    vec![
        Block::heading(3, "trade-offs", "Where paths differ"),
        Block::paragraph(format!(
            "{summary} A path is named for a row only if its interval does not overlap that of any other path with this row. \
             Lowest and highest are not better and worse: that depends on the row and on the reader."
        )),
        Block::List(items.collect()),
    ]
}
