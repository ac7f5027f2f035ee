//! How long something lasts, with the number at risk and what is known from elsewhere; and how it ends, while the ways compete.
//!
//! Two pages a duration. The first has the share that lasts longer with its interval, the median, the stays that are left to look
//! at, and ranges from elsewhere with their sources; the second has each end's cumulative incidence, and beside it, dashed, what
//! one less the survival of that end alone would claim.

use plotters::style::{Color, RGBColor, ShapeStyle};

use crate::analysis::Findings;
use crate::analysis::durations::{DurationFindings, End, Share};

use super::axis::{Axis, probability_axis, thinned, time_axis};
use super::direct::{self, Ending};
use super::heading::{Heading, confidence, time_title};
use super::incidence::{course, placed};
use super::keys::{Keys, Swatch};
use super::labels::{broken, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::{THIN, count, grouped};
use super::sheet::{Drawn, Frame, Sheet, Side, label_room, page};
use super::style::{BLUE, INK, MUTED, SMALL, TEXT, VERMILLION, filled, plain, stroke, strong};
use super::theme::Theme;
use super::{ChartError, Picture, style};

pub(super) const TITLE: &str = "how long {name} lasts";

/// Below a panel: ticks and the title of the axis.
const BELOW: f64 = 46.0;
/// The number at risk, with its heading.
const RISK: f64 = 36.0;
const NOTE: f64 = 15.0;
/// Ends that never have this share are named and not drawn.
const LEAST: f64 = 0.001;

/// Two pages for each duration that some run began; none where there is none.
///
/// # Errors
/// See [`ChartError`].
pub fn durations(findings: &Findings, theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let mut pages = Vec::new();
    for one in findings.durations.iter().filter(|one| one.begun > 0) {
        pages.extend(compose(theme, |layout| Ok(vec![lasting(layout, findings, one)?]))?);
        if !one.ends.is_empty() {
            pages.extend(compose(theme, |layout| Ok(vec![ending(layout, findings, one)?]))?);
        }
    }
    Ok(Picture::several("durations", "durations.csv", pages, theme))
}

fn quoted(one: &DurationFindings) -> String {
    format!("“{}”", spaced(&one.name))
}

/// `20`, or `9.3` where it is small.
fn figure(value: f64) -> String {
    grouped(value, usize::from(value < 10.0 && (value - value.round()).abs() > 0.05))
}

/// A length of time: `20 weeks`.
fn length(layout: &Layout<'_>, findings: &Findings, figures: &str) -> String {
    let told = match findings.axis.unit.as_str() {
        "day" => layout.t("{n} days"),
        "week" => layout.t("{n} weeks"),
        "month" => layout.t("{n} months"),
        _ => layout.t("{n} years"),
    };
    told.replace("{n}", figures)
}

fn axes(layout: &Layout<'_>, findings: &Findings, one: &DurationFindings) -> Axis {
    // No further than is told of, the model or elsewhere.
    let told = one.ages.last().map_or(0.0, |age| age.age);
    let elsewhere = one.elsewhere.iter().map(|other| other.age).fold(0.0, f64::max);
    let lasted = one.lasted.as_ref().map_or(0.0, |(range, _)| range[1]);
    time_axis(told.max(elsewhere).max(lasted), &findings.axis.unit, if layout.is_narrow() { 6 } else { 9 })
}

/// What stands below the panel: the sources of what is known from elsewhere, each with its number.
fn notes(layout: &Layout<'_>, one: &DurationFindings) -> Vec<String> {
    let kind = plain(SMALL, MUTED);
    let mut lines = Vec::new();
    let number = |i: usize, source: &str| format!("({}) {source}", i + 1);
    let sources = one.elsewhere.iter().map(|other| &other.source).chain(one.lasted.iter().map(|(_, source)| source));
    for (i, source) in sources.enumerate().filter(|(_, source)| !source.is_empty()) {
        lines.extend(broken(&number(i, source), &kind, layout.room(), 3));
    }
    lines
}

fn lasting(layout: &Layout<'_>, findings: &Findings, one: &DurationFindings) -> Result<Page, ChartError> {
    let name = quoted(one);
    let reading = layout.fill(
        "Of {begun} runs in which it begins, the share that lasts longer (Kaplan and Meier). Band: {level} interval, the error of simulation only. {cut} were still going on when their run ended.",
        &[("begun", &count(one.begun)), ("level", &confidence(findings)), ("cut", &count(one.cut))],
    );
    let title = layout.title("durations", TITLE).replace("{name}", &name);
    let heading = Heading::of(layout, findings, &title, reading);
    let notes = notes(layout, one);
    let mut entries = vec![(Swatch::Line(BLUE), layout.t("the model").to_owned())];
    if !one.elsewhere.is_empty() {
        entries.push((Swatch::Band(VERMILLION), layout.t("range from elsewhere").to_owned()));
    }
    let keys = Keys::new(entries, layout.left(), layout.right());
    let plot = layout.stretched(300.0, 150.0);
    // The lengths of what ended elsewhere stand above the panel.
    let above = if one.lasted.is_some() { 24.0 } else { 0.0 };
    let body = keys.height() + 12.0 + above + plot + BELOW + RISK + NOTE * notes.len() as f64 + 8.0;
    page(layout, &heading, body, |sheet| {
        keys.draw(sheet, sheet.top)?;
        let (x, y) = (axes(layout, findings, one), probability_axis(1.0, 5));
        let top = sheet.top + keys.height() + 12.0 + above;
        let frame =
            Frame { left: layout.left() + label_room(&y), top, right: layout.right() - 24.0, bottom: top + plot };
        sheet.mesh(frame, &x, &y)?;
        curve(sheet, frame, (&x, &y), one)?;
        median(layout, sheet, frame, (&x, &y), findings, one)?;
        elsewhere(layout, sheet, frame, (&x, &y), findings, one)?;
        let title = layout.fill("{time}, since it began", &[("time", &time_title(layout, &findings.axis.unit))]);
        sheet.text(frame.middle(), frame.bottom + 32.0, &title, &plain(SMALL, MUTED), Side::Center)?;
        at_risk(layout, sheet, frame, &x, one)?;
        for (i, line) in notes.iter().enumerate() {
            let at = frame.bottom + BELOW + RISK + 6.0 + NOTE * i as f64;
            sheet.text(layout.left(), at, line, &plain(SMALL, MUTED), Side::Left)?;
        }
        Ok(())
    })
}

fn curve(sheet: &Sheet<'_>, frame: Frame, (x, y): (&Axis, &Axis), one: &DurationFindings) -> Drawn {
    let ages: Vec<f64> = one.ages.iter().map(|age| age.age).collect();
    let shares: Vec<Share> = one.ages.iter().map(|age| age.lasting).collect();
    band(sheet, frame, (x, y), &ages, &shares, BLUE);
    sheet.line(&placed(frame, (x, y), course(x, &ages, &shares, |share| share.estimate)), stroke(BLUE, 2.0))
}

fn band(sheet: &Sheet<'_>, frame: Frame, (x, y): (&Axis, &Axis), ages: &[f64], shares: &[Share], color: RGBColor) {
    let mut border = course(x, ages, shares, |share| share.high);
    border.extend(course(x, ages, shares, |share| share.low).into_iter().rev());
    let within = border.into_iter().map(|(t, p)| (t, p.clamp(y.low, y.high))).collect();
    sheet.area(placed(frame, (x, y), within), ShapeStyle { color: color.mix(0.22), filled: true, stroke_width: 0 });
}

/// The age that half of them outlast, told at the curve.
fn median(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    frame: Frame,
    (x, y): (&Axis, &Axis),
    findings: &Findings,
    one: &DurationFindings,
) -> Drawn {
    let [_, Some(median), _] = one.median else { return Ok(()) };
    let (at, level) = (frame.x(x, median), frame.y(y, 0.5));
    sheet.dashes(&[(frame.left, level), (at, level), (at, frame.bottom)], stroke(MUTED, 0.75));
    sheet.disc(at, level, 3.5, filled(BLUE))?;
    let told = layout.fill("half last longer than {length}", &[("length", &length(layout, findings, &figure(median)))]);
    let kind = strong(TEXT - 0.5, INK);
    // Beside the curve where there is room, which falls to the right.
    if at + 10.0 + kind.width(&told) < frame.right {
        return sheet.text(at + 10.0, level - 10.0, &told, &kind, Side::Left);
    }
    if at - 10.0 - kind.width(&told) > frame.left {
        return sheet.text(at - 10.0, level + 12.0, &told, &kind, Side::Right);
    }
    sheet.text(frame.left + 5.0, level + 14.0, &told, &kind, Side::Left)
}

/// Ranges from elsewhere: upright bars at the ages they are of, and level ones between the lengths of what ended.
fn elsewhere(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    frame: Frame,
    (x, y): (&Axis, &Axis),
    findings: &Findings,
    one: &DurationFindings,
) -> Drawn {
    let kind = strong(SMALL, VERMILLION);
    let number = |i: usize| format!("({})", i + 1);
    for (i, other) in one.elsewhere.iter().enumerate() {
        let (at, [low, high]) = (frame.x(x, other.age), other.range.map(|p| frame.y(y, p)));
        let bar = Frame { left: at - 3.0, top: high.min(low - 3.0), right: at + 3.0, bottom: low.max(high + 3.0) };
        sheet.rectangle(bar, filled(VERMILLION))?;
        let (place, side) = if at + 30.0 < layout.right() { (at + 7.0, Side::Left) } else { (at - 7.0, Side::Right) };
        // Those of ages that are near one another stand above one another.
        let near = one.elsewhere[..i].iter().filter(|before| (frame.x(x, before.age) - at).abs() < 34.0).count();
        sheet.text(place, f64::midpoint(low, high) + 13.0 * near as f64, &number(i), &kind, side)?;
    }
    let Some(([low, high], _)) = &one.lasted else { return Ok(()) };
    let (from, to, at) = (frame.x(x, *low), frame.x(x, *high), frame.top - 14.0);
    sheet.line(&[(from, at), (to, at)], stroke(VERMILLION, 2.5))?;
    for end in [from, to] {
        sheet.line(&[(end, at - 5.0), (end, at + 5.0)], stroke(VERMILLION, 1.5))?;
    }
    let figures = format!("{}–{}", figure(*low), figure(*high));
    let told = layout.fill("elsewhere, what ended lasted {length}", &[("length", &length(layout, findings, &figures))]);
    let told = format!("{told} {}", number(one.elsewhere.len()));
    // Where it has no room beside the bracket, its number leads to the source below.
    let right_of = to + 8.0 + kind.width(&told) < layout.right();
    let told = if right_of { told } else { number(one.elsewhere.len()) };
    let (place, side) = if to + 30.0 < layout.right() { (to + 8.0, Side::Left) } else { (from - 8.0, Side::Right) };
    sheet.text(place, at, &told, &kind, side)
}

/// Under the ticks, how many there are left to look at.
fn at_risk(layout: &Layout<'_>, sheet: &Sheet<'_>, frame: Frame, x: &Axis, one: &DurationFindings) -> Drawn {
    let kind = plain(SMALL, INK);
    let head = frame.bottom + BELOW;
    sheet.text(layout.left(), head, layout.t("Number at risk"), &strong(SMALL, MUTED), Side::Left)?;
    let widest = kind.width(&count(one.begun));
    let left = |age: f64| one.ages.iter().rev().find(|own| own.age <= age + 1e-9);
    let last = one.ages.last().map_or(0.0, |age| age.age);
    for tick in &thinned(x.clone(), frame.width(), widest + 12.0).ticks {
        let there = if *tick > last + 1e-9 { 0 } else { left(*tick).map_or(0, |age| age.at_risk) };
        sheet.text(frame.x(x, *tick), head + 16.0, &count(there), &kind, Side::Center)?;
    }
    Ok(())
}

fn ending(layout: &Layout<'_>, findings: &Findings, one: &DurationFindings) -> Result<Page, ChartError> {
    let reading = layout.fill(
        "Of {begun} runs in which it begins, the share that has ended so by then, while the other ways compete (Aalen and Johansen). Bands: {level} intervals. Dashed: one less the survival of this way alone, which takes the others for a mere end of watching and so claims too much.",
        &[("begun", &count(one.begun)), ("level", &confidence(findings))],
    );
    let title = layout.fill("how {name} ends", &[("name", &quoted(one))]);
    let heading = Heading::of(layout, findings, &title, reading);
    let (drawn, rare): (Vec<&End>, Vec<&End>) = one.ends.iter().partition(|end| last(end) >= LEAST);
    let color = |i: usize, end: &End| layout.color(&format!("{}.{}", one.machine, end.state), style::line(i));
    let drawn: Vec<(RGBColor, &End)> = drawn.into_iter().enumerate().map(|(i, end)| (color(i, end), end)).collect();
    let names: Vec<String> = rare.iter().map(|end| spaced(&end.state).replace(' ', "\u{a0}")).collect();
    let note = layout.fill("Below 0.1 % throughout, not drawn: {names}", &[("names", &names.join(", "))]);
    let note = if names.is_empty() { vec![] } else { broken(&note, &plain(SMALL, MUTED), layout.room(), 3) };
    let most = |end: &End| end.alone.iter().copied().chain(end.incidence.iter().map(|p| p.high)).fold(0.0, f64::max);
    let y = probability_axis(drawn.iter().map(|(_, end)| most(end)).fold(0.01, f64::max), 6);
    let endings = |frame: Frame| -> Vec<Ending> {
        let ending = |(color, end): &(RGBColor, &End)| {
            let share = last(end);
            // No more digits than runs support.
            let value = format!("{}{THIN}%", grouped(100.0 * share, usize::from(share < 0.0995)));
            Ending { name: spaced(&end.state), value, y: frame.y(&y, share.clamp(y.low, y.high)), color: *color }
        };
        drawn.iter().map(ending).collect()
    };
    let anywhere = endings(Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 });
    let plot = layout.stretched(300.0, 150.0).max(direct::height(layout, &anywhere) + 8.0);
    let body = plot + BELOW + NOTE * note.len() as f64 + 14.0;
    page(layout, &heading, body, |sheet| {
        let x = axes(layout, findings, &DurationFindings { elsewhere: vec![], lasted: None, ..one.clone() });
        let right = layout.right() - direct::room(layout, &anywhere);
        let (left, top) = (layout.left() + label_room(&y), sheet.top + 4.0);
        let frame = Frame { left, top, right, bottom: top + plot };
        sheet.mesh(frame, &x, &y)?;
        let ages: Vec<f64> = one.ages.iter().map(|age| age.age).collect();
        for (color, end) in &drawn {
            band(sheet, frame, (&x, &y), &ages, &end.incidence, *color);
        }
        for (color, end) in &drawn {
            let alone = placed(frame, (&x, &y), course(&x, &ages, &end.alone, |share| *share));
            sheet.dashes(&alone, stroke(*color, 1.0));
            let places = placed(frame, (&x, &y), course(&x, &ages, &end.incidence, |share| share.estimate));
            sheet.line(&places, stroke(*color, 2.0))?;
        }
        direct::draw(layout, sheet, frame, &endings(frame))?;
        let title = layout.fill("{time}, since it began", &[("time", &time_title(layout, &findings.axis.unit))]);
        sheet.text(frame.middle(), frame.bottom + 32.0, &title, &plain(SMALL, MUTED), Side::Center)?;
        for (i, line) in note.iter().enumerate() {
            let at = frame.bottom + BELOW + 6.0 + NOTE * i as f64;
            sheet.text(layout.left(), at, line, &plain(SMALL, MUTED), Side::Left)?;
        }
        Ok(())
    })
}

/// The share that has ended so by the last age.
fn last(end: &End) -> f64 {
    end.incidence.last().map_or(0.0, |share| share.estimate)
}
