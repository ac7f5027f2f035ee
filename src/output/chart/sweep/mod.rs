//! Pictures of sweeps: lines for one varied input, maps for two, small multiples for three, a tornado for one at a time, and
//! parallel coordinates for more inputs and for points that are drawn.
//!
//! In: a space and the estimates of its points. Out: a picture for each quantity that is shown.

mod cells;
mod lines;
mod map;
mod parallel;
mod scale;
mod tornado;

use super::heading::Heading;
use super::layout::{Layout, compose_fixed};
use super::mark::Page;
use super::sheet::{Drawn, Sheet, WIDTH, page};
use super::theme::Theme;
use super::{ChartError, Picture};
use crate::analysis::sweep::change::Change;
use crate::analysis::sweep::effort::{Effort, Side, Stop};
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity, quantities};
use crate::analysis::sweep::space::Space;
use crate::analysis::sweep::threshold::Answered;
use crate::output::sweep::told::Spent;
use crate::scenario::study::Design;

use super::labels::spaced;
use super::number::count;

/// What a sweep has come to.
#[derive(Clone, Copy, Debug)]
pub struct SweepResults<'a> {
    /// The study's name.
    pub name: &'a str,
    /// The points that are drawn: all, or [some](Space::thinned) of very many.
    pub space: &'a Space,
    pub effort: &'a Effort,
    pub spent: Spent,
    pub seed: u64,
    pub version: &'a str,
    /// Point by point, the estimates of the scenario's quantities that are [shown](shown_places).
    pub estimates: &'a [Vec<Estimate>],
    /// The same less those of the case's reference point.
    pub changes: &'a [Vec<Option<Change>>],
    /// Of two cases, at each point of the design: how much more the quantities are in the second. Empty otherwise.
    pub differences: &'a [Vec<Option<Change>>],
    /// Where the threshold is crossed.
    pub answered: &'a [Answered],
    /// On which side of it each point lies; empty without one.
    pub sides: &'a [Option<Side>],
    /// Which quantities are shown; all if empty.
    pub show: &'a [String],
    pub theme: &'a Theme,
}

/// The charts of a sweep; none where nothing is varied.
///
/// # Errors
/// See [`ChartError`].
pub fn sweep_pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    match (sweep.space.design, sweep.space.axes.len()) {
        (_, 0) => Ok(Vec::new()),
        (Design::OneAtATime, _) => tornado::pictures(sweep),
        (Design::Grid | Design::List, 1) => lines::pictures(sweep),
        (Design::Grid, 2 | 3) => map::pictures(sweep),
        _ => parallel::pictures(sweep),
    }
}

/// The places of the quantities that are shown, among all of a scenario; all if `show` names none.
pub fn shown_places(all: &[Quantity], show: &[String]) -> Vec<usize> {
    (0..all.len()).filter(|&place| show.is_empty() || show.contains(&all[place].name)).collect()
}

