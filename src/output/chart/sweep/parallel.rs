//! Points that lie in no order, or vary many inputs: parallel coordinates.
//!
//! Each input has an upright axis, the quantity has the last; a point is a line through its values, in the colour of the
//! quantity. Lines are drawn from the least value of the quantity to the most, so that what is rare and high is seen.

use plotters::style::{Color, RGBColor, ShapeStyle};

use super::super::heading::Heading;
use super::super::keys::{Keys, Swatch};
use super::super::labels::{broken, spaced};
use super::super::layout::Layout;
use super::super::mark::Page;
use super::super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::super::style::{AXIS, INK, PAPER, SMALL, TINY, Type, filled, plain, stroke, strong, units};
use super::super::{ChartError, Picture};
use super::scale::Scale;
use super::{SweepResults, capital, composed, count, short_value, stem, title};
use crate::analysis::sweep::estimates::{Estimate, Quantity};

/// A line of the names above the axes, and of the numbers at their ends.
const NAME: f64 = 13.5;
const VALUE: f64 = 13.0;
/// Names have at most so many lines: where that is not enough the axes are numbered, and a key has the names.
const LINES: usize = 3;
/// The colours of the last axis.
const BAR: f64 = 16.0;
/// More lines than this are a carpet, and a file of megabytes.
const MOST: usize = 250;

/// Pale to dark in equal steps of lightness, and nothing so pale that a thin line is lost on white.
const COLORS: [RGBColor; 5] = [
    RGBColor(0xb9, 0xd4, 0xe8),
    RGBColor(0x84, 0xb9, 0xdc),
    RGBColor(0x3f, 0x90, 0xc9),
    RGBColor(0x12, 0x5f, 0x9e),
    RGBColor(0x06, 0x2f, 0x5f),
];

pub(super) fn pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    let cases = sweep.space.cases.len();
    for quantity in sweep.shown() {
        for case in 0..cases {
            let Some(estimates) = sweep.of(case, &quantity) else { continue };
            let name = stem("parallel", &quantity, (cases > 1).then_some(case));
            let drawn = spread(&estimates);
            let inputs = inputs(sweep, case, &drawn, estimates.len());
            let values: Vec<f64> = drawn.iter().map(|&index| estimates[index].value).collect();
            let scale = Scale::of_values(&quantity, &values, &COLORS);
            let bundle = Bundle { quantity: &quantity, case, estimates: &estimates, inputs, values, scale };
            pictures.extend(composed(sweep, &name, |layout| Ok(vec![draw(layout, sweep, &bundle)?]))?);
        }
    }
    Ok(pictures)
}

/// The lines of one picture.
struct Bundle<'a> {
    quantity: &'a Quantity,
    case: usize,
    /// Of all points, drawn or not.
    estimates: &'a [Estimate],
    inputs: Vec<Input>,
    /// Of the lines, in their order.
    values: Vec<f64>,
    scale: Scale,
}

/// The values of one input over the points: the ends of its axis.
struct Input {
    axis: usize,
    values: Vec<Option<f64>>,
    low: f64,
    high: f64,
}

impl Input {
    fn share(&self, value: f64) -> f64 {
        if self.high > self.low { (value - self.low) / (self.high - self.low) } else { 0.5 }
    }
}

fn inputs(sweep: &SweepResults<'_>, case: usize, drawn: &[usize], points: usize) -> Vec<Input> {
    let space = sweep.space;
    let first = case as u64 * space.points_per_case();
    let all: Vec<crate::analysis::sweep::space::Point> = (0..points as u64).map(|i| space.point(first + i)).collect();
    (0..space.axes.len())
        .map(|axis| {
            let value = |index: usize| space.value(&all[index], axis);
            let values: Vec<Option<f64>> = drawn.iter().map(|&index| value(index)).collect();
            let told = || (0..points).filter_map(value);
            let (low, high) = (told().fold(f64::INFINITY, f64::min), told().fold(f64::NEG_INFINITY, f64::max));
            Input { axis, values, low, high }
        })
        .filter(|input| input.low.is_finite())
        .collect()
}

