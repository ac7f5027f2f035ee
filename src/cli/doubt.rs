//! Drawn parameters on the command line: `--uncertainty`, and what `replay` tells of a point.

use super::arguments::{DoubtArguments, Uncertainty};
use super::exit::{Exit, Trouble};
use crate::analysis::Findings;
use crate::analysis::doubt::drawing::Drawing;
use crate::analysis::doubt::{self, Method, whole_points};
use crate::analysis::study::{self, Failure, Settings, Subject};
use crate::kernel::batch::Monitor;
use crate::model::Model;
use crate::output::format::number;

/// Parameter sets at which doubt and chance are told apart.
const SETS: u64 = 512;

/// What is asked for; `None`: all runs have the same parameters.
pub fn method(arguments: &DoubtArguments) -> Result<Option<Method>, Trouble> {
    let method = match arguments.uncertainty {
        None | Some(Uncertainty::None) => None,
        Some(Uncertainty::ChanceAndDoubt) => Some(Method::Together),
        Some(Uncertainty::Nested) => {
            Some(Method::Nested { points: whole_points(arguments.parameter_sets.unwrap_or(SETS)) })
        }
    };
    if arguments.parameter_sets.is_some() && !matches!(method, Some(Method::Nested { .. })) {
        let message = "error: `--parameter-sets` goes with `--uncertainty nested`: without it every run has its own";
        return Err(Trouble::new(Exit::Usage, message));
    }
    Ok(method)
}

/// Runs a study by that method.
pub fn study(
    subject: &Subject<'_>,
    settings: &Settings,
    method: Option<Method>,
    monitor: &Monitor,
) -> Result<Findings, Failure> {
    match method {
        None => study::study(subject, settings, monitor),
        Some(method) => doubt::study(subject, settings, method, monitor),
    }
}

/// `resolve = 0.41, patience = 0.2`: what was drawn at a point.
pub fn told(model: &Model, drawing: &Drawing, point: u64) -> String {
    let values = drawing.values(point);
    let told = model.inputs.iter().zip(values).filter(|(input, _)| drawing.names().contains(&input.name));
    told.map(|(input, value)| format!("{} = {}", input.name, number(value))).collect::<Vec<_>>().join(", ")
}
