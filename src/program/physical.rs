//! A program that time alone does not change, as a generalised semi-Markov process: each physical state that runs come to,
//! and each way out of one, is looked at once.
//!
//! In: a bound program in which nothing drifts and nothing reads time or age. Out: for each physical state — where
//! machines are, what variables and histories hold — its outcome, its rates and its active clocks; and for each cause, and
//! each way that chance can go, where it leads, and which clocks begin, end or run otherwise there. What happens is
//! [settled](Bound::settle) as anywhere, and then remembered. Terms: P. W. Glynn, "A GSMP formalism for discrete event systems",
//! Proc. IEEE 77 (1989).

use super::behaviour::{Cause, Chance, Effects, Fault};
use super::bind::Bound;
use super::world::World;
use super::{Op, Program, TriggerCode};
use crate::model::ClockRule;
use crate::model::id::{ConsequenceId, ShockId, TransitionId};
use std::collections::HashMap;

/// A timed transition that can happen in a state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActiveClock {
    pub id: TransitionId,
    /// Its hazard as a multiple of the baseline's, and how fast its age runs.
    pub multiplier: f64,
    pub speed: f64,
}

/// A physical state, and what holds while a run is in it.
#[derive(Clone, Debug)]
pub struct PhysicalState {
    /// At time 0, with no totals.
    pub world: World,
    /// The outcome that holds.
    pub outcome: Option<usize>,
    /// The outcome at the horizon.
    pub at_horizon: usize,
    /// The milestones whose conditions hold.
    pub milestones: Vec<usize>,
    /// Of each consequence, per time unit, undiscounted.
    pub rates: Vec<f64>,
    /// In file order.
    pub active: Vec<ActiveClock>,
    /// The first of its ways: one for each active clock, then one for each shock.
    ways: usize,
}

/// What becomes of a clock that was active before; of those that are not told of, nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// The clock at this place of the new state goes on, with another multiplier or speed.
    Runs(usize),
    /// It is disarmed. Told of those whose residual is kept alone.
    Ends(TransitionId),
}

/// From one physical state to another, or to the same. Places are those of the lists of active clocks.
#[derive(Clone, Debug)]
pub struct Leap {
    pub to: usize,
    pub effects: Effects,
    /// Whether the new state renews: nothing of what was before counts, as each of its clocks begins, at age 0, with a new
    /// threshold and in real time.
    pub renews: bool,
    /// The clocks that are active before and after and do not begin anew: their places before and after.
    pub stays: Vec<(usize, usize)>,
    pub turns: Vec<Turn>,
    /// Clocks that are armed, after the turns of the others: they may be the same.
    pub begins: Vec<usize>,
}

/// What a settling asks of chance.
#[derive(Clone, Debug)]
enum Question {
    Branch(TransitionId, Vec<f64>),
    Answer(TransitionId, f64),
}

/// A way that things can go.
#[derive(Clone, Debug)]
enum Way {
    Unknown,
    Leads(Leap),
    /// Chance is asked first; the ways that follow begin here.
    Asks(Question, usize),
    Fails(Fault),
}

/// The physical states that runs have come to.
#[derive(Clone, Debug, Default)]
pub struct PhysicalStates {
    states: Vec<PhysicalState>,
    numbers: HashMap<Vec<u64>, usize>,
    /// The first is that of beginning.
    ways: Vec<Way>,
    /// What chance has answered on the way that is being gone.
    answers: Vec<usize>,
}

impl Program {
    /// Whether physical states tell all that there is to know of a run but for its clocks: nothing drifts, nothing reads time
    /// or age, and no machine has waited before the run.
    pub fn has_physical_states(&self) -> bool {
        let reads_time = |op: &Op| matches!(op, Op::Time | Op::YearFraction | Op::Age(_));
        !self.takes_steps
            && !self.ops.iter().any(reads_time)
            && self.machines.iter().all(|machine| machine.present.is_none())
    }
}

impl PhysicalStates {
    /// How many ways out of them there are, known and unknown: what they take in memory goes by that.
    pub fn ways(&self) -> usize {
        self.ways.len()
    }

    #[inline]
    pub fn state(&self, number: usize) -> &PhysicalState {
        &self.states[number]
    }

    #[inline]
    pub fn leap(&self, way: usize) -> &Leap {
        let Way::Leads(leap) = &self.ways[way] else { unreachable!("only ways that lead somewhere are told of") };
        leap
    }

    /// Forgets all but these states, which get other numbers.
    ///
    /// # Errors
    /// None that the states did not have when runs came to them.
    pub fn forget(&mut self, bound: &Bound, but: &mut [usize]) -> Result<(), Fault> {
        let kept: Vec<World> = but.iter().map(|&number| self.states[number].world.clone()).collect();
        *self = PhysicalStates::default();
        self.open();
        for (number, world) in but.iter_mut().zip(kept) {
            *number = self.number(bound, world)?;
        }
        Ok(())
    }

