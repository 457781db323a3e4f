//! What the stream yields.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::xid::Xid;
use crate::mysql::{Gtid, TableName};

/// Where an event ends, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<str>,
    /// The offset behind the event. Events inside a compressed transaction have the one before it,
    /// and the last of them the one behind it: nobody can start in between.
    pub end: u64,
    /// The transaction's; `None` between transactions, and where the source has no GTIDs.
    pub gtid: Option<Gtid>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.end)?;
        match &self.gtid {
            Some(gtid) => write!(f, " ({gtid})"),
            None => Ok(()),
        }
    }
}

/// One step of the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub place: Place,
    /// When the statement began on the server that ran it first, in seconds since 1970.
    pub time: u32,
    /// The server that ran it first.
    pub server_id: u32,
    pub body: Body,
}

/// Between transactions there are only [`Body::Rotate`] and [`Body::Heartbeat`]; every transaction is
/// [`Body::Begin`], its changes, and [`Body::End`].
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Begin(Begin),
    /// A statement as text: DDL, or DML where the session logged statements.
    Statement(Box<Statement>),
    /// What a logged statement needs beside its text (`INTVAR`, `RAND`, `USER_VAR`, blocks of a
    /// loaded file): only ever before a [`Body::Statement`] that is no DDL.
    StatementContext,
    /// The original text of the row events behind it (`binlog_rows_query_log_events`).
    RowsQuery(Vec<u8>),
    TableMap(Arc<TableMap>),
    Rows(Rows),
    /// The rows up to the end belong to this XA transaction.
    XaStart(Xid),
    /// A prepared transaction, alone in its own one.
    XaCommit(Xid),
    XaRollback(Xid),
    End(End),
    /// A new file; the place is already in it.
    Rotate,
    /// The source has nothing to send; the place is where it stands.
    Heartbeat,
}

/// The beginning of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    pub gtid: Option<Gtid>,
    /// When it was committed on the server that ran it first, in microseconds since 1970; from 8.0.1.
    pub original_commit: Option<u64>,
    /// When it was committed on this source.
    pub immediate_commit: Option<u64>,
    /// Bytes of all its events, compressed where it is; from 8.0.2.
    pub length: Option<u64>,
}

/// How a transaction ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// XID, COMMIT, or XA COMMIT ONE PHASE.
    Commit,
    /// The one statement was all, and committed itself.
    Statement,
    /// Logged only since something in it could not be rolled back.
    Rollback,
    /// Its rows wait for an XA COMMIT in another transaction.
    XaPrepare(Xid),
    /// The source crashed while it wrote: the transaction never was.
    Abandoned,
}

/// A statement with the session settings under which it ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub text: Vec<u8>,
    /// The session's default database, in utf8; empty for none.
    pub database: Vec<u8>,
    pub connection_id: u32,
    /// Not 0 where the source logged it although it failed half-way.
    pub error: u16,
    /// The whole transaction is this statement.
    pub alone: bool,
    pub context: Context,
}

/// The settings that a statement's event carries; `None` where it does not carry them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    pub flags: Option<SessionFlags>,
    /// The bits of `sql_mode`.
    pub sql_mode: Option<u64>,
    pub auto_increment: Option<(u16, u16)>,
    pub charsets: Option<Charsets>,
    pub time_zone: Option<Vec<u8>>,
    pub lc_time_names: Option<u16>,
    /// The collation of the default database, where it is not the server's.
    pub collation_database: Option<u16>,
    pub table_map_for_update: Option<u64>,
    /// The account in `CURRENT_USER`, user and host.
    pub invoker: Option<(Vec<u8>, Vec<u8>)>,
    /// The databases that the statement changes; `None` also where they are too many.
    pub databases: Option<Vec<Vec<u8>>>,
    pub microseconds: Option<u32>,
    pub explicit_defaults_for_timestamp: Option<bool>,
    pub ddl_xid: Option<u64>,
    pub default_collation_for_utf8mb4: Option<u16>,
    pub sql_require_primary_key: Option<bool>,
    pub default_table_encryption: Option<bool>,
}

/// Collation numbers of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charsets {
    /// `character_set_client`, as the number of a collation of it.
    pub client: u16,
    pub collation_connection: u16,
    pub collation_server: u16,
}

/// `FLAGS2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFlags(pub u32);

impl SessionFlags {
    pub fn sql_auto_is_null(self) -> bool {
        self.0 & (1 << 14) != 0
    }

    pub fn autocommit(self) -> bool {
        self.0 & (1 << 19) == 0
    }

    pub fn foreign_key_checks(self) -> bool {
        self.0 & (1 << 26) == 0
    }

    pub fn unique_checks(self) -> bool {
        self.0 & (1 << 27) == 0
    }
}

/// How a table's rows are written behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableMap {
    pub table_id: u64,
    pub table: TableName,
    pub columns: Vec<BinlogColumn>,
}

/// One column, hidden and generated ones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BinlogColumn {
    pub kind: super::parse::table_map::ColumnKind,
    pub nullable: bool,
    /// With full metadata.
    pub name: Option<Vec<u8>>,
    /// From 8.0.1 on, for numbers.
    pub unsigned: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChange {
    Insert,
    Update,
    /// An update whose JSON columns may be differences.
    PartialUpdate,
    Delete,
}

/// Rows of one table, not decoded yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub map: Arc<TableMap>,
    pub change: RowChange,
    pub flags: RowFlags,
    /// The images, one behind the other.
    pub images: Vec<u8>,
}

impl Rows {
    /// Whether what they cascade to was changed inside the source's engine, unseen by the binlog.
    pub fn inside_engine(&self) -> bool {
        !self.flags.no_foreign_key_checks() && !self.flags.sql_foreign_key()
    }
}

/// The flags of a row event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowFlags(pub u16);

impl RowFlags {
    /// The last event of its statement.
    pub fn statement_end(self) -> bool {
        self.0 & 1 != 0
    }

    /// `NO_FOREIGN_KEY_CHECKS_F`: the session had switched them off, so nothing was cascaded.
    pub fn no_foreign_key_checks(self) -> bool {
        self.0 & 2 != 0
    }

    pub fn relaxed_unique_checks(self) -> bool {
        self.0 & 4 != 0
    }

    /// `USE_SQL_FOREIGN_KEY_F` (9.6 on): cascades ran above the engine, and are in the binlog.
    pub fn sql_foreign_key(self) -> bool {
        self.0 & 16 != 0
    }
}
