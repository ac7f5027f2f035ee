//! One run through several programs: where one hands it on, the next takes it up with the world as it then is.
//!
//! In: a simulator for each leg, and where each outcome leads. Out: one run, told to one [`Probe`].
//! Time goes on. Variables, consequences, machines and transitions of the same name are the same thing: values and totals
//! stay, a machine stays in its state if the new program has that state, and its waits go on where they are. A machine that
//! the hand-off names leaves its state and enters the given one, one that is new enters its initial state, with what happens
//! on exit and entry. No draw is made twice in a run: each name counts on from leg to leg.

use super::batch::Runner;
use super::probe::Probe;
use super::run::{Ending, Simulator, Workspace};
use crate::model::id::{MachineId, Place, StateId, TransitionId};
use crate::program::behaviour::{Cause, Fault};
use crate::program::bind::clamp;
use crate::program::{Program, TriggerCode};
use crate::random::RunAddress;
use std::collections::BTreeMap;

/// More hand-offs than this at one instant are a circle.
const CROSSING_LIMIT: usize = 100;

/// The simulators of the legs, the first of which runs begin in.
#[derive(Clone, Debug)]
pub struct JourneySimulator {
    legs: Vec<Simulator>,
    /// By leg and outcome.
    crossings: Vec<Vec<Option<Crossing>>>,
    /// For each leg and transition, the number that its name has among all legs' transitions.
    names: Vec<Vec<usize>>,
    name_count: usize,
}

/// A way from one leg to another: for the parts of the new program, which parts of the old one go on in them.
#[derive(Clone, Debug)]
struct Crossing {
    to: usize,
    variables: Vec<Option<usize>>,
    totals: Vec<Option<usize>>,
    composites: Vec<Option<usize>>,
    transitions: Vec<Option<usize>>,
    machines: Vec<Arrival>,
    /// For each state of the old program, the state of the same name in the new one.
    states: Vec<Option<StateId>>,
}

/// How a machine of the new program begins.
#[derive(Clone, Copy, Debug)]
enum Arrival {
    /// As the old program's machine of this number, if its state is there; else in its initial state.
    AsItIs(usize),
    /// By entering this place; the old program's machine of this number leaves its state first.
    Enters { place: Place, leaves: Option<usize> },
}

/// The workspaces of the legs, and how often each name has drawn.
#[derive(Clone, Debug, Default)]
pub struct JourneyWorkspace {
    legs: Vec<Workspace>,
    draws: Vec<Draws>,
}

/// How often a transition has drawn a threshold, a branch, an answer.
#[derive(Clone, Copy, Debug, Default)]
struct Draws {
    thresholds: u64,
    branches: u64,
    answers: u64,
}

/// Where a leg's outcome leads: the number of the next leg, and the places that its machines enter.
pub type Lead = (usize, Vec<(MachineId, Place)>);

impl JourneySimulator {
    /// `leads` gives for each leg and each of its outcomes where it leads, if anywhere.
    pub fn new(legs: Vec<Simulator>, leads: &[Vec<Option<Lead>>]) -> Self {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut names = Vec::with_capacity(legs.len());
        for leg in &legs {
            let transitions = leg.bound().program().transitions.iter();
            names.push(
                transitions
                    .map(|transition| {
                        let next = numbers.len();
                        *numbers.entry(&transition.name).or_insert(next)
                    })
                    .collect(),
            );
        }
        let name_count = numbers.len();
        let crossing = |from: usize, lead: &Option<Lead>| {
            let (to, enters) = lead.as_ref()?;
            Some(Crossing::new(legs[from].bound().program(), legs[*to].bound().program(), *to, enters))
        };
        let crossings = leads.iter().enumerate().map(|(from, leads)| leads.iter().map(|l| crossing(from, l)).collect());
        JourneySimulator { crossings: crossings.collect(), names, name_count, legs }
    }

