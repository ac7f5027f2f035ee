//! How long a time in some states lasts, and how it ends: survival curves and competing ends of a model's durations.
//!
//! In: runs, as a [`Probe`]. Out: a [`DurationsTally`] of the first stay of each run, in whole numbers, which merges to the same
//! whatever the split; and [`DurationFindings`]. A stay that a run's end breaks off is censored: Kaplan and Meier's estimate takes it
//! in for as long as it was seen, and Aalen and Johansen's lets the ends compete.

use super::tally::Tally;
use crate::kernel::batch::Collector;
use crate::kernel::before::Before;
use crate::kernel::probe::{Probe, Stretch, Together};
use crate::model::id::StateId;
use crate::model::{Measure, Model, Subject};
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;
use crate::stats::survival::Survival;
use crate::stats::survival::life_table::{Estimate, LifeTable};
use serde::Serialize;
use std::sync::Arc;

/// Ages are grouped in so many intervals between two that findings tell of.
const FINER: usize = 4;

/// What is watched of a model.
#[derive(Clone, Debug, PartialEq)]
struct Watched {
    /// Its place among the machines.
    machine: usize,
    /// For each state of the machine, by its number among its machine's: `None` within the duration, or which end it is.
    ends: Vec<Option<usize>>,
    /// The number of the machine's first state.
    first: usize,
}

/// The stay of the run that is being watched.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stay {
    Awaited,
    Since(f64),
    Over,
}

/// The first stay of every run, for each duration of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct DurationsTally {
    watched: Arc<[Watched]>,
    /// At which findings are told: the points of the study, and those that something is known of.
    ages: Arc<[f64]>,
    tables: Vec<LifeTable>,
    /// Of the runs that are being watched, one after the other; and which of them is told of.
    now: Vec<Stay>,
    lane: usize,
}

impl DurationsTally {
    /// An empty tally; ages are told at `points`, which ascend from 0 to the horizon.
    pub fn new(model: &Model, points: &[f64]) -> Self {
        let ages: Arc<[f64]> = ages(model, points).into();
        let edges: Arc<[f64]> = edges(&ages).into();
        let watched: Arc<[Watched]> = model.durations.iter().map(|duration| watched(model, duration)).collect();
        let causes = |one: &Watched| one.ends.iter().flatten().count();
        let tables = watched.iter().map(|one| LifeTable::new(Arc::clone(&edges), causes(one))).collect();
        DurationsTally { now: vec![Stay::Awaited; watched.len()], lane: 0, watched, ages, tables }
    }

    /// A machine of the run that is told of is in this state, since now.
    fn look(&mut self, number: usize, state: StateId, now: f64) {
        let (watched, stay) = (&self.watched[number], &mut self.now[self.lane * self.watched.len() + number]);
        match (*stay, watched.ends[state.index() - watched.first]) {
            (Stay::Awaited, None) => *stay = Stay::Since(now),
            (Stay::Since(start), Some(cause)) => {
                self.tables[number].end(now - start, cause);
                *stay = Stay::Over;
            }
            _ => {}
        }
    }

    /// Whether a machine that is watched has moved, by the number of its duration.
    #[inline]
    fn moved(&self, number: usize, effects: &Effects) -> bool {
        effects.moves.iter().any(|moved| moved.machine.index() == self.watched[number].machine)
    }
}

fn watched(model: &Model, duration: &crate::model::duration::Duration) -> Watched {
    let range = model.machines[duration.machine.index()].states.clone();
    let mut causes = 0;
    let ends = range.clone().map(|state| {
        let within = duration.states.iter().any(|own| own.index() == state);
        causes += usize::from(!within);
        (!within).then(|| causes - 1)
    });
    Watched { machine: duration.machine.index(), ends: ends.collect(), first: range.start }
}

/// The points and the ages that claims about durations are of, ascending.
fn ages(model: &Model, points: &[f64]) -> Vec<f64> {
    let known = model.claims().filter_map(|claim| match (claim.subject, claim.measure) {
        (Subject::Duration(_), Measure::Probability { at }) => Some(at),
        _ => None,
    });
    let mut ages: Vec<f64> = points.iter().copied().chain(known).collect();
    ages.sort_by(f64::total_cmp);
    ages.dedup();
    ages
}

