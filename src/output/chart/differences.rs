//! Alternatives on the same luck: to the left where each stands, to the right by how much it differs from the first.
//!
//! A row an outcome or milestone, then a row a consequence. What is not told from no difference is a hollow dot.

use plotters::style::RGBColor;

use crate::analysis::paired::{Consequence, Difference, Event, Paired};

use super::super::paired::{NOT_RESOLVED, against_the_first, points};
use super::ChartError;
use super::axis::{Axis, probability_axis, row_axis, value_axis};
use super::heading::Heading;
use super::labels::{cut, spaced};
use super::number::{grouped, quantity, told_step};
use super::outcomes::whisker;
use super::sheet::{Drawn, Frame, MARGIN, Sheet, Side, WIDTH, page};
use super::style::{AXIS, INK, MUTED, PAPER, SMALL, STRIPE, TEXT, filled, line, plain, stroke, strong};

const TITLE: &str = "What the alternatives change";

const LEGEND: f64 = 30.0;
const HEAD: f64 = 24.0;
const BELOW: f64 = 58.0;
/// Between the two panels.
const GUTTER: f64 = 58.0;
/// Room for words to the right.
const WORDS: f64 = 104.0;
const DOT: f64 = 4.2;

/// Where everything stands.
struct Layout {
    left: f64,
    middle: f64,
    right: f64,
    row: f64,
}

/// The paired dot plot of a comparison.
///
/// # Errors
/// See [`ChartError`].
pub fn differences(paired: &Paired) -> Result<Vec<u8>, ChartError> {
    let first: Vec<usize> = against_the_first(paired).map(|(index, _)| index).collect();
    let told = |differences: &[Option<Difference>]| first.iter().any(|&index| differences[index].is_some());
    let events: Vec<&Event> = paired.events.iter().filter(|event| told(&event.differences)).collect();
    let consequences: Vec<&Consequence> = paired.consequences.iter().filter(|one| told(&one.differences)).collect();
    let reading = format!(
        "Right: each less “{}”, run by run, with {}\u{202f}% intervals, the error of simulation only. Hollow: not told from no difference.",
        paired.label(0),
        grouped(100.0 * paired.confidence, 0)
    );
    let heading = Heading::of_paired(paired, TITLE, reading);
    let kind = plain(TEXT, INK);
    let names = events.iter().map(|event| &event.name).chain(consequences.iter().map(|one| &one.name));
    let widest = names.map(|name| kind.width(&spaced(name))).fold(60.0, f64::max).min(250.0);
    let left = MARGIN + widest + 22.0;
    let room = WIDTH - MARGIN - WORDS - left - GUTTER;
    let middle = left + 0.46 * room;
    let row = 24.0 + 9.0 * (first.len().saturating_sub(1)) as f64;
    let layout = Layout { left, middle, right: WIDTH - MARGIN - WORDS, row };
    let block = |rows: usize| if rows == 0 { 0.0 } else { HEAD + row * rows as f64 + BELOW };
    page(&heading, LEGEND + block(events.len()) + block(consequences.len()), |sheet| {
        legend(sheet, paired)?;
        let top = sheet.top + LEGEND;
        if !events.is_empty() {
            event_block(sheet, &layout, paired, &events, top)?;
        }
        if !consequences.is_empty() {
            consequence_block(sheet, &layout, paired, &consequences, top + block(events.len()))?;
        }
        Ok(())
    })
}

fn legend(sheet: &Sheet<'_>, paired: &Paired) -> Drawn {
    let (y, mut pen) = (sheet.top + 4.0, MARGIN);
    let kind = plain(SMALL + 0.5, INK);
    for (i, one) in paired.alternatives.iter().enumerate() {
        let label = cut(&one.label, &kind, 260.0);
        if pen + 20.0 + kind.width(&label) > WIDTH - MARGIN {
            return sheet.text(pen, y, "…", &kind, Side::Left);
        }
        sheet.disc(pen + DOT, y, DOT, filled(line(i)))?;
        pen = sheet.texts(pen + 15.0, y, &[(&label, kind)])? + 24.0;
    }
    Ok(())
}

