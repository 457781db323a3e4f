//! From the migration, the inspection and what was done before to the plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    accounts::Places,
    changes::{self, Merged},
    finish,
    frozen::{self, Fixed},
    incremental, left_behind,
    model::{Action, Base, DatabaseStep, Plan, ServerLine, TableStep},
};
use crate::{
    catalog::{
        Catalog, Fingerprints, ForeignKey, Inspection, RowShape, ServerFacts, Table, differences,
    },
    mysql::{Ident, LowerCase, Names, TableName},
    resolve::{self, ExistingTables, MappedNames, Migration, Phase},
    sql::{self, ChangedNames, TableDefinition, TablePlan},
};

/// What earlier runs of this migration have done, by the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    pub lineage: Option<String>,
    pub serial: u64,
    /// Objects on the destination that are ours: what they are (`table`, `view`, ...) and their names.
    pub objects: BTreeSet<(String, TableName)>,
    /// Tables on the destination whose copy was begun.
    pub copied: BTreeSet<TableName>,
    /// What rows already written depend on.
    pub fixed: Fixed,
    /// Everything that was copied is on the destination, and the stream's place is one of any server
    /// with the same transactions.
    pub moves_by_sets: bool,
    /// Tables of the source that are to be dropped on the destination and copied again.
    pub replaced: BTreeSet<TableName>,
}

impl Begun {
    /// Whether anything was written on the destination.
    pub fn has_begun(&self) -> bool {
        !self.objects.is_empty() || !self.copied.is_empty()
    }

    /// Whether this table on the destination was made or filled by us.
    pub fn wrote(&self, table: &TableName) -> bool {
        self.made("table", table) || self.copied.contains(table)
    }

    /// The name on the destination of a table that is to be dropped and copied again.
    pub(super) fn replaces(&self, source: &TableName, now: &TableName) -> Option<TableName> {
        let replaced = self.replaced.contains(source);
        let before = || frozen::destination(&self.fixed, source).unwrap_or_else(|| now.clone());
        replaced.then(before).filter(|name| self.wrote(name))
    }

    pub(super) fn made(&self, kind: &str, name: &TableName) -> bool {
        self.objects.contains(&(kind.to_owned(), name.clone()))
    }
}

/// Makes the plan.
pub fn build(migration: &Migration, inspection: &Inspection, begun: &Begun) -> Plan {
    let source = &inspection.source;
    let destination = &inspection.destination;
    let names = migration
        .mapping()
        .names(source.facts.lower_case(), destination.facts.lower_case());
    let builder = Builder {
        migration,
        inspection,
        begun,
        names: &names,
        changed: ChangedNames::new(
            &names,
            source
                .catalog
                .tables()
                .map(|table| (&table.name, table.columns.iter().map(|c| &c.name))),
        ),
        referenced: referenced(&source.catalog),
        schema: migration.phases().has(Phase::Schema),
        merged: changes::merged(source.catalog.tables(), &names),
    };
    let (objects, unordered) = builder.objects();
    let tables: Vec<TableStep> = source
        .catalog
        .tables()
        .map(|table| builder.table(table))
        .collect();
    let accounts = builder.accounts(&Places::new(&tables, &objects));
    let mut left_behind = left_behind::list(migration, inspection);
    left_behind.extend(unordered);
    let tables: Vec<TableStep> = source
        .catalog
        .tables()
        .map(|table| builder.table(table))
        .collect();
    left_behind.extend(left_behind::of_rows(&tables));
    left_behind.extend(left_behind::dropped_out(begun, &tables));
    left_behind.sort();
    let mut plan = Plan {
        migration: migration.name().to_owned(),
        tags: migration.tags().clone(),
        phases: migration
            .phases()
            .iter()
            .map(|phase| phase.as_str().to_owned())
            .collect(),
        base: Base {
            spec_hash: migration.spec_hash().to_owned(),
            lineage: begun.lineage.clone(),
            serial: begun.serial,
            source_fingerprints: Fingerprints::of(&source.catalog),
            destination_fingerprints: Fingerprints::of(&destination.catalog),
        },
        source: server_line(&source.facts),
        destination: server_line(&destination.facts),
        databases: builder.databases(),
        tables,
        objects,
        accounts,
        triggers: builder.triggers(),
        events: builder.events(),
        left_behind,
        finish: finish::steps(migration),
        incremental: incremental::lines(migration),
        binlog_retention: incremental::retention(migration, &source.facts),
        settings: migration.settings().iter().map(setting).collect(),
        unsupported: migration.unsupported().iter().map(unsupported).collect(),
        frozen: Vec::new(),
        fixed: builder.fixed(),
    };
    plan.frozen = frozen::changes(&plan, begun);
    plan
}

