//! What charts say, in several languages.
//!
//! In: English texts, which are the keys. Out: the same in the language that was chosen; names, units and titles of a scenario stay
//! as they are written. What the table lacks stays English. `{name}` in a text is a placeholder. The
//! translations were written with care, and no native speaker has read them.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

/// English, then the others; a heading names them.
const TABLE: &str = include_str!("words.csv");

/// Languages by the name that they are asked for with, in the order of the table.
const LANGUAGES: [(&str, &str); 5] =
    [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("uk", "Українська"), ("ru", "Русский")];

/// The words of one language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    language: usize,
}

impl FromStr for Words {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let found = LANGUAGES.iter().position(|(code, _)| *code == typed.to_lowercase());
        let known: Vec<String> = LANGUAGES.iter().map(|(code, name)| format!("{code} ({name})")).collect();
        found
            .map(|language| Words { language })
            .ok_or_else(|| format!("charts do not speak `{typed}`; they speak {}", known.join(", ")))
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

fn table() -> &'static [Vec<String>] {
    static ROWS: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(TABLE.as_bytes());
        let rows = reader.records().map(|record| record.expect("the embedded table of words is a table"));
        let mut rows: Vec<Vec<String>> = rows.map(|row| row.iter().map(str::to_owned).collect()).collect();
        rows.sort();
        rows
    })
}

impl Words {
    /// As what the language is marked in files.
    pub(super) fn code(&self) -> &'static str {
        LANGUAGES[self.language].0
    }

    /// Whether a comma stands where English has the decimal point.
    pub(super) fn has_decimal_comma(&self) -> bool {
        self.language != 0
    }

    /// Every English text that charts say.
    #[cfg(test)]
    fn keys() -> impl Iterator<Item = &'static str> {
        table().iter().map(|row| row[0].as_str())
    }

    /// A text in this language.
    pub(super) fn t<'a>(&'a self, english: &'a str) -> &'a str {
        if self.language == 0 {
            return english;
        }
        let found = table().binary_search_by(|row| row[0].as_str().cmp(english));
        found.ok().and_then(|row| table()[row].get(self.language)).map_or(english, |told| told.as_str())
    }

    /// A text in this language, its placeholders filled.
    pub(super) fn fill(&self, english: &str, with: &[(&str, &str)]) -> String {
        let mut rest = self.t(english);
        let mut out = String::with_capacity(rest.len() + 40);
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else { break };
            out.push_str(&rest[..start]);
            let name = &rest[start + 1..start + length];
            match with.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => out.push_str(value),
                None => out.push_str(&rest[start..=start + length]),
            }
            rest = &rest[start + length + 1..];
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::super::font::has_glyph;
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_text_is_told_in_every_language() {
        for row in table() {
            assert_eq!(row.len(), LANGUAGES.len(), "{row:?}");
            for told in row {
                assert!(!told.trim().is_empty(), "{row:?}");
                assert_eq!(placeholders(told), placeholders(&row[0]), "{told}");
                assert!(told.chars().all(has_glyph), "{told} has letters that the faces lack");
            }
        }
        assert!(LANGUAGES.iter().flat_map(|(_, name)| name.chars()).all(has_glyph));
    }

    /// Every literal that charts translate is in the table, and the table has no other.
    #[test]
    fn the_table_has_what_charts_say() {
        let mut said: Vec<String> = Vec::new();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/output/chart");
        let entries = [folder.clone(), folder.join("sweep")].map(|folder| std::fs::read_dir(folder).unwrap());
        for entry in entries.into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("words.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines() {
                if let Some(told) = line.trim().strip_prefix("//= ") {
                    said.push(told.to_owned());
                }
            }
            for call in [".t(\"", ".fill(\"", "TITLE: &str = \"", "translated(\""] {
                for part in joined(&text).split(call).skip(1) {
                    said.push(part.split('"').next().unwrap().replace("\\u{202f}", "\u{202f}"));
                }
            }
        }
        said.sort();
        said.dedup();
        let missing: Vec<&String> = said.iter().filter(|text| !Words::keys().any(|key| key == *text)).collect();
        assert!(missing.is_empty(), "not in words.csv: {missing:#?}");
        let unused: Vec<&str> = Words::keys().filter(|key| !said.iter().any(|text| text == key)).collect();
        assert!(unused.is_empty(), "in words.csv, and said nowhere: {unused:#?}");
    }

    /// Source text with its continued lines joined and calls brought onto one line.
    fn joined(text: &str) -> String {
        let mut out = String::new();
        for line in text.lines() {
            out.push_str(line.trim());
            if !line.trim_end().ends_with(['(', '=']) && !line.ends_with('\\') {
                out.push('\n');
            } else if line.ends_with('\\') {
                out.pop();
            } else if line.trim_end().ends_with('=') {
                out.push(' ');
            }
        }
        out
    }

    #[test]
    fn languages_are_told_apart_and_unknown_texts_stay() {
        let key = "Probability of the outcome";
        let german: Words = "de".parse().unwrap();
        assert_eq!(german.t(key), "Wahrscheinlichkeit des Ausgangs");
        assert_eq!(Words::default().t(key), key);
        assert_eq!(german.t("never said"), "never said");
        assert_eq!(german.fill("{a} of {b} and {c", &[("a", "1"), ("b", "2")]), "1 of 2 and {c");
        assert!("xx".parse::<Words>().unwrap_err().contains("de (Deutsch)"));
        let codes: Vec<&str> = LANGUAGES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, crate::scenario::keys::LANGUAGES, "files name the same languages");
    }
}
