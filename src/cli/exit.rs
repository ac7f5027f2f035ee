//! Exit codes, and the trouble that leads to them.

use std::process::ExitCode;

/// What the shell is told. The numbers are documented in the README and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    /// A scenario has mistakes.
    Mistakes,
    /// The command line is wrong.
    Usage,
    /// A run could not go on, or there is no exact answer.
    Fault,
    /// A file could not be read or written.
    Files,
    /// A truth that stands beside a model was not met.
    Untrue,
    /// `diff` found differences.
    Different,
    /// An editor left without the protocol's goodbye, for which that wants 1.
    Unfinished,
    /// Ctrl-C; what was finished is kept.
    Interrupted,
}

impl Exit {
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Exit::Done => 0,
            Exit::Mistakes | Exit::Unfinished => 1,
            Exit::Usage => 2,
            Exit::Fault => 3,
            Exit::Files => 4,
            Exit::Untrue => 5,
            Exit::Different => 6,
            Exit::Interrupted => 130,
        })
    }
}

/// Why a verb was not done: a message for stderr and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub message: String,
    pub exit: Exit,
}

impl Trouble {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Trouble { message: message.into(), exit }
    }
}
