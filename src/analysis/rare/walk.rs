//! One measurement of a distance: a walk through the code of a condition, with what each of its parts costs.
//!
//! In: the [`Ways`] of a bound program, a [`World`], and what is aimed at. Out: how far away that is. See
//! [`distance`](super::distance) for what that means.

use super::distance::Aim;
use super::ways::{Edge, Emitter, Feed, Slope, Ways, within};
use crate::model::expression::Comparison;
use crate::model::id::{EventId, MachineId, StateId, TransitionId};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{Op, Term};
use std::borrow::Cow;

/// How deep guards of guards are followed; deeper ones are taken for open.
const DEPTH: usize = 3;
/// How far what feeds a number is followed upstream.
const UPSTREAM: usize = 8;
/// How many values a number is followed through that it may come to by moves of machines.
const CASES: usize = 16;

/// A number: what it is, and what it may become, as (cost, value); the first one is what it is now.
#[derive(Clone, Debug)]
enum Cases {
    /// As nearly all are.
    One([(f64, f64); 1]),
    Many(Vec<(f64, f64)>),
}

impl Cases {
    fn one(value: f64) -> Self {
        Cases::One([(0.0, value)])
    }

    fn all(&self) -> &[(f64, f64)] {
        match self {
            Cases::One(one) => one,
            Cases::Many(all) => all,
        }
    }

