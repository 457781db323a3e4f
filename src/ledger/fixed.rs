//! What rows already written depend on: names, columns, filters, by the specification of when the
//! tables were begun. Without a secret.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fence, Ledger, LedgerError, Result};
use crate::{
    conn::Session,
    mysql::{Checkpoint, Literal, TableName},
    plan::frozen::{self, Fixed, FixedKey},
};

const READ_UNTIL: &str = "read until";

/// Rows of one INSERT.
const AT_ONCE: usize = 500;

impl Ledger {
    /// All that was kept; nothing by a ledger that was made before such was kept.
    pub async fn fixed(&self, session: &mut Session) -> Result<Fixed> {
        let found: Option<u32> = session
            .first(format!(
                "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND TABLE_NAME = 'fixed'",
                Literal::text(self.database().as_str())
            ))
            .await?;
        if found.is_none() {
            return Ok(Fixed::new());
        }
        let rows: Vec<(String, String, String, String)> = session
            .rows(format!(
                "SELECT database_name, table_name, setting, value FROM {} WHERE migration = {}",
                self.table("fixed"),
                self.migration()
            ))
            .await?;
        let fixed = rows.into_iter().map(|(database, table, setting, value)| {
            let table = TableName::new(database, table);
            (FixedKey { table, setting }, value)
        });
        Ok(fixed.collect())
    }

    /// Where the source was when the last row of a table had been copied, by its name there.
    pub async fn read_until(
        &self,
        session: &mut Session,
    ) -> Result<BTreeMap<TableName, Checkpoint>> {
        let kept = self.fixed(session).await?.into_iter();
        let found = kept.filter(|(key, _)| key.setting == READ_UNTIL);
        found
            .map(|(key, text)| {
                let until = Checkpoint::decode(&text).ok_or_else(|| LedgerError::Damaged {
                    what: format!("where {} was read until", key.table.plain()),
                })?;
                Ok((key.table, until))
            })
            .collect()
    }

    /// Tables on the destination whose copy was entered.
    pub async fn entered_tables(&self, session: &mut Session) -> Result<BTreeSet<TableName>> {
        let rows: Vec<(String, String)> = session
            .rows(format!(
                "SELECT database_name, table_name FROM {} WHERE migration = {}",
                self.table("table_copy"),
                self.migration()
            ))
            .await?;
        let names = rows.into_iter();
        Ok(names
            .map(|(database, table)| TableName::new(database, table))
            .collect())
    }
}

impl Fence {
    /// Keeps what the rows to be written will depend on. What was kept of other tables stays.
    pub async fn keep_fixed(&self, session: &mut Session, fixed: &Fixed) -> Result<()> {
        self.begin(session).await?;
        self.note_fixed(session, fixed).await?;
        self.commit(session).await
    }

    /// The same inside the caller's transaction.
    pub async fn note_fixed(&self, session: &mut Session, fixed: &Fixed) -> Result<()> {
        let rows: Vec<String> = fixed
            .iter()
            .map(|(key, value)| self.row(key, value))
            .collect();
        for rows in rows.chunks(AT_ONCE) {
            session
                .execute(format!(
                    "REPLACE INTO {} (migration, database_name, table_name, setting, value) \
                     VALUES {}",
                    self.ledger().table("fixed"),
                    rows.join(", ")
                ))
                .await?;
        }
        Ok(())
    }

    /// Forgets what a table depended on that has no longer this name, inside the caller's
    /// transaction.
    pub async fn forget_fixed(&self, session: &mut Session, table: &TableName) -> Result<()> {
        let settings: Vec<String> = frozen::OF_TABLE
            .iter()
            .map(|setting| Literal::text(*setting).to_string())
            .collect();
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND database_name = {} AND table_name = {} \
                 AND setting IN ({})",
                self.ledger().table("fixed"),
                self.ledger().migration(),
                Literal::text(table.database.as_str()),
                Literal::text(table.name.as_str()),
                settings.join(", ")
            ))
            .await?;
        Ok(())
    }

    /// Notes where the source was when the last row of a table had been copied.
    pub async fn note_read_until(
        &self,
        session: &mut Session,
        table: &TableName,
        until: &Checkpoint,
    ) -> Result<()> {
        let key = FixedKey {
            table: table.clone(),
            setting: READ_UNTIL.to_owned(),
        };
        self.keep_fixed(session, &Fixed::from([(key, until.encode())]))
            .await
    }

    fn row(&self, key: &FixedKey, value: &str) -> String {
        format!(
            "({}, {}, {}, {}, {})",
            self.ledger().migration(),
            Literal::text(key.table.database.as_str()),
            Literal::text(key.table.name.as_str()),
            Literal::text(&key.setting),
            Literal::text(value)
        )
    }

    /// Forgets everything about a table that is dropped and copied again, in one transaction.
    pub async fn forget_table(
        &self,
        session: &mut Session,
        source: &TableName,
        destination: &TableName,
    ) -> Result<()> {
        let ledger = self.ledger();
        let migration = ledger.migration();
        let named = |table: &TableName, column: &str| {
            format!(
                "migration = {migration} AND database_name = {} AND {column} = {}",
                Literal::text(table.database.as_str()),
                Literal::text(table.name.as_str())
            )
        };
        let copy = named(destination, "table_name");
        self.begin(session).await?;
        for statement in [
            format!(
                "DELETE FROM {} WHERE migration = {migration} AND table_id IN \
                 (SELECT table_id FROM {} WHERE {copy})",
                ledger.table("chunk"),
                ledger.table("table_copy")
            ),
            format!("DELETE FROM {} WHERE {copy}", ledger.table("table_copy")),
            // the stream keeps knowing it: it is to be copied again, not to come by the stream
            format!(
                "UPDATE {} SET from_position = '' WHERE {}",
                ledger.table("definition"),
                named(source, "table_name")
            ),
            format!(
                "DELETE FROM {} WHERE {} AND (kind IN ('table', 'replace') \
                 OR kind LIKE 'indexes %' OR kind LIKE 'foreign key %')",
                ledger.table("object"),
                named(destination, "object_name")
            ),
            format!(
                "DELETE FROM {} WHERE {}",
                ledger.table("fixed"),
                named(source, "table_name")
            ),
        ] {
            session
                .execute(statement)
                .await
                .map_err(LedgerError::from)?;
        }
        self.commit(session).await
    }
}
