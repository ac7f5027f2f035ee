//! What can be typed. A flag means the same in every verb that has it.

use crate::analysis::exact::Options;
use crate::analysis::exact::explore::Limits;
use crate::analysis::words::Yardstick;
use crate::scenario::precision as typed;
use crate::stats::sequence::Precision;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

mod charts;
mod compare;
mod sweep;
mod tell;
pub use charts::{ChartArguments, ProvenanceArguments};
use compare::COMPARE_HELP;
pub use compare::CompareArguments;
use sweep::SWEEP_HELP;
pub use sweep::{ExtendArguments, MergeArguments, StatusArguments, SweepArguments, SweepFlags};
use tell::DIFF_HELP;
pub use tell::{DiagramArguments, DiagramFormat, DiffArguments, DiffFormat, ExplainArguments, TextFormat};

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 mistakes in a scenario, 2 wrong command line, 3 a run could not go on
or there is no exact answer, 4 a file could not be read or written, 5 a known truth was not met,
6 two scenarios differ, 7 the budget ended before the precision asked for was reached (what was run
is kept), 130 interrupted (what was finished is kept).

Example: standoff run scenarios --precision \"0.5 points\" --seed 7 -o out";

const RUN_HELP: &str = "\
Runs go on in blocks of 4096 until the probability of every outcome and milestone is known as well as was asked
for; without a flag, within 1 percentage point. Their intervals hold at any number of runs, and together.
The same file, seed and flags give the same results on any machine; only --max-time depends on it, and says so.

With --method split, the probability of a rare outcome or milestone is known within 10 percent of itself, or as --precision
\"5 %\" says; plain runs tell the rest. Branches of split runs cannot be replayed; the plain run that each tree grew from can.

Examples: standoff run scenarios/limited-deployment.toml --precision \"0.5 points\"
          standoff run scenarios --precision \"10 %\" --max-time \"5 min\" --words icd203
          standoff run scenarios/limited-deployment.toml --runs 50000 --set spiral_gain=2
          standoff run scenarios/reference/rare/x1-overflow-20.toml --method split --rare full";

const REPORT_HELP: &str = "\
Writes report.html, which stands alone and prints well, report.md, every chart with a caption file and the numbers behind it,
the tables of `run`, the assumption register, and a manifest. The same flags as `run` say how it is found out.

Examples: standoff report scenarios -o report
          standoff report scenarios/limited-deployment.toml --uncertainty nested --histories western_casualties";

const SET_HELP: &str = "\
A place is written with points, in full or in short, and a transition by its name in lower case with dashes:
  standoff set strait.toml parameters.resolve.value=0.4
  standoff set strait.toml resolve=0.4 time.horizon='3 years'
  standoff set strait.toml fleet.sails.rate=0.3 'fleet.hardens.branches[0].weight=2'
An edit with a mistake in it is not written: the mistake is shown instead.";

const WATCH_HELP: &str = "\
Example: standoff watch strait.toml --run
Watches the file, or the scenarios of a folder, and every file that they extend. Ctrl-C ends it, with exit code 0.";

const CHECK_HELP: &str = "\
With `--format json`, one document goes to stdout, whatever is found:

  version      1; it changes when the shape does
  files        [{ name, bytes }], each text that was read
  errors, warnings, omitted   how many there are; of more than 1000, the rest are omitted
  diagnostics  in file order, each with
    severity   \"error\" or \"warning\"
    id         the kind of mistake: see `standoff explain-error`
    message    what is wrong
    file       the name of a file, or null
    range      { start, end }, each { line, column, byte }, or null
    labels     [{ file, range, text, primary }]: places that matter, the place itself first
    notes      [text]: why it is a mistake
    helps      [text]: what to type
    fix        { file, range, text }: the text to put in place of a range, or null

Lines and columns count from 1, columns in characters; bytes count from 0, from the beginning of the file.
A range ends before its end. Exit code 0: no mistakes (warnings alone are none), 1: mistakes.

Examples: standoff check scenarios
          standoff check scenarios --deny-warnings
          standoff check scenarios/limited-deployment.toml --format json";

