//! What `plan`, `apply` and `verify` begin with: both servers inspected, checked and planned.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::servers::Servers;
use crate::{
    catalog::Inspection,
    cli::failure::Failure,
    clock::{Clock, SystemClock},
    engine::prepare::{self, Found},
    mysql::TableName,
    plan, prechecks,
    report::{FindingLine, PlanReport, Standing},
    resolve::{MappedNames, Migration},
    state::State,
    units::Bytes,
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
    replacing(migration, servers, state, &BTreeSet::new()).await
}

/// The same, with tables of the source that are to be dropped and copied again.
pub async fn replacing(
    migration: &Migration,
    servers: &Servers,
    state: Option<&State>,
    replaced: &BTreeSet<TableName>,
) -> Result<Prepared, Failure> {
    let now = SystemClock.now();
    let Servers {
        source,
        destination,
        ledger,
    } = servers;
    let started = Instant::now();
    let found = prepare::look(migration, source, destination, ledger, state, replaced, now).await?;
    let Found {
        inspection,
        begun,
        read_rate,
    } = found;
    let looked = milliseconds(started);
    let started = Instant::now();
    let findings = prechecks::run(migration, &inspection, &begun.objects, &accepted(state));
    let judged = milliseconds(started);
    let started = Instant::now();
    let plan = plan::build(migration, &inspection, &begun);
    tracing::info!(
        tables = plan.tables.len(),
        inspected_in_ms = looked,
        judged_in_ms = judged,
        planned_in_ms = milliseconds(started),
        "inspected, checked and planned"
    );
    let duration =
        read_rate.map(|rate| expected(plan.tables.iter().map(|step| step.bytes).sum(), rate));
    let names = migration.mapping().names(
        inspection.source.facts.lower_case(),
        inspection.destination.facts.lower_case(),
    );
    Ok(Prepared {
        report: PlanReport::new(
            plan,
            findings
                .findings
                .into_iter()
                .map(FindingLine::from)
                .collect(),
            findings.passed.into_iter().map(str::to_owned).collect(),
            duration,
        )
        .standing_at(state.and_then(Standing::of)),
        inspection,
        names,
    })
}

/// What the warnings named that this migration has accepted.
fn accepted(state: Option<&State>) -> prechecks::Accepted {
    let mut accepted = prechecks::Accepted::default();
    for known in state.map_or(&[][..], State::acknowledgements) {
        accepted.add(&known.check, &known.reason, &known.objects);
    }
    accepted
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// How long reading so many bytes takes, rounded up to whole minutes: a sample tells no more, and
/// the same servers are to give the same plan.
fn expected(bytes: u64, rate: Bytes) -> Duration {
    const MINUTE: u64 = 60;
    let seconds = bytes / rate.0.max(1);
    Duration::from_secs((seconds / MINUTE + 1) * MINUTE)
}
