//! A text in blocks, rendered for a terminal or as Markdown.
//!
//! In: headings, paragraphs and items of nested lists; names and expressions stand in backticks. Out: the text wrapped at
//! a width, or Markdown. Knows nothing of what is said.

/// One block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::output) enum Block {
    /// Level 1 to 3.
    Heading(usize, String),
    Paragraph(String),
    /// Depth from 0.
    Item(usize, String),
}

/// A text to be read by people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    blocks: Vec<Block>,
}

impl Document {
    /// The blocks, for who sets them otherwise.
    pub(in crate::output) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(in crate::output) fn heading(&mut self, level: usize, text: impl Into<String>) {
        self.blocks.push(Block::Heading(level, text.into()));
    }

    /// A paragraph, unless it says nothing.
    pub(in crate::output) fn paragraph(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(Block::Paragraph(text));
        }
    }

    /// An item of a list, unless it says nothing.
    pub(in crate::output) fn item(&mut self, depth: usize, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(Block::Item(depth, text));
        }
    }

    /// For a terminal of so many columns; expressions longer than a line are broken at spaces, names never.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        let mut before: Option<&Block> = None;
        for block in &self.blocks {
            if before.is_some_and(|before| apart(before, block)) {
                text.push('\n');
            }
            match block {
                Block::Heading(level, heading) => {
                    wrap(heading, width, "", "", &mut text);
                    let rule = match level {
                        1 => "=",
                        2 => "-",
                        _ => "",
                    };
                    if !rule.is_empty() {
                        let longest = heading.chars().count().min(width);
                        text.push_str(&rule.repeat(longest));
                        text.push('\n');
                    }
                }
                Block::Paragraph(paragraph) => wrap(paragraph, width, "", "", &mut text),
                Block::Item(depth, item) => {
                    let indent = "  ".repeat(depth + 1);
                    let bullet = if *depth == 0 { '-' } else { '·' };
                    wrap(item, width, &format!("{indent}{bullet} "), &format!("{indent}  "), &mut text);
                }
            }
            before = Some(block);
        }
        text
    }

    /// As Markdown (CommonMark); what could be taken for markup is escaped outside of backticks.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let mut before: Option<&Block> = None;
        for block in &self.blocks {
            if before.is_some_and(|before| apart(before, block) || matches!(before, Block::Heading(..))) {
                text.push('\n');
            }
            match block {
                Block::Heading(level, heading) => {
                    text.push_str(&"#".repeat(*level));
                    text.push(' ');
                    text.push_str(&escaped(heading));
                }
                Block::Paragraph(paragraph) => text.push_str(&escaped(paragraph)),
                Block::Item(depth, item) => {
                    text.push_str(&"  ".repeat(*depth));
                    text.push_str("- ");
                    text.push_str(&escaped(item));
                }
            }
            text.push('\n');
            before = Some(block);
        }
        text
    }
}

/// Whether an empty line belongs between two blocks.
fn apart(before: &Block, block: &Block) -> bool {
    match (before, block) {
        (Block::Item(..), Block::Item(..)) => false,
        (Block::Heading(..), Block::Heading(..)) => true,
        (Block::Heading(..), _) => false,
        _ => true,
    }
}

/// Breaks at spaces; the first line begins with `first`, the others with `next`.
fn wrap(text: &str, width: usize, first: &str, next: &str, into: &mut String) {
    let mut line = first.to_owned();
    let mut room = width.saturating_sub(first.chars().count());
    let mut empty = true;
    // A sign of percent stays with its number.
    let text = text.replace(" %", "\u{a0}%");
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word = word.replace('\u{a0}', " ");
        let length = word.chars().count();
        if !empty && length + 1 > room {
            into.push_str(line.trim_end());
            into.push('\n');
            line = next.to_owned();
            room = width.saturating_sub(next.chars().count());
            empty = true;
        }
        if !empty {
            line.push(' ');
            room = room.saturating_sub(1);
        }
        line.push_str(&word);
        room = room.saturating_sub(length);
        empty = false;
    }
    into.push_str(line.trim_end());
    into.push('\n');
}

/// Text with what Markdown would take for markup escaped, except between backticks.
fn escaped(text: &str) -> String {
    let mut code = false;
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if letter == '`' {
            code = !code;
        } else if !code && "\\*_<>[]#|~".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Document {
        let mut document = Document::default();
        document.heading(1, "A *title*");
        document.paragraph("One two three four five six.");
        document.paragraph("");
        document.item(0, "first `a * b` is_long enough to wrap");
        document.item(1, "nested");
        document.heading(3, "Next");
        document
    }

    #[test]
    fn wrapped_for_a_terminal() {
        let expected = "A *title*\n=========\nOne two three four\nfive six.\n\n  - first `a * b`\n    is_long enough\n    \
                        to wrap\n    · nested\n\nNext\n";
        assert_eq!(sample().text(20), expected);
        for width in [0, 1, 7] {
            assert!(sample().text(width).contains("three"), "a word is never broken");
        }
    }

    #[test]
    fn markdown_is_escaped_outside_of_backticks() {
        let expected = "# A \\*title\\*\n\nOne two three four five six.\n\n- first `a * b` is\\_long enough to wrap\n  \
                        - nested\n\n### Next\n";
        assert_eq!(sample().markdown(), expected);
    }
}
