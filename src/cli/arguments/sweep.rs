//! What can be typed about sweeps.

use super::{ChartArguments, MachineArguments};
use crate::scenario::study::{Design, Method};
use clap::Args;
use std::path::PathBuf;

pub const SWEEP_HELP: &str = "\
What varies: parameters and levers by their names, parameters in place by their addresses, `VARIABLE.initial`, and
`horizon`. All points share their luck: run 17 of one point meets the same chances as run 17 of any other.

Every second or so what is done is on disk for good. After a crash, a kill or a power cut the same command with `--resume`
goes on, and ends with the same bytes as if nothing had happened.

On several machines: run the same command with `--part 1/3`, `--part 2/3`, `--part 3/3`, and `standoff merge` the folders.

Examples: standoff sweep scenarios/studies/spiral-and-deterrence.toml
          standoff sweep scenarios/limited-deployment.toml --vary spiral_gain=0:2:21 --vary deterrence_gain=0:2:21
          standoff sweep scenarios/limited-deployment.toml --vary spiral_gain=0:2:9 --vary deterrence_gain=0:1:9 \\
              --threshold 'wider_war > 20 %' --refine 2
          standoff sweep strait.toml --vary resolve=0.1:0.9 --vary stamina=1:10 --design sobol --points 512";

/// What a sweep asks, in the words of a study file.
#[derive(Clone, Debug, Default, Args)]
pub struct SweepFlags {
    /// What varies: NAME=0.1:0.9:17 from, to, how many (`:log` behind it for equal ratios), or NAME=0.3,0.6,0.9
    #[arg(long, value_name = "NAME=VALUES")]
    pub vary: Vec<String>,
    /// How the values of several inputs are put together; every combination if not given
    #[arg(long, value_name = "DESIGN", value_parser = design)]
    pub design: Option<Design>,
    /// How many points a sampled design draws
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub points: Option<u64>,
    /// Runs of each point; 10000 if nothing says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub runs: Option<u64>,
    /// Whether runs are made, or Markov chains are solved without any: `simulate`, `exact`, or `auto` for whatever can be
    #[arg(long, value_name = "METHOD", value_parser = method)]
    pub method: Option<Method>,
    /// In place of a number of runs: how far off a probability may be, such as "1 point" or "10 %"; each point runs until then
    #[arg(long, value_name = "PRECISION", conflicts_with = "runs")]
    pub precision: Option<String>,
    /// The most runs of each point that a precision or a threshold may take
    #[arg(long, value_name = "N", conflicts_with = "runs", value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub max_runs: Option<u64>,
    /// Where points are told apart, such as "direct-war > 20 %": those that are clear end early, those that are near get more runs
    #[arg(long, value_name = "THRESHOLD")]
    pub threshold: Option<String>,
    /// How many times the cells of a grid of one or two inputs that the threshold crosses are split in two each way
    #[arg(long, value_name = "LEVELS", value_parser = clap::value_parser!(u64).range(0..=8))]
    pub refine: Option<u64>,
    /// Any whole number, 1 if nothing says; the same seed gives the same results on any machine
    #[arg(long, value_name = "SEED", value_parser = clap::value_parser!(u64).range(0..=i64::MAX as u64))]
    pub seed: Option<u64>,
    /// Sweep under this policy; may be given several times; `as-written` for none
    #[arg(long, value_name = "NAME")]
    pub policy: Vec<String>,
    /// Sweep under this variant; may be given several times; `as-written` for none
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Set a parameter or lever, whatever policies and variants say; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How long runs last, in place of the file's horizon
    #[arg(long, value_name = "TIME")]
    pub horizon: Option<String>,
    /// An outcome, milestone or consequence that charts show; all if not given; the first is told of on the way
    #[arg(long, value_name = "NAME")]
    pub show: Vec<String>,
    #[command(flatten)]
    pub machine: MachineArguments,
}

#[derive(Debug, Args)]
pub struct SweepArguments {
    /// A study file, or scenario files and folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub flags: SweepFlags,
    /// Where everything goes; out/NAME of the study if not given
    #[arg(long, short = 'o', value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Go on with the sweep that is there
    #[arg(long)]
    pub resume: bool,
    /// Run only the K-th of N equal parts of the points, such as 2/5; goes on with what is there
    #[arg(long, value_name = "K/N", value_parser = part)]
    pub part: Option<PartOf>,
    #[command(flatten)]
    pub charts: ChartArguments,
}

#[derive(Debug, Args)]
pub struct StatusArguments {
    /// The folder of a sweep
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct ExtendArguments {
    /// The folder of a sweep
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Runs of each point, in place of those it has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub runs: Option<u64>,
    /// A nearer precision than it has, such as "0.5 points"
    #[arg(long, value_name = "PRECISION", conflicts_with = "runs")]
    pub precision: Option<String>,
    /// The most runs of each point that a precision or a threshold may take, in place of those it had
    #[arg(long, value_name = "N", conflicts_with = "runs", value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub max_runs: Option<u64>,
    /// How many times the cells of a grid of one or two inputs that the threshold crosses are split, in place of those they were
    #[arg(long, value_name = "LEVELS", value_parser = clap::value_parser!(u64).range(0..=8))]
    pub refine: Option<u64>,
    /// How many points a Sobol' or Saltelli design draws, in place of those it has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub points: Option<u64>,
    /// The values of an input, in place of those it has: NAME=0.1:0.9:33 or NAME=0.3,0.45,0.6
    #[arg(long, value_name = "NAME=VALUES")]
    pub vary: Vec<String>,
    /// Sweep under these policies, in place of those it has
    #[arg(long, value_name = "NAME")]
    pub policy: Vec<String>,
    /// Sweep under these variants, in place of those it has
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    #[command(flatten)]
    pub machine: MachineArguments,
    #[command(flatten)]
    pub charts: ChartArguments,
}

#[derive(Debug, Args)]
pub struct MergeArguments {
    /// Folders of one sweep, each with some of its parts
    #[arg(required = true, value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
    /// Where the whole goes
    #[arg(long, short = 'o', value_name = "FOLDER")]
    pub out: PathBuf,
    #[command(flatten)]
    pub charts: ChartArguments,
}

/// One of several equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// From 1.
    pub which: u64,
    pub parts: u64,
}

impl PartOf {
    /// What belongs to it of `count` things in order.
    pub fn of(self, count: u64) -> std::ops::Range<u64> {
        let end = |which: u64| (u128::from(count) * u128::from(which) / u128::from(self.parts)) as u64;
        end(self.which - 1)..end(self.which)
    }
}

fn part(text: &str) -> Result<PartOf, String> {
    let numbers = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match numbers {
        Some((which, parts)) if (1..=parts).contains(&which) => Ok(PartOf { which, parts }),
        _ => Err("give which of how many, such as 2/5".into()),
    }
}

fn method(text: &str) -> Result<Method, String> {
    Method::from_name(text).ok_or_else(|| format!("give one of {}", Method::ALL.map(Method::name).join(", ")))
}

fn design(text: &str) -> Result<Design, String> {
    Design::from_name(text).ok_or_else(|| format!("give one of {}", Design::ALL.map(Design::name).join(", ")))
}
