//! One input at a time: how far each moves a quantity from where it is when all stay as they are.

use super::super::axis::{probability_axis, row_axis, value_axis};
use super::super::heading::Heading;
use super::super::keys::{Keys, Swatch};
use super::super::labels::{broken, cut};
use super::super::layout::Layout;
use super::super::mark::Page;
use super::super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::super::style::{
    AXIS, BLUE, INK, MUTED, PAPER, SMALL, STRIPE, TEXT, VERMILLION, filled, plain, stroke, strong,
};
use super::super::{ChartError, Picture};
use super::{SweepResults, capital, composed, short_estimate, short_value, spaced_path, stem, title};
use crate::analysis::sweep::effort::Stop;
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity};

/// Between the legend and the bars: what is told of the middle.
const HEAD: f64 = 24.0;
const BELOW: f64 = 50.0;

/// How one input moves the quantity.
struct Swing {
    name: String,
    /// The value of the input at which the quantity is least, and the quantity there.
    least: (f64, Estimate),
    most: (f64, Estimate),
    /// The middle of the input's values.
    middle: f64,
}

pub(super) fn pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    for quantity in sweep.shown() {
        for case in 0..sweep.space.cases.len() {
            let Some(estimates) = sweep.of(case, &quantity) else { continue };
            let name = stem("tornado", &quantity, (sweep.space.cases.len() > 1).then_some(case));
            let swings = swings(sweep, case, &estimates);
            let draw = |layout: &Layout<'_>| Ok(vec![draw(layout, sweep, &quantity, case, (&estimates, &swings))?]);
            pictures.extend(composed(sweep, &name, draw)?);
        }
    }
    Ok(pictures)
}

/// The swings of all inputs, the widest first.
fn swings(sweep: &SweepResults<'_>, case: usize, estimates: &[Estimate]) -> Vec<Swing> {
    let space = sweep.space;
    let first = case as u64 * space.points_per_case();
    let mut next = 1;
    let mut swings: Vec<Swing> = Vec::new();
    for (axis, told) in space.axes.iter().enumerate() {
        let mut seen: Vec<(f64, Estimate)> = Vec::new();
        for _ in 0..told.count {
            let value = space.value(&space.point(first + next), axis);
            seen.extend(value.map(|value| (value, estimates[next as usize])));
            next += 1;
        }
        let by_estimate = |a: &&(f64, Estimate), b: &&(f64, Estimate)| a.1.value.total_cmp(&b.1.value);
        if let (Some(least), Some(most)) = (seen.iter().min_by(by_estimate), seen.iter().max_by(by_estimate)) {
            let middle = seen.iter().map(|(value, _)| value).sum::<f64>() / seen.len() as f64;
            swings.push(Swing { name: told.name.clone(), least: *least, most: *most, middle });
        }
    }
    let centre = estimates[0].value;
    let width = |swing: &Swing| swing.most.1.value.max(centre) - swing.least.1.value.min(centre);
    swings.sort_by(|a, b| width(b).total_cmp(&width(a)));
    swings
}

