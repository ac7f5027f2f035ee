//! The clocks of the runs in flight: when each is due, which is the first, and how those begin that begin in a round.
//!
//! In: which way each run goes, one a round. Out: for each run the clock that is due next, and when. Clocks are known by their
//! places in the list of active clocks of the state that a run is in, and what is known of one place in all lanes lies side by
//! side, so that a few instructions look for the earliest clocks of all runs. What becomes of the clocks on a way is laid out in a
//! [`Plan`] when it is gone for the first time. Of a clock that begins there, address and multiplier are written down, and the
//! thresholds and waits of all that begin in a round are computed at once. Clocks that may be kept, or have waits whose hazard
//! changes while they run, have a record, which is made up when something first asks for it.

use super::WIDTH;
use super::plan::{Plan, Plans, Start, TOGETHER, WaitNumber};
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
    /// By lane: when it came to where it is, and whether all clocks began then.
    since: [f64; WIDTH],
    renewed: [bool; WIDTH],
    /// By lane: the earliest due clock's place, and when that is.
    next: [f64; WIDTH],
    place: [u64; WIDTH],
    /// By lane and transition, with one more that is none: where the last threshold was drawn.
    positions: Vec<Position>,
    /// By lane and place on record.
    records: Vec<Clock>,
    begun: Begun,
    kept: Vec<Kept>,
    recorded: Vec<Recorded>,
    /// The waits that hazards are multiples of; those of the same law are one. The first stands for none.
    waits: Vec<Wait>,
}

/// The clocks that begin in this round and are not on record, in blocks of as many places: one list for each thing known of them.
#[derive(Clone, Debug, Default)]
struct Begun {
    count: usize,
    /// The slot of the first place.
    slots: Vec<u32>,
    /// The number of the block.
    blocks: Vec<u32>,
    positions: Vec<[Position; TOGETHER]>,
    multipliers: Vec<[f64; TOGETHER]>,
    thresholds: Vec<[f64; TOGETHER]>,
    residuals: Vec<[f64; TOGETHER]>,
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

/// A wait, and the clocks of this round that are of it, by their places in the blocks that begin.
#[derive(Clone, Debug, Default)]
struct Wait {
    wait: Option<Distribution>,
    count: usize,
    clocks: Vec<u32>,
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
            since: [0.0; WIDTH],
            renewed: [false; WIDTH],
            next: [f64::INFINITY; WIDTH],
            place: [0; WIDTH],
            positions: Vec::new(),
            records: Vec::new(),
            begun: Begun::default(),
            kept: Vec::new(),
            recorded: Vec::new(),
            waits: vec![Wait::default()],
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
            let same = self.waits.iter().position(|other| other.wait.as_ref() == Some(wait));
            let number = same.unwrap_or_else(|| {
                self.waits.push(Wait { wait: Some(wait.clone()), ..Wait::default() });
                self.waits.len() - 1
            });
            number as WaitNumber
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
        let blocks = self.most.div_ceil(TOGETHER) * WIDTH;
        let slots = blocks * TOGETHER;
        if slots > self.dues.len() {
            self.dues.resize(slots, f64::INFINITY);
            self.left.resize(slots, 0.0);
            self.changed.resize(slots, 0.0);
            self.begun.make_room(blocks + VECTOR / TOGETHER);
            for Wait { clocks, lasts, .. } in &mut self.waits {
                clocks.resize(slots, 0);
                lasts.resize(slots, 0.0);
            }
        }
    }

    /// Takes one more lane in.
    pub(super) fn add_lane(&mut self) {
        self.positions.resize(self.positions.len() + self.names.len() + 1, Position::default());
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
        let row = self.names.len() + 1;
        let positions = &mut self.positions[lane * row..(lane + 1) * row];
        pulp::Arch::new().dispatch(Boarding { positions, names: &self.names, run });
        for record in &self.resuming {
            self.records[lane * self.on_record + record] = Clock::default();
        }
        for place in 0..self.most {
            self.dues[slot(place, lane)] = f64::INFINITY;
        }
        self.renewed[lane] = false;
        self.since[lane] = 0.0;
    }

    /// Looks for the earliest clocks of all lanes.
    #[inline]
    pub(super) fn look(&mut self) {
        let Clocks { dues, next, place, most, .. } = self;
        pulp::Arch::new().dispatch(Earliest { dues: &dues[..*most * WIDTH], next, place });
    }

