//! Trees of runs that grow beside one another.
//!
//! In: a [`Ladder`] and the addresses of runs. Out: the [`Tree`] that grows from each. Many runs go on at once, each in a seat of its
//! own: of the first tree that has a run to go on with, the first in its order; where none has, the next tree begins. So few
//! trees are under way at any time, and of each no more runs are put aside than as if it were alone, but for as many as
//! there are seats. In what order runs go on changes nothing of what a tree says.

use super::ladder::{Height, Ladder};
use super::tree::{Fork, Growth, Limb, Overgrown, Segment, Tree};
use super::{Choice, Target};
use crate::kernel::branch::{Aside, Halt, Hands, Limbs};
use crate::kernel::probe::{Probe, Stretch};
use crate::kernel::run::{Simulator, Workspace};
use crate::program::behaviour::{Cause, Effects, Fault};
use crate::program::world::World;
use crate::random::RunAddress;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// What trees grow with on one thread.
#[derive(Clone, Debug)]
pub(super) struct Nursery {
    height: Height,
    hands: Hands,
    asides: Asides,
}

/// Runs that are put aside.
#[derive(Clone, Debug, Default)]
struct Asides {
    all: Vec<Aside>,
    free: Vec<usize>,
}

impl Nursery {
    pub(super) fn new(height: &Height) -> Self {
        Nursery { height: height.clone(), hands: Hands::default(), asides: Asides::default() }
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

/// Watches the runs of trees between two rungs.
#[derive(Debug)]
struct Watch<'a> {
    height: &'a mut Height,
    rungs: &'a [i64],
    target: Target,
    seats: Vec<Seat>,
    /// Whose turn it is.
    seat: usize,
}

/// What is seen of one run since it last went on.
#[derive(Clone, Copy, Debug, Default)]
struct Seat {
    /// On how many rungs it stood.
    on: usize,
    /// On how many it stands now.
    now: usize,
    hit: bool,
    events: u64,
    /// The total that it went on with.
    total: f64,
    /// Whether it stands where it paused.
    has_paused: bool,
}

impl Probe for Watch<'_> {
    fn turn_to(&mut self, lane: usize) {
        self.seat = lane;
        if self.seats.len() <= lane {
            self.seats.resize(lane + 1, Seat::default());
        }
    }

    fn begin(&mut self, _world: &World) {}

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {
        self.seats[self.seat].events += 1;
    }

    fn milestone(&mut self, _world: &World, milestone: usize) {
        self.seats[self.seat].hit |= self.target == Target::Milestone(milestone);
    }

    fn pauses(&mut self, world: &World) -> bool {
        let seat = &mut self.seats[self.seat];
        if seat.hit {
            return true;
        }
        // How high it is where it paused was asked then.
        if !std::mem::take(&mut seat.has_paused) {
            let height = self.height.of(world, self.seat);
            seat.now = self.rungs.partition_point(|&rung| rung <= height);
        }
        seat.now != seat.on
    }

    fn end(&mut self, _world: &World, outcome: usize) {
        self.seats[self.seat].hit |= self.target == Target::Outcome(outcome);
    }
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

    /// Grows the trees of these numbers, each from the run at its `root`; gives them in their order.
    ///
    /// # Errors
    /// The first tree with a run that cannot go on, or that grows beyond the limit, and the fault.
    pub(super) fn grow(
        &self,
        trees: Range<u64>,
        root: impl Fn(u64) -> RunAddress,
        nursery: &mut Nursery,
    ) -> Result<Vec<Tree>, (u64, Fault)> {
        let Nursery { height, hands, asides } = nursery;
        let Ladder { rungs, .. } = self.ladder;
        let mut watch = Watch { height, rungs, target: self.choice.target, seats: Vec::new(), seat: 0 };
        let mut grove = Grove::new(self, trees.clone(), &root, asides);
        if self.simulator.run_limbs(&mut grove, hands, &mut watch).is_ok() {
            return grove.told();
        }
        // Of those that were under way it may not be the first that cannot go on.
        let mut grove = Grove::new(self, trees, &root, grove.asides);
        match self.simulator.run_limbs_in_turn(&mut grove, hands, &mut watch) {
            Ok(()) => grove.told(),
            Err(fault) => Err((grove.under_way.last().map_or(grove.to_come.start, |(tree, _)| *tree), fault)),
        }
    }

    fn total(&self, work: &Workspace) -> f64 {
        match self.choice.target {
            Target::Consequence(index) => work.world().totals[index],
            Target::Outcome(_) | Target::Milestone(_) => 0.0,
        }
    }

    fn endless(&self, Overgrown(time): Overgrown) -> Fault {
        Fault {
            span: self.choice.span,
            part: format!("splitting for {}", self.choice.name),
            message: format!("more than {} events in one tree of runs: use `--method simulate`", self.limit),
            time,
        }
    }
}

/// The run of a seat.
#[derive(Clone, Copy, Debug)]
struct Aboard {
    tree: u64,
    limb: Limb,
    /// Whether it is the next one there, and in its place already.
    is_next: bool,
}

/// Trees that grow.
struct Grove<'a, R> {
    grower: &'a Grower<'a>,
    root: R,
    asides: &'a mut Asides,
    /// The number of the first tree, and what each says.
    first: u64,
    trees: Vec<Tree>,
    /// Those that have not begun.
    to_come: Range<u64>,
    under_way: Vec<(u64, Growth)>,
    /// By seat.
    aboard: Vec<Option<Aboard>>,
    /// The first tree that has grown beyond the limit: those that come after it do not matter.
    overgrown: Option<(u64, Overgrown)>,
}

