//! Tables whose rows are long are read by few workers at once.
//!
//! A reader's driver holds three copies of a row at its worst moment, a loader's up to three more,
//! and none of them counts against a budget: the number of readers is all that bounds them.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Rows of more bytes are long.
const LONG: u64 = 1 << 20;
/// So many read such a table at the same time.
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

    /// A row of so many bytes was met.
    pub fn met(&self, table: usize, bytes: u64) {
        if let Some(longest) = self.longest.get(table) {
            longest.fetch_max(bytes, Ordering::Relaxed);
        }
    }

    /// Waits for a place where the table's rows are long; it is kept while they are read.
    pub async fn place(&self, table: usize) -> Option<SemaphorePermit<'_>> {
        let longest = self.longest.get(table)?.load(Ordering::Relaxed);
        if longest <= LONG {
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
        rows.met(0, LONG + 1);
        rows.met(0, 10);
        let second = rows.place(0).await;
        assert!(second.is_some());
        assert_eq!(rows.places.available_permits(), PLACES - 2);
        drop(first);
        assert!(rows.place(1).await.is_some());
    }
}
