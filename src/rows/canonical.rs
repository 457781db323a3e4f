//! Canonical bytes of a row, and digests over them.
//!
//! Two rows have the same canonical bytes only if every value is the same bit for bit: each value
//! goes with its kind and its length, so that no two lists of values run together.

use mysql_async::Value;
use sha2::{Digest as _, Sha256};

use super::json;
use crate::catalog::Encoding;

/// Appends one value. Numbers inside JSON count as what they become on their way as text.
pub fn value(out: &mut Vec<u8>, value: &Value, encoding: Encoding) {
    match value {
        Value::NULL => out.push(0),
        Value::Bytes(text) if encoding == Encoding::Json => {
            let bytes = json::normalized(text);
            out.push(1);
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            out.extend_from_slice(&bytes);
        }
        Value::Bytes(bytes) => {
            out.push(1);
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            out.extend_from_slice(bytes);
        }
        Value::Int(number) if *number < 0 => {
            out.push(2);
            out.extend_from_slice(&number.to_le_bytes());
        }
        // not negative: the same number whether the column says unsigned or not
        Value::Int(number) => {
            out.push(3);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::UInt(number) => {
            out.push(3);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Float(number) => {
            out.push(4);
            out.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::Double(number) => {
            out.push(5);
            out.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::Date(year, month, day, hour, minute, second, micros) => {
            out.push(6);
            out.extend_from_slice(&year.to_le_bytes());
            out.extend_from_slice(&[*month, *day, *hour, *minute, *second]);
            out.extend_from_slice(&micros.to_le_bytes());
        }
        Value::Time(negative, days, hours, minutes, seconds, micros) => {
            out.push(7);
            out.push(u8::from(*negative));
            out.extend_from_slice(&days.to_le_bytes());
            out.extend_from_slice(&[*hours, *minutes, *seconds]);
            out.extend_from_slice(&micros.to_le_bytes());
        }
    }
}

/// The digest of one row: the first 128 bits of SHA-256 over its canonical bytes.
pub fn row_digest(canonical: &[u8]) -> u128 {
    let hash = Sha256::digest(canonical);
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    u128::from_le_bytes(first)
}

/// The digest of a set of rows, whatever their order: their count and the exact sum of their
/// digests. A sum, not an exclusive or, which would hide a row that is there twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChunkDigest {
    pub rows: u64,
    sum: u128,
}

impl ChunkDigest {
    pub fn add(&mut self, row: u128) {
        self.rows += 1;
        self.sum = self.sum.wrapping_add(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[&[Value]]) -> ChunkDigest {
        let mut chunk = ChunkDigest::default();
        for row in rows {
            let mut bytes = Vec::new();
            for given in *row {
                value(&mut bytes, given, Encoding::Plain);
            }
            chunk.add(row_digest(&bytes));
        }
        chunk
    }

    fn text(given: &str) -> Value {
        Value::Bytes(given.as_bytes().to_vec())
    }

    #[test]
    fn digests_tell_rows_apart() {
        let plain = digest(&[&[text("ab"), text("c")]]);
        assert_ne!(plain, digest(&[&[text("a"), text("bc")]]));
        assert_ne!(plain, digest(&[&[text("ab"), Value::NULL]]));
        assert_ne!(
            digest(&[&[Value::Double(0.0)]]),
            digest(&[&[Value::Double(-0.0)]])
        );
        assert_ne!(digest(&[&[text("")]]), digest(&[&[Value::NULL]]));
        assert_eq!(digest(&[&[Value::Int(5)]]), digest(&[&[Value::UInt(5)]]));
    }

    #[test]
    fn a_doubled_row_and_values_swapped_between_rows_show() {
        let (a, b): (&[Value], &[Value]) =
            (&[Value::Int(1), text("x")], &[Value::Int(2), text("y")]);
        let swapped: &[&[Value]] = &[&[Value::Int(1), text("y")], &[Value::Int(2), text("x")]];
        assert_ne!(digest(&[a, b]), digest(swapped));
        assert_eq!(digest(&[a, b]), digest(&[b, a]));
        assert_ne!(digest(&[a, a, b]), digest(&[b]));
        assert_ne!(digest(&[a, a]), digest(&[b, b]));
    }
}
