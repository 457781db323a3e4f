//! One value.

use mysql_async::Value;

use super::{column, column::Form, json, number, time};
use crate::replication::{
    cursor::{Cursor, Malformed, Parsed},
    parse::table_map::ColumnKind,
};

/// Reads a value into the form of the binary protocol.
pub(super) fn read(kind: ColumnKind, form: &Form, cursor: &mut Cursor<'_>) -> Parsed<Value> {
    Ok(match kind {
        ColumnKind::Tiny => integer(cursor, 1, form)?,
        ColumnKind::Short => integer(cursor, 2, form)?,
        ColumnKind::Medium => integer(cursor, 3, form)?,
        ColumnKind::Long => integer(cursor, 4, form)?,
        ColumnKind::LongLong => integer(cursor, 8, form)?,
        ColumnKind::Float => Value::Float(f32::from_bits(cursor.u32()?)),
        ColumnKind::Double => Value::Double(f64::from_bits(cursor.u64()?)),
        // 0 is the year 0000
        ColumnKind::Year => Value::Int(match cursor.u8()? {
            0 => 0,
            year => 1900 + i64::from(year),
        }),
        ColumnKind::Date => time::date(cursor)?,
        ColumnKind::OldTime => time::old_time(cursor)?,
        ColumnKind::OldDateTime => time::old_date_time(cursor)?,
        ColumnKind::OldTimestamp => time::timestamp(cursor.u32()?, 0)?,
        ColumnKind::Time(digits) => time::time(cursor, digits)?,
        ColumnKind::DateTime(digits) => time::date_time(cursor, digits)?,
        ColumnKind::Timestamp(digits) => {
            let seconds = u32::from_be_bytes(cursor.array()?);
            time::timestamp(seconds, time::fraction(cursor, digits)?)?
        }
        ColumnKind::Decimal { precision, scale } => {
            let fill = *form == Form::ZeroFilled;
            Value::Bytes(number::decimal(cursor, precision, scale, fill)?)
        }
        ColumnKind::Bit { bytes } => Value::Bytes(cursor.take(usize::from(bytes))?.to_vec()),
        ColumnKind::Enum { bytes } => {
            let index = cursor.little(usize::from(bytes))?;
            if let Form::Members(members) = form {
                Value::Bytes(column::enum_text(members, index)?)
            } else {
                unsigned(index)
            }
        }
        ColumnKind::Set { bytes } => {
            let bits = cursor.little(usize::from(bytes))?;
            if let Form::Members(members) = form {
                Value::Bytes(column::set_text(members, bits)?)
            } else {
                unsigned(bits)
            }
        }
        ColumnKind::Char { bytes } => {
            let mut text = text(cursor, bytes)?.to_vec();
            if *form == Form::ZeroPadded {
                if text.len() > usize::from(bytes) {
                    return Err(Malformed::Wrong("it is longer than its column"));
                }
                text.resize(usize::from(bytes), 0);
            }
            Value::Bytes(text)
        }
        ColumnKind::VarChar { bytes } => Value::Bytes(text(cursor, bytes)?.to_vec()),
        ColumnKind::Blob { length }
        | ColumnKind::Geometry { length }
        | ColumnKind::Vector { length } => Value::Bytes(blob(cursor, length)?.to_vec()),
        ColumnKind::Json { length } => Value::Bytes(json::text(blob(cursor, length)?)?),
    })
}

/// Passes over a value that nobody wants.
pub(super) fn skip(kind: ColumnKind, cursor: &mut Cursor<'_>) -> Parsed<()> {
    let length = match kind {
        ColumnKind::Tiny | ColumnKind::Year => 1,
        ColumnKind::Short => 2,
        ColumnKind::Medium | ColumnKind::Date | ColumnKind::OldTime => 3,
        ColumnKind::Long | ColumnKind::Float | ColumnKind::OldTimestamp => 4,
        ColumnKind::LongLong | ColumnKind::Double | ColumnKind::OldDateTime => 8,
        ColumnKind::Time(digits) => 3 + time::fraction_bytes(digits),
        ColumnKind::DateTime(digits) => 5 + time::fraction_bytes(digits),
        ColumnKind::Timestamp(digits) => 4 + time::fraction_bytes(digits),
        ColumnKind::Decimal { precision, scale } => number::decimal_bytes(precision, scale),
        ColumnKind::Bit { bytes } => usize::from(bytes),
        ColumnKind::Enum { bytes } | ColumnKind::Set { bytes } => usize::from(bytes),
        ColumnKind::Char { bytes } | ColumnKind::VarChar { bytes } => {
            return text(cursor, bytes).map(|_| ());
        }
        ColumnKind::Blob { length }
        | ColumnKind::Geometry { length }
        | ColumnKind::Vector { length }
        | ColumnKind::Json { length } => return blob(cursor, length).map(|_| ()),
    };
    cursor.take(length).map(|_| ())
}

/// A text behind its length, which has two bytes where the column may be longer than one can say.
fn text<'a>(cursor: &mut Cursor<'a>, longest: u16) -> Parsed<&'a [u8]> {
    let length = cursor.little(if longest > 255 { 2 } else { 1 })?;
    cursor.take_long(length)
}

/// Bytes behind a length of so many bytes.
pub(super) fn blob<'a>(cursor: &mut Cursor<'a>, length: u8) -> Parsed<&'a [u8]> {
    let length = cursor.little(usize::from(length))?;
    cursor.take_long(length)
}

fn integer(cursor: &mut Cursor<'_>, bytes: usize, form: &Form) -> Parsed<Value> {
    let raw = cursor.little(bytes)?;
    let unused = 64 - 8 * u32::try_from(bytes).map_err(|_| Malformed::Short)?;
    Ok(if *form == Form::Unsigned {
        unsigned(raw)
    } else {
        Value::Int((raw << unused).cast_signed() >> unused)
    })
}

/// As the protocol's reader gives it: unsigned only where it must be.
fn unsigned(number: u64) -> Value {
    i64::try_from(number).map_or(Value::UInt(number), Value::Int)
}
