//! One map: a cell for each point of a grid of two inputs, with lines of equal value or the values themselves.
//!
//! In: a [`Map`] and its scale. Out: marks within a frame. What is not told apart is hatched, points that refine the grid lie on
//! its cells, and the line of a threshold on top of all.

use plotters::style::RGBColor;

use super::super::axis::Words;
use super::super::labels::cut;
use super::super::layout::Layout;
use super::super::sheet::{Drawn, Frame, Sheet, Side};
use super::super::style::{AXIS, INK, MUTED, PAPER, SMALL, TEXT, TINY, Type, filled, plain, stroke, strong};
use super::scale::Scale;
use super::{SweepResults, short_value};
use crate::analysis::sweep::change::Change;
use crate::analysis::sweep::contour::{Place, contours};

/// The smallest cell that its value is written into.
const ROOMY: (f64, f64) = (40.0, 19.0);
/// A line shorter than this is not labelled.
const LABELLED: f64 = 70.0;

/// One map.
pub(super) struct Map {
    pub(super) title: String,
    /// Row by row from the bottom.
    pub(super) values: Vec<f64>,
    /// Whether it is of differences, which have a scale of their own.
    pub(super) is_difference: bool,
    /// What is not told apart from nothing, or from the threshold.
    pub(super) unresolved: Vec<bool>,
    /// Points between those of the grid.
    pub(super) finer: Vec<Finer>,
    /// Where the threshold is crossed, in steps of the grid.
    pub(super) lines: Vec<Vec<Place>>,
    /// Levels, and the lines on which the values equal them.
    contours: Vec<(f64, Vec<Vec<Place>>)>,
    /// The cell of the reference point.
    pub(super) reference: Option<(f64, f64)>,
}

/// A point between those of the grid.
pub(super) struct Finer {
    pub(super) column: f64,
    pub(super) row: f64,
    /// Of a cell of the grid.
    pub(super) share: f64,
    pub(super) value: f64,
    pub(super) unresolved: bool,
}

impl Map {
    pub(super) fn of(title: String, values: Vec<f64>) -> Map {
        let unresolved = vec![false; values.len()];
        let (finer, lines, contours) = (Vec::new(), Vec::new(), Vec::new());
        Map { title, values, is_difference: false, unresolved, finer, lines, contours, reference: None }
    }

    pub(super) fn of_changes(title: String, changes: &[Change]) -> Map {
        let unresolved = changes.iter().map(|change| !change.is_resolved()).collect();
        Map { unresolved, is_difference: true, ..Map::of(title, changes.iter().map(|change| change.value).collect()) }
    }
}

/// The map with its lines of equal value, at the ticks of the scale.
pub(super) fn with_lines(mut map: Map, columns: usize, scale: &Scale) -> Map {
    let levels = scale.axis.ticks.iter().filter(|tick| **tick > scale.axis.low && **tick < scale.axis.high);
    map.contours = levels.map(|&level| (level, contours(&map.values, columns, level))).collect();
    map
}

/// Of a map's title.
pub(super) fn head_type() -> Type {
    strong(TEXT + 0.5, INK)
}

/// Room for the labels left of a map.
pub(super) fn label_room(sweep: &SweepResults<'_>) -> f64 {
    let kind = plain(SMALL, INK);
    let values = sweep.space.axes[1].values.iter();
    values.map(|value| kind.width(&short_value(*value))).fold(16.0, f64::max) + 10.0
}