impl<'a, R: Fn(u64) -> RunAddress> Grove<'a, R> {
    fn new(grower: &'a Grower<'a>, trees: Range<u64>, root: R, asides: &'a mut Asides) -> Self {
        asides.free = (0..asides.all.len()).collect();
        Grove {
            grower,
            root,
            asides,
            first: trees.start,
            trees: vec![Tree::default(); (trees.end - trees.start) as usize],
            to_come: trees,
            under_way: Vec::new(),
            aboard: Vec::new(),
            overgrown: None,
        }
    }

    /// What the trees say, after all have grown.
    fn told(self) -> Result<Vec<Tree>, (u64, Fault)> {
        let Some((tree, overgrown)) = self.overgrown else { return Ok(self.trees) };
        self.grower.overgrown.store(true, Ordering::Relaxed);
        Err((tree, self.grower.endless(overgrown)))
    }

    /// The next run, put into a workspace.
    fn next(
        &mut self,
        simulator: &Simulator,
        seat: usize,
        work: &mut Workspace,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Aboard>, Fault> {
        for (tree, growth) in &mut self.under_way {
            let Some(departure) = growth.go_on(seat, &self.grower.ladder.factors) else { continue };
            let aside = &mut self.asides.all[departure.aside];
            if departure.is_last {
                simulator.restore_last(aside, work);
                self.asides.free.push(departure.aside);
            } else {
                simulator.restore(aside, work);
                simulator.part(departure.limb.run, work);
            }
            return Ok(Some(Aboard { tree: *tree, limb: departure.limb, is_next: false }));
        }
        if self.to_come.is_empty() {
            return Ok(None);
        }
        let tree = self.to_come.start;
        let run = (self.root)(tree);
        simulator.start(run, work, watch)?;
        self.to_come.start += 1;
        self.under_way.push((tree, Growth::begin(seat, self.grower.total(work))));
        let limb = Limb { run, is_stem: true, is_new: true, floor: 0, on: 0, parted: 0 };
        Ok(Some(Aboard { tree, limb, is_next: false }))
    }
}

impl Asides {
    fn keep(&mut self, work: &Workspace) -> usize {
        let place = self.free.pop().unwrap_or_else(|| {
            self.all.push(Aside::default());
            self.all.len() - 1
        });
        self.all[place].keep(work);
        place
    }
}

impl<'a, R: Fn(u64) -> RunAddress> Limbs for Grove<'a, R> {
    type Watch = Watch<'a>;

    fn board(
        &mut self,
        simulator: &Simulator,
        seat: usize,
        work: &mut Workspace,
        watch: &mut Watch<'a>,
    ) -> Result<Option<RunAddress>, Fault> {
        if self.aboard.len() <= seat {
            self.aboard.resize(seat + 1, None);
        }
        let aboard = match self.aboard[seat].take_if(|aboard| aboard.is_next) {
            Some(aboard) => Some(aboard),
            None => self.next(simulator, seat, work, watch)?,
        };
        self.aboard[seat] = aboard.map(|aboard| Aboard { is_next: false, ..aboard });
        Ok(aboard.map(|Aboard { limb, .. }| {
            let (total, has_paused) = (self.grower.total(work), !(limb.is_stem && limb.is_new));
            watch.seats[seat] = Seat { on: limb.on, now: limb.on, hit: false, events: 0, total, has_paused };
            limb.run
        }))
    }

    fn has_next(&self) -> bool {
        !self.to_come.is_empty() || self.under_way.iter().any(|(_, growth)| growth.has_next())
    }

    fn halted(&mut self, simulator: &Simulator, seat: usize, work: &mut Workspace, halt: Halt, watch: &mut Watch<'a>) {
        let Some(Aboard { tree, mut limb, .. }) = self.aboard[seat] else { unreachable!("it was aboard") };
        let Ok(place) = self.under_way.binary_search_by_key(&tree, |(tree, _)| *tree) else { return };
        let (growth, grower) = (&mut self.under_way[place].1, self.grower);
        let Seat { on, now, hit, events, total, .. } = watch.seats[seat];
        let is_over = hit || matches!(halt, Halt::End(_)) || now < limb.floor;
        let counts = grower.weights[on];
        let segment = Segment {
            is_stem: limb.is_stem,
            is_first: limb.is_new,
            events,
            gain: (grower.total(work) - total) * counts,
            hit: hit.then_some(counts),
            goes_on: (!is_over).then_some(work.world().time),
        };
        let told = match is_over {
            true => growth.end(seat, segment, grower.limit),
            false => growth.tell(seat, segment, grower.limit),
        };
        if let Err(overgrown) = told {
            self.overgrown = Some((tree, overgrown));
            self.to_come.end = self.to_come.end.min(tree);
            self.under_way.truncate(place);
        } else if let Some(grown) = growth.finished() {
            self.trees[(tree - self.first) as usize] = grown;
            self.under_way.remove(place);
        } else if !is_over {
            (limb.on, limb.is_new) = (now, false);
            if now > on {
                // The first one that parts goes on at once, as it is in its place.
                let mut fork = Fork::new(limb, on, self.asides.keep(work), &grower.ladder.factors);
                limb = fork.depart(&grower.ladder.factors).limb;
                growth.fork(seat, fork);
                simulator.part(limb.run, work);
            }
            self.aboard[seat] = Some(Aboard { tree, limb, is_next: true });
        }
    }
}
