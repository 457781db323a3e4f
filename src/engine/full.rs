//! The full phase: the copy, from one snapshot, or from where it stopped.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    time::Duration,
};

use tokio::time::MissedTickBehavior;

use super::{
    Context, Journal,
    error::{EngineError, Result},
    families, schema,
    stream::{self, Spooling},
};
use crate::{
    catalog::Families,
    conn::Session,
    copy::{self, ConsistentRead, ExistingRows, Job, board::ChunkSize},
    events::ProgressEvent,
    failpoint,
    ledger::{CopyState, Definition, Fence, ObjectState, Snapshot, TableProgress},
    mysql::{SourcePosition, TableName},
    plan::TableStep,
    rows::{ByteBudget, Format},
};

/// A chunk's rows, encoded.
const CHUNK_BYTES: u64 = 16 << 20;
/// Rows on their way, of all workers together.
const BUDGET: usize = 48 << 20;
/// How often the state follows the ledger while rows are copied.
const MIRROR_EVERY: Duration = Duration::from_secs(2);

pub async fn run(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    spooling: &Spooling,
) -> Result<()> {
    let late = copy(context, fence, journal, spooling).await?;
    schema::after_rows(context, fence).await?;
    built(context, fence, &late).await
}

/// Tables that are copied beside the stream, and what was selected with them.
pub async fn run_late(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    (late, spooling): (&BTreeSet<TableName>, &Spooling),
) -> Result<()> {
    schema::late_tables(context, fence, late).await?;
    copy(context, fence, journal, spooling).await?;
    failpoint::hit("engine.late_copied");
    schema::after_late_rows(context, fence, late).await?;
    built(context, fence, late).await
}

/// All of these tables is there.
async fn built(context: &Context, fence: &Fence, late: &BTreeSet<TableName>) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    let noted = fence.ledger().objects(&mut session).await?;
    for table in late {
        let key = stream::late(table);
        if noted.get(&key) == Some(&ObjectState::Intended) {
            fence
                .note_object(&mut session, &key, ObjectState::Done)
                .await?;
        }
    }
    session.close().await;
    Ok(())
}

/// Copies what is left, and gives the tables that came to the copy late.
async fn copy(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    spooling: &Spooling,
) -> Result<BTreeSet<TableName>> {
    let mut session = fence.writer(&context.destination).await?;
    enter(context, fence, &mut session).await?;
    if context.streams() {
        // before the first row is read
        stream::begin(context, fence, &mut session).await?;
        spooling.begin(context, fence, &mut session).await?;
    }
    journal.enter_tables(&context.plan)?;
    let serial = journal.state().serial();
    fence.note_serial(&mut session, serial).await?;
    let late = pending(context, fence, &mut session).await?;
    let copied = watched(context, fence, &mut session, (journal, spooling)).await;
    // also after a failure, so that status can tell how far it came
    let position = copied.as_ref().ok().cloned().flatten();
    let mirrored = mirror_last(context, fence, journal, position).await;
    copied?;
    mirrored?;
    if context.streams() {
        stream::exact_from_here(context, fence, !late.is_empty()).await?;
    }
    Ok(late)
}

/// The tables on the destination that are to be copied and built, and are not: the stream's own never
/// are.
pub async fn pending(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
) -> Result<BTreeSet<TableName>> {
    let progress = fence.ledger().progress(session).await?;
    let noted = fence.ledger().objects(session).await?;
    let known = streamed(context, fence, session).await?;
    let waits = |step: &&TableStep| {
        let name = &step.shape.destination;
        let copied = match progress.get(name) {
            Some(table) => table.state == CopyState::Copied,
            None => known.contains(&step.shape.source),
        };
        !copied || noted.get(&stream::late(name)) == Some(&ObjectState::Intended)
    };
    let steps = context.plan.tables.iter().filter(|step| step.copy);
    let waiting = steps.filter(waits);
    Ok(waiting.map(|step| step.shape.destination.clone()).collect())
}

/// The tables that the stream knows.
async fn streamed(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
) -> Result<BTreeSet<TableName>> {
    if !context.streams() {
        return Ok(BTreeSet::new());
    }
    let known = fence.ledger().definitions(session).await?;
    let known = known.into_iter().filter(|one| !one.again);
    Ok(known.map(|one| one.table.name).collect())
}

/// Copies, and mirrors the ledger's progress in the state beside it. The mirror may be dropped at
/// any moment: a state file is replaced whole, without a wait in between.
async fn watched(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
    (journal, spooling): (&mut Journal, &Spooling),
) -> Result<Option<SourcePosition>> {
    tokio::select! {
        copied = copy_rows(context, fence, session) => copied,
        never = keep_mirrored(context, fence, journal, spooling) => match never {},
    }
}

