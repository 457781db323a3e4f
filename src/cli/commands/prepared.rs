//! What `plan`, `apply` and `verify` begin with: both servers inspected, checked and planned.

use super::servers::Servers;
use crate::{
    catalog::Inspection,
    cli::failure::Failure,
    clock::{Clock, SystemClock},
    conn::{Purpose, Session},
    engine::EngineError,
    inspect::inspect,
    ledger::Ledger,
    plan::{self, Begun},
    report::PlanReport,
    resolve::{MappedNames, Migration},
    state::State,
};

/// What was found, and what follows from it.
pub struct Prepared {
    pub report: PlanReport,
    pub inspection: Inspection,
    pub names: MappedNames,
}

/// Inspects both servers, judges, and plans. Nothing is written.
pub async fn prepare(
    migration: &Migration,
    servers: &Servers,
    state: Option<&State>,
) -> Result<Prepared, Failure> {
    let mut source = servers.source.session(Purpose::Inspect).await?;
    let mut destination = servers.destination.session(Purpose::Inspect).await?;
    let now = SystemClock.now();
    let inspection = inspect(&mut source, &mut destination, migration, now).await?;
    let begun = begun(&servers.ledger, &mut destination, state).await;
    let begun = begun.map_err(EngineError::from)?;
    source.close().await;
    destination.close().await;
    let plan = plan::build(migration, &inspection, &begun);
    let names = migration.mapping().names(
        inspection.source.facts.lower_case(),
        inspection.destination.facts.lower_case(),
    );
    Ok(Prepared {
        report: PlanReport::new(plan, Vec::new(), Vec::new(), None),
        inspection,
        names,
    })
}

/// What earlier runs did: by the state, and by the ledger where the file is not at hand.
async fn begun(
    ledger: &Ledger,
    destination: &mut Session,
    state: Option<&State>,
) -> crate::ledger::Result<Begun> {
    let Some(record) = ledger.record(destination).await? else {
        return Ok(Begun {
            lineage: state.map(|state| state.lineage().to_string()),
            serial: state.map_or(0, State::serial),
            ..Begun::default()
        });
    };
    let objects = ledger.objects(destination).await?;
    Ok(Begun {
        lineage: Some(record.lineage),
        serial: state.map_or(0, State::serial),
        objects: objects
            .into_keys()
            .map(|key| (key.kind, key.name))
            .collect(),
    })
}
