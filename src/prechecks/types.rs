//! Whether a column takes another's values unchanged.

use crate::{
    catalog::{Column, Table},
    mysql::Names,
};

/// What is wrong with the destination's columns, one text each: `shop.t.c: why`.
pub(super) fn problems(source: &Table, there: &Table, names: &dyn Names) -> Vec<String> {
    let mut problems = Vec::new();
    let mut taken = Vec::new();
    for column in source
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
    {
        let name = names.column(&source.name, &column.name);
        let found = there
            .columns
            .iter()
            .find(|other| other.name.as_str().to_lowercase() == name.as_str().to_lowercase());
        let why = match found {
            None => Some("is not there".to_owned()),
            Some(other) => {
                taken.push(&other.name);
                problem(column, other)
            }
        };
        if let Some(why) = why {
            problems.push(format!("{}.{}: {why}", there.name.plain(), name.as_str()));
        }
    }
    for other in there
        .columns
        .iter()
        .filter(|other| !taken.contains(&&other.name))
    {
        let filled = other.nullable
            || other.default.is_some()
            || other.auto_increment
            || other.generated.is_some();
        if !filled {
            problems.push(format!(
                "{}.{}: is NOT NULL without a default, and the source has no such column",
                there.name.plain(),
                other.name.as_str()
            ));
        }
    }
    problems
}

fn problem(source: &Column, there: &Column) -> Option<String> {
    if there.generated.is_some() {
        return Some("is generated".to_owned());
    }
    if source.nullable && !there.nullable {
        return Some("is NOT NULL, the source's may be NULL".to_owned());
    }
    let same_charset = match (&source.charset, &there.charset) {
        (Some(a), Some(b)) => charset(a) == charset(b),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !same_charset || !holds(source, there) {
        let show = |column: &Column| match &column.charset {
            Some(charset) => format!("{} {charset}", column.column_type),
            None => column.column_type.clone(),
        };
        return Some(format!(
            "is {}, the source's is {}",
            show(there),
            show(source)
        ));
    }
    None
}

/// `utf8` was the name of `utf8mb3` until 8.0.
pub(super) fn charset(name: &str) -> &str {
    if name == "utf8" { "utf8mb3" } else { name }
}

/// Whether every value of one type is a value of the other.
fn holds(source: &Column, there: &Column) -> bool {
    let (from, to) = (written(&source.column_type), written(&there.column_type));
    if from == to {
        return true;
    }
    if let (Some(from_rank), Some(to_rank)) = (rank(&source.data_type), rank(&there.data_type)) {
        return from_rank <= to_rank && from.contains("unsigned") == to.contains("unsigned");
    }
    if source.data_type != there.data_type {
        return false;
    }
    match source.data_type.as_str() {
        "varchar" | "varbinary" | "char" => {
            matches!((length(&from), length(&to)), (Some(a), Some(b)) if a <= b)
        }
        _ => false,
    }
}

/// Without display widths, which say nothing about values.
fn written(column_type: &str) -> String {
    let lower = column_type.to_lowercase();
    let integer = lower.contains("int")
        && lower
            .split(['(', ' '])
            .next()
            .is_some_and(|word| rank(word).is_some());
    let year = lower.starts_with("year");
    if !integer && !year {
        // members of ENUM and SET keep their case
        return column_type.to_owned();
    }
    match (lower.find('('), lower.find(')')) {
        (Some(open), Some(close)) => format!("{}{}", &lower[..open], &lower[close + 1..]),
        _ => lower,
    }
}

fn rank(data_type: &str) -> Option<u8> {
    ["tinyint", "smallint", "mediumint", "int", "bigint"]
        .iter()
        .zip(1..)
        .find(|(name, _)| **name == data_type)
        .map(|(_, rank)| rank)
}

fn length(column_type: &str) -> Option<u64> {
    let (_, rest) = column_type.split_once('(')?;
    rest.split(')').next()?.parse().ok()
}
