//! Fans: quantiles and mean over time of consequences and variables, a panel each, two beside one another.

use plotters::style::RGBColor;

use crate::analysis::{Fan, Findings};
use crate::output::format;

use super::axis::{Axis, time_axis, value_axis};
use super::heading::{Heading, moment, time_title};
use super::incidence::{placed, widened};
use super::keys::{Keys, Swatch};
use super::labels::{broken, cut, spaced};
use super::layout::{Layout, compose};
use super::mark::{Page, Place};
use super::number::{count, grouped, quantity, told_step};
use super::occupancy::paged;
use super::sheet::{Drawn, Frame, Sheet, Side, label_room, page, surroundings};
use super::style::{AXIS, BLUE, GREEN, HEADING, INK, MUTED, SMALL, TEXT, filled, plain, stroke, strong, tint};
use super::theme::Theme;
use super::{ChartError, Picture};

pub(super) const CONSEQUENCES_TITLE: &str = "what it adds up to";
pub(super) const VARIABLES_TITLE: &str = "how conditions change";

/// Name, unit and what is told of the last point.
const HEAD: f64 = 40.0;
/// Of a second line of what is told.
const LINE: f64 = 14.0;
const BELOW: f64 = 52.0;
const GUTTER: f64 = 36.0;
/// A panel is not narrower than this.
const NARROWEST: f64 = 330.0;

/// What one panel shows.
struct Series<'a> {
    name: &'a str,
    unit: &'a str,
    fan: &'a Fan,
}

/// Fans of the consequences' totals so far; as many pages as they need, none without consequences.
///
/// # Errors
/// See [`ChartError`].
pub fn consequence_fans(findings: &Findings, theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let series: Vec<Series<'_>> =
        findings.consequences.iter().map(|c| Series { name: &c.name, unit: &c.unit, fan: &c.path }).collect();
    let pages = compose(theme, |layout| {
        let told = layout.t("Total so far over all runs; a run that has ended keeps its total.");
        pages(layout, findings, &series, layout.title("consequences", CONSEQUENCES_TITLE), told, BLUE)
    })?;
    Ok(Picture::several("consequences", "timeline.csv", pages, theme))
}

/// Fans of the variables over the runs still going; as many pages as they need, none without variables.
///
/// # Errors
/// See [`ChartError`].
pub fn variable_fans(findings: &Findings, theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let series: Vec<Series<'_>> =
        findings.variables.iter().map(|v| Series { name: &v.name, unit: &v.unit, fan: &v.path }).collect();
    let pages = compose(theme, |layout| {
        let told = layout.t("Over the runs still going at the time; a run that has ended drops out, so left and right are not the same runs.");
        pages(layout, findings, &series, layout.title("variables", VARIABLES_TITLE), told, GREEN)
    })?;
    Ok(Picture::several("variables", "timeline.csv", pages, theme))
}

