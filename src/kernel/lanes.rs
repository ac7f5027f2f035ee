//! Many runs in flight, each in a lane of its own, that take their steps together.
//!
//! In: a simulator, the addresses of runs, a probe that can watch [`LANES`] runs at once. Out: what one run after the other
//! would have told it. Between steps each run goes its own way. At a step, the numbers that all of them are about to ask for
//! are computed beforehand, for all at once ([`sheet::lanes`](crate::program::sheet::lanes)); then each goes on alone and
//! finds them there. Runs may be at different steps, so a lane whose run is over takes the next one at once. They may have
//! parameters of their own, too, and come from elsewhere: who runs is for [`Boarding`] to say.

use super::drift::{Drifted, Stand};
use super::probe::Probe;
use super::run::{Ending, Next, Simulator, Workspace};
use crate::program::behaviour::{Cause, Fault};
use crate::program::bind::Bound;
use crate::program::bits::Bits;
use crate::program::sheet::Kept;
use crate::program::sheet::lanes::LANES;
use crate::program::sheet::timely::Timely;
use crate::random::RunAddress;

/// The buffers of the runs in flight.
#[derive(Clone, Debug)]
pub(super) struct Lanes {
    /// The numbers of all runs; with the run whose turn it is.
    kept: Box<Kept>,
    timely: Timely,
    /// Cells that need not be computed at a step, as time alone tells them.
    told: Bits,
    lanes: Vec<Lane>,
    stands: Vec<Option<Stand>>,
    drifted: Drifted,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    pub(super) work: Workspace,
    /// The run that stands at a step, if one does.
    run: Option<RunAddress>,
    /// The lane of the probe that it is told to.
    pub(super) seat: usize,
    /// What it is a run of, if it has parameters of its own.
    own: Option<Simulator>,
    /// Cells that depend on time alone, and with these parameters are not what they are with those of the simulator.
    own_times: Option<Bits>,
}

/// Who runs in the lanes of a simulator, and what becomes of those that are over.
pub(super) trait Boarding<P: Probe> {
    /// Lets the next run begin in a lane, or go on there, and tells the probe; `None` if there is none.
    ///
    /// # Errors
    /// What keeps it from that.
    fn board(&mut self, simulator: &Simulator, lane: &mut Lane, probe: &mut P) -> Result<Option<RunAddress>, Fault>;

    /// Whether there is a run for a lane that found none before.
    #[inline]
    fn is_waited_for(&self) -> bool {
        false
    }

    /// The run in a lane has come to this outcome.
    ///
    /// # Errors
    /// What keeps it from what would follow.
    fn over(&mut self, run: RunAddress, lane: &mut Lane, came_to: (usize, Ending), probe: &mut P) -> Result<(), Fault>;
}

/// A run that is to be run, with its parameters if it has its own.
pub(super) type Due = (RunAddress, Option<Bound>);

/// Runs that begin one after the other, and are over when they are over.
#[derive(Debug)]
pub(super) struct Fresh<I, F> {
    pub(super) runs: I,
    pub(super) over: F,
}

impl<P: Probe, I: Iterator<Item = Result<Due, Fault>>, F: FnMut()> Boarding<P> for Fresh<I, F> {
    fn board(&mut self, simulator: &Simulator, lane: &mut Lane, probe: &mut P) -> Result<Option<RunAddress>, Fault> {
        let Some(due) = self.runs.next() else { return Ok(None) };
        let (run, bound) = due?;
        lane.bind(simulator, bound);
        lane.own.as_ref().unwrap_or(simulator).begin(run, &mut lane.work, probe)?;
        Ok(Some(run))
    }

    fn over(
        &mut self,
        _run: RunAddress,
        lane: &mut Lane,
        (outcome, _): (usize, Ending),
        probe: &mut P,
    ) -> Result<(), Fault> {
        probe.end(&lane.work.world, outcome);
        (self.over)();
        Ok(())
    }
}

impl Lane {
    /// The next run has these parameters, or those of the simulator.
    fn bind(&mut self, simulator: &Simulator, bound: Option<Bound>) {
        let had_own = self.own.is_some();
        match (bound, &mut self.own) {
            (Some(bound), Some(own)) => own.rebind(bound),
            (Some(bound), own) => own.insert(simulator.clone()).rebind(bound),
            (None, own) => *own = None,
        }
        if had_own || self.own.is_some() {
            let bound = self.own.as_ref().unwrap_or(simulator).bound();
            self.work.kept.bind(bound);
            self.own_times = self.own.as_ref().map(|_| bound.program().sheet.own_times(simulator.bound(), bound));
        }
    }
}

impl Lanes {
    pub(super) fn new(simulator: &Simulator) -> Self {
        let (bound, lanes) = (simulator.bound(), vec![Lane::default(); LANES]);
        let (kept, timely) = (Box::new(Kept::begin_many(bound)), Timely::new(bound));
        Lanes { kept, timely, told: Bits::default(), lanes, stands: Vec::new(), drifted: Drifted::default() }
    }

