//! Examples: a moment of a run as it could be, and the search for one in which something goes wrong.
//!
//! In: an expression to make small, and a condition that must hold meanwhile. Out: a [`Moment`] with a small value of it,
//! made of the ends of ranges and bounds, of the numbers that the condition compares with, and of states that can be
//! reached. The search is short and may miss one; what it finds is real as far as bounds and ranges tell.

use super::Subject;
use crate::model::expression::{Condition, Expression, Reads};
use crate::model::id::{InputId, MachineId, Place, StateId, VariableId};

/// So many moments are tried for one expression.
const MOST_MOMENTS: usize = 2_000;
/// Sweeps over all axes where there are more moments than that.
const SWEEPS: usize = 3;
/// States of one machine that are tried.
const MOST_STATES: usize = 40;
/// Parts of expressions that are evaluated for all lints of a model together.
const EFFORT: usize = 30_000_000;

/// The state of the world at one time.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    inputs: Vec<f64>,
    variables: Vec<f64>,
    /// Of each machine.
    pub(super) states: Vec<StateId>,
    time: f64,
    age: f64,
}

/// Something that can differ from moment to moment, and what it can be.
enum Axis {
    Input(InputId, Vec<f64>),
    Variable(VariableId, Vec<f64>),
    Machine(MachineId, Vec<StateId>),
    Time(Vec<f64>),
    Age(Vec<f64>),
}

impl Axis {
    fn len(&self) -> usize {
        match self {
            Axis::Input(_, values) | Axis::Variable(_, values) | Axis::Time(values) | Axis::Age(values) => values.len(),
            Axis::Machine(_, states) => states.len(),
        }
    }

    fn set(&self, moment: &mut Moment, choice: usize) {
        match self {
            Axis::Input(id, values) => moment.inputs[id.index()] = values[choice],
            Axis::Variable(id, values) => moment.variables[id.index()] = values[choice],
            Axis::Machine(id, states) => moment.states[id.index()] = states[choice],
            Axis::Time(values) => moment.time = values[choice],
            Axis::Age(values) => moment.age = values[choice],
        }
    }
}

