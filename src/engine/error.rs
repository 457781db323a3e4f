//! Why a run ended, what was kept, and what to do next.

use crate::{
    conn::ConnError,
    copy::CopyError,
    ledger::LedgerError,
    mysql::TableName,
    replication::{
        apply::ApplyError, follow::FollowError, gather::GatherError, stream::StreamError,
    },
    schema::SchemaError,
    state::NotATransition,
    store::StoreError,
    verify::VerifyError,
};

pub type Result<T> = std::result::Result<T, EngineError>;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Server(#[from] ConnError),
    #[error(transparent)]
    Ledger(LedgerError),
    #[error(transparent)]
    Schema(SchemaError),
    #[error(transparent)]
    Copy(CopyError),
    #[error(transparent)]
    Verify(VerifyError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Transition(#[from] NotATransition),
    #[error(
        "the source has moved since the snapshot of {was} (now {now}), and {tables} held rows of \
         its own before the copy, so it cannot be emptied and copied again"
    )]
    Moved {
        was: String,
        now: String,
        tables: String,
    },
    #[error("table {table} is not in the ledger's list of tables to copy")]
    UnknownTable { table: String },
    #[error(
        "another migration named {name} is in the destination's ledger (lineage {found}, ours {ours})"
    )]
    OtherLineage {
        name: String,
        found: String,
        ours: String,
    },
    #[error(transparent)]
    Follow(FollowError),
    #[error(
        "the source has {count} prepared XA transactions: what they wrote would be before the start \
         of the stream, and their commit behind it"
    )]
    PreparedTransactions { count: u64 },
    #[error("the source writes no binlog, or this account may not see where it stands")]
    NoBinlog,
    #[error("{} was altered on the source while it was copied", .table.plain())]
    Altered { table: TableName },
    #[error("stopped by a signal")]
    Stopped,
}

impl From<LedgerError> for EngineError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<SchemaError> for EngineError {
    fn from(error: SchemaError) -> Self {
        match error {
            SchemaError::Cancelled => Self::Stopped,
            SchemaError::Ledger(ledger) => Self::Ledger(ledger),
            SchemaError::Define { .. }
            | SchemaError::NotEmpty { .. }
            | SchemaError::AccountThere { .. }
            | SchemaError::Worker(_) => Self::Schema(error),
        }
    }
}

impl From<CopyError> for EngineError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Cancelled => Self::Stopped,
            CopyError::Ledger(ledger) => Self::Ledger(ledger),
            CopyError::Read { .. }
            | CopyError::Load { .. }
            | CopyError::Snapshot(_)
            | CopyError::Key { .. }
            | CopyError::Count { .. }
            | CopyError::Warning { .. }
            | CopyError::Forgotten { .. }
            | CopyError::Worker(_) => Self::Copy(error),
        }
    }
}

impl From<FollowError> for EngineError {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Cancelled | FollowError::Apply(ApplyError::Cancelled) => Self::Stopped,
            FollowError::Ledger(ledger) | FollowError::Apply(ApplyError::Ledger(ledger)) => {
                Self::Ledger(ledger)
            }
            FollowError::Gather(_)
            | FollowError::Apply(_)
            | FollowError::Server(_)
            | FollowError::Gone(_)
            | FollowError::SourceLost { .. }
            | FollowError::Ddl(_)
            | FollowError::Ended(_) => Self::Follow(error),
        }
    }
}

impl From<VerifyError> for EngineError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Cancelled => Self::Stopped,
            VerifyError::Read { .. }
            | VerifyError::Key { .. }
            | VerifyError::Connect { .. }
            | VerifyError::Worker(_) => Self::Verify(error),
        }
    }
}

