//! Evaluates terms: a stack machine over the world and the slots.
//!
//! In: a [`Term`] of a bound program and a [`World`]. Out: a number; truth values are 1 and 0. No allocation, no failure:
//! what cannot be computed is NaN, and whoever needs a number checks.

use super::bind::Bound;
use super::world::World;
use super::{Op, Term};
use crate::model::parse::MAX_STACK;

/// Enough for code of at most this many instructions.
pub const SMALL_STACK: usize = 16;
/// Enough for any expression that the parser lets through, with room for the two-sided form of `if` over conditions.
const LARGE_STACK: usize = MAX_STACK + 4;

impl Bound {
    #[inline]
    pub fn number(&self, term: Term, world: &World) -> f64 {
        match term {
            Term::Slot(slot) => self.slots()[slot as usize],
            Term::Code { start, end, deep: false } => self.run::<SMALL_STACK>(start, end, world),
            Term::Code { start, end, deep: true } => self.run::<LARGE_STACK>(start, end, world),
        }
    }

    #[inline]
    pub fn holds(&self, term: Term, world: &World) -> bool {
        self.number(term, world) != 0.0
    }

    fn run<const STACK: usize>(&self, start: u32, end: u32, world: &World) -> f64 {
        let mut stack = [0.0_f64; STACK];
        let mut top = 0;
        for op in &self.program().ops[start as usize..end as usize] {
            let value = match *op {
                Op::Constant(value) => value,
                Op::Slot(slot) => self.slots()[slot as usize],
                Op::Variable(id) => world.variables[id.index()],
                Op::Value(machine, index) => self.state_value(machine, world.states[machine.index()], index as usize),
                Op::In(machine, state) => truth(world.states[machine.index()] == state),
                Op::Within { machine, start, end } => truth((start..end).contains(&world.states[machine.index()].0)),
                Op::Time => world.time,
                Op::YearFraction => self.program().calendar.year_fraction(world.time),
                Op::Age(machine) => world.time - world.entered[machine.index()],
                Op::CountWithin { machine, start, end } => {
                    top -= 1;
                    stack[top] + truth((start..end).contains(&world.states[machine.index()].0))
                }
                Op::Unary(function) => {
                    top -= 1;
                    function.of(stack[top])
                }
                Op::Not => {
                    top -= 1;
                    truth(stack[top] == 0.0)
                }
                Op::Binary(operator) => {
                    top -= 2;
                    operator.of(stack[top], stack[top + 1])
                }
                Op::Compare(comparison) => {
                    top -= 2;
                    truth(comparison.of(stack[top], stack[top + 1]))
                }
                Op::And => {
                    top -= 2;
                    stack[top] * stack[top + 1]
                }
                Op::Or => {
                    top -= 2;
                    truth(stack[top] + stack[top + 1] != 0.0)
                }
                Op::Select => {
                    top -= 3;
                    if stack[top] != 0.0 { stack[top + 1] } else { stack[top + 2] }
                }
            };
            stack[top] = value;
            top += 1;
        }
        stack[0]
    }
}

pub(super) fn truth(value: bool) -> f64 {
    f64::from(u8::from(value))
}
