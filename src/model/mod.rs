//! What a scenario means: every name an id, every expression typed, every distribution legal.
//!
//! In: a [`Scenario`](crate::scenario::Scenario). Out: a [`Model`], which cannot be built invalid, or the list of what
//! keeps it from being one ([`resolve`]), and what is legal but odd ([`lint`]).
//! Knows no TOML and no run: a model is not moved by anything.

pub mod charts;
pub mod doubt;
pub mod duration;
pub mod expression;
pub mod id;
pub mod index;
pub mod journey;
pub mod lint;
mod nesting;
pub mod parse;
pub mod plan;
pub mod print;
pub mod resolve;
pub mod time;

use crate::diagnostic::Span;
use crate::distribution::{Argument, Family};
use crate::scenario::{Basis, Confidence, Name};
use charts::Charts;
use doubt::{Correlation, Share};
use duration::Duration;
use expression::{Condition, Expression};
use id::{CompositeId, ConsequenceId, EventId, InputId, MachineId, Place, StateId, VariableId};
use std::ops::Range;
use std::sync::Arc;
use time::Calendar;

/// A number that the author gave and that a study may set, sweep or sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// As it is set: `russian_resolve`, or for a parameter in place its address, `russia.answers-the-deployment.rate`.
    pub name: String,
    pub span: Span,
    pub kind: InputKind,
    /// The central value, in the scenario's units.
    pub value: f64,
    /// Low and high, `low <= value <= high`.
    pub range: Option<[f64; 2]>,
    /// The law it is sampled from, where one is given.
    pub distribution: Option<FixedDistribution>,
    pub provenance: Provenance,
}

/// What an input is to its author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// Uncertain, and outside anyone's control.
    Parameter,
    /// Chosen by a policy maker.
    Lever,
    /// A parameter written where it is used.
    InPlace,
}

/// Who says so and how sure they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    pub about: String,
    pub unit: String,
    /// What readers look for it under; of variables and consequences.
    pub dimension: String,
    pub basis: Option<Basis>,
    pub source: String,
    pub confidence: Option<Confidence>,
}

/// A distribution whose arguments are numbers already.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedDistribution {
    pub family: Family,
    pub arguments: Vec<(Argument, f64)>,
    /// The sample of an empirical distribution.
    pub values: Arc<[f64]>,
}

/// A distribution whose arguments are expressions over inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionForm {
    pub span: Span,
    pub family: Family,
    pub arguments: Vec<(Argument, Expression)>,
    /// The sample of an empirical distribution.
    pub values: Arc<[f64]>,
}

/// A shared quantity that machines read and move.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub name: String,
    pub span: Span,
    /// Over inputs only.
    pub initial: Expression,
    /// Values are clamped to these; infinite where not given.
    pub bounds: [f64; 2],
    pub dynamics: Option<Dynamics>,
    pub provenance: Provenance,
}

/// How a variable drifts by itself. Time constants are in the scenario's time unit, volatility is per square root of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dynamics {
    pub span: Span,
    pub law: DriftLaw,
    /// Added per time unit (to the logarithm, for the logarithmic laws).
    pub drift: Expression,
    pub volatility: Expression,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DriftLaw {
    /// dx = drift dt + volatility dW.
    RandomWalk,
    /// d ln x = (drift − volatility²/2) dt + volatility dW, so that the mean grows at the rate `drift`.
    Geometric,
    /// dx = (ln 2 / half-life)(level − x) dt + drift dt + volatility dW.
    MeanReverting { level: Expression, half_life: Expression },
    /// The same for ln x around ln level.
    LogMeanReverting { level: Expression, half_life: Expression },
}

/// What happens at a transition, an entry or an exit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Actions {
    pub set: Vec<(VariableId, Expression)>,
    pub add: Vec<(VariableId, Expression)>,
    /// Lump sums to consequences.
    pub accrue: Vec<(ConsequenceId, Expression)>,
    pub emit: Vec<EventId>,
}