    /// When the earliest clock of a lane is due, as it was [looked](Clocks::look) for, and its place.
    #[inline(always)]
    pub(super) fn next(&self, lane: usize) -> (f64, usize) {
        (self.next[lane], self.place[lane] as usize)
    }

    /// A run goes a way of which this is the plan. What comes of it is seen at the end of the round.
    #[inline(always)]
    pub(super) fn go(&mut self, plan: &Plan, lane: usize, now: f64) {
        self.since[lane] = now;
        self.renewed[lane] = plan.renews;
        let row = self.names.len() + 1;
        let positions = &mut self.positions[lane * row..(lane + 1) * row];
        for number in plan.first..plan.end {
            let block = &self.plans.blocks[number];
            let mut drawn = [Position::default(); TOGETHER];
            for index in 0..TOGETHER {
                let position = &mut positions[block.transitions[index] as usize];
                *position = position.next(block.strides[index]);
                drawn[index] = *position;
            }
            self.begun.put(slot(block.place, lane), number, drawn, block.multipliers);
        }
        for number in plan.first_stay..plan.end_stays {
            let stay = &self.plans.stays[number];
            let was = slot(stay.was, lane);
            let mut kept = Kept {
                slot: slot(stay.is, lane),
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

    /// The same with clocks on record, where a state does not renew: from the clocks of one state to those of another.
    pub(super) fn go_on_record(
        &mut self,
        simulator: &Simulator,
        lane: usize,
        cause: Cause,
        (before, after): (&[ActiveClock], &[ActiveClock]),
        (leap, plan, now): (&Leap, &Plan, f64),
    ) {
        if self.renewed[lane] {
            self.put_on_record(simulator, lane, before);
        }
        self.go(plan, lane, now);
        let first = lane * self.on_record;
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
            let position = &mut self.positions[lane * (self.names.len() + 1) + index];
            if self.records[record].wants_threshold() {
                *position = position.next(self.names[index].stride());
            }
            self.recorded.push(Recorded { slot: slot(place, lane), record, threshold: *position, clock });
        }
    }

    /// Makes up the records of clocks that all began when the run came to where it is.
    #[cold]
    fn put_on_record(&mut self, simulator: &Simulator, lane: usize, active: &[ActiveClock]) {
        for &ActiveClock { id, multiplier, speed } in active {
            let Some(record) = self.starts[id.index()].record else { continue };
            let threshold = -libm::log(self.positions[lane * (self.names.len() + 1) + id.index()].unit());
            let (baseline, rule) = simulator.clockwork(id);
            let mut clock = Clock::default();
            clock.arm(self.since[lane], rule, Some(threshold), speed);
            clock.retime(self.since[lane], multiplier, speed, baseline);
            self.records[lane * self.on_record + record] = clock;
        }
    }

    /// Draws the thresholds of the clocks that begin in this round, and works out when they are due.
    #[inline]
    pub(super) fn begin(&mut self, simulator: &Simulator) {
        self.begun.draw();
        let count = std::mem::take(&mut self.begun.count);
        self.begin_at_rates(count);
        if self.waits.len() > 1 {
            self.begin_waits(count);
        }
        for index in 0..self.kept.len() {
            let Kept { slot, due, left, changed } = self.kept[index];
            self.dues[slot] = due;
            self.left[slot] = left;
            self.changed[slot] = changed;
        }
        self.kept.clear();
        if !self.recorded.is_empty() {
            self.begin_recorded(simulator);
        }
    }

    /// As if all multipliers were hazards.
    #[inline(always)]
    fn begin_at_rates(&mut self, count: usize) {
        for begun in 0..count {
            let first = self.begun.slots[begun] as usize;
            let (since, residuals) = (self.since[first % WIDTH], &self.begun.residuals[begun]);
            let dues = &mut self.dues[first..first + (TOGETHER - 1) * WIDTH + 1];
            for index in 0..TOGETHER {
                dues[index * WIDTH] = since + residuals[index];
            }
        }
        if self.counts_on {
            for begun in 0..count {
                let first = self.begun.slots[begun] as usize;
                let (since, thresholds) = (self.since[first % WIDTH], &self.begun.thresholds[begun]);
                let last = first + (TOGETHER - 1) * WIDTH;
                let (left, changed) = (&mut self.left[first..=last], &mut self.changed[first..=last]);
                for index in 0..TOGETHER {
                    left[index * WIDTH] = thresholds[index];
                    changed[index * WIDTH] = since;
                }
            }
        }
    }

    fn begin_waits(&mut self, count: usize) {
        let Begun { slots, blocks, residuals, .. } = &self.begun;
        let residuals = residuals.as_flattened();
        for (begun, &block) in blocks[..count].iter().enumerate() {
            for (index, &wait) in self.plans.blocks[block as usize].waits.iter().enumerate() {
                let Wait { count, clocks, .. } = &mut self.waits[wait as usize];
                clocks[*count] = (begun * TOGETHER + index) as u32;
                *count += 1;
            }
        }
        self.waits[0].count = 0;
        for Wait { wait, count, clocks, lasts } in &mut self.waits[1..] {
            let count = std::mem::take(count);
            let whole = count.next_multiple_of(VECTOR);
            for index in 0..count {
                lasts[index] = residuals[clocks[index] as usize];
            }
            // In whole vectors: what is left over is computed for nothing.
            lasts[count..whole].fill(1.0);
            wait.as_ref().expect("the first alone is none").wait_each(&mut lasts[..whole]);
            for index in 0..count {
                let clock = clocks[index] as usize;
                let slot = slots[clock / TOGETHER] as usize + clock % TOGETHER * WIDTH;
                self.dues[slot] = self.since[slot % WIDTH] + lasts[index];
            }
        }
    }

    fn begin_recorded(&mut self, simulator: &Simulator) {
        let Clocks { recorded, records, dues, since, .. } = self;
        let (mut positions, mut thresholds, mut residuals) = ([Position::default(); WIDTH], [0.0; WIDTH], [0.0; WIDTH]);
        for some in recorded.chunks(WIDTH) {
            positions.iter_mut().zip(some).for_each(|(position, recorded)| *position = recorded.threshold);
            pulp::Arch::new().dispatch(Residuals {
                residuals: &mut residuals,
                thresholds: &mut thresholds,
                positions: &positions,
                multipliers: &[1.0; WIDTH],
            });
            for (recorded, threshold) in some.iter().zip(&thresholds) {
                let &Recorded { slot, record, clock: ActiveClock { id, multiplier, speed }, .. } = recorded;
                let ((baseline, rule), clock) = (simulator.clockwork(id), &mut records[record]);
                let now = since[slot % WIDTH];
                clock.arm(now, rule, clock.wants_threshold().then_some(*threshold), speed);
                dues[slot] = clock.retime(now, multiplier, speed, baseline).unwrap_or(f64::INFINITY);
            }
        }
        recorded.clear();
    }
}

impl Begun {
    fn make_room(&mut self, room: usize) {
        self.slots.resize(room, 0);
        self.blocks.resize(room, 0);
        self.positions.resize(room, [Position::default(); TOGETHER]);
        self.multipliers.resize(room, [1.0; TOGETHER]);
        self.thresholds.resize(room, [0.0; TOGETHER]);
        self.residuals.resize(room, [0.0; TOGETHER]);
    }

    #[inline(always)]
    fn put(&mut self, slot: usize, block: usize, positions: [Position; TOGETHER], multipliers: [f64; TOGETHER]) {
        let count = self.count;
        self.slots[count] = slot as u32;
        self.blocks[count] = block as u32;
        self.positions[count] = positions;
        self.multipliers[count] = multipliers;
        self.count += 1;
    }

    /// Draws the thresholds; as multiples of the hazards they are the residuals.
    #[inline]
    fn draw(&mut self) {
        // In whole vectors: what is left over is computed for nothing.
        let count = self.count.next_multiple_of(VECTOR / TOGETHER);
        // With the widest vector units that this processor has; what they compute is the same.
        pulp::Arch::new().dispatch(Residuals {
            residuals: self.residuals[..count].as_flattened_mut(),
            thresholds: self.thresholds[..count].as_flattened_mut(),
            positions: self.positions[..count].as_flattened(),
            multipliers: self.multipliers[..count].as_flattened(),
        });
    }
}
