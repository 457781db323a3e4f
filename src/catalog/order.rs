//! The order in which views and functions can be created, so that each finds what it uses.
//!
//! A view is resolved when it is created; the body of a function is not [T]. So functions come
//! first, then views by what they use, to any depth.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Catalog;
use super::objects::{RoutineKind, View};
use crate::mysql::TableName;
use crate::sql::{References, SqlError, references};

/// One thing to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    Function(TableName),
    View(TableName),
}

/// The order, and what stands in its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreationOrder {
    /// Functions by name, then views. Without views that are invalid, unreadable or in a cycle.
    pub steps: Vec<Created>,
    /// By view, what it uses that is not in the catalog, or is invalid there. Such a view is among
    /// the steps all the same: the destination may have it.
    pub missing: BTreeMap<TableName, BTreeSet<TableName>>,
    /// Views that use each other in a circle, or that use one that does.
    pub cyclic: BTreeSet<TableName>,
    pub unreadable: Vec<(TableName, SqlError)>,
}

/// Databases that every server has.
const SYSTEM: [&str; 4] = ["mysql", "sys", "information_schema", "performance_schema"];

/// The order for all functions and views of a catalog.
pub fn order(catalog: &Catalog) -> CreationOrder {
    let mut order = CreationOrder::default();
    let functions: BTreeSet<TableName> = catalog
        .routines()
        .filter(|routine| routine.kind == RoutineKind::Function)
        .map(|routine| routine.name.clone())
        .collect();
    order.steps = functions.iter().cloned().map(Created::Function).collect();
    let tables: BTreeSet<TableName> = catalog.tables().map(|table| table.name.clone()).collect();
    let mut uses: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
    let valid: BTreeMap<&TableName, &View> = catalog
        .views()
        .filter(|view| view.invalid.is_none())
        .map(|view| (&view.name, view))
        .collect();
    for view in valid.values() {
        let found: References = match references(&view.definition, &view.name) {
            Ok(found) => found,
            Err(error) => {
                order.unreadable.push((view.name.clone(), error));
                continue;
            }
        };
        let mut views = BTreeSet::new();
        for name in found.tables {
            // exactly so first: `Orders` may be a table and `ORDERS` a view
            let exact = valid.contains_key(&name) || tables.contains(&name);
            if valid.contains_key(&name) {
                views.insert(name);
            } else if let Some(other) = alike(valid.keys().copied(), &name).filter(|_| !exact) {
                views.insert(other.clone());
            } else if !exact && alike(tables.iter(), &name).is_none() {
                order.miss(view, name);
            }
        }
        for name in found.functions {
            if !functions.iter().any(|known| same_function(known, &name)) {
                order.miss(view, name);
            }
        }
        uses.insert(view.name.clone(), views);
    }
    order.sort_views(uses);
    order
}

impl CreationOrder {
    fn miss(&mut self, view: &View, name: TableName) {
        if !SYSTEM.contains(&name.database.as_str()) {
            self.missing
                .entry(view.name.clone())
                .or_default()
                .insert(name);
        }
    }

    /// Takes, in the order of their names, all views whose views are there, until none is left.
    fn sort_views(&mut self, mut uses: BTreeMap<TableName, BTreeSet<TableName>>) {
        let mut waiting: BTreeSet<TableName> = uses.keys().cloned().collect();
        loop {
            let ready: Vec<TableName> = uses
                .iter()
                .filter(|(_, used)| used.is_disjoint(&waiting))
                .map(|(view, _)| view.clone())
                .collect();
            if ready.is_empty() {
                break;
            }
            for view in ready {
                uses.remove(&view);
                waiting.remove(&view);
                self.steps.push(Created::View(view));
            }
        }
        self.cyclic = waiting;
    }
}

/// The only name that differs in case alone (`lower_case_table_names`).
fn alike<'a>(
    names: impl Iterator<Item = &'a TableName>,
    wanted: &TableName,
) -> Option<&'a TableName> {
    let lower = |name: &TableName| name.plain().to_lowercase();
    let wanted = lower(wanted);
    let mut same = names.filter(|name| lower(name) == wanted);
    same.next().filter(|_| same.next().is_none())
}

/// Names of functions never depend on case.
fn same_function(known: &TableName, wanted: &TableName) -> bool {
    known.database == wanted.database
        && known.name.as_str().to_lowercase() == wanted.name.as_str().to_lowercase()
}

#[cfg(test)]
mod tests;
