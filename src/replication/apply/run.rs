//! One statement on rows, with what the session must allow for it, and what may come of it.

use mysql_async::prelude::Queryable as _;

use super::{error::ApplyError, statement::Statement};
use crate::{
    conn::{ConnError, Session, settings::ROW_SQL_MODE},
    mysql::Literal,
    replication::{definitions::Tracked, window::Window},
};

const DUPLICATE_KEY: u16 = 1062;
const TRUNCATED: u16 = 1265;
/// Words of ours will not be understood by a later release: a character set of the source's.
const DEPRECATED: [u16; 4] = [1287, 1681, 3719, 3778];
/// The rows' mode without its strictness, under which an ENUM takes its index 0.
const LENIENT: &str = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION";

/// Runs statements that belong to a change of the window.
pub(super) struct Running<'a> {
    pub window: &'a Window,
    pub table: &'a Tracked,
    pub change: usize,
}

impl Running<'_> {
    /// Returns how many rows the statement changed.
    ///
    /// # Errors
    /// The server's; a row in the way; a value that the server changed.
    pub async fn run(
        &self,
        session: &mut Session,
        statement: &Statement,
    ) -> Result<u64, ApplyError> {
        let lenient = statement.enum_zeros > 0;
        if lenient {
            self.set_mode(session, LENIENT).await?;
        }
        let done = session.driver().query_drop(statement.sql.as_slice()).await;
        if let Err(source) = done {
            let head = &statement.sql[..statement.sql.len().min(300)];
            let cause = session.failed(&String::from_utf8_lossy(head), source);
            if lenient && !cause.is_connection() {
                // the same connection may go on with other rows
                self.set_mode(session, ROW_SQL_MODE).await?;
            }
            if cause.code() == Some(DUPLICATE_KEY) {
                return Err(ApplyError::There {
                    table: self.table.shape.destination.clone(),
                    place: self.place(),
                    reason: cause.reason(),
                });
            }
            return Err(self.server(cause));
        }
        let affected = session.driver().affected_rows();
        if session.driver().get_warnings() > 0 {
            self.warnings(session, lenient).await?;
        }
        if lenient {
            self.set_mode(session, ROW_SQL_MODE).await?;
        }
        Ok(affected)
    }

    async fn set_mode(&self, session: &mut Session, mode: &str) -> Result<(), ApplyError> {
        session
            .execute(format!("SET SESSION sql_mode = {}", Literal::text(mode)))
            .await
            .map(|_| ())
            .map_err(|cause| self.server(cause))
    }

    async fn warnings(&self, session: &mut Session, lenient: bool) -> Result<(), ApplyError> {
        let rows: Vec<(String, u16, String)> = session
            .rows("SHOW WARNINGS")
            .await
            .map_err(|cause| self.server(cause))?;
        let in_order = |level: &str, code: u16| {
            level == "Note" || DEPRECATED.contains(&code) || (code == TRUNCATED && lenient)
        };
        match rows
            .into_iter()
            .find(|(level, code, _)| !in_order(level, *code))
        {
            None => Ok(()),
            Some((_, code, message)) => Err(ApplyError::Warning {
                table: self.table.shape.destination.clone(),
                place: self.place(),
                code,
                message,
            }),
        }
    }

    pub fn place(&self) -> String {
        let place = self.window.place(self.change);
        place.map_or_else(|| self.window.end.to_string(), ToString::to_string)
    }

    pub fn server(&self, cause: ConnError) -> ApplyError {
        ApplyError::Server {
            table: self.table.shape.destination.clone(),
            place: self.place(),
            cause,
        }
    }
}
