//! One run, event by event, with what made each thing happen: for replaying a run by its index.
//!
//! In: one run, as a [`Probe`]. Out: a [`History`]: when, what fired and why, where machines and variables stood before and
//! after. Knows no words: texts are made of it in `output`.

use super::influence::shares;
use crate::kernel::before::Before;
use crate::kernel::probe::{Probe, Stretch};
use crate::model::id::{Place, ShockId, StateId, TransitionId, VariableId};
use crate::model::journey::Journey;
use crate::model::{Model, Target};
use crate::program::behaviour::{Cause, Effects, Move};
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{TargetCode, Term, TriggerCode};

/// One thing that happened at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// In the scenario's unit, since the start of the run.
    pub time: f64,
    /// The leg of the journey that the run was in then; 0 where runs do not follow on.
    pub leg: usize,
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Begins(Vec<Standing>),
    /// An intervention was due; it happened unless its condition kept it from it.
    Shock {
        shock: ShockId,
        struck: bool,
    },
    Fires(Firing),
    /// A variable was written to.
    Changes {
        variable: VariableId,
        before: f64,
        after: f64,
    },
    Milestone(usize),
    /// An outcome handed the run on to the leg of this entry.
    HandsOn {
        outcome: usize,
        from: usize,
        standing: Vec<Standing>,
    },
    Ends(usize),
}

/// Where one machine is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    pub state: StateId,
    /// How long it has been there already.
    pub spent: f64,
}

/// A transition that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Firing {
    pub transition: TransitionId,
    /// Where its machine went; `None` if it stayed in its state.
    pub moved: Option<Move>,
    pub why: Why,
}

/// Why a transition happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Its own clock had come to its end.
    Due(Due),
    /// It answered an event, with this probability; `None` where that changes along a run.
    Answers(Option<f64>),
    /// Its condition held.
    AtOnce,
}

/// How a clock stood when it had come to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Per time unit, at that moment; infinite at the end of a wait that can last no longer.
    pub hazard: f64,
    /// How long the clock had run.
    pub age: f64,
    /// How long the machine had been in its state.
    pub spent: f64,
    /// The other transitions of the machine whose clocks ran, with their hazards, in file order.
    pub rivals: Vec<(TransitionId, f64)>,
    /// Where it could lead, and with which probability; empty where there is one way.
    pub branches: Vec<(Place, f64)>,
    /// The variables that its hazard reads, as they were.
    pub levels: Vec<(VariableId, f64)>,
}

impl Due {
    /// The probability that of all the clocks of the machine this one comes to its end first, as hazards were at that
    /// moment; `None` where one of them is infinite.
    pub fn share(&self) -> Option<f64> {
        self.share_of(self.hazard)
    }

    /// The same for one of its rivals, by its hazard.
    pub fn share_of(&self, hazard: f64) -> Option<f64> {
        let all = self.hazard + self.rivals.iter().map(|(_, hazard)| hazard).sum::<f64>();
        (all.is_finite() && all > 0.0).then(|| hazard / all)
    }
}

/// What happened in one run.
#[derive(Clone, Debug)]
pub struct History<'a> {
    /// The scenarios that the run may be in; the first is where it begins.
    pub models: Vec<&'a Model>,
    /// Their names, where runs follow on.
    pub names: Vec<&'a str>,
    pub entries: Vec<Entry>,
    /// Index of the outcome, once the run has ended.
    pub outcome: Option<usize>,
    leg: usize,
    /// What each leg runs with, once it was seen.
    bounds: Vec<Option<Bound>>,
    /// What is about to happen.
    next: Next,
}

/// The world just before something happens, as far as it tells why.
#[derive(Clone, Debug, Default)]
struct Next {
    variables: Vec<f64>,
    due: Option<Due>,
}

impl<'a> History<'a> {
    pub fn new(model: &'a Model) -> Self {
        History {
            models: vec![model],
            names: Vec::new(),
            entries: Vec::new(),
            outcome: None,
            leg: 0,
            bounds: vec![None],
            next: Next::default(),
        }
    }

