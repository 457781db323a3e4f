//! Names on the destination.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ALWAYS, SCHEMA,
    context::{Check, Context, fold},
    finding::Found,
    types::charset,
};
use crate::{
    mysql::{Ident, LowerCase, Names as _, TableName},
    resolve::{Collision, MappedNames, Phase},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "mapping_collision",
        phases: ALWAYS,
        run: mapping_collision,
    },
    Check {
        id: "case_collision",
        phases: ALWAYS,
        run: case_collision,
    },
    Check {
        id: "lower_case_table_names",
        phases: ALWAYS,
        run: lower_case_table_names,
    },
    Check {
        id: "collation_known",
        phases: SCHEMA,
        run: collation_known,
    },
    Check {
        id: "engine_missing_on_destination",
        phases: SCHEMA,
        run: engine_missing_on_destination,
    },
];

fn collisions(context: &Context<'_>, names: &MappedNames) -> Vec<Collision> {
    let selected = context.selected();
    let databases: Vec<Ident> = selected.databases.keys().cloned().collect();
    let relations: Vec<TableName> = selected
        .tables()
        .map(|table| &table.name)
        .chain(selected.views().map(|view| &view.name))
        .cloned()
        .collect();
    names.collisions(&databases, &relations)
}

/// Collisions that are there whatever the destination does with case.
fn by_mapping(context: &Context<'_>) -> Vec<Collision> {
    let names = context
        .migration
        .mapping()
        .names(context.source_facts().lower_case(), LowerCase::Off);
    let mut found = collisions(context, &names);
    for table in context.selected().tables() {
        let columns: Vec<Ident> = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        found.extend(names.column_collisions(&table.name, &columns));
    }
    found
}

fn described(collision: &Collision) -> String {
    format!(
        "{} (from {})",
        collision.destination,
        collision.sources.join(", ")
    )
}

fn mapping_collision(context: &Context<'_>) -> Vec<Found> {
    let mut found = Found::fail("several names become one on the destination")
        .why("the second would meet the first")
        .remedy("change `mappings`, or say merge = true in the rename that is to merge them")
        .if_any(by_mapping(context).iter().map(described));
    found.extend(
        Found::fail("constraints of several tables have one name in one database")
            .why("a database has each name of a foreign key or CHECK once (errors 1826, 3822)")
            .remedy("give one of them another name on the source, or map the tables apart")
            .if_any(constraints(context)),
    );
    found
}

/// Names of constraints that several tables of a database will have; databases may become one, and may
/// hold tables of others already.
fn constraints(context: &Context<'_>) -> Vec<String> {
    let mut owners: BTreeMap<(&str, Ident, String), BTreeSet<TableName>> = BTreeMap::new();
    for table in context.selected().tables() {
        let there = context.names.table(&table.name);
        let keys = table.foreign_keys.iter().map(|key| ("key", &key.name));
        let checks = table.checks.iter().map(|check| ("check", &check.name));
        for (kind, name) in keys.chain(checks) {
            let name = name.as_str().to_lowercase();
            let owners = owners
                .entry((kind, there.database.clone(), name))
                .or_default();
            owners.insert(there.clone());
        }
    }
    let names = context.destination_facts().lower_case();
    let taken: BTreeSet<TableName> = context
        .selected()
        .tables()
        .map(|table| fold(&context.names.table(&table.name), names))
        .collect();
    let makes = context.has(Phase::Schema) && context.is_new();
    let others = context.destination.catalog.tables().filter(|_| makes);
    for table in others.filter(|table| !taken.contains(&fold(&table.name, names))) {
        let keys = table.foreign_keys.iter().map(|key| ("key", &key.name));
        let checks = table.checks.iter().map(|check| ("check", &check.name));
        for (kind, name) in keys.chain(checks) {
            let name = name.as_str().to_lowercase();
            let database = table.name.database.clone();
            if let Some(owners) = owners.get_mut(&(kind, database, name)) {
                owners.insert(table.name.clone());
            }
        }
    }
    owners
        .into_iter()
        .filter(|(_, tables)| tables.len() > 1)
        .map(|((_, _, name), tables)| {
            let tables: Vec<String> = tables.iter().map(TableName::plain).collect();
            format!("{name} (of {})", tables.join(", "))
        })
        .collect()
}

