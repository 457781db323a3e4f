//! By what rows are told apart.

use super::{
    ROWS,
    context::{Check, Context},
    finding::Found,
};
use crate::catalog::{Column, Index, Table};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "no_primary_key",
        phases: ROWS,
        run: no_primary_key,
    },
    Check {
        id: "nullable_unique_only",
        phases: ROWS,
        run: nullable_unique_only,
    },
    Check {
        id: "float_key",
        phases: ROWS,
        run: float_key,
    },
];

/// The columns of an index, where it is over whole columns alone.
fn whole_columns<'a>(table: &'a Table, index: &'a Index) -> Option<Vec<&'a Column>> {
    index
        .parts
        .iter()
        .map(|part| match (&part.column, part.prefix) {
            (Some(name), None) => table.column(name),
            _ => None,
        })
        .collect()
}

/// The unique keys over whole columns.
fn unique_keys(table: &Table) -> impl Iterator<Item = Vec<&Column>> {
    table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .filter_map(|index| whole_columns(table, index))
}

fn identified(table: &Table) -> bool {
    unique_keys(table).any(|columns| columns.iter().all(|column| !column.nullable))
}

const REMEDY: &str = "ALTER TABLE ... ADD PRIMARY KEY on the source, or acknowledge it";

fn no_primary_key(context: &Context<'_>) -> Vec<Found> {
    let tables = context
        .selected()
        .tables()
        .filter(|table| !identified(table) && unique_keys(table).next().is_none());
    Found::warning("a table has neither a primary key nor a unique key over NOT NULL columns")
        .why("one reader copies it as a whole; stopped in between, it is emptied and copied again")
        .remedy(REMEDY)
        .if_any(tables.map(|table| table.name.plain()))
}

fn nullable_unique_only(context: &Context<'_>) -> Vec<Found> {
    let tables = context
        .selected()
        .tables()
        .filter(|table| !identified(table) && unique_keys(table).next().is_some());
    Found::warning("a table's only unique keys have columns that may be NULL")
        .why("rows with NULL in them are not told apart: the table counts as one without a key")
        .remedy(REMEDY)
        .if_any(tables.map(|table| table.name.plain()))
}

fn float_key(context: &Context<'_>) -> Vec<Found> {
    let tables = context.selected().tables().filter(|table| {
        unique_keys(table).any(|columns| {
            columns
                .iter()
                .any(|column| matches!(column.data_type.as_str(), "float" | "double"))
        })
    });
    Found::info("a unique key has a FLOAT or DOUBLE column")
        .why("such values have no exact text, so the key is not used to cut the table into chunks")
        .remedy("a DECIMAL column in its place would be")
        .if_any(tables.map(|table| table.name.plain()))
}
