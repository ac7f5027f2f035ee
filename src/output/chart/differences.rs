//! Alternatives on the same luck: to the left where each stands, to the right by how much it differs from the first.
//!
//! A row an outcome or milestone, then a row a consequence. What is not told from no difference is a hollow dot.

use plotters::style::RGBColor;

use crate::analysis::paired::{Consequence, Difference, Event, Paired};

use super::super::paired::{NOT_RESOLVED, against_the_first, points};
use super::axis::{probability_axis, row_axis, value_axis};
use super::heading::Heading;
use super::keys::{Keys, Swatch};
use super::labels::{broken, cut, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::{grouped, quantity, told_step};
use super::outcomes::whisker;
use super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::style::{AXIS, INK, MUTED, PAPER, SMALL, STRIPE, TEXT, filled, line, plain, stroke, strong};
use super::theme::Theme;
use super::{ChartError, Picture};

//= not resolved
pub(super) const TITLE: &str = "What the alternatives change";

const HEAD: f64 = 24.0;
const BELOW: f64 = 58.0;
/// Between the two panels.
const GUTTER: f64 = 30.0;
/// Room for words to the right.
const WORDS: f64 = 96.0;
const DOT: f64 = 4.2;

/// Where everything stands.
struct Places {
    left: f64,
    middle: f64,
    right: f64,
    /// Where the second panel begins, and how far below the first.
    second: f64,
    down: f64,
    row: f64,
    /// Widest name.
    names: f64,
}

/// The paired dot plot of a comparison.
///
/// # Errors
/// See [`ChartError`].
pub fn differences(paired: &Paired, theme: &Theme) -> Result<Picture, ChartError> {
    let pages = compose(theme, |layout| Ok(vec![draw(layout, paired)?]))?;
    let page = pages.into_iter().next().expect("one page was drawn");
    Ok(Picture::new("differences", "differences.csv", page, theme))
}

fn draw(layout: &Layout<'_>, paired: &Paired) -> Result<Page, ChartError> {
    let first: Vec<usize> = against_the_first(paired).map(|(index, _)| index).collect();
    let told = |differences: &[Option<Difference>]| first.iter().any(|&index| differences[index].is_some());
    let events: Vec<&Event> = paired.events.iter().filter(|event| told(&event.differences)).collect();
    let consequences: Vec<&Consequence> = paired.consequences.iter().filter(|one| told(&one.differences)).collect();
    let level = format!("{}\u{202f}%", grouped(100.0 * paired.confidence, 0));
    let reading = layout.fill(
        "Right: each less “{first}”, run by run, with {level} intervals, the error of simulation only. Hollow: not told from no difference.",
        &[("first", paired.label(0)), ("level", &level)],
    );
    let heading = Heading::of_paired(layout, paired, layout.t(TITLE), reading);
    let kind = plain(TEXT, INK);
    let shown = events.iter().map(|event| &event.name).chain(consequences.iter().map(|one| &one.name));
    let most = (0.3 * layout.room()).min(250.0);
    let widest = shown.clone().map(|name| kind.width(&spaced(name))).fold(60.0, f64::max).min(most);
    let is_broken = shown.map(|name| broken(&spaced(name), &kind, widest, 2).len()).any(|lines| lines > 1);
    let several = 9.0 * (first.len().saturating_sub(1)) as f64;
    let row = layout.stretched(24.0 + several, (if is_broken { 29.0_f64 } else { 18.0 }).max(15.0 + several));
    let left = layout.left() + widest + 22.0;
    let words = if first.len() == 1 { WORDS } else { 10.0 };
    let right = layout.right() - words;
    let is_narrow = layout.width < 700.0;
    let rows = |rows: usize| HEAD + row * rows as f64 + BELOW;
    let places = |rows_of_block: usize| {
        let down = if is_narrow { rows(rows_of_block) } else { 0.0 };
        let middle = if is_narrow { right } else { left + 0.44 * (right - left - GUTTER) };
        let second = if is_narrow { left } else { middle + GUTTER };
        Places { left, middle, right, second, down, row, names: widest }
    };
    let block = |n: usize| if n == 0 { 0.0 } else { rows(n) * if is_narrow { 2.0 } else { 1.0 } };
    let keys = paired.alternatives.iter().enumerate().map(|(i, one)| (Swatch::Dot(line(i)), one.label.clone()));
    let keys = Keys::new(keys, layout.left(), layout.right());
    let legend = keys.height() + 12.0;
    page(layout, &heading, legend + block(events.len()) + block(consequences.len()), |sheet| {
        keys.draw(sheet, sheet.top)?;
        let top = sheet.top + legend;
        if !events.is_empty() {
            event_block(layout, sheet, &places(events.len()), paired, &events, top)?;
        }
        if !consequences.is_empty() {
            let top = top + block(events.len());
            consequence_block(layout, sheet, &places(consequences.len()), paired, &consequences, top)?;
        }
        Ok(())
    })
}

/// Names, stripes and the two panels' frames; `top` is that of the block.
fn frames(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    places: &Places,
    names: &[&str],
    heads: [&str; 2],
    top: f64,
) -> Result<[Frame; 2], ChartError> {
    let kind = plain(TEXT, INK);
    let high = places.row * names.len() as f64;
    let first = top + HEAD;
    let second = first + places.down;
    let mut starts = vec![first];
    starts.extend((places.down > 0.0).then_some(second));
    for start in starts {
        for (i, name) in names.iter().enumerate() {
            let y = start + places.row * i as f64;
            if i % 2 == 0 {
                let stripe = Frame { left: layout.left(), top: y, right: layout.right(), bottom: y + places.row };
                sheet.rectangle(stripe, filled(STRIPE))?;
            }
            let lines = broken(&spaced(name), &kind, places.names, 2);
            let middle = y + places.row / 2.0 - 6.5 * (lines.len() as f64 - 1.0);
            for (k, line) in lines.iter().enumerate() {
                sheet.text(layout.left() + 6.0, middle + 13.0 * k as f64, line, &kind, Side::Left)?;
            }
        }
    }
    let left = Frame { left: places.left, top: first, right: places.middle, bottom: first + high };
    let right = Frame { left: places.second, top: second, right: places.right, bottom: second + high };
    for (frame, head) in [left, right].iter().zip(heads) {
        sheet.text(frame.left, frame.top - HEAD / 2.0, head, &strong(SMALL + 0.5, INK), Side::Left)?;
    }
    Ok([left, right])
}

fn event_block(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    places: &Places,
    paired: &Paired,
    events: &[&Event],
    top: f64,
) -> Drawn {
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    let heads = [layout.t("Probability"), layout.t("Difference")];
    let [left, right] = frames(layout, sheet, places, &names, heads, top)?;
    let highest = events.iter().flat_map(|event| event.probabilities.iter().flatten()).map(|share| share.high);
    let x = probability_axis(highest.fold(0.0, f64::max), 5);
    sheet.mesh(left, &x, &row_axis(events.len()))?;
    for (i, event) in events.iter().enumerate() {
        let y = left.top + places.row * (i as f64 + 0.5);
        let dots: Vec<(usize, f64)> = event
            .probabilities
            .iter()
            .enumerate()
            .filter_map(|(one, share)| Some((one, left.x(&x, share.as_ref()?.estimate))))
            .collect();
        dumbbell(sheet, &dots, y)?;
    }
    let of = |event: &Event, index: usize| event.differences[index].map(|difference| (difference, 100.0));
    let words = |difference: &Difference| layout.fill("{points} points", &[("points", &points(difference)[0])]);
    difference_panel(layout, sheet, places.row, paired, right, events, of, words)?;
    caption(sheet, left, layout.t("Share of the runs"))?;
    caption(sheet, right, layout.t("Percentage points"))
}

fn consequence_block(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    places: &Places,
    paired: &Paired,
    all: &[&Consequence],
    top: f64,
) -> Drawn {
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let heads = [layout.t("Mean"), layout.t("Difference, relative")];
    let [left, right] = frames(layout, sheet, places, &names, heads, top)?;
    for (i, one) in all.iter().enumerate() {
        let y = left.top + places.row * (i as f64 + 0.5);
        let means: Vec<f64> = one.means.iter().flatten().map(|mean| mean.estimate).collect();
        let (low, high) = means.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)));
        let size = low.abs().max(high.abs());
        // Digits enough to tell them apart, and no more than four of the largest.
        let step = told_step((high - low).clamp(size / 100.0, size), size);
        let shown: Vec<String> = means.iter().map(|&mean| quantity(mean, step, size)).collect();
        let unit = if one.unit.is_empty() { String::new() } else { format!(" {}", one.unit) };
        let text = format!("{}{unit}", shown.join(" → "));
        let kind = plain(SMALL, INK);
        sheet.text(left.left, y, &cut(&text, &kind, left.right - left.left), &kind, Side::Left)?;
    }
    // In per cent of the first's mean; nothing to take a part of where that is 0.
    let of = |one: &Consequence, index: usize| {
        let size = one.means[0].map(|mean| mean.estimate.abs()).filter(|size| *size > 0.0)?;
        Some((one.differences[index]?, 100.0 / size))
    };
    let words = |difference: &Difference| {
        difference.variance_reduction.map_or_else(String::new, |_| quantity_signed(difference.estimate))
    };
    difference_panel(layout, sheet, places.row, paired, right, all, of, words)?;
    let first = cut(paired.label(0), &plain(SMALL, MUTED), 0.6 * right.width());
    caption(sheet, right, &layout.fill("Per cent of the mean of “{first}”", &[("first", &first)]))
}

