//! Many runs of a program with physical states, each in a lane of its own, that go from event to event together.
//!
//! In: a simulator whose program time alone does not change, the addresses of runs, a probe that can watch many at once. Out:
//! what one run after the other would have told it. What an event changes is known since the first run that it
//! happened to ([`physical`](crate::program::physical)); what is left is each run's own: its clocks. In a round each run lets its next
//! event happen and puts the clocks that begin there on a list; then the thresholds and the times of the whole list are computed,
//! side by side. Where runs come to ever new states nothing is known beforehand: then no run is begun here any more.

use super::clock::Clock;
use super::luck::{Draws, Luck};
use super::probe::{Probe, Stretch, accrued};
use super::run::{Pace, Simulator};
use crate::distribution::Distribution;
use crate::model::ClockRule;
use crate::model::id::TransitionId;
use crate::program::behaviour::{Cause, Fault};
use crate::program::physical::{ActiveClock, PhysicalStates, Turn};
use crate::program::world::World;
use crate::random::{DrawAddress, NameAddress, RunAddress};
use crate::stats::special::log_each;

/// Runs in flight.
pub const WIDTH: usize = 32;

/// A program whose physical states have more ways out than this, some 6 MB, is taken for one that comes to ever new ones.
const MANY: usize = 1 << 15;

/// The buffers of the runs in flight.
#[derive(Clone, Debug)]
pub(super) struct Wave {
    states: PhysicalStates,
    /// Whether runs come to the same states again.
    recurs: bool,
    lanes: Vec<Lane>,
    /// By lane and transition: when it is due, where its clock is active.
    due: Vec<f64>,
    /// Likewise: thresholds drawn in this run, of clocks that are not on record.
    drawn: Vec<u64>,
    /// By lane and place on record.
    clocks: Vec<Clock>,
    /// How each transition's clock begins.
    starts: Vec<Start>,
    /// How many transitions have clocks on record.
    on_record: usize,
    /// The clocks that begin in this round, and are not on record or are.
    plain: Vec<Plain>,
    recorded: Vec<Recorded>,
    /// The waits that hazards are multiples of, with the clocks of this round.
    waits: Vec<Waits>,
    fault: Option<Fault>,
}

#[derive(Clone, Debug, Default)]
struct Lane {
    run: Option<RunAddress>,
    state: usize,
    world: World,
    reached: Vec<bool>,
    luck: Luck,
    shocks_past: usize,
    pace: Pace,
}

/// How a clock begins: with a threshold drawn by this name.
#[derive(Clone, Copy, Debug)]
struct Start {
    name: NameAddress,
    begins: Begins,
}

#[derive(Clone, Copy, Debug)]
enum Begins {
    /// With age 0, in real time and with a hazard that is always the same multiple of its baseline's, so that when it is due is all
    /// that is ever asked. The multiple is the hazard, or it is one of that of this wait.
    Plainly(Option<u32>),
    /// In any other way: age and residual are kept on record, at this place.
    OnRecord(u32),
}

/// A clock that begins plainly.
#[derive(Clone, Copy, Debug)]
struct Plain {
    slot: usize,
    now: f64,
    threshold: DrawAddress,
    multiplier: f64,
    wait: Option<u32>,
}

/// Clocks that begin plainly, with hazards that are multiples of the same wait's: one list for each thing known of them.
#[derive(Clone, Debug)]
struct Waits {
    wait: Distribution,
    slots: Vec<usize>,
    nows: Vec<f64>,
    /// What is left of the threshold, as a multiple of the wait's hazard; then how long it lasts.
    residuals: Vec<f64>,
}

/// A clock that begins on record.
#[derive(Clone, Copy, Debug)]
struct Recorded {
    slot: usize,
    /// Where its record is.
    record: usize,
    now: f64,
    threshold: DrawAddress,
    clock: ActiveClock,
}

/// What has become of a run.
#[derive(Clone, Copy, Debug)]
enum Step {
    GoesOn,
    /// It is over, with this outcome.
    Over(usize),
    /// It cannot go on.
    Fails,
}

impl Wave {
    pub(super) fn new(simulator: &Simulator) -> Self {
        let mut wave = Wave {
            states: PhysicalStates::default(),
            recurs: true,
            lanes: Vec::new(),
            due: Vec::new(),
            drawn: Vec::new(),
            clocks: Vec::new(),
            starts: Vec::new(),
            on_record: 0,
            plain: Vec::new(),
            recorded: Vec::new(),
            waits: Vec::new(),
            fault: None,
        };
        for index in 0..simulator.bound().program().transitions.len() {
            let (name, begins) =
                (simulator.addresses[index].threshold, wave.begins(simulator, TransitionId::new(index)));
            wave.starts.push(Start { name, begins });
        }
        wave
    }

