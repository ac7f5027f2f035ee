//! The numbers of runs' sheets, and what makes them out of date.

use super::lanes::{Cells, LANES, Worlds};
use super::{Reading, Sheet, Step};
use crate::model::id::{MachineId, VariableId};
use crate::program::Term;
use crate::program::bind::Bound;
use crate::program::bits::Bits;
use crate::program::evaluate::truth;
use crate::program::world::World;
use std::ops::Range;

/// What the sheets of runs hold: of one run, or of [`LANES`] at once, one of which is looked at. Whoever changes a run's world
/// must say so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The rows of numbers side by side: number `at` of run `lane` stands at `at << shift | lane`.
    pub(super) row: Vec<f64>,
    /// By run: cells that something has changed for since they were computed.
    stale: Vec<Bits>,
    /// 0 for one run; otherwise there are 2^shift.
    shift: u32,
    /// The run that is looked at.
    lane: usize,
    pub(super) worlds: Box<Worlds>,
}

impl Kept {
    /// Makes room for a run of this program, unless there is room for many. Nothing can be asked before the first
    /// [`restart`](Kept::restart).
    pub fn begin(&mut self, bound: &Bound) {
        if self.shift > 0 {
            return;
        }
        let sheet = &bound.program().sheet;
        self.stale.resize_with(1, Bits::default);
        self.row.resize(sheet.length, 0.0);
        let (slots, constants) = self.row[sheet.variables..].split_at_mut(sheet.slots);
        slots.copy_from_slice(bound.slots());
        constants[..sheet.constants.len()].copy_from_slice(&sheet.constants);
    }

    /// Makes room for many runs of this program with these values.
    pub fn begin_many(bound: &Bound) -> Self {
        let sheet = &bound.program().sheet;
        let mut row = vec![0.0; sheet.length * LANES];
        let fixed = bound.slots().iter().chain(&sheet.constants);
        for (numbers, &value) in row[sheet.variables * LANES..].chunks_mut(LANES).zip(fixed) {
            numbers.fill(value);
        }
        let stale = vec![sheet.every.set.clone(); LANES];
        Kept { row, stale, shift: LANES.ilog2(), lane: 0, worlds: Box::new(Worlds::new(bound)) }
    }

    /// The run that is looked at, one of many, has these values.
    pub fn bind(&mut self, bound: &Bound) {
        let first = bound.program().sheet.variables;
        for (index, &slot) in bound.slots().iter().enumerate() {
            self.row[(first + index) << self.shift | self.lane] = slot;
        }
        self.worlds.bind(self.lane, bound.state_values());
    }

    /// Looks at another of many runs.
    #[inline]
    pub fn turn_to(&mut self, lane: usize) {
        self.lane = lane;
    }

    /// Takes the world anew, and keeps no cell.
    pub fn restart(&mut self, sheet: &Sheet, world: &World) {
        for (index, &value) in world.variables.iter().enumerate() {
            self.row[index << self.shift | self.lane] = value;
        }
        if self.shift > 0 {
            self.worlds.show(self.lane, world);
        }
        self.stale[self.lane].copy(&sheet.every.set);
    }

    /// A variable was written to.
    #[inline]
    pub fn touched(&mut self, sheet: &Sheet, world: &World, id: VariableId) {
        self.row[id.index() << self.shift | self.lane] = world.variables[id.index()];
        self.stale[self.lane].extend(&sheet.on_variable[id.index()]);
    }

    /// A machine has moved.
    #[inline]
    pub fn moved(&mut self, sheet: &Sheet, world: &World, id: MachineId) {
        if self.shift > 0 {
            self.worlds.show_machine(self.lane, world, id);
        }
        self.stale[self.lane].extend(&sheet.on_machine[id.index()]);
    }

    /// Time has passed.
    #[inline]
    pub fn passed(&mut self, sheet: &Sheet, world: &World) {
        if self.shift > 0 {
            self.worlds.show_time(self.lane, world);
        }
        self.stale[self.lane].extend(&sheet.on_time);
    }

    /// Variables of all runs at once, one after the other.
    pub fn set_variables(&mut self, numbers: &[f64]) {
        self.row[..numbers.len()].copy_from_slice(numbers);
    }

    /// These cells of the run that is looked at were computed since its world last changed.
    #[inline]
    pub fn are_computed(&mut self, cells: &Cells) {
        self.stale[self.lane].subtract(&cells.set);
    }

    /// Computes these cells of the run that is looked at, where they are out of date.
    pub fn bring_up(&mut self, bound: &Bound, world: &World, cells: &Cells) {
        let sheet = &bound.program().sheet;
        cells.order.iter().for_each(|&cell| self.ensure(sheet, bound, world, cell));
    }

    /// The number of a term in each run, as it was last computed.
    #[inline]
    pub fn numbers(&self, bound: &Bound, term: Term) -> &[f64] {
        let sheet = &bound.program().sheet;
        let at = sheet.root(term).map_or_else(|| sheet.slot_of(term), |root| root.at as usize);
        self.row_of(at)
    }

    /// A variable, by its index, in each run.
    #[inline]
    pub fn variables(&self, index: usize) -> &[f64] {
        self.row_of(index)
    }

    #[inline]
    fn row_of(&self, at: usize) -> &[f64] {
        &self.row[at << self.shift..(at + 1) << self.shift]
    }

    /// A number that a run asks for.
    #[inline(always)]
    pub fn read(&mut self, bound: &Bound, world: &World, reading: &Reading) -> f64 {
        let at = match *reading {
            Reading::State(machine, start, end) => {
                return truth((start..end).contains(&world.states[machine.index()].0));
            }
            Reading::Number(at) => at,
            Reading::Cell(at, cell) => {
                self.ensure(&bound.program().sheet, bound, world, cell);
                at
            }
        };
        self.row[(at as usize) << self.shift | self.lane]
    }

    #[inline]
    fn ensure(&mut self, sheet: &Sheet, bound: &Bound, world: &World, cell: u32) {
        if self.stale[self.lane].contains(cell as usize) {
            self.stale[self.lane].remove(cell as usize);
            self.run(sheet, bound, world, sheet.cells[cell as usize].code.clone());
        }
    }

    fn run(&mut self, sheet: &Sheet, bound: &Bound, world: &World, code: Range<usize>) {
        for &(step, to) in &sheet.code[code] {
            let (row, shift, lane) = (&self.row, self.shift, self.lane);
            let x = |at: u32| row[(at as usize) << shift | lane];
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
            self.row[(to as usize) << shift | lane] = value;
        }
    }
}
