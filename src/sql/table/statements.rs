//! From a source's table definition to the statements that make the table on the destination.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::bridge::{Bridge, Bridged};
use super::{ForeignKeyText, KeyKind, TableDefinition, deferral, options, partitioning};
use crate::mysql::{Ident, Names, ServerVersion, TableName};
use crate::sql::text::Text;
use crate::sql::token::{Kind, Mode};

/// When secondary indexes are built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondaryIndexes {
    /// When the rows are there: cheaper.
    #[default]
    AfterCopy,
    /// With the table.
    WithTable,
}

/// What decides how a table is made on the destination.
#[derive(Clone, Copy, Debug)]
pub struct TablePlan<'a> {
    pub secondary_indexes: SecondaryIndexes,
    pub source: &'a ServerVersion,
    pub destination: &'a ServerVersion,
    /// The columns, by their source names, that foreign keys of other tables refer to: one list a
    /// foreign key. An index that such a key needs is made with the table.
    pub referenced: &'a [Vec<Ident>],
}

/// The statements for one table, in the order in which they are run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableStatements {
    /// `CREATE TABLE` with all but the deferred indexes and the foreign keys.
    pub create: String,
    /// The names of the indexes that are not in `create`.
    pub deferred: BTreeSet<Ident>,
    /// `ALTER TABLE` statements: one for all ordinary indexes, one for each full-text index.
    pub secondary_indexes: Vec<String>,
    /// `ALTER TABLE ... ADD CONSTRAINT`, one for each foreign key.
    pub foreign_keys: Vec<String>,
    /// What was written anew for the destination's version.
    pub bridged: Vec<Bridged>,
}

impl TableDefinition {
    /// The statements for the destination. `source` is the table's full name on the source.
    pub fn statements(
        &self,
        source: &TableName,
        names: &dyn Names,
        plan: &TablePlan<'_>,
    ) -> TableStatements {
        let mut writer = Writer {
            definition: self,
            source,
            names,
            destination: names.table(source),
            bridge: Bridge {
                source: plan.source,
                destination: plan.destination,
                found: Vec::new(),
            },
        };
        let deferred = match plan.secondary_indexes {
            SecondaryIndexes::AfterCopy => deferral::deferrable(self, plan.referenced),
            SecondaryIndexes::WithTable => BTreeSet::new(),
        };
        let create = writer.create(&deferred);
        TableStatements {
            create,
            secondary_indexes: writer.secondary_indexes(&deferred),
            foreign_keys: self
                .foreign_keys
                .iter()
                .map(|key| writer.foreign_key(key))
                .collect(),
            deferred,
            bridged: writer.bridge.found,
        }
    }
}

struct Writer<'a> {
    definition: &'a TableDefinition,
    source: &'a TableName,
    destination: TableName,
    names: &'a dyn Names,
    bridge: Bridge<'a>,
}

