//! A model at its central values, with nothing moving: what tables and texts about the model itself are told of.
//!
//! In: a [`Model`]. Out: a bound program, and for each state the world in which its machine is there while the variables
//! stand at their initial values and the other machines where they start. Nothing is simulated.

use super::waiting::law;
use crate::model::Model;
use crate::model::id::{InputId, StateId, TransitionId};
use crate::program::Program;
use crate::program::bind::{Bound, Unbindable};
use crate::program::lower::lower;
use crate::program::world::World;
use std::sync::Arc;

/// A model bound to the central values of its inputs.
#[derive(Clone, Debug)]
pub struct Central {
    program: Arc<Program>,
    bound: Bound,
    start: World,
}

impl Central {
    /// # Errors
    /// If the central values do not give a legal program, which `check` does not see in every case.
    pub fn new(model: &Model) -> Result<Self, Unbindable> {
        let program = Arc::new(lower(model));
        let bound = Bound::central(Arc::clone(&program))?;
        let mut start = World::default();
        bound.start(&mut start);
        Ok(Central { program, bound, start })
    }

    pub fn bound(&self) -> &Bound {
        &self.bound
    }

    /// The world at time 0, before entry actions.
    pub fn start(&self) -> &World {
        &self.start
    }

    /// The same with one machine in another state.
    pub fn world_in(&self, state: StateId) -> World {
        let mut world = self.start.clone();
        let machine = self.program.states[state.index()].machine;
        world.states[machine.index()] = state;
        world
    }

    /// Mean waits of a timed transition in the model's unit, for each state that it leaves; infinite where it never happens.
    /// None for other triggers.
    pub fn mean_waits(&self, id: TransitionId) -> Vec<(StateId, f64)> {
        let from = self.program.transitions[id.index()].from.iter();
        from.filter_map(|state| Some((*state, law(&self.bound, &self.world_in(*state), id)?.mean()))).collect()
    }

    /// The program with one input away from its central value; `None` where that is not legal.
    pub fn with(&self, input: InputId, value: f64) -> Option<Bound> {
        let mut values: Vec<f64> = self.program.inputs.iter().map(|input| input.value).collect();
        values[input.index()] = value;
        Bound::new(Arc::clone(&self.program), &values).ok()
    }
}
