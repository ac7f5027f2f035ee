//! Outcomes of several scenarios side by side: a row an outcome, a column a scenario, one scale for all.
//!
//! Rows stand in the order in which the names first appear, or as wished for; nothing is ranked. A dash: the path has no such
//! outcome. Where doubt and chance were told apart, the band of the parameter sets stands below each bar.

use crate::analysis::{Findings, Passage};

use super::axis::{Axis, probability_axis, row_axis};
use super::doubt::{DOUBT, lane};
use super::heading::{Heading, exactly, intervals, scenario_title, short};
use super::keys::{Keys, Swatch};
use super::labels::{broken, cut, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::{count, percent};
use super::outcomes::{bar, ends, highest, paler, whisker};
use super::sheet::{Drawn, Frame, Sheet, Side, page};
use super::style::{AXIS, BLUE, INK, MUTED, SMALL, STRIPE, TEXT, TINY, filled, plain, stroke, strong};
use super::theme::Theme;
use super::{ChartError, Picture};

pub(super) const TITLE: &str = "How the runs end, path by path";

const GUTTER: f64 = 16.0;
const BELOW: f64 = 50.0;
/// Lines of a column's heading below its title.
const FACTS: f64 = 13.5;
/// Between two blocks of columns.
const BETWEEN: f64 = 16.0;
/// Columns are not narrower than this: they go on below.
const NARROWEST: f64 = 132.0;
const TITLE_LINE: f64 = 16.0;

/// Where everything stands.
struct Layers<'a> {
    names: Vec<&'a str>,
    /// Each name in one line or two.
    shown: Vec<Vec<String>>,
    /// Columns a block.
    across: usize,
    /// Width of a column with its values, and of its plotting area.
    column: f64,
    plot: f64,
    left: f64,
    row: f64,
    /// Height of the columns' headings.
    head: f64,
    titles: Vec<Vec<String>>,
    x: Axis,
}

/// The outcomes of several scenarios side by side, on one scale.
///
/// # Errors
/// See [`ChartError`].
pub fn comparison(several: &[Findings], theme: &Theme) -> Result<Picture, ChartError> {
    let pages = compose(theme, |layout| Ok(vec![draw(layout, several)?]))?;
    let page = pages.into_iter().next().expect("one page was drawn");
    Ok(Picture::new("comparison", "comparison.csv", page, theme))
}

fn draw(layout: &Layout<'_>, several: &[Findings]) -> Result<Page, ChartError> {
    let has_bands = several.iter().any(|f| f.doubt.as_ref().is_some_and(|doubt| doubt.separated.is_some()));
    let reading = if several.iter().all(|findings| findings.origin.exactness().is_some()) {
        layout
            .t("Probability of each outcome, one scale. No whiskers: there is no error of simulation. “–”: not an outcome of the path.")
            .to_owned()
    } else {
        let level = several.first().map_or_else(String::new, |findings| intervals(layout, findings));
        layout.fill(
            "Share of each path’s runs, one scale. Whiskers: {level}, the error of simulation only. “<”: no such run; its upper bound. “–”: not an outcome of the path.",
            &[("level", &level)],
        )
    };
    let heading = Heading::of_several(layout, several, layout.t(TITLE), reading);
    let Some(layers) = Layers::new(layout, several, has_bands) else {
        return page(layout, &heading, 60.0, |sheet| {
            let text = layout.t("No outcomes.");
            sheet.text(layout.left(), sheet.top + 20.0, text, &plain(TEXT, MUTED), Side::Left)
        });
    };
    let mut keys = vec![
        (Swatch::Fill(BLUE), layout.t("ends the run").to_owned()),
        (Swatch::Fill(paler(BLUE)), layout.t("still open: where the run stands at the horizon").to_owned()),
    ];
    if has_bands {
        keys.push((Swatch::Band(DOUBT), layout.t("doubt: the probability at nine of ten parameter sets").to_owned()));
    }
    let keys = Keys::new(keys, layout.left(), layout.right());
    let legend = keys.height() + 12.0;
    let block = layers.head + layers.row * layers.names.len() as f64 + BELOW;
    let blocks = several.len().div_ceil(layers.across) as f64;
    page(layout, &heading, legend + block * blocks + BETWEEN * (blocks - 1.0), |sheet| {
        keys.draw(sheet, sheet.top)?;
        for (i, columns) in several.chunks(layers.across).enumerate() {
            let top = sheet.top + legend + (block + BETWEEN) * i as f64 + layers.head;
            name_rows(layout, sheet, &layers, top)?;
            for (k, findings) in columns.iter().enumerate() {
                let title = &layers.titles[i * layers.across + k];
                column(layout, sheet, &layers, findings, title, (k, top))?;
            }
            let right = layers.left + layers.column * columns.len() as f64 - GUTTER;
            let y = top + layers.row * layers.names.len() as f64 + 34.0;
            let text = layout.t("Probability of the outcome");
            sheet.text(f64::midpoint(layers.left, right), y, text, &plain(SMALL, MUTED), Side::Center)?;
        }
        Ok(())
    })
}

