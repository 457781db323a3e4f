//! Cuts all tables, and compares the pieces side by side.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{
    digest::{self, Sides},
    error::{Result, VerifyError},
    following::Following,
    keyless,
    rows::{self, Ignored, RowDifference},
};
use crate::{
    catalog::RowShape,
    conn::{Connector, Purpose, Session},
    events::{Progress, ProgressEvent},
    ledger::Ledger,
    mysql::{Role, TableName},
    rows::{KeyRange, LongRows},
};

/// How closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Checksum,
    Count,
    /// So many percent of the chunks, 1 to 100.
    Sample(u8),
}

/// One table to compare.
#[derive(Clone, Debug)]
pub struct Job {
    pub shape: RowShape,
    /// Estimates of the source's engine.
    pub rows: u64,
    pub row_bytes: u64,
    pub ignored: Ignored,
}

#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub mode: Mode,
    pub workers: usize,
    pub chunk_bytes: u64,
    /// Rows named in the report, a table.
    pub most_named: usize,
}

/// How one table compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableResult {
    pub source: TableName,
    pub destination: TableName,
    pub source_rows: u64,
    pub destination_rows: u64,
    pub chunks: u64,
    /// Rows that differ; in mode count the difference of the counts.
    pub differing_rows: u64,
    /// The first of them.
    pub differences: Vec<RowDifference>,
    /// Not all row changes are replicated: only what these leave the same was compared.
    pub one_way: bool,
}

impl TableResult {
    pub fn equal(&self) -> bool {
        self.differing_rows == 0 && (self.one_way || self.source_rows == self.destination_rows)
    }
}

/// A piece of a table for one worker; the whole table where there is no key.
struct Piece {
    table: usize,
    range: KeyRange,
}

struct Shared {
    jobs: Vec<Job>,
    settings: Settings,
    stream: Option<Ledger>,
    progress: Progress,
    cancel: CancellationToken,
    results: Mutex<BTreeMap<usize, Standing>>,
    long_rows: LongRows,
}

/// How far one table is.
struct Standing {
    result: TableResult,
    /// How many there are, once all are cut.
    pieces: Option<u64>,
}

impl Shared {
    /// Says so when all pieces of a table are compared. Called after each, and when all are cut.
    fn tell_when_done(&self, standing: &Standing) {
        if standing.pieces == Some(standing.result.chunks) {
            self.progress.send(ProgressEvent::TableFinished {
                table: standing.result.source.plain(),
                rows: standing.result.source_rows,
            });
        }
    }
}

const LONGEST_ROW: u64 = 1 << 24;
const QUEUE: usize = 8;

/// Compares every job; results come in the jobs' order. `stream`: another process applies the stream
/// of this ledger meanwhile.
///
/// # Errors
/// The first error of any worker; [`VerifyError::Cancelled`] where `cancel` was set.
pub async fn run(
    source: &Connector,
    destination: &Connector,
    jobs: Vec<Job>,
    settings: Settings,
    stream: Option<Ledger>,
    (progress, cancel): (Progress, &CancellationToken),
) -> Result<Vec<TableResult>> {
    let results = jobs
        .iter()
        .enumerate()
        .map(|(index, job)| {
            let result = empty_result(job);
            let pieces = None;
            (index, Standing { result, pieces })
        })
        .collect();
    let cancel = cancel.child_token();
    let long_rows = LongRows::new(jobs.iter().map(|job| job.row_bytes));
    let shared = Arc::new(Shared {
        long_rows,
        jobs,
        settings,
        stream,
        progress,
        cancel: cancel.clone(),
        results: Mutex::new(results),
    });
    let (sender, receiver) = mpsc::channel(QUEUE);
    let receiver = Arc::new(Mutex::new(receiver));
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    let cutter = sides(source, destination).await?;
    tasks.spawn(cut(Arc::clone(&shared), cutter, sender));
    for _ in 0..settings.workers.max(1) {
        let (source, destination) = (source.clone(), destination.clone());
        tasks.spawn(work(
            Arc::clone(&shared),
            source,
            destination,
            Arc::clone(&receiver),
        ));
    }
    drop(receiver);
    let mut outcome = Ok(());
    while let Some(ended) = tasks.join_next().await {
        let ended = ended.unwrap_or_else(|error| Err(VerifyError::Worker(error.to_string())));
        if let Err(error) = ended {
            cancel.cancel();
            if outcome.is_ok() || matches!(outcome, Err(VerifyError::Cancelled)) {
                outcome = Err(error);
            }
        }
    }
    outcome?;
    let results = std::mem::take(&mut *shared.results.lock().await);
    let results = results.into_values().map(|standing| standing.result);
    Ok(results.collect())
}

