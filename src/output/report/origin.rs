//! Where a report comes from, and how to make it again.
//!
//! In: the paths and the command. Out: the reproducibility box. What differs from one time to the next (when, how long, on how
//! many threads) is in the manifest alone.

use super::page::{Block, Cell, Column, Group, Table};
use super::{Path, Report, title};
use crate::analysis::Findings;
use crate::output::certainty;
use crate::output::format::{grouped, number, printable};

/// The section.
pub fn section(report: &Report<'_>) -> Vec<Block> {
    let first = &report.paths[0].findings.origin;
    let simulated = report.paths.iter().any(|path| path.findings.origin.exactness().is_none());
    let mut facts = vec![
        ("Command".to_owned(), format!("`{}`", report.command.replace('`', "'"))),
        ("Version".to_owned(), format!("standoff {}", first.version)),
    ];
    if simulated {
        let seed = report.paths.iter().map(|path| path.findings.origin.seed).max().unwrap_or(0);
        facts.push(("Seed".to_owned(), seed.to_string()));
        facts.push((
            "Confidence of intervals".to_owned(),
            format!("{} %", number(100.0 * report.paths[0].findings.confidence)),
        ));
    }
    let settings: Vec<String> =
        first.settings.iter().map(|(name, value)| format!("{name} = {}", number(*value))).collect();
    if !settings.is_empty() {
        facts.push(("Set away from the files".to_owned(), settings.join(", ")));
    }
    facts.push(("Same again".to_owned(),
        "The same files, command and version give the same bytes on any machine and any number of threads, if no limit of time ended the runs. When and how long it \
         ran stands in `manifest.json`, with the digests of every file.".to_owned()));
    let paths = report.paths.iter().map(|path| {
        let findings = path.findings;
        let (runs, error) = effort(findings);
        vec![
            Cell::with(title(&findings.origin), findings.origin.scenario.clone()),
            Cell::of(runs),
            Cell::of(error),
            Cell::of(how(path)),
        ]
    });
    let files = digests(report);
    vec![
        Block::heading(2, "reproducibility", "How to make this report again"),
        Block::Facts(facts),
        Block::Table(Table {
            caption: "Runs and their error".to_owned(),
            columns: ["Path", "Runs", "Monte Carlo error", "Method"].map(Column::words).into(),
            groups: vec![Group { head: String::new(), rows: paths.collect() }],
            csv: None,
            cards: true,
        }),
        Block::Table(Table {
            caption: "Files that were read".to_owned(),
            columns: ["File", "SHA-256"].map(Column::words).into(),
            groups: vec![Group { head: String::new(), rows: files }],
            csv: None,
            cards: true,
        }),
    ]
}

/// Runs, and how far off probabilities may be.
pub fn effort(findings: &Findings) -> (String, String) {
    if findings.origin.exactness().is_some() {
        return ("none: solved exactly".to_owned(), "none".to_owned());
    }
    let runs = grouped(findings.origin.runs);
    let runs = match findings.origin.is_partial() {
        true => format!("PARTIAL: {runs} of {}", grouped(findings.origin.runs_requested)),
        false => runs,
    };
    let widest = findings.outcomes.iter().chain(&findings.milestones).map(|one| &one.probability);
    let widest = widest.map(|share| 0.5 * (share.high - share.low)).fold(0.0, f64::max);
    let error = certainty::in_short(findings)
        .unwrap_or_else(|| format!("each probability within {} points", crate::output::format::rough(100.0 * widest)));
    (runs, error)
}

fn how(path: &Path<'_>) -> String {
    let findings = path.findings;
    let mut how = match findings.origin.exactness() {
        Some(exactness) if exactness.approximations.is_empty() => "exact".to_owned(),
        Some(_) => "approximation by phases, solved".to_owned(),
        None => "simulated".to_owned(),
    };
    if let Some(doubt) = &findings.doubt {
        how.push_str(&format!(", {} parameters drawn ({})", doubt.drawn.len(), doubt.method.name()));
    }
    if findings.journey.is_some() {
        how.push_str(", runs follow on");
    }
    how
}

/// Each file once.
fn digests(report: &Report<'_>) -> Vec<Vec<Cell>> {
    let mut seen = Vec::new();
    for file in report.paths.iter().flat_map(|path| &path.files) {
        if !seen.contains(&file) {
            seen.push(file);
        }
    }
    let row = |file: &&crate::output::manifest::FileDigest| {
        vec![Cell::of(format!("`{}`", printable(&file.path).replace('`', "'"))), Cell::of(format!("`{}`", file.sha256))]
    };
    seen.iter().map(row).collect()
}