fn pages(
    layout: &Layout<'_>,
    findings: &Findings,
    series: &[Series<'_>],
    title: &str,
    told: &str,
    color: RGBColor,
) -> Result<Vec<Page>, ChartError> {
    if series.is_empty() {
        return Ok(Vec::new());
    }
    let reading = match findings.origin.exactness() {
        Some(_) => layout.fill(
            "{told} Expected values, without error of simulation; no quantiles, which only runs have.",
            &[("told", told)],
        ),
        None => layout.fill("{told} {runs} runs in all.", &[("told", told), ("runs", &count(findings.origin.runs))]),
    };
    let heading = |number: usize, total: usize| {
        Heading::of(layout, findings, &paged(layout, title, number, total), reading.clone())
    };
    let across = ((layout.room() + GUTTER) / (NARROWEST + GUTTER)).floor().clamp(1.0, 3.0).min(series.len() as f64);
    let wide = (layout.room() - GUTTER * (across - 1.0)) / across;
    let kind = plain(SMALL, MUTED);
    let told: Vec<Vec<String>> =
        series.iter().map(|one| broken(&last_point(layout, findings, one.fan), &kind, wide, 3)).collect();
    let lines = told.iter().map(Vec::len).max().unwrap_or(1).max(1) as f64;
    let head = HEAD + LINE * (lines - 1.0);
    let plot = layout.stretched(190.0, 90.0);
    let row = head + plot + BELOW;
    let keys = Keys::new(keys(layout, series, color), layout.left(), layout.right());
    let legend = keys.height() + 12.0;
    let budget = layout.budget(surroundings(layout, &heading(1, 2))) - legend;
    let rows = (budget / row).floor().clamp(1.0, 4.0);
    let per_page = (rows * across) as usize;
    let total = series.len().div_ceil(per_page);
    let mut pages = Vec::with_capacity(total);
    for (number, panels) in series.chunks(per_page).enumerate() {
        let body = legend + row * (panels.len() as f64 / across).ceil();
        pages.push(page(layout, &heading(number + 1, total), body, |sheet| {
            keys.draw(sheet, sheet.top)?;
            for (i, series) in panels.iter().enumerate() {
                let (column, line) = (i % across as usize, i / across as usize);
                let left = layout.left() + column as f64 * (wide + GUTTER);
                let top = sheet.top + legend + line as f64 * row;
                let frame = Frame { left, top: top + head, right: left + wide, bottom: top + head + plot };
                draw(layout, sheet, findings, series, frame, (top, &told[number * per_page + i], color))?;
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

fn keys(layout: &Layout<'_>, panels: &[Series<'_>], color: RGBColor) -> Vec<(Swatch, String)> {
    let Some(fan) = panels.first().map(|s| s.fan) else { return Vec::new() };
    let mut keys = Vec::new();
    if median(fan).is_some() {
        keys.push((Swatch::Line(color), layout.t("median").to_owned()));
    }
    keys.push((Swatch::Dashes(INK), layout.t("mean").to_owned()));
    let total = bands(fan).count();
    for (i, band) in bands(fan).enumerate() {
        let told = layout.fill("{band} of the runs", &[("band", &band_name(fan, band))]);
        keys.push((Swatch::Fill(band_color(color, i, total)), told));
    }
    keys
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

/// Draws one panel: its words from `top`, its plot at the bottom of `frame`.
fn draw(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    findings: &Findings,
    series: &Series<'_>,
    Frame { left, top: plot, right, bottom }: Frame,
    (top, told, color): (f64, &[String], RGBColor),
) -> Drawn {
    let (points, fan) = (&findings.axis.points, series.fan);
    let (rows, means) = (stretches(points, fan), means(points, fan));
    let name_type = strong(HEADING - 1.0, INK);
    let name = cut(&spaced(series.name), &name_type, right - left - 60.0);
    let pen = sheet.texts(left, top + 4.0, &[(&name, name_type)])? + 8.0;
    let unit_type = plain(SMALL + 0.5, MUTED);
    let unit = cut(series.unit, &unit_type, right - pen);
    sheet.text(pen, top + 4.5, &unit, &unit_type, Side::Left)?;
    for (i, line) in told.iter().enumerate() {
        sheet.text(left, top + 22.0 + LINE * i as f64, line, &plain(SMALL, MUTED), Side::Left)?;
    }
    let values = rows.iter().flatten().flat_map(|(_, row)| row.iter().copied());
    let values = values.chain(means.iter().flatten().map(|place| place.1));
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let y = if low <= high { value_axis(low, high, 4) } else { value_axis(0.0, 1.0, 4) };
    let x = time_axis(findings.axis.horizon, &findings.axis.unit, 9);
    let frame = Frame { left: left + label_room(&y), top: plot, right: right - 10.0, bottom };
    sheet.mesh(frame, &x, &y)?;
    for stretch in &rows {
        fill(sheet, frame, (&x, &y), fan, stretch, color)?;
    }
    if y.low < 0.0 && y.high > 0.0 {
        let zero = frame.y(&y, 0.0);
        sheet.line(&[(frame.left, zero), (frame.right, zero)], stroke(AXIS, 0.75))?;
    }
    let unseen = means.is_empty();
    for stretch in means {
        sheet.dashes(&placed(frame, (&x, &y), widened(&x, stretch)), stroke(INK, 1.0));
    }
    if rows.is_empty() && unseen {
        let text = layout.t("No runs.");
        sheet.text(frame.left + 16.0, frame.top + 16.0, text, &plain(TEXT, MUTED), Side::Left)?;
    }
    let title = time_title(layout, &findings.axis.unit);
    sheet.text(frame.middle(), frame.bottom + 31.0, &title, &plain(SMALL, MUTED), Side::Center)
}

fn fill(
    sheet: &Sheet<'_>,
    frame: Frame,
    (x, y): (&Axis, &Axis),
    fan: &Fan,
    stretch: &[(f64, &[f64])],
    color: RGBColor,
) -> Drawn {
    let course = |i: usize| -> Vec<Place> {
        placed(frame, (x, y), widened(x, stretch.iter().map(|(time, row)| (*time, row[i])).collect()))
    };
    let total = bands(fan).count();
    for (i, (low, high)) in bands(fan).enumerate() {
        let mut border = course(high);
        border.extend(course(low).into_iter().rev());
        sheet.area(border, filled(band_color(color, i, total)));
    }
    if let Some(i) = median(fan) {
        sheet.line(&course(i), stroke(color, 2.0))?;
    }
    Ok(())
}

/// The last known point in words, and how many runs it stands on when that is not all of them.
fn last_point(layout: &Layout<'_>, findings: &Findings, fan: &Fan) -> String {
    if findings.origin.exactness().is_some() {
        let last =
            findings.axis.points.iter().zip(&fan.means).filter_map(|(time, mean)| Some((time, (*mean)?))).next_back();
        return last.map_or_else(
            || layout.t("No run goes on").to_owned(),
            |(time, mean)| {
                let (when, mean) = (moment(layout, findings, *time), format::number(mean.estimate));
                layout.fill("At {when}: mean {mean}", &[("when", &when), ("mean", &mean)])
            },
        );
    }
    let mut known = findings.axis.points.iter().zip(&fan.rows).zip(&fan.counts);
    let Some(((time, row), runs)) = known.rfind(|((_, row), _)| known_row(fan, row)) else {
        return layout.t("No run to look at").to_owned();
    };
    let size = row.iter().map(|v| v.abs()).fold(0.0, f64::max);
    let width = row.last().unwrap_or(&0.0) - row.first().unwrap_or(&0.0);
    let step = told_step(width, size);
    let number = |i: usize| row.get(i).map_or_else(|| "–".to_owned(), |v| quantity(*v, step, size));
    let when = moment(layout, findings, *time);
    let median = median(fan).map_or_else(|| "–".to_owned(), number);
    let mut told = layout.fill("At {when}: median {median}", &[("when", &when), ("median", &median)]);
    if let Some((low, high)) = bands(fan).next() {
        let band = band_name(fan, (low, high));
        let with = [("band", band.as_str()), ("low", &number(low)), ("high", &number(high))];
        told.push_str("; ");
        told.push_str(&layout.fill("{band}: {low} to {high}", &with));
    }
    if *runs < findings.origin.runs {
        told.push_str("; ");
        told.push_str(&layout.fill("{runs} runs still going", &[("runs", &count(*runs))]));
    }
    told
}
