//! A table's definition in one form, from what `information_schema` says of it: equal for a table
//! and its faithful copy, whatever versions the two servers have.
//!
//! Left out is what no row and no query can tell: display widths, row formats (but compression),
//! statistics, places on a disk, the next `AUTO_INCREMENT` value. Spelled in one way is what versions
//! print in two: `utf8`, defaults, expressions, RESTRICT.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::expression::{self, quoted};
use super::model::{Check, Column, ForeignKey, Index, IndexKind, Table};
use super::partitioning;
use crate::mysql::{Ident, Names, TableName};
use crate::sql::TableDefinition;

/// What a part of a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    Column,
    Index,
    Check,
    ForeignKey,
    Options,
    Partitioning,
}

/// One line of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub kind: PartKind,
    /// Empty for options and partitioning.
    pub name: Ident,
    pub text: String,
}

/// A table in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    pub name: TableName,
    /// Columns in their order, then the rest by kind and name.
    pub parts: Vec<Part>,
}

/// The table as text in the manner of `CREATE TABLE`, for comparing and reading; not to be run.
pub fn canonical(table: &Table, names: &dyn Names) -> String {
    Canonical::of(table, names).text()
}

/// The same without these indexes and without foreign keys: what a table looks like before they
/// are built.
pub fn canonical_before(table: &Table, names: &dyn Names, deferred: &BTreeSet<Ident>) -> String {
    let mut canonical = Canonical::of(table, names);
    canonical.parts.retain(|part| match part.kind {
        PartKind::Index => !deferred.contains(&part.name),
        PartKind::ForeignKey => false,
        PartKind::Column | PartKind::Check | PartKind::Options | PartKind::Partitioning => true,
    });
    canonical.text()
}

impl Canonical {
    /// With every name as the destination has it.
    pub fn of(table: &Table, names: &dyn Names) -> Self {
        let definition = TableDefinition::parse(&table.definition).ok();
        Writer {
            table,
            definition,
            names,
        }
        .write()
    }

    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        let mut behind = String::new();
        for part in &self.parts {
            match part.kind {
                PartKind::Column | PartKind::Index | PartKind::Check | PartKind::ForeignKey => {
                    // a comma behind the last one too, so that no line changes with its neighbour
                    lines.push(format!("  {},\n", part.text));
                }
                PartKind::Options => {
                    behind.push(' ');
                    behind.push_str(&part.text);
                }
                PartKind::Partitioning => {
                    behind.push('\n');
                    behind.push_str(&part.text);
                }
            }
        }
        format!(
            "CREATE TABLE {} (\n{}){behind}\n",
            self.name,
            lines.concat()
        )
    }
}

struct Writer<'a> {
    table: &'a Table,
    /// For what `information_schema` does not tell; `None` where it cannot be read.
    definition: Option<TableDefinition>,
    names: &'a dyn Names,
}

