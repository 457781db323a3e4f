//! The columns of a table that carry data, on both sides.

use serde::{Deserialize, Serialize};

use crate::{
    catalog::{Encoding, key::ChunkKey},
    mysql::{Ident, TableName},
};

/// One column that is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyColumn {
    pub source: Ident,
    pub destination: Ident,
    pub encoding: Encoding,
}

/// All that reading a table and loading it needs to know of its shape. Generated columns are not
/// among the columns; invisible ones and hidden keys are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowShape {
    pub source: TableName,
    pub destination: TableName,
    pub columns: Vec<CopyColumn>,
    /// The key by which the table is cut into chunks; `None` where no key will do.
    pub key: Option<ChunkKey>,
}

/// Which of the two tables a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Source,
    Destination,
}

impl RowShape {
    pub fn table(&self, side: Side) -> &TableName {
        match side {
            Side::Source => &self.source,
            Side::Destination => &self.destination,
        }
    }

    /// The name that a source column has on a side.
    pub fn column_name<'a>(&'a self, side: Side, source: &'a Ident) -> &'a Ident {
        match side {
            Side::Source => source,
            Side::Destination => self
                .columns
                .iter()
                .find(|column| &column.source == source)
                .map_or(source, |column| &column.destination),
        }
    }

    /// The select list that gives every column in its exact form.
    pub fn select_list(&self, side: Side) -> String {
        let mut list = String::new();
        for column in &self.columns {
            if !list.is_empty() {
                list.push_str(", ");
            }
            let name = match side {
                Side::Source => &column.source,
                Side::Destination => &column.destination,
            };
            list.push_str(&match column.encoding {
                Encoding::Enum => format!("CAST({name} AS UNSIGNED)"),
                Encoding::Plain
                | Encoding::Date
                | Encoding::DateTime
                | Encoding::Time
                | Encoding::Year
                | Encoding::Json => name.to_string(),
            });
        }
        list
    }

    pub fn encodings(&self) -> Vec<Encoding> {
        self.columns.iter().map(|column| column.encoding).collect()
    }
}
