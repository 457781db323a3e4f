//! The check that stands before every COMMIT of ours.

use super::{Ledger, LedgerError, Result};
use crate::conn::{Connector, Purpose, Session};

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

    /// A session that writes rows, entered in the ledger so that whoever takes over can end it.
    ///
    /// # Errors
    /// A destination that cannot be reached, or a lease that is no longer ours.
    pub async fn writer(&self, destination: &Connector) -> Result<Session> {
        let mut session = destination.session(Purpose::WriteRows).await?;
        self.list_connection(&mut session).await?;
        Ok(session)
    }

    /// A session that runs definitions, entered likewise.
    pub async fn definer(&self, destination: &Connector) -> Result<Session> {
        let mut session = destination.session(Purpose::Define).await?;
        self.list_connection(&mut session).await?;
        Ok(session)
    }

    pub(super) async fn list_connection(&self, session: &mut Session) -> Result<()> {
        let id = session.connection_id();
        self.begin(session).await?;
        session
            .execute(format!(
                "REPLACE INTO {} (migration, connection_id, epoch) VALUES ({}, {id}, {})",
                self.ledger.table("lease_connection"),
                self.ledger.migration(),
                self.epoch
            ))
            .await?;
        self.commit(session).await
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
