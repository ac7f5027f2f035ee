//! What many runs say: the findings of a study of one scenario, ready to print, plot or store.
//!
//! In: a [`Tally`](tally::Tally) of runs. Out: [`Findings`], plain numbers with their intervals. Where the scenario is a
//! Markov chain, the same findings without runs: [`exact`].
//! Knows no files and no terminal.

pub mod agreement;
pub mod cast;
pub mod central;
pub mod chosen;
mod columns;
pub mod conservation;
pub mod difference;
pub mod doubt;
pub mod durations;
pub mod estimate;
pub mod exact;
pub mod history;
pub mod influence;
pub mod journey;
pub mod ladder;
pub mod paired;
pub mod precise;
pub mod rare;
pub mod study;
pub mod sweep;
pub mod tally;
mod time_points;
pub mod verify;
pub mod waiting;
mod watched;
pub mod words;

use crate::stats::components::Components;
use precise::Reached;
use serde::Serialize;
use study::Subject;
use words::Yardstick;

/// Where findings come from, so that any of them can be traced and made again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Origin {
    /// File stem of the scenario, such as `limited-deployment`.
    pub scenario: String,
    pub title: String,
    pub summary: String,
    /// SHA-256 of the scenario's texts in reading order, in hexadecimal.
    pub digest: String,
    pub seed: u64,
    /// Runs that were finished and counted.
    pub runs: u64,
    /// Runs that were asked for; more than `runs` when the study was interrupted.
    pub runs_requested: u64,
    /// Version of this program.
    pub version: String,
    /// Parameters and levers that were set away from the file's values.
    pub settings: Vec<(String, f64)>,
    #[serde(skip_serializing_if = "Method::is_simulation")]
    pub method: Method,
}

/// How findings were found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By runs: every number has an interval.
    #[default]
    Simulation,
    /// By solving the Markov chain: no seed, no runs, no intervals.
    Exact(Box<exact::Exactness>),
}

impl Method {
    pub fn is_simulation(&self) -> bool {
        matches!(self, Method::Simulation)
    }
}

impl Origin {
    /// Of findings that no run went into.
    pub fn of(subject: &Subject<'_>, set: &[(String, f64)], method: Method) -> Self {
        let model = subject.model;
        Origin {
            scenario: subject.name.to_owned(),
            title: if model.title.is_empty() { subject.name.to_owned() } else { model.title.clone() },
            summary: model.summary.clone(),
            digest: subject.digest.to_owned(),
            seed: 0,
            runs: 0,
            runs_requested: 0,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            settings: set.to_vec(),
            method,
        }
    }

    /// What the answers rest on, if they are exact.
    pub fn exactness(&self) -> Option<&exact::Exactness> {
        match &self.method {
            Method::Simulation => None,
            Method::Exact(exactness) => Some(exactness),
        }
    }

    /// Whether the study was cut short.
    pub fn is_partial(&self) -> bool {
        self.runs < self.runs_requested
    }
}

/// The time axis of a study.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimeAxis {
    /// `day`, `week`, `month` or `year`: the unit of every time in the findings.
    pub unit: String,
    pub horizon: f64,
    /// Times at which series are recorded, ascending, from 0 to the horizon.
    pub points: Vec<f64>,
}

/// Runs that were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub hits: u64,
    pub runs: u64,
}

/// A share of runs with its confidence interval, or a probability that is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Proportion {
    /// What it was counted from; `None` for an exact probability, and for one by splitting.
    #[serde(flatten)]
    pub counts: Option<Counts>,
    /// `hits / runs`, or the probability.
    pub estimate: f64,
    /// Wilson score interval, or of a study with a precision the one that holds at any number of runs; with no hits
    /// `low` is 0 and `high` is what to print ("fewer than …"). Of an exact probability both are the probability.
    pub low: f64,
    pub high: f64,
}

impl Proportion {
    /// A known probability; what rounding put beyond 0 or 1 is taken off.
    pub fn exact(p: f64) -> Self {
        // A sum of zeros may be the negative one, which would be printed as such.
        let p = p.clamp(0.0, 1.0) + 0.0;
        Proportion { counts: None, estimate: p, low: p, high: p }
    }

    /// Whether it was estimated by splitting: its interval has a width, and no runs were counted.
    pub fn is_by_splitting(&self) -> bool {
        self.counts.is_none() && self.low < self.high
    }

