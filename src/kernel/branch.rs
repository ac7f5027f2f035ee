//! Runs that part: one run is paused, and others go on from where it stands, each with luck of its own.
//!
//! In: [`Limbs`], which say what run is next and what becomes of one that has paused ([`Probe::pauses`]) or ended. Out: all of them
//! run; many at once where a program takes steps ([`run_limbs`](Simulator::run_limbs)), to the same bits.
//! A run that is put aside ([`Aside`]) is a whole run's state: the world, what is armed and how long it has waited,
//! milestones, shocks and steps past; only the numbers that expressions have are left out, as they are functions of it. Of a run that
//! parts from it, what is left of each wait is drawn anew, given that it has lasted so far: the thresholds of clocks are
//! exponential, and what is left of one that was survived has the law of a whole one, whatever the law of the waiting time. So
//! branches share their past alone, and each has the law of a run that has come to where they part.

use super::lanes::{Boarding, Lane, Lanes};
use super::probe::Probe;
use super::run::{Ending, Simulator, Workspace};
use crate::model::id::TransitionId;
use crate::program::behaviour::Fault;
use crate::program::world::World;
use crate::random::{DrawAddress, RunAddress, Stream};
use crate::stats::special::log_of_normal;

/// How many thresholds are drawn side by side.
const DRAWN: usize = 8;

/// Why a run has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The probe asked it to; it can go on.
    Pause,
    /// It is over, with the outcome of this index.
    End(usize),
}

/// Runs that may part from one another: which is next, and what becomes of one that has halted.
pub trait Limbs {
    /// Watches all of them: each has a seat of its own while it goes on, to which its watch is [turned](Probe::turn_to).
    type Watch: Probe;

    /// Puts the next run into a workspace, in which the last one of this seat was, and gives its address; `None` if there is none
    /// as long as none of the others has halted.
    ///
    /// # Errors
    /// The fault of a run that cannot begin.
    fn board(
        &mut self,
        simulator: &Simulator,
        seat: usize,
        work: &mut Workspace,
        watch: &mut Self::Watch,
    ) -> Result<Option<RunAddress>, Fault>;

    /// Whether a run is next.
    fn has_next(&self) -> bool;

    /// The run of this seat has halted.
    fn halted(&mut self, simulator: &Simulator, seat: usize, work: &mut Workspace, halt: Halt, watch: &mut Self::Watch);
}

/// A run that is put aside, and can be taken up in any workspace of its simulator, and as often as need be.
#[derive(Clone, Debug, Default)]
pub struct Aside(Box<Workspace>);

/// What one thread runs the limbs of one simulator with.
#[derive(Clone, Debug, Default)]
pub struct Hands {
    abreast: Option<Box<Lanes>>,
    alone: Workspace,
}

/// [`Limbs`] in lanes.
struct Aboard<'a, L> {
    simulator: &'a Simulator,
    limbs: &'a mut L,
}

impl<L: Limbs> Boarding<L::Watch> for Aboard<'_, L> {
    fn board(
        &mut self,
        simulator: &Simulator,
        lane: &mut Lane,
        watch: &mut L::Watch,
    ) -> Result<Option<RunAddress>, Fault> {
        self.limbs.board(simulator, lane.seat, &mut lane.work, watch)
    }

    fn is_waited_for(&self) -> bool {
        self.limbs.has_next()
    }

    fn over(
        &mut self,
        _run: RunAddress,
        lane: &mut Lane,
        came_to: (usize, Ending),
        watch: &mut L::Watch,
    ) -> Result<(), Fault> {
        let halt = halt(came_to, &lane.work, watch);
        self.limbs.halted(self.simulator, lane.seat, &mut lane.work, halt, watch);
        Ok(())
    }
}

/// Tells the probe of an end.
fn halt((outcome, ending): (usize, Ending), work: &Workspace, probe: &mut impl Probe) -> Halt {
    if ending == Ending::Pause {
        return Halt::Pause;
    }
    probe.end(&work.world, outcome);
    Halt::End(outcome)
}

impl Workspace {
    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Stands where another does, without its numbers.
    fn stand_at(&mut self, other: &Workspace) {
        self.world.copy(&other.world);
        self.clocks.clone_from(&other.clocks);
        self.schedule.copy(&other.schedule);
        self.rates.clone_from(&other.rates);
        self.reached.clone_from(&other.reached);
        self.luck.branches.clone_from(&other.luck.branches);
        self.luck.answers.clone_from(&other.luck.answers);
        self.shocks_past = other.shocks_past;
        self.steps_past = other.steps_past;
        self.pace = other.pace;
        self.unjudged = other.unjudged;
        // What happened last is over, and between two events nothing waits to be looked at: these sets are empty.
        self.effects.clear();
        self.affected.copy(&other.affected);
        self.here.copy(&other.here);
        self.stale_rates.copy(&other.stale_rates);
    }
}

impl Aside {
    /// Keeps where a run stands that goes on.
    pub fn keep(&mut self, work: &Workspace) {
        self.0.stand_at(work);
    }
}