/// The ages, with finer steps between them.
fn edges(points: &[f64]) -> Vec<f64> {
    let between = |ends: &[f64]| {
        let [from, to] = [ends[0], ends[1]];
        (0..FINER).map(move |i| from + (to - from) * i as f64 / FINER as f64)
    };
    points.windows(2).flat_map(between).chain(points.last().copied()).collect()
}

impl Probe for DurationsTally {
    #[inline]
    fn turn_to(&mut self, lane: usize) {
        let watched = self.watched.len();
        if (lane + 1) * watched > self.now.len() {
            self.now.resize((lane + 1) * watched, Stay::Awaited);
        }
        self.lane = lane;
    }

    fn begin(&mut self, world: &World) {
        let watched = self.watched.len();
        self.now[self.lane * watched..(self.lane + 1) * watched].fill(Stay::Awaited);
        for number in 0..watched {
            self.look(number, world.states[self.watched[number].machine], world.time);
        }
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    #[inline]
    fn happened(&mut self, world: &World, _cause: Cause, effects: &Effects) {
        for number in 0..self.watched.len() {
            if self.moved(number, effects) {
                self.look(number, world.states[self.watched[number].machine], world.time);
            }
        }
    }

    #[inline]
    fn happened_together(&mut self, together: &Together<'_>) -> bool {
        for number in 0..self.watched.len() {
            if self.moved(number, together.effects) {
                let state = together.after.states[self.watched[number].machine];
                for lane in together.lanes.iter().map(|&lane| lane as usize) {
                    self.lane = together.first + lane;
                    self.look(number, state, together.to[lane]);
                }
            }
        }
        true
    }

    fn milestone(&mut self, _world: &World, _milestone: usize) {}

    fn end(&mut self, world: &World, _outcome: usize) {
        let now = &self.now[self.lane * self.watched.len()..];
        for (now, table) in now.iter().zip(&mut self.tables) {
            if let Stay::Since(start) = now {
                table.cut(world.time - start);
            }
        }
    }
}

impl Collector for DurationsTally {
    fn merge(&mut self, other: Self) {
        self.tables.iter_mut().zip(&other.tables).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn finish(&mut self) {
        (self.now, self.lane) = (vec![Stay::Awaited; self.watched.len()], 0);
    }

    fn watches_many(&self) -> bool {
        true
    }
}

/// A tally with that of the durations.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    pub tally: Tally,
    pub durations: DurationsTally,
}

impl Counted {
    pub fn hits(&self) -> Vec<u64> {
        self.tally.hits()
    }
}

impl Probe for Counted {
    #[inline]
    fn turn_to(&mut self, lane: usize) {
        self.tally.turn_to(lane);
        self.durations.turn_to(lane);
    }

    fn begin(&mut self, world: &World) {
        self.tally.begin(world);
        self.durations.begin(world);
    }

    #[inline]
    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.tally.dwell(stretch);
    }

    fn due(&mut self, before: Before<'_>, cause: Cause) {
        self.tally.due(before, cause);
    }

    #[inline]
    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.tally.happened(world, cause, effects);
        self.durations.happened(world, cause, effects);
    }

    #[inline]
    fn happened_together(&mut self, together: &Together<'_>) -> bool {
        self.tally.happened_together(together) && self.durations.happened_together(together)
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.tally.milestone(world, milestone);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.tally.end(world, outcome);
        self.durations.end(world, outcome);
    }
}

impl Collector for Counted {
    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.durations.merge(other.durations);
    }

    fn finish(&mut self) {
        self.tally.finish();
        self.durations.finish();
    }

    fn watches_many(&self) -> bool {
        self.tally.watches_many() && self.durations.watches_many()
    }
}

/// A share with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    pub estimate: f64,
    pub standard_error: f64,
    pub low: f64,
    pub high: f64,
}

/// What holds at one age.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Age {
    /// In the study's unit.
    pub age: f64,
    /// Stays that go on at this age and are still watched.
    pub at_risk: u64,
    /// The share that lasts longer (Kaplan and Meier).
    pub lasting: Share,
}

/// One way in which it ends: the state that it leads to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct End {
    pub state: String,
    /// Stays that ended so.
    pub count: u64,
    /// At each age, the share that has ended so (Aalen and Johansen).
    pub incidence: Vec<Share>,
    /// The same if the other ends were taken for broken-off watching: one less Kaplan and Meier's curve of this end alone.
    pub alone: Vec<f64>,
}

/// What is known from elsewhere of how much lasts longer than an age.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Elsewhere {
    pub age: f64,
    pub range: [f64; 2],
    pub source: String,
}

