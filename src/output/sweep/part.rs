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
use crate::output::manifest::hexadecimal;
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

/// A part that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub bytes: Vec<u8>,
    /// As [`decode`] finds them.
    pub entries: Vec<Entry>,
    /// SHA-256 of all bytes, in hexadecimal.
    pub digest: String,
}

/// The entries as a part.
pub fn encode(identity: &Identity, finished: &[Finished]) -> Part {
    let (mut bytes, mut entries) = (Vec::new(), Vec::with_capacity(finished.len()));
    bytes.extend(MAGIC);
    bytes.extend(identity);
    for Finished { key, runs, answer } in finished {
        bytes.extend(key);
        bytes.extend(runs.start.to_le_bytes());
        bytes.extend(runs.end.to_le_bytes());
        let first = bytes.len() + size_of::<u32>();
        bytes.extend([0; size_of::<u32>()]);
        answer.write(&mut bytes);
        let length = (bytes.len() - first) as u32;
        bytes[first - size_of::<u32>()..first].copy_from_slice(&length.to_le_bytes());
        entries.push(Entry { key: *key, runs: runs.clone(), answer: first..bytes.len() });
    }
    let mut hash = Sha256::new();
    hash.update(&bytes);
    let content = hash.clone().finalize();
    bytes.extend(content);
    hash.update(content);
    Part { bytes, entries, digest: hexadecimal(&hash.finalize()) }
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
        let at = content.len() - rest.len();
        let entry = Entry::head(rest, at)?;
        rest.split_off(..entry.answer.end - at)?;
        entries.push(entry);
    }
    Some((identity, entries))
}

/// What stands before an answer.
pub const HEAD: usize = size_of::<Key>() + 20;

impl Entry {
    /// An entry by its first bytes, of which this many stand before it in its part; its answer may lie beyond the bytes.
    pub fn head(mut bytes: &[u8], before: usize) -> Option<Entry> {
        let key: Key = bytes.split_off(..size_of::<Key>())?.try_into().ok()?;
        let mut number = |width: usize| {
            let mut word = [0; 8];
            word[..width].copy_from_slice(bytes.split_off(..width)?);
            Some(u64::from_le_bytes(word))
        };
        let (start, end, length) = (number(8)?, number(8)?, number(4)? as usize);
        let first = before + HEAD;
        Some(Entry { key, runs: start..end, answer: first..first + length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sweep::tally::{Answer, PointTally};
    use crate::output::manifest::sha256_hex;

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
        let Part { bytes, entries: told, digest } = encode(&[7; 32], &finished);
        let (identity, entries) = decode(&bytes).unwrap();
        assert_eq!((identity, entries.len()), ([7; 32], 3));
        assert_eq!((&entries, digest), (&told, sha256_hex(&bytes)));
        let second = &bytes[entries[0].answer.end..][..HEAD];
        assert_eq!(Entry::head(second, entries[0].answer.end), Some(entries[1].clone()));
        assert_eq!((entries[2].key, entries[2].runs.clone()), ([2; 16], 5..10));
        assert_eq!(Answer::from_bytes(&bytes[entries[2].answer.clone()]), Some(answer));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(decode(&damaged).is_none() && decode(&bytes[..at]).is_none(), "at {at}");
        }
    }
}
