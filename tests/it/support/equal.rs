//! An exact comparison of databases on two servers, by means of its own: every value is read in the
//! binary protocol, in its column's own bytes, and rows are compared as multisets.
//!
//! Comes in: two connections, the databases, how their names change. Goes out: the differences, as
//! lines for a person; none means equal. `FLOAT` and `DOUBLE` are compared by their bits, `ENUM` and
//! `SET` also by their number, everything else as the server sends it.

mod definitions;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use mysql_async::{Conn, Row, Value, prelude::Queryable};

use super::server::Server;

/// How names on the source become names on the destination. What is not named keeps its name.
#[derive(Clone, Default)]
pub struct Renames {
    databases: BTreeMap<String, String>,
    tables: BTreeMap<(String, String), String>,
    columns: BTreeMap<(String, String, String), String>,
    columns_left_out: BTreeSet<(String, String, String)>,
}

/// What must be on the other side, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Both,
    /// The destination may have more.
    AllOfTheSource,
    /// The source may have more.
    AllOfTheDestination,
}

impl Renames {
    #[must_use]
    pub fn database(mut self, from: &str, to: &str) -> Self {
        self.databases.insert(from.to_owned(), to.to_owned());
        self
    }

    /// `database` is the source's name.
    #[must_use]
    pub fn table(mut self, database: &str, from: &str, to: &str) -> Self {
        self.tables
            .insert((database.to_owned(), from.to_owned()), to.to_owned());
        self
    }

    /// `database` and `table` are the source's names.
    #[must_use]
    pub fn column(mut self, database: &str, table: &str, from: &str, to: &str) -> Self {
        let key = (database.to_owned(), table.to_owned(), from.to_owned());
        self.columns.insert(key, to.to_owned());
        self
    }

    /// The destination does not have it; by the source's names.
    #[must_use]
    pub fn without_column(mut self, database: &str, table: &str, column: &str) -> Self {
        let key = (database.to_owned(), table.to_owned(), column.to_owned());
        self.columns_left_out.insert(key);
        self
    }

    fn leaves_out(&self, database: &str, table: &str, column: &str) -> bool {
        let key = (database.to_owned(), table.to_owned(), column.to_owned());
        self.columns_left_out.contains(&key)
    }

    fn is_empty(&self) -> bool {
        self.databases.is_empty() && self.tables.is_empty() && self.columns.is_empty()
    }

    fn of_database<'a>(&'a self, name: &'a str) -> &'a str {
        self.databases.get(name).map_or(name, String::as_str)
    }

    fn of_table<'a>(&'a self, database: &str, name: &'a str) -> &'a str {
        let key = (database.to_owned(), name.to_owned());
        self.tables.get(&key).map_or(name, String::as_str)
    }

