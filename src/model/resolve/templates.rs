//! Templates: their parameters in each machine made from them, and their text looked at once.
//!
//! A template is resolved as if it were a machine of its own name with the parameters' usual values, so that its mistakes
//! are told in its own words, whether anything is made from it or not. What comes of that is thrown away.

use super::Resolver;
use super::behaviour::Home;
use super::machines::Grown;
use crate::diagnostic::{Diagnostic, Diagnostics, Label, Mistake, Severity, Span};
use crate::model::expression::Expression;
use crate::model::id::MachineId;
use crate::model::index::{Kind, Space};
use crate::model::parse::{self, Named, TemplateNames, Typed};
use crate::model::{InputKind, Template};
use crate::scenario::{MachineText, Name, ParameterText, Provenance, Quantity, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// How a note goes on that names the machine in which a template's text has a mistake.
const MADE_FROM: &str = " is made from the template here";

impl Resolver<'_> {
    /// Enters the names of the templates, once those of machines are known.
    pub(super) fn declare_templates(&mut self) {
        let scenario = self.scenario;
        for template in &scenario.templates {
            let text = &template.machine;
            self.define(&text.name, None);
            self.names.recorder.define(Kind::Template, "", &text.name);
            for (_, machine) in made_from(scenario, &text.name.value) {
                machine.like.iter().for_each(|like| self.names.recorder.refer(Space::Bare, "", like));
            }
            let names = TemplateNames {
                states: text.all_states().iter().map(|state| state.name.value.clone()).collect(),
                parameters: text.with.iter().map(|(name, _)| name.value.clone()).collect(),
                machines: made_from(scenario, &text.name.value).map(|(_, m)| m.name.value.clone()).collect(),
            };
            self.names.templates.insert(text.name.value.clone(), names);
        }
    }

    /// Checks the templates, each by itself, once all machines are known.
    pub(super) fn resolve_templates(&mut self, grown: &mut Grown) -> Vec<Template> {
        let scenario = self.scenario;
        let mut templates = Vec::new();
        for template in &scenario.templates {
            let text = &template.machine;
            self.check_parameters(text);
            self.check_by_itself(text, grown);
            templates.push(Template {
                name: text.name.value.clone(),
                span: text.name.span,
                about: super::text_of(&text.about),
                parameters: text.with.iter().map(|(name, _)| name.value.clone()).collect(),
                machines: made_from(scenario, &text.name.value).map(|(index, _)| MachineId::new(index)).collect(),
            });
        }
        templates
    }

    /// A parameter's name must not hide another thing's.
    fn check_parameters(&mut self, text: &MachineText) {
        for (name, _) in &text.with {
            let states = text.all_states();
            let of_values = text.values.iter().chain(states.iter().flat_map(|state| &state.values));
            let mut own = states.iter().map(|state| &state.name).chain(of_values.map(|(name, _)| name));
            let taken = own.find(|other| other.value == name.value).map(|other| other.span);
            if let Some(first) = taken.or(self.defined.get(&name.value).copied()) {
                let message =
                    format!("a parameter of this template is called `{}`, and so is something else", name.value);
                self.report(
                    Diagnostic::error(Mistake::NameTaken, name.span, message)
                        .related(first, "something else")
                        .help("rename one of the two"),
                );
            }
        }
    }

    fn check_by_itself(&mut self, text: &MachineText, grown: &mut Grown) {
        let scenario = self.scenario;
        let (inputs, events) = (self.inputs.len(), self.events.len());
        let (states, composites) = (grown.states.len(), grown.composites.len());
        let name = &text.name.value;
        let id = MachineId::new(scenario.machines.len());
        let names = self.names_of(text, id, &mut { states }, &mut { composites });
        let hidden = self.names.machines.insert(name.clone(), names);
        let filled_in = self.fill_in(text);
        self.within(text, &filled_in, |resolver| {
            let machine = resolver.machine(text, id, grown);
            let mut emitted = resolver.emitted();
            emitted.extend(Self::emitted_by(text));
            let home = Home { text, machine: &machine, id, composites: &grown.composites, emitted: &emitted };
            resolver.transitions_of(&home);
        });
        match hidden {
            Some(machine) => drop(self.names.machines.insert(name.clone(), machine)),
            None => drop(self.names.machines.remove(name)),
        }
        grown.states.truncate(states);
        grown.composites.truncate(composites);
        self.inputs.truncate(inputs);
        self.input_ids.retain(|_, id| id.index() < inputs);
        self.events.truncate(events);
        self.event_ids.retain(|_, id| id.index() < events);
    }

    /// What the parameters of its template stand for in a machine: an input where a number is filled in.
    pub(super) fn fill_in(&mut self, text: &MachineText) -> Vec<(String, Named)> {
        for (name, _) in &text.with {
            self.names.recorder.define(Kind::Argument, &text.name.value, name);
        }
        let values = |resolver: &mut Self| {
            let named = |(name, quantity)| (Name::clone(name).value, resolver.fill_in_one(text, name, quantity));
            text.with.iter().map(|(name, quantity)| (name, quantity)).map(named).collect()
        };
        self.within(text, &[], values)
    }

    fn fill_in_one(&mut self, text: &MachineText, name: &Name, quantity: &Quantity) -> Named {
        let address = format!("{}.{}", text.name.value, name.value);
        match quantity {
            Quantity::InPlace(parameter, times) => {
                let address = self.free_address(&address);
                let input = self.add_input(address, parameter, InputKind::InPlace);
                let Some(times) = times else { return Named::Input(input) };
                match parse::named_number(times, &self.names, self.unit, self.diagnostics) {
                    Some(times) => Named::Formula(Typed::product(Expression::Input(input), times)),
                    None => Named::Broken,
                }
            }
            Quantity::Expression(written) => {
                let Some(typed) = parse::named_number(written, &self.names, self.unit, self.diagnostics) else {
                    return Named::Broken;
                };
                if typed.as_number().is_none_or(|number| number.constant().is_none()) {
                    return Named::Formula(typed);
                }
                let (span, value) = (written.span, written.clone());
                let provenance = Provenance::default();
                let parameter = ParameterText { span, value, range: None, distribution: None, provenance };
                let address = self.free_address(&address);
                Named::Input(self.add_input(address, &parameter, InputKind::InPlace))
            }
        }
    }

    /// Does something where `self` is this machine and its template's parameters stand for what is filled in. Mistakes
    /// that it finds in the template's text say which machine it is about.
    pub(super) fn within<T>(
        &mut self,
        text: &MachineText,
        filled_in: &[(String, Named)],
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let first = self.diagnostics.len();
        let outside = self.names.own.replace(text.name.value.clone());
        let known = filled_in.iter().map(|(name, _)| name.clone()).collect();
        let known = std::mem::replace(&mut self.names.filled_in, known);
        let mut hidden: Vec<(String, Option<Named>)> = Vec::new();
        for (name, named) in filled_in {
            hidden.push((name.clone(), self.names.bare.insert(name.clone(), named.clone())));
        }
        let result = work(self);
        for (name, before) in hidden.into_iter().rev() {
            match before {
                Some(named) => drop(self.names.bare.insert(name, named)),
                None => drop(self.names.bare.remove(&name)),
            }
        }
        self.names.own = outside;
        self.names.filled_in = known;
        if text.like.is_some() {
            let scenario = self.scenario;
            self.diagnostics.review(first, |diagnostic| {
                if place_of(diagnostic).is_some_and(|place| in_a_template(scenario, place)) {
                    diagnostic
                        .related
                        .push(Label { span: text.name.span, text: format!("`{}`{MADE_FROM}", text.name.value) });
                }
                true
            });
        }
        result
    }
}

