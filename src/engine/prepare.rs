//! What plan, apply and verify begin with: both servers looked at, and what was done before.

use std::collections::BTreeSet;

use super::error::Result;
use crate::{
    catalog::{Activity, Inspection, RoutineKind},
    clock::Timestamp,
    conn::{Connector, Purpose, Session},
    inspect,
    ledger::{Ledger, ObjectState},
    mysql::TableName,
    plan::Begun,
    resolve::{Migration, Phase},
    schema,
    state::State,
    units::Bytes,
};

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub inspection: Inspection,
    pub begun: Begun,
    /// How fast one reader reads the source, before a copy has begun.
    pub read_rate: Option<Bytes>,
}

/// A trigger is ours with its guard too.
fn made_as(kind: String) -> String {
    if kind == schema::GUARDED_TRIGGER {
        "trigger".to_owned()
    } else {
        kind
    }
}

/// Once the stream has its start, tables come and go by it: what the source has beside those that the
/// stream knows will be made by it, and what the destination has once the copy is over is its work.
async fn follow_stream(
    ledger: &Ledger,
    source: &mut Session,
    destination: &mut Session,
    inspection: &mut Inspection,
    begun: &mut Begun,
) -> Result<()> {
    let Some(stream) = ledger.stream(destination).await? else {
        return Ok(());
    };
    inspection.source.activity.place = inspect::place(source, &stream.position).await?;
    let known = ledger.definitions(destination).await?;
    let replaced = begun.replaced.clone();
    let sources: BTreeSet<&TableName> = known.iter().map(|one| &one.table.name).collect();
    for database in inspection.source.catalog.databases.values_mut() {
        let known = |table: &TableName| sources.contains(table) || replaced.contains(table);
        let names = database.tables.values().map(|table| &table.name);
        let later = names.filter(|name| !known(name)).cloned();
        inspection.source.activity.later.extend(later);
        database.tables.retain(|_, table| known(&table.name));
    }
    for one in &known {
        let name = one.destination.clone();
        begun.objects.insert(("table".to_owned(), name.clone()));
        begun.copied.insert(name);
    }
    if stream.exact_from.is_none() {
        return Ok(());
    }
    let there = &inspection.destination.catalog;
    let views = there
        .views()
        .map(|view| ("view".to_owned(), view.name.clone()));
    let routines = there.routines().map(|routine| {
        let kind = match routine.kind {
            RoutineKind::Function => "function",
            RoutineKind::Procedure => "procedure",
        };
        (kind.to_owned(), routine.name.clone())
    });
    let databases = there
        .databases
        .keys()
        .map(|name| ("database".to_owned(), TableName::new(name.clone(), "")));
    begun.objects.extend(views.chain(routines).chain(databases));
    Ok(())
}

/// Looks at both servers and at the ledger; writes nothing. `replaced`: tables of the source that
/// are to be copied again.
///
/// # Errors
/// A server that cannot be reached, or a ledger that cannot be read.
pub async fn look(
    migration: &Migration,
    source: &Connector,
    destination: &Connector,
    ledger: &Ledger,
    state: Option<&State>,
    replaced: &BTreeSet<TableName>,
    now: Timestamp,
) -> Result<Found> {
    // side by side, and never more than these: what is defined, and what goes on meanwhile
    let mut watcher = source.session(Purpose::Inspect).await?;
    let mut source = source.session(Purpose::Inspect).await?;
    let mut destination = destination.session(Purpose::Inspect).await?;
    let stream = migration.phases().has(Phase::Incremental);
    let going_on = async {
        if inspect::readable_version(watcher.version()) {
            inspect::activity(&mut watcher, stream).await
        } else {
            Ok(Activity::default())
        }
    };
    let looked = inspect::inspect(&mut source, &mut destination, migration, now);
    let (mut inspection, activity) = tokio::try_join!(Box::pin(looked), Box::pin(going_on))?;
    watcher.close().await;
    if inspect::readable(&inspection.source.facts)
        && inspect::readable(&inspection.destination.facts)
    {
        inspection.source.activity = activity;
        let ahead = inspect::clock_ahead(&mut source, &mut destination).await?;
        inspection.destination.activity.clock_ahead = Some(ahead);
        inspection.destination.activity.round_trip =
            Some(inspect::round_trip(&mut destination).await?);
        inspection.destination.activity.written_tables =
            inspect::written_tables(&mut destination).await?;
        inspection.destination.claimed = ledger.claimed(&mut destination).await?;
    }
    let mut begun = Begun {
        lineage: state.map(|state| state.lineage().to_string()),
        serial: state.map_or(0, State::serial),
        replaced: replaced.clone(),
        ..Begun::default()
    };
    if let Some(record) = ledger.record(&mut destination).await?
        && begun
            .lineage
            .as_ref()
            .is_none_or(|ours| *ours == record.lineage)
    {
        begun.lineage = Some(record.lineage);
        begun.copied = ledger.entered_tables(&mut destination).await?;
        begun.fixed = ledger.fixed(&mut destination).await?;
        follow_stream(
            ledger,
            &mut source,
            &mut destination,
            &mut inspection,
            &mut begun,
        )
        .await?;
        let noted = ledger.objects(&mut destination).await?;
        begun
            .objects
            .extend(noted.into_iter().map(|(key, state)| match state {
                ObjectState::Intended | ObjectState::Done => (made_as(key.kind), key.name),
            }));
    }
    // what has begun has rates of its own
    let read_rate = if migration.phases().has(Phase::Full) && state.is_none() {
        inspect::read_rate(&mut source, &inspection.source.catalog).await?
    } else {
        None
    };
    source.close().await;
    destination.close().await;
    Ok(Found {
        inspection,
        begun,
        read_rate,
    })
}