    /// Gives the run of this lane its turn: while it lasts, its workspace has the numbers.
    #[inline]
    fn turn<R>(&mut self, lane: usize, act: impl FnOnce(&mut Lane) -> Result<R, Fault>) -> Result<R, Fault> {
        self.kept.turn_to(lane);
        let Lanes { kept, lanes, .. } = self;
        std::mem::swap(kept, &mut lanes[lane].work.kept);
        let done = act(&mut lanes[lane]);
        std::mem::swap(kept, &mut lanes[lane].work.kept);
        done
    }
}

impl Simulator {
    /// Runs runs until they are over, in any order.
    pub(super) fn run_abreast<P: Probe>(
        &self,
        boarding: &mut impl Boarding<P>,
        lanes: &mut Lanes,
        probe: &mut P,
    ) -> Result<(), Fault> {
        let (program, sheet) = (self.bound().program(), &self.bound().program().sheet);
        for lane in 0..LANES {
            (lanes.lanes[lane].run, lanes.lanes[lane].seat) = (None, lane);
            probe.turn_to(lane);
            lanes.turn(lane, |lane| self.to_a_step(lane, boarding, probe))?;
        }
        while lanes.lanes.iter().any(|lane| lane.run.is_some()) {
            let step = |lane: &Lane| lane.run.map(|_| lane.work.steps_past);
            lanes.timely.tell(self.bound(), &mut lanes.kept, lanes.lanes.iter().map(step));
            lanes.told.copy(sheet.common_times());
            for own in lanes.lanes.iter().filter_map(|lane| lane.own_times.as_ref()) {
                lanes.told.subtract(own);
            }
            lanes.kept.compute(program, &sheet.drifts, &lanes.told);
            self.drift_abreast(lanes)?;
            lanes.kept.compute(program, &sheet.every, &lanes.told);
            for lane in 0..LANES {
                let Some(run) = lanes.lanes[lane].run else {
                    if boarding.is_waited_for() {
                        probe.turn_to(lanes.lanes[lane].seat);
                        lanes.turn(lane, |lane| self.to_a_step(lane, boarding, probe))?;
                    }
                    continue;
                };
                probe.turn_to(lanes.lanes[lane].seat);
                lanes.turn(lane, |lane| {
                    lane.work.kept.are_computed(&sheet.every);
                    lane.work.effects.clear();
                    let simulator = lane.own.as_ref().unwrap_or(self);
                    if simulator.stirs(&mut lane.work) {
                        simulator.settle_step(run, &mut lane.work)?;
                    }
                    simulator.follow_up(run, &mut lane.work, Cause::Step)?;
                    probe.happened(&lane.work.world, Cause::Step, &lane.work.effects);
                    self.to_a_step(lane, boarding, probe)
                })?;
            }
        }
        Ok(())
    }

    /// Lets the variables of all runs that stand at a step drift.
    fn drift_abreast(&self, lanes: &mut Lanes) -> Result<(), Fault> {
        let Lanes { kept, lanes, stands, drifted, .. } = lanes;
        stands.clear();
        stands.extend(
            lanes
                .iter()
                .map(|lane| lane.run.map(|run| Stand { run, steps: lane.work.steps_past, time: lane.work.world.time })),
        );
        self.drift(kept, stands, drifted)?;
        kept.set_variables(&drifted.variables);
        for (index, numbers) in drifted.variables.chunks(LANES).enumerate() {
            for (lane, &number) in lanes.iter_mut().zip(numbers).filter(|(lane, _)| lane.run.is_some()) {
                lane.work.world.variables[index] = number;
            }
        }
        Ok(())
    }

    /// Goes on with the run in a lane, and after its end with the next ones, until one stands at a step or none is left.
    fn to_a_step<P: Probe>(
        &self,
        lane: &mut Lane,
        boarding: &mut impl Boarding<P>,
        probe: &mut P,
    ) -> Result<(), Fault> {
        loop {
            if lane.run.is_none() {
                lane.run = boarding.board(self, lane, probe)?;
            }
            let Some(run) = lane.run else { return Ok(()) };
            let simulator = lane.own.as_ref().unwrap_or(self);
            let Some(came_to) = simulator.until_a_step(run, &mut lane.work, probe)? else { return Ok(()) };
            lane.run = None;
            boarding.over(run, lane, came_to, probe)?;
        }
    }

    /// Goes on until a step is due, or the run is over with this outcome.
    fn until_a_step(
        &self,
        run: RunAddress,
        work: &mut Workspace,
        probe: &mut impl Probe,
    ) -> Result<Option<(usize, Ending)>, Fault> {
        loop {
            match self.next(work, probe)? {
                Next::Over(outcome, ending) => return Ok(Some((outcome, ending))),
                Next::Due(Cause::Step) => return Ok(None),
                Next::Due(cause) => self.happen(run, work, cause, probe)?,
            }
        }
    }
}
