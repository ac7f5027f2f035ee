//! What a chart is made of before it is painted: boxes, areas, lines, discs and texts, in points of the layout.
//!
//! One list is painted as pixels ([`raster`](super::raster)) and written as SVG ([`vector`](super::vector)); looks recolour it,
//! and tests measure its texts. Draws nothing itself.

use plotters::style::RGBColor;

#[cfg(test)]
use super::font;
use super::font::Weight;
use super::sheet::{Frame, Side};

/// A place on the page, y downwards.
pub(super) type Place = (f64, f64);

/// A colour and how much it covers, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    pub(super) color: RGBColor,
    pub(super) alpha: f64,
}

/// One shape or text.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A rectangle that is painted on whole pixels, so that neighbours have no seam.
    Box { frame: Frame, ink: Ink },
    /// A closed area.
    Area { corners: Vec<Place>, ink: Ink },
    /// A line through places.
    Line { places: Vec<Place>, width: f64, ink: Ink, dashed: bool },
    /// A disc, or a circle where it has a width of line.
    Disc { centre: Place, radius: f64, ink: Ink, line: Option<f64> },
    /// A line of text that stands on its baseline; `turned`: read from below.
    Text { place: Place, text: String, size: f64, weight: Weight, color: RGBColor, side: Side, turned: bool },
}

impl Mark {
    /// The room that a text takes, from the top of its capitals to a little below the baseline; `None` of a shape.
    #[cfg(test)]
    pub(super) fn text_box(&self) -> Option<Frame> {
        let Mark::Text { place, text, size, weight, side, turned, .. } = self else { return None };
        let wide = font::width(text, *weight, *size);
        let start = -match side {
            Side::Left => 0.0,
            Side::Center => wide / 2.0,
            Side::Right => wide,
        };
        let (above, below) = (font::CAP_HEIGHT * size, 0.12 * size);
        Some(if *turned {
            let bottom = place.1 - start;
            Frame { left: place.0 - above, right: place.0 + below, top: bottom - wide, bottom }
        } else {
            let left = place.0 + start;
            Frame { left, right: left + wide, top: place.1 - above, bottom: place.1 + below }
        })
    }
}

/// A whole page.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) marks: Vec<Mark>,
    /// (keyword, text): what it shows and where it comes from.
    pub(super) entries: Vec<(String, String)>,
    /// What its heading says it is.
    pub(super) title: String,
}
