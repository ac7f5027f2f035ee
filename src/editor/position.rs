//! Places in the editor's count: lines, and columns in UTF-16 units, both from 0; ours are bytes.
//!
//! Any position is answered: one behind the end of its line or of the text is the end, one within a character its start.

use lsp_types::{Position, Range};

/// A text cut into lines.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Lines end with `\n`, `\r\n` or a lone `\r`.
    pub fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The line's text without its end.
    fn line(&self, line: usize) -> &'t str {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        self.text[self.starts[line]..end].trim_end_matches(['\n', '\r'])
    }

    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let content = self.line(line);
        let mut units = position.character as usize;
        if content.is_ascii() {
            return start + units.min(content.len());
        }
        for (at, c) in content.char_indices() {
            if units < c.len_utf16() {
                return start + at;
            }
            units -= c.len_utf16();
        }
        start + content.len()
    }

    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let units = if before.is_ascii() { before.len() } else { before.chars().map(char::len_utf16).sum() };
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: clip(line), character: clip(units) }
    }

    pub fn range(&self, start: usize, end: usize) -> Range {
        Range { start: self.position(start), end: self.position(end.max(start)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, offset: usize, line: u32, character: u32) {
        let lines = Lines::of(text);
        assert_eq!(lines.position(offset), Position { line, character });
        assert_eq!(lines.offset(Position { line, character }), offset);
    }

    #[test]
    fn columns_count_utf16_units() {
        check("ä😀x", 0, 0, 0);
        check("ä😀x", 2, 0, 1);
        check("ä😀x", 6, 0, 3);
        check("ä😀x", 7, 0, 4);
        check("a\r\nä😀x\rz", 3, 1, 0);
        check("a\r\nä😀x\rz", 9, 1, 3);
        check("a\r\nä😀x\rz", 11, 2, 0);
        check("", 0, 0, 0);
        check("a\n", 2, 1, 0);
    }

    #[test]
    fn positions_outside_are_the_nearest_inside() {
        let lines = Lines::of("ab\n😀\n");
        let offset = |line, character| lines.offset(Position { line, character });
        assert_eq!(offset(0, 99), 2, "not past the end of the line");
        assert_eq!(offset(1, 1), 3, "not within a character");
        assert_eq!(offset(99, 0), 8);
        assert_eq!(offset(u32::MAX, u32::MAX), 8);
        assert_eq!(lines.position(5), Position { line: 1, character: 0 });
        assert_eq!(lines.position(usize::MAX), Position { line: 2, character: 0 });
    }

    proptest! {
        #[test]
        fn every_character_is_found_again(text in "[a-cä😀\\n\\r]{0,30}") {
            let lines = Lines::of(&text);
            for (offset, c) in text.char_indices().filter(|(_, c)| !matches!(c, '\n' | '\r')) {
                let position = lines.position(offset);
                prop_assert_eq!(lines.offset(position), offset);
                let next = Position { character: position.character + c.len_utf16() as u32, ..position };
                prop_assert_eq!(lines.offset(next), offset + c.len_utf8());
            }
        }
    }
}
