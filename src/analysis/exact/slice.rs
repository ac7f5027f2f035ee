//! Which part of a program is a Markov chain of its own, and what has to be left out.
//!
//! In: a bound program. Out: a [`Slice`]: the same program without the parts that have memory or drift and that nothing
//! else reads, with the reason for each; or the [`Refusal`], where an outcome depends on one of them. Whatever depends on
//! a part that is left out is left out too.

use super::asked::Asked;
use crate::diagnostic::Span;
use crate::model::id::{MachineId, TransitionId, VariableId};
use crate::program::bind::Bound;
use crate::program::dependence::{Parts, Reach};
use crate::program::{ActionCode, Hazard, Program, TargetCode, Term, TransitionCode, TriggerCode};
use serde::Serialize;
use std::sync::Arc;

/// Why something has no exact answer: a place in the scenario, and words.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// `None` for the condition of an outcome, whose place only the model knows.
    pub span: Option<Span>,
    pub text: String,
}

/// A part of a scenario that an exact answer leaves out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Omitted {
    /// Such as ``variable `gas` ``.
    pub what: String,
    pub why: String,
}

/// Why there is no exact answer at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What cannot be answered, such as ``outcome `war` ``.
    pub what: String,
    /// Says `it` for what cannot be answered.
    pub reason: Reason,
}

/// The part of a program that can be solved.
#[derive(Clone, Debug)]
pub struct Slice {
    pub bound: Bound,
    /// Whether each machine, variable, consequence and milestone is part of it.
    pub machines: Vec<bool>,
    pub variables: Vec<bool>,
    pub consequences: Vec<bool>,
    pub milestones: Vec<bool>,
    /// In file order within each kind: machines, variables, consequences, milestones.
    pub omitted: Vec<Omitted>,
    /// Timed transitions whose waits stand to be approximated: transition and index of the wait.
    pub waits: Vec<(TransitionId, usize)>,
    /// Variables that are part of it and that nothing reads, except to set variables of the same kind.
    pub idle: Vec<VariableId>,
    /// When runs end; the program's own horizon is not looked at any more.
    pub horizon: f64,
    /// Whether what classifies there reads the time.
    pub(super) reads_end: bool,
    /// Whether variables were left out for want of room.
    pub(super) is_cut: bool,
    /// What all of this rests on.
    pub(super) asked: Asked,
}

/// Whether waits with memory keep a scenario from being solved, or are left to be approximated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    Refused,
    Approximated,
}

/// The verdict on each part so far: `None` while nothing speaks against it.
struct Verdicts<'a> {
    bound: &'a Bound,
    asked: &'a Asked,
    waits: Waits,
    live: Vec<bool>,
    /// Machines whose actions or states emit each event.
    emitters: Vec<Vec<MachineId>>,
    machines: Vec<Option<Reason>>,
    variables: Vec<Option<Reason>>,
    /// Whether each shock happens at all.
    shocks: Vec<Option<Reason>>,
    changed: bool,
}

