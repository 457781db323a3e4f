//! Where a server stands in its binlog.

use crate::{
    conn::{Result, Session},
    mysql::{BinlogPosition, Flavor, GtidSet, SourcePosition},
};

/// An account without REPLICATION CLIENT may not ask.
const ACCESS_DENIED: u16 = 1227;

/// Transactions that are in the binlog and may not be among the executed ones yet, though rows of
/// them can be seen: those that somebody is committing. Empty without GTIDs.
pub async fn committing(session: &mut Session) -> Result<GtidSet> {
    match session.version().flavor {
        Flavor::MySql => {}
        Flavor::MariaDb => return Ok(GtidSet::new()),
    }
    let (owned,): (String,) = session.one("SELECT @@GLOBAL.gtid_owned").await?;
    Ok(without_owners(&owned).parse().unwrap_or_default())
}

/// `UUID:5#12:6#13` is 5 and 6, committed by the threads 12 and 13.
fn without_owners(owned: &str) -> String {
    let mut thread = false;
    owned
        .chars()
        .filter(|c| {
            thread = *c == '#' || thread && c.is_ascii_digit();
            !thread
        })
        .collect()
}

/// The executed GTID set and the binlog position; what this account may not see, or the server does
/// not have, is empty. So is the set while transactions without a GTID are possible: it would stand
/// still while they are committed.
pub async fn position(session: &mut Session) -> Result<SourcePosition> {
    let (server_uuid, gtid_executed) = match session.version().flavor {
        Flavor::MySql => {
            let found: (String, String) = session
                .one(
                    "SELECT @@GLOBAL.server_uuid, \
                     IF(@@GLOBAL.gtid_mode = 'ON', @@GLOBAL.gtid_executed, '')",
                )
                .await?;
            found
        }
        Flavor::MariaDb => (String::new(), String::new()),
    };
    let statement =
        if session.version().at_least(8, 2, 0) && session.version().flavor == Flavor::MySql {
            "SHOW BINARY LOG STATUS"
        } else {
            "SHOW MASTER STATUS"
        };
    let binlog = match session.first::<mysql_async::Row>(statement).await {
        Ok(row) => row.and_then(|row| {
            Some(BinlogPosition {
                file: row.get(0)?,
                offset: row.get(1)?,
            })
        }),
        Err(error) if error.code() == Some(ACCESS_DENIED) => None,
        Err(error) => return Err(error),
    };
    Ok(SourcePosition {
        server_uuid,
        gtid_executed: gtid_executed.split_whitespace().collect(),
        binlog,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_left_out_of_what_is_being_committed() {
        let (one, other) = (
            "00000000-0000-0000-0000-000000000001",
            "00000000-0000-0000-0000-000000000002",
        );
        let owned = format!("{one}:5#12:6#13#14,\n{other}:tag:77#1");
        let set: GtidSet = without_owners(&owned).parse().expect("a set");
        assert_eq!(set.to_string(), format!("{one}:5-6,{other}:tag:77"));
        assert_eq!(without_owners(""), "");
    }
}
