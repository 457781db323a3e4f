//! What can stop a comparison. Differences are results, not errors.

use crate::{conn::ConnError, ledger::LedgerError, mysql::TableName, rows::keyset::KeyError};

pub type Result<T> = std::result::Result<T, VerifyError>;

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("comparing {}: {cause}", table.plain())]
    Read { table: TableName, cause: ConnError },
    #[error("{}: {cause}", table.plain())]
    Key { table: TableName, cause: KeyError },
    #[error("{cause}")]
    Connect { cause: ConnError },
    #[error(transparent)]
    Ledger { cause: LedgerError },
    #[error(
        "the process that applied the stream has ended, and rows that differ could only be on their way"
    )]
    StreamEnded,
    #[error("stopped")]
    Cancelled,
    #[error("a worker of the comparison ended abnormally: {0}")]
    Worker(String),
}
