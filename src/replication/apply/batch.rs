//! One table's merged changes, inside the lane's transaction.

use std::collections::HashMap;

use mysql_async::{Row as FetchedRow, Value, prelude::Queryable as _};

use super::{
    error::ApplyError,
    statement::{Statement, Write, Writer},
    target::Target,
};
use crate::{
    catalog::Encoding,
    conn::Session,
    replication::{
        definitions::{Identity, Tracked},
        net::{Net, same},
        window::{Fit, Row, Window},
    },
    rows::{KeyBound, canonical},
};

/// One table's part of a lane.
pub struct Batch<'a> {
    pub window: &'a Window,
    pub table: &'a Tracked,
    pub identity: &'a Identity,
}

/// What is to be done, in this order.
#[derive(Default)]
struct Todo<'a> {
    /// Rows that must be there as they were.
    known: Vec<(&'a Row, usize)>,
    delete: Vec<KeyBound>,
    insert: Vec<&'a Row>,
    update: Vec<&'a Row>,
}

impl Batch<'_> {
    /// Applies what the changes come to.
    ///
    /// # Errors
    /// The server's; where rows are exact, one that is not as its image says.
    pub async fn apply(&self, session: &mut Session, nets: &[Net<'_>]) -> Result<(), ApplyError> {
        let todo = self.todo(nets)?;
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        let last = nets.iter().map(|net| net.change).max().unwrap_or(0);
        if self.window.fit == Fit::Exact {
            self.check(session, &writer, &todo).await?;
        }
        for statement in writer.delete(&self.identity.written, &todo.delete) {
            let deleted = self.run(session, &statement, last).await?;
            if self.window.fit == Fit::Exact && deleted != statement.rows {
                return Err(self.target().miscounted(last, statement.rows, deleted));
            }
        }
        let (insert, update) = match self.window.fit {
            Fit::Exact => (Write::Insert, Write::Update),
            // what only the destination has stays
            Fit::Fuzzy if self.table.keys.own_columns => (Write::Update, Write::Update),
            Fit::Fuzzy => (Write::Replace, Write::Replace),
        };
        for statement in writer.write(update, todo.update.into_iter()) {
            self.run(session, &statement, last).await?;
        }
        for statement in writer.write(insert, todo.insert.into_iter()) {
            let inserted = self.run(session, &statement, last).await?;
            if self.window.fit == Fit::Exact && inserted != statement.rows {
                return Err(self.target().miscounted(last, statement.rows, inserted));
            }
        }
        Ok(())
    }

    fn todo<'n>(&self, nets: &[Net<'n>]) -> Result<Todo<'n>, ApplyError> {
        let encodings = self.table.shape.encodings();
        let mut todo = Todo::default();
        for net in nets {
            match (net.before, net.after) {
                // it came and went, and the copy may have read it in between
                (None, None) if self.window.fit == Fit::Fuzzy => {
                    todo.delete.push(self.key(net.row)?);
                }
                (None, None) => {}
                (None, Some(after)) => {
                    if self.window.fit == Fit::Fuzzy {
                        // a row that was inserted and had another key before is gone from there
                        todo.update.push(after);
                    } else {
                        todo.insert.push(after);
                    }
                }
                (Some(before), None) => {
                    todo.known.push((before, net.change));
                    todo.delete.push(self.key(before)?);
                }
                (Some(before), Some(after)) => {
                    let stays = self.table.keys.are_kept(before, after);
                    match self.window.fit {
                        Fit::Fuzzy => {
                            todo.update.push(after);
                        }
                        Fit::Exact if same(before, after, &encodings) => {}
                        Fit::Exact if stays => {
                            todo.known.push((before, net.change));
                            todo.update.push(after);
                        }
                        Fit::Exact => {
                            todo.known.push((before, net.change));
                            todo.delete.push(self.key(before)?);
                            todo.insert.push(after);
                        }
                    }
                }
            }
        }
        Ok(todo)
    }

    pub(super) fn key(&self, row: &Row) -> Result<KeyBound, ApplyError> {
        let values: Vec<Value> = self
            .identity
            .key
            .columns
            .iter()
            .map(|(place, _)| row.get(*place).cloned().unwrap_or(Value::NULL))
            .collect();
        KeyBound::from_values(&self.identity.written, &values).map_err(|cause| ApplyError::Key {
            table: self.table.shape.destination.clone(),
            cause,
        })
    }

    /// Reads the rows that are about to change, locked, and holds them against their images.
    async fn check(
        &self,
        session: &mut Session,
        writer: &Writer<'_>,
        todo: &Todo<'_>,
    ) -> Result<(), ApplyError> {
        let encodings = self.table.shape.encodings();
        let bytes = |row: &[Value]| canonical_row(row, &encodings);
        for known in todo.known.chunks(super::statement::SIZE.rows) {
            let mut expected: HashMap<Vec<u8>, (&Row, usize)> = known
                .iter()
                .map(|(row, change)| (bytes(row), (*row, *change)))
                .collect();
            let keys = known
                .iter()
                .map(|(row, _)| self.key(row))
                .collect::<Result<Vec<_>, _>>()?;
            let mut others = Vec::new();
            for statement in writer.lock(&self.identity.written, &keys) {
                for found in self.read(session, &statement).await? {
                    if expected.remove(&bytes(&found)).is_none() {
                        others.push(found);
                    }
                }
            }
            if let Some((row, change)) = expected.into_values().min_by_key(|(_, change)| *change) {
                return Err(self.unlike(row, change, &others, &encodings)?);
            }
        }
        Ok(())
    }

    /// Holds one row, which is about to change, against its image.
    pub(super) async fn check_one(
        &self,
        session: &mut Session,
        before: &Row,
        change: usize,
    ) -> Result<(), ApplyError> {
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        let todo = Todo {
            known: vec![(before, change)],
            ..Todo::default()
        };
        self.check(session, &writer, &todo).await
    }

    pub(super) async fn read(
        &self,
        session: &mut Session,
        statement: &Statement,
    ) -> Result<Vec<Row>, ApplyError> {
        let sql = String::from_utf8_lossy(&statement.sql).into_owned();
        let fetched: Result<Vec<FetchedRow>, _> = session.driver().exec(sql.as_str(), ()).await;
        let rows = fetched.map_err(|source| {
            let cause = session.failed(&sql, source);
            self.target().server(cause, self.window.changes.len())
        })?;
        Ok(rows.into_iter().map(FetchedRow::unwrap).collect())
    }

    fn unlike(
        &self,
        row: &Row,
        change: usize,
        others: &[Row],
        encodings: &[Encoding],
    ) -> Result<ApplyError, ApplyError> {
        let key = self.key(row)?;
        let table = self.table.shape.destination.clone();
        let place = self.place(change);
        let mut there = None;
        for other in others {
            if self.key(other)? == key {
                there = Some(other);
            }
        }
        let Some(there) = there else {
            let key = key.plain();
            return Ok(ApplyError::Missing { table, key, place });
        };
        let columns: Vec<String> = self
            .table
            .shape
            .columns
            .iter()
            .zip(row.iter().zip(there))
            .zip(encodings)
            .filter(|((_, (one, other)), encoding)| {
                canonical_row(std::slice::from_ref(*one), &[**encoding])
                    != canonical_row(std::slice::from_ref(*other), &[**encoding])
            })
            .map(|((column, _), _)| column.destination.to_string())
            .collect();
        Ok(ApplyError::Differs {
            table,
            key: key.plain(),
            columns: columns.join(", "),
            place,
        })
    }

    /// Runs a statement; returns how many rows it changed.
    pub(super) async fn run(
        &self,
        session: &mut Session,
        statement: &Statement,
        change: usize,
    ) -> Result<u64, ApplyError> {
        self.target().run(session, statement, change).await
    }

    pub(super) fn target(&self) -> Target<'_> {
        Target {
            window: self.window,
            table: self.table,
        }
    }

    fn place(&self, change: usize) -> String {
        self.target().place(change)
    }
}

fn canonical_row(row: &[Value], encodings: &[Encoding]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    for (value, encoding) in row.iter().zip(encodings) {
        canonical::value(&mut bytes, value, *encoding);
    }
    bytes
}