#[derive(Debug, Parser)]
#[command(name = "standoff", version, about = "Escalation paths as probabilistic state machines, in TOML", after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Simulate scenarios: tables and charts of their outcomes
    #[command(after_help = RUN_HELP)]
    Run(RunArguments),
    /// Run alternatives on the same luck: what each changes, and which is best
    #[command(after_help = COMPARE_HELP)]
    Compare(CompareArguments),
    /// Simulate scenarios at many settings: designs, policies, variants; what is done is never lost
    #[command(after_help = SWEEP_HELP)]
    Sweep(SweepArguments),
    /// Tell how far a sweep has come, from any terminal
    #[command(after_help = "Example: standoff status out/spiral-and-deterrence")]
    Status(StatusArguments),
    /// Add points or runs to a sweep, and redo none
    #[command(after_help = "Example: standoff extend out/spiral-and-deterrence --runs 40000")]
    Extend(ExtendArguments),
    /// Join the parts of a sweep that were run apart
    #[command(after_help = "Example: standoff merge part-1 part-2 part-3 -o out/whole")]
    Merge(MergeArguments),
    /// Solve scenarios that are Markov chains, without simulation
    #[command(
        after_help = "Examples:\n  standoff exact scenarios/reference/ladder-memoryless.toml\n  standoff exact scenarios/reference/ladder-semi-markov.toml --phase-type 5"
    )]
    Exact(ExactArguments),
    /// Report every mistake in scenario and study files, and run nothing
    #[command(after_help = CHECK_HELP)]
    Check(CheckArguments),
    /// Explain a kind of mistake by its id: why it matters, and how to mend it
    #[command(
        name = "explain-error",
        after_help = "Examples: standoff explain-error unknown-name\n          standoff explain-error          (lists every id)"
    )]
    ExplainError(ExplainErrorArguments),
    /// Write a report of scenarios and their comparison: HTML, Markdown, charts, tables and the assumption register
    #[command(after_help = REPORT_HELP)]
    Report(ReportArguments),
    /// Tell one run as a dated story, by its index: what happened, why, and what could have happened instead
    #[command(after_help = "Example: standoff replay scenarios/full-involvement.toml --seed 1 --run 4711")]
    Replay(ReplayArguments),
    /// Hold simulations against the known truths (`[[expect]]`) in scenario files
    #[command(
        after_help = "Three seeds are used: the given one and the two after it.\n\nExample: standoff verify scenarios/reference --runs 400000"
    )]
    Verify(VerifyArguments),
    /// Begin a scenario: a small, commented file that runs
    #[command(after_help = "Example: standoff new \"Gulf crisis\" --from path")]
    New(NewArguments),
    /// Change values in a scenario file, and keep its comments and layout
    #[command(after_help = SET_HELP)]
    Set(SetArguments),
    /// Check a scenario again at every save, and show how it ends
    #[command(after_help = WATCH_HELP)]
    Watch(WatchArguments),
    /// Print the JSON Schema with which editors complete and check scenario or study files
    #[command(after_help = "Example: standoff schema --write scenarios\n\n\
        An editor with TOML support (Even Better TOML, Taplo) reads it if a file begins with\n  \
        #:schema ./scenario.schema.json")]
    Schema(SchemaArguments),
    /// Tell a scenario in plain English, for proof-reading
    #[command(after_help = "Example: standoff explain scenarios/limited-deployment.toml --machine path")]
    Explain(ExplainArguments),
    /// Draw the state machines of a scenario
    #[command(after_help = "Example: standoff diagram scenarios/limited-deployment.toml -o path.png")]
    Diagram(DiagramArguments),
    /// Tell what changed between two scenarios, in the model's terms
    #[command(after_help = DIFF_HELP)]
    Diff(DiffArguments),
    /// Tell where a chart comes from, and the command that makes it again
    #[command(after_help = "Example: standoff provenance out/limited-deployment/outcomes.png")]
    Provenance(ProvenanceArguments),
    /// Serve an editor, which starts this itself: mistakes while you type, completions, meanings, renaming
    #[command(after_help = "Speaks the Language Server Protocol on standard input and output.")]
    Lsp(LspArguments),
}

/// How doubt about the parameters is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Uncertainty {
    /// All runs have the central values: what differs between them is chance
    None,
    /// Every run draws its own parameters, from their laws and ranges
    #[value(name = "chance+doubt")]
    ChanceAndDoubt,
    /// That, and the two are told apart for every outcome, with as many runs again
    Nested,
}

#[derive(Clone, Debug, Default, Args)]
pub struct DoubtArguments {
    /// Whether parameters are drawn: `none` if not given
    #[arg(long, value_name = "HOW", value_enum)]
    pub uncertainty: Option<Uncertainty>,
    /// At how many parameter sets `--uncertainty nested` tells doubt from chance, in whole multiples of 16; 512 if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub parameter_sets: Option<u64>,
}

#[derive(Debug, Args)]
pub struct LspArguments {
    /// Accepted because some editors add it; standard input and output are always used
    #[arg(long)]
    pub stdio: bool,
}

