//! What can stop the applying of rows.

use crate::{
    conn::ConnError, ledger::LedgerError, mysql::Checkpoint, mysql::TableName,
    mysql::server_error::ErrorClass, rows::keyset::KeyError,
};

/// The protocol's limit of `max_allowed_packet`.
const LARGEST_PACKET: u64 = 1 << 30;

#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("{}, at {place}: {cause}", table.plain())]
    Server {
        table: TableName,
        place: String,
        cause: ConnError,
    },
    #[error(
        "{}: the row ({key}) that the source changed at {place} is not on the destination",
        table.plain()
    )]
    Missing {
        table: TableName,
        key: String,
        place: String,
    },
    #[error(
        "{}: the row ({key}) is not as it was on the source before the change at {place}: {columns} \
         differ",
        table.plain()
    )]
    Differs {
        table: TableName,
        key: String,
        columns: String,
        place: String,
    },
    #[error(
        "{}: a row that the source inserted at {place} or shortly before is already on the \
         destination: {reason}",
        table.plain()
    )]
    There {
        table: TableName,
        place: String,
        reason: String,
    },
    #[error(
        "{}: the destination changed {found} rows where {expected} were to change, at {place}",
        table.plain()
    )]
    Count {
        table: TableName,
        place: String,
        expected: u64,
        found: u64,
    },
    #[error("{}: the destination changed a value at {place}: {code} {message}", table.plain())]
    Warning {
        table: TableName,
        place: String,
        code: u16,
        message: String,
    },
    #[error(
        "{}: rows that follow {} by the foreign key {key} were changed inside the source's engine at \
         {place}, and a column of the key is not replicated",
        table.plain(),
        parent.plain()
    )]
    Cascade {
        table: TableName,
        parent: TableName,
        key: String,
        place: String,
    },
    #[error(
        "{}: rows that follow {} by the foreign key {key} were changed inside the source's engine at \
         {place}, and `dml` leaves changes out by which they are found",
        table.plain(),
        parent.plain()
    )]
    CascadeDml {
        table: TableName,
        parent: TableName,
        key: String,
        place: String,
    },
    #[error(
        "{}: the destination's table lacks the key by which the source's rows are told apart, and the \
         row changed at {place} may have been copied already",
        table.plain()
    )]
    WithoutKey { table: TableName, place: String },
    #[error(
        "{}: a row changed at {place} or shortly before takes a statement of {bytes} bytes, and the \
         destination's max_allowed_packet is {limit}",
        table.plain()
    )]
    TooLarge {
        table: TableName,
        place: String,
        bytes: u64,
        limit: u64,
    },
    #[error(
        "the changes up to {end} were begun by several connections, and would be divided among them in \
         another way now: which of them are on the destination cannot be told"
    )]
    OtherParts { end: Box<Checkpoint> },
    #[error("{}: {cause}", table.plain())]
    Key { table: TableName, cause: KeyError },
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("weighing keys on the destination: {0}")]
    Weights(ConnError),
    #[error("stopped")]
    Cancelled,
    #[error("a lane ended abnormally: {0}")]
    Lane(String),
}

impl ApplyError {
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Server { cause, .. }
            | Self::Weights(cause)
            | Self::Ledger(LedgerError::Server(cause)) => cause.class(),
            Self::Missing { .. }
            | Self::Differs { .. }
            | Self::There { .. }
            | Self::Count { .. }
            | Self::Warning { .. }
            | Self::Cascade { .. }
            | Self::CascadeDml { .. }
            | Self::WithoutKey { .. }
            | Self::TooLarge { .. }
            | Self::OtherParts { .. }
            | Self::Key { .. }
            | Self::Ledger(
                LedgerError::Held { .. }
                | LedgerError::Lost { .. }
                | LedgerError::Newer { .. }
                | LedgerError::Forgotten { .. }
                | LedgerError::Damaged { .. },
            )
            | Self::Cancelled
            | Self::Lane(_) => ErrorClass::Permanent,
        }
    }

    /// Whether it is the connection that failed.
    pub fn is_connection(&self) -> bool {
        match self {
            Self::Server { cause, .. }
            | Self::Weights(cause)
            | Self::Ledger(LedgerError::Server(cause)) => cause.is_connection(),
            Self::Missing { .. }
            | Self::Differs { .. }
            | Self::There { .. }
            | Self::Count { .. }
            | Self::Warning { .. }
            | Self::Cascade { .. }
            | Self::CascadeDml { .. }
            | Self::WithoutKey { .. }
            | Self::TooLarge { .. }
            | Self::OtherParts { .. }
            | Self::Key { .. }
            | Self::Ledger(_)
            | Self::Cancelled
            | Self::Lane(_) => false,
        }
    }

    /// Something to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Server { cause, .. }
            | Self::Weights(cause)
            | Self::Ledger(LedgerError::Server(cause)) => cause.help(),
            Self::Missing { .. }
            | Self::Differs { .. }
            | Self::There { .. }
            | Self::Count { .. } => {
                "somebody else writes to the destination's table, or wrote to it: see what it is, \
                 stop it, and copy the table again with `cutover apply --replace DATABASE.TABLE`"
            }
            .to_owned(),
            Self::Warning { .. } => {
                "compare the column's type on both sides; `cutover plan` shows what differs"
                    .to_owned()
            }
            Self::Cascade { .. } => {
                "take the key's columns into the selection, on both of its tables, and copy the child \
                 again with `cutover apply --replace DATABASE.TABLE`"
                    .to_owned()
            }
            Self::CascadeDml { .. } => {
                "take \"insert\" and \"update\" into `dml` of this table, and copy it and what follows \
                 it again with `cutover apply --replace DATABASE.TABLE`"
                    .to_owned()
            }
            Self::WithoutKey { .. } => {
                "ALTER TABLE ... ADD PRIMARY KEY on the destination, as the source has it, then run the \
                 same command again"
                    .to_owned()
            }
            Self::TooLarge { bytes, .. } if *bytes < LARGEST_PACKET => format!(
                "SET GLOBAL max_allowed_packet = {LARGEST_PACKET}; on the destination (more than {bytes} \
                 will do), then run the same command again"
            ),
            Self::TooLarge { .. } => {
                "no server takes such a statement: make the row smaller on the source, leave the column \
                 out (`exclude_columns`), or copy the table again with \
                 `cutover apply --replace DATABASE.TABLE` after the row is smaller"
                    .to_owned()
            }
            Self::OtherParts { .. } => {
                "a unique key or a collation of the destination's tables was changed meanwhile, or \
                 another version of cutover began: undo the change, or let that version go on; else \
                 copy everything again: `cutover destroy`, then `cutover apply`"
                    .to_owned()
            }
            Self::Key { .. } => {
                "report this: the source sent a value that is not of its column".to_owned()
            }
            Self::Ledger(_) | Self::Cancelled | Self::Lane(_) => {
                "run the same command again: it goes on from the checkpoint".to_owned()
            }
        }
    }
}
