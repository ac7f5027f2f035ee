//! Fans: quantiles and mean over time of consequences and variables, a panel each, two beside one another.

use plotters::prelude::Polygon;
use plotters::style::RGBColor;

use crate::analysis::{Fan, Findings};
use crate::output::format;

use super::ChartError;
use super::axis::{Axis, time_axis, value_axis};
use super::heading::{Heading, moment};
use super::incidence::{line, widened};
use super::labels::{cut, spaced};
use super::number::{count, grouped, quantity, told_step};
use super::occupancy::paged;
use super::sheet::{Drawn, Frame, MARGIN, Panel, Sheet, Side, WIDTH, drawing, page};
use super::style::{AXIS, BLUE, GREEN, HEADING, INK, MUTED, SMALL, TEXT, filled, plain, stroke, strong, tint};

pub(super) const CONSEQUENCES: &str = "What it adds up to";
pub(super) const VARIABLES: &str = "How conditions change";

/// Panels a page.
const PANELS: usize = 8;
const LEGEND: f64 = 28.0;
const HEAD: f64 = 42.0;
const PLOT: f64 = 210.0;
const BELOW: f64 = 60.0;
const GUTTER: f64 = 44.0;
/// Room for the labels of the vertical axis.
const LEFT: f64 = 56.0;

/// What one panel shows.
struct Series<'a> {
    name: &'a str,
    unit: &'a str,
    fan: &'a Fan,
}

/// Fans of the consequences' totals so far; a page for every eight, none without consequences.
///
/// # Errors
/// See [`ChartError`].
pub fn consequence_fans(findings: &Findings) -> Result<Vec<Vec<u8>>, ChartError> {
    let series: Vec<Series<'_>> =
        findings.consequences.iter().map(|c| Series { name: &c.name, unit: &c.unit, fan: &c.path }).collect();
    let told = "Total so far over all runs; a run that has ended keeps its total.";
    pages(findings, &series, CONSEQUENCES, told, BLUE)
}

/// Fans of the variables over the runs still going; a page for every eight, none without variables.
///
/// # Errors
/// See [`ChartError`].
pub fn variable_fans(findings: &Findings) -> Result<Vec<Vec<u8>>, ChartError> {
    let series: Vec<Series<'_>> =
        findings.variables.iter().map(|v| Series { name: &v.name, unit: &v.unit, fan: &v.path }).collect();
    let told = "Over the runs still going at the time; a run that has ended drops out, so left and right are not the same runs.";
    pages(findings, &series, VARIABLES, told, GREEN)
}

fn pages(
    findings: &Findings,
    series: &[Series<'_>],
    title: &str,
    told: &str,
    color: RGBColor,
) -> Result<Vec<Vec<u8>>, ChartError> {
    let total = series.len().div_ceil(PANELS);
    let reading = match findings.origin.exactness() {
        Some(_) => format!("{told} Expected values, without error of simulation; no quantiles, which only runs have."),
        None => format!("{told} {} runs in all.", count(findings.origin.runs)),
    };
    let mut pages = Vec::with_capacity(total);
    for (number, panels) in series.chunks(PANELS).enumerate() {
        let heading = Heading::of(findings, &paged(title, number + 1, total), reading.clone());
        let row = HEAD + PLOT + BELOW;
        let body = LEGEND + row * panels.len().div_ceil(2) as f64;
        pages.push(page(&heading, body, |sheet| {
            legend(sheet, panels, color)?;
            let wide = (WIDTH - 2.0 * MARGIN - GUTTER) / 2.0;
            for (i, series) in panels.iter().enumerate() {
                let left = MARGIN + (i % 2) as f64 * (wide + GUTTER);
                let top = sheet.top + LEGEND + (i / 2) as f64 * row;
                draw(sheet, findings, series, (left, left + wide, top), color)?;
            }
            Ok(())
        })?);
    }
    Ok(pages)
}

/// Pairs of quantiles that bound a band, the widest first.
fn bands(fan: &Fan) -> impl Iterator<Item = (usize, usize)> + '_ {
    let n = fan.probabilities.len();
    (0..n / 2).map(move |i| (i, n - 1 - i))
}

