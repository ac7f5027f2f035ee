//! One run: the event loop.
//!
//! In: a [`Simulator`] and an address in randomness. Out: an outcome, and everything on the way to a [`Probe`].
//! The steps of the loop are named in the header of [`kernel`](super); each is one method here.

use super::before::Before;
use super::clock::{Baseline, Clock};
use super::clockwork::{Clockwork, Questions, clockworks};
use super::drift::{self, Drifted, Stand};
use super::luck::{Draws, Luck, TransitionAddresses};
use super::probe::{Probe, Stretch, accrued};
use super::schedule::Schedule;
use crate::distribution::Distribution;
use crate::model::ClockRule;
use crate::model::id::{ConsequenceId, MachineId, ShockId, TransitionId};
use crate::program::Watchers;
use crate::program::behaviour::{Cause, Effects, Fault, Move, SETTLING_LIMIT};
use crate::program::bind::Bound;
use crate::program::bits::Bits;
use crate::program::sheet::{Kept, Reading};
use crate::program::world::World;
use crate::random::{NameAddress, RunAddress, Stream};

/// More events than this in one run are taken for a hazard without bounds.
const EVENT_LIMIT: u64 = 100_000_000;

/// A bound program with the addresses of everything that draws.
#[derive(Clone, Debug)]
pub struct Simulator {
    pub(super) bound: Bound,
    pub(super) addresses: Vec<TransitionAddresses>,
    /// Of each transition; of those that are not timed nothing but the guard is asked.
    clockworks: Vec<Clockwork>,
    questions: Questions,
    drifts: Vec<NameAddress>,
    /// Force of interest of each consequence.
    forces: Vec<f64>,
    /// Shocks in the order in which they happen, and when.
    shocks: Vec<(f64, ShockId)>,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Outcome,
    Horizon,
    /// The probe has paused it: there is no outcome yet.
    Pause,
}

/// The buffers of a run, kept from one to the next so that running allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    pub(super) world: World,
    pub(super) effects: Effects,
    pub(super) clocks: Vec<Clock>,
    pub(super) schedule: Schedule,
    pub(super) rates: Vec<f64>,
    pub(super) reached: Vec<bool>,
    pub(super) luck: Luck,
    pub(super) drifted: Drifted,
    /// The numbers that hazards, rates, conditions and drifts are made of.
    pub(super) kept: Box<Kept>,
    /// Transitions to look at again.
    pub(super) affected: Bits,
    /// The timed transitions of the states that machines are in: no other has an armed clock.
    pub(super) here: Bits,
    /// Consequences whose rate to look at again.
    pub(super) stale_rates: Bits,
    /// How many shocks are past.
    pub(super) shocks_past: usize,
    /// How many steps are.
    pub(super) steps_past: u64,
    pub(super) pace: Pace,
    /// Whether something that conditions of outcomes and milestones read may have changed since they were looked at.
    pub(super) unjudged: bool,
}

/// How much has happened so far, to find runs that get nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    events: u64,
    at_this_instant: usize,
}

/// What comes next in a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next {
    /// Nothing: there is an outcome, or a pause.
    Over(usize, Ending),
    /// Time has passed up to this.
    Due(Cause),
}

impl Simulator {
    pub fn new(bound: Bound) -> Self {
        let program = bound.program();
        let addresses =
            program.transitions.iter().map(|transition| TransitionAddresses::of(&transition.name)).collect();
        let drifts =
            program.variables.iter().map(|variable| NameAddress::new(&format!("{} / drift", variable.name))).collect();
        let forces = (0..program.consequences.len()).map(|index| bound.discount(index)).collect();
        let (shocks, clockworks, questions) = (bound.shocks(), clockworks(&bound), Questions::of(&bound));
        Simulator { addresses, clockworks, questions, drifts, forces, shocks, bound }
    }

    /// Takes other values for the inputs of the same program; what does not depend on them stays.
    pub fn rebind(&mut self, bound: Bound) {
        for (index, force) in self.forces.iter_mut().enumerate() {
            *force = bound.discount(index);
        }
        self.shocks = bound.shocks();
        for (clockwork, fixed) in self.clockworks.iter_mut().zip(bound.fixed_multipliers()) {
            clockwork.fixed = fixed;
        }
        self.bound = bound;
    }

    pub fn bound(&self) -> &Bound {
        &self.bound
    }

