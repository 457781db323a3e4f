//! Tries definitions in databases of their own on the destination, and drops those again.

use super::session;
use crate::{
    conn::{ConnError, Connector, Purpose, Result, Session},
    mysql::Ident,
    plan::{Definition, Rehearsal},
};

/// A definition that the destination did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `view shop.recent`.
    pub object: String,
    /// The server's words.
    pub reason: String,
}

/// Makes the scratch databases, tries every definition, and drops the databases, whatever happened.
///
/// # Errors
/// A scratch database that cannot be made or dropped, or a connection that is lost.
pub async fn rehearse(destination: &Connector, rehearsal: &Rehearsal) -> Result<Vec<Refused>> {
    let mut session = destination.session(Purpose::Define).await?;
    // replicas need not see it; without the privilege they do
    match session.execute("SET SESSION sql_log_bin = 0").await {
        Ok(_) => {}
        Err(error) if error.code().is_some() => {}
        Err(error) => return Err(error),
    }
    let outcome = tried(&mut session, rehearsal).await;
    let dropped = drop_all(destination, rehearsal).await;
    let refused = outcome?;
    dropped?;
    Ok(refused)
}

async fn tried(session: &mut Session, rehearsal: &Rehearsal) -> Result<Vec<Refused>> {
    for (name, charset, collation) in &rehearsal.databases {
        session
            .execute(format!(
                "CREATE DATABASE {name} CHARACTER SET {charset} COLLATE {collation}"
            ))
            .await?;
    }
    let mut refused = Vec::new();
    for definition in &rehearsal.definitions {
        match define(session, definition).await {
            Ok(()) => {}
            Err(error) if error.code().is_some() => refused.push(Refused {
                object: format!("{} {}", definition.kind, definition.name.plain()),
                reason: words(&error),
            }),
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}

async fn define(session: &mut Session, definition: &Definition) -> Result<()> {
    let Some(context) = &definition.context else {
        return session.execute(&definition.statement).await.map(|_| ());
    };
    let entered = session::enter(
        session,
        &definition.database,
        &definition.statement,
        context,
        &definition.time_zone,
    )
    .await;
    let done = match entered {
        Ok(()) => session.execute(&definition.statement).await.map(|_| ()),
        Err(error) => Err(error),
    };
    session::leave(session).await?;
    done
}

fn words(error: &ConnError) -> String {
    if let ConnError::Statement { source, .. } = error {
        return source.to_string();
    }
    error.to_string()
}

/// By a connection of its own: the other may be gone.
async fn drop_all(destination: &Connector, rehearsal: &Rehearsal) -> Result<()> {
    let mut session = destination.session(Purpose::Define).await?;
    let mut outcome = Ok(());
    for name in rehearsal.databases.iter().map(|(name, _, _)| name) {
        let dropped = drop_one(&mut session, name).await;
        outcome = outcome.and(dropped);
    }
    session.close().await;
    outcome
}

async fn drop_one(session: &mut Session, name: &Ident) -> Result<()> {
    session
        .execute(format!("DROP DATABASE IF EXISTS {name}"))
        .await?;
    Ok(())
}
