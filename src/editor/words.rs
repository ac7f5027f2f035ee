//! The words of the expression language itself, for people: how each is called and what it gives.

use crate::model::parse::{FUNCTIONS, Signature};

/// Words that stand for a value, and operators that are words.
pub const PLAIN: [(&str, &str); 12] = [
    ("time", "time since the start of the run"),
    ("year_fraction", "how much of the calendar year has passed, from 0 to 1"),
    ("pi", "3.14159…"),
    ("day", "one day, in the unit of the scenario"),
    ("week", "one week, in the unit of the scenario"),
    ("month", "one month (a twelfth of 365.25 days), in the unit of the scenario"),
    ("year", "one year (365.25 days), in the unit of the scenario"),
    ("true", "holds always"),
    ("false", "holds never"),
    ("and", "both hold"),
    ("or", "at least one of them holds"),
    ("not", "it does not hold"),
];

/// Every function with how it is called.
pub fn functions() -> impl Iterator<Item = (&'static str, String)> {
    FUNCTIONS.into_iter().map(|name| (name, signature(name)))
}

fn signature(name: &str) -> String {
    match name {
        "count" => "count(template.state)".to_owned(),
        _ => Signature::of(name).map_or_else(|| format!("{name}(machine)"), Signature::example),
    }
}

/// What a function gives.
pub fn gives(name: &str) -> &'static str {
    match name {
        "if" => "one of two values, by whether a condition holds",
        "min" => "the smallest of two numbers or more",
        "max" => "the greatest of two numbers or more",
        "clamp" => "the nearest number to x that lies between two others",
        "abs" => "x without its sign",
        "exp" => "e to the power of x",
        "ln" => "the natural logarithm of x",
        "sqrt" => "the square root of x",
        "logistic" => "1 / (1 + e^-x), which lies between 0 and 1",
        "sin" => "the sine of x, in radians",
        "cos" => "the cosine of x, in radians",
        "floor" => "the greatest whole number that is not above x",
        "age" => "time since the machine entered its state",
        "count" => "how many machines made from a template are in a state",
        _ => "",
    }
}

/// Markdown about a word of the language.
pub fn explained(word: &str) -> Option<String> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    if let Some((_, about)) = PLAIN.iter().find(|(name, _)| *name == word || *name == singular) {
        return Some(format!("`{word}`: {about}"));
    }
    let (name, call) = functions().find(|(name, _)| *name == word)?;
    Some(format!("`{call}`: {}", gives(name)))
}

/// The bounds of the word that an offset is in or beside.
pub fn around(text: &str, offset: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let offset = offset.min(bytes.len());
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = bytes[..offset].iter().rev().take_while(|byte| part(byte)).count();
    let after = bytes[offset..].iter().take_while(|byte| part(byte)).count();
    (offset - before, offset + after)
}