/// Names, stripes and the two panels' frames; `top` is that of the block.
fn frames(
    sheet: &Sheet<'_>,
    layout: &Layout,
    names: &[&str],
    heads: [&str; 2],
    top: f64,
) -> Result<[Frame; 2], ChartError> {
    let first = top + HEAD;
    let bottom = first + layout.row * names.len() as f64;
    let kind = plain(TEXT, INK);
    for (i, name) in names.iter().enumerate() {
        let y = first + layout.row * i as f64;
        if i % 2 == 0 {
            let stripe = Frame { left: MARGIN, top: y, right: WIDTH - MARGIN, bottom: y + layout.row };
            sheet.rectangle(stripe, filled(STRIPE))?;
        }
        let shown = cut(&spaced(name), &kind, layout.left - MARGIN - 14.0);
        sheet.text(MARGIN + 6.0, y + layout.row / 2.0, &shown, &kind, Side::Left)?;
    }
    let left = Frame { left: layout.left, top: first, right: layout.middle, bottom };
    let right = Frame { left: layout.middle + GUTTER, top: first, right: layout.right, bottom };
    for (frame, head) in [left, right].iter().zip(heads) {
        sheet.text(frame.left, top + HEAD / 2.0, head, &strong(SMALL + 0.5, INK), Side::Left)?;
    }
    Ok([left, right])
}

fn event_block(sheet: &Sheet<'_>, layout: &Layout, paired: &Paired, events: &[&Event], top: f64) -> Drawn {
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    let [left, right] = frames(sheet, layout, &names, ["Probability", "Difference"], top)?;
    let highest = events.iter().flat_map(|event| event.probabilities.iter().flatten()).map(|share| share.high);
    let x = probability_axis(highest.fold(0.0, f64::max), 5);
    sheet.panel(left, &x, &row_axis(events.len()))?;
    for (i, event) in events.iter().enumerate() {
        let y = left.top + layout.row * (i as f64 + 0.5);
        let places: Vec<(usize, f64)> = event
            .probabilities
            .iter()
            .enumerate()
            .filter_map(|(one, share)| Some((one, at(left, &x, share.as_ref()?.estimate))))
            .collect();
        dumbbell(sheet, &places, y)?;
    }
    let of = |event: &Event, index: usize| event.differences[index].map(|difference| (difference, 100.0));
    difference_panel(sheet, layout, paired, right, events, of, |difference| points(difference)[0].clone() + " points")?;
    caption(sheet, left, "Share of the runs")?;
    caption(sheet, right, "Percentage points")
}

fn consequence_block(sheet: &Sheet<'_>, layout: &Layout, paired: &Paired, all: &[&Consequence], top: f64) -> Drawn {
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let [left, right] = frames(sheet, layout, &names, ["Mean", "Difference, relative"], top)?;
    for (i, one) in all.iter().enumerate() {
        let y = left.top + layout.row * (i as f64 + 0.5);
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
    difference_panel(sheet, layout, paired, right, all, of, words)?;
    caption(sheet, right, &format!("Per cent of the mean of “{}”", cut(paired.label(0), &plain(SMALL, MUTED), 200.0)))
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
fn difference_panel<T>(
    sheet: &Sheet<'_>,
    layout: &Layout,
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
    sheet.panel(frame, &x, &row_axis(rows.len()))?;
    let zero = at(frame, &x, 0.0);
    sheet.line(&[(zero, frame.top), (zero, frame.bottom)], stroke(AXIS, 1.0))?;
    for (i, row) in rows.iter().enumerate() {
        let middle = frame.top + layout.row * (i as f64 + 0.5);
        for (k, &(index, second)) in first.iter().enumerate() {
            let y = middle + 9.0 * (k as f64 - (first.len() - 1) as f64 / 2.0);
            let Some((difference, scale)) = of(row, index) else { continue };
            let share = |value: f64| x.share(value * scale);
            whisker(sheet, frame, (share(difference.low), share(difference.high)), y, 2.5)?;
            dot(sheet, at(frame, &x, difference.estimate * scale), y, line(second), difference.is_resolved())?;
            if first.len() == 1 {
                let (text, color) = match difference.is_resolved() {
                    true => (words(&difference).replace('-', "−"), INK),
                    false => (NOT_RESOLVED.to_owned(), MUTED),
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

/// The place of a value on a panel's horizontal axis.
fn at(frame: Frame, x: &Axis, value: f64) -> f64 {
    frame.left + (frame.right - frame.left) * x.share(value)
}

fn caption(sheet: &Sheet<'_>, frame: Frame, text: &str) -> Drawn {
    let middle = (frame.left + frame.right) / 2.0;
    sheet.text(middle, frame.bottom + 36.0, text, &plain(SMALL, MUTED), Side::Center)
}
