//! The theme of charts, as it was typed, and the command that makes them again.

use super::arguments::ChartArguments;
use super::run::quoted;
use crate::model::Model;
use crate::model::charts::Charts;
use crate::output::chart::Theme;

/// How charts of one scenario or of several are made: what was typed goes before what they say themselves.
pub fn theme<'m>(arguments: &ChartArguments, models: impl IntoIterator<Item = &'m Model>) -> Theme {
    let own = Charts::together(models.into_iter().map(|model| &model.charts));
    let ChartArguments { size, look, charts, language, dated } = arguments.clone();
    let named = own.language.as_ref().and_then(|code| code.parse().ok());
    let words = language.or(named).unwrap_or_default();
    Theme { size, look, format: charts, words, charts: own, command: Some(again()), date: dated }
}

/// What was typed, without what does not change results: where they go, and on how many threads.
fn again() -> String {
    let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    shortened(words)
}

fn shortened(words: impl IntoIterator<Item = String>) -> String {
    const SILENT: [&str; 3] = ["--out", "-o", "--threads"];
    let mut out = vec!["standoff".to_owned()];
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let joined = |flag: &str| word.starts_with(&format!("{flag}="));
        let is_attached = word.starts_with("-o") && !word.starts_with("--") && word.len() > 2;
        if SILENT.contains(&word.as_str()) {
            words.next();
        } else if !SILENT.iter().any(|flag| joined(flag)) && !is_attached && word != "--resume" {
            out.push(quoted(&word));
        }
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_what_decides_the_results() {
        let words = "run a.toml --threads 4 -o out --runs 50 --threads=2 -oout --out=x --resume --set a=1";
        let words = words.split(' ').map(str::to_owned);
        assert_eq!(shortened(words), "standoff run a.toml --runs 50 --set a=1");
    }
}
