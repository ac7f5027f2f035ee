//! Part files: finished runs of points as bytes, with a digest over all of them.
//!
//! | bytes | what |
//! | --- | --- |
//! | 16 | `standoff part 2\n` |
//! | 32 | identity of the study that they belong to |
//! | for each entry: 16, 8, 8, 4, n | key of the point, first run, end of the runs, n, the answer |
//! | 32 | SHA-256 of everything before |
//!
//! Numbers are little-endian. Equal entries make equal bytes.

use crate::analysis::sweep::space::Key;
use crate::analysis::sweep::work::Finished;
use sha2::{Digest, Sha256};
use std::ops::Range;

const MAGIC: &[u8; 16] = b"standoff part 2\n";

/// A digest of what parts must have in common to belong to one study.
pub type Identity = [u8; 32];

/// Where in a part the runs of a point stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: Key,
    pub runs: Range<u64>,
    /// The bytes of the answer within the part.
    pub answer: Range<usize>,
}

/// The entries as a part.
pub fn encode(identity: &Identity, finished: &[Finished]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend(identity);
    for Finished { key, runs, answer } in finished {
        let answer = answer.to_bytes();
        bytes.extend(key);
        bytes.extend(runs.start.to_le_bytes());
        bytes.extend(runs.end.to_le_bytes());
        bytes.extend((answer.len() as u32).to_le_bytes());
        bytes.extend(answer);
    }
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    bytes
}

/// The identity and the entries of a part; `None` if it is damaged.
pub fn decode(bytes: &[u8]) -> Option<(Identity, Vec<Entry>)> {
    let end = bytes.len().checked_sub(size_of::<Identity>())?;
    let (content, digest) = bytes.split_at(end);
    if Sha256::digest(content).as_slice() != digest {
        return None;
    }
    let mut rest = content.strip_prefix(MAGIC)?;
    let identity: Identity = rest.split_off(..size_of::<Identity>())?.try_into().ok()?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let key: Key = rest.split_off(..size_of::<Key>())?.try_into().ok()?;
        let mut number = |width: usize| {
            let mut word = [0; 8];
            word[..width].copy_from_slice(rest.split_off(..width)?);
            Some(u64::from_le_bytes(word))
        };
        let (start, end, length) = (number(8)?, number(8)?, number(4)? as usize);
        let first = content.len() - rest.len();
        rest.split_off(..length)?;
        entries.push(Entry { key, runs: start..end, answer: first..first + length });
    }
    Some((identity, entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sweep::tally::{Answer, PointTally};

    #[test]
    fn parts_are_read_as_written_and_damage_is_seen() {
        let tally = PointTally {
            runs: 5,
            outcomes: vec![2, 3],
            milestones: vec![],
            consequences: vec![],
            batches: vec![0; 128],
        };
        let answer = Answer::Counted(tally);
        let finished: Vec<Finished> =
            (0..3).map(|i| Finished { key: [i; 16], runs: 5..10, answer: answer.clone() }).collect();
        let bytes = encode(&[7; 32], &finished);
        let (identity, entries) = decode(&bytes).unwrap();
        assert_eq!((identity, entries.len()), ([7; 32], 3));
        assert_eq!((entries[2].key, entries[2].runs.clone()), ([2; 16], 5..10));
        assert_eq!(Answer::from_bytes(&bytes[entries[2].answer.clone()]), Some(answer));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(decode(&damaged).is_none() && decode(&bytes[..at]).is_none(), "at {at}");
        }
    }
}
