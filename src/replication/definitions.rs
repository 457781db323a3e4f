//! The definitions in force at the stream's position, on both sides.
//!
//! The source's is kept in the ledger, where it changes in the same transaction in which a DDL
//! statement counts as done; the destination's is what the destination says now. So altering a table
//! many times while nobody follows confuses nothing: each row is read by the definition that it was
//! written under.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{ddl::Follow, event::Place, window::Row};
use crate::{
    catalog::{
        Index, IndexKind, RowShape, Table,
        key::{self, ChunkKey},
    },
    conn::{Result, Session},
    inspect::{self, Scope},
    ledger::Definition,
    mysql::{Checkpoint, Ident, Names, TableName},
    resolve::{ObjectKind, RowRules},
    rows::Sameness,
};

/// One table that the stream writes.
#[derive(Clone, Debug)]
pub struct Tracked {
    pub source: Table,
    pub destination: Table,
    pub shape: RowShape,
    /// See [`Definition::from`].
    pub from: Option<Checkpoint>,
    pub keys: RowKeys,
    pub rules: RowRules,
}

/// The destination's unique keys over the columns that travel.
#[derive(Clone, Debug)]
pub struct RowKeys {
    /// By which a row is found; `None` for a table without a usable key.
    pub identity: Option<Identity>,
    /// Every other one that images show.
    pub others: Vec<UniqueKey>,
    /// There is a unique key that images do not show: over an expression, a prefix, a generated
    /// column, or one that only the destination has beside others.
    pub opaque: bool,
    /// Columns of the destination that do not travel and are not generated.
    pub own_columns: bool,
}

/// The key by which a row is found, also as it is written in statements.
#[derive(Clone, Debug)]
pub struct Identity {
    pub key: UniqueKey,
    /// By the destination's names.
    pub written: ChunkKey,
}

#[derive(Clone, Debug)]
pub struct UniqueKey {
    /// Places in the shape, with how their values are the same.
    pub columns: Vec<(usize, Sameness)>,
}

impl RowKeys {
    fn of(table: &Table, shape: &RowShape) -> Self {
        let place = |name: &Ident| {
            shape
                .columns
                .iter()
                .position(|column| &column.destination == name)
        };
        // the destination may have a key of its own beside that of the source
        let chosen = key::choose_over(table, |name| place(name).is_some());
        let own = |name: &Ident| {
            let column = table.column(name);
            place(name).is_none() && column.is_some_and(|column| column.generated.is_none())
        };
        let mut keys = Self {
            identity: None,
            others: Vec::new(),
            opaque: false,
            own_columns: table.columns.iter().any(|column| own(&column.name)),
        };
        for index in table.indexes.iter().filter(|index| index.unique) {
            let Some(unique) = shown(table, index, place) else {
                // none of our values is in a key over columns of the destination's own
                let mut parts = index.parts.iter();
                keys.opaque |= !parts.all(|part| part.column.as_ref().is_some_and(own));
                continue;
            };
            match chosen.as_ref().filter(|key| key.index == index.name) {
                Some(written) => {
                    keys.identity = Some(Identity {
                        key: unique,
                        written: written.clone(),
                    });
                }
                None => keys.others.push(unique),
            }
        }
        keys
    }

    /// Whether an update leaves all unique values as they are, byte for byte, so that it can meet no
    /// other row's.
    pub fn are_kept(&self, before: &Row, after: &Row) -> bool {
        let identity = self.identity.iter().map(|identity| &identity.key);
        let shown = identity.chain(&self.others).flat_map(|key| &key.columns);
        !self.opaque
            && shown
                .into_iter()
                .all(|(place, _)| before.get(*place) == after.get(*place))
    }
}

/// The key where images show all of it.
fn shown(
    table: &Table,
    index: &Index,
    place: impl Fn(&Ident) -> Option<usize>,
) -> Option<UniqueKey> {
    if index.kind != IndexKind::BTree {
        return None;
    }
    let columns = index.parts.iter().map(|part| {
        let name = part.column.as_ref()?;
        let column = table.column(name)?;
        let whole = part.prefix.is_none() && column.generated.is_none();
        whole.then_some((place(name)?, Sameness::of(column)))
    });
    Some(UniqueKey {
        columns: columns.collect::<Option<Vec<_>>>()?,
    })
}