    /// Hands a run on: fills the workspace of the new leg from that of the old one.
    fn cross(
        &self,
        run: RunAddress,
        work: &mut JourneyWorkspace,
        from: usize,
        crossing: &Crossing,
    ) -> Result<(), Fault> {
        self.note_draws(work, from);
        let to = crossing.to;
        // A leg may lead to itself; its old workspace is then the one that was read.
        let mut old = std::mem::take(&mut work.legs[from]);
        let mut new = if to == from { Workspace::default() } else { std::mem::take(&mut work.legs[to]) };
        // Nobody is left to hear events of this.
        let leaving = crossing.leaving(&old);
        let left = self.legs[from].bound.leave_states(&mut old.world, leaving, &mut old.effects);
        let draws = |id: usize| work.draws[self.names[to][id]];
        let result = left.and_then(|()| self.legs[to].take_up(run, &self.legs[from], &old, crossing, &mut new, draws));
        work.legs[from] = old;
        work.legs[to] = new;
        result
    }

    fn note_draws(&self, work: &mut JourneyWorkspace, leg: usize) {
        let old = &work.legs[leg];
        for (id, &name) in self.names[leg].iter().enumerate() {
            work.draws[name] = Draws {
                thresholds: old.clocks[id].draws(),
                branches: old.luck.branches[id],
                answers: old.luck.answers[id],
            };
        }
    }
}

impl Runner for JourneySimulator {
    type Workspace = JourneyWorkspace;

    fn run(&self, run: RunAddress, work: &mut JourneyWorkspace, probe: &mut impl Probe) -> Result<(), Fault> {
        work.legs.resize_with(self.legs.len(), Workspace::default);
        work.draws.clear();
        work.draws.resize(self.name_count, Draws::default());
        let (mut leg, mut crossed, mut since) = (0, 0_usize, 0.0);
        self.legs[0].begin(run, &mut work.legs[0], probe)?;
        loop {
            let (outcome, ending) = self.legs[leg].proceed(run, &mut work.legs[leg], probe)?;
            let Some(crossing) = self.crossings[leg][outcome].as_ref().filter(|_| ending == Ending::Outcome) else {
                probe.end(&work.legs[leg].world, outcome);
                return Ok(());
            };
            let now = work.legs[leg].world.time;
            crossed = if now > since { 1 } else { crossed + 1 };
            since = now;
            if crossed > CROSSING_LIMIT {
                let code = &self.legs[leg].bound().program().outcomes[outcome].condition;
                return Err(Fault {
                    span: code.span,
                    part: format!("outcome {}", code.name),
                    message: format!("more than {CROSSING_LIMIT} hand-offs from scenario to scenario at one instant"),
                    time: now,
                });
            }
            self.cross(run, work, leg, crossing)?;
            leg = crossing.to;
            probe.cross(&work.legs[leg].world, outcome, leg);
        }
    }
}

impl Simulator {
    /// Fills a workspace for going on where another program's run was handed on.
    fn take_up(
        &self,
        run: RunAddress,
        before: &Simulator,
        old: &Workspace,
        crossing: &Crossing,
        work: &mut Workspace,
        draws: impl Fn(usize) -> Draws,
    ) -> Result<(), Fault> {
        let program = self.bound.program();
        let now = old.world.time;
        self.clear(work);
        work.world.time = now;
        for (index, from) in crossing.variables.iter().enumerate() {
            if let Some(from) = from {
                work.world.variables[index] = clamp(old.world.variables[*from], program.variables[index].bounds);
            }
        }
        for (index, from) in crossing.totals.iter().enumerate() {
            work.world.totals[index] = from.map_or(0.0, |from| old.world.totals[from]);
        }
        for (index, from) in crossing.composites.iter().enumerate() {
            let left = from.and_then(|from| old.world.left[from]);
            work.world.left[index] = left.and_then(|state| crossing.states[state.index()]);
        }
        let entering = crossing.arrive(program, old, work);
        work.shocks_past = self.shocks_until(now);
        // A step of this instant may be still to come.
        work.steps_past = match before.bound.program().takes_steps {
            true => old.steps_past,
            false => (now / program.calendar.step).floor() as u64,
        };
        for (id, from) in crossing.transitions.iter().enumerate() {
            let counted = draws(id);
            work.luck.branches[id] = counted.branches;
            work.luck.answers[id] = counted.answers;
            work.clocks[id].count_from(counted.thresholds);
            let machine = program.transitions[id].machine;
            if let Some(from) = from.filter(|_| !entering.contains(&machine)) {
                let (baseline, _) = before.clockwork(TransitionId::new(from));
                work.clocks[id] = old.clocks[from].handed_on(now, baseline);
            }
        }
        self.bound.enter_states(&mut work.world, entering, &mut work.effects)?;
        // Nothing fires by itself now; what entering has set off settles.
        self.settle(run, work, Cause::Step)?;
        self.set_going(run, work)
    }
}

