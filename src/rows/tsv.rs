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
    let mut decimal = itoa::Buffer::new();
    match value {
        Value::NULL | Value::Bytes(_) => {}
        Value::Int(number) if encoding == Encoding::Year => {
            padded(out, u32::try_from(*number).unwrap_or(0), 4);
        }
        Value::UInt(number) if encoding == Encoding::Year => {
            padded(out, u32::try_from(*number).unwrap_or(0), 4);
        }
        Value::Int(number) => out.extend_from_slice(decimal.format(*number).as_bytes()),
        Value::UInt(number) => out.extend_from_slice(decimal.format(*number).as_bytes()),
        // the server reads a double and rounds it to a float: the double of this very float is exact
        Value::Float(number) => double(out, f64::from(*number)),
        Value::Double(number) => double(out, *number),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            padded(out, u32::from(*year), 4);
            for part in [month, day] {
                out.push(b'-');
                padded(out, u32::from(*part), 2);
            }
            if encoding != Encoding::Date {
                out.push(b' ');
                padded(out, u32::from(*hour), 2);
                clock(out, *minute, *second, *micros);
            }
        }
        Value::Time(negative, days, hours, minutes, seconds, micros) => {
            if *negative {
                out.push(b'-');
            }
            padded(out, days * 24 + u32::from(*hours), 2);
            clock(out, *minutes, *seconds, *micros);
        }
    }
}

/// The shortest digits that are read as this very double, `-0` included.
fn double(out: &mut Vec<u8>, number: f64) {
    // writing into a vector cannot fail
    let _ = write!(out, "{number:e}");
}

fn clock(out: &mut Vec<u8>, minutes: u8, seconds: u8, micros: u32) {
    for part in [minutes, seconds] {
        out.push(b':');
        padded(out, u32::from(part), 2);
    }
    if micros != 0 {
        out.push(b'.');
        padded(out, micros, 6);
    }
}

/// At least so many digits, at most ten. By hand: a date would take six calls of the formatting
/// machinery, which cost more than all else that is done to it.
fn padded(out: &mut Vec<u8>, mut number: u32, width: usize) {
    let mut digits = [b'0'; 10];
    let mut at = digits.len();
    while number != 0 {
        at -= 1;
        // less than ten
        digits[at] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    out.extend_from_slice(&digits[at.min(digits.len() - width)..]);
}

/// Bytes that mean something in a line.
fn special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'\t' | b'\n' | 0)
}

/// As many bytes as are looked at together; without a way out of the loop over them, the compiler
/// compares them all at once.
const TOGETHER: usize = 32;

/// Appends bytes, or a piece of some: each byte is written by itself.
pub(super) fn escape(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some((piece, behind)) = rest.split_at_checked(TOGETHER) {
        if piece.iter().fold(false, |any, byte| any | special(*byte)) {
            escape_each(out, piece);
        } else {
            out.extend_from_slice(piece);
        }
        rest = behind;
    }
    escape_each(out, rest);
}

fn escape_each(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| special(*byte)) {
        out.extend_from_slice(&rest[..at]);
        let letter = match rest[at] {
            b'\t' => b't',
            b'\n' => b'n',
            0 => b'0',
            other => other,
        };
        out.extend_from_slice(&[b'\\', letter]);
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
    fn every_byte_at_every_place_is_escaped_alike() {
        for length in [1, 31, 32, 33, 64, 100] {
            for special in [b'\\', b'\t', b'\n', 0] {
                for at in 0..length {
                    let mut given = vec![b'x'; length];
                    given[at] = special;
                    let mut out = Vec::new();
                    value(&mut out, &Value::Bytes(given), Encoding::Plain);
                    assert_eq!(out.len(), length + 1);
                    assert_eq!(out[at], b'\\');
                    assert!(
                        out[..at]
                            .iter()
                            .chain(&out[at + 2..])
                            .all(|byte| *byte == b'x')
                    );
                }
            }
        }
    }

    #[test]
    fn numbers_and_times_are_written_exactly() {
        assert_eq!(text(&Value::Float(-0.0), Encoding::Plain), "-0e0");
        assert_eq!(
            text(&Value::Float(0.1), Encoding::Plain),
            "1.0000000149011612e-1"
        );
        assert_eq!(
            text(&Value::Double(f64::MIN_POSITIVE), Encoding::Plain),
            "2.2250738585072014e-308"
        );
        assert_eq!(
            text(&Value::Int(i64::MIN), Encoding::Plain),
            "-9223372036854775808"
        );
        assert_eq!(
            text(&Value::UInt(u64::MAX), Encoding::Plain),
            "18446744073709551615"
        );
        assert_eq!(text(&Value::Int(0), Encoding::Year), "0000");
        assert_eq!(text(&Value::UInt(2155), Encoding::Year), "2155");
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
        assert_eq!(
            text(&Value::Time(false, 0, 0, 0, 5, 1), Encoding::Time),
            "00:00:05.000001"
        );
    }
}
