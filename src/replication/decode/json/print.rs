//! JSON as the server prints it: `{"a": 1, "b": [true, "x"]}`.

use mysql_async::Value;

use super::Json;
use crate::replication::{
    cursor::{Cursor, Malformed, Parsed},
    decode::{number, time},
};

const TIMESTAMP: u8 = 7;
const DATE: u8 = 10;
const TIME: u8 = 11;
const DATETIME: u8 = 12;
const DECIMAL: u8 = 246;

pub(super) fn document(json: &Json) -> Parsed<Vec<u8>> {
    let mut out = Vec::new();
    value(json, &mut out)?;
    Ok(out)
}

fn value(json: &Json, out: &mut Vec<u8>) -> Parsed<()> {
    match json {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Json::UInt(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Json::Double(double) => number::double(*double, out),
        Json::Text(text) => quoted(text, out),
        Json::Array(members) => {
            out.push(b'[');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(b", ");
                }
                value(member, out)?;
            }
            out.push(b']');
        }
        Json::Object(members) => {
            out.push(b'{');
            for (index, (key, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(b", ");
                }
                quoted(key, out);
                out.extend_from_slice(b": ");
                value(member, out)?;
            }
            out.push(b'}');
        }
        Json::Opaque { kind, bytes } => opaque(*kind, bytes, out)?,
    }
    Ok(())
}

fn quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0C => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..=0x1F => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

/// DECIMAL as a number, dates as texts, all else as base64 with its type.
fn opaque(kind: u8, bytes: &[u8], out: &mut Vec<u8>) -> Parsed<()> {
    let mut cursor = Cursor::new(bytes);
    match kind {
        DECIMAL => {
            let (precision, scale) = (cursor.u8()?, cursor.u8()?);
            if precision == 0 || scale > precision {
                return Err(Malformed::Wrong("a DECIMAL has no digits"));
            }
            out.extend(number::decimal(&mut cursor, precision, scale, false)?);
        }
        DATE | DATETIME | TIMESTAMP => {
            let Value::Date(year, month, day, hour, minute, second, micros) =
                time::packed_date_time(cursor.u64()?)?
            else {
                return Err(Malformed::Wrong("a date is none"));
            };
            let date = format!("{year:04}-{month:02}-{day:02}");
            let text = if kind == DATE {
                format!("\"{date}\"")
            } else {
                format!("\"{date} {hour:02}:{minute:02}:{second:02}.{micros:06}\"")
            };
            out.extend_from_slice(text.as_bytes());
        }
        TIME => {
            let Value::Time(negative, days, hour, minute, second, micros) =
                time::packed_time(cursor.u64()?.cast_signed())?
            else {
                return Err(Malformed::Wrong("a time is none"));
            };
            let sign = if negative { "-" } else { "" };
            let hours = days * 24 + u32::from(hour);
            let text = format!("\"{sign}{hours:02}:{minute:02}:{second:02}.{micros:06}\"");
            out.extend_from_slice(text.as_bytes());
        }
        _ => quoted(
            format!("base64:type{kind}:{}", base64(bytes)).as_bytes(),
            out,
        ),
    }
    Ok(())
}

/// With a line break after every 76 characters, as the server's own encoder sets them.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const LINE: usize = 76;
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 8);
    for (index, group) in bytes.chunks(3).enumerate() {
        if index > 0 && index * 4 % LINE == 0 {
            text.push('\n');
        }
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place > group.len() {
                text.push('=');
            } else {
                let sextet = (bits >> (18 - 6 * place) & 63) as usize;
                text.push(char::from(ALPHABET[sextet]));
            }
        }
    }
    text
}
