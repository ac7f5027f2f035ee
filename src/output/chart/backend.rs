//! A plotters backend on tiny-skia with sub-pixel places.
//!
//! Plotters draws in whole numbers, so it is told of a canvas [`SUBDIVISION`] times the pixmap: its units are eighths
//! of a pixel. Rectangles are filled up to pixel borders without smoothing (no seams), horizontal and vertical rules
//! lie on whole pixels (no grey edges), everything else is smoothed, and text is drawn as outlines with its exact
//! spacing. Text is anchored by its ink: the box reaches from the baseline to the height of a capital.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};
use tiny_skia::{FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform};

use super::font::{self, Weight};

/// Plotters units a pixel.
pub(super) const SUBDIVISION: u32 = 8;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// A pixmap that plotters draws on.
#[derive(Debug)]
pub(super) struct Canvas<'p> {
    pixmap: &'p mut Pixmap,
}

impl<'p> Canvas<'p> {
    pub(super) fn new(pixmap: &'p mut Pixmap) -> Self {
        Self { pixmap }
    }

    fn fill(&mut self, path: &Path, color: BackendColor) {
        self.pixmap.fill_path(path, &paint(color, true), FillRule::Winding, Transform::identity(), None);
    }

    /// Fills whole pixels; corners in pixels, already on borders.
    fn fill_pixels(&mut self, left: f32, top: f32, right: f32, bottom: f32, color: BackendColor) {
        if let Some(rect) = Rect::from_ltrb(left, top, right, bottom)
            && rect.width() > 0.0
            && rect.height() > 0.0
        {
            self.pixmap.fill_rect(rect, &paint(color, false), Transform::identity(), None);
        }
    }

    /// A horizontal or vertical rule, a whole number of pixels wide and on pixel borders.
    fn rule(&mut self, from: BackendCoord, to: BackendCoord, units_wide: u32, color: BackendColor) {
        let width = pixels(units_wide as i32).round().max(1.0);
        let near = |centre: i32| (pixels(centre) - width / 2.0).round();
        if from.1 == to.1 {
            let (a, b) = (pixels(from.0.min(to.0)), pixels(from.0.max(to.0)));
            let y = near(from.1);
            self.fill_pixels(a.round(), y, b.round(), y + width, color);
        } else {
            let (a, b) = (pixels(from.1.min(to.1)), pixels(from.1.max(to.1)));
            let x = near(from.0);
            self.fill_pixels(x, a.round(), x + width, b.round(), color);
        }
    }

    fn stroke(&mut self, path: &Path, units_wide: u32, color: BackendColor, cap: LineCap) {
        let stroke = Stroke {
            width: pixels(units_wide as i32),
            line_cap: cap,
            line_join: LineJoin::Round,
            miter_limit: 4.0,
            dash: None::<StrokeDash>,
        };
        self.pixmap.stroke_path(path, &paint(color, true), &stroke, Transform::identity(), None);
    }
}

fn pixels(units: i32) -> f32 {
    units as f32 / SUBDIVISION as f32
}

fn paint(color: BackendColor, smooth: bool) -> Paint<'static> {
    let (r, g, b) = color.rgb;
    let mut paint = Paint { anti_alias: smooth, ..Paint::default() };
    paint.set_color_rgba8(r, g, b, (color.alpha.clamp(0.0, 1.0) * 255.0).round() as u8);
    paint
}

fn polyline(points: &[BackendCoord], close: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (i, point) in points.iter().enumerate() {
        let (x, y) = (pixels(point.0), pixels(point.1));
        if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    if close {
        path.close();
    }
    path.finish()
}

/// Cosine and sine of the turn, exact.
fn turn(transform: &FontTransform) -> (f32, f32) {
    match transform {
        FontTransform::None => (1.0, 0.0),
        FontTransform::Rotate90 => (0.0, 1.0),
        FontTransform::Rotate180 => (-1.0, 0.0),
        FontTransform::Rotate270 => (0.0, -1.0),
    }
}

fn weight(style: FontStyle) -> Weight {
    match style {
        FontStyle::Bold => Weight::SemiBold,
        _ => Weight::Regular,
    }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.pixmap.width() * SUBDIVISION, self.pixmap.height() * SUBDIVISION)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        if let Some(rect) = Rect::from_xywh(pixels(point.0), pixels(point.1), pixels(1), pixels(1)) {
            self.fill(&PathBuilder::from_rect(rect), color);
        }
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (left, right) = (upper_left.0.min(bottom_right.0), upper_left.0.max(bottom_right.0));
        let (top, bottom) = (upper_left.1.min(bottom_right.1), upper_left.1.max(bottom_right.1));
        let (color, width) = (style.color(), style.stroke_width());
        if fill {
            let [l, t, r, b] = [left, top, right, bottom].map(|v| pixels(v).round());
            self.fill_pixels(l, t, r, b, color);
        } else {
            for (from, to) in [
                ((left, top), (right, top)),
                ((left, bottom), (right, bottom)),
                ((left, top), (left, bottom)),
                ((right, top), (right, bottom)),
            ] {
                self.rule(from, to, width, color);
            }
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let (color, width) = (style.color(), style.stroke_width());
        let points: Vec<BackendCoord> = path.into_iter().collect();
        match points.as_slice() {
            [a, b] if a.0 == b.0 || a.1 == b.1 => self.rule(*a, *b, width, color),
            _ => {
                if let Some(path) = polyline(&points, false) {
                    self.stroke(&path, width, color, LineCap::Butt);
                }
            }
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        if let Some(path) = PathBuilder::from_circle(pixels(center.0), pixels(center.1), pixels(radius as i32)) {
            if fill {
                self.fill(&path, style.color());
            } else {
                self.stroke(&path, style.stroke_width(), style.color(), LineCap::Butt);
            }
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, vert: I, style: &S) -> Drawn {
        let points: Vec<BackendCoord> = vert.into_iter().collect();
        if let Some(path) = polyline(&points, true) {
            self.fill(&path, style.color());
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> Drawn {
        let size = style.size() / f64::from(SUBDIVISION);
        let weight = weight(style.style());
        let anchor = style.anchor();
        let right = match anchor.h_pos {
            HPos::Left => 0.0,
            HPos::Center => -font::width(text, weight, size) / 2.0,
            HPos::Right => -font::width(text, weight, size),
        } as f32;
        let down = match anchor.v_pos {
            VPos::Top => font::CAP_HEIGHT * size,
            VPos::Center => font::CAP_HEIGHT * size / 2.0,
            VPos::Bottom => 0.0,
        } as f32;
        let (cos, sin) = turn(&style.transform());
        let mut x = pixels(pos.0) + right * cos - down * sin;
        let mut y = pixels(pos.1) + right * sin + down * cos;
        // A baseline between two pixels would blur every foot of the line.
        if sin == 0.0 {
            y = y.round();
        } else if cos == 0.0 {
            x = x.round();
        }
        let place = Transform::from_row(cos, sin, -sin, cos, x, y);
        if let Some(path) = font::outline(text, weight, size, place) {
            self.fill(&path, style.color());
        }
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let width = font::width(text, weight(style.style()), style.size());
        Ok((width.ceil() as u32, (font::CAP_HEIGHT * style.size()).ceil() as u32))
    }
}
