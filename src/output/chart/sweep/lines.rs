//! One varied input: how quantities go with it, with bands of their intervals.
//!
//! Of one case the outcomes stand together on a page, and so do the milestones; of several cases each quantity has a page
//! with a line for each case. Consequences have a page each.

use plotters::prelude::Polygon;
use plotters::style::Color;

use super::super::axis::{Axis, Words, probability_axis, value_axis};
use super::super::direct::{self, Ending};
use super::super::heading::Heading;
use super::super::incidence::line;
use super::super::labels::spaced;
use super::super::layout::Layout;
use super::super::mark::Page as Drawing;
use super::super::sheet::{Drawn, Frame, MARGIN, Sheet, Side, WIDTH, drawing};
use super::super::style::{self, MUTED, SMALL, STRIPE, filled, plain, stroke};
use super::super::{ChartError, Picture};
use super::{SweepResults, laid_out, picture, short_estimate, stem, title};
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity};
use crate::analysis::sweep::threshold::Crossing;

const PLOT: f64 = 400.0;
const BELOW: f64 = 56.0;
const LEFT: f64 = MARGIN + 62.0;
/// Values whose ends are so many times apart, and that have equal ratios, are told on a log scale.
const LOG: f64 = 10.0;

/// What one page shows.
struct Page<'q> {
    stem: String,
    title: String,
    quantity: &'q Quantity,
    lines: Vec<(String, Vec<At>)>,
    /// The places at which the threshold is crossed, each between two points that are told apart.
    crossings: Vec<Crossing>,
}

/// An estimate at a value of the input.
type At = (f64, Estimate);

pub(super) fn pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    let quantities = sweep.shown();
    let pages = pages(sweep, &quantities);
    pages.iter().map(|page| Ok(picture(sweep, page.stem.clone(), draw(sweep, page)?))).collect()
}

fn pages<'q>(sweep: &SweepResults<'_>, quantities: &'q [Quantity]) -> Vec<Page<'q>> {
    let cases = &sweep.space.cases;
    let mut pages: Vec<Page<'q>> = Vec::new();
    for quantity in quantities {
        let together = match quantity.kind {
            Kind::Outcome => Some(("outcomes", "How the runs end")),
            Kind::Milestone => Some(("milestones", "What is passed on the way")),
            Kind::Consequence => None,
        };
        match together {
            Some((name, heading)) if cases.len() == 1 => {
                let Some(estimates) = along(sweep, 0, quantity) else { continue };
                let line = (spaced(&quantity.name), estimates);
                let crossings = crossings(sweep, quantity);
                match pages.iter_mut().find(|page| page.stem == name) {
                    Some(page) => {
                        page.lines.push(line);
                        page.crossings.extend(crossings);
                    }
                    None => pages.push(Page {
                        crossings,
                        stem: name.to_owned(),
                        title: heading.to_owned(),
                        quantity,
                        lines: vec![line],
                    }),
                }
            }
            _ => {
                let lines: Vec<(String, Vec<At>)> = (0..cases.len())
                    .filter_map(|case| Some((cases[case].title(sweep.space), along(sweep, case, quantity)?)))
                    .collect();
                if !lines.is_empty() {
                    let (stem, title) = (stem("line", quantity), title(quantity));
                    let crossings = crossings(sweep, quantity);
                    pages.push(Page { stem, title, quantity, lines, crossings });
                }
            }
        }
    }
    pages
}

