//! What the model gives beside base rates: how often the like has happened elsewhere.
//!
//! One row a base rate, each on a scale of its own, since one may be a hundred times another: a bar for the range from elsewhere, a
//! dot with its interval for the model.

use crate::analysis::Findings;
use crate::analysis::verify::Beside;

use super::super::format::rough;
use super::axis::{Axis, probability_axis, value_axis};
use super::heading::{Heading, moment};
use super::keys::{Keys, Swatch};
use super::labels::{broken, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::THIN;
use super::outcomes::whisker;
use super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::style::{
    AXIS, BLUE, HEADING, INK, MUTED, SMALL, TEXT, TINY, VERMILLION, filled, plain, stroke, strong, tint,
};
use super::theme::Theme;
use super::{ChartError, Picture};

pub(super) const TITLE: &str = "beside what happened elsewhere";

const LINE: f64 = 14.0;
const DOT: f64 = 4.0;
/// Bars are not narrower than this.
const NARROWEST: f64 = 120.0;
/// Between two lines of a source.
const SOURCE: f64 = 12.0;
/// From the middle of a row's bar to its scale.
const SCALE: f64 = 12.0;

/// Base rates as bars, the model as dots with intervals; none without base rates.
///
/// # Errors
/// See [`ChartError`].
pub fn base_rates(findings: &Findings, rates: &[Beside], theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    if rates.is_empty() {
        return Ok(Vec::new());
    }
    let pages = compose(theme, |layout| Ok(vec![draw(layout, findings, rates)?]))?;
    Ok(Picture::several("base-rates", "base-rates.csv", pages, theme))
}

/// The words of one row.
struct Row<'a> {
    rate: &'a Beside,
    name: Vec<String>,
    when: String,
    model: String,
    elsewhere: String,
}

/// A value as it is told, without its sign of per cent.
fn figure(rate: &Beside, value: f64) -> String {
    rough(if rate.is_share { 100.0 * value } else { value })
}

fn sign(rate: &Beside) -> String {
    if rate.is_share { format!("{THIN}%") } else { String::new() }
}

impl<'a> Row<'a> {
    fn new(layout: &Layout<'_>, findings: &Findings, rate: &'a Beside, most: f64) -> Self {
        let [low, high] = rate.range.map(|value| figure(rate, value));
        let range = if low == high { low } else { format!("{low}–{high}") } + &sign(rate);
        let subject = spaced(&rate.subject);
        let name = if rate.lasting { layout.fill("{name} lasts beyond", &[("name", &subject)]) } else { subject };
        Self {
            rate,
            name: broken(&name, &plain(TEXT + 0.5, INK), most, 2),
            when: moment(layout, findings, rate.at),
            model: format!("{}{}", figure(rate, rate.found), sign(rate)),
            elsewhere: layout.fill("elsewhere {range}", &[("range", &range)]),
        }
    }

    fn axis(&self) -> Axis {
        let rate = self.rate;
        let ends = [rate.range[0], rate.range[1], rate.interval[0], rate.interval[1], rate.found];
        let high = ends.into_iter().fold(0.0, f64::max);
        let low = ends.into_iter().fold(0.0, f64::min);
        // Where all is 0, some part of the scale of probabilities is still wanted.
        if rate.is_share {
            probability_axis(if high > 0.0 { 1.05 * high } else { 0.01 }, 4)
        } else {
            value_axis(low, high, 4)
        }
    }
}

