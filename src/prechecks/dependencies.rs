//! Objects that use what does not come along.

use std::collections::BTreeMap;

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::order,
    mysql::{Names, TableName},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "views_dependencies",
    phases: SCHEMA,
    run: views_dependencies,
}];

/// Whether the destination has something that is not ours to make.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum There {
    Yes,
    No,
    /// In a database that was not looked at.
    Unknown,
}

fn there(context: &Context<'_>, used: &TableName) -> There {
    // a stream that has begun makes it before whatever uses it
    if context.source.activity.later.contains(used) {
        return There::Yes;
    }
    let relation = context.names.table(used);
    let routine = TableName::new(context.names.database(&used.database), used.name.clone());
    let (catalog, left_out) = (context.there(), &context.destination.left_out);
    let relations = catalog
        .tables()
        .map(|table| &table.name)
        .chain(catalog.views().map(|view| &view.name))
        .chain(&left_out.tables)
        .chain(&left_out.views);
    let routines = catalog
        .routines()
        .map(|routine| &routine.name)
        .chain(&left_out.routines);
    let same_routine =
        |other: &TableName| other.plain().to_lowercase() == routine.plain().to_lowercase();
    let mut relations = relations.filter(|other| context.same_there(other, &relation));
    let mut routines = routines.filter(|other| same_routine(other));
    if relations.next().is_some() || routines.next().is_some() {
        return There::Yes;
    }
    let folds = context.destination_facts().lower_case().folds();
    let is = |name: &crate::mysql::Ident| {
        *name == relation.database
            || (folds && name.as_str().to_lowercase() == relation.database.as_str().to_lowercase())
    };
    let looked_at = context.selected().databases.keys();
    let looked_at = looked_at.map(|name| context.names.database(name));
    let mut looked_at = looked_at.filter(|name| is(name));
    if looked_at.next().is_none() && context.destination.databases.iter().any(is) {
        There::Unknown
    } else {
        There::No
    }
}

fn views_dependencies(context: &Context<'_>) -> Vec<Found> {
    let mut found: BTreeMap<There, Vec<String>> = BTreeMap::new();
    for (view, missing) in order(context.selected()).missing {
        for used in missing {
            let objects = found.entry(there(context, &used)).or_default();
            objects.push(format!("{} (uses {})", view.plain(), used.plain()));
        }
    }
    let mut of = |there: There| found.remove(&there).unwrap_or_default();
    let remedy = "select it too, or exclude the view";
    let mut all = Found::fail("a view uses what is neither selected nor on the destination")
        .why("the view cannot be created there (error 1146 or 1356)")
        .remedy(remedy)
        .if_any(of(There::No));
    all.extend(
        Found::warning("whether the destination has what a view uses was not looked at")
            .why("it is in a database that this migration does not touch")
            .remedy(format!(
                "make sure that it is there and acknowledge it, or {remedy}"
            ))
            .if_any(of(There::Unknown)),
    );
    all
}
