//! What a study asks, held against the scenarios that it asks it of.
//!
//! In: a [`Study`] as written, and its scenarios with their models. Out: a [`Plan`] in which every name is an input's and
//! every number is one, and all mistakes in one pass. Does not know how a study is carried out.

mod named;

use super::Model;
use super::parse::{self, Names};
use super::time::TimeUnit;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::scenario::study::{Design, Method, Study, SweepText};
use crate::scenario::{ExpressionText, Name, Scenario};
use crate::stats::sequence::Precision;
use std::time::Duration;

/// A study that can be carried out. What is `None` was not said.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub seed: Option<u64>,
    /// Of each scenario.
    pub runs: Option<u64>,
    /// In place of `runs`: how near the probability of each outcome and milestone is to be known.
    pub precision: Option<Precision>,
    pub max_runs: Option<u64>,
    pub max_time: Option<Duration>,
    /// Of every interval, such as 0.95.
    pub confidence: Option<f64>,
    pub method: Method,
    /// A time, as written: each scenario has its own unit.
    pub horizon: Option<String>,
    pub threads: Option<u64>,
    /// Inputs set away from their central values.
    pub set: Vec<(String, f64)>,
    /// Inputs that take several values, and how these are put together.
    pub vary: Vec<Varied>,
    pub design: Design,
    /// How many points a sampled design draws.
    pub points: Option<u64>,
    /// Policies to sweep under, `None` for the scenario as it is written; not empty.
    pub policies: Vec<Option<String>>,
    /// The same of variants.
    pub variants: Vec<Option<String>>,
    /// Outcomes, milestones and consequences that charts show; all if empty.
    pub show: Vec<String>,
    /// What points are told apart by.
    pub threshold: Option<Threshold>,
    /// How many times the cells of the grid that it crosses are split in two each way.
    pub refine: u32,
}

/// A line that a quantity may lie above or below.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// An outcome, a milestone or a consequence.
    pub name: String,
    /// Whether what is asked for lies above it.
    pub above: bool,
    /// A probability, or an amount in the unit of the consequence.
    pub value: f64,
}

impl Plan {
    /// Whether it asks for more than one setting of each scenario.
    pub fn is_sweep(&self) -> bool {
        !self.vary.is_empty()
            || self.threshold.is_some()
            || [&self.policies, &self.variants].into_iter().any(|names| names.iter().any(Option::is_some))
    }
}

/// An input that takes several values.
#[derive(Clone, Debug, PartialEq)]
pub struct Varied {
    /// An input, `variable.initial`, or `horizon`.
    pub name: String,
    pub span: Span,
    pub values: Values,
}

/// Which values.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// These. Times of the horizon are in the unit of the first scenario.
    Listed(Vec<f64>),
    /// Any between two, `from` the lower; `log` says that equal ratios are equally likely.
    Between { from: f64, to: f64, log: bool },
}

/// A scenario that a study names, as far as it could be read.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub scenario: Option<&'a Scenario>,
    pub model: Option<&'a Model>,
}

/// Resolves a study. `subjects` are its scenarios in order; with an error there is no plan.
pub fn plan(study: &Study, subjects: &[Subject<'_>], diagnostics: &mut Diagnostics) -> Option<Plan> {
    let mut found = Diagnostics::default();
    let plan = Planner { study, subjects, diagnostics: &mut found }.plan();
    let sound = !found.has_errors() && !diagnostics.has_errors();
    diagnostics.extend(found);
    let complete = subjects.iter().all(|subject| subject.model.is_some());
    (sound && complete).then_some(plan)
}

/// What varies how long runs last.
pub const HORIZON: &str = "horizon";

/// The most points of a design.
const MOST_POINTS: u64 = 10_000_000;

struct Planner<'a> {
    study: &'a Study,
    subjects: &'a [Subject<'a>],
    diagnostics: &'a mut Diagnostics,
}

