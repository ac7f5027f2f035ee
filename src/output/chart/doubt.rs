//! Bars of the outcomes' probabilities where doubt and chance were told apart: three bands that are not to be mistaken.
//!
//! A row has two lanes: the bar with its whisker (sampling error) above, the band of the parameter sets (doubt) below. To
//! its right stands what the variance of the outcome is made of, doubt and chance, as one strip.

use super::ChartError;
use super::axis::{Axis, Words, probability_axis, row_axis, thinned};
use super::heading::{Heading, confidence};
use super::labels::{cut, spaced};
use super::number::{THIN, count, grouped, percent};
use super::outcomes::{self, TITLE, ends, whisker};
use super::sheet::{Drawn, Frame, MARGIN, Sheet, Side, WIDTH, page};
use super::style::{AXIS, BLUE, INK, MUTED, SMALL, TEXT, filled, plain, stroke, strong};
use crate::analysis::{Findings, Passage, Separated};
use crate::stats::components::Components;
use plotters::style::RGBColor;

/// Doubt about the parameters, wherever it is drawn.
const DOUBT: RGBColor = RGBColor(0xe6, 0x9f, 0x00);
/// Chance once the parameters are known.
const CHANCE: RGBColor = RGBColor(0xb9, 0xc1, 0xca);

const NAMES: f64 = 250.0;
const VALUES: f64 = 84.0;
const STRIP: f64 = 190.0;
/// Room for the words beside the strip.
const WORDS: f64 = 150.0;
const ROW: f64 = 42.0;
const LEGEND: f64 = 68.0;
const BELOW: f64 = 52.0;

/// The bars, the bands and the strips.
pub(super) fn bars(findings: &Findings, separated: &Separated) -> Result<Vec<u8>, ChartError> {
    let rows: Vec<(&Passage, &Components)> =
        findings.outcomes.iter().zip(separated.outcomes.iter().map(|event| &event.components)).collect();
    let sets = count(separated.points);
    let how = match separated.runs_per_point {
        0 => format!("at {sets} parameter sets, each solved"),
        runs => format!("at {sets} parameter sets of {} runs, their sampling noise taken out", count(runs)),
    };
    let reading = format!(
        "Share of {} runs with parameters drawn anew. Doubt and chance told apart {how}. “<”: no such run; its upper bound.",
        count(findings.origin.runs)
    );
    let heading = Heading::of(findings, TITLE, reading);
    let height = ROW * rows.len().max(1) as f64;
    page(&heading, LEGEND + height + BELOW, |sheet| {
        legend(sheet, findings)?;
        let kind = plain(TEXT + 0.5, INK);
        let names: Vec<String> = rows.iter().map(|(outcome, _)| cut(&spaced(&outcome.name), &kind, NAMES)).collect();
        let widest = names.iter().map(|name| kind.width(name)).fold(60.0, f64::max);
        let strip = WIDTH - MARGIN - WORDS - STRIP;
        let frame = Frame {
            left: MARGIN + widest + 14.0,
            top: sheet.top + LEGEND,
            right: strip - VALUES,
            bottom: sheet.top + LEGEND + height,
        };
        for (i, name) in names.iter().enumerate() {
            sheet.text(frame.left - 12.0, frame.top + (i as f64 + 0.5) * ROW, name, &kind, Side::Right)?;
        }
        probabilities(sheet, frame, &rows)?;
        strips(sheet, Frame { left: strip, right: strip + STRIP, ..frame }, &rows)?;
        let kind = plain(SMALL, MUTED);
        let y = frame.bottom + 40.0;
        sheet.text((frame.left + frame.right) / 2.0, y, "Probability of the outcome", &kind, Side::Center)?;
        sheet.text(strip + STRIP / 2.0, y, "Share of its variance", &kind, Side::Center)
    })
}

