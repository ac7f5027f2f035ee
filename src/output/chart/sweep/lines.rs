//! One varied input: how quantities go with it, with bands of their intervals.
//!
//! Of one case the outcomes stand together on a page, and so do the milestones; of several cases each quantity has a page
//! with a line for each case. Consequences have a page each.

use super::super::axis::{Axis, Words, probability_axis, value_axis};
use super::super::direct::{self, Ending};
use super::super::heading::Heading;
use super::super::incidence::widened;
use super::super::labels::{cut, spaced};
use super::super::layout::Layout;
use super::super::mark::{Page as Drawing, Place};
use super::super::sheet::{Drawn, Frame, Sheet, Side, label_room, page};
use super::super::style::{self, MUTED, SMALL, STRIPE, filled, plain, stroke};
use super::super::{ChartError, Picture};
use super::{SweepResults, capital, composed, short_estimate, stem, title};
use crate::analysis::sweep::effort::Stop;
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity};
use crate::analysis::sweep::threshold::Crossing;
use plotters::style::{Color, ShapeStyle};

const BELOW: f64 = 48.0;
/// Values whose ends are so many times apart, and that have equal ratios, are told on a log scale.
const LOG: f64 = 10.0;

/// What one page shows.
struct Page<'q> {
    stem: String,
    /// Whether several quantities stand together.
    is_joint: bool,
    quantity: &'q Quantity,
    lines: Vec<(String, Vec<At>)>,
    /// The places at which the threshold is crossed, each between two points that are told apart.
    crossings: Vec<Crossing>,
}

/// An estimate at a value of the input.
type At = (f64, Estimate);

pub(super) fn pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    let quantities = sweep.shown();
    let mut pictures = Vec::new();
    for page in pages(sweep, &quantities) {
        pictures.extend(composed(sweep, &page.stem, |layout| Ok(vec![draw(layout, sweep, &page)?]))?);
    }
    Ok(pictures)
}

