//! What stands at an offset of a text that may be broken there: a heading, a key or a value, and of which table.
//!
//! In: a text and an offset in it, typically that of a cursor. Out: a [`Place`]. Goes by the words and signs alone, since
//! a tree may be lost just where somebody is typing; a heading ends whatever was left open above it.

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// A step from a table or list into what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    /// An item of a list.
    Item,
}

/// Where an offset is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the whole file to the table at hand; for a value, to the value itself.
    pub path: Vec<Step>,
    pub at: At,
    /// The other keys of the table at hand, with their text if they have one.
    pub siblings: Vec<(String, Option<String>)>,
}

/// What may stand there. Offsets are those of the word that the cursor is in or beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// A heading, `[a.b]` or `[[a.b]]`: everything from behind its brackets on, and the names before the word at hand.
    Header { list: bool, start: usize, end: usize, before: Vec<String> },
    /// A key; `given` if a `=` follows it.
    Key { start: usize, end: usize, given: bool },
    /// Within the quotes of a text, which may not be closed yet.
    Text { start: usize, end: usize },
    /// A value that is not in quotes, or none yet.
    Bare { start: usize, end: usize },
    /// A comment, or behind a value.
    Nothing,
}

/// Finds the place of an offset.
pub fn place(text: &str, offset: usize) -> Place {
    let mut scan = Scan::new(text, offset);
    let tokens = Source::new(text).lex().into_vec();
    for (index, token) in tokens.iter().enumerate() {
        if scan.found.is_none() {
            scan.look(token, &tokens[index + 1..]);
        }
        scan.take(token);
    }
    scan.finish()
}

/// What may come next.
#[derive(Clone, Debug)]
enum Mode {
    Header {
        list: bool,
        start: usize,
        names: Vec<String>,
    },
    /// With the names before a point.
    Key(Vec<String>),
    Value,
    AfterValue {
        newline: bool,
    },
}

/// A table or list that is open.
struct Frame {
    id: usize,
    path: Vec<Step>,
    list: bool,
}

/// A key that was seen in a table.
struct Seen {
    table: usize,
    start: usize,
    name: String,
    text: Option<String>,
}

