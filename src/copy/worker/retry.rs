//! What a worker does while the destination is away for a while.
//!
//! In: an error, and since when it is tried. Out: a new connection, or the error once it will not
//! pass. Whatever is done again here may have been done before: a chunk is looked up in the ledger
//! first, marks are set to the same value twice.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::{Shared, Worker};
use crate::{
    copy::error::{CopyError, Result},
    events::ProgressEvent,
    ledger::{ChunkRange, CopyState, LedgerError, TableProgress},
    mysql::server_error::ErrorClass,
    units::format_duration,
};

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
            | CopyError::Cancelled
            | CopyError::Worker(_) => error.to_string(),
        };
        self.progress.send(ProgressEvent::Notice {
            message: format!(
                "waiting for the destination, up to {}: {reason}",
                format_duration(self.settings.retry)
            ),
        });
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
    /// After an error that may pass: the chunk, where it was committed all the same. A commit that
    /// was not answered may have happened.
    pub(super) async fn committed(
        &mut self,
        mut error: CopyError,
        since: Instant,
        id: u32,
        ordinal: u64,
    ) -> Result<Option<ChunkRange>> {
        loop {
            self.recover(error, since).await?;
            let ledger = self.shared.fence.ledger();
            match ledger.chunk(&mut self.writer, id, ordinal).await {
                Ok(chunk) => return Ok(chunk),
                Err(again) => error = again.into(),
            }
        }
    }

    /// Opens a new connection to the destination where the error may pass, or gives the error back.
    async fn recover(&mut self, error: CopyError, since: Instant) -> Result<()> {
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
            | CopyError::Cancelled
            | CopyError::Worker(_) => false,
        };
        if !retry {
            return Err(error);
        }
        self.shared.wait_for_destination(&error);
        let mut pause = Duration::from_millis(100);
        loop {
            if since.elapsed() > self.shared.settings.retry {
                return Err(error);
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.shared.cancel.cancelled() => return Err(CopyError::Cancelled),
            }
            pause = (pause * 2).min(Duration::from_secs(10));
            match self.shared.fence.writer(&self.shared.destination).await {
                Ok(writer) => {
                    self.writer = writer;
                    return Ok(());
                }
                Err(LedgerError::Server(cause)) if cause.class() != ErrorClass::Permanent => {}
                Err(other) => return Err(other.into()),
            }
        }
    }

    /// Moves a table's watermark, again while the destination fails for a while: done twice, it is
    /// where it was.
    pub(super) async fn move_watermark(&mut self, id: u32, to: &TableProgress) -> Result<()> {
        let (fence, since) = (self.shared.fence.clone(), Instant::now());
        loop {
            match fence.move_watermark(&mut self.writer, id, to).await {
                Ok(()) => return Ok(()),
                Err(error) => self.recover(error.into(), since).await?,
            }
        }
    }

    /// Notes that a table is copied, likewise.
    pub(super) async fn note_copied(&mut self, id: u32) -> Result<()> {
        let (fence, since) = (self.shared.fence.clone(), Instant::now());
        loop {
            match fence
                .note_copy(&mut self.writer, id, CopyState::Copied)
                .await
            {
                Ok(()) => return Ok(()),
                Err(error) => self.recover(error.into(), since).await?,
            }
        }
    }
}
