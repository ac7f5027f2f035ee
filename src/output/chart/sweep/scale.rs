//! How values become colours: pale to dark, or two hues about nothing; and the bar that tells which is which.
//!
//! In: values of a quantity. Out: a [`Scale`], which colours a value and draws its legend.

use plotters::style::RGBColor;

use super::super::axis::{Axis, Words, thinned, value_axis};
use super::super::labels::cut;
use super::super::layout::Layout;
use super::super::look::Look;
use super::super::sheet::{Drawn, Frame, Sheet, Side};
use super::super::style::{AXIS, INK, MUTED, PAPER, SMALL, filled, plain, stroke};
use super::cells::Map;
use super::title;
use crate::analysis::sweep::estimates::{Kind, Quantity};

/// Pale to dark, in equal steps of lightness, told apart with any colour blindness.
const SEQUENTIAL: [RGBColor; 5] = [
    RGBColor(0xf4, 0xf8, 0xfb),
    RGBColor(0xc2, 0xdd, 0xee),
    RGBColor(0x6f, 0xb0, 0xd6),
    RGBColor(0x1f, 0x74, 0xb1),
    RGBColor(0x08, 0x36, 0x6a),
];
/// Less, the same, more.
const DIVERGING: [RGBColor; 5] = [
    RGBColor(0x0b, 0x4f, 0x8a),
    RGBColor(0x8d, 0xbf, 0xdf),
    RGBColor(0xfa, 0xfa, 0xfa),
    RGBColor(0xf0, 0xb0, 0x86),
    RGBColor(0xb2, 0x43, 0x0a),
];

/// Height of a legend.
pub(super) const LEGEND: f64 = 54.0;

/// How values become colours.
pub(super) struct Scale {
    pub(super) axis: Axis,
    colors: &'static [RGBColor; 5],
    is_difference: bool,
}

impl Scale {
    pub(super) fn sequential(quantity: &Quantity, maps: &[Map]) -> Scale {
        let values: Vec<f64> = maps.iter().flat_map(|map| &map.values).copied().collect();
        Scale::of_values(quantity, &values, &SEQUENTIAL)
    }

    /// From the least to the most of the values.
    pub(super) fn of_values(quantity: &Quantity, values: &[f64], colors: &'static [RGBColor; 5]) -> Scale {
        let values = || values.iter().copied();
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let mut axis = value_axis(low, high, 6);
        if quantity.kind != Kind::Consequence {
            axis.words = Words::Percent;
            (axis.low, axis.high) = (axis.low.max(0.0), axis.high.min(1.0));
            axis.ticks.retain(|tick| (axis.low..=axis.high).contains(tick));
        }
        Scale { axis, colors, is_difference: false }
    }

    /// Two hues about nothing; in greys, from less to more, as two dark ends could not be told apart.
    pub(super) fn diverging(quantity: &Quantity, values: &[f64], look: Look) -> Scale {
        let size = values.iter().map(|value| value.abs()).fold(0.0, f64::max);
        // Where nothing differs, a scale of one point, or of one.
        let size = match quantity.kind {
            _ if size > 1e-9 => size,
            Kind::Consequence => 1.0,
            _ => 0.01,
        };
        let mut axis = value_axis(-size, size, 4);
        if quantity.kind != Kind::Consequence {
            axis.words = Words::Points;
        }
        let colors = if look == Look::Print { &SEQUENTIAL } else { &DIVERGING };
        Scale { axis, colors, is_difference: true }
    }

    pub(super) fn color(&self, value: f64) -> RGBColor {
        let place = self.axis.share(value) * (self.colors.len() - 1) as f64;
        let index = (place.floor() as usize).min(self.colors.len() - 2);
        let (from, to) = (self.colors[index], self.colors[index + 1]);
        let share = place - index as f64;
        let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        RGBColor(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
    }

    /// The ink that can be read on a value's colour.
    pub(super) fn ink(&self, value: f64) -> RGBColor {
        let RGBColor(r, g, b) = self.color(value);
        if 2 * u32::from(r) + 5 * u32::from(g) + u32::from(b) > 8 * 130 { INK } else { PAPER }
    }
}

/// How wide a legend is.
pub(super) fn legend_width(layout: &Layout<'_>) -> f64 {
    (layout.room() - 28.0).min(280.0)
}

/// The colours with their values; the bar's left end and middle stand at `place`.
pub(super) fn legend(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    scale: &Scale,
    quantity: &Quantity,
    (left, y): (f64, f64),
) -> Drawn {
    const STEPS: usize = 70;
    // Room for half of the last number.
    let long = legend_width(layout) - 20.0;
    for step in 0..STEPS {
        let at = |step: usize| left + long * step as f64 / STEPS as f64;
        let value = scale.axis.low + (scale.axis.high - scale.axis.low) * (step as f64 + 0.5) / STEPS as f64;
        let swatch = Frame { left: at(step), top: y - 6.0, right: at(step + 1), bottom: y + 6.0 };
        sheet.rectangle(swatch, filled(scale.color(value)))?;
    }
    let border = [(left, y - 6.0), (left + long, y - 6.0), (left + long, y + 6.0), (left, y + 6.0), (left, y - 6.0)];
    sheet.line(&border, stroke(AXIS, 0.75))?;
    let kind = plain(SMALL, INK);
    let widest = scale.axis.ticks.iter().map(|tick| kind.width(&scale.axis.label(*tick))).fold(0.0, f64::max);
    for tick in &thinned(scale.axis.clone(), long, widest + 8.0).ticks {
        let x = left + long * scale.axis.share(*tick);
        sheet.line(&[(x, y + 6.0), (x, y + 10.0)], stroke(AXIS, 0.75))?;
        sheet.text(x, y + 18.0, &scale.axis.label(*tick), &kind, Side::Center)?;
    }
    let muted = plain(SMALL, MUTED);
    let about = match (scale.is_difference, quantity.kind) {
        (false, _) => title(layout, quantity),
        (true, Kind::Consequence) => layout.t("Difference").to_owned(),
        (true, _) => layout.t("Difference in percentage points").to_owned(),
    };
    sheet.text(left, y - 14.0, &cut(&about, &muted, long + 20.0), &muted, Side::Left)
}
