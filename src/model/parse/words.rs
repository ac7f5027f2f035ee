//! The words that the expression language has of its own: constants and functions.

use super::Tree;
use crate::model::expression::{Condition, Expression, Function, Operator};
use crate::model::time::TimeUnit;

/// Words that stand for a value.
const CONSTANTS: [&str; 5] = ["pi", "time", "year_fraction", "true", "false"];
/// The word for the machine that an expression stands in.
pub const SELF: &str = "self";
/// Words that are called.
pub const FUNCTIONS: [&str; 14] =
    ["if", "min", "max", "clamp", "abs", "exp", "ln", "sqrt", "logistic", "sin", "cos", "floor", "age", "count"];
/// Units of time as they follow a number.
pub const UNITS: [&str; 8] = ["day", "days", "week", "weeks", "month", "months", "year", "years"];
/// Every word that a misspelt name may have been meant for.
pub const ALL: [&str; 24] = [
    "pi",
    "time",
    "year_fraction",
    "true",
    "false",
    "day",
    "week",
    "month",
    "year",
    "if",
    "min",
    "max",
    "clamp",
    "abs",
    "exp",
    "ln",
    "sqrt",
    "logistic",
    "sin",
    "cos",
    "floor",
    "age",
    "count",
    "self",
];

/// Whether the language has this word, so that nothing of the author's may be called so.
pub fn is_reserved(name: &str) -> bool {
    CONSTANTS.contains(&name)
        || FUNCTIONS.contains(&name)
        || ["and", "or", "not", SELF].contains(&name)
        || TimeUnit::from_name(name).is_some()
}

/// The value of a bare word.
pub(super) fn constant(name: &str, unit: TimeUnit) -> Option<Tree> {
    Some(match name {
        "pi" => Tree::Number(Expression::Constant(std::f64::consts::PI)),
        "time" => Tree::Number(Expression::Time),
        "year_fraction" => Tree::Number(Expression::YearFraction),
        "true" => Tree::Truth(Condition::Constant(true)),
        "false" => Tree::Truth(Condition::Constant(false)),
        _ => Tree::Number(Expression::Constant(TimeUnit::from_name(name)?.in_units_of(unit))),
    })
}

/// What a function takes and makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signature {
    One(&'static str, Function),
    Many(&'static str, Operator),
    Clamp,
    If,
}

impl Signature {
    /// Of every function but `age` and `count`, which take no number.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "if" => Signature::If,
            "clamp" => Signature::Clamp,
            "min" => Signature::Many("min", Operator::Min),
            "max" => Signature::Many("max", Operator::Max),
            "abs" => Signature::One("abs", Function::Abs),
            "exp" => Signature::One("exp", Function::Exp),
            "ln" => Signature::One("ln", Function::Ln),
            "sqrt" => Signature::One("sqrt", Function::Sqrt),
            "logistic" => Signature::One("logistic", Function::Logistic),
            "sin" => Signature::One("sin", Function::Sin),
            "cos" => Signature::One("cos", Function::Cos),
            "floor" => Signature::One("floor", Function::Floor),
            _ => return None,
        })
    }

    pub fn takes(self, count: usize) -> bool {
        match self {
            Signature::One(..) => count == 1,
            Signature::Many(..) => count >= 2,
            Signature::Clamp | Signature::If => count == 3,
        }
    }

    pub fn wants(self) -> &'static str {
        match self {
            Signature::One(..) => "one number",
            Signature::Many(..) => "two numbers or more",
            Signature::Clamp => "three numbers",
            Signature::If => "a condition and two values",
        }
    }

    pub fn example(self) -> String {
        match self {
            Signature::One(name, _) => format!("{name}(x)"),
            Signature::Many(name, _) => format!("{name}(x, y)"),
            Signature::Clamp => "clamp(x, low, high)".into(),
            Signature::If => "if(condition, then, otherwise)".into(),
        }
    }

    /// The call as a tree; `numbers` are as many as it [`takes`](Self::takes).
    pub fn build(self, numbers: Vec<Expression>) -> Expression {
        let mut numbers = numbers.into_iter();
        let first = numbers.next().expect("every function takes a number");
        match self {
            Signature::One(_, function) => Expression::unary(function, first),
            Signature::Many(_, operator) => numbers.fold(first, |x, y| Expression::binary(operator, x, y)),
            // Bounds first from below, then from above.
            Signature::Clamp | Signature::If => {
                let operators = [Operator::Max, Operator::Min];
                numbers.zip(operators).fold(first, |x, (y, operator)| Expression::binary(operator, x, y))
            }
        }
    }
}
