//! Row changes as bytes, for those that wait in the ledger until their XA transaction is committed.
//!
//! In: decoded changes, row event by row event. Out: bytes, and from bytes the same changes.

use mysql_async::Value;

use super::{
    cursor::{Cursor, Malformed, Parsed},
    window::Row,
};
use crate::mysql::TableName;

/// In the place of the 1 before an image that is there.
const STRUCK: u8 = 2;

/// What one row event changed.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldEvent {
    pub table: TableName,
    /// Of the definition under which it was decoded.
    pub definition: u64,
    /// What it cascades to was changed inside the source's engine.
    pub inside_engine: bool,
    pub changes: Vec<HeldChange>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HeldChange {
    /// It went with its parent, which the statement deleted before: only its own children are due.
    pub struck: bool,
    pub before: Option<Row>,
    pub after: Option<Row>,
}

impl HeldEvent {
    /// Appends it.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        text(bytes, self.table.database.as_str().as_bytes());
        text(bytes, self.table.name.as_str().as_bytes());
        bytes.extend_from_slice(&self.definition.to_le_bytes());
        bytes.push(u8::from(self.inside_engine));
        length(bytes, self.changes.len());
        for change in &self.changes {
            let first = bytes.len();
            row(bytes, change.before.as_ref());
            if change.struck
                && let Some(kind) = bytes.get_mut(first)
            {
                *kind = STRUCK;
            }
            row(bytes, change.after.as_ref());
        }
    }

    /// The first one of these bytes, and how many are its.
    ///
    /// # Errors
    /// Bytes that were not written so.
    pub fn read(bytes: &[u8]) -> Parsed<(Self, usize)> {
        let mut cursor = Cursor::new(bytes);
        let (database, name) = (read_text(&mut cursor)?, read_text(&mut cursor)?);
        let mut event = Self {
            table: TableName::new(database, name),
            definition: cursor.u64()?,
            inside_engine: cursor.u8()? != 0,
            changes: Vec::new(),
        };
        for _ in 0..cursor.u32()? {
            event.changes.push(HeldChange {
                struck: cursor.rest().first() == Some(&STRUCK),
                before: read_row(&mut cursor)?,
                after: read_row(&mut cursor)?,
            });
        }
        Ok((event, bytes.len() - cursor.rest().len()))
    }
}

/// All lengths are below 4 GiB: a row event is.
fn length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn text(bytes: &mut Vec<u8>, text: &[u8]) {
    length(bytes, text.len());
    bytes.extend_from_slice(text);
}

fn read_text(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let size = cursor.u32()? as usize;
    String::from_utf8(cursor.take(size)?.to_vec()).map_err(|_| Malformed::Wrong("a name is none"))
}

fn row(bytes: &mut Vec<u8>, row: Option<&Row>) {
    let Some(row) = row else {
        bytes.push(0);
        return;
    };
    bytes.push(1);
    length(bytes, row.len());
    for one in row {
        value(bytes, one);
    }
}

fn read_row(cursor: &mut Cursor<'_>) -> Parsed<Option<Row>> {
    if cursor.u8()? == 0 {
        return Ok(None);
    }
    let columns = cursor.u32()?;
    (0..columns)
        .map(|_| read_value(cursor))
        .collect::<Parsed<Row>>()
        .map(Some)
}

fn value(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::NULL => bytes.push(0),
        Value::Bytes(string) => {
            bytes.push(1);
            text(bytes, string);
        }
        Value::Int(number) => {
            bytes.push(2);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Value::UInt(number) => {
            bytes.push(3);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Value::Float(number) => {
            bytes.push(4);
            bytes.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::Double(number) => {
            bytes.push(5);
            bytes.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::Date(year, month, day, hour, minute, second, microsecond) => {
            bytes.push(6);
            bytes.extend_from_slice(&year.to_le_bytes());
            bytes.extend_from_slice(&[*month, *day, *hour, *minute, *second]);
            bytes.extend_from_slice(&microsecond.to_le_bytes());
        }
        Value::Time(negative, days, hours, minutes, seconds, microseconds) => {
            bytes.push(7);
            bytes.push(u8::from(*negative));
            bytes.extend_from_slice(&days.to_le_bytes());
            bytes.extend_from_slice(&[*hours, *minutes, *seconds]);
            bytes.extend_from_slice(&microseconds.to_le_bytes());
        }
    }
}

fn read_value(cursor: &mut Cursor<'_>) -> Parsed<Value> {
    Ok(match cursor.u8()? {
        0 => Value::NULL,
        1 => {
            let size = cursor.u32()? as usize;
            Value::Bytes(cursor.take(size)?.to_vec())
        }
        2 => Value::Int(i64::from_le_bytes(cursor.array()?)),
        3 => Value::UInt(cursor.u64()?),
        4 => Value::Float(f32::from_bits(cursor.u32()?)),
        5 => Value::Double(f64::from_bits(cursor.u64()?)),
        6 => Value::Date(
            cursor.u16()?,
            cursor.u8()?,
            cursor.u8()?,
            cursor.u8()?,
            cursor.u8()?,
            cursor.u8()?,
            cursor.u32()?,
        ),
        7 => Value::Time(
            cursor.u8()? != 0,
            cursor.u32()?,
            cursor.u8()?,
            cursor.u8()?,
            cursor.u8()?,
            cursor.u32()?,
        ),
        _ => return Err(Malformed::Wrong("a value's kind is none")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_back_as_they_were() {
        let values = vec![
            Value::NULL,
            Value::Bytes(b"\0'\\x".to_vec()),
            Value::Int(-5),
            Value::UInt(u64::MAX),
            Value::Float(-0.0),
            Value::Double(f64::MIN_POSITIVE),
            Value::Date(2024, 2, 30, 23, 59, 58, 999_999),
            Value::Time(true, 34, 22, 59, 59, 1),
        ];
        let event = |name: &str, changes| HeldEvent {
            table: TableName::new("d\u{e4}", name),
            definition: 7,
            inside_engine: true,
            changes,
        };
        let one = event(
            "t",
            vec![
                HeldChange {
                    struck: true,
                    before: Some(values.clone()),
                    after: None,
                },
                HeldChange {
                    struck: false,
                    before: Some(Vec::new()),
                    after: Some(values),
                },
            ],
        );
        let other = event("other", Vec::new());
        let mut bytes = Vec::new();
        one.write(&mut bytes);
        let first = bytes.len();
        other.write(&mut bytes);
        assert_eq!(HeldEvent::read(&bytes), Ok((one, first)));
        assert_eq!(
            HeldEvent::read(&bytes[first..]),
            Ok((other, bytes.len() - first))
        );
        for short in 0..first {
            assert_eq!(HeldEvent::read(&bytes[..short]), Err(Malformed::Short));
        }
    }
}
