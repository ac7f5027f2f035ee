//! A study of runs that follow on from scenario to scenario.
//!
//! In: a [`Journey`] and the settings of a study. Out: [`Findings`] in the journey's own terms: how its runs end, when
//! they enter each scenario, in which scenario they are over time, and what it adds up to. The horizon is that of the
//! scenario in which runs begin. Nothing here chooses a way: runs go where the scenarios' outcomes hand them on.

pub mod cast;
pub mod tally;

use super::study::{Failure, Settings, Subject, origin, simulator};
use super::tally::Tally;
use super::{Findings, HandOffs, JourneyFindings, Origin, Visits, estimate};
use crate::kernel::batch::{Monitor, run_batch};
use crate::kernel::journey::{JourneySimulator, Lead};
use crate::model::journey::{HandOff, Journey};
use std::sync::Arc;
use tally::{Count, JourneyTally};

/// Inputs of one leg by name, set away from its file's values.
pub type Set = Vec<(String, f64)>;

/// A journey and what is set in each of its legs.
#[derive(Clone, Copy, Debug)]
pub struct Route<'a> {
    pub journey: &'a Journey,
    /// As many as there are legs.
    pub sets: &'a [Set],
}

/// The simulator of a journey; every leg lasts to the horizon of the first.
///
/// # Errors
/// A name that a leg does not have, or values with which it cannot run.
pub fn journey_simulator(route: Route<'_>) -> Result<JourneySimulator, Failure> {
    let Route { journey, sets } = route;
    let horizon = journey.legs[0].model.calendar.horizon;
    let legs = journey.legs.iter().zip(sets).map(|(leg, set)| {
        let mut model = leg.model.clone();
        model.calendar.horizon = horizon;
        simulator(&model, set)
    });
    let lead = |hand_off: &HandOff| (hand_off.to, hand_off.enters.clone());
    let leads: Vec<Vec<Option<Lead>>> =
        journey.hand_offs.iter().map(|outcomes| outcomes.iter().map(|h| h.as_ref().map(lead)).collect()).collect();
    Ok(JourneySimulator::new(legs.collect::<Result<Vec<_>, _>>()?, &leads))
}

/// Runs the study; the subject is the scenario in which runs begin, and what is set is said by the route. A stop asked of
/// the monitor ends it early, with findings on the runs finished by then.
///
/// # Errors
/// As of a study of one scenario.
pub fn study(
    subject: &Subject<'_>,
    route: Route<'_>,
    settings: &Settings,
    monitor: &Monitor,
) -> Result<Findings, Failure> {
    let simulator = journey_simulator(route)?;
    let (cast, parts) = cast::cast(route.journey);
    let parts: Arc<[cast::Parts]> = parts.into();
    let points: Arc<[f64]> = estimate::time_points(subject.model, true).into();
    let make = || JourneyTally::new(Tally::new(&cast, Arc::clone(&points)), Arc::clone(&parts));
    let (counted, finished) = run_batch(&simulator, settings.seed, 0..settings.runs, settings.threads, make, monitor)
        .map_err(Failure::Fault)?;
    if finished == 0 {
        return Err(Failure::Nothing);
    }
    let origin = Origin { settings: all_settings(route), ..origin(subject, settings, finished) };
    let findings = estimate::findings(&cast, &counted.tally, origin);
    Ok(Findings { journey: Some(journey_findings(route.journey, &parts, &counted)), ..findings })
}

/// What is set anywhere; with the leg's name before it where another leg has another value.
fn all_settings(Route { journey, sets }: Route<'_>) -> Set {
    let mut all = Set::new();
    for (leg, set) in journey.legs.iter().zip(sets) {
        for (name, value) in set {
            match all.iter().find(|(known, _)| known == name) {
                Some((_, known)) if known == value => {}
                Some(_) => all.push((format!("{}: {name}", leg.name), *value)),
                None => all.push((name.clone(), *value)),
            }
        }
    }
    all
}

fn journey_findings(journey: &Journey, parts: &[cast::Parts], counted: &JourneyTally) -> JourneyFindings {
    let runs = counted.tally.runs;
    let visits = |(leg, entries): (usize, &Count)| Visits {
        scenario: journey.legs[leg].name.clone(),
        title: journey.legs[leg].model.title.clone(),
        entered: estimate::proportion(entries.runs, runs),
        entries: estimate::mean(&entries.times),
        // The first machine of the cast tells the leg.
        time: estimate::mean(&counted.tally.time_in_state[leg]),
        ended: estimate::proportion(counted.ends[leg].iter().sum(), runs),
        ends: counted.ends[leg]
            .iter()
            .enumerate()
            .map(|(outcome, hits)| {
                parts[leg].outcomes.contains(&Some(outcome)).then(|| estimate::proportion(*hits, runs))
            })
            .collect(),
    };
    let mut hand_offs = Vec::new();
    for (from, counts) in journey.legs.iter().zip(journey.hand_offs.iter().zip(&counted.hand_offs)) {
        for ((outcome, hand_off), count) in from.model.outcomes.iter().zip(counts.0).zip(counts.1) {
            let Some(hand_off) = hand_off else { continue };
            hand_offs.push(HandOffs {
                from: from.name.clone(),
                outcome: outcome.name.clone(),
                to: journey.legs[hand_off.to].name.clone(),
                taken: estimate::proportion(count.runs, runs),
                times: estimate::mean(&count.times),
            });
        }
    }
    JourneyFindings { scenarios: counted.entries.iter().enumerate().map(visits).collect(), hand_offs }
}