fn case_collision(context: &Context<'_>) -> Vec<Found> {
    let known: BTreeSet<Vec<String>> = by_mapping(context)
        .into_iter()
        .map(|collision| collision.sources)
        .collect();
    let found = collisions(context, &context.names);
    Found::fail("names that differ in case alone become one on the destination")
        .why("its lower_case_table_names compares names without case")
        .remedy("rename all but one of each in `mappings`, or exclude them")
        .if_any(
            found
                .iter()
                .filter(|collision| !known.contains(&collision.sources))
                .map(described),
        )
}

fn lower_case_table_names(context: &Context<'_>) -> Vec<Found> {
    let (source, destination) = (
        context.source_facts().lower_case(),
        context.destination_facts().lower_case(),
    );
    if source.folds() || !destination.folds() {
        return Vec::new();
    }
    let mixed = |name: &str| name.to_lowercase() != name;
    let selected = context.selected();
    let databases = selected
        .databases
        .keys()
        .filter(|name| mixed(name.as_str()))
        .map(|name| name.as_str().to_owned());
    let tables = selected
        .tables()
        .filter(|table| mixed(table.name.name.as_str()))
        .map(|table| table.name.plain());
    Found::info("the destination treats upper and lower case in these names as one")
        .why("its lower_case_table_names is not 0; statements that depend on case change their meaning")
        .remedy("mappings.name_case says how the names are written there")
        .if_any(databases.chain(tables))
}

fn collation_known(context: &Context<'_>) -> Vec<Found> {
    let known = &context.destination_facts().collations;
    // `utf8_` became `utf8mb3_` in 8.0.30, and either is bridged to the other
    let unknown = |collation: &str| {
        let other = match collation.strip_prefix("utf8mb3_") {
            Some(rest) => format!("utf8_{rest}"),
            None => collation.replacen("utf8_", "utf8mb3_", 1),
        };
        !collation.is_empty() && !known.contains(collation) && !known.contains(&other)
    };
    let charset_unknown = |name: &str| {
        let charsets = &context.destination_facts().charsets;
        !charsets.iter().any(|known| charset(known) == charset(name))
    };
    let mut objects = Vec::new();
    for database in context.selected().databases.values() {
        if unknown(&database.collation) || charset_unknown(&database.charset) {
            objects.push(format!(
                "{} ({})",
                database.name.as_str(),
                database.collation
            ));
        }
    }
    for table in context.selected().tables() {
        if unknown(&table.collation) {
            objects.push(format!("{} ({})", table.name.plain(), table.collation));
        }
        for column in &table.columns {
            if let Some(collation) = column.collation.as_deref().filter(|one| unknown(one)) {
                objects.push(format!(
                    "{}.{} ({collation})",
                    table.name.plain(),
                    column.name.as_str()
                ));
            }
        }
    }
    Found::fail("the destination does not know a collation")
        .why("the definition cannot be created there")
        .remedy("ALTER the source to a collation that both know, or exclude the object")
        .if_any(objects)
}

fn engine_missing_on_destination(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let disabled: Vec<String> = facts
        .variable("disabled_storage_engines")
        .unwrap_or_default()
        .split(',')
        .map(|engine| engine.trim().to_lowercase())
        .collect();
    let missing = |engine: &str| {
        let lower = engine.to_lowercase();
        disabled.contains(&lower)
            || !facts
                .engines
                .iter()
                .any(|known| known.to_lowercase() == lower)
    };
    Found::fail("the destination lacks a table's storage engine")
        .why("the table cannot be created there as it is")
        .remedy("ALTER TABLE ... ENGINE = InnoDB on the source, or exclude the table")
        .if_any(
            context
                .selected()
                .tables()
                .filter(|table| !table.engine.is_empty() && missing(&table.engine))
                .map(|table| format!("{} ({})", table.name.plain(), table.engine)),
        )
}
