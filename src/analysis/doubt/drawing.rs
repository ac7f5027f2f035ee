//! Values of the parameters, drawn point by point.
//!
//! In: a model, what is set by hand, a seed. Out: for the index of a point the value of every input, a pure function of
//! those, so that points do not depend on how many there are. Each parameter with a [`Law`] is
//! a dimension of the quasi-random points; correlations come in by a Gaussian copula (Iman and Conover's aim, by the exact
//! transform of McNeil, Frey and Embrechts, "Quantitative risk management", 2015, section 7.1), shares by gamma variables over
//! their sum (Dirichlet; Devroye, "Non-uniform random variate generation", 1986, XI.4). What is set by hand, and levers, are
//! not drawn; of a share the others are then drawn within what is left, which is the Dirichlet law given what is set.

use crate::analysis::study::{self, Failure};
use crate::model::doubt::{Law, Matrix};
use crate::model::id::InputId;
use crate::model::{InputKind, Model};
use crate::program::Program;
use crate::program::behaviour::Fault;
use crate::program::bind::{Bound, Unbindable};
use crate::program::lower::lower;
use crate::random::sobol::Coordinate;
use crate::stats::correlation::{self, cholesky};
use crate::stats::special::{gamma_inverse_p, normal_cdf, normal_quantile};
use std::sync::Arc;

/// How the parameters of one study are drawn.
#[derive(Clone, Debug)]
pub struct Drawing {
    program: Arc<Program>,
    /// Values of what is not drawn.
    fixed: Vec<f64>,
    alone: Vec<Draw>,
    correlated: Vec<Draw>,
    /// Of the normal variables behind the correlated ones: the lower triangle of their matrix's square root.
    factor: correlation::Matrix,
    shares: Vec<Parts>,
    names: Vec<String>,
}

/// One parameter that is drawn.
#[derive(Clone, Debug)]
struct Draw {
    input: InputId,
    law: Law,
    coordinate: Coordinate,
}

/// The drawn parts of one share.
#[derive(Clone, Debug)]
struct Parts {
    /// What those that are set leave.
    left: f64,
    /// Each with the exponent of its law.
    of: Vec<(InputId, f64, Coordinate)>,
}

impl Drawing {
    /// # Errors
    /// If a name of `set` is no input's, or the parts of a share that are set leave nothing for the others.
    pub fn new(model: &Model, set: &[(String, f64)], seed: u64) -> Result<Drawing, Failure> {
        let fixed = study::values(model, set)?;
        let is_set = |id: InputId| set.iter().any(|(name, _)| *name == model.inputs[id.index()].name);
        let share_of = |id: InputId| model.shares.iter().position(|share| share.of.contains(&id));
        // A dimension for whatever could be drawn, so that setting one parameter leaves the others' values alone.
        let mut dimension = 0;
        let mut coordinate = |id: InputId| {
            dimension += 1;
            Coordinate::new(seed, dimension - 1, &model.inputs[id.index()].name)
        };
        let (mut draws, mut coordinates) = (Vec::new(), vec![None; model.inputs.len()]);
        for (index, input) in model.inputs.iter().enumerate().filter(|(_, input)| input.kind != InputKind::Lever) {
            let id = InputId::new(index);
            if share_of(id).is_some() {
                coordinates[index] = Some(coordinate(id));
            } else if let Some(law) = input.law() {
                let coordinate = coordinate(id);
                if !is_set(id) {
                    draws.push(Draw { input: id, law, coordinate });
                }
            }
        }
        let shares: Vec<Parts> = model
            .shares
            .iter()
            .map(|share| {
                let (held, drawn): (Vec<InputId>, Vec<InputId>) = share.of.iter().partition(|id| is_set(**id));
                let left = 1.0 - held.iter().map(|id| fixed[id.index()]).sum::<f64>();
                let of = drawn.into_iter().map(|id| {
                    let exponent = share.concentration * model.inputs[id.index()].value;
                    (id, exponent, coordinates[id.index()].take().expect("a share has a dimension for each part"))
                });
                Parts { left, of: of.collect() }
            })
            .filter(|parts: &Parts| parts.of.len() > 1)
            .collect();
        let matrix = Matrix::of(&model.correlations);
        let place = |draw: &Draw| matrix.inputs.binary_search(&draw.input);
        let (correlated, alone): (Vec<Draw>, Vec<Draw>) = draws.into_iter().partition(|draw| place(draw).is_ok());
        // Without those that are set, what is left of a valid matrix is valid.
        let places: Vec<usize> = correlated.iter().filter_map(|draw| place(draw).ok()).collect();
        let normal = places.iter().map(|i| places.iter().map(|j| matrix.normal[*i][*j]).collect()).collect();
        let factor = cholesky(&normal).expect("the nearest valid matrix has a square root");
        let mut drawn: Vec<InputId> = alone.iter().chain(&correlated).map(|draw| draw.input).collect();
        drawn.extend(shares.iter().flat_map(|parts| parts.of.iter().map(|(id, ..)| *id)));
        drawn.sort_unstable();
        let names = drawn.iter().map(|id| model.inputs[id.index()].name.clone()).collect();
        Ok(Drawing { program: Arc::new(lower(model)), fixed, alone, correlated, factor, shares, names })
    }

    /// Names of what is drawn, in the order of the model.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values of all inputs at a point, in the order of the model.
    pub fn values(&self, point: u64) -> Vec<f64> {
        let mut values = self.fixed.clone();
        for draw in &self.alone {
            values[draw.input.index()] = draw.law.quantile(draw.coordinate.at(point));
        }
        let normal: Vec<f64> = self.correlated.iter().map(|draw| normal_quantile(draw.coordinate.at(point))).collect();
        for (draw, row) in self.correlated.iter().zip(&self.factor) {
            let mixed: f64 = row.iter().zip(&normal).map(|(weight, z)| weight * z).sum();
            // Far out the distribution function rounds to 0 or 1, where laws may have no value.
            let u = normal_cdf(mixed).clamp(f64::MIN_POSITIVE, 1.0 - 0.5 * f64::EPSILON);
            values[draw.input.index()] = draw.law.quantile(u);
        }
        for parts in &self.shares {
            let logs: Vec<f64> =
                parts.of.iter().map(|(_, exponent, c)| ln_gamma_quantile(*exponent, c.at(point))).collect();
            let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sizes: Vec<f64> = logs.iter().map(|ln| libm::exp(ln - greatest)).collect();
            let all: f64 = sizes.iter().sum();
            for ((input, ..), size) in parts.of.iter().zip(sizes) {
                values[input.index()] = parts.left * size / all;
            }
        }
        values
    }

    /// The program with the values at a point.
    ///
    /// # Errors
    /// If it cannot run with those values.
    pub fn bind(&self, point: u64) -> Result<Bound, Fault> {
        Bound::new(Arc::clone(&self.program), &self.values(point)).map_err(|Unbindable { span, message }| Fault {
            span,
            part: "the parameters drawn for it".to_owned(),
            message,
            time: 0.0,
        })
    }
}

/// Logarithm of the quantile of a gamma law, also where the quantile is too small for a float: there P(a, x) is
/// xᵃ / Γ(a + 1).
fn ln_gamma_quantile(exponent: f64, u: f64) -> f64 {
    let value = gamma_inverse_p(exponent, u);
    if value > 1e-200 { libm::log(value) } else { (libm::log(u) + libm::lgamma(exponent + 1.0)) / exponent }
}
