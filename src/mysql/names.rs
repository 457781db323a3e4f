//! How names on the source become names on the destination.

use std::fmt;

use super::{Ident, TableName};

/// The mapping of names from the source to the destination, as whoever rewrites SQL needs it.
///
/// Implemented by the resolved mappings; every answer is total: a name without a rule maps to
/// itself (after `name_case`).
pub trait Names {
    /// The destination's name of a database of the source.
    fn database(&self, database: &Ident) -> Ident;
    /// The destination's name of a table, view, routine, trigger or event of the source.
    /// Only tables and views are ever renamed; `table` answers for those.
    fn table(&self, table: &TableName) -> TableName;
    /// The destination's name of a column of a source table.
    fn column(&self, table: &TableName, column: &Ident) -> Ident;

    /// Why a text that names a column means nothing on the destination; `None` where it does.
    fn misses(&self, table: &TableName, column: &Ident) -> Option<Missing> {
        let lower = |name: &Ident| name.as_str().to_lowercase();
        let renamed = lower(&self.column(table, column)) != lower(column);
        renamed.then_some(Missing::Renamed)
    }
}

/// What became of a column that is not on the destination by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    Renamed,
    /// Left out by `columns` or `exclude_columns`.
    Excluded,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Renamed => "renamed",
            Self::Excluded => "excluded",
        })
    }
}

/// A server's `lower_case_table_names`: how it stores and compares names of databases, tables,
/// views and triggers (names of columns, routines and events never depend on case).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LowerCase {
    /// 0: stored as given, compared with case.
    #[default]
    Off,
    /// 1: stored in lower case, compared without case.
    Stored,
    /// 2: stored as given, compared without case.
    Compared,
}

impl LowerCase {
    /// From the variable's value; there are no others than 0, 1 and 2.
    pub fn from_variable(value: u8) -> Self {
        match value {
            0 => Self::Off,
            1 => Self::Stored,
            _ => Self::Compared,
        }
    }

    /// Whether names that differ only in case are one name.
    pub fn folds(self) -> bool {
        match self {
            Self::Off => false,
            Self::Stored | Self::Compared => true,
        }
    }
}

/// The mapping that changes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct SameNames;

impl Names for SameNames {
    fn database(&self, database: &Ident) -> Ident {
        database.clone()
    }

    fn table(&self, table: &TableName) -> TableName {
        table.clone()
    }

    fn column(&self, _table: &TableName, column: &Ident) -> Ident {
        column.clone()
    }
}
