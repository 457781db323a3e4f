//! The definitions on both sides, as `information_schema` tells them: `SHOW CREATE` prints one
//! definition in several ways.
//!
//! Between releases, what only prints differently is evened out: display widths, `utf8` for
//! `utf8mb3`, default row formats. Under renames, quoted names inside expressions are mapped; the
//! texts of views, triggers, routines and events are then left uncompared.

use std::collections::{BTreeMap, BTreeSet};

use mysql_async::{Conn, Row, prelude::Queryable};
use regex::Regex;

use super::{Comparison, Part, Sides, Untold, text};

mod queries;

/// A kind of definition, and how it is asked for.
struct Aspect {
    kind: &'static str,
    sql: String,
}

/// One definition: its facts by name.
type Facts = BTreeMap<String, String>;
type Definitions = BTreeMap<Vec<String>, Facts>;

pub(super) async fn compare(
    comparison: &Comparison,
    database: &str,
    sides: &mut Sides,
    untold: &Untold,
    found: &mut Vec<String>,
) {
    let to_database = comparison.renames.of_database(database).to_owned();
    let source_is_modern = is_modern(&sides.source);
    let destination_is_modern = is_modern(&sides.destination);
    let asked = queries::aspects(comparison, source_is_modern);
    let asked_there = queries::aspects(comparison, destination_is_modern);
    let gone = left_out_there(comparison, database);
    for (aspect, aspect_there) in asked.iter().zip(&asked_there) {
        let mut here = read(&mut sides.source, aspect, database).await;
        let mut there = read(&mut sides.destination, aspect_there, &to_database).await;
        here.retain(|facts| {
            facts.get("table").is_none_or(|table| {
                !comparison.leaves_out(database, table) && !untold.missing.contains(table)
            })
        });
        there.retain(|facts| {
            let table = facts.get("table");
            table.is_none_or(|table| !gone.contains(table) && !untold.extra.contains(table))
        });
        for facts in &mut here {
            rename(comparison, database, facts);
        }
        if !sides.same_release {
            here.iter_mut().chain(&mut there).for_each(even_out);
        }
        let (here, there) = (keyed(here), keyed(there));
        differences(aspect.kind, database, &here, &there, found);
    }
}

fn is_modern(conn: &Conn) -> bool {
    conn.server_version().0 >= 8
}

async fn read(conn: &mut Conn, aspect: &Aspect, database: &str) -> Vec<Facts> {
    let rows: Vec<Row> = match conn.exec(&*aspect.sql, (database,)).await {
        Ok(rows) => rows,
        Err(error) => panic!("{}: {error}\n{}", aspect.kind, aspect.sql),
    };
    rows.iter()
        .map(|row| {
            let columns = row.columns_ref().iter().enumerate();
            columns
                .map(|(at, column)| {
                    let name = column.name_str().into_owned();
                    let mut value = text(row, at);
                    if name == "text" && aspect.kind != "view" {
                        // a statement among others keeps its delimiter in the text, one alone does not
                        value.truncate(value.trim_end_matches(';').len());
                    }
                    (name, value)
                })
                .collect()
        })
        .collect()
}

/// The table, the column, and whatever else says which definition it is.
fn keyed(definitions: Vec<Facts>) -> Definitions {
    definitions
        .into_iter()
        .map(|facts| {
            let names = ["table", "column"]
                .iter()
                .filter_map(|&name| facts.get(name));
            let others = facts.iter().filter(|(name, _)| name.starts_with("key_"));
            let key = names
                .chain(others.map(|(_, value)| value))
                .cloned()
                .collect();
            (key, facts)
        })
        .collect()
}

fn differences(
    kind: &str,
    database: &str,
    here: &Definitions,
    there: &Definitions,
    found: &mut Vec<String>,
) {
    for (key, facts) in here {
        let name = key.join(".");
        let Some(others) = there.get(key) else {
            found.push(format!(
                "{database}: {kind} {name} is missing on the destination"
            ));
            continue;
        };
        for (fact, value) in facts {
            let other = others.get(fact).map_or("", String::as_str);
            let equal = if fact == "auto_increment" {
                reaches(other, value)
            } else {
                value == other
            };
            if !equal {
                found.push(format!(
                    "{database}: {kind} {name}: {fact} {value:?} is {other:?}"
                ));
            }
        }
    }
    for key in there.keys().filter(|key| !here.contains_key(*key)) {
        found.push(format!(
            "{database}: {kind} {} is only on the destination",
            key.join(".")
        ));
    }
}

/// The next number may be larger on the destination, never smaller.
fn reaches(there: &str, here: &str) -> bool {
    match (there.parse::<u64>(), here.parse::<u64>()) {
        (Ok(there), Ok(here)) => there >= here,
        _ => there == here,
    }
}

fn left_out_there(comparison: &Comparison, database: &str) -> BTreeSet<String> {
    let tables = comparison.left_out.iter().filter(|(d, _)| d == database);
    tables
        .map(|(d, table)| comparison.renames.of_table(d, table).to_owned())
        .collect()
}

/// Facts that are names, and facts whose text holds quoted names.
fn rename(comparison: &Comparison, database: &str, facts: &mut Facts) {
    let renames = &comparison.renames;
    let table = facts.get("table").cloned().unwrap_or_default();
    let parent_database = facts.get("parent_database").cloned().unwrap_or_default();
    let parent = facts.get("parent").cloned().unwrap_or_default();
    for (fact, value) in facts {
        let to = match fact.as_str() {
            "table" | "key_view" => renames.of_table(database, value),
            "column" | "of_column" => renames.of_column(database, &table, value),
            "key_database" | "parent_database" => renames.of_database(value),
            "parent" => renames.of_table(&parent_database, value),
            "parent_column" => renames.of_column(&parent_database, &parent, value),
            "expression" | "generated" | "partition_expression" | "subpartition_expression" => {
                let columns = renames
                    .columns
                    .iter()
                    .filter(|((d, t, _), _)| d == database && *t == table);
                *value = columns.fold(value.clone(), |text, ((_, _, from), to)| {
                    text.replace(&super::quoted(from), &super::quoted(to))
                });
                continue;
            }
            _ => continue,
        };
        *value = to.to_owned();
    }
}

/// What one release prints differently from another.
fn even_out(facts: &mut Facts) {
    let widths =
        Regex::new(r"^((?:tiny|small|medium|big)?int)\(\d+\)|^(year)\(4\)").expect("valid");
    let utf8 = Regex::new(r"\butf8(_|\b)").expect("valid");
    let type_is_zerofill = facts
        .get("type")
        .is_some_and(|kind| kind.contains("zerofill"));
    for (fact, value) in facts.iter_mut() {
        match fact.as_str() {
            "type" if !type_is_zerofill => *value = widths.replace(value, "$1$2").into_owned(),
            "extra" => {
                *value = value
                    .replace("DEFAULT_GENERATED ", "")
                    .replace("DEFAULT_GENERATED", "");
            }
            "partition_expression" | "subpartition_expression" | "options" => {
                *value = value.replace(['`', ' '], "").to_lowercase();
            }
            "sql_mode" => {
                let gone = [
                    "NO_AUTO_CREATE_USER",
                    "NO_FIELD_OPTIONS",
                    "NO_KEY_OPTIONS",
                    "NO_TABLE_OPTIONS",
                ];
                let kept: Vec<_> = value
                    .split(',')
                    .filter(|mode| !gone.contains(mode))
                    .collect();
                *value = kept.join(",");
            }
            _ => {}
        }
        *value = utf8.replace_all(value, "utf8mb3$1").into_owned();
    }
    facts.remove("row_format");
}
