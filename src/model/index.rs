//! Where each name of a scenario is defined and where it is used: for editors, which go from one to the other.
//!
//! In: what a [`resolve`](super::resolve) notes while it looks names up, mistakes or not; ordinary reading notes nothing.
//! Out: an [`Index`] of [`Mention`]s, each with its place in the file that wrote it. Knows no text and no editor.

use crate::diagnostic::{FileId, Span};
use crate::scenario::Name;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Parameter,
    Lever,
    Variable,
    Formula,
    Machine,
    State,
    Value,
    Event,
    Transition,
    Consequence,
    Milestone,
    Outcome,
    Duration,
    Shock,
    Template,
    /// A parameter of a template.
    Argument,
    Policy,
    Variant,
}

/// Names that must differ from one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Parameters, levers, variables, formulas, machines and templates share their names, since expressions use them bare.
    Bare,
    /// States of one machine.
    State,
    /// Values of the states of one machine.
    Value,
    Event,
    /// Transitions of one machine.
    Transition,
    Consequence,
    Milestone,
    Outcome,
    Duration,
    Shock,
    /// Parameters of one template, or of what is made from it.
    Argument,
    Policy,
    Variant,
}

impl Kind {
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Parameter => "parameter",
            Kind::Lever => "lever",
            Kind::Variable => "variable",
            Kind::Formula => "formula",
            Kind::Machine => "machine",
            Kind::State => "state",
            Kind::Value => "value",
            Kind::Event => "event",
            Kind::Transition => "transition",
            Kind::Consequence => "consequence",
            Kind::Milestone => "milestone",
            Kind::Outcome => "outcome",
            Kind::Duration => "duration",
            Kind::Shock => "shock",
            Kind::Template => "template",
            Kind::Argument => "parameter of a template",
            Kind::Policy => "policy",
            Kind::Variant => "variant",
        }
    }

    pub fn space(self) -> Space {
        match self {
            Kind::Parameter | Kind::Lever | Kind::Variable | Kind::Formula | Kind::Machine | Kind::Template => {
                Space::Bare
            }
            Kind::State => Space::State,
            Kind::Value => Space::Value,
            Kind::Event => Space::Event,
            Kind::Transition => Space::Transition,
            Kind::Consequence => Space::Consequence,
            Kind::Milestone => Space::Milestone,
            Kind::Outcome => Space::Outcome,
            Kind::Duration => Space::Duration,
            Kind::Shock => Space::Shock,
            Kind::Argument => Space::Argument,
            Kind::Policy => Space::Policy,
            Kind::Variant => Space::Variant,
        }
    }

    /// Whether expressions mention it, so that it must be a plain word.
    pub fn is_word(self) -> bool {
        !matches!(
            self,
            Kind::Event
                | Kind::Transition
                | Kind::Milestone
                | Kind::Outcome
                | Kind::Duration
                | Kind::Shock
                | Kind::Policy
                | Kind::Variant
        )
    }
}

/// A thing with a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    pub space: Space,
    /// The machine whose state, value or transition it is; empty for what is nobody's.
    pub owner: String,
    pub name: String,
}

/// One place where a symbol is named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// The name alone, or, where it is quoted, with its quotes.
    pub span: Span,
    pub symbol: Symbol,
    /// What it is, where this is a definition. A value is defined by every state that has it, an event by all that emit it.
    pub defines: Option<Kind>,
}

/// All mentions of one resolution, in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    mentions: Vec<Mention>,
}

impl Index {
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// Adds the places that name the same as others do, where one of them is mentioned: as definitions, or as uses.
    pub fn echo(&mut self, pairs: &[[Span; 2]], as_definitions: bool) {
        let mut links: BTreeMap<Span, Vec<Span>> = BTreeMap::new();
        for [one, other] in pairs {
            links.entry(*one).or_default().push(*other);
            links.entry(*other).or_default().push(*one);
        }
        let mut echoes = Vec::new();
        for mention in &self.mentions {
            let (mut open, mut reached) = (vec![mention.span], BTreeSet::from([mention.span]));
            while let Some(span) = open.pop() {
                for next in links.get(&span).into_iter().flatten() {
                    if reached.insert(*next) {
                        open.push(*next);
                        let defines = mention.defines.filter(|_| as_definitions);
                        echoes.push(Mention { span: *next, symbol: mention.symbol.clone(), defines });
                    }
                }
            }
        }
        self.mentions.extend(echoes);
        self.settle();
    }

