//! Alternatives compared on the same luck: what one changes against another, each difference with its own interval.
//!
//! In: simulators of several alternatives (scenarios, policies, variants, settings). Out: [`Paired`]: for each pair the
//! difference of the probability of every outcome and milestone, and of the mean of every consequence, that both have.
//! Every run is made once in each alternative, with the same address: randomness is addressed by the names of
//! what draws, so that two alternatives share their luck wherever they share names, and what differs is due to what was
//! changed. Matched by name; a consequence, by name and unit.

mod tally;

pub use tally::{Simulators, Tally};

use super::precise::{self, Certainty, Judgement, Look, Reached};
use super::study::{Failure, Subject};
use super::words::Yardstick;
use super::{Mean, Proportion, TimeAxis, estimate};
use crate::kernel::batch::{Monitor, run_batch};
use crate::kernel::run::Simulator;
use crate::model::Model;
use crate::stats::best::probability_of_least;
use crate::stats::moments::Moments;
use crate::stats::paired;
use crate::stats::sequence::{Precision, Sequence};
use crate::stats::special::normal_quantile;
use serde::Serialize;

/// What is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<'a> {
    /// What it is called in tables and charts; no two have one name.
    pub label: String,
    pub subject: Subject<'a>,
    /// Inputs set away from the file's values.
    pub set: Vec<(String, f64)>,
}

/// What is asked of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub seed: u64,
    /// At least 1, of each alternative; at the most, where a precision is asked for.
    pub runs: u64,
    pub threads: usize,
    /// A precision is that of the differences of probabilities, in points; each relative one is refused.
    pub certainty: Certainty,
    /// What decides which alternative is best.
    pub ranked: Option<(Measure, Prefer)>,
}

/// A number that alternatives are ranked by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// The probability of the outcome or milestone of this index among all names.
    Event(usize),
    /// The mean of the consequence of this index.
    Consequence(usize),
}

/// Which end is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Prefer {
    Low,
    High,
}

/// One of the alternatives, as it was run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alternative {
    pub label: String,
    pub scenario: String,
    pub title: String,
    pub digest: String,
    pub settings: Vec<(String, f64)>,
}

/// The second less the first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
    /// How much greater its variance would be with luck of their own, which is how many times as many runs it would take;
    /// `None` where the alternatives differ by the same in every run.
    pub variance_reduction: Option<f64>,
}

impl Difference {
    /// Whether the interval leaves 0 out. If the alternatives never differed, it does not.
    pub fn is_resolved(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Two of the alternatives, by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    pub first: usize,
    pub second: usize,
}

/// Something that runs come to or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    pub name: String,
    /// Or else an outcome.
    pub is_milestone: bool,
    /// One an alternative; `None` where it does not have it.
    pub probabilities: Vec<Option<Proportion>>,
    /// One a pair; `None` where not both have it.
    pub differences: Vec<Option<Difference>>,
}

/// What accumulates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Consequence {
    pub name: String,
    pub unit: String,
    pub means: Vec<Option<Mean>>,
    pub differences: Vec<Option<Difference>>,
}

/// Place of an alternative, best first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// Index of the alternative.
    pub alternative: usize,
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
    /// Probability that its true value is the best of all, given the error of simulation.
    pub best: f64,
}

/// What the alternatives are ranked by, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranking {
    pub by: String,
    /// Empty for a probability.
    pub unit: String,
    pub is_probability: bool,
    pub prefer: Prefer,
    pub places: Vec<Place>,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    pub alternatives: Vec<Alternative>,
    pub seed: u64,
    /// Of each alternative.
    pub runs: u64,
    pub runs_requested: u64,
    pub version: String,
    pub axis: TimeAxis,
    pub confidence: f64,
    /// Every pair, the first before the second, in the order of the alternatives.
    pub pairs: Vec<Pair>,
    pub events: Vec<Event>,
    pub consequences: Vec<Consequence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranking: Option<Ranking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Reached>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Yardstick>,
}

impl Paired {
    pub fn is_partial(&self) -> bool {
        self.runs < self.runs_requested
    }

    pub fn label(&self, alternative: usize) -> &str {
        &self.alternatives[alternative].label
    }
}

/// Names of all that can be compared, in order of first appearance: what each index of a [`Measure`] means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// Outcomes, then milestones: the name, and whether it is a milestone.
    pub events: Vec<(String, bool)>,
    /// Name and unit.
    pub consequences: Vec<(String, String)>,
}

impl Names {
    pub fn of<'m>(models: impl Iterator<Item = &'m Model> + Clone) -> Names {
        let mut names = Names::default();
        let outcomes =
            models.clone().flat_map(|model| model.outcomes.iter().map(|outcome| (outcome.name.clone(), false)));
        let milestones = models.clone().flat_map(|model| model.milestones.iter().map(|one| (one.name.clone(), true)));
        for event in outcomes.chain(milestones) {
            if !names.events.contains(&event) {
                names.events.push(event);
            }
        }
        for consequence in models.flat_map(|model| &model.consequences) {
            let named = (consequence.name.clone(), consequence.provenance.unit.clone());
            if !names.consequences.contains(&named) {
                names.consequences.push(named);
            }
        }
        names
    }

    /// The outcome, milestone or consequence of this name: the first that there is.
    pub fn measure(&self, name: &str) -> Option<Measure> {
        let event = self.events.iter().position(|event| event.0 == name).map(Measure::Event);
        event.or_else(|| self.consequences.iter().position(|one| one.0 == name).map(Measure::Consequence))
    }
}

