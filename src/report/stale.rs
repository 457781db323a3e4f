//! What has moved since a plan was made.

use crate::{catalog::fingerprint::moved, plan::Plan};

/// Each change as a sentence for people, in a fixed order; empty when the plan still holds.
pub fn changes(saved: &Plan, fresh: &Plan) -> Vec<String> {
    let mut found = Vec::new();
    if saved.base.spec_hash != fresh.base.spec_hash {
        found.push("the specification or the value of a variable has changed".to_owned());
    }
    for (role, was, is) in [
        ("source", &saved.source, &fresh.source),
        ("destination", &saved.destination, &fresh.destination),
    ] {
        if was.server_uuid != is.server_uuid {
            found.push(format!(
                "the {role} is another server: server_uuid {} at {}, it was {} at {}",
                is.server_uuid, is.address, was.server_uuid, was.address
            ));
        } else if was.version != is.version {
            found.push(format!(
                "the {role} is now {}, it was {}",
                is.version, was.version
            ));
        }
    }
    found.extend(state_changes(saved, fresh));
    for (role, was, is) in [
        (
            "source",
            &saved.base.source_fingerprints,
            &fresh.base.source_fingerprints,
        ),
        (
            "destination",
            &saved.base.destination_fingerprints,
            &fresh.base.destination_fingerprints,
        ),
    ] {
        let moved = moved(was, is).into_iter();
        found.extend(moved.map(|change| format!("{role}: {change}")));
    }
    found
}

fn state_changes(saved: &Plan, fresh: &Plan) -> Option<String> {
    let (was, is) = (&saved.base, &fresh.base);
    match (&was.lineage, &is.lineage) {
        (None, None) => None,
        (Some(was_lineage), Some(is_lineage)) if was_lineage == is_lineage => {
            (was.serial != is.serial).then(|| {
                format!(
                    "the migration has gone on: its serial is {}, it was {}",
                    is.serial, was.serial
                )
            })
        }
        (None, Some(_)) => Some("the migration has begun since".to_owned()),
        (Some(_), None) => Some("the migration's state is gone".to_owned()),
        (Some(_), Some(_)) => Some("the migration was begun anew since".to_owned()),
    }
}