impl Crossing {
    fn new(from: &Program, to: &Program, number: usize, enters: &[(MachineId, Place)]) -> Self {
        let states = places(from.states.iter().map(|state| &state.name), to.states.iter().map(|state| &state.name));
        let machines = to.machines.iter().enumerate().map(|(index, machine)| {
            let place = enters.iter().find(|(id, _)| id.index() == index).map(|(_, place)| *place);
            let same = from.machines.iter().position(|other| other.name == machine.name);
            match (place, same) {
                (Some(place), leaves) => Arrival::Enters { place, leaves },
                (None, Some(same)) => Arrival::AsItIs(same),
                (None, None) => Arrival::Enters { place: Place::State(machine.initial), leaves: None },
            }
        });
        let alike = |here: usize, there: usize| {
            let kind = |program: &Program, id: usize| match &program.transitions[id].trigger {
                TriggerCode::Timed { hazard, .. } => Some(std::mem::discriminant(hazard)),
                _ => None,
            };
            kind(to, here).is_some() && kind(to, here) == kind(from, there)
        };
        let transitions =
            places(to.transitions.iter().map(|t| &t.name), from.transitions.iter().map(|t| &t.name)).into_iter();
        Crossing {
            to: number,
            variables: places(to.variables.iter().map(|v| &v.name), from.variables.iter().map(|v| &v.name)),
            totals: places(to.consequences.iter().map(|c| &c.name), from.consequences.iter().map(|c| &c.name)),
            composites: places(to.composites.iter().map(|c| &c.name), from.composites.iter().map(|c| &c.name)),
            transitions: transitions.enumerate().map(|(id, other)| other.filter(|&other| alike(id, other))).collect(),
            machines: machines.collect(),
            states: states.into_iter().map(|state| state.map(StateId::new)).collect(),
        }
    }

    /// Machines of the old program that do not stay in their states.
    fn leaving(&self, old: &Workspace) -> Vec<MachineId> {
        let leaves = |arrival: &Arrival| match *arrival {
            Arrival::AsItIs(same) => Some(same).filter(|&same| self.states[old.world.states[same].index()].is_none()),
            Arrival::Enters { leaves, .. } => leaves,
        };
        self.machines.iter().filter_map(leaves).map(MachineId::new).collect()
    }

    /// Puts every machine into its state; gives those that enter it, in file order.
    fn arrive(&self, program: &Program, old: &Workspace, work: &mut Workspace) -> Vec<MachineId> {
        let mut entering = Vec::new();
        for (index, arrival) in self.machines.iter().enumerate() {
            let stays = match *arrival {
                Arrival::AsItIs(same) => {
                    let state = self.states[old.world.states[same].index()];
                    state.map(|state| (state, old.world.entered[same]))
                }
                Arrival::Enters { .. } => None,
            };
            let (state, since) = stays.unwrap_or_else(|| {
                entering.push(MachineId::new(index));
                let place = match *arrival {
                    Arrival::Enters { place, .. } => place,
                    Arrival::AsItIs(_) => Place::State(program.machines[index].initial),
                };
                (program.entry(place, &work.world.left), work.world.time)
            });
            work.world.states[index] = state;
            work.world.entered[index] = since;
        }
        entering
    }
}

/// For each name, where it stands among the others.
fn places<'n>(names: impl Iterator<Item = &'n String>, others: impl Iterator<Item = &'n String>) -> Vec<Option<usize>> {
    let others: BTreeMap<&String, usize> = others.enumerate().map(|(index, name)| (name, index)).collect();
    names.map(|name| others.get(name).copied()).collect()
}
