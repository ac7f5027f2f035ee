//! A plotters backend that records marks, with sub-pixel places.
//!
//! In: what plotters draws. Out: the marks of a page. Plotters draws in whole numbers, so it is told of a canvas of [`SUBDIVISION`]
//! units a point of the layout. Text does not come through here: it is set by its ink, which plotters does not know.

use std::cell::RefCell;
use std::convert::Infallible;

use plotters::style::RGBColor;
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

use super::mark::{Ink, Mark, Place};
use super::sheet::Frame;

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
}
