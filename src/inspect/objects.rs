//! Routines, triggers and events, each with the settings under which it was created.

use std::collections::BTreeMap;

use super::{
    fields::Fields,
    schema::{Among, Schema},
    scope::Scope,
    show,
};
use crate::{
    catalog::{
        CreationContext, Database, Event, EventStatus, Routine, RoutineKind, Trigger, Unreadable,
    },
    conn::{Result, Session},
    mysql::{Ident, TableName},
    resolve::ObjectKind,
};

type Databases = BTreeMap<Ident, Database>;

pub(super) async fn attach(
    session: &mut Session,
    among: &Among,
    scope: &impl Scope,
    databases: &mut Databases,
    found: &mut Schema,
) -> Result<()> {
    for routine in routines(session, among, scope, found).await? {
        if let Some(database) = databases.get_mut(&routine.name.database) {
            database.routines.push(routine);
        }
    }
    for trigger in triggers(session, among, scope, found).await? {
        if let Some(database) = databases.get_mut(&trigger.name.database) {
            database.triggers.push(trigger);
        }
    }
    for event in events(session, among, scope, found).await? {
        if let Some(database) = databases.get_mut(&event.name.database) {
            database.events.push(event);
        }
    }
    for database in databases.values_mut() {
        database
            .routines
            .sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        database.triggers.sort_by(|a, b| {
            (&a.table, &a.timing, &a.event, a.order, &a.name)
                .cmp(&(&b.table, &b.timing, &b.event, b.order, &b.name))
        });
        database.events.sort_by(|a, b| a.name.cmp(&b.name));
    }
    Ok(())
}

/// Takes each object's definition, which is the column `at` of what `statement` shows. An object
/// that cannot be shown leaves; a definition that is NULL stays as `None`.
async fn define<T>(
    session: &mut Session,
    objects: Vec<T>,
    at: usize,
    statement: impl Fn(&T) -> (String, &'static str, TableName),
    found: &mut Schema,
) -> Result<Vec<(T, Option<String>)>> {
    let asked: Vec<_> = objects.iter().map(statement).collect();
    let statements: Vec<String> = asked.iter().map(|(text, _, _)| text.clone()).collect();
    let shown = show::all(session, &statements).await?;
    let mut defined = Vec::new();
    for ((object, (text, kind, name)), shown) in objects.into_iter().zip(asked).zip(shown) {
        match shown {
            Ok(row) => {
                let mut fields = Fields::new(row, session.server(), &text);
                for _ in 0..at {
                    fields.optional()?;
                }
                defined.push((object, fields.optional()?));
            }
            Err(reason) => found.unreadable.push(Unreadable {
                name,
                kind: kind.to_owned(),
                reason,
            }),
        }
    }
    Ok(defined)
}

/// The last four columns of each query here.
const CONTEXT: &str = "SQL_MODE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION";

fn context(fields: &mut Fields<'_>) -> Result<CreationContext> {
    Ok(CreationContext {
        sql_mode: fields.text()?,
        character_set_client: fields.text()?,
        collation_connection: fields.text()?,
        database_collation: fields.text()?,
    })
}

async fn routines(
    session: &mut Session,
    among: &Among,
    scope: &impl Scope,
    found: &mut Schema,
) -> Result<Vec<Routine>> {
    let query = format!(
        "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DEFINER, {CONTEXT} \
         FROM information_schema.ROUTINES \
         WHERE ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE') AND {}",
        among.condition("ROUTINE_SCHEMA")
    );
    let mut routines = Vec::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = TableName::new(fields.text()?, fields.text()?);
        if !among.has(&name.database) {
            continue;
        }
        if !scope.object(ObjectKind::Routine, &name) {
            found.left_out.routines.insert(name);
            continue;
        }
        let kind = match fields.text()?.as_str() {
            "FUNCTION" => RoutineKind::Function,
            _ => RoutineKind::Procedure,
        };
        routines.push(Routine {
            name,
            kind,
            definition: None,
            definer: fields.text()?,
            context: context(&mut fields)?,
        });
    }
    let show = |routine: &Routine| {
        let (word, kind) = match routine.kind {
            RoutineKind::Function => ("FUNCTION", "function"),
            RoutineKind::Procedure => ("PROCEDURE", "procedure"),
        };
        let text = format!("SHOW CREATE {word} {}", routine.name);
        (text, kind, routine.name.clone())
    };
    let defined = define(session, routines, 2, show, found).await?;
    Ok(defined
        .into_iter()
        .map(|(routine, definition)| Routine {
            definition,
            ..routine
        })
        .collect())
}

