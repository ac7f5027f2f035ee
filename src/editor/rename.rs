//! A new name for a thing, everywhere it is named.
//!
//! In: a [`Desk`], a place and the new name. Out: for each file what to write where, or why not: illegal, taken, or no
//! name at all. After the edits every reading means what it meant before.

use super::desk::Desk;
use super::navigate::{Occurrences, Spot, find, occurrences};
use crate::model::index::{Kind, Space, Symbol};
use crate::model::parse::is_reserved;
use crate::scenario::keys::RESERVED;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name at an offset, without quotes, if it can be renamed.
///
/// # Errors
/// If there is no name, or none that something defines.
pub fn renameable(desk: &Desk<'_>, path: &Path, offset: usize) -> Result<(Spot, String), String> {
    let found = find(desk, path, offset).ok_or("there is nothing here that has a name of yours")?;
    defined(desk, path, offset)?;
    let span = found.reading.unquoted(found.span);
    let spot = Spot { path: path.to_owned(), start: span.start as usize, end: span.end as usize };
    Ok((spot, found.symbol.name))
}

fn defined(desk: &Desk<'_>, path: &Path, offset: usize) -> Result<(Occurrences, Kind), String> {
    let found = occurrences(desk, path, offset).ok_or("there is nothing here that has a name of yours")?;
    let kind = found.kind.ok_or("nothing defines this name, so it cannot be renamed")?;
    Ok((found, kind))
}

/// What to write, by file, in file order; the ranges do not overlap.
///
/// # Errors
/// In the author's words, why the name cannot be given.
pub fn rename(
    desk: &Desk<'_>,
    path: &Path,
    offset: usize,
    new_name: &str,
) -> Result<BTreeMap<PathBuf, Vec<(Spot, String)>>, String> {
    let (found, kind) = defined(desk, path, offset)?;
    let of_machine = found.known.iter().any(|(_, symbol)| !symbol.owner.is_empty());
    check_form(kind, kind.is_word() || (kind == Kind::Event && of_machine), new_name)?;
    check_free(&found, kind, new_name)?;
    let mut edits: BTreeMap<PathBuf, Vec<(Spot, String)>> = BTreeMap::new();
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    for spot in found.spots {
        let text = texts.entry(spot.path.clone()).or_insert_with(|| desk.text(&spot.path));
        let written = text.get(spot.start..spot.end).unwrap_or_default();
        let new_text = match written.chars().next() {
            Some(mark @ ('"' | '\'')) => format!("{mark}{new_name}{mark}"),
            // A key that was a bare word and cannot stay one.
            _ if !is_bare_key(new_name) => format!("\"{new_name}\""),
            _ => new_name.to_owned(),
        };
        edits.entry(spot.path.clone()).or_default().push((spot, new_text));
    }
    Ok(edits)
}

fn is_bare_key(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether a thing of this kind may be called so at all.
fn check_form(kind: Kind, is_word: bool, name: &str) -> Result<(), String> {
    let noun = kind.noun();
    if name.trim() != name || name.is_empty() {
        return Err(format!("a {noun} needs a name without spaces around it"));
    }
    if !is_word {
        if name.contains(['"', '\'', '\\', '`']) || name.contains(char::is_control) {
            return Err(format!("quotes, `\\` and control characters cannot be part of the name of a {noun}"));
        }
        if kind == Kind::Event && name.contains('.') {
            return Err("an event with a point in its name would be the entry of a state".to_owned());
        }
        return Ok(());
    }
    if RESERVED.contains(&name) || is_reserved(name) {
        return Err(format!("`{name}` has a meaning of its own in expressions, so that nothing can be called so"));
    }
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!(
            "a {noun} cannot be called `{name}`: only letters from a to z, digits and `_`, beginning with a letter, can \
             stand in expressions"
        ));
    }
    Ok(())
}

/// Whether no scenario that knows the thing has the name already for something that it could be confused with.
fn check_free(found: &Occurrences, kind: Kind, name: &str) -> Result<(), String> {
    let rivals: &[Space] = match kind.space() {
        Space::State | Space::Value => &[Space::State, Space::Value],
        Space::Bare if kind == Kind::Variable => &[Space::Bare, Space::Consequence],
        Space::Consequence => &[Space::Consequence, Space::Bare],
        Space::Bare => &[Space::Bare],
        Space::Event => &[Space::Event],
        Space::Transition => &[Space::Transition],
        Space::Milestone => &[Space::Milestone],
        Space::Outcome => &[Space::Outcome],
        Space::Duration => &[Space::Duration],
        Space::Shock => &[Space::Shock],
        Space::Argument => &[Space::Argument, Space::Bare, Space::State, Space::Value],
        Space::Policy => &[Space::Policy],
        Space::Variant => &[Space::Variant],
    };
    for (reading, symbol) in &found.known {
        if symbol.name == name {
            return Err(format!("it is called `{name}` already"));
        }
        let taken = |other: &Symbol, kind_of: Kind| {
            // Of what expressions name, only a variable can be confused with a consequence: `add` takes both.
            let confusable = other.space != Space::Bare || kind != Kind::Consequence || kind_of == Kind::Variable;
            let near = other.owner == symbol.owner || other.owner.is_empty();
            other.name == name && near && rivals.contains(&other.space) && confusable
        };
        if let Some((_, other)) = reading.index.definitions().find(|(other, kind_of)| taken(other, *kind_of)) {
            let file = reading.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            return Err(format!("`{name}` is taken: in `{file}` a {} is called so", other.noun()));
        }
    }
    Ok(())
}
