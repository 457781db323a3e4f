//! Whether a source has everything that was taken from it, or from the server before it.

use super::FollowError;
use crate::mysql::Checkpoint;

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