    fn begins(&mut self, simulator: &Simulator, id: TransitionId) -> Begins {
        let (wait, rule, fixed) = simulator.timing(id);
        let is_plain = |(multiplier, speed)| multiplier > 0.0 && speed == 1.0 && rule == ClockRule::Reset;
        if !fixed.is_some_and(is_plain) {
            self.on_record += 1;
            return Begins::OnRecord(self.on_record as u32 - 1);
        }
        let of_wait = |wait: &Distribution| {
            // Transitions with the same wait have one list, which is the longer for it.
            let same = self.waits.iter().position(|waits| waits.wait == *wait);
            same.unwrap_or_else(|| {
                self.waits.push(Waits {
                    wait: wait.clone(),
                    slots: Vec::new(),
                    nows: Vec::new(),
                    residuals: Vec::new(),
                });
                self.waits.len() - 1
            }) as u32
        };
        Begins::Plainly(wait.map(of_wait))
    }

    /// The record of a lane's clock, if it is kept.
    #[inline]
    fn record(&mut self, lane: usize, id: TransitionId) -> Option<&mut Clock> {
        match self.starts[id.index()].begins {
            Begins::OnRecord(place) => Some(&mut self.clocks[lane * self.on_record + place as usize]),
            Begins::Plainly(_) => None,
        }
    }

    /// Forgets all states but those that runs are in.
    #[cold]
    fn forget(&mut self, simulator: &Simulator) -> Result<(), Fault> {
        self.recurs = false;
        let mut but: Vec<usize> = self.lanes.iter().map(|lane| lane.state).collect();
        self.states.forget(simulator.bound(), &mut but)?;
        self.lanes.iter_mut().zip(but).for_each(|(lane, state)| lane.state = state);
        Ok(())
    }
}

impl Simulator {
    /// Runs runs to their ends, in any order, as long as they come to the same states again; `over` is told of each end.
    /// What is left of `runs` then is to be run in another way.
    pub(super) fn run_in_waves<P: Probe>(
        &self,
        runs: &mut impl Iterator<Item = RunAddress>,
        wave: &mut Wave,
        probe: &mut P,
        mut over: impl FnMut(),
    ) -> Result<(), Fault> {
        let mut under_way = 0;
        wave.lanes.iter_mut().for_each(|lane| lane.run = None);
        for lane in 0..WIDTH {
            under_way += usize::from(self.board(wave, lane, runs, probe)?);
        }
        self.begin_clocks(wave);
        while under_way > 0 {
            for lane in 0..wave.lanes.len() {
                let Some(run) = wave.lanes[lane].run else { continue };
                probe.turn_to(lane);
                match self.move_on(run, wave, lane, probe) {
                    Step::GoesOn => {}
                    Step::Over(outcome) => {
                        probe.end(&wave.lanes[lane].world, outcome);
                        over();
                        under_way -= usize::from(!self.board(wave, lane, runs, probe)?);
                    }
                    Step::Fails => return wave.fault.take().map_or(Ok(()), Err),
                }
            }
            self.begin_clocks(wave);
            if wave.states.ways() > MANY {
                wave.forget(self)?;
            }
        }
        Ok(())
    }

    /// Lets the next run begin in a lane; gives whether there is one.
    fn board<P: Probe>(
        &self,
        wave: &mut Wave,
        lane: usize,
        runs: &mut impl Iterator<Item = RunAddress>,
        probe: &mut P,
    ) -> Result<bool, Fault> {
        let (bound, program) = (self.bound(), self.bound().program());
        let next = if wave.recurs { runs.next() } else { None };
        let transitions = program.transitions.len();
        if lane == wave.lanes.len() && next.is_some() {
            wave.lanes.push(Lane::default());
            wave.due.resize(wave.due.len() + transitions, f64::INFINITY);
            wave.drawn.resize(wave.drawn.len() + transitions, 0);
            wave.clocks.resize(wave.clocks.len() + wave.on_record, Clock::default());
        }
        let Some(aboard) = wave.lanes.get_mut(lane) else { return Ok(false) };
        aboard.run = next;
        let Some(run) = next else { return Ok(false) };
        aboard.luck.reset(transitions);
        let way = wave.states.begin(bound, &mut Draws::new(&mut aboard.luck, &self.addresses, run))?;
        let leap = wave.states.leap(way);
        aboard.shocks_past = 0;
        aboard.pace = Pace::default();
        aboard.reached.clear();
        aboard.reached.resize(program.milestones.len(), false);
        aboard.world.copy(&wave.states.state(leap.to).world);
        wave.drawn[lane * transitions..(lane + 1) * transitions].fill(0);
        wave.clocks[lane * wave.on_record..(lane + 1) * wave.on_record].fill(Clock::default());
        self.arrive(run, wave, lane, way);
        probe.turn_to(lane);
        probe.begin(&wave.lanes[lane].world);
        Ok(true)
    }

