//! A page as pixels: rectangles and level or upright lines on whole pixels, everything else smoothed.
//!
//! In: a page, the look it is to have, how many pixels wide it is, what to paint on. Out: the bytes of a PNG, the same for the same page.

use tiny_skia::{
    Color, FillRule, FilterQuality, LineCap, LineJoin, Paint, Path, PathBuilder, Pattern, Pixmap, PremultipliedColorU8,
    Rect, SpreadMode, Stroke, StrokeDash, Transform,
};

use super::canvas::Canvas;
use super::look::{Hatch, Look, Painted};
use super::mark::{Ink, Mark, Page, Place};
use super::sheet::{Frame, Side};
use super::size::Size;
use super::{ChartError, encode, font};

/// Dashes of a line that is dashed by the chart itself, in points.
pub(super) const DASHES: [f64; 2] = [5.0, 3.0];

/// # Errors
/// If the picture is too large, or cannot be encoded.
pub(super) fn png(page: &Page, look: Look, size: &Size, canvas: &mut Canvas) -> Result<Vec<u8>, ChartError> {
    let (width, height) = size.pixels(page.width, page.height);
    let too_large = || ChartError::TooLarge { width, height };
    if f64::from(width) * f64::from(height) > super::size::MOST_PIXELS {
        return Err(too_large());
    }
    let mut pixmap = canvas.pixmap(width, height).ok_or_else(too_large)?;
    let paper = look.paper();
    pixmap.fill(Color::from_rgba8(paper.0, paper.1, paper.2, 255));
    let scale = (f64::from(width) / page.width) as f32;
    let mut easel = Easel { pixmap, look, scale };
    for mark in &page.marks {
        easel.paint(mark);
    }
    let bytes = encode::png(&mut easel.pixmap, &page.entries, size.dpi());
    canvas.keep(easel.pixmap);
    bytes
}

struct Easel {
    pixmap: Pixmap,
    look: Look,
    /// Pixels a point.
    scale: f32,
}

impl Easel {
    fn paint(&mut self, mark: &Mark) {
        match mark {
            Mark::Box { frame, ink } => self.fill_box(frame, *ink),
            Mark::Area { corners, ink } => {
                if let Some(path) = self.path(corners, true) {
                    self.fill(&path, *ink);
                }
            }
            Mark::Line { places, width, ink, dashed } => self.line(places, *width, *ink, *dashed),
            Mark::Disc { centre, radius, ink, line } => {
                let [x, y, r] = [centre.0, centre.1, *radius].map(|v| v as f32 * self.scale);
                let Some(path) = PathBuilder::from_circle(x, y, r) else { return };
                match line {
                    None => self.fill(&path, *ink),
                    Some(width) => self.stroke(&path, *width, *ink, None),
                }
            }
            Mark::Text { place, text, size, weight, color, side, turned } => {
                let wide = font::width(text, *weight, *size) as f32 * self.scale;
                let right = match side {
                    Side::Left => 0.0,
                    Side::Center => -wide / 2.0,
                    Side::Right => -wide,
                };
                let [mut x, mut y] = [place.0, place.1].map(|v| v as f32 * self.scale);
                // A baseline between two pixels would blur every foot of the line.
                let at = if *turned {
                    x = x.round();
                    Transform::from_row(0.0, -1.0, 1.0, 0.0, x, y - right)
                } else {
                    y = y.round();
                    Transform::from_translate(x + right, y)
                };
                let size = size * f64::from(self.scale);
                if let Some(path) = font::outline(text, *weight, size, at) {
                    let color = self.look.text(*color);
                    self.fill_plain(&path, Ink { color, alpha: 1.0 });
                }
            }
        }
    }

