//! The lease: which process may write, by a fencing number.

use std::time::Duration;

use super::{Fence, Ledger, LedgerError, Request, Result};
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
        let epoch = ledger.take_over(&mut session, &current, holder).await?;
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

    /// What another process asks of us.
    pub async fn asked(&mut self) -> Result<Option<Request>> {
        let ledger = self.fence.ledger().clone();
        ledger.request(&mut self.session).await
    }

    /// Gives the lease back.
    ///
    /// # Errors
    /// [`LedgerError::Lost`] where it is ours no more.
    pub async fn release(&mut self) -> Result<()> {
        let ledger = self.fence.ledger().clone();
        self.fence.check(&mut self.session).await?;
        self.session
            .execute(format!(
                "UPDATE {} SET released = 1 WHERE migration = {} AND epoch = {}",
                ledger.table("lease"),
                ledger.migration(),
                self.fence.epoch()
            ))
            .await?;
        Ok(())
    }
}

impl Ledger {
    /// Who holds the lease and lives; `None` where nobody does.
    pub async fn holder(&self, session: &mut Session) -> Result<Option<Holder>> {
        self.seed_lease(session).await?;
        let current = self.current_lease(session).await?;
        let lives = !current.released && !self.live_connections(session).await?.is_empty();
        Ok((lives && current.age < EXPIRES).then_some(current.holder))
    }

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

    /// Marks of listed connections that live.
    async fn live_connections(&self, session: &mut Session) -> Result<Vec<String>> {
        Ok(session
            .rows(format!(
                "SELECT c.mark FROM {} c JOIN {} l ON l.migration = c.migration AND l.epoch = c.epoch \
                 WHERE c.migration = {} \
                 AND COALESCE(IS_USED_LOCK(c.mark), CONNECTION_ID()) <> CONNECTION_ID()",
                self.table("lease_connection"),
                self.table("lease"),
                self.migration()
            ))
            .await?)
    }

    /// A process that was stopped keeps its row locks until its connection is ended.
    pub(super) async fn end_connection(&self, session: &mut Session, mark: &str) -> Result<()> {
        const UNKNOWN_THREAD: u16 = 1094;
        let mark = Literal::text(mark);
        loop {
            let (holder,): (Option<u64>,) =
                session.one(format!("SELECT IS_USED_LOCK({mark})")).await?;
            let Some(id) = holder else {
                return Ok(());
            };
            if let Err(error) = session.execute(format!("KILL {id}")).await
                && error.code() != Some(UNKNOWN_THREAD)
            {
                return Err(error.into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends the old holder's connections and raises the epoch, again where one of them was opened
    /// after the look at the list, and stands between its check and its COMMIT.
    async fn take_over(
        &self,
        session: &mut Session,
        current: &Current,
        holder: &Holder,
    ) -> Result<u64> {
        const LOCK_WAIT_TIMEOUT: u16 = 1205;
        const TRIES: u32 = 30;
        session
            .execute("SET SESSION innodb_lock_wait_timeout = 1")
            .await?;
        let mut tries = 1;
        let epoch = loop {
            for mark in self.live_connections(session).await? {
                self.end_connection(session, &mark).await?;
            }
            match self.raise_epoch(session, current.epoch, holder).await {
                Err(LedgerError::Server(error))
                    if error.code() == Some(LOCK_WAIT_TIMEOUT) && tries < TRIES =>
                {
                    session.execute("ROLLBACK").await?;
                    tries += 1;
                }
                raised => break raised?,
            }
        };
        session
            .execute("SET SESSION innodb_lock_wait_timeout = 50")
            .await?;
        Ok(epoch)
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
