//! The rungs of splitting: heights at which runs are split, and into how many.
//!
//! In: a [`Distance`], coarsened to whole [`Height`]s, and pilot runs. Out: a [`Ladder`]. Pilot runs climb from rung to rung: the
//! next rung is the lowest height above which they spend no more than half of their events, and the factor there is the
//! ratio of events below and above, so that about as many events are simulated on each rung (for such choices see
//! M. and J. Villén-Altamirano, "On the efficiency of RESTART for multidimensional state systems", ACM TOMACS 16
//! (2006)). What they have seen is not used for anything else: the estimate has luck of its own.

use super::distance::Distance;
use super::{Choice, Target};
use crate::kernel::branch::{Aside, Halt};
use crate::kernel::probe::{Probe, Stretch};
use crate::kernel::run::{Simulator, Workspace};
use crate::program::behaviour::{Cause, Effects, Fault};
use crate::program::world::World;
use crate::random::{NameAddress, RunAddress, Stream};
use std::collections::BTreeMap;

/// Into how many heights the way from the start to the aim is divided.
const HEIGHTS: f64 = 4096.0;
/// Below every height.
const BOTTOM: i64 = i64::MIN;
/// Pilot runs on a rung at first, and at the most; and the least that must reach the next one.
const PILOTS: usize = 256;
const MOST_PILOTS: usize = 1 << 20;
const CLIMBERS: usize = 16;
/// Events of the pilot runs on one rung after which no more are begun than are needed.
const PILOT_EVENTS: u64 = 400_000;
/// Of all rungs together: then the ladder ends where it stands.
const ALL_EVENTS: u64 = 10_000_000;
/// The power by which a ladder is thinned.
const THINNING: f64 = 0.8;
/// States at a rung that are kept for pilot runs to begin in.
const ENTRANCES: usize = 256;

/// How high a world is: the less, the further from the aim; 0 where it is reached.
#[derive(Clone, Debug)]
pub(super) struct Height {
    distance: Distance,
    /// The distance of one height.
    unit: f64,
}

impl Height {
    /// Heights of which 4096 lie between a world and the aim; `None` if it is there already, or no way leads to it.
    pub(super) fn new(mut distance: Distance, start: &World) -> Option<Self> {
        let far = distance.of(start, 0);
        (far > 0.0 && far < f64::INFINITY).then_some(Height { distance, unit: far / HEIGHTS })
    }

    /// Of the world of a run, one of those that are looked at in turns.
    pub(super) fn of(&mut self, world: &World, run: usize) -> i64 {
        let far = self.distance.of(world, run) / self.unit;
        if far < 1e15 { -(far.round() as i64) } else { BOTTOM + 1 }
    }

    /// The distance of a height.
    pub(super) fn distance(&self, height: i64) -> f64 {
        // Adding 0 turns the negative zero into zero.
        -(height as f64) * self.unit + 0.0
    }
}

/// Where runs are split.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ladder {
    /// Ascending.
    pub(super) rungs: Vec<i64>,
    /// How many runs go on from each rung for one that comes to it, itself included; at least 2.
    pub(super) factors: Vec<u64>,
}

impl Ladder {
    /// The same rungs with smaller factors, for trees that grow too large: each product of factors is raised to a power
    /// below 1. Empty if nothing is left.
    pub(super) fn thinned(&self) -> Ladder {
        let mut thinned = Ladder::default();
        let (mut product, mut reached) = (0.0, 1.0);
        for (&rung, &factor) in self.rungs.iter().zip(&self.factors) {
            product += libm::log(factor as f64);
            let factor = (libm::exp(THINNING * product) / reached).round().clamp(1.0, 1e6);
            if factor > 1.0 {
                thinned.rungs.push(rung);
                thinned.factors.push(factor as u64);
                reached *= factor;
            }
        }
        thinned
    }
}

/// What pilot runs of one rung have seen.
#[derive(Default)]
struct Seen {
    /// By height: events, and runs whose highest it is.
    events: BTreeMap<i64, (u64, u64)>,
    hits: u64,
    pilots: usize,
    all: u64,
}

/// Watches one pilot run.
struct Pilot<'a> {
    height: &'a mut Height,
    seen: &'a mut Seen,
    choice: &'a Choice,
    floor: i64,
    now: i64,
    highest: i64,
    over: bool,
}

impl Pilot<'_> {
    fn count(&mut self) {
        self.seen.events.entry(self.now).or_default().0 += 1;
        self.seen.all += 1;
    }
}

impl Probe for Pilot<'_> {
    fn begin(&mut self, _world: &World) {}

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {
        self.count();
    }

    fn milestone(&mut self, _world: &World, milestone: usize) {
        if self.choice.target == Target::Milestone(milestone) {
            self.over = true;
            self.seen.hits += 1;
        }
    }

    fn pauses(&mut self, world: &World) -> bool {
        if self.over {
            return true;
        }
        self.now = self.height.of(world, 0);
        self.highest = self.highest.max(self.now);
        self.over = self.now < self.floor;
        self.over
    }

    fn end(&mut self, _world: &World, outcome: usize) {
        // That a run ends is an event too; a run of which nothing else is to be told has this one.
        self.count();
        self.seen.hits += u64::from(self.choice.target == Target::Outcome(outcome));
    }
}

/// Watches for the height to come to a rung or fall below the floor, and keeps the states in which it comes there.
struct Climber<'a> {
    height: &'a mut Height,
    choice: &'a Choice,
    floor: i64,
    rung: i64,
    above: bool,
    fallen: bool,
    hit: bool,
}

