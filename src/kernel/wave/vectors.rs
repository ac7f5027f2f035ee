//! What is computed of many clocks or many lanes side by side.
//!
//! In: lists, one for each thing known of the clocks or lanes. Out: the same lists, filled, to the last bit as if one after the
//! other had been computed. Each is a type whose call is put in line where the processor's vector units are known: a closure
//! would not be.

use super::WIDTH;
use super::clocks::VECTOR;
use crate::random::{NameAddress, Position, RunAddress};
use crate::stats::special::log_of_normal;

/// Draws thresholds, which are standard exponential numbers, by inversion, and divides them.
pub(super) struct Residuals<'a> {
    pub residuals: &'a mut [f64],
    pub thresholds: &'a mut [f64],
    pub positions: &'a [Position],
    pub multipliers: &'a [f64],
}

impl pulp::NullaryFnOnce for Residuals<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (residuals, thresholds) = (self.residuals.as_chunks_mut().0, self.thresholds.as_chunks_mut().0);
        let (positions, multipliers) = (self.positions.as_chunks().0, self.multipliers.as_chunks().0);
        for vector in 0..residuals.len() {
            let positions: &[Position; VECTOR] = &positions[vector];
            let multipliers: &[f64; VECTOR] = &multipliers[vector];
            let mut drawn = [0.0; VECTOR];
            for index in 0..VECTOR {
                drawn[index] = -log_of_normal(positions[index].unit());
            }
            thresholds[vector] = drawn;
            for index in 0..VECTOR {
                drawn[index] /= multipliers[index];
            }
            residuals[vector] = drawn;
        }
    }
}

/// Where all names stand that draw, as a run begins.
pub(super) struct Boarding<'a> {
    pub positions: &'a mut [Position],
    pub names: &'a [NameAddress],
    pub run: RunAddress,
}

impl pulp::NullaryFnOnce for Boarding<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for index in 0..self.names.len() {
            self.positions[index] = Position::before(self.run, self.names[index]);
        }
    }
}

/// The earliest clocks of the first so many lanes, and their places; due times are given by place and lane.
pub(super) struct Earliest<'a> {
    pub dues: &'a [f64],
    pub lanes: usize,
    pub next: &'a mut [f64; WIDTH],
    pub place: &'a mut [u64; WIDTH],
}

/// Lanes that are looked at together: so many that their earliest clocks are kept in registers.
const ABREAST: usize = 32;

impl pulp::NullaryFnOnce for Earliest<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (all_next, all_places) = (self.next.as_chunks_mut().0, self.place.as_chunks_mut().0);
        let dues: &[[[f64; ABREAST]; WIDTH / ABREAST]] = self.dues.as_chunks().0.as_chunks().0;
        for some in 0..self.lanes.div_ceil(ABREAST) {
            let (mut next, mut place) = ([f64::INFINITY; ABREAST], [0; ABREAST]);
            for number in 0..dues.len() {
                let dues = &dues[number][some];
                for lane in 0..ABREAST {
                    // Of clocks that are due at once the first in the file fires.
                    let sooner = dues[lane] < next[lane];
                    next[lane] = if sooner { dues[lane] } else { next[lane] };
                    place[lane] = if sooner { number as u64 } else { place[lane] };
                }
            }
            (all_next[some], all_places[some]) = (next, place);
        }
    }
}
