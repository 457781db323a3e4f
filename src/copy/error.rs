//! What can stop a copy, with the table and the key range.

use crate::{
    conn::ConnError, ledger::LedgerError, mysql::TableName, mysql::server_error::ErrorClass,
    rows::keyset::KeyError,
};

pub type Result<T> = std::result::Result<T, CopyError>;

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("reading {}: {cause}", table.plain())]
    Read { table: TableName, cause: ConnError },
    #[error("loading {}: {cause}", table.plain())]
    Load { table: TableName, cause: ConnError },
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("opening the snapshot: {0}")]
    Snapshot(ConnError),
    #[error("{}: {cause}", table.plain())]
    Key { table: TableName, cause: KeyError },
    #[error(
        "{} did not take every row of the chunk {range}: read {read}, loaded {loaded}, skipped \
         {skipped}",
        table.plain()
    )]
    Count {
        table: TableName,
        range: String,
        read: u64,
        loaded: u64,
        skipped: u64,
    },
    #[error("{} changed a value of the chunk {range}: {code} {message}", table.plain())]
    Warning {
        table: TableName,
        range: String,
        code: u16,
        message: String,
    },
    #[error(
        "the destination has lost rows of {} that it had confirmed, as a server does that crashes \
         without flushing every commit",
        table.plain()
    )]
    Forgotten { table: TableName },
    /// Its definition is not the one that the copy began with, or it is gone.
    #[error("{} was altered on the source while it was copied", table.plain())]
    Altered { table: TableName },
    /// It was waited for as long as may be.
    #[error(transparent)]
    GaveUp(Box<CopyError>),
    #[error("stopped")]
    Cancelled,
    #[error("a worker of the copy ended abnormally: {0}")]
    Worker(String),
}

impl CopyError {
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Read { cause, .. } | Self::Load { cause, .. } | Self::Snapshot(cause) => {
                cause.class()
            }
            Self::Ledger(LedgerError::Server(cause)) => cause.class(),
            Self::Ledger(
                LedgerError::Held { .. }
                | LedgerError::Lost { .. }
                | LedgerError::Newer { .. }
                | LedgerError::Forgotten { .. }
                | LedgerError::Damaged { .. },
            )
            | Self::Key { .. }
            | Self::Count { .. }
            | Self::Warning { .. }
            | Self::Forgotten { .. }
            | Self::Altered { .. }
            | Self::GaveUp(_)
            | Self::Cancelled
            | Self::Worker(_) => ErrorClass::Permanent,
        }
    }
}
