//! Typed expressions: a number is an [`Expression`], a truth value a [`Condition`], and neither can stand for the other.
//!
//! In: nothing; they are built by [`parse`](super::parse). Out: trees, and what they read.
//! Does not evaluate: that is [`program::evaluate`](crate::program::evaluate)'s, except for constants of a file
//! ([`Expression::constant`]), for which the lowered code is not needed.

use super::id::{CompositeId, InputId, MachineId, Place, StateId, VariableId};
use std::collections::BTreeSet;

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Negate,
    Abs,
    Exp,
    Ln,
    Sqrt,
    /// 1 / (1 + e^−x).
    Logistic,
    Sin,
    Cos,
    Floor,
}

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Min,
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// A number.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Constant(f64),
    Input(InputId),
    Variable(VariableId),
    /// The named number (by index) of the state a machine is in.
    Value(MachineId, usize),
    Time,
    YearFraction,
    /// Time since the machine entered its state.
    Age(MachineId),
    /// How many of the machines are at the place beside them.
    Count(Vec<(MachineId, Place)>),
    Unary(Function, Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    If(Box<Condition>, Box<Expression>, Box<Expression>),
}

/// A truth value.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Constant(bool),
    /// The machine is in the state.
    In(MachineId, StateId),
    /// The machine is in one of the states within the composite.
    Within(MachineId, CompositeId),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// What an expression depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    pub inputs: BTreeSet<InputId>,
    pub variables: BTreeSet<VariableId>,
    pub machines: BTreeSet<MachineId>,
    /// The states and composites that are asked about.
    pub places: BTreeSet<Place>,
    /// The numbers of states that are read.
    pub values: BTreeSet<(MachineId, usize)>,
    /// Time, the season, or the age of a state.
    pub time: bool,
}

impl Reads {
    /// Whether it stays the same through a run.
    pub fn is_fixed(&self) -> bool {
        self.variables.is_empty() && self.machines.is_empty() && !self.time
    }
}

impl Expression {
    pub fn unary(function: Function, x: Expression) -> Self {
        Expression::Unary(function, Box::new(x))
    }

    pub fn binary(operator: Operator, x: Expression, y: Expression) -> Self {
        Expression::Binary(operator, Box::new(x), Box::new(y))
    }

    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        self.collect(&mut reads);
        reads
    }

    fn collect(&self, reads: &mut Reads) {
        match self {
            Expression::Constant(_) => {}
            Expression::Input(id) => {
                reads.inputs.insert(*id);
            }
            Expression::Variable(id) => {
                reads.variables.insert(*id);
            }
            Expression::Value(machine, value) => {
                reads.values.insert((*machine, *value));
                reads.machines.insert(*machine);
            }
            Expression::Time | Expression::YearFraction => reads.time = true,
            Expression::Age(machine) => {
                reads.machines.insert(*machine);
                reads.time = true;
            }
            Expression::Count(counted) => {
                reads.machines.extend(counted.iter().map(|(machine, _)| *machine));
                reads.places.extend(counted.iter().map(|(_, place)| *place));
            }
            Expression::Unary(_, x) => x.collect(reads),
            Expression::Binary(_, x, y) => {
                x.collect(reads);
                y.collect(reads);
            }
            Expression::If(condition, x, y) => {
                condition.collect(reads);
                x.collect(reads);
                y.collect(reads);
            }
        }
    }

    /// Its value, if it is made of constants alone.
    pub fn constant(&self) -> Option<f64> {
        self.value_with(&|_| None)
    }

    /// Its value, if it is made of constants and inputs whose values are given.
    pub fn value_with(&self, input: &dyn Fn(InputId) -> Option<f64>) -> Option<f64> {
        Some(match self {
            Expression::Constant(value) => *value,
            Expression::Input(id) => input(*id)?,
            Expression::Unary(function, x) => function.of(x.value_with(input)?),
            Expression::Binary(operator, x, y) => operator.of(x.value_with(input)?, y.value_with(input)?),
            Expression::If(condition, x, y) => {
                let (x, y) = (x.value_with(input)?, y.value_with(input)?);
                if condition.value_with(input)? { x } else { y }
            }
            _ => return None,
        })
    }
}

impl Condition {
    pub fn negated(self) -> Self {
        Condition::Not(Box::new(self))
    }

    pub fn and(x: Condition, y: Condition) -> Self {
        Condition::And(Box::new(x), Box::new(y))
    }

    pub fn or(x: Condition, y: Condition) -> Self {
        Condition::Or(Box::new(x), Box::new(y))
    }

    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        self.collect(&mut reads);
        reads
    }

    fn collect(&self, reads: &mut Reads) {
        match self {
            Condition::Constant(_) => {}
            Condition::In(machine, state) => {
                reads.machines.insert(*machine);
                reads.places.insert(Place::State(*state));
            }
            Condition::Within(machine, composite) => {
                reads.machines.insert(*machine);
                reads.places.insert(Place::Composite(*composite));
            }
            Condition::Compare(_, x, y) => {
                x.collect(reads);
                y.collect(reads);
            }
            Condition::Not(x) => x.collect(reads),
            Condition::And(x, y) | Condition::Or(x, y) => {
                x.collect(reads);
                y.collect(reads);
            }
        }
    }

    fn value_with(&self, input: &dyn Fn(InputId) -> Option<f64>) -> Option<bool> {
        Some(match self {
            Condition::Constant(value) => *value,
            Condition::In(..) | Condition::Within(..) => return None,
            Condition::Compare(comparison, x, y) => comparison.of(x.value_with(input)?, y.value_with(input)?),
            Condition::Not(x) => !x.value_with(input)?,
            Condition::And(x, y) => x.value_with(input)? & y.value_with(input)?,
            Condition::Or(x, y) => x.value_with(input)? | y.value_with(input)?,
        })
    }
}

impl Function {
    #[inline]
    pub fn of(self, x: f64) -> f64 {
        match self {
            Function::Negate => -x,
            Function::Abs => x.abs(),
            Function::Exp => libm::exp(x),
            Function::Ln => libm::log(x),
            Function::Sqrt => x.sqrt(),
            Function::Logistic => 1.0 / (1.0 + libm::exp(-x)),
            Function::Sin => libm::sin(x),
            Function::Cos => libm::cos(x),
            Function::Floor => x.floor(),
        }
    }
}

impl Operator {
    #[inline]
    pub fn of(self, x: f64, y: f64) -> f64 {
        match self {
            Operator::Add => x + y,
            Operator::Subtract => x - y,
            Operator::Multiply => x * y,
            Operator::Divide => x / y,
            Operator::Power => libm::pow(x, y),
            Operator::Min => smaller(x, y),
            Operator::Max => larger(x, y),
        }
    }
}

/// The smaller of two, NaN if either is: a mistake must not be hidden by a `min`.
fn smaller(x: f64, y: f64) -> f64 {
    if x.is_nan() || x < y { x } else { y }
}

fn larger(x: f64, y: f64) -> f64 {
    if x.is_nan() || x > y { x } else { y }
}

impl Comparison {
    #[inline]
    pub fn of(self, x: f64, y: f64) -> bool {
        match self {
            Comparison::Less => x < y,
            Comparison::LessOrEqual => x <= y,
            Comparison::Greater => x > y,
            Comparison::GreaterOrEqual => x >= y,
            Comparison::Equal => x == y,
            Comparison::NotEqual => x != y,
        }
    }
}
