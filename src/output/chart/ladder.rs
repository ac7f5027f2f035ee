//! The escalation ladder as a heat strip: a row a rung, the highest on top, darker where more of the runs stand on it.

use plotters::style::RGBColor;

use crate::analysis::Findings;
use crate::analysis::ladder::Ladder;

use super::axis::{row_axis, time_axis};
use super::heading::{Heading, time_title};
use super::labels::{cut, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::{count, grouped, share};
use super::occupancy::paged;
use super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::style::{AXIS, HEADING, INK, MUTED, SMALL, TEXT, TINY, filled, mix, plain, stroke, strong};
use super::theme::Theme;
use super::{ChartError, Picture};

pub(super) const TITLE: &str = "how high on the ladder";

const HEAD: f64 = 26.0;
const BELOW: f64 = 84.0;
const VALUES: f64 = 64.0;
/// Pale to dark, in about equal steps of lightness.
const SHADES: [RGBColor; 5] = [
    RGBColor(0xf6, 0xf7, 0xf8),
    RGBColor(0xf9, 0xd6, 0xa8),
    RGBColor(0xec, 0x91, 0x58),
    RGBColor(0xb6, 0x3c, 0x2c),
    RGBColor(0x5c, 0x0f, 0x22),
];
/// Shares of the runs at which a shade is reached: rare rungs are to be seen too.
const STEPS: [f64; 5] = [0.0, 0.02, 0.1, 0.35, 1.0];

fn shade(share: f64) -> RGBColor {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let step = STEPS.windows(2).position(|pair| share <= pair[1]).unwrap_or(STEPS.len() - 2);
    mix(SHADES[step], SHADES[step + 1], (share - STEPS[step]) / (STEPS[step + 1] - STEPS[step]))
}

/// Heat strips of the ladders, a page each.
///
/// # Errors
/// See [`ChartError`].
pub fn ladder_strips(findings: &Findings, ladders: &[Ladder], theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let pages = compose(theme, |layout| {
        let title = layout.title("ladder", TITLE);
        let draw_one = |(i, ladder): (usize, &Ladder)| {
            let title = paged(layout, title, i + 1, ladders.len());
            draw_page(layout, findings, ladder, &title)
        };
        ladders.iter().enumerate().map(draw_one).collect()
    })?;
    Ok(Picture::several("ladder", "ladder.csv", pages, theme))
}

fn draw_page(layout: &Layout<'_>, findings: &Findings, ladder: &Ladder, title: &str) -> Result<Page, ChartError> {
    let reading = match findings.origin.exactness() {
        Some(_) => layout
            .t("Probability of each rung, over time; a run that has ended keeps its last rung. Right: at the horizon.")
            .to_owned(),
        None => layout.fill(
            "Share of {runs} runs on each rung, over time; a run that has ended keeps its last rung. Right: at the horizon.",
            &[("runs", &count(findings.origin.runs))],
        ),
    };
    let heading = Heading::of(layout, findings, title, reading);
    let row = layout.stretched(36.0, 20.0);
    let body = HEAD + row * ladder.rungs.len() as f64 + BELOW;
    page(layout, &heading, body, |sheet| draw(layout, sheet, findings, ladder, row))
}

/// A rung and the states on it.
fn names(ladder: &Ladder, rung: usize) -> String {
    let states: Vec<String> = ladder.states[rung].iter().map(|state| spaced(state)).collect();
    states.join(", ")
}

fn draw(layout: &Layout<'_>, sheet: &Sheet<'_>, findings: &Findings, ladder: &Ladder, row: f64) -> Drawn {
    let n = ladder.rungs.len();
    let (bold, small) = (strong(TEXT, INK), plain(TINY, MUTED));
    let number = |rung: usize| {
        let value = ladder.rungs[rung];
        grouped(value, super::number::decimals(value.abs().max(1.0)).min(2))
    };
    let widest = (0..n).map(|rung| bold.width(&number(rung))).fold(8.0, f64::max);
    let most = (0.3 * layout.room()).min(250.0);
    let labels = (0..n).map(|rung| small.width(&names(ladder, rung))).fold(20.0, f64::max).min(most);
    let top = sheet.top + HEAD;
    let left = layout.left() + widest + 8.0 + labels + 12.0;
    let frame = Frame { left, top, right: layout.right() - VALUES, bottom: top + row * n as f64 };
    let x = time_axis(findings.axis.horizon, &findings.axis.unit, 9);
    let kind = plain(SMALL, MUTED);
    sheet.text(layout.left(), sheet.top + 6.0, &spaced(&ladder.machine), &strong(HEADING, INK), Side::Left)?;
    let points = &findings.axis.points;
    for rung in 0..n {
        let upper = frame.bottom - row * (rung as f64 + 1.0);
        let middle = upper + row / 2.0;
        sheet.text(layout.left() + widest, middle, &number(rung), &bold, Side::Right)?;
        let told = cut(&names(ladder, rung), &small, labels);
        sheet.text(layout.left() + widest + 8.0, middle, &told, &small, Side::Left)?;
        for (i, shares) in ladder.rows.iter().enumerate().take(points.len()) {
            // A cell reaches half-way to its neighbours.
            let from = if i == 0 { 0.0 } else { f64::midpoint(points[i - 1], points[i]) };
            let to = points.get(i + 1).map_or(x.high, |next| f64::midpoint(points[i], *next));
            let estimate = shares.get(rung).map_or(0.0, |one| one.estimate);
            let [left, right] = [from, to].map(|time| frame.x(&x, time));
            let cell = Frame { left, right, top: upper + 1.0, bottom: upper + row - 1.0 };
            sheet.rectangle(cell, filled(shade(estimate)))?;
        }
        if let Some(last) = ladder.rows.last().and_then(|shares| shares.get(rung)) {
            sheet.text(frame.right + 8.0, middle, &share(last.estimate), &plain(SMALL, INK), Side::Left)?;
        }
    }
    sheet.mesh(Frame { top: frame.bottom, ..frame }, &x, &row_axis(1))?;
    sheet.text(frame.middle(), frame.bottom + 32.0, &time_title(layout, &findings.axis.unit), &kind, Side::Center)?;
    key(layout, sheet, frame)
}

/// The shades with the shares that they stand for.
fn key(layout: &Layout<'_>, sheet: &Sheet<'_>, frame: Frame) -> Drawn {
    const PARTS: usize = 12;
    let y = frame.bottom + 60.0;
    let long = frame.width().min(260.0);
    let title = layout.t("Share of the runs");
    let kind = plain(SMALL, MUTED);
    let left = (frame.right - long).max(layout.left() + kind.width(title) + 14.0);
    sheet.text(left - 10.0, y, title, &kind, Side::Right)?;
    let each = (frame.right - left) / (STEPS.len() - 1) as f64;
    for (i, pair) in STEPS.windows(2).enumerate() {
        for part in 0..PARTS {
            let at = |part: usize| left + each * (i as f64 + part as f64 / PARTS as f64);
            let value = pair[0] + (pair[1] - pair[0]) * (part as f64 + 0.5) / PARTS as f64;
            let cell = Frame { left: at(part), right: at(part + 1), top: y - 6.0, bottom: y + 6.0 };
            sheet.rectangle(cell, filled(shade(value)))?;
        }
    }
    for (i, value) in STEPS.iter().enumerate() {
        let at = left + each * i as f64;
        sheet.line(&[(at, y + 6.0), (at, y + 10.0)], stroke(AXIS, 1.0))?;
        sheet.text(
            at,
            y + 18.0,
            &format!("{}\u{202f}%", grouped(100.0 * value, 0)),
            &plain(TINY, INK),
            Side::Center,
        )?;
    }
    Ok(())
}
