//! Whether the source is still as it was planned for, once the stream's start is fixed.
//!
//! A definition that changed after the inspection and before the start is in no plan, and the stream
//! never sees it. In: the plan, and the source behind the start. Out: nothing, or what is to be
//! planned anew before the first row is read. What changed behind the start is found, too: then the
//! next start lies behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        Context,
        error::{EngineError, Result},
        incremental_error::IncrementalError,
    },
    frozen,
};
use crate::{
    catalog::{Catalog, RoutineKind},
    conn::Session,
    failpoint, inspect,
    ledger::Fence,
    mysql::{Literal, TableName},
};

/// # Errors
/// [`IncrementalError::Changed`]; what was made of tables that are gone is gone then, too.
pub async fn refuse(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
    source: &mut Session,
) -> Result<()> {
    let statements = &context.statements;
    let selected = inspect::Selected::new(&statements.selection, statements.source_names);
    let now = inspect::schema(source, &selected).await?.catalog;
    let altered: BTreeSet<TableName> = context
        .source_tables
        .values()
        .filter(|was| {
            now.table(&was.name)
                .is_some_and(|is| !inspect::same_definition(&is.definition, &was.definition))
        })
        .map(|was| was.name.clone())
        .collect();
    forget_gone(fence, session, source, &now).await?;
    let tables: BTreeSet<&TableName> = now.tables().map(|table| &table.name).collect();
    let planned: BTreeSet<&TableName> = context.source_tables.keys().collect();
    let moved = tables.symmetric_difference(&planned).next();
    let what = match (moved, altered.first()) {
        (Some(table), _) => format!("{} came or went", table.plain()),
        (None, Some(table)) => format!("{} was altered", table.plain()),
        (None, None) if objects(&now) != context.source_objects => {
            "a view or a routine changed".to_owned()
        }
        (None, None) => return Ok(()),
    };
    Err(EngineError::Incremental(IncrementalError::Changed {
        what,
        altered,
    }))
}

/// Views and routines by what they are, with their definitions.
pub type SourceObjects = BTreeMap<(&'static str, TableName), String>;

/// Those of a catalog.
pub fn objects(catalog: &Catalog) -> SourceObjects {
    let views = catalog
        .views()
        .map(|view| (("view", view.name.clone()), view.definition.clone()));
    let routines = catalog.routines().map(|routine| {
        let kind = match routine.kind {
            RoutineKind::Function => "function",
            RoutineKind::Procedure => "procedure",
        };
        let definition = routine.definition.clone().unwrap_or_default();
        ((kind, routine.name.clone()), definition)
    });
    views.chain(routines).collect()
}

/// Tables that were made for the copy, and that the source does not have any more: no row of them was
/// read, and the stream does not see them go.
async fn forget_gone(
    fence: &Fence,
    session: &mut Session,
    source: &mut Session,
    now: &Catalog,
) -> Result<()> {
    let ledger = fence.ledger();
    let sources = frozen::sources(&ledger.fixed(session).await?);
    let noted = ledger.objects(session).await?;
    for key in noted.keys().filter(|key| key.kind == "table") {
        let Some(table) = sources.get(&key.name) else {
            continue;
        };
        // one that is no more selected stays, and is listed as left behind
        if now.table(table).is_some() || is_there(source, table).await? {
            continue;
        }
        fence.check(session).await?;
        session
            .execute(format!("DROP TABLE IF EXISTS {}", key.name))
            .await?;
        failpoint::hit("engine.gone_dropped");
        fence.forget_table(session, table, &key.name).await?;
    }
    Ok(())
}

async fn is_there(source: &mut Session, table: &TableName) -> Result<bool> {
    let row: Option<u8> = source
        .first(format!(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}",
            Literal::text(table.database.as_str()),
            Literal::text(table.name.as_str())
        ))
        .await?;
    Ok(row.is_some())
}
