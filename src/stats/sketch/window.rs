//! Counts by whole-number key, in chunks of neighbouring keys, of which only those exist that a key was counted in.
//!
//! Keys go in, counts by key come out. What is kept depends only on which keys were seen and how often, not on their order.
//! A quantity that is zero but for rounding now and then has keys in a few places that lie dozens of doublings apart: what
//! lies between takes two bytes a chunk.

use std::collections::BTreeMap;

/// Keys of a chunk: a quarter of a doubling of magnitude.
const CHUNK: usize = 64;

/// Where keys were counted; all other counts are 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// The first chunk that has a place.
    start: u64,
    /// For each chunk from there on the number of its counts among those that there are, from 1; 0 if it has none.
    places: Vec<u16>,
    /// The lower 32 bits of the counts, chunk by chunk, ascending.
    counts: Vec<u32>,
    /// No fewer than the keys that were counted.
    total: u64,
    /// What is above them, by key, as multiples of 2³².
    carries: BTreeMap<u64, u64>,
}

impl Window {
    /// Counts one key.
    #[inline]
    pub(super) fn add(&mut self, key: u64) {
        let chunk = key / CHUNK as u64;
        // A chunk before the start wraps around, far past the end.
        if chunk.wrapping_sub(self.start) >= self.places.len() as u64 {
            self.cover(chunk, chunk);
        }
        self.total += 1;
        self.add_covered(key);
    }

    /// Counts so many keys, all of them within `reach`, and both its ends among them.
    #[inline(always)]
    pub(super) fn add_all(
        &mut self,
        reach: std::ops::RangeInclusive<u64>,
        many: usize,
        keys: impl Iterator<Item = u64>,
    ) {
        let (first, last) = (reach.start() / CHUNK as u64, reach.end() / CHUNK as u64);
        self.cover(first, last);
        self.total += many as u64;
        let (low, high) = ((first - self.start) as usize, (last - self.start) as usize);
        let (begin, end) = (usize::from(self.places[low]), usize::from(self.places[high]));
        // Where all chunks between have counts, they stand side by side; and no count is full that is one of so few.
        if begin > 0 && begin + (high - low) == end && self.total <= u64::from(u32::MAX) {
            let counts = &mut self.counts[(begin - 1) * CHUNK..end * CHUNK];
            for key in keys {
                counts[(key - first * CHUNK as u64) as usize] += 1;
            }
        } else {
            for key in keys {
                self.add_covered(key);
            }
        }
    }

    /// Counts a key whose chunk has a place.
    #[inline(always)]
    fn add_covered(&mut self, key: u64) {
        let chunk = (key / CHUNK as u64 - self.start) as usize;
        let place = match self.places[chunk] {
            0 => self.open(chunk),
            place => place,
        };
        let index = (usize::from(place) - 1) * CHUNK + key as usize % CHUNK;
        let (count, is_full) = self.counts[index].overflowing_add(1);
        self.counts[index] = count;
        if is_full {
            self.carry(key, 1);
        }
    }

    /// Counts all that another has counted.
    pub(super) fn merge(&mut self, other: &Window) {
        if other.places.is_empty() {
            return;
        }
        self.total += other.total;
        self.cover(other.start, other.start + other.places.len() as u64 - 1);
        let offset = (other.start - self.start) as usize;
        for (chunk, counts) in other.chunks() {
            let place = match self.places[offset + chunk] {
                0 => self.open(offset + chunk),
                place => place,
            };
            let first = (usize::from(place) - 1) * CHUNK;
            for (within, &addend) in counts.iter().enumerate() {
                let (count, is_full) = self.counts[first + within].overflowing_add(addend);
                self.counts[first + within] = count;
                if is_full {
                    self.carry(other.key(chunk, within), 1);
                }
            }
        }
        other.carries.iter().for_each(|(&key, &carry)| self.carry(key, carry));
    }

