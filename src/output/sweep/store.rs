//! What has been done for a sweep, on disk: parts, each written whole or not at all, and an index of them in memory.
//!
//! In: finished runs. Out: which runs of a point are missing, and what those say that are there. A part is named after its
//! digest, so that one that is written twice, by whichever machine, is the same file. Runs that were done twice count
//! once. Memory does not grow with what was done but for some bits a point: answers and most of the index stay on disk.

use super::index::{Index, Place};
use super::part::{Entry, Identity, Part, decode, encode};
use super::reader::Reader;
use super::record::Record;
use crate::analysis::sweep::space::Key;
use crate::analysis::sweep::tally::Answer;
use crate::analysis::sweep::work::Finished;
use crate::output::write::{WriteError, write};
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Why a folder's parts cannot be used.
#[derive(Debug)]
pub enum StoreError {
    Write(WriteError),
    /// A file that cannot be read, and why.
    Read(PathBuf, String),
    /// A part of another study.
    Foreign(PathBuf),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Write(error) => error.fmt(f),
            StoreError::Read(path, why) => write!(f, "cannot read `{}`: {why}", path.display()),
            StoreError::Foreign(path) => {
                write!(f, "`{}` belongs to another study, version or seed: take it out of the folder", path.display())
            }
        }
    }
}

impl std::error::Error for StoreError {}

impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        StoreError::Write(error)
    }
}

/// The parts of one study.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    identity: Identity,
    parts: Vec<PathBuf>,
    index: Index,
    reader: Reader,
    /// Parts that were found damaged, and are not used.
    pub damaged: Vec<PathBuf>,
}

/// The record of a folder, if it is that of a sweep.
pub fn record(folder: &Path) -> Result<Option<Record>, StoreError> {
    let path = folder.join("study.json");
    match fs::read(&path) {
        Ok(bytes) => Record::from_json(&bytes).map(Some).map_err(|why| StoreError::Read(path, why)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::Read(path, error.to_string())),
    }
}

impl Store {
    /// Writes what a folder is about, and opens what is there.
    pub fn create(folder: &Path, record: &Record) -> Result<Store, StoreError> {
        write(&folder.join("study.json"), &record.to_json())?;
        let parts = folder.join("parts");
        fs::create_dir_all(&parts).map_err(|error| StoreError::Read(parts, error.to_string()))?;
        Store::open(folder, record)
    }

    /// Opens the parts of a folder. Those that are damaged are set aside in [`damaged`](Store::damaged): their runs are
    /// missing.
    pub fn open(folder: &Path, record: &Record) -> Result<Store, StoreError> {
        let mut store = Store {
            folder: folder.to_owned(),
            identity: record.identity(),
            parts: Vec::new(),
            index: Index::new(folder),
            reader: Reader::default(),
            damaged: Vec::new(),
        };
        for path in part_files(folder)? {
            let bytes = read(&path)?;
            match decode(&bytes) {
                None => store.damaged.push(path),
                Some((identity, _)) if identity != store.identity => return Err(StoreError::Foreign(path)),
                Some((_, entries)) => store.note(path, entries)?,
            }
        }
        Ok(store)
    }

    fn note(&mut self, path: PathBuf, entries: Vec<Entry>) -> Result<(), StoreError> {
        let part = self.parts.len() as u32;
        self.parts.push(path);
        for Entry { key, runs, answer } in entries {
            let place = Place { part, start: answer.start as u32, length: answer.len() as u32 };
            let noted = self.index.insert((key, runs.start, runs.end), place);
            noted.map_err(|error| self.lost(&error))?;
        }
        Ok(())
    }

    /// The index could not be written or read.
    fn lost(&self, error: &std::io::Error) -> StoreError {
        StoreError::Read(self.folder.clone(), format!("its index is lost: {error}"))
    }

    /// Keeps finished runs: once this returns, they outlast the process and the machine's power.
    pub fn add(&mut self, finished: &[Finished]) -> Result<(), StoreError> {
        if finished.is_empty() {
            return Ok(());
        }
        let Part { bytes, entries, digest } = encode(&self.identity, finished);
        let path = self.folder.join("parts").join(format!("{}.part", &digest[..24]));
        write(&path, &bytes)?;
        self.note(path, entries)
    }

