//! What plan, apply and verify begin with: both servers looked at, and what was done before.

use std::collections::BTreeSet;

use super::{error::Result, stream};
use crate::{
    catalog::{Activity, Catalog, Inspection, RoutineKind},
    clock::Timestamp,
    conn::{Connector, Purpose, Session},
    inspect,
    ledger::{Definition, Ledger, ObjectKey, ObjectState},
    mysql::{Ident, LowerCase, Names, TableName},
    plan::{Begun, frozen},
    resolve::{MappedNames, Migration, ObjectKind, Phase, Selection},
    schema,
    state::{PhaseName, State},
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

/// Whether all that was planned for the copy was made.
fn is_copied(phase: &str) -> bool {
    phase
        .parse::<PhaseName>()
        .ok()
        .and_then(PhaseName::phase)
        .is_some_and(|phase| phase.may_verify())
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
/// stream knows will be made by it, unless it was selected only since; and what the destination has
/// once the copy is over is its work.
async fn follow_stream(
    migration: &Migration,
    ledger: &Ledger,
    (copied, state): (bool, Option<&State>),
    source: &mut Session,
    destination: &mut Session,
    inspection: &mut Inspection,
    begun: &mut Begun,
) -> Result<()> {
    let Some(stream) = ledger.stream(destination).await? else {
        return Ok(());
    };
    let lineage = begun.lineage.as_deref().unwrap_or_default();
    let mirrored = state.and_then(State::spool);
    let next = stream::next_read(migration, lineage, &stream.position, mirrored)?;
    inspection.source.activity.place = inspect::place(source, &next).await?;
    let known = ledger.definitions(destination).await?;
    let noted = ledger.objects(destination).await?;
    followers(&inspection.source.catalog, &mut begun.replaced);
    let replaced = begun.replaced.clone();
    let sources: BTreeSet<&TableName> = known.iter().map(|one| &one.table.name).collect();
    let added = Added::new(migration, inspection, begun);
    // while tables are copied, one that came or took another's name is copied beside the stream, too
    let anew = added.rows && stream.exact_from.is_none();
    for name in replaced.iter().filter(|name| !sources.contains(name)) {
        // somebody says that what the stream made of it is not right
        let made = ("table".to_owned(), added.names.table(name));
        begun.objects.insert(made);
    }
    for database in inspection.source.catalog.databases.values_mut() {
        let known = |table: &TableName| {
            sources.contains(table)
                || replaced.contains(table)
                || anew
                || (added.rows && added.has(ObjectKind::Table, table))
        };
        let names = database.tables.values().map(|table| &table.name);
        let later = names.filter(|name| !known(name)).cloned();
        inspection.source.activity.later.extend(later);
        database.tables.retain(|_, table| known(&table.name));
    }
    let unbuilt = |name: &TableName| {
        let key = stream::late(name);
        noted.get(&key) == Some(&ObjectState::Intended)
    };
    for one in &known {
        let name = &one.table.name;
        // what is left to build is of the table that was copied: the stream brings all else
        if !one.again && !replaced.contains(name) && (!copied || unbuilt(&one.destination)) {
            as_copied(inspection, one);
        }
        if one.again {
            // dropped; what was made of it since is noted
            continue;
        }
        let name = one.destination.clone();
        let key = ObjectKey {
            kind: "table".to_owned(),
            name: name.clone(),
        };
        // until the stream runs, what nobody has made here is a table that is used as it is
        if copied || noted.contains_key(&key) {
            begun.objects.insert((key.kind, key.name));
        }
        begun.copied.insert(name);
    }
    let Some(exact_from) = &stream.exact_from else {
        return Ok(());
    };
    let by_sets = exact_from.by_gtid && stream.position.by_gtid;
    begun.moves_by_sets =
        by_sets && begun.replaced.is_empty() && !known.iter().any(|one| one.again);
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
    if copied {
        added.leave_to_the_stream(inspection);
    }
    Ok(())
}

/// The table as it was when its copy began, with what is in it now.
fn as_copied(inspection: &mut Inspection, one: &Definition) {
    let name = &one.table.name;
    let databases = &mut inspection.source.catalog.databases;
    let tables = databases.get_mut(&name.database).map(|one| &mut one.tables);
    if let Some(now) = tables.and_then(|tables| tables.get_mut(&name.name)) {
        let (rows, data_length) = (now.rows, now.data_length);
        *now = one.table.clone();
        (now.rows, now.data_length) = (rows, data_length);
    }
}

/// Adds the tables whose rows the source's engine changes with those of a table that is copied again:
/// where a row of it is gone, nobody can say any more which of theirs went with it.
fn followers(catalog: &Catalog, replaced: &mut BTreeSet<TableName>) {
    let follows = |rule: &str| matches!(rule, "CASCADE" | "SET NULL");
    loop {
        let found: Vec<TableName> = catalog
            .tables()
            .filter(|table| !replaced.contains(&table.name))
            .filter(|table| {
                table.foreign_keys.iter().any(|key| {
                    replaced.contains(&key.parent)
                        && (follows(&key.on_delete) || follows(&key.on_update))
                })
            })
            .map(|table| table.name.clone())
            .collect();
        if found.is_empty() {
            return;
        }
        replaced.extend(found);
    }
}

/// What the specification selects beyond what the stream was told to follow.
struct Added {
    before: Option<Selection>,
    case: LowerCase,
    names: MappedNames,
    /// Whether rows are copied at all.
    rows: bool,
}

impl Added {
    fn new(migration: &Migration, inspection: &Inspection, begun: &Begun) -> Self {
        let text = begun.fixed.get(&frozen::whole(frozen::OBJECTS));
        let case = inspection.source.facts.lower_case();
        let to = inspection.destination.facts.lower_case();
        Self {
            before: text.and_then(|text| migration.selection().earlier(text)),
            case,
            names: migration.mapping().names(case, to),
            rows: migration.phases().has(Phase::Full),
        }
    }

    fn has(&self, kind: ObjectKind, name: &TableName) -> bool {
        let before = self.before.as_ref();
        before.is_some_and(|before| !before.object(kind, name, self.case))
    }

    /// Views and routines that the destination does not have yet will be made by the stream, unless
    /// they were selected only since.
    fn leave_to_the_stream(&self, inspection: &mut Inspection) {
        let there = &inspection.destination.catalog;
        let views: BTreeSet<&TableName> = there.views().map(|view| &view.name).collect();
        // names of routines never depend on case
        let key = |kind: RoutineKind, database: Ident, name: &Ident| {
            (
                kind == RoutineKind::Function,
                database,
                name.as_str().to_lowercase(),
            )
        };
        let routines: BTreeSet<_> = there
            .routines()
            .map(|one| key(one.kind, one.name.database.clone(), &one.name.name))
            .collect();
        for database in inspection.source.catalog.databases.values_mut() {
            database.views.retain(|_, view| {
                self.has(ObjectKind::View, &view.name)
                    || views.contains(&self.names.table(&view.name))
            });
            let to = self.names.database(&database.name);
            database.routines.retain(|one| {
                self.has(ObjectKind::Routine, &one.name)
                    || routines.contains(&key(one.kind, to.clone(), &one.name.name))
            });
        }
    }
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
        let facts = &inspection.destination.facts;
        let group = facts.variable("group_replication_group_name");
        inspection.destination.activity.in_group =
            inspect::in_group(&mut destination, group).await?;
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
        let copied = is_copied(&record.phase);
        begun.lineage = Some(record.lineage);
        begun.copied = ledger.entered_tables(&mut destination).await?;
        begun.fixed = ledger.fixed(&mut destination).await?;
        follow_stream(
            migration,
            ledger,
            (copied, state),
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
