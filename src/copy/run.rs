//! Starts the workers, and ends them together.

use std::sync::{Arc, Mutex, atomic::AtomicBool};

use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    board::{Board, ChunkSize},
    error::{CopyError, Result},
    plan::{ExistingRows, Job},
    worker::{Shared, Worker},
};
use crate::{
    conn::{Connector, Session},
    events::{Progress, ProgressEvent},
    failpoint,
    ledger::{CopyState, Fence},
    limits::{Limits, Throttle},
    rows::{ByteBudget, Format},
};

/// What the readers see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One moment, all of them.
    Snapshot,
    /// Each chunk at a moment of its own: the stream brings what was changed since its start. A table
    /// without a key is read at one moment, up to which the stream then leaves it alone.
    ByChunk,
}

/// How a copy is made.
#[derive(Clone)]
pub struct Settings {
    pub source: Connector,
    pub reading: Reading,
    pub format: Format,
    pub size: ChunkSize,
    pub limits: watch::Receiver<Limits>,
    pub budget: ByteBudget,
}

/// Copies every job to its end, with as many workers as there are readers.
///
/// # Errors
/// The first worker's error; the others have stopped at the end of their chunk by then.
/// [`CopyError::Cancelled`] where `cancel` was set.
pub async fn run(
    fence: Fence,
    destination: Connector,
    readers: Vec<Session>,
    jobs: Vec<Job>,
    settings: Settings,
    progress: Progress,
    cancel: &CancellationToken,
) -> Result<()> {
    let jobs = prepare(&fence, &destination, jobs, &progress).await?;
    let cancel = cancel.child_token();
    let board = Board::new(jobs, settings.size)?.following(settings.limits.clone());
    let throttle = Throttle::full(settings.limits.clone(), progress.clone(), cancel.clone());
    let shared = Arc::new(Shared {
        fence,
        destination,
        board,
        settings,
        throttle,
        progress,
        cancel: cancel.clone(),
        told: Mutex::default(),
        waiting: AtomicBool::new(false),
    });
    let mut workers = JoinSet::new();
    for (number, reader) in readers.into_iter().enumerate() {
        let worker = Worker::new(Arc::clone(&shared), number, reader).await?;
        workers.spawn(worker.run());
    }
    let mut outcome = Ok(());
    while let Some(ended) = workers.join_next().await {
        let ended = ended.unwrap_or_else(|error| Err(CopyError::Worker(error.to_string())));
        if let Err(error) = ended {
            // the first error is the cause, the later ones are its consequence
            let consequence = outcome.is_err() || matches!(error, CopyError::Cancelled);
            cancel.cancel();
            if outcome.is_ok() || !consequence {
                outcome = Err(error);
            }
        }
    }
    outcome
}

/// Empties what was begun without a key, and notes that the copy has begun.
async fn prepare(
    fence: &Fence,
    destination: &Connector,
    jobs: Vec<Job>,
    progress: &Progress,
) -> Result<Vec<Job>> {
    let mut writer = fence.writer(destination).await?;
    let mut prepared = Vec::new();
    for mut job in jobs {
        if job.progress.state == CopyState::Copied {
            continue;
        }
        let begun = job.progress.chunks > 0 || !job.progress.beyond.is_empty();
        if job.shape.key.is_none() && begun && job.existing == ExistingRows::None {
            fence.begin(&mut writer).await?;
            fence
                .reset_table(&mut writer, job.progress.id, CopyState::Emptying)
                .await?;
            fence.commit(&mut writer).await?;
            job.progress.state = CopyState::Emptying;
        }
        if job.progress.state == CopyState::Emptying {
            empty(fence, &mut writer, &mut job).await?;
        }
        if job.progress.state != CopyState::Copying {
            fence
                .note_copy(&mut writer, job.progress.id, CopyState::Copying)
                .await?;
            job.progress.state = CopyState::Copying;
        }
        progress.send(ProgressEvent::TableStarted {
            table: job.shape.source.plain(),
            rows: job.rows,
            bytes: job.rows.saturating_mul(job.row_bytes),
            rows_before: job.progress.rows_done(),
        });
        prepared.push(job);
    }
    Ok(prepared)
}

/// Empties a table that held no row before us and whose progress has been forgotten. The ledger says
/// so first, so that a kill in between only empties it once more.
async fn empty(fence: &Fence, writer: &mut Session, job: &mut Job) -> Result<()> {
    let table = &job.shape.destination;
    failpoint::hit("copy.emptying");
    fence.check(writer).await?;
    writer
        .execute(format!("TRUNCATE TABLE {table}"))
        .await
        .map_err(|cause| CopyError::Load {
            table: table.clone(),
            cause,
        })?;
    failpoint::hit("copy.emptied");
    fence
        .note_copy(writer, job.progress.id, CopyState::Copying)
        .await?;
    job.progress.state = CopyState::Copying;
    (job.progress.chunks, job.progress.watermark) = (0, None);
    (job.progress.rows, job.progress.kept, job.progress.bytes) = (0, 0, 0);
    job.progress.beyond.clear();
    Ok(())
}
