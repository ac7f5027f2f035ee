//! From a path to a [`Scenario`]: the file, the files it extends, all merged into one tree, decoded.
//!
//! Each file is merged once, after everything that it extends, so that an extending file wins over what it extends, and
//! of two files that extend the same third one, neither undoes the other's changes to it.
//! Reports what cannot be read, files that extend one another in a circle, and everything that the later steps find.

mod expand;
mod files;
#[cfg(test)]
pub(in crate::scenario) mod memory;
mod merge;
mod observations;
mod study;

use std::path::{Component, Path, PathBuf};

pub use files::{Disk, Files, LARGEST, reason};
use observations::Observations;
pub use study::{is_study, read_study};

use super::tree::{self, Node, Soundness, Value};
use super::{Name, Scenario, Spanned, decode};
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Mistake, Severity, Sources, Span};

/// How many files may stand between a scenario and the last one it builds on.
const LONGEST_CHAIN: usize = 32;
/// How many files one scenario may be made of.
const MOST_FILES: usize = 256;
/// How many bytes they may have together.
const LARGEST_TOGETHER: u64 = 6 << 20;

/// Reads a scenario and all that it extends.
///
/// Every text is added to `sources`, the main file first, and every mistake to `diagnostics`, in file order.
/// Returns what could be decoded, even where `diagnostics` has errors about it; `None` if a file could not be read or is
/// not TOML, so that parts of the scenario are unknown.
pub fn read(path: &Path, files: &dyn Files, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Scenario> {
    let draft = draft(path, files, sources, diagnostics);
    draft.scenario.filter(|_| draft.sound)
}

/// A scenario in the state in which it is while it is being written.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// As far as it could be decoded; `None` if the main file could not be read.
    pub scenario: Option<Scenario>,
    /// Whether every file could be read whole, so that nothing of the scenario is unknown.
    pub sound: bool,
    /// Keys, or names of transitions, of different files that name the same thing.
    pub echoes: Vec<[Span; 2]>,
}

/// The same for an editor, which goes on with what there is of a broken file.
pub fn draft(path: &Path, files: &dyn Files, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Draft {
    let mut echoes = Vec::new();
    let mut loader = Loader::new(files, sources);
    let main = loader.load(path, None);
    let Loader { files, sources, mut found, done, broken, .. } = loader;
    let scenario = main.map(|main| {
        let structure_is_known = done.iter().all(|file| file.soundness != Soundness::Broken);
        let trees = done.iter().map(|file| &file.root);
        let (mut merging, mut decoded) = (Diagnostics::default(), Diagnostics::default());
        let (mut merged, removed) = merge::merge(trees, &mut echoes, &mut merging);
        expand::expand(&mut merged, &removed, &mut echoes, &mut merging);
        let folders = done.iter().map(|file| (file.id, folder_of(&file.identity))).collect();
        let mut columns = Observations::new(files, sources, folders);
        let scenario = decode::decode(&merged, Span { file: main, ..merged.span }, &mut columns, &mut decoded);
        // Where it is not clear what belongs where, mistakes may only seem to be some.
        if structure_is_known {
            found.extend(merging);
            for diagnostic in decoded.iter().filter(|d| is_certain(d, &done, broken)) {
                found.push(diagnostic.clone());
            }
        }
        scenario
    });
    found.sort();
    diagnostics.extend(found);
    let sound = !broken && done.iter().all(|file| file.soundness == Soundness::Sound);
    Draft { scenario, sound, echoes }
}

/// Reads a scenario and all that it extends as one tree, each value with the place in the file that wrote it.
///
/// `None` if a file could not be read or is not TOML; `diagnostics` says why, as [`read`] would.
pub fn tree(path: &Path, files: &dyn Files, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut loader = Loader::new(files, sources);
    loader.load(path, None);
    let Loader { mut found, done, broken, .. } = loader;
    let sound = !broken && done.iter().all(|file| file.soundness == Soundness::Sound);
    let merged = sound.then(|| merge::merge(done.iter().map(|file| &file.root), &mut Vec::new(), &mut found).0);
    found.sort();
    diagnostics.extend(found);
    merged
}

/// Whether the scenario can be run as it stands. A file without outcomes, such as one with a shared background, is only
/// there to be extended.
pub fn has_outcomes(scenario: &Scenario) -> bool {
    !scenario.outcomes.is_empty()
}

/// Whether a decoder's diagnostic holds although parts of the text are unreadable: what seems to be missing may stand
/// there, and what stands on a broken line is not as it was meant.
fn is_certain(diagnostic: &Diagnostic, files: &[Loaded], broken: bool) -> bool {
    let incomplete = broken || files.iter().any(|file| file.soundness != Soundness::Sound);
    if !incomplete {
        return true;
    }
    if diagnostic.code.is_of_absence() || diagnostic.severity == Severity::Warning {
        return false;
    }
    let Some(label) = &diagnostic.label else { return true };
    files.iter().all(|file| match &file.soundness {
        Soundness::BrokenLines(lines) if file.id == label.span.file => !lines.iter().any(|line| {
            let end = file.line_end(*line);
            (*line..=end).contains(&(label.span.start as usize))
        }),
        _ => true,
    })
}

/// A file that was read.
struct Loaded {
    id: FileId,
    /// Its path without detours, by which a file is known again.
    identity: PathBuf,
    root: Node,
    soundness: Soundness,
    /// Where its lines end.
    line_ends: Vec<usize>,
}

impl Loaded {
    /// The end of the line that begins at this offset.
    fn line_end(&self, line: usize) -> usize {
        let at = self.line_ends.partition_point(|end| *end < line);
        self.line_ends.get(at).copied().unwrap_or(usize::MAX)
    }
}

/// A file being read, with what it extends still to come.
struct Open {
    identity: PathBuf,
    name: String,
    /// Where the file before it says that it extends this one.
    asked: Option<Span>,
}

struct Loader<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    found: Diagnostics,
    /// The chain of files from the main one to the one at hand.
    open: Vec<Open>,
    /// In the order of merging.
    done: Vec<Loaded>,
    /// How many bytes were read.
    bytes: u64,
    /// Whether something could not be read at all.
    broken: bool,
}

