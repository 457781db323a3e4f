//! One worker: a reader on the snapshot, a writer on the destination, one chunk at a time.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    board::{Board, Claim},
    error::{CopyError, Result},
    loader::{self, Loaded},
    plan::{ExistingRows, Job},
    recovery::Note,
    run::Settings,
};
use crate::{
    conn::{Connector, Session},
    events::{Progress, ProgressEvent},
    failpoint,
    ledger::{ChunkRange, CopyState, Fence},
    mysql::{Role, TableName},
    rows::{Block, BoundaryError, KeyBound, KeyRange, boundary, keyset, reader},
};

/// What every worker of a copy shares.
pub struct Shared {
    pub fence: Fence,
    pub destination: Connector,
    pub board: Board,
    pub settings: Settings,
    pub progress: Progress,
    pub cancel: CancellationToken,
    /// Tables of which it has been said that a DECIMAL inside JSON becomes a DOUBLE.
    pub told: Mutex<BTreeSet<TableName>>,
}

impl Shared {
    /// Says once for each table what does not survive as text.
    fn tell_of_json(&self, table: &TableName) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(table.clone()) {
            self.progress.send(ProgressEvent::Warning {
                message: format!(
                    "{}: a JSON document holds a DECIMAL, which travels as text and becomes a \
                     DOUBLE (1.10 is then 1.1); verify takes the two for equal",
                    table.plain()
                ),
            });
        }
    }
}

pub struct Worker {
    pub(super) shared: Arc<Shared>,
    reader: Session,
    pub(super) writer: Session,
}

/// Blocks between a reader and its writer.
const QUEUE: usize = 2;

impl Worker {
    /// # Errors
    /// A destination that cannot be reached, or a lease that is lost.
    pub async fn new(shared: Arc<Shared>, reader: Session) -> Result<Self> {
        let writer = shared.fence.writer(&shared.destination).await?;
        Ok(Self {
            shared,
            reader,
            writer,
        })
    }

    /// Works until nothing is left or the copy is cancelled.
    pub async fn run(mut self) -> Result<()> {
        while !self.shared.cancel.is_cancelled() {
            let claim = tokio::select! {
                claim = self.shared.board.claim() => claim,
                () = self.shared.cancel.cancelled() => break,
            };
            match claim {
                None => return Ok(()),
                Some(Claim::Draw {
                    table,
                    ordinal,
                    lower,
                    rows,
                }) => {
                    self.draw(table, ordinal, lower, rows).await?;
                }
                Some(Claim::Fill { table, hole }) => {
                    self.chunk(table, hole.ordinal, hole.range).await?;
                }
                Some(Claim::Whole { table }) => self.whole(table).await?,
                Some(Claim::Close { table }) => self.close(table).await?,
            }
        }
        Err(CopyError::Cancelled)
    }

    fn job(&self, table: usize) -> Result<Job> {
        let job = self.shared.board.job(table);
        job.ok_or_else(|| CopyError::Worker("a claim names no table".to_owned()))
    }

    /// Finds the next boundary in the index, and copies up to it.
    async fn draw(
        &mut self,
        table: usize,
        ordinal: u64,
        lower: Option<KeyBound>,
        rows: u64,
    ) -> Result<()> {
        let job = self.job(table)?;
        let upper = self.boundary(&job, lower.as_ref(), rows).await?;
        self.shared.board.drawn(table, upper.as_ref());
        failpoint::hit("copy.boundary");
        self.chunk(table, ordinal, KeyRange { lower, upper }).await
    }

    async fn boundary(
        &mut self,
        job: &Job,
        lower: Option<&KeyBound>,
        rows: u64,
    ) -> Result<Option<KeyBound>> {
        let shape = &job.shape;
        let Some(key) = &shape.key else {
            return Ok(None);
        };
        let range = KeyRange {
            lower: lower.cloned(),
            upper: None,
        };
        boundary(&mut self.reader, shape, key, &range, rows, Role::Source)
            .await
            .map_err(|error| {
                let table = shape.source.clone();
                match error {
                    BoundaryError::Server(cause) => CopyError::Read { table, cause },
                    BoundaryError::Key(cause) => CopyError::Key { table, cause },
                }
            })
    }

    /// Copies one range, again while the destination fails for a while.
    async fn chunk(&mut self, table: usize, ordinal: u64, range: KeyRange) -> Result<()> {
        let job = self.job(table)?;
        let started = Instant::now();
        let chunk = loop {
            match self.try_chunk(&job, ordinal, &range).await {
                Ok(chunk) => break chunk,
                Err(error) => {
                    // a commit that was not answered may have happened
                    let known = self.recover(error, started).await?;
                    let table = known.get(&job.shape.destination);
                    if let Some(chunk) = table.and_then(|table| table.chunk(ordinal)) {
                        break chunk.clone();
                    }
                }
            }
        };
        failpoint::hit("copy.committed");
        self.shared.progress.send(ProgressEvent::RowsCopied {
            table: job.shape.source.plain(),
            rows: chunk.rows,
            bytes: chunk.bytes,
        });
        self.shared.board.loaded(table, chunk, started.elapsed());
        self.fold(table, job.progress.id).await
    }

