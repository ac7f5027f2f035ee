//! Several trees made into one: what extending means, and what being made from a template means, which is the same.
//!
//! In: the trees of a scenario's files, each after those that it extends. Out: one tree. Tables merge key by key and the
//! later file wins. A machine's transitions of the same name are replaced whole and in place, others are appended, and
//! `remove` drops some. Any other list is replaced, and so is a table that says its `family` or `kind` anew. What a file
//! `expect`s holds for that file alone. Every node keeps the span of the file that wrote it.

use std::collections::BTreeMap;

use super::super::keys::{self, Kind, Table};
use super::super::tree::{Entry, Node, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};

/// Machine or template, and name, of transitions that were dropped: whoever drops them too makes no mistake.
pub(super) type Removed = Vec<(String, String)>;

/// Places, two and two, at which the same thing is named.
pub(super) type Echoes = Vec<[Span; 2]>;

/// Merges the files of a scenario. The result has the span of the last one.
///
/// `echoes` gets the places of every two keys (or transitions' names) that name the same thing.
pub(super) fn merge<'n>(
    files: impl IntoIterator<Item = &'n Node>,
    echoes: &mut Echoes,
    diagnostics: &mut Diagnostics,
) -> (Node, Removed) {
    let mut merger = Merger { diagnostics, echoes, removed: Vec::new(), templates_to_come: true };
    let mut merged: Option<Node> = None;
    for file in files {
        let mut base = merged.take().unwrap_or(Node { span: file.span, value: Value::Table(Vec::new()) });
        base.span = file.span;
        if let Value::Table(entries) = &mut base.value {
            entries.retain(|entry| entry.key.value != "expect" && entry.key.value != "extends");
        }
        merger.table(&mut base, file, Some(&keys::SCENARIO));
        merged = Some(base);
    }
    (merged.expect("a scenario has at least its main file"), merger.removed)
}

/// Puts what a machine says over the template that it is made from, from which some transitions have been dropped.
pub(super) fn over_template(
    template: &Entry,
    removed: &Removed,
    machine: &mut Entry,
    echoes: &mut Echoes,
    diagnostics: &mut Diagnostics,
) {
    let of_template = removed.iter().filter(|(of, _)| *of == template.key.value);
    let removed = of_template.map(|(_, name)| (machine.key.value.clone(), name.clone())).collect();
    let mut merger = Merger { diagnostics, echoes, removed, templates_to_come: false };
    let over = machine.clone();
    machine.node.value = template.node.value.clone();
    merger.machine(machine, &over);
}

struct Merger<'d> {
    diagnostics: &'d mut Diagnostics,
    echoes: &'d mut Echoes,
    /// Whether templates are not filled in yet, so that a machine made from one may `remove` what comes from there.
    templates_to_come: bool,
    removed: Removed,
}

