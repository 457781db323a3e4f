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

#[cfg(test)]
mod tests {
    use crate::{
        mysql::Ident,
        plan::{Action, Begun, build},
        prechecks::tests::craft::{foreign_key, inspection, migration, name, table},
    };

    fn action(left_out: &str) -> Action {
        let mut all = inspection();
        let mut notes = table("shop.notes");
        let mut key = foreign_key("said", "word", "shop.orders");
        key.parent_columns = vec![Ident::new("word")];
        notes.foreign_keys.push(key);
        notes.definition = "CREATE TABLE `notes` (\n  `id` int NOT NULL,\n  `word` varchar(20) DEFAULT NULL,\n  \
             PRIMARY KEY (`id`),\n  CONSTRAINT `said` FOREIGN KEY (`word`) REFERENCES `orders` (`word`)\n) \
             ENGINE=InnoDB"
            .to_owned();
        all.source.holds(notes);
        let objects = format!(
            "objects {{\n  database \"shop\" {{\n    include = [\"*\"]\n    table \"{left_out}\" {{\n      \
             exclude_columns = [\"word\"]\n    }}\n  }}\n}}\n"
        );
        let plan = build(&migration(&objects), &all, &Begun::default());
        let mut steps = plan.tables.into_iter();
        let notes = steps.find(|step| step.shape.source == name("shop.notes"));
        notes.expect("it is planned").action
    }

    #[test]
    fn a_foreign_key_needs_its_parents_columns() {
        let Action::Refused { reason } = action("orders") else {
            panic!("the destination would refuse the key after the copy");
        };
        assert!(
            reason.starts_with("foreign key `said` needs column `word` of shop.orders"),
            "{reason}"
        );
        // where both are left out, so is the key
        assert_eq!(action("*"), Action::Create);
    }
}