fn reading(layout: &Layout<'_>, sweep: &SweepResults<'_>, bundle: &Bundle<'_>) -> String {
    let Bundle { quantity, estimates, values, .. } = bundle;
    let told = [
        ("some", count(values.len() as u64)),
        ("all", count(estimates.len() as u64)),
        ("effort", sweep.effort(layout.words())),
        ("widest", sweep.widest(layout, quantity, &[estimates.to_vec()])),
    ];
    let told = told.each_ref().map(|(name, value)| (*name, value.as_str()));
    if estimates.len() > values.len() {
        return layout.fill(
            "{some} of {all} points, from the least estimate to the most, are lines through the values of inputs to the estimate, which gives the colour; {effort}. {widest}",
            &told,
        );
    }
    layout.fill(
        "Each point is a line through the values of inputs to the estimate, which gives the colour; {effort}. {widest}",
        &told,
    )
}

/// What stands above the axes: names, or numbers of a key that has them.
struct Heads {
    lines: Vec<Vec<String>>,
    keys: Option<Keys>,
}

impl Heads {
    fn new(layout: &Layout<'_>, sweep: &SweepResults<'_>, bundle: &Bundle<'_>, room: f64) -> Heads {
        let mut names: Vec<String> = bundle.inputs.iter().map(|input| sweep.axis_title(layout, input.axis)).collect();
        names.push(capital(&spaced(&bundle.quantity.name)));
        let kind = name_type();
        let lines: Vec<Vec<String>> = names.iter().map(|name| broken(name, &kind, room, LINES)).collect();
        if lines.iter().flatten().all(|line| !line.ends_with('…')) {
            return Heads { lines, keys: None };
        }
        let numbers = (1..=names.len()).map(|number| vec![number.to_string()]).collect();
        let keys = names.iter().enumerate().map(|(i, name)| (Swatch::None, format!("{}\u{a0} {name}", i + 1)));
        Heads { lines: numbers, keys: Some(Keys::new(keys, layout.left(), layout.right())) }
    }
}

fn name_type() -> Type {
    strong(SMALL + 0.5, INK)
}

fn draw(layout: &Layout<'_>, sweep: &SweepResults<'_>, bundle: &Bundle<'_>) -> Result<Page, ChartError> {
    let Bundle { quantity, case, inputs, values, scale, .. } = bundle;
    let case_title = sweep.space.cases[*case].title(sweep.space);
    let heading =
        Heading::of_sweep(layout, sweep, title(layout, quantity), &case_title, reading(layout, sweep, bundle));
    let small = plain(SMALL, INK);
    let ticks = scale.axis.ticks.iter().map(|tick| small.width(&scale.axis.label(*tick))).fold(10.0, f64::max);
    let behind = (BAR + 8.0 + ticks).max(if layout.is_narrow() { 0.0 } else { 56.0 });
    let before = if layout.is_narrow() { 24.0 } else { 56.0 };
    let (left, right) = (layout.left() + before, layout.right() - behind);
    let step = (right - left) / inputs.len().max(1) as f64;
    let room =
        (step - 10.0).min(2.0 * (before + layout.margin()) - 6.0).min(2.0 * (behind + layout.margin() - BAR) - 6.0);
    let heads = Heads::new(layout, sweep, bundle, room);
    let lines = heads.lines.iter().map(Vec::len).max().unwrap_or(1) as f64;
    // Numbers that would touch stand on several rows in turn.
    let numbers = inputs.iter().flat_map(|input| [input.low, input.high]);
    let widest = numbers.map(|value| small.width(&short_value(value))).fold(0.0, f64::max) + 8.0;
    let rows = (widest / step).ceil().max(1.0);
    let keys = heads.keys.as_ref().map_or(0.0, |keys| keys.height() + 10.0);
    let head = keys + NAME * lines + VALUE * rows + 12.0;
    let high = layout.stretched(360.0, 120.0);
    page(layout, &heading, head + high + VALUE * rows + 14.0, |sheet| {
        if let Some(keys) = &heads.keys {
            keys.draw(sheet, sheet.top)?;
        }
        let (top, bottom) = (sheet.top + head, sheet.top + head + high);
        let across = |axis: usize| left + axis as f64 * step;
        let up = |share: f64| bottom - high * share;
        // Few lines are strong, many let one another through.
        let opacity = (60.0 / values.len().max(1) as f64).sqrt().clamp(0.25, 0.9);
        for (point, &value) in values.iter().enumerate() {
            let at = |(axis, input): (usize, &Input)| Some((across(axis), up(input.share(input.values[point]?))));
            let mut places: Vec<(f64, f64)> = inputs.iter().enumerate().filter_map(at).collect();
            places.push((right, up(scale.axis.share(value))));
            let color = scale.color(value).mix(opacity);
            sheet.line(&places, ShapeStyle { color, filled: false, stroke_width: units(1.25) as u32 })?;
        }
        for (axis, lines) in heads.lines.iter().enumerate() {
            let middle = if axis == inputs.len() { right + BAR / 2.0 } else { across(axis) };
            for (i, line) in lines.iter().rev().enumerate() {
                let y = top - VALUE * rows - 12.0 - NAME * i as f64;
                sheet.text(middle, y, line, &name_type(), Side::Center)?;
            }
        }
        for (axis, input) in inputs.iter().enumerate() {
            let down = VALUE * (axis % rows as usize) as f64;
            upright(sheet, (across(axis), top, bottom), input, (step, down))?;
        }
        last(sheet, (right, top, bottom), scale)
    })
}

