//! Cumulative incidence of outcomes and milestones: by when, in which share of all runs (competing risks).
//!
//! What merely classifies the state at the horizon has no course in time and is left out.

use plotters::prelude::{DashedLineSeries, LineSeries, Polygon};
use plotters::style::{Color, RGBColor, ShapeStyle};

use crate::analysis::{Findings, Passage, Proportion};

use super::ChartError;
use super::axis::{Axis, probability_axis, time_axis};
use super::direct::{self, Ending};
use super::heading::{Heading, confidence};
use super::labels::{broken, spaced};
use super::number::{count, percent};
use super::sheet::{Drawn, Frame, MARGIN, Panel, Sheet, Side, WIDTH, drawing, page};
use super::style::{self, HEADING, INK, MUTED, SMALL, TEXT, plain, stroke, strong, units};

pub(super) const TITLE: &str = "When things happen";

const HEAD: f64 = 30.0;
const BELOW: f64 = 50.0;
const NOTE: f64 = 16.0;
const LEFT: f64 = MARGIN + 56.0;

/// One panel: a group of passages drawn in one way.
struct Group<'a> {
    title: &'static str,
    explained: &'static str,
    /// With its place in the findings, which gives its colour.
    curves: Vec<(usize, &'a Passage)>,
    /// What no run reached, as lines of text.
    note: Vec<String>,
    dashed: bool,
}

impl<'a> Group<'a> {
    fn new(title: &'static str, explained: &'static str, passages: &'a [Passage], dashed: bool) -> Self {
        let timed = passages.iter().enumerate().filter(|(_, p)| !p.at_horizon);
        let (curves, never): (Vec<_>, Vec<_>) =
            timed.partition(|(_, p)| p.incidence.iter().any(|by| by.estimate > 0.0));
        let names: Vec<String> = never
            .iter()
            .map(|(_, p)| format!("{}\u{a0}({})", spaced(&p.name).replace(' ', "\u{a0}"), percent(&p.probability)))
            .collect();
        let exact = never.iter().all(|(_, p)| p.probability.is_exact());
        let told = format!("{}: {}", if exact { "Not reached" } else { "Reached in no run" }, names.join(", "));
        let note =
            if names.is_empty() { vec![] } else { broken(&told, &plain(SMALL, MUTED), WIDTH - MARGIN - LEFT, 3) };
        Self { title, explained, curves, note, dashed }
    }

    fn plot_height(&self) -> f64 {
        if self.curves.is_empty() { 0.0 } else { (self.curves.len() as f64 * direct::GAP + 20.0).max(290.0) }
    }

    fn height(&self) -> f64 {
        let axis = if self.curves.is_empty() { 0.0 } else { BELOW };
        HEAD + self.plot_height() + axis + self.note.len() as f64 * NOTE + 14.0
    }
}

impl Group<'_> {
    fn axis(&self) -> Axis {
        let highest = |p: &Passage| p.incidence.iter().map(|q| q.high).fold(p.probability.high, f64::max);
        probability_axis(self.curves.iter().map(|(_, p)| highest(p)).fold(0.0, f64::max), 6)
    }

    fn endings(&self, frame: Frame, y: &Axis) -> Vec<Ending> {
        let ending = |(i, p): &(usize, &Passage)| {
            let last = p.incidence.last().unwrap_or(&p.probability);
            let (name, value, y) = (spaced(&p.name), percent(last), frame.y(y, last.estimate));
            Ending { name, value, y, color: style::line(*i) }
        };
        self.curves.iter().map(ending).collect()
    }

    /// Room that the labels need.
    fn room(&self) -> f64 {
        let anywhere = Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        direct::room(&self.endings(anywhere, &self.axis()))
    }
}

/// Curves of cumulative incidence with their intervals: outcomes above, milestones dashed below.
///
/// # Errors
/// See [`ChartError`].
pub fn cumulative_incidence(findings: &Findings) -> Result<Vec<u8>, ChartError> {
    let groups: Vec<Group<'_>> = [
        Group::new("Outcomes", "which exclude one another and end the run", &findings.outcomes, false),
        Group::new("Milestones", "which may all be passed in one run", &findings.milestones, true),
    ]
    .into_iter()
    .filter(|group| !group.curves.is_empty() || !group.note.is_empty())
    .collect();
    let reading = if findings.origin.exactness().is_some() {
        "Probability of having got there by then (cumulative incidence): no error of simulation.".to_owned()
    } else {
        format!(
            "Share of {} runs that got there by then (cumulative incidence). Bands: {} Wilson intervals, the error of simulation only.",
            count(findings.origin.runs),
            confidence(findings)
        )
    };
    let heading = Heading::of(findings, TITLE, reading);
    let height = groups.iter().map(Group::height).sum::<f64>().max(60.0);
    page(&heading, height, |sheet| {
        if groups.is_empty() {
            let text = "No outcome or milestone has a course in time.";
            return sheet.text(MARGIN, sheet.top + 20.0, text, &plain(TEXT, MUTED), Side::Left);
        }
        let right = WIDTH - MARGIN - groups.iter().map(Group::room).fold(0.0, f64::max);
        let mut top = sheet.top;
        for group in &groups {
            draw(sheet, findings, group, (top, right))?;
            top += group.height();
        }
        Ok(())
    })
}

