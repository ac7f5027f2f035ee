//! Finds the parts that expressions share, and orders the work.
//!
//! Code is run on the stack of its names: equal operations on equal operands are one node, whichever term they came from.

use super::lanes::Cells;
use super::{At, Cell, Instruction, Root, Sheet, Step};
use crate::model::id::MachineId;
use crate::program::bits::Bits;
use crate::program::{Hazard, LawCode, Op, Program, Term, TriggerCode};
use std::collections::{BTreeSet, HashMap};

/// A part of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    step: Step,
    /// How many terms and other parts ask for it.
    uses: u32,
    /// How many steps it takes, itself included, if nothing is kept.
    cost: u32,
}

struct Building<'p> {
    program: &'p Program,
    sheet: Sheet,
    nodes: Vec<Node>,
    /// Nodes by what they compute: the words of the step, operands included.
    known: HashMap<String, At>,
    constants: HashMap<u64, At>,
    /// By node: what it depends on, as bits: variables, machines, time.
    leaves: Vec<Bits>,
    first_node: usize,
    /// By node: its cell.
    cells: Vec<Option<u32>>,
}

impl Sheet {
    /// The sheet of every term that runs ask for.
    pub(in crate::program) fn new(program: &Program) -> Sheet {
        let terms = terms(program);
        let constants = constants(program, &terms);
        let (variables, slots) = (program.variables.len(), program.inputs.len() + program.hoisted.len());
        let first_node = variables + slots + constants.len();
        let at = |(index, &value): (usize, &f64)| (value.to_bits(), (variables + slots + index) as At);
        let mut building = Building {
            constants: constants.iter().enumerate().map(at).collect(),
            sheet: Sheet { variables, slots, constants, ..Sheet::default() },
            nodes: Vec::new(),
            known: HashMap::new(),
            leaves: Vec::new(),
            first_node,
            cells: Vec::new(),
            program,
        };
        let roots: Vec<(u32, At)> = terms.iter().map(|&(start, end)| (start, building.read(start, end))).collect();
        building.order(&roots);
        building.sheet
    }
}

/// The code of every term that is asked for during runs, each once.
fn terms(program: &Program) -> Vec<(u32, u32)> {
    let mut terms: Vec<Term> = Vec::new();
    for transition in &program.transitions {
        if let TriggerCode::Timed { hazard, ratio, acceleration, .. } = &transition.trigger {
            terms.extend(transition.guard.iter().chain(ratio).chain(acceleration));
            if let Hazard::Rate(rate) = hazard {
                terms.push(*rate);
            }
        }
    }
    terms.extend(program.immediates.iter().filter_map(|id| program.transitions[id.index()].guard));
    terms.extend(program.consequences.iter().map(|consequence| consequence.rate));
    terms.extend(program.milestones.iter().map(|milestone| milestone.when));
    terms.extend(program.outcomes.iter().map(|outcome| outcome.condition.when));
    for dynamics in program.variables.iter().filter_map(|variable| variable.dynamics.as_ref()) {
        terms.extend([dynamics.drift, dynamics.volatility]);
        if let LawCode::MeanReverting { level, half_life } | LawCode::LogMeanReverting { level, half_life } =
            dynamics.law
        {
            terms.extend([level, half_life]);
        }
    }
    let code_of = |term| match term {
        Term::Slot(_) => None,
        Term::Code { start, end, .. } => Some((start, end)),
    };
    let mut code: Vec<(u32, u32)> = terms.into_iter().filter_map(code_of).collect();
    code.sort_unstable();
    code.dedup();
    code
}

/// The distinct constants of terms.
fn constants(program: &Program, terms: &[(u32, u32)]) -> Vec<f64> {
    let ops = terms.iter().flat_map(|&(start, end)| &program.ops[start as usize..end as usize]);
    let mut bits: Vec<u64> =
        ops.filter_map(|op| if let Op::Constant(x) = op { Some(x.to_bits()) } else { None }).collect();
    bits.sort_unstable();
    bits.dedup();
    bits.into_iter().map(f64::from_bits).collect()
}

