//! The steps of a statement on the destination, and how to see that each has happened.

use std::collections::{BTreeMap, BTreeSet};

use super::{Concerned, DdlError, DdlRunner, Given, Why, changes::Changes, session};
use crate::{
    catalog::{Table, canonical},
    mysql::{Ident, Names as _, TableName},
    replication::definitions::Definitions,
    sql::{
        ChangedNames, SecondaryIndexes, TableDefinition, TablePlan,
        ddl::{Ddl, DdlKind, KnownColumns, NameRole, Rewriting, Subject},
    },
};

/// One statement on the destination.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub sql: String,
    pub done: Expected,
}

/// How the destination looks when a step has happened, where it looks otherwise than before.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    There(TableName),
    Gone(Vec<TableName>),
    /// Each is where the other was.
    Moved(Vec<(TableName, TableName)>),
    /// The tables have these definitions, by the destination's names.
    Tables(Vec<(TableName, String)>),
    /// The same, and rows have changed places between them.
    Exchanged(Vec<(TableName, String)>),
    /// Anything else than before.
    Other,
    /// Nobody can say.
    Unknown,
}

/// What is to be done on the destination.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub subject: Subject,
    /// By the destination's names: what the statement may change.
    pub objects: Vec<TableName>,
    pub steps: Vec<Step>,
    pub changes: Changes,
    /// The destination's, for statements with a body.
    pub database: Option<Ident>,
    /// Under the settings of the source's statement.
    pub entered: bool,
}

impl Plan {
    /// Somebody's own statement, under our own settings.
    pub fn replacement(sql: String, objects: Vec<TableName>, ddl: Option<&Ddl>) -> Self {
        Self {
            subject: ddl.map_or(Subject::Table, |ddl| ddl.kind.subject()),
            objects,
            steps: vec![Step {
                sql,
                done: Expected::Unknown,
            }],
            changes: Changes::default(),
            database: None,
            entered: false,
        }
    }

    pub fn changing(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }
}

impl DdlRunner {
    /// The objects of a statement by the destination's names.
    pub(super) fn objects(&self, ddl: &Ddl, tables: &Concerned) -> Vec<TableName> {
        let names = &self.follow.names;
        let subject = ddl.kind.subject();
        let mapped = |name: &TableName| match subject {
            Subject::Table | Subject::View => names.table(name),
            Subject::Database
            | Subject::Function
            | Subject::Procedure
            | Subject::Trigger
            | Subject::Event => TableName::new(names.database(&name.database), name.name.clone()),
        };
        let renamed = tables.renames.iter().flat_map(|(from, to)| [from, to]);
        let others = ddl.having(NameRole::Exchanged);
        let all = tables.targets.iter().chain(renamed).chain(others);
        let all: BTreeSet<TableName> = all.map(mapped).collect();
        all.into_iter().collect()
    }

    /// The steps of a statement that is to be run as the source ran it.
    pub(super) fn plan(
        &self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        after: BTreeMap<TableName, Table>,
        definitions: &Definitions,
    ) -> Result<Plan, DdlError> {
        let steps = self.steps(given, ddl, tables, &after, definitions)?;
        let body = match ddl.kind.subject() {
            Subject::View | Subject::Function | Subject::Procedure => true,
            Subject::Database | Subject::Table | Subject::Trigger | Subject::Event => false,
        };
        let database = ddl.default_database().filter(|_| body).filter(|name| {
            self.follow
                .selection
                .database(name, self.follow.source_names)
        });
        Ok(Plan {
            subject: ddl.kind.subject(),
            objects: self.objects(ddl, tables),
            steps,
            changes: Changes::of(ddl, tables, after),
            database: database.map(|name| self.follow.names.database(name)),
            // a new table's text is the destination's own, by our settings
            entered: ddl.kind != DdlKind::CreateTable,
        })
    }

    fn steps(
        &self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        after: &BTreeMap<TableName, Table>,
        definitions: &Definitions,
    ) -> Result<Vec<Step>, DdlError> {
        let names = &self.follow.names;
        let atomic = self.inspect.version().at_least(8, 0, 0);
        if !tables.superseded.is_empty() {
            let gone: Vec<_> = tables
                .superseded
                .iter()
                .map(|one| names.table(one))
                .collect();
            return Ok(dropped(DdlKind::DropTable, &gone, true, atomic));
        }
        if ddl.kind == DdlKind::CreateTable {
            return Ok(self.creation(tables, after));
        }
        if ddl.kind == DdlKind::DropTable || ddl.kind == DdlKind::DropView {
            // what was missing there may be missing here
            let maybe = ddl.if_exists || given.statement.error != 0;
            return Ok(dropped(ddl.kind, &self.objects(ddl, tables), maybe, atomic));
        }
        if ddl.kind == DdlKind::RenameTable {
            let mapped = |(from, to): &(TableName, TableName)| (names.table(from), names.table(to));
            let renames: Vec<_> = tables.renames.iter().map(mapped).collect();
            let moved = tables.moved.iter().map(mapped).collect();
            return Ok(renamed(&renames, moved, atomic));
        }
        if let Some((table, column)) = self.touches_left_out(ddl, tables, after, definitions) {
            return Err(given.stopped(Why::LeftOut { table, column }));
        }
        let columns: KnownColumns = definitions
            .iter()
            .map(|one| {
                let columns = one.source.columns.iter().map(|column| column.name.clone());
                (one.source.name.clone(), columns.collect())
            })
            .collect();
        let mode = session::sql_mode(given.statement.context.sql_mode.unwrap_or(0));
        let rewriting = Rewriting {
            names,
            columns: &columns,
            definer: &self.follow.definer,
            changed: &ChangedNames::new(names, &columns),
            sql_mode: &mode,
        };
        let sql = ddl
            .rewrite(&rewriting)
            .map_err(|error| given.stopped(Why::Sql(error)))?;
        Ok(vec![Step {
            sql,
            done: self.expected(ddl, after),
        }])
    }