/// Two lines of keys: how the probability is drawn, then what the strips are.
fn legend(sheet: &Sheet<'_>, findings: &Findings) -> Drawn {
    let kind = plain(SMALL + 0.5, INK);
    let y = sheet.top + 4.0;
    let mut pen = MARGIN;
    let mut bars = vec![("ends the run", BLUE)];
    if findings.outcomes.iter().any(|outcome| outcome.at_horizon) {
        bars.push(("still open at the horizon", outcomes::horizon_color()));
    }
    for (text, color) in bars {
        sheet.rectangle(Frame { left: pen, top: y - 5.0, right: pen + 18.0, bottom: y + 5.0 }, filled(color))?;
        pen = sheet.texts(pen + 25.0, y, &[(text, kind)])? + 26.0;
    }
    let key = Frame { left: pen, top: y - 5.0, right: pen + 26.0, bottom: y + 5.0 };
    whisker(sheet, key, (0.0, 1.0), y, 4.0)?;
    let sampling = format!("sampling error: {} interval of this many runs", confidence(findings));
    sheet.texts(pen + 33.0, y, &[(&sampling, kind)])?;
    let y = y + 20.0;
    let mut pen = MARGIN;
    for (text, color, half) in [
        ("doubt: the probability at nine of ten parameter sets, and its share of the variance", DOUBT, 3.5),
        ("chance: what is left when the parameters are known", CHANCE, 5.0),
    ] {
        sheet.rectangle(Frame { left: pen, top: y - half, right: pen + 18.0, bottom: y + half }, filled(color))?;
        pen = sheet.texts(pen + 25.0, y, &[(text, kind)])? + 26.0;
    }
    Ok(())
}

fn probabilities(sheet: &Sheet<'_>, frame: Frame, rows: &[(&Passage, &Components)]) -> Drawn {
    let bands = rows.iter().filter_map(|(_, found)| found.band.map(|band| band[1]));
    let x = probability_axis(bands.fold(outcomes::highest(rows.iter().map(|(outcome, _)| *outcome)), f64::max), 8);
    let x = thinned(x, frame.right - frame.left, 46.0);
    let mut panel = sheet.panel(frame, &x, &row_axis(rows.len()))?;
    for (i, (outcome, _)) in rows.iter().enumerate() {
        outcomes::bar(&mut panel, outcome, rows.len() as f64 - i as f64 - 0.38, 0.2)?;
    }
    let place = |value: f64| frame.left + (frame.right - frame.left) * x.share(value);
    for (i, (outcome, found)) in rows.iter().enumerate() {
        let top = frame.top + i as f64 * ROW;
        if let Some([low, high]) = found.band {
            // A band without width would not be seen.
            let (left, right) = (place(low), place(high).max(place(low) + 2.0));
            let lane = Frame { left, top: top + 0.66 * ROW, right, bottom: top + 0.83 * ROW };
            sheet.rectangle(lane, filled(DOUBT))?;
        }
        let (low, high) = ends(&x, &outcome.probability);
        let y = top + 0.38 * ROW;
        whisker(sheet, frame, (low, high), y, 4.0)?;
        let end = frame.left + (frame.right - frame.left) * high;
        sheet.text(end + 8.0, y, &percent(&outcome.probability), &strong(TEXT + 0.5, INK), Side::Left)?;
    }
    sheet.line(&[(frame.left, frame.top), (frame.left, frame.bottom)], stroke(AXIS, 1.0))
}

fn strips(sheet: &Sheet<'_>, frame: Frame, rows: &[(&Passage, &Components)]) -> Drawn {
    let x = Axis { low: 0.0, high: 1.0, ticks: vec![0.0, 0.5, 1.0], step: 0.5, words: Words::Percent };
    sheet.panel(frame, &x, &row_axis(rows.len()))?;
    let told = |share: f64| grouped(100.0 * share, usize::from(share > 0.0 && share < 0.0995));
    for (i, (_, found)) in rows.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * ROW;
        let (top, bottom) = (y - 8.0, y + 8.0);
        let kind = plain(SMALL, INK);
        let Some(share) = found.doubt_share else {
            sheet.text(frame.right + 10.0, y, "the same in all runs", &plain(SMALL, MUTED), Side::Left)?;
            continue;
        };
        let split = frame.left + STRIP * share.estimate;
        sheet.rectangle(Frame { left: frame.left, top, right: split, bottom }, filled(DOUBT))?;
        sheet.rectangle(Frame { left: split, top, right: frame.right, bottom }, filled(CHANCE))?;
        whisker(sheet, frame, (share.low, share.high), y, 3.0)?;
        let text = if found.below_noise {
            format!("below noise (up to {}{THIN}%)", told(share.high))
        } else {
            format!("doubt {}{THIN}% ({}–{})", told(share.estimate), told(share.low), told(share.high))
        };
        sheet.text(frame.right + 10.0, y, &text, &kind, Side::Left)?;
    }
    sheet.line(&[(frame.left, frame.top), (frame.left, frame.bottom)], stroke(AXIS, 1.0))
}
