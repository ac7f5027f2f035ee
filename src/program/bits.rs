//! Sets of small numbers, such as the transitions to look at again.

/// A set of numbers below some bound, as one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// The empty set of numbers below `bound`.
    pub fn none(bound: usize) -> Self {
        Bits(vec![0; bound.div_ceil(64)])
    }

    /// The numbers of an iterator, all below `bound`.
    pub fn of(bound: usize, numbers: impl IntoIterator<Item = usize>) -> Self {
        let mut bits = Bits::none(bound);
        numbers.into_iter().for_each(|number| bits.insert(number));
        bits
    }

    #[inline]
    pub fn insert(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    #[inline]
    pub fn remove(&mut self, number: usize) {
        self.0[number / 64] &= !(1 << (number % 64));
    }

    #[inline]
    pub fn contains(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }

    /// Adds those of another set of the same bound.
    #[inline]
    pub fn extend(&mut self, other: &Bits) {
        let theirs = &other.0[..self.0.len()];
        for (word, mine) in self.0.iter_mut().enumerate() {
            *mine |= theirs[word];
        }
    }

    /// Takes those of another set of the same bound out.
    #[inline]
    pub fn subtract(&mut self, other: &Bits) {
        let theirs = &other.0[..self.0.len()];
        for (word, mine) in self.0.iter_mut().enumerate() {
            *mine &= !theirs[word];
        }
    }

    /// Becomes equal to another, without new memory where there is enough.
    #[inline]
    pub fn copy(&mut self, other: &Bits) {
        self.0.clone_from(&other.0);
    }

    /// How many words of 64 numbers each there are.
    #[inline]
    pub fn words(&self) -> usize {
        self.0.len()
    }

    /// The numbers from 64·`word` on that are in both sets.
    #[inline]
    pub fn word_of_both(&self, other: &Bits, word: usize) -> Word {
        Word { first: 64 * word, left: self.0[word] & other.0[word] }
    }

    /// The numbers from 64·`word` on that are in one of the sets and not in both.
    #[inline]
    pub fn word_of_either(&self, other: &Bits, word: usize) -> Word {
        Word { first: 64 * word, left: self.0[word] ^ other.0[word] }
    }

    /// The numbers, ascending.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(index, &word)| Word { first: 64 * index, left: word })
    }

    /// Does something with each number, in ascending order: a tighter loop than that of the iterator.
    #[inline]
    pub fn for_each(&self, mut act: impl FnMut(usize)) {
        for (index, &word) in self.0.iter().enumerate() {
            let mut left = word;
            while left != 0 {
                act(64 * index + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }

    /// Takes the least number out.
    #[inline]
    pub fn pop(&mut self) -> Option<usize> {
        let (index, word) = self.0.iter_mut().enumerate().find(|(_, word)| **word != 0)?;
        let bit = word.trailing_zeros() as usize;
        *word &= *word - 1;
        Some(64 * index + bit)
    }

    pub fn clear(&mut self) {
        self.0.fill(0);
    }
}

/// The numbers of one word, ascending.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    first: usize,
    left: u64,
}

impl Iterator for Word {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.left == 0 {
            return None;
        }
        let bit = self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(self.first + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let numbers = [0, 5, 63, 64, 130];
        let mut bits = Bits::of(131, numbers);
        assert!((0..131).all(|n| bits.contains(n) == numbers.contains(&n)));
        let even = Bits::of(131, (0..131).step_by(2));
        let both: Vec<usize> = (0..bits.words()).flat_map(|word| bits.word_of_both(&even, word)).collect();
        assert_eq!(both, [0, 64, 130]);
        let either: Vec<usize> = (0..bits.words()).flat_map(|word| bits.word_of_either(&even, word)).collect();
        assert!((0..131).all(|n| either.contains(&n) == (numbers.contains(&n) != (n % 2 == 0))));
        assert_eq!(bits.iter().collect::<Vec<_>>(), numbers);
        let mut each = Vec::new();
        bits.for_each(|number| each.push(number));
        assert_eq!(each, numbers);
        bits.remove(63);
        assert_eq!(std::iter::from_fn(|| bits.pop()).collect::<Vec<_>>(), [0, 5, 64, 130]);
        bits.extend(&even);
        assert_eq!(bits, even);
        bits.subtract(&Bits::of(131, 0..100));
        assert_eq!(bits, Bits::of(131, (100..131).step_by(2)));
        bits.clear();
        assert_eq!(bits, Bits::none(131));
    }
}