fn empty_result(job: &Job) -> TableResult {
    TableResult {
        source: job.shape.source.clone(),
        destination: job.shape.destination.clone(),
        source_rows: 0,
        destination_rows: 0,
        chunks: 0,
        differing_rows: 0,
        differences: Vec::new(),
        one_way: job.ignored.any(),
    }
}

async fn sides(source: &Connector, destination: &Connector) -> Result<Sides> {
    let connect = |cause| VerifyError::Connect { cause };
    Ok(Sides {
        source: source.session(Purpose::ReadRows).await.map_err(connect)?,
        destination: destination
            .session(Purpose::ReadRows)
            .await
            .map_err(connect)?,
    })
}

/// Draws boundaries from the source's indexes, ahead of the workers.
async fn cut(shared: Arc<Shared>, mut sides: Sides, pieces: mpsc::Sender<Piece>) -> Result<()> {
    for (table, job) in shared.jobs.iter().enumerate() {
        shared.progress.send(ProgressEvent::TableStarted {
            table: job.shape.source.plain(),
            rows: job.rows,
            bytes: job.rows.saturating_mul(job.row_bytes),
            rows_before: 0,
        });
        let key = match (&job.shape.key, shared.settings.mode) {
            (None, _) | (_, Mode::Count) => None,
            (Some(key), Mode::Checksum | Mode::Sample(_)) => Some(key),
        };
        let mut rest = KeyRange::default();
        let mut ordinal: u64 = 0;
        let mut pieces_sent = 0;
        loop {
            if shared.cancel.is_cancelled() {
                return Err(VerifyError::Cancelled);
            }
            let rows = shared.settings.chunk_bytes / job.row_bytes.clamp(64, LONGEST_ROW);
            let upper = match key {
                None => None,
                Some(key) => {
                    let rows = rows.max(1);
                    digest::cut(&mut sides, &job.shape, key, &rest, rows, Role::Source).await?
                }
            };
            let range = KeyRange {
                lower: rest.lower.take(),
                upper: upper.clone(),
            };
            let taken = match shared.settings.mode {
                Mode::Checksum | Mode::Count => true,
                // spread evenly, and always the first
                Mode::Sample(percent) => ordinal * u64::from(percent) % 100 < u64::from(percent),
            };
            if taken {
                let sent = pieces.send(Piece { table, range }).await;
                sent.map_err(|_| VerifyError::Cancelled)?;
                pieces_sent += 1;
            }
            ordinal += 1;
            if upper.is_none() {
                break;
            }
            rest.lower = upper;
        }
        if let Some(standing) = shared.results.lock().await.get_mut(&table) {
            standing.pieces = Some(pieces_sent);
            shared.tell_when_done(standing);
        }
    }
    Ok(())
}

