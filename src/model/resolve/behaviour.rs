//! Transitions and actions: what can happen, when, and what it does.

use super::{Resolver, provenance, slug, text_of};
use crate::diagnostic::{Diagnostic, Mistake, Span};
use crate::model::expression::{Expression, Function, Operator};
use crate::model::id::{InputId, MachineId, Place, StateId};
use crate::model::index::{self, Kind, Space};
use crate::model::parse::{Named, SELF};
use crate::model::time::TimeUnit;
use crate::model::{Actions, ClockRule, Composite, Machine, Target, Transition, Trigger};
use crate::scenario::{
    ActionsText, ExpressionText, FromText, MachineText, Name, Quantity, TargetText, TransitionText, TriggerText,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the transitions of one machine are resolved with.
pub(super) struct Home<'a> {
    pub text: &'a MachineText,
    pub machine: &'a Machine,
    pub id: MachineId,
    pub composites: &'a [Composite],
    /// Names of all events that something emits.
    pub emitted: &'a BTreeSet<String>,
}

/// States that transitions leave, at most: each transition counts all that it leaves.
const MOST_ARROWS: usize = 1_000_000;

impl Resolver<'_> {
    pub(super) fn resolve_transitions(
        &mut self,
        machines: &mut [Machine],
        composites: &[Composite],
    ) -> Vec<Transition> {
        let scenario = self.scenario;
        let emitted = self.emitted();
        let mut transitions = Vec::new();
        for (index, machine) in machines.iter_mut().enumerate() {
            let text = &scenario.machines[index];
            let home = Home { text, machine, id: MachineId::new(index), composites, emitted: &emitted };
            let first = transitions.len();
            let filled_in = std::mem::take(&mut self.filled_in[index]);
            transitions.extend(self.within(text, &filled_in, |resolver| resolver.transitions_of(&home)));
            machine.transitions = first..transitions.len();
        }
        transitions
    }

    pub(super) fn transitions_of(&mut self, home: &Home<'_>) -> Vec<Transition> {
        let mut names: BTreeMap<String, Span> = BTreeMap::new();
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut transitions = Vec::new();
        for written in &home.text.transitions {
            let name = self.transition_name(&home.text.name.value, written, &mut names, &mut numbers);
            let transition = self.transition(home, written, name);
            let before = self.arrows;
            self.arrows += transition.from.len();
            if self.arrows > MOST_ARROWS {
                if before <= MOST_ARROWS {
                    self.too_many_arrows(written.span);
                }
                break;
            }
            transitions.push(transition);
        }
        transitions
    }

    fn too_many_arrows(&mut self, span: Span) {
        let message = format!("the transitions up to this one leave more than {MOST_ARROWS} states");
        self.report(
            Diagnostic::error(Mistake::ModelTooLarge, span, message)
                .label("a state counts once for each transition that leaves it")
                .help("let fewer transitions leave any state (`from = \"*\"`), or take fewer states"),
        );
    }

    /// Names of all events that something emits, entries into states included.
    pub(super) fn emitted(&self) -> BTreeSet<String> {
        let by_machines = self.scenario.machines.iter().flat_map(Self::emitted_by);
        let by_shocks = self.scenario.shocks.iter().flat_map(|shock| &shock.actions.emit);
        by_machines.chain(by_shocks.map(|event| event.value.clone())).collect()
    }

    pub(super) fn emitted_by(machine: &MachineText) -> Vec<String> {
        let own = machine.name.value.as_str();
        let states = machine.all_states();
        let of_states = states.iter().flat_map(|state| [&state.enter, &state.exit]);
        let actions = of_states.chain(machine.transitions.iter().map(|transition| &transition.actions));
        let emits = actions.flat_map(|actions| actions.emit.iter().map(|event| event_in(own, &event.value)));
        states.iter().map(|state| format!("{own}.{}", state.name.value)).chain(emits).collect()
    }

    /// The event of a name as written in the machine at hand, whose own events begin with `self.`.
    fn event_here(&self, written: &str) -> String {
        self.names.own.as_ref().map_or_else(|| written.to_owned(), |own| event_in(own, written))
    }

    /// The written name, or one made of where it leads; unique in its machine, since draws are addressed by it.
    fn transition_name(
        &mut self,
        owner: &str,
        text: &TransitionText,
        names: &mut BTreeMap<String, Span>,
        numbers: &mut BTreeMap<String, usize>,
    ) -> String {
        let base = text.called();
        let mut name = base.clone();
        if let Some(&first) = names.get(&base) {
            // Two written names in one file are the reader's to report.
            if let Some(written) = &text.name
                && written.span.file != first.file
            {
                let message = format!("two transitions of this machine are called `{base}`");
                self.report(
                    Diagnostic::error(Mistake::DuplicateTransition, written.span, message)
                        .label("the second")
                        .related(first, "the first")
                        .help("rename one"),
                );
            }
            let number = numbers.entry(base.clone()).or_insert(2);
            while names.contains_key(&format!("{base} {number}")) {
                *number += 1;
            }
            name = format!("{base} {number}");
        }
        if let Some(written) = &text.name {
            self.names.recorder.define(Kind::Transition, owner, written);
        }
        names.insert(name.clone(), text.name.as_ref().map_or(text.span, |name| name.span));
        name
    }

    fn transition(&mut self, home: &Home<'_>, written: &TransitionText, name: String) -> Transition {
        let address = format!("{}.{}", home.machine.name, slug(&name));
        self.enclosing = written.provenance.clone();
        let (sources, from) = self.from(home, &written.from);
        let trigger = self.trigger(written, &address, home.emitted);
        let guard = written.when.as_ref().map(|when| self.condition(when));
        if matches!(trigger, Trigger::Immediate) && guard.is_none() {
            let message = "this transition has neither a trigger nor a condition: it would fire at once and for ever";
            self.report(
                Diagnostic::error(Mistake::NoTrigger, written.span, message)
                    .label("never says when it happens")
                    .help("add `rate`, `after`, `chance`, `on` or `when`"),
            );
        }
        let target = self.target(home.text, written, &address);
        let clock = Self::clock_rule(written);
        let mut factor = |quantity: &Option<Quantity>, key: &str| {
            let quantity = quantity.as_ref()?;
            let expression = self.quantity(quantity, &format!("{address}.{key}"));
            self.not_a_time(quantity, key);
            self.not_negative(Mistake::NegativeHazard, &expression, quantity.span(), &format!("`{key}`"));
            Some(expression)
        };
        let hazard_ratio = factor(&written.hazard_ratio, "hazard_ratio");
        let acceleration = factor(&written.acceleration, "acceleration");
        if let (ClockRule::Forward, Some(quantity)) = (clock, &written.acceleration) {
            let message = "a forward clock counts time since the start, which cannot be accelerated";
            self.report(
                Diagnostic::error(Mistake::ForwardAcceleration, quantity.span(), message)
                    .help("use `hazard_ratio`, or another `clock`"),
            );
        }
        let actions = self.actions(&written.actions, &address);
        self.enclosing = crate::scenario::Provenance::default();
        Transition {
            name,
            span: written.span,
            about: text_of(&written.about),
            machine: home.id,
            from,
            sources,
            trigger,
            guard,
            target,
            hazard_ratio,
            acceleration,
            clock,
            actions,
            provenance: provenance(&written.provenance),
        }
    }

    /// The places that a transition leaves from, none within another, and the innermost states of them.
    fn from(&mut self, home: &Home<'_>, from: &FromText) -> (Vec<Place>, Vec<StateId>) {
        let named: Vec<Place> = match from {
            FromText::All(_) => home.machine.states.clone().map(|state| Place::State(StateId::new(state))).collect(),
            FromText::States(names) => names.iter().filter_map(|name| self.place_of(home.text, name)).collect(),
        };
        let states_of = |place: Place| match place {
            Place::State(state) => state.index()..state.index() + 1,
            Place::Composite(composite) => home.composites[composite.index()].states.clone(),
        };
        let mut places: Vec<(std::ops::Range<usize>, Place)> = named.into_iter().map(|p| (states_of(p), p)).collect();
        // The outermost first; of a composite and the only state within it, the composite.
        places.sort_by_key(|(states, place)| (states.start, std::cmp::Reverse(states.end), outermost_first(*place)));
        let (mut sources, mut from): (Vec<Place>, Vec<StateId>) = (Vec::new(), Vec::new());
        for (states, place) in places {
            if from.last().is_none_or(|last| last.index() < states.start) {
                sources.push(place);
                from.extend(states.map(StateId::new));
            }
        }
        (sources, from)
    }

    fn trigger(&mut self, written: &TransitionText, address: &str, emitted: &BTreeSet<String>) -> Trigger {
        match &written.trigger {
            TriggerText::Rate(quantity) => {
                let rate = self.quantity(quantity, &format!("{address}.rate"));
                self.not_a_time(quantity, "rate");
                self.not_negative(Mistake::NegativeHazard, &rate, quantity.span(), "a rate");
                Trigger::Rate(rate)
            }
            TriggerText::After(text) => {
                let wait = self.wait(text, &format!("{address}.after"));
                Trigger::After { wait: wait.unwrap_or_else(|| Self::any_wait(text.span)) }
            }
            TriggerText::Chance { probability, per } => self.chance(probability, per, address),
            TriggerText::On { event, probability } => self.on(event, probability.as_ref(), address, emitted),
            TriggerText::Immediate => Trigger::Immediate,
        }
    }

    /// A probability per period as the hazard −ln(1 − p) / period.
    fn chance(&mut self, probability: &Quantity, per: &ExpressionText, address: &str) -> Trigger {
        let chance = self.quantity(probability, &format!("{address}.chance"));
        match chance.value_with(&|id| self.central(id)) {
            Some(p) if !(0.0..1.0).contains(&p) && !p.is_nan() => {
                let message = format!("a chance lies between 0 and 100 % (and is not 100 %), and this is {p}");
                let help = "for a certain event use `after`, or `when` alone";
                let error = Diagnostic::error(Mistake::NotAProbability, probability.span(), message);
                self.report(error.label(format!("this is {p}")).help(help));
            }
            _ => {}
        }
        let period = self.positive(per, "the period of a chance").unwrap_or(1.0);
        let survives = Expression::binary(Operator::Subtract, Expression::Constant(1.0), chance);
        let hazard = Expression::unary(Function::Negate, Expression::unary(Function::Ln, survives));
        Trigger::Rate(Expression::binary(Operator::Divide, hazard, Expression::Constant(period)))
    }

    fn on(
        &mut self,
        event: &Name,
        probability: Option<&Quantity>,
        address: &str,
        emitted: &BTreeSet<String>,
    ) -> Trigger {
        let here = self.event_here(&event.value);
        if !emitted.contains(&here) {
            let message = format!("nothing emits the event `{}`", event.value);
            let mut diagnostic = Diagnostic::error(Mistake::UnknownEvent, event.span, message);
            let template = event.value.split_once('.').filter(|(name, _)| self.names.templates.contains_key(*name));
            diagnostic = match self.diagnostics.suggest(&event.value, emitted.iter().map(String::as_str)) {
                _ if template.is_some() => diagnostic.help(format!(
                    "to react to any machine made from a template, write `when = \"count({}) > 0\"`",
                    event.value
                )),
                Some(near) => self.instead(diagnostic, event.span, near),
                None => diagnostic.help("write `emit = \"…\"` where it happens, or `machine.state` for an entry"),
            };
            self.report(diagnostic);
        }
        self.note_event(event, None);
        let certain = Expression::Constant(1.0);
        let probability = match probability {
            None => certain,
            Some(quantity) => {
                let expression = self.quantity(quantity, &format!("{address}.probability"));
                if let Some(p) = expression.value_with(&|id| self.central(id))
                    && !(0.0..=1.0).contains(&p)
                    && !p.is_nan()
                {
                    let message = format!("a probability lies between 0 and 1, and this is {p}");
                    let error = Diagnostic::error(Mistake::NotAProbability, quantity.span(), message);
                    self.report(error.label(format!("this is {p}")).help("write it as `0.2` or `\"20%\"`"));
                }
                expression
            }
        };
        Trigger::On { event: self.event(&here), probability }
    }

    /// Reports a length of time where none can be meant: `rate = "6 weeks"`.
    fn not_a_time(&mut self, quantity: &Quantity, key: &str) {
        let text = match quantity {
            Quantity::Expression(text) => text,
            Quantity::InPlace(parameter, _) => &parameter.value,
        };
        let written = text.text.trim();
        let unit = written.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | ' '));
        if unit.len() == written.len() || TimeUnit::from_name(unit).is_none() {
            return;
        }
        let message = format!("`{key}` cannot be a length of time, and `{written}` is one");
        let error = Diagnostic::error(Mistake::TimeAsRate, text.span, message).label("a length of time");
        self.report(if key == "rate" {
            error
                .note("a rate says how often something happens per unit of time")
                .help(format!("write `rate = \"1 / ({written})\"` for something that takes {written} on average"))
                .fix(text.span, format!("\"1 / ({written})\""))
        } else {
            error.help("write a number without a unit")
        });
    }

    /// Notes an event, an event of a machine (`machine.event`, or within it `self.event`), or the entry of a state.
    fn note_event(&self, event: &Name, defines: Option<Kind>) {
        let recorder = &self.names.recorder;
        let of_machine = event.value.split_once('.').and_then(|(machine, rest)| match &self.names.own {
            Some(own) if machine == SELF => Some((own.as_str(), rest)),
            _ => self.names.machines.contains_key(machine).then_some((machine, rest)),
        });
        let Some((machine, rest)) = of_machine else {
            return recorder.note(Space::Event, "", &event.value, event.span, defines);
        };
        let (before, after) = index::parts(event);
        if !event.value.starts_with("self.") {
            before.into_iter().for_each(|span| recorder.note(Space::Bare, "", machine, span, None));
        }
        let is_state = self.names.machines.get(machine).is_some_and(|names| names.states.contains_key(rest));
        let (space, defines) = if is_state { (Space::State, None) } else { (Space::Event, defines) };
        after.into_iter().for_each(|span| recorder.note(space, machine, rest, span, defines));
    }

    fn central(&self, id: InputId) -> Option<f64> {
        self.inputs.get(id.index()).map(|input| input.value)
    }

    /// Reports an expression whose value at central inputs is known and negative.
    fn not_negative(&mut self, mistake: Mistake, expression: &Expression, span: Span, what: &str) {
        if let Some(value) = expression.value_with(&|id| self.central(id))
            && value < 0.0
        {
            let message = format!("{what} cannot be negative, and this is {value}");
            let help = "write a number of at least 0, or `max(0, …)` around the expression";
            self.report(Diagnostic::error(mistake, span, message).label(format!("this is {value}")).help(help));
        }
    }

    fn target(&mut self, text: &MachineText, written: &TransitionText, address: &str) -> Target {
        match &written.target {
            TargetText::Stay => Target::Stay { reenter: written.reenter },
            TargetText::To(name) => match self.place_of(text, name) {
                Some(state) => Target::To(state),
                None => Target::Stay { reenter: false },
            },
            TargetText::Branches(branches) => {
                let mut targets = Vec::new();
                let mut total = Some(0.0);
                for (name, weight) in &branches.value {
                    let expression = self.quantity(weight, &format!("{address}.{}.weight", name.value));
                    self.not_a_time(weight, "weight");
                    self.not_negative(Mistake::NegativeWeight, &expression, weight.span(), "a weight");
                    let central = expression.value_with(&|id| self.central(id));
                    total = total.and_then(|total| Some(total + central?));
                    if let Some(place) = self.place_of(text, name) {
                        targets.push((place, expression));
                    }
                }
                if total == Some(0.0) {
                    let message = "the weights of these branches are all zero";
                    self.report(
                        Diagnostic::error(Mistake::ZeroWeights, branches.span, message).help("give one a weight"),
                    );
                }
                Target::Branches(targets)
            }
        }
    }

    /// The rule of that name; the reader has reported a name that is none.
    fn clock_rule(written: &TransitionText) -> ClockRule {
        match written.clock.as_ref().map(|name| name.value.as_str()) {
            Some("resume") => ClockRule::Resume,
            Some("forward") => ClockRule::Forward,
            _ => ClockRule::Reset,
        }
    }

    pub(super) fn actions(&mut self, text: &ActionsText, address: &str) -> Actions {
        let mut actions = Actions::default();
        for (name, quantity) in &text.set {
            let value = self.quantity(quantity, &format!("{address}.{}", name.value));
            if self.consequences.contains_key(&name.value) && !self.variables.contains_key(&name.value) {
                let message = format!("`{}` is a consequence: it can be added to, not set", name.value);
                let error = Diagnostic::error(Mistake::SetConsequence, name.span, message).label("a consequence");
                self.report(error.help(format!("write `add = {{ {} = … }}`", name.value)));
                continue;
            }
            match self.variables.get(&name.value) {
                Some(&id) => {
                    self.names.recorder.refer(Space::Bare, "", name);
                    actions.set.push((id, value));
                }
                None => {
                    self.unknown_variable(name, "unknown variable", self.scenario.variables.iter().map(|v| &v.name))
                }
            }
        }
        for (name, quantity) in &text.add {
            let value = self.quantity(quantity, &format!("{address}.{}", name.value));
            if let Some(&id) = self.consequences.get(&name.value) {
                self.names.recorder.refer(Space::Consequence, "", name);
                actions.accrue.push((id, value));
                continue;
            }
            if let Some(&id) = self.variables.get(&name.value) {
                self.names.recorder.refer(Space::Bare, "", name);
                actions.add.push((id, value));
                continue;
            }
            let (variables, consequences) = (&self.scenario.variables, &self.scenario.consequences);
            let both = variables.iter().map(|v| &v.name).chain(consequences.iter().map(|c| &c.name));
            self.unknown_variable(name, "unknown variable or consequence", both);
        }
        for event in &text.emit {
            self.note_event(event, Some(Kind::Event));
            let here = self.event_here(&event.value);
            let id = self.event(&here);
            actions.emit.push(id);
        }
        actions
    }

    /// Reports an action on something that does not exist, or that cannot be acted on.
    pub(super) fn unknown_variable<'n>(
        &mut self,
        name: &Name,
        unknown: &str,
        known: impl Iterator<Item = &'n Name> + Clone,
    ) {
        if let Some(Named::Input(_) | Named::Formula(_)) = self.names.bare.get(&name.value) {
            let message = format!("`{}` cannot be changed during a run: it is no variable", name.value);
            self.report(
                Diagnostic::error(Mistake::UnknownVariable, name.span, message)
                    .label("a parameter, a lever or a formula")
                    .help(format!("make a variable of it: `[variables.{}]` with an `initial`", name.value)),
            );
            return;
        }
        self.unknown_key(Mistake::UnknownVariable, name, unknown, known.map(|name| name.value.as_str()));
    }
}

/// Puts what encloses before what it encloses where both have the same innermost states.
fn outermost_first(place: Place) -> (bool, Place) {
    (matches!(place, Place::State(_)), place)
}

/// `self.alarm`, written in the machine `poland`, is `poland.alarm`.
fn event_in(own: &str, written: &str) -> String {
    match written.split_once('.') {
        Some((first, event)) if first == SELF => format!("{own}.{event}"),
        _ => written.to_owned(),
    }
}
