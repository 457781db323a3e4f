//! Changes that the source's engine makes to rows by foreign keys, and its binlog does not show: the
//! stream makes them again, and must have what it needs for that.

use super::{
    INCREMENTAL,
    context::{Check, Context, same},
    finding::Found,
};
use crate::{
    catalog::{ForeignKey, Table},
    mysql::TableName,
    resolve::Dml,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "fk_cascade",
        phases: INCREMENTAL,
        run: fk_cascade,
    },
    Check {
        id: "fk_cascade_dml",
        phases: INCREMENTAL,
        run: fk_cascade_dml,
    },
    Check {
        id: "fk_cascade_parent",
        phases: INCREMENTAL,
        run: fk_cascade_parent,
    },
];

/// Whether the source's binlog lacks what its foreign keys do.
fn unlogged(context: &Context<'_>) -> bool {
    let facts = context.source_facts();
    !facts.version.at_least(9, 6, 0) || facts.is_on("innodb_native_foreign_keys") == Some(true)
}

/// The keys by which rows follow those of another table, with the tables that have them.
fn acting<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> {
    let moves = |rule: &str| matches!(rule, "CASCADE" | "SET NULL" | "SET DEFAULT");
    let unlogged = unlogged(context);
    let tables = context.selected().tables().filter(move |_| unlogged);
    tables.flat_map(move |table| {
        let keys = table.foreign_keys.iter();
        keys.filter(move |key| moves(&key.on_update) || moves(&key.on_delete))
            .map(move |key| (table, key))
    })
}

fn named(table: &Table, key: &ForeignKey) -> String {
    format!("{}.{}", table.name.plain(), key.name.as_str())
}

fn fk_cascade(context: &Context<'_>) -> Vec<Found> {
    Found::info("foreign keys change or remove rows that the source's binlog does not show")
        .why(
            "the stream does to the children what the source's InnoDB has done to them; tables whose \
             rows follow others and are followed by further ones are read at one moment, by one reader",
        )
        .remedy(
            "nothing needs to be done; children whose parents' keys change by ON UPDATE CASCADE while \
             they are copied are copied again",
        )
        .if_any(acting(context).map(|(table, key)| named(table, key)))
}

fn fk_cascade_dml(context: &Context<'_>) -> Vec<Found> {
    let names = context.source_facts().lower_case();
    let rules = &context.migration.ddl().rows;
    let dml = |table: &TableName| rules.of(table, names).dml;
    let followed = |parent: &TableName| {
        let taken = |table: &Table| dml(&table.name).update || dml(&table.name).delete;
        acting(context).any(|(table, key)| same(&key.parent, parent, names) && taken(table))
    };
    let unfit = acting(context).filter(|(table, key)| {
        let deletes = key.on_delete == "CASCADE";
        !dml(&table.name).finds_children(deletes, followed(&table.name))
    });
    Found::fail("`dml` leaves out what is needed to follow foreign keys of these tables")
        .why(
            "the source's InnoDB changes rows by these keys, which its binlog does not show: the \
             stream finds them, and the rows that follow them, by what the destination holds, which \
             is not what the source holds without these changes",
        )
        .remedy(needed())
        .if_any(unfit.map(|(table, key)| {
            let further = followed(&table.name);
            let own = dml(&table.name);
            let lacks = match (!own.insert && further, !own.update) {
                (true, true) => "insert, update",
                (true, false) => "insert",
                (false, _) => "update",
            };
            format!("{} (lacks {lacks})", named(table, key))
        }))
}

fn needed() -> String {
    let needed = Dml::FOR_CHILDREN.join("\" and \"");
    format!(
        "take \"{needed}\" into `dml` of these tables, or leave the tables out that follow them; \
         \"delete\" alone may be left out"
    )
}

fn fk_cascade_parent(context: &Context<'_>) -> Vec<Found> {
    let names = context.source_facts().lower_case();
    let absent = acting(context).filter(|(_, key)| {
        let mut tables = context.selected().tables();
        !tables.any(|table| same(&table.name, &key.parent, names))
    });
    Found::fail("rows follow those of a table that is not selected")
        .why(
            "the source's InnoDB changes them with that table's rows, which its binlog does not show \
             for these tables, and nobody follows the other",
        )
        .remedy("select the parent, too; or exclude these tables")
        .if_any(absent.map(|(table, key)| {
            format!("{} (parent {})", named(table, key), key.parent.plain())
        }))
}
