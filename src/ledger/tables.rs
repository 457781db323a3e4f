//! The ledger's own tables.

use super::{Ledger, LedgerError, Result};
use crate::{
    conn::Session,
    mysql::{Literal, ServerVersion},
};

/// Raised with every change of the tables below.
pub const FORMAT: u32 = 1;

/// Tables and their columns; created once, never altered within a format.
const TABLES: &[(&str, &str)] = &[
    (
        "migration",
        "name VARCHAR(100) NOT NULL, format INT UNSIGNED NOT NULL, lineage CHAR(32) NOT NULL,
         spec_hash CHAR(64) NOT NULL, source_uuid VARCHAR(64) NOT NULL, phase VARCHAR(32) NOT NULL,
         serial BIGINT UNSIGNED NOT NULL DEFAULT 0,
         snapshot_generation INT UNSIGNED NOT NULL DEFAULT 0, snapshot_position LONGTEXT NULL,
         created_at DATETIME(6) NOT NULL, PRIMARY KEY (name)",
    ),
    (
        "lease",
        "migration VARCHAR(100) NOT NULL, epoch BIGINT UNSIGNED NOT NULL,
         owner VARCHAR(255) NOT NULL, host VARCHAR(255) NOT NULL, pid INT UNSIGNED NOT NULL,
         released TINYINT NOT NULL DEFAULT 0, PRIMARY KEY (migration)",
    ),
    (
        "lease_renewal",
        "migration VARCHAR(100) NOT NULL, renewed_at DATETIME(6) NOT NULL, PRIMARY KEY (migration)",
    ),
    (
        "lease_connection",
        "migration VARCHAR(100) NOT NULL, mark VARCHAR(64) NOT NULL,
         epoch BIGINT UNSIGNED NOT NULL, PRIMARY KEY (migration, mark)",
    ),
    (
        "object",
        "migration VARCHAR(100) NOT NULL, kind VARCHAR(32) NOT NULL,
         database_name VARCHAR(64) NOT NULL, object_name VARCHAR(64) NOT NULL,
         state VARCHAR(16) NOT NULL, noted_at DATETIME(6) NOT NULL,
         PRIMARY KEY (migration, kind, database_name, object_name)",
    ),
    (
        "table_copy",
        "migration VARCHAR(100) NOT NULL, table_id INT UNSIGNED NOT NULL,
         database_name VARCHAR(64) NOT NULL, table_name VARCHAR(64) NOT NULL,
         state VARCHAR(16) NOT NULL, was_empty TINYINT NOT NULL,
         chunks BIGINT UNSIGNED NOT NULL DEFAULT 0, watermark LONGBLOB NULL,
         row_count BIGINT UNSIGNED NOT NULL DEFAULT 0, kept BIGINT UNSIGNED NOT NULL DEFAULT 0,
         byte_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
         PRIMARY KEY (migration, table_id), UNIQUE KEY (migration, database_name, table_name)",
    ),
    (
        "chunk",
        "migration VARCHAR(100) NOT NULL, table_id INT UNSIGNED NOT NULL,
         ordinal BIGINT UNSIGNED NOT NULL, lower_bound LONGBLOB NULL, upper_bound LONGBLOB NULL,
         row_count BIGINT UNSIGNED NOT NULL, kept BIGINT UNSIGNED NOT NULL,
         byte_count BIGINT UNSIGNED NOT NULL,
         PRIMARY KEY (migration, table_id, ordinal)",
    ),
    (
        "fixed",
        "migration VARCHAR(100) NOT NULL, database_name VARCHAR(64) NOT NULL,
         table_name VARCHAR(64) NOT NULL, setting VARCHAR(64) NOT NULL, value LONGTEXT NOT NULL,
         PRIMARY KEY (migration, database_name, table_name, setting)",
    ),
    (
        "ddl",
        "migration VARCHAR(100) NOT NULL, position VARCHAR(190) NOT NULL,
         state VARCHAR(16) NOT NULL, step INT UNSIGNED NOT NULL, statement LONGTEXT NOT NULL,
         footprint LONGTEXT NULL, reason LONGTEXT NULL, noted_at DATETIME(6) NOT NULL,
         PRIMARY KEY (migration, position)",
    ),
    (
        "shadow",
        "migration VARCHAR(100) NOT NULL, database_name VARCHAR(64) NOT NULL,
         table_name VARCHAR(64) NOT NULL, base_name VARCHAR(64) NOT NULL,
         kind VARCHAR(16) NOT NULL, statements LONGTEXT NOT NULL,
         PRIMARY KEY (migration, database_name, table_name)",
    ),
    (
        "resolution",
        "migration VARCHAR(100) NOT NULL, position VARCHAR(190) NOT NULL,
         choice VARCHAR(16) NOT NULL, statement LONGTEXT NULL, reason LONGTEXT NOT NULL,
         decided_by VARCHAR(255) NOT NULL, decided_at DATETIME(6) NOT NULL,
         used TINYINT NOT NULL DEFAULT 0, PRIMARY KEY (migration, position)",
    ),
    (
        "request",
        "migration VARCHAR(100) NOT NULL, asked VARCHAR(16) NOT NULL,
         asked_by VARCHAR(255) NOT NULL, asked_at DATETIME(6) NOT NULL, PRIMARY KEY (migration)",
    ),
    (
        "stream",
        "migration VARCHAR(100) NOT NULL, start_position LONGTEXT NOT NULL,
         position LONGTEXT NOT NULL, exact_from LONGTEXT NULL,
         drained_at LONGTEXT NULL, way_back LONGTEXT NULL,
         window_number BIGINT UNSIGNED NOT NULL DEFAULT 0, window_end LONGTEXT NULL,
         lanes INT UNSIGNED NOT NULL DEFAULT 0, parts BIGINT UNSIGNED NOT NULL DEFAULT 0,
         transactions BIGINT UNSIGNED NOT NULL DEFAULT 0,
         row_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
         committed_at BIGINT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY (migration)",
    ),
    (
        "lane",
        "migration VARCHAR(100) NOT NULL, lane INT UNSIGNED NOT NULL,
         window_number BIGINT UNSIGNED NOT NULL, PRIMARY KEY (migration, lane)",
    ),
    // rows of the destination that gave way to others, where not all changes are replicated
    (
        "gave_way",
        "migration VARCHAR(100) NOT NULL, database_name VARCHAR(64) NOT NULL,
         table_name VARCHAR(64) NOT NULL, row_count BIGINT UNSIGNED NOT NULL,
         PRIMARY KEY (migration, database_name, table_name)",
    ),
    // what prepared XA transactions changed; `parts` is how many there are
    (
        "prepared",
        "migration VARCHAR(100) NOT NULL, xid VARCHAR(300) CHARACTER SET ascii NOT NULL,
         parts INT UNSIGNED NOT NULL, PRIMARY KEY (migration, xid)",
    ),
    (
        "prepared_part",
        "migration VARCHAR(100) NOT NULL, xid VARCHAR(300) CHARACTER SET ascii NOT NULL,
         part INT UNSIGNED NOT NULL, piece INT UNSIGNED NOT NULL, changes LONGBLOB NOT NULL,
         PRIMARY KEY (migration, xid, part, piece)",
    ),
    (
        "definition",
        "migration VARCHAR(100) NOT NULL, database_name VARCHAR(64) NOT NULL,
         table_name VARCHAR(64) NOT NULL, destination_database VARCHAR(64) NOT NULL,
         destination_table VARCHAR(64) NOT NULL, definition LONGTEXT NOT NULL,
         from_position LONGTEXT NULL, PRIMARY KEY (migration, database_name, table_name)",
    ),
];

