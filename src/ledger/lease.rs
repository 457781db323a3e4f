//! The lease: which process may write, by a fencing number.

use std::time::Duration;

use super::{Fence, Ledger, LedgerError, Result};
use crate::{
    conn::{Connector, Session},
    mysql::Literal,
};

/// Who asks for, or has, the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub owner: String,
    pub host: String,
    pub pid: u32,
}

/// A holder that has not renewed for so long counts as gone even where its connections are not.
const EXPIRES: Duration = Duration::from_secs(30);

/// How often the holder renews.
pub const RENEW_EVERY: Duration = Duration::from_secs(5);

/// The lease in our hand. The session is the one that renews it.
pub struct Lease {
    fence: Fence,
    session: Session,
}

struct Current {
    epoch: u64,
    holder: Holder,
    released: bool,
    age: Duration,
}

impl Lease {
    /// Takes the lease: a free one at once; one whose holder is gone after its connections are.
    ///
    /// `holder_is_dead` answers for a holder on this very host whose process has ended.
    ///
    /// # Errors
    /// [`LedgerError::Held`] while another process lives.
    pub async fn take(
        ledger: &Ledger,
        mut session: Session,
        holder: &Holder,
        holder_is_dead: impl Fn(&Holder) -> bool + Send,
    ) -> Result<Self> {
        ledger.seed_lease(&mut session).await?;
        let current = ledger.current_lease(&mut session).await?;
        let connections = ledger.live_connections(&mut session).await?;
        let free = current.released || connections.is_empty();
        if !free && current.age < EXPIRES && !holder_is_dead(&current.holder) {
            return Err(LedgerError::Held {
                owner: current.holder.owner,
                host: current.holder.host,
                pid: current.holder.pid,
                seconds: current.age.as_secs(),
            });
        }
        for id in connections {
            ledger.end_connection(&mut session, id).await?;
        }
        let epoch = ledger
            .raise_epoch(&mut session, current.epoch, holder)
            .await?;
        let fence = Fence::new(ledger.clone(), epoch);
        fence.list_connection(&mut session).await?;
        Ok(Self { fence, session })
    }

    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// Says that we live; to be called every [`RENEW_EVERY`].
    pub async fn renew(&mut self) -> Result<()> {
        let ledger = self.fence.ledger().clone();
        self.fence.check(&mut self.session).await?;
        ledger.mark_renewed(&mut self.session).await
    }

    /// Opens the renewing session again after it was lost.
    pub async fn reconnect(&mut self, destination: &Connector) -> Result<()> {
        self.session = self.fence.writer(destination).await?;
        Ok(())
    }

    /// Gives the lease back.
    pub async fn release(mut self) -> Result<()> {
        let ledger = self.fence.ledger().clone();
        self.session
            .execute(format!(
                "UPDATE {} SET released = 1 WHERE migration = {} AND epoch = {}",
                ledger.table("lease"),
                ledger.migration(),
                self.fence.epoch()
            ))
            .await?;
        self.session.close().await;
        Ok(())
    }
}

impl Ledger {
    async fn seed_lease(&self, session: &mut Session) -> Result<()> {
        session
            .execute(format!(
                "INSERT IGNORE INTO {} (migration, epoch, owner, host, pid, released) \
                 VALUES ({}, 0, '', '', 0, 1)",
                self.table("lease"),
                self.migration()
            ))
            .await?;
        Ok(())
    }

    async fn current_lease(&self, session: &mut Session) -> Result<Current> {
        let (epoch, owner, host, pid, released, age): (u64, String, String, u32, u8, Option<i64>) =
            session
                .one(format!(
                    "SELECT l.epoch, l.owner, l.host, l.pid, l.released, \
                     TIMESTAMPDIFF(SECOND, r.renewed_at, UTC_TIMESTAMP(6)) \
                     FROM {} l LEFT JOIN {} r ON r.migration = l.migration WHERE l.migration = {}",
                    self.table("lease"),
                    self.table("lease_renewal"),
                    self.migration()
                ))
                .await?;
        let age = age
            .and_then(|seconds| u64::try_from(seconds).ok())
            .unwrap_or(0);
        Ok(Current {
            epoch,
            holder: Holder { owner, host, pid },
            released: released != 0,
            age: Duration::from_secs(age),
        })
    }

    /// Listed connections that the server still has. An account without PROCESS sees its own.
    async fn live_connections(&self, session: &mut Session) -> Result<Vec<u64>> {
        let own = session.connection_id();
        Ok(session
            .rows(format!(
                "SELECT c.connection_id FROM {} c JOIN information_schema.PROCESSLIST p \
                 ON p.ID = c.connection_id WHERE c.migration = {} AND c.connection_id <> {own} \
                 AND p.USER = SUBSTRING_INDEX(USER(), '@', 1)",
                self.table("lease_connection"),
                self.migration()
            ))
            .await?)
    }

    /// A process that was stopped keeps its row locks until its connection is ended.
    async fn end_connection(&self, session: &mut Session, id: u64) -> Result<()> {
        const UNKNOWN_THREAD: u16 = 1094;
        if let Err(error) = session.execute(format!("KILL {id}")).await
            && error.code() != Some(UNKNOWN_THREAD)
        {
            return Err(error.into());
        }
        loop {
            if !self.live_connections(session).await?.contains(&id) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Locks the lease row exclusively, so that every transaction that passed its check has ended,
    /// and makes us the holder.
    async fn raise_epoch(&self, session: &mut Session, seen: u64, holder: &Holder) -> Result<u64> {
        session.execute("START TRANSACTION").await?;
        let found: u64 = session
            .one(format!(
                "SELECT epoch FROM {} WHERE migration = {} FOR UPDATE",
                self.table("lease"),
                self.migration()
            ))
            .await?;
        if found != seen {
            session.execute("ROLLBACK").await?;
            return Err(LedgerError::Lost { ours: seen, found });
        }
        let epoch = found + 1;
        session
            .execute(format!(
                "UPDATE {} SET epoch = {epoch}, owner = {}, host = {}, pid = {}, released = 0 \
                 WHERE migration = {}",
                self.table("lease"),
                Literal::text(&holder.owner),
                Literal::text(&holder.host),
                holder.pid,
                self.migration()
            ))
            .await?;
        self.mark_renewed(session).await?;
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {}",
                self.table("lease_connection"),
                self.migration()
            ))
            .await?;
        session.execute("COMMIT").await?;
        Ok(epoch)
    }

    async fn mark_renewed(&self, session: &mut Session) -> Result<()> {
        session
            .execute(format!(
                "REPLACE INTO {} (migration, renewed_at) VALUES ({}, UTC_TIMESTAMP(6))",
                self.table("lease_renewal"),
                self.migration()
            ))
            .await?;
        Ok(())
    }
}