    /// Lets time pass to the next event of a run and lets it happen.
    #[inline(always)]
    fn move_on<P: Probe>(&self, run: RunAddress, wave: &mut Wave, lane: usize, probe: &mut P) -> Step {
        let horizon = self.bound().program().calendar.horizon;
        let first = lane * wave.starts.len();
        let Lane { state: number, world, reached, shocks_past, .. } = &mut wave.lanes[lane];
        let state = wave.states.state(*number);
        for &milestone in &state.milestones {
            if !std::mem::replace(&mut reached[milestone], true) {
                probe.milestone(world, milestone);
            }
        }
        if let Some(outcome) = state.outcome {
            return Step::Over(outcome);
        }
        let due = &wave.due[first..first + wave.starts.len()];
        let (mut next, mut place) = (f64::INFINITY, 0);
        for (index, clock) in state.active.iter().enumerate() {
            let due = due[clock.id.index()];
            (next, place) = if due < next { (due, index) } else { (next, place) };
        }
        let (shock, _) = self.next_shock(*shocks_past);
        let to = [shock, horizon].into_iter().fold(next, |least, at| if at < least { at } else { least });
        let passes = to > world.time;
        if passes {
            let from = world.time;
            probe.dwell(&Stretch { world, rates: &state.rates, forces: self.forces(), from, to });
            for (index, total) in world.totals.iter_mut().enumerate() {
                *total += accrued(state.rates[index], self.forces()[index], from, to);
            }
            world.time = to;
        }
        let fires = next <= horizon && next < shock;
        if !fires && shock > horizon {
            return Step::Over(state.at_horizon);
        }
        let Some((cause, way)) = self.way(run, wave, lane, fires.then_some(place), passes) else { return Step::Fails };
        self.arrive(run, wave, lane, way);
        probe.happened(&wave.lanes[lane].world, cause, &wave.states.leap(way).effects);
        Step::GoesOn
    }

    /// What happens now, and the way on which it leads: the active clock at this place fires, or the next shock strikes. `None` if it
    /// cannot happen.
    #[inline(always)]
    fn way(
        &self,
        run: RunAddress,
        wave: &mut Wave,
        lane: usize,
        fires: Option<usize>,
        passes: bool,
    ) -> Option<(Cause, usize)> {
        let Lane { state, pace, .. } = &mut wave.lanes[lane];
        let state = *state;
        if let Some(place) = fires {
            let gets_on = pace.another(passes);
            let id = wave.states.state(state).active[place].id;
            if let Some(clock) = wave.record(lane, id) {
                clock.spend();
            }
            if let Some(way) = wave.states.known(state, place).filter(|_| gets_on) {
                return Some((Cause::Fires(id), way));
            }
        }
        self.unknown_way(run, wave, lane, fires)
    }

    /// The same of a way that is not known, or on which chance has a say.
    #[cold]
    fn unknown_way(
        &self,
        run: RunAddress,
        wave: &mut Wave,
        lane: usize,
        fires: Option<usize>,
    ) -> Option<(Cause, usize)> {
        let Wave { states, lanes, fault, .. } = wave;
        let Lane { state, world, luck, shocks_past, pace, .. } = &mut lanes[lane];
        let mut draws = Draws::new(luck, &self.addresses, run);
        let (cause, way) = match fires {
            Some(place) => {
                let cause = Cause::Fires(states.state(*state).active[place].id);
                (cause, states.fire(self.bound(), *state, place, &mut draws))
            }
            None => {
                let (_, shock) = self.next_shock(*shocks_past);
                *shocks_past += 1;
                pace.another(true);
                (Cause::Shock(shock), states.strike(self.bound(), *state, shock, &mut draws))
            }
        };
        let found = if pace.gets_on() { way } else { Err(self.restless(*pace, world, cause)) };
        *fault = found.as_ref().err().map(|fault| Fault { time: world.time, ..fault.clone() });
        Some((cause, found.ok()?))
    }