    async fn try_chunk(&mut self, job: &Job, ordinal: u64, range: &KeyRange) -> Result<ChunkRange> {
        let fence = self.shared.fence.clone();
        let query = chunk_query(job, range);
        let text = range_text(range);
        let (sender, receiver) = mpsc::channel(QUEUE);
        fence.begin(&mut self.writer).await?;
        let encodings = job.shape.encodings();
        let settings = &self.shared.settings;
        let (read, loaded) = tokio::join!(
            reader::send_blocks(
                &mut self.reader,
                &query,
                &encodings,
                settings.format,
                &settings.budget,
                sender
            ),
            loader::load(
                &mut self.writer,
                &job.shape,
                settings.format,
                job.existing,
                &text,
                receiver
            ),
        );
        let loaded = loaded?;
        let read = read.map_err(|cause| CopyError::Read {
            table: job.shape.source.clone(),
            cause,
        })?;
        check_counts(job, &text, read.rows, loaded)?;
        if read.json_decimals {
            self.shared.tell_of_json(&job.shape.source);
        }
        failpoint::hit("copy.loaded");
        let chunk = ChunkRange {
            ordinal,
            lower: range.lower.as_ref().map(KeyBound::encode),
            upper: range.upper.as_ref().map(KeyBound::encode),
            rows: loaded.rows,
            kept: loaded.skipped,
            bytes: read.bytes,
        };
        fence
            .note_chunk(&mut self.writer, job.progress.id, &chunk)
            .await?;
        failpoint::hit("copy.noted");
        fence.commit(&mut self.writer).await?;
        Ok(chunk)
    }

    async fn fold(&mut self, table: usize, id: u32) -> Result<()> {
        if let Some(folded) = self.shared.board.fold(table) {
            self.note(Note::Watermark(id, &folded)).await?;
            failpoint::hit("copy.folded");
            self.shared.board.folded(table);
        }
        Ok(())
    }

    async fn close(&mut self, table: usize) -> Result<()> {
        if let Some(progress) = self.shared.board.last_fold(table) {
            self.note(Note::Watermark(progress.id, &progress)).await?;
            failpoint::hit("copy.last_fold");
            self.note(Note::State(progress.id, CopyState::Copied))
                .await?;
            failpoint::hit("copy.closed");
            let job = self.job(table)?;
            self.shared.progress.send(ProgressEvent::TableFinished {
                table: job.shape.source.plain(),
                rows: progress.rows_done(),
            });
        }
        self.shared.board.closed(table);
        Ok(())
    }

    /// Copies a table without a key by one read from start to end, in several transactions.
    async fn whole(&mut self, table: usize) -> Result<()> {
        let job = self.job(table)?;
        let query = format!(
            "SELECT {} FROM {}",
            job.shape.select_list(Role::Source),
            job.shape.source
        );
        let encodings = job.shape.encodings();
        let (sender, receiver) = mpsc::channel(QUEUE);
        let shared = Arc::clone(&self.shared);
        let (read, progress) = tokio::join!(
            reader::send_blocks(
                &mut self.reader,
                &query,
                &encodings,
                shared.settings.format,
                &shared.settings.budget,
                sender
            ),
            load_whole(&shared, &mut self.writer, &job, receiver),
        );
        let progress = progress?;
        let read = read.map_err(|cause| CopyError::Read {
            table: job.shape.source.clone(),
            cause,
        })?;
        let loaded = Loaded {
            rows: progress.rows_done(),
            skipped: 0,
        };
        check_counts(&job, "the whole table", read.rows, loaded)?;
        if read.json_decimals {
            shared.tell_of_json(&job.shape.source);
        }
        shared.board.loaded_whole(table, progress);
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
) -> Result<crate::ledger::TableProgress> {
    let most = match job.existing {
        ExistingRows::None => shared.settings.size.bytes,
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
            let mut bytes = first.bytes.len() as u64;
            let mut block = Some(first);
            while let Some(full) = block {
                if sender.send(full).await.is_err() {
                    return (None, bytes);
                }
                if bytes >= most {
                    break;
                }
                block = blocks.recv().await;
                bytes += block.as_ref().map_or(0, |block| block.bytes.len() as u64);
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
        (chunk.rows, chunk.bytes) = (loaded?.rows, bytes);
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
        progress.bytes += chunk.bytes;
        progress.chunks += 1;
        next = following;
    }
    Ok(progress)
}

fn chunk_query(job: &Job, range: &KeyRange) -> String {
    let shape = &job.shape;
    let list = shape.select_list(Role::Source);
    match &shape.key {
        None => format!("SELECT {list} FROM {}", shape.source),
        Some(key) => format!(
            "SELECT {list} FROM {} FORCE INDEX ({}) WHERE {} ORDER BY {}",
            shape.source,
            key.index,
            range.predicate(shape, key, Role::Source),
            keyset::order_by(shape, key, Role::Source),
        ),
    }
}

/// A range for people.
fn range_text(range: &KeyRange) -> String {
    let end = |bound: &Option<KeyBound>, open: &str| {
        bound
            .as_ref()
            .map_or_else(|| open.to_owned(), |bound| format!("({})", bound.plain()))
    };
    format!(
        "from {} to {}",
        end(&range.lower, "the start"),
        end(&range.upper, "the end")
    )
}

fn check_counts(job: &Job, range: &str, read: u64, loaded: Loaded) -> Result<()> {
    let whole = match job.existing {
        ExistingRows::None => loaded.skipped == 0 && loaded.rows == read,
        ExistingRows::Keep => loaded.rows + loaded.skipped == read,
    };
    if whole {
        return Ok(());
    }
    Err(CopyError::Count {
        table: job.shape.destination.clone(),
        range: range.to_owned(),
        read,
        loaded: loaded.rows,
        skipped: loaded.skipped,
    })
}
