//! The key by which a table is cut into chunks.

use serde::{Deserialize, Serialize};

use super::model::{Column, Index, IndexKind, Table};
use crate::mysql::Ident;

/// A unique key over columns that are never NULL, whose order the server's own index gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChunkKey {
    pub index: Ident,
    pub columns: Vec<KeyColumn>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyColumn {
    pub name: Ident,
    pub kind: KeyKind,
    pub descending: bool,
}

/// How a key column's values are written as literals and compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Integers and YEAR.
    Integer,
    Decimal,
    /// DATE, DATETIME, TIMESTAMP, TIME.
    Temporal,
    Text {
        charset: String,
        collation: String,
    },
    Binary,
    Bit,
    /// By its index, 0 to `members`. Walked with `=` alone: the optimizer gives no ranges for it.
    Enum {
        members: u32,
    },
}

/// More members than this make a predicate too long: such a key will not do.
const MOST_MEMBERS: u32 = 64;

/// The best key of a table: the primary key, else the unique key with the fewest columns.
pub fn choose(table: &Table) -> Option<ChunkKey> {
    choose_over(table, |_| true)
}

/// The best key of a table among those over such columns alone.
pub fn choose_over(table: &Table, shown: impl Fn(&Ident) -> bool) -> Option<ChunkKey> {
    let over = |index: &&Index| {
        let mut parts = index.parts.iter().filter_map(|part| part.column.as_ref());
        parts.all(&shown)
    };
    let mut usable: Vec<(bool, usize, ChunkKey)> = table
        .indexes
        .iter()
        .filter(over)
        .filter_map(|index| {
            Some((
                !index.primary(),
                index.parts.len(),
                usable_key(table, index)?,
            ))
        })
        .collect();
    usable.sort_by(|a, b| (a.0, a.1, &a.2.index).cmp(&(b.0, b.1, &b.2.index)));
    usable.into_iter().next().map(|(_, _, key)| key)
}

fn usable_key(table: &Table, index: &Index) -> Option<ChunkKey> {
    // an invisible index cannot be forced
    if !index.unique || !index.visible || index.kind != IndexKind::BTree {
        return None;
    }
    let columns = index
        .parts
        .iter()
        .map(|part| {
            let column = table.column(part.column.as_ref()?)?;
            if part.prefix.is_some() || column.nullable || column.generated.is_some() {
                return None;
            }
            let kind = kind(column)?;
            Some(KeyColumn {
                name: column.name.clone(),
                kind,
                descending: part.descending,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(ChunkKey {
        index: index.name.clone(),
        columns,
    })
}

fn kind(column: &Column) -> Option<KeyKind> {
    match column.data_type.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Some(KeyKind::Integer),
        "decimal" => Some(KeyKind::Decimal),
        "date" | "datetime" | "timestamp" | "time" => Some(KeyKind::Temporal),
        "char" | "varchar" => Some(KeyKind::Text {
            charset: column.charset.clone()?,
            collation: column.collation.clone()?,
        }),
        "binary" | "varbinary" => Some(KeyKind::Binary),
        "bit" => Some(KeyKind::Bit),
        "enum" => {
            let members = members(&column.column_type);
            (members <= MOST_MEMBERS).then_some(KeyKind::Enum { members })
        }
        // FLOAT and DOUBLE have no exact literal, SET has too many members, the rest only prefixes
        _ => None,
    }
}

/// How many members `enum('a','b''c')` has. A quote inside a member is doubled.
fn members(column_type: &str) -> u32 {
    let mut members = 0;
    let mut inside = false;
    for byte in column_type.bytes() {
        if byte == b'\'' {
            // a doubled quote closes and opens again, which counts one member twice: an upper bound
            members += u32::from(!inside);
            inside = !inside;
        }
    }
    members
}
