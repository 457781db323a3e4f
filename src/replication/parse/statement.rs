//! QUERY events: a statement and the session's settings.

use super::super::{
    cursor::{Cursor, Malformed, Parsed},
    event::{Charsets, Context, SessionFlags, Statement},
};

/// More databases than this are not listed.
const MOST_DATABASES: u8 = 254;

/// `more` bytes stand between the fixed part and the settings.
pub(super) fn read(cursor: &mut Cursor<'_>, more: usize) -> Parsed<Statement> {
    let connection_id = cursor.u32()?;
    let _execution_time = cursor.u32()?;
    let database_length = usize::from(cursor.u8()?);
    let error = cursor.u16()?;
    let settings_length = usize::from(cursor.u16()?);
    cursor.take(more)?;
    let context = context(Cursor::new(cursor.take(settings_length)?))?;
    let database = cursor.take(database_length)?.to_vec();
    if cursor.u8()? != 0 {
        return Err(Malformed::Wrong("its database does not end"));
    }
    let text = cursor.rest();
    cursor.take(text.len())?;
    Ok(Statement {
        text: text.to_vec(),
        database,
        connection_id,
        error,
        alone: false,
        context,
    })
}

/// Settings have no lengths of their own: behind an unknown one nothing can be read, so it stops.
fn context(mut cursor: Cursor<'_>) -> Parsed<Context> {
    let mut context = Context::default();
    while !cursor.is_empty() {
        match cursor.u8()? {
            0 => context.flags = Some(SessionFlags(cursor.u32()?)),
            1 => context.sql_mode = Some(cursor.u64()?),
            // the catalog of old: text, and a NUL behind it
            2 => {
                cursor.short_bytes()?;
                cursor.u8()?;
            }
            3 => context.auto_increment = Some((cursor.u16()?, cursor.u16()?)),
            4 => {
                context.charsets = Some(Charsets {
                    client: cursor.u16()?,
                    collation_connection: cursor.u16()?,
                    collation_server: cursor.u16()?,
                });
            }
            5 => context.time_zone = Some(cursor.short_bytes()?.to_vec()),
            6 => {
                cursor.short_bytes()?;
            }
            7 => context.lc_time_names = Some(cursor.u16()?),
            8 => context.collation_database = Some(cursor.u16()?),
            9 => context.table_map_for_update = Some(cursor.u64()?),
            10 => {
                cursor.u32()?;
            }
            11 => {
                let user = cursor.short_bytes()?.to_vec();
                context.invoker = Some((user, cursor.short_bytes()?.to_vec()));
            }
            12 => context.databases = databases(&mut cursor)?,
            // 3 bytes
            13 => context.microseconds = u32::try_from(cursor.little(3)?).ok(),
            16 => context.explicit_defaults_for_timestamp = Some(cursor.u8()? != 0),
            17 => context.ddl_xid = Some(cursor.u64()?),
            18 => context.default_collation_for_utf8mb4 = Some(cursor.u16()?),
            19 => context.sql_require_primary_key = Some(cursor.u8()? != 0),
            20 => context.default_table_encryption = Some(cursor.u8()? != 0),
            // 9.7 writes it with DML in a statement: one byte
            21 => {
                cursor.u8()?;
            }
            number => {
                return Err(Malformed::Unknown {
                    what: "its setting",
                    number: u64::from(number),
                });
            }
        }
    }
    Ok(context)
}

fn databases(cursor: &mut Cursor<'_>) -> Parsed<Option<Vec<Vec<u8>>>> {
    let count = cursor.u8()?;
    if count >= MOST_DATABASES {
        return Ok(None);
    }
    let names = (0..count).map(|_| cursor.until_nul().map(<[u8]>::to_vec));
    names.collect::<Parsed<_>>().map(Some)
}
