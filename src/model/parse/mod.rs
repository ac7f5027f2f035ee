//! Reads the text of an expression into a typed tree.
//!
//! In: an [`ExpressionText`] and the [`Names`] it may use. Out: an [`Expression`] or a [`Condition`], or diagnostics
//! whose carets point into the expression. A Pratt parser; precedence from loose to tight: `or`, `and`, `not`,
//! comparisons (which do not chain), `+ -`, `* /`, sign, `^` (to the right).

mod call;
mod machine;
mod mistakes;
mod note;
mod token;
mod typed;
mod words;

use super::expression::{Condition, Expression, Function, Operator};
use super::id::{InputId, MachineId, Place, VariableId};
use super::index::Recorder;
use super::time::TimeUnit;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::scenario::{Date, ExpressionText};
pub use note::mentions;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use token::{Token, TokenKind, Tokens};
use typed::Tree;
pub use typed::Typed;
pub use words::{FUNCTIONS, SELF, Signature, is_reserved};

/// Brackets and operators may nest this deep; it also bounds the evaluator's stack.
pub const MAX_STACK: usize = 60;
/// An expression may grow to this many parts and levels, formulas included.
const MAX_SIZE: usize = 20_000;
const MAX_DEPTH: usize = 600;
/// All expressions of a scenario together, formulas written out wherever they are used, may have this many parts.
const MAX_TOTAL: usize = 2_000_000;

/// What a bare name stands for.
#[derive(Clone, Debug)]
pub enum Named {
    Input(InputId),
    Variable(VariableId),
    Formula(Typed),
    /// Known, but with a mistake of its own that was reported where it is defined.
    Broken,
}

/// What an expression's names may refer to.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub bare: BTreeMap<String, Named>,
    pub machines: BTreeMap<String, MachineNames>,
    pub templates: BTreeMap<String, TemplateNames>,
    /// The machine that `self` is, within it.
    pub own: Option<String>,
    /// A machine that has a state of this name: the first of them.
    pub states: BTreeMap<String, String>,
    /// Parts of all expressions that were parsed with these names.
    pub written: Cell<usize>,
    /// The formulas that were mentioned.
    pub used: RefCell<BTreeSet<String>>,
    /// What is told of every name that is found.
    pub recorder: Recorder,
    /// Parameters of the template that the machine at hand is made from.
    pub filled_in: BTreeSet<String>,
}

impl Names {
    /// The machine of this name. A template has no states to be in.
    fn machine(&self, name: &str) -> Option<&MachineNames> {
        if name == SELF {
            return self.machines.get(self.own.as_ref()?);
        }
        self.machines.get(name).filter(|_| !self.templates.contains_key(name))
    }

    /// The names that may stand before a point.
    fn machine_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.machines.keys().map(String::as_str).filter(|name| !self.templates.contains_key(*name))
    }

    /// The first template that has a parameter of this name.
    fn template_with(&self, parameter: &str) -> Option<&str> {
        let mut templates = self.templates.iter();
        templates.find(|(_, template)| template.parameters.contains(parameter)).map(|(name, _)| name.as_str())
    }

    /// The first machine that has a state of this name.
    fn machine_with(&self, state: &str) -> Option<&str> {
        self.states.get(state).map(String::as_str)
    }
}

/// The names behind `machine.`.
#[derive(Clone, Debug)]
pub struct MachineNames {
    pub id: MachineId,
    /// Of all its states, however deep.
    pub states: BTreeMap<String, Place>,
    pub values: BTreeMap<String, usize>,
}

/// The names that belong to a template.
#[derive(Clone, Debug)]
pub struct TemplateNames {
    pub states: BTreeSet<String>,
    /// Of its parameters, which are known in its machines only.
    pub parameters: BTreeSet<String>,
    /// Names of the machines made from it.
    pub machines: Vec<String>,
}

