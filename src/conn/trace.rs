//! What connections leave in the log (`-vv`): every statement of ours with how long it took, and no
//! value of any: a literal may be a row's, or a password's digest.

use std::time::Instant;

use super::error::ConnError;
use crate::sql::{Kind, Mode, tokenize};

/// A statement on its way.
pub(super) struct Traced {
    /// `None` where nobody reads the log.
    begun: Option<Instant>,
}

impl Traced {
    pub fn begin() -> Self {
        let read = tracing::enabled!(target: "cutover::conn", tracing::Level::DEBUG);
        Self {
            begun: read.then(Instant::now),
        }
    }

    /// It has ended; `rows`: affected or returned.
    pub fn end(self, server: &str, statement: &str, outcome: &Result<u64, &ConnError>) {
        let Some(begun) = self.begun else {
            return;
        };
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let statement = without_values(statement);
        match outcome {
            Ok(rows) => {
                tracing::debug!(target: "cutover::conn", server, milliseconds, rows, "{statement}");
            }
            Err(error) => {
                let code = error.code().unwrap_or_default();
                tracing::debug!(
                    target: "cutover::conn", server, milliseconds, error = code, "{statement}"
                );
            }
        }
    }
}

/// The beginning of a statement on one line, with `?` in the place of every literal.
pub(super) fn without_values(statement: &str) -> String {
    /// What is read of it, and what is shown, in bytes.
    const READ: usize = 600;
    const SHOWN: usize = 160;
    let mut end = statement.len().min(READ);
    while !statement.is_char_boundary(end) {
        end -= 1;
    }
    let cut = end < statement.len();
    let mut text = String::new();
    for token in tokenize(&statement[..end], Mode::default()) {
        match token.kind {
            Kind::Space => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            Kind::Comment | Kind::Hint => {}
            Kind::Text | Kind::HexOrBit | Kind::Number | Kind::Unterminated => text.push('?'),
            Kind::VersionedOpen
            | Kind::VersionedClose
            | Kind::Word
            | Kind::Quoted
            | Kind::Introducer
            | Kind::Variable
            | Kind::Symbol => text.push_str(token.text),
        }
        if text.len() > SHOWN {
            break;
        }
    }
    if cut || text.len() > SHOWN {
        text.push_str(" ...");
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_of_a_statement_is_logged() {
        for (statement, logged) in [
            (
                "SELECT  a,\n  b FROM `t` WHERE a = 'secret' AND b > 17",
                "SELECT a, b FROM `t` WHERE a = ? AND b > ?",
            ),
            (
                "CREATE USER u@'%' IDENTIFIED WITH 'mysql_native_password' AS '*2470'",
                "CREATE USER u@'%' IDENTIFIED WITH ? AS ?",
            ),
            (
                "INSERT INTO t VALUES (_binary'x', 0x1F, b'1')",
                "INSERT INTO t VALUES (_binary?, ?, ?)",
            ),
            ("SET PASSWORD = 'never closed", "SET PASSWORD = ?"),
        ] {
            assert_eq!(without_values(statement), logged);
        }
        let long = format!("SELECT '{}', 5", "x".repeat(5000));
        assert_eq!(without_values(&long), "SELECT ? ...");
        let wide = format!("SELECT {}", "column_of_it, ".repeat(50));
        assert!(without_values(&wide).len() < 200);
    }
}
