//! One consistent read shared by all readers.
//!
//! InnoDB has no way to hand a read view to another connection, so the source is held still for the
//! moment in which each reader opens its own: by `FLUSH TABLES WITH READ LOCK`, else by `LOCK TABLES
//! ... READ` on all selected tables. Where neither is possible, one reader reads alone. Comparing
//! positions before and after would prove nothing: a transaction is in the binlog before InnoDB
//! shows it.

use std::{collections::BTreeSet, time::Duration};

use super::error::{CopyError, Result};
use crate::{
    conn::{ConnError, Connector, Purpose, Session},
    inspect,
    mysql::{SourcePosition, TableName, server_error::ErrorClass},
};

/// Sessions that all see the same moment.
pub struct ConsistentRead {
    pub readers: Vec<Session>,
    pub position: SourcePosition,
    /// Why there is one reader where more were asked for.
    pub alone: Option<String>,
}

/// How long everybody else may have to wait for our lock, and how often we try.
const LOCK_WAIT: Duration = Duration::from_secs(5);
const TRIES: u32 = 3;

const LOCK_WAIT_TIMEOUT: u16 = 1205;

/// Opens `readers` sessions on one snapshot of the source.
///
/// # Errors
/// A server that cannot be reached; a lock that was not granted is not an error.
pub async fn consistent_read(
    source: &Connector,
    tables: &[TableName],
    readers: usize,
) -> Result<ConsistentRead> {
    open(source, tables, readers)
        .await
        .map_err(CopyError::Snapshot)
}

/// Sessions that see each statement at its own moment.
///
/// # Errors
/// A server that cannot be reached.
pub async fn readers(source: &Connector, count: usize) -> Result<Vec<Session>> {
    let mut sessions = Vec::new();
    for _ in 0..count.max(1) {
        let session = source.session(Purpose::ReadRows).await;
        sessions.push(session.map_err(CopyError::Snapshot)?);
    }
    Ok(sessions)
}

/// Opens a snapshot that `reader` sees, at a moment when nobody writes to the table; returns where the
/// source was then. `LOCK TABLES` waits for whoever writes, also for commits that are in the binlog
/// and not yet in the engine.
///
/// Whoever changes its rows inside the engine holds no lock of the server's on it before 8.0, only on
/// the table that the statement names: those `above` are locked, too. Before 5.7 the server's lock
/// waits for statements and not for transactions; the engine's own does, and is taken without
/// autocommit.
///
/// # Errors
/// The server's, also where the lock was not granted in time.
pub async fn table_read(
    source: &Connector,
    reader: &mut Session,
    table: &TableName,
    above: &BTreeSet<TableName>,
) -> std::result::Result<SourcePosition, ConnError> {
    let mut guard = source.session(Purpose::Inspect).await?;
    let seconds = LOCK_WAIT.as_secs();
    guard
        .execute(format!("SET SESSION lock_wait_timeout = {seconds}"))
        .await?;
    if !guard.version().at_least(5, 7, 5) {
        guard
            .execute(format!(
                "SET SESSION autocommit = 0, innodb_lock_wait_timeout = {seconds}"
            ))
            .await?;
    }
    let locks = above.iter().chain([table]);
    let locks: Vec<String> = locks.map(|table| format!("{table} READ")).collect();
    hold_tables(&mut guard, &format!("LOCK TABLES {}", locks.join(", "))).await?;
    let opened = reader
        .execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        .await;
    let position = inspect::position(&mut guard).await;
    guard.execute("UNLOCK TABLES").await?;
    guard.close().await;
    opened?;
    position
}

/// Stops all writes to some tables, or all commits where the account may not lock them.
async fn hold_tables(guard: &mut Session, lock: &str) -> std::result::Result<(), ConnError> {
    let (mut statement, mut refused, mut tries) = (lock, None, 1);
    loop {
        match guard.execute(statement).await {
            Ok(_) => return Ok(()),
            Err(error) => match error.class() {
                ErrorClass::Transient if tries < TRIES => tries += 1,
                ErrorClass::Permanent if refused.is_none() => {
                    refused = Some(error);
                    statement = "FLUSH TABLES WITH READ LOCK";
                }
                ErrorClass::Transient | ErrorClass::Ambiguous => return Err(error),
                ErrorClass::Permanent => return Err(refused.unwrap_or(error)),
            },
        }
    }
}

/// Where the source is at a moment when nobody writes to the table and all that was written to it can
/// be read.
///
/// # Errors
/// The server's, also where the lock was not granted in time.
pub async fn table_position(
    source: &Connector,
    table: &TableName,
    above: &BTreeSet<TableName>,
) -> std::result::Result<SourcePosition, ConnError> {
    let mut reader = source.session(Purpose::ReadRows).await?;
    let position = table_read(source, &mut reader, table, above).await;
    reader.close().await;
    position
}

async fn open(
    source: &Connector,
    tables: &[TableName],
    readers: usize,
) -> std::result::Result<ConsistentRead, ConnError> {
    let mut sessions = Vec::new();
    for _ in 0..readers.max(1) {
        sessions.push(source.session(Purpose::ReadRows).await?);
    }
    let mut guard = source.session(Purpose::Inspect).await?;
    guard
        .execute(format!(
            "SET SESSION lock_wait_timeout = {}",
            LOCK_WAIT.as_secs()
        ))
        .await?;
    let refused = match hold_still(&mut guard, tables).await {
        Ok(()) => None,
        Err(error) if error.class() == ErrorClass::Ambiguous => return Err(error),
        Err(error) => Some(error),
    };
    if refused.is_some() {
        sessions.truncate(1);
    }
    let mut position = inspect::position(&mut guard).await?;
    if refused.is_some() {
        // read beside a running server it says nothing: such a source always counts as moved
        position.gtid_executed.clear();
        position.binlog = None;
    }
    for session in &mut sessions {
        session
            .execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            .await?;
    }
    if refused.is_none() {
        guard.execute("UNLOCK TABLES").await?;
    }
    guard.close().await;
    let alone = refused
        .filter(|_| readers > 1)
        .map(|error| error.to_string());
    Ok(ConsistentRead {
        readers: sessions,
        position,
        alone,
    })
}

/// Stops all commits, or at least all writes to the selected tables.
async fn hold_still(
    guard: &mut Session,
    tables: &[TableName],
) -> std::result::Result<(), ConnError> {
    for attempt in 1..=TRIES {
        match guard.execute("FLUSH TABLES WITH READ LOCK").await {
            Ok(_) => return Ok(()),
            Err(error) if error.code() == Some(LOCK_WAIT_TIMEOUT) && attempt < TRIES => {}
            // a long query holds it up, or the account may not: the selected tables alone will do
            Err(_) => break,
        }
    }
    let list: Vec<String> = tables.iter().map(|table| format!("{table} READ")).collect();
    let statement = format!("LOCK TABLES {}", list.join(", "));
    for _ in 1..TRIES {
        match guard.execute(&statement).await {
            Ok(_) => return Ok(()),
            Err(error) if error.code() == Some(LOCK_WAIT_TIMEOUT) => {}
            Err(error) => return Err(error),
        }
    }
    guard.execute(&statement).await.map(|_| ())
}
