//! What was asked of the terms of a program, and the answers.
//!
//! In: a bound program and a term. Out: its [`Reach`], computed once. Whatever was concluded from these answers stands for other
//! values of the inputs too, as long as every answer would be the same: asking that costs little where few terms read what
//! has changed.

use crate::program::bind::Bound;
use crate::program::dependence::Reach;
use crate::program::{Op, Term};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Terms and their reach, by the place of their code.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    answers: RefCell<BTreeMap<(u32, u32), (Term, Reach)>>,
}

impl Asked {
    /// What a term can be.
    pub(super) fn reach(&self, bound: &Bound, term: Term) -> Reach {
        let place = match term {
            Term::Slot(slot) => (slot, u32::MAX),
            Term::Code { start, end, .. } => (start, end),
        };
        let mut answers = self.answers.borrow_mut();
        answers.entry(place).or_insert_with(|| (term, bound.reach(term))).1.clone()
    }

    /// Whether all answers of one bound program lead to the same conclusions for another of the same code: the same terms are
    /// known, or known to be 0, and depend on the same parts.
    pub(super) fn stands(&self, old: &Bound, new: &Bound) -> bool {
        let has_changed = |slot: u32| old.slots()[slot as usize].to_bits() != new.slots()[slot as usize].to_bits();
        let concerns = |term: Term| match term {
            Term::Slot(slot) => has_changed(slot),
            Term::Code { start, end, .. } => {
                old.program().ops[start as usize..end as usize].iter().any(|op| match *op {
                    Op::Slot(slot) => has_changed(slot),
                    Op::Value(machine, index) => {
                        let states = old.program().machines[machine.index()].states.clone();
                        let value = |bound: &Bound, state| bound.state_value(machine, state, index as usize).to_bits();
                        let mut states = states.map(crate::model::id::StateId::new);
                        states.any(|state| value(old, state) != value(new, state))
                    }
                    _ => false,
                })
            }
        };
        let conclusion = |reach: &Reach| reach.only().map(|value| value == 0.0);
        let same = |(term, reach): &(Term, Reach)| {
            let now = new.reach(*term);
            now.parts == reach.parts && conclusion(&now) == conclusion(reach)
        };
        let laws = 0..old.program().waits.len();
        let is_memoryless = |bound: &Bound, law: usize| bound.wait(law).constant_hazard().is_some();
        laws.into_iter().all(|law| is_memoryless(old, law) == is_memoryless(new, law))
            && self.answers.borrow().values().filter(|(term, _)| concerns(*term)).all(same)
    }
}