async fn work(
    shared: Arc<Shared>,
    source: Connector,
    destination: Connector,
    pieces: Arc<Mutex<mpsc::Receiver<Piece>>>,
) -> Result<()> {
    let mut both = sides(&source, &destination).await?;
    let mut following = match &shared.stream {
        Some(ledger) => Some(Following::open(&source, &destination, ledger, &shared.cancel).await?),
        None => None,
    };
    loop {
        if shared.cancel.is_cancelled() {
            return Err(VerifyError::Cancelled);
        }
        let piece = pieces.lock().await.recv().await;
        let Some(piece) = piece else { return Ok(()) };
        let table = piece.table;
        let job = &shared.jobs[table];
        let found = match shared.settings.mode {
            Mode::Count => count(&mut both, job).await?,
            Mode::Checksum | Mode::Sample(_) => {
                let _place = shared.long_rows.place(table).await;
                let compared = compare(&mut both, following.as_mut(), &shared, piece);
                let (found, longest_row) = compared.await?;
                if shared.long_rows.met(table, longest_row) {
                    both = sides(&source, &destination).await?;
                }
                found
            }
        };
        shared.progress.send(ProgressEvent::RowsCopied {
            table: job.shape.source.plain(),
            rows: found.source_rows,
            bytes: found.source_rows.saturating_mul(job.row_bytes),
        });
        let mut results = shared.results.lock().await;
        if let Some(standing) = results.get_mut(&table) {
            let result = &mut standing.result;
            result.source_rows += found.source_rows;
            result.destination_rows += found.destination_rows;
            result.chunks += 1;
            result.differing_rows += found.differing_rows;
            let room = shared
                .settings
                .most_named
                .saturating_sub(result.differences.len());
            result
                .differences
                .extend(found.differences.into_iter().take(room));
            shared.tell_when_done(standing);
        }
    }
}

/// Both counts; never beside a stream, as they are not of one moment.
async fn count(sides: &mut Sides, job: &Job) -> Result<TableResult> {
    let mut result = empty_result(job);
    let (source, destination) = tokio::join!(
        count_rows(&mut sides.source, job, Role::Source),
        count_rows(&mut sides.destination, job, Role::Destination),
    );
    (result.source_rows, result.destination_rows) = (source?, destination?);
    let (source, destination) = (result.source_rows, result.destination_rows);
    let missing = source.saturating_sub(destination);
    let extra = destination.saturating_sub(source);
    if !job.ignored.missing {
        result.differing_rows += missing;
    }
    if !job.ignored.extra {
        result.differing_rows += extra;
    }
    Ok(result)
}

async fn count_rows(session: &mut Session, job: &Job, role: Role) -> Result<u64> {
    let query = format!("SELECT COUNT(*) FROM {}", job.shape.table(role));
    session.one(query).await.map_err(|cause| VerifyError::Read {
        table: job.shape.table(role).clone(),
        cause,
    })
}

/// The comparison, and the longest row that was met.
async fn compare(
    sides: &mut Sides,
    following: Option<&mut Following>,
    shared: &Shared,
    piece: Piece,
) -> Result<(TableResult, u64)> {
    let Piece { table, range } = piece;
    let job = &shared.jobs[table];
    let shape = &job.shape;
    let query = |role| match &shape.key {
        Some(key) => digest::range_query(shape, key, &range, role),
        None => format!(
            "SELECT {} FROM {}",
            shape.select_list(role),
            shape.table(role)
        ),
    };
    let (source, destination) = (query(Role::Source), query(Role::Destination));
    let digests = digest::compare(sides, shape, &source, &destination).await?;
    let mut result = empty_result(job);
    result.source_rows = digests.source.rows;
    result.destination_rows = digests.destination.rows;
    let longest_row = digests.longest_row;
    if digests.source == digests.destination {
        return Ok((result, longest_row));
    }
    let most = shared.settings.most_named;
    let beside = following.is_some();
    let finding = if let Some(key) = &shape.key {
        rows::find(
            sides,
            following,
            (shape, key),
            (range, digests),
            (job.ignored, most),
        )
        .await?
    } else {
        let rows = digests.source.rows.max(digests.destination.rows);
        keyless::find(sides, following, shape, rows, (job.ignored, most)).await?
    };
    if beside && !job.ignored.any() {
        // the two sides were counted at different moments
        result.destination_rows = result.source_rows - finding.missing.min(result.source_rows);
        result.destination_rows += finding.extra;
    }
    (result.differing_rows, result.differences) = (finding.count, finding.named);
    Ok((result, longest_row))
}
