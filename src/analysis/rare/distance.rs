//! How far a world is from a condition: the level function of splitting.
//!
//! In: a condition (or a number that is to become other than 0) of a bound program, and a [`World`]. Out: its distance, 0
//! where it holds. The distance to a conjunction is the sum of those to its parts, to a disjunction the least of them, to a
//! state the cheapest path of moves to it with what their guards and events still ask for, to a comparison what separates
//! its two sides; of a number that is fed by another one, what is there already counts with what is left of its way. It is what planners call the additive heuristic (Bonet and Geffner, "Planning as heuristic search",
//! Artificial Intelligence 129 (2001)), with the costs of [`Ways`].

use super::ways::{Edge, Emitter, Feed, Slope, Ways, within};
use crate::model::expression::Comparison;
use crate::model::id::{EventId, MachineId, StateId, TransitionId, VariableId};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{Op, Term};
use std::sync::Arc;

/// How deep guards of guards are followed; deeper ones are taken for open.
const DEPTH: usize = 3;
/// How far what feeds a number is followed upstream.
const UPSTREAM: usize = 8;
/// How many values a number is followed through that it may come to by moves of machines.
const CASES: usize = 16;

/// A number: what it is, and what it may become at which cost.
#[derive(Clone, Copy, Debug)]
struct Cases {
    count: usize,
    /// (cost, value); the first one is what it is now.
    all: [(f64, f64); CASES],
}

impl Cases {
    fn one(value: f64) -> Self {
        Cases { count: 1, all: [(0.0, value); CASES] }
    }

    fn add(&mut self, cost: f64, value: f64) {
        if self.count < CASES && cost < f64::INFINITY {
            self.all[self.count] = (cost, value);
            self.count += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.all[..self.count].iter()
    }

    fn map(mut self, f: impl Fn(f64) -> f64) -> Self {
        self.all[..self.count].iter_mut().for_each(|(_, value)| *value = f(*value));
        self
    }

    /// All pairs, as far as there is room.
    fn pairs(&self, other: &Cases, f: impl Fn(f64, f64) -> f64) -> Self {
        let mut all = Cases { count: 0, all: [(0.0, 0.0); CASES] };
        for (cost, x) in self.iter() {
            for (more, y) in other.iter() {
                all.add(cost + more, f(*x, *y));
            }
        }
        all
    }
}

/// What stands on the stack.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "most items are numbers, and the stack is kept from one world to the next"
)]
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

/// What a rare thing is, for the distance.
#[derive(Clone, Debug)]
pub(super) enum Aim {
    /// This is to become true, or other than 0.
    Term(Term),
    /// That, or one of these is to fire.
    Any(Term, Vec<TransitionId>),
}

#[derive(Clone, Debug)]
pub(super) struct Distance {
    bound: Bound,
    ways: Arc<Ways>,
    aim: Aim,
    /// What the distance can depend on.
    machines: Vec<MachineId>,
    variables: Vec<VariableId>,
    reads_time: bool,
    stack: Vec<Item>,
    /// By variable: how much of it is taken to have been used up.
    taken: Vec<f64>,
    /// By run of those that are looked at in turns.
    last: Vec<Option<Known>>,
}

/// A distance that is known already.
#[derive(Clone, Debug, Default)]
struct Known {
    /// What it depended on.
    states: Vec<StateId>,
    variables: Vec<f64>,
    far: f64,
}

impl Distance {
    pub(super) fn new(bound: &Bound, aim: Aim) -> Self {
        let ways = Arc::new(Ways::of(bound));
        let mut distance = Distance {
            bound: bound.clone(),
            ways,
            aim,
            machines: Vec::new(),
            variables: Vec::new(),
            reads_time: false,
            stack: Vec::new(),
            taken: vec![0.0; bound.program().variables.len()],
            last: Vec::new(),
        };
        distance.collect();
        distance
    }

    /// Of the world of a run, from 0; infinite if no way is known. The runs that are looked at in turns are told apart by a number, to
    /// find what has not changed quickly.
    pub(super) fn of(&mut self, world: &World, run: usize) -> f64 {
        if self.last.len() <= run {
            self.last.resize(run + 1, None);
        }
        if let Some(known) = self.last[run].as_ref().filter(|known| self.is_as(known, world)) {
            return known.far;
        }
        let far = self.measure(world);
        let Known { mut states, mut variables, .. } = self.last[run].take().unwrap_or_default();
        states.clear();
        states.extend(self.machines.iter().map(|id| world.states[id.index()]));
        variables.clear();
        variables.extend(self.variables.iter().map(|id| world.variables[id.index()]));
        self.last[run] = Some(Known { states, variables, far });
        far
    }

