//! Tables that are read at one moment, from start to end, and loaded in several transactions: such
//! as have no key, and such whose rows others change inside the source's engine.
//!
//! In: a table whose ledger row says that nothing of it is on the destination. Out: its rows, and the
//! progress that the ledger then holds. Each transaction ends behind a whole row, and the last one is
//! committed only once the reader has come to the end without an error.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::mpsc;

use super::{QUEUE, Shared, Worker, check_counts};
use crate::{
    conn::Session,
    copy::{
        error::{CopyError, Result},
        loader::{self, Loaded},
        plan::{ExistingRows, Job},
        run::Reading,
        snapshot,
    },
    events::ProgressEvent,
    failpoint,
    ledger::{ChunkRange, LedgerError},
    mysql::{Checkpoint, Role},
    rows::{Block, reader},
};

impl Worker {
    /// Copies a table by one read from start to end, in several transactions.
    pub(super) async fn whole(&mut self, table: usize) -> Result<()> {
        let job = self.job(table)?;
        let by_chunk = self.shared.settings.reading == Reading::ByChunk;
        if by_chunk {
            self.open_moment(&job).await?;
        }
        self.shared.asks(1);
        let query = format!(
            "SELECT {} FROM {}",
            job.shape.select_list(Role::Source),
            job.shape.source
        );
        let encodings = job.shape.encodings();
        let (sender, receiver) = mpsc::channel(QUEUE);
        let shared = Arc::clone(&self.shared);
        let complete = AtomicBool::new(false);
        let reading = async {
            let read = reader::send_blocks(
                &mut self.reader,
                &query,
                &encodings,
                shared.settings.format,
                (&shared.settings.budget, &shared.throttle),
                sender.clone(),
            )
            .await;
            complete.store(read.is_ok(), Ordering::Release);
            // only now does the loader see the end
            drop(sender);
            read
        };
        let (read, progress) = tokio::join!(
            reading,
            load_whole(&shared, &mut self.writer, &job, receiver, &complete),
        );
        let failed = |cause| CopyError::Read {
            table: job.shape.source.clone(),
            cause,
        };
        if by_chunk {
            self.still_defined(&job).await?;
        }
        let read = read.map_err(failed)?;
        if by_chunk {
            self.reader.execute("COMMIT").await.map_err(failed)?;
        }
        shared.board.long_rows.met(table, read.longest_row);
        let progress = progress?;
        let loaded = Loaded {
            rows: progress.rows_done(),
            skipped: progress.kept,
        };
        check_counts(&job, "the whole table", read.rows, loaded)?;
        if read.json_decimals {
            shared.tell_of_json(&job.shape.source);
        }
        shared.board.loaded_whole(table, progress);
        Ok(())
    }
}

impl Worker {
    /// Opens the moment at which the table is read, and notes it before the first row.
    async fn open_moment(&mut self, job: &Job) -> Result<()> {
        let table = &job.shape.source;
        let source = &self.shared.settings.source;
        let position = snapshot::table_read(source, &mut self.reader, table, &job.above)
            .await
            .map_err(|cause| CopyError::Read {
                table: table.clone(),
                cause,
            })?;
        let from = Checkpoint::at(&position).map_err(|error| {
            CopyError::Ledger(LedgerError::Damaged {
                what: error.to_string(),
            })
        })?;
        let fence = self.shared.fence.clone();
        fence.begin(&mut self.writer).await?;
        fence
            .note_definition_from(&mut self.writer, table, &from)
            .await?;
        fence.commit(&mut self.writer).await?;
        Ok(())
    }
}

/// Loads all blocks of a table, a transaction for every chunk's worth of bytes. Rows that were there
/// before cannot be told from ours, so a table that had some is one transaction.
async fn load_whole(
    shared: &Shared,
    writer: &mut Session,
    job: &Job,
    mut blocks: mpsc::Receiver<Block>,
    complete: &AtomicBool,
) -> Result<crate::ledger::TableProgress> {
    let most = match job.existing {
        ExistingRows::None | ExistingRows::Replace => shared.settings.size.bytes,
        ExistingRows::Keep => u64::MAX,
    };
    let mut progress = job.progress.clone();
    let mut next = blocks.recv().await;
    while let Some(first) = next.take() {
        if shared.cancel.is_cancelled() {
            return Err(CopyError::Cancelled);
        }
        let (sender, receiver) = mpsc::channel(QUEUE);
        let mut chunk = ChunkRange {
            ordinal: progress.chunks + progress.beyond.len() as u64,
            lower: None,
            upper: None,
            rows: 0,
            kept: 0,
            bytes: 0,
        };
        let feed = async {
            let mut bytes = 0;
            let mut block = Some(first);
            while let Some(full) = block {
                bytes += full.bytes.len() as u64;
                let enough = bytes >= most && full.whole;
                if sender.send(full).await.is_err() {
                    return (None, bytes);
                }
                if enough {
                    break;
                }
                block = blocks.recv().await;
            }
            drop(sender);
            (blocks.recv().await, bytes)
        };
        shared.fence.begin(writer).await?;
        let load = loader::load(
            writer,
            &job.shape,
            shared.settings.format,
            job.existing,
            "the whole table",
            receiver,
        );
        let ((following, bytes), loaded) = tokio::join!(feed, load);
        let loaded = loaded?;
        (chunk.rows, chunk.kept, chunk.bytes) = (loaded.rows, loaded.skipped, bytes);
        if following.is_none() && !complete.load(Ordering::Acquire) {
            // the reader failed, and its error tells why: what came last may be half a row
            return Err(CopyError::Cancelled);
        }
        failpoint::hit("copy.keyless_loaded");
        shared.fence.note_chunk(writer, progress.id, &chunk).await?;
        shared.fence.commit(writer).await?;
        failpoint::hit("copy.keyless_committed");
        shared.progress.send(ProgressEvent::RowsCopied {
            table: job.shape.source.plain(),
            rows: chunk.rows,
            bytes: chunk.bytes,
        });
        progress.rows += chunk.rows;
        progress.kept += chunk.kept;
        progress.bytes += chunk.bytes;
        progress.chunks += 1;
        next = following;
    }
    Ok(progress)
}
