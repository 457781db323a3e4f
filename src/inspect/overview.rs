//! What there is on a server, for somebody who has no specification yet: names, sizes, keys.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::Fields;
use crate::{
    conn::{Result, Session},
    mysql::{Ident, LowerCase, TableName},
    resolve::is_system,
};

/// A database and its base tables, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatabaseOverview {
    pub tables: BTreeMap<Ident, TableOverview>,
    pub views: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableOverview {
    /// Estimates of the engine.
    pub rows: u64,
    /// With indexes.
    pub bytes: u64,
    /// It has a primary key, or a unique key over `NOT NULL` columns.
    pub keyed: bool,
}

const DATABASES: &str = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA";
const TABLES: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_ROWS, DATA_LENGTH, \
    INDEX_LENGTH FROM information_schema.TABLES";
/// An index over an expression has no column that could be NULL, and is nullable all the same.
const KEYS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME FROM \
    information_schema.STATISTICS WHERE NON_UNIQUE = 0 GROUP BY TABLE_SCHEMA, TABLE_NAME, \
    INDEX_NAME HAVING SUM(NULLABLE = 'YES' OR COLUMN_NAME IS NULL) = 0";

/// All databases that the account sees but the server's own and `except`, which is ours.
///
/// # Errors
/// A connection that is lost.
pub async fn overview(
    session: &mut Session,
    except: &Ident,
) -> Result<BTreeMap<Ident, DatabaseOverview>> {
    let server = session.server().to_owned();
    let mut found = BTreeMap::new();
    for row in session.rows(DATABASES).await? {
        let name = Ident::new(Fields::new(row, &server, DATABASES).text()?);
        // names are as the server stores them, whatever they are compared as
        if !is_system(&name, LowerCase::Off) && name != *except {
            found.insert(name, DatabaseOverview::default());
        }
    }
    let mut keyed = BTreeSet::new();
    for row in session.rows(KEYS).await? {
        let mut fields = Fields::new(row, &server, KEYS);
        keyed.insert(TableName::new(fields.text()?, fields.text()?));
    }
    for row in session.rows(TABLES).await? {
        let mut fields = Fields::new(row, &server, TABLES);
        let name = TableName::new(fields.text()?, fields.text()?);
        let Some(database) = found.get_mut(&name.database) else {
            continue;
        };
        if fields.text()? != "BASE TABLE" {
            database.views += 1;
            continue;
        }
        let rows = fields.number()?.unwrap_or(0);
        let data: u64 = fields.number()?.unwrap_or(0);
        let indexes: u64 = fields.number()?.unwrap_or(0);
        let table = TableOverview {
            rows,
            bytes: data.saturating_add(indexes),
            keyed: keyed.contains(&name),
        };
        database.tables.insert(name.name, table);
    }
    Ok(found)
}
