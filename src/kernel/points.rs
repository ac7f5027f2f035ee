//! Work on many points of the space of parameters, on all cores.
//!
//! In: how many points, and what to do at one. Out: what was found at each, in their order, whatever the threads did.
//! Points are handed out in ascending order, and one that was begun is finished.

use super::batch::{Monitor, RunFault};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Does the work at points 0 … `points` − 1; `make` makes what one thread does it with, and the work tells what it has
/// found and how many runs it took. `None` if the monitor stopped it.
///
/// Of several faults the one of the lowest point is returned.
pub fn at_points<T: Send, W: FnMut(u64) -> Result<(T, u64), RunFault>>(
    points: u64,
    threads: usize,
    make: impl Fn() -> W + Sync,
    monitor: &Monitor,
) -> Result<Option<Vec<T>>, RunFault> {
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let work = || {
        let (mut at_one, mut found) = (make(), Vec::new());
        while !monitor.is_stopped() && !failed.load(Ordering::Relaxed) {
            let point = next.fetch_add(1, Ordering::Relaxed);
            if point >= points {
                break;
            }
            match at_one(point) {
                Ok((one, runs)) => {
                    monitor.count(runs);
                    found.push((point, Ok(one)));
                }
                Err(fault) => {
                    failed.store(true, Ordering::Relaxed);
                    found.push((point, Err(fault)));
                }
            }
        }
        found
    };
    let threads = threads.clamp(1, usize::try_from(points.max(1)).unwrap_or(usize::MAX));
    let mut all: Vec<(u64, Result<T, RunFault>)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let rest = others.into_iter().flat_map(|other| other.join().expect("work at a point does not panic"));
        own.into_iter().chain(rest).collect()
    });
    all.sort_by_key(|(point, _)| *point);
    let found: Vec<T> = all.into_iter().map(|(_, one)| one).collect::<Result<_, _>>()?;
    Ok((found.len() as u64 == points).then_some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_order_whatever_the_threads_do() {
        for threads in [1, 3, 50] {
            let monitor = Monitor::default();
            let found = at_points(40, threads, || |point| Ok((point * point, 2)), &monitor).unwrap().unwrap();
            assert_eq!(found, (0..40).map(|point| point * point).collect::<Vec<_>>());
            assert_eq!(monitor.finished(), 80);
        }
    }

    #[test]
    fn a_stop_leaves_nothing() {
        let monitor = Monitor::default();
        let work = |point| {
            if point == 3 {
                monitor.stop();
            }
            Ok((point, 1))
        };
        assert_eq!(at_points(40, 1, || work, &monitor).unwrap(), None);
    }
}