/// Takes a program apart.
///
/// # Errors
/// An outcome depends on a part that has no exact answer, or no machine is left.
pub fn slice(bound: &Bound, waits: Waits) -> Result<Slice, Refusal> {
    let program = bound.program();
    let asked = Asked::default();
    let mut verdicts = Verdicts::new(bound, &asked, waits);
    verdicts.settle();
    verdicts.hold_outcomes()?;
    let consequences: Vec<Option<Reason>> =
        (0..program.consequences.len()).map(|index| verdicts.of_consequence(index)).collect();
    let milestones: Vec<Option<Reason>> = program
        .milestones
        .iter()
        .map(|milestone| verdicts.against(&asked.reach(bound, milestone.when).parts, None))
        .collect();
    let machine = |index: usize| format!("machine `{}`", program.machines[index].name);
    if let Some(index) = (0..program.machines.len()).find(|&index| verdicts.machines[index].is_some())
        && verdicts.machines.iter().all(Option::is_some)
    {
        let reason = verdicts.machines[index].clone().expect("it was found to have one");
        return Err(Refusal { what: machine(index), reason });
    }
    let mut omitted = Vec::new();
    let mut list = |reasons: &[Option<Reason>], name: &dyn Fn(usize) -> String| {
        for (index, reason) in reasons.iter().enumerate() {
            omitted.extend(reason.as_ref().map(|reason| {
                let what = name(index);
                // What is told of itself need not be named twice.
                let own = what.split_once('`').map_or("", |(_, rest)| rest.trim_end_matches('`'));
                let why = reason.text.strip_prefix(&format!("`{own}` ")).map(|rest| format!("it {rest}"));
                Omitted { why: why.unwrap_or_else(|| reason.text.clone()), what }
            }));
        }
    };
    list(&verdicts.machines, &machine);
    list(&verdicts.variables, &|index| format!("variable `{}`", program.variables[index].name));
    list(&consequences, &|index| format!("consequence `{}`", program.consequences[index].name));
    list(&milestones, &|index| format!("milestone `{}`", program.milestones[index].name));
    let kept = |reasons: &[Option<Reason>]| reasons.iter().map(Option::is_none).collect::<Vec<bool>>();
    let mut slice = Slice {
        waits: verdicts.approximated(),
        bound: bound.clone(),
        machines: kept(&verdicts.machines),
        variables: kept(&verdicts.variables),
        consequences: kept(&consequences),
        milestones: kept(&milestones),
        omitted,
        idle: Vec::new(),
        horizon: program.calendar.horizon,
        reads_end: program.outcomes.iter().any(|o| o.at_horizon && asked.reach(bound, o.condition.when).parts.time),
        is_cut: false,
        asked: Asked::default(),
    };
    if !slice.omitted.is_empty() {
        slice.reduce();
    }
    slice.idle = slice.idle_variables(&asked);
    slice.asked = asked;
    Ok(slice)
}

impl Slice {
    /// Leaves out the variables that neither move the chain nor any number that is asked for, but only themselves.
    /// Gives back whether there were any.
    pub fn drop_idle_variables(&mut self) -> bool {
        let idle = std::mem::take(&mut self.idle);
        let any = !idle.is_empty();
        for id in idle {
            self.variables[id.index()] = false;
            let name = &self.bound.program().variables[id.index()].name;
            let why = "it takes too many values, and nothing else depends on it".to_owned();
            self.omitted.push(Omitted { what: format!("variable `{name}`"), why });
        }
        if any {
            self.is_cut = true;
            self.reduce();
        }
        any
    }

    /// Variables that are part of the slice and that nothing reads, except to set variables of the same kind.
    fn idle_variables(&self, asked: &Asked) -> Vec<VariableId> {
        let program = self.bound.program();
        let mut used = Parts::default();
        let mut read = |term: Term| used.extend(asked.reach(&self.bound, term).parts);
        for transition in &program.transitions {
            conditions_of(transition).for_each(&mut read);
        }
        for (index, consequence) in program.consequences.iter().enumerate() {
            if self.consequences[index] {
                read(consequence.rate);
            }
        }
        program.outcomes.iter().for_each(|outcome| read(outcome.condition.when));
        program.shocks.iter().filter_map(|shock| shock.when).for_each(&mut read);
        for (index, milestone) in program.milestones.iter().enumerate() {
            if self.milestones[index] {
                read(milestone.when);
            }
        }
        let lists = action_lists(program).map(|(_, actions)| actions);
        let lists: Vec<&ActionCode> = lists.chain(program.shocks.iter().map(|shock| &shock.actions)).collect();
        for actions in &lists {
            actions.accrue.iter().for_each(|(_, term)| read(*term));
        }
        loop {
            let before = used.variables.len();
            for (id, term) in lists.iter().flat_map(|actions| actions.set.iter().chain(&actions.add)) {
                if used.variables.contains(id) {
                    used.extend(asked.reach(&self.bound, *term).parts);
                }
            }
            if used.variables.len() == before {
                break;
            }
        }
        let all = (0..program.variables.len()).map(VariableId::new);
        all.filter(|id| self.variables[id.index()] && !used.variables.contains(id)).collect()
    }

