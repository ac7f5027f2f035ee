//! Many runs, on all cores.
//!
//! In: a simulator, a seed, a range of runs, and how to make a [`Collector`]. Out: one collector that has seen every run,
//! the same to the last bit for any number of threads: runs are addressed, and what collectors merge is exact. All runs
//! have the same parameters ([`run_batch`]), or each has its own ([`run_drawn`]).
//! Work is handed out in blocks of [`BLOCK`] runs in ascending order, and a block that was begun is finished, so that
//! an interrupted batch has seen a prefix of its runs.

use super::probe::Probe;
use super::run::{Simulator, Workspace};
use crate::program::behaviour::Fault;
use crate::program::bind::Bound;
use crate::random::RunAddress;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Runs a block.
pub const BLOCK: u64 = 4096;

/// A probe that adds up what it sees; merging must not depend on the order or the split.
pub trait Collector: Probe + Send {
    /// Adds what another has seen of other runs.
    fn merge(&mut self, other: Self);

    /// Counts whatever it has put off counting: no run is under way, and its numbers are asked for or merged next.
    fn finish(&mut self) {}
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
}

impl Runner for Simulator {
    type Workspace = Workspace;

    fn run(&self, run: RunAddress, work: &mut Workspace, probe: &mut impl Probe) -> Result<(), Fault> {
        Simulator::run(self, run, work, probe)
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
        |run: u64, work: &mut S::Workspace, collector: &mut C| {
            simulator.run(RunAddress::new(seed, run), work, collector)
        }
    };
    batch(seed, runs, threads, make, each, monitor)
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
    let each = || {
        let mut own = simulator.clone();
        move |run: u64, work: &mut Workspace, collector: &mut C| {
            own.rebind(bind(run)?);
            own.run(RunAddress::new(seed, run), work, collector)
        }
    };
    let found = batch(seed, runs, threads, make, each, monitor);
    found.map_err(|fault| RunFault { point: Some(fault.run), ..fault })
}

/// `each` makes what one thread runs one run with.
fn batch<C: Collector, W: Default, R: FnMut(u64, &mut W, &mut C) -> Result<(), Fault>>(
    seed: u64,
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
        let (mut collector, mut run_one, mut workspace, mut seen) = (make(), each(), W::default(), 0);
        while !monitor.is_stopped() && !failed.load(Ordering::Relaxed) {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                break;
            }
            let first = runs.start + block * BLOCK;
            for run in first..(first + BLOCK).min(runs.end) {
                if let Err(fault) = run_one(run, &mut workspace, &mut collector) {
                    failed.store(true, Ordering::Relaxed);
                    let mut first = first_fault.lock().expect("no thread panics while it holds the lock");
                    if first.as_ref().is_none_or(|first| run < first.run) {
                        *first = Some(RunFault { run, seed, point: None, fault });
                    }
                    return (collector, seen);
                }
                seen += 1;
                monitor.count(1);
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