impl<'a> Loader<'a> {
    fn new(files: &'a dyn Files, sources: &'a mut Sources) -> Self {
        Loader {
            files,
            sources,
            found: Diagnostics::default(),
            open: Vec::new(),
            done: Vec::new(),
            bytes: 0,
            broken: false,
        }
    }

    /// Reads a file after all that it extends; the main file has its id even if it cannot be decoded.
    fn load(&mut self, path: &Path, asked: Option<Span>) -> Option<FileId> {
        let identity = without_detours(path);
        let name = identity.display().to_string();
        if let Some(known) = self.done.iter().find(|file| file.identity == identity) {
            return Some(known.id);
        }
        if let Some(at) = self.open.iter().position(|file| file.identity == identity) {
            self.refuse(asked, Mistake::ExtendsCycle, self.circle(at, &name));
            return None;
        }
        if self.open.len() > LONGEST_CHAIN || self.open.len() + self.done.len() >= MOST_FILES {
            let message = format!("`{name}` is one file too many");
            let why = format!(
                "a scenario may be made of {MOST_FILES} files, each extending the next up to {LONGEST_CHAIN} times"
            );
            self.refuse(asked, Mistake::ExtendsTooDeep, (message, why));
            return None;
        }
        let bytes = match self.files.read(path) {
            Ok(bytes) if bytes.len() as u64 > LARGEST => {
                return self.unreadable(asked, &name, &files::too_large(LARGEST, false));
            }
            Ok(bytes) if bytes.len() as u64 > LARGEST_TOGETHER - self.bytes => {
                return self.unreadable(asked, &name, &files::too_large(LARGEST_TOGETHER, true));
            }
            Ok(bytes) => bytes,
            Err(error) => return self.unreadable(asked, &name, &error),
        };
        self.bytes += bytes.len() as u64;
        self.open.push(Open { identity, name, asked });
        let id = self.load_text(bytes, path);
        self.open.pop();
        Some(id)
    }