    /// The keys whose count is not 0, ascending, with their counts.
    pub(super) fn counts(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> {
        let keyed = self.chunks().flat_map(move |(chunk, counts)| {
            counts.iter().enumerate().map(move |(within, &count)| {
                let key = self.key(chunk, within);
                (key, u64::from(count) + (self.carries.get(&key).map_or(0, |carry| carry << 32)))
            })
        });
        keyed.filter(|&(_, count)| count > 0)
    }

    /// The chunks that were counted in, ascending, by their distance from the start.
    fn chunks(&self) -> impl DoubleEndedIterator<Item = (usize, &[u32])> {
        let placed = self.places.iter().enumerate().filter(|(_, place)| **place > 0);
        placed.map(|(chunk, &place)| (chunk, &self.counts[(usize::from(place) - 1) * CHUNK..][..CHUNK]))
    }

    fn key(&self, chunk: usize, within: usize) -> u64 {
        (self.start + chunk as u64) * CHUNK as u64 + within as u64
    }

    /// Makes places reach from one chunk to another.
    #[inline]
    fn cover(&mut self, first: u64, last: u64) {
        if self.places.is_empty() || first < self.start || last >= self.start + self.places.len() as u64 {
            self.widen(first, last);
        }
    }

    #[cold]
    fn widen(&mut self, first: u64, last: u64) {
        if self.places.is_empty() {
            self.start = first;
        }
        if first < self.start {
            let missing = (self.start - first) as usize;
            self.places.splice(0..0, std::iter::repeat_n(0, missing));
            self.start = first;
        }
        let length = (last.max(self.start) - self.start) as usize + 1;
        if length > self.places.len() {
            self.places.resize(length, 0);
        }
    }

    /// Lets a chunk have counts.
    #[cold]
    fn open(&mut self, chunk: usize) -> u16 {
        let before = self.places[..chunk].iter().rev().find(|place| **place > 0).map_or(0, |place| *place);
        // As many as there are, and not more: a study has thousands of sketches.
        self.counts.reserve_exact(CHUNK);
        let start = usize::from(before) * CHUNK;
        self.counts.splice(start..start, [0; CHUNK]);
        self.places[chunk] = before + 1;
        self.places[chunk + 1..].iter_mut().filter(|place| **place > 0).for_each(|place| *place += 1);
        before + 1
    }

    #[cold]
    fn carry(&mut self, key: u64, carry: u64) {
        *self.carries.entry(key).or_default() += carry;
    }
}

impl PartialEq for Window {
    fn eq(&self, other: &Window) -> bool {
        self.counts().eq(other.counts())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(keys: &[u64]) -> Window {
        let mut window = Window::default();
        keys.iter().for_each(|&key| window.add(key));
        window
    }

    #[test]
    fn only_chunks_that_were_counted_in_take_memory() {
        let far = of(&[5, 1 << 18, (1 << 18) + 63, 5, 1 << 10]);
        assert_eq!(far.counts.len(), 3 * CHUNK);
        assert_eq!(far.counts.capacity(), 3 * CHUNK);
        assert_eq!(far.counts().collect::<Vec<_>>(), [(5, 2), (1 << 10, 1), (1 << 18, 1), ((1 << 18) + 63, 1)]);
    }

    #[test]
    fn the_order_of_keys_is_forgotten() {
        let keys = [700, 3, 64, 63, 3, 5000];
        let (mut all, reversed) = (Window::default(), of(&[5000, 3, 63, 64, 3, 700]));
        all.add_all(3..=5000, keys.len(), keys.into_iter());
        // Again, where all chunks between have counts.
        let (near, mut twice) = ([63, 3, 64], of(&[3, 64]));
        twice.add_all(3..=64, near.len(), near.into_iter());
        assert_eq!(twice, of(&[3, 64, 63, 3, 64]));
        twice.add_all(3..=700, 2, [700, 3].into_iter());
        assert_eq!(twice, of(&[3, 64, 63, 3, 64, 700, 3]));
        assert!(all == of(&keys) && all == reversed && all != of(&keys[1..]));
        let mut parts = of(&keys[3..]);
        parts.merge(&of(&keys[..3]));
        parts.merge(&Window::default());
        assert_eq!(parts, all);
    }

    #[test]
    fn counts_go_on_past_32_bits() {
        let mut window = of(&[7, 7, 64]);
        window.counts[7] = u32::MAX;
        window.total += u64::from(u32::MAX);
        let full = window.clone();
        window.add(7);
        assert_eq!(window.counts().collect::<Vec<_>>(), [(7, 1 << 32), (64, 1)]);
        window.merge(&full);
        window.merge(&window.clone());
        assert_eq!(window.counts().collect::<Vec<_>>(), [(7, (4 << 32) - 2), (64, 4)]);
        assert_ne!(window, full);
        let before = window.counts().next().unwrap().1;
        window.counts[7] = u32::MAX;
        window.add_all(7..=7, 2, [7, 7].into_iter());
        assert_eq!(window.counts().next().unwrap().1, (before | u64::from(u32::MAX)) + 2);
    }
}
