//! From what was written to what it means: looks up every name, types every expression, checks every number.
//!
//! In: a [`Scenario`]. Out: a [`Model`] if there is no error, and all mistakes in one pass in any case. A part with a
//! mistake is replaced by a harmless stand-in, so that the rest is checked too; a model with such a part is not handed out.

mod behaviour;
mod charts;
mod doubt;
mod durations;
mod ends;
mod inputs;
mod machines;
mod present;
mod settings;
mod templates;
mod world;

use super::expression::{Condition, Expression};
use super::id::{ConsequenceId, EventId, InputId, VariableId};
use super::index::Recorder;
use super::parse::{self, Named, Names};
use super::time::{Calendar, TimeUnit, time_of};
use super::{Input, InputKind, Machine, Model, Provenance, State, lint};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::scenario::address::slug;
use crate::scenario::{self, Date, ExpressionText, Name, Quantity, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// Resolves a scenario; errors and warnings go to `diagnostics`, and with an error there is no model.
pub fn resolve(scenario: &Scenario, diagnostics: &mut Diagnostics) -> Option<Model> {
    resolve_noting(scenario, Recorder::default(), diagnostics)
}

/// The same, and notes where each name is defined and used, as far as mistakes allow.
pub fn resolve_noting(scenario: &Scenario, recorder: Recorder, diagnostics: &mut Diagnostics) -> Option<Model> {
    let mut found = Diagnostics::default();
    let mut resolver = Resolver::new(scenario, &mut found);
    resolver.names.recorder = recorder;
    let (model, formulas) = resolver.model();
    let sound = !found.has_errors() && !diagnostics.has_errors();
    if sound {
        lint::lint(&model, scenario, &formulas, &mut found);
    }
    templates::once(scenario, &mut found);
    diagnostics.extend(found);
    sound.then_some(model)
}

const MOST_MACHINES: usize = 2_000;
const MOST_STATES: usize = 20_000;
const MOST_VARIABLES: usize = 200;
const MOST_ENDS: usize = 2_000;

/// The state of one resolution.
struct Resolver<'a> {
    scenario: &'a Scenario,
    diagnostics: &'a mut Diagnostics,
    unit: TimeUnit,
    /// The calendar date of time 0.
    start: Option<Date>,
    names: Names,
    /// Where each bare name and machine was defined, for clashes.
    defined: BTreeMap<String, Span>,
    inputs: Vec<Input>,
    /// Ids of the inputs by name.
    input_ids: BTreeMap<String, InputId>,
    /// The number that the next parameter in place of an address gets, where several have that address.
    next_number: BTreeMap<String, usize>,
    variables: BTreeMap<String, VariableId>,
    consequences: BTreeMap<String, ConsequenceId>,
    /// How many states the transitions so far leave.
    arrows: usize,
    events: Vec<String>,
    event_ids: BTreeMap<String, EventId>,
    /// Provenance of the table that is being resolved, which the numbers in it inherit.
    enclosing: scenario::Provenance,
    /// How many numbers there are in the samples from CSV files.
    observed: usize,
    /// What each machine has filled in for the parameters of its template.
    filled_in: Vec<Vec<(String, Named)>>,
}

impl<'a> Resolver<'a> {
    fn new(scenario: &'a Scenario, diagnostics: &'a mut Diagnostics) -> Self {
        Resolver {
            scenario,
            diagnostics,
            unit: TimeUnit::Week,
            start: None,
            names: Names::default(),
            defined: BTreeMap::new(),
            inputs: Vec::new(),
            input_ids: BTreeMap::new(),
            next_number: BTreeMap::new(),
            variables: BTreeMap::new(),
            consequences: BTreeMap::new(),
            arrows: 0,
            events: Vec::new(),
            event_ids: BTreeMap::new(),
            enclosing: scenario::Provenance::default(),
            observed: 0,
            filled_in: Vec::new(),
        }
    }

