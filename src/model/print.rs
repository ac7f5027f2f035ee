//! Expressions and conditions back as text.
//!
//! In: a tree and the model whose names it uses. Out: text in the language of the format with no bracket too many, which
//! [`parse`](super::parse) reads as the same tree ([`Printer::exact`]), or the same rounded for reading
//! ([`Printer::readable`]). A part that is a formula written out is shown by the formula's name again.

use super::expression::{Comparison, Condition, Expression, Function, Operator};
use super::id::{MachineId, Place};
use super::{InputKind, Meaning, Model, Template};

/// How tightly the parts of an expression bind, as in [`parse`](super::parse).
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;
const SIGN: u8 = 7;
const POWER: u8 = 8;
const ATOM: u8 = 9;

/// Writes trees of one model.
#[derive(Clone, Copy, Debug)]
pub struct Printer<'a> {
    model: &'a Model,
    rounded: bool,
    /// Parameters in place are shown by their values, as they are written.
    in_place: bool,
    /// The formula, by its index, that is being written out, and so is not named.
    opened: Option<usize>,
}

impl<'a> Printer<'a> {
    /// For text that is read again: numbers with every digit, parameters in place by their addresses.
    pub fn exact(model: &'a Model) -> Self {
        Printer { model, rounded: false, in_place: false, opened: None }
    }

    /// For text that people read: numbers with four significant figures at most, parameters in place by their values.
    pub fn readable(model: &'a Model) -> Self {
        Printer { model, rounded: true, in_place: true, opened: None }
    }

    /// For text that is compared: numbers with every digit, parameters in place by their values.
    pub fn comparable(model: &'a Model) -> Self {
        Printer { model, rounded: false, in_place: true, opened: None }
    }

    pub fn number(&self, expression: &Expression) -> String {
        let mut text = String::new();
        self.write(expression, 0, &mut text);
        text
    }

    pub fn truth(&self, condition: &Condition) -> String {
        let mut text = String::new();
        self.write_truth(condition, 0, &mut text);
        text
    }

    /// A formula written out, with the other formulas in it by name.
    pub fn formula(&self, index: usize) -> String {
        let printer = Printer { opened: Some(index), ..*self };
        match &self.model.formulas[index].meaning {
            Meaning::Number(expression) => printer.number(expression),
            Meaning::Truth(condition) => printer.truth(condition),
        }
    }

    /// A constant, as this printer writes it.
    pub fn constant(&self, value: f64) -> String {
        let exact = format!("{value}");
        if !self.rounded || exact.len() <= 6 || !value.is_finite() {
            return exact;
        }
        // Four significant figures, in whichever form is shorter.
        let scientific = format!("{value:.3e}");
        let rounded: f64 = scientific.parse().unwrap_or(value);
        let plain = format!("{rounded}");
        if plain.len() <= 9 { plain } else { format!("{rounded:e}") }
    }

    /// Writes the tree where anything that binds less than `minimum` needs brackets.
    fn write(&self, expression: &Expression, minimum: u8, into: &mut String) {
        if let Some(name) = self.formula_of(expression) {
            into.push_str(name);
            return;
        }
        let strength = self.strength(expression);
        let bracket = strength < minimum;
        if bracket {
            into.push('(');
        }
        match expression {
            Expression::Constant(value) => into.push_str(&self.constant(*value)),
            Expression::Input(id) => {
                let input = &self.model.inputs[id.index()];
                if self.in_place && input.kind == InputKind::InPlace {
                    into.push_str(&self.constant(input.value));
                } else {
                    into.push_str(&input.name);
                }
            }
            Expression::Variable(id) => into.push_str(&self.model.variables[id.index()].name),
            Expression::Value(machine, index) => {
                let machine = &self.model.machines[machine.index()];
                into.push_str(&machine.name);
                into.push('.');
                into.push_str(&machine.value_names[*index]);
            }
            Expression::Time => into.push_str("time"),
            Expression::YearFraction => into.push_str("year_fraction"),
            Expression::Age(machine) => {
                into.push_str("age(");
                into.push_str(&self.model.machines[machine.index()].name);
                into.push(')');
            }
            Expression::Count(machines) => into.push_str(&self.count(machines)),
            Expression::Unary(Function::Negate, x) => {
                into.push('-');
                self.write(x, SIGN, into);
            }
            Expression::Unary(function, x) => self.call(function_name(*function), &[x], into),
            Expression::Binary(Operator::Min, x, high) if matches!(**x, Expression::Binary(Operator::Max, ..)) => {
                let Expression::Binary(_, x, low) = &**x else { unreachable!("the pattern is checked by the guard") };
                self.call("clamp", &[x, low, high], into);
            }
            Expression::Binary(operator @ (Operator::Min | Operator::Max), x, y) => {
                let name = if *operator == Operator::Min { "min" } else { "max" };
                self.call(name, &[x, y], into);
            }
            Expression::Binary(operator, x, y) => {
                let (sign, left, right) = match operator {
                    Operator::Add => (" + ", SUM, SUM + 1),
                    Operator::Subtract => (" - ", SUM, SUM + 1),
                    Operator::Multiply => (" * ", PRODUCT, PRODUCT + 1),
                    Operator::Divide => (" / ", PRODUCT, PRODUCT + 1),
                    _ => (" ^ ", POWER + 1, POWER),
                };
                self.write(x, left, into);
                into.push_str(sign);
                self.write(y, right, into);
            }
            Expression::If(condition, x, y) => {
                into.push_str("if(");
                self.write_truth(condition, 0, into);
                into.push_str(", ");
                self.write(x, 0, into);
                into.push_str(", ");
                self.write(y, 0, into);
                into.push(')');
            }
        }
        if bracket {
            into.push(')');
        }
    }

