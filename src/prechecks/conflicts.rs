//! What stands on the destination already.

use std::collections::BTreeSet;

use super::{
    INCREMENTAL, ROWS, SCHEMA,
    context::{Check, Context},
    finding::Found,
    types,
};
use crate::{
    catalog::{RoutineKind, RowShape, Table, key},
    mysql::{Ident, Names, TableName},
    resolve::{EventMode, Phase, TriggerMode},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "object_name_conflict",
        phases: SCHEMA,
        run: object_name_conflict,
    },
    Check {
        id: "destination_table_not_empty",
        phases: ROWS,
        run: destination_table_not_empty,
    },
    Check {
        id: "existing_rows_reused",
        phases: ROWS,
        run: existing_rows_reused,
    },
    Check {
        id: "destination_schema_exists",
        phases: ROWS,
        run: destination_schema_exists,
    },
    Check {
        id: "destination_columns_compatible",
        phases: ROWS,
        run: destination_columns_compatible,
    },
    Check {
        id: "destination_key",
        phases: INCREMENTAL,
        run: destination_key,
    },
    Check {
        id: "destination_own_columns",
        phases: INCREMENTAL,
        run: destination_own_columns,
    },
    Check {
        id: "collation_sensitivity",
        phases: ROWS,
        run: collation_sensitivity,
    },
    Check {
        id: "destination_triggers_fire",
        phases: ROWS,
        run: destination_triggers_fire,
    },
];

/// The destination's table of that name, if there is one that is not ours.
fn foreign_table<'a>(context: &Context<'a>, name: &TableName) -> Option<&'a Table> {
    let there = context.table_there(name)?;
    (!context.made("table", &there.name)).then_some(there)
}

/// Source tables with the foreign tables at their places.
fn pairs<'a>(context: &Context<'a>) -> Vec<(&'a Table, &'a Table)> {
    context
        .selected()
        .tables()
        .filter_map(|table| {
            let there = foreign_table(context, &context.names.table(&table.name))?;
            Some((table, there))
        })
        .collect()
}

fn object_name_conflict(context: &Context<'_>) -> Vec<Found> {
    let why = "what is there is not this migration's to change";
    let mut found = Vec::new();
    if !context.reuses() {
        found.extend(
            Found::fail("a table of that name is on the destination")
                .why(why)
                .remedy(
                    "drop it, give ours another name in `mappings`, or set \
                     conflicts.existing_tables = \"reuse\"",
                )
                .if_any(pairs(context).iter().map(|(_, there)| there.name.plain())),
        );
    }
    found.extend(
        Found::fail("an object of that name is on the destination")
            .why(why)
            .remedy("drop it, or exclude ours in `objects`")
            .if_any(objects_in_the_way(context)),
    );
    found
}

fn objects_in_the_way(context: &Context<'_>) -> Vec<String> {
    let (selected, there) = (context.selected(), context.there());
    let options = context.migration.schema();
    let in_database = |name: &TableName| {
        TableName::new(context.names.database(&name.database), name.name.clone())
    };
    let mut found = Vec::new();
    let mut note = |kind: &str, name: &TableName| {
        if !context.made(kind, name) {
            found.push(format!("{} ({kind})", name.plain()));
        }
    };
    for table in selected.tables() {
        let name = context.names.table(&table.name);
        let view = there
            .views()
            .find(|view| context.same_there(&view.name, &name));
        if let Some(view) = view {
            note("view", &view.name);
        }
    }
    for view in selected.views() {
        let name = context.names.table(&view.name);
        let other = there
            .views()
            .find(|other| context.same_there(&other.name, &name));
        if let Some(other) = other {
            note("view", &other.name);
        } else if let Some(table) = foreign_table(context, &name) {
            note("table", &table.name);
        }
    }
    for routine in selected.routines() {
        let name = in_database(&routine.name);
        let other = there
            .routines()
            .find(|other| other.kind == routine.kind && same_in_any_case(&other.name, &name));
        if let Some(other) = other {
            let kind = match other.kind {
                RoutineKind::Function => "function",
                RoutineKind::Procedure => "procedure",
            };
            note(kind, &other.name);
        }
    }
    for trigger in selected
        .triggers()
        .filter(|_| options.triggers != TriggerMode::Skip)
    {
        let name = in_database(&trigger.name);
        let other = there
            .triggers()
            .find(|other| context.same_there(&other.name, &name));
        if let Some(other) = other {
            note("trigger", &other.name);
        }
    }
    for event in selected
        .events()
        .filter(|_| options.events != EventMode::Skip)
    {
        let name = in_database(&event.name);
        let other = there
            .events()
            .find(|other| same_in_any_case(&other.name, &name));
        if let Some(other) = other {
            note("event", &other.name);
        }
    }
    found
}

