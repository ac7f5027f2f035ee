//! Trees of runs: RESTART, an unbiased form of splitting with fixed rungs and factors.
//!
//! Whenever a run of a tree comes up to a rung with factor R, R − 1 others part from it there, which end as soon as they fall
//! below that rung; the run itself goes on whatever happens. What a run meets counts with 1 / ∏R over the rungs that it
//! stands on. The mean over trees is the probability (or the mean total) itself, whatever the rungs, factors and
//! heights are: M. and J. Villén-Altamirano, "RESTART: a method for accelerating rare event simulations" (1991); on
//! what it has in common with other forms of splitting, P. Glasserman, P. Heidelberger, P. Shahabuddin and T. Zajic,
//! "Multilevel splitting for estimating rare event probabilities", Operations Research 47 (1999).
//! The run that a tree grows from is the plain run of the same address.
//!
//! Here is what a tree is, and what it says of the rare thing; its runs are those of a [grove](super::grove). Runs of a tree are in
//! order: those that part from one at a rung come before it goes on. A tree adds up what its runs tell in that order, in whatever
//! order they run, so that its sums are the same to the last bit.

use crate::random::RunAddress;

/// No more than so many segments are told of one tree, about, before it is their turn.
const AHEAD: usize = 1 << 16;

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

/// One run of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limb {
    pub(super) run: RunAddress,
    /// Whether it is the run that the tree grows from.
    pub(super) is_stem: bool,
    /// It ends when it stands on fewer rungs than this.
    pub(super) floor: usize,
    /// On how many rungs it stands.
    pub(super) on: usize,
    /// How many runs have parted from it.
    pub(super) parted: u64,
    /// Whether it has told anything yet.
    pub(super) is_new: bool,
}

/// What a run of a tree has to tell when it halts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) is_stem: bool,
    /// Whether it is the first of its run.
    pub(super) is_first: bool,
    pub(super) events: u64,
    /// What has come to the total, times what it counts.
    pub(super) gain: f64,
    /// What a hit counts, if it was one.
    pub(super) hit: Option<f64>,
    /// When it was, if the run goes on.
    pub(super) goes_on: Option<f64>,
}

/// A run that waits where others part from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fork {
    limb: Limb,
    /// Where it was put aside.
    aside: usize,
    /// The rung at which the next ones part, how many runs there are that stand on it, and how many are still to part.
    rung: usize,
    existing: u64,
    left: u64,
    /// The branch that the next one is.
    next: u64,
}

/// A run that goes on from where it, or the one that it parts from, was put aside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Departure {
    pub(super) limb: Limb,
    pub(super) aside: usize,
    /// Whether it is the run itself, after all that part from it.
    pub(super) is_last: bool,
}

impl Fork {
    /// A run has come up to where it stands from a number of rungs, and was put aside. Others part from it at each rung between.
    pub(super) fn new(mut limb: Limb, from: usize, aside: usize, factors: &[u64]) -> Self {
        let (next, mut existing) = (limb.parted, 1_u64);
        for &factor in &factors[from..limb.on] {
            limb.parted += existing.saturating_mul(factor - 1);
            existing = existing.saturating_mul(factor);
        }
        Fork { limb, aside, rung: from, existing: 1, left: factors[from] - 1, next }
    }

    pub(super) fn depart(&mut self, factors: &[u64]) -> Departure {
        while self.left == 0 {
            self.existing = self.existing.saturating_mul(factors[self.rung]);
            self.rung += 1;
            if self.rung == self.limb.on {
                return Departure { limb: self.limb, aside: self.aside, is_last: true };
            }
            self.left = self.existing.saturating_mul(factors[self.rung] - 1);
        }
        let run = self.limb.run.branch(self.next);
        self.left -= 1;
        self.next += 1;
        let limb = Limb { run, is_stem: false, floor: self.rung + 1, on: self.limb.on, parted: 0, is_new: true };
        Departure { limb, aside: self.aside, is_last: false }
    }
}

/// A tree while it grows.
#[derive(Debug)]
pub(super) struct Growth {
    tree: Tree,
    /// Runs that go on or are to go on, the last one in the order of the tree first.
    ends: Vec<End>,
    /// Told by what comes after all of them.
    told_last: Vec<Segment>,
    /// How many of them wait.
    waiting: usize,
    /// How many segments are told whose turn has not come.
    ahead: usize,
}

/// Where a tree grows on.
#[derive(Debug)]
struct End {
    /// Told by what comes before it, and not yet added up, as something before that is still to come.
    told: Vec<Segment>,
    what: What,
}

#[derive(Debug)]
enum What {
    /// A run that goes on from this seat.
    GoesOn(usize),
    Waits(Fork),
}

/// A tree that has grown beyond its limit, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overgrown(pub(super) f64);

impl Growth {
    /// The run that it grows from begins in this seat, with this total.
    pub(super) fn begin(seat: usize, total: f64) -> Self {
        let ends = vec![End { told: Vec::new(), what: What::GoesOn(seat) }];
        Growth { tree: Tree { value: total, ..Tree::default() }, ends, told_last: Vec::new(), waiting: 0, ahead: 0 }
    }

    /// What it says, once all its runs are over.
    pub(super) fn finished(&self) -> Option<Tree> {
        self.ends.is_empty().then_some(self.tree)
    }

