//! What changes in a table's rows on the way.

use std::collections::BTreeMap;

use super::{
    build::Builder,
    model::{ComputedColumn, RenamedColumn, RowChanges},
};
use crate::{
    catalog::Table,
    mysql::{Ident, LowerCase, Names, TableName},
    resolve::{MappedNames, Selection},
};

/// The tables of the source that become one table, by that table's name.
pub type Merged = BTreeMap<TableName, Vec<TableName>>;

/// Which tables become which.
pub fn merged<'a>(tables: impl Iterator<Item = &'a Table>, names: &dyn Names) -> Merged {
    let mut merged = Merged::new();
    for table in tables {
        let destination = names.table(&table.name);
        merged
            .entry(destination)
            .or_default()
            .push(table.name.clone());
    }
    merged.retain(|_, sources| sources.len() > 1);
    merged
}

impl Builder<'_> {
    pub(super) fn changes(&self, table: &Table, destination: &TableName) -> RowChanges {
        let source_names = self.inspection.source.facts.lower_case();
        let mut changes =
            RowChanges::of(table, self.migration.selection(), self.names, source_names);
        let others = self.merged.get(destination).into_iter().flatten();
        changes.merged_with = others
            .filter(|other| **other != table.name)
            .cloned()
            .collect();
        changes
    }
}

impl RowChanges {
    /// What the specification says of the table by itself.
    pub fn of(
        table: &Table,
        selection: &Selection,
        names: &MappedNames,
        source_names: LowerCase,
    ) -> Self {
        let rule = selection.table_rule(&table.name, source_names);
        let columns: Vec<Ident> = table.columns.iter().map(|one| one.name.clone()).collect();
        let taken = |column: &&Ident| rule.is_none_or(|rule| rule.columns().takes(column));
        let mut changes = Self {
            filter: rule
                .and_then(|rule| rule.filter())
                .map(|filter| filter.as_str().to_owned()),
            ..Self::default()
        };
        for column in &columns {
            if !taken(&column) {
                changes.left_out.push(column.clone());
                continue;
            }
            let mapped = names.column(&table.name, column);
            if mapped != *column {
                changes.renamed.push(RenamedColumn {
                    source: column.clone(),
                    destination: mapped.clone(),
                });
            }
            if let Some(value) = names.value(&table.name, column) {
                let value = value.as_str().to_owned();
                changes.computed.push(ComputedColumn {
                    column: mapped,
                    value,
                });
            }
        }
        for (column, value) in names.added(&table.name, &columns) {
            let value = value.as_str().to_owned();
            changes.computed.push(ComputedColumn { column, value });
        }
        changes
    }
}