/// The points that are drawn, from the least estimate to the most: all, or so many of them, evenly spread over that order. The
/// order of the design would not do: every second point of a Sobol' sequence lies in one half of an input.
fn spread(estimates: &[Estimate]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..estimates.len()).collect();
    order.sort_by(|&a, &b| estimates[a].value.total_cmp(&estimates[b].value));
    if order.len() <= MOST {
        return order;
    }
    (0..MOST).map(|i| order[i * (order.len() - 1) / (MOST - 1)]).collect()
}

/// One input's axis, with its ends and middle in numbers, which stand so far from it.
fn upright(sheet: &Sheet<'_>, (x, top, bottom): (f64, f64, f64), input: &Input, (step, away): (f64, f64)) -> Drawn {
    sheet.line(&[(x, top), (x, bottom)], stroke(AXIS, 1.25))?;
    let kind = plain(SMALL, INK);
    sheet.text(x, top - 11.0 - away, &short_value(input.high), &kind, Side::Center)?;
    if input.high > input.low {
        sheet.text(x, bottom + 13.0 + away, &short_value(input.low), &kind, Side::Center)?;
        let (middle, kind) = (f64::midpoint(top, bottom), plain(TINY, INK));
        let told = short_value((input.low + input.high) / 2.0);
        let half = kind.width(&told) / 2.0 + 3.0;
        if 2.0 * half < step - 2.0 {
            let plate = Frame { left: x - half, top: middle - 7.0, right: x + half, bottom: middle + 7.0 };
            sheet.rectangle(plate, filled(PAPER))?;
            sheet.text(x, middle, &told, &kind, Side::Center)?;
        }
    }
    Ok(())
}

/// The axis of the quantity: its colours, and its ticks to the right.
fn last(sheet: &Sheet<'_>, (x, top, bottom): (f64, f64, f64), scale: &Scale) -> Drawn {
    const STEPS: usize = 64;
    let high = bottom - top;
    for step in 0..STEPS {
        let at = |step: usize| bottom - high * step as f64 / STEPS as f64;
        let value = scale.axis.low + (scale.axis.high - scale.axis.low) * (step as f64 + 0.5) / STEPS as f64;
        let swatch = Frame { left: x, top: at(step + 1), right: x + BAR, bottom: at(step) };
        sheet.rectangle(swatch, filled(scale.color(value)))?;
    }
    let border = [(x, top), (x + BAR, top), (x + BAR, bottom), (x, bottom), (x, top)];
    sheet.line(&border, stroke(AXIS, 1.0))?;
    let kind = plain(SMALL, INK);
    for tick in &scale.axis.ticks {
        let y = bottom - high * scale.axis.share(*tick);
        sheet.line(&[(x + BAR, y), (x + BAR + 4.0, y)], stroke(AXIS, 1.0))?;
        sheet.text(x + BAR + 8.0, y, &scale.axis.label(*tick), &kind, Side::Left)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_points_the_least_and_the_most_and_an_even_share_between_are_drawn() {
        let at = |value: f64| Estimate { value, low: value, high: value, standard_error: 0.0, hits: None, runs: 1 };
        let estimates: Vec<Estimate> = (0..4096_u32).map(|i| at(f64::from(i.reverse_bits() >> 20))).collect();
        let drawn = spread(&estimates);
        let values: Vec<f64> = drawn.iter().map(|&index| estimates[index].value).collect();
        assert_eq!((drawn.len(), values[0], values[MOST - 1]), (MOST, 0.0, 4095.0));
        assert!(values.windows(2).all(|w| (16.0..=17.0).contains(&(w[1] - w[0]))));
        assert_eq!(spread(&estimates[..3]), [0, 2, 1]);
    }
}