    /// The longest stretch of runs that is there and begins with this one, ending at `end` at the latest.
    fn stretch(&mut self, key: Key, first: u64, end: u64) -> Result<Option<(u64, Place)>, StoreError> {
        if first >= end {
            return Ok(None);
        }
        if let Some(place) = self.reader.next(&key, &(first..end)) {
            return Ok(Some((end, place)));
        }
        let found = self.index.floor((key, first, end)).map_err(|error| self.lost(&error))?;
        let begins = found.filter(|((other, start, last), _)| (*other, *start) == (key, first) && *last > first);
        Ok(begins.map(|((_, _, last), place)| (last, place)))
    }

    /// Which of the first `runs` runs of a point are not there, in stretches.
    pub fn missing(&mut self, key: Key, runs: u64) -> Result<Vec<Range<u64>>, StoreError> {
        let (mut missing, mut at) = (Vec::new(), 0);
        if runs > 0 && self.reader.next(&key, &(0..runs)).is_none() && !self.index.may_have(&key) {
            missing.push(0..runs);
            return Ok(missing);
        }
        while at < runs {
            if let Some((end, _)) = self.stretch(key, at, runs)? {
                at = end;
                continue;
            }
            let later = self.index.ceiling((key, at + 1, 0)).map_err(|error| self.lost(&error))?;
            let next = later.map_or(runs, |((other, start, _), _)| if other == key { start.min(runs) } else { runs });
            missing.push(at..next);
            at = next;
        }
        Ok(missing)
    }

    /// What the first `runs` runs of a point say, or as many as are there without a gap; `None` if there are none.
    pub fn answer(&mut self, key: Key, runs: u64) -> Result<Option<Answer>, StoreError> {
        let mut all: Option<Answer> = None;
        let mut at = 0;
        while let Some((end, place)) = self.stretch(key, at, runs)? {
            let answer = self.read(place)?;
            match &mut all {
                Some(all) => all.merge(answer),
                None => all = Some(answer),
            }
            at = end;
        }
        Ok(all)
    }

    fn read(&mut self, place: Place) -> Result<Answer, StoreError> {
        let path = &self.parts[place.part as usize];
        let unreadable = |error: std::io::Error| StoreError::Read(path.clone(), error.to_string());
        let changed = || StoreError::Read(path.clone(), "it has changed while it was read".to_owned());
        let bytes = self.reader.read(path, place).map_err(unreadable)?;
        Answer::from_bytes(bytes).ok_or_else(changed)
    }

    /// Copies the parts of another folder of the same study; those that are there already stay.
    pub fn take(&mut self, other: &Store) -> Result<(), StoreError> {
        for path in &other.parts {
            let bytes = read(path)?;
            let Some((identity, entries)) = decode(&bytes) else {
                return Err(StoreError::Read(path.clone(), "it has changed while it was read".to_owned()));
            };
            if identity != self.identity {
                return Err(StoreError::Foreign(path.clone()));
            }
            let target = self.folder.join("parts").join(path.file_name().unwrap_or_default());
            if !self.parts.contains(&target) {
                write(&target, &bytes)?;
                self.note(target, entries)?;
            }
        }
        Ok(())
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }
}

