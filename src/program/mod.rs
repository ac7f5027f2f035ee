//! How a model runs: flat lists, and code with slots for the inputs.
//!
//! In: a [`Model`](crate::model::Model), [`lower`](lower::lower)ed once. Out: a [`Program`]; [bound](bind::Bound) to
//! the values of its inputs, it can [`evaluate`], and say what is [enabled and what happens](behaviour):
//! the only definition of behaviour, for the simulator and for exact answers alike.
//! Knows neither clocks nor random numbers: what is left to chance it asks of a [`Chance`](behaviour::Chance).

pub mod behaviour;
pub mod bind;
pub mod bits;
pub mod dependence;
pub mod evaluate;
pub mod hazard;
pub mod lower;
mod nesting;
pub mod physical;
pub mod sheet;
mod watch;
pub mod world;

use crate::diagnostic::Span;
use crate::distribution::{Argument, Family};
use crate::model::expression::{Comparison, Function, Operator, Reads};
use crate::model::id::{CompositeId, ConsequenceId, EventId, MachineId, Place, StateId, TransitionId, VariableId};
use crate::model::time::Calendar;
use crate::model::{ClockRule, Input};
use bits::Bits;
use sheet::Sheet;
use std::ops::Range;
use std::sync::Arc;

/// A number known once the inputs are: an input, or an expression over inputs.
pub type Slot = u32;

/// One instruction of the stack machine. Truth values are 1 and 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    Constant(f64),
    Slot(Slot),
    Variable(VariableId),
    /// The value, by its index, of the state that the machine is in.
    Value(MachineId, u32),
    In(MachineId, StateId),
    /// The machine is in one of the states from this index up to that one.
    Within {
        machine: MachineId,
        start: u32,
        end: u32,
    },
    Time,
    YearFraction,
    Age(MachineId),
    /// Adds 1 to the topmost number if the machine is in one of the states `start..end`.
    CountWithin {
        machine: MachineId,
        start: u32,
        end: u32,
    },
    Unary(Function),
    Binary(Operator),
    Compare(Comparison),
    Not,
    And,
    Or,
    /// From condition, a and b: a if the condition holds, else b.
    Select,
}

/// Where a number comes from during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The same throughout.
    Slot(Slot),
    /// Instructions `start..end` of the program; `deep` if they may need the large stack.
    Code { start: u32, end: u32, deep: bool },
}

/// What an action list does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActionCode {
    pub set: Vec<(VariableId, Term)>,
    pub add: Vec<(VariableId, Term)>,
    pub accrue: Vec<(ConsequenceId, Term)>,
    pub emit: Vec<EventId>,
}

impl ActionCode {
    /// Whether nothing is done: so of most states and many transitions.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.add.is_empty() && self.accrue.is_empty() && self.emit.is_empty()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct StateCode {
    /// `machine.state`, as messages show it.
    pub name: String,
    pub machine: MachineId,
    /// The composite that it stands directly within.
    pub parent: Option<CompositeId>,
    pub enter: ActionCode,
    pub exit: ActionCode,
    pub entered: EventId,
    /// Slots of its values.
    pub values: Vec<Slot>,
    /// Timed transitions that can leave from here or happen here, in file order.
    pub timed: Vec<TransitionId>,
}

