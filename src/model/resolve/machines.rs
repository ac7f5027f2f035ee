//! Machines, their states and the values of the states.

use super::{Resolver, text_of};
use crate::diagnostic::{Diagnostic, Mistake};
use crate::model::expression::Expression;
use crate::model::id::{EventId, MachineId, StateId};
use crate::model::{Machine, State};
use crate::scenario::{MachineText, StateText};

impl Resolver<'_> {
    /// The machines, with their transitions still to come, and all states.
    pub(super) fn resolve_machines(&mut self) -> (Vec<Machine>, Vec<State>) {
        let scenario = self.scenario;
        for machine in &scenario.machines {
            for state in &machine.states {
                self.event(&format!("{}.{}", machine.name.value, state.name.value));
            }
        }
        let (mut machines, mut states) = (Vec::new(), Vec::new());
        for (index, text) in scenario.machines.iter().enumerate() {
            let id = MachineId::new(index);
            let first = states.len();
            let value_names = self.value_names(text);
            for state in &text.states {
                let resolved = self.state(text, state, id, &value_names);
                states.push(resolved);
            }
            let initial = self.initial(text, first);
            machines.push(Machine {
                name: text.name.value.clone(),
                span: text.name.span,
                about: text_of(&text.about),
                states: first..states.len(),
                initial,
                value_names,
                transitions: 0..0,
            });
        }
        if scenario.machines.is_empty() {
            let help = "add `[machines.NAME]` with `initial` and `[machines.NAME.states]`";
            self.report(Diagnostic::error(Mistake::NoMachine, scenario.span, "the scenario has no machine").help(help));
        }
        (machines, states)
    }

    /// The event of that name, entered if it is new.
    pub(super) fn event(&mut self, name: &str) -> EventId {
        if let Some(&id) = self.event_ids.get(name) {
            return id;
        }
        let id = EventId::new(self.events.len());
        self.events.push(name.to_owned());
        self.event_ids.insert(name.to_owned(), id);
        id
    }

    /// Names of the values in the order of their indices.
    fn value_names(&self, machine: &MachineText) -> Vec<String> {
        let Some(names) = self.names.machines.get(&machine.name.value) else { return Vec::new() };
        let mut indexed: Vec<(usize, String)> = names.values.iter().map(|(name, &i)| (i, name.clone())).collect();
        indexed.sort();
        indexed.into_iter().map(|(_, name)| name).collect()
    }

    fn state(&mut self, machine: &MachineText, state: &StateText, id: MachineId, value_names: &[String]) -> State {
        let path = format!("{}.{}", machine.name.value, state.name.value);
        let mut values = Vec::new();
        for name in value_names {
            let own = state.values.iter().find(|(written, _)| written.value == *name);
            let default = machine.values.iter().find(|(written, _)| written.value == *name);
            let what = "a value of a state";
            let value = match (own, default) {
                (Some((_, quantity)), _) => self.fixed_quantity(quantity, &format!("{path}.{name}"), what),
                // A default in place is one parameter, however many states use it.
                (None, Some((_, quantity))) => {
                    let address = format!("{}.{name}", machine.name.value);
                    match self.names_input(&address) {
                        Some(input) => Expression::Input(input),
                        None => self.fixed_quantity(quantity, &address, what),
                    }
                }
                (None, None) => {
                    let message = format!("state `{}` has no value `{name}`, which others have", state.name.value);
                    self.report(
                        Diagnostic::error(Mistake::MissingValue, state.name.span, message)
                            .help(format!("add `{name}` to its `values`, or a default to the machine's `values`")),
                    );
                    Expression::Constant(f64::NAN)
                }
            };
            values.push(value);
        }
        let enter = self.actions(&state.enter, &format!("{path}.enter"));
        let exit = self.actions(&state.exit, &format!("{path}.exit"));
        State {
            name: state.name.value.clone(),
            span: state.name.span,
            machine: id,
            about: text_of(&state.about),
            values,
            enter,
            exit,
            entered: self.event(&path),
        }
    }

    fn names_input(&self, address: &str) -> Option<crate::model::id::InputId> {
        self.input_ids.get(address).copied()
    }

    fn initial(&mut self, machine: &MachineText, first: usize) -> StateId {
        let stand_in = StateId::new(first);
        if machine.states.is_empty() {
            let message = format!("machine `{}` has no states", machine.name.value);
            let help = format!("add `[machines.{}.states]`", machine.name.value);
            self.report(Diagnostic::error(Mistake::NoState, machine.name.span, message).help(help));
            return stand_in;
        }
        machine.initial.as_ref().and_then(|name| self.state_of(machine, name)).unwrap_or(stand_in)
    }

    /// The state of that name in that machine, or a report with the nearest one.
    pub(super) fn state_of(&mut self, machine: &MachineText, name: &crate::scenario::Name) -> Option<StateId> {
        let id = self.names.machines.get(&machine.name.value).and_then(|names| names.states.get(&name.value)).copied();
        // A machine without states is told about once.
        if id.is_none() && !machine.states.is_empty() {
            let known = machine.states.iter().map(|state| state.name.value.as_str());
            self.unknown(Mistake::UnknownState, name, &format!("`{}` has no state", machine.name.value), known);
        }
        id
    }
}
