//! Pilot runs of splitting: where runs spend their events on the way up, and in what states they come to a rung.
//!
//! In: the states in which runs have come to a rung. Out: what pilot runs from there have [`Seen`], and in what states they come to
//! the next rung ([`Entrances`]). Many go on at once, and each counts when all before it have counted; so how many it takes until
//! there are enough does not depend on how many go on at once. Those that are under way then do not count.

use super::ladder::{BOTTOM, Height};
use super::{Choice, Target};
use crate::kernel::branch::{Aside, Halt, Hands, Limbs};
use crate::kernel::probe::{Probe, Stretch};
use crate::kernel::run::{Simulator, Workspace};
use crate::program::behaviour::{Cause, Effects, Fault};
use crate::program::world::World;
use crate::random::{NameAddress, RunAddress, Stream};
use std::collections::{BTreeMap, VecDeque};

/// Pilot runs on a rung at first, and at the most; and the least that must reach the next one.
const PILOTS: usize = 256;
const MOST_PILOTS: usize = 1 << 20;
const CLIMBERS: usize = 16;
/// Events of the pilot runs on one rung after which no more are begun than are needed.
const PILOT_EVENTS: u64 = 400_000;
/// States at a rung that are kept for pilot runs to begin in.
const ENTRANCES: usize = 256;
/// How many more may have begun than count, if there may be enough at any time.
const AHEAD: usize = 64;
/// How many changes of height are noted one after the other.
const ROOM: usize = 1 << 12;

/// What pilot runs of one rung have seen.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    /// By height: events, and runs whose highest it is.
    events: BTreeMap<i64, (u64, u64)>,
    hits: u64,
    pub(super) pilots: usize,
    pub(super) all: u64,
}

/// What one pilot run has seen.
#[derive(Debug)]
struct Sight {
    /// Heights, and how many events there were.
    events: Vec<(i64, u64)>,
    /// How many there may be of these until they are gathered.
    room: usize,
    hits: u64,
    now: i64,
    highest: i64,
    /// Whether it is above the rung that it is to come to.
    is_above: bool,
    is_over: bool,
    /// Where it stood whenever it came up there.
    met: Vec<Aside>,
}

/// Watches pilot runs.
#[derive(Debug)]
struct Watch<'a> {
    height: &'a mut Height,
    choice: &'a Choice,
    floor: i64,
    /// Whoever comes up there is to pause.
    rung: Option<i64>,
    seats: Vec<Sight>,
    /// Whose turn it is.
    seat: usize,
}

impl Default for Sight {
    fn default() -> Self {
        let (events, met) = (Vec::new(), Vec::new());
        Sight { events, room: ROOM, hits: 0, now: BOTTOM, highest: BOTTOM, is_above: false, is_over: false, met }
    }
}

impl Sight {
    fn count(&mut self) {
        match self.events.last_mut() {
            Some((height, events)) if *height == self.now => *events += 1,
            _ => {
                if self.events.len() >= self.room {
                    self.gather();
                }
                self.events.push((self.now, 1));
            }
        }
    }

    /// Brings together what was at the same height.
    #[cold]
    fn gather(&mut self) {
        self.events.sort_unstable();
        self.events.dedup_by(|next, one| {
            let is_same = next.0 == one.0;
            one.1 += if is_same { next.1 } else { 0 };
            is_same
        });
        self.room = ROOM.max(2 * self.events.len());
    }
}

impl Probe for Watch<'_> {
    fn turn_to(&mut self, lane: usize) {
        self.seat = lane;
        if self.seats.len() <= lane {
            self.seats.resize_with(lane + 1, Sight::default);
        }
    }

    fn begin(&mut self, _world: &World) {}

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {
        self.seats[self.seat].count();
    }

    fn milestone(&mut self, _world: &World, milestone: usize) {
        if self.choice.target == Target::Milestone(milestone) {
            let sight = &mut self.seats[self.seat];
            sight.is_over = true;
            sight.hits += 1;
        }
    }

    fn pauses(&mut self, world: &World) -> bool {
        let sight = &mut self.seats[self.seat];
        if sight.is_over {
            return true;
        }
        sight.now = self.height.of(world, self.seat);
        sight.highest = sight.highest.max(sight.now);
        sight.is_over = sight.now < self.floor;
        let is_above = self.rung.is_some_and(|rung| sight.now >= rung);
        let was_above = std::mem::replace(&mut sight.is_above, is_above);
        sight.is_over || (is_above && !was_above)
    }

    fn end(&mut self, _world: &World, outcome: usize) {
        // That a run ends is an event too; a run of which nothing else is to be told has this one.
        let sight = &mut self.seats[self.seat];
        sight.count();
        sight.hits += u64::from(self.choice.target == Target::Outcome(outcome));
    }
}

