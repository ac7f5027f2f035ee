//! Exceedance curves: how likely a total or a peak is to be above a threshold, on a logarithmic scale that shows the tail.

use plotters::style::{Color, RGBColor, ShapeStyle};

use crate::analysis::{Findings, Proportion, Summary};

use super::axis::{Axis, Words, value_axis};
use super::heading::{Heading, confidence};
use super::incidence::placed;
use super::labels::{cut, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::{count, power_of_ten};
use super::occupancy::paged;
use super::sheet::{Drawn, Frame, Sheet, Side, label_room, page, surroundings};
use super::style::{BLUE, GREEN, HEADING, INK, MUTED, SMALL, plain, stroke, strong};
use super::theme::Theme;
use super::{ChartError, Picture};

pub(super) const TITLE: &str = "how much it may come to";

const HEAD: f64 = 24.0;
const BELOW: f64 = 52.0;
const GUTTER: f64 = 36.0;
/// A panel is not narrower than this.
const NARROWEST: f64 = 330.0;

struct Curve<'a> {
    name: &'a str,
    unit: &'a str,
    is_peak: bool,
    summary: &'a Summary,
}

impl Curve<'_> {
    /// The thresholds that some runs are above, with their shares.
    fn points(&self) -> Vec<(f64, Proportion)> {
        let seen = self.summary.exceedance.iter().copied();
        seen.filter(|(threshold, share)| threshold.is_finite() && share.estimate > 0.0).collect()
    }

    /// Whether there is a curve: not one step for all runs.
    fn is_told(&self) -> bool {
        let points = self.points();
        points.len() > 2 && points.iter().any(|(_, share)| share.estimate < 0.999)
    }
}

/// Exceedance curves of the totals of consequences and of the peaks of variables; as many pages as they need. None where
/// nothing is known but means, as of exact answers.
///
/// # Errors
/// See [`ChartError`].
pub fn exceedance_curves(findings: &Findings, theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let totals =
        findings.consequences.iter().map(|c| Curve { name: &c.name, unit: &c.unit, is_peak: false, summary: &c.total });
    let peaks = findings
        .variables
        .iter()
        .filter_map(|v| Some(Curve { name: &v.name, unit: &v.unit, is_peak: true, summary: v.peak.as_ref()? }));
    let curves: Vec<Curve<'_>> = totals.chain(peaks).filter(Curve::is_told).collect();
    let pages = compose(theme, |layout| pages(layout, findings, &curves))?;
    Ok(Picture::several("exceedance", "exceedance.csv", pages, theme))
}

fn pages(layout: &Layout<'_>, findings: &Findings, curves: &[Curve<'_>]) -> Result<Vec<Page>, ChartError> {
    if curves.is_empty() {
        return Ok(Vec::new());
    }
    let reading = layout.fill(
        "Share of {runs} runs above each value, on a logarithmic scale. Bands: {level} intervals, the error of simulation only.",
        &[("runs", &count(findings.origin.runs)), ("level", &confidence(findings))],
    );
    let title = layout.title("exceedance", TITLE);
    let heading = |number: usize, total: usize| {
        Heading::of(layout, findings, &paged(layout, title, number, total), reading.clone())
    };
    let across = ((layout.room() + GUTTER) / (NARROWEST + GUTTER)).floor().clamp(1.0, 3.0).min(curves.len() as f64);
    let wide = (layout.room() - GUTTER * (across - 1.0)) / across;
    let plot = layout.stretched(170.0, 90.0);
    let row = HEAD + plot + BELOW;
    let rows = (layout.budget(surroundings(layout, &heading(1, 2))) / row).floor().clamp(1.0, 5.0);
    let per_page = (rows * across) as usize;
    let total = curves.len().div_ceil(per_page);
    let draw_page = |(number, panels): (usize, &[Curve<'_>])| {
        let body = row * (panels.len() as f64 / across).ceil();
        page(layout, &heading(number + 1, total), body, |sheet| {
            for (i, curve) in panels.iter().enumerate() {
                let left = layout.left() + (i % across as usize) as f64 * (wide + GUTTER);
                let top = sheet.top + (i / across as usize) as f64 * row + HEAD;
                draw(layout, sheet, curve, Frame { left, top, right: left + wide, bottom: top + plot })?;
            }
            Ok(())
        })
    };
    curves.chunks(per_page).enumerate().map(draw_page).collect()
}

fn draw(layout: &Layout<'_>, sheet: &Sheet<'_>, curve: &Curve<'_>, room: Frame) -> Drawn {
    let kind = strong(HEADING - 1.0, INK);
    let name = spaced(curve.name);
    let name = if curve.is_peak { layout.fill("peak of {name}", &[("name", &name)]) } else { name };
    sheet.text(room.left, room.top - HEAD + 6.0, &cut(&name, &kind, room.width()), &kind, Side::Left)?;
    let points = curve.points();
    let lowest = points.iter().map(|(_, share)| share.estimate).fold(1.0, f64::min);
    let lowest = libm::log10(lowest).floor().clamp(-9.0, -1.0);
    let ticks = (0..=(-lowest) as u32).map(|i| lowest + f64::from(i)).collect();
    let y = Axis { low: lowest, high: 0.0, ticks, step: 1.0, words: Words::PercentPower };
    let ends = |of: fn(f64, f64) -> f64, first: f64| points.iter().map(|point| point.0).fold(first, of);
    let x = value_axis(ends(f64::min, f64::INFINITY), ends(f64::max, f64::NEG_INFINITY), 4);
    let frame = Frame { left: room.left + label_room(&y), right: room.right - 12.0, ..room };
    sheet.mesh(frame, &x, &y)?;
    let color: RGBColor = if curve.is_peak { GREEN } else { BLUE };
    let course = |of: fn(&Proportion) -> f64| {
        let at = |(threshold, share): &(f64, Proportion)| (*threshold, libm::log10(of(share).max(1e-12)));
        placed(frame, (&x, &y), points.iter().map(at).collect())
    };
    if points.iter().all(|(_, share)| share.counts.is_some()) {
        let mut border = course(|share| share.high);
        border.extend(course(|share| share.low).into_iter().rev());
        sheet.area(border, ShapeStyle { color: color.mix(0.22), filled: true, stroke_width: 0 });
    }
    sheet.line(&course(|share| share.estimate), stroke(color, 2.0))?;
    let kind = plain(SMALL, MUTED);
    let unit = cut(curve.unit, &kind, frame.width());
    sheet.text(frame.middle(), frame.bottom + 31.0, &unit, &kind, Side::Center)
}

/// The label of a tick of a logarithmic axis of probabilities.
pub(super) fn percent_of_power(power: f64) -> String {
    let percent = 100.0 * power_of_ten(power);
    let digits = (-(power + 2.0)).max(0.0) as usize;
    format!("{}{}%", super::number::grouped(percent, digits), super::number::THIN)
}
