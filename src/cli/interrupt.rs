//! Ctrl-C and SIGTERM: the first asks for an early, orderly end; the second ends at once.

use crate::kernel::batch::Monitor;
use std::sync::{Arc, Mutex, OnceLock};

/// The batch that an interrupt stops, if one is going on, and whether one has come.
#[derive(Debug, Default)]
struct Interrupts {
    current: Option<Arc<Monitor>>,
    came: bool,
}

static INTERRUPTS: OnceLock<Mutex<Interrupts>> = OnceLock::new();

fn with<T>(use_it: impl FnOnce(&mut Interrupts) -> T) -> T {
    let mutex = INTERRUPTS.get_or_init(Mutex::default);
    use_it(&mut mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// From now on an interrupt stops whatever is [`watched`](watch).
pub fn listen() {
    // Where no handler can be set, the system's own ends the program, which is safe: files are written whole or not at all.
    let _ = ctrlc::set_handler(|| {
        let again = with(|interrupts| {
            if let Some(monitor) = &interrupts.current {
                monitor.stop();
            }
            std::mem::replace(&mut interrupts.came, true)
        });
        if again {
            #[expect(clippy::exit, reason = "the second Ctrl-C must end the program whatever it is doing")]
            std::process::exit(130);
        }
        eprintln!(
            "\ninterrupted: finishing the block of runs at hand, then writing what there is (again to end at once)"
        );
    });
}

/// From now on an interrupt only tells, for a verb that ends at once by itself.
pub fn listen_with(tell: impl FnMut() + Send + 'static) {
    // Where no handler can be set, the system's own ends the program.
    let _ = ctrlc::set_handler(tell);
}

/// Lets an interrupt stop this batch.
pub fn watch(monitor: &Arc<Monitor>) {
    with(|interrupts| {
        if interrupts.came {
            monitor.stop();
        }
        interrupts.current = Some(Arc::clone(monitor));
    });
}

/// Whether an interrupt has come.
pub fn came() -> bool {
    with(|interrupts| interrupts.came)
}
