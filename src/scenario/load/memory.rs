//! Files that stand in a test.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use super::{Files, read, without_detours};
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostics, Sources};
use crate::scenario::Scenario;

/// Paths and what stands there.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    pub(in crate::scenario) fn of<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        Memory(files.iter().map(|(name, text)| (PathBuf::from(name), text.as_ref().to_vec())).collect())
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        self.0.get(&without_detours(path)).cloned().ok_or(Error::from(ErrorKind::NotFound))
    }
}

/// What came of reading some files, the first of which is the main one.
#[derive(Debug)]
pub(in crate::scenario) struct Reading {
    pub(in crate::scenario) scenario: Option<Scenario>,
    pub(in crate::scenario) diagnostics: Diagnostics,
    pub(in crate::scenario) sources: Sources,
    pub(in crate::scenario) shown: String,
}

impl Reading {
    /// The codes in order, each with its line and column.
    pub(in crate::scenario) fn codes(&self) -> Vec<(&'static str, usize, usize)> {
        let place = |d: &crate::diagnostic::Diagnostic| {
            d.label.as_ref().map_or((0, 0), |l| self.sources.line_column(l.span.file, l.span.start))
        };
        self.diagnostics.iter().map(|d| (d.code.id(), place(d).0, place(d).1)).collect()
    }
}

pub(in crate::scenario) fn read_files<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Reading {
    let memory = Memory::of(files);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = read(Path::new(files[0].0), &memory, &mut sources, &mut diagnostics);
    let shown = render(&diagnostics, &sources, Style::Plain);
    Reading { scenario, diagnostics, sources, shown }
}

pub(in crate::scenario) fn read_text(text: &str) -> Reading {
    read_files(&[("a.toml", text)])
}
