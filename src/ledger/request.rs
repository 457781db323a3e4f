//! What another process asks of the one that holds the lease.

use super::{Fence, Ledger, Result};
use crate::{conn::Session, mysql::Literal};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To stop at the next safe point.
    Stop,
    /// To hand over to `finish`.
    Finish,
}

impl Asked {
    fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Finish => "finish",
        }
    }
}

/// A request, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub asked: Asked,
    /// `user@host`.
    pub by: String,
}

impl Ledger {
    /// Asks whoever holds the lease; it answers by giving the lease back.
    pub async fn ask(&self, session: &mut Session, request: &Request) -> Result<()> {
        session
            .execute(format!(
                "REPLACE INTO {} (migration, asked, asked_by, asked_at) \
                 VALUES ({}, '{}', {}, UTC_TIMESTAMP(6))",
                self.table("request"),
                self.migration(),
                request.asked.as_str(),
                Literal::text(&request.by)
            ))
            .await?;
        Ok(())
    }

    /// What is asked at the moment.
    pub async fn request(&self, session: &mut Session) -> Result<Option<Request>> {
        let row: Option<(String, String)> = session
            .first(format!(
                "SELECT asked, asked_by FROM {} WHERE migration = {}",
                self.table("request"),
                self.migration()
            ))
            .await?;
        Ok(row.map(|(asked, by)| Request {
            asked: if asked == "finish" {
                Asked::Finish
            } else {
                Asked::Stop
            },
            by,
        }))
    }

    /// Takes a request back.
    pub async fn withdraw(&self, session: &mut Session) -> Result<()> {
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {}",
                self.table("request"),
                self.migration()
            ))
            .await?;
        Ok(())
    }
}

impl Fence {
    /// Forgets what was asked of a run before this one.
    pub async fn forget_request(&self, session: &mut Session) -> Result<()> {
        self.begin(session).await?;
        self.ledger().withdraw(session).await?;
        self.commit(session).await
    }
}