impl Actions {
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.add.is_empty() && self.accrue.is_empty() && self.emit.is_empty()
    }
}

/// One innermost state of one machine: one that a machine can be in at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub name: String,
    pub span: Span,
    pub machine: MachineId,
    /// The composite that it stands directly within.
    pub parent: Option<CompositeId>,
    pub about: String,
    /// One for each of its machine's `value_names`, its own or inherited; over inputs only.
    pub values: Vec<Expression>,
    pub enter: Actions,
    pub exit: Actions,
    /// Emitted on entry; transitions may wait for it.
    pub entered: EventId,
}

/// A state with states within it: the machine is in it while it is in one of those.
#[derive(Clone, Debug, PartialEq)]
pub struct Composite {
    pub name: String,
    pub span: Span,
    pub machine: MachineId,
    /// The composite that it stands directly within.
    pub parent: Option<CompositeId>,
    pub about: String,
    /// Indices of the innermost states within it in [`Model::states`]; not empty.
    pub states: Range<usize>,
    /// Where it is entered when nothing is remembered: a place within it.
    pub initial: Place,
    /// Whether it is entered again at the innermost state that it was last left from.
    pub history: bool,
    pub enter: Actions,
    pub exit: Actions,
    /// Emitted on entry; transitions may wait for it.
    pub entered: EventId,
}

/// An actor: one state machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    pub name: String,
    pub span: Span,
    pub about: String,
    /// Indices of its innermost states in [`Model::states`].
    pub states: Range<usize>,
    /// Indices of its composites in [`Model::composites`].
    pub composites: Range<usize>,
    /// The innermost state that runs begin in.
    pub initial: StateId,
    pub value_names: Vec<String>,
    /// Indices of its transitions in [`Model::transitions`].
    pub transitions: Range<usize>,
}

/// A machine written once for several actors.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub name: String,
    pub span: Span,
    pub about: String,
    /// Names of its parameters. In each machine they are inputs named `machine.parameter`, unless the machine fills in
    /// an expression.
    pub parameters: Vec<String>,
    /// Those made from it, in file order.
    pub machines: Vec<MachineId>,
}

/// Several inputs set together: a policy sets levers, a variant parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub name: String,
    pub span: Span,
    pub provenance: Provenance,
    /// In file order, each input once.
    pub values: Vec<(InputId, f64)>,
}

/// What makes a transition happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Hazard per time unit.
    Rate(Expression),
    After {
        wait: DistributionForm,
    },
    On {
        event: EventId,
        /// In [0, 1].
        probability: Expression,
    },
    Immediate,
}

/// What a loss of enabling does to a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockRule {
    /// Age and threshold start anew.
    #[default]
    Reset,
    /// Both are kept while disabled.
    Resume,
    /// The age is the time since the start of the run, whatever was spent in the state before.
    Forward,
}

/// Where a transition leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The state stays; with `true` it is left and entered again, up to the composite that the transition leaves from.
    Stay {
        reenter: bool,
    },
    To(Place),
    /// Weights are non-negative, their sum positive when it is drawn from.
    Branches(Vec<(Place, Expression)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// As written, or `from -> to`; unique in its machine.
    pub name: String,
    pub span: Span,
    pub about: String,
    pub machine: MachineId,
    /// Every innermost state that it can happen in, ascending, not empty.
    pub from: Vec<StateId>,
    /// What it leaves from, none within another: the composites and single states that `from` is made of. `"*"` stands
    /// for every innermost state.
    pub sources: Vec<Place>,
    pub trigger: Trigger,
    pub guard: Option<Condition>,
    pub target: Target,
    pub hazard_ratio: Option<Expression>,
    pub acceleration: Option<Expression>,
    pub clock: ClockRule,
    pub actions: Actions,
    pub provenance: Provenance,
}

/// A named expression. It is written out where it is used; the name is kept for whoever reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    pub name: String,
    pub span: Span,
    pub meaning: Meaning,
}

