//! Outcomes of several scenarios side by side: a row an outcome, a column a scenario, one scale for all.
//!
//! Rows stand in the order in which the names first appear; nothing is ranked. A dash: the path has no such outcome.

use crate::analysis::{Findings, Passage};

use super::ChartError;
use super::axis::{Axis, probability_axis, row_axis, thinned};
use super::heading::{Heading, exactly, intervals, scenario_title, short};
use super::labels::{broken, cut, spaced};
use super::number::{count, percent};
use super::outcomes::{bar, ends, highest, horizon_color, whisker};
use super::sheet::{Drawn, Frame, MARGIN, Sheet, Side, WIDTH, page};
use super::style::{AXIS, BLUE, INK, MUTED, SMALL, STRIPE, TEXT, TINY, filled, plain, stroke, strong};

pub(super) const TITLE: &str = "How the runs end, path by path";

const LEGEND: f64 = 30.0;
const ROW: f64 = 28.0;
const GUTTER: f64 = 18.0;
const BELOW: f64 = 54.0;
/// Lines of a column's heading below its title.
const FACTS: f64 = 14.0;

/// Where everything stands.
struct Layout {
    /// Width of a column with its values, and of its plotting area.
    column: f64,
    plot: f64,
    left: f64,
    /// Height of the columns' headings.
    head: f64,
    titles: Vec<Vec<String>>,
    value_size: f64,
}

/// The outcomes of up to about eight scenarios side by side, on one scale.
///
/// # Errors
/// See [`ChartError`].
pub fn comparison(several: &[Findings]) -> Result<Vec<u8>, ChartError> {
    let names = rows(several);
    let level = several.first().map_or_else(|| "95\u{202f}% Wilson intervals".to_owned(), intervals);
    let reading = if several.iter().all(|findings| findings.origin.exactness().is_some()) {
        "Probability of each outcome, one scale. No whiskers: there is no error of simulation. “–”: not an outcome of the path.".to_owned()
    } else {
        format!(
            "Share of each path’s runs, one scale. Whiskers: {level}, the error of simulation only. “<”: no such run; its upper bound. “–”: not an outcome of the path."
        )
    };
    let heading = Heading::of_several(several, TITLE, reading);
    if several.is_empty() || names.is_empty() {
        return page(&heading, 60.0, |sheet| {
            sheet.text(MARGIN, sheet.top + 20.0, "No outcomes.", &plain(TEXT, MUTED), Side::Left)
        });
    }
    let layout = Layout::new(several, &names);
    let body = LEGEND + layout.head + ROW * names.len() as f64 + BELOW;
    page(&heading, body, |sheet| {
        legend(sheet)?;
        let top = sheet.top + LEGEND + layout.head;
        name_rows(sheet, &layout, &names, top)?;
        let outcomes = several.iter().flat_map(|f| &f.outcomes);
        let x = probability_axis(highest(outcomes), 4);
        let x = thinned(x, layout.plot, 42.0);
        for (i, findings) in several.iter().enumerate() {
            column(sheet, &layout, findings, &names, (i, top), &x)?;
        }
        let right = layout.left + layout.column * several.len() as f64 - GUTTER;
        let (middle, y) = ((layout.left + right) / 2.0, top + ROW * names.len() as f64 + 38.0);
        sheet.text(middle, y, "Probability of the outcome", &plain(SMALL, MUTED), Side::Center)
    })
}

/// Outcome names of all scenarios in the order of first appearance.
fn rows(several: &[Findings]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for outcome in several.iter().flat_map(|f| &f.outcomes) {
        if !names.contains(&outcome.name.as_str()) {
            names.push(&outcome.name);
        }
    }
    names
}

impl Layout {
    fn new(several: &[Findings], names: &[&str]) -> Self {
        let n = several.len() as f64;
        let value_size = if several.len() > 5 { 9.5 } else { SMALL };
        let widest = |texts: &mut dyn Iterator<Item = f64>, most: f64| texts.fold(40.0, f64::max).min(most);
        let kind = plain(TEXT, INK);
        let most = if several.len() > 5 { 200.0 } else { 270.0 };
        let left = MARGIN + widest(&mut names.iter().map(|name| kind.width(&spaced(name))), most) + 20.0;
        let column = (WIDTH - MARGIN + GUTTER - left) / n;
        let value_type = plain(value_size, INK);
        let outcomes = several.iter().flat_map(|f| &f.outcomes);
        let values = widest(&mut outcomes.map(|o| value_type.width(&percent(&o.probability))), 80.0) + 8.0;
        let room = column - GUTTER;
        let title = strong(TEXT, INK);
        let titles: Vec<Vec<String>> =
            several.iter().map(|f| broken(scenario_title(&f.origin), &title, room, 3)).collect();
        let lines = titles.iter().map(Vec::len).max().unwrap_or(1) as f64;
        let facts = 3.0;
        Self {
            column,
            plot: (room - values).max(30.0),
            left,
            head: lines * 16.0 + facts * FACTS + 14.0,
            titles,
            value_size,
        }
    }
}

