//! One input at a time: how far each moves a quantity from where it is when all stay as they are.

use super::super::axis::{probability_axis, row_axis, value_axis};
use super::super::heading::Heading;
use super::super::labels::cut;
use super::super::layout::Layout;
use super::super::mark::Page;
use super::super::sheet::{Frame, MARGIN, Sheet, Side, WIDTH};
use super::super::style::{AXIS, BLUE, INK, MUTED, PAPER, SMALL, TEXT, VERMILLION, filled, plain, stroke, strong};
use super::super::{ChartError, Picture};
use super::{SweepResults, laid_out, picture, short_estimate, short_value, spaced_path, stem, title};
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity};

const ROW: f64 = 34.0;
const LEGEND: f64 = 28.0;
const BELOW: f64 = 54.0;
/// Widest column of names.
const NAMES: f64 = 330.0;
/// Room beside the bars for the values of the inputs.
const VALUES: f64 = 74.0;

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
            let mut name = stem("tornado", &quantity);
            if sweep.space.cases.len() > 1 {
                name.push_str(&format!("-{}", case + 1));
            }
            pictures.push(picture(sweep, name, draw(sweep, &quantity, case, &estimates)?));
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
            swings.push(Swing { name: spaced_path(&told.name), least: *least, most: *most, middle });
        }
    }
    let centre = estimates[0].value;
    let width = |swing: &Swing| swing.most.1.value.max(centre) - swing.least.1.value.min(centre);
    swings.sort_by(|a, b| width(b).total_cmp(&width(a)));
    swings
}

fn draw(
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    case: usize,
    estimates: &[Estimate],
) -> Result<Page, ChartError> {
    let swings = swings(sweep, case, estimates);
    let centre = estimates[0];
    let reading = format!(
        "Each input goes through its values while the others stay as they are; {}. Ends with whiskers: {} intervals.",
        sweep.effort(),
        sweep.confidence()
    );
    let case_title = sweep.space.cases[case].title(sweep.space);
    let heading = |layout: &Layout<'_>| Heading::of_sweep(layout, sweep, title(quantity), &case_title, reading.clone());
    let low = estimates.iter().map(|e| e.low).fold(f64::INFINITY, f64::min);
    let high = estimates.iter().map(|e| e.high).fold(f64::NEG_INFINITY, f64::max);
    let x = match quantity.kind {
        Kind::Consequence => value_axis(low, high, 7),
        _ => probability_axis(high, 7),
    };
    let rows = swings.len() as f64 * ROW;
    laid_out(sweep, &heading, LEGEND + rows + BELOW, |_, sheet| {
        legend(sheet)?;
        let kind = plain(TEXT + 0.5, INK);
        let widest = swings.iter().map(|swing| kind.width(&swing.name)).fold(60.0, f64::max).min(NAMES);
        let frame = Frame {
            left: MARGIN + widest + VALUES + 8.0,
            top: sheet.top + LEGEND,
            right: WIDTH - MARGIN - VALUES,
            bottom: sheet.top + LEGEND + rows,
        };
        sheet.panel(frame, &x, &row_axis(swings.len()))?;
        let at = |value: f64| frame.left + (frame.right - frame.left) * x.share(value);
        let distance = |estimate: &Estimate| (estimate.value - centre.value).abs();
        for (i, swing) in swings.iter().enumerate() {
            let y = frame.top + (i as f64 + 0.5) * ROW;
            sheet.text(MARGIN, y, &cut(&swing.name, &kind, NAMES), &kind, Side::Left)?;
            let mut ends = [(swing.least, false), (swing.most, true)];
            // Of two on one side the further is drawn first, so that the nearer is seen.
            ends.sort_by(|(a, _), (b, _)| distance(&b.1).total_cmp(&distance(&a.1)));
            for ((value, estimate), is_most) in ends {
                let color = if value <= swing.middle { BLUE } else { VERMILLION };
                let ends = [at(centre.value), at(estimate.value)];
                let (left, right) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
                let bar = Frame { left, top: y - 9.0, right, bottom: y + 9.0 };
                sheet.rectangle(bar, filled(color))?;
                let (from, to) = (at(estimate.low), at(estimate.high));
                sheet.line(&[(from, y), (to, y)], stroke(INK, 0.75))?;
                let text = short_value(value);
                let beyond = if is_most { estimate.value >= centre.value } else { estimate.value <= centre.value };
                let (beside, side, ink) = match (is_most, beyond) {
                    (true, true) => (right.max(to) + 6.0, Side::Left, color),
                    (false, true) => (left.min(from) - 6.0, Side::Right, color),
                    // It stands on the other side of the middle than its bar should: the label goes into the bar.
                    (true, false) => (left.max(to) + 5.0, Side::Left, PAPER),
                    (false, false) => (right.min(from) - 5.0, Side::Right, PAPER),
                };
                if beyond || right - left > plain(SMALL, ink).width(&text) + 24.0 {
                    sheet.text(beside, y, &text, &plain(SMALL, ink), side)?;
                }
            }
        }
        sheet.line(&[(at(centre.value), frame.top - 4.0), (at(centre.value), frame.bottom)], stroke(AXIS, 1.25))?;
        let told = format!("as written: {}", short_estimate(quantity, centre.value));
        sheet.text(at(centre.value), frame.top - 11.0, &told, &strong(SMALL, INK), Side::Center)?;
        let middle = (frame.left + frame.right) / 2.0;
        sheet.text(middle, frame.bottom + 38.0, &title(quantity), &plain(SMALL, MUTED), Side::Center)
    })
}

fn legend(sheet: &Sheet<'_>) -> super::super::sheet::Drawn {
    let y = sheet.top + 2.0;
    let mut pen = MARGIN;
    for (text, color) in [("the input is lower", BLUE), ("the input is higher", VERMILLION)] {
        sheet.rectangle(Frame { left: pen, top: y - 5.0, right: pen + 18.0, bottom: y + 5.0 }, filled(color))?;
        pen = sheet.texts(pen + 25.0, y, &[(text, plain(SMALL + 0.5, INK))])? + 20.0;
    }
    Ok(())
}
