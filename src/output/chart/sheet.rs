//! The page: a white sheet with its heading and footer, on which charts place text, shapes and panels.
//!
//! In: a [`Heading`], the height of the body, and a closure that draws it. Out: the bytes of a PNG. Places are in
//! points of the layout (two pixels), from the page's top left corner.

use plotters::coord::Shift;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, DrawingArea, IntoDrawingArea, PathElement, Polygon, Rectangle,
};
use plotters::style::ShapeStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use tiny_skia::{Color, Pixmap};

use super::ChartError;
use super::axis::Axis;
use super::backend::Canvas;
use super::heading::{DISCLAIMER, Heading};
use super::labels::cut;
use super::style::{
    AXIS, GRID, HEADING, INK, MUTED, PAPER, SMALL, TEXT, TINY, TITLE, Type, VERMILLION, filled, plain, stroke, strong,
    units,
};
use super::{encode, font};

/// Width of every page: 2480 pixels.
pub(super) const WIDTH: f64 = 1240.0;
/// Left and right of everything.
pub(super) const MARGIN: f64 = 32.0;
/// From the top of the page to the body, without the line of settings.
const TOP: f64 = 106.0;
const SETTINGS: f64 = 17.0;
const FOOTER: f64 = 46.0;

/// Horizontal anchor of a text; vertically it is centred on its capitals.
pub(super) type Side = HPos;

pub(super) type Drawn = Result<(), ChartError>;

/// A panel with two continuous axes.
pub(super) type Panel<'p> = ChartContext<'p, Canvas<'p>, Cartesian2d<Axis, Axis>>;

/// Turns what plotters reports into our error.
pub(super) fn drawing(error: impl std::fmt::Display) -> ChartError {
    ChartError::Drawing(error.to_string())
}

/// Edges of a rectangle on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Frame {
    /// The place of a value on the vertical axis.
    pub(super) fn y(&self, axis: &Axis, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * axis.share(value)
    }
}

/// The sheet that the body is drawn on.
pub(super) struct Sheet<'p> {
    root: DrawingArea<Canvas<'p>, Shift>,
    /// Where the body begins.
    pub(super) top: f64,
}