    /// Whether it is known: neither counted nor estimated.
    pub fn is_exact(&self) -> bool {
        self.counts.is_none() && !self.is_by_splitting()
    }

    /// Whether it is a share of no runs at all, of which nothing is known.
    pub fn is_empty(&self) -> bool {
        self.counts.is_some_and(|counts| counts.runs == 0)
    }

    /// Whether no run that was counted was a hit; never so of an exact probability.
    pub fn no_hits(&self) -> bool {
        self.counts.is_some_and(|counts| counts.hits == 0)
    }

    /// Whether every run that was counted was a hit; never so of an exact probability.
    pub fn all_hits(&self) -> bool {
        self.counts.is_some_and(|counts| counts.hits == counts.runs)
    }
}

/// A time quantile over *all* runs: those that never got there count as later than the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TimeQuantile {
    pub probability: f64,
    /// `None`: not reached by that share of the runs.
    pub time: Option<f64>,
}

/// How often and when an outcome or a milestone was reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Passage {
    pub name: String,
    pub about: String,
    /// An outcome that classifies what is left at the horizon.
    pub at_horizon: bool,
    pub probability: Proportion,
    /// Cumulative incidence at each of the axis's points: runs that reached it by then, over all runs.
    pub incidence: Vec<Proportion>,
    /// Mean time of the runs that reached it, with its 95 % interval.
    pub mean_time_if_reached: Option<Mean>,
    /// Quantiles of the time over all runs.
    pub quantiles: Vec<TimeQuantile>,
    /// Quantiles of the time over the runs that reached it: (probability, time).
    pub quantiles_if_reached: Vec<(f64, f64)>,
}

/// A mean with its standard error and confidence interval (normal approximation), or one that is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// Of how many runs; `None` for an exact mean, whose interval has no width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    pub estimate: f64,
    pub standard_error: f64,
    pub low: f64,
    pub high: f64,
}

impl Mean {
    /// A known mean.
    pub fn exact(mean: f64) -> Self {
        Mean { count: None, estimate: mean, standard_error: 0.0, low: mean, high: mean }
    }
}

/// The distribution of one number a run; of an exact answer the mean alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    pub mean: Mean,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_deviation: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// (probability, value), within the sketch's relative error.
    pub quantiles: Vec<(f64, f64)>,
    /// (threshold, share of runs above it), thresholds ascending.
    pub exceedance: Vec<(f64, Proportion)>,
}

impl Summary {
    /// Nothing but the mean.
    pub fn of_mean(mean: Mean) -> Self {
        Summary {
            mean,
            standard_deviation: None,
            minimum: None,
            maximum: None,
            quantiles: Vec::new(),
            exceedance: Vec::new(),
        }
    }
}

/// Quantiles and mean over time; of an exact answer the mean alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fan {
    /// Which quantiles: ascending probabilities, such as 0.05, 0.25, 0.5, 0.75, 0.95.
    pub probabilities: Vec<f64>,
    /// One row a point of the axis, one value a probability; empty when no run was left to look at.
    pub rows: Vec<Vec<f64>>,
    /// Mean at each point; NaN never occurs, a point with no run holds `None`.
    pub means: Vec<Option<Mean>>,
    /// Runs looked at, at each point; empty for an exact answer.
    pub counts: Vec<u64>,
}

impl Fan {
    /// Nothing but the means.
    pub fn of_means(means: Vec<Option<Mean>>) -> Self {
        Fan { probabilities: Vec::new(), rows: vec![Vec::new(); means.len()], means, counts: Vec::new() }
    }
}

/// A consequence: its accumulated total over time and at the end of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsequenceFindings {
    pub name: String,
    pub about: String,
    pub unit: String,
    /// The total at the run's end, carried to the horizon.
    pub total: Summary,
    /// The total so far; a run that has ended keeps its total.
    pub path: Fan,
}

/// A shared variable: its path while a run goes on, and three numbers a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VariableFindings {
    pub name: String,
    pub about: String,
    pub unit: String,
    /// Average over the time the run lasted. No exact answer has it, nor the two that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_average: Option<Summary>,
    /// Largest and smallest value in the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak: Option<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trough: Option<Summary>,
    /// Over the runs still going at each point.
    pub path: Fan,
}

