//! Runs that part: one run is paused, and others go on from where it stands, each with luck of its own.
//!
//! In: a workspace in which a run has paused ([`Probe::pauses`]), and the address of the branch.
//! Out: a workspace that stands where the first one does, with everything of a run's state: the world, what is armed
//! and how long it has waited, milestones, shocks and steps past. What is left of each wait is drawn anew, given that it
//! has lasted so far: the thresholds of clocks are exponential, and what is left of one that was survived has the law of a
//! whole one, whatever the law of the waiting time. So branches share their past alone, and each has the law of a run
//! that has come to where they part.

use super::probe::Probe;
use super::run::{Ending, Simulator, Workspace};
use crate::model::id::TransitionId;
use crate::program::TriggerCode;
use crate::program::behaviour::Fault;
use crate::program::world::World;
use crate::random::{RunAddress, Stream};

/// Why a run has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The probe asked it to; it can go on.
    Pause,
    /// It is over, with the outcome of this index.
    End(usize),
}

impl Workspace {
    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Stands where another does.
    pub fn copy_from(&mut self, other: &Workspace) {
        self.world.copy(&other.world);
        self.clocks.clone_from(&other.clocks);
        self.schedule.copy(&other.schedule);
        self.rates.clone_from(&other.rates);
        self.reached.clone_from(&other.reached);
        self.luck.branches.clone_from(&other.luck.branches);
        self.luck.answers.clone_from(&other.luck.answers);
        self.kept.copy(&other.kept);
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

impl Simulator {
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
        Ok(match self.proceed(run, work, probe)? {
            (_, Ending::Pause) => Halt::Pause,
            (outcome, _) => {
                probe.end(&work.world, outcome);
                Halt::End(outcome)
            }
        })
    }

    /// Parts a run from the one whose state it has taken over: what is left of every wait is drawn at its own address.
    pub fn part(&self, run: RunAddress, work: &mut Workspace) {
        let now = work.world.time;
        for (index, transition) in self.bound.program().transitions.iter().enumerate() {
            let clock = &mut work.clocks[index];
            let timed = matches!(transition.trigger, TriggerCode::Timed { .. });
            // What is due at this very instant was not survived: it fires.
            if !timed || !clock.has_residual() || (clock.is_armed() && work.schedule.due(index) <= now) {
                continue;
            }
            let thresholds = Stream::at(run, self.addresses[index].threshold, clock.draws());
            // A rest may take many numbers, which are those of no other draw.
            let rests = Stream::at(run.branch(clock.draws()), self.addresses[index].rest, 0);
            let (baseline, _) = self.clockwork(TransitionId::new(index));
            if let Some(due) = clock.renew(now, baseline, thresholds, rests) {
                work.schedule.set(index, due);
            }
        }
    }
}
