//! A place in a source's stream of transactions from which it can be read again.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

use super::{BinlogPosition, Gtid, GtidError, GtidSet, SourcePosition};

/// Everything before it has been dealt with, nothing behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The server whose file and offset `binlog` names.
    pub server_uuid: String,
    /// Whether the set says where it is: the source has `gtid_mode = ON`.
    pub by_gtid: bool,
    pub gtids: GtidSet,
    pub binlog: Option<BinlogPosition>,
    /// Row changes of the transaction behind it that have been dealt with, too.
    pub rows: u64,
    /// That transaction: another server may send others before it. `None` where there is none, or it
    /// has no identifier.
    pub inside: Option<Box<Gtid>>,
    /// By which the server is known again; `None` before the first transaction.
    pub witness: Option<Witness>,
}

/// How the last transaction that ended before a place began in the server's file: one that was restored
/// from an older copy, and written since, has other bytes there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    pub file: String,
    /// The offset behind its first event.
    pub end: u64,
    /// Bytes of that event as it stands in the file.
    pub size: u32,
    /// When it was written, in seconds since 1970.
    pub time: u32,
    /// The CRC32 of what it says.
    pub sum: u32,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    server_uuid: String,
    by_gtid: bool,
    gtids: String,
    binlog: Option<BinlogPosition>,
    rows: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inside: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    witness: Option<Witness>,
}

impl Checkpoint {
    /// A source's position between two transactions.
    ///
    /// # Errors
    /// An executed set that is none.
    pub fn at(position: &SourcePosition) -> Result<Self, GtidError> {
        Ok(Self {
            server_uuid: position.server_uuid.clone(),
            by_gtid: !position.gtid_executed.is_empty(),
            gtids: position.gtids()?,
            binlog: position.binlog.clone(),
            rows: 0,
            inside: None,
            witness: None,
        })
    }

    /// A place as a person writes it: `gtid:SET` or `file:NAME,POSITION`. `None` where it is neither,
    /// or an empty set.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(set) = text.strip_prefix("gtid:") {
            let gtids: GtidSet = set.parse().ok()?;
            return (!gtids.is_empty()).then(|| Self {
                by_gtid: true,
                gtids,
                ..Self::default()
            });
        }
        let (file, offset) = text.strip_prefix("file:")?.rsplit_once(',')?;
        let offset = offset.trim().parse().ok()?;
        (!file.is_empty()).then(|| Self {
            binlog: Some(BinlogPosition {
                file: file.to_owned(),
                offset,
            }),
            ..Self::default()
        })
    }

    /// The form in which the ledger and the state keep it.
    pub fn encode(&self) -> String {
        let stored = Stored {
            server_uuid: self.server_uuid.clone(),
            by_gtid: self.by_gtid,
            gtids: self.gtids.to_string(),
            binlog: self.binlog.clone(),
            rows: self.rows,
            inside: self.inside.as_ref().map(ToString::to_string),
            witness: self.witness.clone(),
        };
        serde_json::to_string(&stored).unwrap_or_default()
    }

    pub fn decode(text: &str) -> Option<Self> {
        let stored: Stored = serde_json::from_str(text).ok()?;
        Some(Self {
            server_uuid: stored.server_uuid,
            by_gtid: stored.by_gtid,
            gtids: stored.gtids.parse().ok()?,
            binlog: stored.binlog,
            rows: stored.rows,
            inside: match stored.inside {
                Some(text) => Some(Box::new(text.parse().ok()?)),
                None => None,
            },
            witness: stored.witness,
        })
    }

    /// The same place on another server, on which only the set says where it is.
    #[must_use]
    pub fn on_server(&self, server_uuid: &str) -> Self {
        let same = self.server_uuid == server_uuid;
        Self {
            server_uuid: server_uuid.to_owned(),
            binlog: self.binlog.clone().filter(|_| same),
            witness: self.witness.clone().filter(|_| same),
            ..self.clone()
        }
    }

    pub fn position(&self) -> SourcePosition {
        SourcePosition {
            server_uuid: self.server_uuid.clone(),
            gtid_executed: if self.by_gtid {
                self.gtids.to_string()
            } else {
                String::new()
            },
            binlog: self.binlog.clone(),
        }
    }

    /// Whether everything before `other` is before this, too.
    pub fn reaches(&self, other: &Self) -> bool {
        if self.by_gtid && other.by_gtid {
            return other.gtids.is_subset(&self.gtids);
        }
        match (&self.binlog, &other.binlog) {
            (Some(mine), Some(theirs)) => mine.compare(theirs) != Ordering::Less,
            (None, _) | (_, None) => false,
        }
    }

    /// Whether a transaction is before this place: by its identifier, else by the offset behind it.
    pub fn covers(&self, gtid: Option<&Gtid>, file: &str, end: u64) -> bool {
        if self.by_gtid
            && let Some(gtid) = gtid
        {
            return self.gtids.contains(gtid);
        }
        self.binlog.as_ref().is_some_and(|mine| {
            let end = BinlogPosition {
                file: file.to_owned(),
                offset: end,
            };
            end.compare(mine) != Ordering::Greater
        })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.position())?;
        if self.rows > 0 {
            write!(f, " and {} rows of the next transaction", self.rows)?;
        }
        Ok(())
    }
}

