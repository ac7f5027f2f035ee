//! Bars of the outcomes' probabilities with their intervals, one row an outcome, in the scenario's order.

use plotters::prelude::Rectangle;

use crate::analysis::{Findings, Passage, Proportion};

use super::ChartError;
use super::axis::{Axis, probability_axis, row_axis};
use super::heading::{Heading, intervals, moment};
use super::labels::{cut, spaced};
use super::number::{count, percent};
use super::sheet::{Drawn, Frame, MARGIN, Panel, Sheet, Side, WIDTH, drawing, page};
use super::style::{AXIS, BLUE, HEADING, INK, MUTED, SMALL, TEXT, filled, plain, stroke, strong, tint};

pub(super) const TITLE: &str = "How the runs end";

/// Widest column of names.
const NAMES: f64 = 300.0;
/// Room for the value beside the longest whisker.
const VALUES: f64 = 96.0;
const LEGEND: f64 = 26.0;
const BELOW: f64 = 52.0;

/// Bars of the outcomes' probabilities, with intervals and values; what merely classifies the state at the horizon is
/// paler. Where doubt and chance were told apart, with what each does.
///
/// # Errors
/// See [`ChartError`].
pub fn outcome_bars(findings: &Findings) -> Result<Vec<u8>, ChartError> {
    if let Some(separated) = findings.doubt.as_ref().and_then(|doubt| doubt.separated.as_ref()) {
        return super::doubt::bars(findings, separated);
    }
    let outcomes = &findings.outcomes;
    let reading = if findings.origin.exactness().is_some() {
        "Probability of each outcome. No whiskers: there is no error of simulation.".to_owned()
    } else {
        format!(
            "Share of {} runs with each outcome. Whiskers: {}, the error of simulation only. “<”: no such run; its upper bound.",
            count(findings.origin.runs),
            intervals(findings)
        )
    };
    let heading = Heading::of(findings, TITLE, reading);
    let row = if outcomes.len() <= 12 { 36.0 } else { 30.0 };
    let rows = outcomes.len().max(1) as f64 * row;
    page(&heading, LEGEND + rows + BELOW, |sheet| {
        if outcomes.is_empty() {
            return sheet.text(MARGIN, sheet.top + 20.0, "No outcomes.", &plain(TEXT, MUTED), Side::Left);
        }
        legend(sheet, findings)?;
        let kind = plain(TEXT + 0.5, INK);
        let names: Vec<String> = outcomes.iter().map(|o| cut(&spaced(&o.name), &kind, NAMES)).collect();
        let widest = names.iter().map(|name| kind.width(name)).fold(60.0, f64::max);
        let frame = Frame {
            left: MARGIN + widest + 14.0,
            top: sheet.top + LEGEND,
            right: WIDTH - MARGIN - VALUES,
            bottom: sheet.top + LEGEND + rows,
        };
        for (i, name) in names.iter().enumerate() {
            sheet.text(frame.left - 12.0, frame.top + (i as f64 + 0.5) * row, name, &kind, Side::Right)?;
        }
        bars(sheet, frame, row, outcomes)?;
        let below = frame.bottom + 40.0;
        let middle = (frame.left + frame.right) / 2.0;
        sheet.text(middle, below, "Probability of the outcome", &plain(SMALL, MUTED), Side::Center)
    })
}

fn legend(sheet: &Sheet<'_>, findings: &Findings) -> Drawn {
    let mut kinds = vec![("ends the run".to_owned(), BLUE)];
    if findings.outcomes.iter().any(|o| o.at_horizon) {
        let when = moment(findings, findings.axis.horizon);
        kinds.push((format!("still open: where the run stands at {when}"), horizon_color()));
    }
    let y = sheet.top + 4.0;
    let mut pen = MARGIN;
    for (text, color) in kinds {
        sheet.rectangle(Frame { left: pen, top: y - 5.0, right: pen + 18.0, bottom: y + 5.0 }, filled(color))?;
        pen = sheet.texts(pen + 25.0, y, &[(&text, plain(SMALL + 0.5, INK))])? + 26.0;
    }
    Ok(())
}

/// The paler colour of what is merely the state at the horizon.
pub(super) fn horizon_color() -> plotters::style::RGBColor {
    tint(BLUE, 0.58)
}

fn bars(sheet: &Sheet<'_>, frame: Frame, row: f64, outcomes: &[Passage]) -> Drawn {
    let highest = highest(outcomes);
    let x = probability_axis(highest, 8);
    let mut panel = sheet.panel(frame, &x, &row_axis(outcomes.len()))?;
    for (i, outcome) in outcomes.iter().enumerate() {
        let middle = outcomes.len() as f64 - i as f64 - 0.5;
        bar(&mut panel, outcome, middle, 0.31)?;
    }
    sheet.line(&[(frame.left, frame.top), (frame.left, frame.bottom)], stroke(AXIS, 1.0))?;
    for (i, outcome) in outcomes.iter().enumerate() {
        let (low, high) = ends(&x, &outcome.probability);
        let end = frame.left + (frame.right - frame.left) * high;
        let y = frame.top + (i as f64 + 0.5) * row;
        sheet.text(end + 8.0, y, &percent(&outcome.probability), &strong(HEADING - 1.5, INK), Side::Left)?;
        if !outcome.probability.is_exact() {
            whisker(sheet, frame, (low, high), y, 4.0)?;
        }
    }
    Ok(())
}

/// The highest upper end of the intervals.
pub(super) fn highest<'a>(outcomes: impl IntoIterator<Item = &'a Passage>) -> f64 {
    outcomes.into_iter().map(|o| o.probability.high).fold(0.0, f64::max)
}

/// One bar about the height `middle` of a panel whose rows are 1 high.
pub(super) fn bar(panel: &mut Panel<'_>, outcome: &Passage, middle: f64, half: f64) -> Drawn {
    let color = if outcome.at_horizon { horizon_color() } else { BLUE };
    let corners = [(0.0, middle + half), (outcome.probability.estimate.clamp(0.0, 1.0), middle - half)];
    panel.draw_series([Rectangle::new(corners, filled(color))]).map_err(drawing)?;
    Ok(())
}

/// The ends of an interval as shares of the axis; both 0 when no run is known.
pub(super) fn ends(x: &Axis, p: &Proportion) -> (f64, f64) {
    if p.is_empty() { (0.0, 0.0) } else { (x.share(p.low), x.share(p.high)) }
}

/// An interval as a line with two feet; its ends are shares of the frame's width.
pub(super) fn whisker(sheet: &Sheet<'_>, frame: Frame, ends: (f64, f64), y: f64, foot: f64) -> Drawn {
    let [low, high] = [ends.0, ends.1].map(|share| frame.left + (frame.right - frame.left) * share.clamp(0.0, 1.0));
    let style = stroke(INK, 1.0);
    if high - low < 3.0 {
        // Two feet and a line would run together.
        let middle = (low + high) / 2.0;
        return sheet.line(&[(middle, y - foot), (middle, y + foot)], stroke(INK, 0.75));
    }
    sheet.line(&[(low, y), (high, y)], style)?;
    sheet.line(&[(low, y - foot), (low, y + foot)], style)?;
    sheet.line(&[(high, y - foot), (high, y + foot)], style)
}
