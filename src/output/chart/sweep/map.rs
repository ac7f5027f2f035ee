//! Two varied inputs: a map with lines of equal value; three: a map for each value of the third.
//!
//! Under several policies, variants or scenarios each has its map beside the others, and where there are two, a third map
//! shows the difference, with the line on which it changes its sign.

use plotters::style::RGBColor;

use super::super::axis::{Axis, Words, value_axis};
use super::super::heading::Heading;
use super::super::labels::cut;
use super::super::layout::Layout;
use super::super::mark::Page;
use super::super::sheet::{Drawn, Frame, MARGIN, Sheet, Side, WIDTH};
use super::super::style::{AXIS, INK, MUTED, PAPER, SMALL, TEXT, TINY, filled, plain, stroke, strong};
use super::super::{ChartError, Picture};
use super::{SweepResults, laid_out, picture, short_value, spaced_path, stem, title};
use crate::analysis::sweep::change::Change;
use crate::analysis::sweep::contour::{Place, contours};
use crate::analysis::sweep::effort::Side as Lies;
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity};

const HEAD: f64 = 42.0;
const BELOW: f64 = 44.0;
const LEGEND: f64 = 58.0;
const GUTTER: f64 = 26.0;
/// Room for the labels left of a map.
const LEFT: f64 = 46.0;
/// Most maps beside one another.
const ACROSS: usize = 3;
/// The widest and the highest map.
const WIDEST: f64 = 1140.0;
const HIGHEST: f64 = 500.0;
/// The smallest cell that its value is written into.
const ROOMY: (f64, f64) = (40.0, 19.0);
/// A line shorter than this is not labelled.
const LABELLED: f64 = 70.0;

/// Pale to dark, in equal steps of lightness, told apart with any colour blindness.
const SEQUENTIAL: [RGBColor; 5] = [
    RGBColor(0xf4, 0xf8, 0xfb),
    RGBColor(0xc2, 0xdd, 0xee),
    RGBColor(0x6f, 0xb0, 0xd6),
    RGBColor(0x1f, 0x74, 0xb1),
    RGBColor(0x08, 0x36, 0x6a),
];
/// Less, the same, more.
const DIVERGING: [RGBColor; 5] = [
    RGBColor(0x0b, 0x4f, 0x8a),
    RGBColor(0x8d, 0xbf, 0xdf),
    RGBColor(0xfa, 0xfa, 0xfa),
    RGBColor(0xf0, 0xb0, 0x86),
    RGBColor(0xb2, 0x43, 0x0a),
];

/// One map.
struct Map {
    title: String,
    /// Row by row from the bottom.
    values: Vec<f64>,
    /// Whether it is of differences, which have a scale of their own.
    is_difference: bool,
    /// What is not told apart from nothing, or from the threshold.
    unresolved: Vec<bool>,
    /// Points between those of the grid.
    finer: Vec<Finer>,
    /// Where the threshold is crossed, in steps of the grid.
    lines: Vec<Vec<Place>>,
    /// The cell of the reference point.
    reference: Option<(f64, f64)>,
}

/// A point between those of the grid.
struct Finer {
    column: f64,
    row: f64,
    /// Of a cell of the grid.
    share: f64,
    value: f64,
    unresolved: bool,
}

impl Map {
    fn of(title: String, values: Vec<f64>) -> Map {
        let unresolved = vec![false; values.len()];
        let (finer, lines) = (Vec::new(), Vec::new());
        Map { title, values, is_difference: false, unresolved, finer, lines, reference: None }
    }

    fn of_changes(title: String, changes: &[Change]) -> Map {
        let unresolved = changes.iter().map(|change| !change.is_resolved()).collect();
        Map { unresolved, is_difference: true, ..Map::of(title, changes.iter().map(|change| change.value).collect()) }
    }
}

/// How values become colours.
pub(super) struct Scale {
    pub(super) axis: Axis,
    colors: &'static [RGBColor; 5],
    about: String,
}

