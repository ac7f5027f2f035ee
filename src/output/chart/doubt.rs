//! Bars of the outcomes' probabilities where doubt and chance were told apart: three bands that are not to be mistaken.
//!
//! A row has two lanes: the bar with its whisker (sampling error) above, the band of the parameter sets (doubt) below. To
//! its right, or on a narrow page below, stands what the variance of the outcome is made of, doubt and chance, as one strip.

use super::ChartError;
use super::axis::{Axis, Words, probability_axis, row_axis};
use super::heading::{Heading, confidence};
use super::keys::{Keys, Swatch};
use super::layout::Layout;
use super::mark::Page;
use super::number::{THIN, count, grouped, percent};
use super::outcomes::{self, TITLE, draw_names, ends, row_height, row_names, whisker};
use super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::style::{AXIS, INK, MUTED, SMALL, TEXT, filled, plain, stroke, strong};
use crate::analysis::{Findings, Passage, Separated};
use crate::stats::components::Components;
use plotters::style::RGBColor;

/// Doubt about the parameters, wherever it is drawn.
pub(super) const DOUBT: RGBColor = RGBColor(0xe6, 0x9f, 0x00);
/// Chance once the parameters are known.
const CHANCE: RGBColor = RGBColor(0xb9, 0xc1, 0xca);

const VALUES: f64 = 70.0;
const STRIP: f64 = 130.0;
/// Room for the words beside the strip.
const WORDS: f64 = 118.0;
const BELOW: f64 = 50.0;

type Row<'a> = (&'a Passage, &'a Components);

/// The bars, the bands and the strips.
pub(super) fn bars(layout: &Layout<'_>, findings: &Findings, separated: &Separated) -> Result<Page, ChartError> {
    let outcomes = layout.ordered(&findings.outcomes);
    let components = |name: &str| separated.outcomes.iter().find(|event| event.name == name).map(|e| &e.components);
    let rows: Vec<Row<'_>> = outcomes.iter().filter_map(|o| Some((*o, components(&o.name)?))).collect();
    let (sets, each) = (count(separated.points), count(separated.runs_per_point));
    let runs = count(findings.origin.runs);
    let reading = if separated.runs_per_point == 0 {
        layout.fill(
            "Share of {runs} runs with parameters drawn anew. Doubt and chance told apart at {sets} parameter sets, each solved. “<”: no such run; its upper bound.",
            &[("runs", &runs), ("sets", &sets)],
        )
    } else {
        layout.fill(
            "Share of {runs} runs with parameters drawn anew. Doubt and chance told apart at {sets} parameter sets of {each} runs, their sampling noise taken out. “<”: no such run; its upper bound.",
            &[("runs", &runs), ("sets", &sets), ("each", &each)],
        )
    };
    let heading = Heading::of(layout, findings, layout.title("outcomes", TITLE), reading);
    let shown: Vec<&Passage> = rows.iter().map(|row| row.0).collect();
    let (names, widest) = row_names(layout, &shown, if layout.is_narrow() { 0.34 } else { 0.26 });
    let row = row_height(layout, &names, 40.0).max(30.0);
    let height = row * rows.len().max(1) as f64;
    let keys = Keys::new(keys(layout, findings, &shown), layout.left(), layout.right());
    let head = keys.height() + 10.0;
    let beside = layout.width >= 760.0;
    let second = if beside { 0.0 } else { height + BELOW + 14.0 };
    page(layout, &heading, head + height + BELOW + second, |sheet| {
        keys.draw(sheet, sheet.top)?;
        let left = layout.left() + widest + 12.0;
        let top = sheet.top + head;
        let aside = if beside { WORDS + STRIP + 14.0 } else { 0.0 };
        let frame = Frame { left, top, right: layout.right() - aside - VALUES, bottom: top + height };
        draw_names(sheet, &names, frame.left - 10.0, frame.top, row)?;
        probabilities(layout, sheet, frame, row, &rows)?;
        let strip = if beside {
            Frame { left: layout.right() - WORDS - STRIP, right: layout.right() - WORDS, ..frame }
        } else {
            let frame =
                Frame { top: top + second, bottom: top + second + height, right: layout.right() - WORDS, ..frame };
            draw_names(sheet, &names, frame.left - 10.0, frame.top, row)?;
            frame
        };
        strips(layout, sheet, strip, row, &rows)?;
        let kind = plain(SMALL, MUTED);
        let below = |frame: Frame| (frame.middle(), frame.bottom + 34.0);
        let (x, y) = below(frame);
        sheet.text(x, y, layout.t("Probability of the outcome"), &kind, Side::Center)?;
        let (x, y) = below(strip);
        sheet.text(x, y, layout.t("Share of its variance"), &kind, Side::Center)
    })
}

