//! Mistakes as data: what is wrong, where, and what to type instead.
//!
//! In: spans into the texts of a [`Sources`] and the words of the check that found the mistake.
//! Out: a [`Diagnostics`] list, put in file order, and [`render`](render::render)ed as text.
//! Knows nothing of scenarios, and never prints.

pub mod explain;
mod mistake;
pub mod nearest;
pub mod render;
pub mod report;

pub use mistake::Mistake;

/// Index of a file in a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file, `start..end`, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clip(start), end: clip(end.max(start)) }
    }
}

/// One text that was read, with the name to show for it.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as the user would type it.
    pub name: String,
    pub text: String,
}

/// Every text that a scenario was read from, in reading order.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text; one that is there already under the same name, as what several scenarios extend, is not added again.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let (name, text) = (name.into(), text.into());
        if let Some((known, _)) = self.iter().find(|(_, file)| file.name == name && file.text == text) {
            return known;
        }
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(SourceFile { name, text });
        id
    }

    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, file)| (FileId(i as u32), file))
    }

    /// Line and column of a place, both from 1, columns in characters.
    pub fn line_column(&self, file: FileId, offset: u32) -> (usize, usize) {
        let text = &self.file(file).text;
        let before = &text[..text.floor_char_boundary((offset as usize).min(text.len()))];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// How bad it is: an error keeps a scenario from running, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// A place and what to say beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One mistake.
///
/// `message` is lower case, in the author's words, with names in backticks; `label` points at the text at fault;
/// `related` shows other places that matter, `note` says why it is a mistake, `help` what to type, and `fix` types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// The kind of mistake.
    pub code: Mistake,
    pub message: String,
    pub label: Option<Label>,
    pub related: Vec<Label>,
    pub note: Vec<String>,
    pub help: Vec<String>,
    /// The change that mends it, where there is no doubt about it.
    pub fix: Option<Fix>,
}

/// A text that mends a mistake by standing in another's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub span: Span,
    pub text: String,
}

impl Diagnostic {
    /// A mistake that keeps the scenario from running.
    pub fn error(code: Mistake, span: Span, message: impl Into<String>) -> Self {
        debug_assert_eq!(code.severity(), Severity::Error, "{code}");
        Diagnostic { label: Some(Label { span, text: String::new() }), ..Self::without_place(code, message) }
    }

    /// Something legal, but odd.
    pub fn warning(code: Mistake, span: Span, message: impl Into<String>) -> Self {
        debug_assert_eq!(code.severity(), Severity::Warning, "{code}");
        Diagnostic { label: Some(Label { span, text: String::new() }), ..Self::without_place(code, message) }
    }

    /// A mistake that has no place in a text, such as a file that cannot be opened.
    pub fn without_place(code: Mistake, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: code.severity(),
            code,
            message: shortened(message.into()),
            label: None,
            related: Vec::new(),
            note: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// The words under the caret.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = &mut self.label {
            label.text = shortened(text.into());
        }
        self
    }

    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: shortened(text.into()) });
        self
    }

    /// Why it is a mistake.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note.push(shortened(text.into()));
        self
    }

    /// What to type.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(shortened(text.into()));
        self
    }

    /// The text that mends it when it stands in place of `span`.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        // One that is longer than words may be is no slip of the hand.
        self.fix = Some(Fix { span, text: text.into() }).filter(|fix| fix.text.len() <= LONGEST);
        self
    }
}

/// Longer words than this (in bytes) are cut: they hold a name that nobody reads to its end.
const LONGEST: usize = 1000;

fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

/// The mistakes of one reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// How many more there were than are kept.
    dropped: usize,
}

impl Diagnostics {
    /// So many are kept; of a file with more mistakes, the rest are counted.
    pub const KEPT: usize = 10_000;
    /// So many are told with the nearest name: finding it costs more than all else.
    const SUGGESTED: usize = 500;

    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < Self::KEPT || (diagnostic.severity == Severity::Error && !self.has_errors()) {
            self.list.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    pub fn extend(&mut self, other: Diagnostics) {
        self.dropped += other.dropped;
        other.list.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// The candidate closest to a name, as [`nearest`](nearest::nearest) finds it, as long as there are few mistakes.
    pub fn suggest<'a>(&self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if self.list.len() < Self::SUGGESTED { nearest::nearest(name, candidates) } else { None }
    }

    /// Keeps those for which this holds.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// How many there were besides those that are kept.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Looks again at those from the `first` on, which it may add to, and keeps those for which `keep` says so.
    pub fn review(&mut self, first: usize, mut keep: impl FnMut(&mut Diagnostic) -> bool) {
        let mut index = 0;
        self.list.retain_mut(|diagnostic| {
            index += 1;
            index <= first || keep(diagnostic)
        });
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// Puts them in file order (those without a place first) and drops exact repetitions.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|d| d.label.as_ref().map(|l| (l.span.file, l.span.start, l.span.end)));
        self.list.dedup();
    }
}
