//! JSON documents from the server's binary form, as text and with differences applied.
//!
//! A document's parts are found by offsets, which in a damaged one may all point at the same part: so
//! reading has an allowance of as many steps and bytes as the document is long, which no sound one
//! exceeds.

mod difference;
mod print;

use crate::replication::cursor::{Cursor, Malformed, Parsed};

/// A document or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    Text(Vec<u8>),
    Array(Vec<Json>),
    /// In the server's order: shorter keys first, then by bytes.
    Object(Vec<(Vec<u8>, Json)>),
    /// A value of another column type: DECIMAL, dates, binary strings.
    Opaque {
        kind: u8,
        bytes: Vec<u8>,
    },
}

/// The server's own limit of nesting is 100.
const DEEPEST: usize = 110;

/// A document as the server prints it.
pub(super) fn text(document: &[u8]) -> Parsed<Vec<u8>> {
    print::document(&read(document)?)
}

/// A document with the differences of a partial update, printed. No difference is no change.
pub(super) fn changed(document: &[u8], differences: &[u8]) -> Parsed<Vec<u8>> {
    let mut changed = read(document)?;
    difference::apply(&mut changed, differences)?;
    print::document(&changed)
}

/// An empty document is the `null` that the server puts where a NULL may not be.
fn read(document: &[u8]) -> Parsed<Json> {
    let Some((kind, bytes)) = document.split_first() else {
        return Ok(Json::Null);
    };
    let mut reader = Reader {
        allowance: document.len(),
    };
    reader.value(*kind, bytes, 0)
}

struct Reader {
    allowance: usize,
}

const SMALL_OBJECT: u8 = 0;
const LARGE_OBJECT: u8 = 1;
const SMALL_ARRAY: u8 = 2;
const LARGE_ARRAY: u8 = 3;

impl Reader {
    fn spend(&mut self, steps: usize) -> Parsed<()> {
        self.allowance = self
            .allowance
            .checked_sub(steps)
            .ok_or(Malformed::Wrong("a JSON document is larger than its bytes"))?;
        Ok(())
    }

    fn value(&mut self, kind: u8, bytes: &[u8], depth: usize) -> Parsed<Json> {
        self.spend(1)?;
        let mut cursor = Cursor::new(bytes);
        Ok(match kind {
            SMALL_OBJECT | LARGE_OBJECT | SMALL_ARRAY | LARGE_ARRAY => {
                return self.container(kind, bytes, depth);
            }
            4 => literal(cursor.u8()?)?,
            5 => Json::Int(i64::from(cursor.u16()?.cast_signed())),
            6 => Json::UInt(u64::from(cursor.u16()?)),
            7 => Json::Int(i64::from(cursor.u32()?.cast_signed())),
            8 => Json::UInt(u64::from(cursor.u32()?)),
            9 => Json::Int(cursor.u64()?.cast_signed()),
            10 => Json::UInt(cursor.u64()?),
            11 => Json::Double(f64::from_bits(cursor.u64()?)),
            12 => Json::Text(self.text(&mut cursor)?),
            15 => {
                let kind = cursor.u8()?;
                let bytes = self.text(&mut cursor)?;
                Json::Opaque { kind, bytes }
            }
            number => {
                return Err(Malformed::Unknown {
                    what: "a JSON type",
                    number: u64::from(number),
                });
            }
        })
    }

    /// Bytes behind a length of seven bits a byte.
    fn text(&mut self, cursor: &mut Cursor<'_>) -> Parsed<Vec<u8>> {
        let mut length = 0_usize;
        for shift in [0, 7, 14, 21, 28] {
            let byte = cursor.u8()?;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                self.spend(length)?;
                return cursor.take(length).map(<[u8]>::to_vec);
            }
        }
        Err(Malformed::Wrong("a JSON text has no length"))
    }

    fn container(&mut self, kind: u8, bytes: &[u8], depth: usize) -> Parsed<Json> {
        if depth > DEEPEST {
            return Err(Malformed::Wrong("a JSON document is too deep"));
        }
        let large = matches!(kind, LARGE_OBJECT | LARGE_ARRAY);
        let object = matches!(kind, SMALL_OBJECT | LARGE_OBJECT);
        let offset_size = if large { 4 } else { 2 };
        let mut head = Cursor::new(bytes);
        let count = usize::try_from(head.little(offset_size)?).map_err(|_| Malformed::Short)?;
        let size = usize::try_from(head.little(offset_size)?).map_err(|_| Malformed::Short)?;
        let bytes = bytes.get(..size).ok_or(Malformed::Short)?;
        self.spend(count)?;
        let mut keys = Vec::new();
        if object {
            for _ in 0..count {
                let offset = head.little(offset_size)?;
                let length = usize::from(head.u16()?);
                self.spend(length)?;
                keys.push(part(bytes, offset)?.get(..length).ok_or(Malformed::Short)?);
            }
        }
        let mut values = Vec::new();
        for _ in 0..count {
            let kind = head.u8()?;
            let inline = head.take(offset_size)?;
            // small numbers and literals stand where an offset would
            let stands_here = matches!(kind, 4..=6) || (large && matches!(kind, 7 | 8));
            let value = if stands_here {
                inline
            } else {
                part(bytes, Cursor::new(inline).little(offset_size)?)?
            };
            values.push(self.value(kind, value, depth + 1)?);
        }
        Ok(if object {
            Json::Object(keys.into_iter().map(<[u8]>::to_vec).zip(values).collect())
        } else {
            Json::Array(values)
        })
    }
}

fn part(bytes: &[u8], offset: u64) -> Parsed<&[u8]> {
    usize::try_from(offset)
        .ok()
        .and_then(|offset| bytes.get(offset..))
        .ok_or(Malformed::Short)
}

fn literal(byte: u8) -> Parsed<Json> {
    match byte {
        0 => Ok(Json::Null),
        1 => Ok(Json::Bool(true)),
        2 => Ok(Json::Bool(false)),
        number => Err(Malformed::Unknown {
            what: "a JSON literal",
            number: u64::from(number),
        }),
    }
}
