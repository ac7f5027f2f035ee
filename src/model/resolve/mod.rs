//! From what was written to what it means: looks up every name, types every expression, checks every number.
//!
//! In: a [`Scenario`]. Out: a [`Model`] if there is no error, and all mistakes in one pass in any case. A part with a
//! mistake is replaced by a harmless stand-in, so that the rest is checked too; a model with such a part is not handed out.

mod behaviour;
mod ends;
mod inputs;
mod machines;
mod world;

use super::expression::{Condition, Expression};
use super::id::{ConsequenceId, EventId, VariableId};
use super::parse::{self, Named, Names};
use super::time::{Calendar, TimeUnit};
use super::{Input, InputKind, Model, Provenance, lint};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::scenario::{self, ExpressionText, Name, Quantity, Scenario};
use std::collections::BTreeMap;

/// Resolves a scenario; errors and warnings go to `diagnostics`, and with an error there is no model.
pub fn resolve(scenario: &Scenario, diagnostics: &mut Diagnostics) -> Option<Model> {
    let mut found = Diagnostics::default();
    let model = Resolver::new(scenario, &mut found).model();
    let sound = !found.has_errors() && !diagnostics.has_errors();
    if sound {
        lint::lint(&model, scenario, &mut found);
    }
    diagnostics.extend(found);
    sound.then_some(model)
}

/// The state of one resolution.
struct Resolver<'a> {
    scenario: &'a Scenario,
    diagnostics: &'a mut Diagnostics,
    unit: TimeUnit,
    names: Names,
    /// Where each bare name and machine was defined, for clashes.
    defined: BTreeMap<String, Span>,
    inputs: Vec<Input>,
    variables: BTreeMap<String, VariableId>,
    consequences: BTreeMap<String, ConsequenceId>,
    events: Vec<String>,
    event_ids: BTreeMap<String, EventId>,
    /// Provenance of the table that is being resolved, which the numbers in it inherit.
    enclosing: scenario::Provenance,
}

impl<'a> Resolver<'a> {
    fn new(scenario: &'a Scenario, diagnostics: &'a mut Diagnostics) -> Self {
        Resolver {
            scenario,
            diagnostics,
            unit: TimeUnit::Week,
            names: Names::default(),
            defined: BTreeMap::new(),
            inputs: Vec::new(),
            variables: BTreeMap::new(),
            consequences: BTreeMap::new(),
            events: Vec::new(),
            event_ids: BTreeMap::new(),
            enclosing: scenario::Provenance::default(),
        }
    }

    fn model(mut self) -> Model {
        let scenario = self.scenario;
        let calendar = self.calendar();
        self.named_inputs();
        self.declare_variables_and_machines();
        self.formulas();
        let variables = self.resolve_variables();
        let (mut machines, states) = self.resolve_machines();
        let transitions = self.resolve_transitions(&mut machines);
        let consequences = self.resolve_consequences();
        let milestones = self.resolve_milestones();
        let outcomes = self.resolve_outcomes();
        let expectations = self.resolve_expectations(calendar.horizon, &machines, &states);
        Model {
            title: scenario.title.as_ref().map_or_else(String::new, |title| title.value.clone()),
            summary: scenario.summary.as_ref().map_or_else(String::new, |summary| summary.value.clone()),
            calendar,
            inputs: self.inputs,
            variables,
            machines,
            states,
            transitions,
            events: self.events,
            consequences,
            milestones,
            outcomes,
            expectations,
        }
    }

