//! Waits, beside a stream that another process applies, until the destination holds what the source
//! shows.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::error::{Result, VerifyError};
use crate::{
    conn::{ConnError, Connector, Purpose, Session},
    inspect,
    ledger::{Ledger, LedgerError},
    mysql::Checkpoint,
};

/// How often the ledger is asked how far the stream is.
const LOOK: Duration = Duration::from_millis(100);
/// After so many looks it is asked whether anybody applies.
const LIVES: u32 = 50;

/// The stream as others apply it.
pub struct Following {
    source: Session,
    destination: Session,
    ledger: Ledger,
    cancel: CancellationToken,
}

impl Following {
    /// # Errors
    /// A server that cannot be reached.
    pub async fn open(
        source: &Connector,
        destination: &Connector,
        ledger: &Ledger,
        cancel: &CancellationToken,
    ) -> Result<Self> {
        Ok(Self {
            source: source.session(Purpose::Inspect).await.map_err(connect)?,
            destination: destination
                .session(Purpose::Inspect)
                .await
                .map_err(connect)?,
            ledger: ledger.clone(),
            cancel: cancel.clone(),
        })
    }

    /// Everything that the source showed before the call is on the destination after it.
    ///
    /// # Errors
    /// [`VerifyError::StreamEnded`] where nobody applies any more.
    pub async fn catch_up(&mut self) -> Result<()> {
        let now = inspect::position(&mut self.source).await.map_err(connect)?;
        let goal = Checkpoint::at(&now).map_err(|error| VerifyError::Ledger {
            cause: LedgerError::Damaged {
                what: error.to_string(),
            },
        })?;
        let mut looks = 0;
        loop {
            let row = self.ledger.stream(&mut self.destination).await;
            let row = row.map_err(|cause| VerifyError::Ledger { cause })?;
            if row.is_some_and(|row| row.position.reaches(&goal)) {
                return Ok(());
            }
            looks += 1;
            if looks % LIVES == 0 {
                let holder = self.ledger.holder(&mut self.destination).await;
                if holder
                    .map_err(|cause| VerifyError::Ledger { cause })?
                    .is_none()
                {
                    return Err(VerifyError::StreamEnded);
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.cancel.cancelled() => return Err(VerifyError::Cancelled),
            }
        }
    }
}

fn connect(cause: ConnError) -> VerifyError {
    VerifyError::Connect { cause }
}
