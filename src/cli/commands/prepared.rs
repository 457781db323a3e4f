//! What `plan`, `apply` and `verify` begin with: both servers inspected, checked and planned.

use super::servers::Servers;
use crate::{
    catalog::Catalog,
    cli::failure::Failure,
    clock::{Clock, SystemClock},
    engine::prepare,
    plan,
    report::PlanReport,
    resolve::{MappedNames, Migration},
    state::State,
};

/// What was found, and what follows from it.
pub struct Prepared {
    pub report: PlanReport,
    /// The selected part of the source.
    pub source: Catalog,
    pub names: MappedNames,
}

/// Inspects both servers, judges, and plans. Nothing is written.
pub async fn prepare(
    migration: &Migration,
    servers: &Servers,
    state: Option<&State>,
) -> Result<Prepared, Failure> {
    let found = prepare::look(
        migration,
        &servers.source,
        &servers.destination,
        &servers.ledger,
        state,
        SystemClock.now(),
    )
    .await?;
    let plan = plan::build(migration, &found.inspection, &found.begun);
    let source = found.inspection.source;
    let destination = found.inspection.destination.facts;
    let names = migration.mapping().names(source.facts.lower_case(), destination.lower_case());
    Ok(Prepared {
        report: PlanReport::new(plan, Vec::new(), Vec::new(), None),
        source: source.catalog,
        names,
    })
}