    fn of_column<'a>(&'a self, database: &str, table: &str, name: &'a str) -> &'a str {
        let key = (database.to_owned(), table.to_owned(), name.to_owned());
        self.columns.get(&key).map_or(name, String::as_str)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Rows,
    Tables,
    Objects,
    Definers,
}

/// What is compared.
#[derive(Clone)]
pub struct Comparison {
    databases: Vec<String>,
    renames: Renames,
    parts: BTreeSet<Part>,
    left_out: Vec<(String, String)>,
    ways: BTreeMap<(String, String), Way>,
}

impl Comparison {
    /// The rows and the definitions of tables; not the other objects.
    pub fn of(databases: &[&str]) -> Self {
        Self {
            databases: databases.iter().map(|&name| name.to_owned()).collect(),
            renames: Renames::default(),
            parts: [Part::Rows, Part::Tables].into(),
            left_out: Vec::new(),
            ways: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn renames(mut self, renames: Renames) -> Self {
        self.renames = renames;
        self
    }

    /// Rows only: definitions may differ, as where a column was added on the destination.
    #[must_use]
    pub fn rows_only(mut self) -> Self {
        self.parts = [Part::Rows].into();
        self
    }

    /// Definitions only.
    #[must_use]
    pub fn definitions_only(mut self) -> Self {
        self.parts.remove(&Part::Rows);
        self
    }

    /// Also views, triggers, routines and events.
    #[must_use]
    pub fn with_objects(mut self) -> Self {
        self.parts.insert(Part::Objects);
        self
    }

    /// Also who defined the objects, and whose privileges they use.
    #[must_use]
    pub fn with_definers(mut self) -> Self {
        self.parts.insert(Part::Definers);
        self
    }

    /// Leaves out a table (by the source's names), on both sides.
    #[must_use]
    pub fn without_table(mut self, database: &str, table: &str) -> Self {
        self.left_out.push((database.to_owned(), table.to_owned()));
        self
    }

    /// One side may have more rows of this table (by the source's names).
    #[must_use]
    pub fn one_way(mut self, database: &str, table: &str, way: Way) -> Self {
        self.ways
            .insert((database.to_owned(), table.to_owned()), way);
        self
    }

    fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    fn leaves_out(&self, database: &str, table: &str) -> bool {
        self.left_out
            .iter()
            .any(|(d, t)| d == database && t == table)
    }

    /// Every difference found, as lines; at most some per table.
    pub async fn differences(&self, source: &Server, destination: &Server) -> Vec<String> {
        let mut sides = Sides {
            source: session(source).await,
            destination: session(destination).await,
            same_release: source.version() == destination.version(),
        };
        let mut found = Vec::new();
        for database in &self.databases {
            self.compare_database(database, &mut sides, &mut found)
                .await;
        }
        found
    }

    async fn compare_database(&self, database: &str, sides: &mut Sides, found: &mut Vec<String>) {
        let to_database = self.renames.of_database(database).to_owned();
        let mut there = tables(&mut sides.destination, &to_database).await;
        let mut missing = Vec::new();
        for table in tables(&mut sides.source, database).await {
            let to_table = self.renames.of_table(database, &table).to_owned();
            let to_place = there.iter().position(|name| *name == to_table);
            to_place.map(|at| there.remove(at));
            if self.leaves_out(database, &table) {
                continue;
            }
            if to_place.is_none() {
                found.push(format!(
                    "{database}.{table}: {to_database}.{to_table} is missing"
                ));
                missing.push(table);
            } else if self.has(Part::Rows) {
                let table = rows::TablePair {
                    source: (database, &table),
                    destination: (&to_database, &to_table),
                    renames: &self.renames,
                    way: (self.ways)
                        .get(&(database.to_owned(), table.clone()))
                        .copied()
                        .unwrap_or(Way::Both),
                };
                table.compare(sides, found).await;
            }
        }
        for table in &there {
            found.push(format!("{to_database}.{table}: only on the destination"));
        }
        if self.has(Part::Tables) || self.has(Part::Objects) {
            let untold = Untold {
                missing,
                extra: there,
            };
            definitions::compare(self, database, sides, &untold, found).await;
        }
    }

    /// Panics with the differences when there are any.
    pub async fn assert_equal(&self, source: &Server, destination: &Server) {
        let found = self.differences(source, destination).await;
        assert!(
            found.is_empty(),
            "the databases differ:\n{}\n--- source's log\n{}\n--- destination's log\n{}",
            found.join("\n"),
            tail(&source.log()),
            tail(&destination.log())
        );
    }
}

/// Tables that only one side has: that they are, is all that is told of them.
struct Untold {
    missing: Vec<String>,
    extra: Vec<String>,
}

/// A session on each server.
struct Sides {
    source: Conn,
    destination: Conn,
    same_release: bool,
}

fn tail(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

async fn session(server: &Server) -> Conn {
    let mut conn = server.root().await;
    conn.query_drop(
        "SET NAMES utf8, character_set_results = NULL, time_zone = '+00:00', sql_mode = ''",
    )
    .await
    .expect("the session can be set");
    if server.version() == super::server::Version::V9_7 {
        // The cached figures of information_schema are a day old.
        conn.query_drop("SET information_schema_stats_expiry = 0")
            .await
            .expect("the session can be set");
    }
    conn
}

async fn tables(conn: &mut Conn, database: &str) -> Vec<String> {
    let sql = "SELECT table_name FROM information_schema.tables \
               WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name";
    let rows: Vec<Row> = conn
        .exec(sql, (database,))
        .await
        .expect("tables can be listed");
    rows.into_iter().map(|row| text(&row, 0)).collect()
}

/// A cell of `information_schema` as text; `NULL` is not the same as an empty string.
fn text(row: &Row, index: usize) -> String {
    match row.as_ref(index) {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        None | Some(Value::NULL) => "NULL".to_owned(),
        Some(other) => other.as_sql(true),
    }
}

pub fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
