//! Where a server stands in its binlog.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::gtid::{GtidError, GtidSet};

/// A binlog file and the offset of the next event in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinlogPosition {
    pub file: String,
    pub offset: u64,
}

impl fmt::Display for BinlogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.offset)
    }
}

/// How far a source had come at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePosition {
    pub server_uuid: String,
    /// `@@GLOBAL.gtid_executed`, without line breaks; empty where GTIDs are off.
    pub gtid_executed: String,
    /// `None` where the server writes no binlog: such a source always counts as moved.
    pub binlog: Option<BinlogPosition>,
}

impl SourcePosition {
    /// The executed set as a set; it is stored as the server's text.
    ///
    /// # Errors
    /// A text that is no set, which only a foreign hand can have written.
    pub fn gtids(&self) -> Result<GtidSet, GtidError> {
        self.gtid_executed.parse()
    }
}

impl fmt::Display for SourcePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.binlog, self.gtid_executed.is_empty()) {
            (_, false) => f.write_str(&self.gtid_executed),
            (Some(binlog), true) => write!(f, "{binlog}"),
            (None, true) => f.write_str("no binlog"),
        }
    }
}