/// How the probability is drawn, then what the strips are.
fn keys(layout: &Layout<'_>, findings: &Findings, outcomes: &[&Passage]) -> Vec<(Swatch, String)> {
    let mut keys = outcomes::horizon_keys(layout, findings, outcomes);
    let level = confidence(findings);
    keys.push((
        Swatch::Whisker,
        layout.fill("sampling error: {level} interval of this many runs", &[("level", &level)]),
    ));
    keys.push((
        Swatch::Band(DOUBT),
        layout.t("doubt: the probability at nine of ten parameter sets, and its share of the variance").to_owned(),
    ));
    keys.push((Swatch::Fill(CHANCE), layout.t("chance: what is left when the parameters are known").to_owned()));
    keys
}

fn probabilities(layout: &Layout<'_>, sheet: &Sheet<'_>, frame: Frame, row: f64, rows: &[Row<'_>]) -> Drawn {
    let bands = rows.iter().filter_map(|(_, found)| found.band.map(|band| band[1]));
    let x = probability_axis(bands.fold(outcomes::highest(rows.iter().map(|(outcome, _)| *outcome)), f64::max), 8);
    sheet.mesh(frame, &x, &row_axis(rows.len()))?;
    for (i, (outcome, found)) in rows.iter().enumerate() {
        let top = frame.top + i as f64 * row;
        outcomes::bar(layout, sheet, (frame, &x), outcome, (top + 0.38 * row, 0.2 * row))?;
        if let Some(band) = found.band {
            lane(sheet, frame, &x, band, (top + 0.66 * row, top + 0.83 * row))?;
        }
        let (low, high) = ends(&x, &outcome.probability);
        let y = top + 0.38 * row;
        whisker(sheet, frame, (low, high), y, 4.0)?;
        let end = frame.left + frame.width() * high;
        sheet.text(end + 8.0, y, &percent(&outcome.probability), &strong(TEXT + 0.5, INK), Side::Left)?;
    }
    sheet.line(&[(frame.left, frame.top), (frame.left, frame.bottom)], stroke(AXIS, 1.0))
}

/// The band of the parameter sets between two heights.
pub(super) fn lane(
    sheet: &Sheet<'_>,
    frame: Frame,
    x: &Axis,
    [low, high]: [f64; 2],
    (top, bottom): (f64, f64),
) -> Drawn {
    // A band without width would not be seen.
    let (left, right) = (frame.x(x, low), frame.x(x, high).max(frame.x(x, low) + 2.0));
    sheet.rectangle(Frame { left, top, right, bottom }, filled(DOUBT))
}

fn strips(layout: &Layout<'_>, sheet: &Sheet<'_>, frame: Frame, row: f64, rows: &[Row<'_>]) -> Drawn {
    let x = Axis { low: 0.0, high: 1.0, ticks: vec![0.0, 0.5, 1.0], step: 0.5, words: Words::Percent };
    sheet.mesh(frame, &x, &row_axis(rows.len()))?;
    let told = |share: f64| grouped(100.0 * share, usize::from(share > 0.0 && share < 0.0995));
    for (i, (_, found)) in rows.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * row;
        let (top, bottom) = (y - 8.0, y + 8.0);
        let kind = plain(SMALL, INK);
        let Some(share) = found.doubt_share else {
            let text = layout.t("the same in all runs");
            sheet.text(frame.right + 10.0, y, text, &plain(SMALL, MUTED), Side::Left)?;
            continue;
        };
        let split = frame.left + frame.width() * share.estimate;
        sheet.rectangle(Frame { left: frame.left, top, right: split, bottom }, filled(DOUBT))?;
        sheet.rectangle(Frame { left: split, top, right: frame.right, bottom }, filled(CHANCE))?;
        whisker(sheet, frame, (share.low, share.high), y, 3.0)?;
        let (low, high) = (told(share.low), told(share.high));
        let text = if found.below_noise {
            layout.fill("below noise (≤ {high}{thin}%)", &[("high", &high), ("thin", &THIN.to_string())])
        } else {
            format!("{}{THIN}% ({low}–{high})", told(share.estimate))
        };
        sheet.text(frame.right + 10.0, y, &text, &kind, Side::Left)?;
    }
    sheet.line(&[(frame.left, frame.top), (frame.left, frame.bottom)], stroke(AXIS, 1.0))
}
