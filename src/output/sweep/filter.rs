//! Whether a key is certainly not among many: a filter after Bloom (1970), "Space/time trade-offs in hash coding with allowable
//! errors".
//!
//! In: keys, which are digests and so as good as drawn at random. Out: `false` where a key was never added, but for one
//! in forty of those at most, and never where it was.

use crate::analysis::sweep::space::Key;

/// At least so many bits a key.
const BITS: usize = 8;

/// Of so many keys, known when it is made.
#[derive(Debug)]
pub(super) struct Filter {
    /// A power of two of them.
    words: Vec<u64>,
}

impl Filter {
    pub(super) fn for_keys(most: usize) -> Filter {
        Filter { words: vec![0; (BITS * most).div_ceil(64).next_power_of_two()] }
    }

    pub(super) fn add(&mut self, key: &Key) {
        for (word, bit) in self.bits(key) {
            self.words[word] |= bit;
        }
    }

    pub(super) fn may_have(&self, key: &Key) -> bool {
        self.bits(key).into_iter().all(|(word, bit)| self.words[word] & bit != 0)
    }

    /// Four bits by four parts of the key: each its word, and which of the word.
    fn bits(&self, key: &Key) -> [(usize, u64); 4] {
        let (parts, _) = key.as_chunks::<4>();
        [0, 1, 2, 3].map(|i| {
            let part = u32::from_le_bytes(parts[i]);
            ((part >> 6) as usize & (self.words.len() - 1), 1 << (part & 63))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{NameAddress, RunAddress, Stream};

    #[test]
    fn what_was_added_is_never_denied_and_of_the_rest_little_is_not() {
        let mut numbers = Stream::at(RunAddress::new(1, 0), NameAddress::new("keys"), 0);
        let mut keys = || {
            let mut key = Key::default();
            key.iter_mut().for_each(|byte| *byte = (numbers.unit() * 256.0) as u8);
            key
        };
        // As full as it becomes.
        let mut filter = Filter::for_keys(1 << 12);
        let added: Vec<Key> = (0..1 << 12).map(|_| keys()).collect();
        added.iter().for_each(|key| filter.add(key));
        assert!(added.iter().all(|key| filter.may_have(key)));
        // (1 − e^−1/2)⁴ = 2.4 %; five standard errors.
        let wrong = (0..20_000).filter(|_| filter.may_have(&keys())).count() as f64 / 20_000.0;
        assert!((wrong - 0.0240).abs() < 5.0 * (0.024 * 0.976 / 20_000.0_f64).sqrt(), "{wrong}");
    }
}
