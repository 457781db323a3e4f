//! How far the stream is: one row that is contiguous, and one row for each lane of the window at hand.
//!
//! A window of the stream is applied by several lanes, each in a transaction of its own. What the
//! window is (where it ends, into how many lanes it is cut, and a hash of the parts) is here before the
//! first of its rows, and each lane's transaction says here that it is through. So after a kill the same
//! window is cut in the same way, and the lanes that are through are left out.

use super::{Fence, Ledger, LedgerError, Result};
use crate::{
    conn::Session,
    mysql::{Checkpoint, Literal},
};

/// The stream's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRow {
    /// Where replay starts (P0).
    pub start: Checkpoint,
    /// Everything before it is on the destination.
    pub position: Checkpoint,
    /// From here on rows must be exactly as their images say (P1); `None` while the copy runs.
    pub exact_from: Option<Checkpoint>,
    pub window: Option<WindowRow>,
    pub totals: Totals,
}

/// A window whose lanes may have come differently far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowRow {
    /// From 1, raised by one with each.
    pub number: u64,
    pub end: Checkpoint,
    pub lanes: u32,
    /// Tells this way of dividing its changes among the lanes from any other.
    pub parts: u64,
}

/// What has been applied since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub transactions: u64,
    pub rows: u64,
    /// When the last of them was committed first, in microseconds since 1970; 0 before the first.
    pub committed_at: u64,
}

/// What a transaction of the stream must find in the ledger before it changes anything. A server that
/// does not flush each commit, or a replica in its place, may have forgotten some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The window of this number is the last that was begun, and all of its lanes are through.
    Through(u64),
    /// The window of this number was begun by several lanes, and none comes after it.
    Begun(u64),
    /// The window of this number is the last, through or not.
    Known(u64),
}

type Row = (
    String,
    String,
    Option<String>,
    u64,
    Option<String>,
    u32,
    u64,
    u64,
    u64,
    u64,
);

impl Ledger {
    /// The stream's row; `None` before it has a start.
    pub async fn stream(&self, session: &mut Session) -> Result<Option<StreamRow>> {
        let row: Option<Row> = session
            .first(format!(
                "SELECT start_position, position, exact_from, window_number, window_end, lanes, \
                 parts, transactions, row_count, committed_at FROM {} WHERE migration = {}",
                self.table("stream"),
                self.migration()
            ))
            .await?;
        let Some((start, position, exact, number, end, lanes, parts, transactions, rows, at)) = row
        else {
            return Ok(None);
        };
        Ok(Some(StreamRow {
            start: checkpoint(&start)?,
            position: checkpoint(&position)?,
            exact_from: exact.as_deref().map(checkpoint).transpose()?,
            window: match end {
                Some(end) => Some(WindowRow {
                    number,
                    end: checkpoint(&end)?,
                    lanes,
                    parts,
                }),
                None => None,
            },
            totals: Totals {
                transactions,
                rows,
                committed_at: at,
            },
        }))
    }

    /// Up to where `finish` has drained the source; `None` before it has.
    pub async fn drained(&self, session: &mut Session) -> Result<Option<Checkpoint>> {
        let row: Option<(Option<String>,)> = session
            .first(format!(
                "SELECT drained_at FROM {} WHERE migration = {}",
                self.table("stream"),
                self.migration()
            ))
            .await?;
        match row {
            Some((Some(at),)) => checkpoint(&at).map(Some),
            Some((None,)) | None => Ok(None),
        }
    }

    /// The lanes that have finished the window of this number.
    pub async fn finished_lanes(&self, session: &mut Session, window: u64) -> Result<Vec<u32>> {
        Ok(session
            .rows(format!(
                "SELECT lane FROM {} WHERE migration = {} AND window_number = {window}",
                self.table("lane"),
                self.migration()
            ))
            .await?)
    }

    /// The number of the last window that was begun; 0 before the first.
    pub async fn last_window(&self, session: &mut Session) -> Result<u64> {
        let row: Option<u64> = session
            .first(format!(
                "SELECT window_number FROM {} WHERE migration = {}",
                self.table("stream"),
                self.migration()
            ))
            .await?;
        Ok(row.unwrap_or(0))
    }
}

fn checkpoint(text: &str) -> Result<Checkpoint> {
    Checkpoint::decode(text).ok_or_else(|| LedgerError::Damaged {
        what: format!("stream position {text:?}"),
    })
}

fn text(checkpoint: &Checkpoint) -> Literal {
    Literal::text(checkpoint.encode())
}

impl Fence {
    /// Notes where replay starts. `exact`: rows are exact from there on, as nothing is copied.
    pub async fn note_start(
        &self,
        session: &mut Session,
        start: &Checkpoint,
        exact: bool,
    ) -> Result<()> {
        self.begin(session).await?;
        let start = text(start);
        let exact_from = if exact {
            start.to_string()
        } else {
            "NULL".to_owned()
        };
        session
            .execute(format!(
                "INSERT INTO {} (migration, start_position, position, exact_from) \
                 VALUES ({}, {start}, {start}, {exact_from})",
                self.ledger().table("stream"),
                self.ledger().migration(),
            ))
            .await?;
        self.commit(session).await
    }