impl EngineError {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Server(_) => "cutover::engine::server",
            Self::Ledger(LedgerError::Held { .. }) => "cutover::ledger::held",
            Self::Ledger(LedgerError::Lost { .. }) => "cutover::ledger::lost",
            Self::Ledger(LedgerError::Newer { .. }) => "cutover::ledger::newer",
            Self::Ledger(LedgerError::Damaged { .. }) => "cutover::ledger::damaged",
            Self::Ledger(LedgerError::Server(_)) => "cutover::ledger::server",
            Self::Schema(_) => "cutover::schema::definition",
            Self::Copy(CopyError::Warning { .. }) => "cutover::copy::value_changed",
            Self::Copy(CopyError::Count { .. }) => "cutover::copy::rows_not_taken",
            Self::Copy(_) => "cutover::copy::failed",
            Self::Verify(_) => "cutover::verify::failed",
            Self::Store(_) => "cutover::store::failed",
            Self::Transition(_) => "cutover::state::transition",
            Self::Moved { .. } => "cutover::copy::source_moved",
            Self::UnknownTable { .. } => "cutover::ledger::unknown_table",
            Self::OtherLineage { .. } => "cutover::ledger::other_lineage",
            Self::Follow(error) => follow_code(error),
            Self::PreparedTransactions { .. } => "cutover::stream::prepared_transactions",
            Self::NoBinlog => "cutover::stream::no_binlog",
            Self::Altered { .. } => "cutover::copy::altered",
            Self::Stopped => "cutover::engine::stopped",
        }
    }

    /// Something to do.
    pub fn help(&self) -> String {
        match self {
            Self::Server(error)
            | Self::Ledger(LedgerError::Server(error))
            | Self::Schema(SchemaError::Define { cause: error, .. })
            | Self::Copy(
                CopyError::Read { cause: error, .. }
                | CopyError::Load { cause: error, .. }
                | CopyError::Snapshot(error),
            )
            | Self::Verify(
                VerifyError::Read { cause: error, .. } | VerifyError::Connect { cause: error },
            ) => error.help(),
            Self::Ledger(LedgerError::Held { .. }) => {
                "wait for it, or stop it; where that process is gone for good, its lease ends by \
                 itself within 30 s"
                    .to_owned()
            }
            Self::Ledger(LedgerError::Lost { .. }) => {
                "nothing of ours was committed after that; `cutover status` shows who goes on"
                    .to_owned()
            }
            Self::Ledger(LedgerError::Newer { .. }) => {
                "use the newer cutover that began this migration".to_owned()
            }
            Self::Ledger(LedgerError::Damaged { .. }) | Self::UnknownTable { .. } => {
                "somebody has changed the metadata database; begin again on an empty destination"
                    .to_owned()
            }
            Self::Schema(SchemaError::NotEmpty { .. }) => {
                "find who writes to it, empty it, and run the same command again".to_owned()
            }
            Self::Schema(SchemaError::AccountThere { .. }) => {
                "drop it there, or take it out of `objects.accounts`".to_owned()
            }
            Self::Copy(CopyError::Forgotten { .. }) => {
                "run the same command again: it goes on from what is there; with \
                 innodb_flush_log_at_trx_commit = 1 and sync_binlog = 1 the destination keeps what it \
                 confirms"
                    .to_owned()
            }
            Self::Copy(CopyError::Count { .. } | CopyError::Warning { code: 1062, .. }) => {
                "another writer is at work on the destination's table: stop it, then run the same \
                 command again"
                    .to_owned()
            }
            Self::Copy(CopyError::Warning { .. }) => {
                "the destination's column cannot hold the value as it is: compare both definitions"
                    .to_owned()
            }
            Self::Copy(
                CopyError::Key { .. }
                | CopyError::Ledger(_)
                | CopyError::Cancelled
                | CopyError::Worker(_),
            )
            | Self::Schema(
                SchemaError::Ledger(_) | SchemaError::Cancelled | SchemaError::Worker(_),
            )
            | Self::Verify(
                VerifyError::Key { .. } | VerifyError::Cancelled | VerifyError::Worker(_),
            )
            | Self::Stopped => {
                "run the same command again: it goes on from the checkpoint".to_owned()
            }
            Self::Store(error) => miette::Diagnostic::help(error)
                .map(|help| help.to_string())
                .unwrap_or_default(),
            Self::Transition(_) => "`cutover status` shows where the migration stands".to_owned(),
            Self::Moved { .. } => {
                "empty that table on the destination and run the same command again, or add \
                 \"incremental\" to `phases`"
                    .to_owned()
            }
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
            Self::Altered { table } => format!(
                "copy it again as it is now: cutover apply --replace {}",
                table.plain()
            ),
            Self::OtherLineage { .. } => {
                "use the state file of that migration, or give this one another name".to_owned()
            }
        }
    }
}

fn follow_code(error: &FollowError) -> &'static str {
    match error {
        FollowError::Gather(GatherError::Stream(StreamError::Purged { .. })) => {
            "cutover::stream::purged"
        }
        FollowError::Gather(GatherError::Stream(StreamError::SourceLost { .. }))
        | FollowError::SourceLost { .. } => "cutover::stream::source_lost",
        FollowError::Gather(GatherError::Stream(_)) | FollowError::Server(_) => {
            "cutover::stream::failed"
        }
        FollowError::Gather(GatherError::Decode { .. }) => "cutover::stream::unreadable_row",
        FollowError::Gather(GatherError::RolledBack { .. }) => "cutover::stream::rolled_back",
        FollowError::Gather(GatherError::Xa { .. }) => "cutover::stream::xa",
        FollowError::Apply(
            ApplyError::Missing { .. }
            | ApplyError::Differs { .. }
            | ApplyError::There { .. }
            | ApplyError::Count { .. },
        ) => "cutover::stream::row_differs",
        FollowError::Apply(ApplyError::Warning { .. }) => "cutover::stream::value_changed",
        FollowError::Apply(ApplyError::Cascade { .. }) => "cutover::stream::cascade",
        FollowError::Apply(_) | FollowError::Ledger(_) | FollowError::Cancelled => {
            "cutover::stream::apply_failed"
        }
        FollowError::Gone(_) => "cutover::stream::table_gone",
        FollowError::Ddl(error) => error.code(),
        FollowError::Ended(_) => "cutover::stream::ended",
    }
}

impl miette::Diagnostic for EngineError {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(Self::code(self)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(Self::help(self)))
    }
}
