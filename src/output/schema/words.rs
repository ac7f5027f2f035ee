//! What an editor says of a key: in Markdown, from the one line that the list of keys has for it.

use crate::scenario::keys::Key;

/// What is shown when someone rests on a key or chooses it from a list.
pub(super) fn description(key: &Key) -> String {
    let mut text = sentence(key.about);
    if key.needed {
        text.push_str(" Required.");
    }
    if let Some(default) = key.default {
        text.push_str(&format!(" If it is not given: `{default}`."));
    }
    if let Some((least, greatest)) = key.bounds.filter(|(least, greatest)| least < greatest) {
        match greatest {
            i64::MAX => text.push_str(&format!(" At least {least}.")),
            _ => text.push_str(&format!(" From {least} to {greatest}.")),
        }
    }
    if let Some(example) = key.example {
        text.push_str(&format!("\n\nExample: `{} = {example}`", key.name));
    }
    text
}

/// A line of the list of keys as a sentence.
pub(super) fn sentence(line: &str) -> String {
    let mut letters = line.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}
