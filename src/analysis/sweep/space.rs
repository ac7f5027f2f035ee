//! All points of a sweep: every scenario, policy and variant at every point of the design.
//!
//! In: a plan and its scenarios. Out: a [`Space`], whose points are numbered; of each it tells the values of all inputs,
//! and a [`Key`]: a digest of all that its runs depend on except the seed. Two points of one key have the
//! same runs, whatever studies they belong to, which is what lets a study be extended.

use super::design::{Points, bits};
use crate::analysis::study::Subject;
use crate::model::id::InputId;
use crate::model::plan::{HORIZON, Plan};
use crate::model::time::TimeUnit;
use crate::model::{Model, Setting};
use crate::program::Program;
use crate::program::bind::{Bound, Unbindable};
use crate::program::lower::lower;
use crate::scenario::study::{Design, Method};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the runs of a point depend on, in 128 bits of a digest.
pub type Key = [u8; 16];

/// A scenario of a sweep.
#[derive(Clone, Debug)]
pub struct Swept {
    /// File stem.
    pub name: String,
    pub title: String,
    /// SHA-256 of its texts, in hexadecimal.
    pub digest: String,
    pub model: Model,
    program: Arc<Program>,
}

/// A scenario under one policy and one variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Index into [`Space::scenarios`].
    pub scenario: usize,
    /// `None`: as it is written.
    pub policy: Option<String>,
    pub variant: Option<String>,
    /// The value of every input where nothing is varied.
    base: Vec<f64>,
}

/// Something that varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// An input, `variable.initial`, or `horizon`.
    pub name: String,
    /// Its unit, where it has one.
    pub unit: String,
    /// What it is in each scenario.
    targets: Vec<Target>,
    /// The values that it takes, ascending, each once; empty where they are drawn.
    pub values: Vec<f64>,
    /// How many values it was given, with those that are repeated.
    pub count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    Input(InputId),
    /// The horizon, with the length of the first scenario's time unit in that of this one.
    Horizon(f64),
    /// The scenario does not have it.
    Nothing,
}

/// The points of a sweep.
#[derive(Clone, Debug)]
pub struct Space {
    pub scenarios: Vec<Swept>,
    pub cases: Vec<Case>,
    pub axes: Vec<Axis>,
    pub design: Design,
    /// Whether points are solved or simulated.
    pub method: Method,
    points: Points,
    /// Points beyond the design's, where a grid was refined.
    extra: Vec<Extra>,
}

/// A point that was added to a design.
#[derive(Clone, Debug, PartialEq)]
pub struct Extra {
    /// Index into [`Space::cases`].
    pub case: usize,
    /// The value of each axis.
    pub values: Vec<f64>,
    /// Where it stands, in steps of the design's grid.
    pub place: Vec<f64>,
    /// The size of the cells that it belongs to, as a share of the design's.
    pub share: f64,
}

/// One point: a case with values for what varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// From 0; of one case after the other.
    pub number: u64,
    /// Index into [`Space::cases`].
    pub case: usize,
    /// Of every input of the scenario.
    pub inputs: Vec<f64>,
    /// In the scenario's time unit.
    pub horizon: f64,
    pub key: Key,
}

impl Axis {
    /// The value at a place in steps of its values, with straight lines between them.
    pub fn at_place(&self, place: f64) -> f64 {
        let last = self.values.len().saturating_sub(2);
        let index = (place.max(0.0) as usize).min(last);
        let share = place - index as f64;
        match (self.values.get(index), self.values.get(index + 1)) {
            (Some(from), Some(to)) => from * (1.0 - share) + to * share,
            (Some(only), None) => *only,
            _ => 0.0,
        }
    }

    /// The place at which a value stands, in steps of the values; the inverse of [`at_place`](Axis::at_place).
    pub fn place_of(&self, value: f64) -> f64 {
        let last = self.values.len().saturating_sub(2);
        let index = self.values.partition_point(|there| *there <= value).saturating_sub(1).min(last);
        match (self.values.get(index), self.values.get(index + 1)) {
            (Some(from), Some(to)) => index as f64 + (value - from) / (to - from),
            _ => 0.0,
        }
    }
}

