//! A destination that was away: a new connection, and a look at what became of the lost one's work.
//!
//! In: an error of a worker's writer. Out: a writer again, with nothing of the old one left to happen,
//! and the ledger's word on every table; or the error, where trying again cannot help.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{
    error::{CopyError, Result},
    worker::{Shared, Worker},
};
use crate::{
    events::ProgressEvent,
    ledger::{CopyState, LedgerError, TableProgress},
    mysql::{TableName, server_error::ErrorClass},
    units::format_duration,
};

/// What a worker notes besides chunks.
#[derive(Clone, Copy)]
pub(super) enum Note<'a> {
    Watermark(u32, &'a TableProgress),
    State(u32, CopyState),
}

impl Shared {
    /// Says once for each outage that the destination is waited for.
    fn wait_for_destination(&self, error: &CopyError) {
        if self.waiting.swap(true, Ordering::Relaxed) {
            return;
        }
        let reason = match error {
            CopyError::Load { cause, .. } | CopyError::Ledger(LedgerError::Server(cause)) => {
                cause.reason()
            }
            CopyError::Read { .. }
            | CopyError::Ledger(_)
            | CopyError::Snapshot(_)
            | CopyError::Key { .. }
            | CopyError::Count { .. }
            | CopyError::Warning { .. }
            | CopyError::Forgotten { .. }
            | CopyError::Altered { .. }
            | CopyError::GaveUp(_)
            | CopyError::Cancelled
            | CopyError::Worker(_) => error.to_string(),
        };
        self.progress.send(ProgressEvent::Notice {
            message: format!(
                "waiting for the destination, up to {}: {reason}",
                format_duration(self.settings.limits.borrow().retry.connection)
            ),
        });
    }

    /// How long such an error is put up with.
    fn longest(&self, error: &CopyError) -> Duration {
        let retry = self.settings.limits.borrow().retry;
        match error {
            CopyError::Load { cause, .. } | CopyError::Ledger(LedgerError::Server(cause))
                if !cause.is_connection() =>
            {
                retry.statement
            }
            CopyError::Load { .. }
            | CopyError::Read { .. }
            | CopyError::Ledger(_)
            | CopyError::Snapshot(_)
            | CopyError::Key { .. }
            | CopyError::Count { .. }
            | CopyError::Warning { .. }
            | CopyError::Forgotten { .. }
            | CopyError::Altered { .. }
            | CopyError::GaveUp(_)
            | CopyError::Cancelled
            | CopyError::Worker(_) => retry.connection,
        }
    }

    /// It answers again.
    pub(super) fn reached_destination(&self) {
        if self.waiting.swap(false, Ordering::Relaxed) {
            self.progress.send(ProgressEvent::Notice {
                message: "the destination answers again".to_owned(),
            });
        }
    }
}

impl Worker {
    /// Opens a new connection to the destination where the error may pass, or gives the error back.
    /// What the lost connection had begun is over then; returns how far the ledger says that every
    /// table is.
    pub(super) async fn recover(
        &mut self,
        error: CopyError,
        since: Instant,
    ) -> Result<BTreeMap<TableName, TableProgress>> {
        let retry = match &error {
            CopyError::Load { cause, .. } | CopyError::Ledger(LedgerError::Server(cause)) => {
                cause.class() != ErrorClass::Permanent
            }
            CopyError::Read { .. }
            | CopyError::Ledger(_)
            | CopyError::Snapshot(_)
            | CopyError::Key { .. }
            | CopyError::Count { .. }
            | CopyError::Warning { .. }
            | CopyError::Forgotten { .. }
            | CopyError::Altered { .. }
            | CopyError::GaveUp(_)
            | CopyError::Cancelled
            | CopyError::Worker(_) => false,
        };
        if !retry {
            return Err(error);
        }
        self.shared.wait_for_destination(&error);
        let mut pause = Duration::from_millis(100);
        loop {
            if since.elapsed() > self.shared.longest(&error) {
                return Err(CopyError::GaveUp(Box::new(error)));
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.shared.cancel.cancelled() => return Err(CopyError::Cancelled),
            }
            pause = (pause * 2).min(Duration::from_secs(10));
            match self.reconnect().await {
                Ok(known) => return Ok(known),
                Err(CopyError::Ledger(LedgerError::Server(cause)))
                    if cause.class() != ErrorClass::Permanent => {}
                Err(other) => return Err(other),
            }
        }
    }

    /// A server that was restarted, or another that has taken its place, may have forgotten what was
    /// confirmed; then the board is wrong, and only a new run may go on.
    async fn reconnect(&mut self) -> Result<BTreeMap<TableName, TableProgress>> {
        let shared = Arc::clone(&self.shared);
        let fence = &shared.fence;
        self.writer = fence
            .writer_after(&shared.destination, &self.writer)
            .await?;
        // first what is surely there, then what is there
        let confirmed = shared.board.confirmed();
        let known = fence.ledger().progress(&mut self.writer).await?;
        for (table, confirmed) in confirmed {
            if !known
                .get(&table)
                .is_some_and(|there| there.covers(&confirmed))
            {
                return Err(CopyError::Forgotten { table });
            }
        }
        Ok(known)
    }

    /// Notes something in the ledger that may be noted twice, again while the destination fails for
    /// a while.
    pub(super) async fn note(&mut self, note: Note<'_>) -> Result<()> {
        let started = Instant::now();
        let fence = self.shared.fence.clone();
        loop {
            let noted = match note {
                Note::Watermark(id, progress) => {
                    fence.move_watermark(&mut self.writer, id, progress).await
                }
                Note::State(id, state) => fence.note_copy(&mut self.writer, id, state).await,
            };
            match noted {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.recover(error.into(), started).await?;
                }
            }
        }
    }
}