    fn add(&mut self, cost: f64, value: f64) {
        if self.all().len() < CASES && cost < f64::INFINITY {
            match self {
                Cases::One([one]) => *self = Cases::Many(vec![*one, (cost, value)]),
                Cases::Many(all) => all.push((cost, value)),
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.all().iter()
    }

    fn map(mut self, f: impl Fn(f64) -> f64) -> Self {
        match &mut self {
            Cases::One([(_, value)]) => *value = f(*value),
            Cases::Many(all) => all.iter_mut().for_each(|(_, value)| *value = f(*value)),
        }
        self
    }

    /// All pairs, as far as there is room.
    fn pairs(&self, other: &Cases, f: impl Fn(f64, f64) -> f64) -> Self {
        if let (Cases::One([(_, x)]), Cases::One([(_, y)])) = (self, other) {
            return Cases::one(f(*x, *y));
        }
        let mut all = Cases::Many(Vec::with_capacity(CASES));
        for (cost, x) in self.iter() {
            for (more, y) in other.iter() {
                all.add(cost + more, f(*x, *y));
            }
        }
        all
    }
}

/// What stands on the stack.
#[derive(Clone, Debug)]
enum Item {
    Number(Cases),
    /// How far from being true, and from being false.
    Truth(f64, f64),
}

impl Item {
    fn truth(self) -> (f64, f64) {
        match self {
            Item::Truth(yes, no) => (yes, no),
            Item::Number(cases) => {
                let least = |wanted: bool| {
                    let fits = cases.iter().filter(|(_, value)| (*value != 0.0) == wanted);
                    fits.map(|(cost, _)| *cost).fold(f64::INFINITY, f64::min)
                };
                (least(true), least(false))
            }
        }
    }

    fn number(self) -> Cases {
        match self {
            Item::Number(cases) => cases,
            Item::Truth(yes, _) => Cases::one(f64::from(u8::from(yes == 0.0))),
        }
    }
}

/// What is kept from one walk to the next.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    stack: Vec<Item>,
    /// By variable: how much of it is taken to have been used up.
    taken: Vec<f64>,
    /// Lists that are in no use.
    lists: Vec<Vec<f64>>,
}

impl Scratch {
    pub(super) fn new(bound: &Bound) -> Self {
        Scratch { stack: Vec::new(), taken: vec![0.0; bound.program().variables.len()], lists: Vec::new() }
    }
}

pub(super) struct Walk<'a> {
    bound: &'a Bound,
    ways: &'a Ways,
    world: &'a World,
    scratch: &'a mut Scratch,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bound: &'a Bound, ways: &'a Ways, world: &'a World, scratch: &'a mut Scratch) -> Self {
        Walk { bound, ways, world, scratch }
    }

    pub(super) fn measure(&mut self, aim: &Aim) -> f64 {
        match *aim {
            Aim::Term(term) => self.truth(term, 0).0,
            Aim::Any(term, ref transitions) => {
                let first = self.truth(term, 0).0;
                transitions.iter().fold(first, |least, &id| least.min(self.firing(id, 0)))
            }
        }
    }

    /// How far a term is from being true, and from being false.
    fn truth(&mut self, term: Term, depth: usize) -> (f64, f64) {
        let (start, end) = match term {
            Term::Slot(slot) => return Item::Number(Cases::one(self.bound.slots()[slot as usize])).truth(),
            Term::Code { start, end, .. } => (start as usize, end as usize),
        };
        for index in start..end {
            let item = self.step(index, depth);
            self.scratch.stack.push(item);
        }
        self.pop().truth()
    }

    fn pop(&mut self) -> Item {
        self.scratch.stack.pop().expect("code is well-formed")
    }

    fn step(&mut self, index: usize, depth: usize) -> Item {
        let op = self.bound.program().ops[index];
        match op {
            Op::Constant(value) => Item::Number(Cases::one(value)),
            Op::Slot(slot) => Item::Number(Cases::one(self.bound.slots()[slot as usize])),
            Op::Variable(id) => {
                Item::Number(Cases::one(self.world.variables[id.index()] - self.scratch.taken[id.index()]))
            }
            Op::Value(machine, value) => self.value(machine, value as usize, depth),
            Op::In(machine, state) => self.presence(machine, state.index()..state.index() + 1, depth),
            Op::Within { machine, start, end } => self.presence(machine, start as usize..end as usize, depth),
            Op::Time => Item::Number(Cases::one(self.world.time)),
            Op::YearFraction => Item::Number(Cases::one(self.bound.program().calendar.year_fraction(self.world.time))),
            Op::Age(machine) => Item::Number(Cases::one(self.world.time - self.world.entered[machine.index()])),
            Op::CountWithin { machine, start, end } => {
                let here = (start..end).contains(&self.world.states[machine.index()].0);
                Item::Number(self.pop().number().map(|count| count + f64::from(u8::from(here))))
            }
            Op::Unary(function) => Item::Number(self.pop().number().map(|x| function.of(x))),
            Op::Binary(operator) => {
                let (y, x) = (self.pop().number(), self.pop().number());
                Item::Number(x.pairs(&y, |x, y| operator.of(x, y)))
            }
            Op::Compare(comparison) => {
                let (y, x) = (self.pop().number(), self.pop().number());
                let mut least = |comparison: Comparison| {
                    let mut least = f64::INFINITY;
                    for (cost, x) in x.iter() {
                        for (more, y) in y.iter() {
                            least = least.min(cost + more + self.gap(comparison, x - y, index, depth));
                        }
                    }
                    least
                };
                Item::Truth(least(comparison), least(negated(comparison)))
            }
            Op::Not => {
                let (yes, no) = self.pop().truth();
                Item::Truth(no, yes)
            }
            Op::And | Op::Or => {
                let ((yes_y, no_y), (yes_x, no_x)) = (self.pop().truth(), self.pop().truth());
                match op {
                    Op::And => Item::Truth(yes_x + yes_y, no_x.min(no_y)),
                    _ => Item::Truth(yes_x.min(yes_y), no_x + no_y),
                }
            }
            Op::Select => {
                let (y, x, (yes, no)) = (self.pop(), self.pop(), self.pop().truth());
                select(yes, no, x, y)
            }
        }
    }

    /// What it costs to make the comparison at this place of the code hold, from the difference of its sides.
    fn gap(&mut self, comparison: Comparison, difference: f64, index: usize, depth: usize) -> f64 {
        if comparison.of(difference, 0.0) {
            return 0.0;
        }
        let ways = self.ways;
        let slope = ways.slopes[index].as_ref().expect("every comparison has one");
        let freely = gap(comparison, difference, slope);
        if slope.feeds.is_empty() {
            return freely;
        }
        let strict = matches!(comparison, Comparison::Less | Comparison::Greater);
        let rises = difference < 0.0 || difference == 0.0 && comparison == Comparison::Greater;
        let feeds = slope.feeds.iter().filter(|feed| (feed.change > 0.0) == rises);
        feeds.fold(freely, |least, feed| {
            let times = difference.abs() / feed.change.abs() + f64::from(u8::from(strict));
            least.min(self.fed(feed, times, depth))
        })
    }

    /// What it costs to let a feed fire so many times: before the last of them the others have taken what they take.
    fn fed(&mut self, feed: &Feed, times: f64, depth: usize) -> f64 {
        let freely = times * feed.cost;
        if depth >= UPSTREAM {
            return freely;
        }
        let before = (libm::ceil(times) - 1.0).max(0.0);
        feed.takes.iter().for_each(|(id, by)| self.scratch.taken[id.index()] += before * by);
        let guard = self.truth(feed.guard, depth + 1).0;
        feed.takes.iter().for_each(|(id, by)| self.scratch.taken[id.index()] -= before * by);
        // A guard of which no way is known is taken for one that may come to hold some time.
        if guard < f64::INFINITY { freely + guard } else { freely }
    }

    /// A value of a machine's states: what it is, and what it is where the machine may go.
    fn value(&mut self, machine: MachineId, value: usize, depth: usize) -> Item {
        let states = self.bound.program().machines[machine.index()].states.clone();
        let here = self.world.states[machine.index()];
        let now = self.bound.state_value(machine, here, value);
        let costs = self.costs(machine, depth);
        let mut others: Vec<(f64, f64)> = states
            .zip(costs.iter().copied())
            .map(|(state, cost)| (cost, self.bound.state_value(machine, StateId::new(state), value)))
            .filter(|(cost, other)| *cost > 0.0 && *cost < f64::INFINITY && *other != now)
            .collect();
        others.sort_by(|one, other| one.0.total_cmp(&other.0));
        self.give_back(costs);
        let mut cases = Cases::one(now);
        others.iter().for_each(|(cost, value)| cases.add(*cost, *value));
        Item::Number(cases)
    }

    /// How far a machine is from being in one of the states, and from being in none of them.
    fn presence(&mut self, machine: MachineId, states: std::ops::Range<usize>, depth: usize) -> Item {
        let program = self.bound.program();
        let first = program.machines[machine.index()].states.start;
        let wanted = states.start - first..states.end - first;
        let here = within(self.bound, machine, self.world.states[machine.index()]);
        let costs = self.costs(machine, depth);
        let least = |inside: bool| {
            let fits = costs.iter().enumerate().filter(|(state, _)| wanted.contains(state) == inside);
            fits.map(|(_, cost)| *cost).fold(f64::INFINITY, f64::min)
        };
        let item = if wanted.contains(&here) { Item::Truth(0.0, least(false)) } else { Item::Truth(least(true), 0.0) };
        self.give_back(costs);
        item
    }

    /// What it costs a machine to come to each of its states from where it is; to be [given back](Walk::give_back).
    fn costs(&mut self, machine: MachineId, depth: usize) -> Cow<'a, [f64]> {
        let ways = self.ways;
        let states = self.bound.program().machines[machine.index()].states.len();
        let here = within(self.bound, machine, self.world.states[machine.index()]);
        if depth >= DEPTH || !ways.conditional[machine.index()] {
            return Cow::Borrowed(&ways.unguarded[machine.index()][here * states..(here + 1) * states]);
        }
        let edges = &ways.edges[machine.index()];
        let (mut costs, mut reached) = (self.list(), self.list());
        for edge in edges {
            let cost = self.cost(edge, depth);
            costs.push(cost);
        }
        reached.resize(states, f64::INFINITY);
        reached[here] = 0.0;
        // At most one round for each state settles all of them.
        for _ in 0..states {
            let mut settled = true;
            for (edge, cost) in edges.iter().zip(&costs) {
                let way = reached[edge.from] + cost;
                if way < reached[edge.to] {
                    (reached[edge.to], settled) = (way, false);
                }
            }
            if settled {
                break;
            }
        }
        self.scratch.lists.push(costs);
        Cow::Owned(reached)
    }

    /// An empty list.
    fn list(&mut self) -> Vec<f64> {
        let mut list = self.scratch.lists.pop().unwrap_or_default();
        list.clear();
        list
    }

    /// These costs are looked at no longer.
    fn give_back(&mut self, costs: Cow<'a, [f64]>) {
        if let Cow::Owned(list) = costs {
            self.scratch.lists.push(list);
        }
    }

    fn cost(&mut self, edge: &Edge, depth: usize) -> f64 {
        let guard = edge.guard.map_or(0.0, |guard| self.truth(guard, depth + 1).0);
        let event = edge.event.map_or(0.0, |event| self.happening(event, depth + 1));
        edge.cost + guard + event
    }

    fn happening(&mut self, event: EventId, depth: usize) -> f64 {
        if depth >= DEPTH {
            return 0.0;
        }
        let ways = self.ways;
        let mut least = f64::INFINITY;
        for emitter in &ways.emitters[event.index()] {
            let cost = match *emitter {
                Emitter::Transition(id) => self.firing(id, depth),
                Emitter::Entry(state) | Emitter::Exit(state) => {
                    let machine = self.bound.program().states[state.index()].machine;
                    let costs = self.costs(machine, depth);
                    let cost = costs[within(self.bound, machine, state)];
                    self.give_back(costs);
                    // One that is there already must leave first, and come back to enter.
                    let entry = matches!(emitter, Emitter::Entry(_));
                    if cost == 0.0 && entry { 2.0 } else { cost + f64::from(u8::from(!entry)) }
                }
            };
            least = least.min(cost);
        }
        least
    }

    /// What it costs to let a transition fire.
    fn firing(&mut self, id: TransitionId, depth: usize) -> f64 {
        let transition = &self.bound.program().transitions[id.index()];
        let costs = self.costs(transition.machine, depth);
        let from = transition.from.iter().map(|&state| costs[within(self.bound, transition.machine, state)]);
        let there = from.fold(f64::INFINITY, f64::min);
        self.give_back(costs);
        let guard = transition.guard.map_or(0.0, |guard| self.truth(guard, depth + 1).0);
        there + guard + self.ways.costs[id.index()]
    }
}