/// The machines that say they are like this template, with their places in the list.
fn made_from<'s>(scenario: &'s Scenario, template: &str) -> impl Iterator<Item = (usize, &'s MachineText)> {
    let like = move |machine: &MachineText| machine.like.as_ref().is_some_and(|like| like.value == template);
    scenario.machines.iter().enumerate().filter(move |(_, machine)| like(machine))
}

fn place_of(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.label.as_ref().map(|label| label.span)
}

fn in_a_template(scenario: &Scenario, place: Span) -> bool {
    scenario.templates.iter().any(|template| template.places.contain(place))
}

/// Keeps one of all diagnostics that say the same of one place in a template, and says of how many machines it is true.
pub(super) fn once(scenario: &Scenario, diagnostics: &mut Diagnostics) {
    if scenario.templates.is_empty() {
        return;
    }
    let key = |diagnostic: &Diagnostic| {
        place_of(diagnostic).filter(|place| in_a_template(scenario, *place)).map(|place| (place, diagnostic.code))
    };
    let of_a_machine = |diagnostic: &Diagnostic| {
        diagnostic.severity == Severity::Warning
            || diagnostic.related.iter().any(|label| label.text.ends_with(MADE_FROM))
    };
    let mut times: BTreeMap<(Span, Mistake), usize> = BTreeMap::new();
    let mut of_the_template: BTreeSet<(Span, Mistake)> = BTreeSet::new();
    for diagnostic in diagnostics.iter() {
        let Some(key) = key(diagnostic) else { continue };
        *times.entry(key).or_insert(0) += 1;
        if !of_a_machine(diagnostic) {
            of_the_template.insert(key);
        }
    }
    let mut seen: BTreeSet<(Span, Mistake)> = BTreeSet::new();
    diagnostics.review(0, |diagnostic| {
        let Some(key) = key(diagnostic) else { return true };
        // What is wrong with the template itself is wrong whatever is made from it, and is told in its own words.
        let told_otherwise = of_a_machine(diagnostic) && of_the_template.contains(&key);
        if told_otherwise || !seen.insert(key) {
            return false;
        }
        match times[&key] {
            2 if of_a_machine(diagnostic) => diagnostic.help.push("the same holds for one other machine".to_owned()),
            n if n > 2 && of_a_machine(diagnostic) => {
                diagnostic.help.push(format!("the same holds for {} other machines", n - 1));
            }
            _ => {}
        }
        true
    });
}
