//! The incremental phases: where the stream starts, and following it.
//!
//! Why the start is safe: a transaction is in the binlog before `InnoDB` shows it, so a bare file
//! position read beside a running server may lie behind rows that no chunk can see yet. The executed
//! GTID set moves only after the engine has committed (from 5.7), and without GTIDs the position is
//! read while a global read lock holds all commits back. Where rows are exact again is read the other
//! way round: what somebody is committing counts too, and without GTIDs the file position does, which
//! moves first.

mod changed;
mod mirror;
mod spooling;
mod start;

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    time::Duration,
};

use super::{
    Context, Journal, Statements,
    error::{EngineError, Result},
    families,
    incremental_error::IncrementalError,
};
use crate::{
    conn::{Purpose, Session},
    copy,
    events::ProgressEvent,
    failpoint, inspect,
    ledger::{Definition, Fence, ObjectKey, ObjectState},
    limits::Throttle,
    mysql::{Checkpoint, SourcePosition, TableName, server_error::ErrorClass},
    plan::frozen::{self, Fixed},
    replication::{
        across,
        ddl::{self, SourceGlobals},
        follow::{Follower, Goal, Settings},
        gather::Bounds,
        heartbeat,
    },
};

pub use changed::{SourceObjects, objects};
use mirror::{keep_mirrored, mirror_last};
pub use spooling::{Spooling, next_read, remove as remove_spool};

/// Of one window. The larger, the more changes of one row become one; two are in memory at a time.
const BOUNDS: Bounds = Bounds {
    rows: 100_000,
    source_rows: 2_000_000,
    bytes: 32 << 20,
    several: 200,
};

fn bounds() -> Bounds {
    match failpoint::windows() {
        Some((rows, several)) => Bounds {
            rows,
            several,
            ..BOUNDS
        },
        None => BOUNDS,
    }
}

/// A compressed transaction is unpacked whole by the driver.
const LARGEST_PAYLOAD: u64 = 100 << 20;
/// How long everybody may have to wait for our lock, and how often we try.
const LOCK_WAIT: Duration = Duration::from_secs(5);
const TRIES: u32 = 3;

/// Notes where replay starts and what the source's tables are like, before anything is read. A start
/// that was noted stays.
pub async fn begin(context: &Context, fence: &Fence, session: &mut Session) -> Result<()> {
    if let Some(row) = fence.ledger().stream(session).await? {
        start::unchanged(&row.start, context.stream_from.as_ref())?;
        return later_tables(context, fence, session).await;
    }
    let mut source = context.source.session(Purpose::Inspect).await?;
    let start = if let Some(from) = &context.stream_from {
        start::given(&mut source, from).await?
    } else {
        clear_start(context, &mut source).await?
    };
    // a destination that somebody else has seeded is exact from there on
    let copies = context.plan.phases.iter().any(|phase| phase == "full");
    if copies {
        changed::refuse(context, fence, session, &mut source).await?;
    }
    source.close().await;
    enter_definitions(context, fence, session).await?;
    follow_all(context, fence, session).await?;
    fence.note_start(session, &start, !copies).await?;
    Ok(())
}

/// Notes that the stream is told to follow all that is selected now.
pub async fn follow_all(context: &Context, fence: &Fence, session: &mut Session) -> Result<()> {
    let objects = context.statements.selection.to_json();
    let kept = Fixed::from([(frozen::whole(frozen::OBJECTS), objects)]);
    fence.keep_fixed(session, &kept).await?;
    Ok(())
}

/// The tables as they were inspected: the copy sees to it that they stay so.
async fn enter_definitions(context: &Context, fence: &Fence, session: &mut Session) -> Result<()> {
    fence.begin(session).await?;
    for step in &context.plan.tables {
        let Some(table) = context.source_tables.get(&step.shape.source) else {
            continue;
        };
        let definition = Definition {
            table: table.clone(),
            destination: step.shape.destination.clone(),
            from: None,
            again: false,
        };
        fence.note_definition(session, &definition).await?;
    }
    fence.commit(session).await?;
    Ok(())
}

