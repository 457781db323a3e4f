//! Where a server stands in its binlog.

use crate::{
    conn::{Result, Session},
    mysql::{BinlogPosition, Flavor, SourcePosition},
};

/// An account without REPLICATION CLIENT may not ask.
const ACCESS_DENIED: u16 = 1227;

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
