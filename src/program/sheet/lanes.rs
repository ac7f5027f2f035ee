//! The cells of many runs at once: each step is done for all of them before the next one.
//!
//! In: the rows of [`LANES`] runs, and of each what its world looks like. Out: cells, as each run would have computed them
//! when it asked: the same operations on the same operands, so the same bits. Which step it is must be found out once for
//! all runs, and their numbers lie side by side, as the vector units of processors want them.

use super::{Kept, Sheet, Step};
use crate::model::expression::{Comparison, Function, Operator};
use crate::model::id::{MachineId, StateId};
use crate::program::bind::Bound;
use crate::program::bits::Bits;
use crate::program::evaluate::truth;
use crate::program::world::World;
use crate::program::{LawCode, Program, Term};
use crate::stats::special;

/// How many runs are in flight at once.
pub const LANES: usize = 32;

/// One number of each run.
type Numbers = [f64; LANES];

/// What expressions read of the worlds of many runs, besides variables.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Worlds {
    /// By machine: the state it is in.
    states: Vec<[u32; LANES]>,
    /// By machine: when it entered that.
    entered: Vec<Numbers>,
    times: Numbers,
    /// The values of all states: runs may have parameters of their own.
    values: Vec<Numbers>,
}

impl Worlds {
    /// As they are before anything has happened.
    pub(super) fn new(bound: &Bound) -> Self {
        let program = bound.program();
        let states = program.machines.iter().map(|machine| [machine.initial.0; LANES]).collect();
        let values = bound.state_values().iter().map(|&value| [value; LANES]).collect();
        Worlds { states, entered: vec![[0.0; LANES]; program.machines.len()], times: [0.0; LANES], values }
    }

    /// A run has these values of states.
    pub(super) fn bind(&mut self, lane: usize, values: &[f64]) {
        for (own, &value) in self.values.iter_mut().zip(values) {
            own[lane] = value;
        }
    }

    pub(super) fn show(&mut self, lane: usize, world: &World) {
        (0..world.states.len()).for_each(|machine| self.show_machine(lane, world, MachineId::new(machine)));
        self.show_time(lane, world);
    }

    #[inline]
    pub(super) fn show_machine(&mut self, lane: usize, world: &World, machine: MachineId) {
        self.states[machine.index()][lane] = world.states[machine.index()].0;
        self.entered[machine.index()][lane] = world.entered[machine.index()];
    }

    #[inline]
    pub(super) fn show_time(&mut self, lane: usize, world: &World) {
        self.times[lane] = world.time;
    }
}

/// Some cells, with all that they are computed from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// Operands before what reads them.
    pub(super) order: Vec<u32>,
    pub(super) set: Bits,
}

impl Cells {
    /// Cells of a set: they were made in the order in which they can be computed.
    pub(super) fn of(set: Bits, cells: usize) -> Self {
        Cells { order: (0..cells).filter(|&cell| set.contains(cell)).map(|cell| cell as u32).collect(), set }
    }
}

impl Sheet {
    /// The cells that say how variables drift.
    pub(super) fn cells_of_drifts(&self, program: &Program) -> Cells {
        let mut set = Bits::none(self.cells.len());
        let laws = program.variables.iter().filter_map(|variable| variable.dynamics.as_ref());
        for dynamics in laws {
            let mut terms = vec![dynamics.drift, dynamics.volatility];
            if let LawCode::MeanReverting { level, half_life } | LawCode::LogMeanReverting { level, half_life } =
                dynamics.law
            {
                terms.extend([level, half_life]);
            }
            terms.into_iter().for_each(|term| self.need(term, &mut set));
        }
        Cells::of(set, self.cells.len())
    }

    fn need(&self, term: Term, set: &mut Bits) {
        let mut open: Vec<u32> = self.root(term).and_then(|root| root.cell).into_iter().collect();
        while let Some(cell) = open.pop() {
            set.insert(cell as usize);
            let code = &self.code[self.cells[cell as usize].code.clone()];
            open.extend(code.iter().filter_map(|(step, _)| match step {
                Step::Ensure(cell) => Some(*cell),
                _ => None,
            }));
        }
    }
}

impl Kept {
    /// Computes cells of all runs, for the worlds that they are in, without those that were
    /// [told](super::timely::Timely::tell).
    pub fn compute(&mut self, program: &Program, cells: &Cells, told: &Bits) {
        let (rows, _) = self.row.as_chunks_mut::<LANES>();
        // With the widest vector units that this processor has; what they compute is the same.
        pulp::Arch::new().dispatch(Computing { program, cells, told, rows, worlds: &self.worlds });
    }
}

/// What [`Kept::compute`] does.
struct Computing<'a> {
    program: &'a Program,
    cells: &'a Cells,
    told: &'a Bits,
    rows: &'a mut [Numbers],
    worlds: &'a Worlds,
}

impl pulp::NullaryFnOnce for Computing<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let sheet = &self.program.sheet;
        for &cell in &self.cells.order {
            if self.told.contains(cell as usize) {
                continue;
            }
            for &(step, to) in &sheet.code[sheet.cells[cell as usize].code.clone()] {
                // What a step reads stands before where its number goes.
                let (before, after) = self.rows.split_at_mut(to as usize);
                perform(step, before, &mut after[0], self.worlds, self.program);
            }
        }
    }
}