pub(super) fn draw(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    sweep: &SweepResults<'_>,
    frame: Frame,
    (map, title): (&Map, &[String]),
    scale: &Scale,
) -> Drawn {
    let (x, y) = (&sweep.space.axes[0].values, &sweep.space.axes[1].values);
    let (wide, high) = ((frame.right - frame.left) / x.len() as f64, (frame.bottom - frame.top) / y.len() as f64);
    let is_roomy = wide >= ROOMY.0 && high >= ROOMY.1;
    let centre = |column: f64, row: f64| (frame.left + (column + 0.5) * wide, frame.bottom - (row + 0.5) * high);
    for (index, &value) in map.values.iter().enumerate() {
        let (column, row) = ((index % x.len()) as f64, (index / x.len()) as f64);
        let left = frame.left + column * wide;
        let bottom = frame.bottom - row * high;
        let cell = Frame { left, top: bottom - high, right: left + wide, bottom };
        sheet.rectangle(cell, filled(scale.color(value)))?;
    }
    let mut finer: Vec<&Finer> = map.finer.iter().collect();
    // The finest last, on top of those that are coarser.
    finer.sort_by(|a, b| b.share.total_cmp(&a.share));
    let around = |point: &Finer| {
        let (x, y) = centre(point.column, point.row);
        let (across, up) = (point.share * wide / 2.0, point.share * high / 2.0);
        Frame { left: x - across, top: y - up, right: x + across, bottom: y + up }
    };
    for point in &finer {
        sheet.rectangle(around(point), filled(scale.color(point.value)))?;
    }
    let mut hatching = Hatching::default();
    for (index, &value) in map.values.iter().enumerate().filter(|(index, _)| map.unresolved[*index]) {
        let place = ((index % x.len()) as f64, (index / x.len()) as f64);
        let share = finer.iter().filter(|p| (p.column - place.0).abs() <= 1.0 && (p.row - place.1).abs() <= 1.0);
        let share = share.map(|p| p.share).fold(1.0, f64::min);
        let point = Finer { column: place.0, row: place.1, share, value, unresolved: true };
        hatching.cover(around(&point), scale.ink(value));
    }
    for point in finer.iter().filter(|point| point.unresolved) {
        hatching.cover(around(point), scale.ink(point.value));
    }
    hatching.draw(sheet)?;
    let mut taken: Vec<Frame> = Vec::new();
    let has_threshold = !map.lines.is_empty();
    for (level, lines) in map.contours.iter().filter(|_| !has_threshold) {
        let level = *level;
        // Every change from a point is nought at that point: there a line says nothing.
        let is_zero = map.is_difference && map.reference.is_none() && level.abs() < 1e-3 * scale.axis.step;
        // Numbers in the cells say more than lines, which would cross them out.
        if is_roomy && !is_zero {
            continue;
        }
        for line in lines {
            let places: Vec<(f64, f64)> = line.iter().map(|&(column, row)| centre(column, row)).collect();
            sheet.line(&places, stroke(INK, if is_zero { 2.25 } else { 0.9 }))?;
            if !is_roomy {
                label(sheet, &places, &scale.axis.label(level), frame, &mut taken)?;
            }
        }
    }
    for line in &map.lines {
        let places: Vec<(f64, f64)> = line.iter().map(|&(column, row)| centre(column, row)).collect();
        sheet.line(&places, stroke(PAPER, 4.5))?;
        sheet.line(&places, stroke(INK, 2.25))?;
    }
    if is_roomy {
        for (index, &value) in map.values.iter().enumerate() {
            let (column, row) = ((index % x.len()) as f64, (index / x.len()) as f64);
            // Where the grid is refined there is no room for numbers.
            if finer.iter().any(|p| (p.column - column).abs() < 1.0 && (p.row - row).abs() < 1.0) {
                continue;
            }
            let (px, py) = centre(column, row);
            let (told, kind) = (value_in_cell(scale, value), plain(SMALL, scale.ink(value)));
            if map.unresolved[index] {
                let half = kind.width(&told) / 2.0 + 2.0;
                let plate = Frame { left: px - half, top: py - 6.5, right: px + half, bottom: py + 6.5 };
                sheet.rectangle(plate, filled(scale.color(value)))?;
            }
            sheet.text(px, py, &told, &kind, Side::Center)?;
        }
    }
    if let Some((column, row)) = map.reference {
        let (px, py) = centre(column, row);
        let (across, up) = (wide / 2.0 - 1.0, high / 2.0 - 1.0);
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
        let places: Vec<(f64, f64)> = corners.iter().map(|(x, y)| (px + x * across, py + y * up)).collect();
        sheet.line(&places, stroke(INK, 2.0))?;
    }
    surround(layout, sheet, sweep, frame, title)
}

/// Thin slanting lines across cells, each drawn at one go through all cells that it crosses.
#[derive(Default)]
struct Hatching {
    pieces: Vec<Piece>,
}