    /// Takes what is left out from the program.
    fn reduce(&mut self) {
        let mut program = self.bound.program().clone();
        let machine_of: Vec<MachineId> = program.transitions.iter().map(|transition| transition.machine).collect();
        let stays = |id: &TransitionId| self.machines[machine_of[id.index()].index()];
        program.immediates.retain(stays);
        program.responders.iter_mut().for_each(|list| list.retain(stays));
        let states = program.states.iter_mut().flat_map(|state| {
            state.timed.retain(stays);
            [&mut state.enter, &mut state.exit]
        });
        let composites = program.composites.iter_mut().flat_map(|around| [&mut around.enter, &mut around.exit]);
        let transitions = program.transitions.iter_mut().map(|transition| &mut transition.actions);
        let shocks = program.shocks.iter_mut().map(|shock| &mut shock.actions);
        for actions in states.chain(composites).chain(transitions).chain(shocks) {
            actions.set.retain(|(id, _)| self.variables[id.index()]);
            actions.add.retain(|(id, _)| self.variables[id.index()]);
            actions.accrue.retain(|(id, _)| self.consequences[id.index()]);
        }
        let inputs = self.bound.slots()[..program.inputs.len()].to_vec();
        self.bound = Bound::new(Arc::new(program), &inputs).expect("it was bound to these values before");
    }
}

/// What decides whether and where a transition goes: guard, rate, ratio, acceleration, probability, weights.
fn conditions_of(transition: &TransitionCode) -> impl Iterator<Item = Term> + '_ {
    let trigger = match &transition.trigger {
        TriggerCode::Timed { hazard, ratio, acceleration, .. } => {
            let rate = match hazard {
                Hazard::Rate(rate) => Some(*rate),
                Hazard::Wait(_) => None,
            };
            [rate, *ratio, *acceleration]
        }
        TriggerCode::On { probability, .. } => [Some(*probability), None, None],
        TriggerCode::Immediate => [None; 3],
    };
    let weights = match &transition.target {
        TargetCode::Branches(branches) => branches.as_slice(),
        _ => &[],
    };
    let weights = weights.iter().map(|(_, weight)| *weight);
    transition.guard.into_iter().chain(trigger.into_iter().flatten()).chain(weights)
}

/// Every action list of a machine, with the machine.
fn action_lists(program: &Program) -> impl Iterator<Item = (MachineId, &ActionCode)> {
    entries_and_exits(program)
        .chain(program.transitions.iter().map(|transition| (transition.machine, &transition.actions)))
}

/// Those of its states, and of the states around them.
fn entries_and_exits(program: &Program) -> impl Iterator<Item = (MachineId, &ActionCode)> {
    let states = program.states.iter().flat_map(|state| [(state.machine, &state.enter), (state.machine, &state.exit)]);
    let composites = program.composites.iter().flat_map(|around| {
        let machine = program.states[around.states.start].machine;
        [(machine, &around.enter), (machine, &around.exit)]
    });
    states.chain(composites)
}

impl<'a> Verdicts<'a> {
    fn new(bound: &'a Bound, asked: &'a Asked, waits: Waits) -> Self {
        let program = bound.program();
        let mut emitters = vec![Vec::new(); program.responders.len()];
        for state in &program.states {
            emitters[state.entered.index()].push(state.machine);
        }
        for around in &program.composites {
            emitters[around.entered.index()].push(program.states[around.states.start].machine);
        }
        for (machine, actions) in action_lists(program) {
            for event in &actions.emit {
                emitters[event.index()].push(machine);
            }
        }
        let variables = program.variables.iter().map(|variable| {
            variable.dynamics.as_ref().map(|dynamics| Reason {
                span: Some(dynamics.span),
                text: format!("`{}` drifts by itself", variable.name),
            })
        });
        Verdicts {
            live: program.transitions.iter().map(|transition| can_happen(bound, asked, transition)).collect(),
            emitters,
            machines: vec![None; program.machines.len()],
            variables: variables.collect(),
            shocks: vec![None; program.shocks.len()],
            changed: false,
            bound,
            asked,
            waits,
        }
    }

    /// What a term can be.
    fn reach(&self, term: Term) -> Reach {
        self.asked.reach(self.bound, term)
    }

    /// Lets verdicts spread until none is new.
    fn settle(&mut self) {
        let program = self.bound.program();
        loop {
            self.changed = false;
            for (index, transition) in program.transitions.iter().enumerate() {
                if self.live[index]
                    && self.machines[transition.machine.index()].is_none()
                    && let Some(reason) = self.of_transition(transition)
                {
                    self.machines[transition.machine.index()] = Some(reason);
                    self.changed = true;
                }
            }
            for (machine, actions) in entries_and_exits(program) {
                self.judge_actions(machine, actions);
            }
            for (index, transition) in program.transitions.iter().enumerate() {
                if self.live[index] {
                    self.judge_actions(transition.machine, &transition.actions);
                }
            }
            self.judge_shocks();
            if !self.changed {
                return;
            }
        }
    }