impl Tracked {
    pub fn new(
        source: Table,
        destination: Table,
        from: Option<Checkpoint>,
        follow: &Follow,
    ) -> Self {
        let names: &dyn Names = &follow.names;
        let rules = follow.rules.rows.of(&source.name, follow.source_names);
        let mut shape = RowShape::new(&source, Some(&destination), names);
        shape.destination = destination.name.clone();
        let (selection, folds) = (&follow.selection, follow.source_names);
        shape
            .columns
            .retain(|column| selection.column(&source.name, &column.source, folds));
        let keys = RowKeys::of(&destination, &shape);
        Self {
            source,
            destination,
            shape,
            from,
            keys,
            rules,
        }
    }

    /// Whether rows must be found by all of their values although chunks of them may have been read
    /// later than a change: one may be there already, and would come once more.
    pub fn may_double(&self) -> bool {
        let chunks = self.from.is_none() && key::choose(&self.source).is_some();
        chunks && self.keys.identity.is_none()
    }

    /// Whether the rows on the destination hold what was written there.
    pub fn settled(&self, place: &Place) -> bool {
        self.from
            .as_ref()
            .is_some_and(|from| from.covers(place.gtid.as_ref(), &place.file, place.end))
    }
}

/// Every table that the stream writes, by its name on the source.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    tables: BTreeMap<TableName, Arc<Tracked>>,
}

impl Definitions {
    /// From what the ledger holds and what the destination (a session for inspecting) says. Where a
    /// statement was `begun`, it is the next thing, and may have taken tables away already.
    ///
    /// # Errors
    /// The destination's. The second is a table that is gone from it.
    pub async fn load(
        session: &mut Session,
        known: Vec<Definition>,
        follow: &Follow,
        begun: bool,
    ) -> Result<std::result::Result<Self, TableName>> {
        let wanted = known.iter().map(|one| one.destination.clone()).collect();
        let mut found = destination_tables(session, wanted).await?;
        let mut tables = BTreeMap::new();
        for one in known {
            let destination = match found.remove(&one.destination) {
                Some(destination) => destination,
                None if begun => Table {
                    name: one.destination.clone(),
                    ..one.table.clone()
                },
                None => return Ok(Err(one.destination)),
            };
            let name = one.table.name.clone();
            let tracked = Tracked::new(one.table, destination, one.from, follow);
            tables.insert(name, Arc::new(tracked));
        }
        Ok(Ok(Self { tables }))
    }

    pub fn get(&self, table: &TableName) -> Option<&Arc<Tracked>> {
        self.tables.get(table)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Tracked>> {
        self.tables.values()
    }

    pub fn insert(&mut self, tracked: Tracked) {
        self.tables
            .insert(tracked.source.name.clone(), Arc::new(tracked));
    }

    pub fn remove(&mut self, table: &TableName) -> Option<Arc<Tracked>> {
        self.tables.remove(table)
    }
}

/// The named tables as a server has them now; what is not there is not in the answer.
///
/// # Errors
/// The server's.
pub async fn destination_tables(
    session: &mut Session,
    names: BTreeSet<TableName>,
) -> Result<BTreeMap<TableName, Table>> {
    let found = inspect::schema(session, &Named(names)).await?;
    let tables = found
        .catalog
        .databases
        .into_values()
        .flat_map(|database| database.tables.into_values());
    Ok(tables.map(|table| (table.name.clone(), table)).collect())
}

/// These tables and nothing else.
struct Named(BTreeSet<TableName>);

impl Scope for Named {
    fn database(&self, name: &Ident) -> bool {
        self.0.iter().any(|table| &table.database == name)
    }

    fn object(&self, kind: ObjectKind, name: &TableName) -> bool {
        kind == ObjectKind::Table && self.0.contains(name)
    }

    fn trigger(&self, _name: &TableName, _table: &Ident) -> bool {
        false
    }
}
