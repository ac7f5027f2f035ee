//! The words and signs of a TOML text, for what must be known before it is parsed, or when it cannot be.

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// Names joined with points in one key, at most.
const LONGEST_KEY: usize = 16;

/// The words and signs of a text.
pub(super) struct Tokens {
    tokens: Vec<Token>,
}

impl Tokens {
    pub(super) fn of(text: &str) -> Self {
        Tokens { tokens: Source::new(text).lex().into_vec() }
    }

    /// Where a key joins more names than can be nested. The parser would build (and drop) tables as deep as that.
    pub(super) fn too_long_a_key(&self) -> Option<(usize, usize)> {
        let mut dots = 0;
        let mut start = 0;
        for token in &self.tokens {
            match token.kind() {
                TokenKind::Dot => {
                    dots += 1;
                    if dots >= LONGEST_KEY {
                        return Some((start, token.span().end()));
                    }
                }
                TokenKind::Atom
                | TokenKind::Whitespace
                | TokenKind::BasicString
                | TokenKind::LiteralString
                | TokenKind::MlBasicString
                | TokenKind::MlLiteralString => {}
                _ => {
                    dots = 0;
                    start = token.span().end();
                }
            }
        }
        None
    }

    /// The first bracket or brace that nothing closes.
    pub(super) fn first_unclosed(&self) -> Option<Token> {
        let mut open: Vec<Token> = Vec::new();
        for token in &self.tokens {
            match token.kind() {
                TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => open.push(*token),
                // What such a sign closes stands further out, so the innermost is the culprit.
                TokenKind::RightSquareBracket if is(open.last(), TokenKind::LeftCurlyBracket) => return open.pop(),
                TokenKind::RightCurlyBracket if is(open.last(), TokenKind::LeftSquareBracket) => return open.pop(),
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.first().copied()
    }

    /// The token that ends at this offset.
    pub(super) fn ending_at(&self, offset: usize) -> Option<Token> {
        let at = self.tokens.partition_point(|t| t.span().end() < offset);
        self.tokens[at..].iter().take_while(|t| t.span().end() == offset).find(|t| !t.span().is_empty()).copied()
    }

    /// The key or header before `offset` that first says what the one at `offset` says again: the nearest key of that
    /// text under the same header, or else the same header.
    pub(super) fn first_mention(&self, text: &str, offset: usize) -> Option<(usize, usize)> {
        let word = |t: &Token| text.get(t.span().start()..t.span().end()).unwrap_or_default();
        let before = &self.tokens[..self.tokens.partition_point(|t| t.span().start() < offset)];
        let again = self.tokens[before.len()..].first().map(word)?;
        let line_begins = |i: usize| {
            before[..i]
                .iter()
                .rev()
                .find(|t| t.kind() != TokenKind::Whitespace)
                .is_none_or(|t| t.kind() == TokenKind::Newline)
        };
        let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let in_header = text[line_start..offset].trim_start().starts_with('[');
        let header = |from: usize| {
            let line = text[from..].lines().next().unwrap_or_default();
            line.split('#').next().unwrap_or_default().trim()
        };
        for (i, token) in before.iter().enumerate().rev().take(20_000) {
            if in_header {
                let start = token.span().start();
                if start < line_start
                    && token.kind() == TokenKind::LeftSquareBracket
                    && line_begins(i)
                    && trim_brackets(header(start)) == trim_brackets(header(line_start))
                {
                    return Some((start, start + header(start).len()));
                }
            } else if token.kind() == TokenKind::LeftSquareBracket && line_begins(i) {
                return None;
            } else if word(token) == again && is_key(&self.tokens[i..]) {
                return Some((token.span().start(), token.span().end()));
            }
        }
        None
    }
}

fn trim_brackets(header: &str) -> &str {
    header.trim_matches(['[', ']', ' '])
}

fn is(token: Option<&Token>, kind: TokenKind) -> bool {
    token.is_some_and(|t| t.kind() == kind)
}

/// Whether the first of these tokens is followed by `=` or a point.
fn is_key(tokens: &[Token]) -> bool {
    let next = tokens[1..].iter().find(|t| t.kind() != TokenKind::Whitespace);
    is(next, TokenKind::Equals) || is(next, TokenKind::Dot)
}