impl Merger<'_> {
    /// Puts the entries of one table over those of another.
    fn table(&mut self, base: &mut Node, over: &Node, shape: Option<&'static Table>) {
        let (Value::Table(old), Value::Table(new)) = (&mut base.value, &over.value) else { return };
        let places: BTreeMap<String, usize> =
            old.iter().enumerate().map(|(i, entry)| (entry.key.value.clone(), i)).collect();
        for entry in new {
            let kind = shape.and_then(|table| table.key(&entry.key.value).map(|key| key.kind).or(table.others));
            match places.get(&entry.key.value) {
                Some(place) => self.entry(&mut old[*place], entry, kind),
                None => old.push(self.fresh(entry, kind)),
            }
        }
    }

    /// Puts one entry over another of the same key.
    fn entry(&mut self, base: &mut Entry, over: &Entry, kind: Option<Kind>) {
        let both_tables = base.node.entries().is_some() && over.node.entries().is_some();
        match kind {
            Some(Kind::Table(_) | Kind::Named(_)) if !both_tables => self.clash(base, over),
            Some(Kind::Table(table)) if is_machine(table) => self.machine(base, over),
            Some(Kind::Table(table)) if table.sort.is_none_or(|sort| over.node.get(sort).is_none()) => {
                self.table(&mut base.node, &over.node, Some(table));
            }
            Some(Kind::Named(inner)) => self.named(base, over, *inner),
            Some(Kind::Quantity) if both_tables => self.table(&mut base.node, &over.node, Some(&keys::QUANTITY)),
            _ => *base = over.clone(),
        }
    }

    /// An entry that nothing stands under. Machines within it still have what only merging knows of.
    fn fresh(&mut self, over: &Entry, kind: Option<Kind>) -> Entry {
        let mut base = over.clone();
        if let Some(Kind::Table(_) | Kind::Named(_)) = kind
            && let Value::Table(entries) = &mut base.node.value
        {
            entries.clear();
            self.entry(&mut base, over, kind);
        }
        base
    }

    /// Puts tables with names of the author's over one another.
    fn named(&mut self, base: &mut Entry, over: &Entry, inner: Kind) {
        let (Value::Table(old), Value::Table(new)) = (&mut base.node.value, &over.node.value) else { return };
        let places: BTreeMap<String, usize> =
            old.iter().enumerate().map(|(i, entry)| (entry.key.value.clone(), i)).collect();
        for entry in new {
            match places.get(&entry.key.value) {
                Some(place) => {
                    self.echoes.push([old[*place].key.span, entry.key.span]);
                    self.entry(&mut old[*place], entry, Some(inner));
                }
                None => old.push(self.fresh(entry, Some(inner))),
            }
        }
    }

    fn machine(&mut self, base: &mut Entry, over: &Entry) {
        let inherited = match base.node.get("transitions").map(|entry| &entry.node.value) {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        };
        let mut kept = base.node.get("remove").filter(|_| self.templates_to_come).map(items_of).unwrap_or_default();
        self.table(&mut base.node, &over.node, Some(&keys::MACHINE));
        let waits = self.templates_to_come && base.node.get("like").is_some();
        let Value::Table(entries) = &mut base.node.value else { return };
        let mut transitions = inherited;
        if let Some(remove) = over.node.get("remove") {
            let not_found = self.remove(&mut transitions, remove, &over.key.value);
            if waits {
                kept.extend(not_found);
            } else {
                not_found.iter().for_each(|item| self.nothing_to_remove(&transitions, item, &over.key.value));
            }
        }
        match entries.iter_mut().find(|entry| entry.key.value == "remove") {
            Some(entry) if !kept.is_empty() => entry.node.value = Value::List(kept),
            _ => entries.retain(|entry| entry.key.value != "remove"),
        }
        if let Some(Value::List(own)) = over.node.get("transitions").map(|entry| &entry.node.value) {
            self.refuse_doubles(own);
            let mut places: BTreeMap<String, usize> = BTreeMap::new();
            for (i, item) in transitions.iter().enumerate() {
                if let Some((name, _)) = name_of(item) {
                    places.entry(name.to_owned()).or_insert(i);
                }
            }
            for item in own {
                match name_of(item).and_then(|(name, span)| Some((places.get(name)?, span))) {
                    Some((place, span)) => {
                        self.echoes.extend(name_of(&transitions[*place]).map(|(_, inherited)| [inherited, span]));
                        transitions[*place] = item.clone();
                    }
                    None => transitions.push(item.clone()),
                }
            }
        }
        if let Some(entry) = entries.iter_mut().find(|entry| entry.key.value == "transitions")
            && let Value::List(items) = &mut entry.node.value
        {
            *items = transitions;
        }
    }

    /// Drops the transitions that are named after `remove`; returns the names that are none's.
    fn remove(&mut self, transitions: &mut Vec<Node>, remove: &Entry, machine: &str) -> Vec<Node> {
        let mut not_found = Vec::new();
        for item in items_of(remove) {
            let Value::Text { text: name, .. } = &item.value else {
                let message = format!("`remove` should be a list of names of transitions; found {}", item.what());
                let error = Diagnostic::error(Mistake::WrongType, item.span, message);
                self.diagnostics.push(error.help("write `remove = [\"name of a transition\"]`"));
                continue;
            };
            let dropped = transitions.iter().filter_map(name_of).filter(|(n, _)| n == name);
            self.echoes.extend(dropped.map(|(_, place)| [place, item.span]));
            let before = transitions.len();
            transitions.retain(|transition| name_of(transition).is_none_or(|(n, _)| n != name));
            let gone = (machine.to_owned(), name.clone());
            if transitions.len() < before {
                self.removed.push(gone);
            } else if !self.removed.contains(&gone) {
                not_found.push(item);
            }
        }
        not_found
    }

    fn nothing_to_remove(&mut self, transitions: &[Node], item: &Node, machine: &str) {
        let Value::Text { text: name, .. } = &item.value else { return };
        let message = format!("`{machine}` inherits no transition named `{name}`");
        let mut error = Diagnostic::error(Mistake::UnknownTransition, item.span, message);
        let inherited = || transitions.iter().filter_map(name_of);
        if let Some(near) = self.diagnostics.suggest(name, inherited().map(|(name, _)| name)) {
            error = error.help(format!("did you mean `{near}`?")).fix(item.span, format!("{near:?}"));
            if let Some((_, place)) = inherited().find(|(name, _)| *name == near) {
                error = error.related(place, "this one is inherited");
            }
        } else if inherited().next().is_none() {
            error = error.help("`remove` drops transitions that come from a file in `extends`, or from a template");
        }
        self.diagnostics.push(error);
    }

    /// Two transitions of one file and machine cannot have the same name.
    fn refuse_doubles(&mut self, own: &[Node]) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for item in own {
            let Some((name, span)) = name_of(item) else { continue };
            match seen.get(name) {
                Some(first) => self.diagnostics.push(
                    Diagnostic::error(
                        Mistake::DuplicateTransition,
                        span,
                        format!("two transitions of one machine are named `{name}`"),
                    )
                    .label("the second")
                    .related(*first, "the first")
                    .help("give one of them another name, or none"),
                ),
                None => {
                    seen.insert(name, span);
                }
            }
        }
    }

    fn clash(&mut self, base: &Entry, over: &Entry) {
        let key = &over.key.value;
        let message =
            format!("`{key}` is {} here, but {} in the file that this one extends", over.node.what(), base.node.what());
        let error = Diagnostic::error(Mistake::TypeClash, over.key.span, message);
        let error = error.label(over.node.what()).related(base.key.span, format!("{} here", base.node.what()));
        self.diagnostics.push(error.help("write it in the same form as there: a table replaces a table key by key"));
    }
}

fn is_machine(table: &'static Table) -> bool {
    std::ptr::eq(table, &keys::MACHINE) || std::ptr::eq(table, &keys::TEMPLATE)
}

/// What stands after a key that takes one thing or a list.
fn items_of(entry: &Entry) -> Vec<Node> {
    match &entry.node.value {
        Value::List(items) => items.clone(),
        _ => vec![entry.node.clone()],
    }
}

/// The `name` of a transition, and where it is written.
fn name_of(transition: &Node) -> Option<(&str, Span)> {
    let node = &transition.get("name")?.node;
    if let Value::Text { text, .. } = &node.value { Some((text, node.span)) } else { None }
}
