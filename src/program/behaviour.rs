//! What is enabled, and what happens: the one definition of behaviour.
//!
//! In: a bound program, a [`World`] and a [`Cause`]. Out: the world after it has settled, and in [`Effects`] what moved.
//! One cause is settled so: the transition fires (exit actions from the inside out, transition actions, entry actions
//! from the outside in) or the shock happens; the events emitted reach all machines in file order; then immediate transitions fire, one at a time in file order, each with
//! its own events, until none is enabled. Chance is asked of a [`Chance`], so that a simulator can draw and an exact
//! solver can branch.

use super::bind::{Bound, clamp};
use super::nesting::Passage;
use super::world::World;
use super::{ActionCode, TargetCode, TriggerCode};
use crate::diagnostic::Span;
use crate::model::id::{CompositeId, ConsequenceId, EventId, MachineId, ShockId, StateId, TransitionId, VariableId};
use std::collections::VecDeque;

/// More firings than this at one instant are a cycle.
pub const SETTLING_LIMIT: usize = 10_000;

/// What sets things in motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The run begins: the initial states are entered, unless a machine is there already.
    Start,
    /// An intervention is due.
    Shock(ShockId),
    /// A timed transition is due.
    Fires(TransitionId),
    /// Variables were refreshed: an immediate transition may have become enabled.
    Step,
}

/// Decides what the model leaves to chance.
pub trait Chance {
    /// The index of one of the weights, which are not negative and have a positive sum.
    fn branch(&mut self, transition: TransitionId, weights: &[f64]) -> usize;

    /// Whether a transition answers its event, with probability `p`.
    fn answers(&mut self, transition: TransitionId, p: f64) -> bool;
}

/// A machine left a state and entered one, perhaps the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub machine: MachineId,
    pub from: StateId,
    pub to: StateId,
    /// The innermost composite that was not left; `None` if everything was.
    pub within: Option<CompositeId>,
}

/// What happened while one cause settled.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// In the order in which they happened.
    pub fired: Vec<TransitionId>,
    pub moves: Vec<Move>,
    /// Variables that were written to; a variable may stand here more than once.
    pub touched: Vec<VariableId>,
    /// Lump sums, undiscounted, in the order in which they were added.
    pub lumps: Vec<(ConsequenceId, f64)>,
    /// Whether the shock that was due has happened, not kept from it by its condition.
    pub struck: bool,
    pending: VecDeque<EventId>,
    scratch: Vec<f64>,
}

impl Effects {
    pub fn clear(&mut self) {
        self.fired.clear();
        self.moves.clear();
        self.touched.clear();
        self.lumps.clear();
        self.struck = false;
        self.pending.clear();
    }
}

/// Why a run cannot go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The part of the model that is at fault.
    pub span: Span,
    /// What it is called, such as `russia.answers the deployment`.
    pub part: String,
    pub message: String,
    /// When it happened in the run.
    pub time: f64,
}

impl Bound {
    /// Whether the transition's machine is in one of its states and its guard holds.
    #[inline]
    pub fn enabled(&self, world: &World, id: TransitionId) -> bool {
        let transition = &self.program().transitions[id.index()];
        transition.from.contains(&world.states[transition.machine.index()])
            && transition.guard.is_none_or(|guard| self.holds(guard, world))
    }

    /// Lets one cause happen and everything that follows from it at the same instant.
    pub fn settle(
        &self,
        world: &mut World,
        cause: Cause,
        chance: &mut impl Chance,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        match cause {
            Cause::Start => self.enter_initial_states(world, effects)?,
            Cause::Shock(id) => self.strike(world, id, effects)?,
            Cause::Fires(id) => self.fire(world, id, chance, effects)?,
            Cause::Step => {}
        }
        loop {
            while let Some(event) = effects.pending.pop_front() {
                self.deliver(world, event, chance, effects)?;
            }
            let immediate = self.program().immediates.iter().find(|&&id| self.enabled(world, id));
            match immediate {
                Some(&id) => self.fire(world, id, chance, effects)?,
                None => return Ok(()),
            }
        }
    }

    /// Enters the states that these machines are in already, in this order, as when a run is handed on to this program.
    pub fn enter_states(
        &self,
        world: &mut World,
        machines: impl IntoIterator<Item = MachineId>,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        for machine in machines {
            self.enter(world, world.states[machine.index()], None, effects)?;
        }
        Ok(())
    }

    /// Leaves the states that these machines are in, as when a run is handed on to a program that puts them elsewhere.
    pub fn leave_states(
        &self,
        world: &mut World,
        machines: impl IntoIterator<Item = MachineId>,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        for machine in machines {
            self.leave(world, world.states[machine.index()], None, effects)?;
        }
        Ok(())
    }

    fn enter_initial_states(&self, world: &mut World, effects: &mut Effects) -> Result<(), Fault> {
        for machine in self.program().machines.iter().filter(|machine| machine.present.is_none()) {
            self.enter(world, machine.initial, None, effects)?;
        }
        Ok(())
    }

