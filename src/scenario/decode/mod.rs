//! From a merged tree to a [`Scenario`]: every key checked, every value of the right type.
//!
//! In: a [`Node`]. Out: the scenario, and a diagnostic for each thing that is not in the format. A mistake in one table
//! does not hide those in others: what cannot be decoded is left out, or, where others refer to it by name, stands there
//! with a harmless value. Does not know what names and expressions mean.

mod aliases;
mod charts;
mod distribution;
mod doubt;
mod expect;
mod fields;
mod identifier;
mod machine;
mod parts;
mod present;
mod quantity;
mod setting;
mod study;
mod transition;
mod value;

use super::keys::{self, Kind};
use super::study::Study;
use super::tree::{Entry, Node, Value};
use super::{Date, ExpressionText, Name, Scenario, Spanned, TimeText};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use fields::Fields;
use std::sync::Arc;

/// More mistakes than this are not looked for.
const MOST_ERRORS: usize = 1000;

/// Gives the numbers that stand in a column of a CSV file.
pub trait Columns {
    /// The numbers of the column, the only one if none is named; `csv` is a path from the file that names it.
    /// What keeps them from being read is reported once; then there are none.
    fn column(&mut self, csv: &Name, column: Option<&Name>, diagnostics: &mut Diagnostics) -> Arc<[f64]>;
}

/// Decodes a scenario; `file` is the whole of its main file, where what is missing is reported.
///
/// A scenario without `outcomes` is one to extend: it may leave out what an extending file can add.
pub fn decode(root: &Node, file: Span, columns: &mut dyn Columns, diagnostics: &mut Diagnostics) -> Scenario {
    let whole = root.get("outcomes").is_some();
    let mut decoder = Decoder { diagnostics, columns, reported: 0, whole };
    decoder.scenario(root, file)
}

/// Decodes a study; `file` is the whole of its file.
pub fn decode_study(root: &Node, file: Span, diagnostics: &mut Diagnostics) -> Study {
    Decoder { diagnostics, columns: &mut NoColumns, reported: 0, whole: true }.study(root, file)
}

/// A study names no CSV file.
struct NoColumns;

impl Columns for NoColumns {
    fn column(&mut self, _csv: &Name, _column: Option<&Name>, _diagnostics: &mut Diagnostics) -> Arc<[f64]> {
        Arc::new([])
    }
}

/// What the decoding of every table shares.
struct Decoder<'d> {
    diagnostics: &'d mut Diagnostics,
    columns: &'d mut (dyn Columns + 'd),
    reported: usize,
    /// Whether this is a scenario to run, not one to extend.
    whole: bool,
}

