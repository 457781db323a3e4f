//! Both servers, and where a migration stands by its state file or by the ledger.

use crate::{
    cli::{
        failure::{Failure, Problem},
        settings::random_bits,
    },
    conn::{Connector, Purpose},
    engine::EngineError,
    ledger::Ledger,
    mysql::Role,
    plan::Plan,
    resolve::Migration,
    state::{Lineage, PhaseName, ServerIdentity, State},
};

/// Ways to connect to both; nothing is connected yet.
pub struct Servers {
    pub source: Connector,
    pub destination: Connector,
    pub ledger: Ledger,
}

impl Servers {
    /// Reads passwords and certificates.
    pub async fn new(migration: &Migration) -> Result<Self, Failure> {
        let destination = Connector::new(Role::Destination, migration.destination()).await?;
        Ok(Self {
            source: Connector::new(Role::Source, migration.source()).await?,
            destination: if migration.write_binlog() {
                destination
            } else {
                destination.without_binlog()
            },
            ledger: Ledger::new(migration.metadata_database().clone(), migration.name()),
        })
    }

    /// The migration's lineage and phase by the ledger, for when the state file was lost.
    pub async fn known_to_ledger(&self) -> Result<Option<(Lineage, PhaseName)>, Failure> {
        let mut session = self.destination.session(Purpose::Inspect).await?;
        let found = self.ledger.record(&mut session).await;
        session.close().await;
        let Some(record) = found.map_err(EngineError::from)? else {
            return Ok(None);
        };
        let damaged = |what: String| {
            Problem::error(
                "cutover::ledger::damaged",
                format!("the ledger on the destination cannot be used: {what}"),
            )
            .help("somebody has changed the metadata database; begin again on an empty destination")
        };
        let lineage = record.lineage.parse();
        let lineage = lineage.map_err(|error: crate::state::model::NotALineage| {
            damaged(error.to_string())
        })?;
        let phase = record.phase.parse();
        let phase =
            phase.map_err(|error: crate::state::NotAPhase| damaged(error.to_string()))?;
        Ok(Some((lineage, phase)))
    }
}

fn identity(server: &crate::plan::ServerLine) -> ServerIdentity {
    ServerIdentity {
        server_uuid: server.server_uuid.clone(),
        version: server.version.clone(),
        address: server.address.clone(),
    }
}

/// The state of a migration that has none: new, or what the ledger still knows.
pub fn first_state(plan: &Plan, known: Option<(Lineage, PhaseName)>) -> Result<State, Failure> {
    let lineage = match known {
        Some((lineage, _)) => lineage,
        None => Lineage::from_bits(random_bits()?),
    };
    let state = State::planned(
        lineage,
        plan.migration.clone(),
        plan.base.spec_hash.clone(),
        identity(&plan.source),
        identity(&plan.destination),
    );
    Ok(match known.and_then(|(_, phase)| phase.phase()) {
        Some(phase) => state.found_in_ledger(phase),
        None => state,
    })
}
