//! The clocks of the runs in flight: when each is due, which is the first, and how those begin that begin in a round.
//!
//! In: which ways the runs go, one a round. Out: for each run the clock that is due next, and when. Clocks are known by their
//! places in the list of active clocks of the state that a run is in, and what is known of one place in all lanes lies side by
//! side, so that a few instructions look for the earliest clocks of many runs. What becomes of the clocks on a way is laid out in a
//! [`Plan`] when it is gone for the first time. Of a clock that begins there, address and multiplier are written down, and the
//! thresholds and waits of all that begin in a round are computed at once. Clocks that may be kept, or have waits whose hazard
//! changes while they run, have a record, which is made up when something first asks for it.

use super::WIDTH;
use super::plan::{Plan, Plans, Start, WaitNumber};
use super::vectors::{Boarding, Earliest, Residuals};
use crate::distribution::Distribution;
use crate::kernel::clock::Clock;
use crate::kernel::run::Simulator;
use crate::model::ClockRule;
use crate::model::id::TransitionId;
use crate::program::TriggerCode;
use crate::program::behaviour::Cause;
use crate::program::physical::{ActiveClock, Leap, Turn};
use crate::random::{NameAddress, Position, RunAddress};
use std::ops::Range;

/// Thresholds that are computed together at least: a vector of the widest units.
pub(super) const VECTOR: usize = 8;

#[derive(Clone, Debug)]
pub(super) struct Clocks {
    /// Of each transition: what it draws thresholds by, and how its clock begins.
    names: Vec<NameAddress>,
    starts: Vec<Start>,
    on_record: usize,
    /// Which records outlast the wait that they are of.
    resuming: Vec<usize>,
    /// Whether thresholds may count on after a hazard has changed, without a record.
    counts_on: bool,
    plans: Plans,
    /// The most clocks that a state has.
    most: usize,
    /// By place and lane, at [`slot`]s: when the clock is due; infinite where there is none.
    dues: Vec<f64>,
    /// Likewise, if thresholds count on: what was left of the threshold when the hazard last changed, and when that was.
    left: Vec<f64>,
    changed: Vec<f64>,
    /// By lane, if there are records: whether all clocks began when it came to where it is.
    renewed: [bool; WIDTH],
    /// By lane: the earliest due clock's place, and when that is.
    next: [f64; WIDTH],
    place: [u64; WIDTH],
    /// By lane and transition: where the last threshold was drawn.
    positions: Vec<Position>,
    /// By lane and place on record.
    records: Vec<Clock>,
    begun: Begun,
    kept: Vec<Kept>,
    recorded: Vec<Recorded>,
    /// The waits that hazards are multiples of; those of the same law are one.
    waits: Vec<Wait>,
}

/// The clocks that begin in this round and are not on record: one list for each thing known of them.
#[derive(Clone, Debug, Default)]
struct Begun {
    count: usize,
    slots: Vec<u32>,
    positions: Vec<Position>,
    multipliers: Vec<f64>,
    thresholds: Vec<f64>,
    residuals: Vec<f64>,
}

/// A clock that goes on in this round, maybe at another place.
#[derive(Clone, Copy, Debug)]
struct Kept {
    slot: usize,
    due: f64,
    left: f64,
    changed: f64,
}

/// A clock that begins on record in this round.
#[derive(Clone, Copy, Debug)]
struct Recorded {
    slot: usize,
    record: usize,
    threshold: Position,
    clock: ActiveClock,
}

/// A wait, and which of the clocks that begin in this round are of it.
#[derive(Clone, Debug)]
struct Wait {
    wait: Distribution,
    begun: Vec<Range<usize>>,
    lasts: Vec<f64>,
}

/// The slot of a clock: the place among those of its state, and the lane.
#[inline(always)]
fn slot(place: usize, lane: usize) -> usize {
    place * WIDTH + lane
}

impl Clocks {
    pub(super) fn new(simulator: &Simulator) -> Self {
        let names = simulator.addresses.iter().map(|addresses| addresses.threshold).collect();
        let mut clocks = Clocks {
            names,
            starts: Vec::new(),
            on_record: 0,
            resuming: Vec::new(),
            counts_on: false,
            plans: Plans::default(),
            most: 0,
            dues: Vec::new(),
            left: Vec::new(),
            changed: Vec::new(),
            renewed: [false; WIDTH],
            next: [f64::INFINITY; WIDTH],
            place: [0; WIDTH],
            positions: Vec::new(),
            records: Vec::new(),
            begun: Begun::default(),
            kept: Vec::new(),
            recorded: Vec::new(),
            waits: Vec::new(),
        };
        for index in 0..clocks.names.len() {
            let start = clocks.start(simulator, TransitionId::new(index));
            clocks.starts.push(start);
        }
        clocks
    }

