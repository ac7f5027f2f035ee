//! A progress bar on stderr while a batch runs: runs, runs a second, time left, and how near a precision has come. Nothing
//! where nobody watches.

use crate::analysis::precise::Look;
use crate::kernel::batch::{BLOCK, Monitor};
use crate::output::certainty;
use crate::stats::sequence::Precision;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Does the work while a bar shows how far its monitor has come.
pub fn with_bar<T>(what: &str, runs: u64, monitor: &Monitor, work: impl FnOnce() -> T) -> T {
    with_looks(what, runs, monitor, None, |_| work())
}

/// The same for trees of runs, whose number is found on the way.
pub fn with_trees<T>(what: &str, monitor: &Monitor, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = "{msg:28} {spinner} {human_pos} trees of runs  {per_sec:>16}  {elapsed}";
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

/// The same for work that goes on until a precision is reached: it tells of its looks, and the bar shows how near it has come
/// and how long it will take by what is known so far.
pub fn with_looks<T>(
    what: &str,
    runs: u64,
    monitor: &Monitor,
    asked: Option<Precision>,
    work: impl FnOnce(&dyn Fn(&Look)) -> T,
) -> T {
    if !std::io::stderr().is_terminal() {
        return work(&|_| {});
    }
    // Until the first look nobody knows how many it will be.
    let runs = if asked.is_some() { runs.min(BLOCK) } else { runs };
    let bar = ProgressBar::with_draw_target(Some(runs), ProgressDrawTarget::stderr());
    let template = "{msg:28} {bar:30} {human_pos}/{human_len} runs  {per_sec:>16}  {eta} left{prefix}";
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
        let result = work(&|look| {
            bar.set_length(look.expected);
            bar.set_prefix(asked.map_or_else(String::new, |asked| certainty::at_a_look(asked, look)));
        });
        done.store(true, Ordering::Relaxed);
        result
    });
    bar.finish_and_clear();
    result
}

/// Does work in so many steps, and shows which one is at hand and how many are left; the work tells of each that it begins.
pub fn with_steps<T>(what: &str, steps: usize, work: impl FnOnce(&mut dyn FnMut(&str)) -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work(&mut |_| {});
    }
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
    let template = "{msg:40} {bar:30} {pos}/{len}  {eta} left";
    bar.set_style(ProgressStyle::with_template(template).expect("the template is well-formed"));
    let mut begun = 0;
    let result = work(&mut |step| {
        bar.set_position(begun);
        bar.set_message(format!("{what} {step}"));
        begun += 1;
    });
    bar.finish_and_clear();
    result
}
