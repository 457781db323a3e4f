//! Databases and tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::objects::{Event, Routine, Trigger, View};
use crate::mysql::{Ident, TableName};

/// The selected part of what a server holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    pub databases: BTreeMap<Ident, Database>,
}

impl Catalog {
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.databases.get(&name.database)?.tables.get(&name.name)
    }

    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.databases
            .values()
            .flat_map(|database| database.tables.values())
    }

    pub fn views(&self) -> impl Iterator<Item = &View> {
        self.databases
            .values()
            .flat_map(|database| database.views.values())
    }

    pub fn routines(&self) -> impl Iterator<Item = &Routine> {
        self.databases
            .values()
            .flat_map(|database| &database.routines)
    }

    pub fn triggers(&self) -> impl Iterator<Item = &Trigger> {
        self.databases
            .values()
            .flat_map(|database| &database.triggers)
    }

    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.databases
            .values()
            .flat_map(|database| &database.events)
    }
}

/// A database and the selected objects in it. Routines, triggers and events are in the order in
/// which they are to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    pub name: Ident,
    pub charset: String,
    pub collation: String,
    pub tables: BTreeMap<Ident, Table>,
    pub views: BTreeMap<Ident, View>,
    pub routines: Vec<Routine>,
    pub triggers: Vec<Trigger>,
    pub events: Vec<Event>,
}

/// A base table, by what `information_schema` says of it and by its own definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: TableName,
    pub engine: String,
    pub row_format: String,
    pub collation: String,
    pub comment: String,
    /// `CREATE_OPTIONS` of `information_schema.TABLES`.
    pub create_options: String,
    /// The next value, where there is such a column.
    pub auto_increment: Option<u64>,
    /// Estimated by the engine.
    pub rows: u64,
    /// Estimated by the engine, in bytes.
    pub data_length: u64,
    pub index_length: u64,
    /// In ordinal order, invisible and generated ones included.
    pub columns: Vec<Column>,
    /// The primary key first, then by name.
    pub indexes: Vec<Index>,
    /// By name.
    pub foreign_keys: Vec<ForeignKey>,
    /// By name.
    pub checks: Vec<Check>,
    /// `PARTITION BY ...` as the server prints it, without its versioned comment.
    pub partitioning: Option<String>,
    /// `SHOW CREATE TABLE`, in utf8mb4.
    pub definition: String,
}

impl Table {
    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| &column.name == name)
    }

    /// The table as it is where these columns are left out: without every index, foreign key and check
    /// that is over one of them. Its text stays.
    #[must_use]
    pub fn without(&self, left_out: &[Ident]) -> Self {
        let named = |text: &str| left_out.iter().any(|name| text.contains(&name.to_string()));
        let mut table = self.clone();
        table
            .columns
            .retain(|column| !left_out.contains(&column.name));
        table.indexes.retain(|index| {
            !index.parts.iter().any(|part| {
                part.column
                    .as_ref()
                    .is_some_and(|column| left_out.contains(column))
                    || part.expression.as_deref().is_some_and(named)
            })
        });
        table
            .foreign_keys
            .retain(|key| !key.columns.iter().any(|column| left_out.contains(column)));
        table.checks.retain(|check| !named(&check.expression));
        table
    }

    pub fn primary_key(&self) -> Option<&Index> {
        self.indexes.iter().find(|index| index.primary())
    }
}

/// One column.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of information_schema.COLUMNS"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: Ident,
    /// `DATA_TYPE`, in lower case: `int`, `varchar`, `enum`, ...
    pub data_type: String,
    /// `COLUMN_TYPE`: `int unsigned`, `enum('a','b')`, ...
    pub column_type: String,
    pub charset: Option<String>,
    pub collation: Option<String>,
    pub nullable: bool,
    /// `COLUMN_DEFAULT`; `None` is no default or NULL.
    pub default: Option<String>,
    /// The default is an expression rather than a literal (`DEFAULT_GENERATED`).
    pub default_is_expression: bool,
    /// `ON UPDATE CURRENT_TIMESTAMP(n)`: the function with its precision.
    pub on_update: Option<String>,
    pub auto_increment: bool,
    pub generated: Option<Generated>,
    pub invisible: bool,
    /// The SRID attribute of a spatial column.
    pub srid: Option<u32>,
    pub comment: String,
}

/// How a generated column is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    pub expression: String,
    pub stored: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexKind {
    BTree,
    Hash,
    Fulltext,
    Spatial,
}

/// One index or key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub name: Ident,
    pub unique: bool,
    pub kind: IndexKind,
    pub visible: bool,
    pub comment: String,
    pub parts: Vec<IndexPart>,
}

impl Index {
    pub fn primary(&self) -> bool {
        self.name.as_str() == "PRIMARY"
    }
}

/// One part of an index: a column or (8.0.13 on) an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexPart {
    pub column: Option<Ident>,
    pub expression: Option<String>,
    /// `SUB_PART`: characters (bytes for binary types) of a prefix.
    pub prefix: Option<u32>,
    pub descending: bool,
}

/// One foreign key, as the child has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    pub name: Ident,
    pub columns: Vec<Ident>,
    pub parent: TableName,
    pub parent_columns: Vec<Ident>,
    /// `UPDATE_RULE`: `CASCADE`, `SET NULL`, `NO ACTION`, `RESTRICT`, `SET DEFAULT`.
    pub on_update: String,
    pub on_delete: String,
}

/// One CHECK constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub name: Ident,
    pub expression: String,
    pub enforced: bool,
}