    /// Whether all that the distance can depend on is as it was.
    fn is_as(&self, known: &Known, world: &World) -> bool {
        !self.reads_time
            && self.machines.iter().zip(&known.states).all(|(id, state)| world.states[id.index()] == *state)
            && self.variables.iter().zip(&known.variables).all(|(id, value)| world.variables[id.index()] == *value)
    }

    fn measure(&mut self, world: &World) -> f64 {
        match self.aim.clone() {
            Aim::Term(term) => self.truth(term, world, 0).0,
            Aim::Any(term, transitions) => {
                let first = self.truth(term, world, 0).0;
                transitions.iter().fold(first, |least, &id| least.min(self.firing(id, world, 0)))
            }
        }
    }

    /// How far a term is from being true, and from being false.
    fn truth(&mut self, term: Term, world: &World, depth: usize) -> (f64, f64) {
        let (start, end) = match term {
            Term::Slot(slot) => return Item::Number(Cases::one(self.bound.slots()[slot as usize])).truth(),
            Term::Code { start, end, .. } => (start as usize, end as usize),
        };
        for index in start..end {
            let item = self.step(index, world, depth);
            self.stack.push(item);
        }
        self.pop().truth()
    }

    fn pop(&mut self) -> Item {
        self.stack.pop().expect("code is well-formed")
    }

