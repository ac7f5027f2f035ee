//! Mistakes for an editor: where each is in which document, in its words and its columns, and the mended text if the
//! help names it.
//!
//! In: a [`Desk`]. Out: for every document or file with something to say, all of it; for a range, quick fixes; for a place,
//! why what is wrong there is a mistake.

use super::address::address_of;
use super::desk::Desk;
use super::navigate::Spot;
use super::position::Lines;
use super::reading::Reading;
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Mistake, Severity, Span};
use crate::scenario::keys::{self, Kind};
use crate::scenario::tree;
use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range, TextEdit, Uri};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Mistakes of each file, in file order.
pub type Told = BTreeMap<PathBuf, Vec<lsp_types::Diagnostic>>;

/// How many scenarios beside a base are asked about it.
const MOST_EXTENDING: usize = 8;

/// Every mistake of the open documents and of what they extend. Open documents without one have an empty list.
///
/// Gives up as soon as `goes_on` says no: something newer has been typed.
pub fn mistakes(desk: &Desk<'_>, goes_on: &dyn Fn() -> bool) -> Option<Told> {
    let mut told = Told::new();
    for (path, document) in desk.documents() {
        if !goes_on() {
            return None;
        }
        told.entry(path.to_owned()).or_default();
        if !is_scenario(&document.text) {
            continue;
        }
        let reading = desk.reading(path);
        tell(&reading, None, &mut told);
        if reading.is_base() {
            for extending in extending(desk, path) {
                tell(&extending, Some(path), &mut told);
            }
        }
    }
    for list in told.values_mut() {
        list.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
        list.dedup();
    }
    Some(told)
}

/// Closed scenarios that extend a base: they know what it means. None if an open one does, which speaks for itself.
fn extending(desk: &Desk<'_>, base: &Path) -> Vec<std::rc::Rc<Reading>> {
    let uses = |reading: &Reading| reading.file_of(base).is_some() && !reading.is_base();
    let mut around = desk.readings_around(base);
    if around.iter().any(|reading| desk.document(&reading.path).is_some() && uses(reading)) {
        return Vec::new();
    }
    around.retain(|reading| uses(reading));
    around.truncate(MOST_EXTENDING);
    around
}

/// Whether a text is, or may become, a scenario: editors show us every TOML file that is opened.
fn is_scenario(text: &str) -> bool {
    let parsed = tree::parse(FileId(0), text, &mut Diagnostics::default());
    let entries = parsed.root.entries().unwrap_or_default();
    let known = |name: &str| match keys::SCENARIO.key(name).map(|key| key.kind) {
        Some(Kind::Table(_) | Kind::Named(_)) => true,
        Some(_) => matches!(name, "format" | "extends"),
        None => false,
    };
    let is_study = parsed.root.get("scenarios").is_some();
    !is_study && (entries.is_empty() || entries.iter().any(|entry| known(&entry.key.value)))
}

/// Adds the mistakes of a reading, or those in one of its files.
fn tell(reading: &Reading, only: Option<&Path>, told: &mut Told) {
    let lines: Vec<Lines<'_>> = reading.sources.iter().map(|(_, file)| Lines::of(&file.text)).collect();
    for diagnostic in reading.diagnostics.iter() {
        let path = diagnostic.label.as_ref().map_or_else(|| reading.path.clone(), |l| reading.path_of(l.span.file));
        if only.is_none_or(|only| only == path) {
            told.entry(path).or_default().push(translated(diagnostic, reading, &lines));
        }
    }
}

fn translated(diagnostic: &Diagnostic, reading: &Reading, lines: &[Lines<'_>]) -> lsp_types::Diagnostic {
    let range = |span: Span| {
        let lines = lines.get(span.file.0 as usize);
        lines.map_or_else(Range::default, |lines| lines.range(span.start as usize, span.end as usize))
    };
    let mut message = diagnostic.message.clone();
    if let Some(label) = diagnostic.label.as_ref().filter(|label| !label.text.is_empty()) {
        message.push_str(&format!("\n{}", label.text));
    }
    for note in &diagnostic.note {
        message.push_str(&format!("\nnote: {note}"));
    }
    for help in &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    let related = diagnostic.related.iter().filter_map(|label| {
        let uri: Uri = address_of(&reading.path_of(label.span.file)).parse().ok()?;
        Some(DiagnosticRelatedInformation {
            location: Location { uri, range: range(label.span) },
            message: if label.text.is_empty() { "see here".to_owned() } else { label.text.clone() },
        })
    });
    let related: Vec<_> = related.collect();
    lsp_types::Diagnostic {
        range: diagnostic.label.as_ref().map_or_else(Range::default, |label| range(label.span)),
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(diagnostic.code.to_string())),
        source: Some("standoff".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..lsp_types::Diagnostic::default()
    }
}

/// The kinds of mistake at an offset, each with its place: those within a line, since others would be everywhere.
pub fn mistakes_at(desk: &Desk<'_>, path: &Path, offset: usize) -> Vec<(Spot, Mistake)> {
    let mut found: Vec<(Spot, Mistake)> = Vec::new();
    for reading in desk.readings_with(path) {
        let Some(file) = reading.file_of(path) else { continue };
        for diagnostic in reading.diagnostics.iter() {
            let Some(span) = diagnostic.label.as_ref().map(|label| label.span).filter(|span| span.file == file) else {
                continue;
            };
            let (start, end) = (span.start as usize, span.end as usize);
            let is_new = found.iter().all(|(_, code)| *code != diagnostic.code);
            if is_new && start <= offset && offset <= end && !reading.written(span).contains('\n') {
                found.push((Spot { path: path.to_owned(), start, end }, diagnostic.code));
            }
        }
    }
    found
}

/// What a kind of mistake is and why it matters.
pub fn explained(mistake: Mistake) -> String {
    let why = mistake.explanation().why;
    format!("**{mistake}**: {}\n\n{why}\n\n`standoff explain-error {mistake}` shows one, mended", mistake.about())
}

/// A mistake within a range, and what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    pub title: String,
    pub mistake: lsp_types::Diagnostic,
    pub edit: TextEdit,
}

/// Fixes for the mistakes that touch a range of a document.
pub fn fixes(desk: &Desk<'_>, path: &Path, range: Range) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    for reading in desk.readings_with(path) {
        let Some(file) = reading.file_of(path) else { continue };
        let lines: Vec<Lines<'_>> = reading.sources.iter().map(|(_, file)| Lines::of(&file.text)).collect();
        for diagnostic in reading.diagnostics.iter() {
            let Some(mended) = diagnostic.fix.as_ref().filter(|mended| mended.span.file == file) else { continue };
            let mistake = translated(diagnostic, &reading, &lines);
            if mistake.range.end < range.start || range.end < mistake.range.start {
                continue;
            }
            let place = lines[file.0 as usize].range(mended.span.start as usize, mended.span.end as usize);
            let title = match mended.text.trim_matches('"') {
                "" => "remove it".to_owned(),
                text => format!("change to `{text}`"),
            };
            let fix = Fix { title, mistake, edit: TextEdit { range: place, new_text: mended.text.clone() } };
            if !fixes.contains(&fix) {
                fixes.push(fix);
            }
        }
    }
    fixes
}
