//! Single values: text, names, words of a list, truth values, whole numbers, expressions.

use super::super::keys::Kind;
use super::super::tree::{Entry, Node, Value};
use super::super::{ExpressionText, Name, Spanned};
use super::{Decoder, expected};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Mistake, Span};

/// What stands in for an expression that could not be decoded.
pub(super) fn placeholder(span: Span) -> ExpressionText {
    ExpressionText { text: "1".to_owned(), span, inner: None }
}

impl Decoder<'_> {
    /// Reports a value that is not what its key takes.
    pub(super) fn wrong_type(&mut self, entry: &Entry, expected: &str) {
        self.wrong_type_of(&entry.key.value, &entry.node, expected);
    }

    /// The same for a value that stands in a list, or has no key of its own.
    pub(super) fn wrong_type_of(&mut self, key: &str, node: &Node, expected: &str) {
        let message = format!("`{key}` should be {expected}; found {}", node.what());
        let error = Diagnostic::error(Mistake::WrongType, node.span, message);
        self.report(match (&node.value, expected) {
            (Value::Text { text, .. }, "`true` or `false`") if matches!(text.as_str(), "true" | "false") => {
                error.help(format!("write `{key} = {text}`, without quotes"))
            }
            (Value::Text { text, .. }, _) if expected.starts_with("a date") || expected == "a whole number" => {
                if text.starts_with(|c: char| c.is_ascii_digit()) {
                    error.help(format!("write `{key} = {text}`, without quotes"))
                } else {
                    error
                }
            }
            (Value::Number { text, .. }, "text in quotes" | "a name in quotes") => {
                error.help(format!("write `{key} = \"{text}\"`"))
            }
            (Value::List(items), "text in quotes" | "a name in quotes") if items.len() == 1 => {
                error.help("leave the brackets out")
            }
            _ => error,
        });
    }

    pub(super) fn text(&mut self, entry: Option<&Entry>) -> Option<Name> {
        self.plain(entry?, expected(Kind::Text))
    }

    pub(super) fn name(&mut self, entry: Option<&Entry>) -> Option<Name> {
        self.plain(entry?, expected(Kind::Name))
    }

    fn plain(&mut self, entry: &Entry, expected: &str) -> Option<Name> {
        if let Value::Text { text, .. } = &entry.node.value {
            return Some(Spanned { value: text.clone(), span: entry.node.span });
        }
        self.wrong_type(entry, expected);
        None
    }

    /// One name or a list of them.
    pub(super) fn names(&mut self, entry: Option<&Entry>) -> Vec<Name> {
        let Some(entry) = entry else { return Vec::new() };
        let items = match &entry.node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.node),
        };
        let mut names = Vec::new();
        for item in items {
            match &item.value {
                Value::Text { text, .. } => names.push(Spanned { value: text.clone(), span: item.span }),
                _ => self.wrong_type_of(&entry.key.value, item, expected(Kind::Names)),
            }
        }
        names
    }

    /// One of a few words.
    pub(super) fn word(&mut self, entry: Option<&Entry>, words: &'static [&'static str]) -> Option<Name> {
        let entry = entry?;
        let list = words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
        let Value::Text { text, .. } = &entry.node.value else {
            self.wrong_type(entry, &format!("one of {list}"));
            return None;
        };
        let name = Spanned { value: text.clone(), span: entry.node.span };
        if words.contains(&name.value.as_str()) {
            return Some(name);
        }
        let key = &entry.key.value;
        let message = format!("`{key}` cannot be `{}`", shortened(&name.value));
        let error =
            Diagnostic::error(Mistake::UnknownWord, name.span, message).label(format!("expected one of {list}"));
        self.report(match nearest(&name.value, words.iter().copied()) {
            Some(near) => error.help(format!("write `{key} = \"{near}\"`")),
            None => error,
        });
        None
    }

    pub(super) fn truth(&mut self, entry: Option<&Entry>) -> Option<bool> {
        let entry = entry?;
        if let Value::Truth(truth) = entry.node.value {
            return Some(truth);
        }
        self.wrong_type(entry, expected(Kind::Truth));
        None
    }

    pub(super) fn integer(&mut self, entry: &Entry) -> Option<Spanned<i64>> {
        if let Value::Number { text, .. } = &entry.node.value
            && let Ok(value) = text.parse()
        {
            return Some(Spanned { value, span: entry.node.span });
        }
        self.wrong_type(entry, expected(Kind::Integer));
        None
    }

    /// An expression; a mistake leaves `None`.
    pub(super) fn expression(&mut self, entry: Option<&Entry>) -> Option<ExpressionText> {
        let entry = entry?;
        self.expression_of(&entry.key.value, &entry.node, expected(Kind::Expression))
    }

    /// The text of an expression, of a number or of a truth value.
    pub(super) fn expression_of(&mut self, key: &str, node: &Node, expected: &str) -> Option<ExpressionText> {
        let span = node.span;
        match &node.value {
            Value::Text { text, inner } => Some(ExpressionText { text: text.clone(), span, inner: *inner }),
            Value::Number { text, inner } => {
                if text.parse::<f64>().is_ok_and(f64::is_finite) {
                    return Some(ExpressionText { text: text.clone(), span, inner: *inner });
                }
                let message = format!("`{key}` is not a number that can be calculated with");
                self.report(Diagnostic::error(Mistake::NotFinite, span, message).label("must be finite"));
                None
            }
            Value::Truth(truth) => Some(ExpressionText { text: truth.to_string(), span, inner: Some(span.start) }),
            _ => {
                self.wrong_type_of(key, node, expected);
                None
            }
        }
    }
}

/// Text cut to what a message can hold.
pub(super) fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
