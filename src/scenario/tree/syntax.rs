//! What is wrong with a text that is not TOML, in plain words.
//!
//! In: the errors of the TOML parser, and the tokens of the text. Out: one diagnostic per line at fault, which says what
//! to type. The parser's own words are for programmers ("missing assignment between key-value pairs"), and one slip
//! makes several of them; both are mended here.

use toml_parser::lexer::TokenKind;

use super::tokens::Tokens;
use super::{Soundness, too_deep};
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Mistake, Span};

/// Lines that are reported; a text with more mistakes is something else than TOML.
const MOST_ERRORS: usize = 1000;

/// One place that the parser refuses, and its words.
pub(super) struct Fault {
    start: usize,
    end: usize,
    message: String,
}

impl Fault {
    pub(super) fn of(error: &toml::de::Error) -> Self {
        let range = error.span().unwrap_or_default();
        Fault { start: range.start, end: range.end, message: error.message().to_owned() }
    }

    /// Whether the parser reads nothing below it.
    fn is_dead_end(&self) -> bool {
        self.is_open_header()
            || self.message.starts_with("key with no value")
            || self.message.starts_with("missing value for key")
    }

    pub(super) fn is_open_header(&self) -> bool {
        self.message.starts_with("unclosed table") || self.message.starts_with("unclosed array table")
    }

    pub(super) fn is_duplicate(&self) -> bool {
        self.message.starts_with("duplicate key")
    }
}

/// The text with spaces for the lines at which the parser gives up, if there are any.
pub(super) fn without_dead_ends(text: &str, faults: &[Fault]) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut done = 0;
    let mut ends: Vec<usize> = faults.iter().filter(|f| f.is_dead_end()).map(|f| f.start.min(text.len())).collect();
    ends.sort_unstable();
    ends.dedup();
    for at in ends.iter().copied() {
        if at < done {
            continue;
        }
        let start = text.as_bytes()[..at].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
        done = text.as_bytes()[at..].iter().position(|b| *b == b'\n').map_or(text.len(), |n| at + n);
        bytes[start..done].fill(b' ');
    }
    if ends.is_empty() { None } else { String::from_utf8(bytes).ok() }
}

/// Reports the parser's errors, one a line, and says how far the tree can be relied on in spite of them.
pub(super) fn report(
    file: FileId,
    text: &str,
    tokens: &Tokens,
    mut found: Vec<Fault>,
    diagnostics: &mut Diagnostics,
) -> Soundness {
    found.sort_by_key(|fault| (fault.start, fault.end));
    let mut broken = false;
    if found.iter().any(|f| f.message.starts_with("unclosed array,") || f.message.starts_with("unclosed inline"))
        && let Some(open) = tokens.first_unclosed()
    {
        // Everything behind it was read as a part of it.
        let at = open.span().start();
        found.retain(|fault| fault.start < at);
        let (sign, close) = if open.kind() == TokenKind::LeftSquareBracket { ("[", "]") } else { ("{", "}") };
        let span = Span::new(file, at, open.span().end());
        diagnostics.push(
            Diagnostic::error(Mistake::UnclosedBracket, span, format!("this `{sign}` is never closed"))
                .label(format!("needs a `{close}`"))
                .note("what stands below it could not be checked")
                .help(format!("add the `{close}` where the list or table ends")),
        );
        broken = true;
    }
    let mut lines = Vec::new();
    let mut line_end = None;
    for Fault { start, end, message } in found {
        // The first mistake of a line explains the others on it.
        if line_end.is_some_and(|at| start <= at) || lines.len() == MOST_ERRORS {
            continue;
        }
        let start = text.floor_char_boundary(start.min(text.len()));
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        line_end = Some(text[start..].find('\n').map_or(text.len(), |at| start + at));
        lines.push(line);
        broken |= ["unclosed", "invalid multi-line", "cannot recurse"].iter().any(|m| message.starts_with(m));
        let place = Place { file, text, tokens, line, start, end };
        diagnostics.push(place.in_plain_words(&message));
    }
    match (broken, lines.is_empty()) {
        (true, _) => Soundness::Broken,
        (false, true) => Soundness::Sound,
        (false, false) => Soundness::BrokenLines(lines),
    }
}

/// What the parser refuses, within its text.
struct Place<'a> {
    file: FileId,
    text: &'a str,
    tokens: &'a Tokens,
    /// Where its line begins.
    line: usize,
    start: usize,
    end: usize,
}

