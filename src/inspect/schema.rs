//! A server's schema, within a scope.

use std::collections::{BTreeMap, BTreeSet};

use super::{columns, fields::Fields, keys, objects, scope::Scope, tables, views};
use crate::{
    catalog::{Catalog, Database, LeftOut, Unreadable},
    conn::{Result, Session},
    mysql::{Ident, Literal},
    resolve::is_system,
};

/// What [`schema`] finds.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub catalog: Catalog,
    /// User databases, within the scope or not.
    pub databases: BTreeSet<Ident>,
    pub left_out: LeftOut,
    pub unreadable: Vec<Unreadable>,
}

/// Reads the databases of the scope and the objects in them.
///
/// # Errors
/// A connection that is lost, or a reply that cannot be understood.
pub async fn schema(session: &mut Session, scope: &impl Scope) -> Result<Schema> {
    let mut found = Schema::default();
    let mut databases = databases(session).await?;
    found.databases = databases.keys().cloned().collect();
    databases.retain(|name, _| scope.database(name));
    if databases.is_empty() {
        return Ok(found);
    }
    let among = Among::new(databases.keys().cloned().collect());
    let mut tables = tables::tables(session, &among, scope, &mut found).await?;
    columns::attach(session, &among, &mut tables).await?;
    keys::attach_indexes(session, &among, &mut tables).await?;
    keys::attach_foreign_keys(session, &among, &mut tables).await?;
    keys::attach_checks(session, &among, &mut tables).await?;
    tables::attach_definitions(session, &mut tables, &mut found).await?;
    for (name, table) in tables {
        if let Some(database) = databases.get_mut(&name.database) {
            database.tables.insert(name.name, table);
        }
    }
    for view in views::views(session, &among, scope, &mut found).await? {
        if let Some(database) = databases.get_mut(&view.name.database) {
            database.views.insert(view.name.name.clone(), view);
        }
    }
    objects::attach(session, &among, scope, &mut databases, &mut found).await?;
    found.catalog = Catalog { databases };
    Ok(found)
}

async fn databases(session: &mut Session) -> Result<BTreeMap<Ident, Database>> {
    const QUERY: &str = "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME \
         FROM information_schema.SCHEMATA";
    let rows = session.rows(QUERY).await?;
    let mut databases = BTreeMap::new();
    for row in rows {
        let mut fields = Fields::new(row, session.server(), QUERY);
        let name = Ident::new(fields.text()?);
        if is_system(&name, crate::mysql::LowerCase::Compared) {
            continue;
        }
        let database = Database {
            name: name.clone(),
            charset: fields.text()?,
            collation: fields.text()?,
            tables: BTreeMap::new(),
            views: BTreeMap::new(),
            routines: Vec::new(),
            triggers: Vec::new(),
            events: Vec::new(),
        };
        databases.insert(name, database);
    }
    Ok(databases)
}

/// The databases that questions are about.
pub(super) struct Among {
    databases: BTreeSet<Ident>,
    list: String,
}

impl Among {
    fn new(databases: BTreeSet<Ident>) -> Self {
        let list: Vec<String> = databases
            .iter()
            .map(|name| Literal::text(name.as_str()).to_string())
            .collect();
        Self {
            databases,
            list: format!("({})", list.join(", ")),
        }
    }

    /// `(column IN ('a', 'b'))`. Before 8.0 the comparison does not see case, so that more may come
    /// back than was asked for: see [`Among::has`].
    pub fn condition(&self, column: &str) -> String {
        format!("({column} IN {})", self.list)
    }

    pub fn has(&self, database: &Ident) -> bool {
        self.databases.contains(database)
    }
}
