//! What can be typed. A flag means the same in every verb that has it.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 mistakes in a scenario, 2 wrong command line, 3 a run could not go on,
4 a file could not be read or written, 5 a known truth was not met, 130 interrupted (what was finished is kept).

Example: standoff run scenarios --runs 20000 --seed 7 -o out";

#[derive(Debug, Parser)]
#[command(name = "standoff", version, about = "Escalation paths as probabilistic state machines, in TOML", after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Simulate scenarios: tables and charts of their outcomes
    #[command(after_help = "Example: standoff run scenarios/limited-deployment.toml --set spiral_gain=2 --runs 50000")]
    Run(RunArguments),
    /// Report every mistake in scenario files, and run nothing
    #[command(after_help = "Example: standoff check scenarios")]
    Check(CheckArguments),
    /// Tell one run event by event, by its index
    #[command(after_help = "Example: standoff replay scenarios/full-involvement.toml --seed 1 --run 4711")]
    Replay(ReplayArguments),
    /// Hold simulations against the known truths (`[[expect]]`) in scenario files
    #[command(after_help = "Example: standoff verify scenarios/reference --runs 400000")]
    Verify(VerifyArguments),
}

#[derive(Debug, Args)]
pub struct RunArguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How many runs of each scenario
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub runs: u64,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub machine: MachineArguments,
    /// Where tables and charts go, one folder a scenario
    #[arg(long, short = 'o', value_name = "FOLDER", default_value = "out")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// A scenario file
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// Which run, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub run: u64,
    #[command(flatten)]
    pub model: ModelArguments,
}

#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How many runs of each scenario with each of three seeds
    #[arg(long, value_name = "N", default_value_t = 400_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: u64,
    /// The first of three consecutive seeds
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub machine: MachineArguments,
}

#[derive(Debug, Default, Args)]
pub struct ModelArguments {
    /// Any whole number; the same seed gives the same results on any machine
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
    /// Set a parameter or lever; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How long runs last, in place of the file's horizon, such as "26 weeks"
    #[arg(long, value_name = "TIME")]
    pub horizon: Option<String>,
}

#[derive(Debug, Args)]
pub struct MachineArguments {
    /// How many threads; all cores if not given. Does not change results
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub threads: Option<u64>,
}

impl MachineArguments {
    pub fn threads(&self) -> usize {
        match self.threads {
            Some(threads) => usize::try_from(threads).unwrap_or(1),
            None => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        }
    }
}
