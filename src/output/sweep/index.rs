//! Where the runs of points stand in parts, found by what they depend on.
//!
//! In: a name (key, first run, end of the runs) with its place. Out: the nearest name at or below another, or at or above it. The
//! latest names stand in memory; the others in sorted files, which are searched by one read each and merged so that there are
//! few. Of these, memory keeps some bits a name, which tell what is in none of them. The files are made anew whenever a folder is opened, and have no name in it.

use super::filter::Filter;
use crate::analysis::sweep::space::Key;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Names that stand in memory.
const RECENT: usize = 1 << 16;
/// Names that are read at once.
const BLOCK: usize = 128;
/// Bytes of a name with its place.
const WIDTH: usize = 44;

/// Key, first run, end of the runs.
pub(super) type Name = (Key, u64, u64);

/// A part, and where in it the answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub part: u32,
    pub start: u32,
    pub length: u32,
}

/// All names.
#[derive(Debug)]
pub(super) struct Index {
    /// Where files may be made.
    folder: PathBuf,
    recent: BTreeMap<Name, Place>,
    /// The larger first.
    sorted: Vec<Sorted>,
    /// How many names stand in memory before they are written.
    most: usize,
}

impl Index {
    pub(super) fn new(folder: &Path) -> Index {
        Index { folder: folder.to_owned(), recent: BTreeMap::new(), sorted: Vec::new(), most: RECENT }
    }

    /// Adds a name. Of equal ones either place is as good.
    pub(super) fn insert(&mut self, name: Name, place: Place) -> io::Result<()> {
        self.recent.entry(name).or_insert(place);
        if self.recent.len() < self.most {
            return Ok(());
        }
        let Ok(file) = unnamed(&self.folder) else {
            // A folder that cannot be written to can still be read: then names stay in memory.
            self.most = usize::MAX;
            return Ok(());
        };
        let recent = std::mem::take(&mut self.recent);
        self.sorted.push(Sorted::write(file, recent.len(), recent.into_iter().map(Ok))?);
        while let [.., larger, smaller] = self.sorted.as_slice()
            && 2 * smaller.count > larger.count
        {
            let merged = self.merged()?;
            self.sorted.truncate(self.sorted.len() - 2);
            self.sorted.push(merged);
        }
        Ok(())
    }

    /// The last two files as one.
    fn merged(&mut self) -> io::Result<Sorted> {
        let file = unnamed(&self.folder)?;
        let [.., one, other] = self.sorted.as_mut_slice() else { unreachable!("two files are there") };
        let most = one.count + other.count;
        let (mut one, mut other) = (one.names()?.peekable(), other.names()?.peekable());
        let all = std::iter::from_fn(move || match (one.peek(), other.peek()) {
            (Some(Ok((a, _))), Some(Ok((b, _)))) if a == b => {
                other.next();
                one.next()
            }
            (Some(Ok((a, _))), Some(Ok((b, _)))) if a > b => other.next(),
            (None, _) => other.next(),
            _ => one.next(),
        });
        Sorted::write(file, most, all)
    }

    /// Whether a name of this key may be there; where not, none is. Soon told.
    pub(super) fn may_have(&self, key: &Key) -> bool {
        let recent = self.recent.range((*key, 0, 0)..).next().is_some_and(|((there, ..), _)| there == key);
        recent || self.sorted.iter().any(|sorted| sorted.keys.may_have(key))
    }

    /// The greatest name that is at most this one.
    pub(super) fn floor(&mut self, name: Name) -> io::Result<Option<(Name, Place)>> {
        let recent = self.recent.range(..=name).next_back();
        let mut best = recent.map(|(name, place)| (*name, *place));
        for sorted in &mut self.sorted {
            let found = sorted.floor(name)?;
            best = match (best, found) {
                (Some(a), Some(b)) => Some(if b.0 > a.0 { b } else { a }),
                (a, b) => a.or(b),
            };
        }
        Ok(best)
    }

    /// The least name that is at least this one.
    pub(super) fn ceiling(&mut self, name: Name) -> io::Result<Option<(Name, Place)>> {
        let recent = self.recent.range((Bound::Included(name), Bound::Unbounded)).next();
        let mut best = recent.map(|(name, place)| (*name, *place));
        for sorted in &mut self.sorted {
            let found = sorted.ceiling(name)?;
            best = match (best, found) {
                (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
                (a, b) => a.or(b),
            };
        }
        Ok(best)
    }
}

/// Names in order, in a file.
#[derive(Debug)]
struct Sorted {
    file: File,
    count: usize,
    /// The first name of each block.
    firsts: Vec<Name>,
    /// The keys of all.
    keys: Filter,
    /// The block that was read last.
    block: Option<(usize, Vec<(Name, Place)>)>,
}

impl Sorted {
    /// `most`: how many names there are at most.
    fn write(file: File, most: usize, names: impl Iterator<Item = io::Result<(Name, Place)>>) -> io::Result<Sorted> {
        let mut out = BufWriter::new(file);
        let (mut count, mut firsts, mut keys) = (0, Vec::new(), Filter::for_keys(most));
        for one in names {
            let (name, place) = one?;
            if count % BLOCK == 0 {
                firsts.push(name);
            }
            keys.add(&name.0);
            out.write_all(&bytes(name, place))?;
            count += 1;
        }
        firsts.shrink_to_fit();
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Sorted { file, count, firsts, keys, block: None })
    }

