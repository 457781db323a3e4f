//! How names change on the way.

use std::collections::BTreeMap;

use super::rename::NewName;
use super::table_rule::RowExpression;
use crate::mysql::{Ident, LowerCase, Names, TableName};
use crate::spec::pattern::{Index, Pattern, best, same_name};

/// What `mappings` says.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(super) name_case: NameCase,
    pub(super) renames: Vec<Rename>,
    pub(super) databases: Vec<DatabaseMapping>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameCase {
    /// Lower where the destination's `lower_case_table_names` is 1 or 2, else as on the source.
    Destination,
    Source,
    Lower,
    Upper,
}

/// What a `rename` rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed {
    Databases,
    Tables,
    Columns,
}

/// A `rename` block: the first that matches applies.
#[derive(Clone, Debug)]
pub struct Rename {
    pub(super) what: Renamed,
    pub(super) pattern: Pattern,
    pub(super) to: NewName,
    pub(super) merge: bool,
}

/// A `database` block of `mappings`.
#[derive(Clone, Debug)]
pub struct DatabaseMapping {
    pub(super) pattern: Pattern,
    pub(super) to: Option<NewName>,
    pub(super) renames: Vec<Rename>,
    pub(super) tables: Vec<TableMapping>,
}

/// A `table` block in it.
#[derive(Clone, Debug)]
pub struct TableMapping {
    pub(super) pattern: Pattern,
    pub(super) to: Option<NewName>,
    pub(super) renames: Vec<Rename>,
    pub(super) columns: Vec<ColumnMapping>,
}

/// A `column` block in that.
#[derive(Clone, Debug)]
pub struct ColumnMapping {
    pub(super) pattern: Pattern,
    pub(super) to: Option<NewName>,
    pub(super) value: Option<RowExpression>,
}

impl Mapping {
    /// The mapping between these two servers.
    pub fn names(&self, source: LowerCase, destination: LowerCase) -> MappedNames {
        let folds = source.folds();
        let tables = |one: &DatabaseMapping| Index::new(&one.tables, |one| &one.pattern, folds);
        MappedNames {
            databases: Index::new(&self.databases, |one| &one.pattern, folds),
            tables: self.databases.iter().map(tables).collect(),
            mapping: self.clone(),
            source,
            destination,
        }
    }

    /// Whether every name stays, but for `name_case`.
    pub fn is_empty(&self) -> bool {
        self.renames.is_empty() && self.databases.is_empty()
    }
}

/// A mapping that knows how both servers treat names.
#[derive(Clone, Debug)]
pub struct MappedNames {
    mapping: Mapping,
    /// Over the `database` blocks, and over the `table` blocks of each of them.
    databases: Index,
    tables: Vec<Index>,
    source: LowerCase,
    destination: LowerCase,
}

/// Objects of the source that would get one name on the destination, though no rule merges them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The name on the destination: `database`, `database.table` or `database.table.column`.
    pub destination: String,
    /// The names on the source, in the same form, sorted.
    pub sources: Vec<String>,
}

impl MappedNames {
    /// What would collide, among these selected databases and their tables and views.
    pub fn collisions(&self, databases: &[Ident], tables: &[TableName]) -> Vec<Collision> {
        let of_databases = databases.iter().map(|name| {
            let merge = self
                .database_rename(name.as_str())
                .is_some_and(|one| one.merge);
            (
                self.database(name).as_str().to_owned(),
                name.as_str().to_owned(),
                merge,
            )
        });
        let of_tables = tables.iter().map(|name| {
            // Tables of merged databases are merged themselves.
            (self.table(name).plain(), name.plain(), self.merges(name))
        });
        let mut found = collide(of_databases, self.destination.folds());
        found.extend(collide(of_tables, self.destination.folds()));
        found
    }

