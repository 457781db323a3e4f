//! A state made again from what the ledger knows, for when its file was lost or is elsewhere.

use super::{error::Result, journal};
use crate::{
    conn::Session,
    ledger::{Ledger, LedgerError, Record},
    plan::frozen,
    state::{Lineage, NotALineage, NotAPhase, PhaseName, ServerIdentity, State, TableProgress},
};

/// Which servers they are, as far as it can be told from here.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    pub migration: &'a str,
    /// Where the source is reached, and its version where it answers.
    pub source_address: String,
    pub source_version: Option<String>,
    pub destination_address: String,
}

/// The state by the ledger: lineage, serial, phase, position, and how far every table is; `None`
/// where the ledger does not know the migration. `session` is one on the destination.
///
/// # Errors
/// A ledger that cannot be read, or that somebody has changed.
pub async fn state(
    ledger: &Ledger,
    session: &mut Session,
    known: &Known<'_>,
) -> Result<Option<State>> {
    let Some(record) = ledger.record(session).await? else {
        return Ok(None);
    };
    let (destination_uuid, version): (String, String) = session
        .one("SELECT @@GLOBAL.server_uuid, @@GLOBAL.version")
        .await?;
    let followed = ledger.stream(session).await?;
    // another server may have taken its place since
    let follows = followed
        .as_ref()
        .map(|row| row.position.server_uuid.clone());
    let source = ServerIdentity {
        server_uuid: follows
            .filter(|uuid| !uuid.is_empty())
            .unwrap_or_else(|| record.source_uuid.clone()),
        version: known
            .source_version
            .clone()
            .unwrap_or_else(|| "unknown".to_owned()),
        address: known.source_address.clone(),
    };
    let destination = ServerIdentity {
        server_uuid: destination_uuid,
        version,
        address: known.destination_address.clone(),
    };
    let (lineage, phase) = standing(&record)?;
    let mut state = State::planned(
        lineage,
        known.migration,
        record.spec_hash.clone(),
        source,
        destination,
    );
    let mut sources = frozen::sources(&ledger.fixed(session).await?);
    for (name, progress) in ledger.progress(session).await? {
        let copied = (progress.rows_done(), progress.bytes_done());
        let mut table = TableProgress::pending(name.clone(), copied.0, copied.1);
        journal::mirror_table(&mut table, &progress);
        let source = sources.remove(&name).unwrap_or(name);
        state.add_table(source, table);
    }
    let followed = followed.map(|row| row.position.position());
    state.set_position(followed.or(record.snapshot.map(|snapshot| snapshot.position)));
    Ok(Some(state.found_in_ledger(phase, record.serial)))
}

fn standing(record: &Record) -> Result<(Lineage, PhaseName)> {
    let damaged = |what: String| LedgerError::Damaged { what };
    let lineage = record.lineage.parse();
    let lineage = lineage.map_err(|error: NotALineage| damaged(error.to_string()))?;
    let phase = record.phase.parse();
    let phase = phase.map_err(|error: NotAPhase| damaged(error.to_string()))?;
    Ok((lineage, phase))
}
