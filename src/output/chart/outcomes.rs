//! Bars of the outcomes' probabilities with their intervals, one row an outcome, in the scenario's order.

use plotters::style::RGBColor;

use crate::analysis::{Findings, Passage, Proportion};

use super::axis::{Axis, probability_axis, row_axis};
use super::heading::{Heading, intervals, moment};
use super::keys::{Keys, Swatch};
use super::labels::{broken, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::{count, percent};
use super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::style::{AXIS, BLUE, HEADING, INK, MUTED, SMALL, TEXT, filled, plain, stroke, strong, tint};
use super::theme::Theme;
use super::{ChartError, Picture};

pub(super) const TITLE: &str = "how the runs end";

/// Room for the value beside the longest whisker.
const VALUES: f64 = 72.0;
const BELOW: f64 = 50.0;
const LINE: f64 = 14.0;

/// Bars of the outcomes' probabilities, with intervals and values; what merely classifies the state at the horizon is
/// paler. Where doubt and chance were told apart, with what each does.
///
/// # Errors
/// See [`ChartError`].
pub fn outcome_bars(findings: &Findings, theme: &Theme) -> Result<Picture, ChartError> {
    let pages = compose(theme, |layout| {
        let separated = findings.doubt.as_ref().and_then(|doubt| doubt.separated.as_ref());
        Ok(vec![match separated {
            Some(separated) => super::doubt::bars(layout, findings, separated)?,
            None => draw(layout, findings)?,
        }])
    })?;
    let page = pages.into_iter().next().expect("one page was drawn");
    Ok(Picture::new("outcomes", "outcomes.csv", page, theme))
}

/// Names of rows, broken to two lines where need be, and the width of their column.
pub(super) fn row_names(layout: &Layout<'_>, outcomes: &[&Passage], share: f64) -> (Vec<Vec<String>>, f64) {
    let kind = plain(TEXT + 0.5, INK);
    let most = (share * layout.room()).min(300.0);
    let names: Vec<Vec<String>> = outcomes.iter().map(|o| broken(&spaced(&o.name), &kind, most, 2)).collect();
    let widest = names.iter().flatten().map(|name| kind.width(name)).fold(40.0, f64::max);
    (names, widest)
}

/// Draws the names of rows, each in the middle of its row, to the left of a frame.
pub(super) fn draw_names(sheet: &Sheet<'_>, names: &[Vec<String>], right: f64, top: f64, row: f64) -> Drawn {
    let kind = plain(TEXT + 0.5, INK);
    for (i, lines) in names.iter().enumerate() {
        let first = top + (i as f64 + 0.5) * row - LINE * (lines.len() as f64 - 1.0) / 2.0;
        for (k, line) in lines.iter().enumerate() {
            sheet.text(right, first + LINE * k as f64, line, &kind, Side::Right)?;
        }
    }
    Ok(())
}

/// The height of a row whose names may have two lines.
pub(super) fn row_height(layout: &Layout<'_>, names: &[Vec<String>], usual: f64) -> f64 {
    let least = if names.iter().any(|lines| lines.len() > 1) { 30.0 } else { 18.0 };
    layout.stretched(usual, least)
}

fn draw(layout: &Layout<'_>, findings: &Findings) -> Result<Page, ChartError> {
    let outcomes = layout.ordered(&findings.outcomes);
    let reading = if findings.origin.exactness().is_some() {
        layout.t("Probability of each outcome. No whiskers: there is no error of simulation.").to_owned()
    } else {
        layout.fill(
            "Share of {runs} runs with each outcome. Whiskers: {intervals}, the error of simulation only. “<”: no such run; its upper bound.",
            &[("runs", &count(findings.origin.runs)), ("intervals", &intervals(layout, findings))],
        )
    };
    let heading = Heading::of(layout, findings, layout.title("outcomes", TITLE), reading);
    let (names, widest) = row_names(layout, &outcomes, 0.36);
    let row = row_height(layout, &names, if outcomes.len() <= 12 { 34.0 } else { 28.0 });
    let rows = outcomes.len().max(1) as f64 * row;
    let keys = keys(layout, findings, &outcomes);
    let head = keys.height() + 10.0;
    page(layout, &heading, head + rows + BELOW, |sheet| {
        if outcomes.is_empty() {
            return sheet.text(
                layout.left(),
                sheet.top + 20.0,
                layout.t("No outcomes."),
                &plain(TEXT, MUTED),
                Side::Left,
            );
        }
        keys.draw(sheet, sheet.top)?;
        let frame = Frame {
            left: layout.left() + widest + 12.0,
            top: sheet.top + head,
            right: layout.right() - VALUES,
            bottom: sheet.top + head + rows,
        };
        draw_names(sheet, &names, frame.left - 10.0, frame.top, row)?;
        bars(layout, sheet, frame, row, &outcomes)?;
        let title = layout.t("Probability of the outcome");
        sheet.text(frame.middle(), frame.bottom + 34.0, title, &plain(SMALL, MUTED), Side::Center)
    })
}

fn keys(layout: &Layout<'_>, findings: &Findings, outcomes: &[&Passage]) -> Keys {
    Keys::new(horizon_keys(layout, findings, outcomes), layout.left(), layout.right())
}

/// What the strong and the pale bars are; nothing where there are no pale ones.
pub(super) fn horizon_keys(layout: &Layout<'_>, findings: &Findings, outcomes: &[&Passage]) -> Vec<(Swatch, String)> {
    if outcomes.iter().all(|o| !o.at_horizon) {
        return Vec::new();
    }
    let when = moment(layout, findings, findings.axis.horizon);
    let swatch = |at_horizon: bool| {
        let usual = if at_horizon { paler(BLUE) } else { BLUE };
        let first = outcomes.iter().find(|one| one.at_horizon == at_horizon);
        Swatch::Fill(first.map_or(usual, |one| color(layout, one)))
    };
    vec![
        (swatch(false), layout.t("ends the run").to_owned()),
        (swatch(true), layout.fill("still open: where the run stands at {when}", &[("when", &when)])),
    ]
}

/// The paler colour of what is merely the state at the horizon.
pub(super) fn paler(color: RGBColor) -> RGBColor {
    tint(color, 0.58)
}

/// The colour of an outcome's bar.
fn color(layout: &Layout<'_>, outcome: &Passage) -> RGBColor {
    let color = layout.color(&outcome.name, BLUE);
    if outcome.at_horizon { paler(color) } else { color }
}

fn bars(layout: &Layout<'_>, sheet: &Sheet<'_>, frame: Frame, row: f64, outcomes: &[&Passage]) -> Drawn {
    let x = probability_axis(highest(outcomes.iter().copied()), 8);
    sheet.mesh(frame, &x, &row_axis(outcomes.len()))?;
    for (i, outcome) in outcomes.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * row;
        bar(layout, sheet, (frame, &x), outcome, (y, 0.31 * row))?;
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

/// One bar about the height `y`.
pub(super) fn bar(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    (frame, x): (Frame, &Axis),
    outcome: &Passage,
    (y, half): (f64, f64),
) -> Drawn {
    let right = frame.x(x, outcome.probability.estimate.clamp(0.0, 1.0));
    let bar = Frame { left: frame.left, top: y - half, right, bottom: y + half };
    sheet.rectangle(bar, filled(color(layout, outcome)))
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
        let middle = f64::midpoint(low, high);
        return sheet.line(&[(middle, y - foot), (middle, y + foot)], stroke(INK, 0.75));
    }
    sheet.line(&[(low, y), (high, y)], style)?;
    sheet.line(&[(low, y - foot), (low, y + foot)], style)?;
    sheet.line(&[(high, y - foot), (high, y + foot)], style)
}
