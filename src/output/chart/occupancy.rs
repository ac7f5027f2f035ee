//! State occupancy: the share of runs in each state of each machine over time, stacked in the scenario's order; and the
//! same of the scenarios that runs are in, where they follow on.

use plotters::prelude::Polygon;

use crate::analysis::{Findings, Occupancy};

use super::ChartError;
use super::axis::{Axis, probability_axis, time_axis};
use super::direct::{self, Ending};
use super::heading::Heading;
use super::incidence::{course, line};
use super::labels::{broken, cut, spaced};
use super::number::{count, share};
use super::sheet::{Drawn, Frame, MARGIN, Sheet, Side, WIDTH, drawing, page};
use super::style::{self, AXIS, HEADING, INK, MUTED, PAPER, SMALL, TEXT, filled, plain, stroke, strong};

pub(super) const TITLE: &str = "Where the machines are";
pub(super) const SCENARIOS: &str = "Which scenario runs are in";

/// States that never hold this share of the runs are told, not drawn.
const SLIVER: f64 = 0.001;
/// Of states that are not drawn, so many are named: more than three lines hold.
const MOST_NAMED: usize = 200;
/// A page is closed before it grows higher than this.
const PAGE: f64 = 1700.0;
const HEAD: f64 = 28.0;
const BELOW: f64 = 50.0;
const KEY: f64 = 19.0;
const KEY_TITLE: &str = "Below 1\u{202f}% at the horizon:";
const NOTE: f64 = 16.0;
/// States below this share at the horizon are named under the panel, where they displace no other label.
const THIN: f64 = 0.01;
const LEFT: f64 = MARGIN + 56.0;

/// A machine's panel: what is drawn, what is only told.
struct Stack<'a> {
    machine: &'a Occupancy,
    /// Indices of the states with a layer.
    drawn: Vec<usize>,
    note: Vec<String>,
    /// Rows of the legend under the panel: states with their place from the left.
    key: Vec<Vec<(usize, f64)>>,
}

impl<'a> Stack<'a> {
    fn new(machine: &'a Occupancy) -> Self {
        let seen = |i: usize| machine.rows.iter().filter_map(|row| row.get(i)).any(|p| p.estimate >= SLIVER);
        let (drawn, slivers): (Vec<usize>, Vec<usize>) = (0..machine.states.len()).partition(|i| seen(*i));
        let shown = slivers.iter().take(MOST_NAMED);
        let mut names: Vec<String> = shown.map(|i| spaced(&machine.states[*i]).replace(' ', "\u{a0}")).collect();
        if slivers.len() > MOST_NAMED {
            names.push(format!("and {} more", slivers.len() - MOST_NAMED));
        }
        let told = format!("Below {} throughout, not drawn: {}", "0.1\u{202f}%", names.join(", "));
        let kind = plain(SMALL, MUTED);
        let note = if names.is_empty() { vec![] } else { broken(&told, &kind, WIDTH - MARGIN - LEFT, 3) };
        let last = |i: usize| machine.rows.last().and_then(|row| row.get(i)).map_or(0.0, |p| p.estimate);
        let thin: Vec<usize> = drawn.iter().copied().filter(|i| last(*i) < THIN).collect();
        Self { machine, key: key_rows(machine, &thin), drawn, note }
    }

    fn in_key(&self, state: usize) -> bool {
        self.key.iter().flatten().any(|(i, _)| *i == state)
    }

