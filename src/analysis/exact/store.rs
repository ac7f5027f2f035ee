//! The states that were found: each a row of words of one width, numbered in the order in which they came.
//!
//! In: keys. Out: numbers. The hash table holds numbers only and is never iterated over, so that hash order reaches no
//! result.

use hashbrown::HashTable;

/// Keys and their numbers.
#[derive(Clone, Debug)]
pub struct Store {
    width: usize,
    words: Vec<u32>,
    table: HashTable<u32>,
}

impl Store {
    pub fn new(width: usize) -> Self {
        Store { width: width.max(1), words: Vec::new(), table: HashTable::new() }
    }

    pub fn len(&self) -> usize {
        self.words.len() / self.width
    }

    pub fn key(&self, number: usize) -> &[u32] {
        &self.words[number * self.width..(number + 1) * self.width]
    }

    /// The number of a key, and whether it is new.
    pub fn find_or_insert(&mut self, key: &[u32]) -> (u32, bool) {
        assert_eq!(key.len(), self.width, "keys have one width");
        let (words, width) = (&self.words, self.width);
        let row = |number: u32| &words[number as usize * width..(number as usize + 1) * width];
        let hash = hash(key);
        if let Some(&number) = self.table.find(hash, |&number| row(number) == key) {
            return (number, false);
        }
        let number = u32::try_from(self.len()).expect("the limit on states is below 2^32");
        self.table.insert_unique(hash, number, |&number| self::hash(row(number)));
        self.words.extend_from_slice(key);
        (number, true)
    }

    /// What a key takes, with its share of the table.
    pub fn bytes_per_state(&self) -> usize {
        4 * self.width + 10
    }
}

/// Multiplies and folds, word by word (the constant is that of Fibonacci hashing).
fn hash(key: &[u32]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = key.iter().fold(FACTOR, |hash, &word| {
        let product = u128::from(hash ^ u64::from(word)) * u128::from(FACTOR);
        (product as u64) ^ ((product >> 64) as u64)
    });
    let product = u128::from(mixed) * u128::from(FACTOR);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_numbers() {
        let mut store = Store::new(3);
        for i in 0..1000_u32 {
            assert_eq!(store.find_or_insert(&[i, i / 7, 5]), (i, true));
        }
        for i in 0..1000_u32 {
            assert_eq!(store.find_or_insert(&[i, i / 7, 5]), (i, false));
            assert_eq!(store.key(i as usize), [i, i / 7, 5]);
        }
        assert_eq!(store.len(), 1000);
    }
}
