//! Counts by whole-number key, dense between the smallest and the largest key seen.
//!
//! Keys go in, counts by key come out. Its extent depends only on which keys were seen, not on their order.

/// The extent grows by whole chunks of keys: a quarter of a doubling of magnitude each.
const CHUNK: u64 = 64;

/// A dense stretch of counts; outside it, all counts are 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Window {
    /// Key of the first count, a multiple of [`CHUNK`].
    start: u64,
    counts: Vec<u64>,
}

impl Window {
    /// Counts one key.
    #[inline]
    pub(super) fn add(&mut self, key: u64) {
        // A key below the start wraps around, far past the end.
        let index = key.wrapping_sub(self.start) as usize;
        match self.counts.get_mut(index) {
            Some(count) => *count += 1,
            None => {
                self.cover(key, key + 1);
                self.counts[(key - self.start) as usize] += 1;
            }
        }
    }

    /// Counts many keys, all of them within `reach`.
    #[inline(always)]
    pub(super) fn add_all(&mut self, reach: std::ops::Range<u64>, keys: impl Iterator<Item = u64>) {
        self.cover(reach.start, reach.end);
        let (start, counts) = (self.start, &mut self.counts[..]);
        for key in keys {
            counts[(key - start) as usize] += 1;
        }
    }

    /// Counts all that another has counted.
    pub(super) fn merge(&mut self, other: &Window) {
        if other.counts.is_empty() {
            return;
        }
        self.cover(other.start, other.start + other.counts.len() as u64);
        let offset = (other.start - self.start) as usize;
        for (count, addend) in self.counts[offset..].iter_mut().zip(&other.counts) {
            *count += addend;
        }
    }

    /// The keys whose count is not 0, ascending, with their counts.
    pub(super) fn counts(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> {
        let keyed = self.counts.iter().enumerate().map(|(index, &count)| (self.start + index as u64, count));
        keyed.filter(|&(_, count)| count > 0)
    }

    /// Makes the stretch reach over the keys from `start` up to, but without, `end`.
    #[cold]
    fn cover(&mut self, start: u64, end: u64) {
        let (start, end) = (start / CHUNK * CHUNK, end.div_ceil(CHUNK) * CHUNK);
        if self.counts.is_empty() {
            self.start = start;
        }
        if start < self.start {
            let missing = (self.start - start) as usize;
            self.counts.splice(0..0, std::iter::repeat_n(0, missing));
            self.start = start;
        }
        let length = (end.max(self.start) - self.start) as usize;
        if length > self.counts.len() {
            self.counts.resize(length, 0);
        }
    }
}