/// States in which runs have come to a rung: a fair sample of all, however many there were.
#[derive(Debug, Default)]
pub(super) struct Entrances {
    kept: Vec<Aside>,
    met: u64,
}

impl Entrances {
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Keeps a state, or not; gives back what is not kept.
    fn meet(&mut self, aside: Aside, luck: RunAddress, name: NameAddress) -> Option<Aside> {
        let number = self.met;
        self.met += 1;
        if self.kept.len() < ENTRANCES {
            self.kept.push(aside);
            return None;
        }
        let slot = (Stream::at(luck, name, number).unit() * self.met as f64) as usize;
        Some(match self.kept.get_mut(slot) {
            Some(kept) => std::mem::replace(kept, aside),
            None => aside,
        })
    }
}

/// Pilot runs on one rung.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) simulator: &'a Simulator,
    pub(super) choice: &'a Choice,
    /// Where they begin; none: where runs do.
    pub(super) entrances: &'a Entrances,
    pub(super) floor: i64,
    pub(super) luck: RunAddress,
}

impl Stage<'_> {
    /// What pilot runs see until that is enough.
    pub(super) fn watch(&self, height: &mut Height, hands: &mut Hands) -> Result<Seen, Fault> {
        let mut seen = Seen::default();
        let tell = |sight: &mut Sight, _: &mut Vec<Aside>| {
            seen.add(sight);
            match seen.wants_more(self.floor) {
                true if seen.pilots < PILOTS => PILOTS,
                true => seen.pilots + AHEAD,
                false => 0,
            }
        };
        self.fly(height, None, PILOTS, tell, hands)?;
        Ok(seen)
    }

    /// The states in which the first so many pilot runs come to a rung.
    pub(super) fn climb(
        &self,
        height: &mut Height,
        rung: i64,
        pilots: usize,
        hands: &mut Hands,
    ) -> Result<Entrances, Fault> {
        let (mut found, mut told) = (Entrances::default(), 0);
        let name = NameAddress::new("entrance");
        let tell = |sight: &mut Sight, free: &mut Vec<Aside>| {
            free.extend(sight.met.drain(..).filter_map(|aside| found.meet(aside, self.luck, name)));
            told += 1;
            pilots.min(told + AHEAD)
        };
        self.fly(height, Some(rung), pilots.min(AHEAD), tell, hands)?;
        Ok(found)
    }

    /// Lets pilot runs go on; in their order, `tell` is told what each has seen, and gives how many may begin in all.
    fn fly(
        &self,
        height: &mut Height,
        rung: Option<i64>,
        most: usize,
        tell: impl FnMut(&mut Sight, &mut Vec<Aside>) -> usize,
        hands: &mut Hands,
    ) -> Result<(), Fault> {
        let (choice, floor) = (self.choice, self.floor);
        let mut watch = Watch { height, choice, floor, rung, seats: Vec::new(), seat: 0 };
        let (ahead, aboard, free) = (VecDeque::new(), Vec::new(), Vec::new());
        let mut pilots = Pilots { stage: self, next: 0, told: 0, most, ahead, aboard, free, tell };
        if self.simulator.run_limbs(&mut pilots, hands, &mut watch).is_ok() {
            return Ok(());
        }
        // One that cannot go on may be one that is not to count.
        pilots.next = pilots.told;
        pilots.ahead.clear();
        pilots.aboard.clear();
        self.simulator.run_limbs_in_turn(&mut pilots, hands, &mut watch)
    }

    /// Puts a pilot run where it begins; gives its address.
    fn place(&self, pilot: usize, work: &mut Workspace, watch: &mut Watch<'_>) -> Result<RunAddress, Fault> {
        let run = self.luck.branch(pilot as u64);
        match self.entrances.kept.len() {
            0 => self.simulator.start(run, work, watch)?,
            count => {
                self.simulator.restore(&self.entrances.kept[pilot % count], work);
                self.simulator.part(run, work);
            }
        }
        Ok(run)
    }
}

/// The pilot run of a seat.
#[derive(Clone, Copy, Debug)]
struct Aboard {
    pilot: usize,
    run: RunAddress,
    /// Whether it is the next one there, as it has only paused.
    is_next: bool,
}