    fn calendar(&mut self) -> Calendar {
        let time = &self.scenario.time;
        // The reader has reported a unit that is none, and a missing horizon.
        self.unit = time.unit.as_ref().and_then(|name| TimeUnit::from_name(&name.value)).unwrap_or(TimeUnit::Week);
        let horizon = time.horizon.as_ref().and_then(|text| self.positive(text, "the horizon")).unwrap_or(1.0);
        let step = time.step.as_ref().and_then(|text| self.positive(text, "the step")).unwrap_or(1.0);
        if horizon / step > 1e7 {
            let span = time.step.as_ref().or(time.horizon.as_ref()).map_or(time.span, |text| text.span);
            let message = "the horizon is more than ten million steps away";
            self.report(Diagnostic::error("step-too-small", span, message).help("take a longer step"));
        }
        Calendar { unit: self.unit, horizon, step, start: time.start.as_ref().map(|date| date.value) }
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
                self.report(Diagnostic::error("not-finite", text.span, message));
                None
            }
            None => {
                let message = format!("{what} must be a number that depends on nothing");
                self.report(Diagnostic::error("not-constant", text.span, message).help("write the number itself"));
                None
            }
        }
    }

    fn positive(&mut self, text: &ExpressionText, what: &str) -> Option<f64> {
        let value = self.constant(text, what)?;
        if value > 0.0 {
            return Some(value);
        }
        self.report(Diagnostic::error("not-positive", text.span, format!("{what} must be more than 0")));
        None
    }

    /// Reports an expression that depends on more than parameters and levers where only those are known.
    fn fixed(&mut self, expression: Expression, span: Span, what: &str) -> Expression {
        if !expression.reads().is_fixed() {
            self.report(
                Diagnostic::error("not-fixed", span, format!("{what} may depend on parameters and levers only"))
                    .label("this changes during a run"),
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
    fn free_address(&self, address: &str) -> String {
        let taken = |name: &str| self.inputs.iter().any(|input| input.name == name);
        if !taken(address) {
            return address.to_owned();
        }
        (2..).map(|n| format!("{address}-{n}")).find(|name| !taken(name)).expect("numbers do not run out")
    }

    /// Enters a name that expressions can use, unless something else has it.
    fn define(&mut self, name: &Name, named: Option<Named>) {
        if let Some(&first) = self.defined.get(&name.value) {
            let message = format!("two things are called `{}`", name.value);
            let help = "parameters, levers, variables, formulas and machines share their names: rename one";
            self.report(
                Diagnostic::error("name-taken", name.span, message)
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

    /// The id behind a name, or a report with the nearest one; `unknown` says what is wrong with the name.
    fn look_up<T: Copy>(&mut self, name: &Name, unknown: &str, known: Vec<(String, T)>) -> Option<T> {
        if let Some((_, id)) = known.iter().find(|(known, _)| *known == name.value) {
            return Some(*id);
        }
        let mut diagnostic = Diagnostic::error("unknown-name", name.span, format!("{unknown} `{}`", name.value));
        if let Some(near) = nearest(&name.value, known.iter().map(|(known, _)| known.as_str())) {
            diagnostic = diagnostic.help(format!("did you mean \"{near}\"?"));
        } else if !known.is_empty() {
            let list: Vec<&str> = known.iter().take(12).map(|(known, _)| known.as_str()).collect();
            diagnostic = diagnostic.help(format!("there is: {}", list.join(", ")));
        }
        self.report(diagnostic);
        None
    }
}

/// What was written of a number's origin, as plain text.
fn provenance(written: &scenario::Provenance) -> Provenance {
    let text = |name: &Option<Name>| name.as_ref().map_or_else(String::new, |name| name.value.clone());
    Provenance {
        about: text(&written.about),
        unit: text(&written.unit),
        basis: written.basis.as_ref().map(|basis| basis.value),
        source: text(&written.source),
        confidence: written.confidence.as_ref().map(|confidence| confidence.value),
    }
}

fn text_of(name: &Option<Name>) -> String {
    name.as_ref().map_or_else(String::new, |name| name.value.clone())
}

/// `Answers the deployment` as it stands in an address: `answers-the-deployment`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for part in name.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|part| !part.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(part.chars().flat_map(char::to_lowercase));
    }
    slug
}

#[cfg(test)]
mod tests;