/// Outcome names of all scenarios in the order of first appearance, or as wished for.
fn rows<'f>(layout: &Layout<'_>, several: &'f [Findings]) -> Vec<&'f str> {
    let mut names: Vec<&str> = Vec::new();
    for outcome in several.iter().flat_map(|f| &f.outcomes) {
        if !names.contains(&outcome.name.as_str()) {
            names.push(&outcome.name);
        }
    }
    layout.theme.charts.sort(&mut names, |name| name);
    names
}

impl<'a> Layers<'a> {
    fn new(layout: &Layout<'_>, several: &'a [Findings], has_bands: bool) -> Option<Self> {
        let names = rows(layout, several);
        if names.is_empty() {
            return None;
        }
        let kind = plain(TEXT, INK);
        let most = (0.24 * layout.room()).clamp(96.0, 250.0);
        let shown: Vec<Vec<String>> = names.iter().map(|name| broken(&spaced(name), &kind, most, 2)).collect();
        let widest = shown.iter().flatten().map(|line| kind.width(line)).fold(40.0, f64::max);
        let left = layout.left() + widest + 20.0;
        let room = layout.right() - left + GUTTER;
        let fits = (room / (NARROWEST + GUTTER)).floor().max(1.0) as usize;
        // As many blocks as need be, each of about as many columns as the others.
        let across = several.len().div_ceil(several.len().div_ceil(fits));
        let column = room / across as f64;
        let value_type = plain(SMALL, INK);
        let outcomes = || several.iter().flat_map(|f| &f.outcomes);
        let values = outcomes().map(|o| value_type.width(&percent(&o.probability))).fold(30.0, f64::max).min(80.0);
        let inside = column - GUTTER;
        let title = strong(TEXT, INK);
        let titles: Vec<Vec<String>> =
            several.iter().map(|f| broken(scenario_title(&f.origin), &title, inside, 4)).collect();
        let lines = titles.iter().map(Vec::len).max().unwrap_or(1) as f64;
        let two_lines = shown.iter().any(|lines| lines.len() > 1);
        let least = if two_lines { 30.0 } else { 19.0 };
        let usual = if has_bands { 32.0 } else { 27.0 };
        let bands = several.iter().filter_map(|f| f.doubt.as_ref()?.separated.as_ref());
        let bands = bands.flat_map(|s| &s.outcomes).filter_map(|event| event.components.band.map(|band| band[1]));
        Some(Self {
            names,
            shown,
            across,
            column,
            plot: (inside - values - 8.0).max(30.0),
            left,
            row: layout.stretched(usual, least),
            head: lines * TITLE_LINE + 3.0 * FACTS + 12.0,
            titles,
            x: probability_axis(bands.fold(highest(outcomes()), f64::max), 4),
        })
    }
}

