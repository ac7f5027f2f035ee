//! The families by name, and what each can be given by.

use super::argument::{Argument, Grammar, Way};
use super::{
    beta, empirical, exponential, gamma, gompertz, log_logistic, lognormal, normal, pert, triangular, uniform, weibull,
};

/// A family of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Constant hazard.
    Exponential,
    /// Hazard a power of age.
    Weibull,
    /// The logarithm is normal.
    Lognormal,
    /// Gamma; with a whole shape, the sum of that many exponential stages.
    Gamma,
    /// Hazard that grows exponentially with age.
    Gompertz,
    /// Odds a power of age.
    LogLogistic,
    /// Every value between two bounds alike.
    Uniform,
    /// Density rising straight to a mode and falling straight from it.
    Triangular,
    /// The smooth three-point estimate.
    Pert,
    /// Normal, between bounds if they are given.
    Normal,
    /// Beta on the unit interval, or between given bounds.
    Beta,
    /// One value for certain.
    Constant,
    /// One of a list of values, each as likely.
    Empirical,
}

impl Family {
    /// Every family, in the order of the guide.
    pub const ALL: [Family; 13] = [
        Family::Exponential,
        Family::Weibull,
        Family::Lognormal,
        Family::Gamma,
        Family::Gompertz,
        Family::LogLogistic,
        Family::Uniform,
        Family::Triangular,
        Family::Pert,
        Family::Normal,
        Family::Beta,
        Family::Constant,
        Family::Empirical,
    ];

    /// The name in a scenario file.
    pub fn name(self) -> &'static str {
        match self {
            Family::Exponential => "exponential",
            Family::Weibull => "weibull",
            Family::Lognormal => "lognormal",
            Family::Gamma => "gamma",
            Family::Gompertz => "gompertz",
            Family::LogLogistic => "log-logistic",
            Family::Uniform => "uniform",
            Family::Triangular => "triangular",
            Family::Pert => "pert",
            Family::Normal => "normal",
            Family::Beta => "beta",
            Family::Constant => "constant",
            Family::Empirical => "empirical",
        }
    }

    /// The family of this name.
    pub fn from_name(name: &str) -> Option<Family> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// The sets of arguments that determine a member, each in words: "`shape` and `scale`", "two quantiles".
    pub fn ways(self) -> Vec<String> {
        self.grammar().ways.iter().map(Way::text).collect()
    }

    /// The sets of arguments that determine a member. One with nothing in it stands for a list of values.
    pub fn determined_by(self) -> &'static [Way] {
        self.grammar().ways
    }

    /// What it is like, in a line for people.
    pub fn about(self) -> &'static str {
        match self {
            Family::Exponential => "as likely to happen at any moment, however long one has waited",
            Family::Weibull => "more (shape above 1) or less (below 1) likely the longer one has waited",
            Family::Lognormal => "its logarithm is normal: unlikely at first, then likely, then ever less so",
            Family::Gamma => "several stages that follow one another, each exponential",
            Family::Gompertz => "the hazard grows by the same share in every unit of time",
            Family::LogLogistic => "like the lognormal, with a heavier tail",
            Family::Uniform => "every value between two bounds alike",
            Family::Triangular => "a lowest, a most likely and a highest value, straight lines between them",
            Family::Pert => "a lowest, a most likely and a highest value, smoothly",
            Family::Normal => "the bell curve, between bounds if they are given",
            Family::Beta => "a share between 0 and 1, or between given bounds",
            Family::Constant => "always the same value",
            Family::Empirical => "one of a list of observed values, each as likely",
        }
    }

    /// Arguments that may come with any of the ways.
    pub fn optional(self) -> &'static [Argument] {
        self.grammar().optional
    }

    /// Every argument name it knows besides quantiles, for the nearest name to a misspelt one.
    pub fn argument_names(self) -> Vec<String> {
        self.grammar().names().into_iter().map(Argument::name).collect()
    }

    /// Whether it can be given by quantiles.
    pub fn takes_quantiles(self) -> bool {
        self.grammar().ways.iter().any(|way| way.quantiles > 0)
    }

    /// Checks that arguments of these kinds determine a member, whatever their values.
    ///
    /// # Errors
    /// A message in the author's words: what is missing or too much, and which ways there are.
    pub fn accepts(self, arguments: &[Argument]) -> Result<(), String> {
        self.grammar().accepts(self, arguments)
    }

    pub(super) fn with_article(self) -> String {
        let article = if matches!(self, Family::Exponential | Family::Empirical) { "an" } else { "a" };
        format!("{article} {}", self.name())
    }

    pub(super) fn grammar(self) -> Grammar {
        match self {
            Family::Exponential => exponential::GRAMMAR,
            Family::Weibull => weibull::GRAMMAR,
            Family::Lognormal => lognormal::GRAMMAR,
            Family::Gamma => gamma::GRAMMAR,
            Family::Gompertz => gompertz::GRAMMAR,
            Family::LogLogistic => log_logistic::GRAMMAR,
            Family::Uniform => uniform::GRAMMAR,
            Family::Triangular => triangular::GRAMMAR,
            Family::Pert => pert::GRAMMAR,
            Family::Normal => normal::GRAMMAR,
            Family::Beta => beta::GRAMMAR,
            Family::Constant => empirical::CONSTANT,
            Family::Empirical => empirical::EMPIRICAL,
        }
    }
}
