//! A template as written, and which text is its own.
//!
//! Machines that are made from it are decoded with its text in them. So that a mistake in that text is reported once,
//! and not once a machine, a template knows its [`Places`].

use super::MachineText;
use super::tree::{Node, Value};
use crate::diagnostic::Span;

/// `[templates.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateText {
    /// The template taken as a machine of its own name; its `with` are the parameters and their defaults.
    pub machine: MachineText,
    /// All that was written of it.
    pub places: Places,
}

/// Stretches of text, of one file or several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// Ascending, none within another.
    spans: Vec<Span>,
}

impl Places {
    /// Where a tree was written.
    pub(super) fn of(node: &Node) -> Places {
        let mut spans = Vec::new();
        collect(node, &mut spans);
        spans.sort_by_key(|span| (span.file, span.start, std::cmp::Reverse(span.end)));
        let mut outer: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            if outer.last().is_none_or(|last| !within(*last, span)) {
                outer.push(span);
            }
        }
        Places { spans: outer }
    }

    /// Whether the span lies within what was written there.
    pub fn contain(&self, span: Span) -> bool {
        let next = self.spans.partition_point(|place| (place.file, place.start) <= (span.file, span.start));
        next.checked_sub(1).is_some_and(|at| within(self.spans[at], span))
    }
}

fn within(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

fn collect(node: &Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    match &node.value {
        Value::Table(entries) => {
            for entry in entries {
                spans.push(entry.key.span);
                collect(&entry.node, spans);
            }
        }
        Value::List(items) => items.iter().for_each(|item| collect(item, spans)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostics, FileId};
    use crate::scenario::tree::parse;

    #[test]
    fn a_place_is_within_the_tree_or_not() {
        let text = "[a]\nx = 1\n[a.b]\ny = { z = \"hello\" }\n[c]\nw = 2\n";
        let root = parse(FileId(0), text, &mut Diagnostics::default()).root;
        let places = Places::of(&root.get("a").unwrap().node);
        let at = |word: &str| {
            let start = text.find(word).unwrap();
            Span::new(FileId(0), start, start + word.len())
        };
        for inside in ["x", "1", "y", "z", "ello", "hello"] {
            assert!(places.contain(at(inside)), "{inside}");
        }
        for outside in ["w", "2", "c"] {
            assert!(!places.contain(at(outside)), "{outside}");
        }
        assert!(!places.contain(Span { file: FileId(1), ..at("1") }));
    }
}