    /// The way on which a run begins, if it is known and chance has no say in it.
    #[inline]
    pub fn known_begin(&self) -> Option<usize> {
        self.ways.first().is_some_and(|way| matches!(way, Way::Leads(_))).then_some(0)
    }

    /// The same in any case.
    ///
    /// # Errors
    /// What keeps it from beginning.
    #[cold]
    pub fn begin(&mut self, bound: &Bound, chance: &mut impl Chance) -> Result<usize, Fault> {
        self.open();
        self.follow(bound, 0, None, Cause::Start, chance)
    }

    /// The way on which the active clock at this place leads out of a state when it is due, if it is known and chance has no
    /// say in it.
    #[inline]
    pub fn known(&self, from: usize, place: usize) -> Option<usize> {
        let way = self.states[from].ways + place;
        matches!(self.ways[way], Way::Leads(_)).then_some(way)
    }

    /// The same in any case.
    ///
    /// # Errors
    /// What cannot happen.
    #[cold]
    pub fn fire(&mut self, bound: &Bound, from: usize, place: usize, chance: &mut impl Chance) -> Result<usize, Fault> {
        let state = &self.states[from];
        let (way, cause) = (state.ways + place, Cause::Fires(state.active[place].id));
        self.follow(bound, way, Some(from), cause, chance)
    }

    /// The way on which a shock leads out of a state.
    ///
    /// # Errors
    /// What cannot happen.
    pub fn strike(
        &mut self,
        bound: &Bound,
        from: usize,
        id: ShockId,
        chance: &mut impl Chance,
    ) -> Result<usize, Fault> {
        let state = &self.states[from];
        let way = state.ways + state.active.len() + id.index();
        self.follow(bound, way, Some(from), Cause::Shock(id), chance)
    }

    fn open(&mut self) {
        if self.ways.is_empty() {
            self.ways.push(Way::Unknown);
        }
    }

    /// Goes a way to where it leads, asking chance where it parts, and finding out what is not known yet.
    fn follow(
        &mut self,
        bound: &Bound,
        mut way: usize,
        from: Option<usize>,
        cause: Cause,
        chance: &mut impl Chance,
    ) -> Result<usize, Fault> {
        self.answers.clear();
        loop {
            match &self.ways[way] {
                Way::Unknown => self.ways[way] = self.explore(bound, from, cause),
                Way::Leads(_) => return Ok(way),
                Way::Fails(fault) => return Err(fault.clone()),
                Way::Asks(question, ways) => {
                    let answer = question.put_to(chance);
                    way = ways + answer;
                    self.answers.push(answer);
                }
            }
        }
    }

    /// Lets the cause happen in a state, or at the start, with the answers that there are.
    fn explore(&mut self, bound: &Bound, from: Option<usize>, cause: Cause) -> Way {
        let mut world = World::default();
        match from {
            Some(from) => world.copy(&self.states[from].world),
            None => bound.start(&mut world),
        }
        let mut effects = Effects::default();
        let mut chance = Remembered { answers: self.answers.iter(), asked: None };
        let settled = bound.settle(&mut world, cause, &mut chance, &mut effects);
        if let Some(question) = chance.asked {
            let first = self.ways.len();
            self.ways.extend(std::iter::repeat_n(Way::Unknown, question.ways()));
            return Way::Asks(question, first);
        }
        world.totals.fill(0.0);
        match settled.and_then(|()| self.number(bound, world)) {
            Ok(to) => {
                let before = from.map_or(&[][..], |from| &self.states[from].active);
                Way::Leads(leap(bound.program(), cause, effects, before, (to, &self.states[to].active)))
            }
            Err(fault) => Way::Fails(fault),
        }
    }

    /// The number of the state that a world is in.
    fn number(&mut self, bound: &Bound, world: World) -> Result<usize, Fault> {
        let key = key(&world);
        if let Some(&number) = self.numbers.get(&key) {
            return Ok(number);
        }
        let state = PhysicalState::of(bound, world, self.ways.len())?;
        let ways = state.active.len() + bound.program().shocks.len();
        self.ways.extend(std::iter::repeat_n(Way::Unknown, ways));
        self.states.push(state);
        self.numbers.insert(key, self.states.len() - 1);
        Ok(self.states.len() - 1)
    }
}

/// What tells physical states apart.
fn key(world: &World) -> Vec<u64> {
    let states = world.states.iter().map(|state| u64::from(state.0));
    let left = world.left.iter().map(|left| left.map_or(u64::MAX, |state| u64::from(state.0)));
    states.chain(left).chain(world.variables.iter().map(|value| value.to_bits())).collect()
}

