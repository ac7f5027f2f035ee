//! What can move a scenario towards a condition, and how hard each move is: the fixed part of the distance.
//!
//! In: a bound program. Out: [`Ways`]: for each machine the moves from state to state, what emits each event, and for each
//! comparison in the code what it costs to move its two sides towards one another. The cost of a move is about the negative
//! logarithm of its probability, as things stand when a run begins: that of losing the race against the other ways out
//! and the horizon. Where a number rises only by transitions that wait for something, as a queue is fed from
//! another one, each of those is a [`Feed`]. Costs order worlds by how far they are from the condition. They may be wrong: the estimate is
//! unbiased whatever they are, and only its variance suffers.

use crate::model::id::{EventId, MachineId, Place, StateId, TransitionId, VariableId};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{ActionCode, Hazard, LawCode, Op, TargetCode, Term, TriggerCode};

/// No move is cheaper: of two paths of certain moves the shorter one is nearer.
const LEAST: f64 = 0.05;
/// The cost of one step of a number of which nothing is known.
const UNKNOWN: f64 = 1.0;

/// A move of one machine from state to state, by their numbers within the machine.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) cost: f64,
    pub(super) guard: Option<Term>,
    pub(super) event: Option<EventId>,
}

/// What makes an event happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Emitter {
    Entry(StateId),
    Exit(StateId),
    Transition(TransitionId),
}

/// A transition that brings the difference of a comparison's sides up or down, once its guard holds.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    /// By how much, for each time that it fires; not 0.
    pub(super) change: f64,
    /// Of each time.
    pub(super) cost: f64,
    pub(super) guard: Term,
    /// Variables that it lowers each time, and by how much.
    pub(super) takes: Vec<(VariableId, f64)>,
}

/// What it costs to bring the difference of a comparison's sides up or down.
#[derive(Clone, Debug)]
pub(super) struct Slope {
    /// For each unit.
    pub(super) up: f64,
    pub(super) down: f64,
    /// For the least step.
    pub(super) step_up: f64,
    pub(super) step_down: f64,
    /// Other ways, which may be cheaper or not.
    pub(super) feeds: Vec<Feed>,
}

impl Slope {
    fn none() -> Slope {
        let [up, down, step_up, step_down] = [f64::INFINITY; 4];
        Slope { up, down, step_up, step_down, feeds: Vec::new() }
    }
}

/// How a variable moves.
#[derive(Clone, Debug)]
struct Motion {
    step: f64,
    cost_up: f64,
    cost_down: f64,
    /// All transitions that raise it, if each of them waits for its guard and nothing else does, and by how much.
    fed_by: Vec<(TransitionId, f64)>,
}

#[derive(Clone, Debug)]
pub(super) struct Ways {
    /// By machine.
    pub(super) edges: Vec<Vec<Edge>>,
    /// By machine: the least cost from state to state, row by row, whatever guards say.
    pub(super) unguarded: Vec<Vec<f64>>,
    /// Whether any move of the machine waits for a guard or an event.
    pub(super) conditional: Vec<bool>,
    /// By event.
    pub(super) emitters: Vec<Vec<Emitter>>,
    /// By the place of the comparison in the code.
    pub(super) slopes: Vec<Option<Slope>>,
    /// By variable: the guards of what feeds it.
    pub(super) upstream: Vec<Vec<Term>>,
    /// By transition: what it costs to let it fire once it can.
    pub(super) costs: Vec<f64>,
}