/// How long one duration lasts, and how it ends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DurationFindings {
    pub name: String,
    pub about: String,
    pub machine: String,
    /// The states that it is spent in.
    pub states: Vec<String>,
    /// Runs in which one began; only the first of each is counted.
    pub begun: u64,
    /// Those of them that were still going on when their run ended.
    pub cut: u64,
    /// Up to the age at which none was watched any more.
    pub ages: Vec<Age>,
    /// The age that half of them outlast, with the ends of its interval; `None` where the curve does not come so far down.
    pub median: [Option<f64>; 3],
    /// Those that some stay led to, the most frequent first.
    pub ends: Vec<End>,
    pub elsewhere: Vec<Elsewhere>,
    /// Between what lengths the like lay elsewhere, of what ended, and who says so.
    pub lasted: Option<([f64; 2], String)>,
}

/// What a tally says of the model's durations, with intervals at the standard normal quantile `z`.
pub fn findings(model: &Model, tally: &DurationsTally, z: f64) -> Vec<DurationFindings> {
    let both = model.durations.iter().enumerate().zip(tally.watched.iter().zip(&tally.tables));
    both.map(|((index, duration), (watched, table))| {
        let (machine, curve) = (&model.machines[duration.machine.index()], table.survival());
        // Ages at which findings tell: all that the curve comes to.
        let told: Vec<usize> = (0..tally.ages.len()).map(|i| i * FINER).take_while(|at| *at < curve.len()).collect();
        let causes = watched.ends.iter().enumerate().filter_map(|(state, end)| Some((state, (*end)?)));
        let mut ends: Vec<End> = causes
            .map(|(state, cause)| {
                let (incidence, alone) = (table.incidence(cause), table.alone(cause));
                End {
                    state: model.states[watched.first + state].name.clone(),
                    count: table.ended(cause),
                    incidence: told.iter().map(|at| share(incidence[*at], z)).collect(),
                    alone: told.iter().map(|at| alone.get(*at).or(alone.last()).copied().unwrap_or(0.0)).collect(),
                }
            })
            .filter(|end| end.count > 0)
            .collect();
        ends.sort_by_key(|end| std::cmp::Reverse(end.count));
        let claims = model.base_rates.iter().filter(|rate| rate.expectation.subject == Subject::Duration(index));
        let elsewhere = claims.filter_map(|rate| match rate.expectation.measure {
            Measure::Probability { at } => {
                Some(Elsewhere { age: at, range: rate.range, source: rate.expectation.source.clone() })
            }
            _ => None,
        });
        DurationFindings {
            name: duration.name.clone(),
            about: duration.provenance.about.clone(),
            machine: machine.name.clone(),
            states: duration.states.iter().map(|state| model.states[state.index()].name.clone()).collect(),
            begun: table.begun(),
            cut: table.begun() - ends.iter().map(|end| end.count).sum::<u64>(),
            median: [
                median(&curve, |step| step.interval(z).0),
                median(&curve, |step| step.share),
                median(&curve, |step| step.interval(z).1),
            ],
            ages: told.iter().map(|at| age(&curve[*at], z)).collect(),
            ends,
            elsewhere: elsewhere.collect(),
            lasted: duration.lasted.map(|range| (range, duration.provenance.source.clone())),
        }
    })
    .collect()
}

/// Where a curve comes down to a half: on the straight line between the two edges about it.
fn median(curve: &[Survival], share: impl Fn(&Survival) -> f64) -> Option<f64> {
    let below = curve.iter().position(|step| share(step) <= 0.5)?;
    let (before, after) = (&curve[below.checked_sub(1)?], &curve[below]);
    let (high, low) = (share(before), share(after));
    Some(before.time + (after.time - before.time) * (high - 0.5) / (high - low))
}

fn age(step: &Survival, z: f64) -> Age {
    let (low, high) = step.interval(z);
    let lasting = Share { estimate: step.share, standard_error: step.standard_error, low, high };
    Age { age: step.time, at_risk: step.at_risk as u64, lasting }
}

/// On the scale of the logarithm, as that of the survival curve.
fn share(estimate: Estimate, z: f64) -> Share {
    let Estimate { share, standard_error } = estimate;
    let spread = if share > 0.0 { libm::exp(z * standard_error / share) } else { 1.0 };
    Share { estimate: share, standard_error, low: share / spread, high: (share * spread).min(1.0) }
}