    fn expected(&self, ddl: &Ddl, after: &BTreeMap<TableName, Table>) -> Expected {
        let names = &self.follow.names;
        if !ddl.kind.alters_table() {
            return Expected::Other;
        }
        let wanted = after.values().map(|table| {
            let taken = table.without(&self.columns_left_out(table));
            (names.table(&table.name), canonical(&taken, names))
        });
        if ddl.having(NameRole::Exchanged).next().is_some() {
            return Expected::Exchanged(wanted.collect());
        }
        Expected::Tables(wanted.collect())
    }

    /// The columns that the specification leaves out.
    fn columns_left_out(&self, table: &Table) -> Vec<Ident> {
        let columns = table.columns.iter().map(|column| &column.name);
        let (selection, folds) = (&self.follow.selection, self.follow.source_names);
        let left_out = columns.filter(|column| !selection.column(&table.name, column, folds));
        left_out.cloned().collect()
    }

    /// A column that is left out, before the statement or behind it, and that the statement names: the
    /// destination does not have it, and the statement may do other things besides.
    fn touches_left_out(
        &self,
        ddl: &Ddl,
        tables: &Concerned,
        after: &BTreeMap<TableName, Table>,
        definitions: &Definitions,
    ) -> Option<(TableName, Ident)> {
        let text = ddl.text().to_lowercase();
        let names = |column: &Ident| {
            let column = column.as_str().to_lowercase();
            let mut found = text.match_indices(&column);
            found.any(|(at, _)| {
                let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
                let before = text[..at].chars().next_back();
                let behind = text[at + column.len()..].chars().next();
                !before.is_some_and(part) && !behind.is_some_and(part)
            })
        };
        tables.targets.iter().find_map(|name| {
            let before = definitions.get(name).map(|one| &one.source);
            let mut left_out = before
                .into_iter()
                .chain(after.get(name))
                .flat_map(|table| self.columns_left_out(table));
            Some((name.clone(), left_out.find(names)?))
        })
    }

    /// A new table is made from its definition, which says everything: where it is like another, in a
    /// database with another default, from an older server.
    fn creation(&self, tables: &Concerned, after: &BTreeMap<TableName, Table>) -> Vec<Step> {
        let version = self.inspect.version().clone();
        let mut steps = Vec::new();
        for table in tables.targets.iter().filter_map(|name| after.get(name)) {
            let Ok(mut definition) = TableDefinition::parse(&table.definition) else {
                continue;
            };
            // what cannot be without them is refused by the destination
            let _ = definition.without(&self.columns_left_out(table));
            let statements = definition.statements(
                &table.name,
                &self.follow.names,
                &TablePlan {
                    secondary_indexes: SecondaryIndexes::WithTable,
                    source: &version,
                    destination: &version,
                    referenced: &[],
                },
            );
            steps.push(Step {
                sql: statements.create,
                done: Expected::There(self.follow.names.table(&table.name)),
            });
            let keys = statements.foreign_keys.into_iter();
            steps.extend(keys.map(|sql| Step {
                sql,
                done: Expected::Other,
            }));
        }
        steps
    }
}

fn dropped(kind: DdlKind, objects: &[TableName], maybe: bool, atomic: bool) -> Vec<Step> {
    let what = if kind == DdlKind::DropView {
        "VIEW"
    } else {
        "TABLE"
    };
    let exists = if maybe { "IF EXISTS " } else { "" };
    let drop = |objects: &[TableName]| {
        let list: Vec<String> = objects.iter().map(TableName::to_string).collect();
        Step {
            sql: format!("DROP {what} {exists}{}", list.join(", ")),
            done: Expected::Gone(objects.to_vec()),
        }
    };
    if atomic {
        return vec![drop(objects)];
    }
    objects.chunks(1).map(drop).collect()
}

fn renamed(
    renames: &[(TableName, TableName)],
    moved: Vec<(TableName, TableName)>,
    atomic: bool,
) -> Vec<Step> {
    let pair = |(from, to): &(TableName, TableName)| format!("{from} TO {to}");
    if atomic {
        let pairs: Vec<String> = renames.iter().map(pair).collect();
        return vec![Step {
            sql: format!("RENAME TABLE {}", pairs.join(", ")),
            done: Expected::Moved(moved),
        }];
    }
    renames
        .iter()
        .map(|one| Step {
            sql: format!("RENAME TABLE {}", pair(one)),
            done: Expected::Moved(vec![one.clone()]),
        })
        .collect()
}