fn quantity_signed(value: f64) -> String {
    let text = super::super::format::number(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

/// The dots of one row, joined by a line.
fn dumbbell(sheet: &Sheet<'_>, places: &[(usize, f64)], y: f64) -> Drawn {
    let ends = places.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p.1), h.max(p.1)));
    if ends.1 - ends.0 > 1.0 {
        sheet.line(&[(ends.0, y), (ends.1, y)], stroke(MUTED, 1.0))?;
    }
    // The first lies on top where they coincide.
    for &(one, x) in places.iter().rev() {
        sheet.disc(x, y, DOT, filled(line(one)))?;
    }
    Ok(())
}

/// The panel to the right: for each row and each alternative but the first, a dot with its interval.
#[expect(clippy::too_many_arguments, reason = "one panel of two kinds of rows")]
fn difference_panel<T>(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    row_height: f64,
    paired: &Paired,
    frame: Frame,
    rows: &[&T],
    of: impl Fn(&T, usize) -> Option<(Difference, f64)>,
    words: impl Fn(&Difference) -> String,
) -> Drawn {
    let first: Vec<(usize, usize)> = against_the_first(paired).map(|(index, pair)| (index, pair.second)).collect();
    let ends = rows.iter().flat_map(|row| first.iter().filter_map(|&(index, _)| of(row, index)));
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), (difference, scale)| {
        (low.min(difference.low * scale), high.max(difference.high * scale))
    });
    let x = value_axis(low, high, 5);
    sheet.mesh(frame, &x, &row_axis(rows.len()))?;
    let zero = frame.x(&x, 0.0);
    sheet.line(&[(zero, frame.top), (zero, frame.bottom)], stroke(AXIS, 1.0))?;
    for (i, row) in rows.iter().enumerate() {
        let middle = frame.top + row_height * (i as f64 + 0.5);
        for (k, &(index, second)) in first.iter().enumerate() {
            let y = middle + 9.0 * (k as f64 - (first.len() - 1) as f64 / 2.0);
            let Some((difference, scale)) = of(row, index) else { continue };
            let share = |value: f64| x.share(value * scale);
            whisker(sheet, frame, (share(difference.low), share(difference.high)), y, 2.5)?;
            dot(sheet, frame.x(&x, difference.estimate * scale), y, line(second), difference.is_resolved())?;
            if first.len() == 1 {
                let (text, color) = match difference.is_resolved() {
                    true => (words(&difference).replace('-', "−"), INK),
                    false => (layout.t(NOT_RESOLVED).to_owned(), MUTED),
                };
                sheet.text(frame.right + 10.0, y, &text, &plain(SMALL, color), Side::Left)?;
            }
        }
    }
    Ok(())
}

fn dot(sheet: &Sheet<'_>, x: f64, y: f64, color: RGBColor, full: bool) -> Drawn {
    sheet.disc(x, y, DOT, filled(color))?;
    if full { Ok(()) } else { sheet.disc(x, y, DOT - 1.4, filled(PAPER)) }
}

fn caption(sheet: &Sheet<'_>, frame: Frame, text: &str) -> Drawn {
    sheet.text(frame.middle(), frame.bottom + 34.0, text, &plain(SMALL, MUTED), Side::Center)
}
