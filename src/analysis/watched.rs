//! What a tally knows of the runs that are being watched, before they are over and counted.
//!
//! In: where runs are, and for how long. Out: how long each was in each state, and of its variables integrals and extremes, by the lane
//! of the run; and which runs pass points of time.

use super::time_points::TimePoints;
use crate::kernel::probe::Together;
use crate::kernel::wave::WIDTH;

/// The runs that are being watched, one after the other in each list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Watched {
    /// The first time point that the run has not come to.
    pub(super) next_points: Vec<u32>,
    /// Of each run, by state.
    pub(super) times_in_states: Vec<f64>,
    /// Of each run, by variable: ∫ value dt, greatest and least value.
    pub(super) integrals: Vec<f64>,
    pub(super) peaks: Vec<f64>,
    pub(super) troughs: Vec<f64>,
    /// Those that pass points together.
    pub(super) passing: Vec<Passing>,
}

/// A run that passes points of time: from the first on up to the next, without that one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Passing {
    pub(super) lane: u32,
    pub(super) first: u32,
    pub(super) next: u32,
}

impl Watched {
    /// Makes room for so many lanes.
    pub(super) fn make_room(&mut self, lanes: usize, states: usize, variables: usize) {
        self.passing.resize(WIDTH, Passing::default());
        self.next_points.resize(lanes, 0);
        self.times_in_states.resize(lanes * states, 0.0);
        for list in [&mut self.integrals, &mut self.peaks, &mut self.troughs] {
            list.resize(lanes * variables, 0.0);
        }
    }

    /// A run begins.
    pub(super) fn begin(&mut self, lane: usize, states: usize, values: &[f64]) {
        self.next_points[lane] = 0;
        self.times_in_states[lane * states..(lane + 1) * states].fill(0.0);
        let of_lane = of_lane(lane, values.len());
        self.integrals[of_lane.clone()].fill(0.0);
        self.peaks[of_lane.clone()].copy_from_slice(values);
        self.troughs[of_lane].copy_from_slice(values);
    }

    /// Finds out which of the runs that something happens to pass points, and which; gives how many.
    #[inline(always)]
    pub(super) fn pass(&mut self, together: &Together<'_>, points: &TimePoints) -> usize {
        let mut count = 0;
        for &lane in together.lanes {
            let next = points.first_from(together.to[lane as usize]) as u32;
            let first = std::mem::replace(&mut self.next_points[together.first + lane as usize], next);
            // Whether one is passed is for chance to say.
            self.passing[count] = Passing { lane, first, next };
            count += usize::from(first < next);
        }
        count
    }

    /// Variables have these values for so long.
    #[inline(always)]
    pub(super) fn integrate(&mut self, lane: usize, values: &[f64], length: f64) {
        let integrals = &mut self.integrals[of_lane(lane, values.len())];
        for index in 0..values.len() {
            integrals[index] += values[index] * length;
        }
    }

    /// Notes present values, which a variable may have for no time at all.
    #[inline(always)]
    pub(super) fn note_extremes(&mut self, lane: usize, values: &[f64]) {
        let count = values.len();
        let of_lane = of_lane(lane, count);
        let (peaks, troughs) = (&mut self.peaks[of_lane.clone()][..count], &mut self.troughs[of_lane][..count]);
        for index in 0..count {
            peaks[index] = peaks[index].max(values[index]);
            troughs[index] = troughs[index].min(values[index]);
        }
    }
}

/// Where a lane's numbers stand, if each has so many.
pub(super) fn of_lane(lane: usize, count: usize) -> std::ops::Range<usize> {
    lane * count..(lane + 1) * count
}
