//! Runs of points, on all cores.
//!
//! In: a space, and [`Unit`]s of work: some runs of some points. Out: a tally of each, or the first that could not go on.
//! A unit is one [batch](crate::kernel::batch) on one thread; threads take one unit after another, so that many small
//! points and one large point keep all cores busy alike.

use super::bench::Bench;
use super::space::{Key, Point, Space};
use super::tally::{Answer, Counting};
use crate::analysis::exact::Unsolvable;
use crate::kernel::batch::{Monitor, RunFault, run_batch};
use crate::program::bind::Unbindable;
use crate::scenario::study::Method;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Runs of a point that are to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub point: Point,
    pub runs: Range<u64>,
}

/// Runs of a point that were done.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    pub key: Key,
    /// Not empty.
    pub runs: Range<u64>,
    pub answer: Answer,
}

/// Why a point cannot be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    pub point: Point,
    pub cause: Cause,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    Unbindable(Unbindable),
    Fault(RunFault),
    Unsolvable(Unsolvable),
}

/// Runs the units. What was finished is returned in their order, even if a unit failed, or if the monitor was asked to stop; of several
/// failures the one of the lowest point.
pub fn work(
    space: &Space,
    seed: u64,
    units: &[Unit],
    threads: usize,
    monitor: &Monitor,
) -> (Vec<Finished>, Option<Failed>) {
    let next = AtomicUsize::new(0);
    let failing = AtomicBool::new(false);
    let failures: Mutex<Vec<Failed>> = Mutex::new(Vec::new());
    let work = || {
        let mut finished = Vec::new();
        let mut bench = Bench::new(space);
        while !monitor.is_stopped() && !failing.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(unit) = units.get(number) else { break };
            match one(&mut bench, seed, unit, monitor) {
                Ok(done) => finished.extend(done.map(|done| (number, done))),
                Err(cause) => {
                    failing.store(true, Ordering::Relaxed);
                    let failed = Failed { point: unit.point.clone(), cause };
                    failures.lock().expect("no thread panics while it holds the lock").push(failed);
                }
            }
        }
        finished
    };
    let mut finished = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(units.len())).map(|_| scope.spawn(work)).collect();
        let mut finished = work();
        finished.extend(others.into_iter().flat_map(|other| other.join().expect("a run does not panic")));
        finished
    });
    finished.sort_by_key(|(number, _)| *number);
    let finished = finished.into_iter().map(|(_, done)| done).collect();
    let failures = failures.into_inner().expect("no thread panicked");
    (finished, failures.into_iter().min_by_key(|failed| failed.point.number))
}

/// `None` if no run was finished.
fn one(bench: &mut Bench<'_>, seed: u64, unit: &Unit, monitor: &Monitor) -> Result<Option<Finished>, Cause> {
    let key = unit.point.key;
    if bench.space().method == Method::Exact {
        // An exact answer counts as its point's only run.
        let answer = Answer::Solved(bench.probabilities(&unit.point)?);
        monitor.count(1);
        return Ok(Some(Finished { key, runs: unit.runs.clone(), answer }));
    }
    let program = bench.space().program(&unit.point);
    // One thread, so that the runs come one after the other.
    let make = || Counting::from_run(program, unit.runs.start);
    let simulator = bench.simulator(&unit.point).map_err(Cause::Unbindable)?;
    let (counted, seen) = run_batch(simulator, seed, unit.runs.clone(), 1, make, monitor).map_err(Cause::Fault)?;
    let runs = unit.runs.start..unit.runs.start + seen;
    Ok((seen > 0).then_some(Finished { key, runs, answer: Answer::Counted(counted.tally) }))
}
