//! Many runs in flight, each in a lane of its own, that take their steps together.
//!
//! In: a simulator, the addresses of runs, a probe that can watch [`LANES`] runs at once. Out: what one run after the other
//! would have told it. Between steps each run goes its own way. At a step, the numbers that all of them are about to ask for
//! are computed beforehand, for all at once ([`sheet::lanes`](crate::program::sheet::lanes)); then each goes on alone and
//! finds them there. Runs may be at different steps, so a lane whose run is over takes the next one at once.

use super::drift::Stand;
use super::probe::Probe;
use super::run::{Next, Simulator, Workspace};
use crate::program::behaviour::{Cause, Fault};
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
    lanes: Vec<Lane>,
    stands: Vec<Option<Stand>>,
    refreshed: Vec<f64>,
}

#[derive(Clone, Debug, Default)]
struct Lane {
    work: Workspace,
    /// The run that stands at a step, if one does.
    run: Option<RunAddress>,
}

impl Lanes {
    pub(super) fn new(simulator: &Simulator) -> Self {
        let (bound, lanes) = (simulator.bound(), vec![Lane::default(); LANES]);
        let (kept, timely) = (Box::new(Kept::begin_many(bound)), Timely::new(bound));
        Lanes { kept, timely, lanes, stands: Vec::new(), refreshed: Vec::new() }
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
    /// Runs runs to their ends, in any order; `over` is told of each end.
    pub(super) fn run_abreast<P: Probe>(
        &self,
        mut runs: impl Iterator<Item = RunAddress>,
        lanes: &mut Lanes,
        probe: &mut P,
        mut over: impl FnMut(),
    ) -> Result<(), Fault> {
        let (bound, sheet) = (self.bound(), &self.bound().program().sheet);
        for lane in 0..LANES {
            lanes.lanes[lane].run = None;
            probe.turn_to(lane);
            lanes.turn(lane, |lane| self.to_a_step(lane, &mut runs, probe, &mut over))?;
        }
        while lanes.lanes.iter().any(|lane| lane.run.is_some()) {
            let step = |lane: &Lane| lane.run.map(|_| lane.work.steps_past);
            lanes.timely.tell(bound, &mut lanes.kept, lanes.lanes.iter().map(step));
            lanes.kept.compute(bound, &sheet.drifts);
            self.drift_abreast(lanes)?;
            lanes.kept.compute(bound, &sheet.every);
            for lane in 0..LANES {
                let Some(run) = lanes.lanes[lane].run else { continue };
                probe.turn_to(lane);
                lanes.turn(lane, |lane| {
                    lane.work.kept.are_computed(&sheet.every);
                    lane.work.effects.clear();
                    if self.stirs(&mut lane.work) {
                        self.settle_step(run, &mut lane.work)?;
                    }
                    self.follow_up(run, &mut lane.work, Cause::Step)?;
                    probe.happened(&lane.work.world, Cause::Step, &lane.work.effects);
                    self.to_a_step(lane, &mut runs, probe, &mut over)
                })?;
            }
        }
        Ok(())
    }

    /// Lets the variables of all runs that stand at a step drift.
    fn drift_abreast(&self, lanes: &mut Lanes) -> Result<(), Fault> {
        let Lanes { kept, lanes, stands, refreshed, .. } = lanes;
        stands.clear();
        stands.extend(
            lanes
                .iter()
                .map(|lane| lane.run.map(|run| Stand { run, steps: lane.work.steps_past, time: lane.work.world.time })),
        );
        self.drift(kept, stands, refreshed)?;
        kept.set_variables(refreshed);
        for (index, numbers) in refreshed.chunks(LANES).enumerate() {
            for (lane, &number) in lanes.iter_mut().zip(numbers).filter(|(lane, _)| lane.run.is_some()) {
                lane.work.world.variables[index] = number;
            }
        }
        Ok(())
    }

    /// Goes on with the run in a lane, and after its end with the next ones, until one stands at a step or none is left.
    fn to_a_step(
        &self,
        lane: &mut Lane,
        runs: &mut impl Iterator<Item = RunAddress>,
        probe: &mut impl Probe,
        over: &mut impl FnMut(),
    ) -> Result<(), Fault> {
        loop {
            let run = match lane.run {
                Some(run) => run,
                None => {
                    let Some(run) = runs.next() else { return Ok(()) };
                    lane.run = Some(run);
                    self.begin(run, &mut lane.work, probe)?;
                    run
                }
            };
            if let Some(outcome) = self.until_a_step(run, &mut lane.work, probe)? {
                probe.end(&lane.work.world, outcome);
                lane.run = None;
                over();
            } else {
                return Ok(());
            }
        }
    }

    /// Goes on until a step is due, or the run is over with this outcome.
    fn until_a_step(
        &self,
        run: RunAddress,
        work: &mut Workspace,
        probe: &mut impl Probe,
    ) -> Result<Option<usize>, Fault> {
        loop {
            match self.next(work, probe)? {
                Next::Over(outcome, _) => return Ok(Some(outcome)),
                Next::Due(Cause::Step) => return Ok(None),
                Next::Due(cause) => self.happen(run, work, cause, probe)?,
            }
        }
    }
}
