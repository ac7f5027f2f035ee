//! Which files a check has read, and whether they have changed since.
//!
//! What counts is the text: a file is the same as long as its bytes are, however often it is saved. The system is asked
//! to tell of everything that stirs in the folders of those files, which includes editors that save by renaming; now and
//! then the files are looked at all the same, for there are drives where the system tells of nothing.

use super::{folder_of, open};
use crate::output::manifest::sha256_hex;
use crate::scenario::load::{Disk, Files};
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often files are looked at where the system tells of saves, and where it does not.
const SELDOM: Duration = Duration::from_secs(1);
const OFTEN: Duration = Duration::from_millis(100);

/// Everything that was read: the digest of each file, `None` for one that could not be read, and what was in folders.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    files: RefCell<BTreeMap<PathBuf, Option<String>>>,
    folders: RefCell<BTreeMap<PathBuf, Vec<PathBuf>>>,
}

impl Files for Seen {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        let read = Disk.read(path);
        self.files.borrow_mut().insert(path.to_owned(), read.as_ref().ok().map(|bytes| sha256_hex(bytes)));
        read
    }
}

impl Seen {
    /// The .toml files in a folder; none if it cannot be read.
    pub fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        let files = open::toml_files(folder).unwrap_or_default();
        self.folders.borrow_mut().insert(folder.to_owned(), files.clone());
        files
    }

    /// The same files and folders as they are now.
    pub fn again(&self) -> Seen {
        let now = Seen::default();
        for path in self.files.borrow().keys() {
            drop(now.read(path));
        }
        for folder in self.folders.borrow().keys() {
            now.files_in(folder);
        }
        now
    }

    /// How many files could be read.
    pub fn count(&self) -> usize {
        self.files.borrow().values().flatten().count()
    }

    /// The folders in which something may stir that matters: those of the files, and of what links among them lead to.
    fn places(&self) -> BTreeSet<PathBuf> {
        let mut places: BTreeSet<PathBuf> = self.folders.borrow().keys().cloned().collect();
        for file in self.files.borrow().keys() {
            places.insert(folder_of(file).to_owned());
            if let Ok(target) = std::fs::canonicalize(file) {
                places.insert(folder_of(&target).to_owned());
            }
        }
        places
    }
}

/// Tells when to look.
#[derive(Debug)]
pub struct Saves {
    /// `None` where only looking helps.
    watcher: Option<RecommendedWatcher>,
    followed: BTreeSet<PathBuf>,
    /// Whether each of those folders could be followed.
    complete: bool,
}

impl Saves {
    /// Calls `stir` at whatever happens in the folders that are [followed](Saves::follow).
    pub fn new(poll: bool, stir: impl Fn() + Send + 'static) -> Saves {
        let tell = move |event: notify::Result<notify::Event>| {
            if event.map_or(true, |event| changes_something(event.kind)) {
                stir();
            }
        };
        let watcher = if poll { None } else { notify::recommended_watcher(tell).ok() };
        Saves { watcher, followed: BTreeSet::new(), complete: true }
    }

    /// From now on follows the folders of these files, and no others.
    pub fn follow(&mut self, seen: &Seen) {
        let Some(watcher) = &mut self.watcher else { return };
        let places = seen.places();
        for gone in self.followed.difference(&places) {
            // A folder that is no more is not followed any more either.
            let _ = watcher.unwatch(gone);
        }
        let mut followed = BTreeSet::new();
        self.complete = true;
        for place in places {
            if self.followed.contains(&place) || watcher.watch(&place, RecursiveMode::NonRecursive).is_ok() {
                followed.insert(place);
            } else {
                self.complete = false;
            }
        }
        self.followed = followed;
    }

    /// How long to wait at most before looking.
    pub fn patience(&self) -> Duration {
        if self.watcher.is_some() && self.complete { SELDOM } else { OFTEN }
    }
}

/// Whether something may be different after it. That we read the files is told too, and would wake us for ever.
fn changes_something(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