/// Pilot runs under way.
#[derive(Debug)]
struct Pilots<'a, T> {
    stage: &'a Stage<'a>,
    /// The next one to begin, and to tell what it has seen.
    next: usize,
    told: usize,
    /// How many may begin in all.
    most: usize,
    /// What those have seen that are over, from the next to tell on.
    ahead: VecDeque<Option<Sight>>,
    /// By seat.
    aboard: Vec<Option<Aboard>>,
    free: Vec<Aside>,
    tell: T,
}

impl<'a, T: FnMut(&mut Sight, &mut Vec<Aside>) -> usize> Limbs for Pilots<'a, T> {
    type Watch = Watch<'a>;

    fn board(
        &mut self,
        _simulator: &Simulator,
        seat: usize,
        work: &mut Workspace,
        watch: &mut Watch<'a>,
    ) -> Result<Option<RunAddress>, Fault> {
        if self.aboard.len() <= seat {
            self.aboard.resize(seat + 1, None);
        }
        if let Some(aboard) = self.aboard[seat].as_mut().filter(|aboard| aboard.is_next) {
            aboard.is_next = false;
            return Ok(Some(aboard.run));
        }
        if !self.has_next() {
            return Ok(None);
        }
        watch.seats[seat] = Sight::default();
        let run = self.stage.place(self.next, work, watch)?;
        self.aboard[seat] = Some(Aboard { pilot: self.next, run, is_next: false });
        self.next += 1;
        Ok(Some(run))
    }

    fn has_next(&self) -> bool {
        self.next < self.most
    }

    fn halted(&mut self, _simulator: &Simulator, seat: usize, work: &mut Workspace, halt: Halt, watch: &mut Watch<'a>) {
        let aboard = self.aboard[seat].as_mut().expect("it was aboard");
        let sight = &mut watch.seats[seat];
        if halt == Halt::Pause && !sight.is_over {
            let mut aside = self.free.pop().unwrap_or_default();
            aside.keep(work);
            sight.met.push(aside);
            aboard.is_next = true;
            return;
        }
        let place = aboard.pilot - self.told;
        if self.ahead.len() <= place {
            self.ahead.resize_with(place + 1, || None);
        }
        self.ahead[place] = Some(std::mem::take(sight));
        while self.told < self.most
            && let Some(mut sight) = self.ahead.front_mut().and_then(Option::take)
        {
            self.ahead.pop_front();
            self.told += 1;
            self.most = (self.tell)(&mut sight, &mut self.free);
        }
    }
}

impl Seen {
    /// Events at or above each height above the floor, with how many runs came there: the highest first.
    fn above(&self, floor: i64) -> impl Iterator<Item = (i64, u64, u64)> {
        let above = self.events.range(floor.saturating_add(1)..).rev();
        above.scan((0, 0), |(events, runs), (height, more)| {
            *events += more.0;
            *runs += more.1;
            Some((*height, *events, *runs))
        })
    }

    fn add(&mut self, sight: &Sight) {
        for &(height, events) in &sight.events {
            self.events.entry(height).or_default().0 += events;
            self.all += events;
        }
        self.events.entry(sight.highest).or_default().1 += 1;
        self.hits += sight.hits;
        self.pilots += 1;
    }

    /// Whether another pilot run is worth its effort.
    fn wants_more(&self, floor: i64) -> bool {
        let is_costly = self.all > PILOT_EVENTS && self.pilots >= CLIMBERS;
        if self.pilots < PILOTS && !is_costly {
            return true;
        }
        let is_enough = self.is_enough(floor);
        (self.pilots < PILOTS || self.pilots < MOST_PILOTS && !is_enough)
            && !(is_costly && (is_enough || self.is_much()))
    }

    /// Whether the next rung can be chosen, or all there is to see was seen.
    fn is_enough(&self, floor: i64) -> bool {
        let hit = self.hits >= CLIMBERS as u64;
        let climbed = |(_, events, runs): (i64, u64, u64)| 2 * events <= self.all && runs >= CLIMBERS as u64;
        hit || self.above(floor).any(climbed)
    }

    /// Whether more effort than this is not worth it.
    fn is_much(&self) -> bool {
        self.all > 4 * PILOT_EVENTS
    }

