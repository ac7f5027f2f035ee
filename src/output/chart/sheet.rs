//! The page: a sheet with its heading and footer, on which charts place text, shapes and panels.
//!
//! In: a layout, a [`Heading`], the height of the body, and a closure that draws it. Out: a page of marks. Places are in points
//! of the layout, from the page's top left corner.

use std::cell::RefCell;

use plotters::style::ShapeStyle;

use super::ChartError;
use super::axis::{Axis, thinned};
use super::font;
use super::heading::{DISCLAIMER, Heading};
use super::labels::{broken, cut};
use super::layout::Layout;
use super::mark::{Ink, Mark, Page, Place};
use super::style::{
    AXIS, GRID, HEADING, INK, MUTED, PAPER, SMALL, TEXT, TINY, TITLE, Type, UNITS, VERMILLION, filled, plain, stroke,
    strong,
};

/// Horizontal anchor of a text; vertically it is centred on its capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Center,
    Right,
}

pub(super) type Drawn = Result<(), ChartError>;

/// Edges of a rectangle on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
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

    /// The place of a value on the horizontal axis.
    pub(super) fn x(&self, axis: &Axis, value: f64) -> f64 {
        self.left + (self.right - self.left) * axis.share(value)
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn middle(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}

/// The sheet that the body is drawn on.
pub(super) struct Sheet<'p> {
    marks: &'p RefCell<Vec<Mark>>,
    has_decimal_comma: bool,
    /// Where the body begins.
    pub(super) top: f64,
}

/// Lines of text above a chart: each with its place and type.
struct Lines {
    lines: Vec<(f64, Type, String)>,
    badge: Option<(f64, String)>,
    bottom: f64,
}

