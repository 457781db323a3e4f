//! Why a stream ends before its end.

use super::super::{cursor::Malformed, event::Place, spool::SpoolError};
use crate::{
    conn::ConnError,
    mysql::server_error::{ErrorClass, classify},
};

/// The server's number for every position that it will not serve.
const FATAL_READ: u16 = 1236;
/// The same, as some releases give it before the dump.
const PURGED_GTIDS: u16 = 1789;

#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Binlog files that hold what comes next are gone.
    #[error("the source no longer has the binlog behind the position reached: {answer}")]
    Purged { answer: String },
    /// We have applied what the source has not.
    #[error("the source lacks transactions that are already on the destination: {answer}")]
    SourceLost { answer: String },
    /// Any other position that the source will not serve.
    #[error("the source does not serve its binlog from there: {answer}")]
    Refused { answer: String },
    #[error("{server} ended the binlog stream")]
    Ended { server: String },
    /// Not even a heartbeat came.
    #[error("{server} has given no sign of life for {seconds} s")]
    Silent { server: String, seconds: u64 },
    #[error("cannot go on behind {place}: {name} event (type {kind}): {reason}")]
    Event {
        /// The end of the last event before it.
        place: Box<Place>,
        kind: u8,
        name: &'static str,
        reason: Malformed,
    },
    #[error(
        "cannot go on behind {place}: a compressed transaction of {size} bytes, and {limit} are allowed"
    )]
    TooLarge {
        place: Box<Place>,
        size: u64,
        limit: u64,
    },
    #[error(transparent)]
    Connection(ConnError),
    /// The events come from the spool.
    #[error(transparent)]
    Spool(Box<SpoolError>),
}

impl StreamError {
    /// The server tells its reasons apart by text alone; the words are the same from 5.6 to 9.7 but
    /// for `master` and `slave`.
    pub(in crate::replication) fn from_server(error: ConnError) -> Self {
        if !matches!(error.code(), Some(FATAL_READ | PURGED_GTIDS)) {
            return Self::Connection(error);
        }
        let answer = error.to_string();
        let says = |words: &str| answer.contains(words);
        if says("more GTIDs than") {
            Self::SourceLost { answer }
        } else if says("purged") || says("Could not find first log file name") {
            Self::Purged { answer }
        } else {
            Self::Refused { answer }
        }
    }

    /// What may be done about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Ended { .. } | Self::Silent { .. } => ErrorClass::Transient,
            // reading again from the same position repeats nothing
            Self::Connection(error) => match error.code() {
                Some(code) if classify(code) == ErrorClass::Permanent => ErrorClass::Permanent,
                _ => match error.class() {
                    ErrorClass::Ambiguous => ErrorClass::Transient,
                    class @ (ErrorClass::Transient | ErrorClass::Permanent) => class,
                },
            },
            Self::Purged { .. }
            | Self::SourceLost { .. }
            | Self::Refused { .. }
            | Self::Event { .. }
            | Self::TooLarge { .. }
            // the source was waited for already
            | Self::Spool(_) => ErrorClass::Permanent,
        }
    }

    /// Something to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Purged { .. } => {
                "point `source` at a server that still has these binlogs, or copy everything again: \
                 `cutover destroy`, then `cutover apply`; a longer binlog_expire_logs_seconds \
                 (expire_logs_days before 8.0) keeps it from happening again"
            }
            Self::SourceLost { .. } => {
                "the source was restored or failed over without its last transactions: point `source` \
                 at a server that has them, or copy everything again"
            }
            Self::Refused { .. } => {
                "check that the account has REPLICATION SLAVE, that no other replica has the same \
                 server_id, and that the source's binlog is whole"
            }
            Self::Ended { .. } => {
                "the source shut down, or another replica connected with our server_id; run the same \
                 command again: it goes on from the checkpoint"
            }
            Self::Silent { .. } => {
                "the source hangs, or the network to it is cut: see that it can be reached, then run \
                 the same command again: it goes on from the checkpoint"
            }
            Self::Event { reason, .. } if reason.to_string().contains("binlog_row_image") => {
                "let no session of the source set binlog_row_image; what is logged already cannot be \
                 mended: copy the table again"
            }
            Self::Event { .. } => {
                "nothing was applied beyond the checkpoint; read the event with `mysqlbinlog` on the \
                 source and report it"
            }
            Self::TooLarge { .. } => {
                "give it more memory, or split the transaction on the source and let sessions with \
                 very large ones set binlog_transaction_compression = OFF"
            }
            Self::Connection(error) => return error.help(),
            Self::Spool(error) => return error.help(),
        }
        .to_owned()
    }
}
