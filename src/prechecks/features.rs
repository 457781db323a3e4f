//! What an older destination cannot hold.

use super::{
    ALWAYS, SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::catalog::{Column, IndexPart, Table};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "version_downgrade",
        phases: ALWAYS,
        run: version_downgrade,
    },
    Check {
        id: "definition_too_new",
        phases: SCHEMA,
        run: definition_too_new,
    },
];

/// Something a definition may use, the first version that has it, and where it is used.
struct Feature {
    name: &'static str,
    since: (u16, u16, u16),
    used: fn(&Table) -> bool,
}

const FEATURES: &[Feature] = &[
    Feature {
        name: "VECTOR columns",
        since: (9, 0, 0),
        used: |table| any_column(table, |column| column.data_type == "vector"),
    },
    Feature {
        name: "JSON columns",
        since: (5, 7, 8),
        used: |table| any_column(table, |column| column.data_type == "json"),
    },
    Feature {
        name: "generated columns",
        since: (5, 7, 6),
        used: |table| any_column(table, |column| column.generated.is_some()),
    },
    Feature {
        name: "invisible columns",
        since: (8, 0, 23),
        used: |table| any_column(table, |column| column.invisible),
    },
    Feature {
        name: "SRID attributes",
        since: (8, 0, 3),
        used: |table| any_column(table, |column| column.srid.is_some()),
    },
    Feature {
        name: "defaults that are expressions",
        since: (8, 0, 13),
        used: |table| {
            any_column(table, |column| {
                column.default_is_expression
                    && !column
                        .default
                        .as_deref()
                        .is_some_and(|text| text.starts_with("CURRENT_TIMESTAMP"))
            })
        },
    },
    Feature {
        name: "functional index parts",
        since: (8, 0, 13),
        used: |table| any_part(table, |part| part.expression.is_some()),
    },
    Feature {
        name: "invisible indexes",
        since: (8, 0, 0),
        used: |table| table.indexes.iter().any(|index| !index.visible),
    },
    Feature {
        name: "CHECK constraints",
        since: (8, 0, 16),
        used: |table| !table.checks.is_empty(),
    },
];

fn any_column(table: &Table, test: fn(&Column) -> bool) -> bool {
    table.columns.iter().any(test)
}

fn any_part(table: &Table, test: fn(&IndexPart) -> bool) -> bool {
    table
        .indexes
        .iter()
        .flat_map(|index| &index.parts)
        .any(test)
}

fn older(context: &Context<'_>) -> bool {
    let (source, destination) = (
        &context.source_facts().version,
        &context.destination_facts().version,
    );
    (destination.major, destination.minor) < (source.major, source.minor)
}

fn version_downgrade(context: &Context<'_>) -> Vec<Found> {
    Found::info(format!(
        "the destination is {}, older than the source, which is {}",
        context.destination_facts().version,
        context.source_facts().version
    ))
    .why("statements of the application may rely on what the older release does not have")
    .remedy("try the application against the destination before the switch")
    .when(older(context))
}

fn definition_too_new(context: &Context<'_>) -> Vec<Found> {
    let version = &context.destination_facts().version;
    FEATURES
        .iter()
        .filter(|feature| {
            let (major, minor, patch) = feature.since;
            !version.at_least(major, minor, patch)
        })
        .flat_map(|feature| {
            let used = context
                .selected()
                .tables()
                .filter(|table| (feature.used)(table));
            let (major, minor, patch) = feature.since;
            Found::fail(format!(
                "{version} has no {}, which came with {major}.{minor}.{patch}",
                feature.name
            ))
            .why("the table cannot be created there, or would lose them without a word")
            .remedy("move to a later release, change the table, or exclude it")
            .if_any(used.map(|table| table.name.plain()))
        })
        .collect()
}
