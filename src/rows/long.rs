//! Tables whose rows are long are read by few workers.
//!
//! A reader's driver holds up to three copies of a row, a loader's up to three more, both keep
//! buffers of that size for as long as they are connected, and none of it counts against a budget:
//! the number of connections that meet long rows is all that bounds it. Where they cannot be
//! replaced, as they hold a snapshot, they are always the same ones ([`LongRows::may_read`]); else
//! there are few at a time ([`LongRows::place`]), and each is replaced afterwards.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Rows of more bytes are long.
const LONG: u64 = 1 << 20;
/// So many read such tables.
const PLACES: usize = 2;

/// The longest row of each table, as far as it is known, and the places for readers of long ones.
#[derive(Debug)]
pub struct LongRows {
    longest: Vec<AtomicU64>,
    places: Semaphore,
}

impl LongRows {
    /// Takes each table's estimated bytes a row.
    pub fn new(estimates: impl IntoIterator<Item = u64>) -> Self {
        Self {
            longest: estimates.into_iter().map(AtomicU64::new).collect(),
            places: Semaphore::new(PLACES),
        }
    }

    /// A row of so many bytes was met; true where it is a long one.
    pub fn met(&self, table: usize, bytes: u64) -> bool {
        if let Some(longest) = self.longest.get(table) {
            longest.fetch_max(bytes, Ordering::Relaxed);
        }
        bytes > LONG
    }

    fn is_long(&self, table: usize) -> bool {
        let longest = self.longest.get(table);
        longest.is_some_and(|longest| longest.load(Ordering::Relaxed) > LONG)
    }

    /// Whether the worker with this number, from 0, is one of those who read the table.
    pub fn may_read(&self, table: usize, worker: usize) -> bool {
        worker < PLACES || !self.is_long(table)
    }

    /// Waits for a place where the table's rows are long; it is kept while they are read.
    pub async fn place(&self, table: usize) -> Option<SemaphorePermit<'_>> {
        if !self.is_long(table) {
            return None;
        }
        // closed only if somebody closed it, and nobody does
        self.places.acquire().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_table_counts_as_long_once_a_long_row_was_met() {
        let rows = LongRows::new([100, LONG + 1]);
        assert!(rows.place(0).await.is_none());
        let first = rows.place(1).await;
        assert!(first.is_some());
        assert!(rows.may_read(0, PLACES) && !rows.may_read(1, PLACES) && rows.may_read(1, 0));
        assert!(rows.met(0, LONG + 1));
        assert!(!rows.met(0, 10));
        assert!(!rows.may_read(0, PLACES));
        let second = rows.place(0).await;
        assert!(second.is_some());
        assert_eq!(rows.places.available_permits(), PLACES - 2);
        drop(first);
        assert!(rows.place(1).await.is_some());
    }
}
