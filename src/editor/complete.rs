//! What could be typed here: names in expressions, keys of the table at hand, headings, words of closed lists.
//!
//! In: a [`Desk`], a file and an offset, typically in a text that is broken just there. Out: completions with the range
//! that each replaces. What is known of the format comes from its list of keys, what is known of the scenario from all
//! readings that the file is part of, and, while it is broken, from the last one that was not.

use super::describe::describe;
use super::desk::Desk;
use super::reading::Reading;
use super::words;
use crate::distribution::{Argument, Family};
use crate::model::index::{Kind as Noun, Symbol};
use crate::model::parse::SELF;
use crate::scenario::keys::{self, Kind, Table};
use crate::scenario::tree::place::{At, Place, Step, place};
use crate::scenario::{StateText, shape};
use lsp_types::CompletionItemKind;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

/// Completions that come with a description.
const DESCRIBED: usize = 200;

/// One thing that could be typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// What is replaced, in bytes of the document.
    pub start: usize,
    pub end: usize,
    pub label: String,
    pub new_text: String,
    pub kind: CompletionItemKind,
    /// A word or two beside the label.
    pub detail: String,
    /// Markdown.
    pub about: String,
}

pub fn complete(desk: &Desk<'_>, path: &Path, offset: usize) -> Vec<Completion> {
    let text = desk.text(path);
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let here = place(&text, offset);
    let names = Vocabulary::of(desk, path);
    let mut list = List { names: &names, found: Vec::new(), seen: BTreeSet::new(), start: offset, end: offset };
    match &here.at {
        At::Header { list: lists, start, end, .. } => {
            let line_end = text[offset..].find(['\n', '\r']).map_or(text.len(), |at| offset + at);
            let rest = text[(*end).min(line_end)..line_end].trim_start();
            (list.start, list.end) = (*start, (*end).max(offset));
            list.headings(*lists, rest.starts_with(']'));
        }
        At::Key { start, end, given } => {
            (list.start, list.end) = (*start, *end);
            list.keys(&here, *given);
        }
        At::Text { start, end } => {
            let inner = text.get(*start..*end).unwrap_or_default();
            list.in_text(&here, inner, *start, offset);
        }
        At::Bare { start, end } => {
            (list.start, list.end) = (*start, *end);
            list.values(&here, "\"");
        }
        At::Nothing => {}
    }
    list.found
}

/// The names of a scenario, each with what it is and who knows it.
struct Vocabulary {
    readings: Vec<Rc<Reading>>,
    names: Vec<(Symbol, Noun, Rc<Reading>)>,
}

impl Vocabulary {
    fn of(desk: &Desk<'_>, path: &Path) -> Self {
        let mut readings = desk.readings_with(path);
        if !readings[0].sound {
            readings.extend(desk.last_sound(path));
        }
        let mut seen: BTreeSet<(Symbol, Noun)> = BTreeSet::new();
        let mut names = Vec::new();
        for reading in &readings {
            for (symbol, noun) in reading.index.definitions() {
                if seen.insert((symbol.clone(), noun)) {
                    names.push((symbol.clone(), noun, Rc::clone(reading)));
                }
            }
        }
        Vocabulary { readings, names }
    }

    fn all(&self, nouns: &[Noun]) -> impl Iterator<Item = &(Symbol, Noun, Rc<Reading>)> {
        self.names.iter().filter(move |(_, noun, _)| nouns.contains(noun))
    }

    fn owned<'v>(&'v self, noun: Noun, owner: &'v str) -> impl Iterator<Item = &'v (Symbol, Noun, Rc<Reading>)> {
        self.names.iter().filter(move |(symbol, n, _)| *n == noun && symbol.owner == owner)
    }
}

