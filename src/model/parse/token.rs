//! Words and signs of an expression, each with its place in the text.

use crate::model::expression::Comparison;

/// One word or sign: bytes `start..end` of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind<'a> {
    Number(f64),
    Name(&'a str),
    Compare(Comparison),
    /// One of `+ - * / ^ ( ) , . % =`.
    Symbol(char),
}

impl Token<'_> {
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }
}

/// A character that is no part of the language, or a number that is none.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenError {
    pub start: usize,
    pub end: usize,
    pub message: String,
    pub help: String,
    /// What to type in its place, where that is known.
    pub instead: Option<&'static str>,
    /// Whether it is a number.
    pub is_number: bool,
}

/// Cuts a text into tokens.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Tokens { text, at: 0 }
    }

    /// Bytes from here on for which `part` holds.
    fn run(&self, from: usize, part: impl Fn(u8) -> bool) -> usize {
        self.text.as_bytes()[from..].iter().position(|&byte| !part(byte)).map_or(self.text.len(), |n| from + n)
    }

    fn number(&self, start: usize) -> Result<Token<'a>, TokenError> {
        let bytes = self.text.as_bytes();
        let digit = |byte: u8| byte.is_ascii_digit() || byte == b'_';
        let mut end = self.run(start, digit);
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end = self.run(end + 1, digit);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = self.run(end + 1 + sign, digit);
            }
        }
        let written = &self.text[start..end];
        match written.replace('_', "").parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Token { kind: TokenKind::Number(value), start, end }),
            _ => Err(TokenError {
                start,
                end,
                message: format!("`{written}` is not a number that can be computed with"),
                help: "write one of at most 300 digits, or as `1e12`".into(),
                instead: None,
                is_number: true,
            }),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, TokenError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.at += self.text[self.at..].len() - self.text[self.at..].trim_start().len();
        let start = self.at;
        let first = self.text[start..].chars().next()?;
        let next = self.text[start + first.len_utf8()..].chars().next();
        let token = |kind, length| Ok(Token { kind, start, end: start + length });
        let item = match (first, next) {
            ('0'..='9', _) => self.number(start),
            ('.', Some('0'..='9')) => Err(TokenError {
                start,
                end: start + 1,
                message: "a number begins with a digit".into(),
                help: "write `0.5`, not `.5`".into(),
                instead: Some("0."),
                is_number: false,
            }),
            ('a'..='z' | 'A'..='Z' | '_', _) => {
                let end = self.run(start, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
                Ok(Token { kind: TokenKind::Name(&self.text[start..end]), start, end })
            }
            ('<', Some('=')) => token(TokenKind::Compare(Comparison::LessOrEqual), 2),
            ('>', Some('=')) => token(TokenKind::Compare(Comparison::GreaterOrEqual), 2),
            ('=', Some('=')) => token(TokenKind::Compare(Comparison::Equal), 2),
            ('!', Some('=')) => token(TokenKind::Compare(Comparison::NotEqual), 2),
            ('<', _) => token(TokenKind::Compare(Comparison::Less), 1),
            ('>', _) => token(TokenKind::Compare(Comparison::Greater), 1),
            ('+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' | '.' | '%' | '=', _) => token(TokenKind::Symbol(first), 1),
            _ => {
                let instead = instead_of(first);
                // `&&` and `||` are one sign.
                let twice = matches!(first, '&' | '|') && next == Some(first);
                let end = start + if twice { 2 } else { first.len_utf8() };
                Err(TokenError {
                    start,
                    end,
                    message: format!("`{}` is not part of an expression", self.text[start..end].escape_debug()),
                    help: match instead {
                        Some(instead) => format!("write `{}`", instead.trim_end()),
                        None => "names are letters from a to z, digits and `_`; take the sign out".into(),
                    },
                    instead,
                    is_number: false,
                })
            }
        };
        self.at = match &item {
            Ok(token) => token.end,
            Err(_) => self.text.len(),
        };
        Some(item)
    }
}

/// How the language writes what a sign from elsewhere means.
fn instead_of(sign: char) -> Option<&'static str> {
    Some(match sign {
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '×' | '·' => "*",
        '−' | '–' => "-",
        '÷' => "/",
        '&' => "and",
        '|' => "or",
        '!' => "not ",
        _ => return None,
    })
}
