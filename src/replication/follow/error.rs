//! What ends the following of a source.

use std::collections::BTreeSet;

use super::super::{apply::ApplyError, ddl::DdlError, gather::GatherError, stream::StreamError};
use crate::{
    conn::ConnError,
    ledger::LedgerError,
    mysql::{Checkpoint, Role, TableName, server_error::ErrorClass},
};

/// The command that copies tables again.
pub fn again(tables: &BTreeSet<TableName>) -> String {
    let tables: Vec<String> = tables
        .iter()
        .map(|table| format!("--replace {}", table.plain()))
        .collect();
    format!("copy them again: `cutover apply {}`", tables.join(" "))
}

#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error(transparent)]
    Gather(#[from] GatherError),
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Server(#[from] ConnError),
    #[error("{} is not on the destination any more", .0.plain())]
    Gone(TableName),
    #[error("the source lacks transactions that are already on the destination: {missing}")]
    SourceLost { missing: String },
    #[error(transparent)]
    Ddl(#[from] DdlError),
    #[error("the binlog's end was reached at {0}, before the position that was asked for")]
    Ended(Checkpoint),
    #[error(
        "a window up to {window} is half applied, and this source has other transactions in between"
    )]
    Reordered { window: String },
    #[error("stopped")]
    Cancelled,
}

impl FollowError {
    /// Whether the stream may be opened again.
    pub(super) fn class(&self) -> ErrorClass {
        match self {
            Self::Gather(GatherError::Stream(error)) => error.class(),
            Self::Server(error) => match error.class() {
                // nothing was asked for that changes anything
                ErrorClass::Ambiguous => ErrorClass::Transient,
                class @ (ErrorClass::Transient | ErrorClass::Permanent) => class,
            },
            // what it did is in the ledger, and nothing is repeated
            Self::Ddl(DdlError::Server(error) | DdlError::Ledger(LedgerError::Server(error))) => {
                match error.class() {
                    ErrorClass::Ambiguous => ErrorClass::Transient,
                    class @ (ErrorClass::Transient | ErrorClass::Permanent) => class,
                }
            }
            Self::Gather(_)
            | Self::Apply(_)
            | Self::Ledger(_)
            | Self::Gone(_)
            | Self::SourceLost { .. }
            | Self::Ddl(_)
            | Self::Ended(_)
            | Self::Reordered { .. }
            | Self::Cancelled => ErrorClass::Permanent,
        }
    }

    /// The server that is waited for.
    pub(super) fn role(&self) -> Role {
        match self {
            Self::Server(error)
            | Self::Ddl(DdlError::Server(error) | DdlError::Ledger(LedgerError::Server(error))) => {
                error.role()
            }
            Self::Apply(_) | Self::Ledger(_) | Self::Ddl(_) => Role::Destination,
            Self::Gather(_)
            | Self::Gone(_)
            | Self::SourceLost { .. }
            | Self::Ended(_)
            | Self::Reordered { .. }
            | Self::Cancelled => Role::Source,
        }
    }

    /// Whether the destination lacks what it had committed: the ledger is to be read anew.
    pub(super) fn is_forgotten(&self) -> bool {
        matches!(
            self,
            Self::Ledger(LedgerError::Forgotten { .. })
                | Self::Apply(ApplyError::Ledger(LedgerError::Forgotten { .. }))
        )
    }

    /// Something to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Gather(GatherError::Stream(error)) => error.help(),
            Self::Gather(GatherError::Decode { .. }) => {
                "nothing was applied beyond the checkpoint; the definition that the destination's \
                 ledger holds is not the one that the row was written under: report it"
                    .to_owned()
            }
            Self::Gather(
                GatherError::RolledBack { .. }
                | GatherError::UnknownXa { .. }
                | GatherError::DamagedXa { .. },
            ) => "copy everything again: `cutover destroy`, then `cutover apply`".to_owned(),
            Self::Gather(GatherError::AlteredXa { table, .. }) => format!(
                "copy the table again: `cutover apply --replace {}`",
                table.plain()
            ),
            Self::Gather(GatherError::Unclear { tables, .. }) => again(tables),
            Self::Apply(error) => error.help(),
            Self::Server(error) | Self::Ledger(LedgerError::Server(error)) => error.help(),
            Self::Ledger(_) | Self::Cancelled => {
                "run the same command again: it goes on from the checkpoint".to_owned()
            }
            Self::Gone(table) => format!(
                "somebody dropped it; copy it again: `cutover apply --replace {}`",
                table.plain()
            ),
            Self::SourceLost { .. } => StreamError::SourceLost {
                answer: String::new(),
            }
            .help(),
            Self::Reordered { .. } => {
                "point `source` back at the server that was followed before, or at a replica of it that \
                 keeps its order of commits (replica_preserve_commit_order), until this window is through"
                    .to_owned()
            }
            Self::Ddl(error) => error.help(),
            Self::Ended(_) => "give a position that the source has, or wait for it".to_owned(),
        }
    }
}
