//! From paths to models: finds scenario files, reads and resolves them, and shows every mistake.

use super::exit::{Exit, Trouble};
use super::study;
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostics, Mistake, Severity, Sources};
use crate::model::{Model, resolve};
use crate::output::manifest::{FileDigest, sha256_hex};
use crate::scenario::Scenario;
use crate::scenario::load::{self, Disk, Files};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// One scenario, read.
pub struct Opened {
    /// File stem.
    pub name: String,
    pub path: PathBuf,
    pub sources: Sources,
    pub scenario: Option<Scenario>,
    pub model: Option<Model>,
    pub diagnostics: Diagnostics,
}

impl Opened {
    /// SHA-256 over the texts in reading order.
    pub fn digest(&self) -> String {
        let mut all = Vec::new();
        for (_, file) in self.sources.iter() {
            all.extend((file.text.len() as u64).to_le_bytes());
            all.extend(file.text.as_bytes());
        }
        sha256_hex(&all)
    }

    /// The texts with their digests, in reading order.
    pub fn files(&self) -> impl Iterator<Item = FileDigest> {
        self.sources.iter().map(|(_, file)| FileDigest::of(&file.name, file.text.as_bytes()))
    }

    /// Whether the file is a base for others: read without error, and without outcomes of its own.
    pub fn is_base(&self) -> bool {
        self.scenario.as_ref().is_some_and(|scenario| scenario.outcomes.is_empty())
    }
}

/// Reads one file and resolves what it says.
pub fn open(path: &Path) -> Opened {
    open_from(&Disk, path)
}

/// The same, where files come from elsewhere.
pub fn open_from(files: &dyn Files, path: &Path) -> Opened {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(path, files, &mut sources, &mut diagnostics);
    let whole = scenario.as_ref().filter(|scenario| !scenario.outcomes.is_empty());
    let model = whole.and_then(|scenario| resolve::resolve(scenario, &mut diagnostics));
    diagnostics.sort();
    let name = path.file_stem().map_or_else(|| "scenario".into(), |stem| stem.to_string_lossy().into_owned());
    Opened { name, path: path.to_owned(), sources, scenario, model, diagnostics }
}

/// The text of a file that is to be changed.
pub fn text_of(path: &Path) -> Result<String, Trouble> {
    let unreadable = |why: &str| Trouble::new(Exit::Files, format!("error: cannot read `{}`: {why}", path.display()));
    let bytes = Disk.read(path).map_err(|error| unreadable(&load::reason(&error)))?;
    String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text"))
}

/// Every whole scenario at these paths: files as given, and of a folder those of its files that are neither bases nor
/// studies.
pub fn open_all(paths: &[PathBuf]) -> Result<Vec<Opened>, Trouble> {
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files = toml_files(path)?;
            files.retain(|file| !study::is_study(file));
            let opened: Vec<Opened> = files.iter().map(|file| open(file)).filter(|opened| !opened.is_base()).collect();
            if opened.is_empty() {
                let message =
                    format!("error: there is no scenario in `{}`: no .toml file with outcomes", path.display());
                return Err(Trouble::new(Exit::Files, message));
            }
            all.extend(opened);
        } else if study::is_study(path) {
            let message = format!(
                "error: `{}` is a study, not a scenario: `run` and `check` take it, or name one of its scenarios",
                path.display()
            );
            return Err(Trouble::new(Exit::Mistakes, message));
        } else {
            let opened = open(path);
            if opened.is_base() && !opened.diagnostics.has_errors() {
                let message = format!(
                    "error: `{}` has no outcomes: it is a base that scenarios extend, not a whole scenario",
                    path.display()
                );
                return Err(Trouble::new(Exit::Mistakes, message));
            }
            all.push(opened);
        }
    }
    Ok(all)
}

/// The .toml files directly in a folder, by name.
pub fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let unreadable = |error: std::io::Error| {
        Trouble::new(Exit::Files, format!("error: cannot read `{}`: {error}", folder.display()))
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Prints what was found wrong with all of them; trouble if anything keeps one from running.
pub fn show_mistakes(all: &[Opened]) -> Result<(), Trouble> {
    let style = if std::io::stderr().is_terminal() { Style::Coloured } else { Style::Plain };
    let mut text = String::new();
    let (mut errors, mut unreadable) = (0, false);
    for opened in all.iter().filter(|opened| !opened.diagnostics.is_empty()) {
        text.push_str(&render(&opened.diagnostics, &opened.sources, style));
        text.push('\n');
        errors += opened.diagnostics.count(Severity::Error);
        unreadable |= opened.scenario.is_none() && opened.diagnostics.iter().all(|d| d.code == Mistake::UnreadableFile);
    }
    if errors > 0 {
        let exit = if unreadable { Exit::Files } else { Exit::Mistakes };
        return Err(Trouble::new(exit, text));
    }
    if !text.is_empty() {
        eprintln!("{}", text.trim_end());
    }
    Ok(())
}