impl Ways {
    pub(super) fn of(bound: &Bound) -> Self {
        let program = bound.program();
        let mut start = World::default();
        bound.start(&mut start);
        let hazards: Vec<Option<f64>> =
            (0..program.transitions.len()).map(|index| hazard(bound, &start, TransitionId::new(index))).collect();
        let slowest = 1.0 / program.calendar.horizon;
        let mut leaving = vec![slowest; program.states.len()];
        for (transition, hazard) in program.transitions.iter().zip(&hazards) {
            let Some(hazard) = hazard else { continue };
            transition.from.iter().for_each(|state| leaving[state.index()] += hazard);
        }
        let cost_from = |id: usize, state: StateId| match (&program.transitions[id].trigger, hazards[id]) {
            (_, Some(hazard)) => surprise(leaving[state.index()] / hazard),
            (TriggerCode::On { probability, .. }, None) => {
                let p = bound.number(*probability, &start);
                if p > 0.0 && p < 1.0 { surprise(1.0 / p) } else { 0.0 }
            }
            _ => 0.0,
        };
        let nothing_left = vec![None; program.composites.len()];
        let mut edges: Vec<Vec<Edge>> = vec![Vec::new(); program.machines.len()];
        let mut costs = Vec::with_capacity(program.transitions.len());
        for (index, transition) in program.transitions.iter().enumerate() {
            let targets: Vec<(Place, f64)> = match &transition.target {
                TargetCode::Stay { .. } => Vec::new(),
                TargetCode::To(place) => vec![(*place, 0.0)],
                TargetCode::Branches(branches) => {
                    let weights: Vec<f64> = branches.iter().map(|(_, weight)| bound.number(*weight, &start)).collect();
                    let sum: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
                    let cost = |weight: f64| if weight > 0.0 { surprise(sum / weight) } else { 3.0 };
                    branches.iter().zip(weights).map(|((place, _), weight)| (*place, cost(weight))).collect()
                }
            };
            let first = program.machines[transition.machine.index()].states.start;
            let event = match transition.trigger {
                TriggerCode::On { event, .. } => Some(event),
                _ => None,
            };
            for &state in &transition.from {
                for &(place, branch) in &targets {
                    let to = program.entry(place, &nothing_left);
                    let cost = (cost_from(index, state) + branch).max(LEAST);
                    let (from, to) = (state.index() - first, to.index() - first);
                    edges[transition.machine.index()].push(Edge { from, to, cost, guard: transition.guard, event });
                }
            }
            let cheapest = transition.from.iter().map(|&state| cost_from(index, state)).fold(f64::INFINITY, f64::min);
            costs.push(cheapest.max(LEAST));
        }
        let motions = motions(bound, &start, &hazards, slowest);
        let guards = |motion: &Option<Motion>| {
            let feeds = motion.iter().flat_map(|motion| &motion.fed_by);
            feeds.filter_map(|(feed, _)| program.transitions[feed.index()].guard).collect()
        };
        Ways {
            unguarded: (0..edges.len()).map(|m| shortest(&edges[m], program.machines[m].states.len())).collect(),
            conditional: edges.iter().map(|of| of.iter().any(|e| e.guard.is_some() || e.event.is_some())).collect(),
            emitters: emitters(bound),
            slopes: slopes(bound, &start, &motions),
            upstream: motions.iter().map(guards).collect(),
            edges,
            costs,
        }
    }
}

/// The cost of what happens once in so many times.
fn surprise(times: f64) -> f64 {
    libm::log(times).clamp(0.0, 50.0)
}

/// About how fast a timed transition goes as a run begins; where that is 0, what it may come to.
fn hazard(bound: &Bound, start: &World, id: TransitionId) -> Option<f64> {
    let TriggerCode::Timed { hazard, ratio, .. } = &bound.program().transitions[id.index()].trigger else {
        return None;
    };
    let typical = |term: Term| {
        let now = bound.number(term, start);
        if now > 0.0 && now.is_finite() {
            return now;
        }
        let high = bound.reach(term).high;
        if high.is_finite() && high > 0.0 { high / 2.0 } else { UNKNOWN }
    };
    let factor = ratio.map_or(1.0, typical);
    let base = match hazard {
        Hazard::Rate(rate) => typical(*rate),
        Hazard::Wait(wait) => {
            let mean = bound.wait(*wait).mean();
            if mean > 0.0 && mean.is_finite() { 1.0 / mean } else { 1.0 / bound.program().calendar.horizon }
        }
    };
    Some(base * factor)
}

fn shortest(edges: &[Edge], states: usize) -> Vec<f64> {
    let mut all = vec![f64::INFINITY; states * states];
    for state in 0..states {
        all[state * states + state] = 0.0;
    }
    for edge in edges {
        let cell = &mut all[edge.from * states + edge.to];
        *cell = cell.min(edge.cost);
    }
    for via in 0..states {
        for from in 0..states {
            for to in 0..states {
                let way = all[from * states + via] + all[via * states + to];
                if way < all[from * states + to] {
                    all[from * states + to] = way;
                }
            }
        }
    }
    all
}

