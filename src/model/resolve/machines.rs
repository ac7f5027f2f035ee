//! Machines, their states and the values of the states.

use super::{Resolver, text_of};
use crate::diagnostic::{Diagnostic, Mistake};
use crate::model::expression::Expression;
use crate::model::id::{CompositeId, EventId, MachineId, Place, StateId};
use crate::model::index::Space;
use crate::model::{Composite, Machine, State};
use crate::scenario::{MachineText, Name, Quantity, StateText};

/// The states of all machines as far as they are resolved.
#[derive(Default)]
pub(super) struct Grown {
    pub states: Vec<State>,
    pub composites: Vec<Composite>,
}

/// What the states of one machine have in common.
struct Frame<'a> {
    text: &'a MachineText,
    id: MachineId,
    value_names: &'a [String],
}

impl Resolver<'_> {
    /// The machines, with their transitions still to come, and all states.
    pub(super) fn resolve_machines(&mut self) -> (Vec<Machine>, Grown) {
        let scenario = self.scenario;
        for machine in &scenario.machines {
            for state in machine.all_states() {
                self.event(&format!("{}.{}", machine.name.value, state.name.value));
            }
        }
        let (mut machines, mut grown) = (Vec::new(), Grown::default());
        for (index, text) in scenario.machines.iter().enumerate() {
            let filled_in = self.fill_in(text);
            let machine =
                self.within(text, &filled_in, |resolver| resolver.machine(text, MachineId::new(index), &mut grown));
            machines.push(machine);
            self.filled_in.push(filled_in);
        }
        if scenario.machines.is_empty() {
            let help = "add `[machines.NAME]` with `initial` and `[machines.NAME.states]`";
            self.report(Diagnostic::error(Mistake::NoMachine, scenario.span, "the scenario has no machine").help(help));
        }
        (machines, grown)
    }

    /// Adds a state and all within it; `around` are the composites around it, the innermost last.
    fn grow<'a>(
        &mut self,
        frame: &Frame<'a>,
        text: &'a StateText,
        around: &mut Vec<&'a StateText>,
        parent: Option<CompositeId>,
        grown: &mut Grown,
    ) {
        if !text.is_composite() {
            let state = self.state(frame, text, around, parent);
            grown.states.push(state);
            return;
        }
        let id = CompositeId::new(grown.composites.len());
        let composite = self.composite(frame, text, parent, grown.states.len());
        grown.composites.push(composite);
        around.push(text);
        for inner in &text.states {
            self.grow(frame, inner, around, Some(id), grown);
        }
        around.pop();
        let end = grown.states.len();
        let composite = &mut grown.composites[id.index()];
        composite.states.end = end;
        if let Some(place) = self.composite_initial(frame.text, text) {
            composite.initial = place;
        }
    }

    /// A composite, with the states within it still to come: for now it is entered at the first of them.
    fn composite(
        &mut self,
        frame: &Frame<'_>,
        text: &StateText,
        parent: Option<CompositeId>,
        first: usize,
    ) -> Composite {
        let path = format!("{}.{}", frame.text.name.value, text.name.value);
        Composite {
            name: text.name.value.clone(),
            span: text.name.span,
            machine: frame.id,
            parent,
            about: text_of(&text.about),
            states: first..first,
            initial: Place::State(StateId::new(first)),
            history: text.history,
            enter: self.actions(&text.enter, &format!("{path}.enter")),
            exit: self.actions(&text.exit, &format!("{path}.exit")),
            entered: self.event(&path),
        }
    }

    /// The place within a composite at which it is entered: the one it names, or the only one there is.
    fn composite_initial(&mut self, machine: &MachineText, text: &StateText) -> Option<Place> {
        let name = text.initial.as_ref().unwrap_or(&text.states[0].name);
        let places = self.names.machines.get(&machine.name.value).map(|names| &names.states);
        let inner = text.all_states();
        let is_inner = inner.iter().any(|state| state.name.value == name.value);
        let place = places.and_then(|places| places.get(&name.value)).copied().filter(|_| is_inner);
        if place.is_none() {
            let known = inner.iter().map(|state| state.name.value.as_str());
            let unknown = format!("within `{}` there is no state", text.name.value);
            self.unknown(Mistake::UnknownState, name, &unknown, known);
        } else if let Some(written) = &text.initial {
            self.names.recorder.refer(Space::State, &machine.name.value, written);
        }
        place
    }

    /// One machine, with its transitions still to come; its states go to the end of all.
    pub(super) fn machine(&mut self, text: &MachineText, id: MachineId, grown: &mut Grown) -> Machine {
        let (first_state, first_composite) = (grown.states.len(), grown.composites.len());
        let value_names = self.value_names(text);
        let frame = Frame { text, id, value_names: &value_names };
        for state in &text.states {
            self.grow(&frame, state, &mut Vec::new(), None, grown);
        }
        let initial = self.initial(text, first_state, &grown.composites);
        Machine {
            name: text.name.value.clone(),
            span: text.name.span,
            about: text_of(&text.about),
            states: first_state..grown.states.len(),
            composites: first_composite..grown.composites.len(),
            initial,
            value_names,
            transitions: 0..0,
        }
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

    fn state(
        &mut self,
        frame: &Frame<'_>,
        state: &StateText,
        around: &[&StateText],
        parent: Option<CompositeId>,
    ) -> State {
        let machine = frame.text;
        let path = format!("{}.{}", machine.name.value, state.name.value);
        let mut values = Vec::new();
        for name in frame.value_names {
            let find = |values: &'_ [(Name, Quantity)]| values.iter().position(|(written, _)| written.value == *name);
            let own = find(&state.values).map(|at| &state.values[at].1);
            let enclosing = around.iter().rev().find_map(|outer| {
                let quantity = &outer.values[find(&outer.values)?].1;
                Some((quantity, format!("{}.{}.{name}", machine.name.value, outer.name.value)))
            });
            let default = || {
                let quantity = &machine.values[find(&machine.values)?].1;
                Some((quantity, format!("{}.{name}", machine.name.value)))
            };
            let what = "a value of a state";
            let value = match (own, enclosing.or_else(default)) {
                (Some(quantity), _) => self.fixed_quantity(quantity, &format!("{path}.{name}"), what),
                // An inherited value in place is one parameter, however many states have it.
                (None, Some((quantity, address))) => match self.names_input(&address) {
                    Some(input) => Expression::Input(input),
                    None => self.fixed_quantity(quantity, &address, what),
                },
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
            machine: frame.id,
            parent,
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

    fn initial(&mut self, machine: &MachineText, first: usize, composites: &[Composite]) -> StateId {
        let stand_in = StateId::new(first);
        if machine.states.is_empty() && machine.like.is_some() {
            // Its template is unknown or has no states, which is reported already.
            return stand_in;
        }
        if machine.states.is_empty() {
            let message = format!("machine `{}` has no states", machine.name.value);
            let help = format!("add `[machines.{}.states]`", machine.name.value);
            self.report(Diagnostic::error(Mistake::NoState, machine.name.span, message).help(help));
            return stand_in;
        }
        let named = machine.initial.as_ref().and_then(|name| self.place_of(machine, name));
        let mut place = named.unwrap_or(Place::State(stand_in));
        // Where two states have one name, which was reported, a composite may seem to be entered at itself.
        for _ in 0..=composites.len() {
            match place {
                Place::State(state) => return state,
                Place::Composite(composite) => place = composites[composite.index()].initial,
            }
        }
        stand_in
    }

    /// The state of that name in that machine, however deep, or a report with the nearest one.
    pub(super) fn place_of(&mut self, machine: &MachineText, name: &Name) -> Option<Place> {
        let place =
            self.names.machines.get(&machine.name.value).and_then(|names| names.states.get(&name.value)).copied();
        // A machine without states is told about once.
        if place.is_none() && !machine.states.is_empty() {
            let states = machine.all_states();
            let known = states.iter().map(|state| state.name.value.as_str());
            self.unknown(Mistake::UnknownState, name, &format!("`{}` has no state", machine.name.value), known);
        }
        if place.is_some() {
            self.names.recorder.refer(Space::State, &machine.name.value, name);
        }
        place
    }
}
