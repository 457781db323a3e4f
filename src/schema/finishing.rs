//! The last steps on tables: the next `AUTO_INCREMENT` value, statistics, events.

use super::{
    build::{Builder, name_literal},
    error::{Result, SchemaError},
};
use crate::{
    conn::{ConnError, Session},
    mysql::TableName,
    plan::{ObjectStep, TableStep},
};

impl Builder {
    /// Sets the next value to the larger of both sides. The destination's own is at least the
    /// largest value in it plus one; a source's can be higher still, by rows that were deleted or
    /// values that were burnt, and those must not be given again.
    pub async fn auto_increment(&mut self, source: &mut Session, step: &TableStep) -> Result<()> {
        let table = &step.shape.destination;
        let wanted = next_value(source, &step.shape.source)
            .await
            .map_err(wrap(table))?;
        let there = next_value(self.session(), table)
            .await
            .map_err(wrap(table))?;
        let Some(wanted) = wanted.filter(|wanted| *wanted > there.unwrap_or(1)) else {
            return Ok(());
        };
        let statement = format!("ALTER TABLE {table} AUTO_INCREMENT = {wanted}");
        self.run("auto_increment", table, &statement).await
    }

    /// Collects statistics, so that the first queries have good plans.
    pub async fn analyze(&mut self, step: &TableStep) -> Result<()> {
        let table = &step.shape.destination;
        let fence = self.fence().clone();
        fence.check(self.session()).await?;
        let rows: Vec<mysql_async::Row> = self
            .session()
            .rows(format!("ANALYZE NO_WRITE_TO_BINLOG TABLE {table}"))
            .await
            .map_err(wrap(table))?;
        drop(rows);
        Ok(())
    }

    /// Enables an event that was created disabled.
    pub async fn enable_event(&mut self, step: &ObjectStep) -> Result<()> {
        if !step.enable {
            return Ok(());
        }
        let name = &step.destination;
        self.run("enable event", name, &format!("ALTER EVENT {name} ENABLE"))
            .await
    }
}

fn wrap(table: &TableName) -> impl Fn(ConnError) -> SchemaError {
    let object = table.plain();
    move |cause| SchemaError::Define {
        kind: "table".to_owned(),
        object: object.clone(),
        cause,
    }
}

/// The next value of a table; `None` where it has no such column.
async fn next_value(
    session: &mut Session,
    table: &TableName,
) -> std::result::Result<Option<u64>, ConnError> {
    let row: Option<(Option<u64>,)> = session
        .first(format!(
            "SELECT AUTO_INCREMENT FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}",
            name_literal(table.database.as_str()),
            name_literal(table.name.as_str())
        ))
        .await?;
    Ok(row.and_then(|(value,)| value))
}
