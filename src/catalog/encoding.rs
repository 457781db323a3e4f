//! How a column's values travel: decided once from both columns, used by every reader and loader.

use serde::{Deserialize, Serialize};

use super::model::Column;

/// What is special about a column's values on their way. Whatever is not named here travels as the
/// bytes or the number that the binary protocol gives, which is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Bytes, integers, floats, BIT, GEOMETRY, VECTOR.
    Plain,
    /// Digits: as a hexadecimal literal they would be a number of their own.
    Decimal,
    Date,
    /// DATETIME and TIMESTAMP, in UTC.
    DateTime,
    Time,
    /// Four digits: the text `0` would become 2000.
    Year,
    /// By its index, since index 0 and an empty member are the same text. Only where both sides
    /// have the same members.
    Enum,
    /// By its bit mask, since no member and an empty member are the same text. Only where both
    /// sides have the same members.
    Set,
    /// A binary string cannot become JSON: the character set is named.
    Json,
}

impl Encoding {
    /// The encoding from a source column into a destination column.
    pub fn between(source: &Column, destination: &Column) -> Self {
        match source.data_type.as_str() {
            "decimal" => Self::Decimal,
            "date" => Self::Date,
            "datetime" | "timestamp" => Self::DateTime,
            "time" => Self::Time,
            "year" => Self::Year,
            "enum" if source.column_type == destination.column_type => Self::Enum,
            "set" if source.column_type == destination.column_type => Self::Set,
            "json" => Self::Json,
            _ => Self::Plain,
        }
    }
}