pub(super) struct Builder<'a> {
    pub(super) migration: &'a Migration,
    pub(super) inspection: &'a Inspection,
    pub(super) begun: &'a Begun,
    pub(super) names: &'a MappedNames,
    pub(super) changed: ChangedNames,
    referenced: BTreeMap<TableName, Vec<Vec<Ident>>>,
    pub(super) schema: bool,
    pub(super) merged: Merged,
}

impl Builder<'_> {
    pub(super) fn source(&self) -> &Catalog {
        &self.inspection.source.catalog
    }

    pub(super) fn destination(&self) -> &Catalog {
        &self.inspection.destination.catalog
    }

    pub(super) fn destination_case(&self) -> LowerCase {
        self.inspection.destination.facts.lower_case()
    }

    fn databases(&self) -> Vec<DatabaseStep> {
        let mut steps: BTreeMap<Ident, DatabaseStep> = BTreeMap::new();
        for database in self.source().databases.values() {
            let destination = self.names.database(&database.name);
            let there = self.inspection.destination.databases.contains(&destination);
            let made = self
                .begun
                .made("database", &TableName::new(destination.clone(), ""));
            let action = match (made, there || !self.schema) {
                (true, _) => Action::Done,
                (false, true) => Action::Unchanged,
                (false, false) => Action::Create,
            };
            // several databases may become one
            steps.entry(destination.clone()).or_insert(DatabaseStep {
                source: database.name.clone(),
                destination,
                charset: database.charset.clone(),
                collation: database.collation.clone(),
                action,
            });
        }
        steps.into_values().collect()
    }

    fn table(&self, table: &Table) -> TableStep {
        let destination = self.names.table(&table.name);
        let replaces = self.begun.replaces(&table.name, &destination);
        // what is dropped first is in nobody's way
        let there = self
            .destination()
            .table(&destination)
            .filter(|_| replaces.is_none());
        let changes = self.changes(table, &destination);
        let taken = table.without(&changes.left_out);
        let action = match &replaces {
            Some(_) => Action::Create,
            None => self.table_action(&taken, &destination, there),
        };
        let made_like_it = action.creates();
        let mut shape = RowShape::new(table, there.filter(|_| !made_like_it), self.names);
        shape
            .columns
            .retain(|column| !changes.left_out.contains(&column.source));
        let one_reader = shape
            .key
            .is_none()
            .then(|| "no primary key, and no unique key over NOT NULL columns".to_owned());
        let mut step = TableStep {
            shape,
            action,
            create: String::new(),
            secondary_indexes: Vec::new(),
            foreign_keys: Vec::new(),
            bridged: Vec::new(),
            copy: self.migration.phases().has(Phase::Full),
            one_reader,
            rows: table.rows,
            bytes: table.data_length,
            auto_increment: table.columns.iter().any(|column| column.auto_increment),
            changes,
            dml: self.dml(&table.name),
            replaces,
        };
        if step.action.creates() {
            self.define(table, &mut step);
        }
        if step.action == Action::Create
            && let Some(reason) = self.parent_left_out(table, &step.changes.left_out)
        {
            step.action = Action::Refused { reason };
        }
        step
    }

    fn dml(&self, table: &TableName) -> Option<String> {
        let streams = self.migration.phases().has(Phase::Incremental);
        let source_names = self.inspection.source.facts.lower_case();
        let rules = &self.migration.ddl().rows;
        streams.then(|| rules.of(table, source_names).dml.words())
    }

    /// A foreign key that is taken, over a column of its parent that is not.
    fn parent_left_out(&self, table: &Table, left_out: &[Ident]) -> Option<String> {
        let selection = self.migration.selection();
        let source_names = self.inspection.source.facts.lower_case();
        let taken = |key: &&ForeignKey| !key.columns.iter().any(|one| left_out.contains(one));
        table.foreign_keys.iter().filter(taken).find_map(|key| {
            let mut columns = key.parent_columns.iter();
            let lacking = columns.find(|one| !selection.column(&key.parent, one, source_names))?;
            Some(format!(
                "foreign key {} needs column {lacking} of {}, which is left out: take that column, or \
                 leave out those of the key",
                key.name,
                key.parent.plain()
            ))
        })
    }

    /// Writes the statements that make the table.
    fn define(&self, table: &Table, step: &mut TableStep) {
        let taken = |mut definition: TableDefinition| {
            definition.without(&step.changes.left_out)?;
            Ok(definition)
        };
        let parsed = TableDefinition::parse(&table.definition);
        let definition = match parsed.map_err(|error| error.to_string()).and_then(taken) {
            Ok(definition) => definition,
            Err(reason) => {
                step.action = Action::Refused { reason };
                return;
            }
        };
        let none = Vec::new();
        let statements = definition.statements(
            &table.name,
            self.names,
            &TablePlan {
                secondary_indexes: match self.migration.schema().secondary_indexes {
                    resolve::SecondaryIndexes::AfterCopy => sql::SecondaryIndexes::AfterCopy,
                    resolve::SecondaryIndexes::WithTable => sql::SecondaryIndexes::WithTable,
                },
                source: &self.inspection.source.facts.version,
                destination: &self.inspection.destination.facts.version,
                referenced: self.referenced.get(&table.name).unwrap_or(&none),
            },
        );
        step.create = statements.create;
        step.secondary_indexes = statements.secondary_indexes;
        step.foreign_keys = statements.foreign_keys;
        step.bridged = statements.bridged.iter().map(ToString::to_string).collect();
    }

    fn table_action(&self, table: &Table, name: &TableName, there: Option<&Table>) -> Action {
        if self.begun.made("table", name) {
            return Action::Done;
        }
        let Some(there) = there else {
            return if self.schema {
                Action::Create
            } else {
                Action::Refused {
                    reason: "not on the destination, and \"schema\" is not among the phases"
                        .to_owned(),
                }
            };
        };
        if self.schema && self.migration.existing_tables() == ExistingTables::Error {
            return Action::Refused {
                reason: "there already; `existing_tables = \"reuse\"` would use it".to_owned(),
            };
        }
        match differences(table, there, self.names) {
            None => Action::Unchanged,
            Some(difference) => Action::Different {
                diff: difference.unified(),
            },
        }
    }

    /// What holds for all rows once the first is written.
    fn fixed(&self) -> BTreeMap<String, String> {
        let phases = self.migration.phases();
        let phases: Vec<&str> = phases.iter().map(Phase::as_str).collect();
        let fixed = [
            (frozen::PHASES, phases.join(", ")),
            // another destination is the same one where it holds the ledger
            (
                frozen::SOURCE,
                self.inspection.source.facts.server_uuid.clone(),
            ),
            (
                "schema.definer",
                self.migration.schema().definer.to_string(),
            ),
        ];
        fixed
            .into_iter()
            .map(|(setting, value)| (setting.to_owned(), value))
            .collect()
    }
}