impl Writer<'_> {
    fn create(&mut self, deferred: &BTreeSet<Ident>) -> String {
        let definition = self.definition;
        let mut items = Vec::new();
        for column in &definition.columns {
            let mut text = Text::new(&column.text, Mode::default());
            self.bridge.column(&mut text, &column.name);
            self.map_columns(&mut text, true);
            items.push(text.finish());
        }
        for key in &definition.keys {
            if !deferred.contains(&key.name) {
                items.push(self.mapped(&key.text));
            }
        }
        for check in &definition.checks {
            let mut text = Text::new(&check.text, Mode::default());
            self.bridge.utf8(&mut text, "a check");
            self.map_columns(&mut text, false);
            items.push(text.finish());
        }
        let mut statement = format!(
            "CREATE TABLE {} (\n  {}\n)",
            self.destination,
            items.join(",\n  ")
        );
        let options = self.options();
        if !options.is_empty() {
            statement.push(' ');
            statement.push_str(&options);
        }
        if let Some(partitioning) = &definition.partitioning {
            let columns: Vec<Ident> = definition.columns.iter().map(|c| c.name.clone()).collect();
            let map = |column: &Ident| self.names.column(self.source, column);
            let (partitioning, places) = partitioning::rewrite(partitioning, &columns, &map);
            statement.push('\n');
            statement.push_str(&partitioning);
            for place in places {
                self.bridge.placed("a partition", &place);
            }
        }
        statement
    }

    fn options(&mut self) -> String {
        let mut text = Text::new(&self.definition.options, Mode::default());
        self.bridge.options(&mut text);
        for option in options::read(&text) {
            if option.name == "UNION" {
                self.map_union(&mut text, option.range);
            }
        }
        text.finish().trim().to_owned()
    }

    /// The tables of a MERGE table.
    fn map_union(&self, text: &mut Text<'_>, range: std::ops::Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let quoted = text.tokens[at].kind == Kind::Quoted;
            let Some(chain) = text.chain(at).filter(|_| quoted) else {
                at += 1;
                continue;
            };
            let mut names = chain.names.iter().rev();
            let name = names.next().unwrap_or(&self.source.name).clone();
            let database = names.next().unwrap_or(&self.source.database).clone();
            let mapped = self.names.table(&TableName { database, name });
            text.replace_range(chain.range(), mapped.to_string());
            at = chain.end();
        }
    }

    fn mapped(&self, text: &str) -> String {
        let mut text = Text::new(text, Mode::default());
        self.map_columns(&mut text, false);
        text.finish()
    }

    /// Maps the names in parentheses, and the first one of a column's own definition. A key's or
    /// constraint's own name, and a parser's, stand outside.
    fn map_columns(&self, text: &mut Text<'_>, first: bool) {
        let mut depth = 0_usize;
        let mut own_name = first;
        for at in 0..text.tokens.len() {
            let token = text.tokens[at];
            if token.is_symbol("(") {
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
            } else if token.kind == Kind::Quoted
                && (depth > 0 || own_name)
                && let Some(column) = token.name()
            {
                own_name = false;
                let mapped = self.names.column(self.source, &column);
                if mapped != column {
                    text.replace(at, mapped.to_string());
                }
            }
        }
    }

    fn secondary_indexes(&self, deferred: &BTreeSet<Ident>) -> Vec<String> {
        let mut ordinary = Vec::new();
        let mut fulltext = Vec::new();
        for key in &self.definition.keys {
            if !deferred.contains(&key.name) {
                continue;
            }
            let add = format!("ADD {}", self.mapped(&key.text));
            match key.kind {
                KeyKind::Fulltext => fulltext.push(add),
                KeyKind::Primary | KeyKind::Unique | KeyKind::Plain | KeyKind::Spatial => {
                    ordinary.push(add);
                }
            }
        }
        let ordinary = (!ordinary.is_empty()).then(|| ordinary.join(",\n  "));
        ordinary
            .into_iter()
            .chain(fulltext)
            .map(|actions| format!("ALTER TABLE {}\n  {actions}", self.destination))
            .collect()
    }

    fn foreign_key(&self, key: &ForeignKeyText) -> String {
        let parent = TableName {
            database: key
                .parent_database
                .clone()
                .unwrap_or_else(|| self.source.database.clone()),
            name: key.parent.clone(),
        };
        let constraint = key
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!("CONSTRAINT {name} "));
        let statement = format!(
            "ALTER TABLE {}\n  ADD {constraint}FOREIGN KEY ({}) REFERENCES {} ({}) {}",
            self.destination,
            self.column_list(self.source, &key.columns),
            self.names.table(&parent),
            self.column_list(&parent, &key.parent_columns),
            key.actions,
        );
        statement.trim_end().to_owned()
    }

    fn column_list(&self, table: &TableName, columns: &[Ident]) -> String {
        let columns: Vec<String> = columns
            .iter()
            .map(|column| self.names.column(table, column).to_string())
            .collect();
        columns.join(", ")
    }
}
