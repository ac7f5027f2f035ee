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

use super::layout::{Layout, compose};
use super::mark::Page;
use super::theme::Theme;
use super::words::Words;
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
    pub(in crate::output::chart) fn effort(&self, words: &Words) -> String {
        let Spent { least, most, .. } = self.spent;
        match self.effort.stop {
            Stop::Solved => words.t("solved exactly, without runs").to_owned(),
            _ if most == 1 => words.t("1 run of each point").to_owned(),
            _ if least == most => words.fill("{runs} runs of each point", &[("runs", &count(most))]),
            _ => {
                let with = [("least", count(least)), ("most", count(most))];
                let with = with.each_ref().map(|(name, value)| (*name, value.as_str()));
                words.fill("{least} to {most} runs of each point", &with)
            }
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
    fn axis_title(&self, layout: &Layout<'_>, axis: usize) -> String {
        let told = &self.space.axes[axis];
        let name = capital(&spaced_path(layout, &told.name));
        match told.unit.as_str() {
            "" => name,
            unit => format!("{name} ({unit})"),
        }
    }

    /// The widest half of an interval at any point, as a sentence; and how many points are drawn, if not all are.
    fn widest(&self, layout: &Layout<'_>, quantity: &Quantity, all: &[Vec<Estimate>]) -> String {
        let mut told = if self.effort.stop == Stop::Solved {
            layout.t("No error of simulation.").to_owned()
        } else {
            let half = all.iter().flatten().map(|e| (e.high - e.low) / 2.0).fold(0.0, f64::max);
            match quantity.kind {
                Kind::Consequence => layout.fill(
                    "Widest {level} interval: ±{half}.",
                    &[("level", &self.confidence()), ("half", &crate::output::format::number(half))],
                ),
                _ => layout.fill(
                    "Widest {level} interval: ±{half} points.",
                    &[("level", &self.confidence()), ("half", &format!("{:.1}", 100.0 * half))],
                ),
            }
        };
        let drawn = self.space.count();
        if drawn < self.points() {
            let with = [("some", count(drawn)), ("all", count(self.points()))];
            let with = with.each_ref().map(|(name, value)| (*name, value.as_str()));
            told = format!("{told} {}", layout.fill("{some} of {all} points are drawn.", &with));
        }
        told
    }
}

/// Draws a chart for the size of the theme, on as many pages as it takes.
fn composed(
    sweep: &SweepResults<'_>,
    name: &str,
    draw: impl Fn(&Layout<'_>) -> Result<Vec<Page>, ChartError>,
) -> Result<Vec<Picture>, ChartError> {
    Ok(Picture::several(name, "results.csv", compose(sweep.theme, draw)?, sweep.theme))
}

/// What a quantity is, as the title of a page: its name begins it.
fn title(layout: &Layout<'_>, quantity: &Quantity) -> String {
    let name = capital(&spaced(&quantity.name));
    let name = [("name", name.as_str())];
    match quantity.kind {
        Kind::Outcome => layout.fill("{name}: probability of the outcome", &name),
        Kind::Milestone => layout.fill("{name}: probability of passing it", &name),
        Kind::Consequence if quantity.unit.is_empty() => layout.fill("{name}: mean", &name),
        Kind::Consequence => format!("{} ({})", layout.fill("{name}: mean", &name), quantity.unit),
    }
}

/// The text with a capital at its beginning, unless it is written with capitals of its own within.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first)
            if first.is_lowercase()
                && !text.split(' ').next().is_some_and(|word| word.chars().any(char::is_uppercase)) =>
        {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// A name, or the parts of an address.
fn spaced_path(layout: &Layout<'_>, name: &str) -> String {
    if let Some(variable) = name.strip_suffix(".initial") {
        return layout.fill("{variable} at the start", &[("variable", &spaced(variable))]);
    }
    name.split('.').map(spaced).collect::<Vec<_>>().join(": ")
}

/// The file stem of a chart of a quantity, of one of several cases if `case` is given.
fn stem(what: &str, quantity: &Quantity, case: Option<usize>) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let name: String = quantity.name.chars().map(safe).collect();
    case.map_or_else(|| format!("{what}-{name}"), |case| format!("{what}-{name}-{}", case + 1))
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
pub(in crate::output::chart) mod tests;
