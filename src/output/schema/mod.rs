//! JSON Schemas of the file formats, with which editors complete, explain and check keys as they are typed.
//!
//! In: the list of keys that the reader itself goes by ([`keys`]), and the distribution families. Out: the text of a
//! schema. Draft 4, because that is what Taplo and Even Better TOML read; what they alone understand stands under
//! `x-taplo`. Each kind of table is one definition, so that a table may hold tables of its own kind.
//!
//! A schema sees one file at a time. What another file may give, through `extends`, it does not ask for; names,
//! expressions and what they mean it does not look into. That is left to `standoff check`.

mod kind;
mod rule;
mod sort;
mod words;

use crate::scenario::keys::{self, Key, Kind, Table};
use serde_json::{Map, Value, json};

type Schema = Map<String, Value>;

/// The file formats, by the word that the command line has for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Scenario,
    Study,
}

impl Format {
    pub const ALL: [Format; 2] = [Format::Scenario, Format::Study];

    pub fn name(self) -> &'static str {
        match self {
            Format::Scenario => "scenario",
            Format::Study => "study",
        }
    }

    /// What the schema's file is called, in the first line of the files that follow it.
    pub fn file_name(self) -> String {
        format!("{}.schema.json", self.name())
    }

    /// The text of the schema, with a line break at its end.
    pub fn schema(self) -> String {
        let (table, about) = match self {
            Format::Scenario => {
                (&keys::SCENARIO, "A scenario: actors as state machines, what moves them, and how it may end.")
            }
            Format::Study => (&keys::STUDY, "A study: what is asked of scenarios."),
        };
        let mut definitions = Definitions::default();
        let mut root = definitions.body(table, true);
        root.insert("$schema".to_owned(), json!("http://json-schema.org/draft-04/schema#"));
        root.insert("title".to_owned(), json!(format!("Standoff {}", self.name())));
        root.insert("description".to_owned(), json!(about));
        root.insert("definitions".to_owned(), Value::Object(definitions.finished));
        let text = serde_json::to_string_pretty(&root).expect("a schema has only keys that are text");
        text + "\n"
    }
}

/// The definitions of a schema, each made when it is first referred to.
#[derive(Debug, Default)]
struct Definitions {
    /// Which table each stands for, whether it may be completed by another file, and its name.
    known: Vec<(&'static Table, bool, String)>,
    finished: Schema,
}

impl Definitions {
    /// A schema that refers to the definition of a table. `partial` says whether another file may complete it.
    fn reference(&mut self, table: &'static Table, partial: bool) -> Schema {
        let known = self.known.iter().find(|(other, part, _)| std::ptr::eq(*other, table) && *part == partial);
        let name = match known {
            Some((_, _, name)) => name.clone(),
            None => {
                let name = self.free_name(table, partial);
                // Known before it is made: a table may hold tables of its own kind.
                self.known.push((table, partial, name.clone()));
                let body = self.body(table, partial);
                self.finished.insert(name.clone(), Value::Object(body));
                name
            }
        };
        // Draft 4 ignores what stands beside `$ref`, so it stands alone.
        schema(json!({ "allOf": [{ "$ref": format!("#/definitions/{name}") }] }))
    }

    fn free_name(&self, table: &Table, partial: bool) -> String {
        let noun = table.what.trim_start_matches("an ").trim_start_matches("a ").trim_start_matches("the ");
        let base = noun.replace(' ', "-") + if partial { "-part" } else { "" };
        let taken = |name: &String| self.known.iter().any(|(_, _, other)| other == name);
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).expect("numbers do not run out")
    }

    /// The schema of a table itself.
    fn body(&mut self, table: &'static Table, partial: bool) -> Schema {
        let mut properties = Schema::new();
        for key in table.keys {
            properties.insert(key.name.to_owned(), Value::Object(self.key(key, partial)));
        }
        let mut body = kind::place(table);
        let needed = || table.keys.iter().filter(|key| key.needed).map(|key| key.name);
        if !partial || std::ptr::eq(table, &keys::STUDY) {
            let needed: Vec<&str> = needed().collect();
            if !needed.is_empty() {
                body.insert("required".to_owned(), json!(needed));
            }
        }
        if needed().next().is_some() {
            // What an editor writes when it completes the name of such a table.
            body.insert("x-taplo".to_owned(), json!({ "initKeys": needed().collect::<Vec<_>>() }));
        }
        let others = match table.others {
            Some(kind) if table.sort.is_none() => Value::Object(self.kind(kind, partial)),
            _ => json!(false),
        };
        body.insert("additionalProperties".to_owned(), others);
        body.insert("properties".to_owned(), Value::Object(properties));
        for rule in table.rules {
            rule::apply(rule, table, &mut body);
        }
        if table.sort.is_some() {
            self.apply_sorts(table, partial, &mut body);
        }
        body
    }

    /// A key: what it takes and what is said of it.
    fn key(&mut self, key: &Key, partial: bool) -> Schema {
        let mut schema = self.kind(key.kind, partial);
        schema.insert("description".to_owned(), json!(words::description(key)));
        if let Some(default) = key.default {
            let value = serde_json::from_str(default).expect("defaults are numbers, truth values or words in quotes");
            schema.insert("default".to_owned(), value);
        }
        if let Some((least, greatest)) = key.bounds {
            schema.insert("minimum".to_owned(), json!(least));
            if greatest < i64::MAX {
                schema.insert("maximum".to_owned(), json!(greatest));
            }
        }
        if key.filled {
            let least = if let Kind::Named(_) = key.kind { "minProperties" } else { "minItems" };
            schema.insert(least.to_owned(), json!(1));
        }
        schema
    }
}

/// An object literal as a schema.
fn schema(value: Value) -> Schema {
    match value {
        Value::Object(schema) => schema,
        _ => unreachable!("schemas are written as objects"),
    }
}

#[cfg(test)]
mod tests;
