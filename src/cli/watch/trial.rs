//! A quick study beside the watching: as many runs as a second allows, or as many as were asked for.
//!
//! A first handful of runs tells how many that may be. Of a slow scenario it is a round number, less than a block, so that
//! one save is compared with the next on the same runs; of a fast one, as many blocks as are finished in time.
//! Goes on in a thread of its own and tells of each scenario when it is done. One that is abandoned tells nothing any
//! more; it ends with the block of runs at hand, and nobody waits for it.

use super::super::deadline;
use super::{Opened, settings};
use crate::analysis::Findings;
use crate::analysis::study::{Failure, Settings, Subject, study};
use crate::kernel::batch::{BLOCK, Monitor};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one scenario is run, where it is not said how often.
const WHILE: Duration = Duration::from_secs(1);
/// The first runs, and the least.
const HANDFUL: u64 = 256;
/// The most runs in that time.
const MOST: u64 = 1 << 20;

/// What to run it with.
#[derive(Clone, Debug)]
pub struct Asked {
    pub seed: u64,
    pub runs: Option<u64>,
    pub threads: usize,
    /// For each of the scenarios, what is set in it.
    pub set: Vec<settings::Settings>,
}

/// What came of one scenario.
#[derive(Debug)]
pub struct Found {
    /// Of the check that asked.
    pub round: u64,
    /// Index among the scenarios.
    pub which: usize,
    pub result: Result<Findings, Failure>,
}

/// A study that is going on.
#[derive(Debug)]
pub struct Trial {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    abandoned: AtomicBool,
    current: Mutex<Arc<Monitor>>,
}

impl Trial {
    /// Runs some of the scenarios, each of which has a model, one after the other, and tells of each.
    pub fn begin(
        round: u64,
        opened: Arc<Vec<Opened>>,
        which: Vec<usize>,
        asked: Asked,
        tell: impl Fn(Found) + Send + 'static,
    ) -> Trial {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for which in which {
                let monitor = Arc::new(Monitor::default());
                *own.current.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&monitor);
                if own.abandoned.load(Ordering::SeqCst) {
                    return;
                }
                let result = run(&opened[which], &asked, &asked.set[which], &monitor);
                if own.abandoned.load(Ordering::SeqCst) {
                    return;
                }
                tell(Found { round, which, result });
            }
        });
        Trial { shared }
    }

    /// Lets it end without a word.
    pub fn abandon(self) {
        self.shared.abandoned.store(true, Ordering::SeqCst);
        self.shared.current.lock().unwrap_or_else(PoisonError::into_inner).stop();
    }
}

fn run(opened: &Opened, asked: &Asked, set: &settings::Settings, monitor: &Monitor) -> Result<Findings, Failure> {
    let model = opened.model.as_ref().expect("only scenarios that have a model are run");
    let digest = opened.digest();
    let subject = Subject { name: &opened.name, digest: &digest, model };
    let of = |runs| {
        let settings = Settings { seed: asked.seed, runs, threads: asked.threads, set: set.clone() };
        study(&subject, &settings, monitor)
    };
    if let Some(runs) = asked.runs {
        return of(runs);
    }
    let begun = Instant::now();
    let first = of(HANDFUL)?;
    let runs = in_time(begun.elapsed());
    if runs == HANDFUL || monitor.is_stopped() {
        return Ok(first);
    }
    if runs <= BLOCK {
        return of(runs);
    }
    deadline::within(Some(WHILE), || monitor.stop(), || of(MOST))
}

/// How many runs one thread can do in the time there is, if a handful takes so long: the next lower power of two of
/// handfuls, or, where that is more than a block, the most.
fn in_time(handful: Duration) -> u64 {
    let mut runs = HANDFUL;
    while runs <= BLOCK && handful.mul_f64((2 * runs) as f64 / HANDFUL as f64) <= WHILE {
        runs *= 2;
    }
    if runs > BLOCK { MOST } else { runs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_scenarios_are_run_less_often() {
        let runs = |milliseconds| in_time(Duration::from_millis(milliseconds));
        assert_eq!([runs(5000), runs(600), runs(400), runs(100)], [256, 256, 512, 2048]);
        assert_eq!([runs(62), runs(32), runs(31), runs(0)], [4096, 4096, MOST, MOST]);
    }
}
