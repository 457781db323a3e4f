//! The columns of a table that carry data, on both sides.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{
    encoding::Encoding,
    key::{self, ChunkKey},
    model::Table,
};
use crate::mysql::{Ident, Names, Role, TableName};

/// One column that is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CopyColumn {
    pub source: Ident,
    pub destination: Ident,
    pub encoding: Encoding,
}

/// All that reading a table and loading it needs to know of its shape. Generated columns are not
/// among the columns; invisible ones and hidden keys are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RowShape {
    pub source: TableName,
    pub destination: TableName,
    pub columns: Vec<CopyColumn>,
    /// The key by which the table is cut into chunks; `None` where no key will do.
    pub key: Option<ChunkKey>,
}

impl RowShape {
    /// The shape of a source table that goes into `there`, or into a table made like it.
    pub fn new(table: &Table, there: Option<&Table>, names: &dyn Names) -> Self {
        Self {
            source: table.name.clone(),
            destination: names.table(&table.name),
            columns: columns(table, there, names),
            key: key::choose(table),
        }
    }

    pub fn table(&self, side: Role) -> &TableName {
        match side {
            Role::Source => &self.source,
            Role::Destination => &self.destination,
        }
    }

    /// The name that a source column has on a side.
    pub fn column_name<'a>(&'a self, side: Role, source: &'a Ident) -> &'a Ident {
        match side {
            Role::Source => source,
            Role::Destination => self
                .columns
                .iter()
                .find(|column| &column.source == source)
                .map_or(source, |column| &column.destination),
        }
    }

    /// The select list that gives every column in its exact form.
    pub fn select_list(&self, side: Role) -> String {
        let mut list = String::new();
        for column in &self.columns {
            if !list.is_empty() {
                list.push_str(", ");
            }
            let name = match side {
                Role::Source => &column.source,
                Role::Destination => &column.destination,
            };
            // writing into a string cannot fail
            let _ = match column.encoding {
                Encoding::Enum | Encoding::Set => write!(list, "CAST({name} AS UNSIGNED)"),
                Encoding::Plain
                | Encoding::Decimal
                | Encoding::Date
                | Encoding::DateTime
                | Encoding::Time
                | Encoding::Year
                | Encoding::Json => write!(list, "{name}"),
            };
        }
        list
    }

    pub fn encodings(&self) -> Vec<Encoding> {
        self.columns.iter().map(|column| column.encoding).collect()
    }
}

/// The columns whose values travel: a generated one is made by the destination.
fn columns(table: &Table, there: Option<&Table>, names: &dyn Names) -> Vec<CopyColumn> {
    table
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .map(|column| {
            let destination = names.column(&table.name, &column.name);
            let other = there
                .and_then(|there| there.column(&destination))
                .unwrap_or(column);
            CopyColumn {
                source: column.name.clone(),
                encoding: Encoding::between(column, other),
                destination,
            }
        })
        .collect()
}
