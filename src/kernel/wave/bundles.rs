//! Runs that go the same way in a round, brought together.
//!
//! In: which way each run goes. Out: for each way the lanes of those that go it, so that what is known of the way is looked up once
//! for all of them.

use super::WIDTH;

/// There is no such lane.
const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct Bundles {
    /// By way: the last lane that goes it.
    last: Vec<u32>,
    /// By lane: the lane before it that goes the same way.
    before: [u32; WIDTH],
    /// The ways that are gone.
    ways: Vec<u32>,
}

impl Bundles {
    pub fn new() -> Self {
        Bundles { last: Vec::new(), before: [NONE; WIDTH], ways: Vec::new() }
    }

    /// Makes room for so many ways.
    pub fn make_room(&mut self, ways: usize) {
        self.last.resize(ways, NONE);
    }

    /// The run in this lane goes this way.
    #[inline(always)]
    pub fn add(&mut self, lane: usize, way: usize) {
        let last = &mut self.last[way];
        if *last == NONE {
            self.ways.push(way as u32);
        }
        self.before[lane] = *last;
        *last = lane as u32;
    }

    /// Takes a way that is gone, and writes down the lanes of the runs that go it; gives how many there are.
    #[inline(always)]
    pub fn take(&mut self, lanes: &mut [u32; WIDTH]) -> Option<(usize, usize)> {
        let way = self.ways.pop()? as usize;
        let (mut lane, mut count) = (std::mem::replace(&mut self.last[way], NONE), 0);
        while lane != NONE {
            lanes[count] = lane;
            count += 1;
            lane = self.before[lane as usize];
        }
        Some((way, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_is_in_the_bundle_of_its_way() {
        let mut bundles = Bundles::new();
        bundles.make_room(7);
        for round in 0..3 {
            let way = |lane: usize| (lane * lane + round) % 7;
            (0..WIDTH).filter(|lane| lane % 5 != round).for_each(|lane| bundles.add(lane, way(lane)));
            let (mut lanes, mut seen) = ([0; WIDTH], Vec::new());
            while let Some((way_of_bundle, count)) = bundles.take(&mut lanes) {
                assert!(lanes[..count].iter().all(|&lane| way(lane as usize) == way_of_bundle));
                seen.extend_from_slice(&lanes[..count]);
            }
            seen.sort_unstable();
            let expected: Vec<u32> = (0..WIDTH as u32).filter(|lane| *lane as usize % 5 != round).collect();
            assert_eq!(seen, expected);
        }
    }
}
