//! The folder of a sweep: what was asked, what has been done, and what came of it.
//!
//! ```text
//! study.json         what is asked, with the texts of the study and of its scenarios ([`record`])
//! parts/….part       finished runs of points: whole or not there ([`part`]), found by what they depend on ([`store`])
//! progress.json      how far a sweep that is going on has come
//! threshold.csv      where the threshold is crossed, if there is one ([`thresholds`])
//! results.csv        a row for each point and quantity ([`results`]), and the same as results.parquet
//! manifest.json      how it was made, written last
//! ```
//!
//! Nothing in the results depends on how the work was cut into parts, in which order, or how often it was interrupted.

mod csv;
mod filter;
pub mod folder;
mod index;
pub mod levels;
mod parquet;
pub mod part;
mod reader;
pub mod record;
pub mod results;
pub mod standing;
pub mod store;
pub mod thresholds;
pub mod told;
