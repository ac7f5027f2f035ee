//! A sweep in a few lines: for each quantity where it is least and where it is most.
//!
//! In: the estimates of the points, one after the other. Out: text for a terminal.

use super::results::PointEstimates;
use crate::analysis::sweep::effort::{Effort, Ending, Stop};
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity, quantities};
use crate::analysis::sweep::space::{Point, Space};
use crate::analysis::sweep::threshold::Answered;
use crate::analysis::{Counts, Proportion};
use crate::output::format::{self, grouped, printable};
use crate::output::terminal::{CLOSING, Layout, grid};

/// The extremes of every quantity that is shown, and what it took.
#[derive(Clone, Debug)]
pub struct Told {
    rows: Vec<Extremes>,
    pub spent: Spent,
    /// What the threshold comes to, if there is one and every point is done.
    pub answered: Vec<Answered>,
}

/// How many runs points have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    pub points: u64,
    /// Of one point.
    pub least: u64,
    pub most: u64,
    /// Of all points together.
    pub total: u64,
    /// Points whose runs were used up before the precision was reached.
    pub short: u64,
}

impl Spent {
    fn add(&mut self, runs: u64, ending: Option<Ending>) {
        self.least = if self.points == 0 { runs } else { self.least.min(runs) };
        self.most = self.most.max(runs);
        self.points += 1;
        self.total = self.total.saturating_add(runs);
        self.short += u64::from(ending == Some(Ending::Budget));
    }

    /// `4 096 to 12 288 runs of each`, with numbers written by `count`.
    pub fn in_words(&self, count: impl Fn(u64) -> String) -> String {
        if self.least == self.most {
            let runs = if self.most == 1 { "run" } else { "runs" };
            return format!("{} {runs} of each", count(self.most));
        }
        format!("{} to {} runs of each", count(self.least), count(self.most))
    }
}

/// Where one quantity of one scenario is least and most.
#[derive(Clone, Debug)]
struct Extremes {
    scenario: usize,
    /// Its place among the scenario's quantities.
    place: usize,
    quantity: Quantity,
    least: Option<(Estimate, Point)>,
    most: Option<(Estimate, Point)>,
}

impl Told {
    /// Of no points yet; `show` names quantities, all if empty.
    pub fn new(space: &Space, show: &[String]) -> Told {
        let mut rows = Vec::new();
        for (scenario, swept) in space.scenarios.iter().enumerate() {
            for (place, quantity) in quantities(&swept.model).into_iter().enumerate() {
                if show.is_empty() || show.contains(&quantity.name) {
                    rows.push(Extremes { scenario, place, quantity, least: None, most: None });
                }
            }
        }
        Told { rows, spent: Spent::default(), answered: Vec::new() }
    }

    /// Takes a point in.
    pub fn see(&mut self, space: &Space, at: &PointEstimates) {
        if let Some(estimate) = at.estimates.first() {
            self.spent.add(estimate.runs, at.ending);
        }
        let scenario = space.cases[at.point.case].scenario;
        for row in self.rows.iter_mut().filter(|row| row.scenario == scenario) {
            let Some(estimate) = at.estimates.get(row.place) else { continue };
            // Of equal ones the first.
            if row.least.as_ref().is_none_or(|(least, _)| estimate.value < least.value) {
                row.least = Some((*estimate, at.point.clone()));
            }
            if row.most.as_ref().is_none_or(|(most, _)| estimate.value > most.value) {
                row.most = Some((*estimate, at.point.clone()));
            }
        }
    }
}

/// Heading, table, what the threshold comes to, and closing line.
pub fn text(space: &Space, effort: &Effort, told: &Told, seed: u64) -> String {
    let titles: Vec<&str> = space.scenarios.iter().map(|scenario| scenario.title.as_str()).collect();
    let spent = match effort.stop {
        Stop::Solved => "solved exactly, without runs".to_owned(),
        _ => format!("{}, seed {seed}; the same luck at every point", told.spent.in_words(grouped)),
    };
    let extra = match space.extra().len() as u64 {
        0 => String::new(),
        extra => format!(" ({} of them where the grid was refined)", grouped(extra)),
    };
    let mut heading = format!("{}\n{} points{extra}, {spent}", printable(&titles.join(", ")), grouped(space.count()));
    if told.spent.short > 0 {
        let short = grouped(told.spent.short);
        heading.push_str(&format!("\n{short} points used up their runs before the precision was reached"));
    }
    let answer = threshold_text(space, effort, told);
    let gap = if answer.is_empty() { "" } else { "\n\n" };
    format!("{heading}\n\n{}\n\n{answer}{gap}{CLOSING}\n", table(space, told).trim_end())
}

