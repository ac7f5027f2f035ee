//! What a quantity of the model depends on, and which way each of them moves it: found by evaluating, not by guessing.
//!
//! In: a model at its [`Central`] values and a transition. Out: for each variable, parameter, lever and machine that it
//! reads an [`Influence`]. One at a time is moved over its bounds or range, everything else stays; so this is about
//! the neighbourhood of the central values and not about what happens when two move together.

use super::central::Central;
use super::waiting::law;
use crate::model::expression::{Expression, Reads};
use crate::model::id::{InputId, MachineId, StateId, TransitionId, VariableId};
use crate::model::{InputKind, Model, Target, Transition, Trigger};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{TargetCode, TriggerCode};

/// Points over a range, ends included.
const POINTS: u32 = 17;

/// Which way a quantity goes while what it depends on rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Not at all, near the central values.
    Level,
    Rises,
    Falls,
    RisesThenFalls,
    FallsThenRises,
    /// Up and down more than once.
    Mixed,
}

/// What is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Variable(VariableId),
    Input(InputId),
}

/// What one variable or input does to a quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    pub cause: Cause,
    pub direction: Direction,
    /// The value of the cause and of the quantity at the low end of what was tried, and at the high end.
    pub ends: [(f64, f64); 2],
}

/// What a transition depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Influences {
    /// On its pace (one over the mean wait), or on the probability of answering its event.
    pub pace: Vec<Influence>,
    /// On the share of each branch, in the order of the branches.
    pub branches: Vec<Vec<Influence>>,
    /// The pace while another machine is in each of its states, where that makes a difference.
    pub machines: Vec<(MachineId, Vec<(StateId, f64)>)>,
    /// The least and the greatest pace from now to the horizon, if it changes with time or season.
    pub time: Option<[f64; 2]>,
}

/// Finds what moves a transition that leaves (or happens in) `state`.
pub fn influences(model: &Model, central: &Central, id: TransitionId, state: StateId) -> Influences {
    let transition = &model.transitions[id.index()];
    let world = central.world_in(state);
    let pace_reads = pace_reads(transition);
    let pace = |bound: &Bound, world: &World| pace(bound, world, id);
    let branches = match &transition.target {
        Target::Branches(branches) => {
            let mut reads = Reads::default();
            branches.iter().for_each(|(_, weight)| merge(&mut reads, weight));
            let share = |branch: usize| move |bound: &Bound, world: &World| share(bound, world, id, branch);
            (0..branches.len()).map(|branch| moved(model, central, &world, &reads, share(branch))).collect()
        }
        _ => Vec::new(),
    };
    let machines = pace_reads.machines.iter().filter(|machine| **machine != transition.machine);
    Influences {
        pace: moved(model, central, &world, &pace_reads, pace),
        branches,
        machines: machines.filter_map(|machine| by_state(model, central, &world, id, *machine)).collect(),
        time: pace_reads.time.then(|| over_time(model, central, &world, id)).flatten(),
    }
}

/// What the pace of a transition reads, or its probability of answering.
fn pace_reads(transition: &Transition) -> Reads {
    let mut reads = Reads::default();
    match &transition.trigger {
        Trigger::Rate(rate) => merge(&mut reads, rate),
        Trigger::After { wait } => wait.arguments.iter().for_each(|(_, argument)| merge(&mut reads, argument)),
        Trigger::On { probability, .. } => merge(&mut reads, probability),
        Trigger::Immediate => {}
    }
    for factor in [&transition.hazard_ratio, &transition.acceleration].into_iter().flatten() {
        merge(&mut reads, factor);
    }
    reads
}

fn merge(reads: &mut Reads, expression: &Expression) {
    let more = expression.reads();
    reads.inputs.extend(more.inputs);
    reads.variables.extend(more.variables);
    reads.machines.extend(more.machines);
    reads.time |= more.time;
}

/// One over the mean wait, or the probability of answering; NaN where it has none.
fn pace(bound: &Bound, world: &World, id: TransitionId) -> f64 {
    match &bound.program().transitions[id.index()].trigger {
        TriggerCode::Timed { .. } => law(bound, world, id).map_or(f64::NAN, |law| law.pace()),
        TriggerCode::On { probability, .. } => bound.number(*probability, world),
        TriggerCode::Immediate => f64::NAN,
    }
}

/// The share of a branch.
fn share(bound: &Bound, world: &World, id: TransitionId, branch: usize) -> f64 {
    let TargetCode::Branches(branches) = &bound.program().transitions[id.index()].target else { return f64::NAN };
    let weight = |index: usize| bound.number(branches[index].1, world);
    weight(branch) / (0..branches.len()).map(weight).sum::<f64>()
}

/// The shares of a transition's branches in a world; empty if it has none.
pub fn shares(bound: &Bound, world: &World, id: TransitionId) -> Vec<f64> {
    match &bound.program().transitions[id.index()].target {
        TargetCode::Branches(branches) => (0..branches.len()).map(|branch| share(bound, world, id, branch)).collect(),
        _ => Vec::new(),
    }
}

