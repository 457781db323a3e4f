//! Which keys can be built after the rows are there.

use std::collections::BTreeSet;

use super::{KeyKind, KeyText, TableDefinition};
use crate::mysql::Ident;

/// The names of the keys that may wait.
///
/// Never a unique key, never the only key that serves the `AUTO_INCREMENT` column (1075), never
/// the only key that a foreign key rests on, be it this table's or that of a child.
/// `referenced` are the columns of this table that children refer to.
pub(super) fn deferrable(
    definition: &TableDefinition,
    referenced: &[Vec<Ident>],
) -> BTreeSet<Ident> {
    let mut deferred: BTreeSet<Ident> = definition
        .keys
        .iter()
        .filter(|key| match key.kind {
            KeyKind::Primary | KeyKind::Unique => false,
            KeyKind::Plain | KeyKind::Fulltext | KeyKind::Spatial => true,
        })
        .map(|key| key.name.clone())
        .collect();
    for column in definition.columns.iter().filter(|c| c.auto_increment) {
        keep_one(definition, &mut deferred, |key| {
            leads_with(key, column_of(&column.name))
        });
        // MyISAM also counts inside a group: KEY (group, counter)
        keep_one(definition, &mut deferred, |key| {
            key.parts
                .iter()
                .any(|part| part.column.as_ref() == Some(&column.name))
        });
    }
    let own = definition.foreign_keys.iter().map(|key| &key.columns);
    // a table may be its own parent
    let parents = definition
        .foreign_keys
        .iter()
        .filter(|key| key.parent_database.is_none() && key.parent == definition.name)
        .map(|key| &key.parent_columns);
    for columns in own.chain(parents).chain(referenced) {
        keep_one(definition, &mut deferred, |key| leads_with(key, columns));
    }
    deferred
}

fn column_of(name: &Ident) -> &[Ident] {
    std::slice::from_ref(name)
}

/// Takes one key that serves out of the deferred ones, unless a key that stays serves already or
/// none does.
fn keep_one(
    definition: &TableDefinition,
    deferred: &mut BTreeSet<Ident>,
    serves: impl Fn(&KeyText) -> bool,
) {
    let mut serving = definition.keys.iter().filter(|key| serves(key));
    if serving.clone().any(|key| !deferred.contains(&key.name)) {
        return;
    }
    if let Some(key) = serving.next() {
        deferred.remove(&key.name);
    }
}

/// Whether the key begins with these columns, whole and in this order.
fn leads_with(key: &KeyText, columns: &[Ident]) -> bool {
    let ordered = match key.kind {
        KeyKind::Primary | KeyKind::Unique | KeyKind::Plain => true,
        KeyKind::Fulltext | KeyKind::Spatial => false,
    };
    ordered
        && key.parts.len() >= columns.len()
        && key.parts.iter().zip(columns).all(|(part, column)| {
            !part.prefix
                && part.column.as_ref().is_some_and(|name| {
                    name.as_str().to_lowercase() == column.as_str().to_lowercase()
                })
        })
}
