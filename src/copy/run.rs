//! Starts the workers, and ends them together.

use std::{
    num::NonZeroU16,
    sync::{Arc, Mutex, atomic::AtomicBool},
};

use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    board::{Board, ChunkSize},
    crew::Crew,
    error::{CopyError, Result},
    plan::{ExistingRows, Job},
    snapshot::readers,
    worker::{Shared, Worker},
};
use crate::{
    conn::{ConnError, Connector, Purpose, Session},
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
    /// that is read as a whole is of one moment, up to which the stream then leaves it alone.
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
    /// How many work where `limits` leave it open.
    pub workers: usize,
    pub budget: ByteBudget,
}

/// Copies every job to its end, with a worker for each reader, and as many as the limits say at each
/// moment: fewer wait between chunks, more are added beside a stream. A snapshot's readers cannot be
/// joined later.
///
/// # Errors
/// The first worker's error; the others have stopped at the end of their chunk by then.
/// [`CopyError::Cancelled`] where `cancel` was set.
pub async fn run(
    fence: Fence,
    destination: Connector,
    sessions: Vec<Session>,
    jobs: Vec<Job>,
    settings: Settings,
    progress: Progress,
    cancel: &CancellationToken,
) -> Result<()> {
    let jobs = prepare(&fence, &destination, jobs, &progress).await?;
    let cancel = cancel.child_token();
    let board = Board::new(jobs, settings.size)?.following(settings.limits.clone());
    let throttle = Throttle::full(settings.limits.clone(), progress.clone(), cancel.clone());
    let begun = sessions.len();
    let shared = Arc::new(Shared {
        fence,
        destination,
        board,
        settings,
        throttle,
        crew: Crew::new(begun),
        progress,
        cancel: cancel.clone(),
        told: Mutex::default(),
        waiting: AtomicBool::new(false),
    });
    let mut crew = JoinSet::new();
    for (number, reader) in sessions.into_iter().enumerate() {
        let worker = Worker::new(Arc::clone(&shared), number, reader).await?;
        crew.spawn(worker.run());
    }
    let outcome = until_all_end(&mut crew, &shared).await;
    while crew.join_next().await.is_some() {}
    outcome
}

/// Awaits every worker, and follows how many are wanted meanwhile.
async fn until_all_end(crew: &mut JoinSet<Result<()>>, shared: &Arc<Shared>) -> Result<()> {
    let mut limits = shared.settings.limits.clone();
    let mut workers = limits.borrow_and_update().workers;
    let (mut outcome, mut hired) = (Ok(()), crew.len());
    loop {
        let changed = async {
            if limits.changed().await.is_err() {
                // nobody is left who could change them
                std::future::pending::<()>().await;
            }
        };
        let ended = tokio::select! {
            ended = crew.join_next() => ended,
            () = changed => {
                let now = shared.settings.limits.borrow().workers;
                if now != workers {
                    workers = now;
                    let wanted = count(now, shared).await;
                    hired = hire(crew, shared, hired, wanted).await;
                    shared.crew.want(wanted);
                }
                continue;
            }
        };
        let Some(ended) = ended else {
            return outcome;
        };
        let ended = ended.unwrap_or_else(|error| Err(CopyError::Worker(error.to_string())));
        if let Err(error) = ended {
            // the first error is the cause, the later ones are its consequence
            let consequence = outcome.is_err() || matches!(error, CopyError::Cancelled);
            shared.cancel.cancel();
            if outcome.is_ok() || !consequence {
                outcome = Err(error);
            }
        }
    }
}

/// How many workers that is.
async fn count(workers: Option<NonZeroU16>, shared: &Shared) -> usize {
    if let Some(count) = workers {
        return usize::from(count.get());
    }
    let asked = automatic_workers(&shared.destination).await;
    asked.unwrap_or(shared.settings.workers)
}

/// Adds workers up to so many, where their readers need not see the others' moment; returns how many
/// there are.
async fn hire(
    crew: &mut JoinSet<Result<()>>,
    shared: &Arc<Shared>,
    mut hired: usize,
    wanted: usize,
) -> usize {
    match shared.settings.reading {
        Reading::Snapshot if wanted > hired => {
            shared.progress.notice(format!(
                "limits.full.workers is {wanted}, and {hired} go on: nobody can join the snapshot \
                 that they share; more begin with the next apply"
            ));
            return hired;
        }
        Reading::Snapshot => return hired,
        Reading::ByChunk => {}
    }
    while hired < wanted && !crew.is_empty() {
        let worker = async {
            let reader = readers(&shared.settings.source, 1).await?.pop();
            let reader = reader.ok_or_else(|| CopyError::Worker("no reader".to_owned()))?;
            Worker::new(Arc::clone(shared), hired, reader).await
        };
        match worker.await {
            Ok(worker) => crew.spawn(worker.run()),
            Err(error) => {
                let message = format!(
                    "limits.full.workers is {wanted}, and {hired} go on: another could not begin: \
                     {error}"
                );
                shared.progress.send(ProgressEvent::Warning { message });
                return hired;
            }
        };
        hired += 1;
    }
    hired
}

/// Workers for `auto`: the destination's load decides as far as it can be seen.
///
/// # Errors
/// A server that cannot be reached.
pub async fn automatic_workers(destination: &Connector) -> std::result::Result<usize, ConnError> {
    const USUAL: usize = 4;
    const BUSY: u64 = 32;
    let mut session = destination.session(Purpose::Inspect).await?;
    let row: Option<(String, String)> = session
        .first("SHOW GLOBAL STATUS LIKE 'Threads_running'")
        .await?;
    let running = row
        .and_then(|(_, value)| value.parse::<u64>().ok())
        .unwrap_or(0);
    session.close().await;
    Ok(if running > BUSY { 1 } else { USUAL })
}

/// Empties what was begun and is read as a whole, and notes that the copy has begun.
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
        if job.whole && begun && job.existing == ExistingRows::None {
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
