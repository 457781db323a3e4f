//! What can stop a definition.

use crate::{conn::ConnError, ledger::LedgerError};

pub type Result<T> = std::result::Result<T, SchemaError>;

#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("{kind} {object}: {cause}")]
    Define {
        kind: String,
        object: String,
        cause: ConnError,
    },
    #[error(
        "table {table} was begun by an earlier run, and holds rows now that did not come from it"
    )]
    NotEmpty { table: String },
    #[error("the account {account} is on the destination now, and this migration did not make it")]
    AccountThere { account: String },
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("stopped")]
    Cancelled,
    #[error("a worker ended abnormally: {0}")]
    Worker(String),
}
