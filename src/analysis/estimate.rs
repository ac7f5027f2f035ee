//! From a tally to findings: shares with Wilson intervals, means with standard errors, quantiles, fans.
//!
//! In: a [`Tally`] and where it comes from. Out: [`Findings`]. Pure arithmetic, the same bits everywhere.

use super::cast::{Cast, Item};
use super::tally::{Arrivals, Spread, Tally};
use super::{
    ConsequenceFindings, Counts, Fan, Findings, Mean, Occupancy, Origin, Passage, Proportion, Summary, TimeAxis,
    TimeQuantile, VariableFindings,
};
use crate::model::{Model, Subject};
use crate::stats::interval::{self, Z_95};
use crate::stats::moments::Moments;
use crate::stats::sketch::RELATIVE_ERROR;
use crate::stats::special::normal_quantile;

/// Confidence where nothing else is said.
pub const CONFIDENCE: f64 = 0.95;
/// Quantiles of totals, peaks and times.
pub(super) const QUANTILES: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];
/// Quantiles of a fan.
const FAN: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];
/// Thresholds of an exceedance curve.
const THRESHOLDS: usize = 24;
/// Series have about this many points if no step asks for others.
const DEFAULT_POINTS: f64 = 100.0;

/// The times at which a study of the model records its series: the steps, thinned to at most a few hundred, or a
/// hundred equal intervals where no step is taken, and whatever times the model's known truths ask about.
pub fn time_points(model: &Model, takes_steps: bool) -> Vec<f64> {
    let horizon = model.calendar.horizon;
    let steps = horizon / model.calendar.step;
    let interval = if takes_steps && steps >= 10.0 {
        model.calendar.step * (steps / (2.5 * DEFAULT_POINTS)).ceil()
    } else {
        horizon / DEFAULT_POINTS
    };
    let count = (horizon / interval).floor() as usize;
    let mut points: Vec<f64> = (0..=count).map(|i| i as f64 * interval).filter(|&time| time < horizon).collect();
    // What is known of durations is of ages, at which they are told by themselves.
    let timed = model.claims().filter(|expectation| !matches!(expectation.subject, Subject::Duration(_)));
    points.extend(timed.filter_map(|expectation| match expectation.measure {
        crate::model::Measure::Probability { at } | crate::model::Measure::Mean { at } => Some(at),
        crate::model::Measure::MeanTime => None,
    }));
    points.push(horizon);
    points.sort_by(f64::total_cmp);
    points.dedup();
    points
}

/// The standard normal quantile of a confidence.
pub fn quantile_of(confidence: f64) -> f64 {
    // The same bits as ever at the confidence that is usual.
    if confidence == CONFIDENCE { Z_95 } else { normal_quantile(0.5 + confidence / 2.0) }
}

/// Concludes from a tally of runs of the cast, with intervals of 95 %.
pub fn findings(cast: &Cast, tally: &Tally, origin: Origin) -> Findings {
    findings_with(cast, tally, origin, CONFIDENCE)
}

/// The same with intervals of any confidence between 0 and 1.
pub fn findings_with(cast: &Cast, tally: &Tally, origin: Origin, confidence: f64) -> Findings {
    let z = quantile_of(confidence);
    let outcomes = cast.outcomes.iter().zip(&tally.outcomes);
    let milestones = cast.milestones.iter().zip(&tally.milestones);
    let consequences = cast.consequences.iter().zip(&tally.consequences);
    let variables = cast.variables.iter().zip(&tally.variables);
    Findings {
        origin,
        axis: TimeAxis { unit: cast.time_unit.clone(), horizon: cast.horizon, points: tally.points().to_vec() },
        outcomes: outcomes.map(|(o, arrivals)| passage(&o.item, o.at_horizon, arrivals, tally.runs, z)).collect(),
        milestones: milestones.map(|(item, arrivals)| passage(item, false, arrivals, tally.runs, z)).collect(),
        machines: occupancy(cast, tally, z),
        consequences: consequences
            .map(|(item, tally)| ConsequenceFindings {
                name: item.name.clone(),
                about: item.about.clone(),
                unit: item.unit.clone(),
                total: summary(&tally.total, z),
                path: fan(&tally.path, z),
            })
            .collect(),
        variables: variables
            .map(|(item, tally)| VariableFindings {
                name: item.name.clone(),
                about: item.about.clone(),
                unit: item.unit.clone(),
                time_average: Some(summary(&tally.time_average, z)),
                peak: Some(summary(&tally.peak, z)),
                trough: Some(summary(&tally.trough, z)),
                path: fan(&tally.path, z),
            })
            .collect(),
        durations: Vec::new(),
        journey: None,
        transitions_per_run: tally.transitions as f64 / tally.runs.max(1) as f64,
        confidence,
        precision: None,
        words: None,
        quantile_relative_error: RELATIVE_ERROR,
        doubt: None,
        rare: Vec::new(),
        eventual: None,
    }
}

