//! What a server is doing while we look at it, and what it says of its replication. Each answer may
//! be missing where the account may not ask; that is never taken for "nothing".

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::mysql::TableName;

/// What was answered to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer<T> {
    /// Nobody asked: the server has no such thing, or nothing depends on it.
    #[default]
    NotAsked,
    Known(T),
    /// The server's words.
    Refused(String),
}

impl<T> Answer<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::NotAsked | Self::Refused(_) => None,
        }
    }

    pub fn refused(&self) -> Option<&str> {
        match self {
            Self::Refused(reason) => Some(reason),
            Self::NotAsked | Self::Known(_) => None,
        }
    }
}

/// One moment of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Transactions that have been open for five minutes and more.
    pub long_transactions: Answer<Vec<OpenTransaction>>,
    /// Tables for whose definition somebody waits.
    pub awaited_tables: Answer<Vec<TableName>>,
    /// Transactions in the state PREPARED (`XA RECOVER`), by their names.
    pub prepared: Answer<Vec<String>>,
    /// Changes that InnoDB keeps for readers of old versions.
    pub history_length: Answer<u64>,
    pub binlog: Answer<BinlogStatus>,
    /// Names of the binlogs, oldest first.
    pub binlogs: Answer<Vec<String>>,
    /// The binlog that is largest, and its bytes.
    #[serde(default)]
    pub largest_binlog: Option<(String, u64)>,
    /// Bytes a second that went into the binlog since the server was started, on an average.
    #[serde(default)]
    pub binlog_rate: Answer<u64>,
    /// Databases in which rows were changed by statements that the binlog holds as such, in the first
    /// events of its last file.
    #[serde(default)]
    pub logged_statements: Answer<BTreeSet<String>>,
    /// Where a stream that has begun goes on.
    #[serde(default)]
    pub place: Answer<Place>,
    /// Tables of the source that a stream which has begun will make when it comes to them.
    #[serde(default)]
    pub later: BTreeSet<TableName>,
    /// The quickest of some answers, in microseconds.
    #[serde(default)]
    pub round_trip: Option<u64>,
    /// Tables that others than our account hold locked for writing; asked of the destination alone.
    #[serde(default)]
    pub written_tables: Answer<BTreeMap<TableName, String>>,
    /// Sessions that write statements instead of rows (`binlog_format` of their own).
    pub statement_sessions: Answer<u64>,
    /// Sessions that write nothing into the binlog (`sql_log_bin` of their own).
    #[serde(default)]
    pub unlogged_sessions: Answer<u64>,
    /// Routines and events of databases that are not there.
    #[serde(default)]
    pub orphans: Answer<Vec<String>>,
    /// Tables in the database `mysql` that are not the server's own.
    #[serde(default)]
    pub in_mysql: Answer<Vec<String>>,
    /// `server_id` of those who read its binlog.
    pub replica_ids: Answer<Vec<u32>>,
    /// As a replica of another.
    pub replica: Answer<Option<ReplicaStatus>>,
    /// Its clock less the source's, in milliseconds; of the destination alone.
    pub clock_ahead: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTransaction {
    pub connection: u64,
    pub seconds: u64,
}

/// What the source lacks of a stream that is to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Transactions that the stream has not read, and the source has purged.
    pub purged: String,
    /// Transactions that the stream has applied, and the source does not have.
    pub lost: String,
    /// The binlog that the stream is in, where the source has no such file.
    pub file: Option<String>,
}

/// Databases that its binlog holds, or leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinlogStatus {
    pub file: String,
    pub only: Vec<String>,
    pub without: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplicaStatus {
    /// It still applies what its own source sends.
    pub running: bool,
    pub seconds_behind: Option<u64>,
    /// Filters, as `Replicate_Do_DB = shop`.
    pub filters: Vec<String>,
}
