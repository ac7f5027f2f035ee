//! One scenario, simulated: from a model to findings.
//!
//! In: a [`Model`], and in [`Settings`] the seed, how many runs, and which inputs to set. Out: [`Findings`], or the
//! fault of the first run that could not go on. With a precision ([`Certainty`]) the runs go on until it is reached.

use super::cast::Cast;
use super::precise::{self, Certainty, Ending, Look};
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
    /// At least 1; at the most so many, where a precision is asked for.
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

/// A result's origin: who was studied, with which settings, and how many runs were finished.
pub(super) fn origin(subject: &Subject<'_>, settings: &Settings, finished: u64, ending: Ending) -> Origin {
    Origin {
        seed: settings.seed,
        runs: finished,
        runs_requested: if ending == Ending::Interrupted { settings.runs } else { finished },
        ..Origin::of(subject, &settings.set, Method::Simulation)
    }
}

/// Runs the study. A stop asked of the monitor ends it early, with findings on the runs finished by then.
pub fn study(subject: &Subject<'_>, settings: &Settings, monitor: &Monitor) -> Result<Findings, Failure> {
    study_to(subject, settings, &Certainty::default(), monitor, |_| {})
}

/// The same, with intervals of the confidence asked for, and no more runs than it takes to reach a precision; `tell` is
/// told of each look at how near the runs have come to it.
pub fn study_to(
    subject: &Subject<'_>,
    settings: &Settings,
    certainty: &Certainty,
    monitor: &Monitor,
    tell: impl FnMut(&Look),
) -> Result<Findings, Failure> {
    let model = subject.model;
    let simulator = simulator(model, &settings.set)?;
    let program = simulator.bound().program();
    let points: Arc<[f64]> = estimate::time_points(model, program.takes_steps).into();
    let cast = Cast::of(model);
    let make = || Tally::new(&cast, Arc::clone(&points));
    let Settings { seed, runs, threads, .. } = *settings;
    let batch = |runs| run_batch(&simulator, seed, runs, threads, make, monitor);
    let (tally, finished, ending) =
        precise::counted(certainty, runs, batch, Tally::hits, monitor, tell).map_err(Failure::Fault)?;
    if finished == 0 {
        return Err(Failure::Nothing);
    }
    let origin = origin(subject, settings, finished, ending);
    let findings = estimate::findings_with(&cast, &tally, origin, certainty.confidence);
    Ok(precise::conclude(findings, certainty, ending))
}