    /// Puts them in file order, the more telling one first where two are in one place.
    fn settle(&mut self) {
        self.mentions.sort_by(|a, b| (a.span, &a.symbol, b.defines).cmp(&(b.span, &b.symbol, a.defines)));
        self.mentions.dedup_by(|later, first| later.span == first.span && later.symbol == first.symbol);
    }

    /// The mention at an offset, which may also be just behind it.
    pub fn at(&self, file: FileId, offset: u32) -> Option<&Mention> {
        let touches = |m: &&Mention| m.span.file == file && m.span.start <= offset && offset <= m.span.end;
        // Of `a.b` at the point's end both touch: the later one begins there.
        self.mentions.iter().rev().find(touches)
    }

    pub fn of<'i>(&'i self, symbol: &'i Symbol) -> impl Iterator<Item = &'i Mention> {
        self.mentions.iter().filter(move |mention| mention.symbol == *symbol)
    }

    /// Every symbol that is defined, with what it is, in the order of first definitions; repetitions included.
    pub fn definitions(&self) -> impl Iterator<Item = (&Symbol, Kind)> {
        self.mentions.iter().filter_map(|mention| Some((&mention.symbol, mention.defines?)))
    }
}

/// Takes notes for an [`Index`], or none; copies write into the same book.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Option<Rc<RefCell<Vec<Mention>>>>);

impl Recorder {
    /// One that takes notes. The default takes none.
    pub fn taking_notes() -> Self {
        Recorder(Some(Rc::default()))
    }

    pub(super) fn note(&self, space: Space, owner: &str, name: &str, span: Span, defines: Option<Kind>) {
        if let Some(book) = &self.0 {
            let symbol = Symbol { space, owner: owner.to_owned(), name: name.to_owned() };
            book.borrow_mut().push(Mention { span, symbol, defines });
        }
    }

    /// Notes what a key or a quoted name defines.
    pub(super) fn define(&self, kind: Kind, owner: &str, name: &Name) {
        self.note(kind.space(), owner, &name.value, name.span, Some(kind));
    }

    /// Notes what a key or a quoted name refers to.
    pub(super) fn refer(&self, space: Space, owner: &str, name: &Name) {
        self.note(space, owner, &name.value, name.span, None);
    }

    /// Notes both halves of `"machine.state"`.
    pub(super) fn refer_to_state(&self, name: &Name) {
        let (Some((machine, state)), (Some(before), Some(after))) = (name.value.split_once('.'), parts(name)) else {
            return;
        };
        self.note(Space::Bare, "", machine, before, None);
        self.note(Space::State, machine, state, after, None);
    }

    /// What was noted so far.
    pub fn index(&self) -> Index {
        let mentions = self.0.as_ref().map(|book| book.borrow().clone()).unwrap_or_default();
        let mut index = Index { mentions };
        index.settle();
        index
    }
}

/// The places of what stands before and behind the first point of a name.
pub(super) fn parts(name: &Name) -> (Option<Span>, Option<Span>) {
    let (Some(point), Some(start)) = (name.value.find('.'), start_of(name)) else { return (None, None) };
    let span = |from: usize, to: usize| Some(Span::new(name.span.file, start + from, start + to));
    (span(0, point), span(point + 1, name.value.len()))
}

/// Where the text of a quoted name begins, if it stands there as it is: an escape is longer than what it stands for.
fn start_of(name: &Name) -> Option<usize> {
    let written = (name.span.end - name.span.start) as usize;
    match written.checked_sub(name.value.len())? {
        0 => Some(name.span.start as usize),
        2 => Some(name.span.start as usize + 1),
        6 => Some(name.span.start as usize + 3),
        _ => None,
    }
}
