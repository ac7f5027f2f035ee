//! Many runs of a program with physical states, each in a lane of its own, that go from event to event together.
//!
//! In: a simulator whose program time alone does not change, the addresses of runs, a probe that can watch many at once. Out:
//! what one run after the other would have told it. What an event changes is known since the first run that it
//! happened to ([`physical`](crate::program::physical)); what is left is each run's own times and totals (`own`) and its clocks
//! (`clocks`). In a round each run lets its next event happen: those that go the same way go it in one bundle (`bundles`), and then the
//! clocks of all of them begin and go on, side by side. Where runs come to ever new states nothing is known beforehand: then no run is
//! begun here any more.

mod bundles;
mod clocks;
mod own;
mod plan;
mod vectors;

use super::luck::{Draws, Luck};
use super::probe::{Probe, Stretch, Together};
use super::run::{Pace, Simulator};
use crate::program::behaviour::{Cause, Fault};
use crate::program::physical::PhysicalStates;
use crate::program::world::World;
use crate::random::RunAddress;
use bundles::Bundles;
use clocks::Clocks;
use own::Own;
use plan::Plan;

/// Runs in flight: enough for bundles of some length.
pub const WIDTH: usize = 256;

/// A program whose physical states have more ways out than this, some 15 MB, is taken for one that comes to ever new ones.
const MANY: usize = 1 << 15;

/// The buffers of the runs in flight.
#[derive(Clone, Debug)]
pub(super) struct Wave {
    states: PhysicalStates,
    /// Whether runs come to the same states again.
    recurs: bool,
    lanes: Vec<Lane>,
    own: Own,
    /// By way; known if it is one that chance has no say in.
    hops: Vec<Hop>,
    /// By lane: where it is, and when the next shock is.
    places: [Place; WIDTH],
    shocks: [f64; WIDTH],
    paces: [Pace; WIDTH],
    clocks: Clocks,
    bundles: Bundles,
    /// The runs that do not go in bundles in this round.
    others: Vec<usize>,
    /// That of the run that is looked at.
    world: World,
    fault: Option<Fault>,
}

/// Where a run is.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The number of the state.
    state: u32,
    /// The first way out of it; none if an outcome or milestone holds there.
    ways: u32,
}

impl Place {
    /// The number of no way.
    const NO_WAYS: u32 = u32::MAX;
    const NOWHERE: Place = Place { state: 0, ways: Place::NO_WAYS };
}

/// What is to be done on a way, close at hand.
#[derive(Clone, Debug)]
struct Hop {
    is_known: bool,
    to: Place,
    /// What happens.
    cause: Cause,
    plan: Plan,
}

impl Hop {
    fn unknown() -> Self {
        Hop { is_known: false, to: Place::NOWHERE, cause: Cause::Start, plan: Plan::default() }
    }
}

#[derive(Clone, Debug, Default)]
struct Lane {
    run: Option<RunAddress>,
    reached: Vec<bool>,
    luck: LateLuck,
    shocks_past: usize,
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
            own: Own::new(simulator.bound()),
            hops: Vec::new(),
            places: [Place::NOWHERE; WIDTH],
            shocks: [f64::INFINITY; WIDTH],
            paces: [Pace::default(); WIDTH],
            clocks: Clocks::new(simulator),
            bundles: Bundles::new(),
            others: Vec::new(),
            world: World::default(),
            fault: None,
        }
    }

    /// Forgets all states but those that runs are in.
    #[cold]
    fn forget(&mut self, simulator: &Simulator) -> Result<(), Fault> {
        self.recurs = false;
        let mut but: Vec<usize> = self.places[..self.lanes.len()].iter().map(|place| place.state as usize).collect();
        self.states.forget(simulator.bound(), &mut but)?;
        self.hops.clear();
        self.know_ways();
        self.clocks.forget();
        for (place, number) in self.places.iter_mut().zip(but) {
            *place = place_of(&self.states, number);
        }
        Ok(())
    }

    /// Makes room for the ways that there are by now.
    fn know_ways(&mut self) {
        self.hops.resize_with(self.states.ways(), Hop::unknown);
        self.bundles.make_room(self.states.ways());
    }

    /// The world of a run.
    fn show(&mut self, lane: usize) -> &World {
        let there = &self.states.state(self.places[lane].state as usize).world;
        self.own.show(lane, there, &mut self.world);
        &self.world
    }

    /// Lays out a way out of a state, or that of beginning, when it is gone for the first time.
    #[cold]
    fn lay_out(&mut self, from: Option<usize>, cause: Cause, way: usize) {
        self.know_ways();
        if self.hops[way].is_known {
            return;
        }
        let leap = self.states.leap(way);
        let there = self.states.state(leap.to);
        let before = from.map_or(&[][..], |from| &self.states.state(from).active);
        self.hops[way] = Hop {
            is_known: true,
            to: place_of(&self.states, leap.to),
            cause,
            plan: self.clocks.plan(leap, before, &there.active),
        };
    }

    /// Finds out what each run does next, and bundles those that go a way that is known: a clock is due before anything else, and chance
    /// has no say in what then happens.
    #[inline(always)]
    fn bundle(&mut self, horizon: f64) {
        let Wave { lanes, own, hops, places, shocks, paces, clocks, bundles, others, .. } = self;
        let (next, clocks) = clocks.next();
        others.clear();
        for lane in 0..lanes.len() {
            let (due, ways) = (next[lane], places[lane].ways);
            let is_next = (ways != Place::NO_WAYS) & (due < shocks[lane]) & (due <= horizon) & (due > own.times[lane]);
            let way = ways as usize + clocks[lane] as usize;
            if is_next && hops[way].is_known && paces[lane].another(true) {
                bundles.add(lane, way);
            } else {
                others.push(lane);
            }
        }
    }
}