fn draw(
    layout: &Layout<'_>,
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    case: usize,
    (estimates, swings): (&[Estimate], &[Swing]),
) -> Result<Page, ChartError> {
    let centre = estimates[0];
    let effort = sweep.effort(layout.words());
    let reading = match sweep.effort.stop {
        Stop::Solved => {
            layout.fill("Each input goes through its values while the others stay as they are; {effort}.", &[("effort", &effort)])
        }
        _ => layout.fill(
            "Each input goes through its values while the others stay as they are; {effort}. Thin lines: {level} intervals, the error of simulation only.",
            &[("effort", &effort), ("level", &sweep.confidence())],
        ),
    };
    let case_title = sweep.space.cases[case].title(sweep.space);
    let heading = Heading::of_sweep(layout, sweep, title(layout, quantity), &case_title, reading);
    let low = estimates.iter().map(|e| e.low).fold(f64::INFINITY, f64::min);
    let high = estimates.iter().map(|e| e.high).fold(f64::NEG_INFINITY, f64::max);
    let x = match quantity.kind {
        Kind::Consequence => value_axis(low, high, 7),
        _ => probability_axis(high, 7),
    };
    let colors = [(Swatch::Fill(BLUE), "the input is lower"), (Swatch::Fill(VERMILLION), "the input is higher")];
    //= the input is lower
    //= the input is higher
    let keys = colors.map(|(swatch, words)| (swatch, layout.t(words).to_owned()));
    let keys = Keys::new(keys, layout.left(), layout.right());
    let legend = keys.height() + 4.0;
    let (kind, small) = (plain(TEXT, INK), plain(SMALL, INK));
    let most = (0.34 * layout.room()).min(250.0);
    let names: Vec<Vec<String>> =
        swings.iter().map(|swing| broken(&capital(&spaced_path(layout, &swing.name)), &kind, most, 3)).collect();
    let widest = names.iter().flatten().map(|line| kind.width(line)).fold(40.0, f64::max);
    let values = swings.iter().flat_map(|swing| [swing.least.0, swing.most.0]);
    let values = values.map(|value| small.width(&short_value(value))).fold(10.0, f64::max) + 10.0;
    let lines = names.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let row = layout.stretched(32.0, 13.0 * lines + 6.0);
    let rows = row * swings.len() as f64;
    page(layout, &heading, legend + HEAD + rows + BELOW, |sheet| {
        keys.draw(sheet, sheet.top)?;
        let top = sheet.top + legend + HEAD;
        let left = layout.left() + widest + 12.0 + values;
        let frame = Frame { left, top, right: layout.right() - values, bottom: top + rows };
        for (i, lines) in names.iter().enumerate() {
            let y = top + row * i as f64;
            if i % 2 == 0 {
                let stripe = Frame { left: layout.left(), top: y, right: layout.right(), bottom: y + row };
                sheet.rectangle(stripe, filled(STRIPE))?;
            }
            let first = y + row / 2.0 - 6.5 * (lines.len() as f64 - 1.0);
            for (k, line) in lines.iter().enumerate() {
                sheet.text(layout.left() + 4.0, first + 13.0 * k as f64, line, &kind, Side::Left)?;
            }
        }
        sheet.mesh(frame, &x, &row_axis(swings.len()))?;
        for (i, swing) in swings.iter().enumerate() {
            bars(sheet, frame, (&x, centre), swing, (top + row * (i as f64 + 0.5), 0.28 * row))?;
        }
        let at = frame.x(&x, centre.value);
        sheet.line(&[(at, frame.top - 4.0), (at, frame.bottom)], stroke(AXIS, 1.25))?;
        let bold = strong(SMALL, INK);
        let told = layout.fill("as written: {value}", &[("value", &short_estimate(quantity, centre.value))]);
        let told = cut(&told, &bold, layout.room());
        let half = bold.width(&told) / 2.0;
        let middle = at.clamp(layout.left() + half, (layout.right() - half).max(layout.left() + half));
        sheet.text(middle, frame.top - 11.0, &told, &bold, Side::Center)?;
        let muted = plain(SMALL, MUTED);
        let name = cut(&title(layout, quantity), &muted, layout.room());
        let half = muted.width(&name) / 2.0;
        let middle = frame.middle().clamp(layout.left() + half, (layout.right() - half).max(layout.left() + half));
        sheet.text(middle, frame.bottom + 34.0, &name, &muted, Side::Center)
    })
}

/// The two bars of an input, with what it is at their ends.
fn bars(
    sheet: &Sheet<'_>,
    frame: Frame,
    (x, centre): (&super::super::axis::Axis, Estimate),
    swing: &Swing,
    (y, half): (f64, f64),
) -> Drawn {
    let at = |value: f64| frame.x(x, value);
    let distance = |estimate: &Estimate| (estimate.value - centre.value).abs();
    let mut ends = [(swing.least, false), (swing.most, true)];
    // Of two on one side the further is drawn first, so that the nearer is seen.
    ends.sort_by(|(a, _), (b, _)| distance(&b.1).total_cmp(&distance(&a.1)));
    for ((value, estimate), is_most) in ends {
        let color = if value <= swing.middle { BLUE } else { VERMILLION };
        let ends = [at(centre.value), at(estimate.value)];
        let (left, right) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        sheet.rectangle(Frame { left, top: y - half, right, bottom: y + half }, filled(color))?;
        let (from, to) = (at(estimate.low), at(estimate.high));
        sheet.line(&[(from, y), (to, y)], stroke(INK, 0.75))?;
        let text = short_value(value);
        let beyond = if is_most { estimate.value >= centre.value } else { estimate.value <= centre.value };
        let ink = super::super::style::readable(color);
        let (beside, side, ink) = match (is_most, beyond) {
            (true, true) => (right.max(to) + 5.0, Side::Left, ink),
            (false, true) => (left.min(from) - 5.0, Side::Right, ink),
            // It stands on the other side of the middle than its bar should: the label goes into the bar.
            (true, false) => (left.max(to) + 5.0, Side::Left, PAPER),
            (false, false) => (right.min(from) - 5.0, Side::Right, PAPER),
        };
        if beyond || right - left > plain(SMALL, ink).width(&text) + 24.0 {
            sheet.text(beside, y, &text, &plain(SMALL, ink), side)?;
        }
    }
    Ok(())
}