    /// The model, and the formulas that were used.
    fn model(mut self) -> (Model, BTreeSet<String>) {
        let scenario = self.scenario;
        let calendar = self.calendar();
        self.named_inputs();
        self.declare_variables_and_machines();
        self.formulas();
        let formulas = self.meanings();
        let variables = self.resolve_variables();
        let (mut machines, mut grown) = self.resolve_machines();
        let transitions = self.resolve_transitions(&mut machines, &grown.composites);
        let templates = self.resolve_templates(&mut grown);
        let consequences = self.resolve_consequences();
        let milestones = self.resolve_milestones();
        let outcomes = self.resolve_outcomes();
        let durations = self.resolve_durations(&grown);
        let shocks = self.resolve_shocks();
        let now = self.resolve_now(&machines, &grown.composites, &grown.states, &transitions, &variables);
        let (expectations, base_rates) = self.resolve_expectations(calendar.horizon);
        let (policies, variants) = self.resolve_settings();
        let shares = self.resolve_shares();
        let correlations = self.resolve_correlations(&shares);
        let charts = self.resolve_charts();
        self.check_sizes(&machines, &grown.states);
        let model = Model {
            title: scenario.title.as_ref().map_or_else(String::new, |title| title.value.clone()),
            summary: scenario.summary.as_ref().map_or_else(String::new, |summary| summary.value.clone()),
            calendar,
            inputs: self.inputs,
            formulas,
            variables,
            templates,
            machines,
            states: grown.states,
            composites: grown.composites,
            transitions,
            events: self.events,
            consequences,
            milestones,
            outcomes,
            durations,
            shocks,
            now,
            expectations,
            base_rates,
            policies,
            variants,
            correlations,
            shares,
            charts,
        };
        (model, self.names.used.into_inner())
    }

    /// Reports a scenario with so many parts that its results would not fit: all of them are followed through time.
    fn check_sizes(&mut self, machines: &[Machine], states: &[State]) {
        let scenario = self.scenario;
        let variable = scenario.variables.get(MOST_VARIABLES).map(|variable| variable.name.span);
        let consequence = scenario.consequences.get(MOST_VARIABLES).map(|consequence| consequence.name.span);
        let milestone = scenario.milestones.get(MOST_ENDS).map(|milestone| milestone.name.span);
        let outcome = scenario.outcomes.get(MOST_ENDS).map(|outcome| outcome.name.span);
        let beyond = [
            ("machines", MOST_MACHINES, machines.get(MOST_MACHINES).map(|machine| machine.span)),
            ("states", MOST_STATES, states.get(MOST_STATES).map(|state| state.span)),
            ("variables", MOST_VARIABLES, variable),
            ("consequences", MOST_VARIABLES, consequence),
            ("milestones", MOST_ENDS, milestone),
            ("outcomes", MOST_ENDS, outcome),
        ];
        for (what, most, span) in beyond {
            if let Some(span) = span {
                let message = format!("a scenario may have {most} {what}, and this one has more");
                let error = Diagnostic::error(Mistake::ModelTooLarge, span, message).label("the first too many");
                self.report(
                    error.help("each is followed through time in every run: leave out what no question asks about"),
                );
            }
        }
    }

    fn calendar(&mut self) -> Calendar {
        let time = &self.scenario.time;
        // The reader has reported a unit that is none, and a missing horizon.
        self.unit = time.unit.as_ref().and_then(|name| TimeUnit::from_name(&name.value)).unwrap_or(TimeUnit::Week);
        self.start = time.start.as_ref().map(|date| date.value);
        let horizon = time.horizon.as_ref().and_then(|text| self.horizon(text)).unwrap_or(1.0);
        let step = time.step.as_ref().and_then(|text| self.positive(text, "the step")).unwrap_or(1.0);
        if horizon / step > 1e7 {
            let span = time.step.as_ref().or(time.horizon.as_ref()).map_or(time.span, |text| text.span);
            let message = "the horizon is more than ten million steps away";
            let label = format!("horizon / step = {:.3e}", horizon / step);
            self.report(
                Diagnostic::error(Mistake::StepTooSmall, span, message).label(label).help("take a longer step"),
            );
        }
        Calendar { unit: self.unit, horizon, step, start: self.start }
    }