    /// Entry actions and events from the outside in, down to the state; `within` and all around it are not entered.
    fn enter(
        &self,
        world: &mut World,
        state: StateId,
        within: Option<CompositeId>,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        let state = &self.program().states[state.index()];
        if state.parent != within {
            self.enter_composites(world, state.parent, within, effects)?;
        }
        self.announce(state.entered, effects);
        self.act(world, &state.enter, effects, || format!("entry of {}", state.name))
    }

    /// Lets an event reach whoever waits for it, if anyone does.
    fn announce(&self, event: EventId, effects: &mut Effects) {
        if !self.program().responders[event.index()].is_empty() {
            effects.pending.push_back(event);
        }
    }

    fn enter_composites(
        &self,
        world: &mut World,
        innermost: Option<CompositeId>,
        within: Option<CompositeId>,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        let Some(id) = innermost.filter(|_| innermost != within) else { return Ok(()) };
        let composite = &self.program().composites[id.index()];
        self.enter_composites(world, composite.parent, within, effects)?;
        self.announce(composite.entered, effects);
        self.act(world, &composite.enter, effects, || format!("entry of {}", composite.name))
    }

    /// Exit actions from the inside out, up to `within`, which is not left; what has a history remembers the state.
    fn leave(
        &self,
        world: &mut World,
        from: StateId,
        within: Option<CompositeId>,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        let state = &self.program().states[from.index()];
        self.act(world, &state.exit, effects, || format!("exit of {}", state.name))?;
        let mut around = state.parent;
        while let Some(id) = around.filter(|_| around != within) {
            let composite = &self.program().composites[id.index()];
            if composite.history {
                world.left[id.index()] = Some(from);
            }
            self.act(world, &composite.exit, effects, || format!("exit of {}", composite.name))?;
            around = composite.parent;
        }
        Ok(())
    }

    /// A shock happens, if its condition holds.
    fn strike(&self, world: &mut World, id: ShockId, effects: &mut Effects) -> Result<(), Fault> {
        let shock = &self.program().shocks[id.index()];
        effects.struck = shock.when.is_none_or(|when| self.holds(when, world));
        if effects.struck {
            self.act(world, &shock.actions, effects, || format!("shock {}", shock.name))
                .map_err(|fault| Fault { span: shock.span, ..fault })?;
        }
        Ok(())
    }

    /// In each machine, the first transition that waits for the event and may answer it does.
    fn deliver(
        &self,
        world: &mut World,
        event: EventId,
        chance: &mut impl Chance,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        let mut answered: Option<MachineId> = None;
        for &id in &self.program().responders[event.index()] {
            let transition = &self.program().transitions[id.index()];
            if answered == Some(transition.machine) || !self.enabled(world, id) {
                continue;
            }
            let TriggerCode::On { probability, .. } = transition.trigger else { continue };
            let p = self.number(probability, world);
            if !(0.0..=1.0).contains(&p) {
                return Err(self.fault(world, id, format!("the probability of answering is {p}, not between 0 and 1")));
            }
            if p == 1.0 || (p > 0.0 && chance.answers(id, p)) {
                answered = Some(transition.machine);
                self.fire(world, id, chance, effects)?;
            }
        }
        Ok(())
    }

    fn fire(
        &self,
        world: &mut World,
        id: TransitionId,
        chance: &mut impl Chance,
        effects: &mut Effects,
    ) -> Result<(), Fault> {
        effects.fired.push(id);
        if effects.fired.len() > SETTLING_LIMIT {
            return Err(self.endless(world, effects));
        }
        let transition = &self.program().transitions[id.index()];
        let machine = transition.machine;
        let from = world.states[machine.index()];
        let passage = match &transition.target {
            TargetCode::Stay { reenter: false } => None,
            TargetCode::Stay { reenter: true } => Some(self.program().return_passage(transition, from)),
            TargetCode::To(place) => Some(self.program().passage(transition, from, *place)),
            TargetCode::Branches(branches) => {
                effects.scratch.clear();
                effects.scratch.extend(branches.iter().map(|(_, weight)| self.number(*weight, world)));
                let place = branches[self.choose(world, id, chance, &effects.scratch)?].0;
                Some(self.program().passage(transition, from, place))
            }
        };
        // The transition's right-hand sides read the world as it was; they wait while the exit actions are done.
        let mut waiting = std::mem::take(&mut effects.scratch);
        waiting.clear();
        if !transition.actions.is_empty() {
            self.right_hand_sides(world, &transition.actions, &mut waiting);
        }
        if let Some(Passage { within, .. }) = passage {
            self.leave(world, from, within, effects)?;
        }
        let done = match transition.actions.is_empty() {
            true => Ok(()),
            false => self.perform(world, &transition.actions, &waiting, effects, || transition.name.clone()),
        };
        effects.scratch = waiting;
        done.map_err(|fault| Fault { span: transition.span, ..fault })?;
        if let Some(Passage { to, within }) = passage {
            let to = self.program().entry(to, &world.left);
            world.states[machine.index()] = to;
            world.entered[machine.index()] = world.time;
            effects.moves.push(Move { machine, from, to, within });
            self.enter(world, to, within, effects).map_err(|fault| Fault { span: transition.span, ..fault })?;
        }
        Ok(())
    }