#[inline(always)]
fn perform(step: Step, rows: &[Numbers], out: &mut Numbers, worlds: &Worlds, program: &Program) {
    let x = |at: u32| &rows[at as usize];
    match step {
        // It is computed before.
        Step::Ensure(_) => {}
        Step::Binary(operator, a, b) => binary(operator, x(a), x(b), out),
        Step::Unary(function, a) => unary(function, x(a), out),
        Step::Compare(comparison, a, b) => compare(comparison, x(a), x(b), out),
        Step::Not(a) => of_one(x(a), out, |x| truth(x == 0.0)),
        Step::And(a, b) => of_two(x(a), x(b), out, |x, y| x * y),
        Step::Or(a, b) => of_two(x(a), x(b), out, |x, y| truth(x + y != 0.0)),
        Step::Select(condition, a, b) => {
            let (condition, a, b) = (x(condition), x(a), x(b));
            for lane in 0..LANES {
                out[lane] = if condition[lane] != 0.0 { a[lane] } else { b[lane] };
            }
        }
        Step::Value(machine, index) => {
            let (states, machine) = (&worlds.states[machine.index()], &program.machines[machine.index()]);
            for lane in 0..LANES {
                out[lane] = worlds.values[machine.value_at(StateId(states[lane]), index as usize)][lane];
            }
        }
        Step::In(machine, state) => within(worlds, machine, state.0, state.0 + 1, out),
        Step::Within { machine, start, end } => within(worlds, machine, start, end, out),
        Step::CountWithin { so_far, machine, start, end } => {
            within(worlds, machine, start, end, out);
            let so_far = x(so_far);
            for lane in 0..LANES {
                out[lane] += so_far[lane];
            }
        }
        Step::Time => *out = worlds.times,
        Step::YearFraction => {
            let calendar = &program.calendar;
            of_one(&worlds.times, out, |time| calendar.year_fraction(time));
        }
        Step::Age(machine) => of_two(&worlds.times, &worlds.entered[machine.index()], out, |x, y| x - y),
    }
}

#[inline(always)]
fn within(worlds: &Worlds, machine: MachineId, start: u32, end: u32, out: &mut Numbers) {
    let states = &worlds.states[machine.index()];
    for lane in 0..LANES {
        out[lane] = truth(states[lane] >= start && states[lane] < end);
    }
}

#[inline(always)]
fn of_one(x: &Numbers, out: &mut Numbers, f: impl Fn(f64) -> f64) {
    for lane in 0..LANES {
        out[lane] = f(x[lane]);
    }
}

#[inline(always)]
fn of_two(x: &Numbers, y: &Numbers, out: &mut Numbers, f: impl Fn(f64, f64) -> f64) {
    for lane in 0..LANES {
        out[lane] = f(x[lane], y[lane]);
    }
}

/// Each operator has a loop of its own, which the compiler makes vector instructions of.
#[inline(always)]
fn binary(operator: Operator, x: &Numbers, y: &Numbers, out: &mut Numbers) {
    match operator {
        Operator::Add => of_two(x, y, out, |x, y| Operator::Add.of(x, y)),
        Operator::Subtract => of_two(x, y, out, |x, y| Operator::Subtract.of(x, y)),
        Operator::Multiply => of_two(x, y, out, |x, y| Operator::Multiply.of(x, y)),
        Operator::Divide => of_two(x, y, out, |x, y| Operator::Divide.of(x, y)),
        Operator::Power => special::pow_each_own(x, y, out),
        Operator::Min => of_two(x, y, out, |x, y| Operator::Min.of(x, y)),
        Operator::Max => of_two(x, y, out, |x, y| Operator::Max.of(x, y)),
    }
}

#[inline(always)]
fn unary(function: Function, x: &Numbers, out: &mut Numbers) {
    match function {
        Function::Exp => special::exp_each(x, out),
        Function::Ln => special::log_each(x, out),
        Function::Logistic => {
            let mut negated = [0.0; LANES];
            of_one(x, &mut negated, |x| -x);
            special::exp_each(&negated, out);
            out.iter_mut().for_each(|power| *power = 1.0 / (1.0 + *power));
        }
        Function::Negate => of_one(x, out, |x| Function::Negate.of(x)),
        Function::Abs => of_one(x, out, |x| Function::Abs.of(x)),
        Function::Sqrt => of_one(x, out, |x| Function::Sqrt.of(x)),
        function => of_one(x, out, |x| function.of(x)),
    }
}

#[inline(always)]
fn compare(comparison: Comparison, x: &Numbers, y: &Numbers, out: &mut Numbers) {
    match comparison {
        Comparison::Less => of_two(x, y, out, |x, y| truth(Comparison::Less.of(x, y))),
        Comparison::LessOrEqual => of_two(x, y, out, |x, y| truth(Comparison::LessOrEqual.of(x, y))),
        Comparison::Greater => of_two(x, y, out, |x, y| truth(Comparison::Greater.of(x, y))),
        Comparison::GreaterOrEqual => of_two(x, y, out, |x, y| truth(Comparison::GreaterOrEqual.of(x, y))),
        Comparison::Equal => of_two(x, y, out, |x, y| truth(Comparison::Equal.of(x, y))),
        Comparison::NotEqual => of_two(x, y, out, |x, y| truth(Comparison::NotEqual.of(x, y))),
    }
}
