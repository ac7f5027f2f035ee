//! What a term of a bound program can depend on, given the values of its inputs.
//!
//! In: a [`Bound`] program and a [`Term`]. Out: a [`Reach`]: the values that the term may take in any world, and the parts
//! of a world that can make a difference to it. What is multiplied by an input that is 0 makes none. Intervals are
//! carried through the code; where they shrink to a point, nothing can make a difference any more. It errs on the side
//! of dependence: what is said to make no difference makes none.

use super::bind::Bound;
use super::{Op, Term};
use crate::model::expression::{Comparison, Function, Operator};
use crate::model::id::{MachineId, StateId, VariableId};
use std::collections::BTreeSet;

/// Parts of a world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub machines: BTreeSet<MachineId>,
    pub variables: BTreeSet<VariableId>,
    /// The time, or the season.
    pub time: bool,
    /// The time since a machine entered its state.
    pub age: bool,
}

impl Parts {
    pub fn extend(&mut self, other: Parts) {
        self.machines.extend(other.machines);
        self.variables.extend(other.variables);
        self.time |= other.time;
        self.age |= other.age;
    }
}

/// The values that a term may take, and what they depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    pub low: f64,
    pub high: f64,
    /// Whether it may be no finite number. If not, an infinite end means that there is no bound.
    wild: bool,
    /// Empty where only one value is possible.
    pub parts: Parts,
}

impl Reach {
    fn point(value: f64) -> Self {
        Reach { low: value, high: value, wild: !value.is_finite(), parts: Parts::default() }
    }

    fn between(low: f64, high: f64, wild: bool, parts: Parts) -> Self {
        if low == high && !wild {
            return Reach::point(low);
        }
        if low.is_nan() || high.is_nan() {
            return Reach { low: f64::NEG_INFINITY, high: f64::INFINITY, wild: true, parts };
        }
        Reach { low, high, wild, parts }
    }

    fn unknown(parts: Parts) -> Self {
        Reach { low: f64::NEG_INFINITY, high: f64::INFINITY, wild: true, parts }
    }

    /// The only possible value, if there is but one.
    pub fn only(&self) -> Option<f64> {
        (self.parts == Parts::default()).then_some(self.low)
    }

    fn truth(value: Option<bool>, parts: Parts) -> Self {
        match value {
            Some(value) => Reach::point(f64::from(u8::from(value))),
            None => Reach { low: 0.0, high: 1.0, wild: false, parts },
        }
    }

    fn is_bounded(&self) -> bool {
        !self.wild && self.low.is_finite() && self.high.is_finite()
    }
}

impl Bound {
    /// What the term can be, in any world that the program can come to.
    pub fn reach(&self, term: Term) -> Reach {
        let (start, end) = match term {
            Term::Slot(slot) => return Reach::point(self.slots()[slot as usize]),
            Term::Code { start, end, .. } => (start, end),
        };
        let mut stack: Vec<Reach> = Vec::new();
        let pop = |stack: &mut Vec<Reach>| stack.pop().expect("code is well-formed");
        for op in &self.program().ops[start as usize..end as usize] {
            let reach = match *op {
                Op::Constant(value) => Reach::point(value),
                Op::Slot(slot) => Reach::point(self.slots()[slot as usize]),
                Op::Variable(id) => self.reach_of_variable(id),
                Op::Value(machine, index) => self.reach_of_value(machine, index as usize),
                Op::In(machine, _) | Op::Within { machine, .. } => {
                    let parts = Parts { machines: [machine].into(), ..Parts::default() };
                    Reach::truth(None, parts)
                }
                Op::Time => {
                    let parts = Parts { time: true, ..Parts::default() };
                    Reach { low: 0.0, high: f64::INFINITY, wild: false, parts }
                }
                Op::YearFraction => {
                    let parts = Parts { time: true, ..Parts::default() };
                    Reach { low: 0.0, high: 1.0, wild: false, parts }
                }
                Op::Age(machine) => {
                    let parts = Parts { machines: [machine].into(), age: true, ..Parts::default() };
                    Reach { low: 0.0, high: f64::INFINITY, wild: false, parts }
                }
                Op::CountWithin { machine, .. } => {
                    let mut count = pop(&mut stack);
                    count.parts.machines.insert(machine);
                    count.high += 1.0;
                    count
                }
                Op::Unary(function) => unary(function, pop(&mut stack)),
                Op::Not => {
                    let x = pop(&mut stack);
                    Reach::truth(x.only().map(|x| x == 0.0), x.parts)
                }
                Op::Select => {
                    let (y, x, condition) = (pop(&mut stack), pop(&mut stack), pop(&mut stack));
                    select(condition, x, y)
                }
                Op::Binary(operator) => {
                    let (y, x) = (pop(&mut stack), pop(&mut stack));
                    binary(operator, x, y)
                }
                Op::Compare(comparison) => {
                    let (y, x) = (pop(&mut stack), pop(&mut stack));
                    compare(comparison, x, y)
                }
                Op::And | Op::Or => {
                    let (y, x) = (pop(&mut stack), pop(&mut stack));
                    let settles = f64::from(u8::from(*op == Op::Or));
                    let (known_x, known_y) = (x.only(), y.only());
                    if known_x == Some(settles) || known_y == Some(settles) {
                        Reach::point(settles)
                    } else if known_x.is_some() {
                        y
                    } else if known_y.is_some() {
                        x
                    } else {
                        Reach::truth(None, both(x.parts, y.parts))
                    }
                }
            };
            stack.push(reach);
        }
        pop(&mut stack)
    }

    fn reach_of_variable(&self, id: VariableId) -> Reach {
        // A variable that an action would make infinite stops the run.
        let [low, high] = self.program().variables[id.index()].bounds;
        Reach::between(low, high, false, Parts { variables: [id].into(), ..Parts::default() })
    }

