//! Addresses of what stands in a scenario: `parameters.resolve.value`, or in short `resolve`.
//!
//! In: an address as typed, and the tree of a scenario with all that it extends. Out: the way to the place from the top
//! of the tree, and what the format lets stand there; or why there is no such place, with the nearest one.
//! A transition is addressed by its name, its name in lower case with dashes, or its number; whatever has a name of the
//! author's, by that name alone. Knows the keys of the format, but not what the values mean.

mod names;

use std::collections::{BTreeMap, BTreeSet};

pub use names::{slug, unwritten_names};

use super::keys::{self, Kind, Table};
use super::tree::{Entry, Node, Value};
use crate::diagnostic::Span;
use crate::diagnostic::nearest::nearest;

/// One step down a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list: its number from 0, its place, by which it is known again in its own file, and its name.
    Item { number: usize, span: Span, name: Option<String> },
}

/// Where an address leads.
#[derive(Clone, Debug)]
pub struct Place<'n> {
    /// From the top of the tree.
    pub steps: Vec<Step>,
    /// What stands there; `None` for a key that the format has and the file has not.
    pub node: Option<&'n Node>,
    /// What the format lets stand there, if it says.
    pub kind: Option<Kind>,
}

/// The address as it would be typed in full.
pub fn full(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Item { number, name: None, .. } => {
                text.push_str(&format!("[{number}]"));
                continue;
            }
            Step::Item { name: Some(part), .. } | Step::Key(part) => {
                if !text.is_empty() {
                    text.push('.');
                }
                let plain = !part.is_empty() && !part.contains(['.', '=', '[', ']', '"', '\'']);
                if plain { text.push_str(part) } else { text.push_str(&format!("\"{part}\"")) }
            }
        }
    }
    text
}

/// Cuts an address at its points and brackets. A part in quotes may hold anything.
pub fn parts(address: &str) -> Result<Vec<String>, String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quote, mut quoted, mut closed) = (None, false, false);
    for c in address.trim().chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => part.push(c),
            (None, '"' | '\'') if part.is_empty() => (quote, quoted) = (Some(c), true),
            (None, '.' | '[') => {
                // Between `]` and a point nothing stands, and nothing is left out.
                if !(closed && part.is_empty()) {
                    parts.push(finished_part(&mut part, quoted, address)?);
                }
                (quoted, closed) = (false, false);
            }
            (None, ']') => {
                parts.push(finished_part(&mut part, quoted, address)?);
                (quoted, closed) = (false, true);
            }
            (None, c) => part.push(c),
        }
    }
    if quote.is_some() {
        return Err(format!("`{address}` has a quote that is not closed"));
    }
    if !(closed && part.is_empty()) {
        parts.push(finished_part(&mut part, quoted, address)?);
    }
    Ok(parts)
}

fn finished_part(part: &mut String, quoted: bool, address: &str) -> Result<String, String> {
    let done = std::mem::take(part);
    let done = if quoted { done } else { done.trim().to_owned() };
    if done.is_empty() { Err(format!("`{address}` has an empty part between its points")) } else { Ok(done) }
}

/// Follows an address from the top of a tree.
///
/// `unwritten` has the names of transitions that do not say their own, by the place of the transition. `whole` is set
/// where a table is to be replaced: then a parameter is not taken for its `value`.
pub fn locate<'n>(
    root: &'n Node,
    address: &str,
    unwritten: &BTreeMap<Span, String>,
    whole: bool,
) -> Result<Place<'n>, String> {
    let parts = parts(address)?;
    let mut walk =
        Walk { unwritten, root, steps: Vec::new(), node: root, kind: Some(Kind::Table(&keys::SCENARIO)), address };
    for (index, part) in parts.iter().enumerate() {
        if !walk.down(part)? {
            return walk.absent(&parts[index..]);
        }
    }
    if !whole && let Some(central) = central_key(walk.kind) {
        let has_it = walk.node.get(central).is_some();
        if walk.node.entries().is_some() && !(has_it && walk.down(central)?) {
            return walk.absent(&[central.to_owned()]);
        }
    }
    Ok(Place { steps: walk.steps, node: Some(walk.node), kind: walk.kind })
}

