//! What keys of a table have to do with one another, in words of a schema.
//!
//! The words are chosen for where editors then point: at the key that is one too many, not at the whole table.

use super::Schema;
use crate::scenario::keys::{Rule, Table};
use serde_json::{Value, json};

/// Adds a rule to the schema of its table.
pub(super) fn apply(rule: &Rule, table: &Table, body: &mut Schema) {
    match *rule {
        Rule::AtMostOne(keys) => {
            // Beside each of them, the later ones are refused where they stand.
            for (index, key) in keys.iter().enumerate() {
                let later = &keys[index + 1..];
                if !later.is_empty() {
                    let refused: Schema =
                        later.iter().map(|other| ((*other).to_owned(), json!({ "not": {} }))).collect();
                    when_given(body, key, json!({ "properties": refused }));
                }
            }
        }
        Rule::AtLeastOne(keys) => all_of(body, one_of(keys)),
        Rule::Needs(key, [only]) => when_given(body, key, json!({ "required": [only] })),
        Rule::Needs(key, others) => when_given(body, key, one_of(others)),
    }
    debug_assert!(table.rules.iter().flat_map(named).all(|name| table.key(name).is_some()), "{}", table.what);
}

fn one_of(keys: &[&str]) -> Value {
    json!({ "anyOf": keys.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() })
}

/// What holds of the table where `key` is given.
pub(super) fn when_given(body: &mut Schema, key: &str, holds: Value) {
    let dependencies = body.entry("dependencies").or_insert_with(|| json!({}));
    let dependency = dependencies.as_object_mut().expect("dependencies are an object").entry(key).or_insert(json!({}));
    let dependency = dependency.as_object_mut().expect("a dependency is a schema");
    all_of(dependency, holds);
}

/// Adds what must hold too.
fn all_of(body: &mut Schema, holds: Value) {
    let all = body.entry("allOf").or_insert_with(|| json!([]));
    all.as_array_mut().expect("`allOf` is a list").push(holds);
}

/// The keys that a rule speaks of.
fn named(rule: &Rule) -> Vec<&'static str> {
    match *rule {
        Rule::AtMostOne(keys) | Rule::AtLeastOne(keys) => keys.to_vec(),
        Rule::Needs(key, others) => [&[key], others].concat(),
    }
}
