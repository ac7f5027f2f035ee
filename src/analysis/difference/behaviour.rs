//! Transitions and actions as fields: the part of a description that says what happens.
//!
//! In: transitions and action lists of a model. Out: their fields in words. States stand by their names in alphabetical
//! order, because their order in the file says nothing.

use super::describe::{Describe, Fields, law_text, provenance, text};
use crate::distribution::Argument;
use crate::model::expression::Expression;
use crate::model::id::{EventId, Place};
use crate::model::{Actions, ClockRule, Target, Transition, Trigger};

impl Describe<'_> {
    /// One field for each thing that an action list writes to or emits.
    pub(super) fn actions(&self, fields: &mut Fields, prefix: &str, actions: &Actions) {
        let variable = |id: &crate::model::id::VariableId| self.model.variables[id.index()].name.clone();
        let mut add = |what: String, value: String| fields.push((format!("{prefix}{what}"), value));
        for (id, value) in &actions.set {
            add(format!("sets {}", variable(id)), self.printer.number(value));
        }
        for (id, value) in &actions.add {
            add(format!("adds to {}", variable(id)), self.printer.number(value));
        }
        for (id, value) in &actions.accrue {
            let name = &self.model.consequences[id.index()].name;
            add(format!("adds to consequence {name}"), self.printer.number(value));
        }
        if !actions.emit.is_empty() {
            let names: Vec<String> = actions.emit.iter().map(|event| self.event(*event)).collect();
            add("emits".into(), names.join(", "));
        }
    }

    /// The event's name; the entry of a state by the state's present name.
    pub(super) fn event(&self, event: EventId) -> String {
        match self.model.place_entered(event) {
            Some(place) => self.model.place_path(place),
            None => self.model.events[event.index()].clone(),
        }
    }

    pub(super) fn name(&self, place: Place) -> &str {
        match place {
            Place::State(state) => &self.model.states[state.index()].name,
            Place::Composite(composite) => &self.model.composite(composite).name,
        }
    }

    /// The states that a transition leaves, in alphabetical order: their order in the file says nothing.
    pub(super) fn from(&self, transition: &Transition) -> String {
        let machine = &self.model.machines[transition.machine.index()];
        if transition.sources.len() == machine.states.len() && machine.states.len() > 1 {
            return "any state".into();
        }
        let mut names: Vec<&str> = transition.sources.iter().map(|place| self.name(*place)).collect();
        names.sort_unstable();
        names.join(", ")
    }

    pub(super) fn to(&self, transition: &Transition) -> String {
        match &transition.target {
            Target::Stay { reenter: false } => "stays".into(),
            Target::Stay { reenter: true } => "leaves and enters anew".into(),
            Target::To(place) => self.name(*place).to_owned(),
            Target::Branches(branches) => {
                let mut names: Vec<&str> = branches.iter().map(|(place, _)| self.name(*place)).collect();
                names.sort();
                names.join(" or ")
            }
        }
    }

    pub(super) fn transition(&self, transition: &Transition) -> Fields {
        let mut fields = Fields::new();
        let mut expressions: Vec<&Expression> = Vec::new();
        text(&mut fields, "from", &self.from(transition));
        text(&mut fields, "to", &self.to(transition));
        match &transition.trigger {
            Trigger::Rate(rate) => {
                text(&mut fields, "rate", &self.printer.number(rate));
                expressions.push(rate);
            }
            Trigger::After { wait } => {
                let arguments: Vec<(Argument, String)> =
                    wait.arguments.iter().map(|(argument, value)| (*argument, self.printer.number(value))).collect();
                text(&mut fields, "after", &law_text(wait.family.name(), &arguments, &wait.values));
                expressions.extend(wait.arguments.iter().map(|(_, value)| value));
            }
            Trigger::On { event, probability } => {
                text(&mut fields, "on", &self.event(*event));
                text(&mut fields, "probability", &self.printer.number(probability));
                expressions.push(probability);
            }
            Trigger::Immediate => text(&mut fields, "trigger", "at once"),
        }
        if let Some(guard) = &transition.guard {
            text(&mut fields, "when", &self.printer.truth(guard));
        }
        for (what, factor) in [("hazard ratio", &transition.hazard_ratio), ("acceleration", &transition.acceleration)] {
            if let Some(factor) = factor {
                text(&mut fields, what, &self.printer.number(factor));
                expressions.push(factor);
            }
        }
        match transition.clock {
            ClockRule::Reset => {}
            ClockRule::Resume => text(&mut fields, "clock", "resume"),
            ClockRule::Forward => text(&mut fields, "clock", "forward"),
        }
        if let Target::Branches(branches) = &transition.target {
            for (state, weight) in branches {
                text(&mut fields, &format!("weight of {}", self.name(*state)), &self.printer.number(weight));
                expressions.push(weight);
            }
        }
        self.actions(&mut fields, "", &transition.actions);
        text(&mut fields, "about", &transition.about);
        self.in_place(&mut fields, &expressions);
        provenance(&mut fields, "", &transition.provenance);
        // A parameter in place inherits what its transition says of its origin: once is enough.
        let said: Fields = fields.clone();
        fields.retain(|(what, value)| {
            let inherited =
                what.split_once(": ").is_some_and(|(_, own)| said.iter().any(|(w, v)| w == own && v == value));
            !inherited
        });
        fields
    }
}