impl Space {
    /// The points of a plan. `subjects` are its scenarios in order.
    pub fn new(plan: &Plan, subjects: &[Subject<'_>], seed: u64) -> Space {
        let mut models: Vec<Model> = subjects.iter().map(|subject| subject.model.clone()).collect();
        let unit = models.first().map_or(TimeUnit::Week, |model| model.calendar.unit);
        let axes = plan
            .vary
            .iter()
            .map(|varied| {
                let is_horizon = varied.name == HORIZON && models.iter().all(|model| model.input(HORIZON).is_none());
                let mut told = if is_horizon { format!("{}s", unit.name()) } else { String::new() };
                let mut targets = Vec::new();
                for model in &mut models {
                    targets.push(if is_horizon {
                        Target::Horizon(unit.in_units_of(model.calendar.unit))
                    } else if let Some(variable) = model.variable_of_initial(&varied.name) {
                        Target::Input(model.let_initial_be_set(variable))
                    } else if let Some(input) = model.input(&varied.name) {
                        Target::Input(input)
                    } else {
                        Target::Nothing
                    });
                    if let (Some(Target::Input(input)), true) = (targets.last(), told.is_empty()) {
                        told.clone_from(&model.inputs[input.index()].provenance.unit);
                    }
                }
                let mut values = match &varied.values {
                    crate::model::plan::Values::Listed(values) => values.clone(),
                    crate::model::plan::Values::Between { .. } => Vec::new(),
                };
                let count = values.len();
                values.sort_by(f64::total_cmp);
                values.dedup();
                Axis { name: varied.name.clone(), unit: told, targets, values, count }
            })
            .collect();
        let mut cases = Vec::new();
        for (scenario, model) in models.iter().enumerate() {
            for policy in &plan.policies {
                for variant in &plan.variants {
                    cases.extend(Case::new(scenario, model, policy.as_deref(), variant.as_deref(), &plan.set));
                }
            }
        }
        let scenarios = subjects.iter().zip(models).map(|(subject, model)| Swept {
            name: subject.name.to_owned(),
            title: if model.title.is_empty() { subject.name.to_owned() } else { model.title.clone() },
            digest: subject.digest.to_owned(),
            program: Arc::new(lower(&model)),
            model,
        });
        let points = Points::new(&plan.vary, plan.design, plan.points.unwrap_or(1), seed);
        Space {
            scenarios: scenarios.collect(),
            cases,
            axes,
            design: plan.design,
            method: plan.method,
            points,
            extra: Vec::new(),
        }
    }

    /// How many points there are.
    pub fn count(&self) -> u64 {
        self.designed() + self.extra.len() as u64
    }

    /// How many of them are the design's: the first.
    pub fn designed(&self) -> u64 {
        self.cases.len() as u64 * self.points.count()
    }

    /// The points beyond the design's.
    pub fn extra(&self) -> &[Extra] {
        &self.extra
    }

    /// Adds points behind those there are.
    pub fn add(&mut self, points: Vec<Extra>) {
        self.extra.extend(points);
    }

    /// The point of a case at these values of a grid.
    pub fn on_grid(&self, case: usize, values: &[f64]) -> Option<u64> {
        Some(case as u64 * self.points.count() + self.points.number_of(values)?)
    }

    /// The point of a case's design that is nearest to the scenario as the case has it, by parts of the ranges that are
    /// gone through; of equally near ones the first.
    pub fn reference(&self, case: usize) -> u64 {
        let first = case as u64 * self.points.count();
        let base = &self.cases[case].base;
        let model_horizon = self.scenarios[self.cases[case].scenario].model.calendar.horizon;
        let (mut low, mut high) = (vec![f64::INFINITY; self.axes.len()], vec![f64::NEG_INFINITY; self.axes.len()]);
        for number in 0..self.points.count() {
            for (axis, value) in self.points.at(number).into_iter().enumerate() {
                let Some(value) = value else { continue };
                (low[axis], high[axis]) = (low[axis].min(value), high[axis].max(value));
            }
        }
        let distance = |number: u64| -> f64 {
            let parts = self.points.at(number).into_iter().enumerate().map(|(axis, value)| {
                let central = match self.axes[axis].targets[self.cases[case].scenario] {
                    Target::Input(input) => base[input.index()],
                    Target::Horizon(unit) => model_horizon / unit,
                    Target::Nothing => return 0.0,
                };
                let width = (high[axis] - low[axis]).max(f64::MIN_POSITIVE);
                let part = value.map_or(0.0, |value| (value - central) / width);
                part * part
            });
            parts.sum()
        };
        let mut best = (f64::INFINITY, 0);
        for number in 0..self.points.count() {
            let apart = distance(number);
            if apart < best.0 {
                best = (apart, number);
            }
        }
        first + best.1
    }

    /// The same space with at most about `most` of the points of each case's design, and their numbers in this one, ascending;
    /// `None` if there are not more. Points beyond the design's are left out.
    pub fn thinned(&self, most: u64) -> Option<(Space, Vec<u64>)> {
        let (per_case, cases) = (self.points.count(), self.cases.len());
        if per_case <= most {
            return None;
        }
        let references: Vec<u64> = (0..cases).map(|case| self.reference(case) % per_case).collect();
        let (points, numbers) = self.points.some(most, &references);
        let mut axes = self.axes.clone();
        for (axis, told) in axes.iter_mut().enumerate().filter(|_| self.design == Design::Grid) {
            if let Some(values) = points.values_of(axis) {
                let stay: BTreeSet<u64> = values.iter().map(|value| bits(*value)).collect();
                told.values.retain(|value| stay.contains(&bits(*value)));
            }
        }
        let numbers = (0..cases as u64).flat_map(|case| numbers.iter().map(move |number| case * per_case + number));
        let numbers = numbers.collect();
        Some((Space { points, axes, extra: Vec::new(), ..self.clone() }, numbers))
    }

    /// The values of the axes at a point of the design, where the design gives them; in the axes' units.
    pub fn designed_values(&self, number: u64) -> Vec<Option<f64>> {
        self.points.at(number % self.points.count())
    }

    /// How many points of its design each case has.
    pub fn points_per_case(&self) -> u64 {
        self.points.count()
    }

    /// The scenario of a point.
    pub fn scenario(&self, point: &Point) -> &Swept {
        &self.scenarios[self.cases[point.case].scenario]
    }

    /// A point below [`count`](Space::count).
    pub fn point(&self, number: u64) -> Point {
        if let Some(beyond) = number.checked_sub(self.designed()) {
            let Extra { case, values, .. } = &self.extra[beyond as usize];
            return self.at(number, *case, values.iter().copied().map(Some).collect());
        }
        let case = (number / self.points.count()) as usize;
        self.at(number, case, self.points.at(number % self.points.count()))
    }

    /// The point of a case with these values of the axes.
    fn at(&self, number: u64, case: usize, values: Vec<Option<f64>>) -> Point {
        let Case { scenario, base, .. } = &self.cases[case];
        let swept = &self.scenarios[*scenario];
        let (mut inputs, mut horizon) = (base.clone(), swept.model.calendar.horizon);
        for (axis, value) in self.axes.iter().zip(values) {
            match (axis.targets[*scenario], value) {
                (Target::Input(input), Some(value)) => inputs[input.index()] = value,
                (Target::Horizon(unit), Some(value)) => horizon = value * unit,
                _ => {}
            }
        }
        let mut hash = Sha256::new();
        hash.update(&swept.digest);
        if self.method == Method::Exact {
            hash.update(self.method.name());
        }
        for value in std::iter::once(&horizon).chain(&inputs) {
            // Negative zero is zero.
            hash.update((value + 0.0).to_bits().to_le_bytes());
        }
        let mut key = Key::default();
        key.copy_from_slice(&hash.finalize()[..size_of::<Key>()]);
        Point { number, case, inputs, horizon, key }
    }

    /// The case of a point below [`count`](Space::count).
    pub fn case_of(&self, number: u64) -> usize {
        match number.checked_sub(self.designed()) {
            Some(beyond) => self.extra[beyond as usize].case,
            None => (number / self.points.count()) as usize,
        }
    }

    /// The value of an axis at a point, in the axis's unit; `None` where the scenario does not have it.
    pub fn value(&self, point: &Point, axis: usize) -> Option<f64> {
        match self.axes[axis].targets[self.cases[point.case].scenario] {
            Target::Input(input) => Some(point.inputs[input.index()]),
            Target::Horizon(unit) => Some(point.horizon / unit),
            Target::Nothing => None,
        }
    }

    /// The lowered scenario of a point, with the horizon of its file; it tells what the point's tally is of.
    pub fn program(&self, point: &Point) -> &Arc<Program> {
        &self.scenario(point).program
    }

    /// The scenario with the values of a point; or what is illegal about them.
    pub fn bound(&self, point: &Point) -> Result<Bound, Unbindable> {
        let mut program = Arc::clone(self.program(point));
        if program.calendar.horizon.to_bits() != point.horizon.to_bits() {
            Arc::make_mut(&mut program).calendar.horizon = point.horizon;
        }
        Bound::new(program, &point.inputs)
    }

    /// The inputs that are set away from the file's values at a point.
    pub fn settings(&self, point: &Point) -> Vec<(String, f64)> {
        let model = &self.scenario(point).model;
        let inputs = model.inputs.iter().zip(&point.inputs);
        let set = inputs.filter(|(input, value)| input.value.to_bits() != value.to_bits());
        set.map(|(input, value)| (input.name.clone(), *value)).collect()
    }
}

impl Case {
    /// `None` if the scenario lacks the policy or the variant.
    fn new(
        scenario: usize,
        model: &Model,
        policy: Option<&str>,
        variant: Option<&str>,
        set: &[(String, f64)],
    ) -> Option<Case> {
        let mut base: Vec<f64> = model.inputs.iter().map(|input| input.value).collect();
        let mut apply = |settings: &[Setting], name: Option<&str>| {
            let Some(name) = name else { return Some(()) };
            let setting = settings.iter().find(|setting| setting.name == name)?;
            setting.values.iter().for_each(|(input, value)| base[input.index()] = *value);
            Some(())
        };
        apply(&model.policies, policy)?;
        apply(&model.variants, variant)?;
        for (name, value) in set {
            if let Some(input) = model.input(name) {
                base[input.index()] = *value;
            }
        }
        Some(Case { scenario, policy: policy.map(str::to_owned), variant: variant.map(str::to_owned), base })
    }

