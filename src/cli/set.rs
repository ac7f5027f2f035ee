//! `standoff set`: changes values in a scenario file, checks what came of it, and writes it if it is sound.

use super::arguments::SetArguments;
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use super::run::quoted;
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Severity, Sources};
use crate::output::write;
use crate::scenario::address::{self, Place, Step};
use crate::scenario::edit::{self, Way};
use crate::scenario::load::{self, Disk, Files};
use crate::scenario::tree::{self, Node, Value};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

pub fn set(arguments: &SetArguments) -> Result<Exit, Trouble> {
    let path = &arguments.path;
    let bytes = open::text_of(path)?;
    let (mark, text) = match bytes.strip_prefix('\u{FEFF}') {
        Some(text) => ("\u{FEFF}", text),
        None => ("", bytes.as_str()),
    };
    let before = open::open(path);
    let mut edited = Edited { path: path.clone(), text: text.to_owned() };
    let mut done = Vec::new();
    for change in &arguments.changes {
        let (change, text) = apply(change, &edited, arguments.here)?;
        edited.text = text;
        done.push(change);
    }
    let after = open::open_from(&edited, path);
    refuse_new_mistakes(&before, &after)?;
    if arguments.dry_run {
        let name = path.display().to_string();
        print!("{}", difference(text, &edited.text, &name));
        return Ok(Exit::Done);
    }
    if edited.text != text {
        let contents = format!("{mark}{}", edited.text);
        write::write(path, contents.as_bytes())
            .map_err(|error| Trouble::new(Exit::Files, format!("error: {error}")))?;
    }
    for change in &done {
        println!("{}", change.line(path));
    }
    let warnings = fresh(&before, &after, Severity::Warning);
    if !warnings.is_empty() {
        eprintln!("{}", render(&warnings, &after.sources, style()).trim_end());
    }
    if after.diagnostics.has_errors() {
        let left = after.diagnostics.count(Severity::Error);
        let counted = if left == 1 { "1 mistake".to_owned() } else { format!("{left} mistakes") };
        eprintln!("{counted} of before are still there: standoff check {}", quoted(&path.to_string_lossy()));
    }
    Ok(Exit::Done)
}

/// The disk, with one file as it would be.
struct Edited {
    path: PathBuf,
    text: String,
}

impl Files for Edited {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path == self.path { Ok(self.text.clone().into_bytes()) } else { Disk.read(path) }
    }
}

/// What one change came to.
struct Change {
    address: String,
    /// As they stand in the file.
    old: Option<String>,
    new: String,
    line: usize,
    /// The file whose value is overridden.
    base: Option<String>,
}

impl Change {
    fn line(&self, path: &Path) -> String {
        let old = self.old.as_deref().unwrap_or("(nothing)");
        let of = self.base.as_ref().map_or_else(String::new, |base| format!(", over that of {base}"));
        let Change { address, new, line, .. } = self;
        if self.old.as_ref() == Some(new) && self.base.is_none() {
            return format!("{address}: is {new} already  ({}:{line})", path.display());
        }
        format!("{address}: {old} → {new}  ({}:{line}{of})", path.display())
    }
}

/// Makes one change, `place=value`, and gives the new text.
fn apply(typed: &str, edited: &Edited, here: bool) -> Result<(Change, String), Trouble> {
    let usage = |message: String| Trouble::new(Exit::Usage, format!("error: {message}"));
    let (address, value) = split(typed).ok_or_else(|| {
        usage(format!("`{typed}` does not say what to set, and to what: write it as in `parameters.resolve.value=0.4`"))
    })?;
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let Some(root) = load::tree(&edited.path, edited, &mut sources, &mut diagnostics) else {
        return Err(Trouble::new(Exit::Mistakes, unreadable(&diagnostics, &sources)));
    };
    let read = load::read(&edited.path, edited, &mut Sources::default(), &mut Diagnostics::default());
    let unwritten = read.as_ref().map_or_else(BTreeMap::new, address::unwritten_names);
    let whole = value.trim().starts_with('{');
    let place = address::locate(&root, address, &unwritten, whole)
        .map_err(|why| usage(format!("{why}\n  in {}", edited.path.display())))?;
    let site = Site::of(&place, &sources, &root).map_err(usage)?;
    if let Some(written) = &site.written
        && written.heading
    {
        return Err(usage(whole_table(&place)));
    }
    let new = edit::as_toml(value, place.kind, site.written.as_ref().map(|written| written.text.as_str()));
    if site.file != FileId(0) && !here {
        return Err(usage(elsewhere(&site, &sources, &edited.path, address, &new)));
    }
    let text = if site.file == FileId(0) {
        site.change(&edited.text, &new)
    } else {
        site.override_in(&edited.text, &sources, &place, &new)
    };
    let text = text.map_err(|why| usage(format!("`{}` cannot be set: {why}", site.address)))?;
    let base = (site.file != FileId(0)).then(|| sources.file(site.file).name.clone());
    let line = changed_line(&edited.text, &text);
    let line = if edited.text == text { site.line } else { line };
    Ok((Change { address: site.address, old: site.written.map(|written| written.text), new, line, base }, text))
}