fn pages<'q>(sweep: &SweepResults<'_>, quantities: &'q [Quantity]) -> Vec<Page<'q>> {
    let cases = &sweep.space.cases;
    let mut pages: Vec<Page<'q>> = Vec::new();
    for quantity in quantities {
        let together = match quantity.kind {
            Kind::Outcome => Some("outcomes"),
            Kind::Milestone => Some("milestones"),
            Kind::Consequence => None,
        };
        match together {
            Some(name) if cases.len() == 1 => {
                let Some(estimates) = along(sweep, 0, quantity) else { continue };
                let line = (capital(&spaced(&quantity.name)), estimates);
                let crossings = crossings(sweep, quantity);
                match pages.iter_mut().find(|page| page.stem == name) {
                    Some(page) => {
                        page.lines.push(line);
                        page.crossings.extend(crossings);
                    }
                    None => pages.push(Page {
                        crossings,
                        stem: name.to_owned(),
                        is_joint: true,
                        quantity,
                        lines: vec![line],
                    }),
                }
            }
            _ => {
                let lines: Vec<(String, Vec<At>)> = (0..cases.len())
                    .filter_map(|case| Some((capital(&cases[case].title(sweep.space)), along(sweep, case, quantity)?)))
                    .collect();
                if !lines.is_empty() {
                    let stem = stem("line", quantity, None);
                    let crossings = crossings(sweep, quantity);
                    pages.push(Page { stem, is_joint: false, quantity, lines, crossings });
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

fn draw(layout: &Layout<'_>, sweep: &SweepResults<'_>, told: &Page<'_>) -> Result<Drawing, ChartError> {
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
    let name = match told.quantity.kind {
        Kind::Outcome if told.is_joint => layout.t("How the runs end").to_owned(),
        Kind::Milestone if told.is_joint => layout.t("What is passed on the way").to_owned(),
        _ => title(layout, told.quantity),
    };
    let heading = Heading::of_sweep(layout, sweep, name, "", reading(layout, sweep, told, level.is_some()));
    let anywhere = Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
    let labels = endings(told, anywhere, &y);
    let plot = layout.stretched(340.0, 120.0).max(direct::height(layout, &labels) + 8.0);
    page(layout, &heading, plot + 8.0 + BELOW, |sheet| {
        let left = layout.left() + label_room(&y);
        let right = layout.right() - direct::room(layout, &labels);
        let frame = Frame { left, top: sheet.top + 8.0, right, bottom: sheet.top + 8.0 + plot };
        let across = |value: f64| frame.x(&x, if is_log { libm::log10(value) } else { value });
        if let Some(level) = level {
            for crossing in &told.crossings {
                let (left, right) = (across(crossing.low), across(crossing.high).max(across(crossing.low) + 1.0));
                sheet.rectangle(Frame { left, right, ..frame }, filled(STRIPE))?;
            }
            let at = frame.y(&y, level);
            sheet.line(&[(frame.left, at), (frame.right, at)], stroke(MUTED, 1.25))?;
        }
        sheet.mesh(frame, &x, &y)?;
        curves(sheet, told, frame, (&x, &y), is_log)?;
        direct::draw(layout, sheet, frame, &endings(told, frame, &y))?;
        let kind = plain(SMALL, MUTED);
        let name = cut(&sweep.axis_title(layout, 0), &kind, layout.right() - layout.left());
        let half = kind.width(&name) / 2.0;
        let middle = frame.middle().max(layout.left() + half);
        sheet.text(middle, frame.bottom + 32.0, &name, &kind, Side::Center)
    })
}

fn reading(layout: &Layout<'_>, sweep: &SweepResults<'_>, told: &Page<'_>, has_level: bool) -> String {
    let values = super::count(told.lines.first().map_or(0, |(_, estimates)| estimates.len()) as u64);
    let mut reading = match sweep.effort.stop {
        Stop::Solved => layout.fill(
            "{values} values, solved exactly, without runs: there is no error of simulation.",
            &[("values", &values)],
        ),
        _ => layout.fill(
            "{values} values, {effort}; bands are {level} intervals, the error of simulation only. All points share their luck.",
            &[("values", &values), ("effort", &sweep.effort(layout.words())), ("level", &sweep.confidence())],
        ),
    };
    if has_level {
        reading = format!("{reading} {}", layout.t("Grey: where the threshold is crossed."));
    }
    reading
}

fn curves(sheet: &Sheet<'_>, told: &Page<'_>, frame: Frame, (x, y): (&Axis, &Axis), is_log: bool) -> Drawn {
    let course = |estimates: &[At], value: fn(&Estimate) -> f64| -> Vec<Place> {
        let shown = |input: f64| if is_log { libm::log10(input) } else { input };
        let places = estimates.iter().map(|(input, estimate)| (shown(*input), value(estimate)));
        let wide = widened(x, places.collect());
        wide.into_iter().map(|(at, value)| (frame.x(x, at), frame.y(y, value))).collect()
    };
    for (i, (_, estimates)) in told.lines.iter().enumerate() {
        let down = course(estimates, |e| e.low).into_iter().rev();
        let band: Vec<Place> = course(estimates, |e| e.high).into_iter().chain(down).collect();
        sheet.area(band, ShapeStyle { color: style::line(i).mix(0.2), filled: true, stroke_width: 0 });
    }
    for (i, (_, estimates)) in told.lines.iter().enumerate() {
        sheet.line(&course(estimates, |e| e.value), stroke(style::line(i), 1.75))?;
    }
    for (i, (_, estimates)) in told.lines.iter().enumerate().filter(|(_, (_, all))| all.len() <= 40 && all.len() > 1) {
        for (left, top) in course(estimates, |e| e.value) {
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
        let ticks: Vec<f64> = sorted.iter().step_by(every).map(|value| libm::log10(*value)).collect();
        let step = (high - low) * every as f64 / (sorted.len() - 1) as f64;
        return (Axis { low, high, ticks, step, words: Words::Power }, true);
    }
    let mut axis = value_axis(low, high, 10);
    // Nothing is known beyond the values; a single one stands in the middle.
    if high > low {
        (axis.low, axis.high) = (low, high);
    }
    axis.ticks.retain(|tick| (axis.low..=axis.high).contains(tick));
    (axis, false)
}
