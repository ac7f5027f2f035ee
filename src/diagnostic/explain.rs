//! The long explanation of each kind of mistake: what it is and why it matters, a broken snippet, its mended form.
//!
//! In: the text of `mistakes/ID.md`. Out: its parts. A snippet is a whole file; most extend `strait.toml`, a small
//! scenario that stands beside the texts ([`STRAIT`]), so that they show little but the mistake. A mistake that only a run
//! can find has a command as well.

use super::Mistake;

/// The scenario that the snippets extend.
pub const STRAIT: &str = include_str!("mistakes/strait.toml");

/// What there is to say about a kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What it is and why it matters, in paragraphs.
    pub why: &'static str,
    /// Makes this mistake and no other.
    pub broken: Snippet,
    /// The same without it.
    pub mended: Snippet,
}

/// A file, and what to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snippet {
    pub text: &'static str,
    /// Whether the file is saved as UTF-16 and not as UTF-8.
    pub utf16: bool,
    /// The command that finds the mistake, where checking does not.
    pub command: Option<&'static str>,
}

impl Mistake {
    /// Its explanation.
    pub fn explanation(self) -> Explanation {
        let (why, rest) = self.text().split_once("\n## Broken\n").expect("an explanation has a broken snippet");
        let (broken, mended) = rest.split_once("\n## Mended\n").expect("an explanation has a mended snippet");
        Explanation { why: why.trim(), broken: Snippet::of(broken), mended: Snippet::of(mended) }
    }
}

impl Snippet {
    fn of(text: &'static str) -> Self {
        let (_, rest) = text.split_once("```toml").expect("a snippet is fenced");
        let (marks, rest) = rest.split_once('\n').expect("a fence ends its line");
        let (text, rest) = rest.split_once("```").expect("a fence is closed");
        let command = rest.split_once("```sh\n").and_then(|(_, command)| command.split_once("```"));
        Snippet { text, utf16: marks.trim() == "utf-16", command: command.map(|(command, _)| command.trim()) }
    }
}
