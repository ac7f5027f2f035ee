//! Diagnostics as text, in the look of rustc: the message, the line at fault with carets, what to type.
//!
//! In: [`Diagnostics`] and the [`Sources`] that their spans point into. Out: one string, ready to print.
//! Works on excerpts of a few lines, never on whole files, so that a mistake in a huge file costs no more than one in a
//! small file; a line too long to show is cut around the place. Any span is shown somehow: those that lie outside their
//! text, or within a character, are moved to the nearest place that exists.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Severity, SourceFile, Sources, Span};

/// With or without terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text only, for files, pipes and tests.
    Plain,
    /// With ANSI escapes.
    Coloured,
}

/// Columns to lay text out in.
const WIDTH: usize = 140;
/// A line of more bytes than this is cut around the place of interest.
const LONG_LINE: usize = 400;
/// Bytes kept before and after the start of the place, when a line is cut.
const KEPT_BEFORE: usize = 60;
const KEPT_AFTER: usize = 100;
/// Places in one file and at most so many lines apart are shown in one excerpt.
const NEARBY_LINES: usize = 100;
/// More diagnostics than this are counted, not shown.
const SHOWN: usize = 200;

/// Every diagnostic in its order, a blank line between them, and a closing line that counts them.
///
/// Empty for no diagnostics. Of more than 200, the first 200 are shown.
pub fn render(diagnostics: &Diagnostics, sources: &Sources, style: Style) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    }
    .term_width(WIDTH);
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        text.push_str(&render_one(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    text.push_str(&closing_line(diagnostics));
    text.push('\n');
    text
}

/// "2 errors, 1 warning".
fn closing_line(diagnostics: &Diagnostics) -> String {
    let counted = |severity, word: &str| match diagnostics.count(severity) {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let counts = [counted(Severity::Error, "error"), counted(Severity::Warning, "warning")];
    let mut line = counts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let more = diagnostics.iter().count().saturating_sub(SHOWN) + diagnostics.dropped();
    if more > 0 {
        line.push_str(&format!("; the first {SHOWN} are shown, and there are {more} more"));
    }
    line
}

fn render_one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id()));
    let excerpts = excerpts(diagnostic, sources);
    for excerpt in &excerpts {
        let snippet = Snippet::source(excerpt.text.as_str()).path(excerpt.name).line_start(excerpt.first_line);
        group = group.element(snippet.annotations(excerpt.marks.iter().map(Mark::annotation)));
    }
    for note in &diagnostic.note {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let text = renderer.render(&[group]);
    excerpts.iter().filter_map(Excerpt::column_repair).fold(text, |text, (from, to)| text.replacen(&from, &to, 1))
}

/// A few lines of one file, with what to point at in them.
struct Excerpt<'a> {
    name: &'a str,
    /// Number of the first line of `text`, from 1.
    first_line: usize,
    text: String,
    /// Never empty.
    marks: Vec<Mark<'a>>,
    /// Whether `text` is a line that was cut at its beginning, so that columns in it are not those in the file.
    cut: bool,
}

impl Excerpt<'_> {
    /// The place that the renderer names above a cut line, and the true one.
    fn column_repair(&self) -> Option<(String, String)> {
        let mark = self.marks.first().filter(|_| self.cut)?;
        let column = self.text[..mark.range.start].chars().count() + 1;
        let place = |column| format!("{}:{}:{column}", self.name, mark.line);
        Some((place(column), place(mark.column)))
    }
}

/// A place in an excerpt.
struct Mark<'a> {
    /// Bytes of the excerpt's text.
    range: Range<usize>,
    /// Where it stands in the file, from 1; the column in characters.
    line: usize,
    column: usize,
    words: &'a str,
    primary: bool,
}

impl<'a> Mark<'a> {
    fn annotation(&self) -> Annotation<'a> {
        let kind = if self.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(self.range.clone()).label((!self.words.is_empty()).then_some(self.words))
    }
}

/// A span that exists: within its file, within one line, on character boundaries.
struct Place<'a> {
    file: &'a SourceFile,
    /// Bytes of the file.
    range: Range<usize>,
    /// The line it stands in, without its line break.
    line_range: Range<usize>,
    line: usize,
    column: usize,
    words: &'a str,
    primary: bool,
}

impl<'a> Place<'a> {
    /// Moves a span to where it can be shown; of one over several lines, the first is kept.
    fn of(span: Span, words: &'a str, primary: bool, sources: &'a Sources) -> Option<Self> {
        let (_, file) = sources.iter().nth(span.file.0 as usize)?;
        let text = &file.text;
        let start = text.floor_char_boundary((span.start as usize).min(text.len()));
        let end = text.ceil_char_boundary((span.end as usize).min(text.len())).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let mut line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        if line_end > start && text.as_bytes()[line_end - 1] == b'\r' {
            line_end -= 1;
        }
        let (line, column) = sources.line_column(span.file, span.start);
        let range = start..end.min(line_end).max(start);
        Some(Place { file, range, line_range: line_start..line_end, line, column, words, primary })
    }

    /// The line cut to a window around the place, with the place in it.
    fn cut(&self) -> (String, Range<usize>) {
        let text = &self.file.text;
        let from = text.floor_char_boundary(self.range.start.saturating_sub(KEPT_BEFORE)).max(self.line_range.start);
        let to = text.ceil_char_boundary((self.range.start + KEPT_AFTER).min(text.len())).min(self.line_range.end);
        let to = to.max(self.range.start);
        let before = if from > self.line_range.start { "…" } else { "" };
        let after = if to < self.line_range.end { "…" } else { "" };
        let shift = |at: usize| at.min(to) - from + before.len();
        (format!("{before}{}{after}", &text[from..to]), shift(self.range.start)..shift(self.range.end))
    }

