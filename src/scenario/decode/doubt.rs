//! `[[correlations]]` and `[shares]`: what holds between parameters when they are drawn.

use super::super::keys::{self, Kind};
use super::super::tree::{Entry, Node, Value};
use super::super::{CorrelationText, Name, ShareText};
use super::{Decoder, expected};
use crate::diagnostic::{Diagnostic, Mistake};

impl Decoder<'_> {
    pub(super) fn correlations(&mut self, entry: Option<&Entry>) -> Vec<CorrelationText> {
        self.tables(entry).iter().filter_map(|node| self.correlation(node)).collect()
    }

    fn correlation(&mut self, node: &Node) -> Option<CorrelationText> {
        let fields = self.fields(node, "correlations", &keys::CORRELATION)?;
        for (key, example) in [("between", "between = [\"…\", \"…\"]"), ("rank", "rank = …")] {
            if fields.get(key).is_none() {
                self.missing_always(node.span, "a correlation", key, example);
            }
        }
        let between = fields.get("between").and_then(|entry| self.two_names(entry));
        let rank = self.number(fields.get("rank"));
        let provenance = self.provenance(&fields);
        Some(CorrelationText { span: node.span, between: between?, rank: rank?, provenance })
    }

    fn two_names(&mut self, entry: &Entry) -> Option<[Name; 2]> {
        let Value::List(items) = &entry.node.value else {
            self.wrong_type(entry, expected(Kind::TwoNames));
            return None;
        };
        if items.len() != 2 {
            let message = format!("`between` needs two names; found {}", items.len());
            let error = Diagnostic::error(Mistake::WrongLength, entry.node.span, message);
            self.report(error.help("write one `[[correlations]]` for each pair of parameters"));
        }
        self.names(Some(entry)).try_into().ok()
    }

    pub(super) fn shares(&mut self, entry: Option<&Entry>) -> Vec<ShareText> {
        let mut shares = Vec::new();
        for entry in self.named(entry) {
            let name = entry.key.clone();
            let Some(fields) = self.fields(&entry.node, &name.value, &keys::SHARE) else { continue };
            let what = format!("the share `{}`", name.value);
            for (key, example) in [("of", "of = [\"…\", \"…\"]"), ("concentration", "concentration = 20")] {
                if fields.get(key).is_none() {
                    self.missing(name.span, &what, key, example);
                }
            }
            let of = self.names(fields.get("of"));
            if let Some(entry) =
                fields.get("of").filter(|entry| matches!(&entry.node.value, Value::List(items) if items.is_empty()))
            {
                let error = Diagnostic::error(Mistake::EmptyList, entry.node.span, "`of` is an empty list");
                self.report(error.help("name the parameters that sum to 1"));
            }
            let concentration = self.number(fields.get("concentration"));
            shares.push(ShareText { of, concentration, provenance: self.provenance(&fields), name });
        }
        shares
    }
}