/// Draws a page and encodes it.
pub(super) fn page(
    heading: &Heading,
    body: f64,
    draw: impl FnOnce(&Sheet<'_>) -> Drawn,
) -> Result<Vec<u8>, ChartError> {
    font::register();
    let top = TOP + if heading.settings.is_some() { SETTINGS } else { 0.0 };
    let height = (top + body + FOOTER).ceil();
    let [width_px, height_px] = [WIDTH, height].map(|points| (2.0 * points) as u32);
    let too_large = ChartError::TooLarge { width: width_px, height: height_px };
    let mut pixmap = Pixmap::new(width_px, height_px).ok_or(too_large)?;
    pixmap.fill(Color::WHITE);
    {
        let sheet = Sheet { root: Canvas::new(&mut pixmap).into_drawing_area(), top };
        sheet.surround(heading, height)?;
        draw(&sheet)?;
        sheet.root.present().map_err(drawing)?;
    }
    encode::png(&pixmap, &heading.entries)
}

impl<'p> Sheet<'p> {
    fn surround(&self, heading: &Heading, height: f64) -> Drawn {
        let mut room = WIDTH - 2.0 * MARGIN;
        if let Some(partial) = &heading.partial {
            let kind = strong(TEXT, PAPER);
            let wide = kind.width(partial) + 24.0;
            let right = WIDTH - MARGIN;
            self.rectangle(Frame { left: right - wide, top: 20.0, right, bottom: 44.0 }, filled(VERMILLION))?;
            self.text(right - wide / 2.0, 32.0, partial, &kind, Side::Center)?;
            room -= wide + 20.0;
        }
        let title = strong(TITLE, INK);
        self.text(MARGIN, 32.0, &cut(&heading.title, &title, room), &title, Side::Left)?;
        let room = WIDTH - 2.0 * MARGIN;
        let mut lines = vec![
            (57.0, plain(HEADING - 0.5, INK), heading.condition.as_str()),
            (77.0, plain(SMALL + 0.5, MUTED), heading.reading.as_str()),
        ];
        if let Some(settings) = &heading.settings {
            lines.push((77.0 + SETTINGS, plain(SMALL + 0.5, VERMILLION), settings));
        }
        for (y, kind, text) in lines {
            self.text(MARGIN, y, &cut(text, &kind, room), &kind, Side::Left)?;
        }
        let foot = height - 20.0;
        self.line(&[(MARGIN, foot - 14.0), (WIDTH - MARGIN, foot - 14.0)], stroke(GRID, 0.5))?;
        let kind = plain(TINY, MUTED);
        let room = room - kind.width(DISCLAIMER) - 24.0;
        self.text(MARGIN, foot, &cut(&heading.origin, &kind, room), &kind, Side::Left)?;
        self.text(WIDTH - MARGIN, foot, DISCLAIMER, &kind, Side::Right)
    }

    /// A line of text, centred vertically on its capitals.
    pub(super) fn text(&self, x: f64, y: f64, text: &str, kind: &Type, side: Side) -> Drawn {
        let style = kind.plotters().pos(Pos::new(side, VPos::Center));
        self.root.draw_text(text, &style, (units(x), units(y))).map_err(drawing)
    }

    /// Texts after one another on a line, from the left; tells where the last one ends.
    pub(super) fn texts(&self, x: f64, y: f64, parts: &[(&str, Type)]) -> Result<f64, ChartError> {
        let mut pen = x;
        for (text, kind) in parts {
            self.text(pen, y, text, kind, Side::Left)?;
            pen += kind.width(text);
        }
        Ok(pen)
    }

    /// A line through the places.
    pub(super) fn line(&self, places: &[(f64, f64)], style: ShapeStyle) -> Drawn {
        let places: Vec<(i32, i32)> = places.iter().map(|p| (units(p.0), units(p.1))).collect();
        self.root.draw(&PathElement::new(places, style)).map_err(drawing)
    }

    /// A disc about a place.
    pub(super) fn disc(&self, x: f64, y: f64, radius: f64, style: ShapeStyle) -> Drawn {
        let corner = |i: u32| {
            let angle = std::f64::consts::TAU * f64::from(i) / 48.0;
            (units(x + radius * libm::cos(angle)), units(y + radius * libm::sin(angle)))
        };
        self.root.draw(&Polygon::new((0..48).map(corner).collect::<Vec<_>>(), style)).map_err(drawing)
    }

    /// A rectangle on pixel borders.
    pub(super) fn rectangle(&self, frame: Frame, style: ShapeStyle) -> Drawn {
        let corners = [(units(frame.left), units(frame.top)), (units(frame.right), units(frame.bottom))];
        self.root.draw(&Rectangle::new(corners, style)).map_err(drawing)
    }

    /// A panel whose plotting area is `frame`, with its grid, ticks and tick labels left and below; an axis without
    /// ticks is not drawn.
    pub(super) fn panel(&self, frame: Frame, x: &Axis, y: &Axis) -> Result<Panel<'p>, ChartError> {
        const LEFT: f64 = 64.0;
        const BELOW: f64 = 26.0;
        let left = if y.ticks.is_empty() { 0.0 } else { LEFT };
        let below = if x.ticks.is_empty() { 0.0 } else { BELOW };
        let place = (units(frame.left - left), units(frame.top));
        let size = (units(frame.right - frame.left + left), units(frame.bottom - frame.top + below));
        let area = self.root.clone().shrink(place, size);
        let mut builder = ChartBuilder::on(&area);
        builder.y_label_area_size(units(left)).x_label_area_size(units(below));
        let mut panel = builder.build_cartesian_2d(x.clone(), y.clone()).map_err(drawing)?;
        panel
            .configure_mesh()
            .bold_line_style(stroke(GRID, 0.5))
            .axis_style(stroke(AXIS, 1.0))
            .label_style(plain(SMALL, INK).plotters())
            .set_all_tick_mark_size(units(4.0))
            .draw()
            .map_err(drawing)?;
        Ok(panel)
    }
}
