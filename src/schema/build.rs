//! One definition after the other, each noted before and after.

use std::{collections::BTreeMap, sync::Arc};

use tokio::{sync::Mutex, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    error::{Result, SchemaError},
    session,
};
use crate::{
    conn::{ConnError, Connector, Session},
    events::{Progress, ProgressEvent},
    failpoint,
    ledger::{Fence, ObjectKey, ObjectState},
    mysql::{Literal, TableName},
    plan::{Action, DatabaseStep, ObjectStep, TableStep},
};

/// Runs definitions on one session.
pub struct Builder {
    fence: Fence,
    session: Session,
    noted: BTreeMap<ObjectKey, ObjectState>,
    progress: Progress,
}

/// The object is there already: database, table or view, index, trigger, routine, event, foreign
/// key (8.0; before it, as a duplicate key or errno 121 in 1005).
const EXISTS: [u16; 9] = [1007, 1050, 1061, 1359, 1304, 1537, 1826, 1022, 1005];

impl Builder {
    /// # Errors
    /// A destination that cannot be reached, or a lost lease.
    pub async fn new(fence: Fence, destination: &Connector, progress: Progress) -> Result<Self> {
        let mut session = fence.definer(destination).await?;
        let noted = fence.ledger().objects(&mut session).await?;
        Ok(Self {
            fence,
            session,
            noted,
            progress,
        })
    }

    pub(super) fn noted(&self, key: &ObjectKey) -> Option<ObjectState> {
        self.noted.get(key).copied()
    }

    /// The names of all noted objects of a kind.
    pub(super) fn noted_of(&self, kind: &str) -> Vec<TableName> {
        let keys = self.noted.keys().filter(|key| key.kind == kind);
        keys.map(|key| key.name.clone()).collect()
    }

    pub(super) fn tell(&self, event: ProgressEvent) {
        self.progress.send(event);
    }

    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    pub async fn database(&mut self, step: &DatabaseStep) -> Result<()> {
        let name = TableName::new(step.destination.clone(), "");
        let statement = format!(
            "CREATE DATABASE {} CHARACTER SET {} COLLATE {}",
            step.destination, step.charset, step.collation
        );
        self.run("database", &name, &statement).await
    }

    pub async fn table(&mut self, step: &TableStep) -> Result<()> {
        let name = step.shape.destination.clone();
        let key = ObjectKey {
            kind: "table".to_owned(),
            name: name.clone(),
        };
        let begun = self.noted.get(&key) == Some(&ObjectState::Intended);
        self.run("table", &name, &step.create).await?;
        if begun && !self.is_empty(&name).await? {
            return Err(SchemaError::NotEmpty {
                table: name.plain(),
            });
        }
        Ok(())
    }

    async fn is_empty(&mut self, table: &TableName) -> Result<bool> {
        let row: Option<u8> = self
            .session
            .first(format!("SELECT 1 FROM {table} LIMIT 1"))
            .await
            .map_err(|cause| failed("table", table, cause))?;
        Ok(row.is_none())
    }

    /// Secondary indexes of one table.
    pub async fn indexes(&mut self, step: &TableStep) -> Result<()> {
        for (index, statement) in step.secondary_indexes.iter().enumerate() {
            let kind = format!("indexes {}", index + 1);
            self.run(&kind, &step.shape.destination, statement).await?;
        }
        Ok(())
    }

    pub async fn foreign_keys(&mut self, step: &TableStep) -> Result<()> {
        for (index, statement) in step.foreign_keys.iter().enumerate() {
            let kind = format!("foreign key {}", index + 1);
            self.run(&kind, &step.shape.destination, statement).await?;
        }
        Ok(())
    }

    /// A view, routine, trigger or event, under the settings of its definition.
    pub async fn object(&mut self, step: &ObjectStep) -> Result<()> {
        self.object_as(step.kind.as_str(), step).await
    }

    pub(super) async fn object_as(&mut self, kind: &str, step: &ObjectStep) -> Result<()> {
        let name = &step.destination;
        if self.done(kind, name) {
            return Ok(());
        }
        let define = |cause| failed(kind, name, cause);
        self.lend_collation(&name.database, &step.context.database_collation)
            .await?;
        session::enter(
            &mut self.session,
            &name.database,
            &step.statement,
            &step.context,
            &step.time_zone,
        )
        .await
        .map_err(define)?;
        let outcome = self.run(kind, name, &step.statement).await;
        session::leave(&mut self.session).await.map_err(define)?;
        self.collations_back().await?;
        outcome
    }