/// The part files of a folder, by name.
fn part_files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let folder = folder.join("parts");
    let unreadable = |error: std::io::Error| StoreError::Read(folder.clone(), error.to_string());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "part") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    fs::read(path).map_err(|error| StoreError::Read(path.to_owned(), error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::record::ScenarioRecord;
    use super::*;
    use crate::analysis::sweep::tally::PointTally;

    fn finished(key: u8, runs: Range<u64>) -> Finished {
        let tally = PointTally {
            runs: runs.end - runs.start,
            outcomes: vec![1],
            milestones: vec![],
            consequences: vec![],
            batches: vec![0; 64],
        };
        Finished { key: [key; 16], runs, answer: Answer::Counted(tally) }
    }

    fn runs(answer: Result<Option<Answer>, StoreError>) -> u64 {
        match answer.unwrap().unwrap() {
            Answer::Counted(tally) => tally.runs,
            Answer::Solved(_) => 0,
        }
    }

    fn missing(store: &mut Store, key: u8, runs: u64) -> Vec<(u64, u64)> {
        store.missing([key; 16], runs).unwrap().into_iter().map(|range| (range.start, range.end)).collect()
    }

    fn some_record(seed: u64) -> Record {
        let scenario = ScenarioRecord { name: "a".into(), digest: "d".into() };
        Record::new("s", "s.toml", seed, vec![scenario], Vec::new())
    }

    #[test]
    fn what_was_done_is_found_again_and_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path(), &some_record(1)).unwrap();
        assert_eq!(missing(&mut store, 1, 100), [(0, 100)]);
        store.add(&[finished(1, 0..30), finished(2, 0..100), finished(1, 50..60)]).unwrap();
        store.add(&[finished(1, 0..20), finished(1, 25..55)]).unwrap();
        let mut again = Store::open(folder.path(), &some_record(1)).unwrap();
        for store in [&mut store, &mut again] {
            assert_eq!(store.missing([1; 16], 100).unwrap(), [30..50, 60..100]);
            assert_eq!(store.missing([1; 16], 30).unwrap(), Vec::<Range<u64>>::new());
            assert_eq!(store.missing([2; 16], 100).unwrap(), Vec::<Range<u64>>::new());
            assert_eq!(missing(store, 2, 50), [(0, 50)], "a longer stretch cannot be cut");
            assert_eq!(runs(store.answer([1; 16], 100)), 30);
            assert_eq!(store.answer([3; 16], 100).unwrap(), None);
        }
        again.add(&[finished(1, 30..50), finished(1, 60..100)]).unwrap();
        assert_eq!(runs(again.answer([1; 16], 100)), 100);
    }

    /// In the order in which they were run, which is read a window at a time, and in any other.
    #[test]
    fn answers_are_those_of_their_points_in_whatever_order_they_are_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path(), &some_record(1)).unwrap();
        let key = |point: usize| [point as u8; 16];
        for part in 0..2 {
            let all: Vec<Finished> =
                (0..100).map(|i| Finished { key: key(100 * part + i), ..finished(0, 0..1 + i as u64) }).collect();
            store.add(&all).unwrap();
        }
        // Some have an answer in another part too, and of one there are more runs.
        store
            .add(&[Finished { key: key(7), ..finished(0, 0..8) }, Finished { key: key(8), ..finished(0, 9..20) }])
            .unwrap();
        for step in [1, 199, 77] {
            for point in (0..200).map(|i| i * step % 200) {
                let many = 1 + (point % 100) as u64;
                assert_eq!(store.missing(key(point), many).unwrap(), Vec::<Range<u64>>::new(), "{point}");
                assert_eq!(runs(store.answer(key(point), many)), many, "{point}");
            }
        }
        assert_eq!(runs(store.answer(key(8), 20)), 20);
        assert_eq!(store.missing(key(8), 30).unwrap(), vec![20..30]);
        assert_eq!(store.missing(key(9), 9).unwrap(), vec![0..9], "a longer stretch cannot be cut");
    }

    #[test]
    fn damaged_parts_are_set_aside_and_foreign_ones_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path(), &some_record(1)).unwrap();
        store.add(&[finished(1, 0..30)]).unwrap();
        store.add(&[finished(2, 0..30)]).unwrap();
        fs::write(&store.parts[0], b"half").unwrap();
        let mut again = Store::open(folder.path(), &some_record(1)).unwrap();
        assert_eq!((again.damaged.len(), missing(&mut again, 1, 30)), (1, vec![(0, 30)]));
        let error = Store::open(folder.path(), &some_record(2)).unwrap_err();
        assert!(matches!(error, StoreError::Foreign(_)), "{error}");
    }
}
