//! Trees that grow beside one another are those that grow one after the other, depth first, as RESTART is told.

use super::distance::Distance;
use super::grove::{Grower, Nursery};
use super::ladder::{Height, Ladder};
use super::tree::Tree;
use super::{Choice, Target, study};
use crate::diagnostic::{Diagnostics, Sources};
use crate::kernel::branch::{Aside, Halt};
use crate::kernel::probe::{Probe, Stretch};
use crate::kernel::run::{Simulator, Workspace};
use crate::model::resolve;
use crate::program::behaviour::{Cause, Effects, Fault};
use crate::program::bind::Bound;
use crate::program::lower::lower;
use crate::program::world::World;
use crate::random::RunAddress;
use crate::scenario::load::{self, Disk, Files};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A scenario, what is rare in it, and a ladder.
pub(super) struct Case {
    pub(super) simulator: Simulator,
    pub(super) choice: Choice,
    pub(super) height: Height,
    ladder: Ladder,
}

impl Case {
    fn read(path: &Path, files: &dyn Files, rare: &str, rungs: &[i64], factors: &[u64]) -> Self {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let scenario = load::read(path, files, &mut sources, &mut diagnostics).unwrap();
        let model = resolve::resolve(&scenario, &mut diagnostics).unwrap();
        let simulator = Simulator::new(Bound::central(Arc::new(lower(&model))).unwrap());
        let choice = Choice::of_name(&model, rare).unwrap();
        let (bound, mut start) = (simulator.bound(), World::default());
        bound.start(&mut start);
        let height = Height::new(Distance::new(bound, study::aim(bound, choice.target)), &start).unwrap();
        let ladder = Ladder { rungs: rungs.to_vec(), factors: factors.to_vec() };
        Case { simulator, choice, height, ladder }
    }

    /// A shipped scenario.
    pub(super) fn of(file: &str, rare: &str, rungs: &[i64], factors: &[u64]) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
        Case::read(&path, &Disk, rare, rungs, factors)
    }

    /// A number that drifts, and what comes of it. A negative rate is a fault: that of `falling` is one where the number is high.
    pub(super) fn drifting(rare: &str, falling: &str) -> Self {
        let text = DRIFTING.replace("FALLING", falling);
        Case::read(Path::new("drifting.toml"), &Text(text), rare, &[-2800, -1800, -900, 0], &[2, 3, 4, 2])
    }

    fn grow(&self, trees: std::ops::Range<u64>, limit: u64) -> Result<Vec<Tree>, (u64, Fault)> {
        let overgrown = AtomicBool::new(false);
        let grower = Grower::new(&self.simulator, &self.ladder, &self.choice, limit, &overgrown);
        grower.grow(trees, |tree| RunAddress::new(5, tree), &mut Nursery::new(&self.height))
    }

    /// The same, one after the other; of a tree that is beyond the limit there is no fault but the time.
    fn grow_alone(&self, trees: std::ops::Range<u64>, limit: u64) -> Result<Vec<Tree>, (u64, Stop)> {
        trees
            .map(|number| {
                let (run, mut work, mut tree) = (RunAddress::new(5, number), Workspace::default(), Tree::default());
                let mut alone = Alone { case: self, height: self.height.clone(), limit };
                let mut watch = Watch { case: self, height: &mut alone.height, on: 0, now: 0, hit: false, events: 0 };
                let grown = self.simulator.start(run, &mut work, &mut watch).map_err(Stop::Fault).and_then(|()| {
                    tree.value += alone.total(&work);
                    alone.follow(run, (0, 0, 0), &mut work, &mut tree)
                });
                grown.map(|()| tree).map_err(|stop| (number, stop))
            })
            .collect()
    }

    /// Fails unless both ways give the same trees, some of which have several runs and some of which come to what is rare.
    #[track_caller]
    fn holds(&self, trees: u64) {
        let (beside, alone) = (self.grow(0..trees, u64::MAX), self.grow_alone(0..trees, u64::MAX));
        let beside = beside.unwrap();
        assert_eq!(Some(&beside), alone.ok().as_ref());
        assert!(beside.iter().any(|tree| tree.runs > 20) && beside.iter().any(|tree| tree.value > 0.0));
        let halves = [0..trees / 2, trees / 2..trees].map(|half| self.grow(half, u64::MAX).unwrap());
        assert_eq!(halves.concat(), beside);
    }
}

struct Text(String);

impl Files for Text {
    fn read(&self, _path: &Path) -> std::io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

const DRIFTING: &str = r#"
title = "test"
[time]
unit = "day"
step = 1
horizon = 40
[variables.level]
initial = 0
dynamics = { kind = "random-walk", volatility = 0.6 }
[machines.watch]
initial = "calm"
[machines.watch.states]
calm = {}
alarmed = {}
[[machines.watch.transitions]]
from = "calm"
to = "alarmed"
rate = "0.4 * exp(0.2 * level)"
add = { level = 0.5 }
[[machines.watch.transitions]]
from = "alarmed"
to = "calm"
after = { family = "weibull", shape = 2, scale = 3 }
[machines.mood]
initial = "low"
[machines.mood.states]
low = {}
[[machines.mood.transitions]]
from = "low"
rate = "FALLING"
[consequences.cost]
rate = "if(level > 5 and watch.alarmed, 1 + level, 0)"
unit = "days"
[milestones.high]
when = "level >= 6 and watch.alarmed"
[outcomes.top]
when = "level >= 8"
[outcomes.left]
default = true
"#;

/// Why a tree does not grow.
#[derive(Debug, PartialEq)]
enum Stop {
    Fault(Fault),
    Overgrown(f64),
}

/// RESTART as it is told: each run goes on when all that part from it are over.
struct Alone<'a> {
    case: &'a Case,
    height: Height,
    limit: u64,
}

