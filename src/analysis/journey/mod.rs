//! A study of runs that follow on from scenario to scenario.
//!
//! In: a [`Journey`] and the settings of a study. Out: [`Findings`](super::Findings) in the journey's own terms: how its
//! runs end, when they enter each scenario, in which scenario they are over time, and what it adds up to.

pub mod cast;
pub mod tally;