impl SweepResults<'_> {
    /// The quantities that are shown, each once, in the order of the scenarios, or as asked.
    fn shown(&self) -> Vec<Quantity> {
        let mut all: Vec<Quantity> = Vec::new();
        for quantity in self.space.scenarios.iter().flat_map(|scenario| quantities(&scenario.model)) {
            if !all.iter().any(|other| other.name == quantity.name && other.kind == quantity.kind) {
                all.push(quantity);
            }
        }
        if !self.show.is_empty() {
            all.retain(|quantity| self.show.contains(&quantity.name));
            all.sort_by_key(|quantity| self.show.iter().position(|name| *name == quantity.name));
        }
        all
    }

    /// The estimates of a quantity at all points of a case, in their order; `None` if its scenario does not have it.
    fn of(&self, case: usize, quantity: &Quantity) -> Option<Vec<Estimate>> {
        let (place, count) = (self.place(case, quantity)?, self.space.points_per_case() as usize);
        let points = self.estimates.get(case * count..(case + 1) * count)?;
        points.iter().map(|estimates| estimates.get(place).copied()).collect()
    }

    /// Where a quantity stands among those of a case's scenario that are shown.
    fn place(&self, case: usize, quantity: &Quantity) -> Option<usize> {
        let all = quantities(&self.space.scenarios[self.space.cases[case].scenario].model);
        let is_it = |place: &usize| all[*place].name == quantity.name && all[*place].kind == quantity.kind;
        shown_places(&all, self.show).iter().position(is_it)
    }

    /// The estimates of a quantity at the points of a case that refine its grid, with the numbers of the points.
    fn finer(&self, case: usize, quantity: &Quantity) -> Vec<(u64, Estimate)> {
        let Some(place) = self.place(case, quantity) else { return Vec::new() };
        let numbers = self.space.designed()..self.space.count();
        let of_case = numbers.filter(|&number| self.space.case_of(number) == case);
        of_case.filter_map(|number| Some((number, *self.estimates.get(number as usize)?.get(place)?))).collect()
    }

    /// How much more a quantity is at the points of a case's design than at its reference point; `None` where that is not
    /// told.
    fn changes_of(&self, case: usize, quantity: &Quantity) -> Option<Vec<Change>> {
        let (place, count) = (self.place(case, quantity)?, self.space.points_per_case() as usize);
        let points = self.changes.get(case * count..(case + 1) * count)?;
        points.iter().map(|changes| changes.get(place).copied().flatten()).collect()
    }

    /// How much more a quantity is in the second of two cases.
    fn differences_of(&self, quantity: &Quantity) -> Option<Vec<Change>> {
        let place = self.place(1, quantity)?;
        self.differences.iter().map(|changes| changes.get(place).copied().flatten()).collect()
    }

    /// The threshold's value, if it is one of this quantity.
    fn level(&self, quantity: &Quantity) -> Option<f64> {
        self.effort.threshold.as_ref().filter(|threshold| threshold.name == quantity.name).map(|one| one.value)
    }

    /// What an estimate rests on: runs, or an exact answer.
    pub(in crate::output::chart) fn effort(&self) -> String {
        match self.effort.stop {
            Stop::Solved => "solved exactly".to_owned(),
            _ => self.spent.in_words(count),
        }
    }

    /// How many points the sweep has, drawn or not.
    pub(in crate::output::chart) fn points(&self) -> u64 {
        self.spent.points
    }

    /// The confidence of intervals, such as `95 %`.
    fn confidence(&self) -> String {
        format!("{}\u{202f}%", crate::output::format::number(100.0 * self.effort.confidence))
    }

    /// An input with its unit, as the title of an axis.
    fn axis_title(&self, axis: usize) -> String {
        let told = &self.space.axes[axis];
        match told.unit.as_str() {
            "" => spaced_path(&told.name),
            unit => format!("{} ({unit})", spaced_path(&told.name)),
        }
    }

    /// The widest half of an interval at any point, as a sentence.
    fn widest(&self, quantity: &Quantity, all: &[Vec<Estimate>]) -> String {
        if self.effort.stop == Stop::Solved {
            return "No error of simulation.".to_owned();
        }
        let half = all.iter().flatten().map(|e| (e.high - e.low) / 2.0).fold(0.0, f64::max);
        let level = format!("{} interval", self.confidence());
        match quantity.kind {
            Kind::Consequence => format!("Widest {level}: ±{}.", crate::output::format::number(half)),
            _ => format!("Widest {level}: ±{:.1} points.", 100.0 * half),
        }
    }
}

/// Draws a page of a sweep.
fn laid_out(
    sweep: &SweepResults<'_>,
    heading: &dyn Fn(&Layout<'_>) -> Heading,
    body: f64,
    draw: impl Fn(&Layout<'_>, &Sheet<'_>) -> Drawn,
) -> Result<Page, ChartError> {
    compose_fixed(sweep.theme, WIDTH, |layout| page(layout, &heading(layout), body, |sheet| draw(layout, sheet)))
}

/// A page as a picture.
fn picture(sweep: &SweepResults<'_>, name: String, page: Page) -> Picture {
    Picture::new(name, "results.csv", page, sweep.theme)
}

/// What a quantity is, as the title of a page.
fn title(quantity: &Quantity) -> String {
    let name = spaced(&quantity.name);
    match quantity.kind {
        Kind::Outcome => format!("Probability of ending in {name}"),
        Kind::Milestone => format!("Probability of passing {name}"),
        Kind::Consequence if quantity.unit.is_empty() => format!("Mean of {name}"),
        Kind::Consequence => format!("Mean of {name} ({})", quantity.unit),
    }
}

/// A name, or the parts of an address.
fn spaced_path(name: &str) -> String {
    if let Some(variable) = name.strip_suffix(".initial") {
        return format!("{} at the start", spaced(variable));
    }
    name.split('.').map(spaced).collect::<Vec<_>>().join(": ")
}

/// The file stem of a chart of a quantity.
fn stem(what: &str, quantity: &Quantity) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    format!("{what}-{}", quantity.name.chars().map(safe).collect::<String>())
}

/// A value of an input, short.
fn short_value(value: f64) -> String {
    crate::output::format::number(value)
}

/// A value of a quantity, short.
fn short_estimate(quantity: &Quantity, value: f64) -> String {
    match quantity.kind {
        Kind::Consequence => crate::output::format::number(value),
        _ => super::number::share(value),
    }
}

#[cfg(test)]
mod tests;
