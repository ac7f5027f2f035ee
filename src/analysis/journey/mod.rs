//! A study of runs that follow on from scenario to scenario.
//!
//! In: a [`Journey`] and the settings of a study. Out: [`Findings`] in the journey's own terms: how its runs end, when
//! they enter each scenario, in which scenario they are over time, and what it adds up to. The horizon is that of the
//! scenario in which runs begin.

pub mod cast;
pub mod tally;

use super::study::{Failure, Settings, Subject, origin, simulator};
use super::tally::Tally;
use super::{Findings, estimate};
use crate::kernel::batch::{Monitor, run_batch};
use crate::kernel::journey::{JourneySimulator, Lead};
use crate::model::journey::Journey;
use std::sync::Arc;
use tally::JourneyTally;

/// The simulator of a journey with some inputs set, in every leg that has them.
///
/// # Errors
/// A name that no leg has, or values with which one cannot run.
pub fn journey_simulator(journey: &Journey, set: &[(String, f64)]) -> Result<JourneySimulator, Failure> {
    if let Some((name, _)) = set.iter().find(|(name, _)| journey.legs.iter().all(|l| l.model.input(name).is_none())) {
        let known = journey.legs.iter().flat_map(|leg| &leg.model.inputs).map(|input| input.name.clone()).collect();
        return Err(Failure::UnknownInput { name: name.clone(), known });
    }
    let horizon = journey.legs[0].model.calendar.horizon;
    let legs = journey.legs.iter().map(|leg| {
        let own: Vec<_> = set.iter().filter(|(name, _)| leg.model.input(name).is_some()).cloned().collect();
        let mut model = leg.model.clone();
        model.calendar.horizon = horizon;
        simulator(&model, &own)
    });
    let lead = |hand_off: &crate::model::journey::HandOff| (hand_off.to, hand_off.enters.clone());
    let leads: Vec<Vec<Option<Lead>>> =
        journey.hand_offs.iter().map(|outcomes| outcomes.iter().map(|h| h.as_ref().map(lead)).collect()).collect();
    Ok(JourneySimulator::new(legs.collect::<Result<Vec<_>, _>>()?, &leads))
}

/// Runs the study; the subject is the scenario in which runs begin. A stop asked of the monitor ends it early, with
/// findings on the runs finished by then.
///
/// # Errors
/// As of a study of one scenario.
pub fn study(
    subject: &Subject<'_>,
    journey: &Journey,
    settings: &Settings,
    monitor: &Monitor,
) -> Result<Findings, Failure> {
    let simulator = journey_simulator(journey, &settings.set)?;
    let (cast, parts) = cast::cast(journey);
    let parts: Arc<[cast::Parts]> = parts.into();
    let points: Arc<[f64]> = estimate::time_points(subject.model, true).into();
    let make = || JourneyTally::new(Tally::new(&cast, Arc::clone(&points)), Arc::clone(&parts));
    let (counted, finished) = run_batch(&simulator, settings.seed, 0..settings.runs, settings.threads, make, monitor)
        .map_err(Failure::Fault)?;
    if finished == 0 {
        return Err(Failure::Nothing);
    }
    Ok(estimate::findings(&cast, &counted.tally, origin(subject, settings, finished)))
}
