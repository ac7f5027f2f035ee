//! One scenario, simulated: from a model to findings.
//!
//! In: a [`Model`], and in [`Settings`] the seed, how many runs, and which inputs to set. Out: [`Findings`], or the
//! fault of the first run that could not go on.

use super::tally::Tally;
use super::{Findings, Method, Origin, estimate};
use crate::kernel::batch::{Monitor, RunFault, run_batch};
use crate::kernel::run::Simulator;
use crate::model::Model;
use crate::program::bind::{Bound, Unbindable};
use crate::program::lower::lower;
use std::sync::Arc;

/// What is asked of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Any number is a seed.
    pub seed: u64,
    /// At least 1.
    pub runs: u64,
    /// At least 1; does not change the findings.
    pub threads: usize,
    /// Inputs by name, set away from their central values.
    pub set: Vec<(String, f64)>,
}

/// What a study is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject<'a> {
    /// File stem of the scenario.
    pub name: &'a str,
    /// SHA-256 of its texts, in hexadecimal.
    pub digest: &'a str,
    pub model: &'a Model,
}

/// Why there are no findings.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// A name in the settings is no input's.
    UnknownInput {
        name: String,
        known: Vec<String>,
    },
    Unbindable(Unbindable),
    Fault(RunFault),
    /// Stopped before any run was finished.
    Nothing,
}

/// The program of a model, bound to its central values but for some inputs that are set.
pub fn bound(model: &Model, set: &[(String, f64)]) -> Result<Bound, Failure> {
    let mut values: Vec<f64> = model.inputs.iter().map(|input| input.value).collect();
    for (name, value) in set {
        match model.input(name) {
            Some(id) => values[id.index()] = *value,
            None => {
                let known = model.inputs.iter().map(|input| input.name.clone()).collect();
                return Err(Failure::UnknownInput { name: name.clone(), known });
            }
        }
    }
    Bound::new(Arc::new(lower(model)), &values).map_err(Failure::Unbindable)
}

/// The simulator of a model with some inputs set.
pub fn simulator(model: &Model, set: &[(String, f64)]) -> Result<Simulator, Failure> {
    bound(model, set).map(Simulator::new)
}

/// Runs the study. A stop asked of the monitor ends it early, with findings on the runs finished by then.
pub fn study(subject: &Subject<'_>, settings: &Settings, monitor: &Monitor) -> Result<Findings, Failure> {
    let model = subject.model;
    let simulator = simulator(model, &settings.set)?;
    let program = simulator.bound().program();
    let points: Arc<[f64]> = estimate::time_points(model, program.takes_steps).into();
    let make = || Tally::new(program, Arc::clone(&points));
    let (tally, finished) = run_batch(&simulator, settings.seed, 0..settings.runs, settings.threads, make, monitor)
        .map_err(Failure::Fault)?;
    if finished == 0 {
        return Err(Failure::Nothing);
    }
    let origin = Origin {
        seed: settings.seed,
        runs: finished,
        runs_requested: settings.runs,
        ..Origin::of(subject, &settings.set, Method::Simulation)
    };
    Ok(estimate::findings(model, &tally, origin))
}