#[derive(Clone, Debug, Args)]
pub struct RunArguments {
    /// Scenario files, folders of them, or one study file, whose settings hold where no flag says otherwise
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub effort: EffortArguments,
    /// Simulate; solve exactly; simulate, and estimate what is rare by splitting runs on the way to it; or `auto`: solve what can be
    /// solved whole, simulate the rest, and split for what plain runs would not resolve within --max-runs
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = MethodChoice::Simulate)]
    pub method: MethodChoice,
    /// What --method split is for: an outcome, a milestone, or a consequence that comes from rare states; may be given several
    /// times. The rarest outcome or milestone if not given
    #[arg(long, value_name = "NAME")]
    pub rare: Vec<String>,
    /// Tell probabilities in the words of a standard too: ICD 203 (United States) or the PHIA yardstick (United Kingdom)
    #[arg(long, value_enum, default_value_t = Words::None)]
    pub words: Words,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub doubt: DoubtArguments,
    #[command(flatten)]
    pub machine: MachineArguments,
    #[command(flatten)]
    pub journey: JourneyArguments,
    #[command(flatten)]
    pub charts: ChartArguments,
    /// Where tables and charts go, one folder a scenario; `out` if not given
    #[arg(long, short = 'o', value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(mut_arg("out", |out| out.help("Where the report goes; `report` if not given. What else is in the folder stays")))]
pub struct ReportArguments {
    #[command(flatten)]
    pub run: RunArguments,
    /// The consequence by which the three narrated histories are chosen; the first one in the file if not given
    #[arg(long, value_name = "CONSEQUENCE")]
    pub histories: Option<String>,
    /// The folder of a finished sweep, whose charts, findings and origin become a section of the report; may be given several times
    #[arg(long = "study", value_name = "FOLDER")]
    pub studies: Vec<PathBuf>,
}

/// How long to go on: to a precision within a budget, or so many runs.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct EffortArguments {
    /// How near the probability of each outcome and milestone is to be known: in percentage points ("0.5 points") or in per
    /// cent of itself ("10 %"); "1 point" if neither this nor --runs is given
    #[arg(long, value_name = "PRECISION", value_parser = precision)]
    pub precision: Option<Precision>,
    /// The most runs that it may take; 10000000 if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub max_runs: Option<u64>,
    /// The most time that it may take, for each scenario, such as "5 min"; how many runs fit into it depends on the machine
    #[arg(long, value_name = "TIME", value_parser = limit)]
    pub max_time: Option<Duration>,
    /// So many runs of each scenario, in place of a precision; fewer if --max-time ends them
    #[arg(long, value_name = "N", conflicts_with_all = ["precision", "max_runs"],
        value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub runs: Option<u64>,
    /// How sure intervals are to hold, in per cent; 95 if not given
    #[arg(long, value_name = "PERCENT", value_parser = confidence)]
    pub confidence: Option<f64>,
}

/// In whose words probabilities are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Words {
    Icd203,
    Phia,
    /// In numbers alone
    None,
}

impl Words {
    pub fn yardstick(self) -> Option<Yardstick> {
        match self {
            Words::Icd203 => Some(Yardstick::Icd203),
            Words::Phia => Some(Yardstick::Phia),
            Words::None => None,
        }
    }
}

fn precision(text: &str) -> Result<Precision, &'static str> {
    typed::precision(text).ok_or(typed::PRECISION_EXPECTED)
}

fn limit(text: &str) -> Result<Duration, &'static str> {
    typed::limit(text).ok_or(typed::LIMIT_EXPECTED)
}

fn confidence(text: &str) -> Result<f64, &'static str> {
    typed::confidence(text).ok_or(typed::CONFIDENCE_EXPECTED)
}

/// How a scenario is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MethodChoice {
    Auto,
    Exact,
    Simulate,
    Split,
}

#[derive(Debug, Args)]
pub struct ExactArguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Set levers as this policy of the file does; may be given several times, and the later one wins
    #[arg(long, value_name = "NAME")]
    pub policy: Vec<String>,
    /// Set parameters as this variant of the file does; may be given several times, and the later one wins
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Set a parameter or lever, whatever policies and variants say; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How long runs last, in place of the file's horizon, such as "26 weeks" or 2027-01-31
    #[arg(long, value_name = "TIME")]
    pub horizon: Option<String>,
    /// Tell only what becomes of runs that have no horizon, and write nothing
    #[arg(long)]
    pub no_horizon: bool,
    /// Approximate waits with memory, each by at most so many phases; the answers are marked as an approximation
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub phase_type: Option<u64>,
    /// Give up at more states than this; 5 million, or what fits in 1 GiB, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=4_000_000_000))]
    pub max_states: Option<u64>,
    #[command(flatten)]
    pub charts: ChartArguments,
    /// Where tables and charts go, one folder a scenario
    #[arg(long, short = 'o', value_name = "FOLDER", default_value = "out")]
    pub out: PathBuf,
}