    /// Runs one run to its end; the same address gives the same run, whatever ran before in the workspace.
    pub fn run(&self, run: RunAddress, work: &mut Workspace, probe: &mut impl Probe) -> Result<(), Fault> {
        self.begin(run, work, probe)?;
        let (outcome, _) = self.proceed(run, work, probe)?;
        probe.end(&work.world, outcome);
        Ok(())
    }

    /// Goes on from where the workspace stands until an outcome holds, the horizon is reached or the probe pauses; gives the
    /// outcome, and which of the three it was.
    pub(super) fn proceed(
        &self,
        run: RunAddress,
        work: &mut Workspace,
        probe: &mut impl Probe,
    ) -> Result<(usize, Ending), Fault> {
        loop {
            match self.next(work, probe)? {
                Next::Over(outcome, ending) => return Ok((outcome, ending)),
                Next::Due(cause) => self.happen(run, work, cause, probe)?,
            }
        }
    }

    /// Lets time pass until something is due, unless an outcome holds or the probe pauses.
    pub(super) fn next(&self, work: &mut Workspace, probe: &mut impl Probe) -> Result<Next, Fault> {
        let calendar = &self.bound.program().calendar;
        if let Some(outcome) = self.judge(work, probe) {
            return Ok(Next::Over(outcome, Ending::Outcome));
        }
        if probe.pauses(&work.world) {
            return Ok(Next::Over(0, Ending::Pause));
        }
        let (due, transition) = work.schedule.earliest();
        let next_step = match self.bound.program().takes_steps {
            true => (work.steps_past + 1) as f64 * calendar.step,
            false => f64::INFINITY,
        };
        let (shock, struck) = self.next_shock(work.shocks_past);
        let before = work.world.time;
        self.advance(work, due.min(next_step).min(shock).min(calendar.horizon), probe);
        // At one instant shocks come first, then what falls due, then the step.
        let cause = if shock <= due && shock <= next_step && shock <= calendar.horizon {
            work.shocks_past += 1;
            Cause::Shock(struck)
        } else if due <= next_step && due <= calendar.horizon {
            Cause::Fires(TransitionId::new(transition))
        } else if next_step <= calendar.horizon {
            work.steps_past += 1;
            Cause::Step
        } else {
            return Ok(Next::Over(self.at_horizon(work), Ending::Horizon));
        };
        if !work.pace.another(work.world.time > before || matches!(cause, Cause::Shock(_))) {
            return Err(self.restless(work.pace, &work.world, cause));
        }
        probe.due(Before::new(self, work), cause);
        Ok(Next::Due(cause))
    }

    /// The buffers as before anything has happened.
    pub(super) fn clear(&self, work: &mut Workspace) {
        let program = self.bound.program();
        let transitions = program.transitions.len();
        work.effects.clear();
        reset(&mut work.clocks, transitions, Clock::default());
        work.schedule.reset(transitions);
        work.luck.reset(transitions);
        reset(&mut work.reached, program.milestones.len(), false);
        reset(&mut work.rates, program.consequences.len(), 0.0);
        work.shocks_past = 0;
        work.steps_past = 0;
        work.pace = Pace::default();
        work.unjudged = true;
        work.affected.copy(&program.nothing.transitions);
        work.here.copy(&program.nothing.transitions);
        work.stale_rates.copy(&program.nothing.consequences);
        work.kept.begin(&self.bound);
        self.bound.start(&mut work.world);
    }

    pub(super) fn begin(&self, run: RunAddress, work: &mut Workspace, probe: &mut impl Probe) -> Result<(), Fault> {
        self.clear(work);
        self.go_on(work);
        self.settle(run, work, Cause::Start)?;
        self.set_going(run, work)?;
        probe.begin(&work.world);
        Ok(())
    }

    /// Arms or re-times everything that can happen, after the states were entered and have settled.
    pub(super) fn set_going(&self, run: RunAddress, work: &mut Workspace) -> Result<(), Fault> {
        let program = self.bound.program();
        work.kept.restart(&program.sheet, &work.world);
        for index in 0..work.effects.moves.len() {
            self.depart(work, work.effects.moves[index]);
        }
        self.look_around(work);
        for machine in 0..program.machines.len() {
            let state = work.world.states[machine];
            for &id in &program.states[state.index()].timed {
                self.retime(run, work, id)?;
            }
        }
        for index in 0..program.consequences.len() {
            self.rate(work, ConsequenceId::new(index))?;
        }
        Ok(())
    }

