//! How far a point has come: from what the store has of it, step by step.
//!
//! In: a point, the store, and what is asked of points. Out: a [`Standing`]. Steps are taken again each time, from the runs that are
//! there, so that nothing but runs has to be kept.

use super::store::{Store, StoreError};
use crate::analysis::sweep::effort::{Effort, Ending, Step};
use crate::analysis::sweep::space::{Point, Space};
use crate::analysis::sweep::tally::Answer;
use std::ops::Range;

/// What is there of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its runs up to the last step that it has whole, or as many as are there; `None` if there are none, or if it was not
    /// asked for.
    pub answer: Option<Answer>,
    /// What is missing up to the next step; empty if the point is done.
    pub missing: Vec<Range<u64>>,
    /// Runs that are there, of those up to the next step.
    pub runs: u64,
    /// Why it is done, if it is.
    pub ending: Option<Ending>,
}

/// How far a point has come. The answer is only read where it is asked for, or where the next step depends on it.
pub fn standing(
    store: &mut Store,
    effort: &Effort,
    space: &Space,
    point: &Point,
    asked: bool,
) -> Result<Standing, StoreError> {
    let scenario = space.cases[point.case].scenario;
    let mut end = effort.first();
    loop {
        let missing = store.missing(point.key, end)?;
        if !missing.is_empty() {
            let answer = if asked { store.answer(point.key, end)? } else { None };
            let lacking: u64 = missing.iter().map(|range| range.end - range.start).sum();
            return Ok(Standing { answer, missing, runs: end - lacking, ending: None });
        }
        if effort.fixed().is_some() && !asked {
            return Ok(Standing { answer: None, missing, runs: end, ending: Some(Ending::Whole) });
        }
        let answer = store.answer(point.key, end)?.expect("runs of which none is missing are there");
        match effort.step(scenario, &answer) {
            Step::To(next) => end = next,
            Step::Done(ending) => {
                return Ok(Standing { answer: Some(answer), missing, runs: end, ending: Some(ending) });
            }
        }
    }
}
