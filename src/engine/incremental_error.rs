//! What stops the incremental phases and the switch.

use std::collections::BTreeSet;

use super::error::EngineError;
use crate::{
    conn::ConnError,
    ledger::LedgerError,
    mysql::TableName,
    replication::{
        apply::ApplyError, follow::FollowError, gather::GatherError, spool::SpoolError,
        stream::StreamError,
    },
};

#[derive(Debug, thiserror::Error)]
pub enum IncrementalError {
    #[error(transparent)]
    Follow(FollowError),
    #[error(
        "the source has {count} prepared XA transactions: what they wrote would be before the start \
         of the stream, and their commit behind it"
    )]
    PreparedTransactions { count: u64 },
    #[error("the source writes no binlog, or this account may not see where it stands")]
    NoBinlog,
    #[error(
        "the source could not be held still for the moment in which its position is read: {tries} times \
         somebody held a table too long: {}", .cause.reason()
    )]
    NotHeld { tries: u32, cause: ConnError },
    #[error("the stream cannot start at {start}: {reason}")]
    Start { start: String, reason: String },
    #[error("{} was altered on the source while it was copied", .table.plain())]
    Altered { table: TableName },
    /// Nothing was read yet; `altered` have other definitions than they were made with.
    #[error("{what} on the source after it was looked at, and before the stream's start")]
    Changed {
        what: String,
        altered: BTreeSet<TableName>,
    },
    #[error("finish cannot begin now: {gate}")]
    NotNow { gate: String },
    #[error(
        "the source was written after it was drained up to {drained}: it is now at {now}, and what lies \
         in between is not on the destination"
    )]
    Written { drained: String, now: String },
    #[error(transparent)]
    Spool(SpoolError),
}

impl From<FollowError> for EngineError {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Cancelled | FollowError::Apply(ApplyError::Cancelled) => Self::Stopped,
            // what has applied has waited for the destination itself
            FollowError::Apply(ApplyError::Ledger(LedgerError::Server(_))) => {
                Self::Incremental(IncrementalError::Follow(error))
            }
            FollowError::Ledger(ledger) | FollowError::Apply(ApplyError::Ledger(ledger)) => {
                Self::Ledger(ledger)
            }
            FollowError::Gather(_)
            | FollowError::Apply(_)
            | FollowError::Server(_)
            | FollowError::Gone(_)
            | FollowError::SourceLost { .. }
            | FollowError::Ddl(_)
            | FollowError::Reordered { .. }
            | FollowError::Ended(_) => Self::Incremental(IncrementalError::Follow(error)),
        }
    }
}

impl IncrementalError {
    /// The tables that are to be copied again, where it cannot be told what a cascade did to them.
    pub fn unclear(&self) -> Option<&BTreeSet<TableName>> {
        match self {
            Self::Follow(FollowError::Gather(GatherError::Unclear { tables, .. })) => Some(tables),
            Self::Follow(_)
            | Self::PreparedTransactions { .. }
            | Self::NoBinlog
            | Self::NotHeld { .. }
            | Self::Start { .. }
            | Self::Altered { .. }
            | Self::Changed { .. }
            | Self::NotNow { .. }
            | Self::Written { .. }
            | Self::Spool(_) => None,
        }
    }