    /// Lets the waits of machines that are in their states already go on.
    fn go_on(&self, work: &mut Workspace) {
        let program = self.bound.program();
        for (index, machine) in program.machines.iter().enumerate().filter(|(_, machine)| machine.present.is_some()) {
            for &id in &program.states[machine.initial.index()].timed {
                // A forward clock counts from the start of the run.
                if self.clockwork(id).1 != ClockRule::Forward {
                    work.clocks[id.index()].has_waited(self.bound.waited_before(MachineId::new(index), id));
                }
            }
        }
    }

    /// When the next shock is due after so many, and which; at infinity if there is none.
    pub(super) fn next_shock(&self, past: usize) -> (f64, ShockId) {
        self.shocks.get(past).copied().unwrap_or((f64::INFINITY, ShockId(0)))
    }

    /// How many shocks have struck by a time, that time included.
    pub(super) fn shocks_until(&self, time: f64) -> usize {
        self.shocks.partition_point(|(at, _)| *at <= time)
    }

    /// Records milestones reached now; the outcome that holds now, if one does.
    fn judge(&self, work: &mut Workspace, probe: &mut impl Probe) -> Option<usize> {
        if !std::mem::take(&mut work.unjudged) {
            return None;
        }
        let Workspace { world, kept, reached, .. } = work;
        for (index, when) in self.questions.milestones.iter().enumerate() {
            if !reached[index] && kept.read(&self.bound, world, when) != 0.0 {
                reached[index] = true;
                probe.milestone(world, index);
            }
        }
        for (index, when) in &self.questions.outcomes {
            if kept.read(&self.bound, world, when) != 0.0 {
                return Some(*index);
            }
        }
        None
    }

    fn at_horizon(&self, work: &Workspace) -> usize {
        let outcomes = &self.bound.program().outcomes;
        let holds = outcomes.iter().position(|o| o.at_horizon && self.bound.holds(o.condition.when, &work.world));
        holds.expect("the last default outcome always holds")
    }

    /// Lets time pass to `to`, in which nothing happens.
    fn advance(&self, work: &mut Workspace, to: f64, probe: &mut impl Probe) {
        let from = work.world.time;
        if to <= from {
            return;
        }
        probe.dwell(&Stretch { world: &work.world, rates: &work.rates, forces: &self.forces, from, to });
        for (index, total) in work.world.totals.iter_mut().enumerate() {
            *total += accrued(work.rates[index], self.forces[index], from, to);
        }
        work.world.time = to;
        let program = self.bound.program();
        work.unjudged |= program.on_time.conditions;
        work.kept.passed(&program.sheet, &work.world);
    }

    /// Lets the cause happen and settle, then brings everything that read what changed up to date.
    pub(super) fn happen(
        &self,
        run: RunAddress,
        work: &mut Workspace,
        cause: Cause,
        probe: &mut impl Probe,
    ) -> Result<(), Fault> {
        match cause {
            Cause::Step => {
                self.take_step(run, work)?;
                work.kept.restart(&self.bound.program().sheet, &work.world);
            }
            Cause::Fires(id) => {
                work.effects.clear();
                work.clocks[id.index()].spend();
                work.schedule.set(id.index(), f64::INFINITY);
                work.affected.insert(id.index());
                self.settle(run, work, cause)?;
            }
            Cause::Start | Cause::Shock(_) => {
                work.effects.clear();
                self.settle(run, work, cause)?;
            }
        }
        self.follow_up(run, work, cause)?;
        probe.happened(&work.world, cause, &work.effects);
        Ok(())
    }

    /// Lets variables drift over a step, and what that sets off settle.
    fn take_step(&self, run: RunAddress, work: &mut Workspace) -> Result<(), Fault> {
        let Workspace { world, kept, drifted, steps_past, .. } = work;
        kept.bring_up(&self.bound, world, &self.bound.program().sheet.drifts);
        let stand = Stand { run, steps: *steps_past, time: world.time };
        self.drift(kept, &[Some(stand)], drifted)?;
        world.variables.copy_from_slice(&drifted.variables);
        self.settle_step(run, work)
    }

    /// Where variables have drifted to over a step, in each run that stands at one.
    pub(super) fn drift(&self, kept: &Kept, stands: &[Option<Stand>], drifted: &mut Drifted) -> Result<(), Fault> {
        drift::refresh(&self.bound, kept, self.bound.program().calendar.step, stands, &self.drifts, drifted)
    }

    /// Lets what the drift of variables sets off settle.
    pub(super) fn settle_step(&self, run: RunAddress, work: &mut Workspace) -> Result<(), Fault> {
        work.effects.clear();
        self.settle(run, work, Cause::Step)
    }