    fn step(&mut self, index: usize, world: &World, depth: usize) -> Item {
        let op = self.bound.program().ops[index];
        match op {
            Op::Constant(value) => Item::Number(Cases::one(value)),
            Op::Slot(slot) => Item::Number(Cases::one(self.bound.slots()[slot as usize])),
            Op::Variable(id) => Item::Number(Cases::one(world.variables[id.index()] - self.taken[id.index()])),
            Op::Value(machine, value) => self.value(machine, value as usize, world, depth),
            Op::In(machine, state) => self.presence(machine, state.index()..state.index() + 1, world, depth),
            Op::Within { machine, start, end } => self.presence(machine, start as usize..end as usize, world, depth),
            Op::Time => Item::Number(Cases::one(world.time)),
            Op::YearFraction => Item::Number(Cases::one(self.bound.program().calendar.year_fraction(world.time))),
            Op::Age(machine) => Item::Number(Cases::one(world.time - world.entered[machine.index()])),
            Op::CountWithin { machine, start, end } => {
                let here = (start..end).contains(&world.states[machine.index()].0);
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
                            least = least.min(cost + more + self.gap(comparison, x - y, index, world, depth));
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
    fn gap(&mut self, comparison: Comparison, difference: f64, index: usize, world: &World, depth: usize) -> f64 {
        if comparison.of(difference, 0.0) {
            return 0.0;
        }
        let ways = Arc::clone(&self.ways);
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
            least.min(self.fed(feed, times, world, depth))
        })
    }

    /// What it costs to let a feed fire so many times: before the last of them the others have taken what they take.
    fn fed(&mut self, feed: &Feed, times: f64, world: &World, depth: usize) -> f64 {
        let freely = times * feed.cost;
        if depth >= UPSTREAM {
            return freely;
        }
        let before = (libm::ceil(times) - 1.0).max(0.0);
        feed.takes.iter().for_each(|(id, by)| self.taken[id.index()] += before * by);
        let guard = self.truth(feed.guard, world, depth + 1).0;
        feed.takes.iter().for_each(|(id, by)| self.taken[id.index()] -= before * by);
        // A guard of which no way is known is taken for one that may come to hold some time.
        if guard < f64::INFINITY { freely + guard } else { freely }
    }

    /// A value of a machine's states: what it is, and what it is where the machine may go.
    fn value(&mut self, machine: MachineId, value: usize, world: &World, depth: usize) -> Item {
        let states = self.bound.program().machines[machine.index()].states.clone();
        let here = world.states[machine.index()];
        let now = self.bound.state_value(machine, here, value);
        let costs = self.costs(machine, world, depth);
        let mut others: Vec<(f64, f64)> = states
            .zip(costs)
            .map(|(state, cost)| (cost, self.bound.state_value(machine, StateId::new(state), value)))
            .filter(|(cost, other)| *cost > 0.0 && *cost < f64::INFINITY && *other != now)
            .collect();
        others.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut cases = Cases::one(now);
        others.iter().for_each(|(cost, value)| cases.add(*cost, *value));
        Item::Number(cases)
    }

    /// How far a machine is from being in one of the states, and from being in none of them.
    fn presence(&mut self, machine: MachineId, states: std::ops::Range<usize>, world: &World, depth: usize) -> Item {
        let program = self.bound.program();
        let first = program.machines[machine.index()].states.start;
        let wanted = states.start - first..states.end - first;
        let here = within(&self.bound, machine, world.states[machine.index()]);
        let costs = self.costs(machine, world, depth);
        let least = |inside: bool| {
            let fits = costs.iter().enumerate().filter(|(state, _)| wanted.contains(state) == inside);
            fits.map(|(_, cost)| *cost).fold(f64::INFINITY, f64::min)
        };
        if wanted.contains(&here) { Item::Truth(0.0, least(false)) } else { Item::Truth(least(true), 0.0) }
    }

    /// What it costs a machine to come to each of its states from where it is.
    fn costs(&mut self, machine: MachineId, world: &World, depth: usize) -> Vec<f64> {
        let ways = Arc::clone(&self.ways);
        let states = self.bound.program().machines[machine.index()].states.len();
        let here = within(&self.bound, machine, world.states[machine.index()]);
        if depth >= DEPTH || !ways.conditional[machine.index()] {
            return ways.unguarded[machine.index()][here * states..(here + 1) * states].to_vec();
        }
        let edges = &ways.edges[machine.index()];
        let costs: Vec<f64> = edges.iter().map(|edge| self.cost(edge, world, depth)).collect();
        let mut reached = vec![f64::INFINITY; states];
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
        reached
    }

    fn cost(&mut self, edge: &Edge, world: &World, depth: usize) -> f64 {
        let guard = edge.guard.map_or(0.0, |guard| self.truth(guard, world, depth + 1).0);
        let event = edge.event.map_or(0.0, |event| self.happening(event, world, depth + 1));
        edge.cost + guard + event
    }

    fn happening(&mut self, event: EventId, world: &World, depth: usize) -> f64 {
        if depth >= DEPTH {
            return 0.0;
        }
        let ways = Arc::clone(&self.ways);
        let mut least = f64::INFINITY;
        for emitter in &ways.emitters[event.index()] {
            let cost = match *emitter {
                Emitter::Transition(id) => self.firing(id, world, depth),
                Emitter::Entry(state) | Emitter::Exit(state) => {
                    let machine = self.bound.program().states[state.index()].machine;
                    let cost = self.costs(machine, world, depth)[within(&self.bound, machine, state)];
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
    fn firing(&mut self, id: TransitionId, world: &World, depth: usize) -> f64 {
        let transition = self.bound.program().transitions[id.index()].clone();
        let costs = self.costs(transition.machine, world, depth);
        let from = transition.from.iter().map(|&state| costs[within(&self.bound, transition.machine, state)]);
        let there = from.fold(f64::INFINITY, f64::min);
        let guard = transition.guard.map_or(0.0, |guard| self.truth(guard, world, depth + 1).0);
        there + guard + self.ways.costs[id.index()]
    }

    /// Gathers what the distance can depend on: all that the condition reads, and guards of the machines it asks about.
    fn collect(&mut self) {
        let program = self.bound.program();
        let (mut terms, mut transitions) = (Vec::new(), Vec::new());
        match &self.aim {
            Aim::Term(term) => terms.push(*term),
            Aim::Any(term, any) => {
                terms.push(*term);
                transitions.extend(any.iter().copied());
            }
        }
        let (mut machines, mut variables, mut time): (Vec<MachineId>, Vec<VariableId>, bool) = Default::default();
        let mut pending: Vec<MachineId> =
            transitions.iter().map(|id| program.transitions[id.index()].machine).collect();
        loop {
            for term in std::mem::take(&mut terms) {
                let Term::Code { start, end, .. } = term else { continue };
                for op in &program.ops[start as usize..end as usize] {
                    match *op {
                        Op::Variable(id) if !variables.contains(&id) => {
                            variables.push(id);
                            terms.extend(self.ways.upstream[id.index()].iter().copied());
                        }
                        Op::Time | Op::YearFraction | Op::Age(_) => time = true,
                        Op::Value(machine, _)
                        | Op::In(machine, _)
                        | Op::Within { machine, .. }
                        | Op::CountWithin { machine, .. } => pending.push(machine),
                        _ => {}
                    }
                }
            }
            let Some(machine) = pending.pop() else {
                if terms.is_empty() {
                    break;
                }
                continue;
            };
            if machines.contains(&machine) {
                continue;
            }
            machines.push(machine);
            for transition in program.transitions.iter().filter(|transition| transition.machine == machine) {
                terms.extend(transition.guard);
            }
            for edge in &self.ways.edges[machine.index()] {
                let Some(event) = edge.event else { continue };
                for emitter in &self.ways.emitters[event.index()] {
                    pending.push(match emitter {
                        Emitter::Entry(state) | Emitter::Exit(state) => program.states[state.index()].machine,
                        Emitter::Transition(id) => program.transitions[id.index()].machine,
                    });
                }
            }
        }
        machines.sort();
        variables.sort();
        (self.machines, self.variables, self.reads_time) = (machines, variables, time);
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
    if let (Item::Truth(yes_x, no_x), Item::Truth(yes_y, no_y)) = (x, y) {
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