/// Tables that the stream does not know yet have a start of their own: what they hold then is copied,
/// and the stream leaves them alone up to there.
async fn later_tables(context: &Context, fence: &Fence, session: &mut Session) -> Result<()> {
    let known = fence.ledger().definitions(session).await?;
    let known = known.into_iter().filter(|one| !one.again);
    let known: BTreeSet<TableName> = known.map(|one| one.table.name).collect();
    let mut families = None;
    for step in start::parents_first(context) {
        let name = &step.shape.source;
        let Some(table) = context.source_tables.get(name) else {
            continue;
        };
        if known.contains(name) {
            continue;
        }
        let families = match &mut families {
            Some(families) => families,
            none => none.insert(families::inside(context).await?),
        };
        let position =
            copy::snapshot::table_position(&context.source, name, &families.above(name)).await?;
        let definition = Definition {
            table: table.clone(),
            destination: step.shape.destination.clone(),
            from: Some(checkpoint(&position)?),
            again: false,
        };
        // until it has its indexes and foreign keys, too
        let key = late(&step.shape.destination);
        fence
            .note_object(session, &key, ObjectState::Intended)
            .await?;
        fence.begin(session).await?;
        fence.note_definition(session, &definition).await?;
        fence.commit(session).await?;
        failpoint::hit("engine.later_noted");
    }
    Ok(())
}

/// As what a table is noted that is copied beside the stream, until all of it is there.
pub(super) fn late(table: &TableName) -> ObjectKey {
    ObjectKey {
        kind: "late".to_owned(),
        name: table.clone(),
    }
}

/// A start across which no XA transaction lies: one that was prepared before it and is committed behind
/// it would have its rows before the start. Where the source uses XA all the time, there soon is such a
/// moment. One that was committed before we could see it listed is in the binlog by then.
async fn clear_start(context: &Context, source: &mut Session) -> Result<Checkpoint> {
    const LOOKS: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(200);
    let mut looks = 1;
    loop {
        let found = start(source).await?;
        let prepared = prepared_transactions(source).await?;
        if looks == 1 && prepared.is_none() {
            context.progress.send(ProgressEvent::Warning {
                message:
                    "whether the source has prepared XA transactions cannot be seen; one that \
                          is committed later stops the stream (GRANT XA_RECOVER_ADMIN ON *.*)"
                        .to_owned(),
            });
        }
        let mut count = prepared.unwrap_or(0);
        if count == 0 {
            let (server_id, largest) = (context.server_id, LARGEST_PAYLOAD);
            match across::committed_across(&context.source, &found, server_id, largest).await? {
                None => return Ok(found),
                Some(xid) => {
                    tracing::debug!(%xid, "an XA transaction lies across the start: looking again");
                    count = 1;
                }
            }
        }
        if looks == LOOKS {
            return Err(IncrementalError::PreparedTransactions { count }.into());
        }
        looks += 1;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = context.cancel.cancelled() => return Err(EngineError::Stopped),
        }
    }
}

/// How many are prepared; `None` where that cannot be seen.
async fn prepared_transactions(source: &mut Session) -> Result<Option<u64>> {
    /// Without `XA_RECOVER_ADMIN` (8.0 on).
    const NOT_ALLOWED: u16 = 1401;
    match source.rows::<mysql_async::Row>("XA RECOVER").await {
        Ok(prepared) => Ok(Some(prepared.len() as u64)),
        Err(error) if error.code() == Some(NOT_ALLOWED) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn start(source: &mut Session) -> Result<Checkpoint> {
    let now = inspect::position(source).await?;
    let by_set = !now.gtid_executed.is_empty() && source.version().at_least(5, 7, 0);
    let position = if by_set { now } else { locked(source).await? };
    if position.gtid_executed.is_empty() && position.binlog.is_none() {
        return Err(IncrementalError::NoBinlog.into());
    }
    checkpoint(&position)
}

/// The position while nothing can be committed.
async fn locked(source: &mut Session) -> Result<SourcePosition> {
    source
        .execute(format!(
            "SET SESSION lock_wait_timeout = {}",
            LOCK_WAIT.as_secs()
        ))
        .await?;
    let mut tries = 1;
    while let Err(error) = source.execute("FLUSH TABLES WITH READ LOCK").await {
        if error.class() != ErrorClass::Transient || error.is_connection() {
            return Err(error.into());
        }
        if tries == TRIES {
            return Err(IncrementalError::NotHeld {
                tries,
                cause: error,
            }
            .into());
        }
        tries += 1;
    }
    let position = inspect::position(source).await;
    source.execute("UNLOCK TABLES").await?;
    Ok(position?)
}

pub(super) fn checkpoint(position: &SourcePosition) -> Result<Checkpoint> {
    Checkpoint::at(position).map_err(|error| {
        EngineError::Ledger(crate::ledger::LedgerError::Damaged {
            what: error.to_string(),
        })
    })
}

/// Notes from where on rows are exact: the copy has read its last chunk.
/// `again`: some were read after that had been noted.
pub async fn exact_from_here(context: &Context, fence: &Fence, again: bool) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    let known = fence.ledger().stream(&mut session).await?;
    if known.is_some_and(|row| again || row.exact_from.is_none()) {
        let mut source = context.source.session(Purpose::Inspect).await?;
        // before the executed ones: what is being committed is then among these or those
        let committing = inspect::committing(&mut source).await?;
        let position = inspect::position(&mut source).await?;
        source.close().await;
        let mut here = checkpoint(&position)?;
        if here.by_gtid {
            here.gtids = here.gtids.union(&committing);
        }
        fence.note_exact_from(&mut session, &here).await?;
    }
    session.close().await;
    Ok(())
}

/// What we write on the source meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnWrites {
    /// The heartbeat, where one is asked for.
    Heartbeat,
    Nothing,
}

