//! Many runs of a program with physical states, each in a lane of its own, that go from event to event together.
//!
//! In: a simulator whose program time alone does not change, the addresses of runs, a probe that can watch many at once. Out:
//! what one run after the other would have told it. What an event changes is known since the first run that it
//! happened to ([`physical`](crate::program::physical)); what is left is each run's own: its [clocks]. In a round each run lets its next
//! event happen, and then the clocks of all of them begin and go on, side by side. Where runs come to ever new states nothing is known beforehand: then no run is begun here any more.

mod clocks;
mod plan;
mod vectors;

use super::luck::{Draws, Luck};
use super::probe::{Probe, Stretch, accrued};
use super::run::{Pace, Simulator};
use crate::model::id::{MachineId, StateId};
use crate::program::behaviour::{Cause, Effects, Fault};
use crate::program::physical::PhysicalStates;
use crate::program::world::World;
use crate::random::RunAddress;
use clocks::Clocks;
use plan::Plan;

/// Runs in flight.
pub const WIDTH: usize = 32;

/// A program whose physical states have more ways out than this, some 15 MB, is taken for one that comes to ever new ones.
const MANY: usize = 1 << 15;

/// The buffers of the runs in flight.
#[derive(Clone, Debug)]
pub(super) struct Wave {
    states: PhysicalStates,
    /// Whether runs come to the same states again.
    recurs: bool,
    lanes: Vec<Lane>,
    /// By way; known if it is one that chance has no say in.
    hops: Vec<Hop>,
    /// By lane: the first way out of its state, whether something else than an event may happen there, and when the next shock is.
    ways: [u32; WIDTH],
    calls: [bool; WIDTH],
    shocks: [f64; WIDTH],
    clocks: Clocks,
    fault: Option<Fault>,
}

/// What is to be done on a way, close at hand.
#[derive(Clone, Copy, Debug)]
struct Hop {
    is_known: bool,
    to: u32,
    /// The first way out of the state that it leads to.
    ways: u32,
    /// Whether an outcome or milestone holds there.
    calls: bool,
    /// What happens.
    cause: Cause,
    /// If nothing changes but that one machine moves, and clocks begin or go on: which machine, and where it moves.
    only_moves: Option<(MachineId, StateId)>,
    plan: Plan,
}

impl Hop {
    const UNKNOWN: Hop = Hop {
        is_known: false,
        to: 0,
        ways: 0,
        calls: true,
        cause: Cause::Start,
        only_moves: None,
        plan: Plan::NOTHING,
    };
}

#[derive(Clone, Debug, Default)]
struct Lane {
    run: Option<RunAddress>,
    state: usize,
    world: World,
    reached: Vec<bool>,
    luck: LateLuck,
    shocks_past: usize,
    pace: Pace,
}

/// The draws of a run that are not thresholds. Most runs have none.
#[derive(Clone, Debug, Default)]
struct LateLuck {
    luck: Luck,
    /// Whether it is this run's; of an earlier one if not.
    is_own: bool,
}