    fn start(&mut self, simulator: &Simulator, id: TransitionId) -> Start {
        let (wait, rule, fixed) = simulator.timing(id);
        let number = wait.map_or(0, |wait| {
            let number = self.waits.iter().position(|other| other.wait == *wait).unwrap_or(self.waits.len());
            if number == self.waits.len() {
                self.waits.push(Wait { wait: wait.clone(), begun: Vec::new(), lasts: Vec::new() });
            }
            number as WaitNumber + 1
        });
        let ages_as_time = match simulator.bound().program().transitions[id.index()].trigger {
            TriggerCode::Timed { acceleration, .. } => acceleration.is_none(),
            TriggerCode::Immediate | TriggerCode::On { .. } => false,
        };
        let is_fixed = fixed.is_some_and(|(multiplier, _)| multiplier > 0.0);
        let is_plain = rule == ClockRule::Reset && ages_as_time && (is_fixed || wait.is_none());
        self.counts_on |= is_plain && !is_fixed;
        let record = (!is_plain).then_some(self.on_record);
        self.on_record += usize::from(!is_plain);
        if rule == ClockRule::Resume {
            self.resuming.extend(record);
        }
        Start { name: self.names[id.index()], wait: number, record }
    }

    /// Lays out what becomes of the clocks on a way from one state's to another's.
    pub(super) fn plan(&mut self, leap: &Leap, before: &[ActiveClock], after: &[ActiveClock]) -> Plan {
        self.make_room(before.len().max(after.len()));
        self.plans.lay_out(leap, before, after, &self.starts)
    }

    /// Forgets all plans.
    pub(super) fn forget(&mut self) {
        self.plans = Plans::default();
    }

    fn make_room(&mut self, places: usize) {
        self.most = self.most.max(places);
        let slots = self.most * WIDTH;
        if slots > self.dues.len() {
            self.dues.resize(slots, f64::INFINITY);
            self.left.resize(slots, 0.0);
            self.changed.resize(slots, 0.0);
            self.begun.make_room(slots.next_multiple_of(VECTOR));
        }
    }

    /// Takes one more lane in.
    pub(super) fn add_lane(&mut self) {
        self.positions.resize(self.positions.len() + self.names.len(), Position::default());
        self.records.resize(self.records.len() + self.on_record, Clock::default());
    }

    /// No run is in flight.
    pub(super) fn clear(&mut self) {
        self.begun.count = 0;
        self.kept.clear();
        self.recorded.clear();
    }

    /// A run begins in a lane: nothing has been drawn.
    #[inline]
    pub(super) fn board(&mut self, lane: usize, run: RunAddress) {
        let row = self.names.len();
        let positions = &mut self.positions[lane * row..(lane + 1) * row];
        pulp::Arch::new().dispatch(Boarding { positions, names: &self.names, run });
        for record in &self.resuming {
            self.records[lane * self.on_record + record] = Clock::default();
        }
        for place in 0..self.most {
            self.dues[slot(place, lane)] = f64::INFINITY;
        }
        self.renewed[lane] = false;
        self.happens(lane, 0.0);
    }

    /// Looks for the earliest clocks of the first so many lanes.
    #[inline]
    pub(super) fn look(&mut self, lanes: usize) {
        let Clocks { dues, next, place, most, .. } = self;
        pulp::Arch::new().dispatch(Earliest { dues: &dues[..*most * WIDTH], lanes, next, place });
    }

    /// By lane: when the earliest clock is due, as it was [looked](Clocks::look) for, and its place.
    #[inline(always)]
    pub(super) fn next(&self) -> (&[f64; WIDTH], &[u64; WIDTH]) {
        (&self.next, &self.place)
    }

    /// What happens to a run in this round happens now, not when its earliest clock is due.
    pub(super) fn happens(&mut self, lane: usize, now: f64) {
        self.next[lane] = now;
    }

