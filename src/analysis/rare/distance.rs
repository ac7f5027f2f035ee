//! How far a world is from a condition: the level function of splitting.
//!
//! In: a condition (or a number that is to become other than 0) of a bound program, and a [`World`]. Out: its distance, 0
//! where it holds. The distance to a conjunction is the sum of those to its parts, to a disjunction the least of them, to a
//! state the cheapest path of moves to it with what their guards and events still ask for, to a comparison what separates
//! its two sides; of a number that is fed by another one, what is there already counts with what is left of its way. It is what planners call the additive heuristic (Bonet and Geffner, "Planning as heuristic search",
//! Artificial Intelligence 129 (2001)), with the costs of [`Ways`].

use super::walk::{Scratch, Walk};
use super::ways::{Emitter, Ways};
use crate::model::id::{MachineId, StateId, TransitionId, VariableId};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{Op, Term};
use std::sync::Arc;

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
    scratch: Scratch,
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
            scratch: Scratch::new(bound),
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
        let far = Walk::new(&self.bound, &self.ways, world, &mut self.scratch).measure(&self.aim);
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
