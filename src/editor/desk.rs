//! The documents that are open in an editor, over the files that lie beneath them.
//!
//! In: texts as they are opened and changed, and a [`Shelf`] for all others. Out: [`Reading`]s, made when they are asked
//! for and kept until a text changes. A file that is not open is read as it lies there.

use super::position::Lines;
use super::reading::Reading;
use crate::scenario::load::{Files, without_detours};
use lsp_types::Range;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Files of a folder beyond which nobody looks for neighbours.
const MOST_NEIGHBOURS: usize = 200;

/// Files, and which of them lie side by side.
pub trait Shelf: Files {
    /// The `.toml` files directly in a folder, by name; none if it cannot be read.
    fn neighbours(&self, folder: &Path) -> Vec<PathBuf>;
}

/// An open document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The address by which the editor knows it.
    pub address: String,
    pub version: i32,
    pub text: String,
}

/// All open documents. Paths are without detours.
pub struct Desk<'s> {
    shelf: &'s dyn Shelf,
    open: BTreeMap<PathBuf, Document>,
    readings: RefCell<BTreeMap<PathBuf, Rc<Reading>>>,
    /// The last reading of each root that was whole: its names are known while a text is broken.
    last_sound: RefCell<BTreeMap<PathBuf, Rc<Reading>>>,
}

impl std::fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("open", &self.open).finish_non_exhaustive()
    }
}

impl Files for Desk<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        match self.open.get(&without_detours(path)) {
            Some(document) => Ok(document.text.clone().into_bytes()),
            None => self.shelf.read(path),
        }
    }
}

impl<'s> Desk<'s> {
    pub fn new(shelf: &'s dyn Shelf) -> Self {
        Desk { shelf, open: BTreeMap::new(), readings: RefCell::default(), last_sound: RefCell::default() }
    }

    pub fn open(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
        self.forget();
    }

    pub fn close(&mut self, path: &Path) {
        self.open.remove(path);
        self.last_sound.borrow_mut().remove(path);
        self.forget();
    }

    /// Replaces a part of a text, or all of it. A document that is not open stays closed.
    pub fn change(&mut self, path: &Path, version: i32, range: Option<Range>, text: &str) {
        let Some(document) = self.open.get_mut(path) else { return };
        document.version = version;
        match range {
            None => text.clone_into(&mut document.text),
            Some(range) => {
                let lines = Lines::of(&document.text);
                let (start, end) = (lines.offset(range.start), lines.offset(range.end));
                document.text.replace_range(start.min(end)..end.max(start), text);
            }
        }
        self.forget();
    }

    /// Lets everything be read again: a file beneath may have changed.
    pub fn forget(&mut self) {
        self.readings.borrow_mut().clear();
    }

    pub fn document(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    pub fn documents(&self) -> impl Iterator<Item = (&Path, &Document)> {
        self.open.iter().map(|(path, document)| (path.as_path(), document))
    }

    /// What a file and all that it extends say.
    pub fn reading(&self, path: &Path) -> Rc<Reading> {
        if let Some(reading) = self.readings.borrow().get(path) {
            return Rc::clone(reading);
        }
        let reading = Rc::new(Reading::of(path, self));
        self.readings.borrow_mut().insert(path.to_owned(), Rc::clone(&reading));
        if reading.sound {
            self.last_sound.borrow_mut().insert(path.to_owned(), Rc::clone(&reading));
        }
        reading
    }

    /// The last whole reading before this one broke.
    pub fn last_sound(&self, path: &Path) -> Option<Rc<Reading>> {
        self.last_sound.borrow().get(path).cloned()
    }

    /// The reading of a file, and then those of the open documents that are made of it.
    pub fn readings_with(&self, path: &Path) -> Vec<Rc<Reading>> {
        let own = self.reading(path);
        let others = self.open.keys().filter(|other| *other != path).map(|other| self.reading(other));
        std::iter::once(own).chain(others.filter(|reading| reading.file_of(path).is_some())).collect()
    }

    /// The readings of everything near a file, whether it has to do with it or not: open documents, and the files in its
    /// folder and in those of the files that it is made of.
    pub fn readings_around(&self, path: &Path) -> Vec<Rc<Reading>> {
        let own = self.reading(path);
        let mut folders: Vec<PathBuf> = own.files().filter_map(|(_, file)| file.parent().map(Path::to_owned)).collect();
        folders.sort();
        folders.dedup();
        let mut paths: Vec<PathBuf> = self.open.keys().cloned().collect();
        for folder in folders {
            paths.extend(self.shelf.neighbours(&folder).into_iter().take(MOST_NEIGHBOURS));
        }
        paths.sort();
        paths.dedup();
        std::iter::once(own).chain(paths.iter().filter(|other| *other != path).map(|p| self.reading(p))).collect()
    }

    /// The text of a file, as it is on the desk or beneath it; empty if it cannot be read.
    pub fn text(&self, path: &Path) -> String {
        match self.open.get(path) {
            Some(document) => document.text.clone(),
            None => self.reading(path).text_of(path).unwrap_or_default().to_owned(),
        }
    }
}
