//! One scenario, simulated: from a model to findings.
//!
//! In: a [`Model`], and in [`Settings`] the seed, how many runs, and which inputs to set. Out: [`Findings`], or the
//! fault of the first run that could not go on. With a precision ([`Certainty`]) the runs go on until it is reached.

use super::cast::Cast;
use super::durations::{self, Counted, DurationsTally};
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

/// A result's origin: who was studied, with which settings, and how many runs were finished.
pub(super) fn origin(subject: &Subject<'_>, settings: &Settings, finished: u64, ending: Ending) -> Origin {
    Origin {
        seed: settings.seed,
        runs: finished,
        runs_requested: if ending == Ending::Interrupted { settings.runs } else { finished },
        ..Origin::of(subject, &settings.set, Method::Simulation)
    }
}

/// What makes empty tallies for the runs of a simulator.
pub(super) fn tally_for(cast: &Cast, model: &Model, simulator: &Simulator) -> impl Fn() -> Counted + Sync {
    let points: Arc<[f64]> = estimate::time_points(model, simulator.bound().program().takes_steps).into();
    let durations = DurationsTally::new(model, &points);
    move || Counted { tally: Tally::new(cast, Arc::clone(&points)), durations: durations.clone() }
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
    let simulator = simulator(subject.model, &settings.set)?;
    let cast = Cast::of(subject.model);
    let make = tally_for(&cast, subject.model, &simulator);
    let Settings { seed, runs, threads, .. } = *settings;
    let batch = |runs| run_batch(&simulator, seed, runs, threads, &make, monitor);
    let (tally, finished, ending) =
        precise::counted(certainty, runs, batch, Counted::hits, monitor, tell).map_err(Failure::Fault)?;
    let findings = conclude(subject, settings, &cast, &tally, (finished, ending), certainty.confidence)?;
    Ok(precise::conclude(findings, certainty, ending))
}

/// The findings of a tally of so many runs, that ended for this reason.
pub(super) fn conclude(
    subject: &Subject<'_>,
    settings: &Settings,
    cast: &Cast,
    counted: &Counted,
    (finished, ending): (u64, Ending),
    confidence: f64,
) -> Result<Findings, Failure> {
    if finished == 0 {
        return Err(Failure::Nothing);
    }
    let Counted { tally, durations } = counted;
    let findings = estimate::findings_with(cast, tally, origin(subject, settings, finished, ending), confidence);
    let z = estimate::quantile_of(confidence);
    let durations = durations::findings(subject.model, durations, z);
    Ok(Findings { durations, ..findings })
}
