//! Statements of the stream that change definitions: each is noted before it is run, and noted done
//! in one transaction with the definitions that are in force behind it. What a person decided about
//! one that stopped the stream is here, too.

use super::{Fence, Ledger, LedgerError, Result};
use crate::{conn::Session, mysql::Literal};

/// How far a statement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DdlState {
    /// About to be run, or run without our having heard the end.
    Intended,
    Done,
    /// Not run: left out by the specification or by a person's decision.
    Skipped,
    /// Refused by the destination; the stream went on.
    Failed,
}

impl DdlState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::Intended, Self::Done, Self::Skipped, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// One statement of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DdlRow {
    /// Its transaction: a GTID, or `file:offset` of its end.
    pub position: String,
    pub state: DdlState,
    /// Of a statement that is run in several steps: those that are done.
    pub step: u32,
    /// As the destination runs it.
    pub statement: String,
    /// What the destination had before the step, in a form of the runner's.
    pub footprint: Option<String>,
    /// Why it was skipped, or how it failed.
    pub reason: Option<String>,
}

/// What shall become of a statement that stopped the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Skip,
    /// Run this on the destination instead.
    Replace(String),
    Retry,
}

impl Choice {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Replace(_) => "replace",
            Self::Retry => "retry",
        }
    }
}

/// A person's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    pub position: String,
    pub choice: Choice,
    pub reason: String,
    pub decided_by: String,
}

type ResolutionRow = (String, String, Option<String>, String, String);

type Row = (String, String, u32, String, Option<String>, Option<String>);

impl Ledger {
    /// What is noted of the statement at a position.
    pub async fn ddl(&self, session: &mut Session, position: &str) -> Result<Option<DdlRow>> {
        let only = format!("AND position = {}", Literal::text(position));
        Ok(self.ddl_rows(session, &only).await?.into_iter().next())
    }

    /// Whether a statement was begun, and may have happened.
    pub async fn ddl_begun(&self, session: &mut Session) -> Result<bool> {
        let rows = self.ddl_rows(session, "AND state = 'intended'").await?;
        Ok(!rows.is_empty())
    }

    /// The statements that failed or were left out, in the order in which they came.
    pub async fn ddl_left_out(&self, session: &mut Session) -> Result<Vec<DdlRow>> {
        let only = "AND state IN ('skipped', 'failed')";
        self.ddl_rows(session, only).await
    }

    async fn ddl_rows(&self, session: &mut Session, only: &str) -> Result<Vec<DdlRow>> {
        let rows: Vec<Row> = session
            .rows(format!(
                "SELECT position, state, step, statement, footprint, reason FROM {} \
                 WHERE migration = {} {only} ORDER BY noted_at, position",
                self.table("ddl"),
                self.migration()
            ))
            .await?;
        rows.into_iter()
            .map(|(position, state, step, statement, footprint, reason)| {
                let state = DdlState::read(&state).ok_or_else(|| LedgerError::Damaged {
                    what: format!("state {state:?} of the statement at {position}"),
                })?;
                Ok(DdlRow {
                    position,
                    state,
                    step,
                    statement,
                    footprint,
                    reason,
                })
            })
            .collect()
    }

    /// The positions whose statements a person has left out or replaced, or wants to, and whether that
    /// has been acted upon.
    pub async fn resolved(&self, session: &mut Session) -> Result<Vec<(String, bool)>> {
        let rows: Vec<(String, u8)> = session
            .rows(format!(
                "SELECT position, used FROM {} WHERE migration = {} \
                 AND choice IN ('skip', 'replace') ORDER BY decided_at, position",
                self.table("resolution"),
                self.migration()
            ))
            .await?;
        let rows = rows.into_iter();
        Ok(rows.map(|(position, used)| (position, used != 0)).collect())
    }

    /// The decision about a position that has not been acted upon.
    pub async fn resolution(
        &self,
        session: &mut Session,
        position: &str,
    ) -> Result<Option<Resolution>> {
        let row: Option<ResolutionRow> = session
            .first(format!(
                "SELECT position, choice, statement, reason, decided_by FROM {} \
                 WHERE migration = {} AND position = {} AND used = 0",
                self.table("resolution"),
                self.migration(),
                Literal::text(position)
            ))
            .await?;
        let Some((position, choice, statement, reason, decided_by)) = row else {
            return Ok(None);
        };
        let choice = match (choice.as_str(), statement) {
            ("skip", _) => Choice::Skip,
            ("retry", _) => Choice::Retry,
            ("replace", Some(statement)) => Choice::Replace(statement),
            (_, _) => {
                return Err(LedgerError::Damaged {
                    what: format!("resolution {choice:?} of {position}"),
                });
            }
        };
        Ok(Some(Resolution {
            position,
            choice,
            reason,
            decided_by,
        }))
    }
}

impl Fence {
    /// Notes a statement's state inside the caller's transaction.
    pub async fn note_ddl(&self, session: &mut Session, row: &DdlRow) -> Result<()> {
        let optional = |text: &Option<String>| text.as_ref().map_or(Literal::Null, Literal::text);
        session
            .execute(format!(
                "REPLACE INTO {} (migration, position, state, step, statement, footprint, reason, \
                 noted_at) VALUES ({}, {}, {}, {}, {}, {}, {}, UTC_TIMESTAMP(6))",
                self.ledger().table("ddl"),
                self.ledger().migration(),
                Literal::text(&row.position),
                Literal::text(row.state.as_str()),
                row.step,
                Literal::text(&row.statement),
                optional(&row.footprint),
                optional(&row.reason),
            ))
            .await?;
        Ok(())
    }

    /// Forgets an intent, and with it what it looked like before: it is to be run whatever there is
    /// now. In a transaction of its own.
    pub async fn forget_intent(
        &self,
        session: &mut Session,
        position: &str,
        row: &str,
    ) -> Result<()> {
        self.begin(session).await?;
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND position = {} AND state = 'intended'",
                self.ledger().table("ddl"),
                self.ledger().migration(),
                Literal::text(row)
            ))
            .await?;
        self.use_resolution(session, position).await?;
        self.commit(session).await
    }

    /// Notes a decision, in a transaction of its own.
    pub async fn note_resolution(
        &self,
        session: &mut Session,
        resolution: &Resolution,
    ) -> Result<()> {
        let statement = match &resolution.choice {
            Choice::Replace(statement) => Literal::text(statement),
            Choice::Skip | Choice::Retry => Literal::Null,
        };
        self.begin(session).await?;
        session
            .execute(format!(
                "REPLACE INTO {} (migration, position, choice, statement, reason, decided_by, \
                 decided_at) VALUES ({}, {}, {}, {statement}, {}, {}, UTC_TIMESTAMP(6))",
                self.ledger().table("resolution"),
                self.ledger().migration(),
                Literal::text(&resolution.position),
                Literal::text(resolution.choice.as_str()),
                Literal::text(&resolution.reason),
                Literal::text(&resolution.decided_by),
            ))
            .await?;
        self.commit(session).await
    }

    /// Marks the decision about a position as acted upon, inside the caller's transaction.
    pub async fn use_resolution(&self, session: &mut Session, position: &str) -> Result<()> {
        session
            .execute(format!(
                "UPDATE {} SET used = 1 WHERE migration = {} AND position = {}",
                self.ledger().table("resolution"),
                self.ledger().migration(),
                Literal::text(position)
            ))
            .await?;
        Ok(())
    }
}