pub(super) fn pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    let cases = sweep.space.cases.len();
    for quantity in sweep.shown() {
        let all: Vec<Option<Vec<Estimate>>> = (0..cases).map(|case| sweep.of(case, &quantity)).collect();
        // What no case has an estimate of, such as milestones where points are solved.
        if all.iter().all(Option::is_none) {
            continue;
        }
        let name = stem("map", &quantity);
        if sweep.space.axes.len() == 2 {
            let png = draw_cases(sweep, &quantity, &all)?;
            pictures.push(picture(sweep, name, png));
            continue;
        }
        for (case, estimates) in all.iter().enumerate() {
            let Some(estimates) = estimates else { continue };
            let png = draw_third(sweep, &quantity, case, estimates)?;
            let name = if cases == 1 { name.clone() } else { format!("{name}-{}", case + 1) };
            pictures.push(picture(sweep, name, png));
        }
    }
    Ok(pictures)
}

/// What is told of the design's points as a grid over the first two inputs, where the third, if there is one, has its value of
/// this index.
fn grid<T: Copy>(sweep: &SweepResults<'_>, case: usize, estimates: &[T], third: usize) -> Vec<T> {
    let space = sweep.space;
    let columns = space.axes[0].values.len();
    let mut cells = vec![estimates[0]; columns * space.axes[1].values.len()];
    for (number, estimate) in estimates.iter().enumerate() {
        let point = space.point(case as u64 * space.points_per_case() + number as u64);
        let place = |axis: usize| space.value(&point, axis).map_or(0, |value| index_of(sweep, axis, value));
        if space.axes.len() == 2 || place(2) == third {
            cells[place(1) * columns + place(0)] = *estimate;
        }
    }
    cells
}

fn draw_cases(
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    all: &[Option<Vec<Estimate>>],
) -> Result<Page, ChartError> {
    let cases = all.iter().enumerate().filter_map(|(case, estimates)| Some((case, estimates.as_ref()?)));
    let grids: Vec<(usize, String, Vec<Estimate>)> = cases
        .map(|(case, estimates)| (case, sweep.space.cases[case].title(sweep.space), grid(sweep, case, estimates, 0)))
        .collect();
    let level = sweep.level(quantity);
    let mut maps: Vec<Map> = Vec::new();
    for (case, title, cells) in &grids {
        let mut map = Map::of(title.clone(), cells.iter().map(|e| e.value).collect());
        if level.is_some() {
            with_threshold(sweep, *case, quantity, &mut map);
        }
        maps.push(map);
    }
    let scale = Scale::sequential(quantity, &maps);
    let mut notes = Vec::new();
    let mut difference = None;
    if let [(_, a, _), (_, b, _)] = grids.as_slice()
        && let Some(changes) = sweep.differences_of(quantity)
    {
        maps.push(Map::of_changes(format!("{b} less {a}"), &grid(sweep, 0, &changes, 0)));
        notes.push("Hatched difference: its sign is not told".to_owned());
    } else if let ([(case, ..)], None, Some(changes)) =
        (grids.as_slice(), level, sweep.changes_of(grids[0].0, quantity))
    {
        let point = sweep.space.point(sweep.space.reference(*case));
        let at = |axis: usize| sweep.space.value(&point, axis).unwrap_or(0.0);
        let mut map = Map::of_changes("Change from the reference point".to_owned(), &grid(sweep, *case, &changes, 0));
        map.reference = Some((index_of(sweep, 0, at(0)) as f64, index_of(sweep, 1, at(1)) as f64));
        maps[0].reference = map.reference;
        maps.push(map);
        notes.push("Framed: reference point. Hatched: not told from it".to_owned());
    }
    if let Some(map) = maps.last().filter(|map| map.is_difference) {
        difference = Some(Scale::diverging(quantity, &map.values));
    }
    if let Some(level) = level {
        let level = match quantity.kind {
            Kind::Consequence => crate::output::format::number(level),
            _ => super::super::number::share(level),
        };
        notes.push(format!("Heavy line: {level}. Hatched: not told from it"));
    }
    let grids: Vec<Vec<Estimate>> = grids.into_iter().map(|(_, _, cells)| cells).collect();
    let mut reading = reading(sweep, quantity, &grids);
    notes.iter().for_each(|note| reading.push_str(&format!(" {note}.")));
    let heading = |layout: &Layout<'_>| Heading::of_sweep(layout, sweep, title(quantity), "", reading.clone());
    sheet_of(sweep, &heading, &maps, &scale, difference.as_ref())
}

