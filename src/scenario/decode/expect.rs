//! `[[expect]]`: known truths beside the model.

use super::super::tree::{Entry, Node};
use super::super::{ExpectText, keys};
use super::Decoder;
use super::fields::Fields;
use crate::diagnostic::{Diagnostic, Mistake};

impl Decoder<'_> {
    pub(super) fn expectations(&mut self, entry: Option<&Entry>) -> Vec<ExpectText> {
        self.tables(entry).iter().filter_map(|node| self.expectation(node)).collect()
    }

    fn expectation(&mut self, node: &Node) -> Option<ExpectText> {
        let fields = self.fields(node, "expect", &keys::EXPECT)?;
        self.exactly_one(&fields, keys::SUBJECTS, "subject");
        self.exactly_one(&fields, keys::CLAIMS, "claim");
        Some(ExpectText {
            span: node.span,
            outcome: self.name(fields.get("outcome")),
            milestone: self.name(fields.get("milestone")),
            state: self.name(fields.get("state")),
            duration: self.name(fields.get("duration")),
            consequence: self.name(fields.get("consequence")),
            variable: self.name(fields.get("variable")),
            probability: self.expression(fields.get("probability")),
            mean: self.expression(fields.get("mean")),
            between: self.pair(fields.get("between")),
            at: self.moment(fields.get("at")),
            by: self.moment(fields.get("by")),
            tolerance: self.expression(fields.get("tolerance")),
            source: self.text(fields.get("source")),
        })
    }

    /// An expectation says one thing about one thing.
    fn exactly_one(&mut self, fields: &Fields<'_>, keys: &[&str], noun: &str) {
        let list = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let mut given = fields.entries.iter().filter(|entry| keys.contains(&entry.key.value.as_str()));
        let Some(first) = given.next() else {
            let what = if noun == "subject" { "what it is about" } else { "what is true of it" };
            let error = Diagnostic::error(
                Mistake::ExpectNothing,
                fields.node.span,
                format!("this expectation does not say {what}"),
            );
            self.report(error.label("incomplete").help(format!("add one of {list}")));
            return;
        };
        for second in given {
            let (one, other) = (&first.key.value, &second.key.value);
            let message = format!("an expectation cannot have both `{one}` and `{other}`");
            self.report(
                Diagnostic::error(Mistake::ExpectTwice, second.key.span, message)
                    .label(format!("a second {noun}"))
                    .related(first.key.span, "the first")
                    .help("write one `[[expect]]` for each"),
            );
        }
    }
}
