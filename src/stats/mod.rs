//! Estimators and what they need: exact sums, moments, quantile sketches, intervals at a number of runs fixed beforehand
//! or at any, special functions.
//!
//! In: numbers. Out: numbers. Everything that adds up gives the same bits in any order and any split. Knows nothing of
//! models or runs.

pub mod best;
pub mod components;
pub mod correlation;
pub mod exact_sum;
pub mod extent;
pub mod interval;
pub mod moments;
pub mod paired;
pub mod quadrature;
pub mod replications;
pub mod sequence;
pub mod sketch;
pub mod special;
pub mod survival;
