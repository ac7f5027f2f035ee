//! Numbers of the model: quantities, parameters, ranges, and who says so.

use super::super::keys::{self, Kind, Table};
use super::super::tree::{Entry, Node, Value};
use super::super::{Basis, Confidence, ExpressionText, Name, ParameterText, Provenance, Quantity, Spanned};
use super::fields::Fields;
use super::value::placeholder;
use super::{Decoder, expected};
use crate::diagnostic::{Diagnostic, Mistake, Span};

impl Decoder<'_> {
    pub(super) fn quantity(&mut self, entry: Option<&Entry>) -> Option<Quantity> {
        entry.map(|entry| self.quantity_of(entry))
    }

    /// A quantity; a mistake leaves a harmless one.
    pub(super) fn quantity_of(&mut self, entry: &Entry) -> Quantity {
        let (key, node) = (&entry.key.value, &entry.node);
        match &node.value {
            Value::Table(_) => {
                let Some(fields) = self.fields(node, key, &keys::QUANTITY) else {
                    return Quantity::Expression(placeholder(node.span));
                };
                let times = self.expression(fields.get("times"));
                if fields.get("value").is_none() {
                    self.missing_always(node.span, &format!("`{key}`"), "value", "value = …");
                }
                Quantity::InPlace(Box::new(self.parameter(&fields, node.span)), times)
            }
            Value::Truth(_) => {
                self.wrong_type(entry, expected(Kind::Quantity));
                Quantity::Expression(placeholder(node.span))
            }
            _ => {
                let text = self.expression_of(key, node, expected(Kind::Quantity));
                Quantity::Expression(text.unwrap_or_else(|| placeholder(node.span)))
            }
        }
    }

    /// A table of names and quantities, such as `set`, `add` and `values`.
    pub(super) fn quantities(&mut self, entry: Option<&Entry>) -> Vec<(Name, Quantity)> {
        self.named(entry).iter().map(|entry| (entry.key.clone(), self.quantity_of(entry))).collect()
    }

    /// The entries that a table has besides those of the format, as quantities.
    pub(super) fn arguments(&mut self, fields: &Fields<'_>, table: &'static Table) -> Vec<(Name, Quantity)> {
        fields.others(table).map(|entry| (entry.key.clone(), self.quantity_of(entry))).collect()
    }

    /// `[parameters]` or `[levers]`.
    pub(super) fn parameters(&mut self, entry: Option<&Entry>, noun: &str) -> Vec<(Name, ParameterText)> {
        let mut parameters = Vec::new();
        for entry in self.named(entry) {
            self.check_identifier(&entry.key, noun);
            let key = &entry.key.value;
            let parameter = match &entry.node.value {
                Value::Table(_) => {
                    let Some(fields) = self.fields(&entry.node, key, &keys::PARAMETER) else { continue };
                    if fields.get("value").is_none() {
                        self.missing(entry.key.span, &format!("the {noun} `{key}`"), "value", "value = …");
                    }
                    self.parameter(&fields, entry.node.span)
                }
                _ => {
                    let message =
                        format!("the {noun} `{key}` should be a table with `value`; found {}", entry.node.what());
                    let error = Diagnostic::error(Mistake::WrongType, entry.node.span, message);
                    let written = match &entry.node.value {
                        Value::Number { text, .. } => text.clone(),
                        Value::Text { text, .. } => format!("\"{text}\""),
                        _ => "…".to_owned(),
                    };
                    self.report(error.help(format!("write `{key} = {{ value = {written} }}`")));
                    let value = placeholder(entry.node.span);
                    let provenance = Provenance::default();
                    ParameterText { span: entry.node.span, value, range: None, distribution: None, provenance }
                }
            };
            parameters.push((entry.key.clone(), parameter));
        }
        parameters
    }

    fn parameter(&mut self, fields: &Fields<'_>, span: Span) -> ParameterText {
        ParameterText {
            span,
            value: self.number(fields.get("value")).unwrap_or_else(|| placeholder(span)),
            range: self.pair(fields.get("range")),
            distribution: fields.get("distribution").and_then(|entry| self.distribution(entry)),
            provenance: self.provenance(fields),
        }
    }

    /// An expression that cannot be a bare truth value.
    pub(super) fn number(&mut self, entry: Option<&Entry>) -> Option<ExpressionText> {
        let entry = entry?;
        self.number_of(&entry.key.value, &entry.node)
    }

    fn number_of(&mut self, key: &str, node: &Node) -> Option<ExpressionText> {
        if let Value::Truth(_) = node.value {
            self.wrong_type_of(key, node, expected(Kind::Number));
            return None;
        }
        self.expression_of(key, node, expected(Kind::Number))
    }

    /// `[low, high]`.
    pub(super) fn pair(&mut self, entry: Option<&Entry>) -> Option<Spanned<[ExpressionText; 2]>> {
        let entry = entry?;
        let key = &entry.key.value;
        let Value::List(items) = &entry.node.value else {
            self.wrong_type(entry, expected(Kind::Pair));
            return None;
        };
        let [low, high] = items.as_slice() else {
            let message = format!("`{key}` needs two entries; found {}", items.len());
            let error = Diagnostic::error(Mistake::WrongLength, entry.node.span, message);
            self.report(
                error.label("expected the lowest and the highest value").help(format!("write `{key} = [low, high]`")),
            );
            return None;
        };
        let (low, high) = (self.number_of(key, low), self.number_of(key, high));
        Some(Spanned { value: [low?, high?], span: entry.node.span })
    }

    /// A list of numbers or expressions.
    pub(super) fn expressions(&mut self, entry: Option<&Entry>) -> Option<Spanned<Vec<ExpressionText>>> {
        let entry = entry?;
        let Value::List(items) = &entry.node.value else {
            self.wrong_type(entry, expected(Kind::Expressions));
            return None;
        };
        let value = items.iter().filter_map(|item| self.number_of(&entry.key.value, item)).collect();
        Some(Spanned { value, span: entry.node.span })
    }

    pub(super) fn provenance(&mut self, fields: &Fields<'_>) -> Provenance {
        Provenance {
            about: self.text(fields.get("about")),
            unit: self.text(fields.get("unit")),
            dimension: self.text(fields.get("dimension")),
            basis: self.word(fields.get("basis"), keys::BASES).map(|word| Spanned {
                value: match word.value.as_str() {
                    "published" => Basis::Published,
                    "estimate" => Basis::Estimate,
                    _ => Basis::Judgement,
                },
                span: word.span,
            }),
            source: self.text(fields.get("source")),
            confidence: self.word(fields.get("confidence"), keys::CONFIDENCES).map(|word| Spanned {
                value: match word.value.as_str() {
                    "low" => Confidence::Low,
                    "medium" => Confidence::Medium,
                    _ => Confidence::High,
                },
                span: word.span,
            }),
        }
    }
}
