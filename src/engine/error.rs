//! Why a run ended, what was kept, and what to do next.

use super::incremental_error::IncrementalError;
use crate::{
    conn::ConnError, copy::CopyError, ledger::LedgerError, schema::SchemaError,
    state::NotATransition, store::StoreError, verify::VerifyError,
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
    #[error(
        "migration {name} is {phase} by the destination's ledger: nothing is applied any more, so that \
         an old task cannot overwrite what is in use now"
    )]
    Over { name: String, phase: String },
    #[error(transparent)]
    Incremental(IncrementalError),
    #[error("the ledger on the destination does not know this migration")]
    NotBegun,
    #[error(
        "the stream stands at {stands}, behind {position}: there is nothing to decide any more"
    )]
    Passed { position: String, stands: String },
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
            CopyError::Altered { table } => Self::Incremental(IncrementalError::Altered { table }),
            CopyError::Read { .. }
            | CopyError::Load { .. }
            | CopyError::Snapshot(_)
            | CopyError::Key { .. }
            | CopyError::Count { .. }
            | CopyError::Warning { .. }
            | CopyError::Forgotten { .. }
            | CopyError::GaveUp(_)
            | CopyError::Worker(_) => Self::Copy(error),
        }
    }
}

impl From<IncrementalError> for EngineError {
    fn from(error: IncrementalError) -> Self {
        Self::Incremental(error)
    }
}

impl From<VerifyError> for EngineError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Cancelled => Self::Stopped,
            VerifyError::Read { .. }
            | VerifyError::Key { .. }
            | VerifyError::Connect { .. }
            | VerifyError::StreamEnded
            | VerifyError::Worker(_) => Self::Verify(error),
            VerifyError::Ledger { cause } => Self::Ledger(cause),
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
            Self::Ledger(LedgerError::Forgotten { .. }) => "cutover::ledger::forgotten",
            Self::Ledger(LedgerError::Server(_)) => "cutover::ledger::server",
            Self::Schema(_) => "cutover::schema::definition",
            Self::Copy(CopyError::Warning { .. }) => "cutover::copy::value_changed",
            Self::Copy(CopyError::Count { .. }) => "cutover::copy::rows_not_taken",
            Self::Copy(_) => "cutover::copy::failed",
            Self::Verify(VerifyError::StreamEnded) => "cutover::verify::stream_ended",
            Self::Verify(_) => "cutover::verify::failed",
            Self::Store(_) => "cutover::store::failed",
            Self::Transition(_) => "cutover::state::transition",
            Self::Moved { .. } => "cutover::copy::source_moved",
            Self::UnknownTable { .. } => "cutover::ledger::unknown_table",
            Self::OtherLineage { .. } => "cutover::ledger::other_lineage",
            Self::Over { .. } => "cutover::cli::over",
            Self::Incremental(error) => error.code(),
            Self::NotBegun => "cutover::engine::not_begun",
            Self::Passed { .. } => "cutover::engine::passed",
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
            Self::Verify(VerifyError::StreamEnded) => {
                "let `cutover apply` go on and compare beside it, or compare once it has stopped and \
                 the source is idle"
                    .to_owned()
            }
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
            Self::Copy(CopyError::Forgotten { .. }) | Self::Ledger(LedgerError::Forgotten { .. }) => {
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
                | CopyError::Altered { .. }
                | CopyError::GaveUp(_)
                | CopyError::Ledger(_)
                | CopyError::Cancelled
                | CopyError::Worker(_),
            )
            | Self::Schema(
                SchemaError::Ledger(_) | SchemaError::Cancelled | SchemaError::Worker(_),
            )
            | Self::Verify(
                VerifyError::Key { .. }
                | VerifyError::Ledger { .. }
                | VerifyError::Cancelled
                | VerifyError::Worker(_),
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
            Self::Over { .. } => {
                "`cutover status` shows it; for another run give it another name and another state"
                    .to_owned()
            }
            Self::Incremental(error) => error.help(),
            Self::NotBegun => "`cutover apply` begins it".to_owned(),
            Self::Passed { .. } => "`cutover status` shows where it stopped".to_owned(),
            Self::OtherLineage { .. } => {
                "use the state file of that migration, or give this one another name".to_owned()
            }
        }
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