/// The key of a table whose value is meant when the table is named.
fn central_key(kind: Option<Kind>) -> Option<&'static str> {
    match kind {
        Some(Kind::Quantity) => Some("value"),
        Some(Kind::Table(table)) if std::ptr::eq(table, &keys::PARAMETER) => Some("value"),
        Some(Kind::Table(table)) if std::ptr::eq(table, &keys::VARIABLE) => Some("initial"),
        _ => None,
    }
}

/// The keys that a value of this kind may have, if it is a table.
fn shape(kind: Option<Kind>) -> Option<&'static Table> {
    match kind {
        Some(Kind::Table(table)) => Some(table),
        Some(Kind::Quantity) => Some(&keys::QUANTITY),
        _ => None,
    }
}

fn kind_of_key(kind: Option<Kind>, key: &str) -> Option<Kind> {
    match kind {
        Some(Kind::Named(inner)) => Some(*inner),
        kind => {
            let table = shape(kind)?;
            table.key(key).map(|key| key.kind).or(table.others)
        }
    }
}

struct Walk<'n, 'a> {
    unwritten: &'a BTreeMap<Span, String>,
    root: &'n Node,
    steps: Vec<Step>,
    node: &'n Node,
    kind: Option<Kind>,
    /// As typed, for messages.
    address: &'a str,
}