    /// What would collide among the columns of one table; column names never depend on case.
    pub fn column_collisions(&self, table: &TableName, columns: &[Ident]) -> Vec<Collision> {
        let mapped = self.table(table).plain();
        let columns = columns.iter().map(|column| {
            let destination = format!("{mapped}.{}", self.column(table, column).as_str());
            (
                destination,
                format!("{}.{}", table.plain(), column.as_str()),
                false,
            )
        });
        collide(columns, true)
    }

    /// The `value` that a column of the table has instead of its own.
    pub fn value(&self, table: &TableName, column: &Ident) -> Option<&RowExpression> {
        self.column_block(table, column)?.value.as_ref()
    }

    /// The `column` blocks with a `value` that name none of the table's columns: columns that only
    /// the destination has, by their names there.
    pub fn added(&self, table: &TableName, columns: &[Ident]) -> Vec<(Ident, &RowExpression)> {
        let blocks = self
            .table_block(table)
            .map_or(&[][..], |block| &block.columns);
        let added = blocks.iter().filter_map(|block| {
            let (name, value) = (block.pattern.as_name()?, block.value.as_ref()?);
            let there = columns
                .iter()
                .any(|one| same_name(one.as_str(), name, true));
            (!there).then(|| (self.column(table, &Ident::new(name)), value))
        });
        added.collect()
    }

    /// The `column` blocks for this very table that name no column of it, and give none a value:
    /// their labels.
    pub fn unmatched_columns(&self, table: &TableName, columns: &[Ident]) -> Vec<String> {
        // a pattern over tables may name columns that only some of them have
        let block = self
            .table_block(table)
            .filter(|block| block.pattern.as_name().is_some());
        let blocks = block.map_or(&[][..], |block| &block.columns);
        let unmatched = blocks.iter().filter(|block| {
            block.value.is_none()
                && block.pattern.as_name().is_some()
                && !columns
                    .iter()
                    .any(|column| block.pattern.matches(column.as_str(), true))
        });
        unmatched.map(|block| block.pattern.to_string()).collect()
    }

    /// Whether a rule with `merge = true` gives the table, or its database, the name.
    pub fn merges(&self, table: &TableName) -> bool {
        self.database_rename(table.database.as_str())
            .is_some_and(|one| one.merge)
            || self.table_rename(table).is_some_and(|one| one.merge)
    }

    fn column_block(&self, table: &TableName, column: &Ident) -> Option<&ColumnMapping> {
        let blocks = &self.table_block(table)?.columns;
        best(blocks.iter(), |one| &one.pattern, column.as_str(), true)
            .first()
            .copied()
    }

    fn database_block(&self, name: &str) -> Option<&DatabaseMapping> {
        let blocks = &self.mapping.databases;
        self.databases.find(blocks, |one| &one.pattern, name)
    }

    fn table_block(&self, table: &TableName) -> Option<&TableMapping> {
        let database = self.database_block(table.database.as_str())?;
        let blocks = &self.mapping.databases;
        let position = blocks.iter().position(|one| std::ptr::eq(one, database))?;
        let index = self.tables.get(position)?;
        let name = table.name.as_str();
        index.find(&database.tables, |one| &one.pattern, name)
    }

    /// The `rename` rule that gives the database its name, where no block does.
    fn database_rename(&self, name: &str) -> Option<&Rename> {
        if self
            .database_block(name)
            .is_some_and(|block| block.to.is_some())
        {
            return None;
        }
        let folds = self.source.folds();
        first(&self.mapping.renames, Renamed::Databases, name, folds)
    }

    fn table_rename(&self, table: &TableName) -> Option<&Rename> {
        if self
            .table_block(table)
            .is_some_and(|block| block.to.is_some())
        {
            return None;
        }
        let folds = self.source.folds();
        let name = table.name.as_str();
        let inner = self.database_block(table.database.as_str());
        inner
            .and_then(|block| first(&block.renames, Renamed::Tables, name, folds))
            .or_else(|| first(&self.mapping.renames, Renamed::Tables, name, folds))
    }

