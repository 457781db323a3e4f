//! Fingerprints of definitions, so that a plan knows when it is stale, and can say why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::canonical::{Canonical, PartKind};
use super::model::{Catalog, Database, Table};
use super::objects::CreationContext;
use crate::mysql::TableName;
use crate::mysql::names::SameNames;

/// For each object (`table shop.orders`) its parts (``column `id` ``) with a digest of each. What
/// the server merely estimates or counts (rows, sizes, the next `AUTO_INCREMENT`) is in none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Fingerprints {
    objects: BTreeMap<String, BTreeMap<String, String>>,
}

const COLUMN_ORDER: &str = "order of columns";
const DEFINITION: &str = "definition";

/// The fingerprint of everything in a catalog: SHA-256 in hexadecimal.
pub fn fingerprint(catalog: &Catalog) -> String {
    Fingerprints::of(catalog).digest()
}

impl Fingerprints {
    pub fn of(catalog: &Catalog) -> Self {
        let mut fingerprints = Self::default();
        for database in catalog.databases.values() {
            fingerprints.database(database);
        }
        fingerprints
    }

    /// All of it in one: SHA-256 in hexadecimal.
    pub fn digest(&self) -> String {
        let mut all = String::new();
        for (object, parts) in &self.objects {
            for (part, digest) in parts {
                all.extend([object, "\0", part, "\0", digest, "\0"]);
            }
        }
        hex(&all)
    }

    /// One table's fingerprint, SHA-256 in hexadecimal.
    pub fn table(table: &Table) -> String {
        hex(&Canonical::of(table, &SameNames).text())
    }

    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    fn database(&mut self, database: &Database) {
        let name = database.name.as_str();
        self.whole(
            format!("database {name}"),
            &format!("{}\0{}", database.charset, database.collation),
        );
        for table in database.tables.values() {
            self.objects
                .insert(object("table", &table.name), parts(table));
        }
        for view in database.views.values() {
            let text = defined(&[&view.definition, &view.definer], &view.context);
            self.whole(object("view", &view.name), &text);
        }
        for routine in &database.routines {
            let definition = routine.definition.as_deref().unwrap_or_default();
            let text = defined(&[definition, &routine.definer], &routine.context);
            let kind = match routine.kind {
                super::RoutineKind::Function => "function",
                super::RoutineKind::Procedure => "procedure",
            };
            self.whole(object(kind, &routine.name), &text);
        }
        for trigger in &database.triggers {
            let order = trigger.order.to_string();
            let text = defined(
                &[&trigger.definition, &trigger.definer, &order],
                &trigger.context,
            );
            self.whole(object("trigger", &trigger.name), &text);
        }
        for event in &database.events {
            let status = format!("{:?}", event.status);
            let text = defined(
                &[&event.definition, &event.definer, &status, &event.time_zone],
                &event.context,
            );
            self.whole(object("event", &event.name), &text);
        }
    }

    fn whole(&mut self, object: String, text: &str) {
        let parts = BTreeMap::from([(DEFINITION.to_owned(), short(text))]);
        self.objects.insert(object, parts);
    }
}

/// What has changed between two moments, in sentences, in a fixed order; empty where nothing has.
pub fn moved(old: &Fingerprints, new: &Fingerprints) -> Vec<String> {
    let mut changes = Vec::new();
    let objects: BTreeSet<&String> = old.objects.keys().chain(new.objects.keys()).collect();
    for object in objects {
        match (old.objects.get(object), new.objects.get(object)) {
            (None, _) => changes.push(format!("{object} is new")),
            (_, None) => changes.push(format!("{object} is gone")),
            (Some(before), Some(after)) => moved_parts(object, before, after, &mut changes),
        }
    }
    changes
}

fn moved_parts(
    object: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    changes: &mut Vec<String>,
) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for name in names {
        let change = match (before.get(name), after.get(name)) {
            (None, _) => "is new",
            (_, None) => "is gone",
            (Some(before), Some(after)) if before != after => "has changed",
            (Some(_), Some(_)) => continue,
        };
        found.push((name.as_str(), change));
    }
    // a column that came or went moves the others, which says nothing more
    let columns = found
        .iter()
        .any(|(name, change)| name.starts_with("column ") && *change != "has changed");
    for (name, change) in found {
        if name == DEFINITION {
            changes.push(format!("{object} {change}"));
        } else if name != COLUMN_ORDER || !columns {
            changes.push(format!("{object}: {name} {change}"));
        }
    }
}

fn parts(table: &Table) -> BTreeMap<String, String> {
    let canonical = Canonical::of(table, &SameNames);
    let mut parts = BTreeMap::new();
    let mut order = String::new();
    for part in &canonical.parts {
        let name = match part.kind {
            PartKind::Column => {
                order.push_str(&part.name.to_string());
                format!("column {}", part.name)
            }
            PartKind::Index => format!("index {}", part.name),
            PartKind::Check => format!("check {}", part.name),
            PartKind::ForeignKey => format!("foreign key {}", part.name),
            PartKind::Options => "engine, collation or comment".to_owned(),
            PartKind::Partitioning => "partitioning".to_owned(),
        };
        parts.insert(name, short(&part.text));
    }
    parts.insert(COLUMN_ORDER.to_owned(), short(&order));
    parts
}

fn object(kind: &str, name: &TableName) -> String {
    format!("{kind} {}", name.plain())
}

fn defined(texts: &[&str], context: &CreationContext) -> String {
    let mut all = texts.join("\0");
    for setting in [
        &context.sql_mode,
        &context.character_set_client,
        &context.collation_connection,
        &context.database_collation,
    ] {
        all.push('\0');
        all.push_str(setting);
    }
    all
}

/// Enough of a digest to see a change: 64 bits.
fn short(text: &str) -> String {
    hex(text).chars().take(16).collect()
}

fn hex(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        // writing into a string cannot fail
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