fn emitters(bound: &Bound) -> Vec<Vec<Emitter>> {
    let program = bound.program();
    let mut all: Vec<Vec<Emitter>> = vec![Vec::new(); program.responders.len()];
    for (index, state) in program.states.iter().enumerate() {
        let id = StateId::new(index);
        all[state.entered.index()].push(Emitter::Entry(id));
        state.enter.emit.iter().for_each(|event| all[event.index()].push(Emitter::Entry(id)));
        state.exit.emit.iter().for_each(|event| all[event.index()].push(Emitter::Exit(id)));
    }
    for composite in &program.composites {
        for state in composite.states.clone() {
            let id = StateId::new(state);
            all[composite.entered.index()].push(Emitter::Entry(id));
            composite.enter.emit.iter().for_each(|event| all[event.index()].push(Emitter::Entry(id)));
            composite.exit.emit.iter().for_each(|event| all[event.index()].push(Emitter::Exit(id)));
        }
    }
    for (index, transition) in program.transitions.iter().enumerate() {
        let emitter = Emitter::Transition(TransitionId::new(index));
        transition.actions.emit.iter().for_each(|event| all[event.index()].push(emitter));
    }
    all
}

/// How each variable moves: the largest step of any action, and what steps up and down cost against one another.
fn motions(bound: &Bound, start: &World, hazards: &[Option<f64>], slowest: f64) -> Vec<Option<Motion>> {
    let program = bound.program();
    let count = program.variables.len();
    let (mut steps, mut jumps) = (vec![0.0_f64; count], vec![0.0_f64; count]);
    let (mut rising, mut falling) = (vec![0.0_f64; count], vec![0.0_f64; count]);
    let mut feeds: Vec<Vec<(TransitionId, f64)>> = vec![Vec::new(); count];
    let mut freely: Vec<bool> = program.variables.iter().map(|variable| variable.dynamics.is_some()).collect();
    let mut note = |actions: &ActionCode, hazard: Option<f64>, waits: Option<TransitionId>| {
        for (id, amount) in &actions.add {
            let amount = bound.number(*amount, start);
            if amount.is_finite() && amount != 0.0 {
                steps[id.index()] = steps[id.index()].max(amount.abs());
                let speed = if amount > 0.0 { &mut rising } else { &mut falling };
                speed[id.index()] += hazard.unwrap_or(0.0);
                match waits {
                    _ if amount < 0.0 => {}
                    Some(transition) => feeds[id.index()].push((transition, amount)),
                    None => freely[id.index()] = true,
                }
            }
        }
        for (id, value) in &actions.set {
            let jump = bound.number(*value, start) - start.variables[id.index()];
            if jump.is_finite() && jump != 0.0 {
                jumps[id.index()] = jumps[id.index()].max(jump.abs());
                let speed = if jump > 0.0 { &mut rising } else { &mut falling };
                speed[id.index()] += hazard.unwrap_or(0.0);
            }
            freely[id.index()] = true;
        }
    };
    for (index, (transition, hazard)) in program.transitions.iter().zip(hazards).enumerate() {
        note(&transition.actions, *hazard, transition.guard.map(|_| TransitionId::new(index)));
    }
    let of_states = program.states.iter().flat_map(|state| [&state.enter, &state.exit]);
    let of_composites = program.composites.iter().flat_map(|composite| [&composite.enter, &composite.exit]);
    of_states.chain(of_composites).for_each(|actions| note(actions, None, None));
    let cost = |speed: f64, against: f64| {
        if speed > 0.0 { surprise((speed + against + slowest) / speed).max(LEAST) } else { UNKNOWN }
    };
    let motion = |index: usize| {
        let (up, down) = (rising[index], falling[index]);
        if steps[index] > 0.0 {
            let fed_by = if freely[index] { Vec::new() } else { feeds[index].clone() };
            return Some(Motion { step: steps[index], cost_up: cost(up, down), cost_down: cost(down, up), fed_by });
        }
        let drift = program.variables[index].dynamics.as_ref().map(|dynamics| {
            let volatility = bound.number(dynamics.volatility, start).abs() * program.calendar.step.sqrt();
            match dynamics.law {
                LawCode::RandomWalk | LawCode::MeanReverting { .. } => volatility,
                LawCode::Geometric | LawCode::LogMeanReverting { .. } => volatility * start.variables[index].abs(),
            }
        });
        let drift = drift.filter(|drift| drift.is_finite()).unwrap_or(0.0);
        let step = drift.max(jumps[index]);
        let (cost_up, cost_down) = match &program.variables[index].dynamics {
            Some(_) => (UNKNOWN, UNKNOWN),
            None => (cost(up, down), cost(down, up)),
        };
        (step > 0.0).then_some(Motion { step, cost_up, cost_down, fed_by: Vec::new() })
    };
    (0..count).map(motion).collect()
}

/// How many numbers an instruction takes.
fn takes(op: &Op) -> usize {
    match op {
        Op::Unary(_) | Op::Not | Op::CountWithin { .. } => 1,
        Op::Binary(_) | Op::Compare(_) | Op::And | Op::Or => 2,
        Op::Select => 3,
        _ => 0,
    }
}

