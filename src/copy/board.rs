//! Who does what next: all tables' remainders, and the chunks in flight. No input or output; the
//! lock around it is held for a few instructions at a time.

use std::{
    collections::VecDeque,
    num::NonZeroU64,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, watch};

use super::{
    error::{CopyError, Result},
    plan::{self, Hole, Job, Remainder},
};
use crate::{
    ledger::{ChunkRange, CopyState, TableProgress},
    limits::Limits,
    mysql::TableName,
    rows::{KeyBound, LongRows},
};

/// What a worker is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Find the boundary that lies `rows` rows above `lower`, tell the board, and copy up to it.
    Draw {
        table: usize,
        ordinal: u64,
        lower: Option<KeyBound>,
        rows: u64,
    },
    /// Copy a range whose both ends are known.
    Fill { table: usize, hole: Hole },
    /// Copy a table that is read at one moment, from its start.
    Whole { table: usize },
    /// Note that the table is copied.
    Close { table: usize },
}

/// Bounds on the size of chunks.
#[derive(Clone, Copy, Debug)]
pub struct ChunkSize {
    pub bytes: u64,
    pub time: Duration,
}

pub struct Board {
    state: Mutex<Vec<Table>>,
    changed: Notify,
    size: ChunkSize,
    /// What holds instead, and may change meanwhile.
    limits: Option<watch::Receiver<Limits>>,
    /// Which tables are for the first workers alone.
    pub long_rows: LongRows,
}

struct Table {
    job: Job,
    left: Remainder,
    in_flight: usize,
    /// Somebody is finding the next boundary, or moving the watermark.
    drawing: bool,
    folding: bool,
    closed: bool,
    learned: Learned,
    /// Those that must be closed before it is begun.
    after: Vec<usize>,
}

/// Rows a chunk, from what the last ten chunks were like.
struct Learned {
    recent: VecDeque<(u64, u64, Duration)>,
    rows: u64,
}

/// Until something is learned, rows are taken to come at this rate.
const ROWS_A_MILLISECOND: u128 = 10;
/// Below this it is not the rows that take the time: on a far server a chunk's own statements do, and
/// fewer rows would only mean more of those.
const FEWEST_ROWS: u128 = 100;
const LONGEST_ROW: u64 = 1 << 24;

impl Learned {
    fn new(job: &Job, size: ChunkSize) -> Self {
        let fitting = size.bytes / job.row_bytes.clamp(1, LONGEST_ROW);
        let timely = u64::try_from(size.time.as_millis() * ROWS_A_MILLISECOND).unwrap_or(u64::MAX);
        Self {
            recent: VecDeque::new(),
            rows: fitting.clamp(1, timely.max(1)),
        }
    }

    /// At most four times the last size at once, so that one small sample does not mislead.
    fn add(&mut self, rows: u64, bytes: u64, took: Duration, size: ChunkSize) {
        if rows == 0 {
            return;
        }
        self.recent.push_back((rows, bytes, took));
        if self.recent.len() > 10 {
            self.recent.pop_front();
        }
        let rows: u64 = self.recent.iter().map(|one| one.0).sum();
        let bytes: u64 = self.recent.iter().map(|one| one.1).sum();
        let micros: u128 = self.recent.iter().map(|one| one.2.as_micros()).sum();
        let by_bytes = u128::from(size.bytes) * u128::from(rows) / u128::from(bytes.max(1));
        let by_time = size.time.as_micros() * u128::from(rows) / micros.max(1);
        let by_time = by_time.max(FEWEST_ROWS);
        let wanted = u64::try_from(by_bytes.min(by_time)).unwrap_or(u64::MAX);
        self.rows = wanted.clamp(1, self.rows.saturating_mul(4).max(1));
    }
}