impl Building<'_> {
    /// Where the number of some code will stand.
    fn read(&mut self, start: u32, end: u32) -> At {
        let mut stack: Vec<At> = Vec::new();
        for op in &self.program.ops[start as usize..end as usize] {
            let mut pop = || stack.pop().expect("code is well-formed");
            let step = match *op {
                Op::Constant(value) => {
                    stack.push(self.constants[&value.to_bits()]);
                    continue;
                }
                Op::Slot(slot) => {
                    stack.push(self.sheet.slot(slot) as At);
                    continue;
                }
                Op::Variable(id) => {
                    stack.push(id.0);
                    continue;
                }
                Op::Value(machine, index) => Step::Value(machine, index),
                Op::In(machine, state) => Step::In(machine, state),
                Op::Within { machine, start, end } => Step::Within { machine, start, end },
                Op::Time => Step::Time,
                Op::YearFraction => Step::YearFraction,
                Op::Age(machine) => Step::Age(machine),
                Op::CountWithin { machine, start, end } => Step::CountWithin { so_far: pop(), machine, start, end },
                Op::Unary(function) => Step::Unary(function, pop()),
                Op::Not => Step::Not(pop()),
                Op::Binary(operator) => {
                    let (y, x) = (pop(), pop());
                    Step::Binary(operator, x, y)
                }
                Op::Compare(comparison) => {
                    let (y, x) = (pop(), pop());
                    Step::Compare(comparison, x, y)
                }
                Op::And | Op::Or => {
                    let (y, x) = (pop(), pop());
                    if *op == Op::And { Step::And(x, y) } else { Step::Or(x, y) }
                }
                Op::Select => {
                    let (y, x, condition) = (pop(), pop(), pop());
                    Step::Select(condition, x, y)
                }
            };
            let at = self.node(step);
            stack.push(at);
        }
        let at = stack.pop().expect("code is well-formed");
        self.use_of(at);
        at
    }

    /// The node of a step: that of an equal one, or a new one.
    fn node(&mut self, step: Step) -> At {
        // The words of a step are distinct where steps are: places and numbers are written out in them.
        let words = format!("{step:?}");
        if let Some(&at) = self.known.get(&words) {
            return at;
        }
        let at = (self.first_node + self.nodes.len()) as At;
        let (machines, variables) = (self.program.machines.len(), self.program.variables.len());
        let mut leaves = Bits::none(variables + machines + 1);
        let mut cost = 1;
        for operand in operands(step) {
            self.use_of(operand);
            match self.index(operand) {
                Some(index) => {
                    leaves.extend(&self.leaves[index]);
                    cost += self.nodes[index].cost;
                }
                None if (operand as usize) < variables => leaves.insert(operand as usize),
                None => {}
            }
        }
        match step {
            Step::Value(machine, _)
            | Step::In(machine, _)
            | Step::Within { machine, .. }
            | Step::CountWithin { machine, .. } => leaves.insert(variables + machine.index()),
            Step::Time | Step::YearFraction => leaves.insert(variables + machines),
            Step::Age(machine) => {
                leaves.insert(variables + machine.index());
                leaves.insert(variables + machines);
            }
            _ => {}
        }
        if step == Step::YearFraction {
            // It takes a division and the start of the calendar.
            cost = 4;
        }
        self.nodes.push(Node { step, uses: 0, cost });
        self.leaves.push(leaves);
        self.known.insert(words, at);
        at
    }

    fn index(&self, at: At) -> Option<usize> {
        (at as usize).checked_sub(self.first_node)
    }

    fn use_of(&mut self, at: At) {
        if let Some(index) = self.index(at) {
            self.nodes[index].uses += 1;
        }
    }

    /// Makes cells of the terms and of what is shared and takes more than a step, and writes their code.
    fn order(&mut self, roots: &[(u32, At)]) {
        let terms: BTreeSet<usize> = roots.iter().filter_map(|&(_, at)| self.index(at)).collect();
        let timely = self.timely();
        let is_cell = |index: &usize| {
            let node = &self.nodes[*index];
            (terms.contains(index) && of_state(node.step).is_none())
                || (node.uses > 1 && node.cost > 1)
                || timely.contains(index)
        };
        let shared: Vec<usize> = (0..self.nodes.len()).filter(is_cell).collect();
        self.cells = vec![None; self.nodes.len()];
        for (number, &index) in shared.iter().enumerate() {
            self.cells[index] = Some(number as u32);
        }
        // Operands stand before what reads them, so that a cell's code is there before it is asked for.
        for &index in &shared {
            let code = self.segment(|building, code| building.write_node(index, code));
            self.sheet.cells.push(Cell { code });
        }
        self.sheet.roots = vec![Root::default(); self.program.ops.len()];
        for &(start, at) in roots {
            let cell = self.index(at).and_then(|index| self.cells[index]);
            let state = self.index(at).and_then(|index| of_state(self.nodes[index].step));
            self.sheet.roots[start as usize] = Root { at, cell, state };
        }
        self.sheet.length = self.first_node + self.nodes.len();
        let readers = |leaf: usize| {
            let reading = shared.iter().enumerate().filter(|&(_, &index)| self.leaves[index].contains(leaf));
            Bits::of(shared.len(), reading.map(|(number, _)| number))
        };
        let (variables, machines) = (self.program.variables.len(), self.program.machines.len());
        let on_variable = (0..variables).map(readers).collect();
        let on_machine = (variables..variables + machines).map(readers).collect();
        let on_time = readers(variables + machines);
        (self.sheet.on_variable, self.sheet.on_machine, self.sheet.on_time) = (on_variable, on_machine, on_time);
        self.sheet.every = Cells::of(Bits::of(shared.len(), 0..shared.len()), shared.len());
        self.sheet.drifts = self.sheet.cells_of_drifts(self.program);
        let is_timely = |index: usize| self.depends_on_time_alone(index);
        let of_time = Bits::of(shared.len(), (0..shared.len()).filter(|&number| is_timely(shared[number])));
        self.sheet.timely = Cells::of(of_time, shared.len());
        let at = |&number: &u32| (self.first_node + shared[number as usize]) as At;
        self.sheet.timely_at = self.sheet.timely.order.iter().map(at).collect();
        self.sheet.timely_slots = self.timely_slots();
    }

    /// The slots that each cell is made of which depends on time alone.
    fn timely_slots(&self) -> Vec<BTreeSet<u32>> {
        let Sheet { variables, slots, timely, cells, code, .. } = &self.sheet;
        let slot = |at: At| (at as usize).checked_sub(*variables).filter(|slot| slot < slots);
        let mut made_of: Vec<BTreeSet<u32>> = Vec::new();
        for &cell in &timely.order {
            let mut of_this = BTreeSet::new();
            for &(step, _) in &code[cells[cell as usize].code.clone()] {
                of_this.extend(operands(step).filter_map(slot).map(|slot| slot as u32));
                // It stands before, as it depends on time alone too.
                let part = timely.order.iter().position(|&other| step == Step::Ensure(other));
                of_this.extend(part.into_iter().flat_map(|part| made_of[part].clone()));
            }
            made_of.push(of_this);
        }
        made_of
    }

    fn depends_on_time_alone(&self, index: usize) -> bool {
        let time = self.program.variables.len() + self.program.machines.len();
        self.leaves[index].iter().eq([time])
    }

    /// The largest parts that depend on time alone, where they take more than a step: at a step they are the same in all runs.
    fn timely(&self) -> BTreeSet<usize> {
        let others = (0..self.nodes.len()).filter(|&index| !self.depends_on_time_alone(index));
        let read = others.flat_map(|index| operands(self.nodes[index].step)).filter_map(|at| self.index(at));
        read.filter(|&index| self.depends_on_time_alone(index) && self.nodes[index].cost > 1).collect()
    }

    fn segment(&mut self, write: impl FnOnce(&Self, &mut Vec<Instruction>)) -> std::ops::Range<usize> {
        let mut code = Vec::new();
        write(self, &mut code);
        let start = self.sheet.code.len();
        self.sheet.code.extend(code);
        start..self.sheet.code.len()
    }

    /// Writes what must be done for a number to be up to date.
    fn write(&self, at: At, code: &mut Vec<Instruction>) {
        let Some(index) = self.index(at) else { return };
        match self.cells[index] {
            Some(cell) => {
                let ensure = (Step::Ensure(cell), at);
                if !code.contains(&ensure) {
                    code.push(ensure);
                }
            }
            None => self.write_node(index, code),
        }
    }

    fn write_node(&self, index: usize, code: &mut Vec<Instruction>) {
        let step = self.nodes[index].step;
        for operand in operands(step) {
            self.write(operand, code);
        }
        code.push((step, (self.first_node + index) as At));
    }
}

/// The machine and the states of a step that asks whether it is in one of them.
fn of_state(step: Step) -> Option<(MachineId, u32, u32)> {
    match step {
        Step::In(machine, state) => Some((machine, state.0, state.0 + 1)),
        Step::Within { machine, start, end } => Some((machine, start, end)),
        _ => None,
    }
}

fn operands(step: Step) -> impl Iterator<Item = At> {
    let operands = match step {
        Step::Unary(_, x) | Step::Not(x) | Step::CountWithin { so_far: x, .. } => [Some(x), None, None],
        Step::Binary(_, x, y) | Step::Compare(_, x, y) | Step::And(x, y) | Step::Or(x, y) => [Some(x), Some(y), None],
        Step::Select(condition, x, y) => [Some(condition), Some(x), Some(y)],
        Step::Ensure(_)
        | Step::Value(..)
        | Step::In(..)
        | Step::Within { .. }
        | Step::Time
        | Step::YearFraction
        | Step::Age(_) => [None, None, None],
    };
    operands.into_iter().flatten()
}
