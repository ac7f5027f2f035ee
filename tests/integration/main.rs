//! All integration tests in one binary: one link, one place to look.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod architecture;
mod broken_files;
mod browser;
mod catalogue;
mod commands;
mod comparing;
mod determinism;
mod differences;
mod documents;
mod doubt;
mod editing;
mod exact;
mod exact_agreement;
mod explaining;
mod following;
mod fuzz_corpus;
mod guide;
mod histories;
mod hostile;
mod journeys;
mod language_server;
mod nesting;
mod paths;
mod precision;
mod present;
mod printing;
mod quantities;
mod random_nests;
mod references;
mod report;
mod required_behaviour;
mod residual_life;
mod schema;
mod semantics;
mod settings;
mod shocks;
mod splitting;
mod support;
mod sweeps;
mod telling;
mod templates;
mod thresholds;
mod verifying;
mod watching;