/// Moves each variable and each named input that is read, one at a time.
fn moved(
    model: &Model,
    central: &Central,
    world: &World,
    reads: &Reads,
    quantity: impl Fn(&Bound, &World) -> f64,
) -> Vec<Influence> {
    let mut found = Vec::new();
    let mut keep = |cause, curve: Vec<(f64, f64)>| {
        if let (Some(first), Some(last)) = (curve.first(), curve.last()) {
            let values: Vec<f64> = curve.iter().map(|(_, y)| *y).collect();
            found.push(Influence { cause, direction: direction(&values), ends: [*first, *last] });
        }
    };
    for id in &reads.variables {
        let span = span_of(model.variables[id.index()].bounds, world.variables[id.index()]);
        let mut world = world.clone();
        let curve = grid(span).map(|x| {
            world.variables[id.index()] = x;
            (x, quantity(central.bound(), &world))
        });
        keep(Cause::Variable(*id), curve.filter(|(_, y)| y.is_finite()).collect());
    }
    for id in &reads.inputs {
        let input = &model.inputs[id.index()];
        if input.kind == InputKind::InPlace {
            continue;
        }
        let nearby = 0.2 * if input.value == 0.0 { 1.0 } else { input.value.abs() };
        let span = input.range.unwrap_or([input.value - nearby, input.value + nearby]);
        let curve = grid(span).filter_map(|x| Some((x, quantity(&central.with(*id, x)?, world))));
        keep(Cause::Input(*id), curve.filter(|(_, y)| y.is_finite()).collect());
    }
    found
}

/// The pace by the state of another machine; `None` if it is the same in all.
fn by_state(
    model: &Model,
    central: &Central,
    world: &World,
    id: TransitionId,
    machine: MachineId,
) -> Option<(MachineId, Vec<(StateId, f64)>)> {
    let mut world = world.clone();
    let paces: Vec<(StateId, f64)> = model.machines[machine.index()]
        .states
        .clone()
        .map(|state| {
            let state = StateId::new(state);
            world.states[machine.index()] = state;
            (state, pace(central.bound(), &world, id))
        })
        .collect();
    let differ = paces.iter().any(|(_, pace)| pace.is_finite() && !same(*pace, paces[0].1));
    differ.then_some((machine, paces))
}

/// The least and greatest pace from time 0 to the horizon, at times closer than a week of a year apart.
fn over_time(model: &Model, central: &Central, world: &World, id: TransitionId) -> Option<[f64; 2]> {
    let mut world = world.clone();
    let horizon = model.calendar.horizon;
    let paces: Vec<f64> = (0..=400)
        .map(|k| {
            world.time = horizon * f64::from(k) / 400.0;
            pace(central.bound(), &world, id)
        })
        .filter(|pace| pace.is_finite())
        .collect();
    let least = paces.iter().copied().reduce(f64::min)?;
    let greatest = paces.iter().copied().reduce(f64::max)?;
    (!same(least, greatest)).then_some([least, greatest])
}

/// What is tried of a variable: its bounds, or one (or its own size) to either side of where it starts.
fn span_of([low, high]: [f64; 2], at: f64) -> [f64; 2] {
    let reach = at.abs().max(1.0);
    [if low.is_finite() { low } else { at - reach }, if high.is_finite() { high } else { at + reach }]
}

fn grid([low, high]: [f64; 2]) -> impl Iterator<Item = f64> {
    (0..POINTS).map(move |k| {
        let share = f64::from(k) / f64::from(POINTS - 1);
        if k + 1 == POINTS { high } else { low + (high - low) * share }
    })
}

/// Equal but for the noise of arithmetic.
fn same(x: f64, y: f64) -> bool {
    x == y || (x - y).abs() <= 1e-9 * x.abs().max(y.abs())
}

/// Which way a series of values goes.
pub fn direction(values: &[f64]) -> Direction {
    let mut turns: Vec<bool> = Vec::new();
    for pair in values.windows(2).filter(|pair| !same(pair[0], pair[1])) {
        turns.push(pair[1] > pair[0]);
    }
    turns.dedup();
    match turns.as_slice() {
        [] => Direction::Level,
        [true] => Direction::Rises,
        [false] => Direction::Falls,
        [true, false] => Direction::RisesThenFalls,
        [false, true] => Direction::FallsThenRises,
        _ => Direction::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_have_directions() {
        let on = |f: fn(f64) -> f64| direction(&grid([0.0, 1.0]).map(f).collect::<Vec<_>>());
        assert_eq!(on(|_| 3.0), Direction::Level);
        assert_eq!(on(|x| 3.0 + 1e-12 * x), Direction::Level);
        assert_eq!(on(|x| libm::exp(2.0 * x)), Direction::Rises);
        assert_eq!(on(|x| x.clamp(0.3, 0.5)), Direction::Rises);
        assert_eq!(on(|x| -x), Direction::Falls);
        assert_eq!(on(|x| x * (1.0 - x)), Direction::RisesThenFalls);
        assert_eq!(on(|x| (x - 0.4) * (x - 0.4)), Direction::FallsThenRises);
        assert_eq!(on(|x| libm::sin(12.0 * x)), Direction::Mixed);
    }

    #[test]
    fn ranges_are_tried_from_end_to_end() {
        let all: Vec<f64> = grid([0.1, 0.7]).collect();
        assert_eq!((all[0], all[all.len() - 1], all.len()), (0.1, 0.7, 17));
        assert_eq!(span_of([0.0, f64::INFINITY], 30.0), [0.0, 60.0]);
        assert_eq!(span_of([f64::NEG_INFINITY, f64::INFINITY], 0.0), [-1.0, 1.0]);
    }
}
