//! The JSON Schema of a specification, from the language's own table.
//!
//! A specification is HCL; the schema is that of its JSON form, in which a block's label is a key:
//! `{ "objects": { "database": { "shop": {} } } }`. An expression is a string with `${`.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::{Absent, Attribute, Block, Kind, List, Occurs, ROOT, Text};
use crate::json_schema;

pub fn schema() -> Value {
    let mut root = block(&ROOT);
    let properties = root["properties"].as_object_mut().expect("blocks");
    let variable = json!({
        "description": "a value from outside",
        "type": "object",
        "properties": {
            "description": { "type": "string" },
            "type": {
                "description": "a bare word in HCL",
                "enum": ["${string}", "${number}", "${bool}", "${list}", "${map}"],
            },
            "default": { "description": "the value where none is given" },
            "sensitive": { "description": "whether the value is secret", "type": "boolean" },
        },
        "additionalProperties": false,
    });
    properties.insert(
        "variable".to_owned(),
        json!({ "type": "object", "additionalProperties": variable }),
    );
    properties.insert(
        "locals".to_owned(),
        json!({ "description": "names for values", "type": "object" }),
    );
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a specification of cutover",
        "description": "the JSON form of the HCL: a label is a key, an expression is a string \
                        with ${ }",
    });
    let whole = schema.as_object_mut().expect("an object");
    for (name, rule) in root.as_object().expect("an object") {
        if name != "description" {
            whole.insert(name.clone(), rule.clone());
        }
    }
    whole.insert(
        "$defs".to_owned(),
        json!({ "expression": { "type": "string", "pattern": "[$%]\\{" } }),
    );
    schema
}

fn block(one: &Block) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for attribute in one.attributes {
        properties.insert(attribute.name.to_owned(), described(attribute));
        if attribute.value == Absent::Required {
            required.push(attribute.name);
        }
    }
    for inner in one.blocks {
        properties.insert(inner.name.to_owned(), labelled(inner));
        if matches!(inner.occurs, Occurs::Required | Occurs::Some) {
            required.push(inner.name);
        }
    }
    let mut schema = json!({
        "description": one.about,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// A block, or where it has a label, a map from labels to blocks.
fn labelled(one: &Block) -> Value {
    if one.label.is_none() {
        return block(one);
    }
    let inner = block(one);
    let several = match one.occurs {
        Occurs::Ordered => json!({ "anyOf": [inner, { "type": "array", "items": inner }] }),
        Occurs::Required | Occurs::Default | Occurs::Optional | Occurs::Many | Occurs::Some => {
            inner
        }
    };
    json!({ "type": "object", "minProperties": 1, "additionalProperties": several })
}

/// What the attribute may hold: its type, an expression, or `null`, which is as if absent.
fn described(attribute: &Attribute) -> Value {
    let mut either = vec![typed(attribute.kind)];
    if !matches!(attribute.kind, Kind::Text(Text::OneOf(_))) && either[0]["type"] == "string" {
        either.push(json!({ "type": "null" }));
    } else {
        either.extend([
            json!({ "$ref": "#/$defs/expression" }),
            json!({ "type": "null" }),
        ]);
    }
    let expected = attribute.kind.expected();
    let mut schema = json!({
        "description": format!("{}; {expected}", attribute.about),
        "anyOf": either,
    });
    if let Absent::Default(value) = attribute.value
        && let Ok(value) = serde_json::from_str::<Value>(value)
    {
        schema["default"] = value;
    }
    schema
}

fn typed(kind: Kind) -> Value {
    match kind {
        Kind::Text(Text::OneOf(words)) => json!({ "enum": words }),
        Kind::Text(_) | Kind::Duration(_) | Kind::Size | Kind::Secret | Kind::SecretUrl => {
            json!({ "type": "string" })
        }
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Number(range) if range.most >= 1_000_000_000_000 => {
            json!({ "type": "integer", "minimum": range.least })
        }
        Kind::Number(range) => {
            json!({ "type": "integer", "minimum": range.least, "maximum": range.most })
        }
        Kind::Workers => json!({
            "anyOf": [{ "const": "auto" }, { "type": "integer", "minimum": 1, "maximum": 256 }],
        }),
        Kind::Port => json!({ "type": "integer", "minimum": 1, "maximum": 65535 }),
        Kind::Tags => {
            let text = json!({ "type": ["string", "number", "boolean"] });
            json!({ "type": "object", "additionalProperties": text })
        }
        Kind::SecretCommand => list(&json!({ "type": "string" })),
        Kind::List(List::SomeOf(words) | List::InOrder(words)) => list(&either_of(words, &[])),
        Kind::List(List::SomeOrAll(words)) => list(&either_of(words, &["*"])),
        Kind::List(List::Patterns | List::Addresses | List::Commands | List::Objects) => {
            list(&json!({ "type": "string" }))
        }
    }
}

fn either_of(words: &[&str], more: &[&str]) -> Value {
    let words = [more, words].concat();
    json!({ "anyOf": [{ "enum": words }, { "$ref": "#/$defs/expression" }] })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

#[test]
fn the_schema_file_is_the_table_of_the_language() {
    json_schema::compare("spec", &schema());
}

#[test]
fn every_valid_specification_of_one_file_fits_the_schema() {
    let schema = schema();
    let mut texts = vec![include_str!("../../cli/commands/starter.hcl").to_owned()];
    for entry in fs::read_dir(Path::new("tests/spec/valid")).expect("readable") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|end| end == "hcl") {
            texts.push(fs::read_to_string(path).expect("readable"));
        }
    }
    assert!(texts.len() > 5);
    for text in texts {
        let document: Value = hcl::from_str(&text).expect("HCL");
        json_schema::fits(&schema, &document);
        let mut unknown = document;
        unknown["source"]["hots"] = json!("x");
        assert!(json_schema::refuses(&schema, &unknown));
    }
}
