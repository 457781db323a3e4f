//! For tests: the files under `schemas/` are what the types and tables say, and what is printed
//! fits them.

use std::fs;
use std::path::Path;

use serde_json::Value;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Holds `schemas/NAME.schema.json` to the schema, or writes it under `INSTA_UPDATE=always`.
pub fn compare(name: &str, schema: &Value) {
    assert_eq!(schema["$schema"], DRAFT);
    let path = Path::new("schemas").join(format!("{name}.schema.json"));
    let text = serde_json::to_string_pretty(schema).expect("JSON") + "\n";
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(&path, &text).expect("writable");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{} is not up to date: INSTA_UPDATE=always writes it",
        path.display()
    );
}

/// Asserts that the document fits, by the few keywords that our schemas use.
pub fn fits(schema: &Value, document: &Value) {
    let wrong = mistakes(schema, schema, document, "$");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether it does not.
pub fn refuses(schema: &Value, document: &Value) -> bool {
    !mistakes(schema, schema, document, "$").is_empty()
}

fn mistakes(root: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    match schema.as_bool() {
        Some(true) => return Vec::new(),
        Some(false) => return vec![format!("{place}: nothing may be here")],
        None => {}
    }
    let rules = schema.as_object().expect("a schema");
    let mut wrong = Vec::new();
    for (rule, asked) in rules {
        let fine = match rule.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "default" | "format" => true,
            "type" => has_type(asked, value),
            "const" => asked == value,
            "enum" => asked.as_array().expect("a list").contains(value),
            "minimum" => value.as_f64() >= asked.as_f64() || !value.is_number(),
            "maximum" => value.as_f64() <= asked.as_f64() || !value.is_number(),
            "minItems" => value
                .as_array()
                .is_none_or(|list| list.len() as u64 >= number(asked)),
            "minProperties" => value
                .as_object()
                .is_none_or(|map| map.len() as u64 >= number(asked)),
            "pattern" => {
                let pattern = regex::Regex::new(asked.as_str().expect("text")).expect("a pattern");
                value.as_str().is_none_or(|text| pattern.is_match(text))
            }
            "required" => asked.as_array().expect("a list").iter().all(|name| {
                let name = name.as_str().expect("a name");
                value.as_object().is_none_or(|map| map.contains_key(name))
            }),
            "$ref" => {
                let path = asked.as_str().expect("a reference").trim_start_matches('#');
                let target = root.pointer(path).expect("a target");
                wrong.extend(mistakes(root, target, value, place));
                true
            }
            "anyOf" | "oneOf" => {
                let fitting = asked
                    .as_array()
                    .expect("a list")
                    .iter()
                    .filter(|one| mistakes(root, one, value, place).is_empty())
                    .count();
                if rule == "oneOf" {
                    fitting == 1
                } else {
                    fitting > 0
                }
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    wrong.extend(mistakes(root, asked, item, &format!("{place}[{at}]")));
                }
                true
            }
            "properties" => {
                for (name, asked) in asked.as_object().expect("properties") {
                    if let Some(value) = value.get(name) {
                        wrong.extend(mistakes(root, asked, value, &format!("{place}.{name}")));
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = rules.get("properties").and_then(Value::as_object);
                for (name, value) in value.as_object().into_iter().flatten() {
                    if known.is_none_or(|known| !known.contains_key(name)) {
                        wrong.extend(mistakes(root, asked, value, &format!("{place}.{name}")));
                    }
                }
                true
            }
            other => panic!("{place}: no rule {other}"),
        };
        if !fine {
            wrong.push(format!("{place}: against {rule} {asked}: {value}"));
        }
    }
    wrong
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn has_type(asked: &Value, value: &Value) -> bool {
    if let Some(several) = asked.as_array() {
        return several.iter().any(|one| has_type(one, value));
    }
    match asked.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("no type {other}"),
    }
}
