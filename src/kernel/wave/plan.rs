//! What becomes of the clocks of a run on a way from one physical state to another, laid out for many runs.
//!
//! In: the active clocks of both states, and which of them begin. Out: blocks of as many places as are dealt with together,
//! with what must be known of the clocks that begin there, and the clocks that go on.

use super::WIDTH;
use crate::program::physical::{ActiveClock, Leap};
use crate::random::{NameAddress, Stride};

/// Places that are laid out together: most states have no more clocks.
pub(super) const TOGETHER: usize = 4;

/// The number of a wait; 0 for none: the multiplier is the hazard.
pub(super) type WaitNumber = u32;

/// What becomes of the clocks on a way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Which blocks begin anew.
    pub first: usize,
    pub end: usize,
    /// Which clocks go on, of those that it makes a difference to: all others stay where they are.
    pub first_stay: usize,
    pub end_stays: usize,
    /// Whether the state renews.
    pub renews: bool,
    /// Whether something is to be done with records.
    pub on_record: bool,
}

impl Plan {
    pub const NOTHING: Plan = Plan { first: 0, end: 0, first_stay: 0, end_stays: 0, renews: false, on_record: false };
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
    pub blocks: Vec<Block>,
    pub stays: Vec<Stay>,
}

/// Clocks that begin at neighbouring places: one list for each thing known of them. Where none begins there is one that is
/// never due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The first place.
    pub place: usize,
    pub transitions: [u32; TOGETHER],
    pub strides: [Stride; TOGETHER],
    pub multipliers: [f64; TOGETHER],
    pub waits: [WaitNumber; TOGETHER],
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
        let (first, first_stay) = (self.blocks.len(), self.stays.len());
        let mut begins_anew = vec![false; after.len().max(before.len()).div_ceil(TOGETHER)];
        for (number, begins_anew) in begins_anew.iter_mut().enumerate() {
            let start = number * TOGETHER;
            let mut block = Block::of_none(start, starts.len());
            for place in leap.begins.iter().copied().filter(|place| place / TOGETHER == number) {
                let clock = &after[place];
                if leap.renews || record(clock).is_none() {
                    block.put(place - start, clock, &starts[clock.id.index()]);
                    *begins_anew = true;
                }
            }
            // Places that are left are cleared so.
            let is_left = |place: usize| place >= after.len() && place < before.len();
            *begins_anew |= (start..start + TOGETHER).any(is_left);
            self.blocks.extend(begins_anew.then_some(block));
        }
        for &(was, is) in &leap.stays {
            let reruns = before[was] != after[is] && record(&after[is]).is_none();
            if reruns || was != is || begins_anew[is / TOGETHER] {
                let (before, after) = (before[was].multiplier, after[is].multiplier);
                self.stays.push(Stay { was, is, reruns, before, after });
            }
        }
        Plan {
            first,
            end: self.blocks.len(),
            first_stay,
            end_stays: self.stays.len(),
            renews: leap.renews,
            on_record: !leap.renews && before.iter().chain(after).any(|clock| record(clock).is_some()),
        }
    }
}

impl Block {
    /// No clock begins; `nobody` is the number of a transition that there is not.
    fn of_none(place: usize, nobody: usize) -> Self {
        debug_assert!(place.is_multiple_of(TOGETHER) && TOGETHER <= WIDTH);
        Block {
            place,
            transitions: [nobody as u32; TOGETHER],
            strides: [Stride::default(); TOGETHER],
            // A threshold divided by it is infinite.
            multipliers: [0.0; TOGETHER],
            waits: [0; TOGETHER],
        }
    }

    /// This clock begins at a place of the block.
    fn put(&mut self, index: usize, clock: &ActiveClock, start: &Start) {
        self.transitions[index] = clock.id.index() as u32;
        self.strides[index] = start.name.stride();
        self.multipliers[index] = clock.multiplier;
        // Without a hazard it never ends, however short its wait may be at most.
        self.waits[index] = if clock.multiplier == 0.0 { 0 } else { start.wait };
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

    #[test]
    fn a_state_that_renews_begins_all_clocks_and_clears_what_is_left() {
        let mut plans = Plans::default();
        let plan =
            plans.lay_out(&leap(&[], &[0, 1]), &clocks(&[0, 1, 2, 3, 4, 5], 1.0), &clocks(&[7, 8], 0.5), &starts(&[8]));
        assert_eq!((plan.first..plan.end, plan.first_stay..plan.end_stays), (0..2, 0..0));
        assert!(plan.renews && !plan.on_record);
        assert_eq!(plans.blocks[0].transitions, [7, 8, 9, 9]);
        assert_eq!(plans.blocks[0].multipliers, [0.5, 0.5, 0.0, 0.0]);
        assert_eq!(plans.blocks[0].waits, [1, 0, 0, 0]);
        assert_eq!((plans.blocks[1].place, plans.blocks[1].transitions), (TOGETHER, [9; TOGETHER]));
    }

    #[test]
    fn clocks_that_go_on_are_told_of_where_it_makes_a_difference() {
        let mut plans = Plans::default();
        let before = clocks(&[0, 1, 2, 3, 4, 5, 6], 1.0);
        // The last clock gives its place to another, and one of them runs otherwise from now on.
        let mut after = clocks(&[0, 1, 2, 3, 4, 5, 7], 1.0);
        after[2].multiplier = 2.0;
        let stays: Vec<(usize, usize)> = (0..6).map(|place| (place, place)).collect();
        let plan = plans.lay_out(&leap(&stays, &[6]), &before, &after, &starts(&[]));
        assert_eq!((plan.end - plan.first, plans.blocks[0].transitions), (1, [9, 9, 7, 9]));
        let told: Vec<(usize, usize, bool)> = plans.stays.iter().map(|stay| (stay.was, stay.is, stay.reruns)).collect();
        assert_eq!(told, [(2, 2, true), (4, 4, false), (5, 5, false)]);
        // On record it is not for the plan to say, neither what begins nor what runs otherwise.
        let plan = plans.lay_out(&leap(&stays, &[6]), &before, &after, &starts(&[2, 7]));
        assert!(plan.on_record && plan.end == plan.first && plan.end_stays == plan.first_stay);
    }

    #[test]
    fn a_clock_without_a_hazard_has_no_wait() {
        let mut plans = Plans::default();
        plans.lay_out(&leap(&[], &[0]), &[], &clocks(&[1], 0.0), &starts(&[]));
        assert_eq!((plans.blocks[0].transitions[0], plans.blocks[0].waits[0]), (1, 0));
    }
}
