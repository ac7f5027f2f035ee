//! State occupancy: the share of runs in each state of each machine over time, stacked in the scenario's order; and the
//! same of the scenarios that runs are in, where they follow on.

use plotters::style::RGBColor;

use crate::analysis::{Findings, Occupancy};

use super::axis::{Axis, probability_axis, time_axis};
use super::direct::{self, Ending};
use super::heading::{Heading, time_title};
use super::incidence::{course, placed};
use super::keys::{Keys, Swatch};
use super::labels::{broken, cut, spaced};
use super::layout::{Layout, compose};
use super::mark::Page;
use super::number::{count, share};
use super::sheet::{Drawn, Frame, Sheet, Side, label_room, page, surroundings};
use super::style::{AXIS, HEADING, MUTED, PAPER, SMALL, TEXT, filled, plain, stroke, strong};
use super::theme::Theme;
use super::{ChartError, Picture, style};

pub(super) const TITLE: &str = "where the machines are";
pub(super) const SCENARIOS_TITLE: &str = "which scenario runs are in";

/// States that never hold this share of the runs are told, not drawn.
const SLIVER: f64 = 0.001;
/// Of states that are not drawn, so many are named: more than a few lines hold.
const MOST_NAMED: usize = 200;
const HEAD: f64 = 26.0;
const BELOW: f64 = 46.0;
const NOTE: f64 = 15.0;
/// States below this share at the horizon are named under the panel, where they displace no other label.
const THIN: f64 = 0.01;

/// A machine's panel: what is drawn, what is only told.
struct Stack<'a> {
    machine: &'a Occupancy,
    /// One a state.
    colors: Vec<RGBColor>,
    /// Indices of the states with a layer.
    drawn: Vec<usize>,
    /// Those of them that are named in the keys under the panel.
    thin: Vec<usize>,
    note: Vec<String>,
    keys: Keys,
}

impl<'a> Stack<'a> {
    fn new(layout: &Layout<'_>, machine: &'a Occupancy) -> Self {
        let seen = |i: usize| machine.rows.iter().filter_map(|row| row.get(i)).any(|p| p.estimate >= SLIVER);
        let (drawn, slivers): (Vec<usize>, Vec<usize>) = (0..machine.states.len()).partition(|i| seen(*i));
        let shown = slivers.iter().take(MOST_NAMED);
        let mut names: Vec<String> = shown.map(|i| spaced(&machine.states[*i]).replace(' ', "\u{a0}")).collect();
        if slivers.len() > MOST_NAMED {
            names.push(format!("… +{}", slivers.len() - MOST_NAMED));
        }
        let told = layout.fill("Below 0.1 % throughout, not drawn: {names}", &[("names", &names.join(", "))]);
        let kind = plain(SMALL, MUTED);
        let note = if names.is_empty() { vec![] } else { broken(&told, &kind, layout.room(), 4) };
        let last = |i: usize| machine.rows.last().and_then(|row| row.get(i)).map_or(0.0, |p| p.estimate);
        let thin: Vec<usize> = drawn.iter().copied().filter(|i| last(*i) < THIN).collect();
        let title = (Swatch::None, layout.t("Below 1 % at the horizon:").to_owned());
        let color =
            |(i, state): (usize, &String)| layout.color(&format!("{}.{state}", machine.machine), style::fill(i));
        let colors: Vec<RGBColor> = machine.states.iter().enumerate().map(color).collect();
        let keys = thin.iter().map(|i| (Swatch::Fill(colors[*i]), spaced(&machine.states[*i])));
        let keys = if thin.is_empty() { vec![] } else { std::iter::once(title).chain(keys).collect() };
        let keys = Keys::new(keys, layout.left(), layout.right());
        Self { machine, colors, drawn, thin, note, keys }
    }

    /// Room that the labels need.
    fn room(&self, layout: &Layout<'_>) -> f64 {
        direct::room(layout, &self.anywhere())
    }

