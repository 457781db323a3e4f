//! Views, of which nothing is known but what the ledger lists: what else is on the destination by a
//! view's name is somebody else's, and stays.

use std::collections::BTreeSet;

use super::{Concerned, DdlError, DdlOutcome, DdlRunner, Given, Why, footprint::Footprint};
use crate::{
    ledger::{ObjectKey, ObjectState},
    mysql::{Names as _, TableName},
    replication::definitions::Definitions,
    sql::ddl::{Ddl, DdlKind, Subject},
};

impl DdlRunner {
    /// Replicates a statement on views.
    pub(super) async fn view(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let own = self.own_views().await?;
        let names = self.follow.names.clone();
        let ours = |name: &&TableName| own.contains(&names.table(name));
        if ddl.kind == DdlKind::DropView {
            let missing = tables.targets.iter().find(|name| !ours(name));
            if let Some(table) = missing
                && !ddl.if_exists
                && given.statement.error == 0
            {
                let table = table.clone();
                return Err(given.stopped(Why::Unknown { table }));
            }
            let targets: Vec<TableName> = tables.targets.iter().filter(ours).cloned().collect();
            if targets.is_empty() {
                return Ok(DdlOutcome::Unseen);
            }
            let tables = Concerned {
                targets,
                ..Concerned::default()
            };
            let outcome = self.attempted(given, ddl, &tables, definitions).await?;
            if outcome == DdlOutcome::Done {
                for name in self.objects(ddl, &tables) {
                    let key = key(name);
                    self.fence.forget_object(&mut self.ledger, &key).await?;
                }
            }
            return Ok(outcome);
        }
        let objects = self.objects(ddl, tables);
        let there = Footprint::of(&mut self.inspect, Subject::View, &objects).await?;
        let mut new = Vec::new();
        for name in objects.iter().filter(|name| !own.contains(*name)) {
            if there.has(name) {
                let table = name.clone();
                return Err(given.stopped(Why::Exists { table }));
            }
            new.push(key(name.clone()));
        }
        // before it is made, so that it is ours also where we are cut off
        for key in &new {
            let (fence, done) = (&self.fence, ObjectState::Done);
            fence.note_object(&mut self.ledger, key, done).await?;
        }
        let outcome = self.attempted(given, ddl, tables, definitions).await;
        let stopped = matches!(outcome, Err(DdlError::Stopped { .. }));
        if stopped || matches!(outcome, Ok(DdlOutcome::Failed { .. })) {
            for key in &new {
                self.fence.forget_object(&mut self.ledger, key).await?;
            }
        }
        outcome
    }

    /// Those that the migration has made, by the destination's names.
    async fn own_views(&mut self) -> Result<BTreeSet<TableName>, DdlError> {
        let ledger = self.fence.ledger().clone();
        let objects = ledger.objects(&mut self.ledger).await?;
        let views = objects.into_keys().filter(|key| key.kind == KIND);
        Ok(views.map(|key| key.name).collect())
    }

    /// Notes a view that somebody's own statement has made in its place.
    pub(super) async fn adopt_views(
        &mut self,
        ddl: &Ddl,
        tables: &Concerned,
    ) -> Result<(), DdlError> {
        if ddl.kind == DdlKind::CreateView {
            for name in self.objects(ddl, tables) {
                let (key, done) = (key(name), ObjectState::Done);
                self.fence.note_object(&mut self.ledger, &key, done).await?;
            }
        }
        Ok(())
    }
}

/// As the schema phase notes it.
const KIND: &str = "view";

fn key(name: TableName) -> ObjectKey {
    ObjectKey {
        kind: KIND.to_owned(),
        name,
    }
}