impl LateLuck {
    fn own(&mut self, simulator: &Simulator) -> &mut Luck {
        if !std::mem::replace(&mut self.is_own, true) {
            self.luck.reset(simulator.bound().program().transitions.len());
        }
        &mut self.luck
    }
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
        Wave {
            states: PhysicalStates::default(),
            recurs: true,
            lanes: Vec::new(),
            hops: Vec::new(),
            ways: [0; WIDTH],
            calls: [true; WIDTH],
            shocks: [f64::INFINITY; WIDTH],
            clocks: Clocks::new(simulator),
            fault: None,
        }
    }

    /// Forgets all states but those that runs are in.
    #[cold]
    fn forget(&mut self, simulator: &Simulator) -> Result<(), Fault> {
        self.recurs = false;
        let mut but: Vec<usize> = self.lanes.iter().map(|lane| lane.state).collect();
        self.states.forget(simulator.bound(), &mut but)?;
        self.lanes.iter_mut().zip(but).for_each(|(lane, state)| lane.state = state);
        self.hops.clear();
        self.hops.resize(self.states.ways(), Hop::UNKNOWN);
        self.clocks.forget();
        for (ways, lane) in self.ways.iter_mut().zip(&self.lanes) {
            *ways = self.states.state(lane.state).ways() as u32;
        }
        Ok(())
    }

    /// Lays out a way out of a state, or that of beginning, when it is gone for the first time.
    #[cold]
    fn lay_out(&mut self, from: Option<usize>, cause: Cause, way: usize) {
        self.hops.resize(self.states.ways(), Hop::UNKNOWN);
        if self.hops[way].is_known {
            return;
        }
        let leap = self.states.leap(way);
        let there = self.states.state(leap.to);
        let before = from.map_or(&[][..], |from| &self.states.state(from).active);
        let Effects { moves, touched, lumps, .. } = &leap.effects;
        let stays_else = touched.is_empty() && lumps.is_empty() && there.world.left.is_empty();
        self.hops[way] = Hop {
            is_known: true,
            to: leap.to as u32,
            ways: there.ways() as u32,
            calls: there.outcome.is_some() || !there.milestones.is_empty(),
            cause,
            only_moves: moves.first().filter(|_| moves.len() == 1 && stays_else).map(|moved| (moved.machine, moved.to)),
            plan: self.clocks.plan(leap, before, &there.active),
        };
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
        wave.clocks.clear();
        for lane in 0..WIDTH {
            under_way += usize::from(self.board(wave, lane, runs, probe)?);
        }
        wave.clocks.begin(self);
        while under_way > 0 {
            wave.clocks.look();
            for lane in 0..wave.lanes.len() {
                let Some(run) = wave.lanes[lane].run else { continue };
                probe.turn_to(lane);
                let step = match self.hop(wave, lane, probe) {
                    Some(()) => continue,
                    None => self.move_on(run, wave, lane, probe),
                };
                match step {
                    Step::GoesOn => {}
                    Step::Over(outcome) => {
                        probe.end(&wave.lanes[lane].world, outcome);
                        over();
                        under_way -= usize::from(!self.board(wave, lane, runs, probe)?);
                    }
                    Step::Fails => return wave.fault.take().map_or(Ok(()), Err),
                }
            }
            wave.clocks.begin(self);
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
        let next = if wave.recurs { runs.next() } else { None };
        if lane == wave.lanes.len() && next.is_some() {
            wave.lanes.push(Lane::default());
            wave.clocks.add_lane();
        }
        let Some(aboard) = wave.lanes.get_mut(lane) else { return Ok(false) };
        aboard.run = next;
        let Some(run) = next else { return Ok(false) };
        aboard.luck.is_own = false;
        let way = match wave.states.known_begin() {
            Some(way) => way,
            None => {
                let mut draws = Draws::new(aboard.luck.own(self), &self.addresses, run);
                let way = wave.states.begin(self.bound(), &mut draws)?;
                wave.lay_out(None, Cause::Start, way);
                way
            }
        };
        let aboard = &mut wave.lanes[lane];
        aboard.shocks_past = 0;
        aboard.pace = Pace::default();
        aboard.reached.clear();
        aboard.reached.resize(self.bound().program().milestones.len(), false);
        aboard.state = wave.hops[way].to as usize;
        aboard.world.copy(&wave.states.state(aboard.state).world);
        wave.shocks[lane] = self.next_shock(0).0;
        wave.clocks.board(lane, run);
        self.arrive(wave, lane, Cause::Start, way);
        let aboard = &wave.lanes[lane];
        probe.turn_to(lane);
        probe.begin(&aboard.world);
        Ok(true)
    }

    /// Lets time pass to the next event of a run and lets it happen, if it is one of those that happen over and over: a clock is due
    /// before anything else, and what then happens is known.
    #[inline(always)]
    fn hop<P: Probe>(&self, wave: &mut Wave, lane: usize, probe: &mut P) -> Option<()> {
        let (due, place) = wave.clocks.next(lane);
        let Lane { state, world, pace, .. } = &mut wave.lanes[lane];
        let way = wave.ways[lane] as usize + place;
        let is_next = !wave.calls[lane]
            & (due < wave.shocks[lane])
            & (due <= self.bound().program().calendar.horizon)
            & (due > world.time);
        if !is_next || !wave.hops[way].is_known || !pace.another(true) {
            return None;
        }
        self.pass(world, &wave.states.state(*state).rates, due, probe);
        let cause = wave.hops[way].cause;
        self.arrive(wave, lane, cause, way);
        probe.happened(&wave.lanes[lane].world, cause, &wave.states.leap(way).effects);
        Some(())
    }

    /// Lets time pass in which nothing happens.
    #[inline(always)]
    fn pass<P: Probe>(&self, world: &mut World, rates: &[f64], to: f64, probe: &mut P) {
        let from = world.time;
        probe.dwell(&Stretch { world, rates, forces: self.forces(), from, to });
        for (index, total) in world.totals.iter_mut().enumerate() {
            *total += accrued(rates[index], self.forces()[index], from, to);
        }
        world.time = to;
    }

    /// The same in any case.
    #[inline(never)]
    fn move_on<P: Probe>(&self, run: RunAddress, wave: &mut Wave, lane: usize, probe: &mut P) -> Step {
        let horizon = self.bound().program().calendar.horizon;
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
        let (next, place) = wave.clocks.next(lane);
        let (shock, _) = self.next_shock(*shocks_past);
        let to = [shock, horizon].into_iter().fold(next, |least, at| if at < least { at } else { least });
        let passes = to > world.time;
        if passes {
            self.pass(world, &state.rates, to, probe);
        }
        let fires = next <= horizon && next < shock;
        if !fires && shock > horizon {
            return Step::Over(state.at_horizon);
        }
        let Some((cause, way)) = self.way(run, wave, lane, fires.then_some(place), passes) else { return Step::Fails };
        self.arrive(wave, lane, cause, way);
        probe.happened(&wave.lanes[lane].world, cause, &wave.states.leap(way).effects);
        Step::GoesOn
    }

    /// What happens now, and the way on which it leads: the active clock at this place fires, or the next shock strikes. `None` if it
    /// cannot happen.
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
            if let Some(way) = wave.states.known(state, place).filter(|_| gets_on) {
                return Some((Cause::Fires(wave.states.state(state).active[place].id), way));
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
        let Wave { states, lanes, shocks, fault, .. } = &mut *wave;
        let Lane { state, world, luck, shocks_past, pace, .. } = &mut lanes[lane];
        let from = *state;
        let mut draws = Draws::new(luck.own(self), &self.addresses, run);
        let (cause, way) = match fires {
            Some(place) => {
                let cause = Cause::Fires(states.state(*state).active[place].id);
                (cause, states.fire(self.bound(), *state, place, &mut draws))
            }
            None => {
                let (_, shock) = self.next_shock(*shocks_past);
                *shocks_past += 1;
                shocks[lane] = self.next_shock(*shocks_past).0;
                pace.another(true);
                (Cause::Shock(shock), states.strike(self.bound(), *state, shock, &mut draws))
            }
        };
        let found = if pace.gets_on() { way } else { Err(self.restless(*pace, world, cause)) };
        *fault = found.as_ref().err().map(|fault| Fault { time: world.time, ..fault.clone() });
        let way = found.ok()?;
        wave.lay_out(Some(from), cause, way);
        Some((cause, way))
    }

    /// Takes a run to where a way leads, and turns its clocks.
    #[inline(always)]
    fn arrive(&self, wave: &mut Wave, lane: usize, cause: Cause, way: usize) {
        let Wave { states, lanes, hops, ways, calls, clocks, .. } = wave;
        let (Lane { state, world, .. }, hop) = (&mut lanes[lane], &hops[way]);
        let now = world.time;
        if let Some((machine, to)) = hop.only_moves {
            world.states[machine.index()] = to;
            world.entered[machine.index()] = now;
        } else {
            self.take_effect(world, &states.leap(way).effects, &states.state(hop.to as usize).world);
        }
        let from = std::mem::replace(state, hop.to as usize);
        ways[lane] = hop.ways;
        calls[lane] = hop.calls;
        if hop.plan.on_record {
            let (before, after) = (&states.state(from).active, &states.state(hop.to as usize).active);
            clocks.go_on_record(self, lane, cause, (before, after), (states.leap(way), &hop.plan, now));
        } else {
            clocks.go(&hop.plan, lane, now);
        }
    }

    /// Changes a world as what has happened there changed one that was in the same physical state.
    #[inline(always)]
    fn take_effect(&self, world: &mut World, effects: &Effects, there: &World) {
        let now = world.time;
        for moved in &effects.moves {
            world.states[moved.machine.index()] = moved.to;
            world.entered[moved.machine.index()] = now;
        }
        for variable in &effects.touched {
            world.variables[variable.index()] = there.variables[variable.index()];
        }
        for &(consequence, amount) in &effects.lumps {
            world.totals[consequence.index()] += self.bound().present_value(consequence, amount, now);
        }
        if !world.left.is_empty() {
            world.left.copy_from_slice(&there.left);
        }
    }
}
