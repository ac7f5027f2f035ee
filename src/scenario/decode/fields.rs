//! One table against its list of keys: what is unknown, what is known but not built yet.

use super::super::keys::Table;
use super::super::tree::{Entry, Node};
use super::Decoder;
use super::aliases::ALIASES;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Mistake};

/// Lists of more keys than this are not printed.
const LISTED: usize = 14;

/// A table whose keys have been checked.
pub(super) struct Fields<'n> {
    pub(super) node: &'n Node,
    pub(super) entries: &'n [Entry],
}

impl<'n> Fields<'n> {
    pub(super) fn get(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// The entries whose keys are the author's, not the format's.
    pub(super) fn others(&self, table: &'static Table) -> impl Iterator<Item = &'n Entry> {
        self.entries.iter().filter(|entry| table.key(&entry.key.value).is_none())
    }
}

impl Decoder<'_> {
    /// Checks that `node`, the value of `key`, is a table and has no keys but those of `table`.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, key: &str, table: &'static Table) -> Option<Fields<'n>> {
        let Some(entries) = node.entries() else {
            let message = format!("`{key}` should be a table; found {}", node.what());
            let example: Vec<&str> = table.keys.iter().take(2).map(|key| key.name).collect();
            let error = Diagnostic::error(Mistake::WrongType, node.span, message);
            self.report(error.help(format!("write `{{ … }}` with keys such as `{}`", example.join("` and `"))));
            return None;
        };
        // The keys of the format that are given here; found once, and only for a table with an unknown one.
        let mut taken: Option<Vec<&str>> = None;
        for entry in entries {
            if self.has_enough() {
                break;
            }
            match table.key(&entry.key.value) {
                Some(_) => {}
                None if table.others.is_some() => {}
                None => {
                    let known = |entry: &Entry| table.key(&entry.key.value).map(|key| key.name);
                    let taken = taken.get_or_insert_with(|| entries.iter().filter_map(known).collect());
                    self.unknown_key(entry, taken, table);
                }
            }
        }
        Some(Fields { node, entries })
    }

    fn unknown_key(&mut self, entry: &Entry, taken: &[&str], table: &'static Table) {
        let key = &entry.key.value;
        let free = |name: &&str| !taken.contains(name);
        let names = || table.keys.iter().map(|key| key.name);
        let folded = key.to_lowercase().replace(['-', ' '], "_");
        let alias = ALIASES.iter().filter(|(typed, _)| *typed == folded).map(|(_, name)| *name);
        let near = nearest(key, names().filter(free))
            .or_else(|| alias.filter(free).find(|name| table.key(name).is_some()))
            .or_else(|| nearest(key, names()));
        let shown: String = key.chars().take(60).collect();
        let error =
            Diagnostic::error(Mistake::UnknownKey, entry.key.span, format!("{} has no key `{shown}`", table.what));
        self.report(match near {
            Some(near) if !free(&near) => error.label("unknown key").help(format!("`{near}` is already given here")),
            Some(near) => {
                let error = error.label("unknown key").help(format!("did you mean `{near}`?"));
                error.fix(entry.key.span, near)
            }
            None if table.keys.len() <= LISTED => {
                let list: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                error.label("unknown key").help(format!("its keys are {}", list.join(", ")))
            }
            None => error.label("unknown key").help("see the list of its keys in the guide, or take it out"),
        });
    }
}
