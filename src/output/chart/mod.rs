//! Pictures of findings: PNG files fit for print, each saying what it is conditional on and how to make it again.
//!
//! In: [`Findings`]. Out: bytes of a PNG, the same for the same findings. One function a chart; [`pictures`] makes
//! every chart of one study. Plotters lays the panels out; our own backend draws the pixels, with embedded faces,
//! so nothing is asked of the machine. Opens no file.

mod axis;
mod backend;
mod comparison;
mod differences;
mod direct;
mod doubt;
pub(in crate::output) mod encode;
mod fan;
pub(in crate::output) mod font;
pub(in crate::output) mod heading;
mod incidence;
pub(in crate::output) mod labels;
mod number;
mod occupancy;
mod outcomes;
mod sheet;
pub(in crate::output) mod style;
mod sweep;
#[cfg(test)]
mod tests;

use crate::analysis::Findings;

pub use comparison::comparison;
pub use differences::differences;
pub use fan::{consequence_fans, variable_fans};
pub use incidence::cumulative_incidence;
pub use occupancy::{scenario_occupancy, state_occupancy};
pub use outcomes::outcome_bars;
pub use sweep::{SweepResults, sweep_pictures};

/// Why a picture could not be made. None of these is expected: every [`Findings`] has its pictures.
#[derive(Debug)]
pub enum ChartError {
    /// The picture would be larger than a pixmap can be, in pixels.
    TooLarge { width: u32, height: u32 },
    /// Plotters or the embedded faces refused, in their words.
    Drawing(String),
    /// The PNG could not be written.
    Encoding(png::EncodingError),
}

impl std::fmt::Display for ChartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge { width, height } => write!(f, "a chart of {width} by {height} pixels is too large"),
            Self::Drawing(message) => write!(f, "the chart could not be drawn: {message}"),
            Self::Encoding(error) => write!(f, "the chart could not be encoded: {error}"),
        }
    }
}

impl std::error::Error for ChartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Encoding(error) => Some(error),
            _ => None,
        }
    }
}

impl From<png::EncodingError> for ChartError {
    fn from(error: png::EncodingError) -> Self {
        Self::Encoding(error)
    }
}

/// One chart, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// File stem, such as `outcomes` or `occupancy-2`.
    pub name: String,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// The bytes of the file.
    pub png: Vec<u8>,
}

/// Every chart of one study, in reading order; a chart without anything to show is left out.
///
/// # Errors
/// See [`ChartError`].
pub fn pictures(findings: &Findings) -> Result<Vec<Picture>, ChartError> {
    let groups = [
        ("outcomes", outcomes::TITLE, vec![outcome_bars(findings)?]),
        ("incidence", incidence::TITLE, vec![cumulative_incidence(findings)?]),
        ("scenarios", occupancy::SCENARIOS, scenario_occupancy(findings)?),
        ("occupancy", occupancy::TITLE, state_occupancy(findings)?),
        ("consequences", fan::CONSEQUENCES, consequence_fans(findings)?),
        ("variables", fan::VARIABLES, variable_fans(findings)?),
    ];
    let mut pictures = Vec::new();
    for (stem, title, pages) in groups {
        for (i, png) in pages.into_iter().enumerate() {
            let name = if i == 0 { stem.to_owned() } else { format!("{stem}-{}", i + 1) };
            pictures.push(Picture { name, title, png });
        }
    }
    Ok(pictures)
}