fn server_line(facts: &ServerFacts) -> ServerLine {
    ServerLine {
        address: facts.address.clone(),
        user: facts.account.clone(),
        version: facts.version.to_string(),
        server_uuid: facts.server_uuid.clone(),
        tls: facts.tls.as_ref().map_or_else(
            || "not encrypted".to_owned(),
            |tls| format!("{} {}", tls.version, tls.cipher),
        ),
    }
}

fn setting(setting: &resolve::Unsupported) -> String {
    if setting.value.is_empty() {
        setting.setting.clone()
    } else {
        format!("{} = {}", setting.setting, setting.value)
    }
}

fn unsupported(setting: &resolve::Unsupported) -> String {
    if setting.value.is_empty() {
        format!("{} ({})", setting.setting, setting.place)
    } else {
        format!(
            "{} = {} ({})",
            setting.setting, setting.value, setting.place
        )
    }
}

/// For each table the columns that foreign keys of others refer to.
fn referenced(catalog: &Catalog) -> BTreeMap<TableName, Vec<Vec<Ident>>> {
    let mut referenced: BTreeMap<TableName, Vec<Vec<Ident>>> = BTreeMap::new();
    for table in catalog.tables() {
        for key in table
            .foreign_keys
            .iter()
            .filter(|key| key.parent != table.name)
        {
            referenced
                .entry(key.parent.clone())
                .or_default()
                .push(key.parent_columns.clone());
        }
    }
    referenced
}
