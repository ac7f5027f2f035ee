//! Policies and variants: inputs that are set together.

use super::super::keys::Table;
use super::super::tree::Entry;
use super::super::{ExpressionText, Name, SettingText, Spanned};
use super::Decoder;

impl Decoder<'_> {
    pub(super) fn settings(&mut self, entry: Option<&Entry>, table: &'static Table) -> Vec<SettingText> {
        let mut settings = Vec::new();
        for entry in self.named(entry) {
            let name = entry.key.clone();
            let Some(fields) = self.fields(&entry.node, &name.value, table) else { continue };
            if fields.get("set").is_none() {
                let what = format!("{} `{}`", table.what.replacen("a ", "the ", 1), name.value);
                self.missing(name.span, &what, "set", "set = { name = … }");
            }
            let mut set = Vec::new();
            for entry in self.named(fields.get("set")) {
                self.setting(entry, "", &mut set);
            }
            settings.push(SettingText { name, set, provenance: self.provenance(&fields) });
        }
        settings
    }

    /// One entry of `set`. TOML reads `poland.resolve = 1` as a table within a table, which is a name with a point here.
    fn setting(&mut self, entry: &Entry, path: &str, set: &mut Vec<(Name, ExpressionText)>) {
        let path = if path.is_empty() { entry.key.value.clone() } else { format!("{path}.{}", entry.key.value) };
        if let Some(entries) = entry.node.entries().filter(|entries| !entries.is_empty()) {
            for entry in entries {
                self.setting(entry, &path, set);
            }
            return;
        }
        if let Some(text) = self.expression_of(&path, &entry.node, "a number or an expression in quotes") {
            set.push((Spanned { value: path, span: entry.key.span }, text));
        }
    }
}