impl ExactArguments {
    /// What it changes about models, as other verbs have it; there is no seed.
    pub fn model(&self) -> ModelArguments {
        ModelArguments {
            seed: None,
            policy: self.policy.clone(),
            variant: self.variant.clone(),
            set: self.set.clone(),
            horizon: self.horizon.clone(),
        }
    }

    pub fn options(&self) -> Options {
        let whole = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let limits = match self.max_states {
            Some(states) => Limits { states: whole(states), bytes: None },
            None => Limits::default(),
        };
        Options { limits, phases: self.phase_type.map(whole) }
    }
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Scenario files, study files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to report: as text on stderr, or as one JSON document on stdout
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Let warnings count as mistakes, so that they make the exit code 1
    #[arg(long)]
    pub deny_warnings: bool,
}

/// How `check` reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct ExplainErrorArguments {
    /// The id, as it stands in brackets behind `error` or `warning`; without one, all are listed
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Print the small scenario that the snippets extend
    #[arg(long, conflicts_with = "id")]
    pub scenario: bool,
}

/// As what a history is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HistoryFormat {
    /// Dated, with the reasons of each event and what could have happened instead
    Story,
    /// The same for a document
    Markdown,
    /// One line an event, without reasons
    Trace,
}

#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// A scenario file
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// Which run, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub run: u64,
    /// With the parameters of this point, as `run --uncertainty` draws them; its run N has those of point N
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    pub point: Option<u64>,
    /// As what it is told
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = HistoryFormat::Story)]
    pub format: HistoryFormat,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub journey: JourneyArguments,
}

#[derive(Clone, Debug, Default, Args)]
pub struct JourneyArguments {
    /// Let runs go on where outcomes hand them on (`next`), with the world as it then is, until an outcome without `next`
    /// or the horizon of the scenario where they begin
    #[arg(long)]
    pub follow: bool,
}

#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How many runs of each scenario with each of three seeds
    #[arg(long, value_name = "N", default_value_t = 400_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: u64,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub machine: MachineArguments,
}

#[derive(Debug, Args)]
pub struct NewArguments {
    /// What to call it; the file is NAME.toml, and NAME may begin with folders
    #[arg(value_name = "NAME", required_unless_present = "list")]
    pub name: Option<PathBuf>,
    /// What to begin with; `--list` tells what there is
    #[arg(long, value_name = "TEMPLATE", default_value = "minimal")]
    pub from: String,
    /// List the templates
    #[arg(long)]
    pub list: bool,
    /// Overwrite a file of that name
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct SetArguments {
    /// A scenario file
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// What to change, and the new value
    #[arg(required = true, value_name = "PLACE=VALUE")]
    pub changes: Vec<String>,
    /// Where the value stands in a file that FILE extends: leave that file, and say otherwise in FILE
    #[arg(long)]
    pub here: bool,
    /// Show what would change, line by line, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct WatchArguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show how the scenario ends, after every save without a mistake
    #[arg(long)]
    pub run: bool,
    /// How many runs; as many as take a second if not given
    #[arg(long, value_name = "N", requires = "run", value_parser = clap::value_parser!(u64).range(1..=100_000_000_000))]
    pub runs: Option<u64>,
    /// Look at the files ten times a second, where the system does not tell of saves (some network drives)
    #[arg(long)]
    pub poll: bool,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub machine: MachineArguments,
}

#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Which files it is for
    #[arg(value_name = "FORMAT", value_parser = ["scenario", "study"], default_value = "scenario")]
    pub format: String,
    /// Write scenario.schema.json and study.schema.json into this folder, and print nothing
    #[arg(long, value_name = "FOLDER", conflicts_with = "format")]
    pub write: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Args)]
pub struct ModelArguments {
    /// Any whole number, 1 if not given; the same seed gives the same results on any machine
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Set levers as this policy of the file does; may be given several times, and the later one wins
    #[arg(long, value_name = "NAME")]
    pub policy: Vec<String>,
    /// Set parameters as this variant of the file does; may be given several times, and the later one wins
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Set a parameter or lever, whatever policies and variants say; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How long runs last, in place of the file's horizon, such as "26 weeks" or 2027-01-31
    #[arg(long, value_name = "TIME")]
    pub horizon: Option<String>,
}

impl ModelArguments {
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }
}

#[derive(Clone, Debug, Default, Args)]
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
