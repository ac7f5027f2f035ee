//! Pictures of findings: PNG and SVG files fit for print, each saying what it is conditional on and how to make it again.
//!
//! In: [`Findings`] and a [`Theme`]. Out: [`Picture`]s, the same for the same findings and theme. One function a chart;
//! [`pictures`] makes every chart of one study. A chart is laid out as a list of marks, by hand and by plotters, then painted as
//! pixels or written as SVG, with embedded faces, so nothing is asked of the machine. Opens no file.

mod axis;
mod backend;
mod base_rates;
mod canvas;
mod comparison;
mod differences;
mod direct;
mod doubt;
mod durations;
pub(in crate::output) mod encode;
mod exceedance;
mod fan;
pub(in crate::output) mod font;
pub(in crate::output) mod heading;
mod incidence;
mod keys;
pub(in crate::output) mod labels;
mod ladder;
mod layout;
mod look;
mod mark;
mod number;
mod occupancy;
mod outcomes;
mod picture;
mod provenance;
mod raster;
mod sheet;
mod size;
pub(in crate::output) mod style;
mod sweep;
#[cfg(test)]
mod tests;
mod theme;
mod vector;
mod words;

use crate::analysis::Findings;

pub use base_rates::base_rates;
pub(in crate::output) use canvas::Canvas;
pub use comparison::comparison;
pub use differences::differences;
pub use durations::durations;
pub use exceedance::exceedance_curves;
pub use fan::{consequence_fans, variable_fans};
pub use incidence::cumulative_incidence;
pub use ladder::ladder_strips;
pub use look::Look;
pub use occupancy::{scenario_occupancy, state_occupancy};
pub use outcomes::outcome_bars;
pub use picture::Picture;
pub use provenance::{Unknown, provenance};
pub use size::{Size, about_sizes};
pub use sweep::{SweepResults, shown_places, sweep_pictures};
pub use theme::{Format, Theme};
pub use words::Words;

/// Why a picture could not be made. None of these is expected: every [`Findings`] has its pictures.
#[derive(Debug)]
pub enum ChartError {
    /// The picture would be larger than a pixmap can be, in pixels.
    TooLarge { width: u32, height: u32 },
    /// The PNG could not be written.
    Encoding(png::EncodingError),
}

impl std::fmt::Display for ChartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge { width, height } => write!(f, "a chart of {width} by {height} pixels is too large"),
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

/// Every chart of one study, in reading order; a chart without anything to show is left out.
///
/// # Errors
/// See [`ChartError`].
pub fn pictures(findings: &Findings, theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let groups = [
        vec![outcome_bars(findings, theme)?],
        vec![cumulative_incidence(findings, theme)?],
        scenario_occupancy(findings, theme)?,
        state_occupancy(findings, theme)?,
        consequence_fans(findings, theme)?,
        variable_fans(findings, theme)?,
        exceedance_curves(findings, theme)?,
        durations(findings, theme)?,
    ];
    Ok(groups.into_iter().flatten().collect())
}