impl Planner<'_> {
    fn plan(&mut self) -> Plan {
        let study = self.study;
        self.check_scenarios();
        let design = study.design.as_ref().map_or_else(Design::default, |design| design.value);
        let mut vary = Vec::new();
        for (name, sweep) in &study.vary {
            self.check_varied(name);
            if let Some(values) = self.values(name, sweep, design) {
                self.check_times(name, sweep, &values);
                vary.push(Varied { name: name.value.clone(), span: sweep.span(), values });
            }
        }
        self.check_design(design, &vary);
        let set = self.settings();
        Plan {
            seed: study.seed.as_ref().map(|seed| seed.value),
            runs: study.runs.as_ref().map(|runs| runs.value),
            precision: study.precision.as_ref().map(|precision| precision.value),
            max_runs: study.max_runs.as_ref().map(|runs| runs.value),
            max_time: study.max_time.as_ref().map(|time| time.value),
            confidence: study.confidence.as_ref().map(|confidence| confidence.value),
            method: study.method.as_ref().map_or_else(Method::default, |method| method.value),
            horizon: self.horizon(),
            threads: study.threads.as_ref().map(|threads| threads.value),
            set,
            vary,
            design,
            points: study.points.as_ref().map(|points| points.value),
            policies: self.named(&study.policies, "policy", |model| &model.policies),
            variants: self.named(&study.variants, "variant", |model| &model.variants),
            show: self.shown(),
            threshold: self.threshold(),
            refine: self.refinement(design),
        }
    }

    /// A file without outcomes is there to be extended, not run.
    fn check_scenarios(&mut self) {
        for (name, subject) in self.study.scenarios.iter().zip(self.subjects) {
            if subject.scenario.is_some_and(|scenario| scenario.outcomes.is_empty()) {
                let message = format!("`{}` has no outcomes", name.value);
                let error = Diagnostic::error(Mistake::NoDefault, name.span, message);
                self.diagnostics.push(
                    error
                        .label("a base that scenarios extend, not a whole scenario")
                        .help("name the scenarios that extend it"),
                );
            }
        }
    }

    /// The horizon as written, if it is a time in the unit of every scenario.
    fn horizon(&mut self) -> Option<String> {
        let text = self.study.horizon.as_ref()?;
        let value = self.number(text, self.unit(None), "the horizon")?;
        if value > 0.0 {
            return Some(text.text.clone());
        }
        self.diagnostics.push(Diagnostic::error(Mistake::NotPositive, text.span, "the horizon must be more than 0"));
        None
    }

    fn settings(&mut self) -> Vec<(String, f64)> {
        let study = self.study;
        let mut set = Vec::new();
        for (name, text) in &study.set {
            self.check_input(name);
            if let Some((varied, _)) = study.vary.iter().find(|(varied, _)| varied.value == name.value) {
                let message = format!("`{}` is both set and varied", name.value);
                let (first, second) = if varied.span < name.span { (varied, name) } else { (name, varied) };
                let error =
                    Diagnostic::error(Mistake::NameTaken, second.span, message).related(first.span, "the first");
                self.diagnostics.push(error.help("keep it in `set` or in `vary`"));
            }
            if let Some(value) = self.number(text, self.unit(Some(&name.value)), "a setting") {
                set.push((name.value.clone(), value));
            }
        }
        set
    }

    /// The models, of which some may be missing after a mistake.
    fn models(&self) -> impl Iterator<Item = &Model> {
        self.subjects.iter().filter_map(|subject| subject.model)
    }

    /// The unit of time in which the value of an input is read: that of the first scenario that has it.
    fn unit(&self, input: Option<&str>) -> TimeUnit {
        let has = |model: &&Model| input.is_none_or(|name| model.input(name).is_some());
        self.models().find(has).map_or(TimeUnit::Week, |model| model.calendar.unit)
    }

    /// Reports a name that cannot be varied.
    fn check_varied(&mut self, name: &Name) {
        if !self.is_horizon(&name.value) {
            return self.check_known(name, |model, name| {
                model.input(name).is_some() || model.variable_of_initial(name).is_some()
            });
        }
        if let Some(horizon) = &self.study.horizon {
            let message = "the horizon is both given and varied";
            let error =
                Diagnostic::error(Mistake::NameTaken, name.span, message).related(horizon.span, "where it is given");
            self.diagnostics.push(error.help("keep one of the two"));
        }
    }

    /// Whether a name to vary is the horizon, and not an input of that name.
    fn is_horizon(&self, name: &str) -> bool {
        name == HORIZON && self.models().all(|model| model.input(name).is_none())
    }

    /// Reports a name that is no input's, and one that does nothing in some of the scenarios.
    fn check_input(&mut self, name: &Name) {
        self.check_known(name, |model, name| model.input(name).is_some());
    }

    fn check_known(&mut self, name: &Name, is_known: impl Fn(&Model, &str) -> bool) {
        let with = self.models().filter(|model| is_known(model, &name.value)).count();
        // A scenario with mistakes may have it.
        let complete = self.subjects.iter().all(|subject| subject.model.is_some());
        if with == 0 && complete && !self.subjects.is_empty() {
            let known = self.models().flat_map(|model| &model.inputs).map(|input| input.name.as_str());
            let near = nearest(&name.value, known).map(str::to_owned);
            let message = format!("no parameter or lever of these scenarios is called `{}`", name.value);
            let error = Diagnostic::error(Mistake::UnknownName, name.span, message);
            self.diagnostics.push(match near {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => {
                    error.help("`parameters`, `levers` and quantities with a `value` of their own can be named here")
                }
            });
        } else if with > 0 && with < self.models().count() {
            let without: Vec<String> = self
                .study
                .scenarios
                .iter()
                .zip(self.subjects)
                .filter(|(_, subject)| subject.model.is_some_and(|model| !is_known(model, &name.value)))
                .map(|(scenario, _)| format!("`{}`", scenario.value))
                .collect();
            let message = format!("`{}` changes nothing in {}", name.value, without.join(", "));
            self.diagnostics.push(
                Diagnostic::warning(Mistake::UnusedInput, name.span, message)
                    .label("not a parameter or lever of every scenario"),
            );
        }
    }

    /// The values of a varied input; `None` after a mistake.
    fn values(&mut self, name: &Name, sweep: &SweepText, design: Design) -> Option<Values> {
        let unit = self.unit(Some(&name.value));
        match sweep {
            SweepText::List(list) => {
                let values: Vec<Option<f64>> =
                    list.value.iter().map(|text| self.number(text, unit, "a value")).collect();
                if design.is_sampled() {
                    let message = format!("a {} design draws from a whole range, not from a list", design.name());
                    let error = Diagnostic::error(Mistake::WrongType, list.span, message);
                    self.diagnostics.push(error.help(format!("write `{} = {{ from = …, to = … }}`", name.value)));
                    return None;
                }
                values.into_iter().collect::<Option<Vec<f64>>>().map(Values::Listed)
            }
            SweepText::Steps { span, from, to, steps, log } => {
                let (low, high) = (self.number(from, unit, "an end"), self.number(to, unit, "an end"));
                let (low, high) = (low?, high?);
                if low >= high {
                    let message = format!("`from` must be below `to`: {low} is not below {high}");
                    self.diagnostics.push(Diagnostic::error(Mistake::RangeReversed, *span, message));
                    return None;
                }
                if *log && low <= 0.0 {
                    let message = "on a log scale both ends must be more than 0";
                    self.diagnostics.push(Diagnostic::error(Mistake::NotPositive, from.span, message));
                    return None;
                }
                if design.is_sampled() {
                    return Some(Values::Between { from: low, to: high, log: *log });
                }
                let Some(steps) = steps else {
                    let message = format!("`{}` needs `steps`, how many values it takes", name.value);
                    let error = Diagnostic::error(Mistake::MissingKey, *span, message).label("has no `steps`");
                    self.diagnostics.push(error.help("add `steps = 5`, or another number"));
                    return None;
                };
                let last = (steps.value - 1) as f64;
                let at = |step: u64| {
                    let share = step as f64 / last;
                    match *log {
                        // Both ends are hit exactly.
                        true if step == 0 => low,
                        true if step + 1 == steps.value => high,
                        true => low * libm::pow(high / low, share),
                        false => low * (1.0 - share) + high * share,
                    }
                };
                Some(Values::Listed((0..steps.value).map(at).collect()))
            }
        }
    }

    /// Reports a design of more points than anyone can run.
    fn check_size(&mut self, design: Design, vary: &[Varied]) {
        let Some(last) = vary.last() else { return };
        let drawn = self.study.points.as_ref().map_or(1, |points| points.value);
        let lengths = vary.iter().map(|varied| match &varied.values {
            Values::Listed(values) => values.len() as u64,
            Values::Between { .. } => 1,
        });
        let points = match design {
            Design::Grid => lengths.fold(1, u64::saturating_mul),
            Design::Saltelli => drawn.saturating_mul(vary.len() as u64 + 2),
            Design::List | Design::OneAtATime | Design::LatinHypercube | Design::Sobol => drawn,
        };
        if points > MOST_POINTS {
            let message = format!("a {} design of these values has more than {MOST_POINTS} points", design.name());
            let error = Diagnostic::error(Mistake::WrongLength, last.span, message);
            self.diagnostics
                .push(error.help("take fewer steps, or a design that draws its points, such as `\"sobol\"`"));
        }
    }

    /// What the design and the values have to do with one another.
    fn check_design(&mut self, design: Design, vary: &[Varied]) {
        self.check_size(design, vary);
        let Some(written) = &self.study.design else { return };
        match (design.is_sampled(), &self.study.points) {
            (true, None) => {
                let message = format!("a {} design needs `points`, how many it draws", design.name());
                self.diagnostics.push(
                    Diagnostic::error(Mistake::MissingKey, written.span, message)
                        .help("add `points = 500`, or another number"),
                );
            }
            (false, Some(points)) => {
                let message = format!("`points` means nothing in a {} design", design.name());
                self.diagnostics.push(
                    Diagnostic::error(Mistake::StrayKey, points.span, message)
                        .related(written.span, "the design")
                        .help("leave it out, or take a design that draws its points, such as `\"latin-hypercube\"`"),
                );
            }
            _ => {}
        }
        let lengths = |varied: &Varied| match &varied.values {
            Values::Listed(values) => Some(values.len()),
            Values::Between { .. } => None,
        };
        if design == Design::List
            && let Some((first, rest)) = vary.split_first()
            && let Some(other) = rest.iter().find(|other| lengths(other) != lengths(first))
        {
            let count = |varied| lengths(varied).unwrap_or(0);
            let message = format!(
                "in a list design all inputs have as many values: `{}` has {}, `{}` has {}",
                first.name,
                count(first),
                other.name,
                count(other)
            );
            self.diagnostics
                .push(Diagnostic::error(Mistake::WrongLength, other.span, message).related(first.span, "the first"));
        }
    }

    /// A number that depends on nothing; `None` after a mistake, which is reported.
    fn number(&mut self, text: &ExpressionText, unit: TimeUnit, what: &str) -> Option<f64> {
        let expression = parse::number(text, &Names::default(), unit, self.diagnostics)?;
        let value = expression.constant().filter(|value| value.is_finite());
        if value.is_none() {
            let message = format!("{what} must be a finite number");
            self.diagnostics.push(Diagnostic::error(Mistake::NotFinite, text.span, message));
        }
        value
    }
}

#[cfg(test)]
mod tests;
