//! Who holds what a statement waits for.

use crate::{
    conn::Session,
    mysql::{Literal, TableName},
};

/// Connection, account, host, seconds, statement.
type Holder = (
    u64,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
);

/// The connections that hold one of the tables, in words; why they are not known, where they may
/// not be read. Never an error: it is only told.
pub(super) async fn holders(session: &mut Session, tables: &[TableName]) -> String {
    let among: Vec<String> = tables
        .iter()
        .map(|table| {
            format!(
                "(l.OBJECT_SCHEMA = {} AND l.OBJECT_NAME = {})",
                Literal::text(table.database.as_str()),
                Literal::text(table.name.as_str())
            )
        })
        .collect();
    let by_locks = format!(
        "SELECT DISTINCT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, \
         CAST(t.PROCESSLIST_TIME AS SIGNED), t.PROCESSLIST_INFO \
         FROM performance_schema.metadata_locks l \
         JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID \
         WHERE l.OBJECT_TYPE = 'TABLE' AND l.LOCK_STATUS = 'GRANTED' AND ({}) \
         AND t.PROCESSLIST_ID <> CONNECTION_ID() ORDER BY 1 LIMIT 5",
        among.join(" OR ")
    );
    // 5.6 does not say who holds a lock; an old transaction is the likeliest
    let by_age = "SELECT p.ID, p.USER, p.HOST, CAST(p.TIME AS SIGNED), p.INFO \
         FROM information_schema.INNODB_TRX x \
         JOIN information_schema.PROCESSLIST p ON p.ID = x.trx_mysql_thread_id \
         WHERE p.ID <> CONNECTION_ID() ORDER BY x.trx_started LIMIT 5";
    let found: Vec<Holder> = match session.rows(by_locks).await {
        Ok(found) => found,
        Err(_) => match session.rows(by_age).await {
            Ok(found) => found,
            Err(error) => return format!("who holds it is not known: {}", error.reason()),
        },
    };
    if found.is_empty() {
        return "who held it is not known".to_owned();
    }
    let holders: Vec<String> = found.into_iter().map(described).collect();
    format!("held by {}", holders.join("; "))
}

/// `connection 12 (app@10.0.0.7), 40 s: SELECT ...`
fn described((id, user, host, seconds, statement): Holder) -> String {
    const LONGEST: usize = 120;
    let account = format!("{}@{}", user.unwrap_or_default(), host.unwrap_or_default());
    let doing: String = match statement {
        Some(text) => text.chars().take(LONGEST).collect(),
        None => "idle in a transaction".to_owned(),
    };
    format!(
        "connection {id} ({account}), {} s: {doing}",
        seconds.unwrap_or(0)
    )
}
