//! From a slice of a program to its Markov chain: every state that a run can come to, and how fast it leaves for others.
//!
//! In: a [`Slice`]. Out: a [`Chain`]. States are found by letting each timed transition fire in each state, with the same
//! `settle` as the simulator's; what that leaves to chance is branched over by replaying it once for each way it can go
//! (`Branching`). Between two events a state is all that a run remembers; a state in which an outcome holds is
//! absorbing. Knows nothing of time.

use super::phase::{Clocks, Phases};
use super::slice::Slice;
use super::store::Store;
use crate::model::id::{ConsequenceId, ShockId, StateId, TransitionId};
use crate::program::behaviour::{Cause, Chance, Effects, Fault};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{Hazard, TriggerCode};

/// More ways than this for one event to go are refused.
const WAYS: usize = 1 << 16;

/// Why a chain was not built.
#[derive(Clone, Debug, PartialEq)]
pub enum Unexplored {
    /// More states than allowed; how many of them are done with, and what one takes in memory.
    TooManyStates {
        found: usize,
        finished: usize,
        bytes_per_state: usize,
    },
    /// More memory than allowed; the same.
    TooMuchMemory {
        found: usize,
        finished: usize,
        bytes_per_state: usize,
    },
    /// One event can go in too many ways.
    TooManyWays {
        transition: TransitionId,
    },
    Fault(Fault),
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub states: usize,
    /// `None`: as much memory as the states take.
    pub bytes: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { states: 5_000_000, bytes: Some(1 << 30) }
    }
}

/// Where a run can be, and how fast it goes where. States are numbered in the order in which they were found.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Entries of state `s` are `start[s]..start[s + 1]`.
    pub start: Vec<usize>,
    pub target: Vec<u32>,
    /// Per time unit; a state has no entry for itself.
    pub rate: Vec<f64>,
    /// Sum of the rates out of each state.
    pub exit: Vec<f64>,
    /// Where a run begins, with probabilities.
    pub initial: Vec<(u32, f64)>,
    /// The outcome that holds in each state; a state with one has no entries.
    pub outcome: Vec<Option<u16>>,
    /// The outcome that classifies each state at the horizon.
    pub at_horizon: Vec<u16>,
    /// The states in which each milestone's condition holds.
    pub milestones: Vec<Vec<u32>>,
    /// State of each machine: state by state, machine by machine.
    pub machine_states: Vec<StateId>,
    /// Value of each variable, likewise; not known in states that have an outcome.
    pub values: Vec<f64>,
    /// What each consequence gains per time unit, rates and lump sums together, likewise; undiscounted.
    pub gains: Vec<f64>,
    /// Transitions per time unit.
    pub firings: Vec<f64>,
    /// Shocks up to the horizon, in their order.
    pub jumps: Vec<Jump>,
    /// Expected lump sums at the start.
    pub initial_totals: Vec<f64>,
    /// Expected transitions at the start.
    pub initial_firings: f64,
    pub machines: usize,
    pub variables: usize,
    pub consequences: usize,
}

/// What a shock does.
#[derive(Clone, Debug, Default)]
pub struct Jump {
    pub at: f64,
    /// Where each state goes, with probabilities; as in a [`Chain`]. A state that does not move has itself as target, one
    /// that no run is in at that time has no entry.
    pub start: Vec<usize>,
    pub target: Vec<u32>,
    pub probability: Vec<f64>,
    /// Expected lump sums in each state, discounted to time 0: state by state, consequence by consequence.
    pub gains: Vec<f64>,
    /// Expected transitions.
    pub firings: Vec<f64>,
}

impl Jump {
    /// Targets and probabilities of a state; none for a state that was found later.
    pub fn entries(&self, state: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = if state + 1 < self.start.len() { self.start[state]..self.start[state + 1] } else { 0..0 };
        self.target[range.clone()].iter().map(|&target| target as usize).zip(self.probability[range].iter().copied())
    }
}

impl Chain {
    pub fn states(&self) -> usize {
        self.exit.len()
    }