impl Ledger {
    /// Whether the metadata database holds a ledger, of any migration.
    pub async fn exists(&self, session: &mut Session) -> Result<bool> {
        let found: Option<u32> = session
            .first(format!(
                "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND TABLE_NAME = 'migration'",
                Literal::text(self.database().as_str())
            ))
            .await?;
        Ok(found.is_some())
    }

    /// Makes the metadata database and its tables where they are missing.
    ///
    /// # Errors
    /// A ledger of a newer format is refused and untouched.
    pub async fn create(&self, session: &mut Session) -> Result<()> {
        if self.exists(session).await? {
            let newest: Option<(Option<u32>,)> = session
                .first(format!(
                    "SELECT MAX(format) FROM {}",
                    self.table("migration")
                ))
                .await?;
            if let Some((Some(format),)) = newest
                && format > FORMAT
            {
                let database = self.database().as_str().to_owned();
                return Err(LedgerError::Newer { database, format });
            }
        }
        session
            .execute(format!(
                "CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                self.database()
            ))
            .await?;
        // `migration`, by which others know that there is a ledger, is made last
        for (name, columns) in TABLES.iter().rev() {
            session
                .execute(format!(
                    "CREATE TABLE IF NOT EXISTS {} ({columns}) ENGINE = InnoDB {} \
                     CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                    self.table(name),
                    row_format(session.version()),
                ))
                .await?;
        }
        Ok(())
    }
}

/// Before 5.7 the default row format limits a key part to 767 bytes.
fn row_format(version: &ServerVersion) -> &'static str {
    if version.at_least(5, 7, 0) {
        "ROW_FORMAT = DYNAMIC"
    } else {
        ""
    }
}