async fn keep_mirrored(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    spooling: &Spooling,
) -> Infallible {
    let mut ticks = tokio::time::interval(MIRROR_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut session = None;
    loop {
        ticks.tick().await;
        if session.is_none() {
            // a destination that is away: the copy itself waits for it, the mirror can wait too
            session = fence.writer(&context.destination).await.ok();
        }
        if let Some(open) = &mut session {
            let mirrored = mirror(context, fence, open, journal, None).await;
            if mirrored.is_err() || journal.mirror_spool(spooling.holding()).is_err() {
                session = None;
            }
        }
    }
}

/// On a connection of its own: the copy may have outlived others.
async fn mirror_last(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    position: Option<SourcePosition>,
) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    let mirrored = mirror(context, fence, &mut session, journal, position).await;
    session.close().await;
    mirrored
}

async fn mirror(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
    journal: &mut Journal,
    position: Option<SourcePosition>,
) -> Result<()> {
    let progress = fence.ledger().progress(session).await?;
    journal.mirror(&context.plan, &progress, position)
}

/// Enters the plan's tables into the ledger, once.
async fn enter(context: &Context, fence: &Fence, session: &mut Session) -> Result<()> {
    let known = fence.ledger().progress(session).await?;
    let mut next = known
        .values()
        .map(|table| table.id)
        .max()
        .map_or(1, |id| id + 1);
    let streamed = streamed(context, fence, session).await?;
    let mut entries = Vec::new();
    for step in context.plan.tables.iter().filter(|step| step.copy) {
        let name = &step.shape.destination;
        // a table that came by the stream has its rows from there
        if known.contains_key(name) || streamed.contains(&step.shape.source) {
            continue;
        }
        let row: Option<u8> = session
            .first(format!("SELECT 1 FROM {name} LIMIT 1"))
            .await?;
        entries.push((next, name.clone(), row.is_none()));
        next += 1;
    }
    fence.enter_tables(session, &entries).await?;
    Ok(())
}

/// Copies what is left. Returns the snapshot's position where there was anything to do.
async fn copy_rows(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
) -> Result<Option<SourcePosition>> {
    let progress = fence.ledger().progress(session).await?;
    let steps: Vec<&TableStep> = context
        .plan
        .tables
        .iter()
        .filter(|step| step.copy && progress.contains_key(&step.shape.destination))
        .collect();
    let copied = |step: &&TableStep| {
        progress
            .get(&step.shape.destination)
            .is_some_and(|table| table.state == CopyState::Copied)
    };
    if steps.iter().all(copied) {
        return Ok(None);
    }
    // as it was saved last
    let workers = context.limits.borrow().workers;
    let workers = workers.map_or(context.workers, |count| usize::from(count.get()));
    let (readers, reading, position) = if context.streams() {
        let readers = copy::readers(&context.source, workers).await?;
        (readers, copy::Reading::ByChunk, None)
    } else {
        let tables: Vec<TableName> = steps.iter().map(|step| step.shape.source.clone()).collect();
        let read = copy::consistent_read(&context.source, &tables, workers).await?;
        if let Some(reason) = &read.alone {
            context.progress.send(ProgressEvent::Warning {
                message: format!("one reader instead of {workers}: {reason}"),
            });
        }
        settle_snapshot(context, fence, session, &progress, &read).await?;
        (read.readers, copy::Reading::Snapshot, Some(read.position))
    };
    let progress = fence.ledger().progress(session).await?;
    let definitions = definitions(context, fence, session).await?;
    let families = families::inside(context).await?;
    let jobs = jobs(&steps, &progress, (&definitions, &families))?;
    let settings = copy::Settings {
        source: context.source.clone(),
        reading,
        format: format(session).await?,
        size: ChunkSize {
            bytes: CHUNK_BYTES,
            time: context.limits.borrow().chunk_time,
        },
        limits: context.limits.clone(),
        workers,
        budget: ByteBudget::new(BUDGET),
    };
    copy::run(
        fence.clone(),
        context.destination.clone(),
        readers,
        jobs,
        settings,
        context.progress.clone(),
        &context.cancel,
    )
    .await?;
    Ok(position)
}

