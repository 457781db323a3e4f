//! Rows that one statement deletes twice.
//!
//! `DELETE child, parent FROM ...` may reach the parent first: `InnoDB` then takes the children
//! along, and the server logs them all the same (bug 80821). What a cascade of the statement has
//! deleted must not be looked for again.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use mysql_async::Value;

use crate::{
    catalog::Encoding,
    mysql::TableName,
    replication::{
        cascade::{Cascades, Rule},
        event::TableMap,
        window::Row,
    },
    rows::canonical,
};

/// The children that went with the parents that the statement has deleted so far.
#[derive(Debug, Default)]
pub struct Struck {
    /// The tables of the statement.
    mapped: Vec<Arc<TableMap>>,
    /// By the child's name and the columns by which it follows: the keys of parents that are gone.
    gone: BTreeMap<TableName, BTreeMap<Vec<usize>, HashSet<Vec<u8>>>>,
}

impl Struck {
    pub fn map(&mut self, table: &Arc<TableMap>) {
        self.mapped.push(Arc::clone(table));
    }

    pub fn end_statement(&mut self) {
        self.mapped.clear();
        self.gone.clear();
    }

    /// A row was deleted, and inside the engine its children with it. Only those are kept that the
    /// statement may name.
    pub fn delete(&mut self, cascades: &Cascades, parent: &TableName, row: &Row) {
        for link in cascades.of(parent) {
            let child = &link.child.source.name;
            let named = self.mapped.iter().any(|map| map.table == *child);
            if link.on_delete != Rule::Cascade || !named {
                continue;
            }
            let Some(places) = &link.places else { continue };
            if let Some(key) = places.key(row) {
                let columns = self.gone.entry(child.clone()).or_default();
                let keys = columns.entry(places.child.clone()).or_default();
                keys.insert(bytes(key.iter()));
            }
        }
    }

    /// Whether this row of the child went with its parent.
    pub fn has(&self, child: &TableName, row: &Row) -> bool {
        let Some(columns) = self.gone.get(child) else {
            return false;
        };
        columns.iter().any(|(places, keys)| {
            let key = places.iter().filter_map(|place| row.get(*place));
            keys.contains(&bytes(key))
        })
    }
}

fn bytes<'v>(key: impl Iterator<Item = &'v Value>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in key {
        canonical::value(&mut bytes, value, Encoding::Plain);
    }
    bytes
}