    fn column_rename(&self, table: &TableName, column: &str) -> Option<&Rename> {
        let of_table = self.table_block(table).map(|block| &block.renames);
        let of_database = self.database_block(table.database.as_str());
        let of_database = of_database.map(|block| &block.renames);
        [of_table, of_database, Some(&self.mapping.renames)]
            .into_iter()
            .flatten()
            .find_map(|renames| first(renames, Renamed::Columns, column, true))
    }

    /// `name_case`, and what the destination does to the name anyhow.
    fn cased(&self, name: String) -> Ident {
        let lower = match self.mapping.name_case {
            NameCase::Destination => self.destination.folds(),
            NameCase::Lower => true,
            NameCase::Source | NameCase::Upper => self.destination == LowerCase::Stored,
        };
        if lower {
            Ident::new(name.to_lowercase())
        } else if self.mapping.name_case == NameCase::Upper {
            Ident::new(name.to_uppercase())
        } else {
            Ident::new(name)
        }
    }
}

impl Names for MappedNames {
    fn database(&self, database: &Ident) -> Ident {
        let name = database.as_str();
        let folds = self.source.folds();
        let block = self.database_block(name);
        let mapped = block
            .and_then(|block| expand(&block.pattern, block.to.as_ref()?, name, folds))
            .or_else(|| renamed(self.database_rename(name)?, name, folds));
        self.cased(mapped.unwrap_or_else(|| name.to_owned()))
    }

    fn table(&self, table: &TableName) -> TableName {
        let name = table.name.as_str();
        let folds = self.source.folds();
        let mapped = self
            .table_block(table)
            .and_then(|block| expand(&block.pattern, block.to.as_ref()?, name, folds))
            .or_else(|| renamed(self.table_rename(table)?, name, folds));
        TableName {
            database: self.database(&table.database),
            name: self.cased(mapped.unwrap_or_else(|| name.to_owned())),
        }
    }

    fn column(&self, table: &TableName, column: &Ident) -> Ident {
        let name = column.as_str();
        let mapped = self
            .column_block(table, column)
            .and_then(|block| expand(&block.pattern, block.to.as_ref()?, name, true))
            .or_else(|| renamed(self.column_rename(table, name)?, name, true));
        let mapped = mapped.unwrap_or_else(|| name.to_owned());
        match self.mapping.name_case {
            NameCase::Destination | NameCase::Source => Ident::new(mapped),
            NameCase::Lower => Ident::new(mapped.to_lowercase()),
            NameCase::Upper => Ident::new(mapped.to_uppercase()),
        }
    }
}

fn first<'a>(renames: &'a [Rename], what: Renamed, name: &str, folds: bool) -> Option<&'a Rename> {
    renames
        .iter()
        .find(|one| one.what == what && one.pattern.matches(name, folds))
}

fn expand(pattern: &Pattern, to: &NewName, name: &str, folds: bool) -> Option<String> {
    Some(to.expand(&pattern.captures(name, folds)?))
}

fn renamed(rename: &Rename, name: &str, folds: bool) -> Option<String> {
    expand(&rename.pattern, &rename.to, name, folds)
}

/// Groups (destination, source, merged) by destination; a group of several, not all merged, collides.
fn collide(names: impl Iterator<Item = (String, String, bool)>, folds: bool) -> Vec<Collision> {
    let mut groups: BTreeMap<String, (String, Vec<String>, bool)> = BTreeMap::new();
    for (destination, source, merge) in names {
        let key = if folds {
            destination.to_lowercase()
        } else {
            destination.clone()
        };
        let group = groups.entry(key).or_insert((destination, Vec::new(), true));
        if !group.1.iter().any(|held| same_name(held, &source, false)) {
            group.1.push(source);
        }
        group.2 &= merge;
    }
    let collisions = groups
        .into_values()
        .filter(|(_, sources, merged)| sources.len() > 1 && !merged);
    collisions
        .map(|(destination, mut sources, _)| {
            sources.sort();
            Collision {
                destination,
                sources,
            }
        })
        .collect()
}
