//! Many runs, on all cores.
//!
//! In: a simulator, a seed, a range of runs, and how to make a [`Collector`]. Out: one collector that has seen every run,
//! the same to the last bit for any number of threads: runs are addressed, and what collectors merge is exact. All runs
//! have the same parameters ([`run_batch`]), or each has its own ([`run_drawn`]).
//! Work is handed out in blocks of [`BLOCK`] runs in ascending order, and a block that was begun is finished, so that
//! an interrupted batch has seen a prefix of its runs.

use super::lanes::{Fresh, Lanes};
use super::probe::{Blind, Probe};
use super::run::{Simulator, Workspace};
use super::wave::Wave;
use crate::program::behaviour::Fault;
use crate::program::bind::Bound;
use crate::random::RunAddress;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Runs a block.
pub const BLOCK: u64 = 4096;

/// Fewer runs than this take their steps one after the other: lanes without runs cost as much as those with.
pub(super) const FEW: usize = 12;

/// Fewer runs than this go from event to event one after the other: to find out what happens in a physical state takes as long as
/// some runs.
const FEW_EVENTS: usize = 32;

/// A probe that adds up what it sees; merging must not depend on the order or the split.
pub trait Collector: Probe + Send {
    /// Adds what another has seen of other runs.
    fn merge(&mut self, other: Self);

    /// Counts whatever it has put off counting: no run is under way, and its numbers are asked for or merged next.
    fn finish(&mut self) {}

    /// Whether it can watch several runs at once, tells them apart by what it is [turned to](Probe::turn_to), and does not look at
    /// clocks [before](Probe::due) something happens: that is faster. Runs begin in the order of their numbers either way.
    fn watches_many(&self) -> bool;
}

/// What can be run by its address in randomness.
pub trait Runner: Sync {
    /// Buffers that are kept from one run to the next.
    type Workspace: Default;

    /// Runs one run to its end; the same address gives the same run, whatever ran before in the workspace.
    ///
    /// # Errors
    /// The fault of a run that cannot go on.
    fn run(&self, run: RunAddress, work: &mut Self::Workspace, probe: &mut impl Probe) -> Result<(), Fault>;

    /// Runs many runs to their ends, each as if it were alone; `over` is told of each end.
    ///
    /// # Errors
    /// A fault of one of the runs; not always of the first that has one.
    fn run_all<C: Collector>(
        &self,
        runs: impl Iterator<Item = RunAddress>,
        work: &mut Self::Workspace,
        collector: &mut C,
        over: impl FnMut(),
    ) -> Result<(), Fault> {
        one_by_one(self, runs, work, collector, over)
    }
}

pub(super) fn one_by_one<S: Runner + ?Sized>(
    runner: &S,
    mut runs: impl Iterator<Item = RunAddress>,
    work: &mut S::Workspace,
    probe: &mut impl Probe,
    mut over: impl FnMut(),
) -> Result<(), Fault> {
    runs.try_for_each(|run| {
        runner.run(run, work, probe)?;
        over();
        Ok(())
    })
}

/// What one thread runs the runs of a simulator with.
#[derive(Debug, Default)]
pub struct Buffers {
    alone: Workspace,
    /// What runs alone that have parameters of their own.
    own: Option<Simulator>,
    abreast: Option<Lanes>,
    wave: Option<Wave>,
}

impl Runner for Simulator {
    type Workspace = Buffers;

    fn run(&self, run: RunAddress, work: &mut Buffers, probe: &mut impl Probe) -> Result<(), Fault> {
        Simulator::run(self, run, &mut work.alone, probe)
    }

    fn run_all<C: Collector>(
        &self,
        runs: impl Iterator<Item = RunAddress>,
        work: &mut Buffers,
        collector: &mut C,
        over: impl FnMut(),
    ) -> Result<(), Fault> {
        match collector.watches_many() {
            true => self.run_many(runs, work, collector, over),
            false => one_by_one(self, runs, work, collector, over),
        }
    }
}

