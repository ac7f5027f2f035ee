//! From paths to models: finds scenario files, reads and resolves them, and shows every mistake.

use super::exit::{Exit, Trouble};
use super::study;
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostics, Mistake, Severity, Sources, Span};
use crate::model::journey::{self, Journey};
use crate::model::{Model, resolve};
use crate::output::manifest::{FileDigest, sha256_hex};
use crate::scenario::Scenario;
use crate::scenario::load::{self, Disk, Files};
use std::collections::BTreeSet;
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
    /// The scenarios that runs may come to from here, if they are to follow on.
    pub journey: Option<Journey>,
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

    /// Reads every scenario that runs may come to from this one as well; their mistakes are among its own then.
    pub fn follow(&mut self) {
        let Some(model) = &self.model else { return };
        self.journey = journey::follow(&self.path, model, &Disk, &mut self.sources, &mut self.diagnostics);
        self.diagnostics.sort();
    }

    /// Finds what would keep runs from following on. Warnings about the other scenarios are left to themselves.
    pub fn check_hand_offs(&mut self) {
        let Some(model) = &self.model else { return };
        let mut found = Diagnostics::default();
        journey::follow(&self.path, model, &Disk, &mut self.sources, &mut found);
        found.retain(|diagnostic| diagnostic.severity == Severity::Error);
        self.diagnostics.extend(found);
        self.diagnostics.sort();
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
    Opened { name, path: path.to_owned(), sources, scenario, model, journey: None, diagnostics }
}

/// The text of a file that is to be changed.
pub fn text_of(path: &Path) -> Result<String, Trouble> {
    let unreadable = |why: &str| Trouble::new(Exit::Files, format!("error: cannot read `{}`: {why}", path.display()));
    let bytes = Disk.read(path).map_err(|error| unreadable(&load::reason(&error)))?;
    String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text"))
}

/// A file to open.
pub struct File {
    pub path: PathBuf,
    /// Whether it was named itself, and not found in a folder.
    pub named: bool,
}

/// The files at these paths: files as given, and of a folder its .toml files.
pub fn files(paths: &[PathBuf]) -> Result<Vec<File>, Trouble> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = toml_files(path)?;
            if found.is_empty() {
                return Err(no_scenario(path));
            }
            files.extend(found.into_iter().map(|path| File { path, named: false }));
        } else {
            files.push(File { path: path.clone(), named: true });
        }
    }
    Ok(files)
}

fn no_scenario(folder: &Path) -> Trouble {
    let message = format!("error: there is no scenario in `{}`: no .toml file with outcomes", folder.display());
    Trouble::new(Exit::Files, message)
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
                return Err(no_scenario(path));
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

/// Mistakes of one file after another as they are shown, each once: scenarios that share a base share its mistakes.
#[derive(Default)]
pub struct Shown {
    text: String,
    seen: BTreeSet<(String, u32, u32, Mistake, String)>,
    kinds: BTreeSet<Mistake>,
    errors: usize,
    warnings: usize,
    unreadable: bool,
}

impl Shown {
    /// Counts the mistakes of a file, and takes those away that were seen before.
    pub fn note(&mut self, opened: &mut Opened) {
        self.errors += opened.diagnostics.count(Severity::Error);
        self.warnings += opened.diagnostics.count(Severity::Warning);
        let diagnostics = &opened.diagnostics;
        self.unreadable |= opened.scenario.is_none()
            && !diagnostics.is_empty()
            && diagnostics.iter().all(|d| d.code == Mistake::UnreadableFile);
        let sources = &opened.sources;
        opened.diagnostics.retain(|diagnostic| {
            self.kinds.insert(diagnostic.code);
            let Some(label) = &diagnostic.label else { return true };
            let Span { file, start, end } = label.span;
            let name = sources.file(file).name.clone();
            self.seen.insert((name, start, end, diagnostic.code, diagnostic.message.clone()))
        });
    }

    /// Adds the mistakes of a file to the text.
    pub fn render(&mut self, opened: &Opened) {
        if !opened.diagnostics.is_empty() {
            let style = if std::io::stderr().is_terminal() { Style::Coloured } else { Style::Plain };
            self.text.push_str(&render(&opened.diagnostics, &opened.sources, style));
            self.text.push('\n');
        }
    }

    /// Everything, and how to learn more; empty if nothing was found.
    pub fn text(&self) -> String {
        let Some(first) = self.kinds.first() else { return String::new() };
        format!("{}\n{}", self.text.trim_end(), more_about(*first))
    }

    pub fn exit(&self, deny_warnings: bool) -> Exit {
        match (self.errors > 0, self.unreadable) {
            (true, true) => Exit::Files,
            (true, false) => Exit::Mistakes,
            (false, _) if deny_warnings && self.warnings > 0 => Exit::Mistakes,
            (false, _) => Exit::Done,
        }
    }
}

/// The closing line of a list of mistakes.
pub fn more_about(mistake: Mistake) -> String {
    format!("For more about a mistake, type its id: `standoff explain-error {mistake}`")
}

/// Prints what was found wrong with all of them; trouble if anything keeps one from running.
pub fn show_mistakes(all: &mut [Opened]) -> Result<(), Trouble> {
    let mut shown = Shown::default();
    for opened in all {
        shown.note(opened);
        shown.render(opened);
    }
    match shown.exit(false) {
        Exit::Done if shown.text().is_empty() => {}
        Exit::Done => eprintln!("{}", shown.text().trim_end()),
        exit => return Err(Trouble::new(exit, shown.text())),
    }
    Ok(())
}