/// The fill of the `i`-th band of `n`, from the palest.
fn band_color(color: RGBColor, i: usize, n: usize) -> RGBColor {
    tint(color, 0.80 - 0.38 * i as f64 / n.max(2).saturating_sub(1) as f64)
}

fn median(fan: &Fan) -> Option<usize> {
    fan.probabilities.iter().position(|p| (p - 0.5).abs() < 1e-9)
}

/// A probability as a percentile.
fn percentile(p: f64) -> String {
    grouped(100.0 * p, usize::from((100.0 * p - (100.0 * p).round()).abs() > 1e-6))
}

fn band_name(fan: &Fan, (low, high): (usize, usize)) -> String {
    format!("{}–{}\u{202f}%", percentile(fan.probabilities[low]), percentile(fan.probabilities[high]))
}

fn legend(sheet: &Sheet<'_>, panels: &[Series<'_>], color: RGBColor) -> Drawn {
    let Some(fan) = panels.first().map(|s| s.fan) else { return Ok(()) };
    let y = sheet.top + 4.0;
    let mut pen = MARGIN;
    let kind = plain(SMALL + 0.5, INK);
    if median(fan).is_some() {
        sheet.line(&[(pen, y), (pen + 26.0, y)], stroke(color, 2.0))?;
        pen = sheet.texts(pen + 33.0, y, &[("median", kind)])? + 24.0;
    }
    for dash in [0.0, 10.0, 20.0] {
        sheet.line(&[(pen + dash, y), (pen + dash + 6.0, y)], stroke(INK, 1.0))?;
    }
    pen = sheet.texts(pen + 33.0, y, &[("mean", kind)])? + 24.0;
    let total = bands(fan).count();
    for (i, band) in bands(fan).enumerate() {
        let swatch = Frame { left: pen, top: y - 6.0, right: pen + 26.0, bottom: y + 6.0 };
        sheet.rectangle(swatch, filled(band_color(color, i, total)))?;
        let told = format!("{} of the runs", band_name(fan, band));
        pen = sheet.texts(pen + 33.0, y, &[(&told, kind)])? + 24.0;
    }
    Ok(())
}

/// Whether a row can be drawn.
fn known_row(fan: &Fan, row: &[f64]) -> bool {
    !row.is_empty() && row.len() == fan.probabilities.len() && row.iter().all(|v| v.is_finite())
}

