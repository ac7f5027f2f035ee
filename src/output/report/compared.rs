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
    dimension: String,
    cells: Vec<Option<(Cell, [f64; 2])>>,
}

/// The groups of rows under their headings: how runs end, then by the dimensions that the scenarios name, then what has none.
fn groups(paths: &[Path<'_>]) -> Vec<(String, Vec<Row>)> {
    let mut groups: Vec<(String, Vec<Row>)> = vec![("How runs end".to_owned(), Vec::new())];
    let mut rest: Vec<(String, Vec<Row>)> = Vec::new();
    for kind in [Kind::Outcome, Kind::Milestone, Kind::Consequence, Kind::Variable] {
        for row in rows(paths, |path| cells(path, kind)) {
            let (list, head) = match (kind, row.dimension.as_str()) {
                (_, dimension) if !dimension.is_empty() => (&mut groups, capital(dimension)),
                (Kind::Outcome, _) => (&mut groups, "How runs end".to_owned()),
                (Kind::Milestone, _) => (&mut rest, "What is passed on the way".to_owned()),
                (Kind::Consequence, _) => (&mut rest, "What it adds up to, on average".to_owned()),
                (Kind::Variable, _) => (&mut rest, "Shared quantities, averaged over time".to_owned()),
            };
            match list.iter_mut().find(|(other, _)| *other == head) {
                Some((_, rows)) => rows.push(row),
                None => list.push((head, vec![row])),
            }
        }
    }
    groups.append(&mut rest);
    groups.retain(|(_, rows)| !rows.is_empty());
    groups
}

#[derive(Clone, Copy)]
enum Kind {
    Outcome,
    Milestone,
    Consequence,
    Variable,
}

/// What one path says of one row.
struct Said {
    name: String,
    about: String,
    dimension: String,
    cell: Cell,
    ends: [f64; 2],
}

/// Everything of one kind that a path says.
fn cells(path: &Path<'_>, kind: Kind) -> Vec<Said> {
    let (findings, model) = (path.findings, path.model);
    match kind {
        Kind::Outcome => {
            let dimension = |name: &str| model.outcomes.iter().find(|one| one.name == name).map(|one| &one.dimension);
            passages(&findings.outcomes, &path.outcomes_rest, dimension)
        }
        Kind::Milestone => {
            let dimension = |name: &str| model.milestones.iter().find(|one| one.name == name).map(|one| &one.dimension);
            passages(&findings.milestones, &path.milestones_rest, dimension)
        }
        Kind::Consequence => {
            let own = |name: &str| {
                model.consequences.iter().find(|one| one.name == name).map(|one| &one.provenance.dimension)
            };
            let each = findings.consequences.iter();
            each.map(|one| amount(&one.name, &one.about, own(&one.name), &one.total, &one.unit)).collect()
        }
        Kind::Variable => {
            let own =
                |name: &str| model.variables.iter().find(|one| one.name == name).map(|one| &one.provenance.dimension);
            let each = findings.variables.iter().filter_map(|one| {
                let about = format!("{}; averaged over time", one.about.trim_end_matches('.'));
                Some(amount(&one.name, &about, own(&one.name), one.time_average.as_ref()?, &one.unit))
            });
            each.collect()
        }
    }
}

fn passages<'m>(passages: &[Passage], flags: &[&str], own: impl Fn(&str) -> Option<&'m String>) -> Vec<Said> {
    let said = |(one, flag): (&Passage, &&str)| Said {
        name: one.name.clone(),
        about: one.about.clone(),
        dimension: own(&one.name).cloned().unwrap_or_default(),
        cell: probability(&one.probability, flag),
        ends: [one.probability.low, one.probability.high],
    };
    passages.iter().zip(flags).map(said).collect()
}

fn amount(name: &str, about: &str, dimension: Option<&String>, summary: &Summary, unit: &str) -> Said {
    let unit = printable(unit);
    let about = about.trim_end_matches('.');
    let about = if unit.is_empty() { about.to_owned() } else { format!("{about} ({unit})") };
    Said {
        name: name.to_owned(),
        about,
        dimension: dimension.cloned().unwrap_or_default(),
        cell: spread(summary),
        ends: [summary.mean.low, summary.mean.high],
    }
}

fn rows<'a>(paths: &[Path<'a>], said: impl Fn(&Path<'a>) -> Vec<Said>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (column, path) in paths.iter().enumerate() {
        for Said { name, about, dimension, cell, ends } in said(path) {
            let place = rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
                rows.push(Row { name, about, dimension, cells: vec![None; paths.len()] });
                rows.len() - 1
            });
            rows[place].cells[column] = Some((cell, ends));
        }
    }
    rows
}

fn capital(text: &str) -> String {
    let text = printable(text);
    let mut letters = text.trim().chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// The table of key findings.
pub fn table(paths: &[Path<'_>], csv: &str) -> Block {
    let findings: Vec<&Findings> = paths.iter().map(|path| path.findings).collect();
    let mut columns = vec![Column::words("What")];
    columns.extend(findings.iter().map(|one| Column::numbers(title(&one.origin))));
    let groups = groups(paths).into_iter().map(|(head, rows)| Group {
        head,
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
        format!(
            "small print: {level} % interval of the probability, from the error of simulation alone; for amounts, between what 9 of 10 runs lie"
        )
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