impl Simulator {
    /// Lets a workspace stand where a run was put aside.
    pub fn restore(&self, aside: &Aside, work: &mut Workspace) {
        work.stand_at(&aside.0);
        self.renew(work);
    }

    /// The same for the last time: what is put aside after it means nothing.
    pub fn restore_last(&self, aside: &mut Aside, work: &mut Workspace) {
        // The numbers stay, as they may be those of many lanes.
        std::mem::swap(work, &mut aside.0);
        std::mem::swap(&mut work.kept, &mut aside.0.kept);
        self.renew(work);
    }

    fn renew(&self, work: &mut Workspace) {
        work.kept.begin(&self.bound);
        work.kept.restart(&self.bound.program().sheet, &work.world);
    }

    /// Runs limbs until there are none left, in any order.
    ///
    /// # Errors
    /// A fault of one of them; not always of the first that has one.
    pub fn run_limbs<L: Limbs>(&self, limbs: &mut L, hands: &mut Hands, watch: &mut L::Watch) -> Result<(), Fault> {
        if !self.bound.program().takes_steps {
            return self.run_limbs_in_turn(limbs, hands, watch);
        }
        let lanes = hands.abreast.get_or_insert_with(|| Box::new(Lanes::new(self)));
        self.run_abreast(&mut Aboard { simulator: self, limbs }, lanes, watch)
    }

    /// The same, each from where it boards to where it halts before the next one boards; all from one seat.
    ///
    /// # Errors
    /// The fault of the first that has one.
    pub fn run_limbs_in_turn<L: Limbs>(
        &self,
        limbs: &mut L,
        hands: &mut Hands,
        watch: &mut L::Watch,
    ) -> Result<(), Fault> {
        let work = &mut hands.alone;
        watch.turn_to(0);
        while let Some(run) = limbs.board(self, 0, work, watch)? {
            let halt = self.resume(run, work, watch)?;
            limbs.halted(self, 0, work, halt, watch);
        }
        Ok(())
    }

    /// Begins a run, and lets nothing happen yet.
    ///
    /// # Errors
    /// The fault of a run that cannot begin.
    pub fn start(&self, run: RunAddress, work: &mut Workspace, probe: &mut impl Probe) -> Result<(), Fault> {
        self.begin(run, work, probe)
    }

    /// Goes on from where the workspace stands until the probe pauses the run or it is over.
    ///
    /// # Errors
    /// The fault of a run that cannot go on.
    pub fn resume(&self, run: RunAddress, work: &mut Workspace, probe: &mut impl Probe) -> Result<Halt, Fault> {
        let came_to = self.proceed(run, work, probe)?;
        Ok(halt(came_to, work, probe))
    }

    /// Parts a run from the one whose state it has taken over: what is left of every wait is drawn at its own address.
    pub fn part(&self, run: RunAddress, work: &mut Workspace) {
        let now = work.world.time;
        let (mut clocks, mut draws, mut count) = ([0; DRAWN], [DrawAddress::default(); DRAWN], 0);
        for index in 0..work.clocks.len() {
            let clock = &mut work.clocks[index];
            // What is due at this very instant was not survived: it fires.
            if !clock.has_residual() || (clock.is_armed() && work.schedule.due(index) <= now) {
                continue;
            }
            let (addresses, number) = (&self.addresses[index], clock.draws());
            let (baseline, _) = self.clockwork(TransitionId::new(index));
            // A rest may take many numbers, which are those of no other draw.
            let rests = || Stream::at(run.branch(number), addresses.rest, 0);
            if let Some(due) = clock.renew_wait(now, baseline, rests) {
                work.schedule.set(index, due);
                continue;
            }
            (clocks[count], draws[count]) = (index, DrawAddress::new(run, addresses.threshold, number));
            count += 1;
            if count == DRAWN {
                self.draw_anew(work, &clocks, &draws);
                count = 0;
            }
        }
        self.draw_anew(work, &clocks[..count], &draws);
    }

    /// Draws the thresholds of some clocks.
    fn draw_anew(&self, work: &mut Workspace, clocks: &[usize], draws: &[DrawAddress; DRAWN]) {
        // With the widest vector units that this processor has; what they compute is the same.
        let thresholds = pulp::Arch::new().dispatch(Thresholds { draws });
        let now = work.world.time;
        for (place, &index) in clocks.iter().enumerate() {
            let (baseline, _) = self.clockwork(TransitionId::new(index));
            if let Some(due) = work.clocks[index].renew(now, baseline, thresholds[place]) {
                work.schedule.set(index, due);
            }
        }
    }
}

/// Standard exponential numbers, by inversion.
struct Thresholds<'a> {
    draws: &'a [DrawAddress; DRAWN],
}

impl pulp::NullaryFnOnce for Thresholds<'_> {
    type Output = [f64; DRAWN];

    #[inline(always)]
    fn call(self) -> [f64; DRAWN] {
        let mut drawn = [0.0; DRAWN];
        for (place, threshold) in drawn.iter_mut().enumerate() {
            *threshold = -log_of_normal(self.draws[place].unit());
        }
        drawn
    }
}