/// Looks for moments.
pub(super) struct Search<'a> {
    subject: &'a Subject<'a>,
    start: Moment,
    effort: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(subject: &'a Subject<'a>) -> Self {
        let model = subject.model;
        let inputs: Vec<f64> = model.inputs.iter().map(|input| input.value).collect();
        let present = |index| model.now.of(MachineId::new(index)).map(|present| present.state);
        let machines = model.machines.iter().enumerate();
        let states = machines.map(|(index, machine)| present(index).unwrap_or(machine.initial)).collect();
        let mut start = Moment { inputs, variables: vec![0.0; model.variables.len()], states, time: 0.0, age: 0.0 };
        let initials: Vec<f64> = model
            .variables
            .iter()
            .enumerate()
            .map(|(index, variable)| model.now.value(VariableId::new(index)).unwrap_or(&variable.initial))
            .map(|value| start.number(value, subject))
            .collect();
        start.variables = initials;
        Search { subject, start, effort: EFFORT }
    }

    /// The beginning of a run at central values.
    pub(super) fn start(&self) -> &Moment {
        &self.start
    }

    /// A moment with a value of `target` below `below`, where every one of `conditions` holds and the machine of `from` is
    /// in one of these states; the value of least size that was found.
    pub(super) fn least(
        &mut self,
        target: &Expression,
        conditions: &[&Condition],
        from: &[StateId],
        below: f64,
    ) -> Option<(Moment, f64)> {
        let score = |moment: &Moment, subject: &Subject<'_>| {
            let holds = conditions.iter().all(|condition| moment.truth(condition, subject));
            holds.then(|| moment.number(target, subject)).map(|x| if x.is_nan() { f64::NEG_INFINITY } else { x })
        };
        let mut reads = target.reads();
        conditions.iter().for_each(|condition| join(&mut reads, condition.reads()));
        let size = size_of(target) + conditions.iter().map(|condition| size_of_condition(condition)).sum::<usize>();
        let axes = self.axes(reads, conditions, from);
        let mut moment = self.start.clone();
        for axis in &axes {
            axis.set(&mut moment, 0);
        }
        let mut best: Option<(Moment, f64)> = None;
        let mut consider = |moment: &Moment, effort: &mut usize, subject: &Subject<'_>| {
            *effort = effort.saturating_sub(size);
            let value = if *effort == 0 { None } else { score(moment, subject) };
            if let Some(value) = value
                && best.as_ref().is_none_or(|(_, least)| value < *least)
            {
                best = Some((moment.clone(), value));
                return true;
            }
            false
        };
        let all = axes.iter().try_fold(1_usize, |all, axis| all.checked_mul(axis.len())).unwrap_or(usize::MAX);
        if all <= MOST_MOMENTS {
            for number in 0..all {
                let mut rest = number;
                for axis in &axes {
                    axis.set(&mut moment, rest % axis.len());
                    rest /= axis.len();
                }
                consider(&moment, &mut self.effort, self.subject);
            }
        } else {
            consider(&moment, &mut self.effort, self.subject);
            for _ in 0..SWEEPS {
                for axis in &axes {
                    let kept = moment.clone();
                    let mut better = kept;
                    for choice in 0..axis.len() {
                        axis.set(&mut moment, choice);
                        if consider(&moment, &mut self.effort, self.subject) {
                            better = moment.clone();
                        }
                    }
                    moment = better;
                }
            }
        }
        best.filter(|(_, value)| *value < below)
    }

    /// A moment in which all of these conditions hold.
    pub(super) fn example(&mut self, conditions: &[&Condition], from: &[StateId]) -> Option<Moment> {
        self.least(&Expression::Constant(0.0), conditions, from, 1.0).map(|(moment, _)| moment)
    }

    fn axes(&self, reads: Reads, conditions: &[&Condition], from: &[StateId]) -> Vec<Axis> {
        let model = self.subject.model;
        let mut reads = reads;
        // The values of states read inputs.
        for machine in reads.machines.clone() {
            for state in model.machines[machine.index()].states.clone().take(MOST_STATES) {
                model.states[state].values.iter().for_each(|value| join(&mut reads, value.reads()));
            }
        }
        let mut compared = Vec::new();
        conditions.iter().for_each(|condition| constants(condition, &mut compared));
        let mut axes = Vec::new();
        for id in &reads.inputs {
            let input = &model.inputs[id.index()];
            let mut values = vec![input.value];
            values.extend(input.range.into_iter().flatten());
            axes.push(Axis::Input(*id, values));
        }
        for id in &reads.variables {
            let [low, high] = model.variables[id.index()].bounds;
            let mut values = vec![self.start.variables[id.index()]];
            values.extend([low, high].into_iter().filter(|bound| bound.is_finite()));
            let near = compared.iter().flat_map(|c| [*c, c + 1e-6 * c.abs().max(1e-3), c - 1e-6 * c.abs().max(1e-3)]);
            values.extend(near.filter(|value| (low..=high).contains(value)).take(12));
            axes.push(Axis::Variable(*id, values));
        }
        let own = from.first().map(|state| model.states[state.index()].machine);
        for id in &reads.machines {
            let all = model.machines[id.index()].states.clone().map(StateId::new);
            let of = |state: &StateId| self.subject.reached[state.index()];
            let states: Vec<StateId> = match own {
                Some(own) if own == *id => from.iter().copied().filter(of).take(MOST_STATES).collect(),
                _ => all.filter(of).take(MOST_STATES).collect(),
            };
            if !states.is_empty() {
                axes.push(Axis::Machine(*id, states));
            }
        }
        if reads.time {
            let horizon = model.calendar.horizon;
            let times = [0.0, 0.25, 0.5, 0.75, 1.0].map(|part| part * horizon).to_vec();
            axes.push(Axis::Time(times.clone()));
            axes.push(Axis::Age(times));
        }
        axes
    }
}

/// Numbers that a condition compares with.
fn constants(condition: &Condition, found: &mut Vec<f64>) {
    match condition {
        Condition::Compare(_, x, y) => found.extend(x.constant().into_iter().chain(y.constant())),
        Condition::Not(x) => constants(x, found),
        Condition::And(x, y) | Condition::Or(x, y) => {
            constants(x, found);
            constants(y, found);
        }
        Condition::Constant(_) | Condition::In(..) | Condition::Within(..) => {}
    }
}

