//! `GTID`, `ANONYMOUS_GTID` and `GTID_TAGGED` events.

use super::super::{
    cursor::{Cursor, Malformed, Parsed},
    event::Begin,
};
use crate::mysql::{
    Gtid,
    gtid::{Tag, Uuid},
};

/// The fixed form. 5.6 ends behind the number, 5.7 behind the logical clock.
pub(super) fn read(cursor: &mut Cursor<'_>, anonymous: bool) -> Parsed<Begin> {
    cursor.u8()?;
    let source = Uuid::from_bytes(cursor.array()?);
    let number = cursor.u64()?;
    let mut begin = Begin::default();
    if !anonymous {
        begin.gtid = Some(gtid(source, Tag::default(), number)?);
    }
    if cursor.is_empty() {
        return Ok(begin);
    }
    // the type of the logical clock, and the clock: for parallel replicas
    cursor.u8()?;
    cursor.take(16)?;
    if cursor.is_empty() {
        return Ok(begin);
    }
    let immediate = cursor.little(7)?;
    begin.immediate_commit = Some(immediate & !(1 << 55));
    begin.original_commit = if immediate & (1 << 55) == 0 {
        begin.immediate_commit
    } else {
        Some(cursor.little(7)?)
    };
    if cursor.is_empty() {
        return Ok(begin);
    }
    begin.length = Some(cursor.length_encoded()?);
    // the servers' versions, and since 8.4 a group's ticket: nothing that rows depend on
    let rest = cursor.rest().len();
    cursor.take(rest)?;
    Ok(begin)
}

/// The serialization library's form: fields with their numbers, in any number.
pub(super) fn read_tagged(mut cursor: Cursor<'_>) -> Parsed<Begin> {
    let whole = cursor.rest().len() as u64;
    let version = cursor.variable()?;
    if version != 1 {
        return Err(Malformed::Unknown {
            what: "its version",
            number: version,
        });
    }
    if cursor.variable()? != whole {
        return Err(Malformed::Wrong("its size is another than it says"));
    }
    // up to this field a reader must know them all
    let last_needed = cursor.variable()?;
    let mut begin = Begin::default();
    let (mut source, mut tag, mut number) = (None, Tag::default(), None);
    while !cursor.is_empty() {
        match cursor.variable()? {
            1 => {
                let mut uuid = [0; 16];
                for byte in &mut uuid {
                    *byte = u8::try_from(cursor.variable()?)
                        .map_err(|_| Malformed::Wrong("its UUID is none"))?;
                }
                source = Some(Uuid::from_bytes(uuid));
            }
            2 => number = Some(cursor.variable_signed()?.cast_unsigned()),
            3 => {
                let length = cursor.variable()?;
                let text = cursor.take_long(length)?;
                tag = std::str::from_utf8(text)
                    .ok()
                    .and_then(|text| Tag::new(text).ok())
                    .ok_or(Malformed::Wrong("its tag is none"))?;
            }
            // the logical clock is signed
            4 | 5 => {
                cursor.variable_signed()?;
            }
            6 => begin.immediate_commit = Some(cursor.variable()?),
            7 => begin.original_commit = Some(cursor.variable()?),
            8 => begin.length = Some(cursor.variable()?),
            // flags, versions, a group's ticket
            0 | 9 | 10 | 11 => {
                cursor.variable()?;
            }
            field if field <= last_needed => {
                return Err(Malformed::Unknown {
                    what: "its field",
                    number: field,
                });
            }
            // whatever comes behind may be left unread
            _ => break,
        }
    }
    // logged only where it differs
    begin.original_commit = begin.original_commit.or(begin.immediate_commit);
    let (Some(source), Some(number)) = (source, number) else {
        return Err(Malformed::Wrong("it names no transaction"));
    };
    begin.gtid = Some(gtid(source, tag, number)?);
    Ok(begin)
}

fn gtid(source: Uuid, tag: Tag, number: u64) -> Parsed<Gtid> {
    Gtid::new(source, tag, number).map_err(|_| Malformed::Wrong("its number is none"))
}
