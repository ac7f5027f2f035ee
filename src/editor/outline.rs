//! The outline of a file: its tables, and below them what has a name.
//!
//! In: the text of one file, broken or not. Out: a tree of named ranges in file order. Goes by the form alone; what a
//! base adds is not shown, since it does not stand here.

use super::position::Lines;
use crate::diagnostic::{Diagnostics, FileId, Span};
use crate::scenario::keys::{self, Kind};
use crate::scenario::tree::{self, Entry, Node, Value};
use lsp_types::{DocumentSymbol, SymbolKind};

pub fn outline(text: &str) -> Vec<DocumentSymbol> {
    let parsed = tree::parse(FileId(0), text, &mut Diagnostics::default());
    let drawer = Drawer { lines: Lines::of(text) };
    let entries = parsed.root.entries().unwrap_or_default();
    let tables = entries.iter().filter_map(|entry| {
        let kind = keys::SCENARIO.key(&entry.key.value)?.kind;
        let children = match kind {
            Kind::Named(_) => drawer.named(&entry.key.value, entry.node.entries().unwrap_or_default()),
            Kind::Tables(_) => drawer.listed(&entry.node),
            Kind::Table(_) => Vec::new(),
            _ => return None,
        };
        Some(drawer.symbol(entry, SymbolKind::NAMESPACE, None, children))
    });
    tables.collect()
}

struct Drawer<'t> {
    lines: Lines<'t>,
}

impl Drawer<'_> {
    fn named(&self, table: &str, entries: &[Entry]) -> Vec<DocumentSymbol> {
        let kind = match table {
            "machines" | "templates" => SymbolKind::CLASS,
            "formulas" => SymbolKind::FUNCTION,
            "parameters" | "levers" => SymbolKind::CONSTANT,
            "outcomes" | "milestones" | "shocks" => SymbolKind::EVENT,
            "states" => SymbolKind::ENUM_MEMBER,
            _ => SymbolKind::VARIABLE,
        };
        let one = |entry: &Entry| {
            let mut children = Vec::new();
            if let Some(states) = entry.node.get("states") {
                children.extend(self.named("states", states.node.entries().unwrap_or_default()));
            }
            if let Some(transitions) = entry.node.get("transitions") {
                children.extend(self.listed(&transitions.node));
            }
            children.sort_by_key(|child| child.range.start);
            self.symbol(entry, kind, detail(&entry.node), children)
        };
        entries.iter().map(one).collect()
    }

    /// The tables of a list, by their names or what else tells them apart.
    fn listed(&self, list: &Node) -> Vec<DocumentSymbol> {
        let Value::List(items) = &list.value else { return Vec::new() };
        let text = |node: &Node, key: &str| node.get(key).map(|entry| told(&entry.node)).unwrap_or_default();
        let one = |node: &Node| {
            let ways = format!("{} → {}", text(node, "from"), text(node, "to"));
            let (name, detail) = match node.get("name") {
                Some(entry) => (told(&entry.node), Some(ways)),
                None if node.get("from").is_some() => (ways, None),
                None => {
                    let subject = node.entries().and_then(|entries| entries.first());
                    (subject.map(|entry| told(&entry.node)).unwrap_or_default(), None)
                }
            };
            let selection = node.get("name").map_or(node.span, |entry| entry.node.span);
            self.drawn(&name, detail, SymbolKind::METHOD, selection, extent(node, node.span), Vec::new())
        };
        items.iter().map(one).collect()
    }

    fn symbol(
        &self,
        entry: &Entry,
        kind: SymbolKind,
        detail: Option<String>,
        children: Vec<DocumentSymbol>,
    ) -> DocumentSymbol {
        let whole = extent(&entry.node, entry.key.span);
        self.drawn(&entry.key.value, detail, kind, entry.key.span, whole, children)
    }

    fn drawn(
        &self,
        name: &str,
        detail: Option<String>,
        kind: SymbolKind,
        selection: Span,
        whole: Span,
        children: Vec<DocumentSymbol>,
    ) -> DocumentSymbol {
        let (start, end) = (whole.start.min(selection.start), whole.end.max(selection.end));
        #[expect(deprecated, reason = "the field cannot be left out")]
        DocumentSymbol {
            // An empty name is refused by editors.
            name: if name.trim().is_empty() { "(no name)".to_owned() } else { name.to_owned() },
            detail,
            kind,
            tags: None,
            deprecated: None,
            range: self.lines.range(start as usize, end as usize),
            selection_range: self.lines.range(selection.start as usize, selection.end as usize),
            children: (!children.is_empty()).then_some(children),
        }
    }
}

/// From the first to the last thing that a node holds.
fn extent(node: &Node, own: Span) -> Span {
    let join = |a: Span, b: Span| Span { start: a.start.min(b.start), end: a.end.max(b.end), ..a };
    let whole = join(own, node.span);
    match &node.value {
        Value::Table(entries) => {
            entries.iter().fold(whole, |span, entry| join(span, extent(&entry.node, entry.key.span)))
        }
        Value::List(items) => items.iter().fold(whole, |span, item| join(span, extent(item, item.span))),
        _ => whole,
    }
}

/// What a text, or a list of texts, says.
fn told(node: &Node) -> String {
    match &node.value {
        Value::Text { text, .. } | Value::Number { text, .. } => text.clone(),
        Value::List(items) => items.iter().map(told).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

fn detail(node: &Node) -> Option<String> {
    let number = ["value", "initial", "when", "rate"].into_iter().find_map(|key| node.get(key));
    let text = number.map_or_else(|| told(node), |entry| told(&entry.node));
    (!text.is_empty()).then_some(text)
}
