//! Cumulative incidence of outcomes and milestones: by when, in which share of all runs (competing risks).
//!
//! What merely classifies the state at the horizon has no course in time and is left out. Every run is watched to its end, so
//! the share of runs is the estimate of Aalen and Johansen, and one minus the survival of a single risk would overstate it.

use plotters::style::{Color, RGBColor, ShapeStyle};

use crate::analysis::{Findings, Passage, Proportion};

use super::axis::{Axis, probability_axis, time_axis};
use super::direct::{self, Ending};
use super::heading::{Heading, confidence, time_title};
use super::labels::{broken, spaced};
use super::layout::{Layout, compose};
use super::mark::Place;
use super::number::{count, percent};
use super::sheet::{Drawn, Frame, Sheet, Side, label_room, page};
use super::style::{HEADING, INK, MUTED, SMALL, TEXT, plain, stroke, strong};
use super::theme::Theme;
use super::{ChartError, Picture, style};

pub(super) const TITLE: &str = "when things happen";

const BELOW: f64 = 48.0;
const NOTE: f64 = 15.0;

/// One panel: a group of passages.
struct Group<'a> {
    /// Title and what is special about it, in lines.
    head: Vec<String>,
    /// Each with its colour.
    curves: Vec<(RGBColor, &'a Passage)>,
    /// What no run reached, as lines of text.
    note: Vec<String>,
}

impl<'a> Group<'a> {
    fn new(layout: &Layout<'_>, head: &str, passages: &[&'a Passage]) -> Self {
        let colored = passages.iter().enumerate().map(|(i, p)| (layout.color(&p.name, style::line(i)), *p));
        let timed = colored.filter(|(_, p)| !p.at_horizon);
        let (curves, never): (Vec<_>, Vec<_>) =
            timed.partition(|(_, p)| p.incidence.iter().any(|by| by.estimate > 0.0));
        let names: Vec<String> = never
            .iter()
            .map(|(_, p)| format!("{} ({})", spaced(&p.name), percent(&p.probability)).replace(' ', "\u{a0}"))
            .collect();
        let exact = never.iter().all(|(_, p)| p.probability.is_exact());
        let told = if exact { layout.t("Not reached: {names}") } else { layout.t("Reached in no run: {names}") };
        let told = told.replace("{names}", &names.join(", "));
        let note = if names.is_empty() { vec![] } else { broken(&told, &plain(SMALL, MUTED), layout.room(), 6) };
        Self { head: broken(head, &strong(HEADING, INK), layout.room(), 2), curves, note }
    }

    fn plot_height(&self, layout: &Layout<'_>) -> f64 {
        if self.curves.is_empty() {
            return 0.0;
        }
        let anywhere = Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        let labels = direct::height(layout, &self.endings(anywhere, &self.axis())) + 8.0;
        layout.stretched(270.0, 110.0).max(labels)
    }

    fn head_height(&self) -> f64 {
        10.0 + 18.0 * self.head.len() as f64
    }

    fn height(&self, layout: &Layout<'_>) -> f64 {
        let axis = if self.curves.is_empty() { 0.0 } else { BELOW };
        self.head_height() + self.plot_height(layout) + axis + self.note.len() as f64 * NOTE + 14.0
    }

    fn axis(&self) -> Axis {
        let highest = |p: &Passage| p.incidence.iter().map(|q| q.high).fold(p.probability.high, f64::max);
        probability_axis(self.curves.iter().map(|(_, p)| highest(p)).fold(0.0, f64::max), 6)
    }

    fn endings(&self, frame: Frame, y: &Axis) -> Vec<Ending> {
        let ending = |(color, p): &(RGBColor, &Passage)| {
            let last = p.incidence.last().unwrap_or(&p.probability);
            Ending { name: spaced(&p.name), value: percent(last), y: frame.y(y, last.estimate), color: *color }
        };
        self.curves.iter().map(ending).collect()
    }

    /// Room that the labels need.
    fn room(&self, layout: &Layout<'_>) -> f64 {
        let anywhere = Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        direct::room(layout, &self.endings(anywhere, &self.axis()))
    }
}