/// What lies in a cell of a line, places on which have the same sum of co-ordinates.
#[derive(Clone, Copy)]
struct Piece {
    ink: RGBColor,
    /// In units of the distance between lines.
    sum: i64,
    /// From the left and to the right.
    from: f64,
    to: f64,
}

impl Hatching {
    const APART: f64 = 7.0;

    fn cover(&mut self, cell: Frame, ink: RGBColor) {
        let Frame { left, top, right, bottom } = cell;
        let first = ((left + top) / Self::APART).ceil() as i64;
        let last = ((right + bottom) / Self::APART).floor() as i64;
        for sum in first..=last {
            let along = sum as f64 * Self::APART;
            let (from, to) = (left.max(along - bottom), right.min(along - top));
            if to > from {
                self.pieces.push(Piece { ink, sum, from, to });
            }
        }
    }

    /// Pieces that touch, put together.
    fn lines(mut self) -> Vec<Piece> {
        // Of what touches up to rounding.
        const NOTHING: f64 = 1e-6;
        let line = |piece: &Piece| (piece.ink.0, piece.ink.1, piece.ink.2, piece.sum);
        self.pieces.sort_by(|a, b| line(a).cmp(&line(b)).then(a.from.total_cmp(&b.from)));
        self.pieces.dedup_by(|next, piece| {
            let goes_on = line(next) == line(piece) && next.from <= piece.to + NOTHING;
            piece.to = if goes_on { piece.to.max(next.to) } else { piece.to };
            goes_on
        });
        self.pieces
    }

    fn draw(self, sheet: &Sheet<'_>) -> Drawn {
        for Piece { ink, sum, from, to } in self.lines() {
            let along = sum as f64 * Self::APART;
            sheet.line(&[(from, along - from), (to, along - to)], stroke(ink, 0.5))?;
        }
        Ok(())
    }
}

fn value_in_cell(scale: &Scale, value: f64) -> String {
    match scale.axis.words {
        Words::Percent | Words::Points => format!("{}{:.1}", if value < 0.0 { "−" } else { "" }, 100.0 * value.abs()),
        _ => crate::output::format::number(value),
    }
}

/// A level's name on its line, where no other stands.
fn label(sheet: &Sheet<'_>, places: &[(f64, f64)], text: &str, frame: Frame, taken: &mut Vec<Frame>) -> Drawn {
    let step = |w: &[(f64, f64)]| libm::hypot(w[1].0 - w[0].0, w[1].1 - w[0].1);
    let length: f64 = places.windows(2).map(step).sum();
    if length < LABELLED {
        return Ok(());
    }
    let kind = strong(TINY, INK);
    let half = kind.width(text) / 2.0 + 3.0;
    for share in [0.5, 0.3, 0.7, 0.15, 0.85] {
        let mut left = share * length;
        let at = places.windows(2).find(|w| {
            left -= step(w);
            left <= 0.0
        });
        let Some(&[(x, y), _]) = at.and_then(|w| <&[(f64, f64); 2]>::try_from(w).ok()) else { continue };
        let plate = Frame { left: x - half, top: y - 7.0, right: x + half, bottom: y + 7.0 };
        let inside = plate.left > frame.left
            && plate.right < frame.right
            && plate.top > frame.top
            && plate.bottom < frame.bottom;
        let apart = |other: &Frame| {
            plate.right + 3.0 < other.left
                || other.right + 3.0 < plate.left
                || plate.bottom + 2.0 < other.top
                || other.bottom + 2.0 < plate.top
        };
        if inside && taken.iter().all(apart) {
            sheet.rectangle(plate, filled(PAPER))?;
            sheet.text(x, y, text, &kind, Side::Center)?;
            taken.push(plate);
            return Ok(());
        }
    }
    Ok(())
}

