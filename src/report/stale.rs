//! What has moved since a plan was made.

use std::collections::BTreeMap;

use crate::plan::{Plan, TableStep};

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
    let columns = |name: &str| column_change(table(saved, name), table(fresh, name));
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
        found.extend(table_changes(role, was, is, columns));
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

fn table_changes(
    role: &str,
    was: &BTreeMap<String, String>,
    is: &BTreeMap<String, String>,
    columns: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, fingerprint) in was {
        match is.get(name) {
            None => found.push(format!("{name} is no longer on the {role}")),
            Some(other) if other != fingerprint => found.push(match columns(name) {
                Some(columns) => format!("{name} has changed on the {role}: {columns}"),
                None => format!("the definition of {name} has changed on the {role}"),
            }),
            Some(_) => {}
        }
    }
    let new = is.keys().filter(|name| !was.contains_key(*name));
    found.extend(new.map(|name| format!("{name} is new on the {role}")));
    found
}

fn table<'a>(plan: &'a Plan, name: &str) -> Option<&'a TableStep> {
    let named = |step: &&TableStep| {
        step.shape.source.plain() == name || step.shape.destination.plain() == name
    };
    plan.tables.iter().find(named)
}

/// Columns that came, went, or are of another kind, by the names of the source.
fn column_change(was: Option<&TableStep>, is: Option<&TableStep>) -> Option<String> {
    let (was, is) = (&was?.shape.columns, &is?.shape.columns);
    let mut parts = Vec::new();
    for column in is {
        let name = column.source.as_str();
        match was.iter().find(|old| old.source == column.source) {
            None => parts.push(format!("column {name} is new")),
            Some(old) if old != column => parts.push(format!("column {name} is another")),
            Some(_) => {}
        }
    }
    for column in was {
        if !is.iter().any(|new| new.source == column.source) {
            parts.push(format!("column {} is gone", column.source.as_str()));
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
