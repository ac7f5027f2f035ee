//! The same runs in several alternatives, and what they add up to: for every pair, how often and by how much they differ.
//!
//! In: simulators. Out: a [`Tally`], the same bits at any split. Its size grows with the square of the number of
//! alternatives, not with the runs. Some runs are made in one alternative, then the same ones in the next: many at once are faster
//! than each alone, and a run is counted when it has ended in all.

use super::super::study::Failure;
use super::{Fault, Names, Pair};
use crate::kernel::batch::{Buffers, Collector, RunFault, Runner};
use crate::kernel::probe::{Blind, Probe, Stretch, Together};
use crate::kernel::run::{Simulator, Workspace};
use crate::model::Model;
use crate::program::behaviour::{self, Cause, Effects};
use crate::program::world::World;
use crate::random::RunAddress;
use crate::stats::moments::Moments;
use crate::stats::paired::Pairs;
use std::collections::VecDeque;
use std::sync::Arc;

/// So many runs are made in one alternative before the next makes them.
const CHUNK: usize = 512;

/// Lanes of one alternative: a tally is turned to lane `alternative · SEATS + lane`.
const SEATS: usize = 1 << 16;

/// The alternatives, and where each has what is compared.
#[derive(Debug)]
pub struct Simulators {
    all: Vec<Simulator>,
    places: Arc<[Places]>,
    events: usize,
    consequences: usize,
}

/// Where an alternative's outcomes, milestones and consequences stand among all names.
#[derive(Clone, Debug, PartialEq)]
struct Places {
    outcomes: Vec<usize>,
    milestones: Vec<usize>,
    consequences: Vec<usize>,
}

impl Simulators {
    /// One simulator a model, in the same order.
    pub fn new<'m>(all: Vec<Simulator>, models: impl Iterator<Item = &'m Model>, names: &Names) -> Simulators {
        let event = |name: &str, milestone: bool| {
            let place = names.events.iter().position(|event| event.0 == name && event.1 == milestone);
            place.expect("the names are those of the models")
        };
        let places = models.map(|model| Places {
            outcomes: model.outcomes.iter().map(|outcome| event(&outcome.name, false)).collect(),
            milestones: model.milestones.iter().map(|milestone| event(&milestone.name, true)).collect(),
            consequences: model
                .consequences
                .iter()
                .map(|one| {
                    let place = names.consequences.iter().position(|n| n.0 == one.name && n.1 == one.provenance.unit);
                    place.expect("the names are those of the models")
                })
                .collect(),
        });
        Simulators { places: places.collect(), all, events: names.events.len(), consequences: names.consequences.len() }
    }

    /// Finds the alternative in which a run cannot go on: it is the same run again.
    pub fn blame(&self, fault: RunFault) -> Fault {
        let address = RunAddress::new(fault.seed, fault.run);
        let fails = |simulator: &Simulator| simulator.run(address, &mut Workspace::default(), &mut Blind).is_err();
        let alternative = self.all.iter().position(fails).unwrap_or(0);
        Fault { alternative, failure: Failure::Fault(fault) }
    }
}

/// A run is the same run in each alternative.
impl Runner for Simulators {
    type Workspace = Vec<Buffers>;

    fn run(&self, run: RunAddress, work: &mut Vec<Buffers>, probe: &mut impl Probe) -> Result<(), behaviour::Fault> {
        work.resize_with(self.all.len(), Buffers::default);
        let mut each = self.all.iter().zip(work).enumerate();
        each.try_for_each(|(alternative, (simulator, work))| {
            probe.turn_to(alternative * SEATS);
            Runner::run(simulator, run, work, probe)
        })
    }

    fn run_all<C: Collector>(
        &self,
        mut runs: impl Iterator<Item = RunAddress>,
        work: &mut Vec<Buffers>,
        collector: &mut C,
        mut over: impl FnMut(),
    ) -> Result<(), behaviour::Fault> {
        work.resize_with(self.all.len(), Buffers::default);
        loop {
            let chunk: Vec<RunAddress> = runs.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            for (alternative, (simulator, work)) in self.all.iter().zip(&mut *work).enumerate() {
                let mut seated = Seated { first: alternative * SEATS, probe: collector };
                seated.turn_to(0);
                simulator.run_many(chunk.iter().copied(), work, &mut seated, || {})?;
            }
            chunk.iter().for_each(|_| over());
        }
    }
}

/// A probe that watches one alternative.
struct Seated<'a, P> {
    /// The first of its lanes.
    first: usize,
    probe: &'a mut P,
}

