//! What can go wrong with the ledger.

use crate::conn::ConnError;

pub type Result<T> = std::result::Result<T, LedgerError>;

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error(transparent)]
    Server(#[from] ConnError),
    #[error(
        "this migration is being run by {owner} on {host} (process {pid}), which was last seen \
         {seconds} s ago"
    )]
    Held {
        owner: String,
        host: String,
        pid: u32,
        seconds: u64,
    },
    #[error("another process has taken this migration over (epoch {found}, ours was {ours})")]
    Lost { ours: u64, found: u64 },
    #[error("the ledger in {database} was written by a newer cutover (format {format})")]
    Newer { database: String, format: u32 },
    #[error(
        "the destination has forgotten what it had committed: window {expected} of the stream was on it, \
         and its ledger stands at window {found}"
    )]
    Forgotten { expected: u64, found: u64 },
    #[error("the ledger holds what this program cannot read: {what}")]
    Damaged { what: String },
}