    /// Takes a run to where a way leads, and turns its clocks.
    #[inline(always)]
    fn arrive(&self, run: RunAddress, wave: &mut Wave, lane: usize, way: usize) {
        let bound = self.bound();
        let first = lane * wave.starts.len();
        let leap = wave.states.leap(way);
        let there = &wave.states.state(leap.to).world;
        let Lane { state, world, .. } = &mut wave.lanes[lane];
        *state = leap.to;
        let now = world.time;
        for moved in &leap.effects.moves {
            world.states[moved.machine.index()] = moved.to;
            world.entered[moved.machine.index()] = now;
        }
        for variable in &leap.effects.touched {
            world.variables[variable.index()] = there.variables[variable.index()];
        }
        for &(consequence, amount) in &leap.effects.lumps {
            world.totals[consequence.index()] += bound.present_value(consequence, amount, now);
        }
        if !world.left.is_empty() {
            world.left.copy_from_slice(&there.left);
        }
        for &turn in &leap.turns {
            let (Turn::Runs(ActiveClock { id, .. }) | Turn::Ends(id)) = turn;
            let Begins::OnRecord(place) = wave.starts[id.index()].begins else { continue };
            let ((baseline, rule), clock) =
                (self.clockwork(id), &mut wave.clocks[lane * wave.on_record + place as usize]);
            match turn {
                Turn::Ends(_) => clock.disarm(now, rule, baseline),
                Turn::Runs(ActiveClock { multiplier, speed, .. }) => {
                    if let Some(due) = clock.retime(now, multiplier, speed, baseline) {
                        wave.due[first + id.index()] = due;
                    }
                }
            }
        }
        let drawn = &mut wave.drawn[first..first + wave.starts.len()];
        for &clock in &leap.begins {
            let (index, Start { name, begins }) = (clock.id.index(), wave.starts[clock.id.index()]);
            let slot = first + index;
            match begins {
                Begins::Plainly(wait) => {
                    let threshold = DrawAddress::new(run, name, drawn[index]);
                    drawn[index] += 1;
                    wave.plain.push(Plain { slot, now, threshold, multiplier: clock.multiplier, wait });
                }
                Begins::OnRecord(place) => {
                    let record = lane * wave.on_record + place as usize;
                    let threshold = DrawAddress::new(run, name, wave.clocks[record].draws());
                    wave.recorded.push(Recorded { slot, record, now, threshold, clock });
                }
            }
        }
    }

    /// Draws the thresholds of the clocks that begin in this round, and works out when they are due.
    fn begin_clocks(&self, wave: &mut Wave) {
        let Wave { plain, recorded, clocks, due, waits, .. } = wave;
        let mut thresholds = [0.0; WIDTH];
        for some in plain.chunks(WIDTH) {
            let thresholds = &mut thresholds[..some.len()];
            draw(thresholds, |index| some[index].threshold);
            for (clock, threshold) in some.iter().zip(thresholds) {
                let residual = *threshold / clock.multiplier;
                match clock.wait {
                    None => due[clock.slot] = clock.now + residual,
                    Some(wait) => waits[wait as usize].add(clock, residual),
                }
            }
        }
        plain.clear();
        waits.iter_mut().for_each(|waits| waits.begin(due));
        for some in recorded.chunks(WIDTH) {
            let thresholds = &mut thresholds[..some.len()];
            draw(thresholds, |index| some[index].threshold);
            for (recorded, threshold) in some.iter().zip(thresholds) {
                let &Recorded { slot, record, now, clock: ActiveClock { id, multiplier, speed }, .. } = recorded;
                let ((baseline, rule), clock) = (self.clockwork(id), &mut clocks[record]);
                clock.arm(now, rule, clock.wants_threshold().then_some(*threshold), speed);
                due[slot] = clock.retime(now, multiplier, speed, baseline).unwrap_or(f64::INFINITY);
            }
        }
        recorded.clear();
    }
}

impl Waits {
    #[inline]
    fn add(&mut self, clock: &Plain, residual: f64) {
        self.slots.push(clock.slot);
        self.nows.push(clock.now);
        self.residuals.push(residual);
    }

    /// Works out when the clocks on the list are due, and empties it.
    fn begin(&mut self, due: &mut [f64]) {
        self.wait.wait_each(&mut self.residuals);
        for ((slot, now), lasts) in self.slots.drain(..).zip(self.nows.drain(..)).zip(self.residuals.drain(..)) {
            due[slot] = now + lasts;
        }
    }
}

/// Draws thresholds: the standard exponential number, by inversion, at the address that `at` gives for each.
#[inline]
fn draw(thresholds: &mut [f64], at: impl Fn(usize) -> DrawAddress) {
    // With the widest vector units that this processor has; what they compute is the same.
    pulp::Arch::new().dispatch(Thresholds { out: thresholds, at });
}

struct Thresholds<'a, A> {
    out: &'a mut [f64],
    at: A,
}

impl<A: Fn(usize) -> DrawAddress> pulp::NullaryFnOnce for Thresholds<'_, A> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (mut units, count) = ([0.5; WIDTH], self.out.len());
        for (index, unit) in units[..count].iter_mut().enumerate() {
            *unit = (self.at)(index).unit();
        }
        log_each(&units[..count], self.out);
        self.out.iter_mut().for_each(|out| *out = -*out);
    }
}