impl BinlogPosition {
    /// Files of one server follow each other by the number behind their last dot.
    pub fn compare(&self, other: &Self) -> Ordering {
        let number = |file: &str| {
            let digits = file.rsplit('.').next().unwrap_or_default();
            digits.parse::<u64>().ok()
        };
        match (number(&self.file), number(&other.file)) {
            (Some(mine), Some(theirs)) => mine.cmp(&theirs),
            (None, _) | (_, None) => self.file.cmp(&other.file),
        }
        .then(self.offset.cmp(&other.offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, offset: u64) -> Checkpoint {
        Checkpoint {
            binlog: Some(BinlogPosition {
                file: name.to_owned(),
                offset,
            }),
            ..Checkpoint::default()
        }
    }

    #[test]
    fn people_write_sets_and_files() {
        let uuid = "00000000-0000-0000-0000-000000000001";
        let set = Checkpoint::parse(&format!("gtid:{uuid}:1-5")).unwrap();
        assert!(set.by_gtid && set.gtids.to_string() == format!("{uuid}:1-5"));
        assert_eq!(
            Checkpoint::parse("file:binlog.000004,157"),
            Some(file("binlog.000004", 157))
        );
        for wrong in [
            "now",
            "gtid:",
            "gtid:x:1",
            "file:,4",
            "file:b.1",
            "file:b.1,x",
        ] {
            assert_eq!(Checkpoint::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn files_are_compared_by_number_and_sets_as_sets() {
        assert!(file("b.1000000", 4).reaches(&file("b.999999", 900)));
        assert!(!file("b.000002", 4).reaches(&file("b.000002", 5)));
        let uuid = "00000000-0000-0000-0000-000000000001";
        let set = |text: &str| Checkpoint {
            by_gtid: true,
            gtids: format!("{uuid}:{text}").parse().unwrap(),
            ..Checkpoint::default()
        };
        assert!(set("1-5:7").reaches(&set("2-4:7")));
        assert!(!set("1-5").reaches(&set("6")));
        let inside = Checkpoint {
            rows: 7,
            inside: Some(Box::new(format!("{uuid}:tag:8").parse().unwrap())),
            witness: Some(Witness {
                file: "b.000001".into(),
                end: 300,
                size: 79,
                time: 1_700_000_000,
                sum: 7,
            }),
            ..set("1-5:7")
        };
        for one in [set("1-5:7"), inside] {
            assert_eq!(Checkpoint::decode(&one.encode()), Some(one));
        }
    }
}
