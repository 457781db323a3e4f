//! What is asked about a server's binlog.

use std::collections::BTreeSet;

use mysql_async::Row;

use super::activity::{ask, map};
use crate::{
    catalog::{Answer, BinlogStatus, Place},
    conn::{Result, Session},
    mysql::{Checkpoint, GtidSet, Literal},
    sql::{Mode, Token, tokenize},
};

fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) async fn status(session: &mut Session) -> Result<Answer<BinlogStatus>> {
    let statement = if session.version().at_least(8, 2, 0) {
        "SHOW BINARY LOG STATUS"
    } else {
        "SHOW MASTER STATUS"
    };
    let rows = ask::<Row>(session, statement).await?;
    Ok(map(rows, |rows| {
        rows.first()
            .map_or_else(BinlogStatus::default, |row| BinlogStatus {
                file: row.get(0).unwrap_or_default(),
                only: list(row.get(2)),
                without: list(row.get(3)),
            })
    }))
}

/// Their names, oldest first, and the largest with its bytes.
pub(super) async fn files(
    session: &mut Session,
) -> Result<(Answer<Vec<String>>, Option<(String, u64)>)> {
    let rows = ask::<Row>(session, "SHOW BINARY LOGS").await?;
    let files = map(rows, |rows| {
        let file = |row: &Row| Some((row.get(0)?, row.get(1)?));
        rows.iter().filter_map(file).collect::<Vec<(String, u64)>>()
    });
    let sizes = files.known().into_iter().flatten();
    let largest = sizes.max_by_key(|(_, bytes)| *bytes).cloned();
    let names = map(files, |files| {
        files.into_iter().map(|(name, _)| name).collect()
    });
    Ok((names, largest))
}

/// Bytes a second since the server was started, on an average.
pub(super) async fn rate(session: &mut Session) -> Result<Answer<u64>> {
    /// What a short time says is not worth saying.
    const LONG: u64 = 3600;
    const BYTES: &str = "SELECT CAST(SUM_NUMBER_OF_BYTES_WRITE AS UNSIGNED) \
         FROM performance_schema.file_summary_by_event_name \
         WHERE EVENT_NAME = 'wait/io/file/sql/binlog'";
    const UPTIME: &str = "SHOW GLOBAL STATUS LIKE 'Uptime'";
    let uptime = ask::<(String, u64)>(session, UPTIME).await?;
    let seconds = uptime.known().and_then(|rows| rows.first());
    let Some((_, seconds)) = seconds.filter(|(_, seconds)| *seconds >= LONG) else {
        return Ok(Answer::NotAsked);
    };
    let bytes = ask::<u64>(session, BYTES).await?;
    Ok(map(bytes, |bytes| {
        bytes.first().copied().unwrap_or(0) / seconds
    }))
}

/// The databases in which rows were changed by statements that were logged as such, as far as the
/// first events of the last binlog tell.
pub(super) async fn logged_statements(
    session: &mut Session,
    status: &Answer<BinlogStatus>,
) -> Result<Answer<BTreeSet<String>>> {
    let Some(status) = status.known().filter(|status| !status.file.is_empty()) else {
        return Ok(Answer::NotAsked);
    };
    let file = Literal::text(&status.file);
    let statement = format!("SHOW BINLOG EVENTS IN {file} LIMIT 200");
    let rows = ask::<Row>(session, &statement).await?;
    Ok(map(rows, |rows| {
        rows.iter().filter_map(changed_database).collect()
    }))
}

fn changed_database(event: &Row) -> Option<String> {
    let text = |at: usize| -> Option<String> {
        let bytes: Vec<u8> = event.get(at)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    (text(2)? == "Query").then_some(())?;
    database_of_change(&text(5)?)
}

/// `shop` of ``use `shop`; DELETE FROM t``; `None` for a statement that changes no rows.
fn database_of_change(statement: &str) -> Option<String> {
    const CHANGES: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD"];
    let tokens = tokenize(statement, Mode::default());
    let words: Vec<&Token<'_>> = tokens.iter().filter(|token| token.significant()).collect();
    let (database, rest) = match words.as_slice() {
        [first, name, end, rest @ ..] if first.is("use") && end.is_symbol(";") => {
            (name.name()?.as_str().to_owned(), rest)
        }
        all => (String::new(), all),
    };
    let first = rest.first()?;
    let changes = CHANGES.iter().any(|word| first.is(word));
    changes.then_some(database)
}

/// What the source lacks of a stream that goes on from this place.
///
/// # Errors
/// A connection that is lost.
pub async fn place(session: &mut Session, stream: &Checkpoint) -> Result<Answer<Place>> {
    if !stream.by_gtid {
        let (files, _) = files(session).await?;
        return Ok(map(files, |files| Place {
            file: stream
                .binlog
                .as_ref()
                .map(|place| place.file.clone())
                .filter(|file| !files.contains(file)),
            ..Place::default()
        }));
    }
    let sets = ask::<(String, String)>(
        session,
        "SELECT @@GLOBAL.gtid_purged, @@GLOBAL.gtid_executed",
    )
    .await?;
    Ok(map(sets, |sets| {
        let set = |text: Option<&String>| -> GtidSet {
            text.and_then(|text| text.parse().ok()).unwrap_or_default()
        };
        let (purged, executed) = (
            set(sets.first().map(|(purged, _)| purged)),
            set(sets.first().map(|(_, executed)| executed)),
        );
        Place {
            purged: purged.minus(&stream.gtids).to_string(),
            lost: stream.gtids.minus(&executed).to_string(),
            file: None,
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_changes_rows_is_told_from_others() {
        for (statement, database) in [
            ("use `sh``op`; /* app */ UPDATE t SET a = 1", Some("sh`op")),
            ("insert INTO shop.t VALUES (1)", Some("")),
            ("BEGIN", None),
            ("use `shop`; CREATE TABLE t (a INT)", None),
            ("", None),
        ] {
            assert_eq!(database_of_change(statement).as_deref(), database);
        }
    }
}