/// Unbroken stretches of points that have a finite row, each as (time, row).
fn stretches<'a>(points: &[f64], fan: &'a Fan) -> Vec<Vec<(f64, &'a [f64])>> {
    let mut stretches = vec![Vec::new()];
    for (time, row) in points.iter().zip(&fan.rows) {
        if known_row(fan, row) {
            if let Some(stretch) = stretches.last_mut() {
                stretch.push((*time, row.as_slice()));
            }
        } else {
            stretches.push(Vec::new());
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

/// Unbroken stretches of the mean.
fn means(points: &[f64], fan: &Fan) -> Vec<Vec<(f64, f64)>> {
    let mut stretches = vec![Vec::new()];
    for (time, mean) in points.iter().zip(&fan.means) {
        match (mean.map(|m| m.estimate).filter(|v| v.is_finite()), stretches.last_mut()) {
            (Some(value), Some(stretch)) => stretch.push((*time, value)),
            _ => stretches.push(Vec::new()),
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

/// Draws one panel between left and right from the top.
fn draw(
    sheet: &Sheet<'_>,
    findings: &Findings,
    series: &Series<'_>,
    (left, right, top): (f64, f64, f64),
    color: RGBColor,
) -> Drawn {
    let (points, fan) = (&findings.axis.points, series.fan);
    let (rows, means) = (stretches(points, fan), means(points, fan));
    let name_type = strong(HEADING, INK);
    let name = cut(&spaced(series.name), &name_type, right - left - 60.0);
    let pen = sheet.texts(left, top + 4.0, &[(&name, name_type)])? + 8.0;
    let unit_type = plain(SMALL + 0.5, MUTED);
    let unit = cut(series.unit, &unit_type, right - pen);
    sheet.text(pen, top + 4.5, &unit, &unit_type, Side::Left)?;
    let kind = plain(SMALL, MUTED);
    sheet.text(left, top + 23.0, &cut(&told(findings, fan), &kind, right - left), &kind, Side::Left)?;

    let values = rows.iter().flatten().flat_map(|(_, row)| row.iter().copied());
    let values = values.chain(means.iter().flatten().map(|place| place.1));
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let y = if low <= high { value_axis(low, high, 4) } else { value_axis(0.0, 1.0, 4) };
    let x = time_axis(findings.axis.horizon, &findings.axis.unit, 9);
    let frame = Frame { left: left + LEFT, top: top + HEAD, right: right - 10.0, bottom: top + HEAD + PLOT };
    let mut panel = sheet.panel(frame, &x, &y)?;
    for stretch in &rows {
        fill(&mut panel, &x, fan, stretch, color)?;
    }
    if y.low < 0.0 && y.high > 0.0 {
        let zero = frame.y(&y, 0.0);
        sheet.line(&[(frame.left, zero), (frame.right, zero)], stroke(AXIS, 0.5))?;
    }
    let unseen = means.is_empty();
    for stretch in means {
        line(&mut panel, widened(&x, stretch), stroke(INK, 0.9), true)?;
    }
    if rows.is_empty() && unseen {
        sheet.text(frame.left + 16.0, frame.top + 16.0, "No runs.", &plain(TEXT, MUTED), Side::Left)?;
    }
    let title = format!("Time ({}s)", findings.axis.unit);
    let middle = (frame.left + frame.right) / 2.0;
    sheet.text(middle, frame.bottom + 32.0, &title, &plain(SMALL, MUTED), Side::Center)
}

fn fill(panel: &mut Panel<'_>, x: &Axis, fan: &Fan, stretch: &[(f64, &[f64])], color: RGBColor) -> Drawn {
    let course = |i: usize| widened(x, stretch.iter().map(|(time, row)| (*time, row[i])).collect());
    let total = bands(fan).count();
    for (i, (low, high)) in bands(fan).enumerate() {
        let mut border = course(high);
        border.extend(course(low).into_iter().rev());
        panel.draw_series([Polygon::new(border, filled(band_color(color, i, total)))]).map_err(drawing)?;
    }
    if let Some(i) = median(fan) {
        line(panel, course(i), stroke(color, 2.0), false)?;
    }
    Ok(())
}

/// The last known point in words, and how many runs it stands on when that is not all of them.
fn told(findings: &Findings, fan: &Fan) -> String {
    if findings.origin.exactness().is_some() {
        let last =
            findings.axis.points.iter().zip(&fan.means).filter_map(|(time, mean)| Some((time, (*mean)?))).next_back();
        return last.map_or_else(
            || "No run goes on".to_owned(),
            |(time, mean)| format!("At {}: mean {}", moment(findings, *time), format::number(mean.estimate)),
        );
    }
    let mut known = findings.axis.points.iter().zip(&fan.rows).zip(&fan.counts);
    let Some(((time, row), runs)) = known.rfind(|((_, row), _)| known_row(fan, row)) else {
        return "No run to look at".to_owned();
    };
    let size = row.iter().map(|v| v.abs()).fold(0.0, f64::max);
    let width = row.last().unwrap_or(&0.0) - row.first().unwrap_or(&0.0);
    let step = told_step(width, size);
    let number = |i: usize| row.get(i).map_or_else(|| "–".to_owned(), |v| quantity(*v, step, size));
    let mut told = format!("At {}: ", moment(findings, *time));
    if let Some(i) = median(fan) {
        told.push_str(&format!("median {}", number(i)));
    }
    if let Some((low, high)) = bands(fan).next() {
        told.push_str(&format!("; {}: {} to {}", band_name(fan, (low, high)), number(low), number(high)));
    }
    if *runs < findings.origin.runs {
        told.push_str(&format!("; {} runs still going", count(*runs)));
    }
    told
}
