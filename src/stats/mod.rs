//! Estimators and what they need: exact sums, moments, quantile sketches, intervals, special functions.
//!
//! In: numbers. Out: numbers. Everything that adds up gives the same bits in any order and any split. Knows nothing of
//! models or runs.

pub mod components;
pub mod correlation;
pub mod exact_sum;
pub mod interval;
pub mod moments;
pub mod quadrature;
pub mod sketch;
pub mod special;
