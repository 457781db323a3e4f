//! Intents: each definition is noted before it is run, and noted done after it.

use std::collections::BTreeMap;

use super::{Fence, Ledger, LedgerError, Result};
use crate::{
    conn::Session,
    mysql::{Literal, TableName},
};

/// One step on one object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectKey {
    /// `table`, `indexes`, `view`, ...: what is done, at most 32 characters.
    pub kind: String,
    /// The name on the destination.
    pub name: TableName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectState {
    /// About to be run, or run without our having heard the end.
    Intended,
    Done,
}

impl Ledger {
    /// All steps noted so far.
    pub async fn objects(&self, session: &mut Session) -> Result<BTreeMap<ObjectKey, ObjectState>> {
        let rows: Vec<(String, String, String, String)> = session
            .rows(format!(
                "SELECT kind, database_name, object_name, state FROM {} WHERE migration = {}",
                self.table("object"),
                self.migration()
            ))
            .await?;
        rows.into_iter()
            .map(|(kind, database, name, state)| {
                let state = match state.as_str() {
                    "intended" => ObjectState::Intended,
                    "done" => ObjectState::Done,
                    _ => {
                        return Err(LedgerError::Damaged {
                            what: format!("state {state:?}"),
                        });
                    }
                };
                let name = TableName::new(database, name);
                Ok((ObjectKey { kind, name }, state))
            })
            .collect()
    }
}

impl Ledger {
    /// Tables that other migrations have made or copied here and are not done with, each with the
    /// migration's name; empty where there is no ledger.
    pub async fn claimed(&self, session: &mut Session) -> Result<BTreeMap<TableName, String>> {
        if !self.exists(session).await? {
            return Ok(BTreeMap::new());
        }
        let (objects, copies, migrations) = (
            self.table("object"),
            self.table("table_copy"),
            self.table("migration"),
        );
        let rows: Vec<(String, String, String)> = session
            .rows(format!(
                "SELECT x.database_name, x.object_name, x.migration FROM (\
                 SELECT migration, database_name, object_name FROM {objects} WHERE kind = 'table' \
                 UNION SELECT migration, database_name, table_name FROM {copies}) x \
                 JOIN {migrations} m ON m.name = x.migration \
                 WHERE x.migration <> {} \
                 AND m.phase NOT IN ('finished', 'reversed', 'destroyed')",
                self.migration()
            ))
            .await?;
        Ok(rows
            .into_iter()
            .map(|(database, name, migration)| (TableName::new(database, name), migration))
            .collect())
    }
}

impl Fence {
    /// Forgets a step that was taken back, in a transaction of its own.
    pub async fn forget_object(&self, session: &mut Session, key: &ObjectKey) -> Result<()> {
        self.begin(session).await?;
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND kind = {} AND database_name = {} \
                 AND object_name = {}",
                self.ledger().table("object"),
                self.ledger().migration(),
                Literal::text(&key.kind),
                Literal::text(key.name.database.as_str()),
                Literal::text(key.name.name.as_str()),
            ))
            .await?;
        self.commit(session).await
    }

    /// Notes a step's state, in a transaction of its own.
    pub async fn note_object(
        &self,
        session: &mut Session,
        key: &ObjectKey,
        state: ObjectState,
    ) -> Result<()> {
        let state = match state {
            ObjectState::Intended => "intended",
            ObjectState::Done => "done",
        };
        self.begin(session).await?;
        session
            .execute(format!(
                "REPLACE INTO {} (migration, kind, database_name, object_name, state, noted_at) \
                 VALUES ({}, {}, {}, {}, {}, UTC_TIMESTAMP(6))",
                self.ledger().table("object"),
                self.ledger().migration(),
                Literal::text(&key.kind),
                Literal::text(key.name.database.as_str()),
                Literal::text(key.name.name.as_str()),
                Literal::text(state),
            ))
            .await?;
        self.commit(session).await
    }
}