    /// The entries of a state: targets and rates.
    pub fn entries(&self, state: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.start[state]..self.start[state + 1];
        self.target[range.clone()].iter().map(|&target| target as usize).zip(self.rate[range].iter().copied())
    }

    /// Whether each state can be come to from some of them, without a shock.
    pub fn reachable_from(&self, first: Vec<u32>) -> Vec<bool> {
        let mut seen = vec![false; self.states()];
        let mut open = first;
        open.iter().for_each(|&state| seen[state as usize] = true);
        while let Some(state) = open.pop() {
            for (target, _) in self.entries(state as usize) {
                if !std::mem::replace(&mut seen[target], true) {
                    open.push(target as u32);
                }
            }
        }
        seen
    }

    /// The state of a machine in a state of the chain.
    pub fn machine_state(&self, state: usize, machine: usize) -> StateId {
        self.machine_states[state * self.machines + machine]
    }
}

/// Takes each way that chance can go, one a replay.
#[derive(Debug, Default)]
struct Branching {
    /// The choices of the way at hand: the alternative taken and the probability of each.
    choices: Vec<(usize, Vec<f64>)>,
    at: usize,
}

impl Branching {
    fn choose(&mut self, probabilities: impl Iterator<Item = f64>) -> usize {
        if self.at == self.choices.len() {
            let probabilities: Vec<f64> = probabilities.collect();
            let first = probabilities.iter().position(|p| *p > 0.0).expect("one alternative is possible");
            self.choices.push((first, probabilities));
        }
        self.at += 1;
        self.choices[self.at - 1].0
    }

    /// Back to the start of the way.
    fn rewind(&mut self) {
        self.at = 0;
    }

    /// The probability of the way that was taken.
    fn probability(&self) -> f64 {
        self.choices.iter().map(|(taken, probabilities)| probabilities[*taken]).product()
    }

    /// Turns to the next way; `false` if all were taken.
    fn advance(&mut self) -> bool {
        while let Some((taken, probabilities)) = self.choices.last_mut() {
            if let Some(next) = (*taken + 1..probabilities.len()).find(|&i| probabilities[i] > 0.0) {
                *taken = next;
                return true;
            }
            self.choices.pop();
        }
        false
    }
}

impl Chance for Branching {
    fn branch(&mut self, _transition: TransitionId, weights: &[f64]) -> usize {
        let sum: f64 = weights.iter().sum();
        self.choose(weights.iter().map(|weight| weight / sum))
    }

    fn answers(&mut self, _transition: TransitionId, p: f64) -> bool {
        self.choose([p, 1.0 - p].into_iter()) == 0
    }
}

/// The state of everything that a run remembers: a world and the phases of approximated clocks.
#[derive(Clone, Debug, Default)]
struct Place {
    world: World,
    clocks: Clocks,
}

struct Explorer<'a> {
    bound: &'a Bound,
    horizon: f64,
    phases: &'a Phases,
    milestones: &'a [bool],
    consequences: &'a [bool],
    store: Store,
    chain: Chain,
    limits: Limits,
    key: Vec<u32>,
    effects: Effects,
    /// Where the cause at hand leads: a state and a rate or probability.
    row: Vec<(u32, f64)>,
}

/// Builds the chain of a slice.
///
/// # Errors
/// See [`Unexplored`].
pub fn explore(slice: &Slice, phases: &Phases, limits: Limits) -> Result<Chain, Unexplored> {
    let program = slice.bound.program();
    let memory = program.composites.len() + 2 * program.variables.len() + phases.count();
    let width = program.machines.len() + memory + 1 + program.milestones.len().div_ceil(32);
    let mut explorer = Explorer {
        bound: &slice.bound,
        horizon: slice.horizon,
        phases,
        milestones: &slice.milestones,
        consequences: &slice.consequences,
        store: Store::new(width),
        chain: Chain {
            machines: program.machines.len(),
            variables: program.variables.len(),
            consequences: program.consequences.len(),
            milestones: vec![Vec::new(); program.milestones.len()],
            initial_totals: vec![0.0; program.consequences.len()],
            start: vec![0],
            ..Chain::default()
        },
        limits,
        key: Vec::with_capacity(width),
        effects: Effects::default(),
        row: Vec::new(),
    };
    explorer.begin()?;
    explorer.close()?;
    let first = explorer.chain.initial.iter().map(|(state, _)| *state).collect();
    let mut present = explorer.chain.reachable_from(first);
    let horizon = slice.horizon;
    for (at, shock) in explorer.bound.shocks().into_iter().filter(|(at, _)| *at <= horizon) {
        let jump = explorer.strike(at, shock, &present)?;
        explorer.close()?;
        present = explorer.chain.reachable_from(jump.target.clone());
        explorer.chain.jumps.push(jump);
    }
    Ok(explorer.chain)
}

