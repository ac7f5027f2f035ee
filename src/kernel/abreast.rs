//! What is asked of many runs at a step, for all of them at once.
//!
//! In: runs that stand at a step, whose variables have drifted and whose numbers are computed. Out: which of them have something
//! to settle; and if they have not, the rates of consequences, and whether a condition holds.

use super::lanes::Lane;
use super::run::Simulator;
use crate::program::sheet::Kept;
use crate::program::sheet::lanes::LANES;

/// Answers to a question put to each run.
pub(super) type Flags = [bool; LANES];

impl Simulator {
    /// In which runs an immediate transition is enabled, so that there is something to settle.
    pub(super) fn stirring(&self, kept: &Kept, lanes: &[Lane]) -> Flags {
        let program = self.bound().program();
        let (mut stirring, mut computed) = ([false; LANES], [0.0; LANES]);
        for id in &program.immediates {
            let transition = &program.transitions[id.index()];
            let guards = self.clockworks[id.index()].guard.as_ref().map(|guard| kept.read_each(guard, &mut computed));
            // Nearly always nobody is ready for it.
            if guards.is_some_and(|guards| guards.iter().all(|guard| *guard == 0.0)) {
                continue;
            }
            for (lane, stirs) in stirring.iter_mut().enumerate().filter(|(lane, _)| lanes[*lane].run.is_some()) {
                let state = lanes[lane].work.world.states[transition.machine.index()];
                *stirs |= guards.is_none_or(|guards| guards[lane] != 0.0) && transition.from.contains(&state);
            }
        }
        stirring
    }

    /// Takes the rates of consequences anew, and finds the runs in which a condition holds that is to be looked at.
    pub(super) fn ask_abreast(&self, kept: &Kept, lanes: &mut [Lane]) {
        let on_step = &self.bound().program().on_step;
        let mut computed = [0.0; LANES];
        for id in on_step.consequences.iter() {
            let rates = kept.read_each(&self.questions.rates[id], &mut computed);
            for (lane, &rate) in lanes.iter_mut().zip(rates).filter(|(lane, _)| lane.run.is_some()) {
                // What is no rate is left to the run, which will say so.
                if rate.is_finite() {
                    lane.work.rates[id] = rate;
                } else {
                    lane.work.stale_rates.insert(id);
                }
            }
        }
        if on_step.conditions {
            self.judge_abreast(kept, lanes);
        }
    }

    /// Finds the runs in which an outcome holds, or a milestone is reached.
    fn judge_abreast(&self, kept: &Kept, lanes: &mut [Lane]) {
        let (mut holds, mut computed) = ([false; LANES], [0.0; LANES]);
        for (_, when) in &self.questions.outcomes {
            for (holds, answer) in holds.iter_mut().zip(kept.read_each(when, &mut computed)) {
                *holds |= *answer != 0.0;
            }
        }
        for (index, when) in self.questions.milestones.iter().enumerate() {
            for (lane, answer) in kept.read_each(when, &mut computed).iter().enumerate() {
                holds[lane] |= *answer != 0.0 && lanes[lane].run.is_some() && !lanes[lane].work.reached[index];
            }
        }
        lanes.iter_mut().zip(holds).for_each(|(lane, holds)| lane.work.unjudged = holds);
    }
}
