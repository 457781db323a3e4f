//! Where a window's rows of one table go: statements are run, and what the server says to them is
//! heard.

use mysql_async::prelude::Queryable as _;

use super::{
    error::ApplyError,
    statement::{SIZE, Statement},
};
use crate::{
    conn::{Session, settings::ROW_SQL_MODE},
    mysql::Literal,
    replication::{
        definitions::Tracked,
        window::{Fit, Window},
    },
    resolve::StreamRows,
};

const DUPLICATE_KEY: u16 = 1062;
const TRUNCATED: u16 = 1265;
/// Words of ours will not be understood by a later release: a character set of the source's.
const DEPRECATED: [u16; 4] = [1287, 1681, 3719, 3778];
/// The rows' mode without its strictness, under which an ENUM takes its index 0.
const LENIENT: &str = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION";

/// How rows give way to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Counted,
    Uncounted,
}

impl Way {
    pub fn count(self, rows: u64) -> u64 {
        match self {
            Self::Counted => rows,
            Self::Uncounted => 0,
        }
    }
}

/// One table in one window.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub window: &'a Window,
    pub table: &'a Tracked,
}

impl Target<'_> {
    /// Runs a statement; returns how many rows it changed.
    ///
    /// # Errors
    /// The server's; a row that is there already; a warning.
    pub async fn run(
        &self,
        session: &mut Session,
        statement: &Statement,
        change: usize,
    ) -> Result<u64, ApplyError> {
        if statement.enum_zeros > 0 {
            self.set_mode(session, LENIENT, change).await?;
        }
        if statement.sql.len() > SIZE.bytes {
            self.fits(session, statement, change).await?;
        }
        let done = session.driver().query_drop(statement.sql.as_slice()).await;
        if let Err(source) = done {
            let head = &statement.sql[..statement.sql.len().min(300)];
            let cause = session.failed(&String::from_utf8_lossy(head), source);
            if statement.enum_zeros > 0 && !cause.is_connection() {
                // the same connection may go on with other rows
                self.set_mode(session, ROW_SQL_MODE, change).await?;
            }
            if cause.code() == Some(DUPLICATE_KEY) {
                return Err(ApplyError::There {
                    table: self.table.shape.destination.clone(),
                    place: self.place(change),
                    reason: cause.reason(),
                });
            }
            return Err(self.server(cause, change));
        }
        let affected = session.driver().affected_rows();
        if session.driver().get_warnings() > 0 {
            self.warnings(session, statement, change).await?;
        }
        if statement.enum_zeros > 0 {
            self.set_mode(session, ROW_SQL_MODE, change).await?;
        }
        Ok(affected)
    }

    /// A row that is large travels alone: a server that takes no statement of its size would only end
    /// the connection.
    async fn fits(
        &self,
        session: &mut Session,
        statement: &Statement,
        change: usize,
    ) -> Result<(), ApplyError> {
        let limit: Option<(u64,)> = session
            .first("SELECT @@max_allowed_packet")
            .await
            .map_err(|cause| self.server(cause, change))?;
        // with the byte that says what it is
        let bytes = statement.sql.len() as u64 + 1;
        match limit {
            Some((limit,)) if bytes >= limit => Err(ApplyError::TooLarge {
                table: self.table.shape.destination.clone(),
                place: self.place(change),
                bytes,
                limit,
            }),
            Some(_) | None => Ok(()),
        }
    }

    /// Runs a statement that sets an ENUM to its index 0.
    ///
    /// # Errors
    /// The server's.
    pub async fn leniently(
        &self,
        session: &mut Session,
        sql: String,
        change: usize,
    ) -> Result<(), ApplyError> {
        self.set_mode(session, LENIENT, change).await?;
        let done = session.execute(sql).await;
        // the same connection may go on with other rows
        if !matches!(&done, Err(cause) if cause.is_connection()) {
            self.set_mode(session, ROW_SQL_MODE, change).await?;
        }
        done.map(|_| ()).map_err(|cause| self.server(cause, change))
    }

    async fn set_mode(
        &self,
        session: &mut Session,
        mode: &str,
        change: usize,
    ) -> Result<(), ApplyError> {
        session
            .execute(format!("SET SESSION sql_mode = {}", Literal::text(mode)))
            .await
            .map(|_| ())
            .map_err(|cause| self.server(cause, change))
    }

    async fn warnings(
        &self,
        session: &mut Session,
        statement: &Statement,
        change: usize,
    ) -> Result<(), ApplyError> {
        let rows: Vec<(String, u16, String)> = session
            .rows("SHOW WARNINGS")
            .await
            .map_err(|cause| self.server(cause, change))?;
        let in_order = |level: &str, code: u16| {
            level == "Note"
                || DEPRECATED.contains(&code)
                || (code == TRUNCATED && statement.enum_zeros > 0)
        };
        match rows
            .into_iter()
            .find(|(level, code, _)| !in_order(level, *code))
        {
            None => Ok(()),
            Some((_, code, message)) => Err(ApplyError::Warning {
                table: self.table.shape.destination.clone(),
                place: self.place(change),
                code,
                message,
            }),
        }
    }

    pub fn place(&self, change: usize) -> String {
        let place = self.window.place(change);
        place.map_or_else(|| self.window.end.to_string(), ToString::to_string)
    }

    pub fn server(&self, cause: crate::conn::ConnError, change: usize) -> ApplyError {
        ApplyError::Server {
            table: self.table.shape.destination.clone(),
            place: self.place(change),
            cause,
        }
    }

    /// Whether a row that stands in the way gives way, and is counted; `None` where it stops the
    /// stream. Before all rows are exact it may simply have been copied later: it gives way, and comes
    /// again by its own change.
    pub fn gives_way(&self) -> Option<Way> {
        if self.window.fit == Fit::Fuzzy && self.table.from.is_none() {
            return Some(Way::Uncounted);
        }
        let rules = &self.table.rules;
        let replaces = !rules.dml.is_all() && rules.conflicts == StreamRows::Replace;
        replaces.then_some(Way::Counted)
    }

    pub fn without_key(&self, change: usize) -> ApplyError {
        ApplyError::WithoutKey {
            table: self.table.shape.destination.clone(),
            place: self.place(change),
        }
    }

    pub fn miscounted(&self, change: usize, expected: u64, found: u64) -> ApplyError {
        ApplyError::Count {
            table: self.table.shape.destination.clone(),
            place: self.place(change),
            expected,
            found,
        }
    }
}