    /// What sets the case apart, such as `Limited deployment, cautious`; the scenario only if there are several.
    pub fn title(&self, space: &Space) -> String {
        let scenario = (space.scenarios.len() > 1).then(|| space.scenarios[self.scenario].title.clone());
        let setting = Some(self.setting(space)).filter(|setting| !setting.is_empty());
        scenario.into_iter().chain(setting).collect::<Vec<_>>().join(", ")
    }

    /// Its policy and variant, where there are several.
    pub fn setting(&self, space: &Space) -> String {
        let mut parts = Vec::new();
        let several = |of: fn(&Case) -> &Option<String>| space.cases.iter().any(|case| of(case) != of(&space.cases[0]));
        let named = |name: &Option<String>, noun: &str| match name {
            Some(name) => name.clone(),
            None => format!("no {noun}"),
        };
        if several(|case| &case.policy) {
            parts.push(named(&self.policy, "policy"));
        }
        if several(|case| &case.variant) {
            parts.push(named(&self.variant, "variant"));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_values_of_an_axis_are_told_from_one_another() {
        let values = vec![0.0, 1.0, 10.0, 12.0];
        let axis = Axis { name: "x".into(), unit: String::new(), targets: Vec::new(), count: values.len(), values };
        for place in [0.0, 0.25, 1.0, 1.5, 2.75, 3.0] {
            assert!((axis.place_of(axis.at_place(place)) - place).abs() < 1e-12, "{place}");
        }
    }
}