    fn anywhere(&self) -> Vec<Ending> {
        let anywhere = Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        endings(self, &layers(self), anywhere, &probability_axis(1.0, 5))
    }

    fn plot_height(&self, layout: &Layout<'_>) -> f64 {
        layout.stretched(220.0, 110.0).max(direct::height(layout, &self.anywhere()) + 4.0)
    }

    fn height(&self, layout: &Layout<'_>) -> f64 {
        let note = self.note.len() as f64 * NOTE;
        HEAD + self.plot_height(layout) + BELOW + self.keys.height() + note + 12.0
    }
}

/// Stacked shares of the states, a panel a machine; as many pages as the machines need, none without machines. A machine
/// of one state, which is always in it, has no panel.
///
/// # Errors
/// See [`ChartError`].
pub fn state_occupancy(findings: &Findings, theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let pages = compose(theme, |layout| {
        let reading = match findings.origin.exactness() {
            Some(_) => layout
                .t("Probability of each state; a run that has ended keeps its last state. Beside each panel: share at the horizon.")
                .to_owned(),
            None => layout.fill(
                "Share of {runs} runs in each state; a run that has ended keeps its last state. Beside each panel: share at the horizon.",
                &[("runs", &count(findings.origin.runs))],
            ),
        };
        let title = layout.title("occupancy", TITLE);
        // Of runs that follow on, the first machine is the scenario that they are in.
        stacked(layout, findings, &findings.machines[usize::from(findings.journey.is_some())..], title, &reading)
    })?;
    Ok(Picture::several("occupancy", "timeline.csv", pages, theme))
}

/// Stacked shares of the scenarios that runs are in; no page unless they follow on to another.
///
/// # Errors
/// See [`ChartError`].
pub fn scenario_occupancy(findings: &Findings, theme: &Theme) -> Result<Vec<Picture>, ChartError> {
    let pages = compose(theme, |layout| {
        let reading = layout.fill(
            "Share of {runs} runs; one that has ended keeps its last scenario. Runs go on only where an outcome hands them on: no probability is given to a path being chosen.",
            &[("runs", &count(findings.origin.runs))],
        );
        let title = layout.title("scenarios", SCENARIOS_TITLE);
        stacked(layout, findings, &findings.machines[..usize::from(findings.journey.is_some())], title, &reading)
    })?;
    Ok(Picture::several("scenarios", "scenarios.csv", pages, theme))
}

