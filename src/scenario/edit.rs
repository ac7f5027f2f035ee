//! Editing the text of a TOML file: a value replaced, a key added, and every other byte as it was.
//!
//! In: a text, places in it, and new values as TOML. Out: the new text. Where a value stands already, only its own bytes
//! change; what is not there yet is put in its table by `toml_edit`, which keeps comments and layout. Line ends stay
//! what they are. Knows the grammar of TOML and which keys take text, but not what a scenario means.

use std::ops::Range;

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::address::Step;
use super::keys::Kind;
use super::tree::{self, Node};

/// What someone typed for a value, as TOML: a number stays a number, and what is text gets quotes.
///
/// `old` is what stands there, whose kind of quotes is kept. A bare number is written as typed, also in the place of a
/// text with a unit.
pub fn as_toml(typed: &str, kind: Option<Kind>, old: Option<&str>) -> String {
    let bare = typed.trim();
    let parsed: Option<Value> = bare.parse().ok();
    let as_typed = match kind {
        Some(Kind::Text | Kind::Name | Kind::Word(_)) => matches!(parsed, Some(Value::String(_))),
        Some(Kind::Names) => matches!(parsed, Some(Value::String(_) | Value::Array(_))),
        Some(Kind::Expression | Kind::Quantity) => !matches!(parsed, None | Some(Value::Datetime(_))),
        _ => parsed.is_some(),
    };
    if as_typed {
        return bare.to_owned();
    }
    let text = if matches!(kind, Some(Kind::Text)) { typed } else { bare };
    let literal = old.is_some_and(|old| old.starts_with('\'')) && !text.contains(|c: char| c == '\'' || c.is_control());
    if literal { format!("'{text}'") } else { quoted(text) }
}

/// A text on one line in double quotes. What JSON escapes, TOML takes escaped in the same way; it wants one more.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// The text with some of its ranges replaced. The ranges must not overlap.
pub fn replace(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, new) in changes {
        text.replace_range(range, &new);
    }
    text
}

/// A step in one file, where the number of an item is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    Key(String),
    Item(usize),
}

/// The way of an address in one of a scenario's files, and what stands there in it; `None` if that file does not have it.
pub fn way_in<'n>(file: &'n Node, steps: &[Step]) -> Option<(Vec<Way>, &'n Node)> {
    let (mut way, mut node) = (Vec::new(), file);
    for step in steps {
        match step {
            Step::Key(key) => {
                node = &node.get(key)?.node;
                way.push(Way::Key(key.clone()));
            }
            Step::Item { span, .. } => {
                let tree::Value::List(items) = &node.value else { return None };
                let number = items.iter().position(|item| item.span == *span)?;
                node = &items[number];
                way.push(Way::Item(number));
            }
        }
    }
    Some((way, node))
}

/// Why something cannot be added, in words for people.
pub type Refusal = String;

/// Adds a key with a value of TOML, and the tables around it that are not there yet.
pub fn insert(text: &str, way: &[Way], value: &str) -> Result<String, Refusal> {
    let Some((Way::Key(key), tables)) = way.split_last() else {
        return Err("an item of a list cannot be added: write it in an editor".to_owned());
    };
    let value: Value = value.parse().map_err(|_| format!("`{value}` is not a value of TOML"))?;
    edited(text, |document| {
        let (table, in_braces) = table_at(document.as_table_mut(), false, tables, true)?;
        put(table, in_braces, key, value);
        Ok(())
    })
}

/// Puts a new key behind the others of a table.
fn put(table: &mut dyn TableLike, in_braces: bool, key: &str, value: Value) {
    let last = table.iter_mut().last().and_then(|(_, item)| item.as_value_mut().map(Value::decor_mut));
    let before_the_brace = match last {
        _ if !in_braces => String::new(),
        None => " ".to_owned(),
        // The space before the closing brace belongs to the last value.
        Some(decor) => {
            let space = decor.suffix().and_then(|space| space.as_str()).unwrap_or("").to_owned();
            decor.set_suffix("");
            space
        }
    };
    table.insert(key, Item::Value(value.decorated(" ", before_the_brace)));
}