/// Names of routines and events never depend on case.
fn same_in_any_case(a: &TableName, b: &TableName) -> bool {
    a.plain().to_lowercase() == b.plain().to_lowercase()
}

/// Foreign tables at our places that have rows.
fn with_rows(context: &Context<'_>) -> Vec<String> {
    pairs(context)
        .iter()
        .filter(|(_, there)| context.destination.not_empty.contains(&there.name))
        .map(|(_, there)| there.name.plain())
        .collect()
}

fn destination_table_not_empty(context: &Context<'_>) -> Vec<Found> {
    if context.reuses() {
        return Vec::new();
    }
    Found::fail("a table on the destination has rows")
        .why("which of them are the source's could not be told any more")
        .remedy(
            "empty it, or set conflicts.existing_tables = \"reuse\": a row with the same key is kept then",
        )
        .if_any(with_rows(context))
}

fn existing_rows_reused(context: &Context<'_>) -> Vec<Found> {
    if !context.reuses() {
        return Vec::new();
    }
    Found::warning("rows that are on the destination stay there")
        .why(
            "a row whose key is there already is kept as it is; `verify` shows it where it differs",
        )
        .remedy("empty the tables, or acknowledge it")
        .if_any(with_rows(context))
}

fn destination_schema_exists(context: &Context<'_>) -> Vec<Found> {
    if context.has(Phase::Schema) {
        return Vec::new();
    }
    let absent = context.selected().tables().filter_map(|table| {
        let name = context.names.table(&table.name);
        context.table_there(&name).is_none().then(|| name.plain())
    });
    Found::fail("a table is not on the destination")
        .why("\"schema\" is not among the phases, so nothing creates it")
        .remedy("create it, or add \"schema\" to `phases`")
        .if_any(absent)
}

fn destination_columns_compatible(context: &Context<'_>) -> Vec<Found> {
    if context.has(Phase::Schema) && !context.reuses() {
        return Vec::new();
    }
    let problems = pairs(context)
        .into_iter()
        .flat_map(|(source, there)| types::problems(source, there, &context.names));
    Found::fail("a column on the destination cannot take the source's values")
        .why("values would be changed or refused on the way")
        .remedy("alter the destination's table")
        .if_any(problems)
}

/// Source tables that are copied and followed into the foreign tables at their places, with what of
/// these is written.
fn followed<'a>(context: &Context<'a>) -> Vec<(&'a Table, &'a Table, BTreeSet<Ident>)> {
    if !context.has(Phase::Full) || !context.reuses() && context.has(Phase::Schema) {
        return Vec::new();
    }
    let names = context.source_facts().lower_case();
    let selection = context.migration.selection();
    let written = |(source, there): (&'a Table, &'a Table)| {
        let columns = RowShape::new(source, Some(there), &context.names).columns;
        let taken = columns.into_iter();
        let taken = taken.filter(|one| selection.column(&source.name, &one.source, names));
        (source, there, taken.map(|one| one.destination).collect())
    };
    pairs(context).into_iter().map(written).collect()
}