    /// Whether one of those that wait may go on: the first in order always may.
    pub(super) fn has_next(&self) -> bool {
        let is_first = || matches!(self.ends.last(), Some(End { what: What::Waits(_), .. }));
        self.waiting > 0 && (self.ahead < AHEAD || is_first())
    }

    fn place(&self, seat: usize) -> usize {
        let is_here = |end: &End| matches!(end.what, What::GoesOn(other) if other == seat);
        self.ends.iter().rposition(is_here).expect("it goes on there")
    }

    /// The run of this seat tells something and goes on.
    pub(super) fn tell(&mut self, seat: usize, segment: Segment, limit: u64) -> Result<(), Overgrown> {
        let place = self.place(seat);
        if place + 1 == self.ends.len() {
            return self.tree.add(&segment, limit);
        }
        self.ends[place].told.push(segment);
        self.ahead += 1;
        Ok(())
    }

    /// The run of this seat waits, and the first one that parts from it goes on in its seat.
    pub(super) fn fork(&mut self, seat: usize, fork: Fork) {
        let place = self.place(seat);
        let first = End { told: std::mem::take(&mut self.ends[place].told), what: What::GoesOn(seat) };
        self.ends[place].what = What::Waits(fork);
        self.ends.insert(place + 1, first);
        self.waiting += 1;
    }

    /// The run of this seat tells something and is over.
    pub(super) fn end(&mut self, seat: usize, segment: Segment, limit: u64) -> Result<(), Overgrown> {
        let place = self.place(seat);
        let mut told = self.ends.remove(place).told;
        if place < self.ends.len() {
            told.push(segment);
            self.ahead += 1;
            let after = match place {
                0 => &mut self.told_last,
                _ => &mut self.ends[place - 1].told,
            };
            told.append(after);
            *after = told;
            return Ok(());
        }
        self.tree.add(&segment, limit)?;
        // What was told after it has its turn now.
        let next = match self.ends.last_mut() {
            Some(end) => &mut end.told,
            None => &mut self.told_last,
        };
        self.ahead -= next.len();
        next.drain(..).try_for_each(|segment| self.tree.add(&segment, limit))
    }

    /// Lets the first of those that wait go on in a seat.
    pub(super) fn go_on(&mut self, seat: usize, factors: &[u64]) -> Option<Departure> {
        if !self.has_next() {
            return None;
        }
        let waits = |end: &mut End| match &mut end.what {
            What::Waits(fork) => Some(fork.depart(factors)),
            What::GoesOn(_) => None,
        };
        let (place, departure) =
            self.ends.iter_mut().enumerate().rev().find_map(|(at, end)| Some((at, waits(end)?)))?;
        if departure.is_last {
            self.ends[place].what = What::GoesOn(seat);
            self.waiting -= 1;
        } else {
            // What was told before this place is told by what comes before this run, too.
            let told = std::mem::take(&mut self.ends[place].told);
            self.ends.insert(place + 1, End { told, what: What::GoesOn(seat) });
        }
        Some(departure)
    }
}

impl Tree {
    /// Adds the next segment.
    fn add(&mut self, segment: &Segment, limit: u64) -> Result<(), Overgrown> {
        self.runs += u64::from(segment.is_first);
        self.events += segment.events;
        self.value += segment.gain;
        if let Some(counts) = segment.hit {
            self.value += counts;
            self.hits += 1;
        }
        if segment.is_stem {
            self.plain_events += segment.events;
            self.plain_hits += u64::from(segment.hit.is_some());
        }
        match segment.goes_on {
            Some(time) if self.events + self.runs > limit => Err(Overgrown(time)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// While the first run of a tree goes on, others tell what they have to, and wait when that is too much.
    #[test]
    fn what_is_told_before_its_turn_is_bounded() {
        let limb = Limb { run: RunAddress::new(1, 0), is_stem: true, floor: 0, on: 1, parted: 0, is_new: false };
        let segment = |gain: f64| {
            let goes_on = Some(1.0);
            Segment { is_stem: false, is_first: false, events: 1, gain, hit: None, goes_on }
        };
        let (factors, mut growth) = ([3], Growth::begin(0, 0.0));
        let mut fork = Fork::new(limb, 0, 0, &factors);
        assert!(!fork.depart(&factors).is_last);
        growth.fork(0, fork);
        assert!(growth.has_next() && !growth.go_on(1, &factors).unwrap().is_last);
        for told in 0..AHEAD {
            assert!(growth.has_next(), "{told}");
            growth.tell(1, segment(1e-3), u64::MAX).unwrap();
        }
        assert!(!growth.has_next() && growth.go_on(2, &factors).is_none());
        growth.end(0, segment(1e10), u64::MAX).unwrap();
        assert!(growth.has_next() && growth.go_on(2, &factors).unwrap().is_last);
        growth.end(2, segment(1.0), u64::MAX).unwrap();
        assert_eq!(growth.finished(), None);
        growth.end(1, segment(0.0), u64::MAX).unwrap();
        let in_order = (0..AHEAD).fold(1e10, |sum, _| sum + 1e-3) + 1.0;
        assert_eq!(growth.finished().map(|tree| (tree.value, tree.events)), Some((in_order, AHEAD as u64 + 3)));
    }
}
