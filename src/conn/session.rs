//! One connection with known settings.

use mysql_async::{
    Conn, Row,
    prelude::{FromRow, Queryable as _},
};

use super::{
    error::{ConnError, Result},
    trace::Traced,
};
use crate::mysql::{Literal, ServerVersion};

/// What the server said after a statement without rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub affected: u64,
    /// The `Records: .. Duplicates: ..` line; often empty.
    pub info: String,
    pub warnings: u16,
}

/// A connection that was set up by [`super::Connector::session`].
pub struct Session {
    conn: Conn,
    server: String,
    version: ServerVersion,
    mark: Option<String>,
}

impl Session {
    pub(super) fn new(conn: Conn, server: String, version: ServerVersion) -> Self {
        Self {
            conn,
            server,
            version,
            mark: None,
        }
    }

    /// A name that this connection has locked (`GET_LOCK`) and no other ever has. `IS_USED_LOCK`
    /// tells anybody whether this very connection lives: connection ids are given again after a
    /// restart of the server.
    pub async fn mark(&mut self) -> Result<String> {
        if let Some(mark) = &self.mark {
            return Ok(mark.clone());
        }
        let mark: String = self.one("SELECT CONCAT('cutover-', UUID())").await?;
        let name = Literal::text(&mark);
        self.execute(format!("DO GET_LOCK({name}, 0)")).await?;
        self.mark = Some(mark.clone());
        Ok(mark)
    }

    /// The mark, where it was made.
    pub fn marked(&self) -> Option<&str> {
        self.mark.as_deref()
    }

    pub fn version(&self) -> &ServerVersion {
        &self.version
    }

    /// `source 10.0.0.5:3306`, for messages.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The server's id of this connection.
    pub fn connection_id(&self) -> u32 {
        self.conn.id()
    }

    /// The driver's connection, for streaming. Errors from it become ours by [`Session::failed`].
    pub fn driver(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// The driver's connection for good: it becomes something else than a session.
    pub(super) fn into_driver(self) -> Conn {
        self.conn
    }

    /// Wraps a driver's error with the server and the statement it came from.
    pub fn failed(&self, statement: &str, source: mysql_async::Error) -> ConnError {
        ConnError::Statement {
            server: self.server.clone(),
            statement: abbreviated(statement),
            source: Box::new(source),
        }
    }

    /// Runs a statement that returns no rows.
    pub async fn execute(&mut self, statement: impl AsRef<str> + Send) -> Result<Outcome> {
        let statement = statement.as_ref();
        let traced = Traced::begin();
        let done = async {
            let result = self.conn.query_iter(statement).await?;
            let outcome = Outcome {
                affected: result.affected_rows(),
                info: result.info().into_owned(),
                warnings: result.warnings(),
            };
            result.drop_result().await?;
            Ok(outcome)
        };
        let done: std::result::Result<Outcome, _> = done.await;
        let done = done.map_err(|source| self.failed(statement, source));
        let told = done.as_ref().map(|outcome| outcome.affected);
        traced.end(&self.server, statement, &told);
        done
    }

    /// Runs a statement that holds a secret: an error shows `shown` in its place, and of the server's
    /// own words only those that cannot quote the statement.
    pub async fn execute_secret(&mut self, statement: &str, shown: &str) -> Result<()> {
        const SYNTAX: u16 = 1064;
        let done = self.conn.query_drop(statement).await;
        done.map_err(|mut source| {
            if let mysql_async::Error::Server(server) = &mut source
                && server.code == SYNTAX
            {
                "the statement is not understood".clone_into(&mut server.message);
            }
            self.failed(shown, source)
        })
    }

    /// All rows of a query, by the text protocol.
    pub async fn rows<T>(&mut self, statement: impl AsRef<str> + Send) -> Result<Vec<T>>
    where
        T: FromRow + Send + 'static,
    {
        let statement = statement.as_ref();
        let traced = Traced::begin();
        let fetched: std::result::Result<Vec<Row>, _> = self.conn.query(statement).await;
        let fetched = fetched.map_err(|source| self.failed(statement, source));
        let told = fetched.as_ref().map(|rows| rows.len() as u64);
        traced.end(&self.server, statement, &told);
        fetched?
            .into_iter()
            .map(|row| {
                T::from_row_opt(row).map_err(|_| ConnError::Reply {
                    server: self.server.clone(),
                    statement: abbreviated(statement),
                })
            })
            .collect()
    }

    /// The first row of a query.
    pub async fn first<T>(&mut self, statement: impl AsRef<str> + Send) -> Result<Option<T>>
    where
        T: FromRow + Send + 'static,
    {
        Ok(self.rows(statement).await?.into_iter().next())
    }

    /// The only row of a query that always has one.
    pub async fn one<T>(&mut self, statement: impl AsRef<str> + Send) -> Result<T>
    where
        T: FromRow + Send + 'static,
    {
        let statement = statement.as_ref();
        self.first(statement)
            .await?
            .ok_or_else(|| ConnError::Reply {
                server: self.server.clone(),
                statement: abbreviated(statement),
            })
    }

    /// Ends the connection politely; dropping it is enough where that does not matter.
    pub async fn close(self) {
        // a server that is already gone is as closed as one that answers
        let _ = self.conn.disconnect().await;
    }
}

/// A statement short enough for a message, on one line.
fn abbreviated(statement: &str) -> String {
    const LONGEST: usize = 240;
    let line: String = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}
