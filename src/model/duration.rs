//! A time that a machine spends in some of its states, whose length is told.
//!
//! It begins when a run first comes to one of the states, and ends when the machine goes to any other, or is still going on when
//! the run ends. Later ones of the same run are not counted, so that runs stay independent of one another.

use super::Provenance;
use super::id::{MachineId, StateId};
use crate::diagnostic::Span;

/// `[durations.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Duration {
    pub name: String,
    pub span: Span,
    pub machine: MachineId,
    /// Innermost states of the machine, ascending; one at least, and not all of them.
    pub states: Vec<StateId>,
    /// Between what lengths the like lay elsewhere, of what ended, in the scenario's unit.
    pub lasted: Option<[f64; 2]>,
    pub provenance: Provenance,
}
