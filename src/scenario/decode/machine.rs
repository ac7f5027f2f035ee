//! Machines, their states, and what happens on entry and exit.

use super::super::keys;
use super::super::tree::{Entry, Value};
use super::super::{ActionsText, MachineText, Name, Quantity, StateText};
use super::Decoder;
use super::fields::Fields;
use crate::diagnostic::{Diagnostic, Mistake};

impl Decoder<'_> {
    pub(super) fn machines(&mut self, entry: Option<&Entry>) -> Vec<MachineText> {
        self.named(entry).iter().map(|entry| self.machine(entry)).collect()
    }

    fn machine(&mut self, entry: &Entry) -> MachineText {
        let name = entry.key.clone();
        self.check_identifier(&name, "machine");
        let mut machine = MachineText {
            name,
            about: None,
            initial: None,
            values: Vec::new(),
            states: Vec::new(),
            transitions: Vec::new(),
        };
        let Some(fields) = self.fields(&entry.node, &entry.key.value, &keys::MACHINE) else { return machine };
        machine.about = self.text(fields.get("about"));
        machine.initial = self.name(fields.get("initial"));
        machine.values = self.values(fields.get("values"));
        machine.states = self.states(fields.get("states"));
        machine.transitions = self.transitions(fields.get("transitions"));
        let from_template = fields.get("like").is_some();
        if !from_template {
            self.check_complete(&fields, &mut machine);
        }
        machine
    }

    /// A machine needs states and one to begin in.
    fn check_complete(&mut self, fields: &Fields<'_>, machine: &mut MachineText) {
        let what = format!("the machine `{}`", machine.name.value);
        let span = machine.name.span;
        match fields.get("states") {
            None => {
                let example = format!(
                    "[machines.{}.states]` and below it one line a state, such as `calm = {{}}",
                    machine.name.value
                );
                self.missing(span, &what, "states", &example);
            }
            Some(entry) if entry.node.entries().is_some_and(<[_]>::is_empty) && self.whole => {
                let error = Diagnostic::error(Mistake::NoState, entry.key.span, format!("{what} has no states"));
                self.report(error.help("write one line a state below `states`, such as `calm = {}`"));
            }
            Some(_) => {}
        }
        if fields.get("initial").is_none() {
            let first = machine.states.first().map(|state| state.name.clone());
            let example = first.as_ref().map_or("…", |name| name.value.as_str());
            self.missing(span, &what, "initial", &format!("initial = \"{example}\""));
            if self.whole {
                machine.initial = first;
            }
        }
    }

    /// Numbers of states; expressions call them `machine.name`.
    fn values(&mut self, entry: Option<&Entry>) -> Vec<(Name, Quantity)> {
        let values = self.quantities(entry);
        for (name, _) in &values {
            self.check_identifier(name, "value");
        }
        values
    }

    fn states(&mut self, entry: Option<&Entry>) -> Vec<StateText> {
        let Some(entry) = entry else { return Vec::new() };
        let Some(entries) = entry.node.entries() else {
            let message = format!("`states` should be a table of states; found {}", entry.node.what());
            let error = Diagnostic::error(Mistake::WrongType, entry.node.span, message);
            self.report(
                error.help("give each state a line of its own below `[machines.NAME.states]`, such as `calm = {}`"),
            );
            return Vec::new();
        };
        entries.iter().map(|entry| self.state(entry)).collect()
    }

    fn state(&mut self, entry: &Entry) -> StateText {
        let name = entry.key.clone();
        self.check_identifier(&name, "state");
        let nothing = ActionsText::default;
        let mut state = StateText { name, about: None, values: Vec::new(), enter: nothing(), exit: nothing() };
        if let Value::Text { .. } = entry.node.value {
            let message = format!("the state `{}` should be a table; found text in quotes", entry.key.value);
            let error = Diagnostic::error(Mistake::WrongType, entry.node.span, message);
            self.report(error.help(format!("write `{} = {{ about = \"…\" }}`", entry.key.value)));
            return state;
        }
        let Some(fields) = self.fields(&entry.node, &entry.key.value, &keys::STATE) else { return state };
        state.about = self.text(fields.get("about"));
        state.values = self.values(fields.get("values"));
        state.enter = self.entry_or_exit(fields.get("enter"));
        state.exit = self.entry_or_exit(fields.get("exit"));
        state
    }

    fn entry_or_exit(&mut self, entry: Option<&Entry>) -> ActionsText {
        let fields = entry.and_then(|entry| self.fields(&entry.node, &entry.key.value, &keys::ACTIONS));
        fields.map(|fields| self.actions(&fields)).unwrap_or_default()
    }

    /// `set`, `add` and `emit`.
    pub(super) fn actions(&mut self, fields: &Fields<'_>) -> ActionsText {
        ActionsText {
            set: self.quantities(fields.get("set")),
            add: self.quantities(fields.get("add")),
            emit: self.names(fields.get("emit")),
        }
    }
}