struct Scan<'t> {
    text: &'t str,
    offset: usize,
    /// The first is the table of the last heading.
    frames: Vec<Frame>,
    mode: Mode,
    /// Path of the value that is expected.
    value: Vec<Step>,
    /// The last word and where it begins.
    word: Option<(String, usize)>,
    next_id: usize,
    seen: Vec<Seen>,
    found: Option<(Place, usize)>,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str, offset: usize) -> Self {
        let root = Frame { id: 0, path: Vec::new(), list: false };
        Scan {
            text,
            offset,
            frames: vec![root],
            mode: Mode::Key(Vec::new()),
            value: Vec::new(),
            word: None,
            next_id: 1,
            seen: Vec::new(),
            found: None,
        }
    }

    fn frame(&self) -> &Frame {
        self.frames.last().expect("the table of the heading is never closed")
    }

    /// The offset's place, if it is in or before this token.
    fn look(&mut self, token: &Token, rest: &[Token]) {
        let (start, end) = (token.span().start(), token.span().end());
        let offset = self.offset;
        let (start, end) = match token.kind() {
            TokenKind::Whitespace if (start..end).contains(&offset) => (offset, offset),
            TokenKind::Whitespace => return,
            TokenKind::Comment if start < offset && offset <= end => {
                self.found = Some((Place { path: Vec::new(), at: At::Nothing, siblings: Vec::new() }, self.frame().id));
                return;
            }
            kind if is_word(kind) && (start..=end).contains(&offset) => (start, end),
            kind if !is_word(kind) && offset <= start => (offset, offset),
            _ => return,
        };
        let mut path = self.frame().path.clone();
        let at = match &self.mode {
            Mode::Header { list, start: from, names } => {
                At::Header { list: *list, start: *from, end: end.max(*from), before: names.clone() }
            }
            Mode::Key(names) => {
                path.extend(names.iter().cloned().map(Step::Key));
                let next = rest.iter().map(Token::kind).find(|kind| *kind != TokenKind::Whitespace);
                let here = token.kind() == TokenKind::Equals;
                At::Key { start, end, given: here || next == Some(TokenKind::Equals) }
            }
            Mode::Value => {
                path.clone_from(&self.value);
                match quotes(token.kind(), self.text.get(start..end).unwrap_or_default()) {
                    Some((open, close)) if start + open <= offset && offset <= end - close => {
                        At::Text { start: start + open, end: end - close }
                    }
                    Some(_) if offset > start => At::Nothing,
                    Some(_) => At::Bare { start: offset, end: offset },
                    None => At::Bare { start, end },
                }
            }
            Mode::AfterValue { .. } => At::Nothing,
        };
        self.found = Some((Place { path, at, siblings: Vec::new() }, self.frame().id));
    }

    fn take(&mut self, token: &Token) {
        let start = token.span().start();
        match token.kind() {
            TokenKind::Newline => self.newline(),
            TokenKind::Dot => {
                if let (Mode::Header { names, .. } | Mode::Key(names), Some((word, _))) =
                    (&mut self.mode, self.word.take())
                {
                    names.push(word);
                }
            }
            TokenKind::Equals => self.equals(),
            TokenKind::Comma => {
                let (path, list) = (self.frame().path.clone(), self.frame().list);
                self.word = None;
                if self.frames.len() > 1 {
                    self.expect(path, list);
                }
            }
            TokenKind::LeftSquareBracket => self.open_square(start),
            TokenKind::LeftCurlyBracket => self.open(false),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => self.close(),
            kind if is_word(kind) => self.word(token),
            _ => {}
        }
    }

    /// What comes next in a table or a list.
    fn expect(&mut self, path: Vec<Step>, list: bool) {
        if list {
            self.value = path;
            self.value.push(Step::Item);
            self.mode = Mode::Value;
        } else {
            self.mode = Mode::Key(Vec::new());
        }
    }

    fn newline(&mut self) {
        match (&mut self.mode, self.frames.len()) {
            (Mode::AfterValue { newline }, 2..) => *newline = true,
            (_, 2..) => {}
            (Mode::Header { .. }, _) => self.end_header(),
            _ => {
                self.mode = Mode::Key(Vec::new());
                self.word = None;
            }
        }
    }

    fn equals(&mut self) {
        let Some((word, start)) = self.word.take() else {
            if let Mode::Key(_) = self.mode {
                self.value = self.frame().path.clone();
                self.mode = Mode::Value;
            }
            return;
        };
        let names = match &self.mode {
            Mode::Key(names) => names.clone(),
            // A list holds no keys: its bracket was left open.
            Mode::Value | Mode::AfterValue { .. } if self.frame().list => {
                self.frames.truncate(1);
                Vec::new()
            }
            _ => return,
        };
        if names.is_empty() {
            self.seen.push(Seen { table: self.frame().id, start, name: word.clone(), text: None });
        }
        self.value = self.frame().path.clone();
        self.value.extend(names.into_iter().chain([word]).map(Step::Key));
        self.mode = Mode::Value;
    }

    fn word(&mut self, token: &Token) {
        let (start, end) = (token.span().start(), token.span().end());
        let written = self.text.get(start..end).unwrap_or_default();
        let bare = match quotes(token.kind(), written) {
            Some((open, close)) => written.get(open..written.len() - close).unwrap_or_default(),
            None => written,
        };
        if let Mode::AfterValue { newline: true } = self.mode
            && !self.frame().list
        {
            // The next line of a table in braces without a comma: its brace was left open.
            self.frames.truncate(1);
            self.mode = Mode::Key(Vec::new());
        }
        if let Mode::Value = self.mode {
            if let (Some(seen), false) = (self.seen.last_mut(), written == bare)
                && matches!(self.value.last(), Some(Step::Key(key)) if *key == seen.name)
            {
                seen.text = Some(bare.to_owned());
            }
            self.mode = Mode::AfterValue { newline: false };
        }
        self.word = Some((bare.to_owned(), start));
    }

    fn open_square(&mut self, start: usize) {
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let first = self.text[line_start..start].trim().is_empty();
        match &mut self.mode {
            Mode::Header { list, start: from, names } if names.is_empty() && !*list && *from == start => {
                (*list, *from) = (true, start + 1);
            }
            Mode::Key(names) if self.frames.len() == 1 && names.is_empty() && self.word.is_none() => self.header(start),
            _ if first && self.frames.len() > 1 && is_heading(&self.text[start..]) => {
                self.frames.truncate(1);
                self.header(start);
            }
            Mode::Value => self.open(true),
            _ => {}
        }
    }

    fn header(&mut self, start: usize) {
        self.word = None;
        self.mode = Mode::Header { list: false, start: start + 1, names: Vec::new() };
    }

    fn end_header(&mut self) {
        let Mode::Header { list, names, .. } = &mut self.mode else { return };
        let (list, mut names) = (*list, std::mem::take(names));
        names.extend(self.word.take().map(|(word, _)| word));
        let mut path: Vec<Step> = names.into_iter().map(Step::Key).collect();
        if list {
            path.push(Step::Item);
        }
        self.frames = vec![Frame { id: self.next_id, path, list: false }];
        self.next_id += 1;
        self.mode = Mode::Key(Vec::new());
    }

    fn open(&mut self, list: bool) {
        if let Mode::Value = self.mode {
            let path = self.value.clone();
            self.frames.push(Frame { id: self.next_id, path: path.clone(), list });
            self.next_id += 1;
            self.word = None;
            self.expect(path, list);
        }
    }

    fn close(&mut self) {
        if let Mode::Header { .. } = self.mode {
            self.end_header();
            self.mode = Mode::AfterValue { newline: false };
        } else if self.frames.len() > 1 {
            self.frames.pop();
            self.mode = Mode::AfterValue { newline: false };
        }
        self.word = None;
    }

    fn finish(mut self) -> Place {
        let nothing = Place { path: Vec::new(), at: At::Nothing, siblings: Vec::new() };
        let (mut place, table) = self.found.take().unwrap_or((nothing, usize::MAX));
        let (from, to) = match place.at {
            At::Key { start, end, .. } => (start, end),
            _ => (usize::MAX, usize::MAX),
        };
        let others = self.seen.into_iter().filter(|seen| seen.table == table && !(from..=to).contains(&seen.start));
        place.siblings = others.map(|seen| (seen.name, seen.text)).collect();
        place
    }
}

