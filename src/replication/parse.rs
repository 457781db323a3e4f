//! The bytes of one event -> what it says. Pure: no order of events is known here, and no bytes make
//! it panic.

mod gtid;
mod rows;
mod statement;
pub mod table_map;

use super::{
    cursor::{Cursor, Malformed, Parsed},
    event::{Begin, RowChange, RowFlags, Statement, TableMap},
    xid::Xid,
};

/// One event as it stands in the binlog, without regard to what is around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Logged {
    Gtid(Begin),
    Statement(Box<Statement>),
    StatementContext,
    RowsQuery(Vec<u8>),
    TableMap(TableMap),
    Rows(LoggedRows),
    Xid,
    XaPrepare {
        xid: Xid,
        one_phase: bool,
    },
    /// A compressed transaction of so many bytes; the driver sends its events behind it.
    Payload {
        size: u64,
    },
    Rotate {
        file: String,
        offset: u64,
    },
    Heartbeat {
        file: String,
    },
    /// The beginning of a file.
    Format,
    /// Known, and without rows: the set at the beginning of a file, a clean stop, words of group
    /// replication.
    Nothing,
}

/// Rows whose table map is not found yet.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedRows {
    pub table_id: u64,
    pub change: RowChange,
    pub flags: RowFlags,
    pub columns: u64,
    /// The images. Their column bitmaps were full.
    pub images: Vec<u8>,
}

/// Reads an event of this type (its number in the binlog).
///
/// # Errors
/// An unknown type, bytes that are not this type's, a row event without all columns, an incident.
pub fn parse(kind: u8, bytes: &[u8]) -> Parsed<Logged> {
    let mut cursor = Cursor::new(bytes);
    let logged = match kind {
        2 => Logged::Statement(Box::new(statement::read(&mut cursor, 0)?)),
        // how far to look into a loaded file: 13 bytes more in front
        18 => Logged::Statement(Box::new(statement::read(&mut cursor, 13)?)),
        // INTVAR, APPEND_BLOCK, DELETE_FILE, RAND, USER_VAR, BEGIN_LOAD_QUERY
        5 | 9 | 11 | 13 | 14 | 17 => return Ok(Logged::StatementContext),
        // STOP, PREVIOUS_GTIDS, TRANSACTION_CONTEXT, VIEW_CHANGE
        3 | 35 | 36 | 37 => return Ok(Logged::Nothing),
        4 => return rotate(cursor),
        15 => return Ok(Logged::Format),
        16 => {
            cursor.u64()?;
            Logged::Xid
        }
        19 => Logged::TableMap(table_map::read(&mut cursor)?),
        23..=25 | 30..=32 | 39 => return rows::read(kind, cursor).map(Logged::Rows),
        26 => return Err(Malformed::Wrong("the source says that events are missing")),
        27 | 41 => return heartbeat(kind, cursor),
        29 => {
            // its first byte is a length that wraps for a longer text
            cursor.u8()?;
            return Ok(Logged::RowsQuery(cursor.rest().to_vec()));
        }
        33 | 34 => Logged::Gtid(gtid::read(&mut cursor, kind == 34)?),
        38 => {
            let one_phase = cursor.u8()? != 0;
            let xid = Xid::read(&mut cursor)?;
            Logged::XaPrepare { xid, one_phase }
        }
        40 => return payload(cursor),
        42 => return gtid::read_tagged(cursor).map(Logged::Gtid),
        _ => {
            return Err(Malformed::Unknown {
                what: "its type",
                number: u64::from(kind),
            });
        }
    };
    cursor.end()?;
    Ok(logged)
}

/// An event type's name in messages.
pub fn name(kind: u8) -> &'static str {
    match kind {
        2 => "QUERY",
        3 => "STOP",
        4 => "ROTATE",
        5 => "INTVAR",
        9 => "APPEND_BLOCK",
        11 => "DELETE_FILE",
        13 => "RAND",
        14 => "USER_VAR",
        15 => "FORMAT_DESCRIPTION",
        16 => "XID",
        17 => "BEGIN_LOAD_QUERY",
        18 => "EXECUTE_LOAD_QUERY",
        19 => "TABLE_MAP",
        23 | 30 => "WRITE_ROWS",
        24 | 31 => "UPDATE_ROWS",
        25 | 32 => "DELETE_ROWS",
        26 => "INCIDENT",
        27 | 41 => "HEARTBEAT",
        29 => "ROWS_QUERY",
        33 => "GTID",
        34 => "ANONYMOUS_GTID",
        35 => "PREVIOUS_GTIDS",
        36 => "TRANSACTION_CONTEXT",
        37 => "VIEW_CHANGE",
        38 => "XA_PREPARE",
        39 => "PARTIAL_UPDATE_ROWS",
        40 => "TRANSACTION_PAYLOAD",
        42 => "GTID_TAGGED",
        _ => "unknown",
    }
}

fn rotate(mut cursor: Cursor<'_>) -> Parsed<Logged> {
    let offset = cursor.u64()?;
    let file = file_name(cursor.rest())?;
    Ok(Logged::Rotate { file, offset })
}

fn heartbeat(kind: u8, mut cursor: Cursor<'_>) -> Parsed<Logged> {
    if kind == 27 {
        let file = file_name(cursor.rest())?;
        return Ok(Logged::Heartbeat { file });
    }
    // version 2: fields with their lengths; 0 is the end, 1 the file, 2 the offset
    let mut file = None;
    loop {
        let field = cursor.length_encoded()?;
        if field == 0 {
            let file = file.ok_or(Malformed::Wrong("it names no file"))?;
            return Ok(Logged::Heartbeat { file });
        }
        let length = cursor.length_encoded()?;
        let bytes = cursor.take_long(length)?;
        if field == 1 {
            file = Some(file_name(bytes)?);
        }
    }
}

/// File names are of the file system's characters; ours go into positions as text.
fn file_name(bytes: &[u8]) -> Parsed<String> {
    let name = std::str::from_utf8(bytes).map_err(|_| Malformed::Wrong("its file has no name"))?;
    if name.is_empty() || name.contains('\0') {
        return Err(Malformed::Wrong("its file has no name"));
    }
    Ok(name.to_owned())
}

/// The header's fields; the compressed bytes are the driver's to unpack.
fn payload(mut cursor: Cursor<'_>) -> Parsed<Logged> {
    let mut size = None;
    let mut compressed = None;
    let mut plain = false;
    loop {
        let field = cursor.length_encoded()?;
        if field == 0 {
            break;
        }
        let length = cursor.length_encoded()?;
        let mut value = Cursor::new(cursor.take_long(length)?);
        match field {
            1 => compressed = Some(value.length_encoded()?),
            2 => match value.length_encoded()? {
                0 => {}
                255 => plain = true,
                number => {
                    return Err(Malformed::Unknown {
                        what: "its compression",
                        number,
                    });
                }
            },
            3 => size = Some(value.length_encoded()?),
            number => {
                return Err(Malformed::Unknown {
                    what: "its field",
                    number,
                });
            }
        }
    }
    if compressed != Some(cursor.rest().len() as u64) {
        return Err(Malformed::Wrong("its size is another than it says"));
    }
    let size = if plain { compressed } else { size };
    let size = size.ok_or(Malformed::Wrong("it does not say how large it is"))?;
    Ok(Logged::Payload { size })
}

#[cfg(test)]
mod tests;