/// Draws a page.
pub(super) fn page(
    layout: &Layout<'_>,
    heading: &Heading,
    body: f64,
    draw: impl FnOnce(&Sheet<'_>) -> Drawn,
) -> Result<Page, ChartError> {
    let lines = above(layout, heading);
    let (footer, foot) = below(layout, heading);
    let natural = (lines.bottom + body + foot).ceil();
    let height = layout.height.map_or(natural, |height| height.max(natural));
    let marks = RefCell::new(Vec::new());
    let has_decimal_comma = layout.words().has_decimal_comma();
    let sheet = Sheet { marks: &marks, has_decimal_comma, top: lines.bottom };
    sheet.surround(layout, &lines, (&footer, foot, height))?;
    draw(&sheet)?;
    let entries = heading.entries.clone();
    Ok(Page { width: layout.width, height, marks: marks.into_inner(), entries, title: heading.title.clone() })
}

/// How much of a page's height is not its body.
pub(super) fn surroundings(layout: &Layout<'_>, heading: &Heading) -> f64 {
    above(layout, heading).bottom + below(layout, heading).1
}

/// What stands above the body, broken to the width of the page.
fn above(layout: &Layout<'_>, heading: &Heading) -> Lines {
    let mut lines = Vec::new();
    let mut y = if layout.is_narrow() { 24.0 } else { 32.0 };
    let mut room = layout.room();
    let badge = heading.partial.as_ref().map(|partial| {
        let kind = strong(TEXT, PAPER);
        let text = cut(partial, &kind, layout.room() - 24.0);
        let wide = kind.width(&text) + 24.0;
        if wide < 0.45 * layout.room() {
            room -= wide + 16.0;
            (y, text)
        } else {
            y += 32.0;
            (y - 32.0, text)
        }
    });
    let size = if layout.is_narrow() { TITLE - 4.0 } else { TITLE };
    let title = strong(size, INK);
    for line in broken(&heading.title, &title, room, 3) {
        lines.push((y, title, line));
        y += 1.25 * size;
    }
    y -= 1.25 * size;
    let mut gap = 23.0;
    let mut add = |text: &str, kind: Type, step: f64, first: f64, most: usize| {
        y += first - step;
        for line in broken(text, &kind, layout.room(), most) {
            y += step;
            lines.push((y, kind, line));
        }
    };
    if layout.is_narrow() {
        gap = 20.0;
    }
    add(&heading.condition, plain(HEADING - 0.5, INK), 17.0, gap + 1.0, 4);
    add(&heading.reading, plain(SMALL + 0.5, MUTED), 15.0, 19.0, 8);
    if let Some(settings) = &heading.settings {
        add(settings, plain(SMALL + 0.5, VERMILLION), 15.0, 18.0, 8);
    }
    Lines { lines, badge, bottom: y + 28.0 }
}

/// The lines of the footer and its height.
fn below(layout: &Layout<'_>, heading: &Heading) -> (Vec<(String, Side)>, f64) {
    let kind = plain(TINY, MUTED);
    let disclaimer = layout.t(DISCLAIMER).to_owned();
    let wide = kind.width(&heading.origin) + 20.0 + kind.width(&disclaimer);
    if wide <= layout.room() {
        return (vec![(heading.origin.clone(), Side::Left), (disclaimer, Side::Right)], 44.0);
    }
    let mut lines: Vec<(String, Side)> =
        broken(&heading.origin, &kind, layout.room(), 5).into_iter().map(|line| (line, Side::Left)).collect();
    lines.extend(broken(&disclaimer, &kind, layout.room(), 2).into_iter().map(|line| (line, Side::Left)));
    let height = 30.0 + 14.0 * lines.len() as f64;
    (lines, height)
}

impl<'p> Sheet<'p> {
    fn surround(&self, layout: &Layout<'_>, lines: &Lines, footer: (&[(String, Side)], f64, f64)) -> Drawn {
        if let Some((y, text)) = &lines.badge {
            let kind = strong(TEXT, PAPER);
            let right = layout.right();
            let left = right - kind.width(text) - 24.0;
            self.rectangle(Frame { left, top: y - 12.0, right, bottom: y + 12.0 }, filled(VERMILLION))?;
            self.text(f64::midpoint(left, right), *y, text, &kind, Side::Center)?;
        }
        for (y, kind, text) in &lines.lines {
            self.text(layout.left(), *y, text, kind, Side::Left)?;
        }
        let (footer, foot, height) = footer;
        let rule = height - foot + 10.0;
        self.line(&[(layout.left(), rule), (layout.right(), rule)], stroke(GRID, 0.75))?;
        let beside = footer.iter().any(|(_, side)| *side == Side::Right);
        for (i, (text, side)) in footer.iter().enumerate() {
            let row = if beside { 0.0 } else { i as f64 };
            let x = if *side == Side::Right { layout.right() } else { layout.left() };
            // Versions have points in every language.
            self.exactly(x, rule + 14.0 + 14.0 * row, text, &plain(TINY, MUTED), *side);
        }
        Ok(())
    }

    fn add(&self, mark: Mark) {
        self.marks.borrow_mut().push(mark);
    }

    fn exactly(&self, x: f64, y: f64, text: &str, kind: &Type, side: Side) {
        let place = (x, y + font::CAP_HEIGHT * kind.size / 2.0);
        let Type { size, weight, color } = *kind;
        self.add(Mark::Text { place, text: text.to_owned(), size, weight, color, side, turned: false });
    }

    /// A line of text, centred vertically on its capitals.
    pub(super) fn text(&self, x: f64, y: f64, text: &str, kind: &Type, side: Side) -> Drawn {
        if self.has_decimal_comma {
            self.exactly(x, y, &with_commas(text), kind, side);
        } else {
            self.exactly(x, y, text, kind, side);
        }
        Ok(())
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
    pub(super) fn line(&self, places: &[Place], style: ShapeStyle) -> Drawn {
        self.any_line(places, style, false);
        Ok(())
    }

    /// A dashed line through the places.
    pub(super) fn dashes(&self, places: &[Place], style: ShapeStyle) {
        self.any_line(places, style, true);
    }

    fn any_line(&self, places: &[Place], style: ShapeStyle, dashed: bool) {
        let width = f64::from(style.stroke_width) / UNITS;
        if places.len() > 1 {
            self.add(Mark::Line { places: places.to_vec(), width, ink: ink(style), dashed });
        }
    }

    /// A filled area.
    pub(super) fn area(&self, corners: Vec<Place>, style: ShapeStyle) {
        if corners.len() > 2 {
            self.add(Mark::Area { corners, ink: ink(style) });
        }
    }

    /// A disc about a place.
    pub(super) fn disc(&self, x: f64, y: f64, radius: f64, style: ShapeStyle) -> Drawn {
        self.add(Mark::Disc { centre: (x, y), radius, ink: ink(style), line: None });
        Ok(())
    }

    /// A rectangle on pixel borders.
    pub(super) fn rectangle(&self, frame: Frame, style: ShapeStyle) -> Drawn {
        self.add(Mark::Box { frame, ink: ink(style) });
        Ok(())
    }

    /// Grid, ticks and tick labels of a panel whose plotting area is `frame`, labels left and below; an axis without ticks
    /// is not drawn, and no more ticks have labels than have room.
    pub(super) fn mesh(&self, frame: Frame, x: &Axis, y: &Axis) -> Drawn {
        let kind = plain(SMALL, INK);
        let widest = x.ticks.iter().map(|tick| kind.width(&x.label(*tick))).fold(0.0, f64::max);
        let x = &thinned(x.clone(), frame.width(), widest + 10.0);
        let y = &thinned(y.clone(), frame.bottom - frame.top, 17.0);
        for tick in &x.ticks {
            let at = frame.x(x, *tick);
            self.line(&[(at, frame.top), (at, frame.bottom)], stroke(GRID, 0.75))?;
        }
        for tick in &y.ticks {
            let at = frame.y(y, *tick);
            self.line(&[(frame.left, at), (frame.right, at)], stroke(GRID, 0.75))?;
        }
        if !x.ticks.is_empty() {
            self.line(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], stroke(AXIS, 1.0))?;
        }
        if !y.ticks.is_empty() {
            self.line(&[(frame.left, frame.top), (frame.left, frame.bottom)], stroke(AXIS, 1.0))?;
        }
        for tick in &x.ticks {
            let at = frame.x(x, *tick);
            self.line(&[(at, frame.bottom), (at, frame.bottom + 4.0)], stroke(AXIS, 1.0))?;
            self.text(at, frame.bottom + 14.0, &x.label(*tick), &kind, Side::Center)?;
        }
        for tick in &y.ticks {
            let at = frame.y(y, *tick);
            self.line(&[(frame.left - 4.0, at), (frame.left, at)], stroke(AXIS, 1.0))?;
            self.text(frame.left - 8.0, at, &y.label(*tick), &kind, Side::Right)?;
        }
        Ok(())
    }
}

/// Room that the labels of a vertical axis take beside a panel.
pub(super) fn label_room(y: &Axis) -> f64 {
    let kind = plain(SMALL, INK);
    y.ticks.iter().map(|tick| kind.width(&y.label(*tick))).fold(0.0, f64::max) + 12.0
}

fn ink(style: ShapeStyle) -> Ink {
    let color = plotters::style::RGBColor(style.color.0, style.color.1, style.color.2);
    Ink { color, alpha: style.color.3.clamp(0.0, 1.0) }
}

/// Decimal points as commas.
fn with_commas(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |i: Option<usize>| i.and_then(|i| letters.get(i)).is_some_and(char::is_ascii_digit);
    let comma = |(i, letter): (usize, &char)| {
        if *letter == '.' && is_digit(i.checked_sub(1)) && is_digit(Some(i + 1)) { ',' } else { *letter }
    };
    letters.iter().enumerate().map(comma).collect()
}