    /// Room that the labels need.
    fn room(&self) -> f64 {
        let anywhere = Frame { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        direct::room(&endings(self, &layers(self), anywhere, &probability_axis(1.0, 5)))
    }

    fn plot_height(&self) -> f64 {
        let labels = self.drawn.iter().filter(|i| !self.in_key(**i)).count();
        (labels as f64 * direct::GAP + 12.0).max(230.0)
    }

    fn height(&self) -> f64 {
        HEAD + self.plot_height() + BELOW + self.key.len() as f64 * KEY + self.note.len() as f64 * NOTE + 12.0
    }
}

/// Stacked shares of the states, a panel a machine; as many pages as the machines need, none without machines. A machine
/// of one state, which is always in it, has no panel.
///
/// # Errors
/// See [`ChartError`].
pub fn state_occupancy(findings: &Findings) -> Result<Vec<Vec<u8>>, ChartError> {
    let shares = match findings.origin.exactness() {
        Some(_) => "Probability of".to_owned(),
        None => format!("Share of {} runs in", count(findings.origin.runs)),
    };
    let reading = format!(
        "{shares} each state; a run that has ended keeps its last state. Beside each panel: share at the horizon."
    );
    // Of runs that follow on, the first machine is the scenario that they are in.
    stacked(findings, &findings.machines[usize::from(findings.journey.is_some())..], TITLE, &reading)
}

/// Stacked shares of the scenarios that runs are in; no page unless they follow on to another.
///
/// # Errors
/// See [`ChartError`].
pub fn scenario_occupancy(findings: &Findings) -> Result<Vec<Vec<u8>>, ChartError> {
    let reading = format!(
        "Share of {} runs; one that has ended keeps its last scenario. Runs go on only where an outcome hands them on: \
         no probability is given to a path being chosen.",
        count(findings.origin.runs)
    );
    stacked(findings, &findings.machines[..usize::from(findings.journey.is_some())], SCENARIOS, &reading)
}

fn stacked(
    findings: &Findings,
    machines: &[Occupancy],
    title: &str,
    reading: &str,
) -> Result<Vec<Vec<u8>>, ChartError> {
    let mut pages: Vec<Vec<Stack<'_>>> = Vec::new();
    let mut room = 0.0;
    for stack in machines.iter().filter(|machine| machine.states.len() > 1).map(Stack::new) {
        let height = stack.height();
        match pages.last_mut() {
            Some(page) if height <= room => page.push(stack),
            _ => {
                pages.push(vec![stack]);
                room = PAGE;
            }
        }
        room -= height;
    }
    let total = pages.len();
    let page = |(i, stacks): (usize, &Vec<Stack<'_>>)| {
        let heading = Heading::of(findings, &paged(title, i + 1, total), reading.to_owned());
        draw_page(findings, stacks, &heading)
    };
    pages.iter().enumerate().map(page).collect()
}

fn draw_page(findings: &Findings, stacks: &[Stack<'_>], heading: &Heading) -> Result<Vec<u8>, ChartError> {
    page(heading, stacks.iter().map(Stack::height).sum(), |sheet| {
        let right = WIDTH - MARGIN - stacks.iter().map(Stack::room).fold(0.0, f64::max);
        let mut top = sheet.top;
        for stack in stacks {
            draw(sheet, findings, stack, (top, right))?;
            top += stack.height();
        }
        Ok(())
    })
}

/// The title of one of several pages.
pub(super) fn paged(title: &str, number: usize, total: usize) -> String {
    if total > 1 { format!("{title} ({number} of {total})") } else { title.to_owned() }
}

fn draw(sheet: &Sheet<'_>, findings: &Findings, stack: &Stack<'_>, (top, right): (f64, f64)) -> Drawn {
    sheet.text(MARGIN, top + 4.0, &spaced(&stack.machine.machine), &strong(HEADING, INK), Side::Left)?;
    let x = time_axis(findings.axis.horizon, &findings.axis.unit, 9);
    let y = probability_axis(1.0, 5);
    let frame = Frame { left: LEFT, top: top + HEAD, right, bottom: top + HEAD + stack.plot_height() };
    let layers = layers(stack);
    let endings = endings(stack, &layers, frame, &y);
    let mut panel = sheet.panel(frame, &x, &y)?;
    let points = &findings.axis.points;
    for (layer, state) in layers.windows(2).zip(&stack.drawn) {
        let mut border = course(&x, points, &layer[1], |v| *v);
        border.extend(course(&x, points, &layer[0], |v| *v).into_iter().rev());
        panel.draw_series([Polygon::new(border, filled(style::fill(*state)))]).map_err(drawing)?;
    }
    for layer in layers.iter().take(layers.len().saturating_sub(1)).skip(1) {
        line(&mut panel, course(&x, points, layer, |v| *v), stroke(PAPER, 0.6), false)?;
    }
    direct::draw(sheet, frame, &endings)?;
    let title = format!("Time ({}s)", findings.axis.unit);
    let middle = (frame.left + frame.right) / 2.0;
    sheet.text(middle, frame.bottom + 32.0, &title, &plain(SMALL, MUTED), Side::Center)?;
    // The layers cover the axis that stands below them.
    sheet.line(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], stroke(AXIS, 1.0))?;
    let below = key(sheet, stack, frame.bottom + BELOW + 4.0)?;
    for (i, line) in stack.note.iter().enumerate() {
        let y = below + i as f64 * NOTE;
        sheet.text(LEFT, y, line, &plain(SMALL, MUTED), Side::Left)?;
    }
    if stack.drawn.is_empty() {
        let (x, y) = (frame.left + 20.0, frame.top + 20.0);
        sheet.text(x, y, "No runs.", &plain(TEXT, MUTED), Side::Left)?;
    }
    Ok(())
}

/// Places the states of a legend in rows from the left, as many in each as fit.
fn key_rows(machine: &Occupancy, states: &[usize]) -> Vec<Vec<(usize, f64)>> {
    let kind = plain(SMALL, INK);
    let start = LEFT + kind.width(KEY_TITLE) + 14.0;
    let mut rows: Vec<Vec<(usize, f64)>> = Vec::new();
    let mut pen = start;
    for &state in states {
        let wide = 16.0 + kind.width(&spaced(&machine.states[state])) + 18.0;
        match rows.last_mut() {
            Some(row) if pen + wide <= WIDTH - MARGIN + 18.0 => row.push((state, pen)),
            _ => {
                pen = start;
                rows.push(vec![(state, pen)]);
            }
        }
        pen += wide;
    }
    rows
}

/// Draws the legend of the states that are thin at the horizon, from `top`; tells where it ends.
fn key(sheet: &Sheet<'_>, stack: &Stack<'_>, top: f64) -> Result<f64, ChartError> {
    let kind = plain(SMALL, INK);
    if !stack.key.is_empty() {
        sheet.text(LEFT, top, KEY_TITLE, &plain(SMALL, MUTED), Side::Left)?;
    }
    for (i, row) in stack.key.iter().enumerate() {
        let y = top + i as f64 * KEY;
        for (state, left) in row {
            let swatch = Frame { left: *left, top: y - 5.0, right: left + 10.0, bottom: y + 5.0 };
            sheet.rectangle(swatch, filled(style::fill(*state)))?;
            let room = WIDTH - MARGIN - left - 16.0;
            let name = cut(&spaced(&stack.machine.states[*state]), &kind, room);
            sheet.text(left + 16.0, y, &name, &kind, Side::Left)?;
        }
    }
    Ok(top + stack.key.len() as f64 * KEY)
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
        .filter(|(_, state)| !stack.in_key(**state))
        .map(|(pair, state)| {
            let (low, high) = (last(&pair[0]), last(&pair[1]));
            Ending {
                name: spaced(&stack.machine.states[*state]),
                value: share(high - low),
                y: frame.y(y, (low + high) / 2.0),
                color: style::fill(*state),
            }
        })
        .rev()
        .collect()
}
