//! From a model to a program: trees become code, and whatever depends on inputs alone becomes a slot.
//!
//! In: a [`Model`]. Out: a [`Program`] that means the same. Nothing here can fail.

use super::bits::Bits;
use super::sheet::Sheet;
use super::{
    ActionCode, CompositeCode, ConditionCode, ConsequenceCode, DynamicsCode, Hazard, LawCode, MachineCode, Op,
    OutcomeCode, PresentCode, Program, ShockCode, Slot, StateCode, TargetCode, Term, TransitionCode, TriggerCode,
    VariableCode, WaitCode, Watchers, watch,
};
use crate::diagnostic::Span;
use crate::model::expression::{Condition, Expression};
use crate::model::id::{CompositeId, MachineId, Place, StateId, TransitionId, VariableId};
use crate::model::{Actions, Composite, DriftLaw, Dynamics, Model, Shock, Target, Transition, Trigger};
use std::ops::Range;
use std::sync::Arc;

/// Code this long may need more than the small stack of the evaluator.
const SHALLOW: usize = super::evaluate::SMALL_STACK;

pub fn lower(model: &Model) -> Program {
    let mut lowering = Lowering {
        inputs: model.inputs.len(),
        ranges: model.composites.iter().map(|composite| composite.states.clone()).collect(),
        ops: Vec::new(),
        hoisted: Vec::new(),
        waits: Vec::new(),
    };
    let variables = lowering.variables(model);
    let (machines, mut states) = lowering.machines(model);
    let composites = lowering.composites(model);
    let transitions: Vec<TransitionCode> =
        model.transitions.iter().map(|transition| lowering.transition(model, transition)).collect();
    let consequences: Vec<ConsequenceCode> = lowering.consequences(model);
    let milestones: Vec<ConditionCode> =
        model.milestones.iter().map(|m| lowering.condition_code(&m.name, m.span, &m.when)).collect();
    let outcomes: Vec<OutcomeCode> = model
        .outcomes
        .iter()
        .map(|o| OutcomeCode { condition: lowering.condition_code(&o.name, o.span, &o.when), at_horizon: o.at_horizon })
        .collect();

    let shocks: Vec<ShockCode> = model.shocks.iter().map(|shock| lowering.shock(shock)).collect();

    let mut responders = vec![Vec::new(); model.events.len()];
    let mut immediates = Vec::new();
    for (index, transition) in transitions.iter().enumerate() {
        let id = TransitionId::new(index);
        match &transition.trigger {
            TriggerCode::On { event, .. } => responders[event.index()].push(id),
            TriggerCode::Immediate => immediates.push(id),
            TriggerCode::Timed { .. } => {
                for state in &transition.from {
                    states[state.index()].timed.push(id);
                }
            }
        }
    }
    let (on_variable, on_machine, on_time) = watch::watchers(model, &transitions, &consequences);
    let takes_steps = watch::reads_time(model);
    let mut on_step = on_time.clone();
    for (variable, watchers) in variables.iter().zip(&on_variable) {
        if variable.dynamics.is_some() {
            on_step.extend(watchers);
        }
    }
    let (transition_count, consequence_count) = (transitions.len(), consequences.len());
    let timed =
        states.iter().map(|state| Bits::of(transitions.len(), state.timed.iter().map(|id| id.index()))).collect();
    let mut program = Program {
        calendar: model.calendar,
        inputs: model.inputs.clone(),
        ops: lowering.ops,
        hoisted: lowering.hoisted,
        variables,
        machines,
        states,
        composites,
        transitions,
        waits: lowering.waits,
        responders,
        immediates,
        consequences,
        milestones,
        outcomes,
        shocks,
        on_variable,
        on_machine,
        on_time,
        on_step,
        nothing: Watchers::none(transition_count, consequence_count),
        timed,
        sheet: Sheet::default(),
        takes_steps,
    };
    program.sheet = Sheet::new(&program);
    program
}

