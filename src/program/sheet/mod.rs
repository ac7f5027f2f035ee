//! All numbers that a run asks for again and again, as one sheet of cells that keep what they were last.
//!
//! In: the code of a program's hazards, guards, rates, conditions and drifts. Out: a [`Sheet`], and for each run [`Kept`]
//! numbers. A part of an expression that stands in several places, as formulas do, is one cell; it is computed when it is
//! asked for and something that it reads has changed, and not otherwise. What is computed is the same operations on the
//! same operands as the [evaluator](super::evaluate) of single terms does, so the bits are the same.
//!
//! Why: of `continued-support`, with nothing counted, expressions took 1.8 of 3.2 million instructions a run; now 1.2 of 2.5
//! (304 µs to 250).

mod build;
mod evaluate;
pub mod lanes;
pub mod timely;

use super::Term;
use super::bits::Bits;
use crate::model::expression::{Comparison, Function, Operator};
use crate::model::id::{MachineId, StateId};
use std::collections::BTreeSet;
use std::ops::Range;

pub use evaluate::Kept;
use lanes::Cells;

/// Where a number stands in a run's row of numbers.
type At = u32;

/// Computes one number of the row from others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// The cell of this index is up to date from here on.
    Ensure(u32),
    Unary(Function, At),
    Binary(Operator, At, At),
    Compare(Comparison, At, At),
    Not(At),
    And(At, At),
    Or(At, At),
    Select(At, At, At),
    Value(MachineId, u32),
    In(MachineId, StateId),
    Within {
        machine: MachineId,
        start: u32,
        end: u32,
    },
    CountWithin {
        so_far: At,
        machine: MachineId,
        start: u32,
        end: u32,
    },
    Time,
    YearFraction,
    Age(MachineId),
}

/// A step and where its number goes.
type Instruction = (Step, At);

/// A number that is asked for from outside, or from more than one place.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    code: Range<usize>,
}

/// A term of the program.
#[derive(Clone, Debug, Default, PartialEq)]
struct Root {
    /// Where its number stands.
    at: At,
    /// The cell that it is; a variable alone is none, nor is a question of one state.
    cell: Option<u32>,
    /// Whether a machine is in one of some states: that is quicker asked than kept.
    state: Option<(MachineId, u32, u32)>,
}

/// How a run reads a number of its sheet, found out beforehand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// It stands there.
    Number(At),
    /// It stands there once this cell is up to date.
    Cell(At, u32),
    /// Whether the machine is in one of the states from this one up to that one.
    State(MachineId, u32, u32),
}

/// The row of numbers is: variables, slots, constants, then one number for each distinct part of an expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    code: Vec<Instruction>,
    cells: Vec<Cell>,
    /// By the first instruction of the term in the program.
    roots: Vec<Root>,
    variables: usize,
    slots: usize,
    constants: Vec<f64>,
    length: usize,
    /// Cells to compute anew when a variable changes, when a machine moves, when time passes.
    on_variable: Vec<Bits>,
    on_machine: Vec<Bits>,
    on_time: Bits,
    /// All cells.
    pub every: Cells,
    /// Those that say how variables drift.
    pub drifts: Cells,
    /// Those that depend on time alone, where their numbers stand, and which slots they are made of.
    timely: Cells,
    timely_at: Vec<At>,
    timely_slots: Vec<BTreeSet<u32>>,
}

impl Sheet {
    /// Where a slot stands in the row.
    fn slot(&self, slot: u32) -> usize {
        self.variables + slot as usize
    }

    /// Where a term stands that is a slot.
    fn slot_of(&self, term: Term) -> usize {
        match term {
            Term::Slot(slot) => self.slot(slot),
            Term::Code { .. } => unreachable!("code is no slot"),
        }
    }

    /// How a term that runs ask for is read.
    pub fn reading(&self, term: Term) -> Reading {
        let Some(root) = self.root(term) else { return Reading::Number(self.slot_of(term) as At) };
        match (root.state, root.cell) {
            (Some((machine, start, end)), _) => Reading::State(machine, start, end),
            (None, Some(cell)) => Reading::Cell(root.at, cell),
            (None, None) => Reading::Number(root.at),
        }
    }

    fn root(&self, term: Term) -> Option<&Root> {
        match term {
            Term::Slot(_) => None,
            Term::Code { start, .. } => Some(&self.roots[start as usize]),
        }
    }
}

#[cfg(test)]
mod tests;