    /// Runs go a way of which this is the plan, each when its earliest clock is due. What comes of it is seen at the end of the round.
    #[inline(always)]
    pub(super) fn go(&mut self, plan: &Plan, lanes: &[u32]) {
        if self.on_record > 0 {
            lanes.iter().for_each(|&lane| self.renewed[lane as usize] = plan.renews);
        }
        for stay in &self.plans.stays[plan.stays.clone()] {
            for &lane in lanes {
                let (was, now) = (slot(stay.was, lane as usize), self.next[lane as usize]);
                let mut kept = Kept {
                    slot: slot(stay.is, lane as usize),
                    due: self.dues[was],
                    left: self.left[was],
                    changed: self.changed[was],
                };
                if stay.reruns {
                    kept.left = (kept.left - stay.before * (now - kept.changed)).max(0.0);
                    kept.changed = now;
                    kept.due = if stay.after == 0.0 { f64::INFINITY } else { now + kept.left / stay.after };
                }
                self.kept.push(kept);
            }
        }
        for place in plan.left.clone() {
            lanes.iter().for_each(|&lane| self.dues[slot(place, lane as usize)] = f64::INFINITY);
        }
        let row = self.names.len();
        for begin in &self.plans.begins[plan.begins.clone()] {
            let begun = self.begun.open(lanes.len());
            if begin.wait > 0 {
                self.waits[begin.wait as usize - 1].begun.push(begun.clone());
            }
            let Begun { slots, positions, multipliers, .. } = &mut self.begun;
            multipliers[begun.clone()].fill(begin.multiplier);
            let (slots, positions) = (&mut slots[begun.clone()], &mut positions[begun]);
            for index in 0..lanes.len() {
                let lane = lanes[index] as usize;
                let position = &mut self.positions[lane * row + begin.transition];
                *position = position.next(begin.stride);
                positions[index] = *position;
                slots[index] = slot(begin.place, lane) as u32;
            }
        }
    }

    /// The same with clocks on record, where a state does not renew: from the clocks of one state, in which the runs were since these
    /// times, to those of another.
    pub(super) fn go_on_record(
        &mut self,
        simulator: &Simulator,
        (plan, lanes, since): (&Plan, &[u32], &[f64; WIDTH]),
        cause: Cause,
        (before, after): (&[ActiveClock], &[ActiveClock]),
        leap: &Leap,
    ) {
        for lane in lanes.iter().map(|&lane| lane as usize) {
            if self.renewed[lane] {
                self.put_on_record(simulator, lane, before, since[lane]);
            }
        }
        self.go(plan, lanes);
        for &lane in lanes {
            self.turn_records(simulator, lane as usize, cause, after, leap);
        }
    }

    /// Does to the records of a run what happened.
    fn turn_records(&mut self, simulator: &Simulator, lane: usize, cause: Cause, after: &[ActiveClock], leap: &Leap) {
        let (first, now) = (lane * self.on_record, self.next[lane]);
        if let Cause::Fires(id) = cause
            && let Some(record) = self.starts[id.index()].record
        {
            self.records[first + record].spend();
        }
        for &turn in &leap.turns {
            let id = match turn {
                Turn::Runs(place) => after[place].id,
                Turn::Ends(id) => id,
            };
            let Some(record) = self.starts[id.index()].record else { continue };
            let ((baseline, rule), clock) = (simulator.clockwork(id), &mut self.records[first + record]);
            match turn {
                Turn::Ends(_) => clock.disarm(now, rule, baseline),
                Turn::Runs(place) => {
                    if let Some(due) = clock.retime(now, after[place].multiplier, after[place].speed, baseline) {
                        self.kept.push(Kept { slot: slot(place, lane), due, left: 0.0, changed: now });
                    }
                }
            }
        }
        for &place in &leap.begins {
            let (clock, index) = (after[place], after[place].id.index());
            let Some(record) = self.starts[index].record.map(|record| first + record) else { continue };
            let position = &mut self.positions[lane * self.names.len() + index];
            if self.records[record].wants_threshold() {
                *position = position.next(self.names[index].stride());
            }
            self.recorded.push(Recorded { slot: slot(place, lane), record, threshold: *position, clock });
        }
    }

    /// Makes up the records of clocks that all began when the run came to where it is.
    #[cold]
    fn put_on_record(&mut self, simulator: &Simulator, lane: usize, active: &[ActiveClock], since: f64) {
        for &ActiveClock { id, multiplier, speed } in active {
            let Some(record) = self.starts[id.index()].record else { continue };
            let threshold = -libm::log(self.positions[lane * self.names.len() + id.index()].unit());
            let (baseline, rule) = simulator.clockwork(id);
            let mut clock = Clock::default();
            clock.arm(since, rule, Some(threshold), speed);
            clock.retime(since, multiplier, speed, baseline);
            self.records[lane * self.on_record + record] = clock;
        }
    }