    /// Notes from where on rows are exact.
    pub async fn note_exact_from(&self, session: &mut Session, from: &Checkpoint) -> Result<()> {
        self.begin(session).await?;
        self.update_stream(session, &format!("exact_from = {}", text(from)))
            .await?;
        self.commit(session).await
    }

    /// Checks, inside the caller's transaction, that nothing before it was forgotten.
    ///
    /// # Errors
    /// [`LedgerError::Forgotten`].
    pub async fn hold_against(&self, session: &mut Session, expected: Expected) -> Result<()> {
        let found = self.standing(session).await?;
        let (number, held) = match expected {
            Expected::Through(number) => (number, found.through && found.number == number),
            Expected::Begun(number) => (number, found.begun && found.number == number),
            Expected::Known(number) => (number, found.number == number),
        };
        if held {
            return Ok(());
        }
        Err(LedgerError::Forgotten {
            expected: number,
            found: found.number,
        })
    }

    async fn standing(&self, session: &mut Session) -> Result<Standing> {
        let (ledger, migration) = (self.ledger(), self.ledger().migration());
        let row: Option<(u64, bool, bool)> = session
            .first(format!(
                "SELECT s.window_number, s.window_end IS NOT NULL, s.window_end IS NULL OR s.lanes = \
                 (SELECT COUNT(*) FROM {} l WHERE l.migration = {migration} \
                 AND l.window_number = s.window_number) \
                 FROM {} s WHERE s.migration = {migration}",
                ledger.table("lane"),
                ledger.table("stream"),
            ))
            .await?;
        let (number, begun, through) = row.unwrap_or_default();
        Ok(Standing {
            number,
            begun,
            through,
        })
    }

    /// Begins a window of several lanes, and with it ends the one before: `position` is where that
    /// one ended, `ended` are the prepared XA transactions that were committed or rolled back in it.
    pub async fn begin_window(
        &self,
        session: &mut Session,
        position: &Checkpoint,
        window: &WindowRow,
        totals: &Totals,
        ended: &[String],
    ) -> Result<()> {
        self.begin(session).await?;
        let found = self.standing(session).await?;
        if found.begun && found.number == window.number {
            // it was not answered, and is there
            return self.commit(session).await;
        }
        let before = window.number.saturating_sub(1);
        self.hold_against(session, Expected::Through(before))
            .await?;
        self.forget_prepared(session, ended).await?;
        let assignments = format!(
            "{}, window_number = {}, window_end = {}, lanes = {}, parts = {}",
            moved(position, totals),
            window.number,
            text(&window.end),
            window.lanes,
            window.parts
        );
        self.update_stream(session, &assignments).await?;
        self.commit(session).await
    }

    /// Takes the next number, inside the caller's transaction, for what is kept between two windows: it
    /// is forgotten together with that number. May be done twice.
    pub(super) async fn count_kept(&self, session: &mut Session, number: u64) -> Result<()> {
        if self.standing(session).await?.number == number {
            return Ok(());
        }
        let before = Expected::Through(number.saturating_sub(1));
        self.hold_against(session, before).await?;
        let assignments = format!("window_number = {number}, window_end = NULL");
        self.update_stream(session, &assignments).await
    }

    /// Notes, inside the caller's transaction, that a lane is through its window.
    pub async fn note_lane(&self, session: &mut Session, lane: u32, window: u64) -> Result<()> {
        session
            .execute(format!(
                "INSERT INTO {} (migration, lane, window_number) VALUES ({}, {lane}, {window}) \
                 ON DUPLICATE KEY UPDATE window_number = {window}",
                self.ledger().table("lane"),
                self.ledger().migration(),
            ))
            .await?;
        Ok(())
    }

    /// Notes up to where the source was drained by `finish`, and where the destination stood then: from
    /// there on it can be followed back.
    pub async fn note_drained(
        &self,
        session: &mut Session,
        at: &Checkpoint,
        way_back: &Checkpoint,
    ) -> Result<()> {
        self.begin(session).await?;
        let assignments = format!("drained_at = {}, way_back = {}", text(at), text(way_back));
        self.update_stream(session, &assignments).await?;
        self.commit(session).await
    }

    /// Moves the position inside the caller's transaction; no window is open then. `ended` are the
    /// prepared XA transactions that were committed or rolled back before it.
    pub async fn move_position(
        &self,
        session: &mut Session,
        position: &Checkpoint,
        window: u64,
        totals: &Totals,
        ended: &[String],
    ) -> Result<()> {
        self.forget_prepared(session, ended).await?;
        let assignments = format!(
            "{}, window_number = {window}, window_end = NULL",
            moved(position, totals)
        );
        self.update_stream(session, &assignments).await
    }

    async fn update_stream(&self, session: &mut Session, assignments: &str) -> Result<()> {
        session
            .execute(format!(
                "UPDATE {} SET {assignments} WHERE migration = {}",
                self.ledger().table("stream"),
                self.ledger().migration()
            ))
            .await?;
        Ok(())
    }
}

/// The last window that the ledger knows of.
#[derive(Clone, Copy, Debug)]
struct Standing {
    number: u64,
    /// By several lanes.
    begun: bool,
    through: bool,
}

fn moved(position: &Checkpoint, totals: &Totals) -> String {
    format!(
        "position = {}, transactions = {}, row_count = {}, committed_at = {}",
        text(position),
        totals.transactions,
        totals.rows,
        totals.committed_at
    )
}
