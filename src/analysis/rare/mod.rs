//! Rare outcomes, by splitting: how probable is what plain runs hardly ever come to?
//!
//! In: a scenario, and a [`Target`]: an outcome, a milestone, or a consequence whose total comes from rare states. Out: a [`Rare`]:
//! the probability (or the mean total) with an interval, and what it took; or why splitting is of no use here. Four steps, each
//! with luck of its own, so that no choice bends the estimate:
//! 1. A distance: how far a world is from the target, from the state graph and the guards.
//! 2. Pilot runs choose a ladder: rungs at which runs are split, and into how many.
//! 3. A trial of trees of runs tells what a tree costs and how much it varies, and so whether splitting gains
//!    anything and how many trees it takes.
//! 4. That many trees are grown, and the estimate is their mean.

pub mod choose;
mod distance;
mod grove;
mod ladder;
mod pilots;
mod study;
mod tree;
mod walk;
mod ways;

pub use study::{Effort, estimate};

use super::{Findings, Mean, Proportion};
use crate::diagnostic::Span;
use crate::model::Model;
use serde::Serialize;

/// What is rare, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Outcome(usize),
    Milestone(usize),
    /// Its mean total at the end of a run.
    Consequence(usize),
}

/// A target and what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub target: Target,
    pub name: String,
    pub span: Span,
}

/// What kind of thing is rare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Outcome,
    Milestone,
    Consequence,
}

/// A rung of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rung {
    /// How far from the target, at the most, in the units of the level function: about the negative logarithm of the
    /// probability to come to it.
    pub distance: f64,
    /// How many runs go on from here for one that comes here.
    pub factor: u64,
}

/// An estimate by splitting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Split {
    /// Of the probability, or of the mean total.
    pub estimate: f64,
    /// Of the confidence of the study; from independent trees, on the log scale.
    pub low: f64,
    pub high: f64,
    /// As a part of the estimate.
    pub relative_standard_error: f64,
    /// Independent contributions that the estimate is worth.
    pub effective_sample_size: f64,
    pub rungs: Vec<Rung>,
    /// Independent trees of runs, each grown from one plain run.
    pub trees: u64,
    /// Runs, in all trees together, that came to the target; 0 of a consequence.
    pub arrivals: u64,
    /// Events simulated in these trees, and in the pilot and the trial before them.
    pub events: u64,
    pub events_before: u64,
    /// Events of a plain run.
    pub events_per_plain_run: f64,
    /// How many times as many events plain runs need for the same standard error; of a consequence not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
    /// Plain runs for the same standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_runs: Option<f64>,
}

/// What splitting has to say.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Split(Box<Split>),
    /// It is of no use here, and why; what plain runs say stands.
    Declined(String),
}

/// A rare thing, and what splitting says of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rare {
    pub name: String,
    pub kind: Kind,
    /// Why splitting was tried.
    pub reason: String,
    pub answer: Answer,
}

impl Rare {
    /// The estimate, if there is one.
    pub fn split(&self) -> Option<&Split> {
        match &self.answer {
            Answer::Split(split) => Some(split),
            Answer::Declined(_) => None,
        }
    }
}

/// Adds what splitting says to the findings of plain runs: its estimates stand for the probabilities of their targets.
pub fn add(findings: &mut Findings, target: Target, rare: Rare) {
    if let Some(split) = rare.split() {
        let passage = match target {
            Target::Outcome(index) => findings.outcomes.get_mut(index),
            Target::Milestone(index) => findings.milestones.get_mut(index),
            Target::Consequence(_) => None,
        };
        if let Some(passage) = passage {
            passage.probability =
                Proportion { counts: None, estimate: split.estimate, low: split.low, high: split.high };
        }
        if let Target::Consequence(index) = target {
            let error = split.relative_standard_error * split.estimate;
            findings.consequences[index].total.mean =
                Mean { count: None, estimate: split.estimate, standard_error: error, low: split.low, high: split.high };
        }
    }
    findings.rare.push(rare);
}

impl Choice {
    /// The outcome, milestone or consequence of this name; of several that of the kind named first here.
    pub fn of_name(model: &Model, name: &str) -> Option<Self> {
        let outcome = model.outcomes.iter().position(|one| one.name == name).map(Target::Outcome);
        let milestone = || model.milestones.iter().position(|one| one.name == name).map(Target::Milestone);
        let consequence = || model.consequences.iter().position(|one| one.name == name).map(Target::Consequence);
        outcome.or_else(milestone).or_else(consequence).map(|target| Choice::of(model, target))
    }

    pub fn of(model: &Model, target: Target) -> Self {
        let (name, span) = match target {
            Target::Outcome(index) => (&model.outcomes[index].name, model.outcomes[index].span),
            Target::Milestone(index) => (&model.milestones[index].name, model.milestones[index].span),
            Target::Consequence(index) => (&model.consequences[index].name, model.consequences[index].span),
        };
        Choice { target, name: name.clone(), span }
    }

    pub fn kind(&self) -> Kind {
        match self.target {
            Target::Outcome(_) => Kind::Outcome,
            Target::Milestone(_) => Kind::Milestone,
            Target::Consequence(_) => Kind::Consequence,
        }
    }
}

#[cfg(test)]
mod tests;
