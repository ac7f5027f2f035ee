//! Distributions of waiting times and parameters, and dynamics of variables: a word that says the sort, and arguments.

use super::super::keys;
use super::super::tree::{Entry, Value};
use super::super::{DistributionText, DynamicsText, Name, Spanned};
use super::Decoder;
use super::fields::Fields;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use std::sync::Arc;

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
        let observations = self.observations(&fields);
        let provenance = self.provenance(&fields);
        let span = entry.node.span;
        Some(DistributionText { span, family: family?, arguments, values, observations, provenance })
    }

    /// The column of a CSV file.
    fn observations(&mut self, fields: &Fields<'_>) -> Option<Spanned<Arc<[f64]>>> {
        let (csv, column) = (fields.get("csv"), self.name(fields.get("column")));
        let Some(entry) = csv else {
            if let Some(entry) = fields.get("column") {
                let error =
                    Diagnostic::error(Mistake::StrayKey, entry.key.span, "`column` means nothing without `csv`");
                self.report(error.label("a column of which file?").help("add `csv = \"data/waits.csv\"`"));
                return Some(Spanned { value: Arc::new([]), span: entry.node.span });
            }
            return None;
        };
        if let Some(values) = fields.get("values") {
            let message = "an empirical distribution takes either `values` or `csv`";
            self.report(
                Diagnostic::error(Mistake::DistributionArguments, entry.key.span, message)
                    .label("the second sample")
                    .related(values.key.span, "the first")
                    .help("keep one of the two"),
            );
        }
        let path = self.text(csv)?;
        let mut found = Diagnostics::default();
        let values = self.columns.column(&path, column.as_ref(), &mut found);
        found.iter().for_each(|diagnostic| self.report(diagnostic.clone()));
        Some(Spanned { value: values, span: path.span })
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
