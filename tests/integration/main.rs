//! All integration tests in one binary: one link, one place to look.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod architecture;
mod broken_files;
mod commands;
mod determinism;
mod guide;
mod journeys;
mod nesting;
mod paths;
mod present;
mod references;
mod residual_life;
mod semantics;
mod shocks;
mod support;