impl<P: Probe> Probe for Seated<'_, P> {
    fn turn_to(&mut self, lane: usize) {
        self.probe.turn_to(self.first + lane);
    }

    fn begin(&mut self, world: &World) {
        self.probe.begin(world);
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.probe.dwell(stretch);
    }

    fn happened(&mut self, world: &World, cause: Cause, effects: &Effects) {
        self.probe.happened(world, cause, effects);
    }

    fn happened_together(&mut self, together: &Together<'_>) -> bool {
        self.probe.happened_together(&Together { first: self.first + together.first, ..*together })
    }

    fn milestone(&mut self, world: &World, milestone: usize) {
        self.probe.milestone(world, milestone);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.probe.end(world, outcome);
    }
}

/// Every pair of so many alternatives.
pub fn pairs(alternatives: usize) -> Vec<Pair> {
    (0..alternatives).flat_map(|first| (first + 1..alternatives).map(move |second| Pair { first, second })).collect()
}

/// What the runs add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    runs: u64,
    pairs: Vec<Pair>,
    /// By alternative and event: runs that came to it, `None` where it cannot be.
    hits: Vec<Vec<Option<u64>>>,
    /// By pair and event: runs in which both came to it.
    both: Vec<Vec<u64>>,
    /// By alternative and consequence.
    totals: Vec<Vec<Option<Moments>>>,
    /// By pair and consequence: the second less the first.
    differences: Vec<Vec<Moments>>,
    places: Arc<[Places]>,
    /// Runs that have not ended in every alternative, from the first such on.
    open: VecDeque<Open>,
    /// How many runs are before these.
    closed: usize,
    /// By alternative: how many runs have begun, and which is in each seat.
    begun: Vec<(usize, Vec<usize>)>,
    /// The alternative and the seat of what is told of.
    at: (usize, usize),
}

/// A run under way.
#[derive(Clone, Debug, PartialEq)]
struct Open {
    /// By alternative: which events it has come to, and its totals.
    now: Vec<(Vec<bool>, Vec<f64>)>,
    /// The alternatives in which it has ended.
    ended: usize,
}

impl Tally {
    /// An empty tally of these alternatives.
    pub fn new(simulators: &Simulators) -> Tally {
        let Simulators { places, events, consequences, .. } = simulators;
        let pairs = pairs(places.len());
        let hits = |places: &Places| {
            let mut hits = vec![None; *events];
            places.outcomes.iter().chain(&places.milestones).for_each(|&event| hits[event] = Some(0));
            hits
        };
        let totals = |places: &Places| {
            let mut totals = vec![None; *consequences];
            places.consequences.iter().for_each(|&which| totals[which] = Some(Moments::new()));
            totals
        };
        Tally {
            runs: 0,
            hits: places.iter().map(hits).collect(),
            both: vec![vec![0; *events]; pairs.len()],
            totals: places.iter().map(totals).collect(),
            differences: vec![vec![Moments::new(); *consequences]; pairs.len()],
            open: VecDeque::new(),
            closed: 0,
            begun: vec![(0, Vec::new()); places.len()],
            at: (0, 0),
            places: Arc::clone(places),
            pairs,
        }
    }

    /// Where the run that is told of stands among the open ones.
    fn place(&self) -> usize {
        let (alternative, seat) = self.at;
        self.begun[alternative].1[seat] - self.closed
    }

    /// Counts a run that has ended in every alternative.
    fn count(&mut self, Open { now, .. }: &Open) {
        self.runs += 1;
        for (alternative, (events, totals)) in now.iter().enumerate() {
            for (hits, _) in self.hits[alternative].iter_mut().zip(events).filter(|(_, hit)| **hit) {
                *hits.get_or_insert(0) += 1;
            }
            for (moments, &total) in self.totals[alternative].iter_mut().zip(totals) {
                if let Some(moments) = moments {
                    moments.add(total);
                }
            }
        }
        for (index, pair) in self.pairs.iter().enumerate() {
            let (first, second) = (&now[pair.first], &now[pair.second]);
            for (both, (one, other)) in self.both[index].iter_mut().zip(first.0.iter().zip(&second.0)) {
                *both += u64::from(*one && *other);
            }
            for (which, moments) in self.differences[index].iter_mut().enumerate() {
                if self.totals[pair.first][which].is_some() && self.totals[pair.second][which].is_some() {
                    moments.add(second.1[which] - first.1[which]);
                }
            }
        }
    }