/// Border, values and names of the inputs, and the map's title.
fn surround(layout: &Layout<'_>, sheet: &Sheet<'_>, sweep: &SweepResults<'_>, frame: Frame, title: &[String]) -> Drawn {
    let Frame { left, top, right, bottom } = frame;
    let border = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    sheet.line(&border, stroke(AXIS, 1.0))?;
    let (x, y) = (&sweep.space.axes[0].values, &sweep.space.axes[1].values);
    let kind = plain(SMALL, INK);
    let widest = x.iter().map(|value| kind.width(&short_value(*value))).fold(10.0, f64::max) + 10.0;
    let each = frame.width() / x.len() as f64;
    for (column, value) in x.iter().enumerate().step_by(every(x, widest / each)) {
        let centre = left + (column as f64 + 0.5) * each;
        sheet.line(&[(centre, bottom), (centre, bottom + 4.0)], stroke(AXIS, 1.0))?;
        sheet.text(centre, bottom + 13.0, &short_value(*value), &kind, Side::Center)?;
    }
    let each = (bottom - top) / y.len() as f64;
    for (row, value) in y.iter().enumerate().step_by(every(y, 18.0 / each)) {
        let centre = bottom - (row as f64 + 0.5) * each;
        sheet.line(&[(left - 4.0, centre), (left, centre)], stroke(AXIS, 1.0))?;
        sheet.text(left - 7.0, centre, &short_value(*value), &kind, Side::Right)?;
    }
    let muted = plain(SMALL, MUTED);
    let name = cut(&sweep.axis_title(layout, 0), &muted, frame.width());
    sheet.text(frame.middle(), bottom + 31.0, &name, &muted, Side::Center)?;
    let edge = left - label_room(sweep);
    let up = format!("↑ {}", sweep.axis_title(layout, 1));
    sheet.text(edge, top - 11.0, &cut(&up, &muted, right - edge), &muted, Side::Left)?;
    for (i, line) in title.iter().rev().enumerate() {
        sheet.text(edge, top - 29.0 - 16.0 * i as f64, line, &head_type(), Side::Left)?;
    }
    Ok(())
}

/// Every how many values one is labelled: at least `least`, and so that the labels are as short as they can be.
fn every(values: &[f64], least: f64) -> usize {
    let least = (least.ceil().max(1.0) as usize).min(values.len());
    let longest = |every: &usize| values.iter().step_by(*every).map(|value| short_value(*value).len()).max();
    let few = (values.len().saturating_sub(1) / 4).clamp(least, 3 * least);
    (least..=few.max(least)).min_by_key(|every| (longest(every), *every)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hatch_line_is_drawn_at_one_go_through_all_cells_it_crosses() {
        const SIDE: usize = 9;
        let cell = |index: usize| {
            let (left, top) = ((index % SIDE) as f64 * 10.3, (index / SIDE) as f64 * 10.3);
            Frame { left, top, right: left + 10.3, bottom: top + 10.3 }
        };
        let hatching = |missing: Option<usize>, darker: Option<usize>| {
            let mut hatching = Hatching::default();
            for index in (0..SIDE * SIDE).filter(|index| Some(*index) != missing) {
                hatching.cover(cell(index), if Some(index) == darker { INK } else { PAPER });
            }
            hatching
        };
        let length = |pieces: &[Piece]| pieces.iter().map(|piece| piece.to - piece.from).sum::<f64>();
        for (missing, darker) in [(None, None), (Some(40), None), (None, Some(40)), (Some(0), Some(80))] {
            let pieces = hatching(missing, darker).pieces;
            let lines = hatching(missing, darker).lines();
            assert!((length(&pieces) - length(&lines)).abs() < 1e-6);
            assert!(lines.iter().all(|line| line.from < line.to));
        }
        // From border to border, one for each sum; a cell in the middle that is left out parts those that cross it.
        let (whole, parted) = (hatching(None, None).lines(), hatching(Some(40), None).lines());
        let sums: Vec<i64> = whole.iter().map(|line| line.sum).collect();
        let last = (2.0 * SIDE as f64 * 10.3 / Hatching::APART) as i64;
        assert_eq!(sums, (1..=last).collect::<Vec<_>>());
        let crossing =
            hatching(None, None).pieces.iter().filter(|piece| !hatching(Some(40), None).holds(piece)).count();
        assert!(crossing > 0);
        assert_eq!(parted.len(), whole.len() + crossing);
    }

    impl Hatching {
        fn holds(&self, piece: &Piece) -> bool {
            self.pieces.iter().any(|other| (other.sum, other.from, other.to) == (piece.sum, piece.from, piece.to))
        }
    }
}