    fn horizon(&mut self, text: &ExpressionText) -> Option<f64> {
        let horizon = self.moment(text, "the horizon")?;
        if horizon <= 0.0 {
            let error = match self.start.filter(|_| Date::from_text(&text.text).is_some()) {
                Some(start) => {
                    let message = format!("the horizon must lie after the start, which is {start}");
                    Diagnostic::error(Mistake::NotPositive, text.span, message)
                }
                None => return self.positive(text, "the horizon"),
            };
            self.report(error);
            return None;
        }
        Some(horizon)
    }

    /// A time that depends on nothing, or the time of a date; `None` after a mistake, which is reported.
    fn moment(&mut self, text: &ExpressionText, what: &str) -> Option<f64> {
        let Some(date) = Date::from_text(&text.text) else { return self.constant(text, what) };
        match (date, self.start) {
            (Some(date), Some(start)) => Some(time_of(date, start, self.unit)),
            (None, _) => {
                let error =
                    Diagnostic::error(Mistake::OddDate, text.span, format!("there is no day `{}`", text.text.trim()));
                self.report(error.help("write dates as year-month-day, such as `2026-01-05`"));
                None
            }
            (Some(_), None) => {
                let message = format!("{what} is a date, and this scenario does not say when it starts");
                self.report(
                    Diagnostic::error(Mistake::NoStart, text.span, message)
                        .label("how long after the start is this?")
                        .help("add `start = 2026-01-05`, or another date, below `[time]`"),
                );
                None
            }
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// A number; a stand-in after a mistake.
    fn number(&mut self, text: &ExpressionText) -> Expression {
        parse::number(text, &self.names, self.unit, self.diagnostics).unwrap_or(Expression::Constant(f64::NAN))
    }

    /// A truth value; a stand-in after a mistake.
    fn condition(&mut self, text: &ExpressionText) -> Condition {
        parse::condition(text, &self.names, self.unit, self.diagnostics).unwrap_or(Condition::Constant(false))
    }

    /// A number that depends on nothing; `None` after a mistake, which is reported.
    fn constant(&mut self, text: &ExpressionText, what: &str) -> Option<f64> {
        let expression = parse::number(text, &self.names, self.unit, self.diagnostics)?;
        match expression.constant() {
            Some(value) if value.is_finite() => Some(value),
            Some(_) => {
                let message = format!("{what} is not a finite number");
                let help = "look for a division by 0, a logarithm or a root of a negative number";
                self.report(Diagnostic::error(Mistake::NotFinite, text.span, message).help(help));
                None
            }
            None => {
                let message = format!("{what} must be a number that depends on nothing");
                self.report(
                    Diagnostic::error(Mistake::NotConstant, text.span, message).help("write the number itself"),
                );
                None
            }
        }
    }

    fn positive(&mut self, text: &ExpressionText, what: &str) -> Option<f64> {
        let value = self.constant(text, what)?;
        if value > 0.0 {
            return Some(value);
        }
        let message = format!("{what} must be more than 0");
        self.report(
            Diagnostic::error(Mistake::NotPositive, text.span, message)
                .label(format!("this is {value}"))
                .help("write a length of time, such as `\"2 years\"`"),
        );
        None
    }

    /// Reports an expression that depends on more than parameters and levers where only those are known.
    fn fixed(&mut self, expression: Expression, span: Span, what: &str) -> Expression {
        if !expression.reads().is_fixed() {
            self.report(
                Diagnostic::error(Mistake::NotFixed, span, format!("{what} may depend on parameters and levers only"))
                    .label("this changes during a run")
                    .help("name a parameter or a lever, or write the number"),
            );
            return Expression::Constant(f64::NAN);
        }
        expression
    }

    /// A quantity; a parameter in place becomes an input named `address`.
    fn quantity(&mut self, quantity: &Quantity, address: &str) -> Expression {
        match quantity {
            Quantity::Expression(text) => self.number(text),
            Quantity::InPlace(parameter, times) => {
                let name = self.free_address(address);
                let id = self.add_input(name, parameter, InputKind::InPlace);
                let value = Expression::Input(id);
                match times {
                    None => value,
                    Some(times) => {
                        let times = self.number(times);
                        Expression::binary(super::expression::Operator::Multiply, value, times)
                    }
                }
            }
        }
    }

    fn fixed_quantity(&mut self, quantity: &Quantity, address: &str, what: &str) -> Expression {
        let expression = self.quantity(quantity, address);
        self.fixed(expression, quantity.span(), what)
    }

    /// The address, or the next free one when two things of one name each have a parameter in place.
    fn free_address(&mut self, address: &str) -> String {
        let taken = |name: &str| self.input_ids.contains_key(name);
        if !taken(address) {
            return address.to_owned();
        }
        let number = self.next_number.entry(address.to_owned()).or_insert(2);
        loop {
            let name = format!("{address}-{number}");
            *number += 1;
            if !self.input_ids.contains_key(&name) {
                return name;
            }
        }
    }

    /// Enters a name that expressions can use, unless something else has it.
    fn define(&mut self, name: &Name, named: Option<Named>) {
        if let Some(&first) = self.defined.get(&name.value) {
            let message = format!("two things are called `{}`", name.value);
            let help = "parameters, levers, variables, formulas, machines and templates share their names: rename one";
            self.report(
                Diagnostic::error(Mistake::NameTaken, name.span, message)
                    .label("the second")
                    .related(first, "the first")
                    .help(help),
            );
            return;
        }
        self.defined.insert(name.value.clone(), name.span);
        if let Some(named) = named {
            self.names.bare.insert(name.value.clone(), named);
        }
    }

    /// Reports a name that is none, with the nearest of those that are; `unknown` says what is wrong with it.
    fn unknown<'k>(
        &mut self,
        mistake: Mistake,
        name: &Name,
        unknown: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) {
        let mut diagnostic = Diagnostic::error(mistake, name.span, format!("{unknown} `{}`", name.value));
        if let Some(near) = self.diagnostics.suggest(&name.value, known.clone()) {
            diagnostic = self.instead(diagnostic, name.span, near);
        } else {
            let mut list: Vec<&str> = known.take(13).collect();
            let more = list.len() > 12;
            list.truncate(12);
            diagnostic = match list.is_empty() {
                true => diagnostic.help("there is none yet: define it first"),
                false => diagnostic.help(format!("there is: {}{}", list.join(", "), if more { ", …" } else { "" })),
            };
        }
        self.report(diagnostic);
    }

    /// The same for a name that stands as a key, without quotes.
    fn unknown_key<'k>(
        &mut self,
        mistake: Mistake,
        name: &Name,
        unknown: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) {
        let near = self.diagnostics.suggest(&name.value, known.clone()).map(str::to_owned);
        let Some(near) = near else { return self.unknown(mistake, name, unknown, known) };
        let error = Diagnostic::error(mistake, name.span, format!("{unknown} `{}`", name.value));
        self.report(error.help(format!("did you mean `{near}`?")).fix(name.span, near));
    }

    /// Says that one name may be meant for another.
    fn instead(&self, diagnostic: Diagnostic, span: Span, near: &str) -> Diagnostic {
        diagnostic.help(format!("did you mean \"{near}\"?")).fix(span, format!("{near:?}"))
    }
}

/// What was written of a number's origin, as plain text.
fn provenance(written: &scenario::Provenance) -> Provenance {
    let text = |name: &Option<Name>| name.as_ref().map_or_else(String::new, |name| name.value.clone());
    Provenance {
        about: text(&written.about),
        unit: text(&written.unit),
        dimension: text(&written.dimension),
        basis: written.basis.as_ref().map(|basis| basis.value),
        source: text(&written.source),
        confidence: written.confidence.as_ref().map(|confidence| confidence.value),
    }
}

fn text_of(name: &Option<Name>) -> String {
    name.as_ref().map_or_else(String::new, |name| name.value.clone())
}
