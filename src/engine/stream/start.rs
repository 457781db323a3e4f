//! A start that somebody else's copy gives, whether the source can serve it; and the order of those
//! of tables that are copied beside the stream.

use std::collections::BTreeSet;

use super::{
    super::{Context, error::Result},
    IncrementalError, checkpoint,
};
use crate::{
    conn::Session,
    inspect,
    mysql::{BinlogPosition, Checkpoint, GtidSet, TableName},
    plan::TableStep,
};

/// The given place, as one of this source.
///
/// # Errors
/// [`IncrementalError::Start`] where the source was never there, or has purged what lies behind.
pub(super) async fn given(source: &mut Session, from: &Checkpoint) -> Result<Checkpoint> {
    let position = inspect::position(source).await?;
    let now = checkpoint(&position)?;
    let reason = match &from.binlog {
        Some(binlog) => by_file(source, binlog, now.binlog.as_ref()).await?,
        None => by_set(source, &from.gtids, &now).await?,
    };
    if let Some(reason) = reason {
        let start = from.to_string();
        return Err(IncrementalError::Start { start, reason }.into());
    }
    Ok(Checkpoint {
        server_uuid: now.server_uuid,
        ..from.clone()
    })
}

async fn by_set(source: &mut Session, set: &GtidSet, now: &Checkpoint) -> Result<Option<String>> {
    if !now.by_gtid {
        let reason = "the source does not number its transactions (gtid_mode)";
        return Ok(Some(reason.to_owned()));
    }
    let ahead = set.minus(&now.gtids);
    if !ahead.is_empty() {
        return Ok(Some(format!("the source has not executed {ahead}")));
    }
    let (purged,): (String,) = source.one("SELECT @@GLOBAL.gtid_purged").await?;
    // it is the server's own text
    let purged: GtidSet = purged.parse().unwrap_or_default();
    let gone = purged.minus(set);
    Ok((!gone.is_empty()).then(|| format!("the source has purged {gone}")))
}

async fn by_file(
    source: &mut Session,
    at: &BinlogPosition,
    now: Option<&BinlogPosition>,
) -> Result<Option<String>> {
    if now.is_none() {
        return Err(IncrementalError::NoBinlog.into());
    }
    let files: Vec<mysql_async::Row> = source.rows("SHOW BINARY LOGS").await?;
    let size = files.iter().find_map(|row| {
        let name: String = row.get(0)?;
        (name == at.file).then(|| row.get::<u64, _>(1))?
    });
    Ok(match size {
        None => Some(format!("the source has no binlog file {}", at.file)),
        // the last file may have grown since
        Some(size) if at.offset > size && now.is_none_or(|now| now.file != at.file) => {
            Some(format!("{} has {size} bytes", at.file))
        }
        Some(_) => None,
    })
}

/// A start that was noted stays.
///
/// # Errors
/// [`IncrementalError::Start`] where the specification says another one by now.
pub(super) fn unchanged(noted: &Checkpoint, given: Option<&Checkpoint>) -> Result<()> {
    let Some(given) = given else {
        return Ok(());
    };
    let same = match &given.binlog {
        Some(binlog) => noted.binlog.as_ref() == Some(binlog),
        None => noted.gtids == given.gtids,
    };
    if same {
        return Ok(());
    }
    Err(IncrementalError::Start {
        start: given.to_string(),
        reason: format!("it has started at {noted}, and rows were written since"),
    }
    .into())
}

/// The start of a child lies behind its parent's: what the engine did to its rows while the parent was
/// not read yet must be in what is read of it.
pub(super) fn parents_first(context: &Context) -> Vec<&TableStep> {
    let mut waiting: Vec<&TableStep> = context.plan.tables.iter().collect();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let names: BTreeSet<&TableName> = waiting.iter().map(|step| &step.shape.source).collect();
        let has_parent = |step: &&TableStep| {
            let table = context.source_tables.get(&step.shape.source);
            table.is_some_and(|table| {
                let parents = table.foreign_keys.iter().map(|key| &key.parent);
                parents
                    .filter(|parent| **parent != table.name)
                    .any(|parent| names.contains(parent))
            })
        };
        let (later, next): (Vec<_>, Vec<_>) = waiting.iter().copied().partition(has_parent);
        if next.is_empty() {
            // a circle
            ordered.extend(later);
            break;
        }
        ordered.extend(next);
        waiting = later;
    }
    ordered
}
