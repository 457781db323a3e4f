//! What ends the gathering of windows.

use std::collections::BTreeSet;

use crate::{
    mysql::TableName,
    replication::{cursor::Malformed, decode::DecodeError, event::Place, stream::StreamError},
};

#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error("at {place}: {error}")]
    Decode {
        place: Box<Place>,
        error: DecodeError,
    },
    /// Part of it is on the destination already.
    #[error("at {place}: a transaction too large for one window was rolled back on the source")]
    RolledBack { place: Box<Place> },
    #[error(
        "at {place}: XA transaction {xid} is committed, and was not prepared behind the stream's start"
    )]
    UnknownXa { place: Box<Place>, xid: String },
    #[error(
        "at {place}: {} was altered while XA transaction {xid} with rows of it was prepared",
        table.plain()
    )]
    AlteredXa {
        place: Box<Place>,
        xid: String,
        table: TableName,
    },
    /// Rows that the copy has read may have it behind them or not.
    #[error(
        "at {place}: a change of {} reached rows of other tables inside the source's engine while they \
         were copied, and which of them were read before it cannot be told: {}",
        parent.plain(),
        tables.iter().map(TableName::plain).collect::<Vec<_>>().join(", ")
    )]
    Unclear {
        place: Box<Place>,
        parent: TableName,
        tables: BTreeSet<TableName>,
    },
    #[error("at {place}: what the ledger holds of XA transaction {xid}: {reason}")]
    DamagedXa {
        place: Box<Place>,
        xid: String,
        reason: Malformed,
    },
}
