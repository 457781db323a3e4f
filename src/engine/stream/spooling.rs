//! The spool of a run, where the specification asks for one: it is filled from the stream's start on,
//! through all phases, until the run ends.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{Context, EngineError, IncrementalError, LARGEST_PAYLOAD};
use crate::{
    conn::Session,
    ledger::Fence,
    mysql::Checkpoint,
    replication::spool::{self, Filling, Holding, Place, Spool, SpoolError, Writer},
    resolve::{Migration, SpoolOptions},
    state::SpoolProgress,
};

/// Nothing, until the stream has a start.
#[derive(Debug, Default)]
pub struct Spooling {
    running: OnceLock<Running>,
    begun: Notify,
}

#[derive(Debug)]
struct Running {
    spool: Spool,
    cancel: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Spooling {
    /// Begins to fill the spool where the ledger says that the stream is; once.
    pub async fn begin(
        &self,
        context: &Context,
        fence: &Fence,
        session: &mut Session,
    ) -> Result<(), EngineError> {
        if context.spool.is_none() || self.running.get().is_some() {
            return Ok(());
        }
        let row = fence.ledger().stream(session).await?;
        let record = fence.ledger().record(session).await?;
        let Some((row, record)) = row.zip(record) else {
            return Ok(());
        };
        let Some(place) = place(context, record.lineage) else {
            return Ok(());
        };
        let (spool, writer) = opened(&place, &row.position).await.map_err(failure)?;
        let cancel = context.cancel.child_token();
        let filling = Filling {
            source: context.source.clone(),
            server_id: context.server_id,
            limits: context.limits.clone(),
            progress: context.progress.clone(),
        };
        let running = Running {
            spool,
            cancel: cancel.clone(),
            task: Mutex::new(Some(writer.start(filling, cancel))),
        };
        // nobody else begins it
        let _ = self.running.set(running);
        self.begun.notify_waiters();
        Ok(())
    }

    /// The spool that is filled.
    pub fn spool(&self) -> Option<&Spool> {
        self.running.get().map(|running| &running.spool)
    }

    /// What it holds.
    pub fn holding(&self) -> Option<Holding> {
        self.spool().map(Spool::holding)
    }

    /// Waits until it cannot be filled any more; for ever where there is none.
    pub async fn failed(&self) -> EngineError {
        loop {
            let begun = self.begun.notified();
            if let Some(spool) = self.spool() {
                let error = spool.failed().await;
                if matches!(error, SpoolError::Over) {
                    // it was told to end
                    return std::future::pending().await;
                }
                return failure(error);
            }
            begun.await;
        }
    }

    /// Ends the filling. What is there stays.
    pub async fn end(&self) {
        let Some(running) = self.running.get() else {
            return;
        };
        running.cancel.cancel();
        let task = running
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            // a panic in it has been printed
            let _ = task.await;
        }
    }
}

/// Somebody who only looks has it for a moment.
async fn opened(place: &Place, applied: &Checkpoint) -> Result<(Spool, Writer), SpoolError> {
    const TRIES: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(100);
    for _ in 0..TRIES {
        match Spool::open(place.clone(), applied) {
            Err(SpoolError::InUse { .. }) => tokio::time::sleep(PAUSE).await,
            opened => return opened,
        }
    }
    Spool::open(place.clone(), applied)
}

/// Removes it, when the migration is over. What cannot be removed is said, and stays.
pub fn remove(context: &Context, lineage: String) {
    let Some(place) = place(context, lineage) else {
        return;
    };
    if let Err(error) = spool::remove(&place) {
        context.progress.warning(format!(
            "the spool is not needed any more, and not all of it could be removed: {error}"
        ));
    }
}

/// Where it is, if it is asked for.
fn place(context: &Context, lineage: String) -> Option<Place> {
    let migration = context.plan.migration.clone();
    let asked = context.spool.as_ref()?;
    Some(placed(asked, migration, lineage))
}

fn placed(asked: &SpoolOptions, migration: String, lineage: String) -> Place {
    Place {
        folder: asked.folder.clone(),
        migration,
        lineage,
        max: asked.max.0,
        largest_payload: LARGEST_PAYLOAD,
    }
}

/// From where the source is read next: behind the spool, where there is one that holds what comes
/// next. `mirrored` is what the state says of one that another process fills.
///
/// # Errors
/// A spool that a run would refuse.
pub fn next_read(
    migration: &Migration,
    lineage: &str,
    applied: &Checkpoint,
    mirrored: Option<&SpoolProgress>,
) -> Result<Checkpoint, EngineError> {
    let Some(asked) = migration.spool() else {
        return Ok(applied.clone());
    };
    let place = placed(asked, migration.name().to_owned(), lineage.to_owned());
    let end = match spool::reaches(&place, applied) {
        Ok(end) => end,
        Err(SpoolError::InUse { .. }) => {
            let end = mirrored.and_then(|spool| Checkpoint::at(&spool.end).ok());
            end.filter(|end| end.reaches(applied))
        }
        Err(error) => return Err(failure(error)),
    };
    Ok(end.unwrap_or_else(|| applied.clone()))
}

fn failure(error: SpoolError) -> EngineError {
    IncrementalError::Spool(error).into()
}