impl Simulator {
    /// Runs many runs to their ends, each as if it were alone, for a probe that can [watch many](Collector::watches_many); `over` is told
    /// of each end.
    ///
    /// # Errors
    /// A fault of one of the runs; not always of the first that has one.
    pub fn run_many<P: Probe>(
        &self,
        mut runs: impl Iterator<Item = RunAddress>,
        work: &mut Buffers,
        probe: &mut P,
        mut over: impl FnMut(),
    ) -> Result<(), Fault> {
        let program = self.bound().program();
        if program.takes_steps && runs.size_hint().0 >= FEW {
            let lanes = work.abreast.get_or_insert_with(|| Lanes::new(self));
            let mut fresh = Fresh { runs: runs.map(|run| Ok((run, None))), over };
            return self.run_abreast(&mut fresh, lanes, probe);
        }
        if program.has_physical_states() && runs.size_hint().0 >= FEW_EVENTS {
            let wave = work.wave.get_or_insert_with(|| Wave::new(self));
            self.run_in_waves(&mut runs, wave, probe, &mut over)?;
            probe.turn_to(0);
        }
        one_by_one(self, runs, work, probe, over)
    }

    /// Runs runs to their ends that have parameters of their own, each as if it were alone; many at once if the probe can watch
    /// [many](Collector::watches_many). `over` is told of each end.
    ///
    /// # Errors
    /// A fault of one of the runs, or of what was to give its parameters; not always the first.
    pub fn run_bound<P: Probe>(
        &self,
        mut runs: impl Iterator<Item = Result<(RunAddress, Bound), Fault>>,
        watches_many: bool,
        work: &mut Buffers,
        probe: &mut P,
        mut over: impl FnMut(),
    ) -> Result<(), Fault> {
        if watches_many && self.bound().program().takes_steps && runs.size_hint().0 >= FEW {
            let lanes = work.abreast.get_or_insert_with(|| Lanes::new(self));
            let mut fresh = Fresh { runs: runs.map(|run| run.map(|(run, bound)| (run, Some(bound)))), over };
            return self.run_abreast(&mut fresh, lanes, probe);
        }
        let own = work.own.get_or_insert_with(|| self.clone());
        runs.try_for_each(|run| {
            let (run, bound) = run?;
            own.rebind(bound);
            own.run(run, &mut work.alone, probe)?;
            over();
            Ok(())
        })
    }
}

/// What is known of a batch from outside while it goes on.
#[derive(Debug, Default)]
pub struct Monitor {
    finished: AtomicU64,
    stop: AtomicBool,
    late: AtomicBool,
}

impl Monitor {
    /// Runs finished so far.
    pub fn finished(&self) -> u64 {
        self.finished.load(Ordering::Relaxed)
    }

    /// So many more runs are finished.
    pub fn count(&self, runs: u64) {
        self.finished.fetch_add(runs, Ordering::Relaxed);
    }

    /// Asks for an early end: no further block is begun.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Asks for the same because the time there was is up.
    pub fn time_is_up(&self) {
        self.late.store(true, Ordering::Relaxed);
        self.stop();
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether it was stopped because its time was up.
    pub fn is_late(&self) -> bool {
        self.late.load(Ordering::Relaxed)
    }
}

/// A fault and the run it happened in.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFault {
    pub run: u64,
    pub seed: u64,
    /// The point whose parameters it had, where they were drawn.
    pub point: Option<u64>,
    pub fault: Fault,
}

/// Runs `runs` of `seed` on `threads` threads. Gives the collector and how many runs it has seen: the first so many.
///
/// Of several faults the one of the lowest run is returned, whatever the threads did.
pub fn run_batch<C: Collector, S: Runner>(
    simulator: &S,
    seed: u64,
    runs: Range<u64>,
    threads: usize,
    make: impl Fn() -> C + Sync,
    monitor: &Monitor,
) -> Result<(C, u64), RunFault> {
    let each = || {
        |runs: Range<u64>, work: &mut S::Workspace, collector: &mut C| {
            let address = |run| RunAddress::new(seed, run);
            let done = simulator.run_all(runs.clone().map(address), work, collector, || monitor.count(1));
            done.map_err(|fault| first_fault(simulator, seed, runs, fault))
        }
    };
    batch(runs, threads, make, each, monitor)
}

