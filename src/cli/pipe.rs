//! A reader who has seen enough: `standoff explain FILE | head` ends without a word.

use super::exit::Exit;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

/// Whether the standard library panics with this because nobody is left to print a line to, in the numbers of Unix and Windows.
fn is_closed(said: &str) -> bool {
    let gone = ["(os error 32)", "(os error 109)", "(os error 232)"];
    said.starts_with("failed printing to stdout") && gone.iter().any(|end| said.ends_with(end))
}

/// Does the work; where nobody reads on what it prints, that ends it as an interrupt does: what was finished is kept.
pub fn while_read(work: impl FnOnce() -> ExitCode) -> ExitCode {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panic.payload_as_str().is_some_and(is_closed) {
            usual(panic);
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        match payload.downcast_ref::<String>().filter(|said| is_closed(said)) {
            Some(_) => Exit::Interrupted.code(),
            None => panic::resume_unwind(payload),
        }
    })
}
