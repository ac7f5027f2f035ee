//! Diagnostics as data for other programs: one JSON document of a documented, stable shape.
//!
//! In: [`Diagnostics`] and the [`Sources`] that their spans point into, of one reading after another. Out: a [`Report`],
//! serialised by `serde`. The shape is part of what editors and scripts rely on: keys may be added, none change.

use super::{Diagnostic, Diagnostics, FileId, Severity, Sources, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// Diagnostics that are reported in full; the rest are counted.
const MOST: usize = 1000;

/// What was found in some readings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Of the shape: 1.
    pub version: u32,
    /// Every text that was read, each once.
    pub files: Vec<File>,
    pub errors: usize,
    pub warnings: usize,
    /// How many are not among `diagnostics`.
    pub omitted: usize,
    pub diagnostics: Vec<Entry>,
}

/// A text that was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct File {
    pub name: String,
    pub bytes: usize,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The kind of mistake.
    pub id: &'static str,
    pub message: String,
    pub file: Option<String>,
    pub range: Option<Range>,
    /// Places that matter, the place of the mistake first.
    pub labels: Vec<Label>,
    pub notes: Vec<String>,
    pub helps: Vec<String>,
    pub fix: Option<Fix>,
}

/// A place in a file and what to say beside it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Label {
    pub file: String,
    pub range: Range,
    pub text: String,
    pub primary: bool,
}

/// A text to put in the place of a range.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fix {
    pub file: String,
    pub range: Range,
    pub text: String,
}

/// From `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

/// A place between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// From the beginning of the file, from 0.
    pub byte: usize,
}

impl Default for Report {
    fn default() -> Self {
        Report { version: 1, files: Vec::new(), errors: 0, warnings: 0, omitted: 0, diagnostics: Vec::new() }
    }
}

impl Report {
    /// Adds what one reading found.
    pub fn add(&mut self, diagnostics: &Diagnostics, sources: &Sources) {
        for (_, file) in sources.iter() {
            if self.files.iter().all(|known| known.name != file.name) {
                self.files.push(File { name: file.name.clone(), bytes: file.text.len() });
            }
        }
        self.errors += diagnostics.count(Severity::Error);
        self.warnings += diagnostics.count(Severity::Warning);
        let free = MOST - self.diagnostics.len();
        self.omitted += diagnostics.dropped() + diagnostics.iter().count().saturating_sub(free);
        let mut places = Places { sources, lines: BTreeMap::new() };
        self.diagnostics.extend(diagnostics.iter().take(free).map(|diagnostic| places.entry(diagnostic)));
    }
}

/// Finds lines and columns.
struct Places<'s> {
    sources: &'s Sources,
    /// Where the lines of a file begin.
    lines: BTreeMap<FileId, Vec<usize>>,
}

impl Places<'_> {
    fn entry(&mut self, diagnostic: &Diagnostic) -> Entry {
        let place = diagnostic.label.as_ref().and_then(|label| self.place(label.span));
        let (file, range) = place.unzip();
        let own = diagnostic.label.iter().map(|label| (label, true));
        let related = diagnostic.related.iter().map(|label| (label, false));
        let labels = own
            .chain(related)
            .filter_map(|(label, primary)| {
                let (file, range) = self.place(label.span)?;
                Some(Label { file, range, text: label.text.clone(), primary })
            })
            .collect();
        let fix = diagnostic.fix.as_ref().and_then(|fix| {
            let (file, range) = self.place(fix.span)?;
            Some(Fix { file, range, text: fix.text.clone() })
        });
        Entry {
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            id: diagnostic.code.id(),
            message: diagnostic.message.clone(),
            file,
            range,
            labels,
            notes: diagnostic.note.clone(),
            helps: diagnostic.help.clone(),
            fix,
        }
    }

    /// The name of the file and the range, if the span is of a file that was read; moved to where there is text.
    fn place(&mut self, span: Span) -> Option<(String, Range)> {
        let (_, file) = self.sources.iter().nth(span.file.0 as usize)?;
        let text = file.text.as_str();
        let lines = self
            .lines
            .entry(span.file)
            .or_insert_with(|| std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect());
        let position = |byte: usize| {
            let line = lines.partition_point(|start| *start <= byte);
            let column = text[lines[line - 1]..byte].chars().count() + 1;
            Position { line, column, byte }
        };
        let start = text.floor_char_boundary((span.start as usize).min(text.len()));
        let end = text.ceil_char_boundary((span.end as usize).min(text.len())).max(start);
        Some((file.name.clone(), Range { start: position(start), end: position(end) }))
    }
}
