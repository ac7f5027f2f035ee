//! A TOML file as a tree in which everything knows its place.
//!
//! In: the text of one file. Out: its tables and values in file order, each with its span, and a diagnostic for every
//! place that is not TOML. Numbers stay the text that was written; strings know whether they stand in the file
//! unescaped, so that a mistake inside an expression can be pointed at.
//! Knows nothing of the scenario format. Depth is limited, so that walking a tree cannot exhaust the stack.

pub mod place;
pub mod repeats;
mod syntax;
mod tokens;

use std::borrow::Cow;

use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::{Name, Spanned};
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Mistake, Span};
use syntax::Fault;

/// Tables and lists within one another, at most.
const DEEPEST: usize = 64;
/// How often a text is read again without the lines that stop the parser.
const PASSES: usize = 4;
/// Of so many places that are not TOML, the rest are not looked at.
const MOST_FAULTS: usize = 20_000;

/// A value with its place.
///
/// The span of a table is its braces, its `[header]`, or, if it has neither, the key that first implies it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

/// What TOML can say.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The text without quotes, and where in the file it begins if it stands there as it is.
    Text {
        text: String,
        inner: Option<u32>,
    },
    /// A decimal number as written, without `_` and `+`.
    Number {
        text: String,
        inner: Option<u32>,
    },
    Truth(bool),
    Date(Datetime),
    List(Vec<Node>),
    /// Entries in file order, with distinct keys.
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: Name,
    pub node: Node,
}

impl Node {
    /// The entries, if this is a table.
    pub fn entries(&self) -> Option<&[Entry]> {
        if let Value::Table(entries) = &self.value { Some(entries) } else { None }
    }

    /// The entry of this name, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key.value == key)
    }

    /// What this is, for "found …".
    pub fn what(&self) -> &'static str {
        match &self.value {
            Value::Text { text, .. } if text.is_empty() => "empty text",
            Value::Text { .. } => "text in quotes",
            Value::Number { .. } => "a number",
            Value::Truth(true) => "`true`",
            Value::Truth(false) => "`false`",
            Value::Date(_) => "a date",
            Value::List(items) if items.is_empty() => "an empty list",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// A file as far as it could be read.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// Always a table; its span is the whole file.
    pub root: Node,
    pub soundness: Soundness,
}

/// How far a tree can be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Soundness {
    Sound,
    /// Single values are wrong: those on the lines that begin at these offsets. What else stands there is as written.
    BrokenLines(Vec<usize>),
    /// It is not clear what belongs where.
    Broken,
}

/// Reads the text of a file, reporting everything that is not TOML.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Parsed {
    let whole = Span::new(file, 0, text.len());
    let empty = || Node { span: whole, value: Value::Table(Vec::new()) };
    let tokens = tokens::Tokens::of(text);
    if let Some((start, end)) = tokens.too_long_a_key() {
        diagnostics.push(too_deep(Span::new(file, start, end)));
        return Parsed { root: empty(), soundness: Soundness::Broken };
    }
    let mut builder = Builder { file, text, too_deep: Vec::new() };
    let mut faults = Vec::new();
    let entries = builder.read(Cow::Borrowed(text), &mut faults, PASSES);
    let root = Node { span: whole, value: Value::Table(entries) };
    let mut soundness = syntax::report(file, text, &tokens, faults, diagnostics);
    for span in builder.too_deep {
        diagnostics.push(too_deep(span));
        soundness = Soundness::Broken;
    }
    Parsed { root, soundness }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(Mistake::TooDeep, span, "too many tables within tables")
        .label(format!("a file may nest tables and lists {DEEPEST} deep, and join 16 names with points"))
        .help("nothing in the format stands deeper than ten; close the brackets that were left open")
}

/// Makes nodes of what the TOML parser found.
struct Builder<'t> {
    file: FileId,
    text: &'t str,
    too_deep: Vec<Span>,
}

