//! A sweep in a few lines: for each quantity where it is least and where it is most.
//!
//! In: the estimates of the points, one after the other. Out: text for a terminal.

use super::results::PointEstimates;
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity, quantities};
use crate::analysis::sweep::space::{Point, Space};
use crate::analysis::{Counts, Proportion};
use crate::output::format::{self, grouped, printable};
use crate::output::terminal::{CLOSING, Layout, grid};
use crate::scenario::study::Method;

/// The extremes of every quantity that is shown.
#[derive(Clone, Debug)]
pub struct Told {
    rows: Vec<Extremes>,
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
        Told { rows }
    }

    /// Takes a point in.
    pub fn see(&mut self, space: &Space, at: &PointEstimates) {
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

/// Heading, table and closing line.
pub fn text(space: &Space, told: &Told, runs: u64, seed: u64) -> String {
    let titles: Vec<&str> = space.scenarios.iter().map(|scenario| scenario.title.as_str()).collect();
    let effort = match space.method {
        Method::Simulate => format!("{} runs of each, seed {seed}; the same luck at every point", grouped(runs)),
        Method::Exact => "solved exactly, without runs".to_owned(),
    };
    let heading = format!("{}\n{} points, {effort}", printable(&titles.join(", ")), grouped(space.count()));
    format!("{heading}\n\n{}\n\n{CLOSING}\n", table(space, told).trim_end())
}

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