pub(super) fn proportion(hits: u64, runs: u64, z: f64) -> Proportion {
    let (low, high) = interval::wilson(hits, runs, z);
    Proportion { counts: Some(Counts { hits, runs }), estimate: hits as f64 / runs.max(1) as f64, low, high }
}

pub(super) fn mean(moments: &Moments, z: f64) -> Mean {
    // Of a single run there is no error to estimate: the interval has no width, and `count` says why.
    let (estimate, standard_error) = (moments.mean().unwrap_or(0.0), moments.standard_error().unwrap_or(0.0));
    let (low, high) = interval::normal(estimate, standard_error, z);
    Mean { count: Some(moments.count()), estimate, standard_error, low, high }
}

fn passage(item: &Item, at_horizon: bool, arrivals: &Arrivals, runs: u64, z: f64) -> Passage {
    let mut so_far = 0;
    let incidence = arrivals
        .by_interval
        .iter()
        .map(|count| {
            so_far += count;
            proportion(so_far, runs, z)
        })
        .collect();
    let reached = arrivals.times.moments.count();
    let quantiles = QUANTILES
        .iter()
        .map(|&probability| TimeQuantile { probability, time: over_all_runs(arrivals, runs, probability) })
        .collect();
    let quantiles_if_reached = quantiles_of(&arrivals.times, &QUANTILES);
    Passage {
        name: item.name.clone(),
        about: item.about.clone(),
        at_horizon,
        probability: proportion(reached, runs, z),
        incidence,
        mean_time_if_reached: (reached > 0).then(|| mean(&arrivals.times.moments, z)),
        quantiles,
        quantiles_if_reached,
    }
}

/// The time by which a share of all runs has reached it, if so many ever do.
fn over_all_runs(arrivals: &Arrivals, runs: u64, probability: f64) -> Option<f64> {
    let reached = arrivals.times.moments.count();
    let wanted = (probability * runs as f64).ceil().max(1.0);
    if wanted > reached as f64 {
        return None;
    }
    arrivals.times.sketch.quantile(wanted / reached as f64)
}

fn summary(spread: &Spread, z: f64) -> Summary {
    let runs = spread.moments.count();
    Summary {
        mean: mean(&spread.moments, z),
        standard_deviation: Some(spread.moments.standard_deviation().unwrap_or(0.0)),
        minimum: Some(spread.moments.minimum().unwrap_or(0.0)),
        maximum: Some(spread.moments.maximum().unwrap_or(0.0)),
        quantiles: quantiles_of(spread, &QUANTILES),
        exceedance: spread
            .sketch
            .exceedance(THRESHOLDS)
            .into_iter()
            .map(|(threshold, above)| (threshold, proportion(above, runs, z)))
            .collect(),
    }
}

/// (probability, quantile) for each probability; nothing of no numbers.
fn quantiles_of(spread: &Spread, probabilities: &[f64]) -> Vec<(f64, f64)> {
    probabilities.iter().filter_map(|&p| Some((p, spread.sketch.quantile(p)?))).collect()
}

fn fan(path: &[Spread], z: f64) -> Fan {
    Fan {
        probabilities: FAN.to_vec(),
        rows: path
            .iter()
            .map(|spread| quantiles_of(spread, &FAN).into_iter().map(|(_, value)| value).collect())
            .collect(),
        means: path.iter().map(|spread| (spread.moments.count() > 0).then(|| mean(&spread.moments, z))).collect(),
        counts: path.iter().map(|spread| spread.moments.count()).collect(),
    }
}

fn occupancy(cast: &Cast, tally: &Tally, z: f64) -> Vec<Occupancy> {
    let states = cast.states();
    cast.actors
        .iter()
        .map(|actor| Occupancy {
            machine: actor.name.clone(),
            states: actor.states.clone(),
            rows: (0..tally.points().len())
                .map(|point| {
                    let counts = &tally.occupancy[point * states..(point + 1) * states][actor.range.clone()];
                    counts.iter().map(|&count| proportion(count, tally.runs, z)).collect()
                })
                .collect(),
            mean_time: tally.time_in_state[actor.range.clone()].iter().map(|moments| mean(moments, z)).collect(),
        })
        .collect()
}