struct Lowering {
    inputs: usize,
    /// The innermost states of each composite.
    ranges: Vec<Range<usize>>,
    ops: Vec<Op>,
    hoisted: Vec<Term>,
    waits: Vec<WaitCode>,
}

impl Lowering {
    /// A number as a term: a slot if it stays the same through a run.
    fn term(&mut self, expression: &Expression) -> Term {
        if let Some(slot) = self.slot_of(expression) {
            return Term::Slot(slot);
        }
        let mut code = Vec::new();
        self.emit(expression, &mut code);
        self.append(code)
    }

    fn condition(&mut self, condition: &Condition) -> Term {
        let mut code = Vec::new();
        self.emit_condition(condition, &mut code);
        if condition.reads().is_fixed() {
            return Term::Slot(self.hoist(code));
        }
        self.append(code)
    }

    /// Appends finished code, behind whatever its parts have hoisted.
    fn append(&mut self, code: Vec<Op>) -> Term {
        let start = self.ops.len();
        let deep = code.len() > SHALLOW;
        self.ops.extend(code);
        Term::Code { start: start as u32, end: self.ops.len() as u32, deep }
    }

    /// A new slot that this code fills at binding.
    fn hoist(&mut self, code: Vec<Op>) -> Slot {
        let term = self.append(code);
        self.hoisted.push(term);
        (self.inputs + self.hoisted.len() - 1) as Slot
    }

    fn slot_of(&mut self, expression: &Expression) -> Option<Slot> {
        if let Expression::Input(id) = expression {
            return Some(id.0);
        }
        if !expression.reads().is_fixed() {
            return None;
        }
        let mut code = Vec::new();
        self.emit_fixed(expression, &mut code);
        Some(self.hoist(code))
    }

    /// The slot of an expression that was checked to be over inputs only.
    fn fixed(&mut self, expression: &Expression) -> Slot {
        self.slot_of(expression).expect("the model allows only expressions over inputs here")
    }

    /// Code of a number, with its fixed parts hoisted.
    fn emit(&mut self, expression: &Expression, code: &mut Vec<Op>) {
        match expression {
            Expression::Constant(value) => code.push(Op::Constant(*value)),
            Expression::Input(id) => code.push(Op::Slot(id.0)),
            whole if whole.reads().is_fixed() => {
                let slot = self.fixed(whole);
                code.push(Op::Slot(slot));
            }
            varying => self.emit_parts(varying, code),
        }
    }

    fn emit_parts(&mut self, expression: &Expression, code: &mut Vec<Op>) {
        match expression {
            Expression::Constant(value) => code.push(Op::Constant(*value)),
            Expression::Input(id) => code.push(Op::Slot(id.0)),
            Expression::Variable(id) => code.push(Op::Variable(*id)),
            Expression::Value(machine, index) => code.push(Op::Value(*machine, *index as u32)),
            Expression::Time => code.push(Op::Time),
            Expression::YearFraction => code.push(Op::YearFraction),
            Expression::Age(machine) => code.push(Op::Age(*machine)),
            Expression::Count(machines) => {
                code.push(Op::Constant(0.0));
                for (machine, place) in machines {
                    let Range { start, end } = match place {
                        Place::State(state) => state.index()..state.index() + 1,
                        Place::Composite(composite) => self.ranges[composite.index()].clone(),
                    };
                    code.push(Op::CountWithin { machine: *machine, start: start as u32, end: end as u32 });
                }
            }
            Expression::Unary(function, x) => {
                self.emit(x, code);
                code.push(Op::Unary(*function));
            }
            Expression::Binary(operator, x, y) => {
                self.emit(x, code);
                self.emit(y, code);
                code.push(Op::Binary(*operator));
            }
            Expression::If(condition, x, y) => {
                self.emit_condition(condition, code);
                self.emit(x, code);
                self.emit(y, code);
                code.push(Op::Select);
            }
        }
    }