fn legend(sheet: &Sheet<'_>) -> Drawn {
    let y = sheet.top + 4.0;
    let mut pen = MARGIN;
    for (text, color) in [("ends the run", BLUE), ("still open: where the run stands at the horizon", horizon_color())]
    {
        sheet.rectangle(Frame { left: pen, top: y - 5.0, right: pen + 18.0, bottom: y + 5.0 }, filled(color))?;
        pen = sheet.texts(pen + 25.0, y, &[(text, plain(SMALL + 0.5, INK))])? + 26.0;
    }
    Ok(())
}

fn name_rows(sheet: &Sheet<'_>, layout: &Layout, names: &[&str], top: f64) -> Drawn {
    let kind = plain(TEXT, INK);
    for (i, name) in names.iter().enumerate() {
        let y = top + ROW * i as f64;
        if i % 2 == 0 {
            let stripe = Frame { left: MARGIN, top: y, right: WIDTH - MARGIN, bottom: y + ROW };
            sheet.rectangle(stripe, filled(STRIPE))?;
        }
        let shown = cut(&spaced(name), &kind, layout.left - MARGIN - 13.5);
        sheet.text(MARGIN + 6.0, y + ROW / 2.0, &shown, &kind, Side::Left)?;
    }
    Ok(())
}

fn column(
    sheet: &Sheet<'_>,
    layout: &Layout,
    findings: &Findings,
    names: &[&str],
    (i, top): (usize, f64),
    x: &Axis,
) -> Drawn {
    let left = layout.left + layout.column * i as f64;
    let n = names.len() as f64;
    let frame = Frame { left, top, right: left + layout.plot, bottom: top + ROW * n };
    head(sheet, layout, findings, (i, left, top))?;
    let mut panel = sheet.panel(frame, x, &row_axis(names.len()))?;
    let outcome = |name: &str| -> Option<&Passage> { findings.outcomes.iter().find(|o| o.name == name) };
    for (row, name) in names.iter().enumerate() {
        if let Some(outcome) = outcome(name) {
            bar(&mut panel, outcome, n - row as f64 - 0.5, 0.27)?;
        }
    }
    sheet.line(&[(left, frame.top), (left, frame.bottom)], stroke(AXIS, 1.0))?;
    for (row, name) in names.iter().enumerate() {
        let y = top + ROW * (row as f64 + 0.5);
        let Some(outcome) = outcome(name) else {
            sheet.text(left + 7.0, y, "–", &plain(layout.value_size, MUTED), Side::Left)?;
            continue;
        };
        let p = &outcome.probability;
        let ends = ends(x, p);
        if !p.is_exact() {
            whisker(sheet, frame, ends, y, 3.0)?;
        }
        let end = left + layout.plot * ends.1 + 6.0;
        sheet.text(end, y, &percent(p), &plain(layout.value_size, INK), Side::Left)?;
    }
    Ok(())
}

fn head(sheet: &Sheet<'_>, layout: &Layout, findings: &Findings, (i, left, top): (usize, f64, f64)) -> Drawn {
    let origin = &findings.origin;
    let room = layout.column - GUTTER;
    let partial =
        if origin.is_partial() { format!(" of {}, PARTIAL", count(origin.runs_requested)) } else { String::new() };
    let (how, what) = match origin.exactness() {
        Some(exactness) => (exactly(exactness).to_owned(), format!("{} states", count(exactness.states as u64))),
        None => (format!("{} runs{partial}", count(origin.runs)), format!("seed {}", origin.seed)),
    };
    let facts = [how, what, format!("digest {}", short(&origin.digest))];
    let first = top - 10.0 - FACTS * facts.len() as f64 + 4.0;
    let title = layout.titles.get(i).map_or(&[][..], Vec::as_slice);
    let mut y = first - 2.0 - 16.0 * title.len() as f64;
    for line in title {
        sheet.text(left, y, line, &strong(TEXT, INK), Side::Left)?;
        y += 16.0;
    }
    let kind = plain(TINY, MUTED);
    let mut y = first;
    for fact in facts {
        sheet.text(left, y, &cut(&fact, &kind, room), &kind, Side::Left)?;
        y += FACTS;
    }
    Ok(())
}
