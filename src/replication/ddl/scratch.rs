//! The source's definitions behind a statement.
//!
//! The only true interpreter of ALTER TABLE is a server. So the tables that a statement names are
//! made, empty, in databases of our own on the destination, as the source had them before it; the
//! source's own statement is run there, and what came out is read back.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{
    Follow,
    error::{DdlError, Why},
    session::{self, Entering},
};
use crate::{
    catalog::Table,
    conn::{ConnError, Session},
    mysql::{Ident, Literal, Names, TableName},
    replication::definitions::destination_tables,
    resolve::scratch_databases,
    sql::{
        ChangedNames, Definer, SecondaryIndexes, TableDefinition, TablePlan,
        ddl::{self, Ddl, KnownColumns, Rewriting},
    },
};

/// Databases of the source, and the scratch ones in their place.
struct ScratchNames {
    databases: BTreeMap<Ident, Ident>,
}

impl ScratchNames {
    fn new(follow: &Follow, databases: BTreeSet<Ident>) -> Self {
        let digest = Sha256::digest(follow.migration.as_bytes());
        let mark = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        let beginning = scratch_databases(&follow.metadata);
        let scratch = |number: usize| Ident::new(format!("{beginning}{mark:08x}_{number}"));
        Self {
            databases: databases
                .into_iter()
                .enumerate()
                .map(|(number, database)| (database, scratch(number + 1)))
                .collect(),
        }
    }

    fn back(&self) -> Self {
        Self {
            databases: self
                .databases
                .iter()
                .map(|(database, scratch)| (scratch.clone(), database.clone()))
                .collect(),
        }
    }
}

impl Names for ScratchNames {
    fn database(&self, database: &Ident) -> Ident {
        self.databases.get(database).unwrap_or(database).clone()
    }

    fn table(&self, table: &TableName) -> TableName {
        TableName::new(self.database(&table.database), table.name.clone())
    }

    fn column(&self, _table: &TableName, column: &Ident) -> Ident {
        column.clone()
    }
}

/// What is tried.
pub(super) struct Trial<'a> {
    pub ddl: &'a Ddl,
    pub entering: Entering<'a>,
    /// The tables before the statement.
    pub before: Vec<&'a Table>,
    /// The tables behind it that are asked for.
    pub wanted: Vec<TableName>,
}

/// The wanted tables behind the statement. `session` ends with the statement's settings.
pub(super) async fn tried(
    session: &mut Session,
    inspect: &mut Session,
    trial: &Trial<'_>,
) -> Result<Result<BTreeMap<TableName, Table>, Why>, DdlError> {
    let mentioned = trial.ddl.names.iter().map(|one| &one.name);
    let parents = trial
        .before
        .iter()
        .flat_map(|table| table.foreign_keys.iter().map(|key| &key.parent));
    let own = trial.before.iter().map(|table| &table.name);
    let databases = mentioned.chain(parents).chain(own);
    let databases = databases.map(|name| name.database.clone()).collect();
    let names = ScratchNames::new(trial.entering.follow, databases);
    drop_all(inspect, &names).await?;
    let outcome = run(session, inspect, trial, &names).await;
    drop_all(inspect, &names).await?;
    match outcome {
        Ok(after) => Ok(Ok(after)),
        Err(DdlError::Server(error)) if error.code().is_some() => Ok(Err(Why::Refused(error))),
        Err(error) => Err(error),
    }
}

async fn drop_all(session: &mut Session, names: &ScratchNames) -> Result<(), ConnError> {
    for scratch in names.databases.values() {
        session
            .execute(format!("DROP DATABASE IF EXISTS {scratch}"))
            .await?;
    }
    Ok(())
}