    /// Runs of an alternative that came to an event; `None` where it does not have it.
    pub fn hits(&self, event: usize, alternative: usize) -> Option<u64> {
        self.hits[alternative][event]
    }

    /// Whether both of a pair have an event.
    pub fn is_event_of(&self, event: usize, pair: Pair) -> bool {
        self.hits[pair.first][event].is_some() && self.hits[pair.second][event].is_some()
    }

    /// Every (event, pair) of which a difference is told.
    pub fn told(&self) -> impl Iterator<Item = (usize, usize)> {
        let events = self.both.first().map_or(0, Vec::len);
        (0..events).flat_map(move |event| {
            let told = move |&(_, pair): &(usize, &Pair)| self.is_event_of(event, *pair);
            self.pairs.iter().enumerate().filter(told).map(move |(pair, _)| (event, pair))
        })
    }

    /// How often the two of a pair came to an event, together and each alone.
    pub fn pairs(&self, event: usize, pair: usize) -> Pairs {
        let Pair { first, second } = self.pairs[pair];
        let (both, hits) = (self.both[pair][event], |one: usize| self.hits[one][event].unwrap_or(0));
        Pairs { runs: self.runs, both, first_only: hits(first) - both, second_only: hits(second) - both }
    }

    /// The totals of a consequence; `None` where an alternative does not have it.
    pub fn total(&self, consequence: usize, alternative: usize) -> Option<&Moments> {
        self.totals[alternative][consequence].as_ref()
    }

    /// How the totals of a pair differ, run by run.
    pub fn difference(&self, consequence: usize, pair: usize) -> &Moments {
        &self.differences[pair][consequence]
    }
}

impl Probe for Tally {
    fn turn_to(&mut self, lane: usize) {
        self.at = (lane / SEATS, lane % SEATS);
    }

    /// Runs begin in the order of their numbers, in each alternative.
    fn begin(&mut self, _world: &World) {
        let (alternative, seat) = self.at;
        let (begun, seats) = &mut self.begun[alternative];
        seats.resize(seats.len().max(seat + 1), 0);
        seats[seat] = *begun;
        *begun += 1;
        if *begun - self.closed > self.open.len() {
            let (events, consequences) = (self.hits[0].len(), self.totals[0].len());
            let nothing = (vec![false; events], vec![0.0; consequences]);
            self.open.push_back(Open { now: vec![nothing; self.places.len()], ended: 0 });
        }
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn happened_together(&mut self, _together: &Together<'_>) -> bool {
        true
    }

    fn milestone(&mut self, _world: &World, milestone: usize) {
        let (alternative, place) = (self.at.0, self.place());
        let event = self.places[alternative].milestones[milestone];
        self.open[place].now[alternative].0[event] = true;
    }

    fn end(&mut self, world: &World, outcome: usize) {
        let (alternative, place) = (self.at.0, self.place());
        let (places, run) = (&self.places[alternative], &mut self.open[place]);
        let (events, totals) = &mut run.now[alternative];
        events[places.outcomes[outcome]] = true;
        for (&total, &which) in world.totals.iter().zip(&places.consequences) {
            totals[which] = total;
        }
        run.ended += 1;
        let everywhere = self.places.len();
        while let Some(run) = self.open.pop_front() {
            if run.ended < everywhere {
                self.open.push_front(run);
                return;
            }
            self.count(&run);
            self.closed += 1;
        }
    }
}

impl Collector for Tally {
    fn watches_many(&self) -> bool {
        true
    }

    fn finish(&mut self) {
        (self.closed, self.at) = (0, (0, 0));
        self.begun.fill((0, Vec::new()));
    }

    fn merge(&mut self, other: Tally) {
        self.runs += other.runs;
        for (mine, theirs) in self.hits.iter_mut().flatten().zip(other.hits.iter().flatten()) {
            if let (Some(mine), Some(theirs)) = (mine, theirs) {
                *mine += theirs;
            }
        }
        for (mine, theirs) in self.both.iter_mut().flatten().zip(other.both.iter().flatten()) {
            *mine += theirs;
        }
        for (mine, theirs) in self.totals.iter_mut().flatten().zip(other.totals.iter().flatten()) {
            if let (Some(mine), Some(theirs)) = (mine, theirs) {
                mine.merge(theirs);
            }
        }
        for (mine, theirs) in self.differences.iter_mut().flatten().zip(other.differences.iter().flatten()) {
            mine.merge(theirs);
        }
    }
}
