//! What an expression can ask of machines: `machine.state`, `machine.value`, `age(machine)`, `count(template.state)`.

use super::token::{Token, TokenKind};
use super::{Parser, Rest, Tree, Typed};
use crate::diagnostic::Mistake;
use crate::model::expression::{Condition, Expression};
use crate::model::id::Place;
use crate::model::index::Space;

impl<'a> Parser<'a> {
    /// `machine.state` or `machine.value`.
    pub(super) fn member(&mut self, name: &str, start: usize, end: usize, rest: &mut Rest<'a>) -> Option<Typed> {
        let dot = rest.next();
        let (member, place) = self.after_dot(name, (start, dot.map_or(end, |dot| dot.end)), rest)?;
        let Some(machine) = self.names.machine(name) else {
            self.unknown_machine(name, (start, end), "no machine has this name");
            return Some(Typed::leaf(Tree::Broken));
        };
        let owner = self.note_machine(name, start, end);
        let tree = if let Some(state) = machine.states.get(member) {
            self.note(Space::State, owner, member, place.0, place.1);
            Tree::Truth(match *state {
                Place::State(state) => Condition::In(machine.id, state),
                Place::Composite(composite) => Condition::Within(machine.id, composite),
            })
        } else if let Some(value) = machine.values.get(member) {
            self.note(Space::Value, owner, member, place.0, place.1);
            Tree::Number(Expression::Value(machine.id, *value))
        } else {
            let known = machine.states.keys().chain(machine.values.keys()).map(String::as_str).collect();
            self.unknown_member(name, member, place, known);
            Tree::Broken
        };
        Some(Typed::leaf(tree))
    }

    /// The name after a dot, with its place; `before` is what stands before it.
    fn after_dot(
        &mut self,
        machine: &str,
        before: (usize, usize),
        rest: &mut Rest<'a>,
    ) -> Option<(&'a str, (usize, usize))> {
        match rest.next() {
            Some(Token { kind: TokenKind::Name(member), start, end }) => Some((member, (start, end))),
            Some(token) => self.no_member(machine, token.start, token.end),
            None => self.no_member(machine, before.0, before.1),
        }
    }

    /// `age(machine)`.
    pub(super) fn age(&mut self, open: usize, rest: &mut Rest<'a>) -> Option<Typed> {
        let token = rest.next();
        let Some(Token { kind: TokenKind::Name(name), start, end }) = token else {
            let message = "`age` takes the name of a machine";
            return self.fail(Mistake::WrongArguments, (open, open + 1), message, "write `age(machine)`");
        };
        self.close(rest, open)?;
        let tree = match self.names.machine(name) {
            Some(machine) => {
                self.note_machine(name, start, end);
                Tree::Number(Expression::Age(machine.id))
            }
            None => {
                self.unknown_machine(name, (start, end), "`age` takes the name of a machine");
                Tree::Broken
            }
        };
        Some(Typed::leaf(tree))
    }

    /// `count(template.state)`: how many machines made from the template are in that state, or in one within it; of a
    /// single machine, 1 or 0.
    pub(super) fn count(&mut self, open: usize, rest: &mut Rest<'a>) -> Option<Typed> {
        let takes = "`count` takes a state of a template";
        let example = "write `count(template.state)`: how many machines made from the template are in that state";
        let Some(Token { kind: TokenKind::Name(name), start, end }) = rest.next() else {
            return self.fail(Mistake::WrongArguments, (open, open + 1), takes, example);
        };
        let Some(dot) = rest.next_if(|token| token.kind == TokenKind::Symbol('.')) else {
            return self.fail(Mistake::WrongArguments, (start, end), takes, example);
        };
        let (state, place) = self.after_dot(name, (start, dot.end), rest)?;
        self.close(rest, open)?;
        let names = self.names;
        let (machines, states): (Vec<_>, Vec<&str>) = match (names.templates.get(name), names.machine(name)) {
            (Some(template), _) => {
                let machines = template.machines.iter().filter_map(|name| names.machines.get(name)).collect();
                (machines, template.states.iter().map(String::as_str).collect())
            }
            (None, Some(machine)) => (vec![machine], machine.states.keys().map(String::as_str).collect()),
            (None, None) => {
                self.unknown_template(name, (start, end));
                return Some(Typed::leaf(Tree::Broken));
            }
        };
        if !states.contains(&state) {
            self.unknown_member(name, state, place, states);
            return Some(Typed::leaf(Tree::Broken));
        }
        let owner = self.note_machine(name, start, end);
        self.note(Space::State, owner, state, place.0, place.1);
        let counted: Vec<_> =
            machines.into_iter().filter_map(|machine| Some((machine.id, *machine.states.get(state)?))).collect();
        let size = counted.len() + 1;
        self.bounded(Typed { size, ..Typed::leaf(Tree::Number(Expression::Count(counted))) }, start, place.1)
    }
}