impl Builder<'_> {
    /// The entries of the file. The TOML parser reads nothing below a line without `=` or a heading without `]`; so that
    /// what stands there is checked too, the text is read again without such lines, a few times at most.
    fn read(&mut self, readable: Cow<'_, str>, faults: &mut Vec<Fault>, passes: usize) -> Vec<Entry> {
        let (table, errors) = DeTable::parse_recoverable(&readable);
        let first = faults.len();
        // What stands below a heading that was left out can only seem to repeat what stands above it.
        let headless = faults.iter().any(Fault::is_open_header);
        let new = errors.iter().map(Fault::of).filter(|fault| !(headless && fault.is_duplicate()));
        faults.extend(new.take(MOST_FAULTS));
        let many = errors.len() > MOST_FAULTS;
        drop(errors);
        match syntax::without_dead_ends(&readable, &faults[first..]) {
            Some(text) if passes > 0 && !many => {
                drop(table);
                self.read(Cow::Owned(text), faults, passes - 1)
            }
            _ => self.entries(table.get_ref(), 1).0,
        }
    }

    /// The entries of a table in file order, and where the first of it stands.
    fn entries(&mut self, table: &DeTable<'_>, depth: usize) -> (Vec<Entry>, usize) {
        let mut entries: Vec<(usize, Entry)> = table
            .iter()
            .map(|(key, value)| {
                let span = Span::new(self.file, key.span().start, key.span().end);
                let (node, first) = self.node(value.get_ref(), value.span(), depth);
                // A table may be opened by `[a.b]` before its own `[a]`: it stands where it is first mentioned.
                let place = first.min(key.span().start);
                (place, Entry { key: Spanned { value: key.get_ref().to_string(), span }, node })
            })
            .collect();
        entries.sort_by_key(|(place, entry)| (*place, entry.key.span.start));
        let first = entries.first().map_or(usize::MAX, |(place, _)| *place);
        (entries.into_iter().map(|(_, entry)| entry).collect(), first)
    }

    fn node(&mut self, value: &DeValue<'_>, range: std::ops::Range<usize>, depth: usize) -> (Node, usize) {
        let span = Span::new(self.file, range.start, range.end);
        let mut first = usize::MAX;
        let deeper = matches!(value, DeValue::Array(_) | DeValue::Table(_));
        let value = match value {
            _ if deeper && depth >= DEEPEST => {
                self.too_deep.push(span);
                Value::List(Vec::new())
            }
            DeValue::String(text) => self.string(text, range),
            DeValue::Integer(number) => {
                let text = match i128::from_str_radix(number.as_str(), number.radix()) {
                    Ok(n) if number.radix() != 10 => n.to_string(),
                    _ => number.as_str().to_owned(),
                };
                self.number(&text, range.start)
            }
            DeValue::Float(number) => self.number(number.as_str(), range.start),
            DeValue::Boolean(truth) => Value::Truth(*truth),
            DeValue::Datetime(date) => Value::Date(*date),
            DeValue::Array(items) => Value::List(
                items
                    .iter()
                    .map(|item| {
                        let (node, place) = self.node(item.get_ref(), item.span(), depth + 1);
                        first = first.min(place);
                        node
                    })
                    .collect(),
            ),
            DeValue::Table(table) => {
                let (entries, place) = self.entries(table, depth + 1);
                first = place;
                Value::Table(entries)
            }
        };
        (Node { span, value }, first)
    }

    fn string(&self, text: &str, range: std::ops::Range<usize>) -> Value {
        let written = self.text.get(range.clone()).unwrap_or_default();
        let opening = if written.starts_with("\"\"\"") || written.starts_with("'''") {
            let newline = &written[3..];
            // A line break right after the opening quotes does not belong to the text.
            3 + if newline.starts_with("\r\n") { 2 } else { usize::from(newline.starts_with('\n')) }
        } else {
            1
        };
        Value::Text { text: text.to_owned(), inner: self.verbatim(text, range.start + opening) }
    }

    fn number(&self, text: &str, start: usize) -> Value {
        let text = text.trim_start_matches('+');
        Value::Number { text: text.to_owned(), inner: self.verbatim(text, start) }
    }

    /// `start`, if `text` stands there in the file as it is.
    fn verbatim(&self, text: &str, start: usize) -> Option<u32> {
        let stands = self.text.get(start..start + text.len()) == Some(text);
        if stands { u32::try_from(start).ok() } else { None }
    }
}

#[cfg(test)]
mod tests;
