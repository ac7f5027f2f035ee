//! A report of several paths and their comparison, ready to be read, printed and cited.
//!
//! In: findings, models and chosen histories of each path. Out: `report.html`, which stands alone, `report.md`, every chart with its caption
//! and numbers, the tables, and the assumption register. Sections are blocks; HTML and Markdown set
//! the same ones. Every sentence is conditional and neutral: nothing is forecast, ranked or advocated.

mod alternative;
mod compared;
mod crosschecks;
mod exhibits;
mod html;
mod judgement;
mod markdown;
mod narrated;
mod origin;
mod page;
mod register;
mod section;
mod studies;
mod wording;

pub use narrated::Narrated;
pub use studies::{Study, StudyError};

use super::chart::{ChartError, Theme};
use super::folder::FolderError;
use super::format::{grouped, printable};
use super::manifest::{FileDigest, Manifest};
use super::{folder, tables};
use crate::analysis::ladder::ladders;
use crate::analysis::words::Yardstick;
use crate::analysis::{Findings, Origin};
use crate::model::Model;
use exhibits::Exhibit;
use judgement::{Footing, Rests};
use page::{Block, Cell, Column, Fold, Group, Table, slug};

/// One path of a report.
#[derive(Clone, Debug)]
pub struct Path<'a> {
    pub findings: &'a Findings,
    pub model: &'a Model,
    /// The files that it was read from.
    pub files: Vec<FileDigest>,
    pub stories: Vec<Narrated>,
    /// For each outcome and milestone, what stands beside it where it is rare.
    outcomes_rest: Vec<&'static str>,
    milestones_rest: Vec<&'static str>,
}

impl<'a> Path<'a> {
    pub fn new(findings: &'a Findings, model: &'a Model, files: Vec<FileDigest>, stories: Vec<Narrated>) -> Path<'a> {
        // Where runs follow on, what only another scenario has counts as judgement.
        let outcome = |name: &str| {
            let own = model.outcomes.iter().find(|outcome| outcome.name == name);
            own.map_or(Rests::Judgement, |outcome| judgement::rests(model, &outcome.when)).flag()
        };
        let milestone = |name: &str| {
            let own = model.milestones.iter().find(|milestone| milestone.name == name);
            own.map_or(Rests::Judgement, |milestone| judgement::rests(model, &milestone.when)).flag()
        };
        let outcomes_rest = findings.outcomes.iter().map(|one| outcome(&one.name)).collect();
        let milestones_rest = findings.milestones.iter().map(|one| milestone(&one.name)).collect();
        Path { findings, model, files, stories, outcomes_rest, milestones_rest }
    }
}

/// Everything that a report is made of.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// At least one.
    pub paths: Vec<Path<'a>>,
    /// Finished sweeps whose charts and findings it shows.
    pub studies: Vec<Study>,
    /// The command that makes it again, without what does not change it.
    pub command: String,
    /// How its charts are made.
    pub theme: Theme,
}

/// A file of a report, relative to its folder, and what is in it.
pub type File = (String, Vec<u8>);