async fn triggers(
    session: &mut Session,
    among: &Among,
    scope: &impl Scope,
    found: &mut Schema,
) -> Result<Vec<Trigger>> {
    let query = format!(
        "SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, \
         EVENT_MANIPULATION, ACTION_ORDER, DEFINER, {CONTEXT} \
         FROM information_schema.TRIGGERS WHERE {}",
        among.condition("TRIGGER_SCHEMA")
    );
    let mut triggers = Vec::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = TableName::new(fields.text()?, fields.text()?);
        if !among.has(&name.database) {
            continue;
        }
        let table = Ident::new(fields.text()?);
        if !scope.trigger(&name, &table) {
            found.left_out.triggers.insert(name);
            continue;
        }
        triggers.push(Trigger {
            name,
            table,
            timing: fields.text()?,
            event: fields.text()?,
            // before 5.7 there is one of each kind, and the number is 0
            order: fields.number()?.unwrap_or(1).max(1),
            definition: String::new(),
            definer: fields.text()?,
            context: context(&mut fields)?,
        });
    }
    let show = |trigger: &Trigger| {
        let text = format!("SHOW CREATE TRIGGER {}", trigger.name);
        (text, "trigger", trigger.name.clone())
    };
    let defined = define(session, triggers, 2, show, found).await?;
    Ok(defined
        .into_iter()
        .map(|(trigger, definition)| Trigger {
            definition: definition.unwrap_or_default(),
            ..trigger
        })
        .collect())
}

async fn events(
    session: &mut Session,
    among: &Among,
    scope: &impl Scope,
    found: &mut Schema,
) -> Result<Vec<Event>> {
    // Times are in the event's own zone; where the server cannot convert it, they are taken as UTC.
    let query = format!(
        "SELECT EVENT_SCHEMA, EVENT_NAME, STATUS, TIME_ZONE, \
         COALESCE(CONVERT_TZ(EXECUTE_AT, TIME_ZONE, '+00:00'), EXECUTE_AT) < UTC_TIMESTAMP(), \
         DEFINER, {CONTEXT} FROM information_schema.EVENTS WHERE {}",
        among.condition("EVENT_SCHEMA")
    );
    let mut events = Vec::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = TableName::new(fields.text()?, fields.text()?);
        if !among.has(&name.database) {
            continue;
        }
        if !scope.object(ObjectKind::Event, &name) {
            found.left_out.events.insert(name);
            continue;
        }
        events.push(Event {
            name,
            definition: String::new(),
            status: match fields.text()?.as_str() {
                "ENABLED" => EventStatus::Enabled,
                "DISABLED" => EventStatus::Disabled,
                _ => EventStatus::ReplicaSideDisabled,
            },
            time_zone: fields.text()?,
            past: fields.text()? == "1",
            definer: fields.text()?,
            context: context(&mut fields)?,
        });
    }
    let show = |event: &Event| {
        let text = format!("SHOW CREATE EVENT {}", event.name);
        (text, "event", event.name.clone())
    };
    let defined = define(session, events, 3, show, found).await?;
    Ok(defined
        .into_iter()
        .map(|(event, definition)| Event {
            definition: definition.unwrap_or_default(),
            ..event
        })
        .collect())
}
