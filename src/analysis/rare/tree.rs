//! Trees of runs: RESTART, an unbiased form of splitting with fixed rungs and factors.
//!
//! In: a [`Ladder`] and the address of a run. Out: the [`Tree`] that grows from it, and what it says of the rare thing. Whenever a
//! run of the tree comes up to a rung with factor R, R − 1 others part from it there, which end as soon as they fall
//! below that rung; the run itself goes on whatever happens. What a run meets counts with 1 / ∏R over the rungs that it
//! stands on. The mean over trees is the probability (or the mean total) itself, whatever the rungs, factors and
//! heights are: M. and J. Villén-Altamirano, "RESTART: a method for accelerating rare event simulations" (1991); on
//! what it has in common with other forms of splitting, P. Glasserman, P. Heidelberger, P. Shahabuddin and T. Zajic,
//! "Multilevel splitting for estimating rare event probabilities", Operations Research 47 (1999).
//! The run that a tree grows from is the plain run of the same address.

use super::ladder::{Height, Ladder};
use super::{Choice, Target};
use crate::kernel::branch::Halt;
use crate::kernel::probe::{Probe, Stretch};
use crate::kernel::run::{Simulator, Workspace};
use crate::program::behaviour::{Cause, Effects, Fault};
use crate::program::world::World;
use crate::random::RunAddress;
use std::sync::atomic::{AtomicBool, Ordering};

/// What one tree says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tree {
    /// Its estimate: of the probability, or of the mean total.
    pub(super) value: f64,
    /// Runs of it that came to the event.
    pub(super) hits: u64,
    pub(super) events: u64,
    /// Runs of it, the one that it grew from included.
    pub(super) runs: u64,
    /// Events of the plain run that it grew from, and whether that came to the event.
    pub(super) plain_events: u64,
    pub(super) plain_hits: u64,
}

/// What trees grow with on one thread.
#[derive(Clone, Debug)]
pub(super) struct Nursery {
    height: Height,
    /// By depth of branching.
    works: Vec<Workspace>,
}

impl Nursery {
    pub(super) fn new(height: &Height) -> Self {
        Nursery { height: height.clone(), works: Vec::new() }
    }
}

/// How trees grow.
#[derive(Clone, Debug)]
pub(super) struct Grower<'a> {
    simulator: &'a Simulator,
    ladder: &'a Ladder,
    choice: &'a Choice,
    /// Events of one tree, beyond which the ladder is taken for one that does not hold.
    limit: u64,
    /// Whether a tree has gone beyond.
    overgrown: &'a AtomicBool,
    /// What a run counts that stands on so many rungs.
    weights: Vec<f64>,
}

/// Watches one run of a tree between two rungs.
struct Watch<'a> {
    height: &'a mut Height,
    rungs: &'a [i64],
    target: Target,
    /// On how many rungs it stands.
    on: usize,
    /// On how many it stands now.
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
        self.hit |= self.target == Target::Milestone(milestone);
    }

    fn pauses(&mut self, world: &World) -> bool {
        if self.hit {
            return true;
        }
        let height = self.height.of(world);
        self.now = self.rungs.partition_point(|&rung| rung <= height);
        self.now != self.on
    }

    fn end(&mut self, _world: &World, outcome: usize) {
        self.hit |= self.target == Target::Outcome(outcome);
    }
}

/// One run of a tree.
#[derive(Clone, Copy)]
struct Limb {
    run: RunAddress,
    /// How many runs it has parted from, one from the other.
    depth: usize,
    /// It ends when it stands on fewer rungs than this.
    floor: usize,
    on: usize,
}

impl<'a> Grower<'a> {
    pub(super) fn new(
        simulator: &'a Simulator,
        ladder: &'a Ladder,
        choice: &'a Choice,
        limit: u64,
        overgrown: &'a AtomicBool,
    ) -> Self {
        let mut weights = vec![1.0];
        for &factor in &ladder.factors {
            weights.push(weights[weights.len() - 1] / factor as f64);
        }
        Grower { simulator, ladder, choice, limit, overgrown, weights }
    }

    /// Grows the tree of a run.
    ///
    /// # Errors
    /// The fault of one of its runs.
    pub(super) fn grow(&self, run: RunAddress, nursery: &mut Nursery) -> Result<Tree, Fault> {
        let mut tree = Tree::default();
        if nursery.works.is_empty() {
            nursery.works.resize_with(self.ladder.rungs.len() + 1, Workspace::default);
        }
        let mut probe = self.watch(&mut nursery.height, 0);
        self.simulator.start(run, &mut nursery.works[0], &mut probe)?;
        tree.value += self.total(&nursery.works[0]);
        self.follow(Limb { run, depth: 0, floor: 0, on: 0 }, nursery, &mut tree)?;
        Ok(tree)
    }

    fn watch<'w>(&'w self, height: &'w mut Height, on: usize) -> Watch<'w> {
        let target = self.choice.target;
        Watch { height, rungs: &self.ladder.rungs, target, on, now: on, hit: false, events: 0 }
    }

    fn total(&self, work: &Workspace) -> f64 {
        match self.choice.target {
            Target::Consequence(index) => work.world().totals[index],
            Target::Outcome(_) | Target::Milestone(_) => 0.0,
        }
    }

    /// Follows one run to its end; its workspace is that of its depth.
    fn follow(&self, mut limb: Limb, nursery: &mut Nursery, tree: &mut Tree) -> Result<(), Fault> {
        let mut parted = 0;
        tree.runs += 1;
        loop {
            let (height, work) = (&mut nursery.height, &mut nursery.works[limb.depth]);
            let before = self.total(work);
            let mut watch = self.watch(height, limb.on);
            let halt = self.simulator.resume(limb.run, work, &mut watch)?;
            let Watch { now, hit, events, .. } = watch;
            tree.events += events;
            tree.value += (self.total(work) - before) * self.weights[limb.on];
            if hit {
                tree.value += self.weights[limb.on];
                tree.hits += 1;
            }
            if limb.depth == 0 {
                tree.plain_events += events;
                tree.plain_hits += u64::from(hit);
            }
            if hit || matches!(halt, Halt::End(_)) || now < limb.floor {
                return Ok(());
            }
            if tree.events + tree.runs > self.limit {
                self.overgrown.store(true, Ordering::Relaxed);
                return Err(self.endless(work));
            }
            let mut existing = 1_u64;
            for rung in limb.on..now {
                let factor = self.ladder.factors[rung];
                for _ in 0..existing.saturating_mul(factor - 1) {
                    let branch = Limb { run: limb.run.branch(parted), depth: limb.depth + 1, floor: rung + 1, on: now };
                    parted += 1;
                    let (mine, deeper) = nursery.works.split_at_mut(limb.depth + 1);
                    deeper[0].copy_from(&mine[limb.depth]);
                    self.simulator.part(branch.run, &mut deeper[0]);
                    self.follow(branch, nursery, tree)?;
                }
                existing = existing.saturating_mul(factor);
            }
            limb.on = now;
        }
    }

    fn endless(&self, work: &Workspace) -> Fault {
        Fault {
            span: self.choice.span,
            part: format!("splitting for {}", self.choice.name),
            message: format!("more than {} events in one tree of runs: use `--method simulate`", self.limit),
            time: work.world().time,
        }
    }
}
