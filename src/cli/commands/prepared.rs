//! What `plan`, `apply` and `verify` begin with: both servers inspected, checked and planned.

use super::{not_yet, servers::Servers};
use crate::{
    catalog::Catalog, cli::failure::Failure, report::PlanReport, resolve::Migration, state::State,
};

/// What was found, and what follows from it.
pub struct Prepared {
    pub report: PlanReport,
    /// The selected part of the source.
    pub source: Catalog,
}

/// Inspects both servers, judges, and plans. Nothing is written.
#[expect(clippy::unused_async, reason = "inspecting waits for servers")]
pub async fn prepare(
    migration: &Migration,
    servers: &Servers,
    state: Option<&State>,
) -> Result<Prepared, Failure> {
    let _ = (migration, servers, state);
    Err(not_yet("plan").into())
}
