//! Many runs, on all cores.
//!
//! In: a simulator, a seed, a range of runs, and how to make a [`Collector`]. Out: one collector that has seen every run,
//! the same to the last bit for any number of threads: runs are addressed, and what collectors merge is exact.
//! Work is handed out in blocks of [`BLOCK`] runs in ascending order, and a block that was begun is finished, so that
//! an interrupted batch has seen a prefix of its runs.

use super::probe::Probe;
use super::run::{Simulator, Workspace};
use crate::program::behaviour::Fault;
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
}

/// What is known of a batch from outside while it goes on.
#[derive(Debug, Default)]
pub struct Monitor {
    finished: AtomicU64,
    stop: AtomicBool,
}

impl Monitor {
    /// Runs finished so far.
    pub fn finished(&self) -> u64 {
        self.finished.load(Ordering::Relaxed)
    }

    /// Counts what was finished otherwise than by a batch.
    pub fn note(&self, runs: u64) {
        self.finished.fetch_add(runs, Ordering::Relaxed);
    }

    /// Asks for an early end: no further block is begun.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A fault and the run it happened in.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFault {
    pub run: u64,
    pub seed: u64,
    pub fault: Fault,
}

/// Runs `runs` of `seed` on `threads` threads. Gives the collector and how many runs it has seen: the first so many.
///
/// Of several faults the one of the lowest run is returned, whatever the threads did.
pub fn run_batch<C: Collector>(
    simulator: &Simulator,
    seed: u64,
    runs: Range<u64>,
    threads: usize,
    make: impl Fn() -> C + Sync,
    monitor: &Monitor,
) -> Result<(C, u64), RunFault> {
    let blocks = runs.end.saturating_sub(runs.start).div_ceil(BLOCK);
    let next = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    let first_fault: Mutex<Option<RunFault>> = Mutex::new(None);
    let work = || {
        let (mut collector, mut workspace, mut seen) = (make(), Workspace::default(), 0);
        while !monitor.is_stopped() && !failed.load(Ordering::Relaxed) {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                break;
            }
            let first = runs.start + block * BLOCK;
            for run in first..(first + BLOCK).min(runs.end) {
                let address = RunAddress::new(seed, run);
                if let Err(fault) = simulator.run(address, &mut workspace, &mut collector) {
                    failed.store(true, Ordering::Relaxed);
                    let mut first = first_fault.lock().expect("no thread panics while it holds the lock");
                    if first.as_ref().is_none_or(|first| run < first.run) {
                        *first = Some(RunFault { run, seed, fault });
                    }
                    return (collector, seen);
                }
                seen += 1;
                monitor.finished.fetch_add(1, Ordering::Relaxed);
            }
        }
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