fn join(reads: &mut Reads, other: Reads) {
    reads.inputs.extend(other.inputs);
    reads.variables.extend(other.variables);
    reads.machines.extend(other.machines);
    reads.time |= other.time;
}

fn size_of(expression: &Expression) -> usize {
    1 + match expression {
        Expression::Count(machines) => machines.len(),
        Expression::Unary(_, x) => size_of(x),
        Expression::Binary(_, x, y) => size_of(x) + size_of(y),
        Expression::If(condition, x, y) => size_of_condition(condition) + size_of(x) + size_of(y),
        _ => 0,
    }
}

fn size_of_condition(condition: &Condition) -> usize {
    1 + match condition {
        Condition::Compare(_, x, y) => size_of(x) + size_of(y),
        Condition::Not(x) => size_of_condition(x),
        Condition::And(x, y) | Condition::Or(x, y) => size_of_condition(x) + size_of_condition(y),
        Condition::Constant(_) | Condition::In(..) | Condition::Within(..) => 0,
    }
}

impl Moment {
    pub(super) fn number(&self, expression: &Expression, subject: &Subject<'_>) -> f64 {
        let model = subject.model;
        match expression {
            Expression::Constant(value) => *value,
            Expression::Input(id) => self.inputs[id.index()],
            Expression::Variable(id) => self.variables[id.index()],
            Expression::Value(machine, index) => {
                let state = self.states[machine.index()];
                self.number(&model.states[state.index()].values[*index], subject)
            }
            Expression::Time => self.time,
            Expression::YearFraction => model.calendar.year_fraction(self.time),
            Expression::Age(_) => self.age,
            Expression::Count(counted) => {
                let there = |(machine, place): &&(MachineId, Place)| {
                    model.states_of(*place).contains(&self.states[machine.index()].index())
                };
                counted.iter().filter(there).count() as f64
            }
            Expression::Unary(function, x) => function.of(self.number(x, subject)),
            Expression::Binary(operator, x, y) => operator.of(self.number(x, subject), self.number(y, subject)),
            Expression::If(condition, x, y) => self.number(if self.truth(condition, subject) { x } else { y }, subject),
        }
    }

    pub(super) fn truth(&self, condition: &Condition, subject: &Subject<'_>) -> bool {
        match condition {
            Condition::Constant(value) => *value,
            Condition::In(machine, state) => self.states[machine.index()] == *state,
            Condition::Within(machine, composite) => {
                subject.model.composite(*composite).states.contains(&self.states[machine.index()].index())
            }
            Condition::Compare(comparison, x, y) => comparison.of(self.number(x, subject), self.number(y, subject)),
            Condition::Not(x) => !self.truth(x, subject),
            Condition::And(x, y) => self.truth(x, subject) && self.truth(y, subject),
            Condition::Or(x, y) => self.truth(x, subject) || self.truth(y, subject),
        }
    }

    /// What it is like as far as these names are concerned: "`pressure` is 1 and `russia` is in `striking`".
    pub(super) fn told(&self, reads: &Reads, subject: &Subject<'_>) -> String {
        let model = subject.model;
        let variables =
            reads.variables.iter().map(|id| (&model.variables[id.index()].name, self.variables[id.index()]));
        let inputs = reads.inputs.iter().map(|id| (&model.inputs[id.index()].name, self.inputs[id.index()]));
        let mut parts: Vec<String> = variables.chain(inputs).map(|(name, x)| format!("`{name}` is {x}")).collect();
        for machine in &reads.machines {
            let state = &model.states[self.states[machine.index()].index()];
            parts.push(format!("`{}` is in `{}`", model.machines[machine.index()].name, state.name));
        }
        if reads.time {
            parts.push(format!("the time is {}", self.time));
        }
        if parts.len() > 4 {
            parts.truncate(4);
            parts.push("…".to_owned());
        }
        match parts.split_last() {
            None => "always".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
        }
    }
}