impl Alone<'_> {
    fn total(&self, work: &Workspace) -> f64 {
        match self.case.choice.target {
            Target::Consequence(index) => work.world().totals[index],
            _ => 0.0,
        }
    }

    fn follow(
        &mut self,
        run: RunAddress,
        (depth, floor, mut on): (usize, usize, usize),
        work: &mut Workspace,
        tree: &mut Tree,
    ) -> Result<(), Stop> {
        let Ladder { factors, .. } = &self.case.ladder;
        let (mut parted, mut aside) = (0, Aside::default());
        tree.runs += 1;
        loop {
            let (before, weight) = (self.total(work), factors[..on].iter().fold(1.0, |w, &f| w / f as f64));
            let mut watch = Watch { case: self.case, height: &mut self.height, on, now: on, hit: false, events: 0 };
            let halt = self.case.simulator.resume(run, work, &mut watch).map_err(Stop::Fault)?;
            let Watch { now, hit, events, .. } = watch;
            tree.events += events;
            tree.value += (self.total(work) - before) * weight;
            tree.value += if hit { weight } else { 0.0 };
            tree.hits += u64::from(hit);
            if depth == 0 {
                tree.plain_events += events;
                tree.plain_hits += u64::from(hit);
            }
            if hit || matches!(halt, Halt::End(_)) || now < floor {
                return Ok(());
            }
            if tree.events + tree.runs > self.limit {
                return Err(Stop::Overgrown(work.world().time));
            }
            aside.keep(work);
            let mut existing = 1;
            for (rung, factor) in factors.iter().enumerate().take(now).skip(on) {
                for _ in 0..existing * (factor - 1) {
                    let branch = run.branch(parted);
                    parted += 1;
                    let mut other = Workspace::default();
                    self.case.simulator.restore(&aside, &mut other);
                    self.case.simulator.part(branch, &mut other);
                    self.follow(branch, (depth + 1, rung + 1, now), &mut other, tree)?;
                }
                existing *= factor;
            }
            on = now;
        }
    }
}

struct Watch<'a> {
    case: &'a Case,
    height: &'a mut Height,
    on: usize,
    now: usize,
    hit: bool,
    events: u64,
}

impl Probe for Watch<'_> {
    fn begin(&mut self, _world: &World) {}

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {
        self.events += 1;
    }

    fn milestone(&mut self, _world: &World, milestone: usize) {
        self.hit |= self.case.choice.target == Target::Milestone(milestone);
    }

    fn pauses(&mut self, world: &World) -> bool {
        let height = self.height.of(world, 0);
        self.now = self.case.ladder.rungs.partition_point(|&rung| rung <= height);
        self.hit || self.now != self.on
    }

    fn end(&mut self, _world: &World, outcome: usize) {
        self.hit |= self.case.choice.target == Target::Outcome(outcome);
    }
}

#[test]
fn trees_of_a_path_grow_beside_one_another_as_alone() {
    Case::of("continued-support.toml", "wider_war", &[-2900, -2372, -900], &[3, 5, 2]).holds(70);
}

/// Several rungs at one step, ends at the very moment of a rung, hits, and totals that are added up in order.
#[test]
fn trees_of_what_drifts_grow_beside_one_another_as_alone() {
    ["high", "top", "cost"].iter().for_each(|rare| Case::drifting(rare, "1").holds(70));
}

#[test]
fn trees_without_steps_grow_as_alone() {
    let rungs: Vec<i64> = (1..6).map(|rung| -4096 + 680 * rung).collect();
    Case::of("reference/rare/x1-overflow-20.toml", "full", &rungs, &[8; 5]).holds(100);
    Case::of("reference/rare/x3-tandem-4.toml", "time_at_4", &rungs[..3], &[2; 3]).holds(10);
}

#[test]
fn the_first_tree_that_does_not_end_well_is_told() {
    let case = Case::drifting("high", "1");
    let sizes: Vec<u64> = case.grow(0..70, u64::MAX).unwrap().iter().map(|tree| tree.events + tree.runs).collect();
    for limit in [60, sizes.iter().max().unwrap() / 2] {
        let (tree, fault) = case.grow(0..70, limit).unwrap_err();
        assert_eq!(case.grow_alone(0..70, limit), Err((tree, Stop::Overgrown(fault.time))), "{limit} of {sizes:?}");
        assert!(fault.message.contains("in one tree of runs"), "{fault:?}");
    }
    // Runs cannot go on where the number is high: the fault of the first in order counts, also where a tree is too large before.
    let case = Case::drifting("high", "7 - level");
    for (limit, is_fault) in [(u64::MAX, true), (60, false)] {
        let (tree, fault) = case.grow(0..70, limit).unwrap_err();
        let (number, stop) = case.grow_alone(0..70, limit).unwrap_err();
        assert_eq!((tree, matches!(stop, Stop::Fault(_))), (number, is_fault));
        assert_eq!(stop, if is_fault { Stop::Fault(fault) } else { Stop::Overgrown(fault.time) });
    }
}