impl Board {
    /// # Errors
    /// A ledger whose bounds cannot be read.
    pub fn new(jobs: Vec<Job>, size: ChunkSize) -> Result<Self> {
        let long_rows = LongRows::new(jobs.iter().map(|job| job.row_bytes));
        let names: Vec<TableName> = jobs.iter().map(|job| job.shape.source.clone()).collect();
        let tables = jobs
            .into_iter()
            .map(|job| Table::new(job, size, &names))
            .collect::<Result<_>>()?;
        Ok(Self {
            state: Mutex::new(tables),
            changed: Notify::new(),
            size,
            limits: None,
            long_rows,
        })
    }

    /// The same, with chunks that take as long as is said at each moment, and hold no more than may
    /// be read in that time.
    #[must_use]
    pub fn following(self, limits: watch::Receiver<Limits>) -> Self {
        Self {
            limits: Some(limits),
            ..self
        }
    }

    fn size(&self) -> ChunkSize {
        let time = self
            .limits
            .as_ref()
            .map(|limits| limits.borrow().chunk_time);
        ChunkSize {
            time: time.unwrap_or(self.size.time),
            ..self.size
        }
    }

    /// The rows, and the bytes, that may be read in a chunk's time.
    fn most(&self) -> (u64, u64) {
        let limits = self.limits.as_ref().map(|limits| *limits.borrow());
        let Some(limits) = limits else {
            return (u64::MAX, u64::MAX);
        };
        let most = |rate: Option<NonZeroU64>| {
            rate.map_or(u64::MAX, |rate| {
                let amount = u128::from(rate.get()) * limits.chunk_time.as_millis() / 1000;
                u64::try_from(amount).unwrap_or(u64::MAX).max(1)
            })
        };
        (most(limits.full.rows), most(limits.full.bytes))
    }

    fn tables(&self) -> MutexGuard<'_, Vec<Table>> {
        // nothing panics while it is held; if it did, the state would still be whole
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn job(&self, table: usize) -> Option<Job> {
        self.tables().get(table).map(|table| table.job.clone())
    }

    /// Waits for something to do; `None` when everything is done.
    pub async fn claim(&self, worker: usize) -> Option<Claim> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // registered before the look, so that no change is missed between the two
            changed.as_mut().enable();
            {
                let mut tables = self.tables();
                let mine = |table| self.long_rows.may_read(table, worker);
                if let Some(claim) = claim(&mut tables, self.most(), mine) {
                    return Some(claim);
                }
                if tables.iter().all(|table| table.closed) {
                    return None;
                }
            }
            changed.await;
        }
    }

    /// A boundary was found; `None` is the end of the table.
    pub fn drawn(&self, table: usize, upper: Option<&KeyBound>) {
        if let Some(table) = self.tables().get_mut(table) {
            table.drawing = false;
            table.left.exhausted = upper.is_none();
            table.left.frontier = upper.cloned();
        }
        self.changed.notify_waiters();
    }

    /// A chunk and its ledger row have been committed.
    pub fn loaded(&self, table: usize, chunk: ChunkRange, took: Duration) {
        let size = self.size();
        if let Some(table) = self.tables().get_mut(table) {
            table.in_flight -= 1;
            table.learned.add(chunk.rows, chunk.bytes, took, size);
            let beyond = &mut table.job.progress.beyond;
            let at = beyond.partition_point(|other| other.ordinal < chunk.ordinal);
            beyond.insert(at, chunk);
        }
        self.changed.notify_waiters();
    }

    /// A table that is read at one moment has been copied wholly.
    pub fn loaded_whole(&self, table: usize, progress: TableProgress) {
        if let Some(table) = self.tables().get_mut(table) {
            table.in_flight -= 1;
            table.left.exhausted = true;
            table.job.progress = progress;
        }
        self.changed.notify_waiters();
    }

    pub fn closed(&self, table: usize) {
        if let Some(table) = self.tables().get_mut(table) {
            table.closed = true;
        }
        self.changed.notify_waiters();
    }

    /// What the destination has confirmed of every table.
    pub fn confirmed(&self) -> Vec<(TableName, TableProgress)> {
        let tables = self.tables();
        let confirmed = tables.iter().map(|table| {
            let mut progress = table.job.progress.clone();
            if table.closed {
                progress.state = CopyState::Copied;
            }
            (table.job.shape.destination.clone(), progress)
        });
        confirmed.collect()
    }

    /// The progress to be written as the new watermark, where enough has gathered beyond the old
    /// one and nobody else is at it. Whoever gets it calls [`Board::folded`].
    pub fn fold(&self, table: usize) -> Option<TableProgress> {
        const GATHERED: usize = 16;
        let mut tables = self.tables();
        let table = tables.get_mut(table)?;
        if table.folding || table.job.progress.beyond.len() < GATHERED {
            return None;
        }
        let moved = plan::fold(&mut table.job.progress);
        table.folding = moved;
        moved.then(|| table.job.progress.clone())
    }

    pub fn folded(&self, table: usize) {
        if let Some(table) = self.tables().get_mut(table) {
            table.folding = false;
        }
        self.changed.notify_waiters();
    }

    /// The progress of a table whose chunks are all done, folded to its end.
    pub fn last_fold(&self, table: usize) -> Option<TableProgress> {
        let mut tables = self.tables();
        let table = tables.get_mut(table)?;
        plan::fold(&mut table.job.progress);
        Some(table.job.progress.clone())
    }
}

