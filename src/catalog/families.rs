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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ForeignKey;

    fn name(table: &str) -> TableName {
        TableName::new("shop", table)
    }

    fn names(tables: &[&str]) -> BTreeSet<TableName> {
        tables.iter().map(|table| name(table)).collect()
    }

    fn table(own: &str, parents: &[(&str, &str)]) -> Table {
        let tables: Vec<Table> =
            serde_json::from_str(include_str!("fixtures/tables_9_7.json")).unwrap();
        let keys = parents.iter().map(|(parent, rule)| ForeignKey {
            name: format!("to_{parent}").as_str().into(),
            columns: vec!["p".into()],
            parent: name(parent),
            parent_columns: vec!["id".into()],
            on_update: "NO ACTION".to_owned(),
            on_delete: (*rule).to_owned(),
        });
        Table {
            name: name(own),
            foreign_keys: keys.collect(),
            ..tables.into_iter().next().unwrap()
        }
    }

    #[test]
    fn a_table_between_others_is_read_before_its_children() {
        let tables = [
            table("user", &[]),
            table("order", &[("user", "CASCADE"), ("shop", "RESTRICT")]),
            table("line", &[("order", "CASCADE"), ("gone", "CASCADE")]),
            table("note", &[("line", "SET NULL"), ("user", "CASCADE")]),
            table("shop", &[]),
        ];
        let families = Families::new(tables.iter());
        assert!(!families.is_child(&name("user")) && !families.is_child(&name("shop")));
        assert!(families.is_between(&name("order")) && families.is_between(&name("line")));
        assert!(families.is_child(&name("note")) && !families.is_between(&name("note")));
        assert_eq!(families.above(&name("line")), names(&["order", "user"]));
        assert_eq!(families.below(&name("order")), names(&["line", "note"]));
        assert_eq!(families.before(&name("order")), names(&[]));
        assert_eq!(families.before(&name("note")), names(&["line"]));
    }

    #[test]
    fn a_circle_waits_for_none_of_its_own() {
        let tables = [
            table("tree", &[("tree", "CASCADE"), ("b", "CASCADE")]),
            table("a", &[("b", "CASCADE")]),
            table("b", &[("a", "CASCADE")]),
        ];
        let families = Families::new(tables.iter());
        assert!(families.is_between(&name("tree")));
        assert_eq!(families.before(&name("tree")), names(&["b"]));
        assert_eq!(families.before(&name("a")), names(&[]));
        assert_eq!(families.above(&name("a")), names(&["b"]));
    }
}
