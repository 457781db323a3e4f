//! `TABLE_MAP` events: which columns the rows behind it have, and how each is written.

use super::super::{
    cursor::{Cursor, Malformed, Parsed},
    event::{BinlogColumn, TableMap},
};
use crate::mysql::TableName;

/// How a column's values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    Tiny,
    Short,
    Medium,
    Long,
    LongLong,
    Float,
    Double,
    Year,
    Date,
    /// The old forms have no fractions; tables made before 5.6.4 keep them.
    OldTime,
    OldDateTime,
    OldTimestamp,
    /// With digits behind the point.
    Time(u8),
    DateTime(u8),
    Timestamp(u8),
    Decimal {
        precision: u8,
        scale: u8,
    },
    Bit {
        bytes: u16,
    },
    Enum {
        bytes: u8,
    },
    Set {
        bytes: u8,
    },
    /// CHAR and BINARY, of at most so many bytes.
    Char {
        bytes: u16,
    },
    VarChar {
        bytes: u16,
    },
    /// BLOB and TEXT by the bytes of their length.
    Blob {
        length: u8,
    },
    Geometry {
        length: u8,
    },
    Vector {
        length: u8,
    },
    Json {
        length: u8,
    },
}

impl ColumnKind {
    /// Whether signedness is said of it.
    fn is_number(self) -> bool {
        match self {
            Self::Tiny
            | Self::Short
            | Self::Medium
            | Self::Long
            | Self::LongLong
            | Self::Float
            | Self::Double
            | Self::Decimal { .. }
            // the server counts it in
            | Self::Year => true,
            Self::Date
            | Self::OldTime
            | Self::OldDateTime
            | Self::OldTimestamp
            | Self::Time(_)
            | Self::DateTime(_)
            | Self::Timestamp(_)
            | Self::Bit { .. }
            | Self::Enum { .. }
            | Self::Set { .. }
            | Self::Char { .. }
            | Self::VarChar { .. }
            | Self::Blob { .. }
            | Self::Geometry { .. }
            | Self::Vector { .. }
            | Self::Json { .. } => false,
        }
    }
}

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<TableMap> {
    let table_id = cursor.little(6)?;
    let _flags = cursor.u16()?;
    let database = name(cursor)?;
    let table = name(cursor)?;
    let count = cursor.length_encoded()?;
    let kinds = cursor.take_long(count)?;
    let metadata_length = cursor.length_encoded()?;
    let mut metadata = Cursor::new(cursor.take_long(metadata_length)?);
    let nullable = cursor.take(kinds.len().div_ceil(8))?;
    let mut columns = Vec::with_capacity(kinds.len());
    for (index, kind) in kinds.iter().enumerate() {
        columns.push(BinlogColumn {
            kind: column_kind(*kind, &mut metadata)?,
            nullable: nullable[index / 8] & (1 << (index % 8)) != 0,
            name: None,
            unsigned: None,
        });
    }
    metadata.end()?;
    while !cursor.is_empty() {
        let field = cursor.u8()?;
        let length = cursor.length_encoded()?;
        optional(field, Cursor::new(cursor.take_long(length)?), &mut columns)?;
    }
    Ok(TableMap {
        table_id,
        table: TableName::new(database, table),
        columns,
    })
}

fn name(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let length = cursor.length_encoded()?;
    let bytes = cursor.take_long(length)?;
    let text = std::str::from_utf8(bytes).map_err(|_| Malformed::Wrong("its name is no text"))?;
    if cursor.u8()? != 0 {
        return Err(Malformed::Wrong("its name does not end"));
    }
    Ok(text.to_owned())
}

