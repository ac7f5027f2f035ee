//! `[charts]`: how the charts of a scenario look.

use super::super::tree::Entry;
use super::super::{ChartsText, Name, Spanned, keys};
use super::Decoder;

impl Decoder<'_> {
    pub(super) fn charts(&mut self, entry: Option<&Entry>) -> ChartsText {
        let Some(fields) = entry.and_then(|entry| self.fields(&entry.node, &entry.key.value, &keys::CHARTS)) else {
            return ChartsText::default();
        };
        let mut titles = Vec::new();
        let given = fields.get("titles");
        if let Some(given) = given.and_then(|entry| self.fields(&entry.node, &entry.key.value, &keys::CHART_TITLES)) {
            for key in keys::CHART_TITLES.keys {
                titles.extend(self.text(given.get(key.name)).map(|title| (key.name.to_owned(), title)));
            }
        }
        let mut colors = Vec::new();
        for entry in self.named(fields.get("colors")) {
            self.color(entry, "", &mut colors);
        }
        ChartsText {
            language: self.word(fields.get("language"), keys::LANGUAGES),
            order: self.names(fields.get("order")),
            titles,
            colors,
        }
    }

    /// One colour. TOML reads `fleet.patrol = "blue"` as a table within a table, which is a name with a point here.
    fn color(&mut self, entry: &Entry, path: &str, colors: &mut Vec<(Name, Name)>) {
        let path = if path.is_empty() { entry.key.value.clone() } else { format!("{path}.{}", entry.key.value) };
        if let Some(entries) = entry.node.entries().filter(|entries| !entries.is_empty()) {
            return entries.iter().for_each(|entry| self.color(entry, &path, colors));
        }
        let color = self.text(Some(entry));
        colors.extend(color.map(|color| (Spanned { value: path, span: entry.key.span }, color)));
    }
}