    fn path(&self, places: &[Place], close: bool) -> Option<Path> {
        let mut path = PathBuilder::new();
        for (i, place) in places.iter().enumerate() {
            let (x, y) = (place.0 as f32 * self.scale, place.1 as f32 * self.scale);
            if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        if close {
            path.close();
        }
        path.finish()
    }

    fn fill_plain(&mut self, path: &Path, ink: Ink) {
        self.pixmap.fill_path(path, &paint(ink, true), FillRule::Winding, Transform::identity(), None);
    }

    fn fill(&mut self, path: &Path, ink: Ink) {
        let Painted { ink, hatch, .. } = self.look.shape(ink);
        self.fill_plain(path, ink);
        if let Some(tile) = hatch.map(|hatch| tile(hatch, self.scale)) {
            let shader = Pattern::new(
                tile.as_ref(),
                SpreadMode::Repeat,
                FilterQuality::Nearest,
                ink.alpha as f32,
                Transform::identity(),
            );
            let paint = Paint { shader, anti_alias: true, ..Paint::default() };
            self.pixmap.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }

    fn fill_box(&mut self, frame: &Frame, ink: Ink) {
        let edges = [frame.left, frame.top, frame.right, frame.bottom].map(|v| (v as f32 * self.scale).round());
        let Painted { ink, hatch, .. } = self.look.shape(ink);
        self.fill_pixels(edges, ink);
        if hatch.is_some()
            && let Some(rect) = Rect::from_ltrb(edges[0], edges[1], edges[2], edges[3])
            && let Some(tile) = hatch.map(|hatch| tile(hatch, self.scale))
        {
            let shader =
                Pattern::new(tile.as_ref(), SpreadMode::Repeat, FilterQuality::Nearest, 1.0, Transform::identity());
            let paint = Paint { shader, anti_alias: false, ..Paint::default() };
            self.pixmap.fill_rect(rect, &paint, Transform::identity(), None);
        }
    }

    /// Fills whole pixels; edges left, top, right, bottom. Where nothing shines through they are the colour: for the cells of
    /// a map the rasteriser takes longer to prepare itself than to paint.
    fn fill_pixels(&mut self, [left, top, right, bottom]: [f32; 4], ink: Ink) {
        let opaque = PremultipliedColorU8::from_rgba(ink.color.0, ink.color.1, ink.color.2, alpha(ink));
        if let Some(color) = opaque.filter(|color| color.is_opaque()) {
            let (width, height) = (self.pixmap.width() as usize, self.pixmap.height() as usize);
            let [left, right] = [left, right].map(|x| (x.max(0.0) as usize).min(width));
            let [top, bottom] = [top, bottom].map(|y| (y.max(0.0) as usize).min(height));
            if left < right && top < bottom {
                let rows = self.pixmap.pixels_mut()[top * width..bottom * width].chunks_exact_mut(width);
                rows.for_each(|row| row[left..right].fill(color));
            }
        } else if let Some(rect) = Rect::from_ltrb(left, top, right, bottom)
            && rect.width() > 0.0
            && rect.height() > 0.0
        {
            self.pixmap.fill_rect(rect, &paint(ink, false), Transform::identity(), None);
        }
    }

    fn line(&mut self, places: &[Place], width: f64, ink: Ink, dashed: bool) {
        let Painted { ink: shown, dash, .. } = self.look.line(ink, width);
        match places {
            [a, b] if !dashed && dash.is_none() && (a.0 == b.0 || a.1 == b.1) => self.rule(*a, *b, width, shown),
            _ => {
                let dash = if dashed { Some(&DASHES[..]) } else { dash };
                if let Some(path) = self.path(places, false) {
                    self.stroke(&path, width, shown, dash);
                }
            }
        }
    }

    /// A level or upright line, a whole number of pixels wide and on pixel borders.
    fn rule(&mut self, a: Place, b: Place, width: f64, ink: Ink) {
        let at = |v: f64| v as f32 * self.scale;
        let wide = at(width).round().max(1.0);
        let near = |centre: f64| (at(centre) - wide / 2.0).round();
        let edges = if a.1 == b.1 {
            let y = near(a.1);
            [at(a.0.min(b.0)).round(), y, at(a.0.max(b.0)).round(), y + wide]
        } else {
            let x = near(a.0);
            [x, at(a.1.min(b.1)).round(), x + wide, at(a.1.max(b.1)).round()]
        };
        self.fill_pixels(edges, ink);
    }

    fn stroke(&mut self, path: &Path, width: f64, ink: Ink, dash: Option<&[f64]>) {
        let dashes = |dash: &[f64]| StrokeDash::new(dash.iter().map(|d| *d as f32 * self.scale).collect(), 0.0);
        let stroke = Stroke {
            width: width as f32 * self.scale,
            line_cap: LineCap::Butt,
            line_join: LineJoin::Round,
            miter_limit: 4.0,
            dash: dash.and_then(dashes),
        };
        self.pixmap.stroke_path(path, &paint(ink, true), &stroke, Transform::identity(), None);
    }
}

fn paint(ink: Ink, smooth: bool) -> Paint<'static> {
    let mut paint = Paint { anti_alias: smooth, ..Paint::default() };
    paint.set_color_rgba8(ink.color.0, ink.color.1, ink.color.2, alpha(ink));
    paint
}

fn alpha(ink: Ink) -> u8 {
    (ink.alpha * 255.0).round() as u8
}

/// The square of pixels that a hatch repeats.
fn tile(hatch: Hatch, scale: f32) -> Pixmap {
    let side = (hatch.every() as f32 * scale).round().max(4.0) as u32;
    let mut tile = Pixmap::new(side, side).expect("a tile of a few pixels");
    let color = hatch.color();
    let ink = PremultipliedColorU8::from_rgba(color.0, color.1, color.2, 255).expect("an opaque colour");
    let wide = (hatch.width() as f32 * scale).round().max(1.0) as u32;
    for (i, pixel) in tile.pixels_mut().iter_mut().enumerate() {
        let (x, y) = (i as u32 % side, i as u32 / side);
        if hatch.covers(x, y, side, wide) {
            *pixel = ink;
        }
    }
    tile
}