impl<'n> Walk<'n, '_> {
    /// Goes to a part; false if it is not there. An error if it cannot be said which is meant.
    fn down(&mut self, part: &str) -> Result<bool, String> {
        match &self.node.value {
            Value::Table(_) => {
                if let Some(entry) = self.node.get(part) {
                    self.enter(entry);
                    return Ok(true);
                }
                self.short_cut(part)
            }
            Value::List(items) => Ok(self.item(items, part)),
            // `rate = 0.25` is short for `rate = { value = 0.25 }`.
            _ => Ok(part == "value" && matches!(self.kind, Some(Kind::Quantity))),
        }
    }

    fn enter(&mut self, entry: &'n Entry) {
        self.kind = kind_of_key(self.kind, &entry.key.value);
        self.steps.push(Step::Key(entry.key.value.clone()));
        self.node = &entry.node;
    }

    fn item(&mut self, items: &'n [Node], part: &str) -> bool {
        let by_name = || items.iter().position(|item| self.answers_to(item, part));
        let Some(number) = part.parse().ok().filter(|number| *number < items.len()).or_else(by_name) else {
            return false;
        };
        let item = &items[number];
        let name = self.name_of(item).map(slug).filter(|name| {
            // Two names may look the same in an address; then the number tells them apart.
            !name.is_empty() && items.iter().filter(|item| self.answers_to(item, name)).count() == 1
        });
        self.steps.push(Step::Item { number, span: item.span, name });
        self.kind = match self.kind {
            Some(Kind::Tables(table)) => Some(Kind::Table(table)),
            Some(Kind::Pair | Kind::Expressions) => Some(Kind::Expression),
            Some(Kind::Names | Kind::TwoNames) => Some(Kind::Name),
            _ => None,
        };
        self.node = item;
        true
    }

    fn name_of(&self, item: &'n Node) -> Option<&str> {
        match item.get("name").map(|entry| &entry.node.value) {
            Some(Value::Text { text, .. }) => Some(text),
            _ => self.unwritten.get(&item.span).map(String::as_str),
        }
    }

    fn answers_to(&self, item: &'n Node, part: &str) -> bool {
        self.name_of(item).is_some_and(|name| name == part || slug(name) == part)
    }

    /// What may be left out of an address: at the top, the table that a name stands in; in a machine, `with`,
    /// `transitions` and `states`; in a state, `states`.
    fn short_cut(&mut self, part: &str) -> Result<bool, String> {
        let node = self.node;
        if self.steps.is_empty() {
            let holders: Vec<&Entry> = named_tables(node).filter(|entry| entry.node.get(part).is_some()).collect();
            if let [first, second, ..] = holders.as_slice() {
                let (first, second) = (&first.key.value, &second.key.value);
                return Err(format!("`{part}` may be `{first}.{part}` or `{second}.{part}`: say which"));
            }
            let Some(holder) = holders.first() else { return Ok(false) };
            self.enter(holder);
            return self.down(part);
        }
        let (known, lists) = match shape(self.kind) {
            Some(table) if std::ptr::eq(table, &keys::MACHINE) => (table, &["with", "transitions", "states"][..]),
            Some(table) if std::ptr::eq(table, &keys::STATE) => (table, &["states"][..]),
            _ => return Ok(false),
        };
        if known.key(part).is_some() {
            return Ok(false);
        }
        let before = (self.steps.len(), self.node, self.kind);
        for list in lists {
            let Some(entry) = node.get(list) else { continue };
            self.enter(entry);
            if self.down(part)? {
                return Ok(true);
            }
            self.steps.truncate(before.0);
            (self.node, self.kind) = (before.1, before.2);
        }
        Ok(false)
    }

    /// What is left of the address is not in the file: a place to add a key of the format, or a mistake.
    fn absent(mut self, rest: &[String]) -> Result<Place<'n>, String> {
        let missing = &rest[0];
        if self.node.entries().is_none() && missing == "value" && matches!(self.kind, Some(Kind::Quantity)) {
            return match rest {
                [_] => Ok(Place { steps: self.steps, node: Some(self.node), kind: self.kind }),
                _ => Err(format!("nothing stands within `{}`", full(&self.steps))),
            };
        }
        let table = self.node.entries().is_some().then(|| shape(self.kind)).flatten();
        let addable = table.filter(|table| table.key(missing).is_some() || self.is_new_argument(table, missing));
        if addable.is_none() {
            return match self.template() {
                Some(template) => self.in_template(template, rest),
                None => Err(self.nothing_there(missing)),
            };
        }
        for part in rest {
            let kind = kind_of_key(self.kind, part);
            if kind.is_none() {
                return Err(format!("nothing called `{part}` can stand in `{}`", full(&self.steps)));
            }
            self.kind = kind;
            self.steps.push(Step::Key(part.clone()));
        }
        if matches!(self.kind, Some(Kind::Named(_) | Kind::Tables(_))) {
            return Err(format!("there is no `{}` yet: write it in an editor", full(&self.steps)));
        }
        if let Some(central) = central_key(self.kind).filter(|_| !matches!(self.kind, Some(Kind::Quantity))) {
            self.kind = kind_of_key(self.kind, central);
            self.steps.push(Step::Key(central.to_owned()));
        }
        Ok(Place { steps: self.steps, node: None, kind: self.kind })
    }

    /// The template that the machine at hand is made from, by its entry.
    fn template(&self) -> Option<&'n Entry> {
        if !matches!(self.kind, Some(Kind::Table(table)) if std::ptr::eq(table, &keys::MACHINE)) {
            return None;
        }
        let Value::Text { text, .. } = &self.node.get("like")?.node.value else { return None };
        self.root.get("templates")?.node.get(text)
    }

    /// What a machine has from its template: a parameter, for which it may have a value of its own, or a part that all
    /// machines of the template share.
    fn in_template(mut self, template: &'n Entry, rest: &[String]) -> Result<Place<'n>, String> {
        let missing = &rest[0];
        let name = &template.key.value;
        let has = |parameter: &String| template.node.get("with").is_some_and(|with| with.node.get(parameter).is_some());
        let own = if missing == "with" { rest.get(1) } else { Some(missing) };
        if let Some(parameter) = own.filter(|parameter| has(parameter)) {
            let steps = ["with".to_owned(), parameter.clone()];
            self.steps.extend(steps.map(Step::Key));
            return Ok(Place { steps: self.steps, node: None, kind: Some(Kind::Quantity) });
        }
        let kind = Some(Kind::Table(&keys::TEMPLATE));
        let steps = vec![Step::Key("templates".to_owned()), Step::Key(name.clone())];
        let mut there = Walk { steps, node: &template.node, kind, ..self };
        let mut is_there = ["transitions", "states"].iter().any(|list| {
            let Some(entry) = template.node.get(list) else { return false };
            let mut walk = Walk {
                steps: there.steps.clone(),
                unwritten: there.unwritten,
                root: there.root,
                node: &template.node,
                kind,
                address: there.address,
            };
            walk.enter(entry);
            let found = walk.down(missing) == Ok(true);
            if found {
                there = walk;
            }
            found
        });
        for part in &rest[1..] {
            is_there &= there.down(part) == Ok(true);
        }
        if is_there {
            let (typed, there) = (there.address, full(&there.steps));
            return Err(format!(
                "`{typed}` comes from the template `{name}`, whose machines all share it: set `{there}` for all of them, or write a transition of that name into the machine in an editor"
            ));
        }
        let here = full(&self.steps);
        Err(format!("there is no `{missing}` in `{here}`, nor in the template `{name}` that it is made from"))
    }

    /// Whether this may be a further argument of a distribution: not where it is close to one that is there.
    fn is_new_argument(&self, table: &Table, part: &str) -> bool {
        table.others.is_some() && nearest(part, self.choices().iter().map(String::as_str)).is_none()
    }

    /// The parts that could have been typed here, the author's names first.
    fn choices(&self) -> Vec<String> {
        match &self.node.value {
            Value::Table(entries) => {
                let mut choices: Vec<String> = Vec::new();
                if self.steps.is_empty() {
                    let names = named_tables(self.node).flat_map(|entry| entry.node.entries().unwrap_or_default());
                    choices.extend(names.map(|entry| entry.key.value.clone()));
                }
                choices.extend(entries.iter().map(|entry| entry.key.value.clone()));
                for list in ["transitions", "states"] {
                    match self.node.get(list).map(|entry| &entry.node.value) {
                        Some(Value::List(items)) => {
                            choices.extend(items.iter().filter_map(|item| self.name_of(item)).map(slug));
                        }
                        Some(Value::Table(states)) => {
                            choices.extend(states.iter().map(|state| state.key.value.clone()))
                        }
                        _ => {}
                    }
                }
                let known = shape(self.kind).map_or(&[][..], |table| table.keys);
                choices.extend(known.iter().map(|key| key.name.to_owned()));
                let mut seen = BTreeSet::new();
                choices.retain(|choice| seen.insert(choice.clone()));
                choices
            }
            Value::List(items) => {
                let names = items.iter().enumerate();
                names.map(|(i, item)| self.name_of(item).map_or_else(|| i.to_string(), slug)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn nothing_there(&self, part: &str) -> String {
        let here = full(&self.steps);
        let of_it = if here.is_empty() { String::new() } else { format!(" in `{here}`") };
        if self.node.entries().is_none() && !matches!(self.node.value, Value::List(_)) {
            return format!("`{here}` is {}: there is no `{part}` in it", self.node.what());
        }
        let choices = self.choices();
        let near = nearest(part, choices.iter().map(String::as_str));
        let help = match near {
            Some(near) => {
                let typed = self.address.find(part).map_or_else(
                    || near.to_owned(),
                    |at| format!("{}{near}{}", &self.address[..at], &self.address[at + part.len()..]),
                );
                format!("did you mean `{typed}`?")
            }
            None => {
                let shown: Vec<&str> = choices.iter().take(12).map(String::as_str).collect();
                let more = if choices.len() > shown.len() { ", …" } else { "" };
                format!("there is: {}{more}", shown.join(", "))
            }
        };
        format!("there is no `{part}`{of_it}; {help}")
    }
}

/// The tables at the top whose keys are names of the author's.
fn named_tables(root: &Node) -> impl Iterator<Item = &Entry> {
    let named = |entry: &&Entry| {
        let kind = keys::SCENARIO.key(&entry.key.value).map(|key| key.kind);
        matches!(kind, Some(Kind::Named(_))) && entry.node.entries().is_some()
    };
    root.entries().unwrap_or_default().iter().filter(named)
}

#[cfg(test)]
mod tests;