impl Writer<'_> {
    fn write(&self) -> Canonical {
        let table = self.table;
        let part = |kind, name: &Ident, text| Part {
            kind,
            name: name.clone(),
            text,
        };
        let mut parts = Vec::new();
        for column in &table.columns {
            parts.push(part(PartKind::Column, &column.name, self.column(column)));
        }
        let mut indexes: Vec<&Index> = table.indexes.iter().collect();
        indexes.sort_by_key(|index| (!index.primary(), &index.name));
        for index in indexes {
            let parser = self
                .definition
                .as_ref()
                .and_then(|definition| definition.key(&index.name)?.parser.clone());
            parts.push(part(
                PartKind::Index,
                &index.name,
                self.index(index, parser.as_ref()),
            ));
        }
        let mut checks: Vec<&Check> = table.checks.iter().collect();
        checks.sort_by_key(|check| &check.name);
        for check in checks {
            parts.push(part(PartKind::Check, &check.name, self.check(check)));
        }
        let mut keys: Vec<&ForeignKey> = table.foreign_keys.iter().collect();
        keys.sort_by_key(|key| &key.name);
        for key in keys {
            parts.push(part(PartKind::ForeignKey, &key.name, self.foreign_key(key)));
        }
        let nameless = Ident::new("");
        parts.push(part(PartKind::Options, &nameless, options(table)));
        if let Some(text) = &table.partitioning {
            let columns: Vec<Ident> = table.columns.iter().map(|c| c.name.clone()).collect();
            let text = partitioning::normal(text, &columns, &|column| self.mapped(column));
            parts.push(part(PartKind::Partitioning, &nameless, text));
        }
        Canonical {
            name: self.names.table(&table.name),
            parts,
        }
    }

    fn mapped(&self, column: &Ident) -> Ident {
        self.names.column(&self.table.name, column)
    }

    fn expression(&self, expression: &str) -> String {
        expression::normal(expression, &|column| self.mapped(column))
    }

    fn column(&self, column: &Column) -> String {
        let mut words = vec![self.mapped(&column.name).to_string(), column_type(column)];
        if let Some(charset) = &column.charset {
            words.push(format!("CHARACTER SET {}", full_name(charset)));
        }
        if let Some(collation) = &column.collation {
            words.push(format!("COLLATE {}", full_name(collation)));
        }
        if let Some(generated) = &column.generated {
            let stored = if generated.stored {
                "STORED"
            } else {
                "VIRTUAL"
            };
            let expression = self.expression(&generated.expression);
            words.push(format!("GENERATED ALWAYS AS ({expression}) {stored}"));
        }
        words.push(if column.nullable { "NULL" } else { "NOT NULL" }.to_owned());
        words.extend(self.default(column));
        if let Some(function) = &column.on_update {
            words.push(format!("ON UPDATE {}", now(function)));
        }
        if column.auto_increment {
            words.push("AUTO_INCREMENT".to_owned());
        }
        if column.invisible {
            words.push("INVISIBLE".to_owned());
        }
        if let Some(srid) = column.srid {
            words.push(format!("SRID {srid}"));
        }
        words.extend(comment(&column.comment));
        words.join(" ")
    }

    /// 8.0 marks `CURRENT_TIMESTAMP` as an expression, 5.6 does not; the words mean it only for the
    /// two types that may have it.
    fn default(&self, column: &Column) -> Option<String> {
        let Some(default) = &column.default else {
            let implied = column.nullable && column.generated.is_none();
            return implied.then(|| "DEFAULT NULL".to_owned());
        };
        let moment = matches!(column.data_type.as_str(), "timestamp" | "datetime");
        if moment && is_now(default) {
            return Some(format!("DEFAULT {}", now(default)));
        }
        if column.default_is_expression {
            return Some(format!("DEFAULT ({})", self.expression(default)));
        }
        let value = match column.data_type.as_str() {
            "bit" => default.clone(),
            "binary" => self.binary_default(column, default, true),
            "varbinary" => self.binary_default(column, default, false),
            _ => quoted(default),
        };
        Some(format!("DEFAULT {value}"))
    }

    /// `information_schema` ends such a default at its first zero byte; the definition has it
    /// whole. The zeros that fill a BINARY up do not count.
    fn binary_default(&self, column: &Column, told: &str, filled: bool) -> String {
        let value = self
            .definition
            .as_ref()
            .and_then(|definition| definition.column(&column.name)?.default_literal());
        let hex = match (&value, value.as_deref().unwrap_or(told).strip_prefix("0x")) {
            (_, Some(digits)) => digits.to_ascii_uppercase(),
            (Some(literal), None) => hex(&expression::text_value(literal)),
            (None, None) => hex(told),
        };
        let mut hex = hex.as_str();
        while filled && let Some(shorter) = hex.strip_suffix("00") {
            hex = shorter;
        }
        format!("X'{hex}'")
    }

    fn index(&self, index: &Index, parser: Option<&Ident>) -> String {
        let whole = match index.kind {
            IndexKind::BTree | IndexKind::Hash => false,
            // their parts are always whole, though a length may be printed
            IndexKind::Fulltext | IndexKind::Spatial => true,
        };
        let parts: Vec<String> = index
            .parts
            .iter()
            .map(|part| {
                let mut text = match (&part.column, &part.expression) {
                    (Some(column), _) => self.mapped(column).to_string(),
                    (None, Some(expression)) => format!("({})", self.expression(expression)),
                    (None, None) => String::new(),
                };
                if let Some(prefix) = part.prefix.filter(|_| !whole) {
                    // writing into a string cannot fail
                    let _ = write!(text, "({prefix})");
                }
                if part.descending {
                    text.push_str(" DESC");
                }
                text
            })
            .collect();
        let kind = match (index.kind, index.unique, index.primary()) {
            (IndexKind::Fulltext, _, _) => "FULLTEXT KEY",
            (IndexKind::Spatial, _, _) => "SPATIAL KEY",
            (_, _, true) => "PRIMARY KEY",
            (_, true, false) => "UNIQUE KEY",
            (_, false, false) => "KEY",
        };
        let mut words = vec![kind.to_owned()];
        if !index.primary() {
            words.push(index.name.to_string());
        }
        words.push(format!("({})", parts.join(", ")));
        if index.kind == IndexKind::Hash {
            words.push("USING HASH".to_owned());
        }
        words.extend(parser.map(|parser| format!("WITH PARSER {parser}")));
        words.extend(comment(&index.comment));
        if !index.visible {
            words.push("INVISIBLE".to_owned());
        }
        words.join(" ")
    }

    fn check(&self, check: &Check) -> String {
        let enforced = if check.enforced { "" } else { " NOT ENFORCED" };
        format!(
            "CONSTRAINT {} CHECK ({}){enforced}",
            check.name,
            self.expression(&check.expression)
        )
    }

    fn foreign_key(&self, key: &ForeignKey) -> String {
        let list = |table: &TableName, columns: &[Ident]| {
            let columns: Vec<String> = columns
                .iter()
                .map(|column| self.names.column(table, column).to_string())
                .collect();
            columns.join(", ")
        };
        let mut text = format!(
            "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
            key.name,
            list(&self.table.name, &key.columns),
            self.names.table(&key.parent),
            list(&key.parent, &key.parent_columns),
        );
        for (event, rule) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
            // InnoDB checks at once in both cases; the default is printed as the one or the other
            if rule != "RESTRICT" && rule != "NO ACTION" {
                let _ = write!(text, " ON {event} {rule}");
            }
        }
        text
    }
}

