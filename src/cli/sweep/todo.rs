//! What is left to do of a sweep, cut into tiles of work that last about as long as they should.
//!
//! In: the points, what is there already, and how fast runs are. Out: units of work in the order of the points. Where the
//! cuts are changes no result: up to which run a point goes next depends on the runs that it has.

use crate::analysis::sweep::effort::{Effort, Ending};
use crate::analysis::sweep::space::{Point, Space};
use crate::analysis::sweep::work::Unit;
use crate::kernel::batch::BLOCK;
use crate::output::sweep::standing::standing;
use crate::output::sweep::store::{Store, StoreError};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

/// The most units a tile has, so that what was done and is not on disk yet stays small.
const MOST: usize = 1024;

/// The points that are not done, in order.
pub struct Todo<'a> {
    space: &'a Space,
    effort: &'a Effort,
    next: u64,
    end: u64,
    /// Points whose last runs are in the tile before.
    underway: u64,
    /// Points that were begun.
    begun: VecDeque<Point>,
    /// How many points have been found to be done.
    pub finished: u64,
}

impl<'a> Todo<'a> {
    pub fn new(space: &'a Space, effort: &'a Effort, points: Range<u64>) -> Self {
        Todo { space, effort, next: points.start, end: points.end, underway: 0, begun: VecDeque::new(), finished: 0 }
    }

    /// The next tile, of about `runs` runs in units of at most `each`; empty when all is done. What was in the tile before is in
    /// the store by then.
    pub fn tile(&mut self, store: &mut Store, runs: u64, each: u64) -> Result<Vec<Unit>, StoreError> {
        let (mut units, mut planned, mut seen) = (Vec::new(), 0, BTreeSet::new());
        let mut again = VecDeque::new();
        self.finished += std::mem::take(&mut self.underway);
        // Blocks are whole, so that no batch is cut within one.
        let each = each.next_multiple_of(BLOCK);
        while planned < runs && units.len() < MOST {
            let point = match self.begun.pop_front() {
                Some(point) => point,
                None if self.next < self.end => {
                    self.next += 1;
                    self.space.point(self.next - 1)
                }
                None => break,
            };
            // Two points of one key have the same runs.
            if seen.contains(&point.key) {
                again.push_back(point);
                continue;
            }
            let there = standing(store, self.effort, self.space, &point, false)?;
            if there.ending.is_some() {
                self.finished += 1;
                continue;
            }
            seen.insert(point.key);
            let lacking: u64 = there.missing.iter().map(|missing| missing.end - missing.start).sum();
            let before = planned;
            for missing in there.missing {
                let mut at = missing.start;
                while at < missing.end && planned < runs {
                    let end = (at + each).min(missing.end);
                    planned += end - at;
                    units.push(Unit { point: point.clone(), runs: at..end });
                    at = end;
                }
            }
            // How many runs a point has is known, as a rule: there is nothing to ask when it has them.
            if self.effort.fixed().is_some() && planned - before == lacking {
                self.underway += 1;
            } else {
                again.push_back(point);
            }
        }
        again.append(&mut self.begun);
        self.begun = again;
        Ok(units)
    }
}

/// How much of some points is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Done {
    pub points: u64,
    pub runs: u64,
    /// Points whose runs were used up before the precision was reached.
    pub short: u64,
    /// The first point that is not done.
    pub gap: Option<u64>,
}

/// How many of the points are done, and how many runs there are of all.
pub fn done(space: &Space, effort: &Effort, store: &mut Store, points: Range<u64>) -> Result<Done, StoreError> {
    let mut done = Done::default();
    for number in points {
        let there = standing(store, effort, space, &space.point(number), false)?;
        done.points += u64::from(there.ending.is_some());
        done.short += u64::from(there.ending == Some(Ending::Budget));
        done.runs += there.runs;
        if there.ending.is_none() && done.gap.is_none() {
            done.gap = Some(number);
        }
    }
    Ok(done)
}
