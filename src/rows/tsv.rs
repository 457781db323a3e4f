//! Rows as lines for `LOAD DATA`: tab, newline, backslash and NUL escaped, NULL as `\N`.

use std::io::Write as _;

use mysql_async::Value;

use crate::catalog::Encoding;

/// Appends one value and no separator.
pub fn value(out: &mut Vec<u8>, value: &Value, encoding: Encoding) {
    match value {
        Value::NULL => out.extend_from_slice(b"\\N"),
        Value::Bytes(bytes) => escape(out, bytes),
        Value::Int(_)
        | Value::UInt(_)
        | Value::Float(_)
        | Value::Double(_)
        | Value::Date(..)
        | Value::Time(..) => number(out, value, encoding),
    }
}

/// What is written in ASCII alone, the same in a line and in a statement (there in quotes, where it
/// is a date or a time).
pub(super) fn number(out: &mut Vec<u8>, value: &Value, encoding: Encoding) {
    // writing into a vector cannot fail
    let _ = match value {
        Value::NULL | Value::Bytes(_) => Ok(()),
        Value::Int(number) if encoding == Encoding::Year => write!(out, "{number:04}"),
        Value::UInt(number) if encoding == Encoding::Year => write!(out, "{number:04}"),
        Value::Int(number) => write!(out, "{number}"),
        Value::UInt(number) => write!(out, "{number}"),
        // the server reads a double and rounds it to a float: the double of this very float is exact
        Value::Float(number) => write!(out, "{:e}", f64::from(*number)),
        Value::Double(number) => write!(out, "{number:e}"),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            let date = write!(out, "{year:04}-{month:02}-{day:02}");
            if encoding == Encoding::Date {
                date
            } else {
                let time = write!(out, " {hour:02}:{minute:02}:{second:02}");
                date.and(time).and_then(|()| fraction(out, *micros))
            }
        }
        Value::Time(negative, days, hours, minutes, seconds, micros) => {
            let sign = if *negative { "-" } else { "" };
            let hours = days * 24 + u32::from(*hours);
            let time = write!(out, "{sign}{hours:02}:{minutes:02}:{seconds:02}");
            time.and_then(|()| fraction(out, *micros))
        }
    };
}

fn fraction(out: &mut Vec<u8>, micros: u32) -> std::io::Result<()> {
    if micros == 0 {
        Ok(())
    } else {
        write!(out, ".{micros:06}")
    }
}

fn escape(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | 0))
    {
        out.extend_from_slice(&rest[..at]);
        out.push(b'\\');
        out.push(match rest[at] {
            b'\t' => b't',
            b'\n' => b'n',
            0 => b'0',
            other => other,
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(given: &Value, encoding: Encoding) -> String {
        let mut out = Vec::new();
        value(&mut out, given, encoding);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn special_bytes_are_escaped_and_all_others_are_verbatim() {
        let given = Value::Bytes(b"a\tb\nc\\d\0e\r\xff".to_vec());
        let mut out = Vec::new();
        value(&mut out, &given, Encoding::Plain);
        assert_eq!(out, b"a\\tb\\nc\\\\d\\0e\r\xff");
        assert_eq!(text(&Value::NULL, Encoding::Plain), "\\N");
        assert_eq!(
            text(&Value::Bytes(b"\\N".to_vec()), Encoding::Plain),
            "\\\\N"
        );
    }

    #[test]
    fn numbers_and_times_are_written_exactly() {
        assert_eq!(text(&Value::Float(-0.0), Encoding::Plain), "-0e0");
        assert_eq!(
            text(&Value::Float(0.1), Encoding::Plain),
            "1.0000000149011612e-1"
        );
        assert_eq!(text(&Value::Int(0), Encoding::Year), "0000");
        assert_eq!(
            text(&Value::Date(0, 0, 0, 0, 0, 0, 0), Encoding::Date),
            "0000-00-00"
        );
        assert_eq!(
            text(&Value::Date(2024, 2, 30, 1, 2, 3, 45), Encoding::DateTime),
            "2024-02-30 01:02:03.000045"
        );
        assert_eq!(
            text(&Value::Time(true, 34, 22, 59, 59, 0), Encoding::Time),
            "-838:59:59"
        );
    }
}
