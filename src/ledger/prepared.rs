//! What the source's prepared XA transactions changed, until the source says what becomes of it.
//!
//! The parts of a transaction are here before it counts as prepared, and its row in `prepared` before
//! the position moves behind its preparation; both go in the transaction in which the position moves
//! behind its XA COMMIT or XA ROLLBACK. So a process that comes later finds either all of it or a
//! position from which the source tells it again, and what is here then is written over. What is kept
//! counts as a window, so that a destination that forgets it is found out by the number.

use std::sync::Arc;

use super::{Fence, Ledger, LedgerError, Result};
use crate::{conn::Session, mysql::Literal};

/// A part is stored in pieces of so many bytes: each is a statement of twice that.
const PIECE: usize = 256 << 10;

/// A part of what a prepared transaction changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPart {
    /// As XA statements write it.
    pub xid: String,
    /// From 1.
    pub part: u32,
    pub changes: Vec<u8>,
}

impl PreparedPart {
    /// How many parts there are, this being the last, which may be empty.
    pub fn parts(&self) -> u32 {
        self.part.saturating_sub(u32::from(self.changes.is_empty()))
    }
}

impl Ledger {
    /// The number of parts of a prepared transaction; `None` for one that is not known.
    pub async fn prepared(&self, session: &mut Session, xid: &str) -> Result<Option<u32>> {
        Ok(session
            .first(format!(
                "SELECT parts FROM {} WHERE migration = {} AND xid = {}",
                self.table("prepared"),
                self.migration(),
                Literal::text(xid)
            ))
            .await?)
    }

    /// Whether any transaction is prepared.
    pub async fn any_prepared(&self, session: &mut Session) -> Result<bool> {
        let found: Option<u32> = session
            .first(format!(
                "SELECT 1 FROM {} WHERE migration = {} LIMIT 1",
                self.table("prepared"),
                self.migration()
            ))
            .await?;
        Ok(found.is_some())
    }

    /// One part, from 1.
    ///
    /// # Errors
    /// A part that is not there is damage.
    pub async fn prepared_part(
        &self,
        session: &mut Session,
        xid: &str,
        part: u32,
    ) -> Result<Vec<u8>> {
        let pieces: Vec<(u32, Vec<u8>)> = session
            .rows(format!(
                "SELECT piece, changes FROM {} WHERE migration = {} AND xid = {} AND part = {part} \
                 ORDER BY piece",
                self.table("prepared_part"),
                self.migration(),
                Literal::text(xid)
            ))
            .await?;
        let whole = pieces
            .iter()
            .enumerate()
            .all(|(index, (piece, _))| u32::try_from(index).is_ok_and(|index| index == *piece));
        if pieces.is_empty() || !whole {
            return Err(LedgerError::Damaged {
                what: format!("part {part} of the prepared transaction {xid}"),
            });
        }
        Ok(pieces.into_iter().flat_map(|(_, bytes)| bytes).collect())
    }
}

impl Fence {
    /// Keeps a part, in the place of this and all later ones from before. Done twice it says the same.
    /// `number` is the window's as which it counts; `None` where it was kept, and counted, before.
    ///
    /// # Errors
    /// [`LedgerError::Forgotten`] where what came before is not there any more.
    pub async fn keep_prepared_part(
        &self,
        session: &mut Session,
        part: &PreparedPart,
        number: Option<u64>,
    ) -> Result<()> {
        self.begin(session).await?;
        if let Some(number) = number {
            self.count_kept(session, number).await?;
        }
        self.write_part(session, part).await?;
        self.commit(session).await
    }

    /// Keeps the last parts (where they hold anything) of transactions that are prepared with them.
    /// Done twice it says the same; `number` as for [`Fence::keep_prepared_part`].
    pub async fn keep_prepared(
        &self,
        session: &mut Session,
        lasts: &[Arc<PreparedPart>],
        number: Option<u64>,
    ) -> Result<()> {
        self.begin(session).await?;
        if let Some(number) = number {
            self.count_kept(session, number).await?;
        }
        for last in lasts {
            self.write_part(session, last).await?;
            session
                .execute(format!(
                    "REPLACE INTO {} (migration, xid, parts) VALUES ({}, {}, {})",
                    self.ledger().table("prepared"),
                    self.ledger().migration(),
                    Literal::text(&last.xid),
                    last.parts()
                ))
                .await?;
        }
        self.commit(session).await
    }

    async fn write_part(&self, session: &mut Session, part: &PreparedPart) -> Result<()> {
        let (table, migration) = (
            self.ledger().table("prepared_part"),
            self.ledger().migration(),
        );
        let (xid, number) = (Literal::text(&part.xid), part.part);
        session
            .execute(format!(
                "DELETE FROM {table} WHERE migration = {migration} AND xid = {xid} AND part >= {number}"
            ))
            .await?;
        for (piece, bytes) in part.changes.chunks(PIECE).enumerate() {
            let bytes = Literal::Bytes(bytes.to_vec());
            session
                .execute(format!(
                    "INSERT INTO {table} (migration, xid, part, piece, changes) \
                     VALUES ({migration}, {xid}, {number}, {piece}, {bytes})"
                ))
                .await?;
        }
        Ok(())
    }

    /// Forgets transactions that were committed or rolled back, inside the caller's transaction, which
    /// moves the position behind that.
    pub(super) async fn forget_prepared(
        &self,
        session: &mut Session,
        xids: &[String],
    ) -> Result<()> {
        /// Of one statement.
        const AT_ONCE: usize = 500;
        for xids in xids.chunks(AT_ONCE) {
            let list: Vec<String> = xids
                .iter()
                .map(|xid| Literal::text(xid).to_string())
                .collect();
            for table in ["prepared", "prepared_part"] {
                session
                    .execute(format!(
                        "DELETE FROM {} WHERE migration = {} AND xid IN ({})",
                        self.ledger().table(table),
                        self.ledger().migration(),
                        list.join(", ")
                    ))
                    .await?;
            }
        }
        Ok(())
    }
}
