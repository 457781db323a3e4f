//! How far each table's copy has come: a watermark, and the chunks done beyond it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fence, Ledger, LedgerError, Result};
use crate::{
    conn::Session,
    mysql::{Literal, TableName},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyState {
    Pending,
    Copying,
    /// About to be emptied, so that it can be copied from the start.
    Emptying,
    Copied,
}

impl CopyState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Copying => "copying",
            Self::Emptying => "emptying",
            Self::Copied => "copied",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        match text {
            "pending" => Ok(Self::Pending),
            "copying" => Ok(Self::Copying),
            "emptying" => Ok(Self::Emptying),
            "copied" => Ok(Self::Copied),
            _ => Err(LedgerError::Damaged {
                what: format!("copy state {text:?}"),
            }),
        }
    }
}

/// The rows of one chunk: above `lower`, up to and with `upper`, by the encoded key; an open end is
/// `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkRange {
    /// The order in which boundaries were drawn, from 0, without gaps.
    pub ordinal: u64,
    pub lower: Option<Vec<u8>>,
    pub upper: Option<Vec<u8>>,
    pub rows: u64,
    /// Rows that were there before and were kept.
    pub kept: u64,
    pub bytes: u64,
}

/// One table's progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableProgress {
    pub id: u32,
    pub state: CopyState,
    /// The destination table held no row when the copy began, so it may be emptied.
    pub was_empty: bool,
    /// Chunks below the watermark; the next ordinal to be folded in.
    pub chunks: u64,
    /// The upper bound of the last chunk below the watermark; `None` before the first.
    pub watermark: Option<Vec<u8>>,
    /// Totals of what lies below the watermark.
    pub rows: u64,
    pub kept: u64,
    pub bytes: u64,
    /// Chunks done beyond the watermark, by ordinal.
    pub beyond: Vec<ChunkRange>,
}

impl TableProgress {
    /// Rows copied, also beyond the watermark.
    pub fn rows_done(&self) -> u64 {
        self.rows + self.beyond.iter().map(|chunk| chunk.rows).sum::<u64>()
    }

    /// A chunk that is done and not yet folded.
    pub fn chunk(&self, ordinal: u64) -> Option<&ChunkRange> {
        self.beyond.iter().find(|chunk| chunk.ordinal == ordinal)
    }

    /// Whether all that is done in `other` is done here too.
    pub fn covers(&self, other: &Self) -> bool {
        let done: BTreeSet<u64> = self.beyond.iter().map(|chunk| chunk.ordinal).collect();
        let has = |ordinal: u64| ordinal < self.chunks || done.contains(&ordinal);
        let copied = self.state == CopyState::Copied || other.state != CopyState::Copied;
        copied
            && (self.chunks..other.chunks).all(has)
            && other.beyond.iter().all(|chunk| has(chunk.ordinal))
    }

    pub fn bytes_done(&self) -> u64 {
        self.bytes + self.beyond.iter().map(|chunk| chunk.bytes).sum::<u64>()
    }
}

/// Id, database, table, state, whether it was empty, chunks, watermark, rows, kept, bytes.
type TableRow = (
    u32,
    String,
    String,
    String,
    u8,
    u64,
    Option<Vec<u8>>,
    u64,
    u64,
    u64,
);
/// Table id, ordinal, both bounds, rows, kept, bytes.
type ChunkRow = (u32, u64, Option<Vec<u8>>, Option<Vec<u8>>, u64, u64, u64);

impl Ledger {
    /// The progress of every table of the migration, by its name on the destination.
    pub async fn progress(
        &self,
        session: &mut Session,
    ) -> Result<BTreeMap<TableName, TableProgress>> {
        let rows: Vec<TableRow> = session
            .rows(format!(
                "SELECT table_id, database_name, table_name, state, was_empty, chunks, watermark, \
                 row_count, kept, byte_count FROM {} WHERE migration = {}",
                self.table("table_copy"),
                self.migration()
            ))
            .await?;
        let mut beyond = self.chunks(session).await?;
        let mut progress = BTreeMap::new();
        for (id, database, name, state, was_empty, chunks, watermark, rows, kept, bytes) in rows {
            progress.insert(
                TableName::new(database, name),
                TableProgress {
                    id,
                    state: CopyState::parse(&state)?,
                    was_empty: was_empty != 0,
                    chunks,
                    watermark,
                    rows,
                    kept,
                    bytes,
                    beyond: beyond.remove(&id).unwrap_or_default(),
                },
            );
        }
        Ok(progress)
    }

