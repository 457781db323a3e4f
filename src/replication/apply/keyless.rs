//! Tables without a usable key: each row is found by all of its values, one after the other, in the
//! source's order.

use mysql_async::Value;

use super::{
    error::ApplyError,
    statement::{Statement, Write, Writer},
    target::Target,
};
use crate::{
    catalog::{Column, CopyColumn, Encoding, Table},
    conn::Session,
    mysql::Literal,
    replication::{
        definitions::Tracked,
        net::same,
        window::{Change, Row},
    },
    rows::insert,
};

/// Applies the changes, by their index in the window, in order. How many other rows gave way: only
/// where not all changes are replicated.
///
/// # Errors
/// The server's; a row that is not there; one in the way where that is to stop the stream.
pub async fn apply(
    session: &mut Session,
    target: Target<'_>,
    changes: &[(usize, &Change)],
) -> Result<u64, ApplyError> {
    let table = target.table;
    let version = session.version().clone();
    let writer = Writer::new(&table.shape, &version);
    let encodings = table.shape.encodings();
    let mut gave_way = 0;
    let mut rest = changes;
    while let Some((index, change)) = rest.first() {
        let inserts = rest
            .iter()
            .take_while(|(_, change)| change.before.is_none())
            .count();
        if inserts > 0 {
            let (now, later) = rest.split_at(inserts);
            let rows = now.iter().filter_map(|(_, change)| change.after.as_ref());
            for statement in writer.write(Write::Insert, rows) {
                gave_way += insert_all(session, target, statement, *index).await?;
            }
            rest = later;
            continue;
        }
        rest = &rest[1..];
        let Some(before) = &change.before else {
            continue;
        };
        let which = exactly(table, before);
        let delete = Statement {
            sql: format!(
                "DELETE FROM {} WHERE {which} LIMIT 1",
                table.shape.destination
            )
            .into_bytes(),
            rows: 1,
            enum_zeros: 0,
        };
        let found = match &change.after {
            None => target.run(session, &delete, *index).await?,
            Some(after) if same(before, after, &encodings) => continue,
            Some(after) => {
                let statement = writer.update(after, &format!("{which} LIMIT 1"));
                match target.run(session, &statement, *index).await {
                    Err(ApplyError::There { .. })
                        if target.gives_way().is_some() && !table.keys.own_columns =>
                    {
                        // whatever key it meets: not all of them can be named
                        let found = target.run(session, &delete, *index).await?;
                        for statement in writer.write(Write::Replace, std::iter::once(after)) {
                            let put = target.run(session, &statement, *index).await?;
                            gave_way += put.saturating_sub(statement.rows);
                        }
                        found
                    }
                    done => done?,
                }
            }
        };
        // where not all changes are replicated, it may never have become what it was
        if found != 1 && table.rules.dml.is_all() {
            return Err(ApplyError::Missing {
                table: table.shape.destination.clone(),
                key: "by all of its values".to_owned(),
                place: target.place(*index),
            });
        }
    }
    Ok(gave_way)
}

/// Rows of one statement; how many others gave way.
async fn insert_all(
    session: &mut Session,
    target: Target<'_>,
    mut statement: Statement,
    index: usize,
) -> Result<u64, ApplyError> {
    match target.run(session, &statement, index).await {
        Err(ApplyError::There { .. }) if target.gives_way().is_some() => {
            statement.replace();
            let changed = target.run(session, &statement, index).await?;
            Ok(changed.saturating_sub(statement.rows))
        }
        Ok(found) if found != statement.rows => {
            Err(target.miscounted(index, statement.rows, found))
        }
        done => done.map(|_| 0),
    }
}

/// The rows that are these values bit for bit: by equality, so that an index may serve, and by their
/// bytes, since 'a' equals 'A' and 0.0 equals -0.0.
pub fn exactly(table: &Tracked, row: &Row) -> String {
    let parts: Vec<String> = table
        .shape
        .columns
        .iter()
        .zip(row)
        .map(|(column, value)| is(&table.destination, column, value))
        .collect();
    parts.join(" AND ")
}

fn is(table: &Table, column: &CopyColumn, value: &Value) -> String {
    let name = &column.destination;
    let defined = table.column(name);
    let data_type = defined.map_or("", |defined| defined.data_type.as_str());
    let written = || {
        let mut text = Vec::new();
        insert::value(&mut text, value, column.encoding);
        String::from_utf8_lossy(&text).into_owned()
    };
    match (value, column.encoding) {
        (Value::NULL, _) => format!("{name} IS NULL"),
        (_, Encoding::Enum | Encoding::Set) => format!("{name} + 0 = {}", written()),
        // as JSON, 1 equals 1.0
        (_, Encoding::Json) => format!(
            "HEX(CAST({name} AS CHAR CHARACTER SET utf8mb4)) = \
             HEX(CAST(CAST({} AS JSON) AS CHAR CHARACTER SET utf8mb4))",
            written()
        ),
        (Value::Bytes(bytes), Encoding::Plain) => {
            let raw = Literal::Bytes(bytes.clone());
            match (data_type, defined.and_then(|one| one.collation.as_ref())) {
                // of 64 bits at most; through a string it would become a DOUBLE
                ("bit", _) => {
                    let number = bytes
                        .iter()
                        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
                    format!("{name} + 0 = {}", Literal::Unsigned(number))
                }
                (_, Some(collation)) => {
                    let text = collated(defined, collation, bytes);
                    format!("{name} = {text} AND CAST({name} AS BINARY) = {raw}")
                }
                (
                    "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob",
                    None,
                ) => {
                    format!("{name} = {raw}")
                }
                // GEOMETRY and VECTOR compare with nothing
                (_, None) => format!("HEX({name}) = HEX({raw})"),
            }
        }
        (Value::Float(number), _) if *number == 0.0 => zero(name, number.is_sign_negative()),
        (Value::Double(number), _) if *number == 0.0 => zero(name, number.is_sign_negative()),
        (_, _) => format!("{name} = {}", written()),
    }
}

/// The rows whose column is the same as a value for an index: by its collation, the two zeros alike.
pub fn equal(table: &Table, column: &CopyColumn, value: &Value) -> String {
    let name = &column.destination;
    match (text(table, column, value), value) {
        (Some(text), _) => format!("{name} = {text}"),
        (None, Value::Float(number)) if *number == 0.0 => format!("{name} = 0"),
        (None, Value::Double(number)) if *number == 0.0 => format!("{name} = 0"),
        (None, _) => is(table, column, value),
    }
}

/// A value of a column with a collation, by which the server is to compare it; `None` of any other.
pub fn text(table: &Table, column: &CopyColumn, value: &Value) -> Option<String> {
    let defined = table.column(&column.destination)?;
    match (value, column.encoding) {
        (Value::Bytes(bytes), Encoding::Plain) => {
            let collation = defined.collation.as_ref()?;
            Some(collated(Some(defined), collation, bytes).to_string())
        }
        (_, _) => None,
    }
}

fn collated(column: Option<&Column>, collation: &str, bytes: &[u8]) -> Literal {
    let charset = column.and_then(|one| one.charset.clone());
    Literal::Collated {
        bytes: bytes.to_vec(),
        charset: charset.unwrap_or_default(),
        collation: collation.to_owned(),
    }
}

fn zero(name: &crate::mysql::Ident, negative: bool) -> String {
    let sign = if negative { "=" } else { "<>" };
    format!("{name} = 0 AND CONCAT({name}) {sign} '-0'")
}
