//! What a server is doing. Every question stands for itself: one that is refused stops no other.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use mysql_async::{Row, prelude::FromRow};

use super::{binlog, leftovers, show};
use crate::{
    catalog::{Activity, Answer, OpenTransaction, ReplicaStatus},
    conn::{Result, Session},
    mysql::{TableName, server_error::ErrorClass},
};

/// The questions to a server from which rows are read; those about its binlog where a stream is to
/// be read too.
///
/// # Errors
/// A connection that is lost.
pub async fn activity(session: &mut Session, stream: bool) -> Result<Activity> {
    let mut activity = Activity {
        long_transactions: long_transactions(session).await?,
        awaited_tables: awaited_tables(session).await?,
        history_length: history_length(session).await?,
        replica: replica(session).await?,
        round_trip: Some(round_trip(session).await?),
        orphans: leftovers::orphans(session).await?,
        in_mysql: leftovers::in_mysql(session).await?,
        ..Activity::default()
    };
    if stream {
        activity.prepared = prepared(session).await?;
        activity.binlog = binlog::status(session).await?;
        let (names, largest) = binlog::files(session).await?;
        activity.binlogs = names;
        activity.largest_binlog = largest;
        activity.binlog_rate = binlog::rate(session).await?;
        activity.logged_statements = binlog::logged_statements(session, &activity.binlog).await?;
        (activity.statement_sessions, activity.unlogged_sessions) =
            session_settings(session).await?;
        activity.replica_ids = replica_ids(session).await?;
    }
    Ok(activity)
}

/// The rows, or why the server gives none.
pub(super) async fn ask<T>(session: &mut Session, statement: &str) -> Result<Answer<Vec<T>>>
where
    T: FromRow + Send + 'static,
{
    match session.rows(statement).await {
        Ok(rows) => Ok(Answer::Known(rows)),
        Err(error) if error.code().is_some() && error.class() == ErrorClass::Permanent => {
            Ok(Answer::Refused(show::reason(&error)))
        }
        Err(error) => Err(error),
    }
}

pub(super) fn map<T, U>(answer: Answer<T>, map: impl FnOnce(T) -> U) -> Answer<U> {
    match answer {
        Answer::NotAsked => Answer::NotAsked,
        Answer::Known(value) => Answer::Known(map(value)),
        Answer::Refused(reason) => Answer::Refused(reason),
    }
}

async fn long_transactions(session: &mut Session) -> Result<Answer<Vec<OpenTransaction>>> {
    // InnoDB says its times in the zone of the machine
    const QUERY: &str = "SELECT trx_mysql_thread_id, CAST(TIMESTAMPDIFF(SECOND, trx_started, \
         CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')) AS SIGNED) AS age \
         FROM information_schema.INNODB_TRX HAVING age >= 300 ORDER BY age DESC";
    let rows = ask::<(u64, i64)>(session, QUERY).await?;
    Ok(map(rows, |rows| {
        rows.into_iter()
            .map(|(connection, seconds)| OpenTransaction {
                connection,
                seconds: u64::try_from(seconds).unwrap_or(0),
            })
            .collect()
    }))
}

async fn awaited_tables(session: &mut Session) -> Result<Answer<Vec<TableName>>> {
    const QUERY: &str = "SELECT DISTINCT OBJECT_SCHEMA, OBJECT_NAME \
         FROM performance_schema.metadata_locks \
         WHERE OBJECT_TYPE = 'TABLE' AND LOCK_STATUS = 'PENDING' ORDER BY 1, 2";
    if !session.version().at_least(8, 0, 0) {
        return Ok(Answer::NotAsked);
    }
    let rows = ask::<(String, String)>(session, QUERY).await?;
    Ok(map(rows, |rows| {
        rows.into_iter()
            .map(|(database, name)| TableName::new(database, name))
            .collect()
    }))
}

async fn history_length(session: &mut Session) -> Result<Answer<u64>> {
    const QUERY: &str = "SELECT CAST(COUNT AS UNSIGNED) FROM information_schema.INNODB_METRICS \
         WHERE NAME = 'trx_rseg_history_len'";
    let rows = ask::<u64>(session, QUERY).await?;
    Ok(map(rows, |rows| rows.first().copied().unwrap_or(0)))
}

