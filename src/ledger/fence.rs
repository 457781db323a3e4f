//! The check that stands before every COMMIT of ours.

use super::{Ledger, LedgerError, Result};
use crate::conn::Session;

/// The right to write, as one process holds it: the ledger and the epoch of its lease.
#[derive(Clone, Debug)]
pub struct Fence {
    ledger: Ledger,
    epoch: u64,
}

impl Fence {
    pub(super) fn new(ledger: Ledger, epoch: u64) -> Self {
        Self { ledger, epoch }
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Opens a transaction that [`Fence::commit`] ends.
    pub async fn begin(&self, session: &mut Session) -> Result<()> {
        session.execute("START TRANSACTION").await?;
        Ok(())
    }

    /// Checks that the lease is still ours, with a lock that a take-over must wait for, and commits.
    ///
    /// # Errors
    /// [`LedgerError::Lost`] when another process has taken over; nothing is committed then.
    pub async fn commit(&self, session: &mut Session) -> Result<()> {
        self.check(session).await?;
        session.execute("COMMIT").await?;
        Ok(())
    }

    /// The check alone: for statements that commit by themselves, as DDL does.
    pub async fn check(&self, session: &mut Session) -> Result<()> {
        let found: Option<u64> = session
            .first(format!(
                "SELECT epoch FROM {} WHERE migration = {} LOCK IN SHARE MODE",
                self.ledger.table("lease"),
                self.ledger.migration()
            ))
            .await?;
        let found = found.unwrap_or(0);
        if found == self.epoch {
            return Ok(());
        }
        session.execute("ROLLBACK").await?;
        Err(LedgerError::Lost {
            ours: self.epoch,
            found,
        })
    }
}
