//! Columns that the specification names: in `columns`, `where`, `value` and mappings.

use std::collections::BTreeSet;

use super::{
    ALWAYS, ROWS,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::{Table, key},
    mysql::Ident,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "columns_known",
        phases: ALWAYS,
        run: columns_known,
    },
    Check {
        id: "key_column_left_out",
        phases: ROWS,
        run: key_column_left_out,
    },
];

fn names(table: &Table) -> Vec<Ident> {
    let columns = table.columns.iter();
    columns.map(|column| column.name.clone()).collect()
}

fn columns_known(context: &Context<'_>) -> Vec<Found> {
    let mut unknown = Vec::new();
    for table in context.selected().tables() {
        let columns = names(table);
        let full = table.name.plain();
        let mut missing = |column: &str, place: &str| {
            unknown.push(format!("{full}.{column} (in `{place}`)"));
        };
        for column in context.names.unmatched_columns(&table.name, &columns) {
            missing(&column, "mappings");
        }
        for column in &columns {
            if let Some(value) = context.names.value(&table.name, column) {
                for gone in value.uses().missing(&columns) {
                    missing(gone.as_str(), "value");
                }
            }
        }
        for (_, value) in context.names.added(&table.name, &columns) {
            for gone in value.uses().missing(&columns) {
                missing(gone.as_str(), "value");
            }
        }
        let rule = context.rule(table);
        if let Some(filter) = rule.and_then(|rule| rule.filter()) {
            for gone in filter.uses().missing(&columns) {
                missing(gone.as_str(), "where");
            }
        }
        // a pattern over tables may name columns that only some of them have
        if let Some(rule) = rule.filter(|rule| rule.pattern().as_name().is_some()) {
            for gone in rule.columns().missing(&columns) {
                missing(&gone, "columns");
            }
        }
    }
    Found::fail("the specification names columns that their tables do not have")
        .why("a filter, a value or a choice of columns would mean something else than is read")
        .remedy("correct the name, or remove the setting")
        .if_any(unknown)
}

fn key_column_left_out(context: &Context<'_>) -> Vec<Found> {
    let mut left_out = BTreeSet::new();
    for table in context.selected().tables() {
        let Some(rule) = context.rule(table) else {
            continue;
        };
        let keys = key::choose(table).map(|key| key.columns);
        for column in keys.into_iter().flatten() {
            if !rule.columns().takes(&column.name) {
                left_out.insert(format!("{}.{}", table.name.plain(), column.name.as_str()));
            }
        }
    }
    Found::fail("columns of the key are left out")
        .why("the destination could not tell one row from another")
        .remedy("take these columns too: `columns` and `exclude_columns` in `objects`")
        .if_any(left_out)
}
