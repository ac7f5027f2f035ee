//! What may stand after a key, as a schema: each [`Kind`] of the list of keys.
//!
//! Where a key takes a value or a table, one schema allows both types and describes the table, which holds for tables
//! alone: of alternatives, editors would say no more than that none of them fits.

use super::{Definitions, Schema, schema};
use crate::scenario::keys::{self, Kind, Table};
use serde_json::json;

impl Definitions {
    pub(super) fn kind(&mut self, kind: Kind, partial: bool) -> Schema {
        let number = || json!({ "type": ["string", "number"] });
        schema(match kind {
            Kind::Text | Kind::Name => json!({ "type": "string" }),
            Kind::Names => json!({ "type": ["string", "array"], "items": { "type": "string" } }),
            Kind::TwoNames => json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 }),
            Kind::Word(words) => json!({ "type": "string", "enum": words }),
            Kind::Truth => json!({ "type": "boolean" }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Date => json!({ "type": "string", "format": "date" }),
            Kind::Expression => json!({ "type": ["string", "number", "boolean"] }),
            Kind::Number => number(),
            Kind::Expressions => json!({ "type": "array", "items": number() }),
            Kind::Pair => json!({ "type": "array", "items": number(), "minItems": 2, "maxItems": 2 }),
            Kind::Quantity => return self.reference(&keys::QUANTITY, partial),
            Kind::Table(table) => return self.reference(table, partial),
            Kind::Named(inner) => {
                let mut value = self.kind(*inner, partial);
                if let Kind::Table(table) = inner {
                    value.insert("description".to_owned(), json!(super::words::sentence(table.what)));
                }
                json!({ "type": "object", "additionalProperties": value })
            }
            // What stands in a list is never merged with what another file says: it is whole.
            Kind::Tables(table) => json!({ "type": "array", "items": self.reference(table, false) }),
            Kind::Sweep(table) => return self.reference(table, false),
        })
    }
}

/// What may stand where a table stands: for most only the table.
pub(super) fn place(table: &'static Table) -> Schema {
    schema(if std::ptr::eq(table, &keys::QUANTITY) {
        json!({ "type": ["string", "number", "object"] })
    } else if std::ptr::eq(table, &keys::VARY) {
        json!({ "type": ["array", "object"], "items": { "type": ["string", "number"] }, "minItems": 1 })
    } else {
        json!({ "type": "object" })
    })
}
