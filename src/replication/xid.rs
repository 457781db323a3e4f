//! The identifier of an XA transaction.

use std::fmt;

use super::cursor::{Cursor, Malformed, Parsed};

/// What the application named its transaction; `Display` prints it as XA statements take it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Xid {
    pub format: u32,
    pub global: Vec<u8>,
    pub branch: Vec<u8>,
}

/// The longest of each of its two texts.
const LONGEST: usize = 64;

impl Xid {
    /// The form in which the server logs statements: `X'6162',X'',1`, and as people write it.
    pub(super) fn parse(text: &[u8]) -> Parsed<Self> {
        let mut parts = text.split(|byte| *byte == b',');
        let global = part(parts.next().unwrap_or_default())?;
        let branch = parts.next().map(part).transpose()?.unwrap_or_default();
        let format = match parts.next() {
            None => 1,
            Some(digits) => std::str::from_utf8(digits.trim_ascii())
                .ok()
                .and_then(|digits| digits.parse().ok())
                .ok_or(WRONG)?,
        };
        if parts.next().is_some() {
            return Err(WRONG);
        }
        Ok(Self {
            format,
            global,
            branch,
        })
    }

    /// From the event that ends a prepared transaction, behind its first byte.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        let format = cursor.u32()?;
        let (global, branch) = (cursor.u32()? as usize, cursor.u32()? as usize);
        if global > LONGEST || branch > LONGEST {
            return Err(WRONG);
        }
        Ok(Self {
            format,
            global: cursor.take(global)?.to_vec(),
            branch: cursor.take(branch)?.to_vec(),
        })
    }
}

const WRONG: Malformed = Malformed::Wrong("its XA identifier is none");

/// `X'6162'`; the server logs no other form.
fn part(text: &[u8]) -> Parsed<Vec<u8>> {
    let digits = text
        .trim_ascii()
        .strip_prefix(b"X'")
        .and_then(|rest| rest.strip_suffix(b"'"))
        .filter(|digits| digits.len().is_multiple_of(2) && digits.len() <= 2 * LONGEST)
        .ok_or(WRONG)?;
    digits
        .chunks_exact(2)
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (high, low) = (digit(pair[0]), digit(pair[1]));
            high.zip(low)
                .and_then(|(high, low)| u8::try_from(high << 4 | low).ok())
                .ok_or(WRONG)
        })
        .collect()
}

impl fmt::Display for Xid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for text in [&self.global, &self.branch] {
            f.write_str("X'")?;
            for byte in text {
                write!(f, "{byte:02x}")?;
            }
            f.write_str("',")?;
        }
        write!(f, "{}", self.format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_read_as_the_server_logs_it() {
        let read = Xid::parse(b"X'6162',X'',1").expect("it is one");
        assert_eq!((read.global.as_slice(), read.format), (&b"ab"[..], 1));
        assert_eq!(read.to_string(), "X'6162',X'',1");
        for wrong in [
            &b""[..],
            b"X'6'",
            b"X'zz'",
            b"'ab'",
            b"X'61',X'',1,2",
            b"X'61',X'',-1",
        ] {
            assert_eq!(Xid::parse(wrong), Err(WRONG));
        }
    }
}
