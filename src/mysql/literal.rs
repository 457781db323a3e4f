//! SQL literals that quote themselves.

use std::fmt;

/// A value written into a statement. `Display` prints it as SQL that means the same under any
/// `sql_mode`: strings and bytes go as hexadecimal where quoting could depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    Null,
    Signed(i64),
    Unsigned(u64),
    /// Text in utf8mb4.
    Text(String),
    /// A binary string.
    Bytes(Vec<u8>),
    /// A string given by its bytes in a character set, compared under a collation.
    Collated {
        bytes: Vec<u8>,
        charset: String,
        collation: String,
    },
}

impl Literal {
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Signed(value) => write!(f, "{value}"),
            Self::Unsigned(value) => write!(f, "{value}"),
            Self::Text(value) if plain(value) => write!(f, "'{value}'"),
            Self::Text(value) => {
                f.write_str("_utf8mb4 ")?;
                hex(f, value.as_bytes())
            }
            Self::Bytes(value) => hex(f, value),
            Self::Collated {
                bytes,
                charset,
                collation,
            } => {
                write!(f, "_{charset} ")?;
                hex(f, bytes)?;
                write!(f, " COLLATE {collation}")
            }
        }
    }
}

/// Printable ASCII without a quote or backslash needs no escape in any mode or character set.
fn plain(value: &str) -> bool {
    value
        .bytes()
        .all(|b| (0x20..0x7f).contains(&b) && b != b'\'' && b != b'\\')
}

/// `X'..'`, not `0x..`: the first may be empty.
fn hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("X'")?;
    for byte in bytes {
        write!(f, "{byte:02X}")?;
    }
    f.write_str("'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_never_depend_on_the_sql_mode() {
        assert_eq!(Literal::text("abc").to_string(), "'abc'");
        assert_eq!(Literal::text("a'b").to_string(), "_utf8mb4 X'612762'");
        assert_eq!(Literal::text("\\").to_string(), "_utf8mb4 X'5C'");
        assert_eq!(Literal::Bytes(vec![]).to_string(), "X''");
        assert_eq!(Literal::Signed(-1).to_string(), "-1");
    }
}