/// Where a run is that is in the state of this number.
fn place_of(states: &PhysicalStates, number: usize) -> Place {
    let state = states.state(number);
    let is_told_of = state.outcome.is_some() || !state.milestones.is_empty();
    Place { state: number as u32, ways: if is_told_of { Place::NO_WAYS } else { state.ways() as u32 } }
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
        let horizon = self.bound().program().calendar.horizon;
        let mut under_way = 0;
        wave.lanes.iter_mut().for_each(|lane| lane.run = None);
        wave.clocks.clear();
        for lane in 0..WIDTH {
            under_way += usize::from(self.board(wave, lane, runs, probe)?);
        }
        wave.clocks.begin(self, &wave.own.times);
        let mut lanes = [0; WIDTH];
        while under_way > 0 {
            wave.clocks.look(wave.lanes.len());
            wave.bundle(horizon);
            while let Some((way, count)) = wave.bundles.take(&mut lanes) {
                self.go(wave, way, &lanes[..count], probe);
            }
            for other in 0..wave.others.len() {
                let lane = wave.others[other];
                let Some(run) = wave.lanes[lane].run else { continue };
                probe.turn_to(lane);
                match self.move_on(run, wave, lane, probe) {
                    Step::GoesOn => {}
                    Step::Over(outcome) => {
                        probe.end(&wave.world, outcome);
                        over();
                        under_way -= usize::from(!self.board(wave, lane, runs, probe)?);
                    }
                    Step::Fails => return wave.fault.take().map_or(Ok(()), Err),
                }
            }
            wave.clocks.begin(self, &wave.own.times);
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
        aboard.reached.clear();
        aboard.reached.resize(self.bound().program().milestones.len(), false);
        wave.paces[lane] = Pace::default();
        wave.shocks[lane] = self.next_shock(0).0;
        wave.own.begin(lane);
        wave.clocks.board(lane, run);
        self.arrive(wave, way, &[lane as u32]);
        probe.turn_to(lane);
        probe.begin(wave.show(lane));
        Ok(true)
    }

    /// Lets time pass for runs that go the same way, each to when its earliest clock is due, and that happen.
    #[inline(always)]
    fn go<P: Probe>(&self, wave: &mut Wave, way: usize, lanes: &[u32], probe: &mut P) {
        let number = wave.places[lanes[0] as usize].state as usize;
        let (before, leap) = (wave.states.state(number), wave.states.leap(way));
        let together = Together {
            lanes,
            first: 0,
            from: &wave.own.times,
            to: wave.clocks.next().0,
            totals: wave.own.totals.as_slice(),
            before: &before.world,
            after: &wave.states.state(leap.to).world,
            rates: &before.rates,
            forces: self.forces(),
            cause: wave.hops[way].cause,
            effects: &leap.effects,
        };
        if probe.happened_together(&together) {
            wave.own.accrue(lanes, wave.clocks.next().0, &before.rates, self.forces());
            self.arrive(wave, way, lanes);
        } else {
            for lane in lanes.chunks(1) {
                probe.turn_to(lane[0] as usize);
                wave.show(lane[0] as usize);
                self.pass(wave, lane[0] as usize, probe);
                self.arrive(wave, way, lane);
                self.tell(wave, lane[0] as usize, way, probe);
            }
        }
    }

    /// Lets time pass for one run, whose world is shown, to when something happens to it.
    fn pass<P: Probe>(&self, wave: &mut Wave, lane: usize, probe: &mut P) {
        let Wave { states, own, clocks, world, places, .. } = wave;
        let (rates, forces) = (&states.state(places[lane].state as usize).rates, self.forces());
        let (from, to) = (world.time, clocks.next().0[lane]);
        probe.dwell(&Stretch { world, rates, forces, from, to });
        own.accrue(&[lane as u32], clocks.next().0, rates, forces);
        world.time = to;
        for (total, own) in world.totals.iter_mut().zip(&own.totals) {
            *total = own[lane];
        }
    }

    /// Tells what has happened to one run.
    fn tell<P: Probe>(&self, wave: &mut Wave, lane: usize, way: usize, probe: &mut P) {
        wave.show(lane);
        probe.happened(&wave.world, wave.hops[way].cause, &wave.states.leap(way).effects);
    }

    /// Lets something happen to one run, whatever it is.
    #[inline(never)]
    fn move_on<P: Probe>(&self, run: RunAddress, wave: &mut Wave, lane: usize, probe: &mut P) -> Step {
        let horizon = self.bound().program().calendar.horizon;
        let state = wave.states.state(wave.places[lane].state as usize);
        let (outcome, at_horizon) = (state.outcome, state.at_horizon);
        if outcome.is_some() || !state.milestones.is_empty() {
            wave.own.show(lane, &state.world, &mut wave.world);
            for &milestone in &state.milestones {
                if !std::mem::replace(&mut wave.lanes[lane].reached[milestone], true) {
                    probe.milestone(&wave.world, milestone);
                }
            }
            if let Some(outcome) = outcome {
                return Step::Over(outcome);
            }
        }
        let (next, place) = (wave.clocks.next().0[lane], wave.clocks.next().1[lane] as usize);
        let shock = wave.shocks[lane];
        let to = [shock, horizon].into_iter().fold(next, |least, at| if at < least { at } else { least });
        wave.clocks.happens(lane, to);
        let passes = to > wave.own.times[lane];
        let fires = next <= horizon && next < shock;
        if !fires && shock > horizon {
            wave.show(lane);
            if passes {
                self.pass(wave, lane, probe);
            }
            return Step::Over(at_horizon);
        }
        let Some(way) = self.way(run, wave, lane, fires.then_some(place), passes) else { return Step::Fails };
        if passes {
            self.go(wave, way, &[lane as u32], probe);
        } else {
            self.arrive(wave, way, &[lane as u32]);
            self.tell(wave, lane, way, probe);
        }
        Step::GoesOn
    }

    /// The way on which what happens now leads: the active clock at this place fires, or the next shock strikes. `None` if it cannot
    /// happen.
    fn way(&self, run: RunAddress, wave: &mut Wave, lane: usize, fires: Option<usize>, passes: bool) -> Option<usize> {
        let number = wave.places[lane].state as usize;
        if let Some(place) = fires {
            let gets_on = wave.paces[lane].another(passes);
            if let Some(way) = wave.states.known(number, place).filter(|_| gets_on) {
                return Some(way);
            }
        }
        self.unknown_way(run, wave, lane, fires)
    }

    /// The same of a way that is not known, or on which chance has a say.
    #[cold]
    fn unknown_way(&self, run: RunAddress, wave: &mut Wave, lane: usize, fires: Option<usize>) -> Option<usize> {
        let Wave { states, lanes, places, shocks, paces, clocks, world, fault, .. } = &mut *wave;
        // All that is to be known of the world where it fails.
        world.time = clocks.next().0[lane];
        let (Lane { luck, shocks_past, .. }, pace) = (&mut lanes[lane], &mut paces[lane]);
        let from = places[lane].state as usize;
        let mut draws = Draws::new(luck.own(self), &self.addresses, run);
        let (cause, way) = match fires {
            Some(place) => {
                let cause = Cause::Fires(states.state(from).active[place].id);
                (cause, states.fire(self.bound(), from, place, &mut draws))
            }
            None => {
                let (_, shock) = self.next_shock(*shocks_past);
                *shocks_past += 1;
                shocks[lane] = self.next_shock(*shocks_past).0;
                pace.another(true);
                (Cause::Shock(shock), states.strike(self.bound(), from, shock, &mut draws))
            }
        };
        let found = if pace.gets_on() { way } else { Err(self.restless(*pace, world, cause)) };
        *fault = found.as_ref().err().map(|fault| Fault { time: world.time, ..fault.clone() });
        let way = found.ok()?;
        wave.lay_out(Some(from), cause, way);
        Some(way)
    }

    /// Takes runs to where a way leads, and turns their clocks.
    #[inline(always)]
    fn arrive(&self, wave: &mut Wave, way: usize, lanes: &[u32]) {
        let Wave { states, own, hops, places, clocks, .. } = wave;
        let (hop, leap) = (&hops[way], states.leap(way));
        if hop.plan.on_record {
            let before = &states.state(places[lanes[0] as usize].state as usize).active;
            let after = &states.state(leap.to).active;
            clocks.go_on_record(self, (&hop.plan, lanes, &own.times), hop.cause, (before, after), leap);
        } else {
            clocks.go(&hop.plan, lanes);
        }
        own.take_effect(lanes, clocks.next().0, &leap.effects, self.bound());
        for lane in lanes.iter().map(|&lane| lane as usize) {
            places[lane] = hop.to;
        }
    }
}
