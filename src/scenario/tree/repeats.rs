//! Names that a file says more than once because TOML wants it: `a` in `[a]`, `[a.b]` and `[[a.c]]`.
//!
//! In: the text of one file. Out: the places of each two mentions of the same table in a row. A tree keeps one of them.

use std::collections::BTreeMap;

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

use crate::diagnostic::{FileId, Span};

/// Places at which headings and keys with points name the same table, each with the next.
pub fn repeats(file: FileId, text: &str) -> Vec<[Span; 2]> {
    let mut last: BTreeMap<Vec<String>, Span> = BTreeMap::new();
    let mut pairs = Vec::new();
    let mut heading: Vec<String> = Vec::new();
    // What stands below `[[…]]` is of one item, and no other table is the same.
    let mut in_list = false;
    for line in Source::new(text).lex().into_vec().split(|token| token.kind() == TokenKind::Newline) {
        let signs: Vec<&Token> = line.iter().filter(|token| token.kind() != TokenKind::Whitespace).collect();
        let brackets = signs.iter().take_while(|token| token.kind() == TokenKind::LeftSquareBracket).count();
        let names = names(file, text, &signs[brackets..]);
        let mut path = match brackets {
            0 if in_list || names.len() < 2 => continue,
            0 => heading.clone(),
            1 | 2 => Vec::new(),
            _ => continue,
        };
        for (name, span) in &names {
            path.push(name.clone());
            if let Some(before) = last.insert(path.clone(), *span) {
                pairs.push([before, *span]);
            }
        }
        if brackets > 0 && !names.is_empty() {
            (heading, in_list) = (path, brackets == 2);
        }
    }
    pairs
}

/// The names at the start of a line that points join, if `=` or `]` follows.
fn names(file: FileId, text: &str, signs: &[&Token]) -> Vec<(String, Span)> {
    let mut names = Vec::new();
    for pair in signs.chunks(2) {
        let (start, end) = (pair[0].span().start(), pair[0].span().end());
        let written = text.get(start..end).unwrap_or_default();
        let name = match pair[0].kind() {
            TokenKind::Atom => written,
            TokenKind::BasicString => written.trim_matches('"'),
            TokenKind::LiteralString => written.trim_matches('\''),
            _ => return Vec::new(),
        };
        names.push((name.to_owned(), Span::new(file, start, end)));
        match pair.get(1).map(|token| token.kind()) {
            Some(TokenKind::Dot) => {}
            Some(TokenKind::Equals | TokenKind::RightSquareBracket) => return names,
            _ => return Vec::new(),
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_named_again_are_found() {
        let text =
            "[m.a]\nx = 1\n[m.a.s]\n[[m.a.t]]\ny.z = 1\n[[m.a.t]]\ny.z = 2\n[m]\nb.\"c d\" = 1\nb.e = 2\n[m.\"a\"]";
        let pairs = repeats(FileId(0), text);
        let written = |span: Span| &text[span.start as usize..span.end as usize];
        let of = |name: &str| pairs.iter().filter(|pair| written(pair[0]).trim_matches('"') == name).count();
        assert_eq!((of("a"), of("m"), of("t"), of("b"), of("y"), of("z")), (4, 5, 1, 1, 0, 0), "{pairs:?}");
        assert!(repeats(FileId(0), "[[[a]]]\n[a\n= 1\n[]\n\"").is_empty());
    }
}