fn stacked(
    layout: &Layout<'_>,
    findings: &Findings,
    machines: &[Occupancy],
    title: &str,
    reading: &str,
) -> Result<Vec<Page>, ChartError> {
    let heading = |number: usize, total: usize| {
        Heading::of(layout, findings, &paged(layout, title, number, total), reading.to_owned())
    };
    let budget = layout.budget(surroundings(layout, &heading(1, 2)));
    let mut pages: Vec<Vec<Stack<'_>>> = Vec::new();
    let mut room = 0.0;
    for stack in machines.iter().filter(|machine| machine.states.len() > 1).map(|one| Stack::new(layout, one)) {
        let height = stack.height(layout);
        match pages.last_mut() {
            Some(page) if height <= room => page.push(stack),
            _ => {
                pages.push(vec![stack]);
                room = budget;
            }
        }
        room -= height;
    }
    let total = pages.len();
    let page = |(i, stacks): (usize, &Vec<Stack<'_>>)| draw_page(layout, findings, stacks, &heading(i + 1, total));
    pages.iter().enumerate().map(page).collect()
}

fn draw_page(
    layout: &Layout<'_>,
    findings: &Findings,
    stacks: &[Stack<'_>],
    heading: &Heading,
) -> Result<Page, ChartError> {
    page(layout, heading, stacks.iter().map(|stack| stack.height(layout)).sum(), |sheet| {
        let right = layout.right() - stacks.iter().map(|stack| stack.room(layout)).fold(0.0, f64::max);
        let mut top = sheet.top;
        for stack in stacks {
            draw(layout, sheet, findings, stack, (top, right))?;
            top += stack.height(layout);
        }
        Ok(())
    })
}

/// The title of one of several pages.
pub(super) fn paged(layout: &Layout<'_>, title: &str, number: usize, total: usize) -> String {
    if total < 2 {
        return title.to_owned();
    }
    let (number, total) = (number.to_string(), total.to_string());
    layout.fill("{title} ({number} of {total})", &[("title", title), ("number", &number), ("total", &total)])
}

fn draw(
    layout: &Layout<'_>,
    sheet: &Sheet<'_>,
    findings: &Findings,
    stack: &Stack<'_>,
    (top, right): (f64, f64),
) -> Drawn {
    let kind = strong(HEADING, style::INK);
    let name = cut(&spaced(&stack.machine.machine), &kind, layout.room());
    sheet.text(layout.left(), top + 4.0, &name, &kind, Side::Left)?;
    let x = time_axis(findings.axis.horizon, &findings.axis.unit, 9);
    let y = probability_axis(1.0, 5);
    let bottom = top + HEAD + stack.plot_height(layout);
    let frame = Frame { left: layout.left() + label_room(&y), top: top + HEAD, right, bottom };
    let layers = layers(stack);
    sheet.mesh(frame, &x, &y)?;
    let points = &findings.axis.points;
    let border = |layer: &[f64]| placed(frame, (&x, &y), course(&x, points, layer, |v| *v));
    for (layer, state) in layers.windows(2).zip(&stack.drawn) {
        let mut corners = border(&layer[1]);
        corners.extend(border(&layer[0]).into_iter().rev());
        sheet.area(corners, filled(stack.colors[*state]));
    }
    for layer in layers.iter().take(layers.len().saturating_sub(1)).skip(1) {
        sheet.line(&border(layer), stroke(PAPER, 0.6))?;
    }
    direct::draw(layout, sheet, frame, &endings(stack, &layers, frame, &y))?;
    let title = time_title(layout, &findings.axis.unit);
    sheet.text(frame.middle(), frame.bottom + 32.0, &title, &plain(SMALL, MUTED), Side::Center)?;
    // The layers cover the axis that stands below them.
    sheet.line(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], stroke(AXIS, 1.0))?;
    let below = frame.bottom + BELOW + 6.0;
    stack.keys.draw(sheet, below)?;
    for (i, line) in stack.note.iter().enumerate() {
        let y = below + stack.keys.height() + i as f64 * NOTE;
        sheet.text(layout.left(), y, line, &plain(SMALL, MUTED), Side::Left)?;
    }
    if stack.drawn.is_empty() {
        let (x, y) = (frame.left + 20.0, frame.top + 20.0);
        sheet.text(x, y, layout.t("No runs."), &plain(TEXT, MUTED), Side::Left)?;
    }
    Ok(())
}

/// Borders of the layers from below at each point: one more than states drawn, the first all zero.
fn layers(stack: &Stack<'_>) -> Vec<Vec<f64>> {
    let mut layers = vec![vec![0.0; stack.machine.rows.len()]];
    for state in &stack.drawn {
        let below = &layers[layers.len() - 1];
        let next = below
            .iter()
            .zip(&stack.machine.rows)
            .map(|(base, row)| (base + row.get(*state).map_or(0.0, |p| p.estimate)).min(1.0))
            .collect();
        layers.push(next);
    }
    layers
}

fn endings(stack: &Stack<'_>, layers: &[Vec<f64>], frame: Frame, y: &Axis) -> Vec<Ending> {
    let last = |layer: &[f64]| layer.last().copied().unwrap_or(0.0);
    layers
        .windows(2)
        .zip(&stack.drawn)
        .filter(|(_, state)| !stack.thin.contains(state))
        .map(|(pair, state)| {
            let (low, high) = (last(&pair[0]), last(&pair[1]));
            let name = &stack.machine.states[*state];
            Ending {
                name: spaced(name),
                value: share(high - low),
                y: frame.y(y, f64::midpoint(low, high)),
                color: stack.colors[*state],
            }
        })
        .rev()
        .collect()
}
