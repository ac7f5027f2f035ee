//! What is said of an expression that cannot be read: the words of each mistake, and what to type.
//!
//! In: where the parser is stuck, and why. Out: diagnostics whose carets point into the expression.

use super::token::{Token, TokenError, TokenKind};
use super::{Parser, SELF, Tree, words};
use crate::diagnostic::{Diagnostic, Mistake};

impl<'a> Parser<'a> {
    pub(super) fn fail<T>(
        &mut self,
        mistake: Mistake,
        (start, end): (usize, usize),
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        let help = help.into();
        let mut diagnostic = Diagnostic::error(mistake, self.span(start, end), message);
        if !help.is_empty() {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
        None
    }

    /// Reports something misspelt, with what it may have been meant for.
    pub(super) fn misspelt(
        &mut self,
        diagnostic: Diagnostic,
        place: (usize, usize),
        near: Option<String>,
    ) -> Diagnostic {
        let Some(near) = near else { return diagnostic };
        let diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        match self.text.inner {
            Some(_) => diagnostic.fix(self.span(place.0, place.1), near),
            None => diagnostic,
        }
    }

    pub(super) fn odd_token<T>(&mut self, error: TokenError) -> Option<T> {
        let mistake = if error.is_number { Mistake::NotFinite } else { Mistake::StrangeSign };
        let mut diagnostic = Diagnostic::error(mistake, self.span(error.start, error.end), error.message);
        if !error.help.is_empty() {
            diagnostic = diagnostic.help(error.help);
        }
        if let (Some(instead), Some(_)) = (error.instead, self.text.inner) {
            diagnostic = diagnostic.fix(self.span(error.start, error.end), instead);
        }
        self.report(diagnostic);
        None
    }

    /// A token behind the end of an expression.
    pub(super) fn left_over<T>(&mut self, token: &Token<'a>) -> Option<T> {
        let text = self.text.text.as_str();
        let place = (token.start, token.end);
        let shown = token.text(text);
        let after_number = text[..token.start].trim_end().ends_with(|c: char| c.is_ascii_digit());
        if let TokenKind::Name(name) = token.kind
            && after_number
            && !self.names.bare.contains_key(name)
            && let Some(unit) = self.diagnostics.suggest(name, words::UNITS)
        {
            let error = Diagnostic::error(
                Mistake::UnknownUnit,
                self.span(token.start, token.end),
                format!("`{shown}` is not a unit of time"),
            )
            .label("the units are days, weeks, months and years");
            let error = self.misspelt(error, place, Some(unit.to_owned()));
            self.report(error);
            return None;
        }
        match token.kind {
            TokenKind::Name(_) | TokenKind::Number(_) | TokenKind::Symbol('(') => {
                let message = format!("`{shown}` does not fit here: there is no operator before it");
                self.fail(Mistake::MissingOperator, place, message, "put an operator such as `*` between the two")
            }
            TokenKind::Symbol(')') => {
                let message = "this `)` closes nothing";
                self.fail(Mistake::UnclosedParenthesis, place, message, "remove the `)`, or add the `(` it closes")
            }
            TokenKind::Symbol('=') => {
                self.fail(Mistake::StrangeSign, place, "`=` does not compare", "write `==` to compare two numbers")
            }
            TokenKind::Symbol(',') => {
                let message = "a comma separates the arguments of a function, and this stands in none";
                self.fail(Mistake::StrangeSign, place, message, "decimals take a point, as in `1.5`")
            }
            TokenKind::Symbol('.') => {
                let message = "`.` stands between a machine and one of its states, and this is no machine";
                self.fail(Mistake::StrangeSign, place, message, "write `machine.state`, or a number such as `1.5`")
            }
            _ => {
                let message = format!("`{shown}` does not fit here");
                self.fail(Mistake::StrangeSign, place, message, "a number in percent is written `20%`")
            }
        }
    }

    pub(super) fn too_large<T>(&mut self, start: usize, end: usize) -> Option<T> {
        let message = "with its formulas written out, this expression is too large";
        let help = "let a variable or a state's value carry a part of it";
        self.fail(Mistake::ExpressionTooLarge, (start, end), message, help)
    }

    pub(super) fn unknown(&mut self, name: &str, start: usize, end: usize) -> Tree {
        let span = self.span(start, end);
        let diagnostic = if name == SELF || self.names.templates.contains_key(name) {
            let what = if name == SELF { "`self` is a machine" } else { "this is a template" };
            let asks = if name == SELF { "asks whether it is" } else { "is how many machines made from it are" };
            let example = if name == SELF { "self.state".to_owned() } else { format!("count({name}.state)") };
            Diagnostic::error(Mistake::MachineAsNumber, span, format!("{what}, not a quantity"))
                .label(if name == SELF { "a machine" } else { "a template" })
                .help(format!("`{example}` {asks} in that state"))
        } else if let Some(machine) = self.names.machines.get(name) {
            let example = machine.states.keys().next().map_or("state", String::as_str);
            Diagnostic::error(Mistake::MachineAsNumber, span, format!("`{name}` is a machine, not a quantity"))
                .label("a machine")
                .help(format!(
                    "`{name}.{example}` asks whether it is in that state; `age({name})` is the time since it got there"
                ))
        } else if let Some(machine) = self.names.machine_with(name) {
            let path = format!("{machine}.{name}");
            let error = Diagnostic::error(
                Mistake::StateWithoutMachine,
                span,
                format!("`{name}` is a state: its machine must stand before it"),
            )
            .label("a state of which machine?")
            .help(format!("write `{path}`"));
            if self.text.inner.is_some() { error.fix(span, path) } else { error }
        } else if let Some(template) = self.names.template_with(name) {
            let message = format!("`{name}` is a parameter of template `{template}`, and not known outside it");
            Diagnostic::error(Mistake::UnknownName, span, message).label("each machine made from it has its own").help(
                format!("define it for all, as in `[parameters.{name}]`, and take it out of the template's `with`"),
            )
        } else {
            let known = self.names.bare.keys().map(String::as_str).chain(words::ALL.iter().copied());
            let near = self.diagnostics.suggest(name, known).map(str::to_owned);
            let error = Diagnostic::error(Mistake::UnknownName, span, format!("unknown name `{name}`"))
                .label("no parameter, lever, variable or formula has this name");
            match near {
                Some(_) => self.misspelt(error, (start, end), near),
                None => error.help(format!("define it, as in `[parameters.{name}]` with a `value`, or take it out")),
            }
        };
        self.report(diagnostic);
        Tree::Broken
    }

    pub(super) fn no_member<T>(&mut self, machine: &str, start: usize, end: usize) -> Option<T> {
        let message = "a state or a value is expected after the dot";
        let help = format!("write `{machine}.` and one of its states");
        self.fail(Mistake::MissingOperand, (start, end), message, help)
    }

    /// Reports a name after a machine or template that is none of its own.
    pub(super) fn unknown_member(&mut self, machine: &str, member: &str, place: (usize, usize), known: Vec<&str>) {
        let span = self.span(place.0, place.1);
        let what = if self.names.templates.contains_key(machine) { "state" } else { "state or value" };
        let message = format!("`{machine}` has no {what} `{member}`");
        let mut diagnostic = Diagnostic::error(Mistake::UnknownState, span, message);
        if let Some(near) = self.diagnostics.suggest(member, known.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `{machine}.{near}`?"));
            if self.text.inner.is_some() {
                diagnostic = diagnostic.fix(span, near);
            }
        } else {
            diagnostic = diagnostic.help(format!("it has: {}", known[..known.len().min(12)].join(", ")));
        }
        self.report(diagnostic);
    }

    /// Reports what stands before the point in `count(…)` and is neither a template nor a machine.
    pub(super) fn unknown_template(&mut self, name: &str, place: (usize, usize)) {
        let span = self.span(place.0, place.1);
        let error = Diagnostic::error(Mistake::UnknownTemplate, span, format!("unknown template `{name}`"))
            .label("`count` takes a state of a template");
        let known = self.names.templates.keys().map(String::as_str).chain(self.names.machine_names());
        let near = self.diagnostics.suggest(name, known).map(str::to_owned);
        let error = self.misspelt(error, place, near);
        self.report(error);
    }

    pub(super) fn unknown_machine(&mut self, name: &str, place: (usize, usize), label: &str) {
        let span = self.span(place.0, place.1);
        if self.names.templates.contains_key(name) {
            let message = format!("`{name}` is a template, not a machine");
            let error = Diagnostic::error(Mistake::TemplateAsMachine, span, message);
            let of_all = format!("`count({name}.state)` is how many machines made from it are in a state");
            let of_one = match self.names.templates.get(name).and_then(|template| template.machines.first()) {
                _ if self.names.own.is_some() => "`self` is the machine at hand".to_owned(),
                Some(machine) => format!("`{machine}` is one of them"),
                None => format!("a machine with `like = \"{name}\"` has states of its own"),
            };
            self.report(error.label("several machines can be made from it").help(of_all).help(of_one));
            return;
        }
        if name == SELF {
            let message = "`self` is the machine that an expression stands in, and this one stands in none";
            let error = Diagnostic::error(Mistake::SelfOutside, span, message);
            self.report(error.label("no machine is at hand here").help("write the name of a machine"));
            return;
        }
        let error = Diagnostic::error(Mistake::UnknownMachine, span, format!("unknown machine `{name}`")).label(label);
        let machines = self.names.machine_names();
        let near = self.diagnostics.suggest(name, machines.clone()).map(str::to_owned);
        let error = match near {
            Some(_) => self.misspelt(error, place, near),
            None => match machines.take(12).collect::<Vec<_>>().join(", ") {
                list if list.is_empty() => error,
                list => error.help(format!("the machines are: {list}")),
            },
        };
        self.report(error);
    }
}
