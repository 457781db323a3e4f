//! The statements that write rows of one table, in pieces of bounded size.

use mysql_async::Value;

use crate::{
    catalog::{Encoding, RowShape, key::ChunkKey},
    mysql::{Role, ServerVersion},
    replication::window::Row,
    rows::{KeyBound, insert, keyset},
};

/// How rows are put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// No such row may be there.
    Insert,
    /// The row of this key is there, and takes these values.
    Update,
    /// Whatever is in the way goes.
    Replace,
}

/// What bounds one statement.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub rows: usize,
    pub bytes: usize,
}

pub const SIZE: Size = Size {
    rows: 1000,
    bytes: 1 << 20,
};

/// A statement and how many rows it is about.
#[derive(Debug)]
pub struct Statement {
    pub sql: Vec<u8>,
    pub rows: u64,
    /// ENUM values of index 0, which a strict session does not take, and any other warns of.
    pub enum_zeros: u64,
}

impl Statement {
    /// Makes rows that are put in take the places of others.
    pub fn replace(&mut self) {
        let verb = b"INSERT";
        if self.sql.starts_with(verb) {
            self.sql.splice(..verb.len(), *b"REPLACE");
        }
    }
}

/// Whether it is an ENUM's index 0, which no strict session takes.
pub fn is_enum_zero(value: &Value, encoding: Encoding) -> bool {
    encoding == Encoding::Enum && matches!(value, Value::UInt(0) | Value::Int(0))
}

/// Builds statements for one table on one version of the destination.
pub struct Writer<'a> {
    shape: &'a RowShape,
    alias: bool,
    rows_are_ranges: bool,
}

impl<'a> Writer<'a> {
    pub fn new(shape: &'a RowShape, version: &ServerVersion) -> Self {
        Self {
            shape,
            // VALUES() in ON DUPLICATE KEY UPDATE is deprecated from 8.0.20 on
            alias: version.at_least(8, 0, 20),
            rows_are_ranges: version.at_least(5, 7, 3),
        }
    }

    /// Rows, in statements of bounded size.
    pub fn write<'r>(&self, how: Write, rows: impl Iterator<Item = &'r Row>) -> Vec<Statement> {
        let tail = self.tail(how);
        let mut statements = Vec::new();
        let mut open: Option<Statement> = None;
        let mut tuple = Vec::new();
        for row in rows {
            tuple.clear();
            self.tuple(&mut tuple, row);
            let zeros = self.enum_zeros(row);
            let ends = open.as_ref().is_some_and(|open| {
                open.rows >= SIZE.rows as u64
                    || open.sql.len() + tuple.len() > SIZE.bytes
                    || (open.enum_zeros > 0) != (zeros > 0)
            });
            if ends && let Some(mut full) = open.take() {
                full.sql.extend_from_slice(tail.as_bytes());
                statements.push(full);
            }
            let statement = open.get_or_insert_with(|| Statement {
                sql: self.head(how).into_bytes(),
                rows: 0,
                enum_zeros: 0,
            });
            if statement.rows > 0 {
                statement.sql.push(b',');
            }
            statement.sql.extend_from_slice(&tuple);
            statement.rows += 1;
            statement.enum_zeros += zeros;
        }
        if let Some(mut last) = open {
            last.sql.extend_from_slice(tail.as_bytes());
            statements.push(last);
        }
        statements
    }

    fn head(&self, how: Write) -> String {
        let verb = match how {
            Write::Insert | Write::Update => "INSERT",
            Write::Replace => "REPLACE",
        };
        let columns: Vec<String> = self
            .shape
            .columns
            .iter()
            .map(|column| column.destination.to_string())
            .collect();
        format!(
            "{verb} INTO {} ({}) VALUES ",
            self.shape.destination,
            columns.join(",")
        )
    }

    fn tail(&self, how: Write) -> String {
        match how {
            Write::Insert | Write::Replace => String::new(),
            Write::Update => {
                let assignments: Vec<String> = self
                    .shape
                    .columns
                    .iter()
                    .map(|column| {
                        let name = &column.destination;
                        if self.alias {
                            format!("{name}=cutover_row.{name}")
                        } else {
                            format!("{name}=VALUES({name})")
                        }
                    })
                    .collect();
                let alias = if self.alias { " AS cutover_row" } else { "" };
                format!("{alias} ON DUPLICATE KEY UPDATE {}", assignments.join(","))
            }
        }
    }

    fn tuple(&self, out: &mut Vec<u8>, row: &Row) {
        out.push(b'(');
        for (index, (value, column)) in row.iter().zip(&self.shape.columns).enumerate() {
            if index > 0 {
                out.push(b',');
            }
            insert::value(out, value, column.encoding);
        }
        out.push(b')');
    }

    fn enum_zeros(&self, row: &Row) -> u64 {
        let both = row.iter().zip(&self.shape.columns);
        both.filter(|(value, column)| is_enum_zero(value, column.encoding))
            .count() as u64
    }

    /// Gives the row for which a predicate holds these values.
    pub fn update(&self, row: &Row, which: &str) -> Statement {
        let mut sql = format!("UPDATE {} SET ", self.shape.destination).into_bytes();
        for (number, (column, value)) in self.shape.columns.iter().zip(row).enumerate() {
            if number > 0 {
                sql.push(b',');
            }
            sql.extend_from_slice(format!("{}=", column.destination).as_bytes());
            insert::value(&mut sql, value, column.encoding);
        }
        sql.extend_from_slice(format!(" WHERE {which}").as_bytes());
        Statement {
            sql,
            rows: 1,
            enum_zeros: self.enum_zeros(row),
        }
    }

    /// Deletes the rows of these keys.
    pub fn delete(&self, key: &ChunkKey, keys: &[KeyBound]) -> Vec<Statement> {
        self.by_key(
            key,
            keys,
            &format!("DELETE FROM {}", self.shape.destination),
            "",
        )
    }

    /// Reads the rows of these keys, and keeps them as they are until the transaction ends.
    pub fn lock(&self, key: &ChunkKey, keys: &[KeyBound]) -> Vec<Statement> {
        let head = format!(
            "SELECT {} FROM {} FORCE INDEX ({})",
            self.shape.select_list(Role::Destination),
            self.shape.destination,
            key.index
        );
        self.by_key(key, keys, &head, " FOR UPDATE")
    }

    fn by_key(&self, key: &ChunkKey, keys: &[KeyBound], head: &str, tail: &str) -> Vec<Statement> {
        let rows = if keyset::may_list(key, keys, self.rows_are_ranges) {
            SIZE.rows
        } else {
            1
        };
        let mut rest = keys;
        let mut statements = Vec::new();
        while !rest.is_empty() {
            let mut bytes = 0;
            let fitting = rest.iter().take(rows).take_while(|key| {
                bytes += key.written_bytes();
                bytes <= SIZE.bytes
            });
            let count = fitting.count().max(1);
            let (now, later) = rest.split_at(count);
            let which = keyset::is_one_of(key, now);
            statements.push(Statement {
                sql: format!("{head} WHERE {which}{tail}").into_bytes(),
                rows: now.len() as u64,
                enum_zeros: 0,
            });
            rest = later;
        }
        statements
    }
}
