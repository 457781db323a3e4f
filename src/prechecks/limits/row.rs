//! How many bytes of a page a row may need: as `InnoDB` counts before it accepts a table. Tried
//! against 9.7: 196 columns VARCHAR(255) pass, 197 do not; 10 TEXT in compact rows pass, 11 do not.

use crate::catalog::{Column, Table};

/// The number in the type's parentheses; for BLOB and TEXT what they hold.
pub(super) fn length(column: &Column) -> Option<u64> {
    let fixed = match column.data_type.as_str() {
        "tinytext" | "tinyblob" => Some(255),
        "text" | "blob" => Some(65_535),
        "mediumtext" | "mediumblob" => Some(16_777_215),
        "longtext" | "longblob" => Some(4_294_967_295),
        _ => None,
    };
    fixed.or_else(|| numbers(&column.column_type).0)
}

fn numbers(column_type: &str) -> (Option<u64>, Option<u64>) {
    let inner = column_type
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or("", |(inner, _)| inner);
    let mut parts = inner.split(',').map(|part| part.trim().parse().ok());
    (parts.next().flatten(), parts.next().flatten())
}

pub(super) fn bytes_per_character(column: &Column) -> u64 {
    match column.charset.as_deref() {
        Some("utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030") => 4,
        Some("utf8" | "utf8mb3" | "ujis" | "eucjpms") => 3,
        Some("ucs2" | "gbk" | "big5" | "sjis" | "cp932" | "euckr" | "gb2312") => 2,
        Some(_) | None => 1,
    }
}

/// What a row needs at most inside its page.
pub(super) fn bytes(table: &Table, short_prefixes: bool) -> u64 {
    // a pointer to the value elsewhere; compact rows keep its beginning too
    let outside = if short_prefixes { 788 } else { 40 };
    let stored = table.columns.iter().filter(|column| {
        let generated = column.generated.as_ref();
        generated.is_none_or(|generated| generated.stored)
    });
    let (mut total, mut nullable) = (0_u64, 0_u64);
    for column in stored {
        nullable += u64::from(column.nullable);
        total += match fixed(column) {
            Some(bytes) => bytes,
            None => match most(column) {
                bytes if bytes >= outside => outside + 1,
                bytes if bytes < 256 => bytes + 1,
                bytes => bytes + 2,
            },
        };
    }
    let row_id = if table.primary_key().is_some() { 0 } else { 6 };
    // the header, the transaction and the pointer to the older version
    5 + nullable.div_ceil(8) + total + 13 + row_id
}

/// The bytes of a column that has the same number in each row.
fn fixed(column: &Column) -> Option<u64> {
    let (first, second) = numbers(&column.column_type);
    let fraction = first.unwrap_or(0).div_ceil(2);
    Some(match column.data_type.as_str() {
        "tinyint" | "year" => 1,
        "smallint" | "enum" => 2,
        "mediumint" | "date" => 3,
        "int" | "float" => 4,
        "bigint" | "double" | "set" => 8,
        "time" => 3 + fraction,
        "timestamp" => 4 + fraction,
        "datetime" => 5 + fraction,
        "bit" => first.unwrap_or(1).div_ceil(8),
        "decimal" => decimal(first.unwrap_or(10), second.unwrap_or(0)),
        "binary" => first.unwrap_or(1),
        "char" if bytes_per_character(column) == 1 => first.unwrap_or(1),
        _ => return None,
    })
}

fn decimal(digits: u64, fraction: u64) -> u64 {
    const LEFT: [u64; 9] = [0, 1, 1, 2, 2, 3, 3, 4, 4];
    let bytes = |digits: u64| {
        let left = usize::try_from(digits % 9).unwrap_or(0);
        digits / 9 * 4 + LEFT.get(left).copied().unwrap_or(4)
    };
    bytes(digits.saturating_sub(fraction)) + bytes(fraction)
}

/// The most bytes of a column whose values differ in length.
fn most(column: &Column) -> u64 {
    match column.data_type.as_str() {
        "char" | "varchar" => length(column).unwrap_or(1) * bytes_per_character(column),
        _ => length(column).unwrap_or(u64::from(u32::MAX)),
    }
}
