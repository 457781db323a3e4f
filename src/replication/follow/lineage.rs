//! Whether a source has everything that was taken from it, or from the server before it.

use std::time::Duration;

use mysql_async::Row;

use super::FollowError;
use crate::{
    conn::{AtEnd, BinlogFrom, BinlogRequest, ConnError, Connector, Purpose},
    mysql::{BinlogPosition, Checkpoint, Witness},
    replication::stream::Bytes,
};

/// What is on the destination must be on the source: else it was restored, or failed over without its
/// last transactions. So must be what a window that was begun holds, and, where rows were copied from
/// another server, what they may hold.
pub(in crate::replication) fn has_all(
    now: &Checkpoint,
    applied: &Checkpoint,
    window: Option<&Checkpoint>,
    exact_from: Option<&Checkpoint>,
) -> Result<(), FollowError> {
    let lost = |missing: String| Err(FollowError::SourceLost { missing });
    let same_server = now.server_uuid == applied.server_uuid;
    if applied.by_gtid {
        let copied = exact_from.filter(|from| from.server_uuid != now.server_uuid);
        if copied.is_some_and(|from| !from.by_gtid) {
            return lost("those that the copied rows hold cannot be named".to_owned());
        }
        let copied = copied.map(|from| from.gtids.clone()).unwrap_or_default();
        let mut held = applied.gtids.union(&copied);
        for begun in std::iter::once(applied).chain(window) {
            held = held.union(&begun.gtids);
            begun.inside.iter().for_each(|gtid| held.add(gtid));
        }
        let missing = held.minus(&now.gtids);
        return if missing.is_empty() {
            Ok(())
        } else {
            lost(missing.to_string())
        };
    }
    if !same_server {
        return lost(format!(
            "{applied} is a position of the server {}",
            applied.server_uuid
        ));
    }
    if now.reaches(applied) {
        Ok(())
    } else {
        lost(format!("up to {applied}, it stands at {now}"))
    }
}

/// The last transaction that was taken from this server, where it is not in its binlog as it was: a
/// server that was restored from an older copy, and written again since, gives other transactions the
/// same numbers and places. A file that is purged tells nothing, and another server has files of its own.
pub(in crate::replication) async fn another_history(
    source: &Connector,
    server_id: u32,
    (now, applied): (&Checkpoint, &Checkpoint),
) -> Result<Option<String>, ConnError> {
    let Some(witness) = &applied.witness else {
        return Ok(None);
    };
    if now.server_uuid != applied.server_uuid {
        return Ok(None);
    }
    let mut session = source.session(Purpose::Inspect).await?;
    let files: Vec<Row> = session.rows("SHOW BINARY LOGS").await?;
    session.close().await;
    let size = files.iter().find_map(|row| {
        let name: String = row.get(0)?;
        (name == witness.file).then(|| row.get::<u64, _>(1))?
    });
    let Some(size) = size else {
        return Ok(None);
    };
    if size >= witness.end && found(source, server_id, witness).await? {
        return Ok(None);
    }
    Ok(Some(format!(
        "the one that began before {}:{}, where it has another, as a server has that was restored from \
         an older copy",
        witness.file, witness.end
    )))
}

/// Whether the event is there.
async fn found(source: &Connector, server_id: u32, witness: &Witness) -> Result<bool, ConnError> {
    const ROTATE: u8 = 4;
    const FORMAT: u8 = 15;
    const HEARTBEATS: [u8; 2] = [27, 41];
    /// That there is no event, or no whole one.
    const CANNOT_READ: u16 = 1236;
    let offset = witness.end - u64::from(witness.size).min(witness.end);
    if u32::try_from(offset).is_err() {
        // nobody can start there by offset
        return Ok(true);
    }
    let mut raw = source
        .binlog(&BinlogRequest {
            server_id,
            from: BinlogFrom::File(BinlogPosition {
                file: witness.file.clone(),
                offset,
            }),
            heartbeat: Duration::from_secs(1),
            at_end: AtEnd::Stop,
        })
        .await?;
    let first = loop {
        match raw.next().await {
            Ok(Some(event)) => {
                let bytes = Bytes::of(&event);
                if bytes.kind != ROTATE && bytes.kind != FORMAT && !HEARTBEATS.contains(&bytes.kind)
                {
                    break Some(bytes.witness(&witness.file, witness.end));
                }
            }
            Err(error) if error.code() == Some(CANNOT_READ) && !taken(&error) => break None,
            // or bytes that are no event
            Ok(None) | Err(ConnError::Reply { .. }) => break None,
            Err(error) => return Err(error),
        }
    };
    raw.close().await;
    Ok(first.as_ref() == Some(witness))
}

/// Whether another replica has connected as ours: that says nothing of the file.
fn taken(error: &ConnError) -> bool {
    error.reason().contains("server_id")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::BinlogPosition;

    const UUID: &str = "00000000-0000-0000-0000-000000000001";

    fn by_set(server: &str, set: &str) -> Checkpoint {
        Checkpoint {
            server_uuid: server.to_owned(),
            by_gtid: true,
            gtids: format!("{UUID}:{set}").parse().expect("a set"),
            ..Checkpoint::default()
        }
    }

    fn by_file(server: &str, offset: u64) -> Checkpoint {
        Checkpoint {
            server_uuid: server.to_owned(),
            binlog: Some(BinlogPosition {
                file: "b.000001".to_owned(),
                offset,
            }),
            ..Checkpoint::default()
        }
    }

    fn lost(
        now: &Checkpoint,
        applied: &Checkpoint,
        window: Option<&Checkpoint>,
        copied: Option<&Checkpoint>,
    ) -> Option<String> {
        match has_all(now, applied, window, copied) {
            Ok(()) => None,
            Err(error) => Some(error.to_string().rsplit(": ").next()?.to_owned()),
        }
    }

    #[test]
    fn what_was_applied_begun_or_copied_and_is_not_there_is_named() {
        let (applied, other) = (by_set("a", "1-5"), by_set("b", "1-6"));
        assert_eq!(lost(&other, &applied, None, None), None);
        let ahead = by_set("a", "1-8");
        let named = Some(format!("{UUID}:7-8"));
        assert_eq!(lost(&other, &ahead, None, None), named);
        // a window that is half applied, and one that ended inside of a transaction
        assert_eq!(lost(&other, &applied, Some(&ahead), None), named);
        let inside = Checkpoint {
            rows: 3,
            inside: Some(Box::new(format!("{UUID}:7").parse().expect("one"))),
            ..by_set("a", "1-6")
        };
        assert_eq!(lost(&other, &inside, None, None), Some(format!("{UUID}:7")));
        // copied rows may hold more than was applied, but only of the server they were read from
        assert_eq!(lost(&other, &applied, None, Some(&ahead)), named);
        let same = by_set("a", "1-6");
        assert_eq!(lost(&same, &applied, None, Some(&ahead)), None);
    }

    #[test]
    fn files_are_those_of_one_server() {
        let applied = by_file("a", 500);
        assert_eq!(lost(&by_file("a", 500), &applied, None, None), None);
        assert!(lost(&by_file("a", 499), &applied, None, None).is_some());
        assert!(lost(&by_file("b", 900), &applied, None, None).is_some());
    }
}
