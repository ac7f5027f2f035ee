//! What is told of an expression besides its tree: the names in it.

use super::token::{TokenKind, Tokens};
use super::{Parser, SELF};
use crate::model::index::Space;

/// The bare names that a text mentions, for putting formulas in order.
pub fn mentions(text: &str) -> Vec<String> {
    Tokens::new(text)
        .filter_map(|token| match token.ok()?.kind {
            TokenKind::Name(name) => Some(name.to_owned()),
            _ => None,
        })
        .collect()
}

impl Parser<'_> {
    /// Notes a name that was found, where the text stands in the file as it is.
    pub(super) fn note(&self, space: Space, owner: &str, name: &str, start: usize, end: usize) {
        if self.text.inner.is_some() {
            self.names.recorder.note(space, owner, name, self.span(start, end), None);
        }
    }

    /// Notes a bare name, if it stands for something.
    pub(super) fn note_bare(&self, name: &str, start: usize, end: usize) {
        match &self.names.own {
            Some(own) if self.names.filled_in.contains(name) => self.note(Space::Argument, own, name, start, end),
            _ if self.names.bare.contains_key(name) => self.note(Space::Bare, "", name, start, end),
            _ => {}
        }
    }

    /// Notes the name of a machine or template, and gives it: `self` is the machine at hand, and not its name.
    pub(super) fn note_machine<'n>(&'n self, name: &'n str, start: usize, end: usize) -> &'n str {
        if name == SELF {
            return self.names.own.as_deref().unwrap_or(name);
        }
        self.note(Space::Bare, "", name, start, end);
        name
    }
}
