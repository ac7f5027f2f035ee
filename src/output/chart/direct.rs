//! Labels that stand to the right of a panel, each joined to the end of its series by a fine line.
//!
//! In: series with the height at which they end. Out: ink on the sheet. Labels are pushed apart, never over another; long names
//! are broken to two lines.

use plotters::style::RGBColor;

use super::labels::{broken, spread_sized};
use super::layout::Layout;
use super::sheet::{Drawn, Frame, Sheet, Side};
use super::style::{MUTED, TEXT, Type, filled, plain, readable, stroke, strong, tint};

/// Vertical room of a label of one line, and of each further line.
pub(super) const GAP: f64 = 16.0;
const LINE: f64 = 13.5;
const LEADER: f64 = 24.0;
const SWATCH: f64 = 16.0;

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

/// The room for names: less on a narrow page.
fn widest(right_of: f64) -> f64 {
    (0.34 * right_of).clamp(90.0, 270.0)
}

impl Ending {
    /// The name in lines; the value follows the last one.
    fn lines(&self, widest: f64) -> Vec<String> {
        let kind = name_type(self.color);
        let wide = widest - value_type().width(&self.value) - 7.0;
        if kind.width(&self.name) <= wide {
            return vec![self.name.clone()];
        }
        let mut lines = broken(&self.name, &kind, widest, 2);
        if let Some(last) = lines.last_mut() {
            *last = super::labels::cut(last, &kind, wide.max(40.0));
        }
        if lines.is_empty() { vec![String::new()] } else { lines }
    }

    fn width(&self, widest: f64) -> f64 {
        let lines = self.lines(widest);
        let kind = name_type(self.color);
        let last = lines.last().map_or(0.0, |line| kind.width(line)) + 7.0 + value_type().width(&self.value);
        lines.iter().map(|line| kind.width(line)).fold(last, f64::max)
    }

    fn height(&self, widest: f64) -> f64 {
        GAP + LINE * (self.lines(widest).len() - 1) as f64
    }
}

/// Room that the labels need to the right of the panel.
pub(super) fn room(layout: &Layout<'_>, endings: &[Ending]) -> f64 {
    let most = widest(layout.room());
    LEADER + SWATCH + 4.0 + endings.iter().map(|ending| ending.width(most)).fold(40.0, f64::max)
}

/// Height that the labels need.
pub(super) fn height(layout: &Layout<'_>, endings: &[Ending]) -> f64 {
    let most = widest(layout.room());
    endings.iter().map(|ending| ending.height(most)).sum()
}

/// Draws the labels beside the frame.
pub(super) fn draw(layout: &Layout<'_>, sheet: &Sheet<'_>, frame: Frame, endings: &[Ending]) -> Drawn {
    let most = widest(layout.room());
    let wanted: Vec<f64> = endings.iter().map(|e| e.y).collect();
    let sizes: Vec<f64> = endings.iter().map(|e| e.height(most)).collect();
    let places = spread_sized(&wanted, &sizes, frame.top - 6.0, frame.bottom + 6.0);
    for (ending, y) in endings.iter().zip(places) {
        let start = frame.right + 2.0;
        let bends = [(start, ending.y), (start + 4.0, ending.y), (start + LEADER - 6.0, y), (start + LEADER - 2.0, y)];
        sheet.line(&bends, stroke(tint(ending.color, 0.25), 0.75))?;
        let left = start + LEADER;
        let swatch = Frame { left, top: y - 5.0, right: left + 10.0, bottom: y + 5.0 };
        sheet.rectangle(swatch, filled(ending.color))?;
        let lines = ending.lines(most);
        let first = y - LINE * (lines.len() - 1) as f64 / 2.0;
        for (i, line) in lines.iter().enumerate() {
            let at = first + LINE * i as f64;
            let kind = name_type(ending.color);
            sheet.text(left + SWATCH, at, line, &kind, Side::Left)?;
            if i + 1 == lines.len() {
                let pen = left + SWATCH + kind.width(line) + 5.0;
                sheet.text(pen, at, &ending.value, &value_type(), Side::Left)?;
            }
        }
    }
    Ok(())
}