impl Decoder<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.reported += 1;
        if self.reported <= MOST_ERRORS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether so much is reported that looking for more has no use.
    fn has_enough(&self) -> bool {
        self.reported >= MOST_ERRORS
    }

    /// Reports that a key is missing from a table that an extending file could complete.
    fn missing(&mut self, span: Span, what: &str, key: &str, example: &str) {
        if self.whole {
            self.missing_always(span, what, key, example);
        }
    }

    /// Reports that a key is missing from a table that stands for itself.
    fn missing_always(&mut self, span: Span, what: &str, key: &str, example: &str) {
        self.report(
            Diagnostic::error(Mistake::MissingKey, span, format!("{what} needs `{key}`"))
                .label(format!("has no `{key}`"))
                .help(format!("add `{example}`")),
        );
    }

    fn scenario(&mut self, root: &Node, file: Span) -> Scenario {
        let fields = self.fields(root, "", &keys::SCENARIO).expect("a file is a table");
        let format = self.format(&fields);
        let title = self.text(fields.get("title"));
        if fields.get("title").is_none() && self.whole {
            self.report(
                Diagnostic::warning(
                    Mistake::MissingTitle,
                    Span { end: file.start, ..file },
                    "the scenario has no title",
                )
                .help("add `title = \"…\"`; tables and charts are headed with it"),
            );
        }
        let templates = self.templates(fields.get("templates"));
        Scenario {
            span: file,
            format,
            title,
            summary: self.text(fields.get("summary")),
            time: self.time(fields.get("time"), file),
            parameters: self.parameters(fields.get("parameters"), "parameter"),
            levers: self.parameters(fields.get("levers"), "lever"),
            variables: self.variables(fields.get("variables")),
            formulas: self.formulas(fields.get("formulas")),
            policies: self.settings(fields.get("policies"), &keys::POLICY),
            variants: self.settings(fields.get("variants"), &keys::VARIANT),
            correlations: self.correlations(fields.get("correlations")),
            shares: self.shares(fields.get("shares")),
            machines: self.machines(fields.get("machines"), &templates),
            templates,
            consequences: self.consequences(fields.get("consequences")),
            milestones: self.milestones(fields.get("milestones")),
            outcomes: self.outcomes(fields.get("outcomes")),
            durations: self.durations(fields.get("durations")),
            shocks: self.shocks(fields.get("shocks")),
            now: self.now(fields.get("now")),
            expect: self.expectations(fields.get("expect")),
            charts: self.charts(fields.get("charts")),
        }
    }

    fn format(&mut self, fields: &Fields<'_>) -> Option<Spanned<i64>> {
        let entry = fields.get("format")?;
        let format = self.integer(entry)?;
        if format.value != 1 {
            self.report(
                Diagnostic::error(
                    Mistake::UnknownFormat,
                    format.span,
                    format!("this file is in format {}", format.value),
                )
                .label("this version reads format 1")
                .help("write `format = 1`, or use a newer version"),
            );
            return None;
        }
        Some(format)
    }

    fn time(&mut self, entry: Option<&Entry>, file: Span) -> TimeText {
        let span = entry.map_or(Span { end: file.start, ..file }, |entry| entry.node.span);
        let mut time = TimeText { span, unit: None, start: None, horizon: None, step: None };
        let Some(entry) = entry else {
            self.missing(span, "a scenario", "time", "[time]` and below it `horizon = \"2 years\"");
            return time;
        };
        let Some(fields) = self.fields(&entry.node, &entry.key.value, &keys::TIME) else { return time };
        time.unit = self.word(fields.get("unit"), keys::TIME_UNITS);
        time.start = fields.get("start").and_then(|entry| self.date(entry));
        time.horizon = self.moment(fields.get("horizon"));
        time.step = self.expression(fields.get("step"));
        if fields.get("horizon").is_none() {
            self.missing(span, "`time`", "horizon", "horizon = \"2 years\"");
        }
        time
    }

    /// A date, with or without quotes.
    fn date(&mut self, entry: &Entry) -> Option<Spanned<Date>> {
        let span = entry.node.span;
        let date = match &entry.node.value {
            Value::Date(moment) => match (moment.date, moment.time) {
                (Some(date), None) => Date::new(date.year, date.month, date.day),
                _ => {
                    let message = format!("`{}` should be a date alone", entry.key.value);
                    let error = Diagnostic::error(Mistake::WrongType, span, message);
                    self.report(error.label("has a time of day").help("write a date such as `2026-01-05`"));
                    return None;
                }
            },
            Value::Text { text, .. } => match Date::from_text(text) {
                Some(Some(date)) => Some(date),
                Some(None) => {
                    let error = Diagnostic::error(Mistake::OddDate, span, format!("there is no day `{text}`"));
                    self.report(error.help("write dates as year-month-day, such as `2026-01-05`"));
                    return None;
                }
                None => None,
            },
            _ => None,
        };
        if date.is_none() {
            self.wrong_type(entry, "a date, such as `2026-01-05`");
        }
        Some(Spanned { value: date?, span })
    }

    /// A time: an expression, or a date, which stands for the time from the start to that day.
    pub(super) fn moment(&mut self, entry: Option<&Entry>) -> Option<ExpressionText> {
        let entry = entry?;
        if !matches!(entry.node.value, Value::Date(_)) {
            return self.expression(Some(entry));
        }
        let date = self.date(entry)?;
        Some(ExpressionText { text: date.value.to_string(), span: date.span, inner: Some(date.span.start) })
    }

    /// The entries of a table with names of the author's.
    fn named<'n>(&mut self, entry: Option<&'n Entry>) -> &'n [Entry] {
        let Some(entry) = entry else { return &[] };
        let entries = entry.node.entries();
        if entries.is_none() {
            self.wrong_type(entry, "a table, such as `{ name = … }`");
        }
        entries.unwrap_or(&[])
    }
}

/// What a kind of value is called.
fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text in quotes",
        Kind::Name => "a name in quotes",
        Kind::Names => "a name in quotes, or a list of them",
        Kind::TwoNames => "a list of two names in quotes",
        Kind::Word(_) => "a word in quotes",
        Kind::Truth => "`true` or `false`",
        Kind::Integer => "a whole number",
        Kind::Date => "a date",
        Kind::Expression => "an expression in quotes or a number",
        Kind::Number => "a number or an expression in quotes",
        Kind::Expressions => "a list of numbers or expressions",
        Kind::Pair => "a list of two, `[low, high]`",
        Kind::Quantity => "a number, an expression in quotes or a table with `value`",
        Kind::Table(_) | Kind::Named(_) => "a table",
        Kind::Sweep(_) => "a list of values, or a table with `from`, `to` and `steps`",
        Kind::Tables(_) => "a list of tables",
    }
}

#[cfg(test)]
mod tests;