fn name_rows(layout: &Layout<'_>, sheet: &Sheet<'_>, layers: &Layers<'_>, top: f64) -> Drawn {
    let kind = plain(TEXT, INK);
    for (i, lines) in layers.shown.iter().enumerate() {
        let y = top + layers.row * i as f64;
        if i % 2 == 0 {
            let stripe = Frame { left: layout.left(), top: y, right: layout.right(), bottom: y + layers.row };
            sheet.rectangle(stripe, filled(STRIPE))?;
        }
        let first = y + layers.row / 2.0 - 6.5 * (lines.len() as f64 - 1.0);
        for (k, line) in lines.iter().enumerate() {
            sheet.text(layout.left() + 6.0, first + 13.0 * k as f64, line, &kind, Side::Left)?;
        }
    }
    Ok(())
}

fn column(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    layers: &Layers<'_>,
    findings: &Findings,
    title: &[String],
    (i, top): (usize, f64),
) -> Drawn {
    let left = layers.left + layers.column * i as f64;
    let n = layers.names.len() as f64;
    let frame = Frame { left, top, right: left + layers.plot, bottom: top + layers.row * n };
    head(layout, sheet, findings, title, (left, top, layers.column - GUTTER))?;
    let x = &layers.x;
    sheet.mesh(frame, x, &row_axis(layers.names.len()))?;
    let separated = findings.doubt.as_ref().and_then(|doubt| doubt.separated.as_ref());
    let outcome = |name: &str| -> Option<&Passage> { findings.outcomes.iter().find(|o| o.name == name) };
    let kind = plain(SMALL, INK);
    for (row, name) in layers.names.iter().enumerate() {
        let middle = top + layers.row * (row as f64 + 0.5);
        let Some(outcome) = outcome(name) else {
            sheet.text(left + 7.0, middle, "–", &plain(SMALL, MUTED), Side::Left)?;
            continue;
        };
        let band = separated.and_then(|s| s.outcomes.iter().find(|event| event.name == *name)?.components.band);
        let (y, half) = if separated.is_some() { (middle - 3.0, 0.22) } else { (middle, 0.27) };
        bar(layout, sheet, (frame, x), outcome, (y, half * layers.row))?;
        if let Some(band) = band {
            lane(sheet, frame, x, band, (middle + 0.28 * layers.row, middle + 0.41 * layers.row))?;
        }
        let p = &outcome.probability;
        let ends = ends(x, p);
        if !p.is_exact() {
            whisker(sheet, frame, ends, y, 3.0)?;
        }
        sheet.text(left + layers.plot * ends.1 + 6.0, y, &percent(p), &kind, Side::Left)?;
    }
    sheet.line(&[(left, frame.top), (left, frame.bottom)], stroke(AXIS, 1.0))
}

fn head(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    findings: &Findings,
    title: &[String],
    (left, top, room): (f64, f64, f64),
) -> Drawn {
    let origin = &findings.origin;
    let (how, what) = match origin.exactness() {
        Some(exactness) => (exactly(exactness).to_owned(), format!("{} states", count(exactness.states as u64))),
        None if origin.is_partial() => {
            let (runs, requested) = (count(origin.runs), count(origin.runs_requested));
            let with = [("runs", runs.as_str()), ("requested", requested.as_str())];
            (layout.fill("PARTIAL: {runs} of {requested} runs", &with), format!("seed {}", origin.seed))
        }
        None => (layout.fill("{runs} runs", &[("runs", &count(origin.runs))]), format!("seed {}", origin.seed)),
    };
    let facts = [how, what, format!("digest {}", short(&origin.digest))];
    let first = top - 10.0 - FACTS * facts.len() as f64 + 4.0;
    let mut y = first - 2.0 - TITLE_LINE * title.len() as f64;
    for line in title {
        sheet.text(left, y, line, &strong(TEXT, INK), Side::Left)?;
        y += TITLE_LINE;
    }
    let kind = plain(TINY, MUTED);
    let mut y = first;
    for fact in facts {
        sheet.text(left, y, &cut(&fact, &kind, room), &kind, Side::Left)?;
        y += FACTS;
    }
    Ok(())
}