    fn reach_of_value(&self, id: MachineId, index: usize) -> Reach {
        let states = self.program().machines[id.index()].states.clone();
        let values = states.map(|state| self.state_value(id, StateId::new(state), index));
        let (mut low, mut high, mut wild) = (f64::INFINITY, f64::NEG_INFINITY, false);
        for value in values {
            wild |= !value.is_finite();
            low = low.min(value);
            high = high.max(value);
        }
        Reach::between(low, high, wild, Parts { machines: [id].into(), ..Parts::default() })
    }
}

fn both(mut x: Parts, y: Parts) -> Parts {
    x.extend(y);
    x
}

fn unary(function: Function, x: Reach) -> Reach {
    if let Some(value) = x.only() {
        return Reach::point(function.of(value));
    }
    if x.wild {
        return Reach::unknown(x.parts);
    }
    let (low, high) = (function.of(x.low), function.of(x.high));
    match function {
        Function::Negate => Reach::between(high, low, false, x.parts),
        Function::Abs if x.low >= 0.0 => Reach::between(low, high, false, x.parts),
        Function::Abs => {
            let least = if x.high <= 0.0 { high } else { 0.0 };
            Reach::between(least, low.max(high), false, x.parts)
        }
        Function::Exp => Reach::between(low, high, high.is_infinite(), x.parts),
        Function::Ln if x.low > 0.0 => Reach::between(low, high, false, x.parts),
        Function::Sqrt if x.low >= 0.0 => Reach::between(low, high, false, x.parts),
        Function::Floor => Reach::between(low, high, false, x.parts),
        Function::Logistic => Reach { low: 0.0, high: 1.0, wild: false, parts: x.parts },
        Function::Sin | Function::Cos => Reach { low: -1.0, high: 1.0, wild: false, parts: x.parts },
        Function::Ln | Function::Sqrt => Reach::unknown(x.parts),
    }
}

fn binary(operator: Operator, x: Reach, y: Reach) -> Reach {
    if let (Some(a), Some(b)) = (x.only(), y.only()) {
        return Reach::point(operator.of(a, b));
    }
    match operator {
        // x^0 and 1^y are 1 whatever the other is, not a number included.
        Operator::Power if y.only() == Some(0.0) || x.only() == Some(1.0) => return Reach::point(1.0),
        Operator::Multiply if (x.only() == Some(0.0) && !y.wild) || (y.only() == Some(0.0) && !x.wild) => {
            return Reach::point(0.0);
        }
        _ => {}
    }
    let parts = both(x.parts.clone(), y.parts.clone());
    if x.wild || y.wild {
        return Reach::unknown(parts);
    }
    let corners = |parts: Parts| {
        let all = [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)].map(|(a, b)| operator.of(a, b));
        if all.iter().any(|value| !value.is_finite()) {
            return Reach::unknown(parts);
        }
        let (low, high) =
            all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (low.min(v), high.max(v)));
        Reach::between(low, high, false, parts)
    };
    match operator {
        Operator::Min | Operator::Max => {
            Reach::between(operator.of(x.low, y.low), operator.of(x.high, y.high), false, parts)
        }
        Operator::Divide if y.low <= 0.0 && y.high >= 0.0 => Reach::unknown(parts),
        Operator::Power if x.low <= 0.0 => Reach::unknown(parts),
        // Without bounds a sum or a product could overflow.
        _ if x.is_bounded() && y.is_bounded() => corners(parts),
        Operator::Add => Reach::between(x.low + y.low, x.high + y.high, true, parts),
        Operator::Subtract => Reach::between(x.low - y.high, x.high - y.low, true, parts),
        Operator::Divide if x.is_bounded() && y.low > 0.0 => {
            // The divisor grows without bound: the quotient shrinks towards 0.
            let ends = [x.low / y.low, x.high / y.low, 0.0];
            let low = ends.iter().fold(f64::INFINITY, |low, &v| low.min(v));
            let high = ends.iter().fold(f64::NEG_INFINITY, |high, &v| high.max(v));
            Reach::between(low, high, !(low.is_finite() && high.is_finite()), parts)
        }
        _ => Reach::unknown(parts),
    }
}

fn compare(comparison: Comparison, x: Reach, y: Reach) -> Reach {
    let parts = both(x.parts.clone(), y.parts.clone());
    if let (Some(a), Some(b)) = (x.only(), y.only()) {
        return Reach::point(f64::from(u8::from(comparison.of(a, b))));
    }
    if x.wild || y.wild {
        return Reach::truth(None, parts);
    }
    // Where the intervals do not overlap, or only touch, every pair compares alike.
    let (below, above) = (comparison.of(x.low, y.high), comparison.of(x.high, y.low));
    let settled = match comparison {
        Comparison::Equal => (x.high < y.low || x.low > y.high).then_some(false),
        Comparison::NotEqual => (x.high < y.low || x.low > y.high).then_some(true),
        _ => (below == above).then_some(below),
    };
    Reach::truth(settled, parts)
}

fn select(condition: Reach, x: Reach, y: Reach) -> Reach {
    if let Some(value) = condition.only() {
        return if value != 0.0 { x } else { y };
    }
    if let (Some(a), Some(b)) = (x.only(), y.only())
        && a.to_bits() == b.to_bits()
    {
        return Reach::point(a);
    }
    let parts = both(condition.parts, both(x.parts, y.parts));
    if x.wild || y.wild {
        return Reach::unknown(parts);
    }
    Reach::between(x.low.min(y.low), x.high.max(y.high), false, parts)
}

#[cfg(test)]
mod tests;