fn is_word(kind: TokenKind) -> bool {
    kind == TokenKind::Atom || quotes(kind, "").is_some()
}

/// The lengths of the opening and closing quotes; those at the end may be missing.
fn quotes(kind: TokenKind, written: &str) -> Option<(usize, usize)> {
    let (mark, length) = match kind {
        TokenKind::BasicString => ("\"", 1),
        TokenKind::LiteralString => ("'", 1),
        TokenKind::MlBasicString => ("\"\"\"", 3),
        TokenKind::MlLiteralString => ("'''", 3),
        _ => return None,
    };
    let closed = written.len() >= 2 * length && written.ends_with(mark);
    Some((length.min(written.len()), if closed { length } else { 0 }))
}

/// Whether a line is a heading and nothing else: then no bracket above it can still be open.
fn is_heading(rest: &str) -> bool {
    let line = rest.lines().next().unwrap_or_default();
    let line = line.split('#').next().unwrap_or_default().trim();
    let inner = line.trim_start_matches('[').trim_end_matches(']');
    let brackets = line.len() - inner.len();
    let begins = inner.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"');
    (brackets == 2 || brackets == 4) && begins && !inner.contains(['[', ']', ',', '{', '=']) && inner.trim() == inner
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of `|` in a text.
    fn at(text: &str) -> (String, At, Vec<String>) {
        let offset = text.find('|').unwrap();
        let place = place(&text.replacen('|', "", 1), offset);
        let path: Vec<String> = place
            .path
            .iter()
            .map(|step| match step {
                Step::Key(key) => key.clone(),
                Step::Item => "*".to_owned(),
            })
            .collect();
        (path.join("."), place.at, place.siblings.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn keys_and_their_tables() {
        let (path, place, siblings) = at("[time]\nunit = \"week\"\nho|\nstep = 1\n");
        assert_eq!((path.as_str(), siblings), ("time", vec!["unit".to_owned(), "step".to_owned()]));
        assert_eq!(place, At::Key { start: 21, end: 23, given: false });
        let (path, place, siblings) = at("[[machines.a.transitions]]\nfrom = \"x\"\n|");
        assert_eq!((path.as_str(), siblings), ("machines.a.transitions.*", vec!["from".to_owned()]));
        assert!(matches!(place, At::Key { given: false, .. }));
        assert_eq!(at("x = { a = 1, b| = 2 }").0, "x");
        assert!(matches!(at("ti|tle = 3").1, At::Key { given: true, .. }));
    }

    #[test]
    fn values_in_quotes_even_if_nothing_closes_them() {
        let (path, place, _) = at("[a]\nrate = \"0.1 * pre|\nfrom = \"x\"\n");
        assert_eq!((path.as_str(), place), ("a.rate", At::Text { start: 12, end: 21 }));
        let (path, place, _) = at("[a]\nadd = { x = \"k|\" }");
        assert_eq!((path.as_str(), place), ("a.add.x", At::Text { start: 17, end: 18 }));
        assert_eq!(at("branches = [ { to = \"|\" } ]").0, "branches.*.to");
        assert_eq!(at("from = [\"a\", \"|\"]").0, "from.*");
        assert_eq!(at("basis = |").1, At::Bare { start: 8, end: 8 });
        assert_eq!(at("basis = \"x\"|").1, At::Nothing);
        assert_eq!(at("a = 1 # co|mment").1, At::Nothing);
    }

    #[test]
    fn headings_end_what_was_left_open() {
        assert_eq!(at("from = [\"a\", \n[[machines.a.transitions]]\nra|").0, "machines.a.transitions.*");
        assert_eq!(at("a = { b = 1\n[time]\nu|").0, "time");
        assert_eq!(at("from = [\"a\"\nto = \"|\"").0, "to");
        assert_eq!(at("a = { b = 1\nto = \"|\"").0, "to");
    }

    #[test]
    fn headings_being_typed() {
        let (_, place, _) = at("[machines.ru|");
        assert_eq!(place, At::Header { list: false, start: 1, end: 12, before: vec!["machines".to_owned()] });
        let (_, place, _) = at("[[machines.a.|]]\nx = 1");
        assert!(matches!(place, At::Header { list: true, ref before, .. } if before.len() == 2), "{place:?}");
        assert!(matches!(at("[|\n").1, At::Header { list: false, .. }));
    }

    #[test]
    fn any_offset_of_any_text_has_a_place() {
        let texts = ["", "[", "[[", "]]]", "= = =", "\"", "'''", "{{{[[", "a.b.c", "ä = \"😀\"\n[x", "a = [[[{,,,}]"];
        for text in texts {
            for offset in 0..=text.len() + 2 {
                place(text, offset);
            }
        }
    }
}