/// What a formula stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    Number(Expression),
    Truth(Condition),
}

/// An accumulator.
#[derive(Clone, Debug, PartialEq)]
pub struct Consequence {
    pub name: String,
    pub span: Span,
    /// Per time unit.
    pub rate: Expression,
    /// Per year, over inputs only; 0 where not given.
    pub discount: Expression,
    pub provenance: Provenance,
}

/// A first passage that is recorded while the run goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    pub name: String,
    pub span: Span,
    pub about: String,
    /// What readers look for it under.
    pub dimension: String,
    pub when: Condition,
}

/// One class of the exclusive, exhaustive end classification.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub name: String,
    pub span: Span,
    pub about: String,
    /// What readers look for it under.
    pub dimension: String,
    pub when: Condition,
    /// Classifies what is left at the horizon instead of ending the run.
    pub at_horizon: bool,
    pub next: Option<Next>,
}

/// The scenario that takes up a run that ended so, and the states in which it is entered; names that only the other model
/// can look up.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub span: Span,
    /// As written, relative to the file of `span`.
    pub scenario: Name,
    pub states: Vec<Name>,
}

/// An intervention at a known time.
#[derive(Clone, Debug, PartialEq)]
pub struct Shock {
    pub name: String,
    pub span: Span,
    /// When it happens, in the scenario's unit after time 0; over inputs only.
    pub at: Expression,
    /// Must hold at that moment; if not, the shock does not happen.
    pub when: Option<Condition>,
    pub actions: Actions,
    pub provenance: Provenance,
}

/// The present that runs start from; what it does not mention is at its initial state or value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Now {
    /// At most one for each machine.
    pub machines: Vec<Present>,
    /// Values in place of initial ones; over inputs only.
    pub variables: Vec<(VariableId, Expression)>,
}

/// Where a machine is already when a run begins. Its entry actions have been performed.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    pub span: Span,
    pub machine: MachineId,
    pub state: StateId,
    /// How long it has been there, not negative, in the scenario's unit; over inputs only.
    pub since: Expression,
    /// The same for each composite around the state, from the inside out.
    pub around: Vec<(CompositeId, Expression)>,
    pub provenance: Provenance,
}

/// A known truth that tests hold answers against.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    pub span: Span,
    pub subject: Subject,
    pub measure: Measure,
    pub value: f64,
    /// Absolute, for exact answers.
    pub tolerance: Option<f64>,
    pub source: String,
}

/// What is known from elsewhere of a quantity of the model, as a range: no truth about the model, but what it is held beside.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseRate {
    /// What it is about, and who says so; its value is the middle of the range.
    pub expectation: Expectation,
    /// Low and high.
    pub range: [f64; 2],
}

/// What an expectation is about: indices into the model's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Outcome(usize),
    Milestone(usize),
    State(StateId),
    /// A state with states within it.
    Composite(CompositeId),
    Duration(usize),
    Consequence(usize),
    Variable(usize),
}

/// What is known of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Of being reached by a time (an outcome, a milestone), of being there at a time (a state), or of lasting longer (a
    /// duration).
    Probability { at: f64 },
    /// Mean time of the runs that reach it.
    MeanTime,
    /// Mean at a time.
    Mean { at: f64 },
}

/// A whole scenario, understood. The last outcome is the default: its condition always holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub title: String,
    pub summary: String,
    pub calendar: Calendar,
    pub inputs: Vec<Input>,
    pub formulas: Vec<Formula>,
    pub variables: Vec<Variable>,
    pub templates: Vec<Template>,
    pub machines: Vec<Machine>,
    /// Innermost states; those within a composite stand together.
    pub states: Vec<State>,
    pub composites: Vec<Composite>,
    pub transitions: Vec<Transition>,
    pub events: Vec<String>,
    pub consequences: Vec<Consequence>,
    pub milestones: Vec<Milestone>,
    pub outcomes: Vec<Outcome>,
    pub durations: Vec<Duration>,
    pub shocks: Vec<Shock>,
    pub now: Now,
    pub expectations: Vec<Expectation>,
    pub base_rates: Vec<BaseRate>,
    /// Named settings of levers.
    pub policies: Vec<Setting>,
    /// Named settings of parameters, those in place included.
    pub variants: Vec<Setting>,
    /// What holds between parameters when they are drawn.
    pub correlations: Vec<Correlation>,
    pub shares: Vec<Share>,
    /// How its charts look.
    pub charts: Charts,
}