async fn prepared(session: &mut Session) -> Result<Answer<Vec<String>>> {
    let rows = ask::<Row>(session, "XA RECOVER").await?;
    Ok(map(rows, |rows| {
        rows.iter()
            .map(|row| {
                let bytes: Option<Vec<u8>> = row.get(3);
                String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
            })
            .collect()
    }))
}

/// How many sessions write statements instead of rows, and how many write nothing into the binlog.
async fn session_settings(session: &mut Session) -> Result<(Answer<u64>, Answer<u64>)> {
    const QUERY: &str = "SELECT \
         CAST(COUNT(IF(VARIABLE_NAME = 'binlog_format', 1, NULL)) AS UNSIGNED), \
         CAST(COUNT(IF(VARIABLE_NAME = 'sql_log_bin', 1, NULL)) AS UNSIGNED) \
         FROM performance_schema.variables_by_thread \
         WHERE (VARIABLE_NAME = 'binlog_format' AND VARIABLE_VALUE <> 'ROW') \
         OR (VARIABLE_NAME = 'sql_log_bin' AND VARIABLE_VALUE = 'OFF')";
    if !session.version().at_least(5, 7, 0) {
        return Ok((Answer::NotAsked, Answer::NotAsked));
    }
    let rows = ask::<(u64, u64)>(session, QUERY).await?;
    let counted = map(rows, |rows| rows.first().copied().unwrap_or((0, 0)));
    Ok((
        map(counted.clone(), |(statements, _)| statements),
        map(counted, |(_, nothing)| nothing),
    ))
}

async fn replica_ids(session: &mut Session) -> Result<Answer<Vec<u32>>> {
    let statement = if session.version().at_least(8, 0, 22) {
        "SHOW REPLICAS"
    } else {
        "SHOW SLAVE HOSTS"
    };
    let rows = ask::<Row>(session, statement).await?;
    Ok(map(rows, |rows| {
        rows.iter().filter_map(|row| row.get(0)).collect()
    }))
}

async fn replica(session: &mut Session) -> Result<Answer<Option<ReplicaStatus>>> {
    let statement = if session.version().at_least(8, 0, 22) {
        "SHOW REPLICA STATUS"
    } else {
        "SHOW SLAVE STATUS"
    };
    let rows = ask::<Row>(session, statement).await?;
    Ok(map(rows, |rows| rows.first().map(status)))
}

fn status(row: &Row) -> ReplicaStatus {
    let text = |names: [&str; 2]| -> Option<String> {
        let columns = row.columns_ref();
        let at = columns
            .iter()
            .position(|column| names.contains(&column.name_str().as_ref()))?;
        row.get::<Option<String>, _>(at).flatten()
    };
    let mut filters = Vec::new();
    for name in [
        "Replicate_Do_DB",
        "Replicate_Ignore_DB",
        "Replicate_Do_Table",
        "Replicate_Ignore_Table",
        "Replicate_Wild_Do_Table",
        "Replicate_Wild_Ignore_Table",
    ] {
        if let Some(filter) = text([name, name]).filter(|filter| !filter.is_empty()) {
            filters.push(format!("{name} = {filter}"));
        }
    }
    ReplicaStatus {
        running: text(["Replica_SQL_Running", "Slave_SQL_Running"]).as_deref() == Some("Yes"),
        seconds_behind: text(["Seconds_Behind_Source", "Seconds_Behind_Master"])
            .and_then(|seconds| seconds.parse().ok()),
        filters,
    }
}

/// How long `information_schema.INNODB_TRX` may tell what was: `CACHE_MIN_IDLE_TIME` of InnoDB.
const TRX_CACHE: Duration = Duration::from_millis(100);

