//! What the author of a study file wrote: what is asked of which scenarios.
//!
//! In: a file that names scenarios. Out: a [`Study`], whose names are still text and whose numbers may still be
//! expressions, with the place of everything. A file is a study if it has the key `scenarios`, whatever it is called.

use super::threshold::ThresholdText;
use super::{ExpressionText, Name, Spanned};
use crate::diagnostic::Span;
use crate::stats::sequence::Precision;
use std::time::Duration;

/// A study as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The whole of the file: where to point when something is missing from it.
    pub span: Span,
    /// Paths relative to the file, each named once.
    pub scenarios: Vec<Name>,
    pub title: Option<Name>,
    pub about: Option<Name>,
    pub seed: Option<Spanned<u64>>,
    /// At least 1.
    pub runs: Option<Spanned<u64>>,
    /// In place of `runs`: how near the probability of each outcome and milestone is to be known.
    pub precision: Option<Spanned<Precision>>,
    /// At least 1: the most runs that a precision may take.
    pub max_runs: Option<Spanned<u64>>,
    /// The most time that it may take.
    pub max_time: Option<Spanned<Duration>>,
    /// The confidence of intervals, such as 0.95.
    pub confidence: Option<Spanned<f64>>,
    pub method: Option<Spanned<Method>>,
    pub horizon: Option<ExpressionText>,
    /// At least 1.
    pub threads: Option<Spanned<u64>>,
    /// Inputs set away from their central values.
    pub set: Vec<(Name, ExpressionText)>,
    /// Inputs that take several values.
    pub vary: Vec<(Name, SweepText)>,
    pub design: Option<Spanned<Design>>,
    pub points: Option<Spanned<u64>>,
    /// Policies and variants to sweep under; [`AS_WRITTEN`] stands for none.
    pub policies: Vec<Name>,
    pub variants: Vec<Name>,
    /// Outcomes, milestones and consequences that charts show.
    pub show: Vec<Name>,
    /// What points are told apart by.
    pub threshold: Option<Spanned<ThresholdText>>,
    /// How many times cells that it crosses are split.
    pub refine: Option<Spanned<u64>>,
}

/// In place of a policy or a variant: the scenario as it is written.
pub const AS_WRITTEN: &str = "as-written";

/// The values that one input takes.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepText {
    /// `[0.3, 0.6, 0.9]`: at least one.
    List(Spanned<Vec<ExpressionText>>),
    /// `{ from = 0.1, to = 0.9, steps = 17, scale = "log" }`.
    Steps { span: Span, from: ExpressionText, to: ExpressionText, steps: Option<Spanned<u64>>, log: bool },
}

impl SweepText {
    pub fn span(&self) -> Span {
        match self {
            SweepText::List(list) => list.span,
            SweepText::Steps { span, .. } => *span,
        }
    }
}

/// How a study answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    #[default]
    Simulate,
    /// Markov chains are solved; what is none is a mistake.
    Exact,
    /// Markov chains are solved, all else is simulated.
    Auto,
}

impl Method {
    pub const ALL: [Method; 3] = [Method::Simulate, Method::Exact, Method::Auto];

    /// Its word in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Method::Simulate => "simulate",
            Method::Exact => "exact",
            Method::Auto => "auto",
        }
    }

    /// The method of this word.
    pub fn from_name(name: &str) -> Option<Method> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// How the values of several inputs are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Design {
    /// Every combination.
    #[default]
    Grid,
    /// The first values of all, the second values of all, and so on.
    List,
    /// Each input through its values, the others at their central ones.
    OneAtATime,
    /// As many points as asked for, each input's values spread evenly.
    LatinHypercube,
    /// As many points as asked for, spread evenly over the whole space.
    Sobol,
    /// What Saltelli's estimators of Sobol' indices need.
    Saltelli,
}

impl Design {
    pub const ALL: [Design; 6] =
        [Design::Grid, Design::List, Design::OneAtATime, Design::LatinHypercube, Design::Sobol, Design::Saltelli];

    /// Its word in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Design::Grid => "grid",
            Design::List => "list",
            Design::OneAtATime => "one-at-a-time",
            Design::LatinHypercube => "latin-hypercube",
            Design::Sobol => "sobol",
            Design::Saltelli => "saltelli",
        }
    }

    /// The design of this word.
    pub fn from_name(name: &str) -> Option<Design> {
        Self::ALL.into_iter().find(|design| design.name() == name)
    }

    /// Whether it draws as many points as it is told to, from whole ranges.
    pub fn is_sampled(self) -> bool {
        matches!(self, Design::LatinHypercube | Design::Sobol | Design::Saltelli)
    }
}

/// What the text of a study calls itself, and what it says it is about; empty where it does not say, or cannot be read.
pub fn title_and_about(text: &str) -> (String, String) {
    let written: toml::Table = toml::from_str(text).unwrap_or_default();
    let said = |key: &str| written.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    (said("title"), said("about"))
}

#[cfg(test)]
mod tests {
    use super::{Design, Method};
    use crate::scenario::keys::{DESIGNS, METHODS};

    #[test]
    fn every_word_of_the_format_is_a_design() {
        assert_eq!(Design::ALL.map(Design::name).as_slice(), DESIGNS);
        assert_eq!(Method::ALL.map(Method::name).as_slice(), METHODS);
        assert!(Design::ALL.into_iter().all(|design| Design::from_name(design.name()) == Some(design)));
    }
}
