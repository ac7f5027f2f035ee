//! Points that lie in no order, or vary many inputs: parallel coordinates.
//!
//! Each input has an upright axis, the quantity has the last; a point is a line through its values, in the colour of the
//! quantity. Lines are drawn from the least value of the quantity to the most, so that what is rare and high is seen.

use plotters::style::{Color, RGBColor, ShapeStyle};

use super::super::heading::Heading;
use super::super::labels::cut;
use super::super::layout::Layout;
use super::super::mark::Page;
use super::super::sheet::{Drawn, Frame, MARGIN, Sheet, Side, WIDTH};
use super::super::style::{AXIS, INK, PAPER, SMALL, TINY, filled, plain, stroke, strong, units};
use super::super::{ChartError, Picture};
use super::scale::Scale;
use super::{SweepResults, count, laid_out, picture, short_value, spaced_path, stem, title};
use crate::analysis::sweep::estimates::{Estimate, Quantity};

const HEAD: f64 = 54.0;
const HIGH: f64 = 430.0;
const BELOW: f64 = 34.0;
/// Room left of the first axis and right of the last.
const SIDES: f64 = 78.0;
/// The colours of the last axis.
const BAR: f64 = 16.0;
/// More lines than this are a carpet, and a file of megabytes.
const MOST: usize = 250;

/// Pale to dark in equal steps of lightness, and nothing so pale that a thin line is lost on white.
const LINES: [RGBColor; 5] = [
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
            let mut name = stem("parallel", &quantity);
            if cases > 1 {
                name.push_str(&format!("-{}", case + 1));
            }
            let png = draw(sweep, &quantity, case, &estimates)?;
            pictures.push(picture(sweep, name, png));
        }
    }
    Ok(pictures)
}

/// The values of one input over the points: the ends of its axis.
struct Input {
    name: String,
    values: Vec<Option<f64>>,
    low: f64,
    high: f64,
}

impl Input {
    fn share(&self, value: f64) -> f64 {
        if self.high > self.low { (value - self.low) / (self.high - self.low) } else { 0.5 }
    }
}

fn draw(
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    case: usize,
    estimates: &[Estimate],
) -> Result<Page, ChartError> {
    let space = sweep.space;
    let first = case as u64 * space.points_per_case();
    let drawn = spread(estimates);
    let inputs: Vec<Input> = (0..space.axes.len())
        .map(|axis| {
            let value = |&index: &usize| space.value(&space.point(first + index as u64), axis);
            let values: Vec<Option<f64>> = drawn.iter().map(value).collect();
            let told = || (0..estimates.len()).filter_map(|index| value(&index));
            let (low, high) = (told().fold(f64::INFINITY, f64::min), told().fold(f64::NEG_INFINITY, f64::max));
            Input { name: sweep.axis_title(axis), values, low, high }
        })
        .filter(|input| input.low.is_finite())
        .collect();
    let values: Vec<f64> = drawn.iter().map(|&index| estimates[index].value).collect();
    let scale = Scale::of_values(quantity, &values, &LINES);
    let shown = match estimates.len() {
        all if all > drawn.len() => {
            format!("{} of {} points, from the least estimate to the most, are lines", drawn.len(), count(all as u64))
        }
        _ => "Each point is a line".to_owned(),
    };
    let reading = format!(
        "{shown} through the values of inputs to the estimate, which gives the colour; {}. {}",
        sweep.effort(),
        sweep.widest(quantity, &[estimates.to_vec()])
    );
    let heading = |layout: &Layout<'_>| {
        Heading::of_sweep(layout, sweep, title(quantity), &space.cases[case].title(space), reading.clone())
    };
    laid_out(sweep, &heading, HEAD + HIGH + BELOW, |_, sheet| {
        let (left, right) = (MARGIN + SIDES, WIDTH - MARGIN - SIDES);
        let (top, bottom) = (sheet.top + HEAD, sheet.top + HEAD + HIGH);
        let step = (right - left) / inputs.len().max(1) as f64;
        let across = |axis: usize| left + axis as f64 * step;
        let up = |share: f64| bottom - HIGH * share;
        // Few lines are strong, many let one another through.
        let opacity = (60.0 / drawn.len().max(1) as f64).sqrt().clamp(0.25, 0.9);
        for (point, &value) in values.iter().enumerate() {
            let at = |(axis, input): (usize, &Input)| Some((across(axis), up(input.share(input.values[point]?))));
            let mut places: Vec<(f64, f64)> = inputs.iter().enumerate().filter_map(at).collect();
            places.push((right, up(scale.axis.share(value))));
            let color = scale.color(value).mix(opacity);
            sheet.line(&places, ShapeStyle { color, filled: false, stroke_width: units(1.25) as u32 })?;
        }
        for (axis, input) in inputs.iter().enumerate() {
            upright(sheet, (across(axis), top, bottom), input, step)?;
        }
        last(sheet, (right, top, bottom), &scale, quantity)
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

/// One input's axis, with its name above and its ends and middle in numbers.
fn upright(sheet: &Sheet<'_>, (x, top, bottom): (f64, f64, f64), input: &Input, step: f64) -> Drawn {
    sheet.line(&[(x, top), (x, bottom)], stroke(AXIS, 1.25))?;
    let name = strong(SMALL + 0.5, INK);
    sheet.text(x, top - 32.0, &cut(&input.name, &name, step - 14.0), &name, Side::Center)?;
    let kind = plain(SMALL, INK);
    sheet.text(x, top - 12.0, &short_value(input.high), &kind, Side::Center)?;
    if input.high > input.low {
        sheet.text(x, bottom + 13.0, &short_value(input.low), &kind, Side::Center)?;
        let (middle, kind) = ((top + bottom) / 2.0, plain(TINY, INK));
        let told = short_value((input.low + input.high) / 2.0);
        let half = kind.width(&told) / 2.0 + 3.0;
        let plate = Frame { left: x - half, top: middle - 7.0, right: x + half, bottom: middle + 7.0 };
        sheet.rectangle(plate, filled(PAPER))?;
        sheet.text(x, middle, &told, &kind, Side::Center)?;
    }
    Ok(())
}

/// The axis of the quantity: its colours, and its ticks to the right.
fn last(sheet: &Sheet<'_>, (x, top, bottom): (f64, f64, f64), scale: &Scale, quantity: &Quantity) -> Drawn {
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
    let name = strong(SMALL + 0.5, INK);
    let told = cut(&spaced_path(&quantity.name), &name, 2.0 * SIDES);
    sheet.text(WIDTH - MARGIN, top - 32.0, &told, &name, Side::Right)
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
