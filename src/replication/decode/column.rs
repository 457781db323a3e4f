//! One column: what the definition and the event say of it together.

use mysql_async::Value;

use super::{DecodeError, value};
use crate::{
    catalog::{Column, Encoding, RowShape},
    mysql::{Ident, TableName},
    replication::{
        cursor::{Cursor, Malformed, Parsed},
        event::BinlogColumn,
        parse::table_map::ColumnKind,
    },
};

#[derive(Clone, Debug)]
pub(super) struct DecodedColumn {
    pub name: Ident,
    pub kind: ColumnKind,
    pub form: Form,
    /// Where the shape has it.
    pub place: Option<usize>,
}

/// What the event's type leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Signed,
    Unsigned,
    /// A DECIMAL with leading zeros.
    ZeroFilled,
    /// BINARY: zeros at the end up to its length.
    ZeroPadded,
    /// ENUM by its members' texts, index 0 first; SET likewise, by bits. Where the destination has
    /// other members.
    Members(Vec<Vec<u8>>),
    Plain,
}

impl DecodedColumn {
    pub(super) fn new(
        table: &TableName,
        defined: &Column,
        logged: &BinlogColumn,
        shape: &RowShape,
    ) -> Result<Self, DecodeError> {
        let place = shape
            .columns
            .iter()
            .position(|column| column.source == defined.name);
        let other_name = logged
            .name
            .as_ref()
            .filter(|name| name.as_slice() != defined.name.as_str().as_bytes());
        let unsigned = defined.column_type.contains(" unsigned");
        let other_sign = logged
            .unsigned
            .is_some_and(|logged| logged != unsigned && defined.data_type != "year");
        if other_name.is_some() || other_sign || !agrees(defined, logged.kind) {
            let found = match (other_name, other_sign) {
                (Some(name), _) => format!("column {:?}", String::from_utf8_lossy(name)),
                (None, true) => format!("{:?} of the other sign", logged.kind),
                (None, false) => format!("{:?}", logged.kind),
            };
            return Err(DecodeError::Column {
                table: table.clone(),
                column: defined.name.clone(),
                found,
                expected: defined.column_type.clone(),
            });
        }
        let encoding = place.map(|place| shape.columns[place].encoding);
        let form =
            form(defined, logged.kind, encoding, unsigned).ok_or_else(|| DecodeError::Member {
                table: table.clone(),
                column: defined.name.clone(),
            })?;
        Ok(Self {
            name: defined.name.clone(),
            kind: logged.kind,
            form,
            place,
        })
    }

    pub(super) fn read(&self, cursor: &mut Cursor<'_>) -> Parsed<Value> {
        value::read(self.kind, &self.form, cursor)
    }
}

fn form(
    defined: &Column,
    kind: ColumnKind,
    encoding: Option<Encoding>,
    unsigned: bool,
) -> Option<Form> {
    Some(match kind {
        ColumnKind::Enum { .. } | ColumnKind::Set { .. } => {
            if encoding == Some(Encoding::Plain) {
                Form::Members(members(defined)?)
            } else {
                Form::Plain
            }
        }
        ColumnKind::Char { .. } if defined.data_type == "binary" => Form::ZeroPadded,
        ColumnKind::Decimal { .. } if defined.column_type.contains(" zerofill") => Form::ZeroFilled,
        ColumnKind::Tiny
        | ColumnKind::Short
        | ColumnKind::Medium
        | ColumnKind::Long
        | ColumnKind::LongLong => {
            if unsigned {
                Form::Unsigned
            } else {
                Form::Signed
            }
        }
        ColumnKind::Float
        | ColumnKind::Double
        | ColumnKind::Year
        | ColumnKind::Date
        | ColumnKind::OldTime
        | ColumnKind::OldDateTime
        | ColumnKind::OldTimestamp
        | ColumnKind::Time(_)
        | ColumnKind::DateTime(_)
        | ColumnKind::Timestamp(_)
        | ColumnKind::Decimal { .. }
        | ColumnKind::Bit { .. }
        | ColumnKind::Char { .. }
        | ColumnKind::VarChar { .. }
        | ColumnKind::Blob { .. }
        | ColumnKind::Geometry { .. }
        | ColumnKind::Vector { .. }
        | ColumnKind::Json { .. } => Form::Plain,
    })
}

