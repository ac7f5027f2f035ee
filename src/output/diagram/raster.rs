//! A drawing as a PNG: painted with the faces and the encoder of the charts.
//!
//! In: a [`Drawing`] and pixels a point. Out: bytes, the same for the same drawing.

use super::drawing::{Drawing, Pen, Place, Shape, Side};
use crate::output::chart::{ChartError, encode, font};
use plotters::style::RGBColor;
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};

/// Pixels that a picture may have: 200 million, 800 MB while it is painted.
const MOST_PIXELS: f64 = 2e8;

/// # Errors
/// If the picture would be too large, or cannot be encoded.
pub(super) fn png(drawing: &Drawing, scale: f64) -> Result<Vec<u8>, ChartError> {
    let [width, height] = [drawing.width, drawing.height].map(|points| (points * scale).ceil().max(1.0));
    let too_large = || ChartError::TooLarge { width: width as u32, height: height as u32 };
    if width * height > MOST_PIXELS {
        return Err(too_large());
    }
    let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    pixmap.fill(Color::WHITE);
    let mut easel = Easel { pixmap, place: Transform::from_scale(scale as f32, scale as f32) };
    for shape in &drawing.shapes {
        easel.paint(shape);
    }
    encode::png(&mut easel.pixmap, &drawing.entries, encode::SCREEN_DPI)
}

struct Easel {
    pixmap: Pixmap,
    place: Transform,
}

impl Easel {
    fn paint(&mut self, shape: &Shape) {
        match shape {
            Shape::Rectangle { left, top, right, bottom, radius, fill, line } => {
                let Some(path) = rounded([*left, *top, *right, *bottom], *radius) else { return };
                if let Some(fill) = fill {
                    self.fill(&path, *fill);
                }
                if let Some(line) = line {
                    self.stroke(&path, line);
                }
            }
            Shape::Curve { start, pieces, pen } => {
                let mut path = PathBuilder::new();
                path.move_to(start.0 as f32, start.1 as f32);
                for [a, b, end] in pieces {
                    path.cubic_to(a.0 as f32, a.1 as f32, b.0 as f32, b.1 as f32, end.0 as f32, end.1 as f32);
                }
                if let Some(path) = path.finish() {
                    self.stroke(&path, pen);
                }
            }
            Shape::Polygon { corners, fill } => {
                if let Some(path) = polygon(corners) {
                    self.fill(&path, *fill);
                }
            }
            Shape::Disc { middle, radius, fill } => {
                if let Some(path) = PathBuilder::from_circle(middle.0 as f32, middle.1 as f32, *radius as f32) {
                    self.fill(&path, *fill);
                }
            }
            Shape::Text { place, text, kind, side } => {
                let width = kind.width(text);
                let x = match side {
                    Side::Left => place.0,
                    Side::Middle => place.0 - width / 2.0,
                    Side::Right => place.0 - width,
                };
                let baseline = place.1 + font::CAP_HEIGHT * kind.size / 2.0;
                let at = Transform::from_translate(x as f32, baseline as f32);
                if let Some(path) = font::outline(text, kind.weight, kind.size, at) {
                    self.fill(&path, kind.color);
                }
            }
        }
    }

    fn fill(&mut self, path: &Path, color: RGBColor) {
        self.pixmap.fill_path(path, &paint(color), FillRule::Winding, self.place, None);
    }

    fn stroke(&mut self, path: &Path, pen: &Pen) {
        let dash = if pen.dashed { StrokeDash::new(vec![5.0, 3.5], 0.0) } else { None };
        let stroke = Stroke {
            width: pen.width as f32,
            line_cap: LineCap::Butt,
            line_join: LineJoin::Round,
            miter_limit: 4.0,
            dash,
        };
        self.pixmap.stroke_path(path, &paint(pen.color), &stroke, self.place, None);
    }
}

fn paint(color: RGBColor) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(color.0, color.1, color.2, 255);
    paint
}

fn polygon(corners: &[Place]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (i, corner) in corners.iter().enumerate() {
        let (x, y) = (corner.0 as f32, corner.1 as f32);
        if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.close();
    path.finish()
}

/// A rectangle whose corners are quarter circles, as cubic pieces.
fn rounded(edges: [f64; 4], radius: f64) -> Option<Path> {
    let [left, top, right, bottom] = edges.map(|edge| edge as f32);
    let r = (radius as f32).min((right - left) / 2.0).min((bottom - top) / 2.0).max(0.0);
    // The control that makes a cubic nearly a circle.
    let k = r * (1.0 - 0.552_284_8);
    let mut path = PathBuilder::new();
    path.move_to(left + r, top);
    path.line_to(right - r, top);
    path.cubic_to(right - k, top, right, top + k, right, top + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - k, right - k, bottom, right - r, bottom);
    path.line_to(left + r, bottom);
    path.cubic_to(left + k, bottom, left, bottom - k, left, bottom - r);
    path.line_to(left, top + r);
    path.cubic_to(left, top + k, left + k, top, left + r, top);
    path.close();
    path.finish()
}
