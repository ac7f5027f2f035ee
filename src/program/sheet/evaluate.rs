//! The numbers of a run's sheet, and what makes them out of date.

use super::{Sheet, Step};
use crate::model::id::{MachineId, VariableId};
use crate::program::Term;
use crate::program::bind::Bound;
use crate::program::bits::Bits;
use crate::program::evaluate::truth;
use crate::program::world::World;
use std::ops::Range;

/// What a run's sheet holds. Whoever changes the world must say so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    row: Vec<f64>,
    /// Cells that something has changed for since they were computed.
    stale: Bits,
}

impl Kept {
    /// Makes room for a run of this program. Nothing can be asked before the first [`restart`](Kept::restart).
    pub fn begin(&mut self, bound: &Bound) {
        let sheet = &bound.program().sheet;
        self.row.resize(sheet.length, 0.0);
        let (slots, constants) = self.row[sheet.variables..].split_at_mut(sheet.slots);
        slots.copy_from_slice(bound.slots());
        constants[..sheet.constants.len()].copy_from_slice(&sheet.constants);
    }

    /// Stands where another does.
    pub fn copy(&mut self, other: &Kept) {
        self.row.clone_from(&other.row);
        self.stale.copy(&other.stale);
    }

    /// Takes all variables anew, and keeps no cell.
    pub fn restart(&mut self, sheet: &Sheet, world: &World) {
        self.row[..sheet.variables].copy_from_slice(&world.variables);
        self.stale.copy(&sheet.all);
    }

    /// A variable was written to.
    #[inline]
    pub fn touched(&mut self, sheet: &Sheet, world: &World, id: VariableId) {
        self.row[id.index()] = world.variables[id.index()];
        self.stale.extend(&sheet.on_variable[id.index()]);
    }

    /// A machine has moved.
    #[inline]
    pub fn moved(&mut self, sheet: &Sheet, id: MachineId) {
        self.stale.extend(&sheet.on_machine[id.index()]);
    }

    /// Time has passed.
    #[inline]
    pub fn passed(&mut self, sheet: &Sheet) {
        self.stale.extend(&sheet.on_time);
    }

    /// The number of a term that runs ask for.
    #[inline]
    pub fn number(&mut self, bound: &Bound, world: &World, term: Term) -> f64 {
        let sheet = &bound.program().sheet;
        let root = match term {
            Term::Slot(slot) => return bound.slots()[slot as usize],
            Term::Code { .. } => sheet.root(term).expect("code has a root"),
        };
        match root.cell {
            Some(cell) => self.ensure(sheet, bound, world, cell),
            None => self.run(sheet, bound, world, root.code.clone()),
        }
        self.row[root.at as usize]
    }

    #[inline]
    fn ensure(&mut self, sheet: &Sheet, bound: &Bound, world: &World, cell: u32) {
        if self.stale.contains(cell as usize) {
            self.stale.remove(cell as usize);
            self.run(sheet, bound, world, sheet.cells[cell as usize].code.clone());
        }
    }

    #[inline]
    pub fn holds(&mut self, bound: &Bound, world: &World, term: Term) -> bool {
        self.number(bound, world, term) != 0.0
    }

    fn run(&mut self, sheet: &Sheet, bound: &Bound, world: &World, code: Range<usize>) {
        for &(step, to) in &sheet.code[code] {
            let row = &self.row;
            let x = |at: u32| row[at as usize];
            let value = match step {
                Step::Ensure(cell) => {
                    self.ensure(sheet, bound, world, cell);
                    continue;
                }
                Step::Binary(operator, a, b) => operator.of(x(a), x(b)),
                Step::Unary(function, a) => function.of(x(a)),
                Step::Compare(comparison, a, b) => truth(comparison.of(x(a), x(b))),
                Step::Not(a) => truth(x(a) == 0.0),
                Step::And(a, b) => x(a) * x(b),
                Step::Or(a, b) => truth(x(a) + x(b) != 0.0),
                Step::Select(condition, a, b) => {
                    if x(condition) != 0.0 {
                        x(a)
                    } else {
                        x(b)
                    }
                }
                Step::Value(machine, index) => {
                    bound.state_value(machine, world.states[machine.index()], index as usize)
                }
                Step::In(machine, state) => truth(world.states[machine.index()] == state),
                Step::Within { machine, start, end } => truth((start..end).contains(&world.states[machine.index()].0)),
                Step::CountWithin { so_far, machine, start, end } => {
                    x(so_far) + truth((start..end).contains(&world.states[machine.index()].0))
                }
                Step::Time => world.time,
                Step::YearFraction => bound.program().calendar.year_fraction(world.time),
                Step::Age(machine) => world.time - world.entered[machine.index()],
            };
            self.row[to as usize] = value;
        }
    }
}
