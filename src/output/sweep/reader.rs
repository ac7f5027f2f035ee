//! The bytes of answers, read from parts.
//!
//! In: a place in a part. Out: what stands there, and the entry behind it. Points that were run one after the other have their
//! answers one behind the other, so whoever goes through the points in their order finds each where the one before ended, and is
//! read a window of them at a time.

use super::index::Place;
use super::part::{Entry, HEAD};
use crate::analysis::sweep::space::Key;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// Parts that are open at a time.
const OPEN: usize = 32;
/// Bytes that are read at once where answers are asked for one behind the other.
const WINDOW: usize = 1 << 16;

/// Reads the parts of one store, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// Parts read last, the latest at the end.
    open: Vec<(u32, File)>,
    /// What was read last: of which part, from which byte, and the bytes.
    window: (u32, usize, Vec<u8>),
    /// What stands behind the answer that was asked for last.
    behind: Option<(u32, Entry)>,
}

impl Reader {
    /// Where the answer of these runs of a point stands, if it is the one behind the last.
    pub(super) fn next(&self, key: &Key, runs: &Range<u64>) -> Option<Place> {
        let (part, entry) = self.behind.as_ref()?;
        let Range { start, end } = entry.answer;
        let place = || Place { part: *part, start: start as u32, length: (end - start) as u32 };
        (entry.key == *key && entry.runs == *runs).then(place)
    }

    /// The bytes at a place; `path` is that of its part.
    pub(super) fn read(&mut self, path: &Path, place: Place) -> io::Result<&[u8]> {
        let (part, start, length) = (place.part, place.start as usize, place.length as usize);
        let (there, from, bytes) = &self.window;
        if *there != part || start < *from || start + length > from + bytes.len() {
            let follows =
                self.behind.as_ref().is_some_and(|(other, entry)| (*other, entry.answer.start) == (part, start));
            let most = if follows { WINDOW.max(length + HEAD) } else { length + HEAD };
            self.fill(path, place, most)?;
        }
        let (_, from, bytes) = &self.window;
        let (answer, rest) = bytes[start - from..].split_at(length);
        self.behind = Entry::head(rest, start + length).map(|entry| (part, entry));
        Ok(answer)
    }

    /// Reads so many bytes from a place on, or fewer if the part ends, but its own.
    fn fill(&mut self, path: &Path, Place { part, start, length }: Place, most: usize) -> io::Result<()> {
        let position = match self.open.iter().position(|(open, _)| *open == part) {
            Some(position) => position,
            None => {
                if self.open.len() >= OPEN {
                    self.open.remove(0);
                }
                self.open.push((part, File::open(path)?));
                self.open.len() - 1
            }
        };
        let file = &mut self.open[position].1;
        let mut bytes = std::mem::take(&mut self.window.2);
        bytes.clear();
        file.seek(SeekFrom::Start(u64::from(start)))?;
        file.take(most as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.window = (part, start as usize, bytes);
        Ok(())
    }
}
