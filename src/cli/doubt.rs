//! Drawn parameters on the command line: `--uncertainty`, and what `replay` tells of a point.

use super::arguments::{DoubtArguments, MethodChoice, Uncertainty};
use super::exit::{Exit, Trouble};
use crate::analysis::doubt::drawing::Drawing;
use crate::analysis::doubt::{Method, whole_points};
use crate::analysis::exact::Options;
use crate::analysis::exact::explore::Limits;
use crate::model::Model;
use crate::output::format::number;

/// Parameter sets at which doubt and chance are told apart.
const SETS: u64 = 512;
/// States of the largest chain that is solved at each of them.
const LARGEST_CHAIN: usize = 20_000;

/// What is asked for; `None`: all runs have the same parameters. Studies with drawn parameters are simulated: `--method`
/// says whether the probabilities at each parameter set are solved.
pub fn method(arguments: &DoubtArguments, how: MethodChoice) -> Result<Option<Method>, Trouble> {
    let solve = match how {
        MethodChoice::Simulate | MethodChoice::Split => None,
        MethodChoice::Auto | MethodChoice::Exact => {
            // So many times a chain is solved that it must be a small one.
            Some(Options { limits: Limits { states: LARGEST_CHAIN, ..Limits::default() }, phases: None })
        }
    };
    let method = match arguments.uncertainty {
        None | Some(Uncertainty::None) => None,
        Some(Uncertainty::ChanceAndDoubt) => Some(Method::Together),
        Some(Uncertainty::Nested) => {
            Some(Method::Nested { points: whole_points(arguments.parameter_sets.unwrap_or(SETS)), solve })
        }
    };
    let usage = |message: &str| Err(Trouble::new(Exit::Usage, message));
    if arguments.parameter_sets.is_some() && !matches!(method, Some(Method::Nested { .. })) {
        return usage("error: `--parameter-sets` goes with `--uncertainty nested`: without it every run has its own");
    }
    if how == MethodChoice::Exact && method.is_some() {
        return usage(
            "error: studies with drawn parameters are simulated: with `--method auto`, `--uncertainty nested` solves each \
             parameter set where it can",
        );
    }
    if how == MethodChoice::Split && method.is_some() {
        return usage("error: `--method split` estimates at central parameters: leave out `--uncertainty`");
    }
    Ok(method)
}

/// `resolve = 0.41, patience = 0.2`: what was drawn at a point.
pub fn told(model: &Model, drawing: &Drawing, point: u64) -> String {
    let values = drawing.values(point);
    let told = model.inputs.iter().zip(values).filter(|(input, _)| drawing.names().contains(&input.name));
    told.map(|(input, value)| format!("{} = {}", input.name, number(value))).collect::<Vec<_>>().join(", ")
}