/// A state with states within it.
#[derive(Clone, Debug, PartialEq)]
pub struct CompositeCode {
    /// `machine.state`, as messages show it.
    pub name: String,
    pub parent: Option<CompositeId>,
    /// How many composites stand around it.
    pub depth: u32,
    /// Indices of the innermost states within it.
    pub states: Range<usize>,
    pub initial: Place,
    /// Whether a run remembers where it was left.
    pub history: bool,
    pub enter: ActionCode,
    pub exit: ActionCode,
    pub entered: EventId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MachineCode {
    pub name: String,
    /// The innermost state that a run begins in.
    pub initial: StateId,
    /// How long it has been there already; without it the state is entered as the run begins.
    pub present: Option<PresentCode>,
    pub states: Range<usize>,
    pub value_count: usize,
    /// Where its states' values begin in the table of a bound program.
    pub value_start: usize,
}

impl MachineCode {
    /// Where a value of a state, by its index, stands among the values of all states.
    #[inline(always)]
    pub fn value_at(&self, state: StateId, index: usize) -> usize {
        self.value_start + (state.index() - self.states.start) * self.value_count + index
    }
}

/// Time that a machine has spent in its first state before a run begins.
#[derive(Clone, Debug, PartialEq)]
pub struct PresentCode {
    pub span: Span,
    pub since: Slot,
    /// The same for each composite around that state.
    pub around: Vec<(CompositeId, Slot)>,
}

/// How a timed transition's hazard runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hazard {
    /// Constant in the age; the multiplier is the hazard.
    Rate(Term),
    /// That of a waiting time, by its index in [`Program::waits`].
    Wait(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub enum TriggerCode {
    Timed { hazard: Hazard, ratio: Option<Term>, acceleration: Option<Term>, clock: ClockRule },
    On { event: EventId, probability: Term },
    Immediate,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TargetCode {
    Stay { reenter: bool },
    To(Place),
    Branches(Vec<(Place, Term)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct TransitionCode {
    /// `machine.transition`, as messages show it and draws are addressed.
    pub name: String,
    pub span: Span,
    pub machine: MachineId,
    /// Ascending.
    pub from: Vec<StateId>,
    /// The composites that it leaves from, whose states are part of `from`; none within another.
    pub composites: Vec<CompositeId>,
    pub trigger: TriggerCode,
    pub guard: Option<Term>,
    pub target: TargetCode,
    pub actions: ActionCode,
    /// What guard, hazard ratio, acceleration and rate read.
    pub reads: Reads,
}

/// A waiting time with slots for its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitCode {
    pub span: Span,
    pub family: Family,
    pub arguments: Vec<(Argument, Slot)>,
    pub values: Arc<[f64]>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VariableCode {
    pub name: String,
    pub span: Span,
    pub initial: Slot,
    pub bounds: [f64; 2],
    pub dynamics: Option<DynamicsCode>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DynamicsCode {
    pub span: Span,
    pub law: LawCode,
    pub drift: Term,
    pub volatility: Term,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LawCode {
    RandomWalk,
    Geometric,
    MeanReverting { level: Term, half_life: Term },
    LogMeanReverting { level: Term, half_life: Term },
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConsequenceCode {
    pub name: String,
    pub span: Span,
    pub rate: Term,
    /// What the rate reads.
    pub reads: Reads,
    /// Per year.
    pub discount: Slot,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConditionCode {
    pub name: String,
    pub span: Span,
    pub when: Term,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeCode {
    pub condition: ConditionCode,
    pub at_horizon: bool,
}

/// An intervention.
#[derive(Clone, Debug, PartialEq)]
pub struct ShockCode {
    pub name: String,
    pub span: Span,
    /// When it happens.
    pub at: Slot,
    pub when: Option<Term>,
    pub actions: ActionCode,
}

/// What must be looked at again when something changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watchers {
    /// Timed transitions whose guard or hazard reads it.
    pub transitions: Bits,
    /// Consequences whose rate reads it.
    pub consequences: Bits,
    /// Whether the condition of an outcome or a milestone does.
    pub conditions: bool,
}

impl Watchers {
    /// Of so many transitions and consequences none.
    pub fn none(transitions: usize, consequences: usize) -> Self {
        Watchers { transitions: Bits::none(transitions), consequences: Bits::none(consequences), conditions: false }
    }

    pub fn extend(&mut self, other: &Watchers) {
        self.transitions.extend(&other.transitions);
        self.consequences.extend(&other.consequences);
        self.conditions |= other.conditions;
    }
}

/// A lowered model.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub calendar: Calendar,
    pub inputs: Vec<Input>,
    pub ops: Vec<Op>,
    /// Code of the slots behind the inputs': slot `inputs.len() + i` is `hoisted[i]`, which reads lower slots only.
    pub hoisted: Vec<Term>,
    pub variables: Vec<VariableCode>,
    pub machines: Vec<MachineCode>,
    pub states: Vec<StateCode>,
    /// Each before those within it.
    pub composites: Vec<CompositeCode>,
    pub transitions: Vec<TransitionCode>,
    pub waits: Vec<WaitCode>,
    /// Transitions that answer each event, in file order.
    pub responders: Vec<Vec<TransitionId>>,
    /// Immediate transitions, in file order.
    pub immediates: Vec<TransitionId>,
    pub consequences: Vec<ConsequenceCode>,
    pub milestones: Vec<ConditionCode>,
    /// In file order; the last default's condition always holds.
    pub outcomes: Vec<OutcomeCode>,
    pub shocks: Vec<ShockCode>,
    pub on_variable: Vec<Watchers>,
    pub on_machine: Vec<Watchers>,
    pub on_time: Watchers,
    /// Of a step, at which time has passed and every variable with dynamics has drifted.
    pub on_step: Watchers,
    /// The empty sets.
    pub nothing: Watchers,
    /// The timed transitions of each state, as a set.
    pub timed: Vec<Bits>,
    /// The numbers that runs ask for.
    pub sheet: Sheet,
    /// Whether anything drifts or reads time, so that runs must take steps.
    pub takes_steps: bool,
}