/// Every file of the report but its manifest: charts and tables first, the documents that link them last. The charts of so many
/// paths are drawn at the same time; `tell` is told of each.
///
/// # Errors
/// See [`ChartError`].
pub fn files(report: &Report<'_>, threads: usize, mut tell: impl FnMut(&str)) -> Result<Vec<File>, ChartError> {
    let mut files: Vec<File> = Vec::new();
    let several: Vec<Findings> = report.paths.iter().map(|path| path.findings.clone()).collect();
    let entries: Vec<register::Entry<'_>> = report
        .paths
        .iter()
        .map(|path| register::Entry {
            name: &path.findings.origin.scenario,
            model: path.model,
            set: &path.findings.origin.settings,
        })
        .collect();
    let rows = register::rows(&entries);
    let mut blocks = first_page(report, &Footing::of(&rows));
    if several.len() > 1 {
        blocks.extend(compared::trade_offs(&report.paths));
        for exhibit in exhibits::of_all(&several, &report.theme)? {
            blocks.push(Block::Figure(exhibit.figure));
            files.extend(exhibit.files);
        }
    }
    files.push(("comparison.csv".to_owned(), tables::comparison_csv(&several)));
    let mut drawn = Vec::new();
    for together in report.paths.chunks(threads.max(1)) {
        together.iter().for_each(|path| tell(&path.findings.origin.scenario));
        let each: Vec<Result<Vec<Exhibit>, ChartError>> = std::thread::scope(|scope| {
            let all: Vec<_> = together
                .iter()
                .map(|path| {
                    scope.spawn(move || {
                        let theme = Theme { charts: path.model.charts.clone(), ..report.theme.clone() };
                        let (ladders, rates) = (ladders(path.findings, path.model), crosschecks::rates(path));
                        exhibits::of_path(path.findings, &ladders, &rates, &theme)
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().expect("drawing does not panic")).collect()
        });
        drawn.extend(each);
    }
    for (path, exhibits) in report.paths.iter().zip(drawn) {
        let exhibits = exhibits?;
        let data = format!("data/{}", slug(&path.findings.origin.scenario));
        blocks.extend(section::section(path, &exhibits, &data));
        files.extend(exhibits.into_iter().flat_map(|exhibit| exhibit.files));
        files.extend(
            folder::tables_of(path.findings).into_iter().map(|(name, bytes)| (format!("{data}/{name}"), bytes)),
        );
    }
    for study in &report.studies {
        blocks.extend(study.section());
        files.extend(study.files());
    }
    blocks.push(Block::Break);
    let (checks, csv) = crosschecks::section(&report.paths, "cross-checks.csv");
    blocks.extend(checks);
    files.push(("cross-checks.csv".to_owned(), csv));
    blocks.extend(assumptions(&rows, report.paths.len()));
    files.push(("register.csv".to_owned(), register::csv(&rows)));
    blocks.extend(origin::section(report));
    files.push(("report.md".to_owned(), markdown::markdown(&blocks).into_bytes()));
    files.push(("report.html".to_owned(), html::html(&heading(report), &blocks).into_bytes()));
    Ok(files)
}

/// Writes the files, and the manifest with their digests last. What else is in the folder stays.
///
/// # Errors
/// The first file that cannot be written.
pub fn write(folder: &std::path::Path, files: &[File], manifest: Manifest) -> Result<(), FolderError> {
    folder::write_all(folder, files, manifest)
}

fn heading(report: &Report<'_>) -> String {
    match report.paths.as_slice() {
        [one] => format!("{}: what could follow", title(&one.findings.origin)),
        several => format!("What could follow on each of {} paths", several.len()),
    }
}

/// What every number is conditional on, how much rests on judgement, and the key findings.
fn first_page(report: &Report<'_>, footing: &Footing) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, "top", heading(report))];
    let mut lines = vec![
        "Each number holds if its path is taken, and if the assumptions in the register at the end hold. No probability is given to a path \
         being taken, and no path is advocated. Nothing here is a forecast."
            .to_owned(),
        judged(footing),
    ];
    if report.paths.iter().any(|path| rare(path)) {
        lines.push(
            "What is rare and without precedent has no usable frequency. Its hazards are judgement, or estimates of low \
             confidence, with wide ranges; it is marked so, and told as “fewer than 1 in 100 runs” rather than by digits that nobody knows."
                .to_owned(),
        );
    }
    lines.push(doubt(report));
    blocks.push(Block::Box { title: "Conditional on stated assumptions".to_owned(), lines });
    blocks.push(Block::heading(2, "key-findings", "Key findings"));
    blocks.push(Block::Note(runs(report)));
    blocks.push(compared::table(&report.paths, "comparison.csv"));
    blocks.push(scale(yardstick(report.paths[0].findings)));
    blocks
}

/// How much of the parameters is judgement.
fn judged(footing: &Footing) -> String {
    let &Footing { parameters, published, estimate, judgement, unstated, low_confidence } = footing;
    if parameters == 0 {
        return "The scenarios have no parameter with a stated basis: all of their numbers count as judgement."
            .to_owned();
    }
    let part = |n: usize| format!("{n} ({:.0} %)", 100.0 * n as f64 / parameters as f64);
    let unstated = if unstated > 0 { format!(", {} have no stated basis", part(unstated)) } else { String::new() };
    format!(
        "Of {} parameters, {} rest on judgement, {} are estimates, and {} are published values{unstated}. {} are held with low confidence.",
        grouped(parameters as u64),
        part(judgement),
        part(estimate),
        part(published),
        part(low_confidence),
    )
}

/// Whether anything that is rare rests on judgement or little more.
fn rare(path: &Path<'_>) -> bool {
    let outcomes = path.findings.outcomes.iter().zip(&path.outcomes_rest);
    let mut all = outcomes.chain(path.findings.milestones.iter().zip(&path.milestones_rest));
    all.any(|(passage, flag)| !flag.is_empty() && passage.probability.estimate < 0.01)
}

/// Which of the two kinds of uncertainty the numbers hold.
fn doubt(report: &Report<'_>) -> String {
    let drawn =
        report.paths.iter().filter_map(|path| path.findings.doubt.as_ref()).map(|doubt| doubt.drawn.len()).max();
    match drawn {
        None => "Parameters stand at their central values. Intervals tell the error of simulation alone; the doubt about the parameters \
                 themselves is larger, and is not in these numbers (`--uncertainty nested` adds it and tells it apart)."
            .to_owned(),
        Some(drawn) => format!(
            "Each run draws its own parameters ({drawn} of them), so that the numbers hold both chance and doubt about the parameters. Intervals \
             tell the error of simulation alone."
        ),
    }
}

fn runs(report: &Report<'_>) -> String {
    let each: Vec<String> = report
        .paths
        .iter()
        .map(|path| {
            let (runs, error) = origin::effort(path.findings);
            format!("{}: runs {runs}, {error}", title(&path.findings.origin))
        })
        .collect();
    format!("Monte Carlo error: {}.", each.join("; "))
}

/// The words in which probabilities are told beside numbers.
fn scale(yardstick: Yardstick) -> Block {
    let range = |[low, high]: [f64; 2]| format!("{low} to {high} %");
    let rows = yardstick.terms().map(|(term, ends)| vec![Cell::of(term), Cell::of(range(ends))]).collect();
    Block::Table(Table {
        caption: format!(
            "Words beside probabilities ({}); a word is used only where the whole interval is in its range",
            yardstick.name()
        ),
        columns: vec![Column::words("Term"), Column::numbers("Probability")],
        groups: vec![Group { head: String::new(), rows }],
        csv: None,
        cards: false,
    })
}

fn assumptions(rows: &[register::Row], scenarios: usize) -> Vec<Block> {
    let mut blocks = vec![
        Block::Break,
        Block::heading(2, "register", "Assumption register"),
        Block::paragraph(
            "Every number that the answers rest on, with its range, who says so, and how sure they are. What several scenarios share stands once. \
             Values have two significant figures here and every digit in `register.csv`, where transitions made of a parameter in place have \
             rows of their own too.",
        ),
    ];
    blocks.push(Block::Fold(Fold {
        summary: format!(
            "All {} entries of the register",
            grouped(rows.iter().filter(|row| !row.spelt_out).count() as u64)
        ),
        blocks: register::blocks(rows, scenarios, "register.csv"),
        printed: true,
    }));
    blocks
}

/// The yardstick that words are of: the one that was asked for, or ICD 203.
fn yardstick(findings: &Findings) -> Yardstick {
    findings.words.unwrap_or(Yardstick::Icd203)
}

/// The name that readers know a path by.
fn title(origin: &Origin) -> String {
    printable(if origin.title.trim().is_empty() { &origin.scenario } else { &origin.title })
}

/// A name as words.
fn spaced(name: &str) -> String {
    printable(name).replace(['_', '-'], " ")
}