impl Table {
    fn new(job: Job, size: ChunkSize, names: &[TableName]) -> Result<Self> {
        // what is not among them has been copied
        let after = (0..names.len()).filter(|at| job.after.contains(&names[*at]));
        let after = after.collect();
        let left = plan::resume(&job.progress).ok_or_else(|| {
            let what = format!("a key of {}", job.shape.destination.plain());
            CopyError::Ledger(crate::ledger::LedgerError::Damaged { what })
        })?;
        Ok(Self {
            learned: Learned::new(&job, size),
            job,
            left,
            in_flight: 0,
            drawing: false,
            folding: false,
            closed: false,
            after,
        })
    }

    /// The share of the table that is done, in thousandths of the estimate.
    fn done(&self) -> u64 {
        self.job.progress.rows_done().saturating_mul(1000) / self.job.rows.max(1)
    }

    /// Whether all its rows are there.
    fn is_loaded(&self) -> bool {
        self.left.exhausted && self.left.holes.is_empty() && self.in_flight == 0
    }

    fn claim(&mut self, index: usize, most: (u64, u64)) -> Option<Claim> {
        if self.closed || self.folding {
            return None;
        }
        if let Some(hole) = self.left.holes.pop_front() {
            self.in_flight += 1;
            return Some(Claim::Fill { table: index, hole });
        }
        if self.left.exhausted {
            let last = self.in_flight == 0;
            // the one that closes is the last to touch the table
            self.folding = last;
            return last.then_some(Claim::Close { table: index });
        }
        if self.job.whole {
            let first = self.in_flight == 0;
            self.in_flight = 1;
            return first.then_some(Claim::Whole { table: index });
        }
        if self.drawing {
            return None;
        }
        self.drawing = true;
        self.in_flight += 1;
        let ordinal = self.left.next;
        self.left.next += 1;
        let lower = self.left.frontier.clone();
        Some(Claim::Draw {
            table: index,
            ordinal,
            lower,
            rows: self
                .learned
                .rows
                .min(most.0)
                .min(most.1 / self.job.row_bytes.max(1))
                .max(1),
        })
    }
}

/// A table that only waits to be closed goes first, then the one with the least progress.
fn claim(tables: &mut [Table], most: (u64, u64), mine: impl Fn(usize) -> bool) -> Option<Claim> {
    let mut order: Vec<usize> = (0..tables.len())
        .filter(|index| !tables[*index].closed && mine(*index))
        .filter(|index| tables[*index].after.iter().all(|at| tables[*at].closed))
        .collect();
    order.sort_by_key(|index| {
        let table = &tables[*index];
        (!table.is_loaded(), table.done(), *index)
    });
    order
        .into_iter()
        .find_map(|index| tables[index].claim(index, most))
}
