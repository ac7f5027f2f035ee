//! How far a sweep has come: a bar where somebody watches, and `progress.json` in its folder for `standoff status`.

use super::super::moment;
use crate::kernel::batch::Monitor;
use crate::output::write::write;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The file, in the folder of the sweep.
pub const FILE: &str = "progress.json";

/// How often it is written.
const PERIOD: Duration = Duration::from_secs(1);

/// What is known of a sweep while it goes on.
#[derive(Debug, Default)]
pub struct Live {
    /// Points that are done.
    pub points: AtomicU64,
    pub points_wanted: u64,
    /// Runs that were there when it began.
    pub runs_before: u64,
    /// In all, as far as that can be told.
    pub runs_wanted: AtomicU64,
    /// What the outcome that is watched has come to, in words.
    pub told: Mutex<String>,
}

/// What `progress.json` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// When it was written, in RFC 3339 form.
    pub updated: String,
    /// Seconds since 1970 at the same moment.
    pub updated_seconds: u64,
    pub points: u64,
    pub points_wanted: u64,
    pub runs: u64,
    pub runs_wanted: u64,
    pub runs_per_second: f64,
    pub seconds_left: Option<f64>,
}

impl Live {
    fn progress(&self, monitor: &Monitor, elapsed: Duration) -> Progress {
        let finished = monitor.finished();
        let speed = finished as f64 / elapsed.as_secs_f64().max(1e-3);
        let runs = self.runs_before + finished;
        let wanted = self.runs_wanted.load(Ordering::Relaxed).max(runs);
        let left = (wanted - runs) as f64 / speed;
        Progress {
            updated: moment::now(),
            updated_seconds: moment::seconds(),
            points: self.points.load(Ordering::Relaxed),
            points_wanted: self.points_wanted,
            runs,
            runs_wanted: wanted,
            runs_per_second: speed,
            seconds_left: left.is_finite().then_some(left),
        }
    }
}

/// Does the work while a bar and the folder's file show how far it has come.
pub fn while_shown<T>(folder: &Path, live: &Live, monitor: &Monitor, work: impl FnOnce() -> T) -> T {
    let target = match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(Some(live.runs_wanted.load(Ordering::Relaxed)), target)
        .with_position(live.runs_before);
    let template = "{msg} {bar:24} {human_pos}/{human_len} runs  {eta} left";
    bar.set_style(ProgressStyle::with_template(template).expect("the template is well-formed"));
    bar.reset_eta();
    let (done, begun) = (AtomicBool::new(false), Instant::now());
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut next = Duration::ZERO;
            while !done.load(Ordering::Relaxed) {
                let progress = live.progress(monitor, begun.elapsed());
                bar.set_length(progress.runs_wanted);
                bar.set_position(progress.runs);
                let told = live.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                bar.set_message(format!("{}/{} points{told}", progress.points, progress.points_wanted));
                drop(told);
                if begun.elapsed() >= next {
                    // A folder that cannot be written to shows when the next part is.
                    let _ = write(&folder.join(FILE), &json(&progress));
                    next = begun.elapsed() + PERIOD;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    });
    bar.finish_and_clear();
    result
}

fn json(progress: &Progress) -> Vec<u8> {
    serde_json::to_vec_pretty(progress).expect("numbers and text are JSON")
}
