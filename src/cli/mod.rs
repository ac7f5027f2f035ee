//! The command line: what was typed, done.
//!
//! In: arguments, the clock, the terminal. Out: files, text and an exit code. Only this module prints, and only it knows
//! the time of day and whether anyone watches. Each verb is one file.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the layer that speaks to the terminal")]

mod arguments;
mod charts;
mod check;
mod compare;
mod deadline;
mod diagram;
mod diff;
mod doubt;
mod effort;
mod exact;
mod exit;
mod explain;
mod explain_error;
mod interrupt;
mod lsp;
mod moment;
mod new;
mod new_study;
mod open;
mod pipe;
mod progress;
mod provenance;
mod rare;
mod replay;
mod report;
mod run;
mod schema;
mod set;
mod settings;
mod study;
mod sweep;
mod verify;
mod watch;

use arguments::{Arguments, Verb};
use clap::Parser;
use std::process::ExitCode;

/// Does what the command line says.
pub fn main() -> ExitCode {
    pipe::while_read(answer)
}

fn answer() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not mistakes; a closed pipe is nobody's.
            let _ = error.print();
            return if error.use_stderr() { exit::Exit::Usage.code() } else { exit::Exit::Done.code() };
        }
    };
    let done = match arguments.verb {
        Verb::Run(arguments) => run::run(&arguments),
        Verb::Compare(arguments) => compare::compare(&arguments),
        Verb::Sweep(arguments) => sweep::sweep(&arguments),
        Verb::Status(arguments) => sweep::status(&arguments),
        Verb::Extend(arguments) => sweep::extend(&arguments),
        Verb::Merge(arguments) => sweep::merge(&arguments),
        Verb::Exact(arguments) => exact::exact(&arguments),
        Verb::Check(arguments) => check::check(&arguments),
        Verb::ExplainError(arguments) => explain_error::explain_error(&arguments),
        Verb::Report(arguments) => report::report(&arguments),
        Verb::Replay(arguments) => replay::replay(&arguments),
        Verb::Lsp(_) => lsp::lsp(),
        Verb::Verify(arguments) => verify::verify(&arguments),
        Verb::New(arguments) => new::new(&arguments),
        Verb::Set(arguments) => set::set(&arguments),
        Verb::Watch(arguments) => watch::watch(&arguments),
        Verb::Schema(arguments) => schema::schema(&arguments),
        Verb::Explain(arguments) => explain::explain(&arguments),
        Verb::Diagram(arguments) => diagram::diagram(&arguments),
        Verb::Provenance(arguments) => provenance::provenance_of(&arguments),
        Verb::Diff(arguments) => diff::diff(&arguments),
    };
    done.unwrap_or_else(|trouble| {
        eprintln!("{}", trouble.message.trim_end());
        trouble.exit
    })
    .code()
}