fn draw(layout: &Layout<'_>, findings: &Findings, rates: &[Beside]) -> Result<Page, ChartError> {
    let reading = if findings.origin.exactness().is_some() {
        layout.t("Dots: the model, without error of simulation. Bars: ranges from elsewhere, to which the model is not fitted. Each row has its own scale.").to_owned()
    } else {
        layout.fill(
            "Dots: the model, with {level} intervals, the error of simulation only. Bars: ranges from elsewhere, to which the model is not fitted. Each row has its own scale.",
            &[("level", &format!("95{THIN}%"))],
        )
    };
    let heading = Heading::of(layout, findings, layout.title("base_rates", TITLE), reading);
    let most = (if layout.is_narrow() { 0.3 } else { 0.34 }) * layout.room();
    let rows: Vec<Row<'_>> = rates.iter().map(|rate| Row::new(layout, findings, rate, most.min(300.0))).collect();
    let (name, small) = (plain(TEXT + 0.5, INK), plain(SMALL, MUTED));
    let names = rows.iter().flat_map(|row| row.name.iter().map(|line| name.width(line)));
    let widest = names.chain(rows.iter().map(|row| small.width(&row.when))).fold(40.0, f64::max);
    let model = strong(HEADING - 1.5, INK);
    let words = rows.iter().map(|row| model.width(&row.model).max(small.width(&row.elsewhere))).fold(40.0, f64::max);
    // Where the bars would have no room beside the words, these stand above them.
    let is_stacked = layout.room() - widest - words - 40.0 < NARROWEST;
    let above = if is_stacked { 2.0 * LINE + 4.0 } else { 0.0 };
    let lines = rows.iter().map(|row| row.name.len() + 1).max().unwrap_or(2) as f64;
    let tiny = plain(TINY, MUTED);
    let is_long = |row: &Row<'_>| tiny.width(&row.rate.source) > layout.room() - widest - 18.0;
    let below = if rows.iter().any(is_long) { SOURCE } else { 0.0 };
    let high = layout.stretched(72.0, (LINE * lines + 26.0).max(60.0)) + above + below;
    let keys = [
        (Swatch::Dot(VERMILLION), layout.t("the model").to_owned()),
        (Swatch::Band(tint(BLUE, 0.5)), layout.t("range from elsewhere").to_owned()),
    ];
    let keys = Keys::new(keys, layout.left(), layout.right());
    let head = keys.height() + 8.0;
    page(layout, &heading, head + high * rows.len() as f64 + 8.0, |sheet| {
        keys.draw(sheet, sheet.top)?;
        for (i, row) in rows.iter().enumerate() {
            let middle = sheet.top + head + high * (i as f64 + 0.5) - below / 2.0;
            let (bar, first) = (middle - 13.0 + above / 2.0, middle - 15.0);
            let right = layout.left() + widest;
            for (k, line) in row.name.iter().enumerate() {
                sheet.text(right, first + LINE * k as f64, line, &name, Side::Right)?;
            }
            sheet.text(right, first + LINE * row.name.len() as f64, &row.when, &small, Side::Right)?;
            let left = if is_stacked { right + 18.0 } else { layout.right() - words };
            let told = if is_stacked { bar - above - 4.0 } else { bar - 2.0 };
            sheet.text(left, told, &row.model, &model, Side::Left)?;
            sheet.text(left, told + LINE, &row.elsewhere, &small, Side::Left)?;
            let frame = Frame {
                left: right + 18.0,
                right: if is_stacked { layout.right() } else { left - 22.0 },
                top: bar - 8.0,
                bottom: bar + 8.0,
            };
            track(sheet, frame, row)?;
            // Who says so: without it, two ranges for the same would not be told apart.
            let tiny = plain(TINY, MUTED);
            for (k, line) in broken(&row.rate.source, &tiny, layout.right() - frame.left, 2).iter().enumerate() {
                sheet.text(frame.left, bar + SCALE + 24.0 + SOURCE * k as f64, line, &tiny, Side::Left)?;
            }
        }
        Ok(())
    })
}

/// The bar, the dot and the scale of one row.
fn track(sheet: &Sheet<'_>, frame: Frame, row: &Row<'_>) -> Drawn {
    let (rate, x) = (row.rate, row.axis());
    let y = f64::midpoint(frame.top, frame.bottom);
    let [low, high] = rate.range.map(|value| frame.x(&x, value));
    // A range without width is still to be seen.
    let half = ((high - low) / 2.0).max(1.0);
    let middle = f64::midpoint(low, high);
    sheet.rectangle(Frame { left: middle - half, right: middle + half, ..frame }, filled(tint(BLUE, 0.5)))?;
    let scale = y + SCALE;
    sheet.line(&[(frame.left, scale), (frame.right, scale)], stroke(AXIS, 0.75))?;
    for &tick in &x.ticks {
        let at = frame.x(&x, tick);
        sheet.line(&[(at, scale), (at, scale + 3.0)], stroke(AXIS, 0.75))?;
    }
    let kind = plain(TINY, MUTED);
    for (value, at, side) in [(x.low, frame.left, Side::Left), (x.high, frame.right, Side::Right)] {
        let told = if rate.is_share { format!("{}{}", figure(rate, value), sign(rate)) } else { x.label(value) };
        sheet.text(at, scale + 10.0, &told, &kind, side)?;
    }
    if rate.interval[0] < rate.interval[1] {
        whisker(sheet, frame, (x.share(rate.interval[0]), x.share(rate.interval[1])), y, 4.0)?;
    }
    sheet.disc(frame.x(&x, rate.found), y, DOT, filled(VERMILLION))
}
