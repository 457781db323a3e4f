//! Row images -> rows, in exactly the form in which [`crate::rows::reader`] reads the same row by the
//! binary protocol through the same [`RowShape`].
//!
//! In: the table's definition at that position, its shape, its `TABLE_MAP` event, and the images of a
//! row event. Out: one [`mysql_async::Value`] for each column of the shape, in its order. Because the
//! forms are the same, encoders, keys, canonical bytes and digests that hold for the copy hold for the
//! stream.
//!
//! Why the values are those of the server:
//! - An image says neither signedness nor lengths (before 8.0.1 not at all): the definition does. So
//!   every column of the event is held against the definition, and a difference is an error: decoding
//!   by a wrong definition gives plausible rubbish.
//! - CHAR comes without its trailing blanks, as the server returns it; BINARY comes without its
//!   trailing zeros, which the server returns, so they are put back.
//! - TIMESTAMP is seconds in UTC, and our sessions read in UTC.
//! - JSON comes in the server's binary form, and is printed as the server prints it. An update may hold
//!   differences: they are applied to the before image's document, never by functions of the
//!   destination, whose document may have gone through text.
//! - Generated columns are in the image, and hidden keys: both take their place, and the shape decides
//!   what is kept.

mod column;
mod json;
mod number;
mod time;
mod value;

use mysql_async::Value;

use self::column::DecodedColumn;
use super::{
    cursor::{Cursor, Malformed, Parsed},
    event::{RowChange, Rows, TableMap},
    parse::table_map::ColumnKind,
};
use crate::{
    catalog::{RowShape, Table},
    mysql::{Ident, TableName},
};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("{}: the binlog has {found} columns, the definition at that position {expected}", .table.plain())]
    ColumnCount {
        table: TableName,
        found: usize,
        expected: usize,
    },
    #[error("{}: column {column} is {expected} by the definition at that position, and {found} in the binlog", .table.plain())]
    Column {
        table: TableName,
        column: Ident,
        found: String,
        expected: String,
    },
    #[error("{}: column {column} of the shape is not in the definition", .table.plain())]
    NotThere { table: TableName, column: Ident },
    #[error("{}: a member of {column} cannot be written in the column's character set", .table.plain())]
    Member { table: TableName, column: Ident },
    #[error("{}: column {column}: {reason}", .table.plain())]
    Value {
        table: TableName,
        column: Ident,
        reason: Malformed,
    },
    #[error("{}: a row image: {reason}", .table.plain())]
    Image { table: TableName, reason: Malformed },
}

/// The images of one row: an insert has the second, a delete the first, an update both.
#[derive(Clone, Debug, PartialEq)]
pub struct RowImages {
    pub before: Option<Vec<Value>>,
    pub after: Option<Vec<Value>>,
}

/// Decodes the rows of one table as long as neither its definition nor its map changes.
#[derive(Clone, Debug)]
pub struct RowDecoder {
    table: TableName,
    columns: Vec<DecodedColumn>,
    /// Values of a decoded row.
    width: usize,
    json_columns: usize,
}

impl RowDecoder {
    /// Holds the map against the definition.
    ///
    /// # Errors
    /// A column that the two do not agree on, or that the shape has and the definition has not.
    pub fn new(table: &Table, shape: &RowShape, map: &TableMap) -> Result<Self, DecodeError> {
        if table.columns.len() != map.columns.len() {
            return Err(DecodeError::ColumnCount {
                table: map.table.clone(),
                found: map.columns.len(),
                expected: table.columns.len(),
            });
        }
        if let Some(column) = shape
            .columns
            .iter()
            .find(|column| table.column(&column.source).is_none())
        {
            return Err(DecodeError::NotThere {
                table: map.table.clone(),
                column: column.source.clone(),
            });
        }
        let columns = table
            .columns
            .iter()
            .zip(&map.columns)
            .map(|(defined, logged)| DecodedColumn::new(&map.table, defined, logged, shape))
            .collect::<Result<Vec<_>, _>>()?;
        let json_columns = columns.iter().filter(|column| is_json(column.kind)).count();
        Ok(Self {
            table: map.table.clone(),
            columns,
            width: shape.columns.len(),
            json_columns,
        })
    }