    /// Whether an immediate transition is enabled, so that there is something to settle.
    pub(super) fn stirs(&self, work: &mut Workspace) -> bool {
        let Workspace { world, kept, .. } = work;
        let program = self.bound.program();
        program.immediates.iter().any(|id| {
            let transition = &program.transitions[id.index()];
            let guard = &self.clockworks[id.index()].guard;
            transition.from.contains(&world.states[transition.machine.index()])
                && guard.is_none_or(|guard| kept.read(&self.bound, world, &guard) != 0.0)
        })
    }

    pub(super) fn settle(&self, run: RunAddress, work: &mut Workspace, cause: Cause) -> Result<(), Fault> {
        let mut draws = Draws::new(&mut work.luck, &self.addresses, run);
        self.bound.settle(&mut work.world, cause, &mut draws, &mut work.effects)
    }

    /// Interrupts, re-times and re-rates what the effects have touched. After a step, variables must have been taken anew.
    pub(super) fn follow_up(&self, run: RunAddress, work: &mut Workspace, cause: Cause) -> Result<(), Fault> {
        let program = self.bound.program();
        for index in 0..work.effects.moves.len() {
            let moved = work.effects.moves[index];
            self.depart(work, moved);
            work.affected.extend(&program.timed[moved.to.index()]);
            work.kept.moved(&program.sheet, &work.world, moved.machine);
            look_again(work, &program.on_machine[moved.machine.index()]);
        }
        for index in 0..work.effects.touched.len() {
            let id = work.effects.touched[index];
            work.kept.touched(&program.sheet, &work.world, id);
            look_again(work, &program.on_variable[id.index()]);
        }
        if cause == Cause::Step {
            look_again(work, &program.on_step);
        }
        if !work.effects.moves.is_empty() {
            self.look_around(work);
        }
        let mut affected = std::mem::take(&mut work.affected);
        self.bring_up(run, work, &affected)?;
        affected.clear();
        work.affected = affected;
        Ok(())
    }

    /// Re-times those of some clocks that can run in the states that machines are in, and looks at the rates that are to be looked
    /// at again.
    fn bring_up(&self, run: RunAddress, work: &mut Workspace, affected: &Bits) -> Result<(), Fault> {
        for word in 0..affected.words() {
            for id in affected.word_of_both(&work.here, word) {
                self.retime(run, work, TransitionId::new(id))?;
            }
        }
        while let Some(id) = work.stale_rates.pop() {
            self.rate(work, ConsequenceId::new(id))?;
        }
        Ok(())
    }

    /// Finds the timed transitions of the states that machines are in.
    fn look_around(&self, work: &mut Workspace) {
        work.here.clear();
        for state in &work.world.states {
            work.here.extend(&self.bound.program().timed[state.index()]);
        }
    }

    /// Stops the waits that do not last over a move.
    fn depart(&self, work: &mut Workspace, moved: Move) {
        let program = self.bound.program();
        for &id in &program.states[moved.from.index()].timed {
            if !program.lasts_over(&program.transitions[id.index()], &moved) {
                self.disarm(work, id);
            }
        }
    }

    /// What the hazard of a timed transition is a multiple of, and its clock's rule.
    pub(super) fn clockwork(&self, id: TransitionId) -> (Baseline<'_>, ClockRule) {
        let Clockwork { wait, rule, .. } = self.clockworks[id.index()];
        (wait.map_or(Baseline::Unit, |wait| Baseline::Wait(self.bound.wait(wait))), rule)
    }

    /// Of a timed transition: the wait whose hazard it has a multiple of, its clock's rule, and the multiplier and the speed if
    /// they never change.
    pub(super) fn timing(&self, id: TransitionId) -> (Option<&Distribution>, ClockRule, Option<(f64, f64)>) {
        let Clockwork { wait, rule, fixed, .. } = self.clockworks[id.index()];
        (wait.map(|wait| self.bound.wait(wait)), rule, fixed)
    }

    /// The force of interest of each consequence, per time unit.
    pub(super) fn forces(&self) -> &[f64] {
        &self.forces
    }

    fn disarm(&self, work: &mut Workspace, id: TransitionId) {
        let (baseline, rule) = self.clockwork(id);
        work.clocks[id.index()].disarm(work.world.time, rule, baseline);
        work.schedule.set(id.index(), f64::INFINITY);
    }

