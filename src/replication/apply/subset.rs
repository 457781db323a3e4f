//! Tables of which not every kind of row change is replicated (`dml`), inside the lane's transaction.
//!
//! The destination's rows are then no image of the source's: a row may be there that the source has
//! deleted, may be missing, or may be as it was long ago. So no before image is held against anything:
//! what is inserted takes the place of a row with its key, what is deleted may be gone, and where
//! inserts are left out an update changes what is there and makes nothing. A row that another one
//! stands in the way of by some other unique key either takes its place, and that is counted, or stops
//! the stream.

use mysql_async::Value;

use super::{
    batch::Batch,
    error::ApplyError,
    keyless,
    statement::{Statement, Write, Writer},
};
use crate::{
    conn::Session,
    replication::{
        definitions::Tracked,
        net::{self, Net},
        window::{Change, Row},
    },
    rows::{KeyBound, Weights, keyset},
};

impl Batch<'_> {
    /// Applies a table's changes in order; how many other rows gave way.
    ///
    /// # Errors
    /// The server's; a row in the way where that is to stop the stream.
    pub async fn apply_subset(
        &self,
        session: &mut Session,
        changes: &[(usize, &Change)],
        weights: &Weights,
    ) -> Result<u64, ApplyError> {
        if self.table.rules.dml.insert && !self.table.keys.own_columns {
            let mut nets = net::merge(self.identity, changes.iter().copied(), weights);
            // of two rows with one unique value, whose deletion was left out, the later one is there
            nets.sort_by_key(|net| net.change);
            return self.merged(session, &nets).await;
        }
        let mut gave_way = 0;
        for (index, change) in changes {
            gave_way += match (&change.before, &change.after) {
                (Some(before), None) => {
                    self.delete(session, &[self.key(before)?], *index).await?;
                    0
                }
                (before, Some(after)) => {
                    let was = before.as_ref().unwrap_or(after);
                    self.put(session, was, after, *index).await?
                }
                (None, None) => 0,
            };
        }
        Ok(gave_way)
    }

    /// All keys go before any row comes.
    async fn merged(&self, session: &mut Session, nets: &[Net<'_>]) -> Result<u64, ApplyError> {
        let last = nets.iter().map(|net| net.change).max().unwrap_or(0);
        let keys = nets.iter().map(|net| self.key(net.row));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        self.delete(session, &keys, last).await?;
        let rows = nets.iter().filter_map(|net| net.after);
        self.insert(session, rows, last).await
    }

    pub(super) async fn delete(
        &self,
        session: &mut Session,
        keys: &[KeyBound],
        change: usize,
    ) -> Result<(), ApplyError> {
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        for statement in writer.delete(&self.identity.written, keys) {
            self.run(session, &statement, change).await?;
        }
        Ok(())
    }

    /// Their keys are free; how many others gave way.
    async fn insert<'r>(
        &self,
        session: &mut Session,
        rows: impl Iterator<Item = &'r Row>,
        change: usize,
    ) -> Result<u64, ApplyError> {
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        let mut gave_way = 0;
        for mut statement in writer.write(Write::Insert, rows) {
            match self.run(session, &statement, change).await {
                Ok(_) => {}
                Err(error @ ApplyError::There { .. }) => {
                    let Some(way) = self.target().gives_way() else {
                        return Err(error);
                    };
                    statement.replace();
                    let changed = self.run(session, &statement, change).await?;
                    gave_way += way.count(changed.saturating_sub(statement.rows));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(gave_way)
    }

    /// One row as it is after a change; `was` has the key that it had.
    async fn put(
        &self,
        session: &mut Session,
        was: &Row,
        after: &Row,
        change: usize,
    ) -> Result<u64, ApplyError> {
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        let key = [self.key(was)?];
        let mut there = false;
        for statement in writer.lock(&self.identity.written, &key) {
            there |= !self.read(session, &statement).await?.is_empty();
        }
        if !there {
            if self.table.rules.dml.insert {
                return self.insert(session, std::iter::once(after), change).await;
            }
            return Ok(0);
        }
        let itself = keyset::is_one_of(&self.identity.written, &key);
        let statement = writer.update(after, &itself);
        match self.run(session, &statement, change).await {
            Ok(_) => Ok(0),
            Err(error @ ApplyError::There { .. }) => {
                let Some(way) = self.target().gives_way() else {
                    return Err(error);
                };
                if !self.table.keys.own_columns {
                    // whatever key it meets: not all of them can be named
                    self.delete(session, &key, change).await?;
                    return self.insert(session, std::iter::once(after), change).await;
                }
                let mut gave_way = 0;
                for statement in in_the_way(self.table, after, &itself) {
                    gave_way += self.run(session, &statement, change).await?;
                }
                self.run(session, &statement, change).await?;
                Ok(way.count(gave_way))
            }
            Err(error) => Err(error),
        }
    }
}

/// Deletes what holds a unique value of a row, but for the row itself.
pub(super) fn in_the_way(table: &Tracked, after: &Row, itself: &str) -> Vec<Statement> {
    let columns = &table.shape.columns;
    let identity = table.keys.identity.iter().map(|identity| &identity.key);
    identity
        .chain(&table.keys.others)
        .filter_map(|unique| {
            let parts = unique.columns.iter().map(|(place, _)| {
                let (column, value) = (columns.get(*place)?, after.get(*place)?);
                // NULLs are never the same
                let value = Some(value).filter(|value| **value != Value::NULL)?;
                Some(keyless::equal(&table.destination, column, value))
            });
            Some(parts.collect::<Option<Vec<_>>>()?.join(" AND "))
        })
        .map(|which| Statement {
            sql: format!(
                "DELETE FROM {} WHERE {which} AND ({itself}) IS NOT TRUE",
                table.shape.destination
            )
            .into_bytes(),
            rows: 1,
            enum_zeros: 0,
        })
        .collect()
}