    fn choose(
        &self,
        world: &World,
        id: TransitionId,
        chance: &mut impl Chance,
        weights: &[f64],
    ) -> Result<usize, Fault> {
        if let Some(weight) = weights.iter().find(|weight| !(**weight >= 0.0 && weight.is_finite())) {
            return Err(self.fault(world, id, format!("the weight of a branch is {weight}")));
        }
        if weights.iter().all(|weight| *weight == 0.0) {
            return Err(self.fault(world, id, "the weights of all branches are zero".into()));
        }
        Ok(chance.branch(id, weights))
    }

    /// Evaluates an action list's right-hand sides in its order: set, add, accrue.
    fn right_hand_sides(&self, world: &World, actions: &ActionCode, into: &mut Vec<f64>) {
        let variables = actions.set.iter().chain(&actions.add).map(|(_, term)| term);
        into.extend(variables.chain(actions.accrue.iter().map(|(_, term)| term)).map(|term| self.number(*term, world)));
    }

    /// Evaluates and performs an action list.
    fn act(
        &self,
        world: &mut World,
        actions: &ActionCode,
        effects: &mut Effects,
        part: impl Fn() -> String,
    ) -> Result<(), Fault> {
        if actions.is_empty() {
            return Ok(());
        }
        let mut values = std::mem::take(&mut effects.scratch);
        values.clear();
        self.right_hand_sides(world, actions, &mut values);
        let done = self.perform(world, actions, &values, effects, part);
        effects.scratch = values;
        done
    }

    fn perform(
        &self,
        world: &mut World,
        actions: &ActionCode,
        values: &[f64],
        effects: &mut Effects,
        part: impl Fn() -> String,
    ) -> Result<(), Fault> {
        let mut values = values.iter().copied();
        let writes = actions.set.iter().map(|action| (action, false)).chain(actions.add.iter().map(|a| (a, true)));
        for ((id, _), adds) in writes {
            let value = values.next().expect("one value for each action");
            let variable = &self.program().variables[id.index()];
            let current = &mut world.variables[id.index()];
            let result = clamp(if adds { *current + value } else { value }, variable.bounds);
            if !result.is_finite() {
                let message = format!("it makes `{}` {result}", variable.name);
                return Err(Fault { span: variable.span, part: part(), message, time: world.time });
            }
            *current = result;
            effects.touched.push(*id);
        }
        for ((id, _), amount) in actions.accrue.iter().zip(values) {
            self.accrue(world, *id, amount, &part)?;
            effects.lumps.push((*id, amount));
        }
        effects.pending.extend(&actions.emit);
        Ok(())
    }

    /// Adds a lump sum to a consequence, discounted to time 0.
    fn accrue(
        &self,
        world: &mut World,
        id: ConsequenceId,
        amount: f64,
        part: &impl Fn() -> String,
    ) -> Result<(), Fault> {
        if !amount.is_finite() {
            let consequence = &self.program().consequences[id.index()];
            let message = format!("it adds {amount} to `{}`", consequence.name);
            return Err(Fault { span: consequence.span, part: part(), message, time: world.time });
        }
        world.totals[id.index()] += self.present_value(id, amount, world.time);
        Ok(())
    }

    /// A lump sum of a consequence, discounted to time 0.
    #[inline]
    pub fn present_value(&self, id: ConsequenceId, amount: f64, time: f64) -> f64 {
        let force = self.discount(id.index());
        if force == 0.0 { amount } else { amount * libm::exp(-force * time) }
    }

    /// A fault of a transition at the present moment.
    pub fn fault(&self, world: &World, id: TransitionId, message: String) -> Fault {
        let transition = &self.program().transitions[id.index()];
        Fault { span: transition.span, part: transition.name.clone(), message, time: world.time }
    }

    /// The settling limit was passed: names the cycle, as far as it repeats.
    fn endless(&self, world: &World, effects: &Effects) -> Fault {
        let last = effects.fired[effects.fired.len() - 1];
        let before = &effects.fired[..effects.fired.len() - 1];
        let length = before.iter().rev().position(|&id| id == last).map_or(1, |n| n + 1);
        let cycle = &effects.fired[effects.fired.len() - length.min(8)..];
        let names: Vec<&str> = cycle.iter().map(|id| self.program().transitions[id.index()].name.as_str()).collect();
        let message =
            format!("more than {SETTLING_LIMIT} transitions at one instant; round and round go: {}", names.join(", "));
        self.fault(world, last, message)
    }
}
