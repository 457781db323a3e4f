//! Rows of the destination that gave way to others by a unique key, where the specification does not
//! replicate all row changes (`dml`, `conflicts.stream_rows`).

use std::collections::BTreeMap;

use super::{Fence, Ledger, Result};
use crate::{
    conn::Session,
    mysql::{Literal, TableName},
};

impl Ledger {
    /// How many so far, by the table's name on the source.
    pub async fn gave_way(&self, session: &mut Session) -> Result<BTreeMap<TableName, u64>> {
        let rows: Vec<(String, String, u64)> = session
            .rows(format!(
                "SELECT database_name, table_name, row_count FROM {} WHERE migration = {}",
                self.table("gave_way"),
                self.migration()
            ))
            .await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(database, name, count)| (TableName::new(database, name), count))
            .collect())
    }
}

impl Fence {
    /// Adds to the count of a table, inside the caller's transaction.
    pub async fn count_gave_way(
        &self,
        session: &mut Session,
        table: &TableName,
        rows: u64,
    ) -> Result<()> {
        if rows == 0 {
            return Ok(());
        }
        session
            .execute(format!(
                "INSERT INTO {} (migration, database_name, table_name, row_count) \
                 VALUES ({}, {}, {}, {rows}) ON DUPLICATE KEY UPDATE row_count = row_count + {rows}",
                self.ledger().table("gave_way"),
                self.ledger().migration(),
                Literal::text(table.database.as_str()),
                Literal::text(table.name.as_str()),
            ))
            .await?;
        Ok(())
    }
}
