//! A progress bar on stderr while a batch runs: runs, runs a second, time left. Nothing where nobody watches.

use crate::kernel::batch::Monitor;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Does the work while a bar shows how far its monitor has come.
pub fn with_bar<T>(what: &str, runs: u64, monitor: &Monitor, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let bar = ProgressBar::with_draw_target(Some(runs), ProgressDrawTarget::stderr());
    let template = "{msg:28} {bar:30} {human_pos}/{human_len} runs  {per_sec:>16}  {eta} left";
    bar.set_style(ProgressStyle::with_template(template).expect("the template is well-formed"));
    bar.set_message(what.to_owned());
    let done = AtomicBool::new(false);
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                bar.set_position(monitor.finished());
                std::thread::sleep(Duration::from_millis(60));
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    });
    bar.finish_and_clear();
    result
}
