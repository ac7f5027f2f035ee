//! What can be typed about comparisons on the same luck.

use super::{ChartArguments, EffortArguments, MachineArguments, ModelArguments, Words};
use crate::analysis::paired::Prefer;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub const COMPARE_HELP: &str = "\
Every run is made once in each alternative, with the same luck wherever they have the same names, so that what differs is
due to what was changed. Each difference is the alternative less the first one. `Worth, runs` tells how many runs with
luck of their own one run is worth. A difference whose interval holds 0 is not resolved. With a precision (the
default, 1 point), runs go on until every difference of probabilities is known so well.

Examples: standoff compare scenarios/limited-deployment.toml --with deployment_size=500 --with deployment_size=4000
          standoff compare strait.toml --policies cautious,bold --rank-by war
          standoff compare before.toml after.toml --runs 50000";

#[derive(Debug, Args)]
pub struct CompareArguments {
    /// Scenarios to compare with the first of them, or one scenario
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Compare these policies of the one scenario; a single one is compared with the file as written
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    pub policies: Vec<String>,
    /// Compare these variants of the one scenario; a single one is compared with the file as written
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    pub variants: Vec<String>,
    /// Compare these settings of the one scenario, each given on its own: "a=1,b=2", or with a name, "large: a=1,b=2"
    #[arg(long, value_name = "SETTINGS")]
    pub with: Vec<String>,
    /// Rank the alternatives by this outcome, milestone or consequence
    #[arg(long, value_name = "NAME")]
    pub rank_by: Option<String>,
    /// Which end of it is best
    #[arg(long, value_enum, default_value_t = PreferArgument::Low, requires = "rank_by")]
    pub prefer: PreferArgument,
    #[command(flatten)]
    pub effort: EffortArguments,
    /// Tell probabilities in the words of a standard too, in the table that is written
    #[arg(long, value_enum, default_value_t = Words::None)]
    pub words: Words,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub machine: MachineArguments,
    #[command(flatten)]
    pub charts: ChartArguments,
    /// Where the table and the chart go
    #[arg(long, short = 'o', value_name = "FOLDER", default_value = "out/compare")]
    pub out: PathBuf,
}

/// Which end of a number is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PreferArgument {
    Low,
    High,
}

impl From<PreferArgument> for Prefer {
    fn from(typed: PreferArgument) -> Prefer {
        match typed {
            PreferArgument::Low => Prefer::Low,
            PreferArgument::High => Prefer::High,
        }
    }
}