/// Why there is no comparison: the alternative it is due to, by its index, and what went wrong in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub alternative: usize,
    pub failure: Failure,
}

/// Compares the candidates, at least two. A stop asked of the monitor ends it early, with what is known by then.
pub fn compare(
    candidates: &[Candidate<'_>],
    question: &Question,
    monitor: &Monitor,
    tell: impl FnMut(&Look),
) -> Result<Paired, Fault> {
    let names = Names::of(candidates.iter().map(|candidate| candidate.subject.model));
    let mut simulators: Vec<Simulator> = Vec::new();
    for (alternative, candidate) in candidates.iter().enumerate() {
        let simulator = super::study::simulator(candidate.subject.model, &candidate.set);
        simulators.push(simulator.map_err(|failure| Fault { alternative, failure })?);
    }
    let simulators = Simulators::new(simulators, candidates.iter().map(|one| one.subject.model), &names);
    let Question { seed, runs: most, threads, certainty, .. } = *question;
    let make = || Tally::new(&simulators);
    let batch = |runs| run_batch(&simulators, seed, runs, threads, make, monitor);
    let judge = |tally: &Tally, runs| match certainty.precision {
        Some(Precision::Absolute(half)) => judge(&sequence(half, certainty, tally), half, tally),
        // As many as there may be.
        _ => Judgement { needed: (runs < most).then_some(most as f64), worst: 0, reached: None },
    };
    let (tally, runs, ending) = match certainty.precision {
        None => batch(0..most).map(|(tally, runs)| {
            (tally, runs, if runs < most { precise::Ending::Interrupted } else { precise::Ending::Budget })
        }),
        Some(_) => precise::run_until(most, batch, judge, monitor, tell),
    }
    .map_err(|fault| simulators.blame(fault))?;
    if runs == 0 {
        return Err(Fault { alternative: 0, failure: Failure::Nothing });
    }
    let runs_requested = if ending == precise::Ending::Interrupted { most } else { runs };
    let mut found = conclude(candidates, question, &names, &tally, (runs, runs_requested));
    if let Some(asked @ Precision::Absolute(half)) = certainty.precision {
        let sequence = sequence(half, certainty, &tally);
        let judgement = judge(&tally, runs);
        let (event, pair) = tally.told().nth(judgement.worst).unwrap_or_default();
        let pair = found.pairs.get(pair).copied().unwrap_or(Pair { first: 0, second: 0 });
        let worst = format!("{}, {} less {}", names.events[event].0, found.label(pair.second), found.label(pair.first));
        found.precision = Some(Reached::new(asked, &judgement, tally.told().count(), worst, ending, runs));
        for (event, pair) in tally.told() {
            if let Some(difference) = &mut found.events[event].differences[pair] {
                (difference.low, difference.high) = tally.pairs(event, pair).anytime_interval(&sequence);
            }
        }
    }
    Ok(found)
}

fn sequence(half: f64, certainty: Certainty, tally: &Tally) -> Sequence {
    paired::sequence(half, certainty.confidence, tally.told().count().max(1))
}

/// Judges the differences of all events between all pairs.
fn judge(sequence: &Sequence, half: f64, tally: &Tally) -> Judgement {
    let mut judgement = Judgement { needed: None, worst: 0, reached: Some(0.0) };
    for (index, (event, pair)) in tally.told().enumerate() {
        let pairs = tally.pairs(event, pair);
        let (low, high) = pairs.anytime_interval(sequence);
        let reached = (pairs.difference() - low).max(high - pairs.difference());
        if judgement.reached.is_some_and(|worst| reached > worst) {
            (judgement.worst, judgement.reached) = (index, Some(reached));
        }
        if reached > half {
            // Arms shrink with the root of the runs, about.
            let needed = pairs.runs as f64 * (reached / half) * (reached / half);
            judgement.needed = Some(judgement.needed.map_or(needed, |other| other.max(needed)));
        }
    }
    judgement
}

fn conclude(
    candidates: &[Candidate<'_>],
    question: &Question,
    names: &Names,
    tally: &Tally,
    (runs, runs_requested): (u64, u64),
) -> Paired {
    let confidence = question.certainty.confidence;
    let z = normal_quantile(0.5 + confidence / 2.0);
    let pairs = tally::pairs(candidates.len());
    let share = |hits: u64| estimate::proportion(hits, runs, z);
    let mean = |moments: &Moments| estimate::mean(moments, z);
    let events = names.events.iter().enumerate().map(|(event, (name, is_milestone))| {
        let difference = |pair: usize| {
            let pairs = tally.pairs(event, pair);
            let (low, high) = pairs.interval(z);
            Difference { estimate: pairs.difference(), low, high, variance_reduction: pairs.reduction() }
        };
        Event {
            name: name.clone(),
            is_milestone: *is_milestone,
            probabilities: (0..candidates.len()).map(|one| tally.hits(event, one).map(share)).collect(),
            differences: (0..pairs.len())
                .map(|pair| tally.is_event_of(event, pairs[pair]).then(|| difference(pair)))
                .collect(),
        }
    });
    let consequences = names.consequences.iter().enumerate().map(|(which, (name, unit))| {
        let difference = |pair: usize, Pair { first, second }: Pair| {
            let (first, second) = (tally.total(which, first)?, tally.total(which, second)?);
            let moments = tally.difference(which, pair);
            let Mean { estimate, low, high, .. } = mean(moments);
            let variance_reduction = paired::reduction(first, second, moments);
            Some(Difference { estimate, low, high, variance_reduction })
        };
        Consequence {
            name: name.clone(),
            unit: unit.clone(),
            means: (0..candidates.len()).map(|one| tally.total(which, one).map(mean)).collect(),
            differences: pairs.iter().enumerate().map(|(index, pair)| difference(index, *pair)).collect(),
        }
    });
    let calendar = &candidates[0].subject.model.calendar;
    let mut found = Paired {
        alternatives: candidates.iter().map(alternative).collect(),
        seed: question.seed,
        runs,
        runs_requested,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        axis: TimeAxis { unit: calendar.unit.name().to_owned(), horizon: calendar.horizon, points: Vec::new() },
        confidence,
        events: events.collect(),
        consequences: consequences.collect(),
        ranking: None,
        precision: None,
        words: None,
        pairs,
    };
    found.ranking = question.ranked.as_ref().map(|(measure, prefer)| ranking(&found, tally, measure, *prefer));
    found
}

fn alternative(candidate: &Candidate<'_>) -> Alternative {
    let Subject { name, digest, model } = candidate.subject;
    Alternative {
        label: candidate.label.clone(),
        scenario: name.to_owned(),
        title: if model.title.is_empty() { name.to_owned() } else { model.title.clone() },
        digest: digest.to_owned(),
        settings: candidate.set.clone(),
    }
}

/// An estimate with the ends of its interval.
type Value = (f64, f64, f64);

/// Ranks the alternatives that have the measure.
fn ranking(found: &Paired, tally: &Tally, measure: &Measure, prefer: Prefer) -> Ranking {
    let runs = found.runs as f64;
    let pair_of = |one: usize, other: usize| {
        found.pairs.iter().position(|pair| (pair.first, pair.second) == (one.min(other), one.max(other)))
    };
    // The covariance of two alternatives' numbers in one run; that of the means is so much less for so many runs.
    let covariance = |one: usize, other: usize| match measure {
        Measure::Event(event) => match (pair_of(one, other), tally.hits(*event, one)) {
            (Some(pair), _) => tally.pairs(*event, pair).covariance(),
            (None, Some(hits)) => hits as f64 / runs * (1.0 - hits as f64 / runs),
            (None, None) => 0.0,
        },
        Measure::Consequence(which) => {
            match (tally.total(*which, one), tally.total(*which, other), pair_of(one, other)) {
                (Some(first), Some(second), Some(pair)) => {
                    paired::covariance(first, second, tally.difference(*which, pair))
                }
                (Some(own), _, None) => own.variance().unwrap_or(0.0),
                _ => 0.0,
            }
        }
    };
    let (by, unit, values): (_, _, Vec<Option<Value>>) = match measure {
        Measure::Event(event) => {
            let event = &found.events[*event];
            let of = |share: &Option<Proportion>| share.map(|share| (share.estimate, share.low, share.high));
            (event.name.clone(), String::new(), event.probabilities.iter().map(of).collect())
        }
        Measure::Consequence(which) => {
            let one = &found.consequences[*which];
            let of = |mean: &Option<Mean>| mean.map(|mean| (mean.estimate, mean.low, mean.high));
            (one.name.clone(), one.unit.clone(), one.means.iter().map(of).collect())
        }
    };
    let ranked: Vec<(usize, Value)> =
        values.into_iter().enumerate().filter_map(|(one, value)| Some((one, value?))).collect();
    let sign = if prefer == Prefer::Low { 1.0 } else { -1.0 };
    let means: Vec<f64> = ranked.iter().map(|(_, value)| sign * value.0).collect();
    let matrix: Vec<Vec<f64>> = ranked
        .iter()
        .map(|(one, _)| ranked.iter().map(|(other, _)| covariance(*one, *other) / runs).collect())
        .collect();
    let best = probability_of_least(&means, &matrix);
    let mut places: Vec<Place> = ranked
        .iter()
        .zip(best)
        .map(|(&(alternative, (estimate, low, high)), best)| Place { alternative, estimate, low, high, best })
        .collect();
    places.sort_by(|a, b| (sign * a.estimate).total_cmp(&(sign * b.estimate)));
    let is_probability = matches!(measure, Measure::Event(_));
    Ranking { by, unit, is_probability, prefer, places }
}
