//! Which tables' rows are changed by those of which others.
//!
//! In: tables with their foreign keys. Out: parents and children by `CASCADE` and `SET NULL`, as far
//! as both are among the tables.

use std::collections::{BTreeMap, BTreeSet};

use super::Table;
use crate::mysql::TableName;

/// The foreign keys that change children, by their tables.
#[derive(Clone, Debug, Default)]
pub struct Families {
    children: BTreeMap<TableName, BTreeSet<TableName>>,
    parents: BTreeMap<TableName, BTreeSet<TableName>>,
}

impl Families {
    pub fn new<'a>(tables: impl Iterator<Item = &'a Table> + Clone) -> Self {
        let names: BTreeSet<&TableName> = tables.clone().map(|table| &table.name).collect();
        let acts = |rule: &str| matches!(rule, "CASCADE" | "SET NULL");
        let mut families = Self::default();
        for table in tables {
            for key in &table.foreign_keys {
                let moves = acts(&key.on_delete) || acts(&key.on_update);
                if !moves || !names.contains(&key.parent) {
                    continue;
                }
                let (parent, child) = (key.parent.clone(), table.name.clone());
                let children = families.children.entry(parent.clone()).or_default();
                children.insert(child.clone());
                families.parents.entry(child).or_default().insert(parent);
            }
        }
        families
    }

    /// Whether rows of others change its rows.
    pub fn is_child(&self, table: &TableName) -> bool {
        self.parents.contains_key(table)
    }

    /// Whether rows of others change its rows, and these change further ones, or rows of its own.
    pub fn is_between(&self, table: &TableName) -> bool {
        self.is_child(table) && self.children.contains_key(table)
    }

    /// All whose rows change its rows, at once or by way of others, without itself.
    pub fn above(&self, table: &TableName) -> BTreeSet<TableName> {
        reached(&self.parents, table)
    }

    /// All whose rows its rows change, at once or by way of others, without itself.
    pub fn below(&self, table: &TableName) -> BTreeSet<TableName> {
        reached(&self.children, table)
    }

    /// The parents between it and others, which are to be read before it; none that it is above, too.
    pub fn before(&self, table: &TableName) -> BTreeSet<TableName> {
        let below = self.below(table);
        let parents = self.parents.get(table).into_iter().flatten();
        parents
            .filter(|parent| {
                *parent != table && self.is_between(parent) && !below.contains(*parent)
            })
            .cloned()
            .collect()
    }
}

fn reached(
    steps: &BTreeMap<TableName, BTreeSet<TableName>>,
    from: &TableName,
) -> BTreeSet<TableName> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        for step in steps.get(next).into_iter().flatten() {
            if step != from && seen.insert(step.clone()) {
                open.push(step);
            }
        }
    }
    seen
}
