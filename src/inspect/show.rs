//! Many statements that each give one row, few round trips.

use mysql_async::{Row, prelude::Queryable as _};

use crate::{
    conn::{ConnError, Result, Session},
    mysql::server_error::ErrorClass,
};

/// So many statements travel together; a batch stays far below any `max_allowed_packet`.
const BATCH: usize = 64;

/// Runs the statements. For each: its first row, or why the server refused it.
///
/// # Errors
/// A connection that is lost.
pub(super) async fn all(
    session: &mut Session,
    statements: &[String],
) -> Result<Vec<std::result::Result<Row, String>>> {
    let mut shown = Vec::with_capacity(statements.len());
    while shown.len() < statements.len() {
        let from = shown.len();
        let batch = &statements[from..statements.len().min(from + BATCH)];
        if let Err(error) = rows(session, batch, &mut shown).await {
            // a server stops at the first statement that fails
            let refused = batch.get(shown.len() - from).map_or("", String::as_str);
            let error = session.failed(refused, error);
            match (error.code(), error.class()) {
                (Some(_), ErrorClass::Permanent) => shown.push(Err(reason(&error))),
                _ => return Err(error),
            }
        }
    }
    Ok(shown)
}

async fn rows(
    session: &mut Session,
    batch: &[String],
    shown: &mut Vec<std::result::Result<Row, String>>,
) -> std::result::Result<(), mysql_async::Error> {
    let mut result = session.driver().query_iter(batch.join(";\n")).await?;
    for _ in batch {
        let first = result.collect::<Row>().await?.into_iter().next();
        shown.push(first.ok_or_else(|| "the server gave no row".to_owned()));
    }
    result.drop_result().await
}

/// The server's own words.
pub(super) fn reason(error: &ConnError) -> String {
    if let ConnError::Statement { source, .. } = error
        && let mysql_async::Error::Server(server) = &**source
    {
        return format!("{} ({})", server.message, server.code);
    }
    error.to_string()
}
