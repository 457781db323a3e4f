//! One worker: a reader on the snapshot, a writer on the destination, one chunk at a time.

mod whole;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::Instant,
};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    board::{Board, Claim},
    crew::Crew,
    error::{CopyError, Result},
    loader::{self, Loaded},
    plan::{ExistingRows, Job},
    recovery::Note,
    run::{Reading, Settings},
};
use crate::{
    conn::{Connector, Purpose, Session},
    events::{Progress, ProgressEvent},
    failpoint, inspect,
    ledger::{ChunkRange, CopyState, Fence, LedgerError},
    limits::{Amounts, Throttle},
    mysql::{Checkpoint, Role, TableName},
    rows::{BoundaryError, Format, KeyBound, KeyRange, boundary, keyset, reader},
};

/// What every worker of a copy shares.
pub struct Shared {
    pub fence: Fence,
    pub destination: Connector,
    pub board: Board,
    pub settings: Settings,
    pub throttle: Throttle,
    pub crew: Crew,
    pub progress: Progress,
    pub cancel: CancellationToken,
    /// Tables of which it has been said that a DECIMAL inside JSON becomes a DOUBLE.
    pub told: Mutex<BTreeSet<TableName>>,
    /// Whether it has been said that the destination is waited for.
    pub waiting: AtomicBool,
}

impl Shared {
    /// Counts statements to the source.
    fn asks(&self, queries: u64) {
        self.throttle.took(Amounts {
            queries,
            ..Amounts::default()
        });
    }

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
    /// From 0.
    number: usize,
    pub(super) reader: Session,
    /// Looks at definitions while the reader's transaction holds them.
    watch: Option<Session>,
    pub(super) writer: Session,
}

const NO_SUCH_TABLE: u16 = 1146;

/// Blocks between a reader and its writer.
const QUEUE: usize = 2;

impl Worker {
    /// # Errors
    /// A destination that cannot be reached, or a lease that is lost.
    pub async fn new(shared: Arc<Shared>, number: usize, reader: Session) -> Result<Self> {
        let writer = shared.fence.writer(&shared.destination).await?;
        Ok(Self {
            shared,
            number,
            reader,
            watch: None,
            writer,
        })
    }

    /// Works until nothing is left or the copy is cancelled.
    pub async fn run(mut self) -> Result<()> {
        while !self.shared.cancel.is_cancelled() {
            let admitted = tokio::select! {
                admitted = self.shared.crew.admits(self.number) => admitted,
                () = self.shared.cancel.cancelled() => break,
            };
            if !admitted {
                return Ok(());
            }
            let claim = tokio::select! {
                claim = self.shared.board.claim(self.number) => claim,
                () = self.shared.cancel.cancelled() => break,
            };
            match claim {
                None => {
                    self.shared.crew.finish();
                    return Ok(());
                }
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
        self.shared.asks(1);
        self.shared.throttle.pass().await;
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
                    // renamed or dropped
                    BoundaryError::Server(cause) if cause.code() == Some(NO_SUCH_TABLE) => {
                        CopyError::Altered { table }
                    }
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
            match self.try_chunk(table, &job, ordinal, &range).await {
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
        self.shared.reached_destination();
        failpoint::hit("copy.committed");
        self.shared.progress.send(ProgressEvent::RowsCopied {
            table: job.shape.source.plain(),
            rows: chunk.rows,
            bytes: chunk.bytes,
        });
        self.shared.board.loaded(table, chunk, started.elapsed());
        self.fold(table, job.progress.id).await
    }

    async fn try_chunk(
        &mut self,
        table: usize,
        job: &Job,
        ordinal: u64,
        range: &KeyRange,
    ) -> Result<ChunkRange> {
        let shared = Arc::clone(&self.shared);
        shared.asks(match shared.settings.reading {
            Reading::Snapshot => 1,
            // the transaction around it, and a look at the definition
            Reading::ByChunk => 4,
        });
        shared.throttle.pass().await;
        let fence = self.shared.fence.clone();
        let query = chunk_query(job, range);
        let text = range_text(range);
        let (sender, receiver) = mpsc::channel(QUEUE);
        fence.begin(&mut self.writer).await?;
        let encodings = job.shape.encodings();
        let settings = &shared.settings;
        if settings.reading == Reading::ByChunk {
            self.reads("START TRANSACTION READ ONLY", job).await?;
        }
        let (read, loaded) = tokio::join!(
            reader::send_blocks(
                &mut self.reader,
                &query,
                &encodings,
                settings.format,
                (&settings.budget, &shared.throttle),
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
        if settings.reading == Reading::ByChunk {
            self.still_defined(job).await?;
            self.reads("COMMIT", job).await?;
        }
        // first the reader's: a file that it could not finish may be an error of the loader, too
        let read = read.map_err(|cause| CopyError::Read {
            table: job.shape.source.clone(),
            cause,
        })?;
        let long = shared.board.long_rows.met(table, read.longest_row);
        let loaded = loaded?;
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
        if long && settings.format == Format::Values {
            // its buffers would keep the size of the longest statement
            self.writer = fence.writer(&shared.destination).await?;
        }
        Ok(chunk)
    }

    async fn reads(&mut self, statement: &str, job: &Job) -> Result<()> {
        let done = self.reader.execute(statement).await;
        done.map(|_| ()).map_err(|cause| CopyError::Read {
            table: job.shape.source.clone(),
            cause,
        })
    }

    /// Whether the rows just read are of the table as it was when its copy began. The reader's
    /// transaction has read from it, so its metadata lock keeps the definition until it ends.
    pub(super) async fn still_defined(&mut self, job: &Job) -> Result<()> {
        let table = &job.shape.source;
        let failed = |cause| CopyError::Read {
            table: table.clone(),
            cause,
        };
        let watch = match &mut self.watch {
            Some(watch) => watch,
            none => {
                let source = &self.shared.settings.source;
                none.insert(source.session(Purpose::Inspect).await.map_err(failed)?)
            }
        };
        let altered = || {
            let table = table.clone();
            Err(CopyError::Altered { table })
        };
        match inspect::definition(watch, table).await {
            Ok(now) if inspect::same_definition(&now, &job.definition) => Ok(()),
            Ok(_) => altered(),
            Err(error) if error.code() == Some(NO_SUCH_TABLE) => altered(),
            Err(error) => Err(failed(error)),
        }
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
            self.note_read_until(table).await?;
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
}

impl Worker {
    /// Where the source is now that all chunks of a table are read: what took its name behind that was
    /// not read for it.
    async fn note_read_until(&mut self, table: usize) -> Result<()> {
        if self.shared.settings.reading != Reading::ByChunk {
            return Ok(());
        }
        let source = self.job(table)?.shape.source;
        let failed = |cause| CopyError::Read {
            table: source.clone(),
            cause,
        };
        let connector = &self.shared.settings.source;
        let mut session = connector.session(Purpose::Inspect).await.map_err(failed)?;
        let position = inspect::position(&mut session).await.map_err(failed)?;
        session.close().await;
        let until = Checkpoint::at(&position).map_err(|error| {
            CopyError::Ledger(LedgerError::Damaged {
                what: error.to_string(),
            })
        })?;
        let started = Instant::now();
        loop {
            let fence = self.shared.fence.clone();
            let noted = fence
                .note_read_until(&mut self.writer, &source, &until)
                .await;
            match noted {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.recover(CopyError::Ledger(error), started).await?;
                }
            }
        }
    }
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
        ExistingRows::None | ExistingRows::Replace => loaded.skipped == 0 && loaded.rows == read,
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
