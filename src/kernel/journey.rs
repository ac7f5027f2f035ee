//! One run through several programs: where one hands it on, the next takes it up with the world as it then is.
//!
//! In: a simulator for each leg, and where each outcome leads. Out: one run, told to one [`Probe`].
//! Time goes on. Variables, consequences, machines and transitions of the same name are the same thing: values and totals
//! stay, a machine stays in its state if the new program has that state, and its waits go on where they are. A machine that
//! the hand-off names leaves its state and enters the given one, one that is new enters its initial state, with what happens
//! on exit and entry. No draw is made twice in a run: each name counts on from leg to leg.
//!
//! Many runs are in flight at once, leg by leg: those that are handed on wait until the lanes of their next leg are
//! theirs.

use super::batch::{Collector, FEW, Runner, one_by_one};
use super::lanes::{Boarding, Lane, Lanes};
use super::probe::Probe;
use super::run::{Ending, Simulator, Workspace};
use crate::model::id::{MachineId, Place, StateId, TransitionId};
use crate::program::behaviour::{Cause, Fault};
use crate::program::bind::clamp;
use crate::program::{Program, TriggerCode};
use crate::random::RunAddress;
use std::collections::{BTreeMap, VecDeque};

/// More hand-offs than this at one instant are a circle.
const CROSSING_LIMIT: usize = 100;

/// Runs that are under way at once, in lanes or waiting for them: the legs' lanes are to be full.
const UNDER_WAY: usize = 512;

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

/// The workspaces of the legs, and what is known of the run throughout.
#[derive(Clone, Debug, Default)]
pub struct JourneyWorkspace {
    legs: Vec<Workspace>,
    abreast: Vec<Option<Lanes>>,
    travels: Travels,
}

/// What is known of a run throughout its legs.
#[derive(Clone, Debug, Default)]
struct Travels {
    /// By name of a transition.
    draws: Vec<Draws>,
    /// Hand-offs at one instant, and which that was.
    crossed: usize,
    since: f64,
}

/// A run that waits for a lane.
#[derive(Clone, Debug)]
struct Traveller {
    run: RunAddress,
    /// The lane of the probe that it is told to.
    seat: usize,
    travels: Travels,
    /// The leg that it was handed on from, the outcome, and how it stood; `None` if it is to begin.
    from: Option<(usize, usize, Box<Workspace>)>,
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

    /// Where a leg's outcome leads a run, if anywhere; counts that it is handed on now.
    fn crossing(
        &self,
        travels: &mut Travels,
        leg: usize,
        (outcome, ending): (usize, Ending),
        now: f64,
    ) -> Result<Option<&Crossing>, Fault> {
        let Some(crossing) = self.crossings[leg][outcome].as_ref().filter(|_| ending == Ending::Outcome) else {
            return Ok(None);
        };
        travels.crossed = if now > travels.since { 1 } else { travels.crossed + 1 };
        travels.since = now;
        if travels.crossed > CROSSING_LIMIT {
            let code = &self.legs[leg].bound().program().outcomes[outcome].condition;
            return Err(Fault {
                span: code.span,
                part: format!("outcome {}", code.name),
                message: format!("more than {CROSSING_LIMIT} hand-offs from scenario to scenario at one instant"),
                time: now,
            });
        }
        Ok(Some(crossing))
    }

    /// Hands a run on: fills the workspace of the new leg from that of the old one.
    fn cross(
        &self,
        run: RunAddress,
        travels: &mut Travels,
        (from, old): (usize, &mut Workspace),
        (crossing, new): (&Crossing, &mut Workspace),
    ) -> Result<(), Fault> {
        self.note_draws(travels, from, old);
        let to = crossing.to;
        // Nobody is left to hear events of this.
        let leaving = crossing.leaving(old);
        self.legs[from].bound.leave_states(&mut old.world, leaving, &mut old.effects)?;
        let draws = |id: usize| travels.draws[self.names[to][id]];
        self.legs[to].take_up(run, &self.legs[from], old, crossing, new, draws)
    }

    fn note_draws(&self, travels: &mut Travels, leg: usize, old: &Workspace) {
        for (id, &name) in self.names[leg].iter().enumerate() {
            travels.draws[name] = Draws {
                thresholds: old.clocks[id].draws(),
                branches: old.luck.branches[id],
                answers: old.luck.answers[id],
            };
        }
    }
}

impl Travels {
    /// A run begins.
    fn begin(&mut self, names: usize) {
        self.draws.clear();
        self.draws.resize(names, Draws::default());
        (self.crossed, self.since) = (0, 0.0);
    }
}

impl Runner for JourneySimulator {
    type Workspace = JourneyWorkspace;

