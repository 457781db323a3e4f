//! The last steps on tables: the next `AUTO_INCREMENT` value, statistics, events.

use super::{
    build::{Builder, failed, name_literal},
    error::{Result, SchemaError},
    guards::{GUARDED_TRIGGER, KIND as TRIGGER},
};
use crate::{
    conn::{ConnError, Session},
    mysql::TableName,
    plan::{ObjectStep, TableStep},
};

const EVENT: &str = "event";
const ENABLE_EVENT: &str = "enable event";
const AUTO_INCREMENT: &str = "auto_increment";

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
        self.run(AUTO_INCREMENT, table, &statement).await
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

    /// Drops the triggers and events that a finish has made, and forgets its steps, so that it can
    /// be made again. Triggers that had a guard before are to be made with it again.
    pub async fn take_finish_back(&mut self) -> Result<()> {
        for (kind, statement) in [(TRIGGER, "DROP TRIGGER"), (EVENT, "DROP EVENT")] {
            for name in self.noted_of(kind) {
                let fence = self.fence().clone();
                fence.check(self.session()).await?;
                let dropped = self
                    .session()
                    .execute(format!("{statement} IF EXISTS {name}"))
                    .await;
                dropped.map_err(|cause| failed(kind, &name, cause))?;
                for kind in [GUARDED_TRIGGER, "drop trigger", ENABLE_EVENT, kind] {
                    self.forget(kind, &name).await?;
                }
            }
        }
        for name in self.noted_of(AUTO_INCREMENT) {
            self.forget(AUTO_INCREMENT, &name).await?;
        }
        Ok(())
    }

    /// Enables an event that was created disabled.
    pub async fn enable_event(&mut self, step: &ObjectStep) -> Result<()> {
        if !step.enable {
            return Ok(());
        }
        let name = &step.destination;
        self.run(ENABLE_EVENT, name, &format!("ALTER EVENT {name} ENABLE"))
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