/// Parses a number. `None` if a mistake was reported.
pub fn number(
    text: &ExpressionText,
    names: &Names,
    unit: TimeUnit,
    diagnostics: &mut Diagnostics,
) -> Option<Expression> {
    let mut parser = Parser { text, names, unit, diagnostics, copied: 0 };
    let typed = parser.whole()?;
    parser.expect_number(typed, 0, text.text.len())
}

/// Parses a truth value. `None` if a mistake was reported.
pub fn condition(
    text: &ExpressionText,
    names: &Names,
    unit: TimeUnit,
    diagnostics: &mut Diagnostics,
) -> Option<Condition> {
    let mut parser = Parser { text, names, unit, diagnostics, copied: 0 };
    let typed = parser.whole()?;
    parser.expect_truth(typed, 0, text.text.len())
}

/// Parses either, for a formula.
pub fn formula(text: &ExpressionText, names: &Names, unit: TimeUnit, diagnostics: &mut Diagnostics) -> Named {
    let mut parser = Parser { text, names, unit, diagnostics, copied: 0 };
    parser.whole().map_or(Named::Broken, Named::Formula)
}

/// Parses a number for a name that stands for it. `None` if a mistake was reported.
pub fn named_number(
    text: &ExpressionText,
    names: &Names,
    unit: TimeUnit,
    diagnostics: &mut Diagnostics,
) -> Option<Typed> {
    let mut parser = Parser { text, names, unit, diagnostics, copied: 0 };
    let typed = parser.whole()?;
    let extent = Typed { tree: Tree::Broken, ..typed };
    let number = parser.expect_number(typed, 0, text.text.len())?;
    Some(Typed { tree: Tree::Number(number), ..extent })
}

struct Parser<'a> {
    text: &'a ExpressionText,
    names: &'a Names,
    unit: TimeUnit,
    diagnostics: &'a mut Diagnostics,
    /// Parts that were copied from formulas so far.
    copied: usize,
}

/// The tokens still to come.
type Rest<'a> = std::iter::Peekable<std::vec::IntoIter<Token<'a>>>;

/// How tightly an operator binds to its left; the right side binds one tighter, except for `^`.
fn binding(kind: &TokenKind<'_>) -> Option<u8> {
    Some(match kind {
        TokenKind::Name("or") => 1,
        TokenKind::Name("and") => 2,
        TokenKind::Compare(_) => 4,
        TokenKind::Symbol('+' | '-') => 5,
        TokenKind::Symbol('*' | '/') => 6,
        TokenKind::Symbol('^') => 8,
        _ => return None,
    })
}

const NOT_BINDING: u8 = 3;
const SIGN_BINDING: u8 = 7;

