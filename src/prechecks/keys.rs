//! By what rows are told apart.

use super::{
    ROWS,
    context::{Check, Context},
    finding::Found,
    grant,
    limits::is_innodb,
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
        id: "destination_group_rules",
        phases: ROWS,
        run: destination_group_rules,
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

pub(super) fn identified(table: &Table) -> bool {
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

/// A member of a group takes rows of `InnoDB` tables with a whole key alone (tried on 9.7).
fn destination_group_rules(context: &Context<'_>) -> Vec<Found> {
    let answer = &context.destination.activity.in_group;
    let facts = context.destination_facts();
    if let Some(reason) = answer.refused() {
        return vec![
            Found::warning(format!(
                "whether the destination is a member of a group could not be seen: {reason}"
            ))
            .why("it was not checked, which is not the same as passed: a group refuses some tables")
            .remedy(format!(
                "GRANT SELECT ON `performance_schema`.* TO {};",
                grant::account(facts)
            )),
        ];
    }
    let member = answer.known() == Some(&true) && context.migration.write_binlog();
    let refused = context
        .selected()
        .tables()
        .filter(|table| member && !(identified(table) && is_innodb(table)));
    Found::fail("the destination's group takes no rows of these tables")
        .why("it takes rows of InnoDB tables alone, by a key over whole NOT NULL columns (3098)")
        .remedy(
            "ALTER TABLE ... ENGINE = InnoDB, ADD PRIMARY KEY on the source, or exclude them; or \
             let the destination leave its group for the time of the migration",
        )
        .if_any(refused.map(|table| table.name.plain()))
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
