//! Rows as tuples for `INSERT`: the fall-back where the destination refuses `LOAD DATA LOCAL`.

use mysql_async::Value;

use super::tsv;
use crate::catalog::Encoding;

/// Appends one value as SQL that means the same bytes under any mode and character set.
pub fn value(out: &mut Vec<u8>, value: &Value, encoding: Encoding) {
    match value {
        Value::NULL => out.extend_from_slice(b"NULL"),
        Value::Bytes(bytes) if encoding == Encoding::Json => {
            out.extend_from_slice(b"CONVERT(");
            hex(out, bytes);
            out.extend_from_slice(b" USING utf8mb4)");
        }
        Value::Bytes(digits)
            if encoding == Encoding::Decimal
                && digits
                    .iter()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-')) =>
        {
            out.extend_from_slice(digits);
        }
        Value::Bytes(bytes) => hex(out, bytes),
        Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Double(_) => {
            tsv::number(out, value, encoding);
        }
        Value::Date(..) | Value::Time(..) => {
            out.push(b'\'');
            tsv::number(out, value, encoding);
            out.push(b'\'');
        }
    }
}

fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.reserve(bytes.len() * 2 + 3);
    out.extend_from_slice(b"X'");
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
    out.push(b'\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_need_no_escapes() {
        let mut out = Vec::new();
        value(&mut out, &Value::Bytes(b"a'\\".to_vec()), Encoding::Plain);
        out.push(b' ');
        value(&mut out, &Value::Bytes(b"{}".to_vec()), Encoding::Json);
        out.push(b' ');
        value(
            &mut out,
            &Value::Date(2020, 1, 2, 0, 0, 0, 0),
            Encoding::Date,
        );
        assert_eq!(
            out,
            b"X'61275C' CONVERT(X'7B7D' USING utf8mb4) '2020-01-02'"
        );
    }
}