/// Whether a definition's type is written this way.
fn agrees(defined: &Column, kind: ColumnKind) -> bool {
    let data_type = defined.data_type.as_str();
    match kind {
        ColumnKind::Tiny => data_type == "tinyint",
        ColumnKind::Short => data_type == "smallint",
        ColumnKind::Medium => data_type == "mediumint",
        ColumnKind::Long => data_type == "int",
        ColumnKind::LongLong => data_type == "bigint",
        ColumnKind::Float => data_type == "float",
        ColumnKind::Double => data_type == "double",
        ColumnKind::Year => data_type == "year",
        ColumnKind::Date => data_type == "date",
        ColumnKind::OldTime => data_type == "time",
        ColumnKind::OldDateTime => data_type == "datetime",
        ColumnKind::OldTimestamp => data_type == "timestamp",
        ColumnKind::Time(digits) => data_type == "time" && fraction(defined) == Some(digits),
        ColumnKind::DateTime(digits) => {
            data_type == "datetime" && fraction(defined) == Some(digits)
        }
        ColumnKind::Timestamp(digits) => {
            data_type == "timestamp" && fraction(defined) == Some(digits)
        }
        ColumnKind::Decimal { precision, scale } => {
            data_type == "decimal"
                && arguments(defined).is_some_and(|text| {
                    let mut numbers = text.split(',').map(|number| number.trim().parse::<u8>());
                    numbers.next() == Some(Ok(precision))
                        && numbers.next().unwrap_or(Ok(0)) == Ok(scale)
                })
        }
        ColumnKind::Bit { bytes } => {
            data_type == "bit"
                && arguments(defined)
                    .and_then(|text| text.parse::<u16>().ok())
                    .is_some_and(|bits| bits.div_ceil(8) == bytes)
        }
        ColumnKind::Enum { .. } => data_type == "enum",
        ColumnKind::Set { .. } => data_type == "set",
        ColumnKind::Char { bytes } => match data_type {
            "char" => true,
            "binary" => arguments(defined).and_then(|text| text.parse().ok()) == Some(bytes),
            _ => false,
        },
        ColumnKind::VarChar { .. } => matches!(data_type, "varchar" | "varbinary"),
        ColumnKind::Blob { length } => match data_type {
            "tinytext" | "tinyblob" => length == 1,
            "text" | "blob" => length == 2,
            "mediumtext" | "mediumblob" => length == 3,
            "longtext" | "longblob" => length == 4,
            _ => false,
        },
        ColumnKind::Geometry { .. } => matches!(
            data_type,
            "geometry"
                | "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geometrycollection"
                | "geomcollection"
        ),
        ColumnKind::Vector { .. } => data_type == "vector",
        ColumnKind::Json { .. } => data_type == "json",
    }
}

/// What stands in a type's parentheses.
fn arguments(defined: &Column) -> Option<&str> {
    let (_, rest) = defined.column_type.split_once('(')?;
    rest.split_once(')').map(|(inside, _)| inside.trim())
}

fn fraction(defined: &Column) -> Option<u8> {
    match arguments(defined) {
        Some(digits) => digits.parse().ok(),
        None => Some(0),
    }
}

/// The members of an ENUM or SET in the column's own bytes. `None` where we cannot write them: other
/// characters than ASCII need tables of their set, unless that is UTF-8.
fn members(defined: &Column) -> Option<Vec<Vec<u8>>> {
    let charset = defined.charset.as_deref().unwrap_or("binary");
    let text = defined.column_type.split_once('(')?.1.strip_suffix(')')?;
    let utf8 = matches!(charset, "utf8" | "utf8mb3" | "utf8mb4");
    let wide = matches!(charset, "ucs2" | "utf16" | "utf16le" | "utf32");
    if wide || !(utf8 || text.is_ascii()) {
        return None;
    }
    let mut members = Vec::new();
    let mut rest = text;
    while let Some(behind) = rest.strip_prefix('\'') {
        let mut member = String::new();
        let mut characters = behind.char_indices();
        let end = loop {
            match characters.next()? {
                (at, '\'') if behind[at + 1..].starts_with('\'') => {
                    member.push('\'');
                    characters.next();
                }
                (at, '\'') => break at,
                (_, character) => member.push(character),
            }
        };
        members.push(member.into_bytes());
        rest = &behind[end + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    rest.is_empty().then_some(members)
}

/// An ENUM's text by its index; index 0 is the empty text of a value that was none.
pub(super) fn enum_text(members: &[Vec<u8>], index: u64) -> Parsed<Vec<u8>> {
    match index.checked_sub(1) {
        None => Ok(Vec::new()),
        Some(place) => usize::try_from(place)
            .ok()
            .and_then(|place| members.get(place).cloned())
            .ok_or(Malformed::Wrong("its member is not in the definition")),
    }
}

/// A SET's text by its bits.
pub(super) fn set_text(members: &[Vec<u8>], bits: u64) -> Parsed<Vec<u8>> {
    if members.len() < 64 && bits >> members.len() != 0 {
        return Err(Malformed::Wrong("its member is not in the definition"));
    }
    let chosen: Vec<&[u8]> = members
        .iter()
        .enumerate()
        .filter(|(place, _)| *place < 64 && bits & (1 << place) != 0)
        .map(|(_, member)| member.as_slice())
        .collect();
    Ok(chosen.join(&b","[..]))
}