impl Explorer<'_> {
    fn begin(&mut self) -> Result<(), Unexplored> {
        let mut start = Place { world: World::default(), clocks: self.phases.unarmed() };
        self.bound.start(&mut start.world);
        self.row.clear();
        let mut totals = std::mem::take(&mut self.chain.initial_totals);
        let mut firings = 0.0;
        self.follow(&start, Cause::Start, 1.0, &mut totals, &mut firings)?;
        self.chain.initial = merged(&mut self.row, None);
        self.chain.initial_totals = totals;
        self.chain.initial_firings = firings;
        Ok(())
    }

    /// Follows every state that was found and not yet followed.
    fn close(&mut self) -> Result<(), Unexplored> {
        while self.chain.exit.len() < self.store.len() {
            self.leave(self.chain.exit.len())?;
        }
        Ok(())
    }

    /// Lets a shock happen in every state that a run can be in then.
    fn strike(&mut self, at: f64, shock: ShockId, present: &[bool]) -> Result<Jump, Unexplored> {
        let consequences = self.chain.consequences;
        let mut jump = Jump { at, start: vec![0], ..Jump::default() };
        for (state, is_present) in present.iter().enumerate() {
            let mut gains = vec![0.0; consequences];
            let mut firings = 0.0;
            self.row.clear();
            if *is_present && self.chain.outcome[state].is_some() {
                self.row.push((state as u32, 1.0));
            } else if *is_present {
                let mut place = self.place(state);
                place.world.time = at;
                self.follow(&place, Cause::Shock(shock), 1.0, &mut gains, &mut firings)?;
            }
            for (target, p) in merged(&mut self.row, None) {
                jump.target.push(target);
                jump.probability.push(p);
            }
            jump.start.push(jump.target.len());
            jump.gains.extend(gains);
            jump.firings.push(firings);
        }
        Ok(jump)
    }

    /// Finds where a state can go.
    fn leave(&mut self, state: usize) -> Result<(), Unexplored> {
        self.row.clear();
        let consequences = self.chain.consequences;
        let mut gains = vec![0.0; consequences];
        let mut firings = 0.0;
        if self.chain.outcome[state].is_none() {
            let place = self.place(state);
            let program = self.bound.program();
            // The rate of a consequence that is left out is known to runs only.
            for (index, gain) in gains.iter_mut().enumerate().filter(|(index, _)| self.consequences[*index]) {
                let rate = self.bound.consequence_rate(&place.world, ConsequenceId::new(index));
                *gain = rate.map_err(Unexplored::Fault)?;
            }
            for index in 0..place.world.states.len() {
                for &id in &program.states[place.world.states[index].index()].timed {
                    self.fire(&place, id, &mut gains, &mut firings)?;
                }
            }
        }
        let row = merged(&mut self.row, Some(state));
        self.chain.exit.push(row.iter().map(|(_, rate)| rate).sum());
        for (target, rate) in row {
            self.chain.target.push(target);
            self.chain.rate.push(rate);
        }
        self.chain.start.push(self.chain.target.len());
        self.chain.gains.extend(gains);
        self.chain.firings.push(firings);
        Ok(())
    }

    /// Lets one timed transition happen in a place, if it can.
    fn fire(
        &mut self,
        place: &Place,
        id: TransitionId,
        gains: &mut [f64],
        firings: &mut f64,
    ) -> Result<(), Unexplored> {
        if !self.bound.enabled(&place.world, id) {
            return Ok(());
        }
        let (multiplier, speed) = self.bound.multiplier(&place.world, id).map_err(Unexplored::Fault)?;
        if let Some(wait) = self.phases.of(id) {
            let phase = place.clocks.phase(wait).expect("the clock of an enabled transition is armed");
            let (fires, moves) = self.phases.leave(wait, phase, multiplier, speed);
            if let Some(rate) = moves {
                let mut next = place.clone();
                next.clocks.advance(wait);
                self.reach(&next, rate)?;
            }
            return if fires > 0.0 { self.follow(place, Cause::Fires(id), fires, gains, firings) } else { Ok(()) };
        }
        let TriggerCode::Timed { hazard, .. } = &self.bound.program().transitions[id.index()].trigger else {
            unreachable!("only timed transitions stand in the list of a state")
        };
        let rate = match hazard {
            Hazard::Rate(_) => multiplier,
            Hazard::Wait(wait) => {
                let hazard = self.bound.wait(*wait).constant_hazard().expect("the slice has no other waits");
                hazard * multiplier * speed
            }
        };
        if rate > 0.0 { self.follow(place, Cause::Fires(id), rate, gains, firings) } else { Ok(()) }
    }

    /// Follows a cause in every way that it can go, and adds where they lead to the row, weighted.
    fn follow(
        &mut self,
        from: &Place,
        cause: Cause,
        weight: f64,
        gains: &mut [f64],
        firings: &mut f64,
    ) -> Result<(), Unexplored> {
        let mut chance = Branching::default();
        let mut place = from.clone();
        for way in 0.. {
            if way == WAYS {
                let Cause::Fires(transition) = cause else {
                    return Err(Unexplored::TooManyWays { transition: TransitionId::new(0) });
                };
                return Err(Unexplored::TooManyWays { transition });
            }
            if way > 0 {
                place.world.clone_from(&from.world);
                place.clocks.clone_from(&from.clocks);
            }
            chance.rewind();
            self.effects.clear();
            self.bound.settle(&mut place.world, cause, &mut chance, &mut self.effects).map_err(Unexplored::Fault)?;
            let share = weight * chance.probability();
            for (gain, total) in gains.iter_mut().zip(&mut place.world.totals) {
                *gain += share * *total;
                *total = 0.0;
            }
            *firings += share * self.effects.fired.len() as f64;
            if self.phases.count() > 0 {
                self.phases.follow_up(self.bound, &place.world, cause, &self.effects, &mut place.clocks);
                let armed = self.phases.arm(self.bound, &place.world, &place.clocks);
                for (clocks, p) in armed {
                    let next = Place { world: place.world.clone(), clocks };
                    self.reach(&next, share * p)?;
                }
            } else {
                self.reach(&place, share)?;
            }
            if !chance.advance() {
                break;
            }
        }
        Ok(())
    }

    /// Adds a place to the row, and to the states if it is new.
    fn reach(&mut self, place: &Place, weight: f64) -> Result<(), Unexplored> {
        let world = &place.world;
        let program = self.bound.program();
        let outcome = program.outcomes.iter().position(|o| !o.at_horizon && self.bound.holds(o.condition.when, world));
        let mut reached: Vec<usize> = Vec::new();
        for (index, milestone) in program.milestones.iter().enumerate() {
            if self.milestones[index] && self.bound.holds(milestone.when, world) {
                reached.push(index);
            }
        }
        self.key.clear();
        self.key.extend(world.states.iter().map(|state| state.0));
        match outcome {
            // Of a run that has ended only its states, its outcome and its milestones are asked for.
            Some(outcome) => {
                let rest = world.left.len() + 2 * world.variables.len() + self.phases.count();
                self.key.extend(std::iter::repeat_n(0, rest));
                self.key.push(outcome as u32 + 1);
                let bits = self.key.len();
                self.key.resize(bits + program.milestones.len().div_ceil(32), 0);
                for index in &reached {
                    self.key[bits + index / 32] |= 1 << (index % 32);
                }
            }
            None => {
                self.key.extend(world.left.iter().map(|left| left.map_or(0, |state| state.0 + 1)));
                for value in &world.variables {
                    // Both zeros are one value: no expression that yields a number tells them apart but 1/x.
                    let bits = (*value + 0.0).to_bits();
                    self.key.extend([bits as u32, (bits >> 32) as u32]);
                }
                place.clocks.write(&mut self.key);
                self.key.extend(std::iter::repeat_n(0, 1 + program.milestones.len().div_ceil(32)));
            }
        }
        let (state, is_new) = self.store.find_or_insert(&self.key);
        if is_new {
            let (found, finished) = (self.store.len(), self.chain.exit.len());
            if found > self.limits.states {
                return Err(Unexplored::TooManyStates { found, finished, bytes_per_state: self.bytes_per_state() });
            }
            if found.is_multiple_of(4096)
                && let bytes_per_state = self.bytes_per_state()
                && self.limits.bytes.is_some_and(|bytes| found * bytes_per_state > bytes)
            {
                return Err(Unexplored::TooMuchMemory { found, finished, bytes_per_state });
            }
            self.chain.outcome.push(outcome.map(|outcome| outcome as u16));
            self.chain.machine_states.extend(&world.states);
            self.chain.values.extend(&world.variables);
            for index in reached {
                self.chain.milestones[index].push(state);
            }
            self.chain.at_horizon.push(self.classify(world));
        }
        self.row.push((state, weight));
        Ok(())
    }

    /// The outcome of a run that is here at the horizon.
    fn classify(&self, world: &World) -> u16 {
        let at_end = World { time: self.horizon, ..world.clone() };
        let outcomes = &self.bound.program().outcomes;
        let holds = outcomes.iter().position(|o| o.at_horizon && self.bound.holds(o.condition.when, &at_end));
        holds.expect("the last default outcome always holds") as u16
    }

    /// What a state takes in memory, by the states so far.
    fn bytes_per_state(&self) -> usize {
        let entries = 12 * self.chain.target.len() / self.chain.exit.len().max(1);
        let numbers = 8 * (self.chain.variables + self.chain.consequences + 4) + 4 * self.chain.machines;
        // Vectors of the solution, and what the answers read: two numbers a machine, a variable and a consequence.
        let solving = 16 * (self.chain.machines + self.chain.variables + self.chain.consequences + 6);
        self.store.bytes_per_state() + entries + numbers + solving + 40
    }

    /// The place that a state stands for.
    fn place(&self, state: usize) -> Place {
        let (machines, variables) = (self.chain.machines, self.chain.variables);
        let composites = self.bound.program().composites.len();
        let (left, rest) = self.store.key(state)[machines..].split_at(composites);
        Place {
            world: World {
                time: 0.0,
                states: self.chain.machine_states[state * machines..(state + 1) * machines].to_vec(),
                entered: vec![0.0; machines],
                left: left.iter().map(|&word| word.checked_sub(1).map(StateId)).collect(),
                variables: self.chain.values[state * variables..(state + 1) * variables].to_vec(),
                totals: vec![0.0; self.chain.consequences],
            },
            clocks: Clocks::read(&rest[2 * variables..][..self.phases.count()]),
        }
    }
}

/// The row with one entry for each target, ascending, without the state itself.
fn merged(row: &mut Vec<(u32, f64)>, own: Option<usize>) -> Vec<(u32, f64)> {
    row.sort_by_key(|(target, _)| *target);
    let mut merged: Vec<(u32, f64)> = Vec::with_capacity(row.len());
    for &(target, weight) in row.iter() {
        if own == Some(target as usize) {
            continue;
        }
        match merged.last_mut() {
            Some(last) if last.0 == target => last.1 += weight,
            _ => merged.push((target, weight)),
        }
    }
    row.clear();
    merged
}