fn icon(noun: Noun) -> CompletionItemKind {
    match noun {
        Noun::Parameter | Noun::Lever | Noun::Argument => CompletionItemKind::CONSTANT,
        Noun::Variable | Noun::Consequence => CompletionItemKind::VARIABLE,
        Noun::Formula => CompletionItemKind::FUNCTION,
        Noun::Machine | Noun::Template => CompletionItemKind::CLASS,
        Noun::State => CompletionItemKind::ENUM_MEMBER,
        Noun::Value => CompletionItemKind::FIELD,
        Noun::Event | Noun::Milestone | Noun::Outcome | Noun::Shock => CompletionItemKind::EVENT,
        Noun::Transition => CompletionItemKind::METHOD,
        Noun::Duration => CompletionItemKind::UNIT,
        Noun::Policy | Noun::Variant => CompletionItemKind::STRUCT,
    }
}

/// The completions of one place.
struct List<'v> {
    names: &'v Vocabulary,
    found: Vec<Completion>,
    /// Labels and details of what was found.
    seen: BTreeSet<(String, String)>,
    start: usize,
    end: usize,
}

impl List<'_> {
    fn push(&mut self, label: &str, new_text: String, kind: CompletionItemKind, detail: &str, about: &str) {
        if !self.seen.insert((label.to_owned(), detail.to_owned())) {
            return;
        }
        self.found.push(Completion {
            start: self.start,
            end: self.end,
            label: label.to_owned(),
            new_text,
            kind,
            detail: detail.to_owned(),
            about: about.to_owned(),
        });
    }

    fn name(&mut self, (symbol, noun, reading): &(Symbol, Noun, Rc<Reading>), mark: &str) {
        let about = self.about(reading, symbol);
        let new_text = format!("{mark}{}{mark}", symbol.name);
        self.push(&symbol.name, new_text, icon(*noun), noun.noun(), &about);
    }

    /// What a name means; for the first so many of them, since nobody reads them all.
    fn about(&self, reading: &Reading, symbol: &Symbol) -> String {
        if self.found.len() < DESCRIBED { describe(reading, symbol).unwrap_or_default() } else { String::new() }
    }

    fn nouns(&mut self, nouns: &[Noun], mark: &str) {
        let names = self.names;
        names.all(nouns).for_each(|name| self.name(name, mark));
    }

    fn of_machine(&mut self, noun: Noun, machine: &str, mark: &str) {
        let names = self.names;
        names.owned(noun, machine).for_each(|name| self.name(name, mark));
    }

    /// Within quotes: a part of an expression, or the whole of a name.
    fn in_text(&mut self, here: &Place, inner: &str, start: usize, offset: usize) {
        if !matches!(
            shape::kind(&here.path),
            Some(Kind::Expression | Kind::Number | Kind::Quantity | Kind::Expressions)
        ) {
            (self.start, self.end) = (start, start + inner.len());
            return self.values(here, "");
        }
        let at = offset - start;
        let (from, to) = words::around(inner, at);
        // Digits at the cursor are a number, and a dot behind them is its own.
        (self.start, self.end) = (start + from, start + to);
        let before = inner[..from].trim_end();
        if let Some(machine) = before.strip_suffix('.') {
            let machine = &machine[words::around(machine, machine.len()).0..];
            let machine = if machine == SELF { owner_of(&here.path) } else { machine };
            self.of_machine(Noun::State, machine, "");
            self.of_machine(Noun::Value, machine, "");
            return;
        }
        if inner[from..at].starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        if before.ends_with('(') && before.trim_end_matches('(').trim_end().ends_with("age") {
            return self.nouns(&[Noun::Machine], "");
        }
        if before.ends_with('(') && before.trim_end_matches('(').trim_end().ends_with("count") {
            return self.nouns(&[Noun::Template, Noun::Machine], "");
        }
        self.of_machine(Noun::Argument, owner_of(&here.path), "");
        self.expression(here);
    }

    fn expression(&mut self, here: &Place) {
        self.nouns(&[Noun::Variable, Noun::Parameter, Noun::Lever, Noun::Formula, Noun::Machine], "");
        // A formula cannot name itself.
        if let [Step::Key(table), Step::Key(own)] = &here.path[..]
            && noun_of(table) == Some(Noun::Formula)
        {
            self.found.retain(|found| found.label != *own);
        }
        for (name, call) in words::functions() {
            self.push(name, format!("{name}("), CompletionItemKind::FUNCTION, &call, words::gives(name));
        }
        for (word, about) in words::PLAIN {
            self.push(word, word.to_owned(), CompletionItemKind::KEYWORD, "", about);
        }
    }

    /// A value that is a word or a name, with the quotes that are still to be written around it.
    fn values(&mut self, here: &Place, mark: &str) {
        let quoted = |word: &str| format!("{mark}{word}{mark}");
        match shape::kind(&here.path) {
            Some(Kind::Word(list)) => {
                for word in list {
                    self.push(word, quoted(word), CompletionItemKind::ENUM_MEMBER, "", "");
                }
            }
            Some(Kind::Truth) if !mark.is_empty() => {
                for word in ["true", "false"] {
                    self.push(word, word.to_owned(), CompletionItemKind::KEYWORD, "", "");
                }
            }
            Some(Kind::Name | Kind::Names | Kind::TwoNames) => self.names_for(here, mark),
            _ => {}
        }
    }

    /// Names that the key at hand takes.
    fn names_for(&mut self, here: &Place, mark: &str) {
        let Some((table, key)) = shape::key_of(&here.path) else { return };
        let machine = owner_of(&here.path);
        let quoted = |word: &str| format!("{mark}{word}{mark}");
        match (table.what, key) {
            (_, "from") => {
                self.of_machine(Noun::State, machine, mark);
                self.push("*", quoted("*"), CompletionItemKind::ENUM_MEMBER, "any state", "");
            }
            ("a machine" | "a state", "initial") | (_, "to") => self.of_machine(Noun::State, machine, mark),
            (_, "on" | "emit") => {
                self.nouns(&[Noun::Event], mark);
                if key == "on" {
                    self.paths(mark);
                }
            }
            ("a correlation", "between") | ("a share", "of") => self.nouns(&[Noun::Parameter], mark),
            ("a machine", "like") => self.nouns(&[Noun::Template], mark),
            (_, "remove") => self.of_machine(Noun::Transition, machine, mark),
            ("a distribution", "family") => {
                for family in Family::ALL {
                    let about = format!("given by {}", family.ways().join(", or by "));
                    self.push(family.name(), quoted(family.name()), CompletionItemKind::ENUM_MEMBER, "family", &about);
                }
            }
            ("dynamics", "kind") => {
                for sort in keys::DYNAMICS_KINDS {
                    self.push(sort.word, quoted(sort.word), CompletionItemKind::ENUM_MEMBER, "dynamics", sort.about);
                }
            }
            ("the present of a machine", "state") => self.of_machine(Noun::State, machine, mark),
            ("an expectation", "state") => self.paths(mark),
            ("an expectation", "outcome") => self.nouns(&[Noun::Outcome], mark),
            ("a duration", "in") => self.paths(mark),
            ("an expectation", "duration") => self.nouns(&[Noun::Duration], mark),
            ("an expectation", "milestone") => self.nouns(&[Noun::Milestone], mark),
            ("an expectation", "consequence") => self.nouns(&[Noun::Consequence], mark),
            ("an expectation", "variable") => self.nouns(&[Noun::Variable], mark),
            _ => {}
        }
    }

    /// `machine.state` of every state.
    fn paths(&mut self, mark: &str) {
        let names = self.names;
        for (symbol, _, reading) in names.all(&[Noun::State]) {
            let path = format!("{}.{}", symbol.owner, symbol.name);
            let about = self.about(reading, symbol);
            self.push(
                &path,
                format!("{mark}{path}{mark}"),
                CompletionItemKind::ENUM_MEMBER,
                "entry of a state",
                &about,
            );
        }
    }

    fn keys(&mut self, here: &Place, given: bool) {
        let present = |name: &str| here.siblings.iter().any(|(sibling, _)| sibling == name);
        let equals = if given { "" } else { " = " };
        let at_root = here.path.is_empty();
        if let Some(table) = shape::table(&here.path) {
            for key in table.keys.iter().filter(|key| !present(key.name)) {
                let (label, new_text) = match key.kind {
                    Kind::Table(_) | Kind::Named(_) if at_root && !given => heading(key.name, key.kind),
                    Kind::Tables(_) if at_root && !given => {
                        (format!("[[{}]]", key.name), format!("[[{}]]\n", key.name))
                    }
                    _ => (key.name.to_owned(), format!("{}{equals}", key.name)),
                };
                self.push(&label, new_text, CompletionItemKind::PROPERTY, table.what, key.about);
            }
            if table.others.is_some() {
                self.arguments(table, here, equals);
            }
        } else if let Some(Kind::Named(_)) = shape::kind(&here.path) {
            self.known_names(here, equals);
        }
    }

    /// Arguments of the family or kind that the table says.
    fn arguments(&mut self, table: &'static Table, here: &Place, equals: &str) {
        let sort = here.siblings.iter().find(|(name, _)| Some(name.as_str()) == table.sort);
        let sort = sort.and_then(|(_, text)| text.as_deref());
        let mut arguments: Vec<String> = Vec::new();
        if std::ptr::eq(table, &keys::DYNAMICS) {
            let kind = keys::DYNAMICS_KINDS.iter().find(|kind| kind.word == sort.unwrap_or("mean-reverting"));
            let known = kind.into_iter().flat_map(|kind| kind.needs.iter().chain(kind.may));
            arguments.extend(known.map(|name| (*name).to_owned()));
        } else if let Some(family) = sort.and_then(Family::from_name) {
            arguments.extend(family.argument_names());
            if family.takes_quantiles() {
                arguments.extend(["median", "p05", "p95"].map(str::to_owned));
            }
        } else {
            let all = Family::ALL.into_iter().flat_map(|family| family.argument_names());
            arguments.extend(all.filter(|name| Argument::from_name(name).is_some()));
        }
        let what = sort.unwrap_or(table.what);
        for name in arguments {
            if !here.siblings.iter().any(|(sibling, _)| *sibling == name) {
                self.push(&name, format!("{name}{equals}"), CompletionItemKind::PROPERTY, what, "an argument");
            }
        }
    }

    /// In a table of the author's names: those that a base has, or that an action can be about.
    fn known_names(&mut self, here: &Place, equals: &str) {
        let Some(Step::Key(table)) = here.path.last() else { return };
        let keys: Vec<&str> = here
            .path
            .iter()
            .filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None })
            .collect();
        let owner = owner_of(&here.path);
        let before = self.found.len();
        match table.as_str() {
            "set" if keys[0] == "policies" => self.nouns(&[Noun::Lever], ""),
            "set" if keys[0] == "variants" => self.nouns(&[Noun::Parameter], ""),
            "set" => self.nouns(&[Noun::Variable], ""),
            "with" => self.of_machine(Noun::Argument, owner, ""),
            "add" => self.nouns(&[Noun::Variable, Noun::Consequence], ""),
            "values" => self.of_machine(Noun::Value, owner, ""),
            "states" | "within" => self.of_machine(Noun::State, owner, ""),
            table => self.nouns(&noun_of(table).into_iter().collect::<Vec<_>>(), ""),
        }
        let fresh = self.found.split_off(before);
        let free = fresh.into_iter().filter(|item| !here.siblings.iter().any(|(name, _)| *name == item.label));
        self.found.extend(free.map(|item| Completion { new_text: format!("{}{equals}", item.new_text), ..item }));
    }

    /// Everything that can stand between the brackets of a heading.
    fn headings(&mut self, lists: bool, closed: bool) {
        let mut paths: Vec<(String, &'static str)> = Vec::new();
        self.collect_headings(&keys::SCENARIO, &mut Vec::new(), lists, &mut paths);
        let close = match (closed, lists) {
            (true, _) => "",
            (false, false) => "]",
            (false, true) => "]]",
        };
        for (path, about) in paths {
            // What ends in a point is still to be named.
            let close = if path.ends_with('.') { "" } else { close };
            self.push(&path, format!("{path}{close}"), CompletionItemKind::MODULE, "", about);
        }
    }

    fn collect_headings(
        &self,
        table: &'static Table,
        path: &mut Vec<String>,
        lists: bool,
        found: &mut Vec<(String, &'static str)>,
    ) {
        for key in table.keys {
            path.push(key.name.to_owned());
            let full = path.join(".");
            match key.kind {
                Kind::Table(inner) if path.len() == 1 => {
                    if !lists {
                        found.push((full, key.about));
                    }
                    self.collect_headings(inner, path, lists, found);
                }
                // Of the present: `now.variables`, and `now.machines.NAME`.
                Kind::Named(_) if path.len() == 2 && path[0] == "now" => {
                    let known = self.names_at(path);
                    if !lists && known.is_empty() {
                        found.push((full, key.about));
                    }
                    if !lists {
                        found.extend(known.iter().map(|name| (format!("{}.{name}", path.join(".")), key.about)));
                    }
                }
                Kind::Tables(_) if lists && key.name != "branches" => found.push((full, key.about)),
                Kind::Named(Kind::Table(inner)) => {
                    let known = self.names_at(path);
                    for name in &known {
                        path.push(name.clone());
                        if !lists {
                            found.push((path.join("."), key.about));
                        }
                        self.collect_headings(inner, path, lists, found);
                        path.pop();
                    }
                    let within_a_name = path.len() > 3;
                    let whole = if path.len() == 1 { format!("{full}.") } else { full };
                    if !lists && !within_a_name {
                        found.push((whole, key.about));
                    }
                }
                Kind::Named(_) if path.len() == 1 && !lists => found.push((full, key.about)),
                _ => {}
            }
            path.pop();
        }
    }

    /// The names that a table of names has in this scenario.
    fn names_at(&self, path: &[String]) -> Vec<String> {
        let of = |name: &(Symbol, Noun, Rc<Reading>)| bare(&name.0.name);
        match path {
            [now, machines] if now == "now" && machines == "machines" => self.names_at(&path[1..]),
            [table] => noun_of(table).map(|noun| self.names.all(&[noun]).map(of).collect()).unwrap_or_default(),
            [table, machine, inner @ ..] if table == "machines" || table == "templates" => {
                let scenarios = self.names.readings.iter().filter_map(|reading| reading.scenario.as_ref());
                let mut all = scenarios.flat_map(|scenario| {
                    let templates = scenario.templates.iter().map(|template| &template.machine);
                    let machines = scenario.machines.iter().filter(|_| table == "machines");
                    machines.chain(templates.filter(|_| table == "templates"))
                });
                let machine = all.find(|found| bare(&found.name.value) == *machine);
                machine.map(|machine| states_at(&machine.states, inner)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// The machine or template that a path leads through; empty if through none.
fn owner_of(path: &[Step]) -> &str {
    let key = |at: usize| match path.get(at) {
        Some(Step::Key(key)) => key.as_str(),
        _ => "",
    };
    match (key(0), key(1)) {
        ("machines" | "templates", _) => key(1),
        ("now", "machines") => key(2),
        _ => "",
    }
}

/// The states of the table at `states`, or `states.NAME.states` and so on.
fn states_at(states: &[StateText], path: &[String]) -> Vec<String> {
    match path {
        [word] if word == "states" => states.iter().map(|state| bare(&state.name.value)).collect(),
        [word, name, inner @ ..] if word == "states" => {
            let state = states.iter().find(|state| bare(&state.name.value) == *name);
            state.map(|state| states_at(&state.states, inner)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// A name as it stands in a heading.
fn bare(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}

fn heading(name: &str, kind: Kind) -> (String, String) {
    match kind {
        Kind::Named(Kind::Table(_)) => (format!("[{name}.…]"), format!("[{name}.")),
        _ => (format!("[{name}]"), format!("[{name}]\n")),
    }
}

fn noun_of(table: &str) -> Option<Noun> {
    Some(match table {
        "parameters" => Noun::Parameter,
        "levers" => Noun::Lever,
        "variables" => Noun::Variable,
        "formulas" => Noun::Formula,
        "machines" => Noun::Machine,
        "templates" => Noun::Template,
        "policies" => Noun::Policy,
        "variants" => Noun::Variant,
        "consequences" => Noun::Consequence,
        "milestones" => Noun::Milestone,
        "outcomes" => Noun::Outcome,
        "shocks" => Noun::Shock,
        _ => return None,
    })
}