    fn names(&mut self) -> io::Result<impl Iterator<Item = io::Result<(Name, Place)>>> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut file = BufReader::with_capacity(1 << 16, &self.file);
        let mut left = self.count;
        Ok(std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let mut record = [0; WIDTH];
            Some(file.read_exact(&mut record).map(|()| read(&record)))
        }))
    }

    fn block(&mut self, number: usize) -> io::Result<&[(Name, Place)]> {
        if self.block.as_ref().is_none_or(|(there, _)| *there != number) {
            let from = number * BLOCK;
            let mut records = vec![0; WIDTH * BLOCK.min(self.count - from)];
            self.file.seek(SeekFrom::Start((WIDTH * from) as u64))?;
            self.file.read_exact(&mut records)?;
            let (records, _) = records.as_chunks::<WIDTH>();
            self.block = Some((number, records.iter().map(read).collect()));
        }
        Ok(self.block.as_ref().map_or(&[], |(_, names)| names))
    }

    fn floor(&mut self, name: Name) -> io::Result<Option<(Name, Place)>> {
        let Some(number) = self.firsts.partition_point(|first| *first <= name).checked_sub(1) else { return Ok(None) };
        let names = self.block(number)?;
        Ok(names[..names.partition_point(|(there, _)| *there <= name)].last().copied())
    }

    fn ceiling(&mut self, name: Name) -> io::Result<Option<(Name, Place)>> {
        let number = self.firsts.partition_point(|first| *first < name);
        if let Some(before) = number.checked_sub(1) {
            let names = self.block(before)?;
            if let Some(found) = names.get(names.partition_point(|(there, _)| *there < name)) {
                return Ok(Some(*found));
            }
        }
        if number == self.firsts.len() { Ok(None) } else { Ok(self.block(number)?.first().copied()) }
    }
}

fn bytes((key, start, end): Name, place: Place) -> [u8; WIDTH] {
    let mut record = [0; WIDTH];
    record[..16].copy_from_slice(&key);
    record[16..24].copy_from_slice(&start.to_le_bytes());
    record[24..32].copy_from_slice(&end.to_le_bytes());
    for (i, number) in [place.part, place.start, place.length].into_iter().enumerate() {
        record[32 + 4 * i..36 + 4 * i].copy_from_slice(&number.to_le_bytes());
    }
    record
}

fn read(record: &[u8; WIDTH]) -> (Name, Place) {
    let word = |from: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&record[from..from + 8]);
        u64::from_le_bytes(word)
    };
    let mut key = Key::default();
    key.copy_from_slice(&record[..16]);
    let (part_and_start, length) = (word(32), (word(36) >> 32) as u32);
    let place = Place { part: part_and_start as u32, start: (part_and_start >> 32) as u32, length };
    ((key, word(16), word(24)), place)
}

/// A file for this process alone, which is gone when it is closed.
fn unnamed(folder: &Path) -> io::Result<File> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".standoff-{}-index-{number}.tmp", std::process::id()));
        match OpenOptions::new().read(true).write(true).create_new(true).open(&path) {
            Ok(file) => {
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
            // Left by a process that was killed and had the same number: take the next name.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{NameAddress, RunAddress, Stream};

    /// Whatever was put to files and merged, names are found as a plain map finds them.
    #[test]
    fn names_are_found_in_memory_and_in_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = Index { most: 50, ..Index::new(folder.path()) };
        let mut plain = BTreeMap::new();
        let mut numbers = Stream::at(RunAddress::new(1, 0), NameAddress::new("names"), 0);
        let mut draw = |most: f64| (numbers.unit() * most) as u64;
        for i in 0..5000_u32 {
            let name = ([draw(40.0) as u8; 16], draw(30.0), draw(30.0));
            let place = Place { part: i, start: i * 7, length: u32::MAX - i };
            index.insert(name, place).unwrap();
            plain.entry(name).or_insert(place);
            let asked = ([draw(42.0) as u8; 16], draw(32.0), draw(32.0));
            let name_of = |found: Option<(Name, Place)>| found.map(|(name, _)| name);
            let floor = plain.range(..=asked).next_back().map(|(name, _)| *name);
            let ceiling = plain.range(asked..).next().map(|(name, _)| *name);
            assert_eq!(name_of(index.floor(asked).unwrap()), floor);
            assert_eq!(name_of(index.ceiling(asked).unwrap()), ceiling);
            assert!(index.may_have(&name.0) && (ceiling.is_some() || !index.may_have(&[u8::MAX; 16])));
        }
        assert!((2..12).contains(&index.sorted.len()), "{}", index.sorted.len());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file has a name");
        let there = Place { part: 1, start: 2, length: 3 };
        let name = ([7; 16], 1 << 40, u64::MAX);
        assert_eq!(read(&bytes(name, there)), (name, there));
    }
}
