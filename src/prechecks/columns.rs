//! Columns and names that the destination reads in another way.

use super::{
    SCHEMA,
    bodies::RESERVED,
    context::{Check, Context},
    finding::Found,
};
use crate::catalog::{Column, IndexKind, Table};

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "bit_json_geometry_types",
        phases: super::FULL,
        run: bit_json_geometry_types,
    },
    Check {
        id: "year2_zerofill_display",
        phases: SCHEMA,
        run: year2_zerofill_display,
    },
    Check {
        id: "spatial_srid",
        phases: SCHEMA,
        run: spatial_srid,
    },
    Check {
        id: "auto_increment_exhaustion",
        phases: SCHEMA,
        run: auto_increment_exhaustion,
    },
    Check {
        id: "identifier_reserved_word",
        phases: SCHEMA,
        run: identifier_reserved_word,
    },
    Check {
        id: "identifier_dollar_prefix",
        phases: SCHEMA,
        run: identifier_dollar_prefix,
    },
];

fn columns<'a>(
    context: &Context<'a>,
    test: impl Fn(&Table, &Column) -> bool + Copy,
) -> impl Iterator<Item = String> {
    context
        .selected()
        .tables()
        .flat_map(move |table: &'a Table| {
            let columns = table.columns.iter();
            columns
                .filter(move |column| test(table, column))
                .map(|column| format!("{}.{}", table.name.plain(), column.name.as_str()))
        })
}

fn bit_json_geometry_types(context: &Context<'_>) -> Vec<Found> {
    Found::info("a DECIMAL inside a JSON column becomes a DOUBLE")
        .why(
            "JSON travels as text, which does not tell the two apart; all else in it arrives as it \
             is, and `verify` compares its numbers by value",
        )
        .remedy("nothing, unless the application asks JSON_TYPE of such numbers")
        .if_any(columns(context, |_, column| {
            column.data_type == "json" && column.generated.is_none()
        }))
}

/// Whether the destination has a change that the source has not.
fn gap(context: &Context<'_>, (major, minor, patch): (u16, u16, u16)) -> bool {
    !context.source_facts().version.at_least(major, minor, patch)
        && context
            .destination_facts()
            .version
            .at_least(major, minor, patch)
}

fn year2_zerofill_display(context: &Context<'_>) -> Vec<Found> {
    if !gap(context, (8, 0, 17)) {
        return Vec::new();
    }
    Found::info("a column is ZEROFILL, FLOAT(M,D), or an unsigned FLOAT, DOUBLE or DECIMAL")
        .why("it is created as it is, and the destination warns that this is going to be removed")
        .remedy("LPAD() or ROUND() in the application, and a CHECK, do the same")
        .if_any(columns(context, |_, column| {
            let fraction = matches!(column.data_type.as_str(), "float" | "double" | "decimal");
            column.column_type.contains("zerofill")
                || (fraction && column.column_type.contains("unsigned"))
                || (matches!(column.data_type.as_str(), "float" | "double")
                    && column.column_type.contains(','))
        }))
}

fn spatial_srid(context: &Context<'_>) -> Vec<Found> {
    if !gap(context, (8, 0, 3)) {
        return Vec::new();
    }
    Found::info("a spatial index is over a column without an SRID")
        .why("the index is created, and the destination's optimizer never uses it")
        .remedy("ALTER TABLE ... MODIFY the column with SRID 0 on the destination, after the copy")
        .if_any(columns(context, |table, column| {
            let mut spatial = table
                .indexes
                .iter()
                .filter(|index| index.kind == IndexKind::Spatial);
            column.srid.is_none()
                && spatial.any(|index| {
                    let mut parts = index.parts.iter();
                    parts.any(|part| part.column.as_ref() == Some(&column.name))
                })
        }))
}

fn largest(column: &Column) -> Option<u64> {
    let bits = match column.data_type.as_str() {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        "bigint" => 64,
        _ => return None,
    };
    let unsigned = column.column_type.contains("unsigned");
    Some(u64::MAX >> (64 - bits + u32::from(!unsigned)))
}

fn auto_increment_exhaustion(context: &Context<'_>) -> Vec<Found> {
    Found::info("an AUTO_INCREMENT column has used more than 80% of its numbers")
        .why("when they are used up, no row can be inserted")
        .remedy("ALTER TABLE ... MODIFY the column to BIGINT UNSIGNED, best before the copy")
        .if_any(columns(context, |table, column| {
            let next = table.auto_increment.filter(|_| column.auto_increment);
            match (next, largest(column)) {
                (Some(next), Some(largest)) => next > largest / 5 * 4,
                _ => false,
            }
        }))
}

/// Names of tables, columns, views and routines, each with a text for it.
fn named(context: &Context<'_>, test: impl Fn(&str) -> bool) -> Vec<String> {
    let selected = context.selected();
    let mut found = Vec::new();
    for table in selected.tables() {
        let name = table.name.plain();
        if test(table.name.name.as_str()) {
            found.push(name.clone());
        }
        let columns = table.columns.iter().map(|column| column.name.as_str());
        let columns = columns.filter(|column| test(column));
        found.extend(columns.map(|column| format!("{name}.{column}")));
    }
    let views = selected.views().map(|view| &view.name);
    let routines = selected.routines().map(|routine| &routine.name);
    let others = views
        .chain(routines)
        .filter(|name| test(name.name.as_str()));
    found.extend(others.map(crate::mysql::TableName::plain));
    found
}

fn identifier_reserved_word(context: &Context<'_>) -> Vec<Found> {
    let words: Vec<&str> = RESERVED
        .iter()
        .filter(|(_, since)| gap(context, *since))
        .map(|(word, _)| *word)
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    Found::info("a name is a reserved word in the destination's version")
        .why("it is created as it is; statements that name it without backticks are refused there")
        .remedy("put it in backticks in the application, or give it another name")
        .if_any(named(context, |name| {
            words.iter().any(|word| word.eq_ignore_ascii_case(name))
        }))
}

fn identifier_dollar_prefix(context: &Context<'_>) -> Vec<Found> {
    if !gap(context, (8, 0, 32)) {
        return Vec::new();
    }
    Found::info("a name begins with a dollar")
        .why("without backticks the destination warns of it, and later versions refuse it")
        .remedy("put it in backticks in the application, or give it another name")
        .if_any(named(context, |name| name.starts_with('$')))
}
