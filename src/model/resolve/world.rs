//! What machines share: variables with their dynamics, formulas, consequences.

use super::{Resolver, provenance};
use crate::diagnostic::{Diagnostic, Mistake, Span};
use crate::model::expression::Expression;
use crate::model::id::{CompositeId, ConsequenceId, MachineId, Place, StateId, VariableId};
use crate::model::index::Kind;
use crate::model::parse::{self, MachineNames, Named};
use crate::model::{Consequence, DriftLaw, Dynamics, Formula, Variable};
use crate::scenario::keys::DYNAMICS_KINDS;
use crate::scenario::{DynamicsText, MachineText, Name, Provenance, Quantity, StateText};
use std::collections::{BTreeMap, BTreeSet};

impl Resolver<'_> {
    /// Enters the names of variables, machines, states, values and consequences, before anything uses them.
    pub(super) fn declare_variables_and_machines(&mut self) {
        let scenario = self.scenario;
        for (index, variable) in scenario.variables.iter().enumerate() {
            let id = VariableId::new(index);
            self.variables.insert(variable.name.value.clone(), id);
            self.define(&variable.name, Some(Named::Variable(id)));
            self.names.recorder.define(Kind::Variable, "", &variable.name);
        }
        for (index, consequence) in scenario.consequences.iter().enumerate() {
            let name = &consequence.name;
            if let Some(&first) = self.variables.get(&name.value).and_then(|_| self.defined.get(&name.value)) {
                let message = format!("`{}` is a variable and a consequence", name.value);
                self.report(
                    Diagnostic::error(Mistake::NameTaken, name.span, message)
                        .label("the consequence")
                        .related(first, "the variable")
                        .help("`add` could mean either: rename one"),
                );
            }
            self.consequences.insert(name.value.clone(), ConsequenceId::new(index));
            self.names.recorder.define(Kind::Consequence, "", name);
        }
        let (mut next_state, mut next_composite) = (0, 0);
        for (index, machine) in scenario.machines.iter().enumerate() {
            self.define(&machine.name, None);
            self.names.recorder.define(Kind::Machine, "", &machine.name);
            let names = self.names_of(machine, MachineId::new(index), &mut next_state, &mut next_composite);
            for state in names.states.keys() {
                self.names.states.entry(state.clone()).or_insert_with(|| machine.name.value.clone());
            }
            self.names.machines.insert(machine.name.value.clone(), names);
        }
        self.declare_templates();
    }

    /// The states and values of a machine, its states and composites numbered from the next ones on.
    pub(super) fn names_of(
        &mut self,
        machine: &MachineText,
        id: MachineId,
        next_state: &mut usize,
        next_composite: &mut usize,
    ) -> MachineNames {
        let all = machine.all_states();
        let mut states = BTreeMap::new();
        let mut spans: BTreeMap<&str, Span> = BTreeMap::new();
        for state in &all {
            let next = if state.is_composite() { &mut *next_composite } else { &mut *next_state };
            let place = if state.is_composite() {
                Place::Composite(CompositeId::new(*next))
            } else {
                Place::State(StateId::new(*next))
            };
            *next += 1;
            self.names.recorder.define(Kind::State, &machine.name.value, &state.name);
            match spans.get(state.name.value.as_str()) {
                Some(first) => self.state_twice(machine, state, *first),
                None => {
                    spans.insert(&state.name.value, state.name.span);
                    states.insert(state.name.value.clone(), place);
                }
            }
        }
        let named = machine.values.iter().chain(all.iter().flat_map(|state| &state.values));
        let mut values = BTreeMap::new();
        for (name, _) in named {
            self.names.recorder.define(Kind::Value, &machine.name.value, name);
            let next = values.len();
            values.entry(name.value.clone()).or_insert(next);
            if let Some(state) = spans.get(name.value.as_str()) {
                let message = format!("`{}` is a state and a value of `{}`", name.value, machine.name.value);
                self.report(
                    Diagnostic::error(Mistake::NameTaken, name.span, message)
                        .label("the value")
                        .related(*state, "the state")
                        .help("rename one of the two"),
                );
            }
        }
        MachineNames { id, states, values }
    }

    /// Reports two states of one name in one machine, however deep either stands.
    fn state_twice(&mut self, machine: &MachineText, state: &StateText, first: Span) {
        let (machine, name) = (&machine.name.value, &state.name.value);
        let message = format!("two states of `{machine}` are called `{name}`");
        self.report(
            Diagnostic::error(Mistake::NameTaken, state.name.span, message)
                .label("the second")
                .related(first, "the first")
                .help(format!("`{machine}.{name}` could mean either, wherever they stand: rename one")),
        );
    }

    /// Parses the formulas, each after those it mentions.
    pub(super) fn formulas(&mut self) {
        let formulas = &self.scenario.formulas;
        let index: BTreeMap<&str, usize> =
            formulas.iter().enumerate().map(|(i, (name, _))| (name.value.as_str(), i)).collect();
        for (name, _) in formulas {
            // Known as broken until it is parsed, so that a clash is found and a cycle does no harm.
            self.define(name, Some(Named::Broken));
            self.names.recorder.define(Kind::Formula, "", name);
        }
        let needs: Vec<BTreeSet<usize>> = formulas
            .iter()
            .map(|(_, text)| {
                parse::mentions(&text.text).iter().filter_map(|name| index.get(name.as_str()).copied()).collect()
            })
            .collect();
        let mut done = vec![false; formulas.len()];
        let mut waiting: Vec<usize> = (0..formulas.len()).collect();
        while !waiting.is_empty() {
            let (ready, blocked): (Vec<usize>, Vec<usize>) =
                waiting.iter().copied().partition(|&i| needs[i].iter().all(|&j| done[j]));
            if ready.is_empty() {
                self.formula_cycle(&blocked, &needs);
                return;
            }
            for i in ready {
                let (name, text) = &formulas[i];
                let named = parse::formula(text, &self.names, self.unit, self.diagnostics);
                if self.defined.get(&name.value) == Some(&name.span) {
                    self.names.bare.insert(name.value.clone(), named);
                }
                done[i] = true;
            }
            waiting = blocked;
        }
    }

    /// The formulas by name, in file order, without those that have a mistake.
    pub(super) fn meanings(&self) -> Vec<Formula> {
        let formula = |name: &Name| match self.names.bare.get(&name.value) {
            Some(Named::Formula(typed)) => {
                Some(Formula { name: name.value.clone(), span: name.span, meaning: typed.meaning()? })
            }
            _ => None,
        };
        self.scenario.formulas.iter().filter_map(|(name, _)| formula(name)).collect()
    }

    /// Reports one cycle among formulas that wait for one another.
    fn formula_cycle(&mut self, blocked: &[usize], needs: &[BTreeSet<usize>]) {
        let mut path = vec![blocked[0]];
        let cycle = loop {
            let last = path[path.len() - 1];
            let next =
                needs[last].iter().copied().find(|j| blocked.contains(j)).expect("a blocked formula waits for one");
            if let Some(first) = path.iter().position(|&i| i == next) {
                break path.split_off(first);
            }
            path.push(next);
        };
        let formulas = &self.scenario.formulas;
        let chain: Vec<&str> = cycle.iter().chain(cycle.first()).map(|&i| formulas[i].0.value.as_str()).collect();
        let message = format!("formulas go round in a circle: {}", chain.join(" -> "));
        self.report(
            Diagnostic::error(Mistake::FormulaCycle, formulas[cycle[0]].0.span, message)
                .help("let a variable carry the value from one moment to the next"),
        );
    }

    pub(super) fn resolve_variables(&mut self) -> Vec<Variable> {
        let scenario = self.scenario;
        let mut variables = Vec::new();
        for text in &scenario.variables {
            let name = text.name.value.clone();
            self.enclosing = text.provenance.clone();
            let initial = text.initial.as_ref().map_or(Expression::Constant(0.0), |initial| {
                self.fixed_quantity(initial, &format!("{name}.initial"), "an initial value")
            });
            let bounds = text.bounds.as_ref().and_then(|bounds| self.range(bounds));
            if let (Some([low, high]), Some(written), Some(quantity)) = (bounds, &text.bounds, &text.initial)
                && let Some(value) = initial.value_with(&|id| self.inputs.get(id.index()).map(|input| input.value))
                && (value < low || value > high)
            {
                let message = format!("the initial value {value} lies outside the bounds {low} to {high}");
                self.report(
                    Diagnostic::error(Mistake::OutsideBounds, quantity.span(), message)
                        .label("the initial value")
                        .related(written.span, "the bounds")
                        .help("begin within the bounds, or widen them"),
                );
            }
            let dynamics = text.dynamics.as_ref().and_then(|text| self.dynamics(text, &name));
            self.enclosing = Provenance::default();
            variables.push(Variable {
                name,
                span: text.name.span,
                initial,
                bounds: bounds.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]),
                dynamics,
                provenance: provenance(&text.provenance),
            });
        }
        variables
    }

    fn dynamics(&mut self, text: &DynamicsText, variable: &str) -> Option<Dynamics> {
        let kind = text.kind.value.as_str();
        let Some(sort) = DYNAMICS_KINDS.iter().find(|sort| sort.word == kind) else {
            let known: Vec<&str> = DYNAMICS_KINDS.iter().map(|sort| sort.word).collect();
            let mut diagnostic =
                Diagnostic::error(Mistake::UnknownDynamics, text.kind.span, format!("there are no dynamics `{kind}`"));
            diagnostic = match self.diagnostics.suggest(kind, known.iter().copied()) {
                Some(near) => self.instead(diagnostic, text.kind.span, near),
                None => diagnostic.help(format!("there is: {}", known.join(", "))),
            };
            self.report(diagnostic);
            return None;
        };
        let keys: Vec<&str> = sort.needs.iter().chain(sort.may).copied().collect();
        for (name, _) in text.arguments.iter().filter(|(name, _)| !keys.contains(&name.value.as_str())) {
            let mut diagnostic =
                Diagnostic::error(Mistake::UnknownKey, name.span, format!("{kind} dynamics have no `{}`", name.value));
            diagnostic = match self.diagnostics.suggest(&name.value, keys.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                None => diagnostic.help(format!("they have: {}", keys.join(", "))),
            };
            self.report(diagnostic);
        }
        let find = |key: &str| text.arguments.iter().find(|(name, _)| name.value == key).map(|(_, value)| value);
        let mut get = |key: &str, default: Option<f64>| match (find(key), default) {
            (Some(quantity), _) => Some(self.drift_term(quantity, &format!("{variable}.{key}"), key)),
            (None, Some(default)) => Some(Expression::Constant(default)),
            (None, None) => {
                let message = format!("{kind} dynamics need `{key}`");
                let example = if key == "level" { "0.2" } else { "\"12 weeks\"" };
                let error = Diagnostic::error(Mistake::MissingKey, text.span, message).label(format!("has no `{key}`"));
                self.report(error.help(format!("add `{key} = {example}`")));
                None
            }
        };
        let drift = get("drift", Some(0.0))?;
        let volatility = get("volatility", Some(0.0))?;
        let law = match kind {
            "random-walk" => DriftLaw::RandomWalk,
            "geometric" => DriftLaw::Geometric,
            _ => {
                let (level, half_life) = (get("level", None), get("half_life", None));
                let (level, half_life) = (level?, half_life?);
                match kind {
                    "mean-reverting" => DriftLaw::MeanReverting { level, half_life },
                    _ => DriftLaw::LogMeanReverting { level, half_life },
                }
            }
        };
        Some(Dynamics { span: text.span, law, drift, volatility })
    }

    fn drift_term(&mut self, quantity: &Quantity, address: &str, key: &str) -> Expression {
        let expression = self.quantity(quantity, address);
        let central = |id: crate::model::id::InputId| self.inputs.get(id.index()).map(|input| input.value);
        match (key, expression.value_with(&central)) {
            ("half_life", Some(value)) if value <= 0.0 => {
                let error = Diagnostic::error(Mistake::NotPositive, quantity.span(), "a half-life must be more than 0");
                let help = "write a length of time, such as `\"12 weeks\"`";
                self.report(error.label(format!("this is {value}")).help(help));
            }
            ("volatility", Some(value)) if value < 0.0 => {
                let message = "a volatility cannot be negative";
                let error = Diagnostic::error(Mistake::NegativeVolatility, quantity.span(), message);
                let help = "write how far it strays in one unit of time, as a number of at least 0";
                self.report(error.label(format!("this is {value}")).help(help));
            }
            _ => {}
        }
        expression
    }

    pub(super) fn resolve_consequences(&mut self) -> Vec<Consequence> {
        let scenario = self.scenario;
        let mut consequences = Vec::new();
        for text in &scenario.consequences {
            let name = text.name.value.clone();
            self.enclosing = text.provenance.clone();
            let rate = text.rate.as_ref().map(|rate| self.quantity(rate, &format!("{name}.rate")));
            let discount =
                text.discount.as_ref().map(|q| self.fixed_quantity(q, &format!("{name}.discount"), "a discount"));
            self.enclosing = Provenance::default();
            consequences.push(Consequence {
                name,
                span: text.name.span,
                rate: rate.unwrap_or(Expression::Constant(0.0)),
                discount: discount.unwrap_or(Expression::Constant(0.0)),
                provenance: provenance(&text.provenance),
            });
        }
        consequences
    }
}