    /// Shocks come at known times; but whether one happens, and what it writes, may depend on what is left out.
    fn judge_shocks(&mut self) {
        let program = self.bound.program();
        for (index, shock) in program.shocks.iter().enumerate() {
            let reads = |term: Term| Parts { time: false, ..self.reach(term).parts };
            let whose = Some((Some(shock.span), shock.name.as_str()));
            let doubt = shock.when.and_then(|when| self.against(&reads(when), whose));
            let mut news = Vec::new();
            for (id, term) in shock.actions.set.iter().chain(&shock.actions.add) {
                if self.variables[id.index()].is_none() {
                    let reason = doubt.clone().or_else(|| self.against(&reads(*term), whose));
                    news.extend(reason.map(|reason| (id.index(), reason)));
                }
            }
            for (variable, reason) in news {
                self.variables[variable] = Some(reason);
                self.changed = true;
            }
            if self.shocks[index].is_none() && doubt.is_some() {
                self.shocks[index] = doubt;
                self.changed = true;
            }
        }
    }

    /// What speaks against the machine of this transition.
    fn of_transition(&self, transition: &TransitionCode) -> Option<Reason> {
        let program = self.bound.program();
        let name = &transition.name;
        match &transition.trigger {
            TriggerCode::Timed { hazard: Hazard::Wait(wait), ratio, clock, .. } => {
                let law = self.bound.wait(*wait);
                if law.constant_hazard().is_none() {
                    let family = law.family().name();
                    let here = |text: String| Some(Reason { span: Some(program.waits[*wait].span), text });
                    if self.waits == Waits::Refused {
                        return here(format!("the wait of `{name}` is {family}, which is not memoryless"));
                    }
                    if *clock == crate::model::ClockRule::Forward {
                        return here(format!("the clock of `{name}` runs from the start of the scenario"));
                    }
                    if ratio.is_some_and(|ratio| self.reach(ratio).only().is_none()) {
                        return here(format!(
                            "the hazard ratio of `{name}` changes during its wait, which is {family}"
                        ));
                    }
                    let machine = &program.machines[transition.machine.index()];
                    if machine.present.is_some() && transition.from.contains(&machine.initial) {
                        return here(format!("the wait of `{name}` has begun before the scenario does"));
                    }
                    if !law.mean().is_finite() || !law.sd().is_finite() {
                        return here(format!("the wait of `{name}` is {family} without finite moments"));
                    }
                }
            }
            TriggerCode::On { event, .. } => {
                let emitter =
                    self.emitters[event.index()].iter().find(|machine| self.machines[machine.index()].is_some());
                let mut shocks = program.shocks.iter().zip(&self.shocks);
                if let Some((shock, Some(cause))) =
                    shocks.find(|(shock, cause)| cause.is_some() && shock.actions.emit.contains(event))
                {
                    return Some(passed_on(cause, &format!("`{name}` answers the shock `{}`", shock.name)));
                }
                if let Some(machine) = emitter {
                    let cause = self.machines[machine.index()].as_ref().expect("it was found to have one");
                    let other = &program.machines[machine.index()].name;
                    return Some(passed_on(cause, &format!("`{name}` answers machine `{other}`")));
                }
            }
            _ => {}
        }
        let mut parts = Parts::default();
        conditions_of(transition).for_each(|term| parts.extend(self.reach(term).parts));
        self.against(&parts, Some((Some(transition.span), name)))
    }

    /// What speaks against a number that depends on these parts; `whose` is what reads the time.
    fn against(&self, parts: &Parts, whose: Option<(Option<Span>, &str)>) -> Option<Reason> {
        let program = self.bound.program();
        if parts.time || parts.age {
            let what = if parts.age { "the time since a state was entered" } else { "the time" };
            return Some(match whose {
                Some((span, name)) => Reason { span, text: format!("`{name}` depends on {what}") },
                None => Reason { span: None, text: format!("it depends on {what}") },
            });
        }
        let variables = parts.variables.iter().map(|id| {
            (self.variables[id.index()].as_ref(), format!("variable `{}`", program.variables[id.index()].name))
        });
        let machines = parts
            .machines
            .iter()
            .map(|id| (self.machines[id.index()].as_ref(), format!("machine `{}`", program.machines[id.index()].name)));
        variables.chain(machines).find_map(|(cause, part)| {
            let subject = whose.map_or_else(|| "it".to_owned(), |(_, name)| format!("`{name}`"));
            Some(passed_on(cause?, &format!("{subject} depends on {part}")))
        })
    }

