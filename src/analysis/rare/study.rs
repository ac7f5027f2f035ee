//! From a rare thing to its estimate: distance, ladder, trial, trees.
//!
//! In: a bound simulator, a [`Choice`], and how much effort may be spent. Out: an [`Answer`]. How many trees are grown is
//! fixed before the first of them by a trial with other luck; so their mean has no bias. Tree number r of seed s grows from
//! the plain run r of seed s.

use super::distance::{Aim, Distance};
use super::grove::{Grower, Nursery};
use super::ladder::{self, Height, Ladder};
use super::tree::Tree;
use super::{Answer, Choice, Rung, Split, Target};
use crate::kernel::batch::{Monitor, RunFault};
use crate::kernel::points::at_points;
use crate::kernel::run::Simulator;
use crate::model::id::TransitionId;
use crate::program::Term;
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::random::RunAddress;
use crate::stats::moments::Moments;
use crate::stats::replications::{Replicated, replications_for};
use crate::stats::special::normal_quantile;
use std::sync::atomic::{AtomicBool, Ordering};

/// Branches of a run's address that are no branches of trees.
const PILOT: u64 = u64::MAX;
const TRIAL: u64 = u64::MAX - 1;
/// Contributions after which a trial knows enough of the variance.
const TRIAL_SIZE: f64 = 100.0;
/// Contributions from which on a trial is broken off whose gain is half of what is worth while, or less.
const LEAST_TRIAL_SIZE: f64 = 25.0;
/// Trees of a trial: at first, and at the most.
const FIRST_TRIAL: u64 = 32;
const LAST_TRIAL: u64 = 1 << 22;
/// Events of a trial at the most.
const TRIAL_EVENTS: u64 = 30_000_000;
/// Events of one tree at the most: in a trial, and of those that count.
const TRIAL_LIMIT: u64 = 10_000_000;
const LIMIT: u64 = 1_000_000_000;
/// Trees with so many times as many events as are meant are too large, from this size on.
const TOO_LARGE: f64 = 20.0;
const LARGE: f64 = 100_000.0;
/// How often a ladder is made easier, if trees grow too large on it.
const THINNINGS: u64 = 12;
/// Events that may be spent whatever the budget is.
const LEAST_BUDGET: f64 = 500_000_000.0;
/// No mean of fewer trees is told.
const LEAST_TREES: u64 = 256;
/// Splitting that gains less than this is not worth what it takes to explain.
const LEAST_GAIN: f64 = 2.0;
/// Events that a piece of work has, about.
const PIECE: f64 = 200_000.0;
/// Pieces after which what was done is safe from an interruption.
const ROUND: u64 = 64;

/// How much may be spent on an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    pub seed: u64,
    pub threads: usize,
    /// Between 0 and 1.
    pub confidence: f64,
    /// How near the estimate is to be known, as a part of itself.
    pub precision: f64,
    /// So many trees, in place of a precision.
    pub trees: Option<u64>,
    /// No more events than so many plain runs take, or 500 million.
    pub budget_runs: u64,
}

/// What many trees add up to.
#[derive(Clone, Debug, Default)]
struct Forest {
    values: Moments,
    hits: u64,
    events: u64,
    runs: u64,
    plain_events: u64,
    plain_hits: u64,
}

impl Forest {
    fn add(&mut self, tree: &Tree) {
        self.values.add(tree.value);
        self.hits += tree.hits;
        self.events += tree.events;
        self.runs += tree.runs;
        self.plain_events += tree.plain_events;
        self.plain_hits += tree.plain_hits;
    }

    fn merge(&mut self, other: &Forest) {
        self.values.merge(&other.values);
        self.hits += other.hits;
        self.events += other.events;
        self.runs += other.runs;
        self.plain_events += other.plain_events;
        self.plain_hits += other.plain_hits;
    }

    fn trees(&self) -> u64 {
        self.values.count()
    }

    /// Events, and one for the beginning of each run, so that runs without events are work too.
    fn work(&self) -> u64 {
        self.events + self.runs
    }

    fn work_per_tree(&self) -> f64 {
        self.work() as f64 / self.trees().max(1) as f64
    }

    fn work_per_plain_run(&self) -> f64 {
        self.plain_events as f64 / self.trees().max(1) as f64 + 1.0
    }
}

/// What a trial of trees says of what is to come.
enum Trial {
    Grow {
        trees: u64,
        /// Of the trial, in all and of one tree.
        events: u64,
        each: u64,
    },
    /// The ladder makes trees too large.
    TooLarge,
    Declined(String),
}

