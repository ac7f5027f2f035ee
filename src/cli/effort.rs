//! How long a study goes on: what the flags of [`EffortArguments`] and a study file say, put together.

use super::arguments::EffortArguments;
use super::exit::{Exit, Trouble};
use crate::analysis::estimate::CONFIDENCE;
use crate::analysis::precise::Certainty;
use crate::model::plan::Plan;
use crate::stats::sequence::Precision;
use std::time::Duration;

/// What is asked where nothing is said.
pub const PRECISION: Precision = Precision::Absolute(0.01);
/// The most runs that a precision may take where nothing is said.
pub const MOST: u64 = 10_000_000;

/// The runs of a study with drawn parameters where nothing is said.
const DRAWN: u64 = 10_000;

/// How long to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Of each scenario; at the most, where there is a precision.
    pub runs: u64,
    pub limit: Option<Duration>,
    pub certainty: Certainty,
}

impl EffortArguments {
    pub fn effort(&self) -> Effort {
        let confidence = self.confidence.unwrap_or(CONFIDENCE);
        let (runs, precision) = match self.runs {
            Some(runs) => (runs, None),
            None => (self.max_runs.unwrap_or(MOST), Some(self.precision.unwrap_or(PRECISION))),
        };
        Effort { runs, limit: self.max_time, certainty: Certainty { confidence, precision } }
    }

    /// So many runs, for a study in which every run draws its own parameters: those are spread evenly and not independent, so
    /// that no interval holds at any number of runs.
    pub fn drawn(&self) -> Result<Effort, Trouble> {
        if self.precision.is_some() || self.max_runs.is_some() || self.max_time.is_some() || self.confidence.is_some() {
            let message =
                "error: with drawn parameters there is no `--precision`, `--confidence` or budget: say `--runs`";
            return Err(Trouble::new(Exit::Usage, message));
        }
        let runs = self.runs.unwrap_or(DRAWN);
        Ok(Effort { runs, limit: None, certainty: Certainty::default() })
    }

    /// These flags, and what a study says where they say nothing. Runs and a precision are two ways to ask for one thing: flags
    /// that ask one way hide all that the study says of the other.
    pub fn or(self, plan: &Plan) -> EffortArguments {
        let confidence = self.confidence.or(plan.confidence);
        if self.runs.is_some() {
            return EffortArguments { confidence, ..self };
        }
        let asked = self.precision.is_some() || self.max_runs.is_some() || self.max_time.is_some();
        EffortArguments {
            runs: if asked { None } else { plan.runs },
            precision: self.precision.or(plan.precision),
            max_runs: self.max_runs.or(plan.max_runs),
            max_time: self.max_time.or(plan.max_time),
            confidence,
        }
    }
}