fn comment(comment: &str) -> Option<String> {
    (!comment.is_empty()).then(|| format!("COMMENT {}", quoted(comment)))
}

/// `utf8` and its collations by their full name.
fn full_name(name: &str) -> String {
    if name == "utf8" {
        return "utf8mb3".to_owned();
    }
    match name.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => name.to_owned(),
    }
}

/// The type without what later versions do not print: display widths, but for ZEROFILL, where they
/// count, and `tinyint(1)`.
fn column_type(column: &Column) -> String {
    let full = column.column_type.as_str();
    let width = matches!(
        column.data_type.as_str(),
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year"
    );
    if width && !full.contains("zerofill") && full != "tinyint(1)" {
        let (open, close) = (full.find('('), full.find(')'));
        if let (Some(open), Some(close)) = (open, close) {
            return format!("{}{}", &full[..open], &full[close + 1..]);
        }
    }
    match full {
        "geometrycollection" => "geomcollection".to_owned(),
        _ => full.to_owned(),
    }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02X}");
        hex
    })
}

fn is_now(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.starts_with("current_timestamp") || lower.starts_with("now(")
}

/// `CURRENT_TIMESTAMP` or `CURRENT_TIMESTAMP(6)`.
fn now(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "" | "0" => "CURRENT_TIMESTAMP".to_owned(),
        precision => format!("CURRENT_TIMESTAMP({precision})"),
    }
}

/// What the options of a table say about its rows and its later columns.
fn options(table: &Table) -> String {
    let collation = full_name(&table.collation);
    let mut words = vec![
        format!("ENGINE={}", table.engine),
        format!("COLLATE={collation}"),
    ];
    for option in table.create_options.split_ascii_whitespace() {
        let Some((name, value)) = option.split_once('=') else {
            continue;
        };
        let name = name.to_ascii_uppercase();
        let value = value.trim_matches(['"', '\'']);
        let compressed = name == "ROW_FORMAT" && value.eq_ignore_ascii_case("compressed");
        let told = name == "COMPRESSION" || name == "ENCRYPTION";
        if compressed || (told && !matches!(value, "" | "N" | "n")) {
            words.push(format!("{name}={}", value.to_ascii_uppercase()));
        }
    }
    words.extend(comment(&table.comment));
    words.join(" ")
}

#[cfg(test)]
mod tests;