/// Share of runs in each state of one machine over time; a run that has ended keeps its last state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Occupancy {
    pub machine: String,
    pub states: Vec<String>,
    /// One row a point of the axis, one share a state; each row sums to 1.
    pub rows: Vec<Vec<Proportion>>,
    /// Mean time spent in each state until the run's end.
    pub mean_time: Vec<Mean>,
}

/// What runs that follow on from scenario to scenario went through.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JourneyFindings {
    /// Each scenario that runs may come to; the first is the one where they begin.
    pub scenarios: Vec<Visits>,
    /// Each hand-off that the scenarios state, in file order.
    pub hand_offs: Vec<HandOffs>,
}

/// How often and how long runs were in one scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Visits {
    /// File stem.
    pub scenario: String,
    pub title: String,
    /// Runs that are ever in it.
    pub entered: Proportion,
    /// How often a run enters it; where runs begin, the beginning counts.
    pub entries: Mean,
    /// Time that a run spends in it, all entries together.
    pub time: Mean,
    /// Runs that end while they are in it.
    pub ended: Proportion,
    /// For each outcome of the findings, the share of all runs that end so while they are in this scenario; `None` where
    /// no run can.
    pub ends: Vec<Option<Proportion>>,
}

/// How often an outcome of one scenario handed runs on to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HandOffs {
    pub from: String,
    pub outcome: String,
    pub to: String,
    /// Runs that are ever handed on so.
    pub taken: Proportion,
    /// How often a run is.
    pub times: Mean,
}

/// How doubt about the parameters was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum DoubtMethod {
    /// Every run has parameters of its own.
    #[serde(rename = "chance+doubt")]
    Together,
    /// That, and the two are told apart.
    #[serde(rename = "nested")]
    Nested,
}

impl DoubtMethod {
    /// As it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            DoubtMethod::Together => "chance+doubt",
            DoubtMethod::Nested => "nested",
        }
    }
}

/// The part that doubt about the parameters has in a study.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Doubt {
    pub method: DoubtMethod,
    /// Names of the parameters that were drawn, by the study's seed: run r has those of point r.
    pub drawn: Vec<String>,
    /// Chance and doubt told apart; `None` if that was not asked for, or was interrupted.
    pub separated: Option<Separated>,
}

/// Chance and doubt told apart, over many parameter sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Separated {
    /// Parameter sets: points 0 to this many less one.
    pub points: u64,
    /// Runs at each; 0 where the probabilities were solved.
    pub runs_per_point: u64,
    /// In file order.
    pub outcomes: Vec<SeparatedEvent>,
    pub milestones: Vec<SeparatedEvent>,
}

/// What the variance of one event is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeparatedEvent {
    pub name: String,
    pub components: Components,
}

/// What one study of one scenario found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    pub origin: Origin,
    pub axis: TimeAxis,
    /// In file order; exclusive and exhaustive: their estimates sum to 1.
    pub outcomes: Vec<Passage>,
    pub milestones: Vec<Passage>,
    pub machines: Vec<Occupancy>,
    pub consequences: Vec<ConsequenceFindings>,
    pub variables: Vec<VariableFindings>,
    /// In file order; of simulations of one scenario.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub durations: Vec<durations::DurationFindings>,
    /// Of a study whose runs follow on from scenario to scenario; its first machine then tells in which one they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey: Option<JourneyFindings>,
    /// Transitions a run, on average.
    pub transitions_per_run: f64,
    /// Confidence of every interval above, such as 0.95.
    pub confidence: f64,
    /// Where the runs were to go on until the probabilities of all outcomes and milestones are known so well: how well they
    /// are. Their intervals then hold together, and at whatever number of runs the study ended; all others are each for
    /// itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Reached>,
    /// The words in which probabilities are told beside their numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Yardstick>,
    /// Largest relative error of any quantile above, from the sketch's bin width.
    pub quantile_relative_error: f64,
    /// How doubt about the parameters was taken in; `None` where all runs had the same parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
    /// What splitting was tried for. Where it has an estimate, that stands for the probability of the outcome or milestone
    /// too; all else is of plain runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rare: Vec<rare::Rare>,
    /// What becomes of runs that go on for ever; exact answers have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eventual: Option<exact::eventual::Eventual>,
}