/// The estimates of a quantity in the order of the input, with the points by which the grid is refined.
fn along(sweep: &SweepResults<'_>, case: usize, quantity: &Quantity) -> Option<Vec<At>> {
    let first = case as u64 * sweep.space.points_per_case();
    let design = (first..).zip(sweep.of(case, quantity)?);
    let value = |number: u64| sweep.space.value(&sweep.space.point(number), 0).unwrap_or(0.0);
    let mut all: Vec<At> =
        design.chain(sweep.finer(case, quantity)).map(|(number, estimate)| (value(number), estimate)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    Some(all)
}

/// Where a quantity crosses the threshold, if it has one.
fn crossings(sweep: &SweepResults<'_>, quantity: &Quantity) -> Vec<Crossing> {
    if sweep.level(quantity).is_none() {
        return Vec::new();
    }
    sweep.answered.iter().flat_map(|answered| answered.crossings.iter().copied()).collect()
}

fn draw(sweep: &SweepResults<'_>, told: &Page<'_>) -> Result<Drawing, ChartError> {
    let estimates = || told.lines.iter().flat_map(|(_, estimates)| estimates).map(|(_, estimate)| estimate);
    let y = match told.quantity.kind {
        Kind::Consequence => {
            let low = estimates().map(|e| e.low).fold(f64::INFINITY, f64::min);
            value_axis(low, estimates().map(|e| e.high).fold(f64::NEG_INFINITY, f64::max), 6)
        }
        _ => probability_axis(estimates().map(|e| e.high).fold(0.0, f64::max), 6),
    };
    let (x, is_log) = input_axis(sweep);
    let level = told.crossings.first().and(sweep.effort.threshold.as_ref()).map(|threshold| threshold.value);
    let mut reading = format!(
        "{} values, {}; bands are {} intervals, the error of simulation only. All points share their luck.",
        told.lines.first().map_or(0, |(_, estimates)| estimates.len()),
        sweep.effort(),
        sweep.confidence()
    );
    if level.is_some() {
        reading.push_str(" Grey: where the threshold is crossed.");
    }
    let heading = |layout: &Layout<'_>| Heading::of_sweep(layout, sweep, told.title.clone(), "", reading.clone());
    let plot = PLOT.max(told.lines.len() as f64 * direct::GAP + 20.0);
    laid_out(sweep, &heading, plot + BELOW, |layout, sheet| {
        let anywhere = Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        let right = WIDTH - MARGIN - direct::room(layout, &endings(told, anywhere, &y));
        let frame = Frame { left: LEFT, top: sheet.top + 8.0, right, bottom: sheet.top + 8.0 + plot };
        let shown = |value: f64| if is_log { libm::log10(value) } else { value };
        if let Some(level) = level {
            let across = |value: f64| frame.left + (frame.right - frame.left) * x.share(shown(value));
            for crossing in &told.crossings {
                let (left, right) = (across(crossing.low), across(crossing.high).max(across(crossing.low) + 1.0));
                sheet.rectangle(Frame { left, right, ..frame }, filled(STRIPE))?;
            }
            let at = frame.y(&y, level);
            sheet.line(&[(frame.left, at), (frame.right, at)], stroke(MUTED, 1.25))?;
        }
        panel(sheet, told, frame, (&x, &y), shown)?;
        direct::draw(layout, sheet, frame, &endings(told, frame, &y))?;
        let below = frame.bottom + 34.0;
        let middle = (frame.left + frame.right) / 2.0;
        sheet.text(middle, below, &sweep.axis_title(0), &plain(SMALL + 0.5, MUTED), Side::Center)
    })
}

fn panel(
    sheet: &Sheet<'_>,
    told: &Page<'_>,
    frame: Frame,
    (x, y): (&Axis, &Axis),
    shown: impl Fn(f64) -> f64,
) -> Drawn {
    let mut panel = sheet.panel(frame, x, y)?;
    let places = |estimates: &[At], value: fn(&Estimate) -> f64| -> Vec<(f64, f64)> {
        estimates.iter().map(|(x, estimate)| (shown(*x), value(estimate))).collect()
    };
    for (i, (_, estimates)) in told.lines.iter().enumerate() {
        let down = places(estimates, |e| e.low).into_iter().rev();
        let band: Vec<(f64, f64)> = places(estimates, |e| e.high).into_iter().chain(down).collect();
        panel.draw_series([Polygon::new(band, style::line(i).mix(0.2))]).map_err(drawing)?;
    }
    for (i, (_, estimates)) in told.lines.iter().enumerate() {
        line(&mut panel, places(estimates, |e| e.value), stroke(style::line(i), 1.75))?;
    }
    for (i, (_, estimates)) in told.lines.iter().enumerate().filter(|(_, (_, all))| all.len() <= 40) {
        for (px, py) in places(estimates, |e| e.value) {
            let (left, top) = (frame.left + (frame.right - frame.left) * x.share(px), frame.y(y, py));
            let dot = Frame { left: left - 2.0, top: top - 2.0, right: left + 2.0, bottom: top + 2.0 };
            sheet.rectangle(dot, filled(style::line(i)))?;
        }
    }
    Ok(())
}

fn endings(told: &Page<'_>, frame: Frame, y: &Axis) -> Vec<Ending> {
    let ending = |(i, (name, estimates)): (usize, &(String, Vec<At>))| {
        let value = estimates.last().map_or(0.0, |(_, estimate)| estimate.value);
        let told = short_estimate(told.quantity, value);
        Ending { name: name.clone(), value: told, y: frame.y(y, value), color: style::line(i) }
    };
    told.lines.iter().enumerate().map(ending).collect()
}

/// The axis of the varied input, and whether places on it are decimal logarithms.
fn input_axis(sweep: &SweepResults<'_>) -> (Axis, bool) {
    let sorted = &sweep.space.axes[0].values;
    let (low, high) = (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(1.0));
    let by_ratio =
        low > 0.0 && high / low >= LOG && sorted.windows(3).all(|w| (w[1] / w[0] / (w[2] / w[1]) - 1.0).abs() < 1e-6);
    if by_ratio && sorted.len() > 2 {
        let [low, high] = [low, high].map(libm::log10);
        let every = sorted.len().div_ceil(12);
        let ticks = sorted.iter().step_by(every).map(|value| libm::log10(*value)).collect();
        return (Axis { low, high, ticks, step: 1.0, words: Words::Power }, true);
    }
    let mut axis = value_axis(low, high, 10);
    // Nothing is known beyond the values.
    (axis.low, axis.high) = (low, if high > low { high } else { axis.high });
    axis.ticks.retain(|tick| (axis.low..=axis.high).contains(tick));
    (axis, false)
}