impl<'a> Place<'a> {
    fn error(&self, mistake: Mistake, start: usize, end: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(mistake, Span::new(self.file, start, end), message)
    }

    fn here(&self, mistake: Mistake, message: impl Into<String>) -> Diagnostic {
        self.error(mistake, self.start, self.end, message)
    }

    /// The place, and what would be right there.
    fn instead(&self, diagnostic: Diagnostic, text: &str) -> Diagnostic {
        diagnostic.help(format!("write `{text}`")).fix(Span::new(self.file, self.start, self.end), text)
    }

    /// What the parser points at.
    fn found(&self) -> &'a str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// The rest of the line, without its comment's surroundings.
    fn rest(&self) -> &'a str {
        self.text.get(self.start..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim_end()
    }

    /// The line up to the place.
    fn before(&self) -> &'a str {
        self.text.get(self.line..self.start).unwrap_or_default().trim()
    }

    fn in_plain_words(&self, message: &str) -> Diagnostic {
        let (problem, expected) = message.split_once(", expected ").unwrap_or((message, ""));
        match problem {
            "string values must be quoted" => self.bare_text(),
            "missing value" => self.no_value(),
            "key with no value" | "missing value for key" => self.no_equals(),
            "invalid unquoted key" => self.odd_name(),
            "unquoted keys cannot be empty" => {
                let error = self.here(Mistake::OddKey, "a name is missing").label("expected a name here");
                error.help("write `name = value` or `[name]`")
            }
            "duplicate key" => self.twice(),
            "unexpected key or value" => self.after_the_end(),
            "unclosed table" | "unclosed array table" => self.open_header(expected),
            "extra `=`" => {
                let error = self.here(Mistake::StraySign, "one `=` too many").label("a key takes one `=`");
                error.help("remove it; `==` compares within an expression")
            }
            "missing comma between array elements" => {
                let error = self.here(Mistake::MissingComma, "a comma is missing in this list").label("put a `,` here");
                error.help("write `[1, 2]`: one `,` between two entries")
            }
            "missing comma between key-value pairs" | "extra assignment between key-value pairs" => self
                .here(Mistake::MissingComma, "a comma is missing between two entries of `{ … }`")
                .label("put a `,` before this entry")
                .help("write `{ a = 1, b = 2 }`"),
            "missing assignment between key-value pairs" => {
                let error = self.here(Mistake::MissingEquals, "a `=` is missing");
                error.label("put a `=` between the name and its value").help("write `{ name = value }`")
            }
            "extra comma in array" | "extra comma in inline table" => {
                self.here(Mistake::StraySign, "one comma too many").label("nothing stands before it").help("remove it")
            }
            "unexpected `=` in array" => self
                .here(Mistake::StraySign, "a list cannot hold `name = value`")
                .help("put entries with names into braces: `{ name = value }`"),
            "missing array opening" => self
                .here(Mistake::StraySign, "this `]` closes nothing")
                .label("there is no `[` before it")
                .help("remove it, or add the `[`"),
            "missing inline table opening" => self
                .here(Mistake::StraySign, "this `}` closes nothing")
                .label("there is no `{` before it")
                .help("remove it, or add the `{`"),
            "missing key for inline table element" | "invalid inline table element" | "invalid key-value pair" => self
                .here(Mistake::MissingEquals, "expected `name = value` here")
                .help("between `{` and `}` stand entries such as `value = 1`, with commas between them"),
            "invalid boolean" => self
                .here(Mistake::NotTrueOrFalse, format!("`{}` is neither `true` nor `false`", self.found()))
                .help("write `true` or `false`, in small letters and without quotes"),
            "unexpected leading zero" => {
                self.here(Mistake::OddNumber, "a number cannot begin with 0").help("leave the leading zeros out")
            }
            "invalid fraction" => {
                self.here(Mistake::OddNumber, "a digit is missing after the point").help("write `1.0` or `1`")
            }
            "invalid mantissa" => {
                self.here(Mistake::OddNumber, "a digit is missing before the point").help("write `0.5`, not `.5`")
            }
            "missing escaped value" | "too few unicode value digits" | "invalid unicode" => self
                .here(Mistake::OddEscape, "`\\` begins a special character in text, and this is none")
                .help("write `\\\\` for the sign itself, or put the text in single quotes: '…'"),
            "cannot recurse further; max recursion depth met" => too_deep(Span::new(self.file, self.start, self.end)),
            p if p.contains("string") && matches!(expected, "`\"`" | "`'`" | "'`'`") => self.open_quote(expected),
            p if p.starts_with("invalid date") || p.starts_with("invalid time") => self
                .here(Mistake::OddDate, format!("`{}` is not a date", self.found()))
                .label(expected.to_owned())
                .help("write dates as year-month-day, such as `2026-01-05`"),
            p if p.contains("carriage return") || p.contains("comment character") || p.contains("string") => self
                .here(Mistake::ControlCharacter, "a control character stands here, which cannot be seen")
                .help("delete it; a tab or a line break in text is written \\t or \\n"),
            p if p.starts_with("cannot extend") => {
                let name = self.found();
                let message = format!("`{name}` already has a value, so nothing can be put inside it");
                let error = self.here(Mistake::InsideAValue, message);
                let error = error.help(format!("make a table of it, as in `{name} = {{ … }}`, or choose another name"));
                self.with_first_mention(error, "it has its value here")
            }
            p => self
                .here(Mistake::Syntax, format!("this cannot be read: {p}"))
                .help("one `name = value` a line; text and expressions stand in quotes"),
        }
    }

    /// `x = hello`, and everything else that is no value.
    fn bare_text(&self) -> Diagnostic {
        let found = self.found();
        let next = self.text.get(self.end..).and_then(|rest| rest.trim_start_matches([' ', '\t']).chars().next());
        if found.is_empty() {
            self.no_value()
        } else if next == Some('=') || found.split_whitespace().all(|w| w.parse::<f64>().is_ok()) {
            let error = self.here(Mistake::MissingComma, "a comma is missing").label("put a `,` between the two");
            error.help("write `[1, 2]`: one `,` between two entries")
        } else if let Some(value) = found.strip_suffix(';') {
            let error = self.here(Mistake::AfterTheEnd, "a line does not end with `;` here");
            self.instead(error.label("no `;` is needed"), value)
        } else if found.contains(['“', '”', '„', '‘', '’', '«', '»']) {
            let straight = found.replace(['“', '”', '„', '«', '»', '‘', '’'], "\"");
            let error = self.here(Mistake::TypographicQuotes, "these quotes are typographic ones");
            let note = "a word processor may have changed them, a plain-text editor does not";
            self.instead(error.label("use straight quotes").note(note), &straight)
        } else if matches!(found.to_lowercase().as_str(), "yes" | "no" | "on" | "off") {
            let truth = matches!(found.to_lowercase().as_str(), "yes" | "on");
            let message = format!("`{found}` is neither `true` nor `false`");
            self.instead(self.here(Mistake::NotTrueOrFalse, message), if truth { "true" } else { "false" })
        } else if found.contains('/') && found.chars().all(|c| c.is_ascii_digit() || c == '/') {
            self.here(Mistake::OddDate, format!("`{found}` is not a date"))
                .help("write dates as year-month-day without quotes, such as `2026-01-05`")
        } else {
            let shown: String = found.chars().take(60).collect();
            let error = self
                .here(Mistake::MissingQuotes, "text and expressions must stand in quotes")
                .label("there are no quotes around this");
            if found.contains('"') || shown.len() < found.len() {
                error.help("put \" before and after it")
            } else {
                self.instead(error, &format!("\"{found}\""))
            }
        }
    }

    fn no_value(&self) -> Diagnostic {
        let name = self.before().trim_end_matches('=').trim();
        let error = if name.is_empty() || name.contains(['{', '[', '=']) {
            self.here(Mistake::NoValue, "a value is missing after `=`")
        } else {
            self.here(Mistake::NoValue, format!("`{name}` has no value"))
        };
        error.label("expected a value here").help("write a number, text in quotes, a list `[…]` or a table `{…}`")
    }

    fn no_equals(&self) -> Diagnostic {
        let name = self.before();
        let rest = self.rest().trim_start();
        let start = self.line + self.text[self.line..].find(name).unwrap_or(0);
        let message = format!("`{name}` is not followed by `=`");
        let error = self.error(Mistake::MissingEquals, start, self.start, message);
        if let Some(sign) = ["//", ";", "--", "/*"].into_iter().find(|sign| name.starts_with(sign)) {
            let end = self.line + self.text[self.line..].find(sign).unwrap_or(0) + sign.len();
            return self
                .error(Mistake::WrongComment, end - sign.len(), end, format!("a comment does not begin with `{sign}`"))
                .help("write `#` before a comment")
                .fix(Span::new(self.file, end - sign.len(), end), "#");
        }
        if let Some(bare) = name.strip_suffix(':') {
            let colon = start + bare.len();
            let error = self.error(Mistake::MissingEquals, colon, colon + 1, "`:` does not belong here");
            let fix = Span::new(self.file, colon, colon + 1);
            return error.help(format!("write `{bare} = …`, with `=`")).fix(fix, " =");
        }
        match rest.split_once('=') {
            Some((more, _)) if more.chars().all(|c| c.is_alphanumeric() || c == ' ') && !more.trim().is_empty() => {
                error.label("a name with spaces needs quotes").help(format!("write `\"{name} {}\" = …`", more.trim()))
            }
            _ => error
                .label("expected `name = value`")
                .help("a comment begins with `#`, and text over several lines stands between `\"\"\"` and `\"\"\"`"),
        }
    }

    fn odd_name(&self) -> Diagnostic {
        let found = self.found();
        match found {
            "//" | ";" | "--" | "/*" => self
                .here(Mistake::WrongComment, format!("a comment does not begin with `{found}`"))
                .help("write `#` before a comment")
                .fix(Span::new(self.file, self.start, self.end), "#"),
            ":" => self.here(Mistake::MissingEquals, "`:` does not belong here").help("write `name = value`, with `=`"),
            _ => self
                .here(Mistake::OddKey, format!("`{found}` cannot be part of a bare name"))
                .label("names are letters from a to z, digits, `_` and `-`")
                .help("put the name in quotes if it must be so"),
        }
    }

    fn twice(&self) -> Diagnostic {
        let name = self.found();
        let error = Diagnostic::error(
            Mistake::DuplicateKey,
            Span::new(self.file, self.start, self.end),
            format!("`{name}` is given twice"),
        )
        .label("the second time");
        let error = self.with_first_mention(error, "the first time");
        if self.before().starts_with('[') {
            error.help("put both parts under one heading, or give one of them another name")
        } else {
            error.help("keep one of the two")
        }
    }

    fn with_first_mention(&self, error: Diagnostic, words: &str) -> Diagnostic {
        match self.tokens.first_mention(self.text, self.start) {
            Some((start, end)) => error.related(Span::new(self.file, start, end), words),
            None => error,
        }
    }

    fn after_the_end(&self) -> Diagnostic {
        let rest = self.rest();
        let (start, end) = (self.start, self.start + rest.len());
        let error = self.error(Mistake::AfterTheEnd, start, end, "the line should end here");
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if rest.starts_with(',') && digit(self.before().chars().last()) && digit(rest.chars().nth(1)) {
            self.error(Mistake::OddNumber, start, end, "a comma cannot stand in a number")
                .label("decimals take a point")
                .help("write `1.5`, not `1,5`")
        } else if self.before().ends_with(['"', '\'']) {
            error
                .label("this is outside the quotes")
                .help("within \"…\", write \\\" for a quote, or use single quotes around: '…'")
        } else {
            error.label("this is too much").help("one `name = value` a line; text and expressions stand in quotes")
        }
    }

    fn open_header(&self, expected: &str) -> Diagnostic {
        let close = expected.trim_matches('`');
        let rest = self.rest();
        let header = self.before();
        let end = self.start.max(self.line + header.len());
        let error = self.error(Mistake::UnclosedHeading, self.line, end, "this heading is not closed");
        match rest.trim_start().split_once(']') {
            Some((more, _)) if !more.is_empty() && !header.contains('"') => {
                let name = header.trim_start_matches('[').rsplit('.').next().unwrap_or_default();
                error.label("a name with spaces or other signs needs quotes").help(format!(
                    "write `\"{name} {}\"`, or `{name}_{}`",
                    more.trim(),
                    more.trim().replace(' ', "_")
                ))
            }
            _ => error.label(format!("needs `{close}`")).help(format!("write `{header}{close}`")),
        }
    }

    fn open_quote(&self, expected: &str) -> Diagnostic {
        let quote = if expected.contains('\'') { "'" } else { "\"" };
        let start = self.tokens.ending_at(self.start).map_or(self.start, |t| t.span().start());
        let opening = &self.text[start..self.start];
        let quote = if opening.starts_with(&quote.repeat(3)) { quote.repeat(3) } else { quote.to_owned() };
        self.error(Mistake::UnclosedQuote, start, self.start, "this text has no closing quote")
            .label(format!("needs `{quote}` at its end"))
            .help(format!("write `{quote}` where the text ends"))
    }
}
