//! Keys: swatches with their meaning, in rows as wide as the page.
//!
//! In: what each looks like and says. Out: their height, and ink on the sheet. Used where a label at the thing itself has no
//! room, or would say the same many times.

use plotters::style::RGBColor;

use super::labels::cut;
use super::sheet::{Drawn, Frame, Sheet, Side};
use super::style::{INK, SMALL, filled, plain, stroke};

const ROW: f64 = 18.0;
const BETWEEN: f64 = 22.0;

/// What stands before the words.
#[derive(Clone, Copy, Debug)]
pub(super) enum Swatch {
    Fill(RGBColor),
    /// A flat band.
    Band(RGBColor),
    Line(RGBColor),
    Dashes(RGBColor),
    Dot(RGBColor),
    /// An interval with its two feet.
    Whisker,
    None,
}

impl Swatch {
    fn width(self) -> f64 {
        match self {
            Swatch::Dot(_) => 10.0,
            Swatch::Fill(_) => 16.0,
            Swatch::None => -7.0,
            _ => 24.0,
        }
    }
}

/// Keys in their places.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// Row, left end, swatch and words.
    placed: Vec<(usize, f64, Swatch, String)>,
    rows: usize,
}

impl Keys {
    /// Places keys between two edges of the page.
    pub(super) fn new(keys: impl IntoIterator<Item = (Swatch, String)>, left: f64, right: f64) -> Self {
        let kind = plain(SMALL + 0.5, INK);
        let mut placed: Vec<(usize, f64, Swatch, String)> = Vec::new();
        let (mut row, mut pen) = (0, left);
        for (swatch, text) in keys {
            let text = cut(&text, &kind, right - left - swatch.width() - 7.0);
            let wide = swatch.width() + 7.0 + kind.width(&text);
            if pen > left && pen + wide > right {
                row += 1;
                pen = left;
            }
            placed.push((row, pen, swatch, text));
            pen += wide + BETWEEN;
        }
        let rows = placed.last().map_or(0, |last| last.0 + 1);
        Self { placed, rows }
    }

    pub(super) fn height(&self) -> f64 {
        ROW * self.rows as f64
    }

    /// Draws them; `top` is the middle of the first row.
    pub(super) fn draw(&self, sheet: &Sheet<'_>, top: f64) -> Drawn {
        for (row, left, swatch, text) in &self.placed {
            let (y, left) = (top + ROW * *row as f64, *left);
            let right = left + swatch.width();
            let high = |half: f64| Frame { left, top: y - half, right, bottom: y + half };
            match swatch {
                Swatch::Fill(color) => sheet.rectangle(high(5.0), filled(*color))?,
                Swatch::Band(color) => sheet.rectangle(high(3.5), filled(*color))?,
                Swatch::Line(color) => sheet.line(&[(left, y), (right, y)], stroke(*color, 2.0))?,
                Swatch::Dashes(color) => sheet.dashes(&[(left, y), (right, y)], stroke(*color, 1.0)),
                Swatch::Dot(color) => sheet.disc(left + 5.0, y, 4.2, filled(*color))?,
                Swatch::Whisker => {
                    sheet.line(&[(left, y), (right, y)], stroke(INK, 1.0))?;
                    for x in [left, right] {
                        sheet.line(&[(x, y - 4.0), (x, y + 4.0)], stroke(INK, 1.0))?;
                    }
                }
                Swatch::None => {}
            }
            sheet.text(right + 7.0, y, text, &plain(SMALL + 0.5, INK), Side::Left)?;
        }
        Ok(())
    }
}
