//! One row of `information_schema`, taken field by field in the order of the select list.

use mysql_async::{Row, Value, from_value_opt};

use crate::conn::{ConnError, Result};

pub(super) struct Fields<'a> {
    row: Row,
    at: usize,
    server: &'a str,
    statement: &'a str,
}

impl<'a> Fields<'a> {
    pub fn new(row: Row, server: &'a str, statement: &'a str) -> Self {
        Self {
            row,
            at: 0,
            server,
            statement,
        }
    }

    /// The next field as text; `None` for NULL.
    pub fn optional(&mut self) -> Result<Option<String>> {
        let value = self.row.take::<Value, _>(self.at);
        self.at += 1;
        match value {
            None => Err(self.wrong()),
            Some(Value::NULL) => Ok(None),
            Some(value) => from_value_opt::<String>(value)
                .map(Some)
                .map_err(|_| self.wrong()),
        }
    }

    /// The next field as text; NULL is empty.
    pub fn text(&mut self) -> Result<String> {
        Ok(self.optional()?.unwrap_or_default())
    }

    /// The next field as a number; `None` for NULL.
    pub fn number<T: std::str::FromStr>(&mut self) -> Result<Option<T>> {
        match self.optional()? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| self.wrong()),
        }
    }

    /// Whether the next field is `YES`.
    pub fn yes(&mut self) -> Result<bool> {
        Ok(self.text()? == "YES")
    }

    fn wrong(&self) -> ConnError {
        ConnError::Reply {
            server: self.server.to_owned(),
            statement: format!("{} (column {})", self.statement, self.at),
        }
    }
}

/// The expression of a generated column, index or check as the server keeps it from 8.0 on: with
/// backslashes before quotes, backslashes and line breaks.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                Some('Z') => out.push('\x1a'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_level_of_escapes_is_taken_away() {
        let stored = r#"concat(`a`,_utf8mb4\' it\\\'s \\\\ "x"\')"#;
        assert_eq!(unescaped(stored), r#"concat(`a`,_utf8mb4' it\'s \\ "x"')"#);
        assert_eq!(unescaped("plain"), "plain");
    }
}
