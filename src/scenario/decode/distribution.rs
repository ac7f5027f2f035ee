//! Distributions of waiting times and parameters, and dynamics of variables: a word that says the sort, and arguments.

use super::super::keys;
use super::super::tree::{Entry, Value};
use super::super::{DistributionText, DynamicsText, Name, Spanned};
use super::Decoder;
use crate::diagnostic::{Diagnostic, Mistake, Span};

impl Decoder<'_> {
    /// A distribution; `None` (and a diagnostic) if it has no family.
    pub(super) fn distribution(&mut self, entry: &Entry) -> Option<DistributionText> {
        let key = &entry.key.value;
        if let Value::Number { .. } | Value::Text { .. } = entry.node.value {
            self.not_a_distribution(entry);
            return None;
        }
        let fields = self.fields(&entry.node, key, &keys::DISTRIBUTION)?;
        let family = self.sort_of(fields.get("family"), key, "family", "lognormal", entry.node.span);
        let arguments = self.arguments(&fields, &keys::DISTRIBUTION);
        let values = self.expressions(fields.get("values"));
        let provenance = self.provenance(&fields);
        Some(DistributionText { span: entry.node.span, family: family?, arguments, values, provenance })
    }

    fn not_a_distribution(&mut self, entry: &Entry) {
        let key = &entry.key.value;
        let message = format!("`{key}` should be a distribution; found {}", entry.node.what());
        let mut error = Diagnostic::error(Mistake::WrongType, entry.node.span, message);
        if key == "after" {
            error =
                error.help("for a wait that varies, write `after = { family = \"exponential\", mean = \"6 weeks\" }`");
            error = error.help(
                "for a wait that is always the same, write `after = { family = \"constant\", value = \"6 weeks\" }`",
            );
        } else {
            error = error.help(format!("write `{key} = {{ family = \"normal\", mean = …, sd = … }}`"));
        }
        self.report(error);
    }

    pub(super) fn dynamics(&mut self, entry: Option<&Entry>) -> Option<DynamicsText> {
        let entry = entry?;
        let key = &entry.key.value;
        let fields = self.fields(&entry.node, key, &keys::DYNAMICS)?;
        let kind = self.sort_of(fields.get("kind"), key, "kind", "mean-reverting", entry.node.span);
        let arguments = self.arguments(&fields, &keys::DYNAMICS);
        Some(DynamicsText { span: fields.node.span, kind: kind?, arguments })
    }

    /// The word that says which family or kind this is.
    fn sort_of(&mut self, sort: Option<&Entry>, table: &str, key: &str, example: &str, span: Span) -> Option<Name> {
        match sort {
            Some(sort) => self.name(Some(sort)),
            None if self.whole || key == "family" => {
                self.missing_always(span, &format!("`{table}`"), key, &format!("{key} = \"{example}\""));
                None
            }
            // Its arguments alone may stand in a file to extend.
            None => Some(Spanned { value: example.to_owned(), span }),
        }
    }
}