    fn mark(&self, range: Range<usize>) -> Mark<'a> {
        Mark { range, line: self.line, column: self.column, words: self.words, primary: self.primary }
    }
}

/// What to show of the files, the diagnostic's own place first.
fn excerpts<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Excerpt<'a>> {
    let label = diagnostic.label.iter().map(|l| (l, true));
    let related = diagnostic.related.iter().map(|l| (l, false));
    let mut places: Vec<Place<'a>> = label
        .chain(related)
        .filter_map(|(label, primary)| Place::of(label.span, &label.text, primary, sources))
        .collect();
    let mut excerpts = Vec::new();
    while !places.is_empty() {
        let first = places.remove(0);
        if first.line_range.len() > LONG_LINE {
            let (text, range) = first.cut();
            let mark = first.mark(range);
            excerpts.push(Excerpt {
                name: &first.file.name,
                first_line: first.line,
                text,
                marks: vec![mark],
                cut: true,
            });
            continue;
        }
        let joins = |other: &Place<'_>| {
            std::ptr::eq(other.file, first.file)
                && other.line.abs_diff(first.line) <= NEARBY_LINES
                && other.line_range.len() <= LONG_LINE
        };
        let (mut group, rest): (Vec<_>, Vec<_>) = places.into_iter().partition(joins);
        places = rest;
        group.insert(0, first);
        excerpts.push(join(&group));
    }
    excerpts
}

/// One excerpt from the first to the last of some places in one file. Long lines between them are left blank.
fn join<'a>(places: &[Place<'a>]) -> Excerpt<'a> {
    let file = places[0].file;
    let top = places.iter().min_by_key(|p| p.line_range.start).expect("an excerpt shows at least one place");
    let bottom = places.iter().map(|p| p.line_range.end).max().expect("an excerpt shows at least one place");
    let mut text = String::new();
    // Where each line begins in the file and in the excerpt.
    let mut starts = Vec::new();
    let mut at = top.line_range.start;
    for line in file.text[at..bottom].split('\n') {
        starts.push((at, text.len()));
        at += line.len() + 1;
        let shown = line.strip_suffix('\r').unwrap_or(line);
        text.push_str(if shown.len() > LONG_LINE { "" } else { shown });
        text.push('\n');
    }
    text.pop();
    let shift = |place: &Place<'_>, offset: usize| {
        let line = starts.partition_point(|(start, _)| *start <= place.line_range.start) - 1;
        offset - place.line_range.start + starts[line].1
    };
    let marks = places.iter().map(|p| p.mark(shift(p, p.range.start)..shift(p, p.range.end))).collect();
    Excerpt { name: &file.name, first_line: top.line, text, marks, cut: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Mistake};

    fn shown(build: impl FnOnce(FileId, FileId, &mut Diagnostics)) -> String {
        let mut sources = Sources::default();
        let first = sources.add("a.toml", "x = 1\n\ty = \"日本語\" # oops\nz = 3\n\n\n\n\nw = 4");
        let second = sources.add("dir/b.toml", format!("q = [{}]\nw = 4\n", "1, ".repeat(1000)));
        let mut diagnostics = Diagnostics::default();
        build(first, second, &mut diagnostics);
        render(&diagnostics, &sources, Style::Plain)
    }

    #[test]
    fn marks_stand_under_what_they_mark() {
        let text = shown(|a, _, d| {
            d.push(Diagnostic::error(Mistake::UnknownName, Span::new(a, 11, 22), "`y` is odd").label("this"))
        });
        let (line, marks) = text.split_once("日本語").unwrap();
        assert!(line.contains("a.toml:2:") && marks.contains("^^^^") && marks.contains("this"), "{text}");
        assert!(text.ends_with("1 error\n") || text.trim_end().ends_with("1 error"), "{text}");
    }

    #[test]
    fn very_long_lines_are_cut_around_the_mark() {
        let text = shown(|_, b, d| {
            d.push(Diagnostic::error(Mistake::UnknownName, Span::new(b, 300, 301), "far").label("here"))
        });
        assert!(text.contains("here") && text.lines().all(|line| line.chars().count() < 300), "{text}");
    }

    #[test]
    fn places_outside_every_file_do_no_harm() {
        let text = shown(|a, b, d| {
            d.push(Diagnostic::error(Mistake::UnknownName, Span::new(a, 40, 90), "end").label("missing"));
            d.push(Diagnostic::error(Mistake::UnknownName, Span::new(FileId(9), 40, 90), "nowhere").label("missing"));
            d.push(
                Diagnostic::without_place(Mistake::UnreadableFile, "there is no file")
                    .related(Span::new(b, 5000, 5001), "x")
                    .help("look"),
            );
        });
        for words in ["end", "nowhere", "there is no file", "look", "3 errors"] {
            assert!(text.contains(words), "{words}: {text}");
        }
    }

    #[test]
    fn colours_are_there_only_when_asked_for() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "x = 1");
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(Diagnostic::warning(Mistake::NoSource, Span::new(file, 0, 1), "plain"));
        assert!(render(&diagnostics, &sources, Style::Coloured).contains("\u{1b}["));
        assert!(!render(&diagnostics, &sources, Style::Plain).contains('\u{1b}'));
    }
}
