//! A plotters backend that records marks, with sub-pixel places.
//!
//! Plotters draws in whole numbers, so it is told of a canvas of [`SUBDIVISION`] units a point of the layout. Text is
//! anchored by its ink: the box reaches from the baseline to the height of a capital.

use std::cell::RefCell;
use std::convert::Infallible;

use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};

use super::font::{self, Weight};
use super::mark::{Ink, Mark, Place};
use super::sheet::{Frame, Side};

/// Plotters units a point of the layout.
pub(super) const SUBDIVISION: u32 = 16;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// The list that plotters adds to.
#[derive(Debug)]
pub(super) struct Recorder<'m> {
    marks: &'m RefCell<Vec<Mark>>,
    size: (u32, u32),
}

impl<'m> Recorder<'m> {
    /// For a page of this width and height, in points.
    pub(super) fn new(marks: &'m RefCell<Vec<Mark>>, width: f64, height: f64) -> Self {
        let size = [width, height].map(|points| (points * f64::from(SUBDIVISION)).ceil() as u32);
        Self { marks, size: (size[0], size[1]) }
    }

    fn add(&self, mark: Mark) -> Drawn {
        self.marks.borrow_mut().push(mark);
        Ok(())
    }
}

fn points(units: i32) -> f64 {
    f64::from(units) / f64::from(SUBDIVISION)
}

fn place(at: BackendCoord) -> Place {
    (points(at.0), points(at.1))
}

fn ink(color: BackendColor) -> Ink {
    let (r, g, b) = color.rgb;
    Ink { color: RGBColor(r, g, b), alpha: color.alpha.clamp(0.0, 1.0) }
}

fn weight(style: FontStyle) -> Weight {
    match style {
        FontStyle::Bold => Weight::SemiBold,
        _ => Weight::Regular,
    }
}

impl DrawingBackend for Recorder<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        let (left, top) = place(point);
        let frame = Frame { left, top, right: left + points(1), bottom: top + points(1) };
        self.add(Mark::Box { frame, ink: ink(color) })
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
        let (a, b) = (place(upper_left), place(bottom_right));
        let frame = Frame { left: a.0.min(b.0), right: a.0.max(b.0), top: a.1.min(b.1), bottom: a.1.max(b.1) };
        let Frame { left, top, right, bottom } = frame;
        let ink = ink(style.color());
        if fill {
            return self.add(Mark::Box { frame, ink });
        }
        let places = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.add(Mark::Line { places, width: points(style.stroke_width() as i32), ink, dashed: false })
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let places = path.into_iter().map(place).collect();
        let width = points(style.stroke_width() as i32);
        self.add(Mark::Line { places, width, ink: ink(style.color()), dashed: false })
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let line = (!fill).then(|| points(style.stroke_width() as i32));
        self.add(Mark::Disc { centre: place(center), radius: points(radius as i32), ink: ink(style.color()), line })
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, vert: I, style: &S) -> Drawn {
        self.add(Mark::Area { corners: vert.into_iter().map(place).collect(), ink: ink(style.color()) })
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> Drawn {
        let size = style.size() / f64::from(SUBDIVISION);
        let anchor = style.anchor();
        let side = match anchor.h_pos {
            HPos::Left => Side::Left,
            HPos::Center => Side::Center,
            HPos::Right => Side::Right,
        };
        let down = match anchor.v_pos {
            VPos::Top => font::CAP_HEIGHT * size,
            VPos::Center => font::CAP_HEIGHT * size / 2.0,
            VPos::Bottom => 0.0,
        };
        let (x, y) = place(pos);
        let turned = matches!(style.transform(), FontTransform::Rotate270);
        let place = if turned { (x + down, y) } else { (x, y + down) };
        let weight = weight(style.style());
        let color = ink(style.color()).color;
        self.add(Mark::Text { place, text: text.to_owned(), size, weight, color, side, turned })
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