/// That a value was given for something that has many.
fn whole_table(place: &Place<'_>) -> String {
    let name = address::full(&place.steps);
    let keys: Vec<&str> = match place.node.and_then(Node::entries) {
        Some(entries) => entries.iter().map(|entry| entry.key.value.as_str()).collect(),
        None => return format!("`{name}` is a list of tables: say which by its name or number, as in `{name}[0]`"),
    };
    format!("`{name}` is a whole table: say which of {}", keys.join(", "))
}

/// Splits at the first `=` outside quotes.
fn split(typed: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in typed.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '=') if at > 0 => return Some((&typed[..at], &typed[at + 1..])),
            _ => {}
        }
    }
    None
}

fn unreadable(diagnostics: &Diagnostics, sources: &Sources) -> String {
    format!("{}\nnothing was written: mend this in an editor first", render(diagnostics, sources, style()).trim_end())
}

/// Where a change is made.
struct Site {
    /// The file that has the value; where none has it, the first that has the table around it.
    file: FileId,
    /// The way there in that file.
    way: Vec<Way>,
    /// As typed in full for that file.
    address: String,
    /// What stands there.
    written: Option<Written>,
    /// Of the value, or of the table around it, from 1.
    line: usize,
}

/// A value as it stands in its file.
struct Written {
    range: std::ops::Range<usize>,
    text: String,
    /// It is a `[heading]`, or a table made of points, whose text is not all that belongs to it.
    heading: bool,
}

impl Site {
    fn of(place: &Place<'_>, sources: &Sources, root: &Node) -> Result<Site, String> {
        if let Some(node) = place.node {
            let file = node.span.file;
            let text = &sources.file(file).text;
            let range = node.span.start as usize..node.span.end as usize;
            let (way, _) = way_in(sources, file, &place.steps)
                .ok_or_else(|| format!("`{}` is put together from several files", address::full(&place.steps)))?;
            let written = text.get(range.clone()).unwrap_or_default().to_owned();
            let heading = match &node.value {
                Value::Table(_) => !written.starts_with('{'),
                // `[{ … }]` is a value, `[[…]]` a heading; a list of lists holds no tables.
                Value::List(items) => {
                    items.first().is_some_and(|item| item.entries().is_some())
                        && (!written.starts_with('[') || written.starts_with("[["))
                }
                _ => false,
            };
            let line = sources.line_column(file, node.span.start).0;
            let address = own_address(&place.steps, &way);
            return Ok(Site { file, way, address, written: Some(Written { range, text: written, heading }), line });
        }
        // The deepest table on the way that there is, in the file itself before those that it extends.
        let mut depth = place.steps.len();
        while depth > 0 && find(root, &place.steps[..depth]).is_none() {
            depth -= 1;
        }
        let (there, missing) = place.steps.split_at(depth);
        let file = sources.iter().map(|(id, _)| id).find(|id| way_in(sources, *id, there).is_some());
        let file = file.unwrap_or(FileId(0));
        let (mut way, start) = way_in(sources, file, there).unwrap_or_default();
        way.extend(missing.iter().filter_map(|step| match step {
            Step::Key(key) => Some(Way::Key(key.clone())),
            Step::Item { .. } => None,
        }));
        let address = own_address(&place.steps, &way);
        Ok(Site { file, way, address, written: None, line: sources.line_column(file, start).0 })
    }

    /// The text of the site's own file with the new value.
    fn change(&self, text: &str, new: &str) -> Result<String, String> {
        match &self.written {
            Some(written) => Ok(edit::replace(text, vec![(written.range.clone(), new.to_owned())])),
            None => edit::insert(text, &self.way, new),
        }
    }

