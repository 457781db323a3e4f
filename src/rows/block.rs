//! Encoded rows in pieces of bounded size, and the budget that bounds all of them together.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines for `LOAD DATA ... CHARACTER SET binary`.
    Tsv,
    /// Tuples for `INSERT ... VALUES`, separated by commas.
    Values,
}

/// A piece is sent once it holds so many bytes. A longer row travels in several as lines, alone as a
/// tuple.
pub const BLOCK_BYTES: usize = 256 * 1024;

/// Rows, encoded.
#[derive(Debug)]
pub struct Block {
    pub bytes: Vec<u8>,
    /// Rows that end in this block.
    pub rows: u64,
    /// False where the last row goes on in the next block.
    pub whole: bool,
    /// ENUM values with index 0 among them: the destination warns of each (1265), and takes it.
    pub enum_zeros: u64,
    /// Given back to the budget when the block is dropped.
    pub(super) _permit: OwnedSemaphorePermit,
}

/// The bytes that all workers together may hold in blocks.
#[derive(Clone, Debug)]
pub struct ByteBudget {
    permits: Arc<Semaphore>,
    total: u32,
}

const UNIT: usize = 1024;

impl ByteBudget {
    pub fn new(bytes: usize) -> Self {
        let total = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        Self {
            permits: Arc::new(Semaphore::new(total as usize)),
            total,
        }
    }

    /// Waits until so many bytes are free. What exceeds the whole budget takes all of it.
    pub(super) async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let units = u32::try_from(bytes.div_ceil(UNIT))
            .unwrap_or(u32::MAX)
            .clamp(1, self.total);
        // closed only if somebody closed it, and nobody does
        self.permits.clone().acquire_many_owned(units).await.ok()
    }
}
