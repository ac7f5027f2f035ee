//! Tables that come in sorts (distributions by family, dynamics by kind), each sort with keys of its own.
//!
//! All keys of all sorts are properties, so that editors complete and explain each. A key that is not of the sort at
//! hand is refused with the sorts that have it; a sort that lacks what it needs, with the ways in which it can be given.

use super::rule::when_given;
use super::{Definitions, Schema, words};
use crate::distribution::{Argument, Family, Level};
use crate::scenario::keys::{self, Key, Kind, Rule, Table};
use serde_json::{Map, Value, json};

/// Names of quantiles, as [`Argument::from_name`] reads them.
const QUANTILES: &str = "^(median|p([1-9]|0[1-9]|[1-9][0-9]|[0-9][0-9][1-9]))$";
/// The quantiles that editors offer by name.
const OFFERED: [u16; 5] = [50, 250, 500, 750, 950];

/// One sort of a table.
struct Sort {
    word: &'static str,
    about: &'static str,
    /// Sets of keys, one of which it needs, and whether quantiles come with them.
    ways: Vec<(Vec<String>, bool)>,
    /// Every key it can have besides those of the table itself, quantiles not among them.
    keys: Vec<String>,
}

/// A key that sorts have.
struct Argued {
    name: String,
    about: String,
    quantile: bool,
}

impl Definitions {
    pub(super) fn apply_sorts(&mut self, table: &'static Table, partial: bool, body: &mut Schema) {
        let tag = table.sort.expect("only tables with sorts have them applied");
        let sorts = sorts(table);
        let words: Vec<&str> = sorts.iter().map(|sort| sort.word).collect();
        let property = body.get_mut("properties").and_then(Value::as_object_mut).expect("a table has properties");
        let tagged = property.get_mut(tag).and_then(Value::as_object_mut).expect("the sort is a key of its table");
        tagged.insert("enum".to_owned(), json!(words));
        let abouts: Vec<String> = sorts.iter().map(|sort| words::sentence(sort.about)).collect();
        tagged.insert("x-taplo".to_owned(), json!({ "docs": { "enumValues": abouts } }));
        for argument in arguments(table) {
            let mut schema = self.kind(table.others.unwrap_or(Kind::Quantity), partial);
            schema.insert("description".to_owned(), json!(self.argument_text(&argument, &sorts)));
            let properties = body.get_mut("properties").and_then(Value::as_object_mut).expect("as above");
            properties.insert(argument.name, Value::Object(schema));
        }
        if sorts.iter().any(|sort| sort.ways.iter().any(|(_, quantiles)| *quantiles)) {
            let quantile = Value::Object(self.kind(table.others.unwrap_or(Kind::Quantity), partial));
            body.insert("patternProperties".to_owned(), json!({ QUANTILES: quantile }));
        }
        refuse_strange_keys(tag, &sorts, body);
        when_given(body, tag, ways_of_all(tag, &sorts));
    }

    fn argument_text(&self, argument: &Argued, sorts: &[Sort]) -> String {
        let takers: Vec<String> =
            sorts.iter().filter(|sort| sort.takes(argument)).map(|s| format!("`{}`", s.word)).collect();
        let of = if takers.len() == sorts.len() { String::new() } else { format!("\n\nFor {}.", takers.join(", ")) };
        words::sentence(&argument.about) + &of
    }
}

impl Sort {
    fn takes(&self, argument: &Argued) -> bool {
        match argument.quantile {
            true => self.ways.iter().any(|(_, quantiles)| *quantiles),
            false => self.keys.contains(&argument.name),
        }
    }
}

/// The sorts that a table comes in.
fn sorts(table: &'static Table) -> Vec<Sort> {
    if std::ptr::eq(table, &keys::DISTRIBUTION) {
        return Family::ALL.into_iter().map(family).collect();
    }
    if std::ptr::eq(table, &keys::DYNAMICS) {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        return keys::DYNAMICS_KINDS
            .iter()
            .map(|kind| Sort {
                word: kind.word,
                about: kind.about,
                ways: vec![(owned(kind.needs), false)],
                keys: owned(&[kind.needs, kind.may].concat()),
            })
            .collect();
    }
    unreachable!("{} comes in sorts that nothing lists", table.what)
}