/// Notes the snapshot of a first run. On a later one, goes on where the source has not moved, and
/// starts the copy over where it has: chunks of two snapshots do not fit together.
async fn settle_snapshot(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
    progress: &BTreeMap<TableName, TableProgress>,
    read: &ConsistentRead,
) -> Result<()> {
    let noted = fence
        .ledger()
        .record(session)
        .await?
        .and_then(|record| record.snapshot);
    let begun = progress
        .values()
        .any(|table| table.state != CopyState::Pending);
    let Some(noted) = noted.filter(|_| begun) else {
        let snapshot = Snapshot {
            generation: 1,
            position: read.position.clone(),
        };
        fence.note_snapshot(session, &snapshot).await?;
        return Ok(());
    };
    if !moved(&noted.position, &read.position) {
        return Ok(());
    }
    let unlike = progress.iter().find(|(_, table)| {
        !table.was_empty && table.state != CopyState::Pending && table.rows_done() > 0
    });
    if let Some((name, _)) = unlike {
        return Err(EngineError::Moved {
            was: noted.position.to_string(),
            now: read.position.to_string(),
            tables: name.plain(),
        });
    }
    context.progress.send(ProgressEvent::Warning {
        message: format!(
            "the source has moved since the snapshot at {} (now {}): the copy starts over; with \
             \"incremental\" among the phases it would go on",
            noted.position, read.position
        ),
    });
    let ids: Vec<u32> = progress.values().map(|table| table.id).collect();
    let snapshot = Snapshot {
        generation: noted.generation + 1,
        position: read.position.clone(),
    };
    fence.start_over(session, &ids, &snapshot).await?;
    Ok(())
}

/// Whether anything was committed between the two. A server without a binlog cannot tell.
fn moved(then: &SourcePosition, now: &SourcePosition) -> bool {
    if then.server_uuid != now.server_uuid {
        return true;
    }
    if !then.gtid_executed.is_empty() && !now.gtid_executed.is_empty() {
        return then.gtid_executed != now.gtid_executed;
    }
    match (&then.binlog, &now.binlog) {
        (Some(then), Some(now)) => then != now,
        (None, _) | (_, None) => true,
    }
}

/// The stream's definition of each table, to which the copy is held.
async fn definitions(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
) -> Result<BTreeMap<TableName, Definition>> {
    if !context.streams() {
        return Ok(BTreeMap::new());
    }
    let known = fence.ledger().definitions(session).await?;
    Ok(known
        .into_iter()
        .map(|one| (one.table.name.clone(), one))
        .collect())
}

/// Beside a stream chunks are of several moments, but for a table that is read as a whole.
fn existing(was_empty: bool, streamed: bool, whole: bool) -> ExistingRows {
    match (was_empty, streamed && !whole) {
        (false, _) => ExistingRows::Keep,
        (true, true) => ExistingRows::Replace,
        (true, false) => ExistingRows::None,
    }
}

fn jobs(
    steps: &[&TableStep],
    progress: &BTreeMap<TableName, TableProgress>,
    (definitions, families): (&BTreeMap<TableName, Definition>, &Families),
) -> Result<Vec<Job>> {
    steps
        .iter()
        .map(|step| {
            let name = &step.shape.destination;
            let progress = progress
                .get(name)
                .ok_or_else(|| EngineError::UnknownTable {
                    table: name.plain(),
                })?;
            let source = &step.shape.source;
            let streamed = definitions.get(source);
            let whole = step.shape.key.is_none() || families::is_whole(families, source, streamed);
            Ok(Job {
                shape: step.shape.clone(),
                existing: existing(progress.was_empty, streamed.is_some(), whole),
                rows: step.rows,
                row_bytes: step.row_bytes(),
                definition: streamed
                    .map(|one| one.table.definition.clone())
                    .unwrap_or_default(),
                progress: progress.clone(),
                whole,
                above: families.above(source),
                after: families.before(source),
            })
        })
        .collect()
}

/// `LOAD DATA LOCAL` where the destination allows it.
async fn format(session: &mut Session) -> Result<Format> {
    let allowed: u8 = session.one("SELECT @@GLOBAL.local_infile").await?;
    Ok(if allowed == 1 {
        Format::Tsv
    } else {
        Format::Values
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::BinlogPosition;

    fn at(gtid: &str, offset: Option<u64>) -> SourcePosition {
        SourcePosition {
            server_uuid: "u".to_owned(),
            gtid_executed: gtid.to_owned(),
            binlog: offset.map(|offset| BinlogPosition {
                file: "b.1".to_owned(),
                offset,
            }),
        }
    }

    #[test]
    fn a_source_that_cannot_tell_counts_as_moved() {
        assert!(!moved(&at("u:1-5", Some(10)), &at("u:1-5", Some(99))));
        assert!(moved(&at("u:1-5", None), &at("u:1-6", None)));
        assert!(!moved(&at("", Some(10)), &at("", Some(10))));
        assert!(moved(&at("", Some(10)), &at("", Some(11))));
        assert!(moved(&at("", None), &at("", None)));
        let mut other = at("u:1-5", None);
        other.server_uuid = "v".to_owned();
        assert!(moved(&at("u:1-5", None), &other));
    }
}
