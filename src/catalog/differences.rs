//! How a table on the destination differs from what its source asks for.

use similar::TextDiff;

use super::canonical::canonical;
use super::model::Table;
use crate::mysql::names::SameNames;
use crate::mysql::{Names, TableName};

/// Two definitions that are not the same, each in its one form and with the destination's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDifference {
    pub source: TableName,
    pub destination: TableName,
    /// What the source's table is as a table of the destination.
    pub wanted: String,
    /// What the destination has.
    pub found: String,
}

impl TableDifference {
    /// A unified diff, from what is there (`-`) to what the source has (`+`), with three lines
    /// around each change.
    pub fn unified(&self) -> String {
        TextDiff::from_lines(self.found.as_str(), self.wanted.as_str())
            .unified_diff()
            .context_radius(3)
            .header(
                &format!("destination {}", self.destination.plain()),
                &format!("source {}", self.source.plain()),
            )
            .to_string()
    }
}

/// The difference between a source's table and the destination's table of the mapped name; `None`
/// where there is none that matters.
pub fn differences(
    source: &Table,
    destination: &Table,
    names: &dyn Names,
) -> Option<TableDifference> {
    let wanted = canonical(source, names);
    let found = canonical(destination, &SameNames);
    (wanted != found).then(|| TableDifference {
        source: source.name.clone(),
        destination: destination.name.clone(),
        wanted,
        found,
    })
}