/// What the distance is to.
pub(super) fn aim(bound: &Bound, target: Target) -> Aim {
    let program = bound.program();
    match target {
        Target::Outcome(index) => Aim::Term(program.outcomes[index].condition.when),
        Target::Milestone(index) => Aim::Term(program.milestones[index].when),
        Target::Consequence(index) => {
            let adds =
                |list: &[(crate::model::id::ConsequenceId, Term)]| list.iter().any(|(id, _)| id.index() == index);
            let adding = program.transitions.iter().enumerate().filter(|(_, t)| adds(&t.actions.accrue));
            let adding: Vec<TransitionId> = adding.map(|(index, _)| TransitionId::new(index)).collect();
            Aim::Any(program.consequences[index].rate, adding)
        }
    }
}

/// Estimates a rare thing by splitting, or says why not: also where it was stopped before anything was known.
///
/// # Errors
/// The fault of a run that cannot go on.
pub fn estimate(
    simulator: &Simulator,
    choice: &Choice,
    effort: &Effort,
    monitor: &Monitor,
) -> Result<Answer, RunFault> {
    let declined = |why: &str| Ok(Answer::Declined(why.to_owned()));
    let bound = simulator.bound();
    let mut start = World::default();
    bound.start(&mut start);
    let Some(height) = Height::new(Distance::new(bound, aim(bound, choice.target)), &start) else {
        return declined(
            "its level function is of no use: no way leads from the start to it, or it holds from the start",
        );
    };
    let base = RunAddress::new(effort.seed, 0);
    let fault = |fault| RunFault { run: 0, seed: effort.seed, point: None, fault: elsewhere(fault, "a pilot run") };
    let mut climbing = height.clone();
    let ladder = ladder::find(simulator, &mut climbing, choice, base.branch(PILOT), || monitor.is_stopped());
    let (ladder, pilot_events) = ladder.map_err(fault)?;
    if monitor.is_stopped() {
        return declined("it was stopped while pilot runs looked for the places to split at, before a tree was grown");
    }
    if ladder.rungs.is_empty() {
        return declined("nothing on the way to it is rare, so there is nothing to split at");
    }
    let overgrown = AtomicBool::new(false);
    let mut field = Field { simulator, ladder, choice, height: &height, effort, monitor, overgrown: &overgrown };
    let (trees, trial_events, each) = match field.trial()? {
        None => return declined("it was stopped in the trial that tells how many trees of runs it takes"),
        Some(Trial::Declined(why)) => return declined(&why),
        Some(Trial::TooLarge) => unreachable!("such a ladder is thinned"),
        Some(Trial::Grow { trees, events, each }) => (trees, events, each),
    };
    let forest = field.grow(trees, |tree| RunAddress::new(effort.seed, tree), each, LIMIT)?;
    let ladder = &field.ladder;
    let found = Replicated::new(&forest.values, effort.confidence);
    let Some(found) = found.filter(|_| forest.trees() >= LEAST_TREES.min(trees)) else {
        let grown = forest.trees();
        return declined(&match monitor.is_stopped() {
            true => format!("it was stopped after {grown} of {trees} trees of runs, too few for an estimate"),
            false => format!("none of {grown} trees of runs came to it"),
        });
    };
    let gain = gain(&forest, &found, choice.target);
    let ceiling = if matches!(choice.target, Target::Consequence(_)) { f64::INFINITY } else { 1.0 };
    let rungs = ladder.rungs.iter().zip(&ladder.factors);
    Ok(Answer::Split(Box::new(Split {
        estimate: found.estimate,
        low: found.low,
        high: found.high.min(ceiling),
        relative_standard_error: found.standard_error / found.estimate,
        effective_sample_size: found.effective_sample_size,
        rungs: rungs.map(|(&rung, &factor)| Rung { distance: height.distance(rung), factor }).collect(),
        trees: forest.trees(),
        arrivals: forest.hits,
        events: forest.events,
        events_before: pilot_events + trial_events,
        events_per_plain_run: forest.plain_events as f64 / forest.trees() as f64,
        gain,
        plain_runs: gain.map(|_| plain_runs(&found)),
    })))
}

/// Plain runs for the same standard error.
fn plain_runs(found: &Replicated) -> f64 {
    let p = found.estimate;
    p * (1.0 - p) / (found.standard_error * found.standard_error)
}

/// The events of plain runs for the same standard error, as a multiple of those of the trees.
fn gain(forest: &Forest, found: &Replicated, target: Target) -> Option<f64> {
    let plain = plain_runs(found) * forest.work_per_plain_run();
    let trees = forest.trees() as f64 * forest.work_per_tree();
    (!matches!(target, Target::Consequence(_))).then_some(plain / trees)
}

fn elsewhere(mut fault: crate::program::behaviour::Fault, what: &str) -> crate::program::behaviour::Fault {
    fault.message += &format!(" (in {what} of splitting, which cannot be replayed)");
    fault
}

/// All that trees grow with.
struct Field<'a> {
    simulator: &'a Simulator,
    ladder: Ladder,
    choice: &'a Choice,
    height: &'a Height,
    effort: &'a Effort,
    monitor: &'a Monitor,
    /// Whether a tree has grown beyond its limit.
    overgrown: &'a AtomicBool,
}