fn draw(sheet: &Sheet<'_>, findings: &Findings, group: &Group<'_>, (top, right): (f64, f64)) -> Drawn {
    let title = format!("{} ", group.title);
    let parts = [(title.as_str(), strong(HEADING, INK)), (group.explained, plain(SMALL + 0.5, MUTED))];
    sheet.texts(MARGIN, top + 6.0, &parts)?;
    let mut bottom = top + HEAD;
    if !group.curves.is_empty() {
        bottom = curves(sheet, findings, group, (bottom, right))? + BELOW;
    }
    for (i, line) in group.note.iter().enumerate() {
        let kind = plain(SMALL, MUTED);
        sheet.text(LEFT, bottom + 4.0 + i as f64 * NOTE, line, &kind, Side::Left)?;
    }
    Ok(())
}

/// Draws the panel and tells where its plotting area ends.
fn curves(
    sheet: &Sheet<'_>,
    findings: &Findings,
    group: &Group<'_>,
    (top, right): (f64, f64),
) -> Result<f64, ChartError> {
    let y = group.axis();
    let x = time_axis(findings.axis.horizon, &findings.axis.unit, 9);
    let frame = Frame { left: LEFT, top, right, bottom: top + group.plot_height() };
    let endings = group.endings(frame, &y);
    let mut panel = sheet.panel(frame, &x, &y)?;
    for (i, passage) in &group.curves {
        band(&mut panel, &x, &findings.axis.points, &passage.incidence, style::line(*i))?;
    }
    for (i, passage) in &group.curves {
        let places = course(&x, &findings.axis.points, &passage.incidence, |p| p.estimate);
        line(&mut panel, places, stroke(style::line(*i), 1.75), group.dashed)?;
    }
    direct::draw(sheet, frame, &endings)?;
    let title = format!("Time ({}s)", findings.axis.unit);
    let middle = (frame.left + frame.right) / 2.0;
    sheet.text(middle, frame.bottom + 32.0, &title, &plain(SMALL, MUTED), Side::Center)?;
    Ok(frame.bottom)
}

/// A course in time as places of the panel; a single point is made wide enough to be seen.
pub(super) fn course<T>(x: &Axis, points: &[f64], row: &[T], value: impl Fn(&T) -> f64) -> Vec<(f64, f64)> {
    let known = points.iter().zip(row).map(|(t, v)| (t.clamp(x.low, x.high), value(v)));
    widened(x, known.filter(|(t, v)| t.is_finite() && v.is_finite()).collect())
}

/// A single place as a short level line.
pub(super) fn widened(x: &Axis, places: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    match places.as_slice() {
        [(t, v)] => {
            let half = 0.006 * (x.high - x.low);
            vec![((t - half).max(x.low), *v), ((t + half).min(x.high), *v)]
        }
        _ => places,
    }
}

fn band(panel: &mut Panel<'_>, x: &Axis, points: &[f64], row: &[Proportion], color: RGBColor) -> Drawn {
    if row.iter().all(|p| p.counts.is_none()) {
        return Ok(());
    }
    let mut border = course(x, points, row, |p| p.high);
    border.extend(course(x, points, row, |p| p.low).into_iter().rev());
    panel.draw_series([Polygon::new(border, color.mix(0.22))]).map_err(drawing)?;
    Ok(())
}

/// A line through the places, whole or dashed.
pub(super) fn line(panel: &mut Panel<'_>, places: Vec<(f64, f64)>, style: ShapeStyle, dashed: bool) -> Drawn {
    if dashed {
        let (dash, space) = (units(5.0), units(3.0));
        panel.draw_series(DashedLineSeries::new(places, dash, space, style)).map_err(drawing)?;
    } else {
        panel.draw_series(LineSeries::new(places, style)).map_err(drawing)?;
    }
    Ok(())
}
