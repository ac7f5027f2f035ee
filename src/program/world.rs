//! The state of everything at one moment of a run.

use crate::model::id::StateId;

/// All that expressions can read and actions can change, and the totals that consequences have reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// Time since the start of the run, in the scenario's unit.
    pub time: f64,
    /// The state of each machine.
    pub states: Vec<StateId>,
    /// When each machine entered its state; negative if before the run.
    pub entered: Vec<f64>,
    /// For each composite with a history, the innermost state that it was last left from; `None` for the others.
    pub left: Vec<Option<StateId>>,
    /// Values of the variables, within their bounds.
    pub variables: Vec<f64>,
    /// Totals of the consequences so far, discounted to time 0.
    pub totals: Vec<f64>,
}

impl World {
    /// Becomes equal to another, without new memory where there is enough.
    pub fn copy(&mut self, other: &World) {
        let World { time, states, entered, left, variables, totals } = self;
        *time = other.time;
        become_equal(states, &other.states);
        become_equal(entered, &other.entered);
        become_equal(left, &other.left);
        become_equal(variables, &other.variables);
        become_equal(totals, &other.totals);
    }
}

fn become_equal<T: Copy>(list: &mut Vec<T>, other: &[T]) {
    // As a rule they are of one program.
    if list.len() == other.len() {
        list.copy_from_slice(other);
    } else {
        list.clear();
        list.extend_from_slice(other);
    }
}
