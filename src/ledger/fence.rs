//! The check that stands before every COMMIT of ours.

use super::{Ledger, LedgerError, Result};
use crate::{
    conn::{Connector, Purpose, Session},
    mysql::Literal,
};

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
        self.listed(destination, Purpose::WriteRows).await
    }

    /// A session that writes rows of the stream, and reads them as they are there, entered likewise.
    pub async fn applier(&self, destination: &Connector) -> Result<Session> {
        self.listed(destination, Purpose::ApplyRows).await
    }

    async fn listed(&self, destination: &Connector, purpose: Purpose) -> Result<Session> {
        let mut session = destination.session(purpose).await?;
        self.list_connection(&mut session).await?;
        Ok(session)
    }

    /// A session in the place of `lost`, whose connection is ended first: what it had begun is then
    /// either committed or gone.
    pub async fn writer_after(&self, destination: &Connector, lost: &Session) -> Result<Session> {
        let mut session = self.writer(destination).await?;
        self.end(&mut session, lost).await?;
        Ok(session)
    }

    /// The same for a session of [`Fence::applier`].
    pub async fn applier_after(&self, destination: &Connector, lost: &Session) -> Result<Session> {
        let mut session = self.applier(destination).await?;
        self.end(&mut session, lost).await?;
        Ok(session)
    }

    async fn end(&self, session: &mut Session, lost: &Session) -> Result<()> {
        if let Some(mark) = lost.marked() {
            self.ledger.end_connection(session, mark).await?;
            self.forget_connection(session, Literal::text(mark)).await?;
        }
        Ok(())
    }

    /// Ends all other connections that were listed under this lease and still live, also the one that
    /// renews it, which is opened anew.
    pub async fn end_others(&self, session: &mut Session) -> Result<()> {
        let marks: Vec<String> = session
            .rows(format!(
                "SELECT mark FROM {} WHERE migration = {} AND epoch = {} \
                 AND COALESCE(IS_USED_LOCK(mark), CONNECTION_ID()) <> CONNECTION_ID()",
                self.ledger.table("lease_connection"),
                self.ledger.migration(),
                self.epoch
            ))
            .await?;
        for mark in marks {
            self.ledger.end_connection(session, &mark).await?;
            self.forget_connection(session, Literal::text(&mark))
                .await?;
        }
        Ok(())
    }

    /// A session that runs definitions, entered likewise.
    pub async fn definer(&self, destination: &Connector) -> Result<Session> {
        self.listed(destination, Purpose::Define).await
    }

    /// A session in the place of one that ran definitions and was lost, which is ended first: what
    /// it had begun has then either happened or not.
    pub async fn definer_after(&self, destination: &Connector, lost: &Session) -> Result<Session> {
        let mut session = self.definer(destination).await?;
        if let Some(mark) = lost.marked() {
            self.ledger.end_connection(&mut session, mark).await?;
            self.forget_connection(&mut session, Literal::text(mark))
                .await?;
        }
        Ok(session)
    }

    /// Ends a session that is needed no more. `other` is one that stays.
    pub async fn close(&self, session: Session, other: &mut Session) -> Result<()> {
        if let Some(mark) = session.marked() {
            self.forget_connection(other, Literal::text(mark)).await?;
        }
        session.close().await;
        Ok(())
    }

    pub(super) async fn list_connection(&self, session: &mut Session) -> Result<()> {
        let mark = Literal::text(session.mark().await?);
        // Not one transaction with the check: frozen in it, we would hold the lease's row by a
        // connection that nobody can know of. A listing under an old epoch means nothing.
        session
            .execute(format!(
                "REPLACE INTO {} (migration, mark, epoch) VALUES ({}, {mark}, {})",
                self.ledger.table("lease_connection"),
                self.ledger.migration(),
                self.epoch
            ))
            .await?;
        let checked = self.check(session).await;
        if checked.is_err() {
            self.forget_connection(session, mark).await?;
        }
        checked
    }

    async fn forget_connection(&self, session: &mut Session, mark: Literal) -> Result<()> {
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND mark = {mark}",
                self.ledger.table("lease_connection"),
                self.ledger.migration(),
            ))
            .await?;
        Ok(())
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
