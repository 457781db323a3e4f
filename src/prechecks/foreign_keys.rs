//! Foreign keys that the destination refuses.

use super::{
    SCHEMA,
    context::{Check, Context, same},
    finding::Found,
    limits::is_innodb,
};
use crate::catalog::{ForeignKey, Table};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "fk_nonunique_parent",
        phases: SCHEMA,
        run: fk_nonunique_parent,
    },
    Check {
        id: "fk_engine",
        phases: SCHEMA,
        run: fk_engine,
    },
];

fn parent<'a>(context: &Context<'a>, key: &ForeignKey) -> Option<&'a Table> {
    let names = context.source_facts().lower_case();
    context.selected().table(&key.parent).or_else(|| {
        let mut tables = context.selected().tables().filter(|_| names.folds());
        tables.find(|table| same(&table.name, &key.parent, names))
    })
}

/// Whether the referenced columns are a whole unique key, in any order.
fn referenced_is_unique(parent: &Table, key: &ForeignKey) -> bool {
    let lower = |name: &crate::mysql::Ident| name.as_str().to_lowercase();
    let mut wanted: Vec<String> = key.parent_columns.iter().map(lower).collect();
    wanted.sort();
    parent
        .indexes
        .iter()
        .filter(|index| index.unique)
        .any(|index| {
            let mut columns: Vec<String> = index
                .parts
                .iter()
                .filter(|part| part.prefix.is_none())
                .filter_map(|part| part.column.as_ref().map(lower))
                .collect();
            columns.sort();
            columns.len() == index.parts.len() && columns == wanted
        })
}

fn fk_nonunique_parent(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    if facts.is_on("restrict_fk_on_non_standard_key") != Some(true) {
        return Vec::new();
    }
    let mut wrong = Vec::new();
    for table in context.selected().tables() {
        for key in &table.foreign_keys {
            // one whose parent is not selected is another check's
            if parent(context, key).is_some_and(|parent| !referenced_is_unique(parent, key)) {
                wrong.push(format!(
                    "{}.{} (parent {})",
                    table.name.plain(),
                    key.name.as_str(),
                    key.parent.plain()
                ));
            }
        }
    }
    Found::fail("a foreign key refers to columns that are not a whole unique key")
        .why("the destination's restrict_fk_on_non_standard_key refuses it (error 6125)")
        .remedy(
            "SET GLOBAL restrict_fk_on_non_standard_key = OFF; on the destination, or add a unique \
             key to the parent on the source",
        )
        .if_any(wrong)
}

fn fk_engine(context: &Context<'_>) -> Vec<Found> {
    let wrong = context.selected().tables().flat_map(|table| {
        let keys = table.foreign_keys.iter().filter(|key| {
            !is_innodb(table) || parent(context, key).is_some_and(|parent| !is_innodb(parent))
        });
        keys.map(|key| format!("{}.{}", table.name.plain(), key.name.as_str()))
    });
    Found::fail("a foreign key stands on a table that is not InnoDB")
        .why("the destination refuses it")
        .remedy("ALTER TABLE ... ENGINE = InnoDB, or drop the key, on the source")
        .if_any(wrong)
}