impl PhysicalState {
    /// The first of its ways.
    #[inline]
    pub fn ways(&self) -> usize {
        self.ways
    }

    fn of(bound: &Bound, world: World, ways: usize) -> Result<Self, Fault> {
        let program = bound.program();
        let mut timed: Vec<TransitionId> =
            world.states.iter().flat_map(|state| &program.states[state.index()].timed).copied().collect();
        timed.sort_unstable();
        let mut active = Vec::with_capacity(timed.len());
        for id in timed.into_iter().filter(|&id| bound.enabled(&world, id)) {
            let (multiplier, speed) = bound.multiplier(&world, id)?;
            active.push(ActiveClock { id, multiplier, speed });
        }
        let consequences = (0..program.consequences.len()).map(ConsequenceId::new);
        let rates = consequences.map(|id| bound.consequence_rate(&world, id)).collect::<Result<_, _>>()?;
        let holds = |term| bound.holds(term, &world);
        let outcome = |at_horizon: bool| {
            program.outcomes.iter().position(|o| o.at_horizon == at_horizon && holds(o.condition.when))
        };
        let milestones = program.milestones.iter().enumerate().filter(|(_, milestone)| holds(milestone.when));
        Ok(PhysicalState {
            outcome: outcome(false),
            at_horizon: outcome(true).expect("the last default outcome always holds"),
            milestones: milestones.map(|(index, _)| index).collect(),
            rates,
            active,
            ways,
            world,
        })
    }
}

/// What becomes of the clocks as a run goes from one state to another, and which begin.
fn leap(
    program: &Program,
    cause: Cause,
    effects: Effects,
    before: &[ActiveClock],
    (to, after): (usize, &[ActiveClock]),
) -> Leap {
    let fires = |id: TransitionId| cause == Cause::Fires(id);
    let rule = |id: TransitionId| match program.transitions[id.index()].trigger {
        TriggerCode::Timed { clock, .. } => clock,
        TriggerCode::Immediate | TriggerCode::On { .. } => ClockRule::Reset,
    };
    let (mut stays, mut turns, mut begins) = (Vec::new(), Vec::new(), Vec::new());
    let mut ids: Vec<TransitionId> = before.iter().chain(after).map(|clock| clock.id).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let transition = &program.transitions[id.index()];
        let place = |clocks: &[ActiveClock]| clocks.iter().position(|clock| clock.id == id);
        let mut own_moves = effects.moves.iter().filter(|moved| moved.machine == transition.machine);
        let (was, is) = (place(before), place(after));
        let lasts = !fires(id) && own_moves.all(|moved| program.lasts_over(transition, moved));
        match (was, is) {
            (Some(was), Some(is)) if lasts => {
                stays.push((was, is));
                turns.extend((before[was] != after[is]).then_some(Turn::Runs(is)));
            }
            _ => {
                let ends = was.is_some() && !fires(id) && rule(id) == ClockRule::Resume;
                turns.extend(ends.then_some(Turn::Ends(id)));
                begins.extend(is);
            }
        }
    }
    let renewed = |clock: &ActiveClock| rule(clock.id) == ClockRule::Reset && clock.speed == 1.0;
    let renews = stays.is_empty() && turns.is_empty() && after.iter().all(renewed);
    Leap { to, effects, renews, stays, turns, begins }
}

impl Question {
    /// How many answers there are.
    fn ways(&self) -> usize {
        match self {
            Question::Branch(_, weights) => weights.len(),
            Question::Answer(..) => 2,
        }
    }

    fn put_to(&self, chance: &mut impl Chance) -> usize {
        match self {
            Question::Branch(id, weights) => chance.branch(*id, weights),
            Question::Answer(id, p) => usize::from(chance.answers(*id, *p)),
        }
    }
}

/// Gives the answers that are known, and notes what is asked after them; whatever happens then is not looked at.
struct Remembered<'a> {
    answers: std::slice::Iter<'a, usize>,
    asked: Option<Question>,
}

impl Remembered<'_> {
    fn answer(&mut self, question: impl FnOnce() -> Question) -> usize {
        self.answers.next().copied().unwrap_or_else(|| {
            self.asked.get_or_insert_with(question);
            0
        })
    }
}

impl Chance for Remembered<'_> {
    fn branch(&mut self, transition: TransitionId, weights: &[f64]) -> usize {
        self.answer(|| Question::Branch(transition, weights.to_vec()))
    }

    fn answers(&mut self, transition: TransitionId, p: f64) -> bool {
        self.answer(|| Question::Answer(transition, p)) == 1
    }
}
