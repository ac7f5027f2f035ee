//! Machines and templates, their states, and what happens on entry and exit.

use super::super::keys::{self, Table};
use super::super::template::{Places, TemplateText};
use super::super::tree::{Entry, Value};
use super::super::{ActionsText, MachineText, Name, Quantity, StateText};
use super::Decoder;
use super::fields::Fields;
use crate::diagnostic::{Diagnostic, Mistake};

/// States within one another, at most.
const DEEPEST: usize = 16;

impl Decoder<'_> {
    pub(super) fn templates(&mut self, entry: Option<&Entry>) -> Vec<TemplateText> {
        let mut templates = Vec::new();
        for entry in self.named(entry) {
            let machine = self.machine(entry, &keys::TEMPLATE, "template");
            templates.push(TemplateText { machine, places: Places::of(&entry.node) });
        }
        templates
    }

    /// The machines. What is wrong in a template's text has been reported there, not in each machine made from it.
    pub(super) fn machines(&mut self, entry: Option<&Entry>, templates: &[TemplateText]) -> Vec<MachineText> {
        let mut machines = Vec::new();
        for entry in self.named(entry) {
            let first = self.diagnostics.len();
            let machine = self.machine(entry, &keys::MACHINE, "machine");
            if machine.like.is_some() {
                self.diagnostics.review(first, |diagnostic| {
                    let place = diagnostic.label.as_ref().map(|label| label.span);
                    !place.is_some_and(|place| templates.iter().any(|template| template.places.contain(place)))
                });
            }
            machines.push(machine);
        }
        machines
    }

    fn machine(&mut self, entry: &Entry, table: &'static Table, noun: &str) -> MachineText {
        let name = entry.key.clone();
        self.check_identifier(&name, noun);
        let mut machine = MachineText {
            name,
            about: None,
            initial: None,
            values: Vec::new(),
            states: Vec::new(),
            transitions: Vec::new(),
            like: None,
            with: Vec::new(),
        };
        let Some(fields) = self.fields(&entry.node, &entry.key.value, table) else { return machine };
        machine.about = self.text(fields.get("about"));
        machine.initial = self.name(fields.get("initial"));
        machine.values = self.values(fields.get("values"));
        machine.states = self.states(fields.get("states"), 1);
        machine.transitions = self.transitions(fields.get("transitions"));
        machine.like = self.name(fields.get("like"));
        machine.with = self.values(fields.get("with"));
        if let (Some(with), None, "machine") = (fields.get("with"), fields.get("like"), noun) {
            let error = Diagnostic::error(Mistake::StrayKey, with.key.span, "`with` means nothing without `like`");
            self.report(error.label("there is no template to fill in").help("add `like = \"…\"`, or leave it out"));
        }
        if fields.get("like").is_none() {
            self.check_complete(&fields, &mut machine, noun);
        }
        machine
    }

    /// A machine needs states and one to begin in.
    fn check_complete(&mut self, fields: &Fields<'_>, machine: &mut MachineText, noun: &str) {
        let what = format!("the {noun} `{}`", machine.name.value);
        let span = machine.name.span;
        match fields.get("states") {
            None => {
                let example = format!(
                    "[{noun}s.{}.states]` and below it one line a state, such as `calm = {{}}",
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

    /// The states of a machine (`level` 1) or within a state (a level more than that state's).
    fn states(&mut self, entry: Option<&Entry>, level: usize) -> Vec<StateText> {
        let Some(entry) = entry else { return Vec::new() };
        let Some(entries) = entry.node.entries() else {
            let message = format!("`states` should be a table of states; found {}", entry.node.what());
            let error = Diagnostic::error(Mistake::WrongType, entry.node.span, message);
            self.report(
                error.help("give each state a line of its own below `[machines.NAME.states]`, such as `calm = {}`"),
            );
            return Vec::new();
        };
        if level > DEEPEST {
            self.report(
                Diagnostic::error(Mistake::TooDeep, entry.key.span, "too many states within states")
                    .label(format!("a machine may nest its states {DEEPEST} deep"))
                    .help("move these states up, or let a machine of its own carry them"),
            );
            return Vec::new();
        }
        entries.iter().map(|entry| self.state(entry, level)).collect()
    }

    fn state(&mut self, entry: &Entry, level: usize) -> StateText {
        let name = entry.key.clone();
        self.check_identifier(&name, "state");
        let mut state = StateText {
            name,
            about: None,
            values: Vec::new(),
            enter: ActionsText::default(),
            exit: ActionsText::default(),
            states: Vec::new(),
            initial: None,
            history: false,
        };
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
        state.states = self.states(fields.get("states"), level + 1);
        state.initial = self.name(fields.get("initial"));
        state.history = self.truth(fields.get("history")).unwrap_or(false);
        self.check_composite(&fields, &state);
        state
    }

    /// A state with states within it says at which of them it is entered; one without has nothing to say of that.
    fn check_composite(&mut self, fields: &Fields<'_>, state: &StateText) {
        let name = &state.name.value;
        match fields.get("states") {
            None => {
                for entry in ["initial", "history"].iter().filter_map(|key| fields.get(key)) {
                    let key = &entry.key.value;
                    let message = format!("`{key}` means nothing without `states`");
                    let error = Diagnostic::error(Mistake::StrayKey, entry.key.span, message);
                    let label = format!("there is no state within `{name}`");
                    self.report(error.label(label).help("add `states = { … }`, or leave it out"));
                }
            }
            Some(entry) if entry.node.entries().is_some_and(<[_]>::is_empty) => {
                let message = format!("the state `{name}` has no states within it");
                let error = Diagnostic::error(Mistake::MissingKey, entry.key.span, message);
                self.report(error.help("write the states there, such as `calm = {}`, or leave `states` out"));
            }
            Some(_) if state.states.len() > 1 && fields.get("initial").is_none() => {
                let first = &state.states[0].name.value;
                let what = format!("the state `{name}`, which has states within it,");
                self.missing(state.name.span, &what, "initial", &format!("initial = \"{first}\""));
            }
            Some(_) => {}
        }
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