/// Finishes a window that was begun, before there are more tables in the stream: it must be cut as it
/// was then.
pub async fn settle(context: &Context, fence: &Fence, spooling: &Spooling) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    let row = fence.ledger().stream(&mut session).await?;
    if row.is_some_and(|row| row.window.is_some()) {
        spooling.begin(context, fence, &mut session).await?;
        let statements = statements(context, fence).await?;
        let follower = follower(context, fence, &statements, spooling);
        Box::pin(follower.settle()).await?;
    }
    session.close().await;
    Ok(())
}

fn follower<'a>(
    context: &'a Context,
    fence: &'a Fence,
    statements: &'a ddl::Follow,
    spooling: &'a Spooling,
) -> Follower<'a> {
    Follower {
        source: &context.source,
        destination: &context.destination,
        fence,
        statements,
        spool: spooling.spool(),
        settings: Settings {
            server_id: context.server_id,
            auto_lanes: u32::try_from(context.workers).unwrap_or(1),
            bounds: bounds(),
            limits: context.limits.clone(),
            on_ddl_error: context.on_ddl_error.clone(),
            largest_payload: LARGEST_PAYLOAD,
        },
        throttle: Throttle::stream(
            context.limits.clone(),
            context.progress.clone(),
            context.cancel.clone(),
        ),
        progress: context.progress.clone(),
        cancel: context.cancel.clone(),
    }
}

/// Follows the source, and mirrors in the state beside it how far that is.
pub async fn follow(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    goal: &Goal,
    (own, spooling): (OwnWrites, &Spooling),
) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    begin(context, fence, &mut session).await?;
    spooling.begin(context, fence, &mut session).await?;
    session.close().await;
    let statements = statements(context, fence).await?;
    let follower = follower(context, fence, &statements, spooling);
    let outcome = tokio::select! {
        ended = Box::pin(follower.run(goal)) => ended,
        never = Box::pin(keep_mirrored(context, fence, journal, spooling)) => match never {},
        never = Box::pin(beat(context, own)) => match never {},
    };
    let mirrored = mirror_last(context, fence, journal, spooling).await;
    let told = tell_gave_way(context, fence).await;
    outcome?;
    mirrored.and(told)
}

/// Says what `conflicts.stream_rows = "replace"` has cost so far.
async fn tell_gave_way(context: &Context, fence: &Fence) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    let counts = fence.ledger().gave_way(&mut session).await;
    session.close().await;
    for (table, rows) in counts? {
        context.progress.send(ProgressEvent::Warning {
            message: format!(
                "{}: so far {rows} rows of the destination gave way to others with the same unique \
                 value (`dml` leaves changes out, conflicts.stream_rows)",
                table.plain()
            ),
        });
    }
    Ok(())
}

/// The heartbeat, where one is asked for.
async fn beat(context: &Context, own: OwnWrites) -> Infallible {
    let Some(asked) = context
        .heartbeat
        .as_ref()
        .filter(|_| own == OwnWrites::Heartbeat)
    else {
        return std::future::pending().await;
    };
    let migration = &context.plan.migration;
    heartbeat::beat(&context.source, asked, migration, &context.progress).await
}

/// What statements need to know of the source.
async fn statements(context: &Context, fence: &Fence) -> Result<ddl::Follow> {
    let mut source = context.source.session(Purpose::Inspect).await?;
    let globals = SourceGlobals::read(&mut source).await?;
    let version = source.version().clone();
    source.close().await;
    let mut session = fence.writer(&context.destination).await?;
    let read_until = fence.ledger().read_until(&mut session).await?;
    session.close().await;
    let Statements {
        selection,
        rules,
        names,
        source_names,
        destination_names,
        definer,
    } = context.statements.clone();
    Ok(ddl::Follow {
        migration: context.plan.migration.clone(),
        metadata: fence.ledger().database().clone(),
        selection,
        rules,
        names,
        source_names,
        destination_names,
        definer,
        source: version,
        globals,
        read_until,
        seeded: !context.plan.phases.iter().any(|phase| phase == "schema"),
    })
}

/// The source's tables by name.
pub type SourceTables = BTreeMap<TableName, crate::catalog::Table>;