async fn run(
    session: &mut Session,
    inspect: &mut Session,
    trial: &Trial<'_>,
    names: &ScratchNames,
) -> Result<BTreeMap<TableName, Table>, DdlError> {
    let follow = trial.entering.follow;
    for (database, scratch) in &names.databases {
        create_database(session, &follow.names.database(database), scratch).await?;
    }
    let destination = session.version().clone();
    for table in &trial.before {
        let Ok(definition) = TableDefinition::parse(&table.definition) else {
            continue;
        };
        let statements = definition.statements(
            &table.name,
            names,
            &TablePlan {
                secondary_indexes: SecondaryIndexes::WithTable,
                source: &follow.source,
                destination: &destination,
                referenced: &[],
            },
        );
        session.execute(&statements.create).await?;
        for key in &statements.foreign_keys {
            session.execute(key).await?;
        }
    }
    if let Err(why) = session::enter(session, &trial.entering).await? {
        return Err(DdlError::Stopped {
            position: String::new(),
            statement: trial.ddl.text().to_owned(),
            why: Box::new(why),
        });
    }
    session.execute(rewritten(trial.ddl, names)?).await?;
    read_back(inspect, trial, names).await
}

/// With the collation of the database that the statement's will be run in.
async fn create_database(
    session: &mut Session,
    like: &Ident,
    scratch: &Ident,
) -> Result<(), ConnError> {
    let found: Option<(String, String)> = session
        .first(format!(
            "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME \
             FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {}",
            Literal::text(like.as_str())
        ))
        .await?;
    let options = found.map_or_else(String::new, |(charset, collation)| {
        format!(" CHARACTER SET {charset} COLLATE {collation}")
    });
    session
        .execute(format!("CREATE DATABASE {scratch}{options}"))
        .await?;
    Ok(())
}

fn rewritten(ddl: &Ddl, names: &dyn Names) -> Result<String, DdlError> {
    ddl.rewrite(&Rewriting {
        names,
        columns: &KnownColumns::new(),
        definer: &Definer::Keep,
        changed: &ChangedNames::default(),
        sql_mode: "",
    })
    // only bodies can be refused, and tables have none
    .map_err(|error| DdlError::Stopped {
        position: String::new(),
        statement: ddl.text().to_owned(),
        why: Box::new(Why::Sql(error)),
    })
}

async fn read_back(
    inspect: &mut Session,
    trial: &Trial<'_>,
    names: &ScratchNames,
) -> Result<BTreeMap<TableName, Table>, DdlError> {
    let folds = trial.entering.follow.destination_names.folds();
    let stored = |name: &TableName| {
        let scratch = names.table(name);
        if folds {
            TableName::new(
                scratch.database.as_str().to_lowercase(),
                scratch.name.as_str().to_lowercase(),
            )
        } else {
            scratch
        }
    };
    let places: BTreeMap<TableName, &TableName> = trial
        .wanted
        .iter()
        .map(|name| (stored(name), name))
        .collect();
    let found = destination_tables(inspect, places.keys().cloned().collect()).await?;
    let back = names.back();
    Ok(found
        .into_iter()
        .filter_map(|(scratch, table)| {
            let name = *places.get(&scratch)?;
            Some((name.clone(), restored(table, name, &back)))
        })
        .collect())
}

/// The table as the source would show it: under its own name.
fn restored(mut table: Table, name: &TableName, back: &ScratchNames) -> Table {
    let scratch = table.name.database.clone();
    table.name = name.clone();
    table.auto_increment = None;
    for key in &mut table.foreign_keys {
        key.parent = back.table(&key.parent);
    }
    if let Ok(ddl) = ddl::shown(&table.definition, &scratch)
        && let Ok(text) = rewritten(&ddl, back)
    {
        // SHOW CREATE TABLE does not name the table's own database
        let own = back.table(&TableName::new(scratch.clone(), name.name.clone()));
        let begin = format!("CREATE TABLE {own}");
        table.definition = match text.strip_prefix(&begin) {
            Some(rest) => format!("CREATE TABLE {}{rest}", name.name),
            None => text,
        };
    }
    table
}
