//! The source's definitions of the tables that the stream writes, as they are at its position.

use super::{Fence, Ledger, LedgerError, Result};
use crate::{
    catalog::Table,
    conn::Session,
    mysql::{Checkpoint, Literal, TableName},
};

/// One table as the source had it when everything before the stream's position had been written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub table: Table,
    pub destination: TableName,
    /// The rows on the destination hold everything of this table up to here, and the stream's
    /// changes before it are passed over; `None` for the stream's own start.
    pub from: Option<Checkpoint>,
    /// It was dropped on the destination, to be copied again from a new start.
    pub again: bool,
}

impl Ledger {
    /// Every table that the stream writes.
    pub async fn definitions(&self, session: &mut Session) -> Result<Vec<Definition>> {
        let rows: Vec<(String, String, String, Option<String>)> = session
            .rows(format!(
                "SELECT definition, destination_database, destination_table, from_position FROM {} \
                 WHERE migration = {} ORDER BY database_name, table_name",
                self.table("definition"),
                self.migration()
            ))
            .await?;
        rows.into_iter()
            .map(|(table, database, name, from)| {
                let damaged = |what: &str| LedgerError::Damaged {
                    what: format!("{what} of {database}.{name}"),
                };
                Ok(Definition {
                    table: serde_json::from_str(&table).map_err(|_| damaged("the definition"))?,
                    again: from.as_ref().is_some_and(String::is_empty),
                    from: match from.filter(|text| !text.is_empty()) {
                        Some(text) => {
                            Some(Checkpoint::decode(&text).ok_or_else(|| damaged("the position"))?)
                        }
                        None => None,
                    },
                    destination: TableName::new(database, name),
                })
            })
            .collect()
    }
}

impl Fence {
    /// Notes a definition, in the place of an older one, inside the caller's transaction.
    pub async fn note_definition(
        &self,
        session: &mut Session,
        definition: &Definition,
    ) -> Result<()> {
        let table =
            serde_json::to_string(&definition.table).map_err(|error| LedgerError::Damaged {
                what: error.to_string(),
            })?;
        let from = definition
            .from
            .as_ref()
            .map_or(Literal::Null, |from| Literal::text(from.encode()));
        session
            .execute(format!(
                "REPLACE INTO {} (migration, database_name, table_name, destination_database, \
                 destination_table, definition, from_position) \
                 VALUES ({}, {}, {}, {}, {}, {}, {from})",
                self.ledger().table("definition"),
                self.ledger().migration(),
                Literal::text(definition.table.name.database.as_str()),
                Literal::text(definition.table.name.name.as_str()),
                Literal::text(definition.destination.database.as_str()),
                Literal::text(definition.destination.name.as_str()),
                Literal::text(table),
            ))
            .await?;
        Ok(())
    }

    /// Notes up to where the rows of a table hold everything, inside the caller's transaction.
    pub async fn note_definition_from(
        &self,
        session: &mut Session,
        table: &TableName,
        from: &Checkpoint,
    ) -> Result<()> {
        session
            .execute(format!(
                "UPDATE {} SET from_position = {} WHERE migration = {} AND database_name = {} \
                 AND table_name = {}",
                self.ledger().table("definition"),
                Literal::text(from.encode()),
                self.ledger().migration(),
                Literal::text(table.database.as_str()),
                Literal::text(table.name.as_str()),
            ))
            .await?;
        Ok(())
    }

    /// Forgets a definition inside the caller's transaction.
    pub async fn forget_definition(&self, session: &mut Session, table: &TableName) -> Result<()> {
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND database_name = {} AND table_name = {}",
                self.ledger().table("definition"),
                self.ledger().migration(),
                Literal::text(table.database.as_str()),
                Literal::text(table.name.as_str()),
            ))
            .await?;
        Ok(())
    }
}
