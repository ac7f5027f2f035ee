//! Labels that stand to the right of a panel, each joined to the end of its series by a fine line.
//!
//! In: series with the height at which they end. Out: ink on the sheet. Labels are pushed apart, never over another.

use plotters::style::RGBColor;

use super::labels::{cut, spread};
use super::sheet::{Drawn, Frame, Sheet};
use super::style::{MUTED, TEXT, Type, filled, plain, readable, stroke, strong, tint};

/// Vertical room of a label.
pub(super) const GAP: f64 = 16.0;
const LEADER: f64 = 24.0;
const SWATCH: f64 = 16.0;
/// Widest name.
const NAME: f64 = 270.0;

/// What ends at the right of a panel.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    pub(super) name: String,
    pub(super) value: String,
    /// Height on the page at which the series ends.
    pub(super) y: f64,
    pub(super) color: RGBColor,
}

fn name_type(color: RGBColor) -> Type {
    strong(TEXT - 0.5, readable(color))
}

fn value_type() -> Type {
    plain(TEXT - 0.5, MUTED)
}

impl Ending {
    fn shown_name(&self) -> String {
        cut(&self.name, &name_type(self.color), NAME)
    }

    fn width(&self) -> f64 {
        name_type(self.color).width(&self.shown_name()) + 7.0 + value_type().width(&self.value)
    }
}

/// Room that the labels need to the right of the panel.
pub(super) fn room(endings: &[Ending]) -> f64 {
    LEADER + SWATCH + 4.0 + endings.iter().map(Ending::width).fold(40.0, f64::max)
}

/// Draws the labels beside the frame.
pub(super) fn draw(sheet: &Sheet<'_>, frame: Frame, endings: &[Ending]) -> Drawn {
    let wanted: Vec<f64> = endings.iter().map(|e| e.y).collect();
    let places = spread(&wanted, GAP, frame.top + 2.0, frame.bottom - 2.0);
    for (ending, y) in endings.iter().zip(places) {
        let start = frame.right + 2.0;
        let bends = [(start, ending.y), (start + 4.0, ending.y), (start + LEADER - 6.0, y), (start + LEADER - 2.0, y)];
        sheet.line(&bends, stroke(tint(ending.color, 0.25), 0.75))?;
        let left = start + LEADER;
        let swatch = Frame { left, top: y - 5.0, right: left + 10.0, bottom: y + 5.0 };
        sheet.rectangle(swatch, filled(ending.color))?;
        let name = ending.shown_name() + " ";
        sheet.texts(left + SWATCH, y, &[(&name, name_type(ending.color)), (&ending.value, value_type())])?;
    }
    Ok(())
}