/// Before all rows are exact, one may have to give way to another by a unique key.
fn destination_own_columns(context: &Context<'_>) -> Vec<Found> {
    let followed = followed(context).into_iter();
    let losing = followed.filter(|(_, there, written)| {
        let mut columns = there.columns.iter();
        let own =
            columns.any(|column| column.generated.is_none() && !written.contains(&column.name));
        let key = key::choose_over(there, |name| written.contains(name));
        let further = there.indexes.iter().filter(|index| {
            let mut parts = index.parts.iter().map(|part| part.column.as_ref());
            let meets = parts.any(|part| part.is_none_or(|name| written.contains(name)));
            index.unique && meets && key.as_ref().is_some_and(|key| key.index != index.name)
        });
        own && further.count() > 0
    });
    Found::warning("a table on the destination has columns of its own and a further unique key")
        .why(
            "while rows are copied, one that was read late may hold a unique value that another one \
             had before: it is taken away and put in anew, and its values of these columns are lost",
        )
        .remedy("fill these columns after the copy, or acknowledge it")
        .if_any(losing.map(|(_, there, _)| there.name.plain()))
}

/// Rows that were read while the source went on are put where their key is. Without a key there each
/// would be put beside itself.
fn destination_key(context: &Context<'_>) -> Vec<Found> {
    let without = followed(context)
        .into_iter()
        .filter(|(source, there, written)| {
            let key = key::choose_over(there, |name| written.contains(name));
            key::choose(source).is_some() && key.is_none()
        });
    Found::fail(
        "a table on the destination lacks the key by which the source's rows are told apart",
    )
    .why(
        "rows are copied while the source changes them; without a key over NOT NULL columns that \
             are replicated, one that was read and changed would be there twice",
    )
    .remedy("ALTER TABLE ... ADD PRIMARY KEY on the destination, as the source has it")
    .if_any(without.map(|(_, there, _)| there.name.plain()))
}

/// How finely a collation tells values apart.
fn sensitivity(collation: &str) -> u8 {
    if collation == "binary" || collation.ends_with("_bin") {
        3
    } else if collation.ends_with("_cs") {
        2
    } else {
        u8::from(collation.contains("_as_"))
    }
}

fn collation_sensitivity(context: &Context<'_>) -> Vec<Found> {
    if context.has(Phase::Schema) && !context.reuses() {
        return Vec::new();
    }
    let mut coarser = Vec::new();
    for (source, there) in pairs(context) {
        let unique = there.indexes.iter().filter(|index| index.unique);
        for part in unique.flat_map(|index| &index.parts) {
            let to = part.column.as_ref().and_then(|name| there.column(name));
            let from = source.columns.iter().find(|column| {
                let name = context.names.column(&source.name, &column.name);
                to.is_some_and(|to| to.name.as_str().eq_ignore_ascii_case(name.as_str()))
            });
            let collations = from.zip(to).and_then(|(from, to)| {
                Some((from.collation.as_deref()?, to.collation.as_deref()?))
            });
            let Some((from, to)) = collations else {
                continue;
            };
            if sensitivity(to) < sensitivity(from)
                && let Some(column) = &part.column
            {
                coarser.push(format!(
                    "{}.{} ({to}, {from} on the source)",
                    there.name.plain(),
                    column.as_str()
                ));
            }
        }
    }
    Found::warning("a key on the destination takes values for one that the source tells apart")
        .why("of two such rows only one fits there: the copy stops at the other")
        .remedy("ALTER TABLE ... MODIFY the column with the source's collation, on the destination")
        .if_any(coarser)
}

fn destination_triggers_fire(context: &Context<'_>) -> Vec<Found> {
    let tables: Vec<TableName> = pairs(context)
        .iter()
        .map(|(_, there)| there.name.clone())
        .collect();
    let firing = context
        .there()
        .triggers()
        .filter(|trigger| !context.made("trigger", &trigger.name))
        .filter(|trigger| {
            let on = TableName::new(trigger.name.database.clone(), trigger.table.clone());
            tables.iter().any(|table| context.same_there(table, &on))
        })
        .map(|trigger| trigger.name.plain());
    Found::warning("a trigger on the destination fires for each row that is written")
        .why("it may change rows on their way, or write others")
        .remedy("drop it until the migration is finished")
        .if_any(firing)
}