fn column_kind(kind: u8, metadata: &mut Cursor<'_>) -> Parsed<ColumnKind> {
    Ok(match kind {
        1 => ColumnKind::Tiny,
        2 => ColumnKind::Short,
        3 => ColumnKind::Long,
        // one byte of metadata, the size
        4 => metadata.u8().map(|_| ColumnKind::Float)?,
        5 => metadata.u8().map(|_| ColumnKind::Double)?,
        7 => ColumnKind::OldTimestamp,
        8 => ColumnKind::LongLong,
        9 => ColumnKind::Medium,
        10 | 14 => ColumnKind::Date,
        11 => ColumnKind::OldTime,
        12 => ColumnKind::OldDateTime,
        13 => ColumnKind::Year,
        15 => ColumnKind::VarChar {
            bytes: metadata.u16()?,
        },
        16 => {
            let (bits, bytes) = (metadata.u8()?, metadata.u8()?);
            ColumnKind::Bit {
                bytes: u16::from(bytes) + u16::from(bits > 0),
            }
        }
        17 => ColumnKind::Timestamp(fraction(metadata)?),
        18 => ColumnKind::DateTime(fraction(metadata)?),
        19 => ColumnKind::Time(fraction(metadata)?),
        242 => ColumnKind::Vector {
            length: blob_length(metadata)?,
        },
        245 => ColumnKind::Json {
            length: blob_length(metadata)?,
        },
        246 => decimal(metadata)?,
        252 => ColumnKind::Blob {
            length: blob_length(metadata)?,
        },
        254 => string(metadata)?,
        255 => ColumnKind::Geometry {
            length: blob_length(metadata)?,
        },
        number => {
            return Err(Malformed::Unknown {
                what: "its column type",
                number: u64::from(number),
            });
        }
    })
}

fn fraction(metadata: &mut Cursor<'_>) -> Parsed<u8> {
    match metadata.u8()? {
        digits @ 0..=6 => Ok(digits),
        _ => Err(Malformed::Wrong("a column has too many fractional digits")),
    }
}

fn blob_length(metadata: &mut Cursor<'_>) -> Parsed<u8> {
    match metadata.u8()? {
        length @ 1..=4 => Ok(length),
        _ => Err(Malformed::Wrong("a column's length has no size")),
    }
}

fn decimal(metadata: &mut Cursor<'_>) -> Parsed<ColumnKind> {
    let (precision, scale) = (metadata.u8()?, metadata.u8()?);
    if precision > 65 || scale > 30 || scale > precision || precision == 0 {
        return Err(Malformed::Wrong("a DECIMAL has too many digits"));
    }
    Ok(ColumnKind::Decimal { precision, scale })
}

/// CHAR, BINARY, ENUM and SET share a type; the first byte tells them apart. Lengths beyond 255 have
/// two of their bits inverted in it (bug 37426).
fn string(metadata: &mut Cursor<'_>) -> Parsed<ColumnKind> {
    let (first, second) = (metadata.u8()?, metadata.u8()?);
    match (first, second) {
        (247, 1 | 2) => Ok(ColumnKind::Enum { bytes: second }),
        (248, 1 | 2 | 3 | 4 | 8) => Ok(ColumnKind::Set { bytes: second }),
        (247 | 248, _) => Err(Malformed::Wrong("an ENUM or SET has no size")),
        (0, _) => Err(Malformed::Wrong("a CHAR has no type")),
        _ => Ok(ColumnKind::Char {
            bytes: u16::from(second) | (u16::from(first & 0x30) ^ 0x30) << 4,
        }),
    }
}

/// Of the optional part only what can contradict a definition is kept; the rest repeats it.
fn optional(field: u8, mut cursor: Cursor<'_>, columns: &mut [BinlogColumn]) -> Parsed<()> {
    match field {
        // SIGNEDNESS: a bit for each number, the highest first
        1 => {
            let bits = cursor.rest();
            let numbers = columns.iter_mut().filter(|column| column.kind.is_number());
            for (index, column) in numbers.enumerate() {
                let byte = bits.get(index / 8).ok_or(Malformed::Short)?;
                column.unsigned = Some(byte & (0x80 >> (index % 8)) != 0);
            }
            Ok(())
        }
        // COLUMN_NAME
        4 => {
            for column in columns {
                let length = cursor.length_encoded()?;
                column.name = Some(cursor.take_long(length)?.to_vec());
            }
            cursor.end()
        }
        _ => Ok(()),
    }
}
