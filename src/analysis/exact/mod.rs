//! Exact answers: for scenarios that are Markov chains, without a single run.
//!
//! In: a model, or a bound program. Out: [`Findings`](super::Findings) whose numbers carry no sampling error, or the
//! reason why there are none. A program is [sliced](mod@slice) to the part that has no memory and does not drift, its states
//! are [explored](mod@explore), the chain is [followed in time](transient) and solved [without a horizon](eventual), and what
//! was found is put [in words of findings](answer). Waits with memory can be [approximated by phases](phase).

pub mod answer;
mod asked;
pub mod connected;
pub mod eliminate;
pub mod eventual;
pub mod explore;
pub mod phase;
pub mod poisson;
pub mod slice;
pub mod solver;
mod store;
pub mod transient;

use super::study::Failure;
use crate::program::bind::Bound;
use eventual::Unending;
use explore::{Chain, Limits, Unexplored, explore};
use phase::{Approximation, Phases};
use serde::Serialize;
use slice::{Omitted, Refusal, Slice, Waits, slice};
use transient::{Functional, Question, TooStiff};

/// More states than this are not built for the sake of a variable that nothing depends on.
const FOR_IDLE_VARIABLES: usize = 100_000;

/// What is asked of the solver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub limits: Limits,
    /// The most phases by which a wait with memory may be approximated; `None`: none is approximated.
    pub phases: Option<usize>,
}

/// What exact findings rest on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exactness {
    /// Of the Markov chain that was solved.
    pub states: usize,
    pub transitions: usize,
    /// No probability over time is further off than this: what was left off, and rounding.
    pub error_bound: f64,
    /// Waits that were approximated; the answers are exact for these approximations only.
    pub approximations: Vec<Approximation>,
    /// What has no exact answer, and why.
    pub omitted: Vec<Omitted>,
}

/// Why there is no exact answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsolvable {
    /// The model and the settings do not fit together.
    Failure(Failure),
    Refused(Refusal),
    Unexplored(Unexplored),
    TooStiff(TooStiff),
    /// Of runs without a horizon only.
    Unending(Unending),
}

/// A program as a Markov chain.
#[derive(Clone, Debug)]
pub struct Solvable {
    pub slice: Slice,
    pub phases: Phases,
    pub chain: Chain,
}

impl Solvable {
    /// The chain of a bound program.
    ///
    /// # Errors
    /// It is no chain of its own, or too large.
    pub fn new(bound: &Bound, options: &Options) -> Result<Self, Unsolvable> {
        let waits = if options.phases.is_some() { Waits::Approximated } else { Waits::Refused };
        Solvable::of(slice(bound, waits).map_err(Unsolvable::Refused)?, options)
    }

    /// The chain of a slice.
    fn of(mut slice: Slice, options: &Options) -> Result<Self, Unsolvable> {
        let phases = Phases::fit(&slice, options.phases.unwrap_or(1));
        let idle = slice.idle.len();
        let limits = if idle > 0 {
            Limits { states: options.limits.states.min(FOR_IDLE_VARIABLES), ..options.limits }
        } else {
            options.limits
        };
        let mut explored = explore(&slice, &phases, limits);
        if idle > 0 && matches!(explored, Err(Unexplored::TooManyStates { .. } | Unexplored::TooMuchMemory { .. })) {
            slice.drop_idle_variables();
            explored = explore(&slice, &phases, options.limits);
        }
        let chain = explored.map_err(Unsolvable::Unexplored)?;
        Ok(Solvable { slice, phases, chain })
    }

    /// The probability of each outcome at the horizon, in file order.
    ///
    /// # Errors
    /// The chain is too fast for its horizon.
    pub fn probabilities(&self) -> Result<Vec<f64>, TooStiff> {
        let outcomes = self.slice.bound.program().outcomes.len();
        let functionals: Vec<Functional> = answer::outcome_functionals(&self.chain, outcomes);
        let points = [self.slice.horizon];
        let question =
            Question { chain: &self.chain, halted: None, functionals: &functionals, points: &points, kept: 0 };
        let course = transient::follow(&question)?;
        Ok(course.values.iter().map(|values| values[0]).collect())
    }
}