/// The variables that the number of this code is made of: not those that only conditions within it ask about, as a way to
/// another answer of theirs is another value of the number, at what that costs.
fn variables_of(ops: &[Op]) -> Vec<VariableId> {
    let mut stack: Vec<Vec<VariableId>> = Vec::new();
    for op in ops {
        let mut taken = stack.split_off(stack.len() - takes(op));
        stack.push(match op {
            Op::Variable(id) => vec![*id],
            Op::Unary(_) | Op::CountWithin { .. } => taken.swap_remove(0),
            Op::Binary(_) => taken.concat(),
            Op::Select => taken[1..].concat(),
            _ => Vec::new(),
        });
    }
    stack.concat()
}

/// Where the code begins whose value stands on the stack after instruction `end` - 1.
fn begin_of(ops: &[Op], end: usize) -> usize {
    let (mut at, mut missing) = (end, 1);
    while missing > 0 {
        at -= 1;
        missing = missing - 1 + takes(&ops[at]);
    }
    at
}

fn slopes(bound: &Bound, start: &World, motions: &[Option<Motion>]) -> Vec<Option<Slope>> {
    let ops = &bound.program().ops;
    let at = |index: usize| {
        if !matches!(ops[index], Op::Compare(_)) {
            return None;
        }
        let right = begin_of(ops, index);
        let left = begin_of(ops, right);
        Some(slope(bound, start, motions, left, right, index))
    };
    (0..ops.len()).map(at).collect()
}

fn slope(bound: &Bound, start: &World, motions: &[Option<Motion>], left: usize, right: usize, end: usize) -> Slope {
    let ops = &bound.program().ops;
    let code = |from: usize, to: usize| Term::Code { start: from as u32, end: to as u32, deep: true };
    let difference = |world: &World| bound.number(code(left, right), world) - bound.number(code(right, end), world);
    let here = difference(start);
    let mut slope = Slope::none();
    let mut offer = |change: f64, cost: f64| {
        if change > 0.0 {
            slope.up = slope.up.min(cost / change);
            slope.step_up = slope.step_up.min(cost);
        } else if change < 0.0 {
            slope.down = slope.down.min(cost / -change);
            slope.step_down = slope.step_down.min(cost);
        }
    };
    let (mut read, mut fed) = (variables_of(&ops[left..end]), Vec::new());
    read.sort();
    read.dedup();
    for op in &ops[left..end] {
        match op {
            // Counts go up and down by one machine at a time.
            Op::CountWithin { .. } => [1.0, -1.0].iter().for_each(|change| offer(*change, UNKNOWN)),
            // Time passes by itself; a long wait is a step like others.
            Op::Time | Op::YearFraction | Op::Age(_) => {
                let unit = (bound.program().calendar.horizon / 20.0).min(here.abs().max(1e-9));
                offer(if unit.is_finite() { unit } else { 1.0 }, LEAST);
            }
            _ => {}
        }
    }
    for id in read {
        let Some(motion) = &motions[id.index()] else { continue };
        let mut moved = start.clone();
        let mut change = |by: f64| {
            moved.variables[id.index()] = start.variables[id.index()] + by;
            difference(&moved) - here
        };
        let (up, down) = (change(motion.step), change(-motion.step));
        // Where the function is flat as things stand, its direction is not known: either way may do.
        if up == 0.0 && down == 0.0 || !up.is_finite() || !down.is_finite() {
            [motion.step, -motion.step].iter().for_each(|change| offer(*change, UNKNOWN));
        } else {
            match motion.fed_by.as_slice() {
                [] => offer(up, motion.cost_up),
                all => fed.extend(all.iter().filter_map(|&(feed, by)| {
                    let transition = &bound.program().transitions[feed.index()];
                    let amounts = transition.actions.add.iter().map(|(id, amount)| (*id, bound.number(*amount, start)));
                    let takes = amounts.filter(|(_, by)| *by < 0.0).map(|(id, by)| (id, -by)).collect();
                    let (change, guard) = (up * by / motion.step, transition.guard?);
                    (up != 0.0).then_some(Feed { change, cost: motion.cost_up, guard, takes })
                })),
            }
            offer(down, motion.cost_down);
        }
    }
    slope.feeds = fed;
    slope
}

/// The number of a state within its machine.
pub(super) fn within(bound: &Bound, machine: MachineId, state: StateId) -> usize {
    state.index() - bound.program().machines[machine.index()].states.start
}
