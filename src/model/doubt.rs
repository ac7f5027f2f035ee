//! What is not known of the inputs: the law that each is drawn from, and what holds between them.
//!
//! In: inputs with their ranges and distributions, correlations, shares. Out: [`Law`]s, and the [`Matrix`] of the
//! correlations with the nearest that is valid. Declares and checks; nothing is drawn here.

use super::id::InputId;
use super::{Input, InputKind, Provenance};
use crate::diagnostic::Span;
use crate::distribution::{Argument, Distribution, Family};
use crate::stats::correlation::{self, identity, normal_from_rank, rank_from_normal};

/// A rank correlation of two inputs when they are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    pub span: Span,
    /// Two different ones, neither a lever nor part of a share.
    pub between: [InputId; 2],
    /// Spearman's, in −1 … 1.
    pub rank: f64,
    pub provenance: Provenance,
}

/// Inputs that sum to 1 and are drawn together, from a Dirichlet law whose means are their central values.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    pub name: String,
    pub span: Span,
    /// Of no other share; their central values are positive and sum to 1.
    pub of: Vec<InputId>,
    /// Positive: the exponents of the Dirichlet law are this many times the central values.
    pub concentration: f64,
    pub provenance: Provenance,
}

/// What an input is drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    /// Of the input, or of its logarithm.
    distribution: Distribution,
    logarithmic: bool,
}

impl Law {
    /// The value that is stayed below with probability `u`, which is in (0, 1).
    pub fn quantile(&self, u: f64) -> f64 {
        let value = self.distribution.quantile(u);
        if self.logarithmic { libm::exp(value) } else { value }
    }
}

impl Input {
    /// The law that it is drawn from where parameters are drawn: the one that is given, or else the triangular one over
    /// its range with the peak at the central value, on the scale of logarithms for rates. `None` for levers, which are
    /// chosen, and for what has neither law nor range.
    pub fn law(&self) -> Option<Law> {
        if self.kind == InputKind::Lever {
            return None;
        }
        if let Some(law) = &self.distribution {
            let distribution = Distribution::new(law.family, &law.arguments, &law.values).ok()?;
            return Some(Law { distribution, logarithmic: false });
        }
        let [low, high] = self.range.filter(|[low, high]| low < high)?;
        let logarithmic = self.is_rate() && low > 0.0;
        let scaled = |value: f64| if logarithmic { libm::log(value) } else { value };
        let arguments = [(Argument::Low, low), (Argument::Mode, self.value), (Argument::High, high)]
            .map(|(argument, value)| (argument, scaled(value)));
        let distribution = Distribution::new(Family::Triangular, &arguments, &[]).ok()?;
        Some(Law { distribution, logarithmic })
    }

    /// Whether it stands in the place of a rate.
    fn is_rate(&self) -> bool {
        let place = self.name.rsplit('.').next().unwrap_or(&self.name);
        self.kind == InputKind::InPlace && (place == "rate" || place.starts_with("rate-"))
    }
}

/// The correlations of a model as one matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The inputs with a correlation, in their order in the model.
    pub inputs: Vec<InputId>,
    /// Rank correlations as they are given; 0 where none is.
    pub given: correlation::Matrix,
    /// The nearest that can be, between the normal variables of the copula.
    pub normal: correlation::Matrix,
    /// The largest distance of a rank correlation from what is given; 0 if what is given can be.
    pub distance: f64,
}

impl Matrix {
    pub fn of(correlations: &[Correlation]) -> Matrix {
        let mut inputs: Vec<InputId> = correlations.iter().flat_map(|one| one.between).collect();
        inputs.sort_unstable();
        inputs.dedup();
        let place = |id: InputId| inputs.binary_search(&id).expect("every correlated input is in the list");
        let mut given = identity(inputs.len());
        for one in correlations {
            let [i, j] = one.between.map(place);
            (given[i][j], given[j][i]) = (one.rank, one.rank);
        }
        let wanted: correlation::Matrix = given
            .iter()
            .enumerate()
            .map(|(i, row)| {
                row.iter().enumerate().map(|(j, r)| if i == j { 1.0 } else { normal_from_rank(*r) }).collect()
            })
            .collect();
        let valid = correlation::is_valid(&wanted);
        let normal = if valid { wanted } else { correlation::nearest(&wanted) };
        let mut matrix = Matrix { inputs, given, normal, distance: 0.0 };
        if !valid {
            let n = matrix.inputs.len();
            let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
            matrix.distance = pairs.map(|(i, j)| (matrix.rank(i, j) - matrix.given[i][j]).abs()).fold(0.0, f64::max);
        }
        matrix
    }

    /// The rank correlation of two of the inputs, as it will be.
    pub fn rank(&self, i: usize, j: usize) -> f64 {
        rank_from_normal(self.normal[i][j])
    }

    /// Three of the inputs whose correlations cannot all hold, if there are three; else all that are correlated.
    pub fn clash(&self) -> Vec<usize> {
        let n = self.inputs.len();
        let normal = |i: usize, j: usize| if i == j { 1.0 } else { normal_from_rank(self.given[i][j]) };
        for k in 0..n {
            for j in 0..k {
                for i in 0..j {
                    let three = [i, j, k];
                    let matrix = three.iter().map(|i| three.iter().map(|j| normal(*i, *j)).collect()).collect();
                    if !correlation::is_valid(&matrix) {
                        return three.to_vec();
                    }
                }
            }
        }
        (0..n).collect()
    }
}