/// What still writes on a server that is to stand still, although it lets nobody begin: a replica's
/// own threads, and transactions that were open before. What the account may not see is not told.
///
/// # Errors
/// A connection that is lost.
pub async fn writers(session: &mut Session) -> Result<Vec<String>> {
    const OPEN: &str = "SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX \
         WHERE trx_rows_modified > 0 AND trx_mysql_thread_id <> CONNECTION_ID() \
         ORDER BY trx_started LIMIT 1";
    let mut writers = Vec::new();
    if let Some(Some(status)) = replica(session).await?.known()
        && status.running
    {
        writers.push(
            "the source is a replica that applies what its own source sends (STOP REPLICA there, \
             once that stands still)"
                .to_owned(),
        );
    }
    let mut open = first(session, OPEN).await?;
    if open.is_some() {
        // InnoDB answers from a cache that it renews no sooner than 100 ms after it was last read
        // (trx0i_s.cc): who has just ended may still stand there
        tokio::time::sleep(TRX_CACHE * 2).await;
        open = first(session, OPEN).await?;
    }
    writers.extend(open.map(|thread| {
        format!("connection {thread} of the source has a transaction open that has changed rows")
    }));
    Ok(writers)
}

/// The number that a question gives first, where there is one and the account may ask.
async fn first(session: &mut Session, statement: &str) -> Result<Option<u64>> {
    let answer = ask::<(u64,)>(session, statement).await?;
    Ok(answer
        .known()
        .and_then(|rows| rows.first().map(|&(number,)| number)))
}

/// The quickest of some answers, in microseconds: what the way takes, whatever else goes on.
///
/// # Errors
/// A connection that is lost.
pub async fn round_trip(session: &mut Session) -> Result<u64> {
    let mut quickest = u64::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        session.execute("DO 0").await?;
        let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        quickest = quickest.min(took);
    }
    Ok(quickest)
}

/// Tables that others than our account hold for writing, with who they are.
///
/// # Errors
/// A connection that is lost.
pub async fn written_tables(session: &mut Session) -> Result<Answer<BTreeMap<TableName, String>>> {
    const QUERY: &str = "SELECT DISTINCT l.OBJECT_SCHEMA, l.OBJECT_NAME, t.PROCESSLIST_USER \
         FROM performance_schema.metadata_locks l \
         JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID \
         WHERE l.OBJECT_TYPE = 'TABLE' AND l.LOCK_STATUS = 'GRANTED' AND l.LOCK_TYPE IN \
         ('SHARED_WRITE', 'SHARED_WRITE_LOW_PRIO', 'SHARED_NO_READ_WRITE') \
         AND t.PROCESSLIST_USER <> SUBSTRING_INDEX(USER(), '@', 1) ORDER BY 1, 2, 3";
    if !session.version().at_least(8, 0, 0) {
        return Ok(Answer::NotAsked);
    }
    let rows = ask::<(String, String, String)>(session, QUERY).await?;
    Ok(map(rows, |rows| {
        let named = rows.into_iter();
        named
            .map(|(database, name, user)| (TableName::new(database, name), user))
            .collect()
    }))
}

/// Whether the server is a member of a group at work; `group` is `group_replication_group_name`.
///
/// # Errors
/// A connection that is lost.
pub async fn in_group(session: &mut Session, group: Option<&str>) -> Result<Answer<bool>> {
    const QUERY: &str = "SELECT COUNT(*) FROM performance_schema.replication_group_members \
         WHERE MEMBER_ID = @@server_uuid AND MEMBER_STATE IN ('ONLINE', 'RECOVERING')";
    if group.is_none_or(str::is_empty) {
        return Ok(Answer::NotAsked);
    }
    let rows = ask::<u64>(session, QUERY).await?;
    Ok(map(rows, |rows| {
        rows.first().is_some_and(|count| *count > 0)
    }))
}

/// How far the destination's clock is ahead of the source's, in milliseconds.
///
/// # Errors
/// A connection that is lost.
pub async fn clock_ahead(source: &mut Session, destination: &mut Session) -> Result<i64> {
    const QUERY: &str = "SELECT CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000 AS SIGNED)";
    let begun = Instant::now();
    let there: i64 = source.one(QUERY).await?;
    let here: i64 = destination.one(QUERY).await?;
    // each answer is of the middle of its question, and those are half of both apart
    let apart = begun.elapsed().as_millis() / 2;
    Ok(here - there - i64::try_from(apart).unwrap_or(0))
}
