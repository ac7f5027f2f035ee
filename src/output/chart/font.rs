//! The embedded faces: Inter, regular and semibold, cut to Latin, Greek, Cyrillic, maths and arrows (licence beside them).
//!
//! In: text, weight and size. Out: its width, or its outline as one path. Knows no pixmap and no chart.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve, Point};
use tiny_skia::{Path, PathBuilder, Transform};

/// Name under which plotters knows the faces.
pub(in crate::output) const FAMILY: &str = "Inter";

pub(in crate::output) const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter_400Regular.subset.ttf");
pub(in crate::output) const SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter_600SemiBold.subset.ttf");

/// Height of a capital over the em, for both weights.
pub(in crate::output) const CAP_HEIGHT: f64 = 0.727;

/// Narrow spaces are not in the subset: they are an advance only, in em.
const NARROW_SPACE: f64 = 0.2;

/// How heavy the strokes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Weight {
    Regular,
    SemiBold,
}

struct Faces {
    regular: FontRef<'static>,
    semibold: FontRef<'static>,
}

fn faces() -> &'static Faces {
    static FACES: OnceLock<Faces> = OnceLock::new();
    FACES.get_or_init(|| Faces {
        regular: FontRef::try_from_slice(REGULAR).expect("the embedded regular face parses"),
        semibold: FontRef::try_from_slice(SEMIBOLD).expect("the embedded semibold face parses"),
    })
}

fn face(weight: Weight) -> &'static FontRef<'static> {
    match weight {
        Weight::Regular => &faces().regular,
        Weight::SemiBold => &faces().semibold,
    }
}

fn units_per_em(face: &FontRef<'_>) -> f64 {
    face.units_per_em().map_or(1000.0, f64::from)
}

/// Advance in em, and the glyph to draw if there is one.
fn advance(face: &FontRef<'_>, character: char) -> (f64, Option<GlyphId>) {
    match character {
        '\u{2009}' | '\u{202f}' => (NARROW_SPACE, None),
        '\u{a0}' => advance(face, ' '),
        _ if character.is_control() => (0.0, None),
        _ => {
            let id = face.glyph_id(character);
            (f64::from(face.h_advance_unscaled(id)) / units_per_em(face), Some(id))
        }
    }
}

/// Whether the faces have a letter, or an advance for a space.
#[cfg(test)]
pub(in crate::output) fn has_glyph(character: char) -> bool {
    [Weight::Regular, Weight::SemiBold].iter().all(|w| advance(face(*w), character).1 != Some(GlyphId(0)))
}

/// Width of a line of text, in the unit of `size`; `size` is the em.
pub(in crate::output) fn width(text: &str, weight: Weight, size: f64) -> f64 {
    let face = face(weight);
    text.chars().map(|c| advance(face, c).0).sum::<f64>() * size
}

/// Outline of a line of text that starts at the origin on its baseline, y downwards, then moved by `place`.
/// `None` when nothing is visible.
pub(in crate::output) fn outline(text: &str, weight: Weight, size: f64, place: Transform) -> Option<Path> {
    let face = face(weight);
    let scale = size / units_per_em(face);
    let mut path = PathBuilder::new();
    let mut pen = 0.0;
    for character in text.chars() {
        let (step, glyph) = advance(face, character);
        if let Some(outline) = glyph.and_then(|id| face.outline(id)) {
            let at = |p: Point| ((pen * size + f64::from(p.x) * scale) as f32, (-f64::from(p.y) * scale) as f32);
            trace(&mut path, &outline.curves, at);
        }
        pen += step;
    }
    path.finish()?.transform(place)
}

/// Adds a glyph: a flat list of curves in which a new contour begins wherever a curve does not start at the last end.
fn trace(path: &mut PathBuilder, curves: &[OutlineCurve], at: impl Fn(Point) -> (f32, f32)) {
    let mut end: Option<Point> = None;
    for curve in curves {
        let start = match curve {
            OutlineCurve::Line(a, _) | OutlineCurve::Quad(a, _, _) | OutlineCurve::Cubic(a, _, _, _) => *a,
        };
        if end != Some(start) {
            if end.is_some() {
                path.close();
            }
            let (x, y) = at(start);
            path.move_to(x, y);
        }
        let stop = match *curve {
            OutlineCurve::Line(_, b) => {
                let (x, y) = at(b);
                path.line_to(x, y);
                b
            }
            OutlineCurve::Quad(_, b, c) => {
                let ((x1, y1), (x, y)) = (at(b), at(c));
                path.quad_to(x1, y1, x, y);
                c
            }
            OutlineCurve::Cubic(_, b, c, d) => {
                let ((x1, y1), (x2, y2), (x, y)) = (at(b), at(c), at(d));
                path.cubic_to(x1, y1, x2, y2, x, y);
                d
            }
        };
        end = Some(stop);
    }
    if end.is_some() {
        path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capital_height_is_the_faces_own() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            let bounds = outline("H", weight, 1000.0, Transform::identity()).unwrap().bounds();
            assert!((f64::from(-bounds.top()) - 1000.0 * CAP_HEIGHT).abs() < 2.0, "{bounds:?}");
            assert!(bounds.bottom().abs() < 1.0);
        }
    }

    #[test]
    fn every_sign_that_charts_write_has_a_glyph() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            let missing: Vec<char> = "0123456789%<>–…·−×“”,.;:()⁰¹²³⁴⁵⁶⁷⁸⁹⁻€/"
                .chars()
                .filter(|c| face(weight).glyph_id(*c) == GlyphId(0))
                .collect();
            assert_eq!(missing, Vec::<char>::new());
        }
    }

    #[test]
    fn widths_add_up() {
        let size = 12.0;
        let whole = width("wider war", Weight::Regular, size);
        let parts = width("wider", Weight::Regular, size) + width(" war", Weight::Regular, size);
        assert!((whole - parts).abs() < 1e-9);
        assert!((width("1\u{2009}0", Weight::Regular, 10.0) - width("10", Weight::Regular, 10.0) - 2.0).abs() < 1e-9);
    }
}
