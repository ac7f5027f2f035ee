//! Findings as files and text: tables, summaries, charts, and where they come from.
//!
//! In: [`Findings`](crate::analysis::Findings). Out: bytes, strings, and folders written whole or not at all. The same
//! findings give the same bytes; what differs from one time to the next (duration, command, threads) is in the manifest
//! alone. Knows no command line and prints nothing.

pub mod bars;
pub mod certainty;
pub mod chart;
pub mod diagram;
pub mod difference;
pub mod explain;
pub mod folder;
pub mod format;
pub mod history;
pub mod manifest;
pub mod paired;
pub mod report;
pub mod schema;
pub mod summary;
mod svg;
pub mod sweep;
pub mod tables;
pub mod terminal;
pub mod write;

#[cfg(test)]
pub(crate) mod fixture;
