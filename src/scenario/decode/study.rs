//! Study files: what is asked of scenarios.

use super::super::keys::{self, Rule, Table};
use super::super::precision;
use super::super::study::{Design, Method, Study, SweepText};
use super::super::threshold::{self, ThresholdText};
use super::super::tree::{Entry, Node, Value};
use super::super::{ExpressionText, Name, Spanned};
use super::fields::Fields;
use super::value::placeholder;
use super::{Decoder, expected};
use crate::diagnostic::{Diagnostic, Mistake, Span};
use crate::stats::sequence::Precision;
use std::time::Duration;

impl Decoder<'_> {
    pub(super) fn study(&mut self, root: &Node, file: Span) -> Study {
        let fields = self.fields(root, "", &keys::STUDY).expect("a file is a table");
        self.rules(&fields, &keys::STUDY);
        Study {
            span: file,
            scenarios: self.scenarios(fields.get("scenarios"), file),
            policies: self.once(fields.get("policies")),
            variants: self.once(fields.get("variants")),
            show: self.once(fields.get("show")),
            title: self.text(fields.get("title")),
            about: self.text(fields.get("about")),
            seed: self.count(fields.get("seed"), &keys::STUDY),
            runs: self.count(fields.get("runs"), &keys::STUDY),
            precision: fields.get("precision").and_then(|entry| self.precision(entry)),
            max_runs: self.count(fields.get("max_runs"), &keys::STUDY),
            max_time: fields.get("max_time").and_then(|entry| self.limit(entry)),
            confidence: fields.get("confidence").and_then(|entry| self.confidence(entry)),
            method: self
                .word(fields.get("method"), keys::METHODS)
                .and_then(|word| Some(Spanned { value: Method::from_name(&word.value)?, span: word.span })),
            horizon: self.number(fields.get("horizon")),
            threads: self.count(fields.get("threads"), &keys::STUDY),
            set: self.values_set(fields.get("set")),
            vary: self.sweeps(fields.get("vary")),
            design: self
                .word(fields.get("design"), keys::DESIGNS)
                .and_then(|word| Some(Spanned { value: Design::from_name(&word.value)?, span: word.span })),
            points: self.count(fields.get("points"), &keys::STUDY),
            threshold: fields.get("threshold").and_then(|entry| self.threshold(entry)),
            refine: self.count(fields.get("refine"), &keys::STUDY),
        }
    }

    /// The files, each named once.
    fn scenarios(&mut self, entry: Option<&Entry>, file: Span) -> Vec<Name> {
        let Some(entry) = entry else {
            let start = Span { end: file.start, ..file };
            self.missing_always(start, "a study", "scenarios", "scenarios = [\"….toml\"]");
            return Vec::new();
        };
        if let Value::List(items) = &entry.node.value
            && items.is_empty()
        {
            let error = Diagnostic::error(Mistake::EmptyList, entry.node.span, "`scenarios` names no file");
            self.report(error.help("write `scenarios = [\"….toml\"]`, with paths relative to this file"));
        }
        self.once(Some(entry))
    }

    /// Names, each named once.
    fn once(&mut self, entry: Option<&Entry>) -> Vec<Name> {
        let names = self.names(entry);
        let mut once: Vec<Name> = Vec::new();
        for name in names {
            match once.iter().find(|other| other.value == name.value) {
                Some(first) => {
                    let message = format!("`{}` is named twice", name.value);
                    let error =
                        Diagnostic::warning(Mistake::RepeatedName, name.span, message).related(first.span, "the first");
                    self.report(error.help("leave one of them out"));
                }
                None => once.push(name),
            }
        }
        once
    }

    /// A whole number within the bounds of its key.
    fn count(&mut self, entry: Option<&Entry>, table: &'static Table) -> Option<Spanned<u64>> {
        let entry = entry?;
        let key = &entry.key.value;
        let number = self.integer(entry)?;
        let (least, greatest) = table.key(key).and_then(|key| key.bounds).unwrap_or((0, i64::MAX));
        if (least..=greatest).contains(&number.value) {
            return Some(Spanned { value: number.value.unsigned_abs(), span: number.span });
        }
        let bounds = match greatest {
            i64::MAX => format!("at least {least}"),
            _ => format!("from {least} to {greatest}"),
        };
        let message = format!("`{key}` should be a whole number, {bounds}; found {}", number.value);
        self.report(Diagnostic::error(Mistake::WrongType, number.span, message));
        None
    }

    /// `"0.5 points"` or `"10 %"`.
    fn precision(&mut self, entry: &Entry) -> Option<Spanned<Precision>> {
        let example = "write `precision = \"0.5 points\"`: every probability is known to half a per cent of all runs";
        self.typed(entry, "0.5 points", precision::precision, precision::PRECISION_EXPECTED, example)
    }

    /// `"direct-war > 20 %"`.
    fn threshold(&mut self, entry: &Entry) -> Option<Spanned<ThresholdText>> {
        let Value::Text { text, .. } = &entry.node.value else {
            self.wrong_type(entry, &format!("text such as `\"{}\"`", threshold::EXAMPLE));
            return None;
        };
        let span = entry.node.span;
        if let Some(value) = threshold::threshold(text) {
            return Some(Spanned { value, span });
        }
        let message = format!("`threshold` cannot be `{}`", super::value::shortened(text));
        let error = Diagnostic::error(Mistake::WrongType, span, message).label(threshold::EXPECTED);
        self.report(error.help(format!("write `threshold = \"{}\"`", threshold::EXAMPLE)));
        None
    }

    /// `"5 min"`.
    fn limit(&mut self, entry: &Entry) -> Option<Spanned<Duration>> {
        self.typed(entry, "5 min", precision::limit, precision::LIMIT_EXPECTED, "write `max_time = \"5 min\"`")
    }

    /// A number with a unit of its own, as text.
    fn typed<T>(
        &mut self,
        entry: &Entry,
        example: &str,
        read: impl Fn(&str) -> Option<T>,
        expected: &str,
        help: &str,
    ) -> Option<Spanned<T>> {
        let (key, span) = (&entry.key.value, entry.node.span);
        let text = match &entry.node.value {
            Value::Text { text, .. } => text.as_str(),
            Value::Number { text, .. } => {
                let unit = example.split_once(' ').map_or("", |(_, unit)| unit);
                let error = Diagnostic::error(Mistake::WrongType, span, format!("`{key}` has no unit"));
                self.report(error.label(expected).help(format!("write `{key} = \"{text} {unit}\"`")));
                return None;
            }
            _ => {
                self.wrong_type(entry, &format!("text such as `\"{example}\"`"));
                return None;
            }
        };
        if let Some(value) = read(text) {
            return Some(Spanned { value, span });
        }
        let message = format!("`{key}` cannot be `{}`", super::value::shortened(text));
        self.report(Diagnostic::error(Mistake::WrongType, span, message).label(expected).help(help));
        None
    }

    /// `95` or `"95%"` as 0.95.
    fn confidence(&mut self, entry: &Entry) -> Option<Spanned<f64>> {
        let written = self.number(Some(entry))?;
        if let Some(value) = precision::confidence(&written.text) {
            return Some(Spanned { value, span: written.span });
        }
        let message = format!("`confidence` cannot be {}", super::value::shortened(&written.text));
        let error = Diagnostic::error(Mistake::WrongType, written.span, message);
        self.report(error.label(precision::CONFIDENCE_EXPECTED).help("write `confidence = 95`"));
        None
    }

    fn values_set(&mut self, entry: Option<&Entry>) -> Vec<(Name, ExpressionText)> {
        let mut settings = Vec::new();
        for entry in self.named(entry) {
            if let Value::Table(_) = entry.node.value {
                self.unquoted(entry, expected(keys::Kind::Number));
            } else if let Some(value) = self.number(Some(entry)) {
                settings.push((entry.key.clone(), value));
            }
        }
        settings
    }

    fn sweeps(&mut self, entry: Option<&Entry>) -> Vec<(Name, SweepText)> {
        let mut sweeps = Vec::new();
        for entry in self.named(entry) {
            if let Some(sweep) = self.sweep(entry) {
                sweeps.push((entry.key.clone(), sweep));
            }
        }
        sweeps
    }

    fn sweep(&mut self, entry: &Entry) -> Option<SweepText> {
        let (key, span) = (&entry.key.value, entry.node.span);
        match &entry.node.value {
            Value::List(items) if items.is_empty() => {
                let error = Diagnostic::error(Mistake::EmptyList, span, format!("`{key}` is given no values"));
                self.report(error.help(format!("write `{key} = [0.3, 0.6, 0.9]`")));
                None
            }
            Value::List(_) => self.expressions(Some(entry)).map(SweepText::List),
            Value::Table(entries) if entries.iter().all(|entry| keys::VARY.key(&entry.key.value).is_none()) => {
                self.unquoted(entry, expected(keys::Kind::Sweep(&keys::VARY)));
                None
            }
            Value::Table(_) => {
                let fields = self.fields(&entry.node, key, &keys::VARY)?;
                for needed in ["from", "to"] {
                    if fields.get(needed).is_none() {
                        self.missing_always(span, &format!("`{key}`"), needed, &format!("{needed} = …"));
                    }
                }
                let mut end = |which| self.number(fields.get(which)).unwrap_or_else(|| placeholder(span));
                let (from, to) = (end("from"), end("to"));
                let steps = self.count(fields.get("steps"), &keys::VARY);
                let log = self.word(fields.get("scale"), keys::SCALES).is_some_and(|word| word.value == "log");
                let whole = fields.get("from").is_some() && fields.get("to").is_some();
                whole.then_some(SweepText::Steps { span, from, to, steps, log })
            }
            _ => {
                self.wrong_type(entry, expected(keys::Kind::Sweep(&keys::VARY)));
                None
            }
        }
    }

    /// A table where none belongs: mostly a name with points, which TOML takes for tables within one another.
    fn unquoted(&mut self, entry: &Entry, expected: &str) {
        let mut name = entry.key.value.clone();
        let mut node = &entry.node;
        while let Some([only]) = node.entries()
            && keys::VARY.key(&only.key.value).is_none()
        {
            name = format!("{name}.{}", only.key.value);
            node = &only.node;
        }
        let message = format!("`{}` should be {expected}; found a table", entry.key.value);
        let error = Diagnostic::error(Mistake::WrongType, entry.key.span, message);
        self.report(if name == entry.key.value {
            error
        } else {
            error.help(format!("put a name with points in quotes: `\"{name}\" = …`"))
        });
    }

    /// What the keys of a table have to do with one another.
    fn rules(&mut self, fields: &Fields<'_>, table: &'static Table) {
        for rule in table.rules {
            match *rule {
                Rule::AtMostOne(keys) => {
                    let mut given = fields.entries.iter().filter(|entry| keys.contains(&entry.key.value.as_str()));
                    let Some(first) = given.next() else { continue };
                    for second in given {
                        let (one, other) = (&first.key.value, &second.key.value);
                        let message = format!("{} cannot have both `{one}` and `{other}`", table.what);
                        let error = Diagnostic::error(Mistake::StrayKey, second.key.span, message);
                        self.report(error.related(first.key.span, "the first").help("keep one of them"));
                    }
                }
                Rule::AtLeastOne(keys) => {
                    if keys.iter().all(|key| fields.get(key).is_none()) {
                        self.missing_always(fields.node.span, table.what, keys[0], &format!("{} = …", keys[0]));
                    }
                }
                Rule::Needs(key, others) => {
                    let Some(entry) = fields.get(key) else { continue };
                    if others.iter().all(|other| fields.get(other).is_none()) {
                        let list = others.iter().map(|other| format!("`{other}`")).collect::<Vec<_>>().join(" or ");
                        let message = format!("`{key}` means nothing without {list}");
                        let error = Diagnostic::error(Mistake::StrayKey, entry.key.span, message);
                        self.report(error.label(format!("there is no {list} in {}", table.what)));
                    }
                }
            }
        }
    }
}
