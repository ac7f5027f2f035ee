//! The levels of a sweep: first the points of its design, then those by which a grid is refined, level after level.
//!
//! In: the store, once all points of a level are done. Out: the points of the next, in the space. Without a threshold there is one
//! level, and nothing is read.

use super::standing::standing;
use super::store::{Store, StoreError};
use crate::analysis::sweep::effort::{Effort, Side};
use crate::analysis::sweep::refine::Refinement;
use crate::analysis::sweep::space::Space;
use crate::analysis::sweep::threshold::{Answered, answered};

/// What is known of the levels so far.
#[derive(Clone, Debug)]
pub struct Levels {
    refinement: Refinement,
    /// Of the points of the levels that are done.
    sides: Vec<Option<Side>>,
    /// The estimates of the threshold's quantity at the same points.
    values: Vec<f64>,
}

impl Levels {
    /// Of a space that has the points of its design.
    pub fn new(space: &Space, effort: &Effort, refine: u32) -> Levels {
        let refinement = match effort.threshold {
            Some(_) => Refinement::new(space, refine),
            // Its nodes would take more memory than all else.
            None => Refinement::none(),
        };
        Levels { refinement, sides: Vec::new(), values: Vec::new() }
    }

    /// Takes in a level of which all points are done, and adds the points of the next to the space; `false` if there is
    /// none.
    pub fn next(&mut self, space: &mut Space, effort: &Effort, store: &mut Store) -> Result<bool, StoreError> {
        if effort.threshold.is_none() {
            return Ok(false);
        }
        for number in self.sides.len() as u64..space.count() {
            let point = space.point(number);
            let scenario = space.cases[point.case].scenario;
            let there = standing(store, effort, space, &point, true)?;
            let estimates = there.answer.map_or_else(Vec::new, |answer| effort.estimates(scenario, &answer));
            self.sides.push(effort.side(scenario, &estimates));
            let place = effort.threshold_place(scenario);
            self.values.push(place.and_then(|place| estimates.get(place)).map_or(0.0, |estimate| estimate.value));
        }
        Ok(self.refinement.split(space, &self.sides) > 0)
    }

    /// What the threshold comes to, when all levels are done.
    pub fn answered(&self, space: &Space, effort: &Effort) -> Vec<Answered> {
        answered(space, effort, &self.refinement, &self.sides, &self.values)
    }

    /// On which sides the points lie.
    pub fn sides(&self) -> &[Option<Side>] {
        &self.sides
    }
}