impl<'a> Parser<'a> {
    /// The place of bytes `start..end` of the text, as exact as escapes allow.
    fn span(&self, start: usize, end: usize) -> Span {
        match self.text.inner {
            Some(inner) => Span::new(self.text.span.file, inner as usize + start, inner as usize + end),
            None => self.text.span,
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn whole(&mut self) -> Option<Typed> {
        let text = self.text.text.as_str();
        if Date::from_text(text).is_some() {
            let message = "this is a date, and a number is expected here";
            let help = "dates are understood where a time is meant: a horizon, `at`, `by`";
            return self.fail(Mistake::DateAsNumber, (0, text.len()), message, help);
        }
        let mut tokens = Vec::new();
        for token in Tokens::new(text) {
            match token {
                Ok(token) => tokens.push(token),
                Err(error) => return self.odd_token(error),
            }
            if tokens.len() > MAX_SIZE {
                let message = format!("this expression has more than {MAX_SIZE} words and signs");
                return self.fail(Mistake::ExpressionTooLarge, (0, text.len()), message, "split it into formulas");
            }
        }
        if tokens.is_empty() {
            let message = "an expression is expected here, and there is none";
            let help = "write a number, a name, or a calculation such as `0.1 * pressure`";
            return self.fail(Mistake::EmptyExpression, (0, text.len()), message, help);
        }
        let mut rest = tokens.into_iter().peekable();
        let typed = self.expression(&mut rest, 0, 0)?;
        match rest.next() {
            None => self.afford(typed),
            Some(token) => self.left_over(&token),
        }
    }

    /// Counts a whole expression to the size of the scenario, which is bounded too: formulas are written out wherever
    /// they are used.
    fn afford(&mut self, typed: Typed) -> Option<Typed> {
        let before = self.names.written.get();
        let after = before.saturating_add(typed.size);
        self.names.written.set(after);
        if after <= MAX_TOTAL {
            return Some(typed);
        }
        if before <= MAX_TOTAL {
            let message = "with its formulas written out everywhere, this scenario is too large";
            let help = "let a variable or a state's value carry what many expressions share";
            return self.fail(Mistake::ExpressionTooLarge, (0, self.text.text.len()), message, help);
        }
        // The first one is reported; the others are as little to blame.
        None
    }

    /// Parses what binds at least as tightly as `minimum`.
    fn expression(&mut self, rest: &mut Rest<'a>, minimum: u8, level: usize) -> Option<Typed> {
        let start = rest.peek().map_or(self.text.text.len(), |token| token.start);
        if level > MAX_STACK {
            let message = format!("brackets and operators stand more than {MAX_STACK} deep within one another here");
            return self.fail(Mistake::ExpressionTooDeep, (start, start + 1), message, "split it into formulas");
        }
        let mut left = self.operand(rest, level)?;
        let mut left_end = self.position_before(rest);
        while let Some(token) = rest.peek().cloned() {
            let Some(strength) = binding(&token.kind) else { break };
            if strength < minimum {
                break;
            }
            rest.next();
            let right_start = rest.peek().map_or(self.text.text.len(), |token| token.start);
            let tighter = if token.kind == TokenKind::Symbol('^') { strength } else { strength + 1 };
            let right = self.expression(rest, tighter, level + 1)?;
            let right_end = self.position_before(rest);
            let sides = [(start, left_end), (right_start, right_end)];
            left = self.join(&token, left, right, sides)?;
            left_end = right_end;
            if let (TokenKind::Compare(_), Some(next)) = (&token.kind, rest.peek())
                && let TokenKind::Compare(_) = next.kind
            {
                let (start, end) = (next.start, next.end);
                let message = "comparisons do not chain";
                return self.fail(Mistake::ChainedComparison, (start, end), message, "write `a < b and b < c`");
            }
        }
        Some(left)
    }

    /// Where the last token that was taken ends.
    fn position_before(&self, rest: &mut Rest<'a>) -> usize {
        let text = &self.text.text;
        let upto = rest.peek().map_or(text.len(), |token| token.start);
        text[..upto].trim_end().len()
    }

    fn join(
        &mut self,
        token: &Token<'a>,
        left: Typed,
        right: Typed,
        [(left_start, left_end), (right_start, right_end)]: [(usize, usize); 2],
    ) -> Option<Typed> {
        let size = left.size + right.size + 1;
        let depth = left.depth.max(right.depth) + 1;
        let stack = left.stack.max(right.stack + 1);
        let tree = match &token.kind {
            TokenKind::Name(word @ ("and" | "or")) => {
                let x = self.expect_truth(left, left_start, left_end);
                let y = self.expect_truth(right, right_start, right_end);
                match (x, y) {
                    (Some(x), Some(y)) if *word == "and" => Tree::Truth(Condition::and(x, y)),
                    (Some(x), Some(y)) => Tree::Truth(Condition::or(x, y)),
                    _ => Tree::Broken,
                }
            }
            kind => {
                let x = self.expect_number(left, left_start, left_end);
                let y = self.expect_number(right, right_start, right_end);
                match (x, y, kind) {
                    (Some(x), Some(y), TokenKind::Compare(comparison)) => {
                        Tree::Truth(Condition::Compare(*comparison, Box::new(x), Box::new(y)))
                    }
                    (Some(x), Some(y), TokenKind::Symbol(symbol)) => {
                        Tree::Number(Expression::binary(operator(*symbol), x, y))
                    }
                    _ => Tree::Broken,
                }
            }
        };
        self.bounded(Typed { tree, size, depth, stack }, left_start, right_end)
    }

    fn bounded(&mut self, typed: Typed, start: usize, end: usize) -> Option<Typed> {
        if typed.size > MAX_SIZE || typed.depth > MAX_DEPTH || typed.stack > MAX_STACK {
            return self.too_large(start, end);
        }
        Some(typed)
    }

    fn operand(&mut self, rest: &mut Rest<'a>, level: usize) -> Option<Typed> {
        let Some(token) = rest.next() else {
            let end = self.text.text.len();
            let message = "the expression ends too early";
            let help = "add the number or the name that is missing at the end";
            return self.fail(Mistake::MissingOperand, (end.saturating_sub(1), end), message, help);
        };
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::Number(value) => Some(self.literal(value, rest)),
            TokenKind::Symbol('(') => {
                let inner = self.expression(rest, 0, level + 1)?;
                self.close(rest, start)?;
                Some(inner)
            }
            TokenKind::Symbol('-' | '+') => {
                let typed = self.expression(rest, SIGN_BINDING, level + 1)?;
                let upto = self.position_before(rest);
                let extent = Typed { tree: Tree::Broken, size: typed.size + 1, depth: typed.depth + 1, ..typed };
                let x = self.expect_number(typed, end, upto);
                let negate = token.kind == TokenKind::Symbol('-');
                let tree = x.map_or(Tree::Broken, |x| {
                    Tree::Number(match (negate, x) {
                        (false, x) => x,
                        (true, Expression::Constant(value)) => Expression::Constant(-value),
                        (true, x) => Expression::unary(Function::Negate, x),
                    })
                });
                self.bounded(Typed { tree, ..extent }, start, upto)
            }
            TokenKind::Name("not") => {
                let typed = self.expression(rest, NOT_BINDING, level + 1)?;
                let upto = self.position_before(rest);
                let extent = Typed { tree: Tree::Broken, size: typed.size + 1, depth: typed.depth + 1, ..typed };
                let x = self.expect_truth(typed, end, upto);
                let tree = x.map_or(Tree::Broken, |x| Tree::Truth(x.negated()));
                self.bounded(Typed { tree, ..extent }, start, upto)
            }
            TokenKind::Name(name) => match rest.peek().map(|next| next.kind.clone()) {
                Some(TokenKind::Symbol('(')) => self.call(name, start, end, rest, level),
                Some(TokenKind::Symbol('.')) => self.member(name, start, end, rest),
                _ => self.name(name, start, end),
            },
            _ => {
                let shown = token.text(&self.text.text).to_owned();
                let message = format!("a number or a name is expected here, not `{shown}`");
                let help = match token.kind {
                    TokenKind::Symbol('*' | '/' | '^') | TokenKind::Compare(_) => {
                        format!("write what stands to the left of `{shown}`, or remove it")
                    }
                    TokenKind::Symbol(')') => "write a number or a name before the `)`".to_owned(),
                    _ => format!("remove `{shown}`, or write what is missing before it"),
                };
                self.fail(Mistake::MissingOperand, (start, end), message, help)
            }
        }
    }

    /// A number, with the `%` or the unit of time that may follow it.
    fn literal(&mut self, value: f64, rest: &mut Rest<'a>) -> Typed {
        let factor = match rest.peek().map(|token| token.kind.clone()) {
            Some(TokenKind::Symbol('%')) => Some(0.01),
            Some(TokenKind::Name(word)) => TimeUnit::from_name(word).map(|unit| unit.in_units_of(self.unit)),
            _ => None,
        };
        let value = match factor {
            Some(factor) => {
                rest.next();
                // Dividing keeps 20 % the nearest number to 0.2, which multiplying with 0.01 does not.
                if factor == 0.01 { value / 100.0 } else { value * factor }
            }
            None => value,
        };
        Typed::leaf(Tree::Number(Expression::Constant(value)))
    }

    fn close(&mut self, rest: &mut Rest<'a>, open: usize) -> Option<()> {
        match rest.next() {
            Some(token) if token.kind == TokenKind::Symbol(')') => Some(()),
            Some(token) => {
                let shown = token.text(&self.text.text).to_owned();
                let message = format!("`)` is expected here, not `{shown}`");
                let help = match token.kind {
                    TokenKind::Name(_) | TokenKind::Number(_) | TokenKind::Symbol('(') => {
                        "close the bracket, or put an operator such as `*` between the two"
                    }
                    TokenKind::Symbol(',') => "only the arguments of a function are separated with commas",
                    _ => "close the bracket before it",
                };
                self.fail(Mistake::UnclosedParenthesis, (token.start, token.end), message, help)
            }
            None => {
                let message = "this `(` is never closed";
                self.fail(Mistake::UnclosedParenthesis, (open, open + 1), message, "add the `)`")
            }
        }
    }

    fn name(&mut self, name: &str, start: usize, end: usize) -> Option<Typed> {
        self.note_bare(name, start, end);
        let tree = match self.names.bare.get(name) {
            Some(Named::Input(id)) => Tree::Number(Expression::Input(*id)),
            Some(Named::Variable(id)) => Tree::Number(Expression::Variable(*id)),
            Some(Named::Formula(typed)) => {
                // A formula is copied; a long list of large ones must not be before its size is known.
                self.copied += typed.size;
                if self.copied > MAX_SIZE {
                    return self.too_large(start, end);
                }
                if self.names.written.get() > MAX_TOTAL {
                    return None;
                }
                if !self.names.used.borrow().contains(name) {
                    self.names.used.borrow_mut().insert(name.to_owned());
                }
                return Some(typed.clone());
            }
            Some(Named::Broken) => Tree::Broken,
            None => match words::constant(name, self.unit) {
                Some(tree) => tree,
                None => self.unknown(name, start, end),
            },
        };
        Some(Typed::leaf(tree))
    }

    fn expect_number(&mut self, typed: Typed, start: usize, end: usize) -> Option<Expression> {
        match typed.tree {
            Tree::Number(expression) => Some(expression),
            Tree::Truth(_) => {
                let span = self.span(start, end.max(start + 1));
                self.report(
                    Diagnostic::error(
                        Mistake::ExpectedNumber,
                        span,
                        "a number is expected here, and this is true or false",
                    )
                    .label("true or false")
                    .help("`if(…, 1, 0)` makes a number of it"),
                );
                None
            }
            Tree::Broken => None,
        }
    }

    fn expect_truth(&mut self, typed: Typed, start: usize, end: usize) -> Option<Condition> {
        match typed.tree {
            Tree::Truth(condition) => Some(condition),
            Tree::Number(_) => {
                let span = self.span(start, end.max(start + 1));
                self.report(
                    Diagnostic::error(
                        Mistake::ExpectedCondition,
                        span,
                        "a condition is expected here, and this is a number",
                    )
                    .label("a number")
                    .help("compare it with something, as in `pressure > 0.5`"),
                );
                None
            }
            Tree::Broken => None,
        }
    }
}

fn operator(symbol: char) -> Operator {
    match symbol {
        '+' => Operator::Add,
        '-' => Operator::Subtract,
        '*' => Operator::Multiply,
        '/' => Operator::Divide,
        _ => Operator::Power,
    }
}

#[cfg(test)]
mod tests;
