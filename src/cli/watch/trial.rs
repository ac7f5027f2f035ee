//! A quick study beside the watching: as many runs as a second allows, or as many as were asked for.
//!
//! Goes on in a thread of its own and tells of each scenario when it is done. One that is abandoned tells nothing any
//! more; it ends with the block of runs at hand, and nobody waits for it.

use super::Opened;
use crate::analysis::Findings;
use crate::analysis::study::{Failure, Settings, Subject, study};
use crate::kernel::batch::Monitor;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long one scenario is run, where it is not said how often.
const WHILE: Duration = Duration::from_secs(1);
/// The most runs in that time.
const MOST: u64 = 1 << 20;

/// What to run it with.
#[derive(Clone, Debug)]
pub struct Asked {
    pub seed: u64,
    pub runs: Option<u64>,
    pub threads: usize,
    pub set: Vec<(String, f64)>,
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
                let result = run(&opened[which], &asked, &monitor);
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

fn run(opened: &Opened, asked: &Asked, monitor: &Monitor) -> Result<Findings, Failure> {
    let model = opened.model.as_ref().expect("only scenarios that have a model are run");
    let digest = opened.digest();
    let subject = Subject { name: &opened.name, digest: &digest, model };
    let settings = Settings {
        seed: asked.seed,
        runs: asked.runs.unwrap_or(MOST),
        threads: asked.threads,
        set: asked.set.iter().filter(|(name, _)| model.input(name).is_some()).cloned().collect(),
    };
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        if asked.runs.is_none() {
            scope.spawn(move || {
                if waiting.recv_timeout(WHILE) == Err(RecvTimeoutError::Timeout) {
                    monitor.stop();
                }
            });
        }
        let result = study(&subject, &settings, monitor);
        drop(done);
        result
    })
}
