//! Calls of functions within an expression.
//!
//! In: the tokens from the opening bracket on. Out: the tree of the call, its arguments checked for number and type.

use super::token::TokenKind;
use super::{Parser, Rest, Tree, Typed, words};
use crate::diagnostic::{Diagnostic, Mistake};
use crate::model::expression::{Condition, Expression};

impl<'a> Parser<'a> {
    pub(super) fn call(
        &mut self,
        name: &'a str,
        start: usize,
        end: usize,
        rest: &mut Rest<'a>,
        level: usize,
    ) -> Option<Typed> {
        let open = rest.next().map_or(end, |token| token.start);
        match name {
            "age" => return self.age(open, rest),
            "count" => return self.count(open, rest),
            _ => {}
        }
        let mut arguments = Vec::new();
        if !matches!(rest.peek(), Some(token) if token.kind == TokenKind::Symbol(')')) {
            loop {
                let from = rest.peek().map_or(self.text.text.len(), |token| token.start);
                let argument = self.expression(rest, 0, level + 1)?;
                arguments.push((argument, from, self.position_before(rest)));
                if rest.next_if(|token| token.kind == TokenKind::Symbol(',')).is_none() {
                    break;
                }
            }
        }
        self.close(rest, open)?;
        let upto = self.position_before(rest);
        let Some(signature) = words::Signature::of(name) else {
            let mut diagnostic = Diagnostic::error(
                Mistake::UnknownFunction,
                self.span(start, end),
                format!("unknown function `{name}`"),
            )
            .label("there is no function of this name");
            diagnostic = match self.diagnostics.suggest(name, words::FUNCTIONS.iter().copied()) {
                _ if self.names.bare.contains_key(name) => {
                    diagnostic.help(format!("to multiply, write `{name} * (…)`"))
                }
                Some(near) => self.misspelt(diagnostic, (start, end), Some(near.to_owned())),
                None => diagnostic.help(format!("the functions are {}", words::FUNCTIONS.join(", "))),
            };
            self.report(diagnostic);
            return Some(Typed::leaf(Tree::Broken));
        };
        if !signature.takes(arguments.len()) {
            let message = format!("`{name}` takes {}, and got {}", signature.wants(), arguments.len());
            let help = format!("write `{}`", signature.example());
            return self.fail(Mistake::WrongArguments, (start, upto), message, help);
        }
        let extent = Typed {
            tree: Tree::Broken,
            size: 1 + arguments.iter().map(|(argument, ..)| argument.size).sum::<usize>(),
            depth: arguments.len() + arguments.iter().map(|(argument, ..)| argument.depth).max().unwrap_or(0),
            stack: arguments.iter().enumerate().map(|(i, (argument, ..))| i + argument.stack).max().unwrap_or(1),
        };
        let extent = self.bounded(extent, start, upto)?;
        let tree = if name == "if" { self.choice(arguments) } else { self.numbers(arguments, signature) };
        Some(Typed { tree, ..extent })
    }

    fn numbers(&mut self, arguments: Vec<(Typed, usize, usize)>, signature: words::Signature) -> Tree {
        let count = arguments.len();
        let numbers: Vec<Expression> =
            arguments.into_iter().filter_map(|(typed, start, end)| self.expect_number(typed, start, end)).collect();
        if numbers.len() == count { Tree::Number(signature.build(numbers)) } else { Tree::Broken }
    }

    /// `if(c, a, b)`, where `a` and `b` are both numbers or both truth values.
    fn choice(&mut self, arguments: Vec<(Typed, usize, usize)>) -> Tree {
        let Ok([(condition, c0, c1), (yes, y0, y1), (no, n0, n1)]) = <[_; 3]>::try_from(arguments) else {
            return Tree::Broken;
        };
        let condition = self.expect_truth(condition, c0, c1);
        if matches!(yes.tree, Tree::Truth(_)) {
            let (yes, no) = (self.expect_truth(yes, y0, y1), self.expect_truth(no, n0, n1));
            let (Some(c), Some(yes), Some(no)) = (condition, yes, no) else { return Tree::Broken };
            let otherwise = Condition::and(c.clone().negated(), no);
            return Tree::Truth(Condition::or(Condition::and(c, yes), otherwise));
        }
        let (yes, no) = (self.expect_number(yes, y0, y1), self.expect_number(no, n0, n1));
        let (Some(c), Some(yes), Some(no)) = (condition, yes, no) else { return Tree::Broken };
        Tree::Number(Expression::If(Box::new(c), Box::new(yes), Box::new(no)))
    }
}
