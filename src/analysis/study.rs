//! One scenario, simulated: from a model to findings.
//!
//! In: a [`Model`], and in [`Settings`] the seed, how many runs, and which inputs to set. Out: [`Findings`], or the
//! fault of the first run that could not go on.

use super::cast::Cast;
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

/// The values of all inputs with some set by hand. Of a share the parts that are not set keep their proportions and fill
/// what is left.
pub fn values(model: &Model, set: &[(String, f64)]) -> Result<Vec<f64>, Failure> {
    let mut values: Vec<f64> = model.inputs.iter().map(|input| input.value).collect();
    let mut is_set = vec![false; values.len()];
    for (name, value) in set {
        match model.input(name) {
            Some(id) => (values[id.index()], is_set[id.index()]) = (*value, true),
            None => {
                let known = model.inputs.iter().map(|input| input.name.clone()).collect();
                return Err(Failure::UnknownInput { name: name.clone(), known });
            }
        }
    }
    for share in model.shares.iter().filter(|share| share.of.iter().any(|id| is_set[id.index()])) {
        let (held, free): (Vec<usize>, Vec<usize>) =
            share.of.iter().map(|id| id.index()).partition(|index| is_set[*index]);
        let taken: f64 = held.iter().map(|index| values[*index]).sum();
        let left = 1.0 - taken;
        let fits = if free.is_empty() { left.abs() < 1e-6 } else { left >= 0.0 };
        if !fits || held.iter().any(|index| values[*index] < 0.0) {
            let message = format!("the parts of `{}` that are set sum to {taken}, and all of it is 1", share.name);
            return Err(Failure::Unbindable(Unbindable { span: share.span, message }));
        }
        let rest: f64 = free.iter().map(|index| values[*index]).sum();
        free.iter().for_each(|index| values[*index] *= left / rest);
    }
    Ok(values)
}

/// The program of a model, bound to its central values but for some inputs that are set.
pub fn bound(model: &Model, set: &[(String, f64)]) -> Result<Bound, Failure> {
    Bound::new(Arc::new(lower(model)), &values(model, set)?).map_err(Failure::Unbindable)
}

/// The simulator of a model with some inputs set.
pub fn simulator(model: &Model, set: &[(String, f64)]) -> Result<Simulator, Failure> {
    bound(model, set).map(Simulator::new)
}

/// What makes empty tallies for runs of a cast.
pub(super) fn tally_for<'c>(
    cast: &'c Cast,
    model: &Model,
    simulator: &Simulator,
) -> impl Fn() -> Tally + Sync + use<'c> {
    let points: Arc<[f64]> = estimate::time_points(model, simulator.bound().program().takes_steps).into();
    move || Tally::new(cast, Arc::clone(&points))
}

/// A result's origin: who was studied, with which settings, and how many runs were finished.
pub(super) fn origin(subject: &Subject<'_>, settings: &Settings, finished: u64) -> Origin {
    Origin {
        seed: settings.seed,
        runs: finished,
        runs_requested: settings.runs,
        ..Origin::of(subject, &settings.set, Method::Simulation)
    }
}

/// Runs the study. A stop asked of the monitor ends it early, with findings on the runs finished by then.
pub fn study(subject: &Subject<'_>, settings: &Settings, monitor: &Monitor) -> Result<Findings, Failure> {
    let simulator = simulator(subject.model, &settings.set)?;
    let cast = Cast::of(subject.model);
    let make = tally_for(&cast, subject.model, &simulator);
    let (tally, finished) = run_batch(&simulator, settings.seed, 0..settings.runs, settings.threads, make, monitor)
        .map_err(Failure::Fault)?;
    conclude(subject, &cast, settings, &tally, finished)
}

/// The findings of a tally of so many runs.
pub(super) fn conclude(
    subject: &Subject<'_>,
    cast: &Cast,
    settings: &Settings,
    tally: &Tally,
    finished: u64,
) -> Result<Findings, Failure> {
    if finished == 0 {
        return Err(Failure::Nothing);
    }
    Ok(estimate::findings(cast, tally, origin(subject, settings, finished)))
}
