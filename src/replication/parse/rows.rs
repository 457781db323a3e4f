//! Row events of both versions.

use super::{
    super::{
        cursor::{Cursor, Malformed, Parsed},
        event::{RowChange, RowFlags},
    },
    LoggedRows,
};

pub(super) fn read(kind: u8, mut cursor: Cursor<'_>) -> Parsed<LoggedRows> {
    let change = match kind {
        23 | 30 => RowChange::Insert,
        24 | 31 => RowChange::Update,
        25 | 32 => RowChange::Delete,
        _ => RowChange::PartialUpdate,
    };
    let table_id = cursor.little(6)?;
    let flags = RowFlags(cursor.u16()?);
    // version 2 has more, with its own length in it
    if kind >= 30 {
        let extra = usize::from(cursor.u16()?);
        let extra = extra
            .checked_sub(2)
            .ok_or(Malformed::Wrong("its extra part has no length"))?;
        cursor.take(extra)?;
    }
    let columns = cursor.length_encoded()?;
    full_bitmap(&mut cursor, columns)?;
    if matches!(change, RowChange::Update | RowChange::PartialUpdate) {
        full_bitmap(&mut cursor, columns)?;
    }
    Ok(LoggedRows {
        table_id,
        change,
        flags,
        columns,
        images: cursor.rest().to_vec(),
    })
}

/// `binlog_row_image` is a session's own, whatever the global value: each event must prove that it
/// has all columns. A change of rows found by half an image could hit others.
fn full_bitmap(cursor: &mut Cursor<'_>, columns: u64) -> Parsed<()> {
    let bitmap = cursor.take_long(columns.div_ceil(8))?;
    let full = bitmap.iter().enumerate().all(|(index, byte)| {
        let left = columns - index as u64 * 8;
        let expected = if left >= 8 { 0xFF } else { (1_u8 << left) - 1 };
        byte & expected == expected
    });
    if full {
        Ok(())
    } else {
        Err(Malformed::Wrong(
            "it has not all columns (its session set binlog_row_image to another value than FULL)",
        ))
    }
}
