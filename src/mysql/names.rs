//! How names on the source become names on the destination.

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