impl Field<'_> {
    /// Grows trees until their variance is known roughly, on a ladder that is thinned as long as they are too large; `None` if
    /// it was stopped.
    fn trial(&mut self) -> Result<Option<Trial>, RunFault> {
        for attempt in 0..THINNINGS {
            let grown = self.trial_on(RunAddress::new(self.effort.seed, 0).branch(TRIAL).branch(attempt));
            match grown {
                Err(_) if self.overgrown.swap(false, Ordering::Relaxed) => {}
                Err(fault) => return Err(fault),
                Ok(Some(Trial::TooLarge)) => {}
                Ok(trial) => return Ok(trial),
            }
            self.ladder = self.ladder.thinned();
        }
        Ok(Some(Trial::Declined("on its level function trees of runs grow without bounds".to_owned())))
    }

    fn trial_on(&self, root: RunAddress) -> Result<Option<Trial>, RunFault> {
        let (mut forest, mut until) = (Forest::default(), FIRST_TRIAL);
        loop {
            let first = forest.trees();
            let each = forest.work() / first.max(1);
            forest.merge(&self.grow(until - first, |tree| root.branch(first + tree), each, TRIAL_LIMIT)?);
            if self.monitor.is_stopped() {
                return Ok(None);
            }
            let meant = forest.work_per_plain_run() * (self.ladder.rungs.len() + 1) as f64;
            if forest.work_per_tree() > LARGE.max(TOO_LARGE * meant) {
                return Ok(Some(Trial::TooLarge));
            }
            let found = Replicated::new(&forest.values, self.effort.confidence);
            let known = found.is_some_and(|found| {
                let hopeless = gain(&forest, &found, self.choice.target).is_some_and(|gain| gain < LEAST_GAIN / 2.0);
                found.effective_sample_size >= if hopeless { LEAST_TRIAL_SIZE } else { TRIAL_SIZE }
            });
            if known || until >= LAST_TRIAL || forest.work() >= TRIAL_EVENTS {
                let Some(found) = found else {
                    let why = format!("none of {} trees of runs came to it", forest.trees());
                    return Ok(Some(Trial::Declined(why)));
                };
                return Ok(Some(self.judge(&forest, &found)));
            }
            until *= 2;
        }
    }

    /// Whether it pays, and how many trees it takes.
    fn judge(&self, forest: &Forest, found: &Replicated) -> Trial {
        if let Some(gain) = gain(forest, found, self.choice.target).filter(|gain| *gain < LEAST_GAIN) {
            return Trial::Declined(format!(
                "plain runs do as well: for the same error they take {gain:.1} times the work of splitting"
            ));
        }
        let z = normal_quantile(0.5 + self.effort.confidence / 2.0);
        let spread = found.standard_error / found.estimate * (forest.trees() as f64).sqrt();
        // The trial knows the spread to about a tenth, and that of trees of which few are large less well: too small more often
        // than not.
        let wanted = 1.3 * replications_for(self.effort.precision, spread, z);
        let budget = LEAST_BUDGET.max(self.effort.budget_runs as f64 * forest.work_per_plain_run());
        let most = budget / forest.work_per_tree();
        let trees = self.effort.trees.unwrap_or(wanted.min(most).ceil() as u64).max(LEAST_TREES);
        Trial::Grow { trees, events: forest.events, each: forest.work() / forest.trees().max(1) }
    }

    /// Grows so many trees, each from the run of its number; a stop leaves those of the rounds that are done.
    fn grow(
        &self,
        trees: u64,
        root: impl Fn(u64) -> RunAddress + Sync,
        each: u64,
        limit: u64,
    ) -> Result<Forest, RunFault> {
        let piece = (PIECE / (each as f64 + 1.0)).clamp(1.0, 4096.0) as u64;
        let grower = Grower::new(self.simulator, &self.ladder, self.choice, limit, self.overgrown);
        let mut forest = Forest::default();
        let mut first = 0;
        while first < trees && !self.monitor.is_stopped() {
            let end = trees.min(first + piece * ROUND);
            let pieces = (end - first).div_ceil(piece);
            let make = || {
                let mut nursery = Nursery::new(self.height);
                let (grower, root) = (&grower, &root);
                move |point: u64| {
                    let (from, mut part) = (first + point * piece, Forest::default());
                    let grown = grower.grow(from..end.min(from + piece), root, &mut nursery);
                    let grown = grown.map_err(|(run, fault)| {
                        let fault = elsewhere(fault, "a tree of runs");
                        RunFault { run, seed: self.effort.seed, point: None, fault }
                    })?;
                    grown.iter().for_each(|tree| part.add(tree));
                    let trees = part.trees();
                    Ok((part, trees))
                }
            };
            let Some(parts) = at_points(pieces, self.effort.threads, make, self.monitor)? else { break };
            parts.iter().for_each(|part| forest.merge(part));
            first = end;
        }
        Ok(forest)
    }
}