    /// The next rung, and the ratio of all events to those above it.
    pub(super) fn next(&self, floor: i64) -> Option<(i64, f64)> {
        let fits = |(_, events, _): &(i64, u64, u64)| *events > 0 && 2 * events <= self.all;
        let known = |(_, _, runs): &(i64, u64, u64)| *runs >= CLIMBERS as u64;
        let lowest = self.above(floor).filter(fits).filter(known).last();
        let lowest = lowest.or_else(|| self.above(floor).filter(fits).filter(|(_, _, runs)| *runs > 0).last());
        lowest.map(|(height, events, _)| (height, self.all as f64 / events as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Case;
    use super::*;
    use crate::random::RunAddress;

    /// The same one after the other.
    fn watch_in_turn(stage: &Stage<'_>, height: &mut Height) -> Result<Seen, Fault> {
        let (mut seen, mut work) = (Seen::default(), Workspace::default());
        while seen.pilots < PILOTS || (seen.pilots < MOST_PILOTS && !seen.is_enough(stage.floor)) {
            let is_costly = seen.all > PILOT_EVENTS && seen.pilots >= CLIMBERS;
            if is_costly && (seen.is_enough(stage.floor) || seen.is_much()) {
                break;
            }
            let seats = vec![Sight::default()];
            let (choice, floor) = (stage.choice, stage.floor);
            let mut watch = Watch { height, choice, floor, rung: None, seats, seat: 0 };
            let run = stage.place(seen.pilots, &mut work, &mut watch)?;
            stage.simulator.resume(run, &mut work, &mut watch)?;
            seen.add(&watch.seats[0]);
        }
        Ok(seen)
    }

    fn climb_in_turn(stage: &Stage<'_>, height: &mut Height, rung: i64, pilots: usize) -> Entrances {
        let (mut found, mut work) = (Entrances::default(), Workspace::default());
        for pilot in 0..pilots {
            let seats = vec![Sight::default()];
            let (choice, floor) = (stage.choice, stage.floor);
            let mut watch = Watch { height, choice, floor, rung: Some(rung), seats, seat: 0 };
            let run = stage.place(pilot, &mut work, &mut watch).unwrap();
            while stage.simulator.resume(run, &mut work, &mut watch).unwrap() == Halt::Pause && !watch.seats[0].is_over
            {
                let mut aside = Aside::default();
                aside.keep(&work);
                found.meet(aside, stage.luck, NameAddress::new("entrance"));
            }
        }
        found
    }

    /// Fails unless pilot runs see the same and come to rungs in the same states as one after the other, from rung to rung.
    #[track_caller]
    fn holds(case: &Case, rungs: u64) {
        let (mut entrances, mut floor, mut hands) = (Entrances::default(), BOTTOM, Hands::default());
        let (mut one, mut other) = (case.height.clone(), case.height.clone());
        for number in 0..rungs {
            let luck = RunAddress::new(3, number);
            let stage = Stage { simulator: &case.simulator, choice: &case.choice, entrances: &entrances, floor, luck };
            let seen = stage.watch(&mut one, &mut hands).unwrap();
            assert_eq!(Ok(&seen), watch_in_turn(&stage, &mut other).as_ref());
            let (rung, _) = seen.next(floor).unwrap();
            let beside = stage.climb(&mut one, rung, seen.pilots, &mut hands).unwrap();
            let alone = climb_in_turn(&stage, &mut other, rung, seen.pilots);
            let places = |entrances: &Entrances| -> Vec<World> {
                let at = |aside: &Aside| {
                    let mut work = Workspace::default();
                    case.simulator.restore(aside, &mut work);
                    work.world().clone()
                };
                entrances.kept.iter().map(at).collect()
            };
            assert_eq!((beside.met, places(&beside)), (alone.met, places(&alone)));
            (entrances, floor) = (beside, rung);
        }
    }

    #[test]
    fn pilot_runs_beside_one_another_are_those_one_after_the_other() {
        holds(&Case::drifting("top", "1"), 8);
        holds(&Case::of("continued-support.toml", "wider_war", &[], &[]), 1);
        holds(&Case::of("reference/rare/x1-overflow-20.toml", "full", &[], &[]), 3);
    }

    #[test]
    fn what_was_at_the_same_height_is_gathered() {
        let mut sight = Sight::default();
        for number in 0..100_000 {
            sight.now = -(number % 3);
            sight.count();
        }
        assert!(sight.events.len() <= ROOM);
        sight.gather();
        assert_eq!(sight.events, [(-2, 33_333), (-1, 33_333), (0, 33_334)]);
    }

    #[test]
    fn the_first_pilot_run_that_cannot_go_on_is_told() {
        let case = Case::drifting("top", "7 - level");
        let (entrances, luck) = (Entrances::default(), RunAddress::new(3, 0));
        let stage =
            Stage { simulator: &case.simulator, choice: &case.choice, entrances: &entrances, floor: BOTTOM, luck };
        let beside = stage.watch(&mut case.height.clone(), &mut Hands::default());
        assert!(beside.is_err());
        assert_eq!(beside, watch_in_turn(&stage, &mut case.height.clone()));
    }
}
