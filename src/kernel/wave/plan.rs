//! What becomes of the clocks of runs on a way from one physical state to another, laid out for many runs.
//!
//! In: the active clocks of both states, and which of them begin. Out: the clocks that begin, with what must be known of each, those
//! that go on, and the places that are left.

use crate::program::physical::{ActiveClock, Leap};
use crate::random::{NameAddress, Stride};
use std::ops::Range;

/// The number of a wait; 0 for none: the multiplier is the hazard.
pub(super) type WaitNumber = u32;

/// What becomes of the clocks on a way.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Which clocks begin, by what must be known of each.
    pub begins: Range<usize>,
    /// Which clocks go on, of those that it makes a difference to: all others stay where they are.
    pub stays: Range<usize>,
    /// Places that have no clock any more.
    pub left: Range<usize>,
    /// Whether the state renews.
    pub renews: bool,
    /// Whether something is to be done with records.
    pub on_record: bool,
}

/// How a transition's clock begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// What it draws thresholds by.
    pub name: NameAddress,
    pub wait: WaitNumber,
    /// The place of its record, if it has one.
    pub record: Option<usize>,
}

/// What plans are made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Plans {
    pub begins: Vec<Begin>,
    pub stays: Vec<Stay>,
}

/// A clock that begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Begin {
    pub transition: usize,
    pub place: usize,
    pub stride: Stride,
    pub multiplier: f64,
    pub wait: WaitNumber,
}

/// A clock that is active before and after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    /// Its places.
    pub was: usize,
    pub is: usize,
    /// Whether what is left of its threshold is used up otherwise from now on.
    pub reruns: bool,
    /// Its multipliers.
    pub before: f64,
    pub after: f64,
}

impl Plans {
    /// Lays out a way between two states with these clocks.
    pub fn lay_out(&mut self, leap: &Leap, before: &[ActiveClock], after: &[ActiveClock], starts: &[Start]) -> Plan {
        let record = |clock: &ActiveClock| starts[clock.id.index()].record;
        let (first_begin, first_stay) = (self.begins.len(), self.stays.len());
        for &place in &leap.begins {
            let clock = &after[place];
            if leap.renews || record(clock).is_none() {
                self.begins.push(Begin::of(clock, place, &starts[clock.id.index()]));
            }
        }
        for &(was, is) in &leap.stays {
            let reruns = before[was] != after[is] && record(&after[is]).is_none();
            if reruns || was != is {
                let (before, after) = (before[was].multiplier, after[is].multiplier);
                self.stays.push(Stay { was, is, reruns, before, after });
            }
        }
        Plan {
            begins: first_begin..self.begins.len(),
            stays: first_stay..self.stays.len(),
            left: after.len()..before.len().max(after.len()),
            renews: leap.renews,
            on_record: !leap.renews && before.iter().chain(after).any(|clock| record(clock).is_some()),
        }
    }
}

impl Begin {
    fn of(clock: &ActiveClock, place: usize, start: &Start) -> Self {
        Begin {
            transition: clock.id.index(),
            place,
            stride: start.name.stride(),
            multiplier: clock.multiplier,
            // Without a hazard it never ends, however short its wait may be at most.
            wait: if clock.multiplier == 0.0 { 0 } else { start.wait },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::TransitionId;
    use crate::program::behaviour::Effects;

    fn clocks(ids: &[usize], multiplier: f64) -> Vec<ActiveClock> {
        ids.iter().map(|&id| ActiveClock { id: TransitionId::new(id), multiplier, speed: 1.0 }).collect()
    }

    fn leap(stays: &[(usize, usize)], begins: &[usize]) -> Leap {
        let (effects, stays, begins) = (Effects::default(), stays.to_vec(), begins.to_vec());
        Leap { to: 0, effects, renews: stays.is_empty(), stays, turns: Vec::new(), begins }
    }

    fn starts(on_record: &[usize]) -> Vec<Start> {
        let record = |id: usize| on_record.iter().position(|other| *other == id);
        (0..9).map(|id| Start { name: NameAddress::new("a"), wait: id as u32 % 2, record: record(id) }).collect()
    }

    fn told(plans: &Plans) -> Vec<(usize, usize, f64, WaitNumber)> {
        plans.begins.iter().map(|begin| (begin.transition, begin.place, begin.multiplier, begin.wait)).collect()
    }

    #[test]
    fn a_state_that_renews_begins_all_clocks_and_clears_what_is_left() {
        let mut plans = Plans::default();
        let plan =
            plans.lay_out(&leap(&[], &[0, 1]), &clocks(&[0, 1, 2, 3, 4, 5], 1.0), &clocks(&[7, 8], 0.5), &starts(&[8]));
        assert_eq!((plan.begins, plan.stays, plan.left), (0..2, 0..0, 2..6));
        assert!(plan.renews && !plan.on_record);
        assert_eq!(told(&plans), [(7, 0, 0.5, 1), (8, 1, 0.5, 0)]);
    }

    #[test]
    fn clocks_that_go_on_are_told_of_where_it_makes_a_difference() {
        let mut plans = Plans::default();
        let before = clocks(&[0, 1, 2, 3, 4, 5, 6], 1.0);
        // The third clock ends, those after it move up, another begins at the last place, and one of them runs otherwise from now on.
        let mut after = clocks(&[0, 1, 3, 4, 5, 6, 7], 1.0);
        after[1].multiplier = 2.0;
        let stays = [(0, 0), (1, 1), (3, 2), (4, 3), (5, 4), (6, 5)];
        let plan = plans.lay_out(&leap(&stays, &[6]), &before, &after, &starts(&[]));
        assert_eq!((plan.begins, plan.left), (0..1, 7..7));
        assert_eq!(told(&plans), [(7, 6, 1.0, 1)]);
        let told: Vec<(usize, usize, bool)> = plans.stays.iter().map(|stay| (stay.was, stay.is, stay.reruns)).collect();
        assert_eq!(told, [(1, 1, true), (3, 2, false), (4, 3, false), (5, 4, false), (6, 5, false)]);
        // On record it is not for the plan to say, neither what begins nor what runs otherwise.
        let plan = plans.lay_out(&leap(&stays[..2], &[6]), &before, &after, &starts(&[1, 7]));
        assert!(plan.on_record && plan.begins.is_empty() && plan.stays.is_empty());
    }

    #[test]
    fn a_clock_without_a_hazard_has_no_wait() {
        let mut plans = Plans::default();
        plans.lay_out(&leap(&[], &[0]), &[], &clocks(&[1], 0.0), &starts(&[]));
        assert_eq!(told(&plans), [(1, 0, 0.0, 0)]);
    }
}