fn family(family: Family) -> Sort {
    let lists: Vec<&Key> = list_keys().collect();
    let mut ways = Vec::new();
    for way in family.determined_by() {
        let named: Vec<String> = way.named.iter().map(|argument| argument.name()).collect();
        if named.is_empty() && way.quantiles == 0 {
            let alone = lists.iter().filter(|key| stands_alone(key));
            ways.extend(alone.map(|key| (vec![key.name.to_owned()], false)));
        } else {
            ways.push((named, way.quantiles > 0));
        }
    }
    let mut keys = family.argument_names();
    if family.determined_by().iter().any(|way| way.named.is_empty() && way.quantiles == 0) {
        keys.extend(lists.iter().map(|key| key.name.to_owned()));
    }
    Sort { word: family.name(), about: family.about(), ways, keys }
}

/// The keys of a distribution that are about a list of values.
fn list_keys() -> impl Iterator<Item = &'static Key> {
    let said = |key: &&Key| key.name != "family" && !keys::PROVENANCE.contains(&key.name);
    keys::DISTRIBUTION.keys.iter().filter(said)
}

/// Whether a key of a distribution means something by itself; `column` does not without `csv`.
fn stands_alone(key: &Key) -> bool {
    !keys::DISTRIBUTION.rules.iter().any(|rule| matches!(rule, Rule::Needs(needy, _) if *needy == key.name))
}

/// The keys that only some sorts have, and that the list of keys leaves to them.
fn arguments(table: &'static Table) -> Vec<Argued> {
    if std::ptr::eq(table, &keys::DYNAMICS) {
        return keys::DYNAMICS_ARGUMENTS
            .iter()
            .map(|key| Argued { name: key.name.to_owned(), about: key.about.to_owned(), quantile: false })
            .collect();
    }
    let levels = OFFERED.into_iter().filter_map(Level::per_mille).map(Argument::Quantile);
    Argument::NAMED
        .into_iter()
        .chain(levels)
        .map(|argument| Argued {
            name: argument.name(),
            about: argument.about().to_owned(),
            quantile: matches!(argument, Argument::Quantile(_)),
        })
        .collect()
}

/// Beside a key that not all sorts have, only those sorts are allowed.
fn refuse_strange_keys(tag: &str, sorts: &[Sort], body: &mut Schema) {
    let mut names: Vec<&String> = sorts.iter().flat_map(|sort| &sort.keys).collect();
    names.sort();
    names.dedup();
    for name in names {
        let takers: Vec<&str> = sorts.iter().filter(|sort| sort.keys.contains(name)).map(|sort| sort.word).collect();
        if takers.len() < sorts.len() {
            when_given(body, name, json!({ "properties": { tag: { "enum": takers } } }));
        }
    }
}

/// For every sort, the ways in which it can be given; of an unknown one nothing is asked.
fn ways_of_all(tag: &str, sorts: &[Sort]) -> Value {
    let quantile = |given: bool| {
        let none = json!({ "patternProperties": { QUANTILES: { "not": {} } } });
        if given { json!({ "not": none }) } else { none }
    };
    let mut all: Vec<Value> = Vec::new();
    for sort in sorts {
        let optional: Vec<&String> =
            sort.keys.iter().filter(|key| !sort.ways.iter().any(|(named, _)| named.contains(key))).collect();
        for (named, quantiles) in &sort.ways {
            let strange: Map<String, Value> = sort
                .keys
                .iter()
                .filter(|key| !named.contains(key) && !optional.contains(key))
                .map(|key| (key.clone(), json!({ "not": {} })))
                .collect();
            let mut properties = strange;
            properties.insert(tag.to_owned(), json!({ "enum": [sort.word] }));
            let mut way = super::schema(json!({ "properties": properties, "allOf": [quantile(*quantiles)] }));
            if !named.is_empty() {
                way.insert("required".to_owned(), json!(named));
            }
            all.push(Value::Object(way));
        }
    }
    let words: Vec<&str> = sorts.iter().map(|sort| sort.word).collect();
    all.push(json!({ "properties": { tag: { "not": { "enum": words } } } }));
    json!({ "anyOf": all })
}