    pub(super) fn done(&self, kind: &str, name: &TableName) -> bool {
        let key = ObjectKey {
            kind: kind.to_owned(),
            name: name.clone(),
        };
        self.noted.get(&key) == Some(&ObjectState::Done)
    }

    /// Whether this is to be made: new, or begun by a run that was stopped. What is done otherwise may
    /// have been made by the stream, of which nothing is noted.
    pub fn waits(&self, kind: &str, name: &TableName, action: &Action) -> bool {
        let key = ObjectKey {
            kind: kind.to_owned(),
            name: name.clone(),
        };
        *action == Action::Create || self.noted(&key) == Some(ObjectState::Intended)
    }

    /// Runs one statement once, whatever happens in between.
    pub async fn run(&mut self, kind: &str, name: &TableName, statement: &str) -> Result<()> {
        let key = ObjectKey {
            kind: kind.to_owned(),
            name: name.clone(),
        };
        let before = self.noted.get(&key).copied();
        if before == Some(ObjectState::Done) {
            return Ok(());
        }
        let object = person_name(name);
        let step = || kind.to_owned();
        self.progress.send(ProgressEvent::StepStarted {
            step: step(),
            object: object.clone(),
        });
        if before.is_none() {
            self.note(&key, ObjectState::Intended).await?;
        }
        failpoint::hit("schema.intended");
        self.fence.check(&mut self.session).await?;
        match self.session.execute(statement).await {
            Ok(_) => {}
            Err(error) if before.is_some() && exists(&error) => {}
            Err(cause) => return Err(failed(kind, name, cause)),
        }
        failpoint::hit("schema.executed");
        self.note(&key, ObjectState::Done).await?;
        self.progress.send(ProgressEvent::StepFinished {
            step: step(),
            object,
        });
        Ok(())
    }

    /// The note must not depend on the settings of a definition: character sets, modes.
    pub(super) async fn note(&mut self, key: &ObjectKey, state: ObjectState) -> Result<()> {
        self.fence
            .note_object(&mut self.session, key, state)
            .await?;
        self.noted.insert(key.clone(), state);
        Ok(())
    }

    /// As if it had never been run.
    pub(super) async fn forget(&mut self, kind: &str, name: &TableName) -> Result<()> {
        let key = ObjectKey {
            kind: kind.to_owned(),
            name: name.clone(),
        };
        if self.noted.remove(&key).is_some() {
            self.fence.forget_object(&mut self.session, &key).await?;
        }
        Ok(())
    }
}

fn exists(error: &ConnError) -> bool {
    error.code().is_some_and(|code| EXISTS.contains(&code))
}

fn person_name(name: &TableName) -> String {
    if name.name.as_str().is_empty() {
        name.database.as_str().to_owned()
    } else {
        name.plain()
    }
}

pub(super) fn failed(kind: &str, name: &TableName, cause: ConnError) -> SchemaError {
    SchemaError::Define {
        kind: kind.to_owned(),
        object: person_name(name),
        cause,
    }
}

/// Builds the secondary indexes of all tables, the largest first, on several sessions.
pub async fn indexes(
    builders: Vec<Builder>,
    steps: &[TableStep],
    cancel: &CancellationToken,
) -> Result<()> {
    let mut waiting: Vec<TableStep> = steps
        .iter()
        .filter(|step| !step.secondary_indexes.is_empty())
        .cloned()
        .collect();
    waiting.sort_by_key(|step| step.bytes);
    let waiting = Arc::new(Mutex::new(waiting));
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    for mut builder in builders {
        let waiting = Arc::clone(&waiting);
        let cancel = cancel.clone();
        tasks.spawn(async move {
            loop {
                let next = waiting.lock().await.pop();
                let Some(step) = next else { return Ok(()) };
                if cancel.is_cancelled() {
                    return Err(SchemaError::Cancelled);
                }
                builder.indexes(&step).await?;
            }
        });
    }
    let mut outcome = Ok(());
    while let Some(ended) = tasks.join_next().await {
        let ended = ended.unwrap_or_else(|error| Err(SchemaError::Worker(error.to_string())));
        if outcome.is_ok() && ended.is_err() {
            // the others end after their statement
            waiting.lock().await.clear();
            outcome = ended;
        }
    }
    outcome
}

/// The literal of a name in a query on `information_schema`.
pub(super) fn name_literal(name: &str) -> Literal {
    Literal::text(name)
}
