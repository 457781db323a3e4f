//! A stretch of the stream that is applied as a whole.

use std::{collections::BTreeSet, sync::Arc};

use mysql_async::Value;

use super::{cascade::Cascades, definitions::Tracked, event::Place};
use crate::{ledger::PreparedPart, mysql::Checkpoint};

/// The values of a row, in the order of its shape.
pub type Row = Vec<Value>;

/// One changed row: an insert has the second image, a delete the first, an update both.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Among the window's tables.
    pub table: usize,
    pub before: Option<Row>,
    pub after: Option<Row>,
    /// Its children were changed inside the source's engine, unseen by the binlog.
    pub cascades: bool,
    /// Its own row is on the destination, or stays as it is there; only its children may not be.
    pub settled: bool,
}

/// Whether destination rows are exactly as the images before a change say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The copy may have read a later state: an upsert takes whatever is there.
    Fuzzy,
    Exact,
}

#[derive(Clone, Debug)]
pub struct Window {
    pub tables: Vec<Arc<Tracked>>,
    /// The foreign keys that the engine acted on, where a change reached other rows.
    pub cascades: Arc<Cascades>,
    /// In the source's order.
    pub changes: Vec<Change>,
    /// So many more became part of an earlier one.
    pub folded: u64,
    /// The first change of each row event, and where that event stands.
    pub places: Vec<(usize, Place)>,
    /// The last parts of XA transactions that are prepared at its end, and were not before.
    pub prepared: Vec<Arc<PreparedPart>>,
    /// XA transactions that were committed or rolled back in it.
    pub ended: BTreeSet<String>,
    pub fit: Fit,
    /// Where it begins and ends.
    pub start: Checkpoint,
    pub end: Checkpoint,
    /// Those that end in it, also such as change nothing of ours.
    pub transactions: u64,
    /// When the last of them was committed first, in microseconds since 1970.
    pub committed_at: Option<u64>,
    /// What the images take in memory, roughly.
    pub bytes: usize,
}

impl Window {
    pub fn new(start: Checkpoint) -> Self {
        Self {
            tables: Vec::new(),
            cascades: Arc::default(),
            changes: Vec::new(),
            folded: 0,
            places: Vec::new(),
            prepared: Vec::new(),
            ended: BTreeSet::new(),
            fit: Fit::Exact,
            end: start.clone(),
            start,
            transactions: 0,
            committed_at: None,
            bytes: 0,
        }
    }

    /// Whether it moves the position.
    pub fn moves(&self) -> bool {
        self.start != self.end
    }

    /// The rows that the source changed.
    pub fn rows(&self) -> u64 {
        self.folded + self.changes.len() as u64
    }

    /// The place of a change.
    pub fn place(&self, change: usize) -> Option<&Place> {
        self.places
            .get(self.event(change).checked_sub(1)?)
            .map(|(_, place)| place)
    }

    /// The row event of a change, by its number from 1.
    pub fn event(&self, change: usize) -> usize {
        self.places.partition_point(|(first, _)| *first <= change)
    }

    pub(super) fn table(&mut self, tracked: &Arc<Tracked>) -> usize {
        let known = self
            .tables
            .iter()
            .position(|table| Arc::ptr_eq(table, tracked));
        known.unwrap_or_else(|| {
            self.tables.push(Arc::clone(tracked));
            self.tables.len() - 1
        })
    }

    pub(super) fn push(&mut self, change: Change) {
        self.bytes += change.before.as_ref().map_or(0, |row| row_bytes(row));
        self.bytes += change.after.as_ref().map_or(0, |row| row_bytes(row));
        self.changes.push(change);
    }

    /// Ends it at a place, and gives the changes from an index on, which lie behind that, to the next.
    pub(super) fn part(&mut self, from: usize, end: &Checkpoint) -> Self {
        let mut next = Self {
            fit: self.fit,
            cascades: Arc::clone(&self.cascades),
            ..Self::new(end.clone())
        };
        let kept = self.places.partition_point(|(first, _)| *first < from);
        let places = self.places.split_off(kept);
        let behind = places
            .into_iter()
            .map(|(first, place)| (first - from, place));
        next.places = behind.collect();
        for mut change in self.changes.split_off(from) {
            let rows = change.before.iter().chain(&change.after);
            let bytes: usize = rows.map(|row| row_bytes(row)).sum();
            self.bytes = self.bytes.saturating_sub(bytes);
            change.table = next.table(&self.tables[change.table]);
            next.push(change);
        }
        self.end = end.clone();
        next
    }

    /// Takes the changes from an index on back.
    pub(super) fn split(&mut self, from: usize) {
        for change in self.changes.split_off(from) {
            for row in change.before.iter().chain(&change.after) {
                self.bytes = self.bytes.saturating_sub(row_bytes(row));
            }
        }
        self.places.retain(|(first, _)| *first < from);
    }
}

/// What a row takes in memory, roughly.
pub fn row_bytes(row: &[Value]) -> usize {
    let strings: usize = row
        .iter()
        .map(|value| match value {
            Value::Bytes(bytes) => bytes.capacity(),
            Value::NULL
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Float(_)
            | Value::Double(_)
            | Value::Date(..)
            | Value::Time(..) => 0,
        })
        .sum();
    strings + std::mem::size_of_val(row) + 48
}
