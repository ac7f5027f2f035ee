//! Bounds that hold for certain: what numbers an expression can have, and what truth values a condition.
//!
//! In: expressions, and in a [`Domain`] the bounds of variables, the ranges of inputs and the states that can be
//! reached. Out: an interval that holds every value, and more where the same name stands twice. An input without a range
//! can be anything: it may be set. Used to say that something can *never* be; what can be is shown by example.

use super::Subject;
use crate::model::expression::{Comparison, Condition, Expression, Function, Operator};
use crate::model::id::StateId;

/// From low to high, both possible; never NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    low: f64,
    high: f64,
}

const EVERYTHING: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };

impl Interval {
    fn of(low: f64, high: f64) -> Self {
        if low.is_nan() || high.is_nan() { EVERYTHING } else { Interval { low, high } }
    }

    /// The hull of some values; everything, if one of them is none.
    fn hull(values: &[f64]) -> Self {
        if values.iter().any(|value| value.is_nan()) {
            return EVERYTHING;
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            low = low.min(*value);
            high = high.max(*value);
        }
        Interval { low, high }
    }

    fn with(self, other: Interval) -> Self {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The image under a rising function.
    fn map(self, function: impl Fn(f64) -> f64) -> Self {
        Interval::of(function(self.low), function(self.high))
    }
}

/// Whether a condition can hold and whether it can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) can_hold: bool,
    pub(super) can_fail: bool,
}

/// What the parts of an expression can be.
pub(super) struct Domain<'a> {
    pub(super) subject: &'a Subject<'a>,
    /// The states that the transition's own machine can be in, for its guard.
    pub(super) from: Option<&'a [StateId]>,
}

impl Domain<'_> {
    fn may_be_in(&self, state: StateId) -> bool {
        let model = self.subject.model;
        let machine = model.states[state.index()].machine;
        let own = self.from.filter(|from| from.first().is_some_and(|s| model.states[s.index()].machine == machine));
        own.is_none_or(|from| from.contains(&state)) && self.subject.reached[state.index()]
    }

    pub(super) fn truth(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::Constant(value) => Truth { can_hold: *value, can_fail: !value },
            Condition::In(_, state) => Truth { can_hold: self.may_be_in(*state), can_fail: true },
            Condition::Within(_, composite) => {
                let mut states = self.subject.model.composite(*composite).states.clone();
                Truth { can_hold: states.any(|state| self.may_be_in(StateId::new(state))), can_fail: true }
            }
            Condition::Compare(comparison, x, y) => compare(*comparison, self.number(x), self.number(y)),
            Condition::Not(x) => {
                let x = self.truth(x);
                Truth { can_hold: x.can_fail, can_fail: x.can_hold }
            }
            Condition::And(x, y) => {
                let (x, y) = (self.truth(x), self.truth(y));
                Truth { can_hold: x.can_hold && y.can_hold, can_fail: x.can_fail || y.can_fail }
            }
            Condition::Or(x, y) => {
                let (x, y) = (self.truth(x), self.truth(y));
                Truth { can_hold: x.can_hold || y.can_hold, can_fail: x.can_fail && y.can_fail }
            }
        }
    }

    fn number(&self, expression: &Expression) -> Interval {
        let model = self.subject.model;
        match expression {
            Expression::Constant(value) => Interval::of(*value, *value),
            Expression::Input(id) => {
                model.inputs[id.index()].range.map_or(EVERYTHING, |[low, high]| Interval::of(low, high))
            }
            Expression::Variable(id) => {
                let [low, high] = model.variables[id.index()].bounds;
                Interval::of(low, high)
            }
            Expression::Value(machine, index) => {
                let states = model.machines[machine.index()].states.clone();
                let possible = states.filter(|state| self.may_be_in(StateId::new(*state))).take(200);
                let values: Vec<Interval> =
                    possible.map(|state| self.number(&model.states[state].values[*index])).collect();
                let many = model.machines[machine.index()].states.len() > 200;
                if many { EVERYTHING } else { values.into_iter().reduce(Interval::with).unwrap_or(EVERYTHING) }
            }
            Expression::Time => Interval::of(0.0, f64::INFINITY),
            Expression::YearFraction => Interval::of(0.0, 1.0),
            Expression::Age(_) => Interval::of(0.0, f64::INFINITY),
            Expression::Count(machines) => Interval::of(0.0, machines.len() as f64),
            Expression::Unary(function, x) => unary(*function, self.number(x)),
            Expression::Binary(operator, x, y) => binary(*operator, self.number(x), self.number(y)),
            Expression::If(condition, x, y) => match self.truth(condition) {
                Truth { can_fail: false, .. } => self.number(x),
                Truth { can_hold: false, .. } => self.number(y),
                _ => self.number(x).with(self.number(y)),
            },
        }
    }
}

fn compare(comparison: Comparison, x: Interval, y: Interval) -> Truth {
    let overlap = x.low <= y.high && y.low <= x.high;
    let same_point = x.low == x.high && y.low == y.high && x.low == y.low;
    let (can_hold, can_fail) = match comparison {
        Comparison::Less => (x.low < y.high, x.high >= y.low),
        Comparison::LessOrEqual => (x.low <= y.high, x.high > y.low),
        Comparison::Greater => (x.high > y.low, x.low <= y.high),
        Comparison::GreaterOrEqual => (x.high >= y.low, x.low < y.high),
        Comparison::Equal => (overlap, !same_point),
        Comparison::NotEqual => (!same_point, overlap),
    };
    Truth { can_hold, can_fail }
}

fn unary(function: Function, x: Interval) -> Interval {
    match function {
        Function::Negate => Interval::of(-x.high, -x.low),
        Function::Abs if x.low >= 0.0 => x,
        Function::Abs if x.high <= 0.0 => Interval::of(-x.high, -x.low),
        Function::Abs => Interval::of(0.0, x.high.max(-x.low)),
        Function::Exp | Function::Logistic | Function::Floor => x.map(|x| function.of(x)),
        // Of what is below 0 they are none, which compares with nothing.
        Function::Ln | Function::Sqrt if x.low >= 0.0 => x.map(|x| function.of(x)),
        Function::Ln | Function::Sqrt => EVERYTHING,
        Function::Sin | Function::Cos => Interval::of(-1.0, 1.0),
    }
}

fn binary(operator: Operator, x: Interval, y: Interval) -> Interval {
    let corners = || {
        let products = [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)];
        Interval::hull(&products.map(|(x, y)| operator.of(x, y)))
    };
    match operator {
        Operator::Add => Interval::of(x.low + y.low, x.high + y.high),
        Operator::Subtract => Interval::of(x.low - y.high, x.high - y.low),
        Operator::Multiply => corners(),
        Operator::Divide if y.low > 0.0 || y.high < 0.0 => corners(),
        Operator::Power if x.low > 0.0 => corners(),
        Operator::Divide | Operator::Power => EVERYTHING,
        Operator::Min => Interval::of(x.low.min(y.low), x.high.min(y.high)),
        Operator::Max => Interval::of(x.low.max(y.low), x.high.max(y.high)),
    }
}