/// The lowest of these runs that cannot go on, one of which has this fault: they are run again, one after the other.
fn first_fault<S: Runner>(simulator: &S, seed: u64, runs: Range<u64>, fault: Fault) -> RunFault {
    let mut work = S::Workspace::default();
    let mut again = |run| Some((run, simulator.run(RunAddress::new(seed, run), &mut work, &mut Blind).err()?));
    let (run, fault) = runs.clone().find_map(&mut again).unwrap_or((runs.start, fault));
    RunFault { run, seed, point: None, fault }
}

/// The same with parameters of its own for each run: those of the point with its index, which `bind` gives.
pub fn run_drawn<C: Collector>(
    simulator: &Simulator,
    bind: impl Fn(u64) -> Result<Bound, Fault> + Sync,
    seed: u64,
    runs: Range<u64>,
    threads: usize,
    make: impl Fn() -> C + Sync,
    monitor: &Monitor,
) -> Result<(C, u64), RunFault> {
    let bind = &bind;
    let drawn = |run| bind(run).map(|bound| (RunAddress::new(seed, run), bound));
    let each = || {
        |runs: Range<u64>, work: &mut Buffers, collector: &mut C| {
            let many = collector.watches_many();
            let done = simulator.run_bound(runs.clone().map(drawn), many, work, collector, || monitor.count(1));
            done.map_err(|fault| {
                // The lowest that cannot go on: they are run again, one after the other.
                let mut work = Buffers::default();
                let mut again = |run| {
                    let one = std::iter::once(drawn(run));
                    Some((run, simulator.run_bound(one, false, &mut work, &mut Blind, || {}).err()?))
                };
                let (run, fault) = runs.clone().find_map(&mut again).unwrap_or((runs.start, fault));
                RunFault { run, seed, point: Some(run), fault }
            })
        }
    };
    batch(runs, threads, make, each, monitor)
}

/// `each` makes what one thread runs a block of runs with.
fn batch<C: Collector, W: Default, R: FnMut(Range<u64>, &mut W, &mut C) -> Result<(), RunFault>>(
    runs: Range<u64>,
    threads: usize,
    make: impl Fn() -> C + Sync,
    each: impl Fn() -> R + Sync,
    monitor: &Monitor,
) -> Result<(C, u64), RunFault> {
    let blocks = runs.end.saturating_sub(runs.start).div_ceil(BLOCK);
    let next = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    let first_fault: Mutex<Option<RunFault>> = Mutex::new(None);
    let work = || {
        let (mut collector, mut run_block, mut workspace, mut seen) = (make(), each(), W::default(), 0);
        while !monitor.is_stopped() && !failed.load(Ordering::Relaxed) {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                break;
            }
            let first = runs.start + block * BLOCK;
            let block = first..(first + BLOCK).min(runs.end);
            seen += block.end - block.start;
            if let Err(fault) = run_block(block, &mut workspace, &mut collector) {
                failed.store(true, Ordering::Relaxed);
                let mut first = first_fault.lock().expect("no thread panics while it holds the lock");
                if first.as_ref().is_none_or(|first| fault.run < first.run) {
                    *first = Some(fault);
                }
                return (collector, seen);
            }
        }
        collector.finish();
        (collector, seen)
    };
    let threads = threads.clamp(1, usize::try_from(blocks.max(1)).unwrap_or(usize::MAX));
    let parts: Vec<(C, u64)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let rest = others.into_iter().map(|other| other.join().expect("a run does not panic"));
        std::iter::once(own).chain(rest).collect()
    });
    if let Some(fault) = first_fault.into_inner().expect("no thread panicked") {
        return Err(fault);
    }
    let merged = parts.into_iter().reduce(|(mut all, seen), (part, more)| {
        all.merge(part);
        (all, seen + more)
    });
    Ok(merged.expect("there is at least one thread"))
}
