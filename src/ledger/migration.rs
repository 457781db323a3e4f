//! The row of the migration itself.

use super::{CopyState, Fence, Ledger, LedgerError, Result, tables::FORMAT};
use crate::{
    conn::Session,
    mysql::{Literal, SourcePosition},
};

/// What the ledger knows of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub lineage: String,
    pub spec_hash: String,
    pub source_uuid: String,
    pub phase: String,
    /// Of the state, when it was last noted.
    pub serial: u64,
    pub snapshot: Option<Snapshot>,
}

/// The consistent read that the full copy is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// From 1; raised when the copy had to start over because the source had moved.
    pub generation: u32,
    pub position: SourcePosition,
}

/// Format, lineage, spec hash, source's uuid, phase, serial, generation, position.
type RecordRow = (
    u32,
    String,
    String,
    String,
    String,
    u64,
    u32,
    Option<String>,
);

impl Ledger {
    /// The migration's row; `None` where the ledger does not know it.
    pub async fn record(&self, session: &mut Session) -> Result<Option<Record>> {
        if !self.exists(session).await? {
            return Ok(None);
        }
        let row: Option<RecordRow> = session
            .first(format!(
                "SELECT format, lineage, spec_hash, source_uuid, phase, serial, \
                 snapshot_generation, snapshot_position FROM {} WHERE name = {}",
                self.table("migration"),
                self.migration()
            ))
            .await?;
        let Some((format, lineage, spec_hash, source_uuid, phase, serial, generation, position)) =
            row
        else {
            return Ok(None);
        };
        if format > FORMAT {
            let database = self.database().as_str().to_owned();
            return Err(LedgerError::Newer { database, format });
        }
        let snapshot = match position {
            None => None,
            Some(text) => Some(Snapshot {
                generation,
                position: serde_json::from_str(&text).map_err(|_| LedgerError::Damaged {
                    what: format!("snapshot position {text:?}"),
                })?,
            }),
        };
        Ok(Some(Record {
            lineage,
            spec_hash,
            source_uuid,
            phase,
            serial,
            snapshot,
        }))
    }

    /// Enters a new migration.
    pub async fn enter(&self, session: &mut Session, record: &Record) -> Result<()> {
        session
            .execute(format!(
                "INSERT INTO {} (name, format, lineage, spec_hash, source_uuid, phase, serial, \
                 created_at) VALUES ({}, {FORMAT}, {}, {}, {}, {}, {}, UTC_TIMESTAMP(6))",
                self.table("migration"),
                self.migration(),
                Literal::text(&record.lineage),
                Literal::text(&record.spec_hash),
                Literal::text(&record.source_uuid),
                Literal::text(&record.phase),
                record.serial,
            ))
            .await?;
        Ok(())
    }
}

impl Fence {
    /// Notes the phase that the migration has come to, and the state's serial.
    pub async fn note_phase(&self, session: &mut Session, phase: &str, serial: u64) -> Result<()> {
        self.begin(session).await?;
        session
            .execute(format!(
                "UPDATE {} SET phase = {}, serial = {serial} WHERE name = {}",
                self.ledger().table("migration"),
                Literal::text(phase),
                self.ledger().migration()
            ))
            .await?;
        self.commit(session).await
    }

    /// Notes the plan's hash once a changed plan has been agreed to, and the state's serial.
    pub async fn note_spec(
        &self,
        session: &mut Session,
        spec_hash: &str,
        serial: u64,
    ) -> Result<()> {
        self.begin(session).await?;
        session
            .execute(format!(
                "UPDATE {} SET spec_hash = {}, serial = {serial} WHERE name = {}",
                self.ledger().table("migration"),
                Literal::text(spec_hash),
                self.ledger().migration()
            ))
            .await?;
        self.commit(session).await
    }

    /// Notes the state's serial, so that who has no state file at hand knows it too.
    pub async fn note_serial(&self, session: &mut Session, serial: u64) -> Result<()> {
        self.begin(session).await?;
        session
            .execute(format!(
                "UPDATE {} SET serial = {serial} WHERE name = {}",
                self.ledger().table("migration"),
                self.ledger().migration()
            ))
            .await?;
        self.commit(session).await
    }

    /// Notes the consistent read that the copy is made from.
    pub async fn note_snapshot(&self, session: &mut Session, snapshot: &Snapshot) -> Result<()> {
        self.begin(session).await?;
        self.set_snapshot(session, snapshot).await?;
        self.commit(session).await
    }

    /// Forgets the progress of these tables and marks them to be emptied, with the new snapshot, in
    /// one transaction.
    pub async fn start_over(
        &self,
        session: &mut Session,
        tables: &[u32],
        snapshot: &Snapshot,
    ) -> Result<()> {
        self.begin(session).await?;
        for id in tables {
            self.reset_table(session, *id, CopyState::Emptying).await?;
        }
        self.set_snapshot(session, snapshot).await?;
        self.commit(session).await
    }

    async fn set_snapshot(&self, session: &mut Session, snapshot: &Snapshot) -> Result<()> {
        let position =
            serde_json::to_string(&snapshot.position).map_err(|error| LedgerError::Damaged {
                what: error.to_string(),
            })?;
        session
            .execute(format!(
                "UPDATE {} SET snapshot_generation = {}, snapshot_position = {} WHERE name = {}",
                self.ledger().table("migration"),
                snapshot.generation,
                Literal::text(position),
                self.ledger().migration()
            ))
            .await?;
        Ok(())
    }
}
