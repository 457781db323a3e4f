//! A row of our own on the source that is written again and again, where the specification asks for
//! it: so that a source that is hardly written shows that its stream is alive, and how far it is.
//!
//! The stream passes over it, as its database is never selected. It is the one thing that we write to
//! a source while it is followed; `finish` removes it.

use std::{convert::Infallible, time::Duration};

use tokio::time::MissedTickBehavior;

use crate::{
    conn::{ConnError, Connector, Purpose, Session},
    events::Progress,
    mysql::{BinlogPosition, Checkpoint, Ident, Literal, TableName},
    resolve::Heartbeat,
};

/// Its name in the database that the specification names.
const TABLE: &str = "heartbeat";
/// Says that the database was made with the table, and goes with it.
const WITH_DATABASE: &str = "cutover: made together with its database";
/// The server lets nobody write: `read_only`, `super_read_only`.
const READ_ONLY: [u16; 2] = [1290, 1836];

fn table(heartbeat: &Heartbeat) -> TableName {
    TableName::new(heartbeat.database.clone(), TABLE)
}

/// Writes until it is dropped, which may be at any moment. What fails is said once, and tried again.
pub async fn beat(
    source: &Connector,
    heartbeat: &Heartbeat,
    migration: &str,
    progress: &Progress,
) -> Infallible {
    let mut ticks = tokio::time::interval(heartbeat.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut session = None;
    let mut fails = false;
    loop {
        ticks.tick().await;
        match write(source, heartbeat, migration, &mut session).await {
            Ok(()) => fails = false,
            Err(error) => {
                session = None;
                if !fails {
                    progress.warning(format!(
                        "the heartbeat on the source cannot be written: {error}"
                    ));
                }
                fails = true;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Whether nothing but heartbeats, of this migration or another, was written to the source's binlog
/// between two places. What cannot be told counts as written.
///
/// # Errors
/// A connection that is lost.
pub async fn alone(
    source: &mut Session,
    heartbeat: &Heartbeat,
    from: &Checkpoint,
    to: &Checkpoint,
) -> Result<bool, ConnError> {
    let (Some(from), Some(to)) = (&from.binlog, &to.binlog) else {
        return Ok(false);
    };
    // one that was begun since is read from its own start
    let parts = if from.file == to.file {
        vec![from.clone()]
    } else {
        let begun = BinlogPosition {
            file: to.file.clone(),
            offset: 4,
        };
        vec![from.clone(), begun]
    };
    let own = table(heartbeat).plain();
    let mut next = None;
    for (number, part) in parts.iter().enumerate() {
        if number > 0 && next.as_ref() != Some(&part.file) {
            return Ok(false);
        }
        let events = source
            .rows::<LoggedEvent>(format!(
                "SHOW BINLOG EVENTS IN {} FROM {} LIMIT {MOST_EVENTS}",
                Literal::text(&part.file),
                part.offset
            ))
            .await;
        let events = match events {
            Ok(events) if events.len() < MOST_EVENTS => events,
            Ok(_) => return Ok(false),
            Err(error) if error.code().is_some() => return Ok(false),
            Err(error) => return Err(error),
        };
        for (_, at, kind, _, _, info) in events {
            if part.file == to.file && at >= to.offset {
                break;
            }
            if kind == "Rotate" {
                next = info.split(';').next().map(str::to_owned);
            } else if !ours(&kind, &info, &own) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Its file, its place, its type, the server's number, its end, and what it says.
type LoggedEvent = (String, u64, String, u64, u64, String);

/// More of them are not looked at.
const MOST_EVENTS: usize = 20_000;

/// Whether an event, as `SHOW BINLOG EVENTS` tells it, may belong to a heartbeat.
fn ours(kind: &str, info: &str, own: &str) -> bool {
    match kind {
        "Format_desc" | "Previous_gtids" | "Stop" | "Xid" => true,
        "Query" => matches!(info, "BEGIN" | "COMMIT"),
        "Table_map" => info.contains(&format!("({own})")),
        // rows of the tables that were mapped before them
        kind => [
            "Gtid",
            "Anonymous_Gtid",
            "Write_rows",
            "Update_rows",
            "Rows_query",
        ]
        .iter()
        .any(|one| kind.starts_with(one)),
    }
}

async fn write(
    source: &Connector,
    heartbeat: &Heartbeat,
    migration: &str,
    kept: &mut Option<Session>,
) -> Result<(), ConnError> {
    let session = if let Some(session) = kept {
        session
    } else {
        let mut session = source.session(Purpose::Inspect).await?;
        make(&mut session, heartbeat).await?;
        kept.insert(session)
    };
    session
        .execute(format!(
            "INSERT INTO {} (migration, beat, written_at) VALUES ({}, 1, UTC_TIMESTAMP(6)) \
             ON DUPLICATE KEY UPDATE beat = beat + 1, written_at = UTC_TIMESTAMP(6)",
            table(heartbeat),
            Literal::text(migration)
        ))
        .await?;
    Ok(())
}

async fn make(session: &mut Session, heartbeat: &Heartbeat) -> Result<(), ConnError> {
    let there = exists(session, &heartbeat.database).await?;
    if !there {
        let create = format!(
            "CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4",
            heartbeat.database
        );
        session.execute(create).await?;
    }
    let comment = if there { "cutover" } else { WITH_DATABASE };
    session
        .execute(format!(
            "CREATE TABLE IF NOT EXISTS {} (migration VARCHAR(100) CHARACTER SET utf8 COLLATE \
             utf8_bin NOT NULL, beat BIGINT UNSIGNED NOT NULL, written_at DATETIME(6) NOT NULL, \
             PRIMARY KEY (migration)) ENGINE = InnoDB COMMENT = {}",
            table(heartbeat),
            Literal::text(comment)
        ))
        .await?;
    Ok(())
}

async fn exists(session: &mut Session, database: &Ident) -> Result<bool, ConnError> {
    let found: Option<u8> = session
        .first(format!(
            "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {}",
            Literal::text(database.as_str())
        ))
        .await?;
    Ok(found.is_some())
}

/// Removes this migration's row; with the last one the table, and the database that was made with it.
/// Where the source is read-only already, what is left there is said.
///
/// # Errors
/// The server's.
pub async fn remove(
    source: &Connector,
    heartbeat: &Heartbeat,
    migration: &str,
    progress: &Progress,
) -> Result<(), ConnError> {
    let mut session = source.session(Purpose::Inspect).await?;
    let removed = drop_from(&mut session, heartbeat, migration).await;
    session.close().await;
    match removed {
        Err(error) if error.code().is_some_and(|code| READ_ONLY.contains(&code)) => {
            progress.warning(format!(
                "the source is read-only: the table of the heartbeat stays there (DROP TABLE {})",
                table(heartbeat)
            ));
            Ok(())
        }
        other => other,
    }
}

async fn drop_from(
    session: &mut Session,
    heartbeat: &Heartbeat,
    migration: &str,
) -> Result<(), ConnError> {
    let table = table(heartbeat);
    let found: Option<(String,)> = session
        .first(format!(
            "SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND \
             TABLE_NAME = {}",
            Literal::text(table.database.as_str()),
            Literal::text(TABLE)
        ))
        .await?;
    let Some((comment,)) = found else {
        return Ok(());
    };
    let mine = Literal::text(migration);
    session
        .execute(format!("DELETE FROM {table} WHERE migration = {mine}"))
        .await?;
    let others: Option<u8> = session
        .first(format!("SELECT 1 FROM {table} LIMIT 1"))
        .await?;
    if others.is_some() {
        return Ok(());
    }
    session
        .execute(format!("DROP TABLE IF EXISTS {table}"))
        .await?;
    let more: Option<u8> = session
        .first(format!(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} LIMIT 1",
            Literal::text(table.database.as_str())
        ))
        .await?;
    if comment == WITH_DATABASE && more.is_none() {
        session
            .execute(format!("DROP DATABASE IF EXISTS {}", heartbeat.database))
            .await?;
    }
    Ok(())
}