    /// Of a run that follows on from scenario to scenario.
    pub fn of_journey(journey: &'a Journey) -> Self {
        let models = journey.legs.iter().map(|leg| &leg.model).collect();
        let names = journey.legs.iter().map(|leg| leg.name.as_str()).collect();
        let bounds = vec![None; journey.legs.len()];
        History { models, names, bounds, ..History::new(&journey.legs[0].model) }
    }

    fn note(&mut self, time: f64, event: Event) {
        self.entries.push(Entry { time, leg: self.leg, event });
    }

    fn firing(&self, id: TransitionId, moved: Option<Move>, due: Option<Due>) -> Firing {
        let why = match due {
            Some(due) => Why::Due(due),
            None => self.bounds[self.leg].as_ref().map_or(Why::AtOnce, |bound| why(bound, id)),
        };
        Firing { transition: id, moved, why }
    }
}

/// Why a transition happened whose clock was not due.
fn why(bound: &Bound, id: TransitionId) -> Why {
    match bound.program().transitions[id.index()].trigger {
        TriggerCode::On { probability: Term::Slot(slot), .. } => Why::Answers(Some(bound.slots()[slot as usize])),
        TriggerCode::On { .. } => Why::Answers(None),
        TriggerCode::Immediate | TriggerCode::Timed { .. } => Why::AtOnce,
    }
}

fn standing(world: &World) -> Vec<Standing> {
    let each = world.states.iter().zip(&world.entered);
    each.map(|(state, entered)| Standing { state: *state, spent: world.time - entered }).collect()
}

/// How the clock of a transition stands that is about to fire.
fn due(before: Before<'_>, id: TransitionId) -> Due {
    let (world, bound): (&World, &Bound) = (before.world(), before.bound());
    let code = &bound.program().transitions[id.index()];
    let hazard = |id| before.hazard(id).unwrap_or(f64::NAN);
    let places: Vec<Place> = match &code.target {
        TargetCode::Branches(branches) => branches.iter().map(|(place, _)| *place).collect(),
        _ => Vec::new(),
    };
    Due {
        hazard: hazard(id),
        age: before.age(id).unwrap_or(0.0),
        spent: world.time - world.entered[code.machine.index()],
        rivals: before.running(code.machine).filter(|other| *other != id).map(|other| (other, hazard(other))).collect(),
        branches: places.into_iter().zip(shares(bound, world, id)).collect(),
        levels: code.reads.variables.iter().map(|variable| (*variable, world.variables[variable.index()])).collect(),
    }
}

impl Probe for History<'_> {
    fn begin(&mut self, world: &World) {
        self.note(world.time, Event::Begins(standing(world)));
    }

    fn cross(&mut self, world: &World, outcome: usize, to: usize) {
        let from = std::mem::replace(&mut self.leg, to);
        self.note(world.time, Event::HandsOn { outcome, from, standing: standing(world) });
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn due(&mut self, before: Before<'_>, cause: Cause) {
        self.bounds[self.leg].get_or_insert_with(|| before.bound().clone());
        self.next.variables.clone_from(&before.world().variables);
        self.next.due = match cause {
            Cause::Fires(id) => Some(due(before, id)),
            Cause::Start | Cause::Shock(_) | Cause::Step => None,
        };
    }

    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        if let Cause::Shock(shock) = cause {
            self.note(world.time, Event::Shock { shock, struck: effects.struck });
        }
        // What was due fires first; what follows from it at the same instant comes after.
        let mut due = self.next.due.take();
        let mut moves = effects.moves.iter().copied();
        for &id in &effects.fired {
            let stays = self.models[self.leg].transitions[id.index()].target == Target::Stay { reenter: false };
            let moved = if stays { None } else { moves.next() };
            let firing = self.firing(id, moved, due.take());
            self.note(world.time, Event::Fires(firing));
        }
        let mut touched = effects.touched.clone();
        touched.sort();
        touched.dedup();
        for variable in touched {
            let (before, after) = (self.next.variables[variable.index()], world.variables[variable.index()]);
            self.note(world.time, Event::Changes { variable, before, after });
        }
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.note(world.time, Event::Milestone(milestone));
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.note(world.time, Event::Ends(outcome));
        self.outcome = Some(outcome);
    }
}