    /// `count(template.state)`, or 0 where nothing is made from the template.
    fn count(&self, machines: &[(MachineId, Place)]) -> String {
        let counts = |template: &&Template| template.machines.iter().eq(machines.iter().map(|(machine, _)| machine));
        let template = self.model.templates.iter().find(counts);
        match (template, machines.first()) {
            (Some(template), Some((_, place))) => {
                let path = self.model.place_path(*place);
                let state = path.split_once('.').map_or(path.as_str(), |(_, state)| state);
                format!("count({}.{state})", template.name)
            }
            _ => "0".to_owned(),
        }
    }

    fn call(&self, name: &str, arguments: &[&Expression], into: &mut String) {
        into.push_str(name);
        into.push('(');
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                into.push_str(", ");
            }
            self.write(argument, 0, into);
        }
        into.push(')');
    }

    fn write_truth(&self, condition: &Condition, minimum: u8, into: &mut String) {
        if let Some(name) = self.formula_of_truth(condition) {
            into.push_str(name);
            return;
        }
        let strength = match condition {
            Condition::Or(..) => OR,
            Condition::And(..) => AND,
            Condition::Not(_) => NOT,
            Condition::Compare(..) => COMPARISON,
            _ => ATOM,
        };
        let bracket = strength < minimum;
        if bracket {
            into.push('(');
        }
        match condition {
            Condition::Constant(value) => into.push_str(if *value { "true" } else { "false" }),
            Condition::In(_, state) => into.push_str(&self.model.state_path(*state)),
            Condition::Within(_, composite) => into.push_str(&self.model.place_path(Place::Composite(*composite))),
            Condition::Compare(comparison, x, y) => {
                self.write(x, COMPARISON + 1, into);
                into.push_str(sign_of(*comparison));
                self.write(y, COMPARISON + 1, into);
            }
            Condition::Not(x) => {
                into.push_str("not ");
                self.write_truth(x, NOT, into);
            }
            Condition::And(x, y) => {
                self.write_truth(x, AND, into);
                into.push_str(" and ");
                self.write_truth(y, AND + 1, into);
            }
            Condition::Or(x, y) => {
                self.write_truth(x, OR, into);
                into.push_str(" or ");
                self.write_truth(y, OR + 1, into);
            }
        }
        if bracket {
            into.push(')');
        }
    }

    /// How tightly the text of an expression binds.
    fn strength(&self, expression: &Expression) -> u8 {
        let negative = |value: f64| if value.is_sign_negative() { SIGN } else { ATOM };
        match expression {
            Expression::Constant(value) => negative(*value),
            Expression::Input(id) => {
                let input = &self.model.inputs[id.index()];
                if self.in_place && input.kind == InputKind::InPlace { negative(input.value) } else { ATOM }
            }
            Expression::Unary(Function::Negate, _) => SIGN,
            Expression::Binary(Operator::Add | Operator::Subtract, ..) => SUM,
            Expression::Binary(Operator::Multiply | Operator::Divide, ..) => PRODUCT,
            Expression::Binary(Operator::Power, ..) => POWER,
            _ => ATOM,
        }
    }

    /// The formula that this is. A formula that is a single number or name is not looked for: it could be anything.
    fn formula_of(&self, expression: &Expression) -> Option<&'a str> {
        if !matches!(expression, Expression::Unary(..) | Expression::Binary(..) | Expression::If(..)) {
            return None;
        }
        let is = |meaning: &Meaning| matches!(meaning, Meaning::Number(number) if number == expression);
        self.name_of(is)
    }

    fn formula_of_truth(&self, condition: &Condition) -> Option<&'a str> {
        if matches!(condition, Condition::Constant(_) | Condition::In(..) | Condition::Within(..)) {
            return None;
        }
        let is = |meaning: &Meaning| matches!(meaning, Meaning::Truth(truth) if truth == condition);
        self.name_of(is)
    }

    fn name_of(&self, is: impl Fn(&Meaning) -> bool) -> Option<&'a str> {
        let formulas = self.model.formulas.iter().enumerate();
        // Of two formulas that are one another, each would be shown by the other's name.
        let upto = self.opened.unwrap_or(usize::MAX);
        let mut found = formulas.filter(|(_, formula)| is(&formula.meaning));
        found.next().filter(|(index, _)| *index != upto).map(|(_, formula)| formula.name.as_str())
    }
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::Negate => "-",
        Function::Abs => "abs",
        Function::Exp => "exp",
        Function::Ln => "ln",
        Function::Sqrt => "sqrt",
        Function::Logistic => "logistic",
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Floor => "floor",
    }
}

fn sign_of(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
        Comparison::Equal => " == ",
        Comparison::NotEqual => " != ",
    }
}