    /// The rows of an event, decoded one by one.
    pub fn rows<'a>(
        &'a self,
        rows: &'a Rows,
    ) -> impl Iterator<Item = Result<RowImages, DecodeError>> + 'a {
        let mut cursor = Cursor::new(&rows.images);
        let mut failed = false;
        std::iter::from_fn(move || {
            if failed || cursor.is_empty() {
                return None;
            }
            let row = self.row(&mut cursor, rows.change);
            failed = row.is_err();
            Some(row)
        })
    }

    fn row(&self, cursor: &mut Cursor<'_>, change: RowChange) -> Result<RowImages, DecodeError> {
        let mut images = RowImages {
            before: None,
            after: None,
        };
        match change {
            RowChange::Insert => images.after = Some(self.image(cursor)?),
            RowChange::Delete => images.before = Some(self.image(cursor)?),
            RowChange::Update => {
                images.before = Some(self.image(cursor)?);
                images.after = Some(self.image(cursor)?);
            }
            RowChange::PartialUpdate => {
                let before_bytes = *cursor;
                images.before = Some(self.image(cursor)?);
                images.after = Some(self.partial(cursor, before_bytes)?);
            }
        }
        Ok(images)
    }

    fn image(&self, cursor: &mut Cursor<'_>) -> Result<Vec<Value>, DecodeError> {
        let nulls = self.nulls(cursor)?;
        let mut row = vec![Value::NULL; self.width];
        for (index, column) in self.columns.iter().enumerate() {
            if is_set(nulls, index) {
                continue;
            }
            let wrong = |reason| self.wrong(column, reason);
            match column.place {
                Some(place) => row[place] = column.read(cursor).map_err(wrong)?,
                None => value::skip(column.kind, cursor).map_err(wrong)?,
            }
        }
        Ok(row)
    }

    /// The after image of an update with differences. `before` reads the before image once more, as
    /// differences are applied to documents, not to their texts.
    fn partial(
        &self,
        cursor: &mut Cursor<'_>,
        mut before: Cursor<'_>,
    ) -> Result<Vec<Value>, DecodeError> {
        let mut differences = self
            .differences(cursor)
            .map_err(|reason| self.broken(reason))?
            .into_iter();
        let before_nulls = self.nulls(&mut before)?;
        let nulls = self.nulls(cursor)?;
        let mut row = vec![Value::NULL; self.width];
        for (index, column) in self.columns.iter().enumerate() {
            let wrong = |reason| self.wrong(column, reason);
            let mut document = None;
            if !is_set(before_nulls, index) {
                if let ColumnKind::Json { length } = column.kind {
                    document = Some(value::blob(&mut before, length).map_err(wrong)?);
                } else {
                    value::skip(column.kind, &mut before).map_err(wrong)?;
                }
            }
            let differs = is_json(column.kind) && differences.next().unwrap_or(false);
            if is_set(nulls, index) {
                continue;
            }
            let read = if let (true, ColumnKind::Json { length }) = (differs, column.kind) {
                let changes = value::blob(cursor, length).map_err(wrong)?;
                let document = document
                    .ok_or(Malformed::Wrong("differences from a document that is NULL"))
                    .map_err(wrong)?;
                Value::Bytes(json::changed(document, changes).map_err(wrong)?)
            } else {
                column.read(cursor).map_err(wrong)?
            };
            if let Some(place) = column.place {
                row[place] = read;
            }
        }
        Ok(row)
    }

    /// Whether each JSON column comes as differences; nothing where none does.
    fn differences(&self, cursor: &mut Cursor<'_>) -> Parsed<Vec<bool>> {
        match cursor.length_encoded()? {
            0 => Ok(Vec::new()),
            1 => {
                let bits = cursor.take(self.json_columns.div_ceil(8))?;
                Ok((0..self.json_columns)
                    .map(|index| is_set(bits, index))
                    .collect())
            }
            number => Err(Malformed::Unknown {
                what: "its row value option",
                number,
            }),
        }
    }

    fn nulls<'a>(&self, cursor: &mut Cursor<'a>) -> Result<&'a [u8], DecodeError> {
        cursor
            .take(self.columns.len().div_ceil(8))
            .map_err(|reason| self.broken(reason))
    }

    fn broken(&self, reason: Malformed) -> DecodeError {
        DecodeError::Image {
            table: self.table.clone(),
            reason,
        }
    }

    fn wrong(&self, column: &DecodedColumn, reason: Malformed) -> DecodeError {
        DecodeError::Value {
            table: self.table.clone(),
            column: column.name.clone(),
            reason,
        }
    }
}

fn is_json(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Json { .. })
}

fn is_set(bits: &[u8], index: usize) -> bool {
    bits.get(index / 8)
        .is_some_and(|byte| byte & (1 << (index % 8)) != 0)
}

#[cfg(test)]
mod tests;