    /// The position of a statement that only a person's decision gets past.
    pub fn undecided(&self) -> Option<&str> {
        match self {
            Self::Follow(FollowError::Ddl(error)) => error.undecided(),
            Self::Follow(_)
            | Self::PreparedTransactions { .. }
            | Self::NoBinlog
            | Self::NotHeld { .. }
            | Self::Start { .. }
            | Self::Altered { .. }
            | Self::Changed { .. }
            | Self::NotNow { .. }
            | Self::Written { .. }
            | Self::Spool(_) => None,
        }
    }

    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Follow(error) => follow_code(error),
            Self::PreparedTransactions { .. } => "cutover::stream::prepared_transactions",
            Self::NoBinlog => "cutover::stream::no_binlog",
            Self::NotHeld { .. } => "cutover::stream::not_held",
            Self::Start { .. } => "cutover::stream::start",
            Self::Altered { .. } => "cutover::copy::altered",
            Self::Changed { .. } => "cutover::stream::changed_before_start",
            Self::NotNow { .. } => "cutover::finish::not_now",
            Self::Written { .. } => "cutover::finish::source_written",
            Self::Spool(error) => spool_code(error),
        }
    }

    /// Something to do.
    pub fn help(&self) -> String {
        match self {
            Self::Follow(error) => error.help(),
            Self::PreparedTransactions { .. } => {
                "XA RECOVER lists them on the source: have each committed or rolled back, then run \
                 the same command again"
                    .to_owned()
            }
            Self::NoBinlog => {
                "switch log_bin on at the source, and grant REPLICATION CLIENT to the account"
                    .to_owned()
            }
            Self::NotHeld { .. } => {
                "end the long queries, LOCK TABLES and ALTER TABLE that SHOW PROCESSLIST lists on the \
                 source, or wait for them, then run the same command again; with gtid_mode = ON no lock \
                 is needed"
                    .to_owned()
            }
            Self::Start { .. } => {
                "write into incremental.start the position at which the destination was seeded, of \
                 this source; where its binlog is gone there, seed the destination anew, or let \
                 \"full\" copy it"
                    .to_owned()
            }
            Self::Altered { table } => format!(
                "copy it again as it is now: cutover apply --replace {}",
                table.plain()
            ),
            Self::Changed { .. } => {
                "run the same command again: it plans by what the source has now".to_owned()
            }
            Self::NotNow { .. } => {
                "stop whoever writes to the source (SET GLOBAL super_read_only = ON; read_only before \
                 5.7), end what is left open there, then run the same command again"
                    .to_owned()
            }
            Self::Spool(error) => error.help(),
            Self::Written { .. } => {
                "find who may write although the source is read-only (SUPER, CONNECTION_ADMIN, a \
                 replica's own thread) and stop it. The switch was taken back and the stream goes on: \
                 run the same command again. Nobody may write to the destination before"
                    .to_owned()
            }
        }
    }
}

fn spool_code(error: &SpoolError) -> &'static str {
    match error {
        SpoolError::File { .. } | SpoolError::InUse { .. } | SpoolError::Over => {
            "cutover::spool::failed"
        }
        SpoolError::Damaged { .. } | SpoolError::Gap { .. } => "cutover::spool::damaged",
        SpoolError::Newer { .. } | SpoolError::Foreign { .. } | SpoolError::Elsewhere { .. } => {
            "cutover::spool::not_ours"
        }
        SpoolError::Lost { .. } => "cutover::stream::source_lost",
        SpoolError::Source(error) => stream_code(error),
        SpoolError::Server(_) => "cutover::stream::failed",
    }
}

fn stream_code(error: &StreamError) -> &'static str {
    match error {
        StreamError::Purged { .. } => "cutover::stream::purged",
        StreamError::SourceLost { .. } => "cutover::stream::source_lost",
        StreamError::Spool(error) => spool_code(error),
        StreamError::Refused { .. }
        | StreamError::Ended { .. }
        | StreamError::Silent { .. }
        | StreamError::Event { .. }
        | StreamError::TooLarge { .. }
        | StreamError::Connection(_) => "cutover::stream::failed",
    }
}

fn follow_code(error: &FollowError) -> &'static str {
    match error {
        FollowError::Gather(GatherError::Stream(error)) => stream_code(error),
        FollowError::SourceLost { .. } => "cutover::stream::source_lost",
        FollowError::Server(_) => "cutover::stream::failed",
        FollowError::Gather(GatherError::Decode { .. }) => "cutover::stream::unreadable_row",
        FollowError::Gather(GatherError::RolledBack { .. }) => "cutover::stream::rolled_back",
        FollowError::Gather(
            GatherError::UnknownXa { .. }
            | GatherError::AlteredXa { .. }
            | GatherError::DamagedXa { .. },
        ) => "cutover::stream::xa",
        FollowError::Apply(
            ApplyError::Missing { .. }
            | ApplyError::Differs { .. }
            | ApplyError::There { .. }
            | ApplyError::Count { .. },
        ) => "cutover::stream::row_differs",
        FollowError::Apply(ApplyError::Warning { .. }) => "cutover::stream::value_changed",
        FollowError::Gather(GatherError::Unclear { .. }) => "cutover::stream::cascade_unclear",
        FollowError::Apply(ApplyError::Cascade { .. } | ApplyError::CascadeDml { .. }) => {
            "cutover::stream::cascade"
        }
        FollowError::Apply(ApplyError::TooLarge { .. }) => "cutover::stream::row_too_large",
        FollowError::Apply(ApplyError::WithoutKey { .. }) => "cutover::stream::no_key",
        FollowError::Apply(ApplyError::OtherParts { .. }) => "cutover::stream::other_parts",
        FollowError::Apply(_) | FollowError::Ledger(_) | FollowError::Cancelled => {
            "cutover::stream::apply_failed"
        }
        FollowError::Gone(_) => "cutover::stream::table_gone",
        FollowError::Ddl(error) => error.code(),
        FollowError::Ended(_) => "cutover::stream::ended",
        FollowError::Reordered { .. } => "cutover::stream::reordered",
    }
}
