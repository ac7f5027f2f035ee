//! A picture as a list of shapes: one description that is painted as pixels and written as SVG.
//!
//! In: shapes in points, from the top left corner. Out: a [`Drawing`]. Draws nothing itself.

use crate::output::chart::style::Type;
use plotters::style::RGBColor;

/// A place, x to the right and y downwards.
pub(super) type Place = (f64, f64);

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pen {
    pub(super) color: RGBColor,
    pub(super) width: f64,
    pub(super) dashed: bool,
}

/// Where a text stands from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Middle,
    Right,
}

#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A rectangle with rounded corners.
    Rectangle {
        left: f64,
        top: f64,
        right: f64,
        bottom: f64,
        radius: f64,
        fill: Option<RGBColor>,
        line: Option<Pen>,
    },
    /// A smooth line: a start, then cubic Bézier pieces as two controls and an end.
    Curve {
        start: Place,
        pieces: Vec<[Place; 3]>,
        pen: Pen,
    },
    Polygon {
        corners: Vec<Place>,
        fill: RGBColor,
    },
    Disc {
        middle: Place,
        radius: f64,
        fill: RGBColor,
    },
    /// A line of text, centred vertically on its capitals.
    Text {
        place: Place,
        text: String,
        kind: Type,
        side: Side,
    },
}

/// A whole picture on white.
#[derive(Clone, Debug)]
pub(super) struct Drawing {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
    /// (keyword, text): where it comes from.
    pub(super) entries: Vec<(String, String)>,
}

impl Drawing {
    pub(super) fn text(&mut self, place: Place, text: impl Into<String>, kind: Type, side: Side) {
        self.shapes.push(Shape::Text { place, text: text.into(), kind, side });
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: Place, to: Place, pen: Pen) {
        let third = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        self.shapes.push(Shape::Curve { start: from, pieces: vec![[third(1.0 / 3.0), third(2.0 / 3.0), to]], pen });
    }
}

/// A solid line.
pub(super) fn pen(color: RGBColor, width: f64) -> Pen {
    Pen { color, width, dashed: false }
}

/// The smooth curve through places whose y never turns back: cubic Hermite pieces with the slopes of Fritsch and Carlson
/// (1980), limited so that x does not overshoot between two places either.
pub(super) fn through(places: &[Place]) -> Vec<[Place; 3]> {
    let n = places.len();
    if n < 2 {
        return Vec::new();
    }
    let step = |i: usize| places[i + 1].1 - places[i].1;
    let secant = |i: usize| if step(i) == 0.0 { 0.0 } else { (places[i + 1].0 - places[i].0) / step(i) };
    let mut slopes = vec![0.0; n];
    for (i, slope) in slopes.iter_mut().enumerate().take(n - 1).skip(1) {
        let (before, after) = (secant(i - 1), secant(i));
        if before * after > 0.0 {
            let weight = |a: f64, b: f64| (2.0 * b.abs() + a.abs(), b.abs() + 2.0 * a.abs());
            let (w1, w2) = weight(step(i - 1), step(i));
            *slope = (w1 + w2) / (w1 / before + w2 / after);
        }
    }
    slopes[0] = 1.5 * secant(0) - 0.5 * slopes[1];
    slopes[n - 1] = 1.5 * secant(n - 2) - 0.5 * slopes[n - 2];
    if n == 2 {
        slopes = vec![secant(0); 2];
    }
    (0..n - 1)
        .map(|i| {
            let (from, to) = (places[i], places[i + 1]);
            if step(i) == 0.0 {
                let third = |share: f64| (from.0 + (to.0 - from.0) * share, from.1);
                return [third(1.0 / 3.0), third(2.0 / 3.0), to];
            }
            let third = step(i) / 3.0;
            let lead = (from.0 + slopes[i] * third, from.1 + third);
            let trail = (to.0 - slopes[i + 1] * third, to.1 - third);
            [lead, trail, to]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_pass_through_their_places_without_overshoot() {
        let places = [(0.0, 0.0), (10.0, 20.0), (10.0, 40.0), (-30.0, 50.0)];
        let pieces = through(&places);
        assert_eq!(pieces.len(), 3);
        let mut start = places[0];
        for (piece, end) in pieces.iter().zip(&places[1..]) {
            assert_eq!(piece[2], *end);
            for k in 0..=20 {
                let t = f64::from(k) / 20.0;
                let u = 1.0 - t;
                let x = u * u * u * start.0
                    + 3.0 * u * u * t * piece[0].0
                    + 3.0 * u * t * t * piece[1].0
                    + t * t * t * end.0;
                assert!(x >= start.0.min(end.0) - 1e-9 && x <= start.0.max(end.0) + 1e-9, "{x}");
            }
            start = *end;
        }
        assert!(through(&places[..1]).is_empty());
    }
}