impl Now {
    /// The present of a machine, if it is told.
    pub fn of(&self, machine: MachineId) -> Option<&Present> {
        self.machines.iter().find(|present| present.machine == machine)
    }

    /// The present value of a variable, if it is told.
    pub fn value(&self, variable: VariableId) -> Option<&Expression> {
        self.variables.iter().find(|(id, _)| *id == variable).map(|(_, value)| value)
    }
}

impl Model {
    /// Whatever is known of its quantities: truths, then base rates.
    pub fn claims(&self) -> impl Iterator<Item = &Expectation> {
        self.expectations.iter().chain(self.base_rates.iter().map(|rate| &rate.expectation))
    }

    /// `machine.state`.
    pub fn state_path(&self, state: StateId) -> String {
        let state = &self.states[state.index()];
        format!("{}.{}", self.machines[state.machine.index()].name, state.name)
    }

    /// What an expectation is about, in words: `outcome war`, `state russia.striking`.
    pub fn subject_name(&self, subject: Subject) -> String {
        match subject {
            Subject::Outcome(index) => format!("outcome {}", self.outcomes[index].name),
            Subject::Milestone(index) => format!("milestone {}", self.milestones[index].name),
            Subject::State(state) => format!("state {}", self.state_path(state)),
            Subject::Composite(composite) => format!("state {}", self.place_path(Place::Composite(composite))),
            Subject::Duration(index) => format!("duration {}", self.durations[index].name),
            Subject::Consequence(index) => format!("consequence {}", self.consequences[index].name),
            Subject::Variable(index) => format!("variable {}", self.variables[index].name),
        }
    }

    /// The names of everything that a sweep tells of: outcomes, milestones, consequences.
    pub fn quantities(&self) -> impl Iterator<Item = &str> {
        let outcomes = self.outcomes.iter().map(|outcome| outcome.name.as_str());
        let milestones = self.milestones.iter().map(|milestone| milestone.name.as_str());
        outcomes.chain(milestones).chain(self.consequences.iter().map(|consequence| consequence.name.as_str()))
    }

    /// The variable whose value at time 0 goes by this name, such as `pressure.initial`.
    pub fn variable_of_initial(&self, name: &str) -> Option<VariableId> {
        let variable = name.strip_suffix(".initial")?;
        self.variables.iter().position(|other| other.name == variable).map(VariableId::new)
    }

    /// Lets the value of a variable at time 0 be set like an input, by the name `variable.initial`.
    pub fn let_initial_be_set(&mut self, variable: VariableId) -> InputId {
        let Variable { name, span, initial, provenance, .. } = self.variables[variable.index()].clone();
        let central = |id: InputId| self.inputs.get(id.index()).map(|input| input.value);
        let value = self.now.value(variable).unwrap_or(&initial).value_with(&central).unwrap_or(0.0);
        let name = format!("{name}.initial");
        let input = self.input(&name).unwrap_or_else(|| {
            let kind = InputKind::InPlace;
            self.inputs.push(Input { name, span, kind, value, range: None, distribution: None, provenance });
            InputId::new(self.inputs.len() - 1)
        });
        self.inputs[input.index()].value = value;
        self.variables[variable.index()].initial = Expression::Input(input);
        self.now.variables.retain(|(id, _)| *id != variable);
        input
    }

    pub fn input(&self, name: &str) -> Option<InputId> {
        self.inputs.iter().position(|input| input.name == name).map(InputId::new)
    }
}
