//! From a path to a [`Study`]: the file, decoded, and whether the scenarios that it names are there.

use std::path::Path;

use super::super::decode;
use super::super::study::Study;
use super::super::tree::{self, Soundness};
use super::{Files, Loader, decode_text, files, is_certain};
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Mistake, Sources, Span};

/// Whether a file is a study: whether it has the key `scenarios`. A file that cannot be read is none.
pub fn is_study(path: &Path, files: &dyn Files) -> bool {
    let Ok(bytes) = files.read(path) else { return false };
    let (text, fault) = decode_text(bytes);
    // Most files do not even have the word.
    if fault.is_some() || !text.contains("scenarios") {
        return false;
    }
    tree::parse(FileId(0), &text, &mut Diagnostics::default()).root.get("scenarios").is_some()
}

/// Reads a study. Its text is added to `sources`, and every mistake to `diagnostics`, in file order.
///
/// Returns what could be decoded, even where `diagnostics` has errors about it; `None` if the file could not be read or
/// is not TOML. The scenarios are only looked for, not read.
pub fn read_study(
    path: &Path,
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Study> {
    let mut loader = Loader::new(files, sources);
    let main = loader.load(path, None);
    let Loader { mut found, done, broken, .. } = loader;
    // A study extends nothing; should it say so, that is an unknown key.
    let file = done.iter().find(|file| Some(file.id) == main);
    let study = file.filter(|file| file.soundness != Soundness::Broken).map(|file| {
        let mut decoded = Diagnostics::default();
        let study = decode::decode_study(&file.root, Span { file: file.id, ..file.root.span }, &mut decoded);
        for diagnostic in decoded.iter().filter(|d| is_certain(d, &done, broken)) {
            found.push(diagnostic.clone());
        }
        look_for_scenarios(&study, path, files, &mut found);
        study
    });
    found.sort();
    diagnostics.extend(found);
    study.filter(|_| !broken)
}

fn look_for_scenarios(study: &Study, path: &Path, files: &dyn Files, found: &mut Diagnostics) {
    for name in &study.scenarios {
        if let Err(error) = files.read(&path.parent().unwrap_or(Path::new("")).join(&name.value)) {
            let why = files::reason(&error);
            let message = format!("cannot read `{}`: {why}", name.value);
            found.push(
                Diagnostic::error(Mistake::UnreadableFile, name.span, message)
                    .label(why)
                    .help("paths after `scenarios` are relative to the file that they stand in"),
            );
        }
    }
}