/// Curves of cumulative incidence with their intervals: outcomes above, milestones below.
///
/// # Errors
/// See [`ChartError`].
pub fn cumulative_incidence(findings: &Findings, theme: &Theme) -> Result<Picture, ChartError> {
    let pages = compose(theme, |layout| {
        let reading = if findings.origin.exactness().is_some() {
            layout
                .t("Probability of having got there by then (cumulative incidence): no error of simulation.")
                .to_owned()
        } else {
            layout.fill(
                "Share of {runs} runs that got there by then (cumulative incidence). Bands: {level} Wilson intervals, the error of simulation only.",
                &[("runs", &count(findings.origin.runs)), ("level", &confidence(findings))],
            )
        };
        let heading = Heading::of(layout, findings, layout.title("incidence", TITLE), reading);
        let groups: Vec<Group<'_>> = [
            (layout.t("Outcomes, which exclude one another and end the run"), layout.ordered(&findings.outcomes)),
            (layout.t("Milestones, which may all be passed in one run"), findings.milestones.iter().collect()),
        ]
        .into_iter()
        .map(|(head, passages)| Group::new(layout, head, &passages))
        .filter(|group| !group.curves.is_empty() || !group.note.is_empty())
        .collect();
        // Groups stand above one another; on a page of a set height that is wide, beside.
        let height = groups.iter().map(|group| group.height(layout)).sum::<f64>().max(60.0);
        let page = page(layout, &heading, height, |sheet| {
            if groups.is_empty() {
                let text = layout.t("No outcome or milestone has a course in time.");
                return sheet.text(layout.left(), sheet.top + 20.0, text, &plain(TEXT, MUTED), Side::Left);
            }
            let right = layout.right() - groups.iter().map(|group| group.room(layout)).fold(0.0, f64::max);
            let mut top = sheet.top;
            for group in &groups {
                draw(layout, sheet, findings, group, (top, right))?;
                top += group.height(layout);
            }
            Ok(())
        })?;
        Ok(vec![page])
    })?;
    let page = pages.into_iter().next().expect("one page was drawn");
    Ok(Picture::new("incidence", "timeline.csv", page, theme))
}

fn draw(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    findings: &Findings,
    group: &Group<'_>,
    (top, right): (f64, f64),
) -> Drawn {
    for (i, line) in group.head.iter().enumerate() {
        sheet.text(layout.left(), top + 4.0 + 18.0 * i as f64, line, &strong(HEADING, INK), Side::Left)?;
    }
    let mut bottom = top + group.head_height();
    if !group.curves.is_empty() {
        bottom = curves(layout, sheet, findings, group, (bottom, right))? + BELOW;
    }
    for (i, line) in group.note.iter().enumerate() {
        let y = bottom + 6.0 + i as f64 * NOTE;
        sheet.text(layout.left(), y, line, &plain(SMALL, MUTED), Side::Left)?;
    }
    Ok(())
}

/// Draws the panel and tells where its plotting area ends.
fn curves(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    findings: &Findings,
    group: &Group<'_>,
    (top, right): (f64, f64),
) -> Result<f64, ChartError> {
    let y = group.axis();
    let x = time_axis(findings.axis.horizon, &findings.axis.unit, 9);
    let frame = Frame { left: layout.left() + label_room(&y), top, right, bottom: top + group.plot_height(layout) };
    sheet.mesh(frame, &x, &y)?;
    let points = &findings.axis.points;
    for (color, passage) in &group.curves {
        band(sheet, frame, (&x, &y), points, &passage.incidence, *color);
    }
    for (color, passage) in &group.curves {
        let places = placed(frame, (&x, &y), course(&x, points, &passage.incidence, |p| p.estimate));
        sheet.line(&places, stroke(*color, 2.0))?;
    }
    direct::draw(layout, sheet, frame, &group.endings(frame, &y))?;
    let title = time_title(layout, &findings.axis.unit);
    sheet.text(frame.middle(), frame.bottom + 32.0, &title, &plain(SMALL, MUTED), Side::Center)?;
    Ok(frame.bottom)
}

/// A course in time as (time, value); a single point is made wide enough to be seen.
pub(super) fn course<T>(x: &Axis, points: &[f64], row: &[T], value: impl Fn(&T) -> f64) -> Vec<Place> {
    let known = points.iter().zip(row).map(|(t, v)| (t.clamp(x.low, x.high), value(v)));
    widened(x, known.filter(|(t, v)| t.is_finite() && v.is_finite()).collect())
}

/// A course as places of the page.
pub(super) fn placed(frame: Frame, (x, y): (&Axis, &Axis), course: Vec<Place>) -> Vec<Place> {
    course.into_iter().map(|(t, v)| (frame.x(x, t), frame.y(y, v))).collect()
}

/// A single place as a short level line.
pub(super) fn widened(x: &Axis, places: Vec<Place>) -> Vec<Place> {
    match places.as_slice() {
        [(t, v)] => {
            let half = 0.006 * (x.high - x.low);
            vec![((t - half).max(x.low), *v), ((t + half).min(x.high), *v)]
        }
        _ => places,
    }
}

fn band(sheet: &Sheet<'_>, frame: Frame, axes: (&Axis, &Axis), points: &[f64], row: &[Proportion], color: RGBColor) {
    if row.iter().all(|p| p.counts.is_none()) {
        return;
    }
    let mut border = course(axes.0, points, row, |p| p.high);
    border.extend(course(axes.0, points, row, |p| p.low).into_iter().rev());
    let style = ShapeStyle { color: color.mix(0.22), filled: true, stroke_width: 0 };
    sheet.area(placed(frame, axes, border), style);
}