    /// The text of the main file, in which what a base says is said otherwise.
    fn override_in(&self, main: &str, sources: &Sources, place: &Place<'_>, new: &str) -> Result<String, String> {
        let base = &sources.file(self.file).text;
        let Some(item) = self.way.iter().position(|step| matches!(step, Way::Item(_))) else {
            return edit::insert(main, &self.way, new);
        };
        let list = &place.steps[..item];
        let changed = self.change(base, new)?;
        if list.last() == Some(&Step::Key("transitions".to_owned())) {
            // A transition of the same name takes the place of the inherited one.
            let tree = parsed(base, self.file);
            let (_, transition) = edit::way_in(&tree, &place.steps[..=item]).ok_or("it is not where it was")?;
            if transition.get("name").is_none() {
                let name = &sources.file(self.file).name;
                return Err(format!("its transition has no `name` in {name}, by which this file could replace it"));
            }
            return edit::copy_item(&changed, &self.way[..=item], main);
        }
        // Any other list is replaced whole.
        let tree = parsed(&changed, self.file);
        let (_, whole) = edit::way_in(&tree, list).ok_or("it is not where it was")?;
        let whole = &changed[whole.span.start as usize..whole.span.end as usize];
        edit::insert(main, &self.way[..item], whole)
    }
}

fn parsed(text: &str, file: FileId) -> Node {
    tree::parse(file, text, &mut Diagnostics::default()).root
}

/// The way in one of the files, and where what is there begins.
fn way_in(sources: &Sources, file: FileId, steps: &[Step]) -> Option<(Vec<Way>, u32)> {
    let tree = parsed(&sources.file(file).text, file);
    edit::way_in(&tree, steps).map(|(way, node)| (way, node.span.start))
}

/// What stands at the end of some steps of the merged tree.
fn find<'n>(root: &'n Node, steps: &[Step]) -> Option<&'n Node> {
    edit::way_in(root, steps).map(|(_, node)| node)
}

/// The address in full, with the numbers that items have in their own file.
fn own_address(steps: &[Step], way: &[Way]) -> String {
    let own = steps.iter().zip(way).map(|(step, way)| match (step, way) {
        (Step::Item { span, name, .. }, Way::Item(number)) => {
            Step::Item { number: *number, span: *span, name: name.clone() }
        }
        _ => step.clone(),
    });
    address::full(&own.collect::<Vec<_>>())
}

/// That a value stands in another file, and the two things to do.
fn elsewhere(site: &Site, sources: &Sources, main: &Path, typed: &str, new: &str) -> String {
    let base = &sources.file(site.file).name;
    let (path, new) = (main.to_string_lossy(), new.trim_matches(['"', '\'']));
    let there = quoted(&format!("{}={new}", site.address));
    let over = quoted(&format!("{typed}={new}"));
    format!(
        "`{}` is written in {base}:{}, which {path} extends; nothing was written\n  \
         to change it for every scenario that extends {base}:\n    standoff set {} {there}\n  \
         to change it for {path} alone:\n    standoff set {} --here {over}",
        site.address,
        site.line,
        quoted(base),
        quoted(&path),
    )
}

/// The last line, from 1, of what was put in or changed.
fn changed_line(old: &str, new: &str) -> usize {
    let same_below = old.lines().rev().zip(new.lines().rev()).take_while(|(old, new)| old == new).count();
    new.lines().count() - same_below
}

fn style() -> Style {
    if std::io::stderr().is_terminal() { Style::Coloured } else { Style::Plain }
}

/// What is said of the new text that was not said of the old one.
fn fresh(before: &Opened, after: &Opened, severity: Severity) -> Diagnostics {
    let of_it = |opened: &Opened| -> Vec<Diagnostic> {
        opened.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).cloned().collect()
    };
    // By their words, since an edit moves what stands below it.
    let mut old: BTreeMap<String, usize> = BTreeMap::new();
    for diagnostic in of_it(before) {
        *old.entry(diagnostic.message).or_default() += 1;
    }
    let mut fresh = Diagnostics::default();
    for diagnostic in of_it(after) {
        match old.get_mut(&diagnostic.message) {
            Some(left) if *left > 0 => *left -= 1,
            _ => fresh.push(diagnostic),
        }
    }
    fresh
}

fn refuse_new_mistakes(before: &Opened, after: &Opened) -> Result<(), Trouble> {
    let errors = fresh(before, after, Severity::Error);
    if errors.is_empty() {
        return Ok(());
    }
    let shown = render(&errors, &after.sources, style());
    Err(Trouble::new(
        Exit::Mistakes,
        format!("{}\nnothing was written: the file would have this mistake", shown.trim_end()),
    ))
}

/// The lines that change, as `diff -u` shows them.
fn difference(old: &str, new: &str, name: &str) -> String {
    let lines = similar::TextDiff::from_lines(old, new);
    lines.unified_diff().context_radius(2).header(name, &format!("{name} (edited)")).to_string()
}