    /// Draws the thresholds of the clocks that begin in this round, at these times by lane, and works out when they are due.
    #[inline]
    pub(super) fn begin(&mut self, simulator: &Simulator, now: &[f64; WIDTH]) {
        self.begun.draw();
        for wait in &mut self.waits {
            wait.last(&mut self.begun.residuals);
        }
        let count = std::mem::take(&mut self.begun.count);
        let Begun { slots, thresholds, residuals, .. } = &self.begun;
        let (slots, residuals) = (&slots[..count], &residuals[..count]);
        for index in 0..count {
            let slot = slots[index] as usize;
            self.dues[slot] = now[slot % WIDTH] + residuals[index];
        }
        if self.counts_on {
            for index in 0..count {
                let slot = slots[index] as usize;
                self.left[slot] = thresholds[index];
                self.changed[slot] = now[slot % WIDTH];
            }
        }
        for index in 0..self.kept.len() {
            let Kept { slot, due, left, changed } = self.kept[index];
            self.dues[slot] = due;
            self.left[slot] = left;
            self.changed[slot] = changed;
        }
        self.kept.clear();
        if !self.recorded.is_empty() {
            self.begin_recorded(simulator, now);
        }
    }

    fn begin_recorded(&mut self, simulator: &Simulator, now: &[f64; WIDTH]) {
        const SOME: usize = 32;
        let Clocks { recorded, records, dues, .. } = self;
        let (mut positions, mut thresholds, mut residuals) = ([Position::default(); SOME], [0.0; SOME], [0.0; SOME]);
        for some in recorded.chunks(SOME) {
            positions.iter_mut().zip(some).for_each(|(position, recorded)| *position = recorded.threshold);
            pulp::Arch::new().dispatch(Residuals {
                residuals: &mut residuals,
                thresholds: &mut thresholds,
                positions: &positions,
                multipliers: &[1.0; SOME],
            });
            for (recorded, threshold) in some.iter().zip(&thresholds) {
                let &Recorded { slot, record, clock: ActiveClock { id, multiplier, speed }, .. } = recorded;
                let ((baseline, rule), clock) = (simulator.clockwork(id), &mut records[record]);
                let now = now[slot % WIDTH];
                clock.arm(now, rule, clock.wants_threshold().then_some(*threshold), speed);
                dues[slot] = clock.retime(now, multiplier, speed, baseline).unwrap_or(f64::INFINITY);
            }
        }
        recorded.clear();
    }
}

impl Wait {
    /// How long the clocks that begin in this round last, in the place of their residuals.
    fn last(&mut self, residuals: &mut [f64]) {
        let Wait { wait, begun, lasts } = self;
        lasts.clear();
        for begun in begun.iter() {
            lasts.extend_from_slice(&residuals[begun.clone()]);
        }
        // In whole vectors: what is left over is computed for nothing.
        lasts.resize(lasts.len().next_multiple_of(VECTOR), 1.0);
        wait.wait_each(lasts);
        let mut first = 0;
        for begun in begun.drain(..) {
            let count = begun.len();
            residuals[begun].copy_from_slice(&lasts[first..first + count]);
            first += count;
        }
    }
}

impl Begun {
    fn make_room(&mut self, room: usize) {
        self.slots.resize(room, 0);
        self.positions.resize(room, Position::default());
        self.multipliers.resize(room, 1.0);
        self.thresholds.resize(room, 0.0);
        self.residuals.resize(room, 0.0);
    }

    /// Takes in so many more; gives which they are.
    #[inline(always)]
    fn open(&mut self, more: usize) -> Range<usize> {
        let first = self.count;
        self.count += more;
        first..self.count
    }

    /// Draws the thresholds; as multiples of the hazards they are the residuals.
    #[inline]
    fn draw(&mut self) {
        // In whole vectors: what is left over is computed for nothing.
        let count = self.count.next_multiple_of(VECTOR);
        // With the widest vector units that this processor has; what they compute is the same.
        pulp::Arch::new().dispatch(Residuals {
            residuals: &mut self.residuals[..count],
            thresholds: &mut self.thresholds[..count],
            positions: &self.positions[..count],
            multipliers: &self.multipliers[..count],
        });
    }
}