    /// Code of a number over inputs only, without slots of its own for its parts.
    fn emit_fixed(&mut self, expression: &Expression, code: &mut Vec<Op>) {
        match expression {
            Expression::Unary(function, x) => {
                self.emit_fixed(x, code);
                code.push(Op::Unary(*function));
            }
            Expression::Binary(operator, x, y) => {
                self.emit_fixed(x, code);
                self.emit_fixed(y, code);
                code.push(Op::Binary(*operator));
            }
            other => self.emit_parts(other, code),
        }
    }

    fn emit_condition(&mut self, condition: &Condition, code: &mut Vec<Op>) {
        match condition {
            Condition::Constant(value) => code.push(Op::Constant(f64::from(u8::from(*value)))),
            Condition::In(machine, state) => code.push(Op::In(*machine, *state)),
            Condition::Within(machine, composite) => {
                let Range { start, end } = self.ranges[composite.index()].clone();
                code.push(Op::Within { machine: *machine, start: start as u32, end: end as u32 });
            }
            Condition::Compare(comparison, x, y) => {
                self.emit(x, code);
                self.emit(y, code);
                code.push(Op::Compare(*comparison));
            }
            Condition::Not(x) => {
                self.emit_condition(x, code);
                code.push(Op::Not);
            }
            Condition::And(x, y) | Condition::Or(x, y) => {
                self.emit_condition(x, code);
                self.emit_condition(y, code);
                code.push(if matches!(condition, Condition::And(..)) { Op::And } else { Op::Or });
            }
        }
    }

    fn variables(&mut self, model: &Model) -> Vec<VariableCode> {
        model
            .variables
            .iter()
            .enumerate()
            .map(|(index, variable)| VariableCode {
                name: variable.name.clone(),
                span: variable.span,
                initial: self.fixed(model.now.value(VariableId::new(index)).unwrap_or(&variable.initial)),
                bounds: variable.bounds,
                dynamics: variable.dynamics.as_ref().map(|dynamics| self.dynamics(dynamics)),
            })
            .collect()
    }

    fn dynamics(&mut self, dynamics: &Dynamics) -> DynamicsCode {
        let law = match &dynamics.law {
            DriftLaw::RandomWalk => LawCode::RandomWalk,
            DriftLaw::Geometric => LawCode::Geometric,
            DriftLaw::MeanReverting { level, half_life } => {
                LawCode::MeanReverting { level: self.term(level), half_life: self.term(half_life) }
            }
            DriftLaw::LogMeanReverting { level, half_life } => {
                LawCode::LogMeanReverting { level: self.term(level), half_life: self.term(half_life) }
            }
        };
        let (drift, volatility) = (self.term(&dynamics.drift), self.term(&dynamics.volatility));
        DynamicsCode { span: dynamics.span, law, drift, volatility }
    }

    fn machines(&mut self, model: &Model) -> (Vec<MachineCode>, Vec<StateCode>) {
        let states = model
            .states
            .iter()
            .enumerate()
            .map(|(index, state)| StateCode {
                name: model.state_path(StateId::new(index)),
                machine: state.machine,
                parent: state.parent,
                enter: self.actions(&state.enter),
                exit: self.actions(&state.exit),
                entered: state.entered,
                values: state.values.iter().map(|value| self.fixed(value)).collect(),
                timed: Vec::new(),
            })
            .collect();
        let mut value_start = 0;
        let mut machines = Vec::new();
        for (index, machine) in model.machines.iter().enumerate() {
            let value_count = machine.value_names.len();
            let present = model.now.of(MachineId::new(index));
            machines.push(MachineCode {
                name: machine.name.clone(),
                initial: present.map_or(machine.initial, |present| present.state),
                present: present.map(|present| PresentCode {
                    span: present.span,
                    since: self.fixed(&present.since),
                    around: present.around.iter().map(|(id, spent)| (*id, self.fixed(spent))).collect(),
                }),
                states: machine.states.clone(),
                value_count,
                value_start,
            });
            value_start += value_count * machine.states.len();
        }
        (machines, states)
    }