/// What the threshold comes to in each case, in lines; empty if there is none.
fn threshold_text(space: &Space, effort: &Effort, told: &Told) -> String {
    let Some(threshold) = &effort.threshold else { return String::new() };
    let sign = if threshold.above { '>' } else { '<' };
    let mut lines = Vec::new();
    for answered in &told.answered {
        let case = &space.cases[answered.case];
        let quantity = effort
            .threshold_place(case.scenario)
            .and_then(|place| quantities(&space.scenarios[case.scenario].model).into_iter().nth(place));
        let level = match quantity.as_ref().map(|quantity| (quantity.kind, &quantity.unit)) {
            Some((Kind::Consequence, unit)) => format!("{} {unit}", format::number(threshold.value)),
            _ => format!("{} %", format::number(100.0 * threshold.value)),
        };
        let title = case.title(space);
        let whose = if title.is_empty() { String::new() } else { format!("{}: ", printable(&title)) };
        let (yes, no) =
            if threshold.above { (answered.above, answered.below) } else { (answered.below, answered.above) };
        lines.push(format!(
            "{whose}{} {sign} {} at {} points, not at {}, undecided at {}",
            printable(&threshold.name),
            printable(level.trim_end()),
            grouped(yes),
            grouped(no),
            grouped(answered.undecided.len() as u64)
        ));
        for crossing in &answered.crossings {
            let axis = &space.axes[0];
            let width = crossing.high - crossing.low;
            let ends = [crossing.at, crossing.low, crossing.high].map(|value| exactly(value, width));
            let way = if crossing.rises { "rises above" } else { "falls below" };
            lines.push(format!(
                "  it {way} at {} {}, between {} and {}",
                printable(&axis.name),
                ends[0],
                ends[1],
                ends[2]
            ));
        }
        if effort.threshold.is_some() && !answered.undecided.is_empty() {
            let some = answered.undecided.iter().take(UNDECIDED);
            let words: Vec<String> = some.map(|&number| point_in_words(space, &space.point(number))).collect();
            let more = answered.undecided.len().saturating_sub(UNDECIDED);
            let more =
                if more == 0 { String::new() } else { format!("; and {} more, in results.csv", grouped(more as u64)) };
            lines.push(format!("  undecided: {}{more}", words.join("; ")));
        }
    }
    if !lines.is_empty() {
        let level = format::number(100.0 * effort.confidence);
        lines.push(match effort.stop {
            Stop::Solved => "Exact answers: no error of simulation.".to_owned(),
            _ => format!("Each point is told to lie on its side with {level} % confidence by itself."),
        });
    }
    lines.join("\n")
}

/// A number with two more figures than the width of its interval has.
fn exactly(value: f64, width: f64) -> String {
    let decimals = (2.0 - libm::log10(width.max(1e-9)).floor()).clamp(0.0, 12.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// So many undecided points are told by their values.
const UNDECIDED: usize = 6;

/// Where each quantity is least and most.
pub fn table(space: &Space, told: &Told) -> String {
    let rows = told.rows.iter().map(|row| {
        let name = match space.scenarios.len() {
            1 => row.quantity.name.clone(),
            _ => format!("{}: {}", space.scenarios[row.scenario].name, row.quantity.name),
        };
        let mut cells = vec![printable(&name)];
        for extreme in [&row.least, &row.most] {
            let (value, place) = extreme.as_ref().map_or_else(Default::default, |(estimate, point)| {
                (estimate_in_words(estimate, &row.quantity), point_in_words(space, point))
            });
            cells.extend([value, place]);
        }
        cells
    });
    let header = ["Quantity", "Least", "at", "Most", "at"].map(str::to_owned);
    grid(header.into(), rows.collect(), &Layout::default())
}

fn estimate_in_words(estimate: &Estimate, quantity: &Quantity) -> String {
    let Estimate { value, low, high, hits, runs, .. } = *estimate;
    match hits {
        Some(hits) => {
            let counts = Some(Counts { hits, runs });
            format::percent(&Proportion { counts, estimate: value, low, high })
        }
        // Six figures of an exact probability.
        None if quantity.kind != Kind::Consequence => format!("{:.4} %", 100.0 * value),
        None => format!("{} {}", format::number(value), printable(&quantity.unit)).trim_end().to_owned(),
    }
}

/// The values that set a point of a scenario apart: `cautious, resolve 0.3, stamina 2`.
pub fn point_in_words(space: &Space, point: &Point) -> String {
    let case = space.cases[point.case].setting(space);
    let values = space.axes.iter().enumerate().filter_map(|(axis, told)| {
        let value = space.value(point, axis)?;
        Some(format!("{} {}", printable(&told.name), format::number(value)))
    });
    let parts: Vec<String> = (!case.is_empty()).then(|| printable(&case)).into_iter().chain(values).collect();
    if parts.is_empty() { "as written".to_owned() } else { parts.join(", ") }
}