impl Probe for Climber<'_> {
    fn begin(&mut self, _world: &World) {}

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn milestone(&mut self, _world: &World, milestone: usize) {
        self.hit |= self.choice.target == Target::Milestone(milestone);
    }

    fn pauses(&mut self, world: &World) -> bool {
        let now = self.height.of(world, 0);
        let was = std::mem::replace(&mut self.above, now >= self.rung);
        self.fallen = now < self.floor;
        self.hit || self.fallen || (self.above && !was)
    }

    fn end(&mut self, _world: &World, _outcome: usize) {}
}

/// States in which runs have come to a rung: a fair sample of all, however many there were.
#[derive(Default)]
struct Entrances {
    kept: Vec<Aside>,
    met: u64,
}

impl Entrances {
    fn meet(&mut self, work: &Workspace, luck: RunAddress, name: NameAddress) {
        let number = self.met;
        self.met += 1;
        let slot = if self.kept.len() < ENTRANCES {
            self.kept.push(Aside::default());
            self.kept.len() - 1
        } else {
            (Stream::at(luck, name, number).unit() * self.met as f64) as usize
        };
        if let Some(kept) = self.kept.get_mut(slot) {
            kept.keep(work);
        }
    }
}

/// Finds the ladder by pilot runs with the luck of this address, and how many events they had. The fault is that of a pilot run that cannot go on.
pub(super) fn find(
    simulator: &Simulator,
    height: &mut Height,
    choice: &Choice,
    luck: RunAddress,
    stopped: impl Fn() -> bool,
) -> Result<(Ladder, u64), Fault> {
    let mut ladder = Ladder::default();
    let (mut wanted, mut reached, mut spent) = (1.0_f64, 1.0_f64, 0_u64);
    let mut entrances = Entrances::default();
    let mut floor = BOTTOM;
    for rung in 0.. {
        // Nothing is higher than the aim.
        if floor >= 0 {
            break;
        }
        let stage = Stage { simulator, choice, entrances: &entrances, floor, luck: luck.branch(rung) };
        let seen = stage.watch(height)?;
        spent += seen.all;
        let Some((next, ratio)) = seen.next(floor).filter(|_| spent < ALL_EVENTS && !stopped()) else { break };
        let climbed = stage.climb(height, next, seen.pilots)?;
        if climbed.kept.is_empty() {
            break;
        }
        // What rounding takes off one factor is given to the next.
        wanted *= ratio;
        let factor = (wanted / reached).round().clamp(1.0, 1e6) as u64;
        if factor > 1 {
            ladder.rungs.push(next);
            ladder.factors.push(factor);
            reached *= factor as f64;
        }
        (entrances, floor) = (climbed, next);
    }
    Ok((ladder, spent))
}

/// Pilot runs on one rung.
struct Stage<'a> {
    simulator: &'a Simulator,
    choice: &'a Choice,
    /// Where they begin; none: where runs do.
    entrances: &'a Entrances,
    floor: i64,
    luck: RunAddress,
}

impl Stage<'_> {
    /// Puts a pilot run where it begins; gives its address.
    fn place(&self, pilot: usize, work: &mut Workspace, probe: &mut impl Probe) -> Result<RunAddress, Fault> {
        let run = self.luck.branch(pilot as u64);
        match self.entrances.kept.len() {
            0 => self.simulator.start(run, work, probe)?,
            count => {
                self.simulator.restore(&self.entrances.kept[pilot % count], work);
                self.simulator.part(run, work);
            }
        }
        Ok(run)
    }

    fn watch(&self, height: &mut Height) -> Result<Seen, Fault> {
        let (mut seen, mut work) = (Seen::default(), Workspace::default());
        while seen.pilots < PILOTS || (seen.pilots < MOST_PILOTS && !seen.is_enough(self.floor)) {
            if seen.all > PILOT_EVENTS && seen.pilots >= CLIMBERS && (seen.is_enough(self.floor) || seen.is_much()) {
                break;
            }
            let choice = self.choice;
            let mut probe =
                Pilot { height, seen: &mut seen, choice, floor: self.floor, now: BOTTOM, highest: BOTTOM, over: false };
            let run = self.place(probe.seen.pilots, &mut work, &mut probe)?;
            self.simulator.resume(run, &mut work, &mut probe)?;
            let highest = probe.highest;
            seen.events.entry(highest).or_default().1 += 1;
            seen.pilots += 1;
        }
        Ok(seen)
    }

    /// The states in which the first so many pilot runs come to a rung.
    fn climb(&self, height: &mut Height, rung: i64, pilots: usize) -> Result<Entrances, Fault> {
        let (mut found, mut work) = (Entrances::default(), Workspace::default());
        let name = NameAddress::new("entrance");
        for pilot in 0..pilots {
            let (choice, floor) = (self.choice, self.floor);
            let mut probe = Climber { height, choice, floor, rung, above: false, fallen: false, hit: false };
            let run = self.place(pilot, &mut work, &mut probe)?;
            while self.simulator.resume(run, &mut work, &mut probe)? == Halt::Pause && !probe.hit && !probe.fallen {
                found.meet(&work, self.luck, name);
            }
        }
        Ok(found)
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
    fn next(&self, floor: i64) -> Option<(i64, f64)> {
        let fits = |(_, events, _): &(i64, u64, u64)| *events > 0 && 2 * events <= self.all;
        let known = |(_, _, runs): &(i64, u64, u64)| *runs >= CLIMBERS as u64;
        let lowest = self.above(floor).filter(fits).filter(known).last();
        let lowest = lowest.or_else(|| self.above(floor).filter(fits).filter(|(_, _, runs)| *runs > 0).last());
        lowest.map(|(height, events, _)| (height, self.all as f64 / events as f64))
    }
}