    fn composites(&mut self, model: &Model) -> Vec<CompositeCode> {
        let code = |(index, composite): (usize, &Composite)| {
            let place = Place::Composite(CompositeId::new(index));
            CompositeCode {
                name: model.place_path(place),
                parent: composite.parent,
                depth: model.enclosing(place).count() as u32,
                states: composite.states.clone(),
                initial: composite.initial,
                history: composite.history,
                enter: self.actions(&composite.enter),
                exit: self.actions(&composite.exit),
                entered: composite.entered,
            }
        };
        model.composites.iter().enumerate().map(code).collect()
    }

    fn actions(&mut self, actions: &Actions) -> ActionCode {
        ActionCode {
            set: actions.set.iter().map(|(id, value)| (*id, self.term(value))).collect(),
            add: actions.add.iter().map(|(id, value)| (*id, self.term(value))).collect(),
            accrue: actions.accrue.iter().map(|(id, value)| (*id, self.term(value))).collect(),
            emit: actions.emit.clone(),
        }
    }

    fn transition(&mut self, model: &Model, transition: &Transition) -> TransitionCode {
        let timed = |hazard, lowering: &mut Self| TriggerCode::Timed {
            hazard,
            ratio: transition.hazard_ratio.as_ref().map(|ratio| lowering.term(ratio)),
            acceleration: transition.acceleration.as_ref().map(|speed| lowering.term(speed)),
            clock: transition.clock,
        };
        let trigger = match &transition.trigger {
            Trigger::Rate(rate) => {
                let rate = self.term(rate);
                timed(Hazard::Rate(rate), self)
            }
            Trigger::After { wait } => {
                let arguments = wait.arguments.iter().map(|(a, value)| (*a, self.fixed(value))).collect();
                self.waits.push(WaitCode {
                    span: wait.span,
                    family: wait.family,
                    arguments,
                    values: Arc::clone(&wait.values),
                });
                timed(Hazard::Wait(self.waits.len() - 1), self)
            }
            Trigger::On { event, probability } => {
                TriggerCode::On { event: *event, probability: self.term(probability) }
            }
            Trigger::Immediate => TriggerCode::Immediate,
        };
        let target = match &transition.target {
            Target::Stay { reenter } => TargetCode::Stay { reenter: *reenter },
            Target::To(state) => TargetCode::To(*state),
            Target::Branches(branches) => {
                TargetCode::Branches(branches.iter().map(|(state, weight)| (*state, self.term(weight))).collect())
            }
        };
        TransitionCode {
            name: format!("{}.{}", model.machines[transition.machine.index()].name, transition.name),
            span: transition.span,
            machine: transition.machine,
            from: transition.from.clone(),
            composites: (transition.sources.iter())
                .filter_map(|place| match place {
                    Place::Composite(composite) => Some(*composite),
                    Place::State(_) => None,
                })
                .collect(),
            trigger,
            guard: transition.guard.as_ref().map(|guard| self.condition(guard)),
            target,
            actions: self.actions(&transition.actions),
            reads: watch::transition_reads(transition),
        }
    }

    fn consequences(&mut self, model: &Model) -> Vec<ConsequenceCode> {
        model
            .consequences
            .iter()
            .map(|consequence| ConsequenceCode {
                name: consequence.name.clone(),
                span: consequence.span,
                rate: self.term(&consequence.rate),
                reads: consequence.rate.reads(),
                discount: self.fixed(&consequence.discount),
            })
            .collect()
    }

    fn shock(&mut self, shock: &Shock) -> ShockCode {
        ShockCode {
            name: shock.name.clone(),
            span: shock.span,
            at: self.fixed(&shock.at),
            when: shock.when.as_ref().map(|when| self.condition(when)),
            actions: self.actions(&shock.actions),
        }
    }

    fn condition_code(&mut self, name: &str, span: Span, when: &Condition) -> ConditionCode {
        ConditionCode { name: name.to_owned(), span, when: self.condition(when) }
    }
}