    /// Variables that the list writes to, if the machine or what is written speaks against them.
    fn judge_actions(&mut self, machine: MachineId, actions: &ActionCode) {
        let program = self.bound.program();
        for (id, term) in actions.set.iter().chain(&actions.add) {
            if self.variables[id.index()].is_some() {
                continue;
            }
            let variable = &program.variables[id.index()];
            let reason = match &self.machines[machine.index()] {
                Some(cause) => {
                    let mover = &program.machines[machine.index()].name;
                    Some(passed_on(cause, &format!("`{}` is moved by machine `{mover}`", variable.name)))
                }
                None => self.against(&self.reach(*term).parts, Some((Some(variable.span), &variable.name))),
            };
            if reason.is_some() {
                self.variables[id.index()] = reason;
                self.changed = true;
            }
        }
    }

    fn of_consequence(&self, index: usize) -> Option<Reason> {
        let program = self.bound.program();
        let consequence = &program.consequences[index];
        let whose = Some((Some(consequence.span), consequence.name.as_str()));
        if let Some(reason) = self.against(&self.reach(consequence.rate).parts, whose) {
            return Some(reason);
        }
        for (machine, actions) in action_lists(program) {
            for (_, term) in actions.accrue.iter().filter(|(id, _)| id.index() == index) {
                if let Some(cause) = &self.machines[machine.index()] {
                    let mover = &program.machines[machine.index()].name;
                    return Some(passed_on(cause, &format!("machine `{mover}` adds to it")));
                }
                if let Some(reason) = self.against(&self.reach(*term).parts, whose) {
                    return Some(reason);
                }
            }
        }
        for (shock, doubt) in program.shocks.iter().zip(&self.shocks) {
            for (_, term) in shock.actions.accrue.iter().filter(|(id, _)| id.index() == index) {
                let parts = Parts { time: false, ..self.reach(*term).parts };
                let reason =
                    doubt.as_ref().map(|cause| passed_on(cause, &format!("shock `{}` adds to it", shock.name)));
                if let Some(reason) = reason.or_else(|| self.against(&parts, whose)) {
                    return Some(reason);
                }
            }
        }
        None
    }

    fn hold_outcomes(&self) -> Result<(), Refusal> {
        for outcome in &self.bound.program().outcomes {
            let mut parts = self.reach(outcome.condition.when).parts;
            // The horizon is known: what classifies there may read the time.
            parts.time &= !outcome.at_horizon;
            let name = &outcome.condition.name;
            if let Some(reason) = self.against(&parts, None) {
                return Err(Refusal { what: format!("outcome `{name}`"), reason });
            }
        }
        Ok(())
    }

    fn approximated(&self) -> Vec<(TransitionId, usize)> {
        let transitions = self.bound.program().transitions.iter().enumerate();
        transitions
            .filter_map(|(index, transition)| match transition.trigger {
                TriggerCode::Timed { hazard: Hazard::Wait(wait), .. }
                    if self.live[index]
                        && self.machines[transition.machine.index()].is_none()
                        && self.bound.wait(wait).constant_hazard().is_none() =>
                {
                    Some((TransitionId::new(index), wait))
                }
                _ => None,
            })
            .collect()
    }
}

/// The same reason, for something that depends on what it is the reason for.
fn passed_on(cause: &Reason, link: &str) -> Reason {
    // The root is what the author can change; links between would only make the sentence longer.
    let root = cause.text.rsplit(": ").next().unwrap_or(&cause.text);
    Reason { span: cause.span, text: format!("{link}: {root}") }
}

/// Whether a transition can happen at all, with the inputs as they are bound.
fn can_happen(bound: &Bound, asked: &Asked, transition: &TransitionCode) -> bool {
    let never = |term: Term| asked.reach(bound, term).only() == Some(0.0);
    if transition.guard.is_some_and(never) {
        return false;
    }
    match &transition.trigger {
        TriggerCode::Timed { hazard, ratio, acceleration, .. } => {
            let rate = match hazard {
                Hazard::Rate(rate) => Some(*rate),
                Hazard::Wait(_) => None,
            };
            ![rate, *ratio, *acceleration].into_iter().flatten().any(never)
        }
        TriggerCode::On { probability, .. } => !never(*probability),
        TriggerCode::Immediate => true,
    }
}
