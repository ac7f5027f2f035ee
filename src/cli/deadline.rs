//! Limits of time: work that is told when its time is up.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Does the work, and calls `up` beside it if it is not done by then; without a limit, just the work.
pub fn within<T>(limit: Option<Duration>, up: impl FnOnce() + Send, work: impl FnOnce() -> T) -> T {
    let Some(limit) = limit else { return work() };
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if waiting.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                up();
            }
        });
        let result = work();
        drop(done);
        result
    })
}