/// Copies the item of a list of tables out of one text to the end of the list of the same address in another.
pub fn copy_item(from: &str, item: &[Way], into: &str) -> Result<String, Refusal> {
    let copied = table_of(from, item)?;
    let [tables @ .., Way::Key(key), Way::Item(_)] = item else {
        return Err("only an item of a list can be copied".to_owned());
    };
    edited(into, |document| {
        let (holder, _) = table_at(document.as_table_mut(), false, tables, true)?;
        match holder.get_mut(key) {
            None => {
                let mut list = ArrayOfTables::new();
                list.push(copied);
                holder.insert(key, Item::ArrayOfTables(list));
            }
            Some(Item::ArrayOfTables(list)) => list.push(copied),
            Some(Item::Value(Value::Array(list))) => list.push(copied.into_inline_table()),
            Some(_) => return Err(format!("`{key}` is not a list of tables")),
        }
        Ok(())
    })
}

/// The table at a place, freed from its place.
fn table_of(text: &str, way: &[Way]) -> Result<Table, Refusal> {
    let mut document = parse(text)?;
    let mut table = Table::new();
    for (key, item) in table_at(document.as_table_mut(), false, way, false)?.0.iter() {
        let mut item = item.clone();
        if let Some(inner) = item.as_table_mut() {
            inner.set_position(None);
        }
        table.insert(key, item);
    }
    table.decor_mut().set_prefix("\n");
    Ok(table)
}

fn parse(text: &str) -> Result<DocumentMut, Refusal> {
    text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())
}

/// Parses, edits and writes again, with the line ends of the text.
fn edited(text: &str, edit: impl FnOnce(&mut DocumentMut) -> Result<(), Refusal>) -> Result<String, Refusal> {
    let mut document = parse(text)?;
    edit(&mut document)?;
    let new = document.to_string();
    if text.contains("\r\n") && !text.replace("\r\n", "").contains('\n') {
        return Ok(new.replace("\r\n", "\n").replace('\n', "\r\n"));
    }
    Ok(new)
}

/// The table at a place below another, and whether it is written in braces; with `make`, the tables on the way that are
/// not there are made.
fn table_at<'d>(
    table: &'d mut dyn TableLike,
    in_braces: bool,
    way: &[Way],
    make: bool,
) -> Result<(&'d mut dyn TableLike, bool), Refusal> {
    let Some((step, rest)) = way.split_first() else { return Ok((table, in_braces)) };
    let Way::Key(key) = step else { return Err("a list within a list cannot be edited".to_owned()) };
    if make && table.get(key).is_none() {
        if in_braces {
            put(table, in_braces, key, InlineTable::new().into());
        } else {
            let mut made = Table::new();
            // A table that only holds others needs no heading of its own; one that holds a value gets it.
            made.set_implicit(true);
            table.insert(key, Item::Table(made));
        }
    }
    let refusal = || format!("`{key}` is no table that could be edited");
    let item = table.get_mut(key).ok_or_else(refusal)?;
    if let Some((Way::Item(number), rest)) = rest.split_first() {
        return match item {
            Item::ArrayOfTables(list) => table_at(list.get_mut(*number).ok_or_else(refusal)?, false, rest, make),
            Item::Value(Value::Array(list)) => {
                let item = list.get_mut(*number).and_then(Value::as_inline_table_mut);
                table_at(item.ok_or_else(refusal)?, true, rest, make)
            }
            _ => Err(refusal()),
        };
    }
    let in_braces = item.is_inline_table();
    table_at(item.as_table_like_mut().ok_or_else(refusal)?, in_braces, rest, make)
}

#[cfg(test)]
mod tests;
