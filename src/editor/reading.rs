//! One scenario as an editor sees it: what could be read of it, what it means, where its names stand, what is wrong.
//!
//! In: the path of a file, which need not be a whole scenario nor free of mistakes. Out: a [`Reading`]. A file without
//! outcomes is only there to be extended: what it means by itself cannot be judged, so only its form is.

use crate::diagnostic::{Diagnostics, FileId, Severity, Sources, Span};
use crate::model::index::{Index, Mention, Recorder};
use crate::model::{Model, journey, resolve};
use crate::scenario::Scenario;
use crate::scenario::load::{self, Files};
use crate::scenario::tree::repeats::repeats;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct Reading {
    /// The file that was asked for.
    pub path: PathBuf,
    pub sources: Sources,
    /// As far as it could be decoded.
    pub scenario: Option<Scenario>,
    /// Whether all of it could be read.
    pub sound: bool,
    /// Without errors only.
    pub model: Option<Model>,
    pub index: Index,
    /// Places in different files that name the same thing.
    pub echoes: Vec<[Span; 2]>,
    pub diagnostics: Diagnostics,
}

impl Reading {
    pub fn of(path: &Path, files: &dyn Files) -> Self {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let draft = load::draft(path, files, &mut sources, &mut diagnostics);
        let recorder = Recorder::taking_notes();
        let model = draft.scenario.as_ref().and_then(|scenario| {
            if draft.sound && load::has_outcomes(scenario) {
                resolve::resolve_noting(scenario, recorder.clone(), &mut diagnostics)
            } else {
                resolve::resolve_noting(scenario, recorder.clone(), &mut Diagnostics::default());
                None
            }
        });
        if let Some(model) = &model {
            diagnostics.extend(hand_off_mistakes(path, model, files, &sources));
        }
        diagnostics.sort();
        let mut index = recorder.index();
        // What another file adds to a table defines it too; what TOML makes one say again does not.
        index.echo(&draft.echoes, true);
        let repeats: Vec<[Span; 2]> = sources.iter().flat_map(|(id, file)| repeats(id, &file.text)).collect();
        index.echo(&repeats, false);
        Reading {
            path: path.to_owned(),
            sources,
            scenario: draft.scenario,
            sound: draft.sound,
            model,
            index,
            echoes: draft.echoes,
            diagnostics,
        }
    }

    /// Whether it is a base for others.
    pub fn is_base(&self) -> bool {
        self.scenario.as_ref().is_some_and(|scenario| !load::has_outcomes(scenario))
    }

    /// The files it is made of.
    pub fn files(&self) -> impl Iterator<Item = (FileId, PathBuf)> {
        self.sources.iter().map(|(id, file)| (id, PathBuf::from(&file.name)))
    }

    pub fn path_of(&self, file: FileId) -> PathBuf {
        PathBuf::from(&self.sources.file(file).name)
    }

    pub fn file_of(&self, path: &Path) -> Option<FileId> {
        self.sources.iter().find(|(_, file)| Path::new(&file.name) == path).map(|(id, _)| id)
    }

    pub fn text_of(&self, path: &Path) -> Option<&str> {
        self.file_of(path).map(|id| self.sources.file(id).text.as_str())
    }

    /// What is written at a span.
    pub fn written(&self, span: Span) -> &str {
        self.sources.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The name at an offset of a file.
    pub fn mention(&self, path: &Path, offset: usize) -> Option<&Mention> {
        self.index.at(self.file_of(path)?, u32::try_from(offset).ok()?)
    }

    /// The span of a name without the quotes around it.
    pub fn unquoted(&self, span: Span) -> Span {
        let written = self.written(span);
        let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter();
        let length = quotes.filter(|q| written.starts_with(q) && written.ends_with(q)).map(str::len);
        let length = length.filter(|n| written.len() >= 2 * n).max().unwrap_or(0) as u32;
        Span { start: span.start + length, end: span.end - length, ..span }
    }
}

/// What keeps runs from following on and is written in these texts; the other scenarios speak for themselves.
fn hand_off_mistakes(path: &Path, model: &Model, files: &dyn Files, sources: &Sources) -> Diagnostics {
    let (mut all, mut found) = (sources.clone(), Diagnostics::default());
    journey::follow(path, model, files, &mut all, &mut found);
    let is_here = |file: FileId| sources.iter().any(|(id, _)| id == file);
    found.retain(|d| d.severity == Severity::Error && d.label.as_ref().is_some_and(|label| is_here(label.span.file)));
    found
}
