//! Colours and type of every chart.
//!
//! The hues are those of Okabe and Ito (2008), told apart with any common colour blindness; their dark and pale
//! variants extend them to twenty, ordered so that neighbours differ in lightness as well as hue.

use plotters::style::{Color, RGBColor, ShapeStyle};

use super::font::{self, Weight};

pub(in crate::output) const INK: RGBColor = RGBColor(0x1f, 0x24, 0x2b);
pub(in crate::output) const MUTED: RGBColor = RGBColor(0x5a, 0x62, 0x6d);
pub(in crate::output) const AXIS: RGBColor = RGBColor(0x3a, 0x40, 0x48);
pub(in crate::output) const GRID: RGBColor = RGBColor(0xe3, 0xe6, 0xea);
pub(in crate::output) const STRIPE: RGBColor = RGBColor(0xf5, 0xf6, 0xf8);
pub(in crate::output) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

pub(in crate::output) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
pub(in crate::output) const GREEN: RGBColor = RGBColor(0x00, 0x9e, 0x73);
pub(in crate::output) const VERMILLION: RGBColor = RGBColor(0xd5, 0x5e, 0x00);

/// Sizes of type, in points of the layout.
pub(in crate::output) const TITLE: f64 = 21.0;
pub(in crate::output) const HEADING: f64 = 14.0;
pub(in crate::output) const TEXT: f64 = 12.0;
pub(in crate::output) const SMALL: f64 = 11.0;
pub(in crate::output) const TINY: f64 = 10.0;

/// Fills that stand beside one another, such as the states of a stack.
pub(super) const FILLS: [RGBColor; 20] = [
    BLUE,
    RGBColor(0xe6, 0x9f, 0x00),
    GREEN,
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x56, 0xb4, 0xe9),
    VERMILLION,
    RGBColor(0xf0, 0xe4, 0x42),
    RGBColor(0x8c, 0x8c, 0x8c),
    RGBColor(0x00, 0x3f, 0x66),
    RGBColor(0xf7, 0xd1, 0x8a),
    RGBColor(0x00, 0x57, 0x3f),
    RGBColor(0xb3, 0xdd, 0xf5),
    RGBColor(0x7a, 0x3b, 0x61),
    RGBColor(0x99, 0xd8, 0xc7),
    RGBColor(0x8a, 0x5a, 0x00),
    RGBColor(0xd3, 0xd3, 0xd3),
    RGBColor(0x6b, 0x22, 0x00),
    RGBColor(0xeb, 0xc9, 0xdc),
    RGBColor(0x40, 0x40, 0x40),
    RGBColor(0xf2, 0xb4, 0x8c),
];

/// Thin lines on white, so nothing pale.
pub(super) const LINES: [RGBColor; 14] = [
    BLUE,
    RGBColor(0xe6, 0x9f, 0x00),
    GREEN,
    RGBColor(0xc2, 0x5f, 0x97),
    VERMILLION,
    RGBColor(0x43, 0xa5, 0xde),
    RGBColor(0x40, 0x40, 0x40),
    RGBColor(0x9a, 0x8b, 0x00),
    RGBColor(0x00, 0x3f, 0x66),
    RGBColor(0x7a, 0x3b, 0x61),
    RGBColor(0x00, 0x57, 0x3f),
    RGBColor(0x8a, 0x5a, 0x00),
    RGBColor(0x8c, 0x8c, 0x8c),
    RGBColor(0x6b, 0x22, 0x00),
];

/// The fill of the `i`-th neighbour; repeats after twenty.
pub(in crate::output) fn fill(i: usize) -> RGBColor {
    FILLS[i % FILLS.len()]
}

/// The colour of the `i`-th line; repeats after fourteen.
pub(in crate::output) fn line(i: usize) -> RGBColor {
    LINES[i % LINES.len()]
}

/// A share of white mixed in, from 0 (none) to 1.
pub(in crate::output) fn tint(color: RGBColor, white: f64) -> RGBColor {
    mix(color, PAPER, white)
}

/// The colour darkened until text in it is readable on white (luminance at most 0.18, a contrast of 4.5 to 1).
pub(in crate::output) fn readable(color: RGBColor) -> RGBColor {
    let mut ink = color;
    while luminance(ink) > 0.18 {
        ink = mix(ink, RGBColor(0, 0, 0), 0.06);
    }
    ink
}

pub(super) fn mix(from: RGBColor, to: RGBColor, share: f64) -> RGBColor {
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    RGBColor(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

/// Relative luminance, with a square in place of the sRGB curve.
pub(super) fn luminance(color: RGBColor) -> f64 {
    let linear = |c: u8| {
        let share = f64::from(c) / 255.0;
        share * share
    };
    0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
}

/// Widths of strokes are counted in so many parts of a point of the layout.
pub(in crate::output) const UNITS: f64 = 16.0;

/// Points of the layout in plotters units.
pub(in crate::output) fn units(points: f64) -> i32 {
    (points * UNITS).round() as i32
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub(in crate::output) struct Type {
    pub(in crate::output) size: f64,
    pub(in crate::output) weight: Weight,
    pub(in crate::output) color: RGBColor,
}

/// Regular text.
pub(in crate::output) fn plain(size: f64, color: RGBColor) -> Type {
    Type { size, weight: Weight::Regular, color }
}

/// Semibold text.
pub(in crate::output) fn strong(size: f64, color: RGBColor) -> Type {
    Type { size, weight: Weight::SemiBold, color }
}

impl Type {
    /// Width of a line of text, in points of the layout.
    pub(in crate::output) fn width(&self, text: &str) -> f64 {
        font::width(text, self.weight, self.size)
    }
}

/// A line of a width in points of the layout.
pub(in crate::output) fn stroke(color: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: units(width).max(1) as u32 }
}

/// A filled shape.
pub(in crate::output) fn filled(color: RGBColor) -> ShapeStyle {
    ShapeStyle { color: color.to_rgba(), filled: true, stroke_width: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linear light of an sRGB channel.
    fn linear(c: u8) -> f64 {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
    }

    /// CIELAB (D65) of linear light.
    fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
        let f = |t: f64| if t > 0.008856 { libm::cbrt(t) } else { 7.787 * t + 16.0 / 116.0 };
        let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
        let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
        let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    }

    fn seen(color: RGBColor) -> [f64; 3] {
        lab([linear(color.0), linear(color.1), linear(color.2)])
    }

    /// As a deuteranope sees it (Viénot, Brettel and Mollon 1999, on linear light).
    fn seen_without_green(color: RGBColor) -> [f64; 3] {
        let [r, g, b] = [linear(color.0), linear(color.1), linear(color.2)];
        let red_green = 0.29275 * r + 0.70725 * g;
        lab([red_green, red_green, (-0.02234 * r + 0.02234 * g + b).clamp(0.0, 1.0)])
    }

    #[test]
    fn sixteen_fills_differ_and_neighbours_differ_for_a_deuteranope() {
        for i in 0..FILLS.len() {
            for j in 0..i {
                let d = distance(seen(fill(i)), seen(fill(j)));
                assert!(d > 14.0, "fills {j} and {i} are {d:.1} apart");
            }
            let next = (i + 1) % FILLS.len();
            let d = distance(seen_without_green(fill(i)), seen_without_green(fill(next)));
            assert!(d > 18.0, "neighbours {i} and {next} are {d:.1} apart for a deuteranope");
        }
    }

    #[test]
    fn readable_ink_is_dark_enough() {
        for i in 0..FILLS.len() {
            assert!(luminance(readable(fill(i))) <= 0.18);
        }
        assert_eq!(readable(INK), INK);
    }
}
