//! What checks look at.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Found;
use crate::{
    catalog::{Catalog, Inspection, ServerFacts, Side, Table},
    mysql::{LowerCase, TableName},
    resolve::{ExistingTables, MappedNames, Migration, Phase, TableRule},
};

/// Objects on the destination that this migration made: what they are (`table`, `view`,
/// `function`, `procedure`, `trigger`, `event`) and their names.
pub type Ours = BTreeSet<(String, TableName)>;

/// One check.
pub(super) struct Check {
    /// Permanent once released.
    pub id: &'static str,
    /// It runs when one of these is among the migration's.
    pub phases: &'static [Phase],
    pub run: fn(&Context<'_>) -> Vec<Found>,
}

pub(super) struct Context<'a> {
    pub migration: &'a Migration,
    pub source: &'a Side,
    pub destination: &'a Side,
    pub names: MappedNames,
    ours: &'a Ours,
    /// The destination's tables, by their names as it compares them.
    tables_there: BTreeMap<TableName, &'a Table>,
}

impl<'a> Context<'a> {
    pub fn new(migration: &'a Migration, inspection: &'a Inspection, ours: &'a Ours) -> Self {
        let names = migration.mapping().names(
            inspection.source.facts.lower_case(),
            inspection.destination.facts.lower_case(),
        );
        Self {
            migration,
            source: &inspection.source,
            destination: &inspection.destination,
            names,
            ours,
            tables_there: inspection
                .destination
                .catalog
                .tables()
                .map(|table| (folded(&table.name, inspection), table))
                .collect(),
        }
    }

    /// The destination's table of that name.
    pub fn table_there(&self, name: &TableName) -> Option<&'a Table> {
        let name = fold(name, self.destination_facts().lower_case());
        self.tables_there.get(&name).copied()
    }

    pub fn has(&self, phase: Phase) -> bool {
        self.migration.phases().has(phase)
    }

    /// The selected objects.
    pub fn selected(&self) -> &'a Catalog {
        &self.source.catalog
    }

    /// What stands on the destination where they are to go.
    pub fn there(&self) -> &'a Catalog {
        &self.destination.catalog
    }

    pub fn source_facts(&self) -> &'a ServerFacts {
        &self.source.facts
    }

    pub fn destination_facts(&self) -> &'a ServerFacts {
        &self.destination.facts
    }

    /// The `table` block of `objects` that applies.
    pub fn rule(&self, table: &Table) -> Option<&'a TableRule> {
        let names = self.source_facts().lower_case();
        self.migration.selection().table_rule(&table.name, names)
    }

    /// Whether existing tables are to be used as they are.
    pub fn reuses(&self) -> bool {
        self.migration.existing_tables() == ExistingTables::Reuse
    }

    /// Whether this migration made the object.
    pub fn made(&self, kind: &str, name: &TableName) -> bool {
        self.ours.contains(&(kind.to_owned(), name.clone()))
    }

    /// Whether nothing has been made yet.
    pub fn is_new(&self) -> bool {
        self.ours.is_empty()
    }

    /// Whether two names on the destination are one there.
    pub fn same_there(&self, a: &TableName, b: &TableName) -> bool {
        same(a, b, self.destination_facts().lower_case())
    }
}

fn folded(name: &TableName, inspection: &Inspection) -> TableName {
    fold(name, inspection.destination.facts.lower_case())
}

/// A table's name as a server with this setting compares it.
pub(super) fn fold(name: &TableName, names: LowerCase) -> TableName {
    if names.folds() {
        TableName::new(
            name.database.as_str().to_lowercase(),
            name.name.as_str().to_lowercase(),
        )
    } else {
        name.clone()
    }
}

pub(super) fn same(a: &TableName, b: &TableName, names: LowerCase) -> bool {
    a == b || (names.folds() && a.plain().to_lowercase() == b.plain().to_lowercase())
}
