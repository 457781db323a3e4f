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
            length(out, &bytes);
            out.extend_from_slice(&bytes);
        }
        Value::Bytes(bytes) => {
            length(out, bytes);
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

/// What stands before the bytes of a string.
fn length(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(1);
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
}

/// Digests one row after the other: the first 128 bits of SHA-256 over a row's canonical bytes. A
/// long value is hashed where it lies, so that no copy of it is held.
#[derive(Debug, Default)]
pub struct RowHasher {
    hasher: Sha256,
    /// Canonical bytes that are not hashed yet: many small ones at once cost less.
    pending: Vec<u8>,
    bytes: u64,
    longest: u64,
}

/// What is longer is not copied first.
const DIRECT: usize = 16 * 1024;

impl RowHasher {
    /// Appends a value of the row.
    pub fn value(&mut self, given: &Value, encoding: Encoding) {
        match given {
            Value::Bytes(bytes) if bytes.len() > DIRECT && encoding == Encoding::Json => {
                self.long(&json::normalized(bytes));
            }
            Value::Bytes(bytes) if bytes.len() > DIRECT => self.long(bytes),
            Value::NULL
            | Value::Bytes(_)
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Float(_)
            | Value::Double(_)
            | Value::Date(..)
            | Value::Time(..) => value(&mut self.pending, given, encoding),
        }
    }

    fn long(&mut self, bytes: &[u8]) {
        length(&mut self.pending, bytes);
        self.flush();
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn flush(&mut self) {
        self.hasher.update(&self.pending);
        self.bytes += self.pending.len() as u64;
        self.pending.clear();
    }

    /// Ends the row: its digest, and how many canonical bytes it has.
    pub fn finish(&mut self) -> (u128, u64) {
        self.flush();
        let hash = self.hasher.finalize_reset();
        let mut first = [0; 16];
        first.copy_from_slice(&hash[..16]);
        let bytes = std::mem::take(&mut self.bytes);
        self.longest = self.longest.max(bytes);
        (u128::from_le_bytes(first), bytes)
    }

    /// The most canonical bytes that a row had so far.
    pub fn longest(&self) -> u64 {
        self.longest
    }
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
        let mut hasher = RowHasher::default();
        for row in rows {
            for given in *row {
                hasher.value(given, Encoding::Plain);
            }
            chunk.add(hasher.finish().0);
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
    fn long_values_are_hashed_as_short_ones() {
        for length in [0, 1, DIRECT, DIRECT + 1, 5 * DIRECT] {
            let row = [Value::Int(1), Value::Bytes(vec![7; length]), text("end")];
            let mut canonical = Vec::new();
            let mut hasher = RowHasher::default();
            for given in &row {
                value(&mut canonical, given, Encoding::Plain);
                hasher.value(given, Encoding::Plain);
            }
            let (digest, bytes) = hasher.finish();
            assert_eq!(bytes, canonical.len() as u64);
            assert_eq!(digest.to_le_bytes(), Sha256::digest(&canonical)[..16]);
            assert_eq!(hasher.longest(), bytes);
        }
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