/// The line of the threshold, the points about it, and which are not told from it.
fn with_threshold(sweep: &SweepResults<'_>, case: usize, quantity: &Quantity, map: &mut Map) {
    let undecided = |number: u64| sweep.sides.get(number as usize) == Some(&Some(Lies::Undecided));
    let first = case as u64 * sweep.space.points_per_case();
    let design: Vec<bool> = (0..sweep.space.points_per_case()).map(|number| undecided(first + number)).collect();
    map.unresolved = grid(sweep, case, &design, 0);
    for (number, estimate) in sweep.finer(case, quantity) {
        let extra = &sweep.space.extra()[(number - sweep.space.designed()) as usize];
        let [column, row] = [extra.place[0], extra.place[1]];
        let (share, value, unresolved) = (extra.share, estimate.value, undecided(number));
        map.finer.push(Finer { column, row, share, value, unresolved });
    }
    if let Some(answered) = sweep.answered.iter().find(|answered| answered.case == case) {
        map.lines.clone_from(&answered.lines);
    }
}

/// Which value of an axis is nearest.
fn index_of(sweep: &SweepResults<'_>, axis: usize, value: f64) -> usize {
    let values = &sweep.space.axes[axis].values;
    let distance = |index: &usize| (values[*index] - value).abs();
    (0..values.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

fn draw_third(
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    case: usize,
    estimates: &[Estimate],
) -> Result<Page, ChartError> {
    let third = &sweep.space.axes[2];
    let mut maps = Vec::new();
    for (index, value) in third.values.iter().enumerate() {
        let cells = grid(sweep, case, estimates, index);
        let title = format!("{} {}", spaced_path(&third.name), short_value(*value));
        maps.push(Map::of(title, cells.iter().map(|e| e.value).collect()));
    }
    let scale = Scale::sequential(quantity, &maps);
    let case_title = sweep.space.cases[case].title(sweep.space);
    let heading = |layout: &Layout<'_>| {
        Heading::of_sweep(layout, sweep, title(quantity), &case_title, reading(sweep, quantity, &[estimates.to_vec()]))
    };
    sheet_of(sweep, &heading, &maps, &scale, None)
}

fn reading(sweep: &SweepResults<'_>, quantity: &Quantity, all: &[Vec<Estimate>]) -> String {
    format!(
        "A cell is a point, {}, with the same luck; lines join equal values. {}",
        sweep.effort(),
        sweep.widest(quantity, all)
    )
}

impl Scale {
    fn sequential(quantity: &Quantity, maps: &[Map]) -> Scale {
        let values: Vec<f64> = maps.iter().flat_map(|map| &map.values).copied().collect();
        Scale::of_values(quantity, &values, &SEQUENTIAL)
    }

    /// From the least to the most of the values.
    pub(super) fn of_values(quantity: &Quantity, values: &[f64], colors: &'static [RGBColor; 5]) -> Scale {
        let values = || values.iter().copied();
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let mut axis = value_axis(low, high, 6);
        if quantity.kind != Kind::Consequence {
            axis.words = Words::Percent;
            (axis.low, axis.high) = (axis.low.max(0.0), axis.high.min(1.0));
            axis.ticks.retain(|tick| (axis.low..=axis.high).contains(tick));
        }
        Scale { axis, colors, about: title(quantity) }
    }

    fn diverging(quantity: &Quantity, values: &[f64]) -> Scale {
        let size = values.iter().map(|value| value.abs()).fold(1e-9, f64::max);
        let mut axis = value_axis(-size, size, 4);
        let mut about = "Difference".to_owned();
        if quantity.kind != Kind::Consequence {
            axis.words = Words::Points;
            about.push_str(" in percentage points");
        }
        Scale { axis, colors: &DIVERGING, about }
    }

    pub(super) fn color(&self, value: f64) -> RGBColor {
        let place = self.axis.share(value) * (self.colors.len() - 1) as f64;
        let index = (place.floor() as usize).min(self.colors.len() - 2);
        let (from, to) = (self.colors[index], self.colors[index + 1]);
        let share = place - index as f64;
        let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        RGBColor(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
    }

    /// The ink that can be read on a value's colour.
    fn ink(&self, value: f64) -> RGBColor {
        let RGBColor(r, g, b) = self.color(value);
        if 2 * u32::from(r) + 5 * u32::from(g) + u32::from(b) > 8 * 130 { INK } else { PAPER }
    }
}

fn sheet_of(
    sweep: &SweepResults<'_>,
    heading: &dyn Fn(&Layout<'_>) -> Heading,
    maps: &[Map],
    scale: &Scale,
    difference: Option<&Scale>,
) -> Result<Page, ChartError> {
    let across = maps.len().clamp(1, ACROSS);
    let room = WIDTH - 2.0 * MARGIN - GUTTER * (across - 1) as f64;
    let wide = (room / across as f64 - LEFT).min(WIDEST);
    let high = (0.78 * wide).min(HIGHEST);
    let row = HEAD + high + BELOW;
    let body = row * maps.len().div_ceil(across) as f64 + LEGEND;
    laid_out(sweep, heading, body, |_, sheet| {
        for (i, map) in maps.iter().enumerate() {
            let left = MARGIN + LEFT + (i % across) as f64 * (wide + LEFT + GUTTER);
            let top = sheet.top + HEAD + (i / across) as f64 * row;
            let frame = Frame { left, top, right: left + wide, bottom: top + high };
            let own = if map.is_difference { difference.unwrap_or(scale) } else { scale };
            draw(sheet, sweep, frame, map, own)?;
        }
        let y = sheet.top + body - LEGEND + 20.0;
        legend(sheet, scale, MARGIN + LEFT, y)?;
        if let Some(difference) = difference {
            let column = (maps.len() - 1) as f64;
            legend(sheet, difference, MARGIN + column * (wide + LEFT + GUTTER) + LEFT, y)?;
        }
        Ok(())
    })
}

fn draw(sheet: &Sheet<'_>, sweep: &SweepResults<'_>, frame: Frame, map: &Map, scale: &Scale) -> Drawn {
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
    for (index, &value) in map.values.iter().enumerate().filter(|(index, _)| map.unresolved[*index]) {
        let place = ((index % x.len()) as f64, (index / x.len()) as f64);
        let share = finer.iter().filter(|p| (p.column - place.0).abs() <= 1.0 && (p.row - place.1).abs() <= 1.0);
        let share = share.map(|p| p.share).fold(1.0, f64::min);
        let point = Finer { column: place.0, row: place.1, share, value, unresolved: true };
        hatch(sheet, around(&point), scale.ink(value))?;
    }
    for point in finer.iter().filter(|point| point.unresolved) {
        hatch(sheet, around(point), scale.ink(point.value))?;
    }
    let mut taken: Vec<Frame> = Vec::new();
    let levels = scale.axis.ticks.iter().filter(|tick| **tick > scale.axis.low && **tick < scale.axis.high);
    let has_threshold = !map.lines.is_empty();
    for &level in levels.filter(|_| !has_threshold) {
        // Every change from a point is nought at that point: there a line says nothing.
        let is_zero = map.is_difference && map.reference.is_none() && level.abs() < 1e-3 * scale.axis.step;
        // Numbers in the cells say more than lines, which would cross them out.
        if is_roomy && !is_zero {
            continue;
        }
        for line in contours(&map.values, x.len(), level) {
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
    surround(sheet, sweep, frame, &map.title)
}

/// Thin lines across a cell, which go on from cell to cell.
fn hatch(sheet: &Sheet<'_>, cell: Frame, ink: RGBColor) -> Drawn {
    const APART: f64 = 7.0;
    let Frame { left, top, right, bottom } = cell;
    // Places on one line have the same sum.
    let first = ((left + top) / APART).ceil() as i64;
    let last = ((right + bottom) / APART).floor() as i64;
    for sum in (first..=last).map(|i| i as f64 * APART) {
        let (from, to) = (left.max(sum - bottom), right.min(sum - top));
        if to > from {
            sheet.line(&[(from, sum - from), (to, sum - to)], stroke(ink, 0.5))?;
        }
    }
    Ok(())
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
fn surround(sheet: &Sheet<'_>, sweep: &SweepResults<'_>, frame: Frame, title: &str) -> Drawn {
    let Frame { left, top, right, bottom } = frame;
    let border = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    sheet.line(&border, stroke(AXIS, 1.0))?;
    let (x, y) = (&sweep.space.axes[0].values, &sweep.space.axes[1].values);
    let kind = plain(SMALL, INK);
    let widest = x.iter().map(|value| kind.width(&short_value(*value))).fold(10.0, f64::max) + 10.0;
    let each = (right - left) / x.len() as f64;
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
    let middle = (left + right) / 2.0;
    sheet.text(middle, bottom + 31.0, &cut(&sweep.axis_title(0), &muted, right - left), &muted, Side::Center)?;
    let up = format!("↑ {}", sweep.axis_title(1));
    sheet.text(left - LEFT + 6.0, top - 11.0, &cut(&up, &muted, right - left + LEFT), &muted, Side::Left)?;
    let bold = strong(TEXT + 0.5, INK);
    sheet.text(left - LEFT + 6.0, top - 29.0, &cut(title, &bold, right - left + LEFT), &bold, Side::Left)
}

/// Every how many values one is labelled: at least `least`, and so that the labels are as short as they can be.
fn every(values: &[f64], least: f64) -> usize {
    let least = (least.ceil().max(1.0) as usize).min(values.len());
    let longest = |every: &usize| values.iter().step_by(*every).map(|value| short_value(*value).len()).max();
    let few = (values.len().saturating_sub(1) / 4).clamp(least, 3 * least);
    (least..=few.max(least)).min_by_key(|every| (longest(every), *every)).unwrap_or(1)
}

/// The colours with their values.
fn legend(sheet: &Sheet<'_>, scale: &Scale, left: f64, y: f64) -> Drawn {
    const LONG: f64 = 280.0;
    const STEPS: usize = 70;
    for step in 0..STEPS {
        let at = |step: usize| left + LONG * step as f64 / STEPS as f64;
        let value = scale.axis.low + (scale.axis.high - scale.axis.low) * (step as f64 + 0.5) / STEPS as f64;
        let swatch = Frame { left: at(step), top: y - 6.0, right: at(step + 1), bottom: y + 6.0 };
        sheet.rectangle(swatch, filled(scale.color(value)))?;
    }
    let border = [(left, y - 6.0), (left + LONG, y - 6.0), (left + LONG, y + 6.0), (left, y + 6.0), (left, y - 6.0)];
    sheet.line(&border, stroke(AXIS, 0.75))?;
    let kind = plain(SMALL, INK);
    for tick in &scale.axis.ticks {
        let x = left + LONG * scale.axis.share(*tick);
        sheet.line(&[(x, y + 6.0), (x, y + 10.0)], stroke(AXIS, 0.75))?;
        sheet.text(x, y + 18.0, &scale.axis.label(*tick), &kind, Side::Center)?;
    }
    sheet.text(left, y - 14.0, &scale.about, &plain(SMALL, MUTED), Side::Left)
}