    async fn chunks(&self, session: &mut Session) -> Result<BTreeMap<u32, Vec<ChunkRange>>> {
        let rows: Vec<ChunkRow> = session
            .rows(format!(
                "SELECT table_id, ordinal, lower_bound, upper_bound, row_count, kept, byte_count \
                 FROM {} WHERE migration = {} ORDER BY table_id, ordinal",
                self.table("chunk"),
                self.migration()
            ))
            .await?;
        let mut chunks: BTreeMap<u32, Vec<ChunkRange>> = BTreeMap::new();
        for (id, ordinal, lower, upper, rows, kept, bytes) in rows {
            let chunk = ChunkRange {
                ordinal,
                lower,
                upper,
                rows,
                kept,
                bytes,
            };
            chunks.entry(id).or_default().push(chunk);
        }
        Ok(chunks)
    }
}

impl Fence {
    /// Enters tables that are to be copied, each with whether the destination's table is empty.
    pub async fn enter_tables(
        &self,
        session: &mut Session,
        tables: &[(u32, TableName, bool)],
    ) -> Result<()> {
        self.begin(session).await?;
        for (id, name, was_empty) in tables {
            session
                .execute(format!(
                    "INSERT IGNORE INTO {} \
                     (migration, table_id, database_name, table_name, state, was_empty) \
                     VALUES ({}, {id}, {}, {}, 'pending', {})",
                    self.ledger().table("table_copy"),
                    self.ledger().migration(),
                    Literal::text(name.database.as_str()),
                    Literal::text(name.name.as_str()),
                    u8::from(*was_empty),
                ))
                .await?;
        }
        self.commit(session).await
    }

    /// Moves a table's state, in a transaction of its own.
    pub async fn note_copy(&self, session: &mut Session, id: u32, state: CopyState) -> Result<()> {
        self.begin(session).await?;
        self.set_copy(session, id, state).await?;
        self.commit(session).await
    }

    /// Moves a table's state inside the caller's transaction.
    pub async fn set_copy(&self, session: &mut Session, id: u32, state: CopyState) -> Result<()> {
        session
            .execute(format!(
                "UPDATE {} SET state = '{}' WHERE migration = {} AND table_id = {id}",
                self.ledger().table("table_copy"),
                state.as_str(),
                self.ledger().migration()
            ))
            .await?;
        Ok(())
    }

    /// Notes a chunk inside the caller's transaction, the one that loads its rows.
    pub async fn note_chunk(
        &self,
        session: &mut Session,
        id: u32,
        chunk: &ChunkRange,
    ) -> Result<()> {
        session
            .execute(format!(
                "INSERT INTO {} (migration, table_id, ordinal, lower_bound, upper_bound, \
                 row_count, kept, byte_count) VALUES ({}, {id}, {}, {}, {}, {}, {}, {})",
                self.ledger().table("chunk"),
                self.ledger().migration(),
                chunk.ordinal,
                bytes_or_null(chunk.lower.as_deref()),
                bytes_or_null(chunk.upper.as_deref()),
                chunk.rows,
                chunk.kept,
                chunk.bytes,
            ))
            .await?;
        Ok(())
    }

    /// Folds the chunks below `watermark.ordinal + 1` into the table's row. Only the table's owner
    /// calls this, so loading transactions never wait for one another on that row.
    pub async fn move_watermark(
        &self,
        session: &mut Session,
        id: u32,
        folded: &TableProgress,
    ) -> Result<()> {
        self.begin(session).await?;
        session
            .execute(format!(
                "UPDATE {} SET chunks = {}, watermark = {}, row_count = {}, kept = {}, \
                 byte_count = {} WHERE migration = {} AND table_id = {id}",
                self.ledger().table("table_copy"),
                folded.chunks,
                bytes_or_null(folded.watermark.as_deref()),
                folded.rows,
                folded.kept,
                folded.bytes,
                self.ledger().migration()
            ))
            .await?;
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND table_id = {id} AND ordinal < {}",
                self.ledger().table("chunk"),
                self.ledger().migration(),
                folded.chunks
            ))
            .await?;
        self.commit(session).await
    }

    /// Forgets all progress of a table inside the caller's transaction.
    pub async fn reset_table(
        &self,
        session: &mut Session,
        id: u32,
        state: CopyState,
    ) -> Result<()> {
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND table_id = {id}",
                self.ledger().table("chunk"),
                self.ledger().migration()
            ))
            .await?;
        session
            .execute(format!(
                "UPDATE {} SET state = '{}', chunks = 0, watermark = NULL, row_count = 0, \
                 kept = 0, byte_count = 0 WHERE migration = {} AND table_id = {id}",
                self.ledger().table("table_copy"),
                state.as_str(),
                self.ledger().migration()
            ))
            .await?;
        Ok(())
    }
}

fn bytes_or_null(bytes: Option<&[u8]>) -> Literal {
    bytes.map_or(Literal::Null, |bytes| Literal::Bytes(bytes.to_vec()))
}
