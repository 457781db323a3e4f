//! How tables are copied whose rows others change inside the source's engine (before 9.6, and later
//! with `innodb_native_foreign_keys`).
//!
//! The binlog does not show such changes. Whether a row that was read by chunks has one behind it can
//! be told while the values of the parents' keys only go, and not where rows of further tables, or of
//! the same one, follow the row: those must be found as they were. So a table between others is read at
//! one moment, whose place in the stream is known, and its children after it. A child that was read by
//! chunks although it cannot be told is copied again, at one moment, too.

use super::{Context, error::Result};
use crate::{
    catalog::Families,
    conn::Purpose,
    ledger::Definition,
    mysql::{Flavor, TableName},
};

/// The families of the source's tables that its engine keeps together beside a stream.
pub async fn inside(context: &Context) -> Result<Families> {
    let families = Families::new(context.source_tables.values());
    if !context.streams() {
        return Ok(Families::default());
    }
    let mut source = context.source.session(Purpose::Inspect).await?;
    let version = source.version().clone();
    let inside = version.flavor == Flavor::MariaDb || !version.at_least(9, 6, 0) || {
        let native: Option<(String, String)> = source
            .first("SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'")
            .await?;
        native.is_some_and(|(_, value)| value == "ON")
    };
    source.close().await;
    Ok(if inside {
        families
    } else {
        Families::default()
    })
}

/// Whether a table is read at one moment: a child with a place of its own has come to the copy late,
/// or once more.
pub fn is_whole(families: &Families, table: &TableName, streamed: Option<&Definition>) -> bool {
    let late = streamed.is_some_and(|one| one.from.is_some());
    families.is_between(table) || (late && families.is_child(table))
}