/// What it costs to make a comparison of two sides hold that does not, from their difference, by what nothing feeds.
fn gap(comparison: Comparison, difference: f64, slope: &Slope) -> f64 {
    let up = |by: f64, strict: bool| by * slope.up + if strict { slope.step_up } else { 0.0 };
    let down = |by: f64, strict: bool| by * slope.down + if strict { slope.step_down } else { 0.0 };
    let cost = match comparison {
        Comparison::Less => down(difference, true),
        Comparison::LessOrEqual => down(difference, false),
        Comparison::Greater => up(-difference, true),
        Comparison::GreaterOrEqual => up(-difference, false),
        Comparison::Equal if difference > 0.0 => down(difference, false),
        Comparison::Equal => up(-difference, false),
        Comparison::NotEqual => slope.step_up.min(slope.step_down),
    };
    // 0 units of what cannot move, or a side that is no number.
    if cost.is_nan() { f64::INFINITY } else { cost }
}

fn negated(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
    }
}

/// One of two by a condition so far from being true and from being false.
fn select(yes: f64, no: f64, x: Item, y: Item) -> Item {
    if let (&Item::Truth(yes_x, no_x), &Item::Truth(yes_y, no_y)) = (&x, &y) {
        return Item::Truth((yes + yes_x).min(no + yes_y), (yes + no_x).min(no + no_y));
    }
    let (now, other, cost) = if yes == 0.0 { (x.number(), y.number(), no) } else { (y.number(), x.number(), yes) };
    let mut cases = now;
    // Nearest first, so that the ones that are left out are far.
    let mut more: Vec<(f64, f64)> = other.iter().map(|(far, value)| (cost + far, *value)).collect();
    more.sort_by(|one, other| one.0.total_cmp(&other.0));
    more.iter().for_each(|(cost, value)| cases.add(*cost, *value));
    Item::Number(cases)
}
