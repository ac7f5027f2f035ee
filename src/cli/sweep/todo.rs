//! What is left to do of a sweep, cut into tiles of work that last about as long as they should.
//!
//! In: the points, what is there already, and how fast runs are. Out: units of work in the order of the points. Where the
//! cuts are changes no result.

use crate::analysis::sweep::space::{Point, Space};
use crate::analysis::sweep::work::Unit;
use crate::kernel::batch::BLOCK;
use crate::output::sweep::store::Store;
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

/// The most units a tile has, so that parts stay small.
const MOST: usize = 20_000;

/// The points that are not done, in order.
pub struct Todo<'a> {
    space: &'a Space,
    runs: u64,
    next: u64,
    end: u64,
    /// Missing runs of the point at hand.
    pending: VecDeque<(Point, Range<u64>)>,
}

/// Units to be done at one go.
pub struct Tile {
    pub units: Vec<Unit>,
    /// How many points it completes.
    pub completes: u64,
}

impl<'a> Todo<'a> {
    pub fn new(space: &'a Space, points: Range<u64>, runs: u64) -> Self {
        Todo { space, runs, next: points.start, end: points.end, pending: VecDeque::new() }
    }

    /// The next tile, of about `runs` runs in units of at most `each`; empty when all is done.
    pub fn tile(&mut self, store: &Store, runs: u64, each: u64) -> Tile {
        let mut tile = Tile { units: Vec::new(), completes: 0 };
        let (mut planned, mut seen) = (0, BTreeSet::new());
        // Blocks are whole, so that no batch is cut within one.
        let each = each.next_multiple_of(BLOCK);
        while planned < runs && tile.units.len() < MOST {
            let Some((point, missing)) = self.pending.pop_front() else {
                if self.next >= self.end {
                    break;
                }
                let point = self.space.point(self.next);
                self.next += 1;
                // Two points of one key have the same runs.
                if seen.insert(point.key) {
                    let missing = store.missing(point.key, self.runs);
                    self.pending.extend(missing.into_iter().map(|range| (point.clone(), range)));
                }
                continue;
            };
            let end = (missing.start + each).min(missing.end);
            if end < missing.end {
                self.pending.push_front((point.clone(), end..missing.end));
            }
            planned += end - missing.start;
            tile.completes += u64::from(self.pending.is_empty());
            tile.units.push(Unit { point, runs: missing.start..end });
        }
        tile
    }
}

/// How much of some points is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Done {
    pub points: u64,
    pub runs: u64,
}

/// How many of the points are done, and how many of their runs.
pub fn done(space: &Space, store: &Store, points: Range<u64>, runs: u64) -> Done {
    let mut done = Done::default();
    for number in points {
        let missing: u64 =
            store.missing(space.point(number).key, runs).iter().map(|range| range.end - range.start).sum();
        done.points += u64::from(missing == 0);
        done.runs += runs - missing;
    }
    done
}