    fn load_text(&mut self, bytes: Vec<u8>, path: &Path) -> FileId {
        let current = self.open.last().expect("the file at hand is on the chain");
        let (name, identity) = (current.name.clone(), current.identity.clone());
        let (text, fault) = decode_text(bytes);
        let line_ends = text.match_indices('\n').map(|(at, _)| at).chain([text.len()]).collect();
        let id = self.sources.add(name, text);
        let parsed = match fault {
            Some(fault) => {
                self.found.push(fault.diagnostic(id));
                let span = Span::new(id, 0, 0);
                let root = Node { span, value: Value::Table(Vec::new()) };
                tree::Parsed { root, soundness: Soundness::Broken }
            }
            None => tree::parse(id, &self.sources.file(id).text, &mut self.found),
        };
        for base in self.bases(&parsed.root) {
            let base_path = path.parent().unwrap_or(Path::new("")).join(&base.value);
            self.load(&base_path, Some(base.span));
        }
        self.done.push(Loaded { id, identity, root: parsed.root, soundness: parsed.soundness, line_ends });
        id
    }

    /// The paths after `extends`.
    fn bases(&mut self, root: &Node) -> Vec<Name> {
        let Some(entry) = root.get("extends") else { return Vec::new() };
        let items = match &entry.node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.node),
        };
        let mut bases = Vec::new();
        for item in items {
            match &item.value {
                Value::Text { text, .. } if !text.is_empty() => {
                    bases.push(Spanned { value: text.clone(), span: item.span });
                }
                _ => {
                    self.broken = true;
                    self.found.push(
                        Diagnostic::error(
                            Mistake::WrongType,
                            item.span,
                            format!("`extends` should be a list of files; found {}", item.what()),
                        )
                        .help("write `extends = [\"world.toml\"]`"),
                    );
                }
            }
        }
        bases
    }

    fn unreadable(&mut self, asked: Option<Span>, name: &str, error: &std::io::Error) -> Option<FileId> {
        let why = reason(error);
        self.refuse(asked, Mistake::UnreadableFile, (format!("cannot read `{name}`: {why}"), why.clone()));
        None
    }

    /// The words about files that extend one another, `name` being the one at this place of the chain.
    fn circle(&self, at: usize, name: &str) -> (String, String) {
        let chain: Vec<&str> = self.open[at..].iter().map(|file| file.name.as_str()).chain([name]).collect();
        let message = match chain.len() {
            2 => format!("`{name}` extends itself"),
            _ => format!("these files extend one another in a circle: {}", chain.join(" → ")),
        };
        (message, "take one of them out of the circle".to_owned())
    }

    /// Reports why a file is left out, at the place that asks for it, with the chain that leads there.
    fn refuse(&mut self, asked: Option<Span>, code: Mistake, (message, label): (String, String)) {
        self.broken = true;
        let mut error = match asked {
            Some(span) => Diagnostic::error(code, span, message).label(label),
            None => Diagnostic::without_place(code, message).help(match code {
                Mistake::UnreadableFile => {
                    "give the path of a scenario file, such as `scenarios/limited-deployment.toml`"
                }
                _ => "let fewer files extend one another",
            }),
        };
        for file in self.open.iter().rev() {
            if let Some(span) = file.asked {
                error = error.related(span, format!("`{}` is extended here", file.name));
            }
        }
        if asked.is_some() && code == Mistake::UnreadableFile {
            error = error.help("paths after `extends` are relative to the file that they stand in");
        }
        self.found.push(error);
    }
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_owned()
}

/// The path with `.` and `name/..` taken out, without asking the disk.
pub fn without_detours(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            _ => clean.push(part),
        }
    }
    clean
}

/// Why bytes are not text.
struct NotText {
    /// Where the first of them stands in the text that is shown.
    at: usize,
    utf16: bool,
}

impl NotText {
    fn diagnostic(&self, file: FileId) -> Diagnostic {
        let what = if self.utf16 { "UTF-16" } else { "another encoding" };
        Diagnostic::error(Mistake::NotText, Span::new(file, self.at, self.at + 3), "this file is not UTF-8 text")
            .label(format!("the first sign that cannot be read; the file may be in {what}"))
            .help("in your editor, choose “Save with encoding” and UTF-8")
    }
}

/// The text without a byte order mark. What is not UTF-8 is shown as `�`.
fn decode_text(bytes: Vec<u8>) -> (String, Option<NotText>) {
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    match String::from_utf8(bytes) {
        Ok(text) => (text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text), None),
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (text, Some(NotText { at: error.utf8_error().valid_up_to(), utf16 }))
        }
    }
}

#[cfg(test)]
mod tests;