    /// Arms, disarms or re-times the clock of a transition that its machine's state has, as the world now asks.
    #[inline]
    fn retime(&self, run: RunAddress, work: &mut Workspace, id: TransitionId) -> Result<(), Fault> {
        let Workspace { world, kept, clocks, schedule, .. } = work;
        let (clockwork, clock) = (&self.clockworks[id.index()], &mut clocks[id.index()]);
        // Nearly always it is a hazard whose clock runs, and goes on with another rate.
        if let (Some(rate), true) = (&clockwork.hazard, clock.is_armed()) {
            let is_enabled = clockwork.guard.is_none_or(|guard| kept.read(&self.bound, world, &guard) != 0.0);
            let rate = kept.read(&self.bound, world, rate);
            if is_enabled && (0.0..f64::INFINITY).contains(&rate) {
                if let Some(due) = clock.retime(world.time, rate, 1.0, Baseline::Unit) {
                    schedule.set(id.index(), due);
                }
                return Ok(());
            }
        }
        self.turn_clock(run, work, id)
    }

    /// The same in any case.
    fn turn_clock(&self, run: RunAddress, work: &mut Workspace, id: TransitionId) -> Result<(), Fault> {
        let (bound, world) = (&self.bound, &work.world);
        let Clockwork { guard, rate, ratio, acceleration, fixed, .. } = &self.clockworks[id.index()];
        let mut number = |reading: &Reading| work.kept.read(bound, world, reading);
        if guard.as_ref().is_some_and(|guard| number(guard) == 0.0) {
            if work.clocks[id.index()].is_armed() || work.clocks[id.index()].goes_on() {
                self.disarm(work, id);
            }
            return Ok(());
        }
        let (multiplier, speed) = match *fixed {
            Some(fixed) => fixed,
            None => {
                let rate = rate.as_ref().map(&mut number);
                let ratio = ratio.as_ref().map(&mut number);
                bound.multiplier_of(world, id, rate, ratio, acceleration.as_ref().map(number))?
            }
        };
        let (baseline, rule) = self.clockwork(id);
        let now = work.world.time;
        let clock = &mut work.clocks[id.index()];
        if !clock.is_armed() {
            let address = self.addresses[id.index()].threshold;
            let draws = clock.draws();
            let threshold = clock.wants_threshold().then(|| Stream::at(run, address, draws).exponential());
            let goes_on = clock.goes_on();
            clock.arm(now, rule, threshold, speed);
            if goes_on && clock.is_overdue(baseline) {
                let message = "it is said to have waited already for longer than it can";
                return Err(self.bound.fault(&work.world, id, message.to_owned()));
            }
        }
        if let Some(due) = clock.retime(now, multiplier, speed, baseline) {
            work.schedule.set(id.index(), due);
        }
        Ok(())
    }

    fn rate(&self, work: &mut Workspace, id: ConsequenceId) -> Result<(), Fault> {
        let rate = work.kept.read(&self.bound, &work.world, &self.questions.rates[id.index()]);
        work.rates[id.index()] = self.bound.check_rate(&work.world, id, rate)?;
        Ok(())
    }

    /// Time no longer passes, or too much happens in it.
    pub(super) fn restless(&self, pace: Pace, world: &World, cause: Cause) -> Fault {
        let id = match cause {
            Cause::Fires(id) => id,
            Cause::Start | Cause::Step | Cause::Shock(_) => TransitionId::new(0),
        };
        let message = if pace.at_this_instant > SETTLING_LIMIT {
            format!("more than {SETTLING_LIMIT} transitions at one instant")
        } else {
            format!("more than {EVENT_LIMIT} events in one run: a hazard is too high for the horizon")
        };
        self.bound.fault(world, id, message)
    }
}

impl Pace {
    /// Counts an event, with which the run moves on in time or not; gives whether it still gets anywhere.
    #[inline]
    pub(super) fn another(&mut self, moves_on: bool) -> bool {
        self.events += 1;
        self.at_this_instant = if moves_on { 0 } else { self.at_this_instant + 1 };
        self.gets_on()
    }

    #[inline]
    pub(super) fn gets_on(&self) -> bool {
        self.at_this_instant <= SETTLING_LIMIT && self.events <= EVENT_LIMIT
    }
}

fn reset<T: Clone>(list: &mut Vec<T>, length: usize, value: T) {
    list.clear();
    list.resize(length, value);
}

fn look_again(work: &mut Workspace, watchers: &Watchers) {
    work.affected.extend(&watchers.transitions);
    work.stale_rates.extend(&watchers.consequences);
    work.unjudged |= watchers.conditions;
}
