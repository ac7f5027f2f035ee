//! What is asked of every run of a study, and where its answers are read, found out once.
//!
//! In: a bound program. Out: of each transition its [`Clockwork`], of everything else the [`Questions`].

use crate::model::ClockRule;
use crate::program::bind::Bound;
use crate::program::sheet::Reading;
use crate::program::{Hazard, Term, TransitionCode, TriggerCode};

/// What is the same of a transition throughout a study, close at hand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clockwork {
    pub(super) guard: Option<Reading>,
    /// Without one, the multiple of a wait's hazard has no such factor.
    pub(super) rate: Option<Reading>,
    pub(super) ratio: Option<Reading>,
    pub(super) acceleration: Option<Reading>,
    /// Its rate, if that is its hazard.
    pub(super) hazard: Option<Reading>,
    /// The wait whose hazard it has a multiple of, by its index; without one the multiple is the hazard.
    pub(super) wait: Option<usize>,
    pub(super) rule: ClockRule,
    /// The multiplier and the speed, if they never change.
    pub(super) fixed: Option<(f64, f64)>,
}

/// What is asked of a run besides.
#[derive(Clone, Debug, Default)]
pub(super) struct Questions {
    /// The rate of each consequence.
    pub(super) rates: Vec<Reading>,
    /// Whether the condition of each milestone holds.
    pub(super) milestones: Vec<Reading>,
    /// Whether that of an outcome does, by its index; without those that are looked at at the horizon.
    pub(super) outcomes: Vec<(usize, Reading)>,
}

/// Those of all transitions.
pub(super) fn clockworks(bound: &Bound) -> Vec<Clockwork> {
    let reading = |term: Option<Term>| term.map(|term| bound.program().sheet.reading(term));
    let of = |(transition, fixed): (&TransitionCode, Option<(f64, f64)>)| match &transition.trigger {
        TriggerCode::Timed { hazard, ratio, acceleration, clock } => {
            let (rate, wait) = match *hazard {
                Hazard::Rate(rate) => (Some(rate), None),
                Hazard::Wait(wait) => (None, Some(wait)),
            };
            let is_hazard = ratio.is_none() && acceleration.is_none();
            Clockwork {
                guard: reading(transition.guard),
                hazard: reading(rate).filter(|_| is_hazard),
                rate: reading(rate),
                ratio: reading(*ratio),
                acceleration: reading(*acceleration),
                wait,
                rule: *clock,
                fixed,
            }
        }
        TriggerCode::Immediate => Clockwork { guard: reading(transition.guard), ..Clockwork::default() },
        TriggerCode::On { .. } => Clockwork::default(),
    };
    bound.program().transitions.iter().zip(bound.fixed_multipliers()).map(of).collect()
}

impl Questions {
    pub(super) fn of(bound: &Bound) -> Questions {
        let program = bound.program();
        let reading = |term| program.sheet.reading(term);
        let outcomes = program.outcomes.iter().enumerate().filter(|(_, outcome)| !outcome.at_horizon);
        Questions {
            rates: program.consequences.iter().map(|consequence| reading(consequence.rate)).collect(),
            milestones: program.milestones.iter().map(|milestone| reading(milestone.when)).collect(),
            outcomes: outcomes.map(|(index, outcome)| (index, reading(outcome.condition.when))).collect(),
        }
    }
}