    fn run(&self, run: RunAddress, work: &mut JourneyWorkspace, probe: &mut impl Probe) -> Result<(), Fault> {
        let JourneyWorkspace { legs, travels, .. } = work;
        legs.resize_with(self.legs.len(), Workspace::default);
        travels.begin(self.name_count);
        let mut leg = 0;
        self.legs[0].begin(run, &mut legs[0], probe)?;
        loop {
            let came_to = self.legs[leg].proceed(run, &mut legs[leg], probe)?;
            let Some(crossing) = self.crossing(travels, leg, came_to, legs[leg].world.time)? else {
                probe.end(&legs[leg].world, came_to.0);
                return Ok(());
            };
            let to = crossing.to;
            // A leg may lead to itself; its old workspace is then the one that was read.
            let mut old = std::mem::take(&mut legs[leg]);
            let mut new = if to == leg { Workspace::default() } else { std::mem::take(&mut legs[to]) };
            let crossed = self.cross(run, travels, (leg, &mut old), (crossing, &mut new));
            legs[leg] = old;
            legs[to] = new;
            crossed?;
            leg = to;
            probe.cross(&legs[leg].world, came_to.0, leg);
        }
    }

    fn run_all<C: Collector>(
        &self,
        mut runs: impl Iterator<Item = RunAddress>,
        work: &mut JourneyWorkspace,
        collector: &mut C,
        mut over: impl FnMut(),
    ) -> Result<(), Fault> {
        if !collector.watches_many() || runs.size_hint().0 < FEW {
            return one_by_one(self, runs, work, collector, over);
        }
        work.abreast.resize_with(self.legs.len(), || None);
        let mut waiting = vec![VecDeque::new(); self.legs.len()];
        loop {
            if waiting.iter().all(VecDeque::is_empty) {
                for (seat, run) in runs.by_ref().take(UNDER_WAY).enumerate() {
                    let mut travels = Travels::default();
                    travels.begin(self.name_count);
                    waiting[0].push_back(Traveller { run, seat, travels, from: None });
                }
            }
            // The leg that most wait for is next.
            let most = (0..self.legs.len()).max_by_key(|&leg| (waiting[leg].len(), std::cmp::Reverse(leg)));
            let Some(leg) = most.filter(|&leg| !waiting[leg].is_empty()) else { return Ok(()) };
            let mut stage =
                Stage { journey: self, leg, waiting: &mut waiting, aboard: BTreeMap::new(), over: &mut over };
            let lanes = work.abreast[leg].get_or_insert_with(|| Lanes::new(&self.legs[leg]));
            self.legs[leg].run_abreast(&mut stage, lanes, collector)?;
        }
    }
}

/// One leg, as runs that wait for it go through it.
struct Stage<'a, F> {
    journey: &'a JourneySimulator,
    leg: usize,
    /// By leg.
    waiting: &'a mut [VecDeque<Traveller>],
    /// By seat.
    aboard: BTreeMap<usize, Travels>,
    over: F,
}

impl<P: Probe, F: FnMut()> Boarding<P> for Stage<'_, F> {
    fn board(&mut self, simulator: &Simulator, lane: &mut Lane, probe: &mut P) -> Result<Option<RunAddress>, Fault> {
        let Some(Traveller { run, seat, mut travels, from }) = self.waiting[self.leg].pop_front() else {
            return Ok(None);
        };
        lane.seat = seat;
        probe.turn_to(seat);
        match from {
            None => simulator.begin(run, &mut lane.work, probe)?,
            Some((from, outcome, mut old)) => {
                let crossing = self.journey.crossings[from][outcome].as_ref().expect("it was handed on");
                self.journey.cross(run, &mut travels, (from, &mut old), (crossing, &mut lane.work))?;
                probe.cross(&lane.work.world, outcome, self.leg);
            }
        }
        self.aboard.insert(seat, travels);
        Ok(Some(run))
    }

    fn over(&mut self, run: RunAddress, lane: &mut Lane, came_to: (usize, Ending), probe: &mut P) -> Result<(), Fault> {
        let seat = lane.seat;
        let mut travels = self.aboard.remove(&seat).expect("it is aboard");
        match self.journey.crossing(&mut travels, self.leg, came_to, lane.work.world.time)? {
            Some(crossing) => {
                // The numbers of its sheet are the lanes'.
                let kept = std::mem::take(&mut lane.work.kept);
                let old = std::mem::take(&mut lane.work);
                lane.work.kept = kept;
                let from = Some((self.leg, came_to.0, Box::new(old)));
                self.waiting[crossing.to].push_back(Traveller { run, seat, travels, from });
            }
            None => {
                probe.end(&lane.work.world, came_to.0);
                (self.over)();
            }
        }
        Ok(())
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
