//! Answers for whoever edits a scenario: mistakes as it is typed, completions, meanings, definitions, new names.
//!
//! In: the documents on a [`Desk`](desk::Desk), which may be broken, and a position in one of them. Out: data in the
//! editors' own words. Everything is read with the project's own reader and resolver, so that an editor and `check`
//! never disagree. Knows no process, no terminal and no protocol: `standoff lsp` brings those.

pub mod address;
pub mod complete;
mod describe;
pub mod desk;
pub mod hover;
pub mod mistakes;
pub mod navigate;
pub mod outline;
pub mod position;
pub mod reading;
pub mod rename;
mod words;

#[cfg(test)]
mod tests;
