//! Triggers that are there while rows are written, and do nothing in our own sessions.
//!
//! A guarded trigger asks a user variable that our sessions set when they are opened. At finish the
//! plain trigger takes its place while the table is locked, so that no row of anybody else goes in
//! between without it.

use std::collections::BTreeSet;

use super::{
    build::{Builder, failed, name_literal},
    error::Result,
    session,
};
use crate::{
    ledger::{ObjectKey, ObjectState},
    mysql::TableName,
    plan::ObjectStep,
};

/// As the ledger calls one; the plain one is a `trigger`.
pub const GUARDED_TRIGGER: &str = "guarded trigger";
pub(super) const KIND: &str = "trigger";

impl Builder {
    /// Creates the trigger with its guard, unless it is there already, with or without.
    pub async fn guarded(&mut self, step: &ObjectStep, statement: &str) -> Result<()> {
        if self.done(KIND, &step.destination) {
            return Ok(());
        }
        let guarded = ObjectStep {
            statement: statement.to_owned(),
            ..step.clone()
        };
        self.object_as(GUARDED_TRIGGER, &guarded).await
    }

    /// Puts the plain trigger in the place of the guarded one. After a kill in between it is done
    /// again from the start.
    pub async fn unguarded(&mut self, step: &ObjectStep, table: &TableName) -> Result<()> {
        let name = &step.destination;
        if self.done(KIND, name) {
            return Ok(());
        }
        let key = ObjectKey {
            kind: KIND.to_owned(),
            name: name.clone(),
        };
        self.note(&key, ObjectState::Intended).await?;
        let fence = self.fence().clone();
        fence.check(self.session()).await?;
        let define = |cause| failed(KIND, name, cause);
        self.lend_collation(&name.database, &step.context.database_collation)
            .await?;
        let session = self.session();
        session::enter(
            session,
            &name.database,
            &step.statement,
            &step.context,
            &step.time_zone,
        )
        .await
        .map_err(define)?;
        let statements = [
            format!("LOCK TABLES {table} WRITE"),
            format!("DROP TRIGGER IF EXISTS {name}"),
            step.statement.clone(),
        ];
        let mut outcome = Ok(());
        for statement in statements {
            if outcome.is_ok() {
                outcome = session.execute(statement).await.map(|_| ());
            }
        }
        let unlocked = session.execute("UNLOCK TABLES").await.map(|_| ());
        let left = session::leave(session).await;
        self.collations_back().await?;
        outcome.and(unlocked).and(left).map_err(define)?;
        self.note(&key, ObjectState::Done).await
    }

    /// Drops guarded triggers that the source no longer has; `kept` are those that it has.
    pub async fn drop_guarded(&mut self, kept: &BTreeSet<&TableName>) -> Result<()> {
        let gone = self.noted_of(GUARDED_TRIGGER).into_iter();
        let gone: Vec<TableName> = gone.filter(|name| !kept.contains(name)).collect();
        for name in gone {
            // it may have gone with its table
            let found = self.session().first::<u8>(format!(
                "SELECT 1 FROM information_schema.TRIGGERS \
                 WHERE TRIGGER_SCHEMA = {} AND TRIGGER_NAME = {}",
                name_literal(name.database.as_str()),
                name_literal(name.name.as_str())
            ));
            let found = found.await.map_err(|cause| failed(KIND, &name, cause))?;
            if found.is_some() {
                let statement = format!("DROP TRIGGER {name}");
                self.run("drop trigger", &name, &statement).await?;
            }
        }
        Ok(())
    }
}
