//! Names that expressions must be able to mention.

use super::super::Name;
use super::super::keys::RESERVED;
use super::Decoder;
use super::value::shortened;
use crate::diagnostic::{Diagnostic, Mistake};

impl Decoder<'_> {
    /// Reports a name of a `noun` that could not stand in an expression.
    pub(super) fn check_identifier(&mut self, name: &Name, noun: &str) {
        let text = name.value.as_str();
        let shown = shortened(text);
        let message = format!("a {noun} cannot be named `{shown}`");
        if RESERVED.contains(&text) {
            self.report(
                Diagnostic::error(Mistake::ReservedName, name.span, message)
                    .label("this word has a meaning of its own in expressions")
                    .help(format!("choose another name, such as `{text}_{noun}`")),
            );
            return;
        }
        let error = Diagnostic::error(Mistake::BadName, name.span, message);
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let label = match text.chars().find(|c| !allowed(*c)) {
            Some('-') => "`-` means minus in expressions",
            Some(_) => "only letters from a to z, digits and `_` can stand in expressions",
            None if text.is_empty() => "the name is empty",
            None if text.starts_with(|c: char| c.is_ascii_digit()) => "a name cannot begin with a digit",
            None => return,
        };
        let mut better: String = shown.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
        if !better.starts_with(|c: char| c.is_ascii_alphabetic()) {
            better = format!("{noun}_{}", better.trim_start_matches('_'));
        }
        self.report(error.label(label).help(format!("write `{}`", better.trim_end_matches('_'))));
    }
}
