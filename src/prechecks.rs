//! Judges what was found: an inspection and a migration come in, findings go out, all of them, in
//! a fixed order. Pure.
//!
//! Each check has an id that is never changed, the phases it applies to, and a function; a file
//! holds the checks of one subject. To add one: write the function, add it to its file's table.

mod accounts;
mod acknowledge;
mod activity;
mod binlog;
mod binlog_settings;
mod bodies;
mod carried;
mod cascades;
mod columns;
mod conflicts;
mod context;
mod dependencies;
mod destination;
mod engines;
mod features;
mod finding;
mod foreign_keys;
mod grant;
mod inventory;
mod keys;
mod leftovers;
mod limits;
mod load;
mod mentions;
mod names;
mod objects;
mod online_ddl;
mod partitions;
mod privileges;
mod rehearsal;
mod retired;
mod rows;
mod selection;
mod servers;
mod session_settings;
mod settings;
mod source;
mod stream;
#[cfg(test)]
pub(crate) mod tests;
mod types;
mod volume;

pub use acknowledge::Accepted;
pub use context::Ours;
pub use finding::{Finding, Findings, Severity};
pub use rehearsal::rehearsed;

use context::{Check, Context};

use crate::{
    catalog::Inspection,
    resolve::{Migration, Phase},
};

/// In the order in which findings of one severity are shown.
const TABLES: &[&[Check]] = &[
    servers::CHECKS,
    selection::CHECKS,
    rows::CHECKS,
    privileges::source::CHECKS,
    privileges::destination::CHECKS,
    destination::CHECKS,
    conflicts::CHECKS,
    names::CHECKS,
    features::CHECKS,
    limits::CHECKS,
    partitions::CHECKS,
    foreign_keys::CHECKS,
    bodies::CHECKS,
    objects::CHECKS,
    leftovers::CHECKS,
    carried::CHECKS,
    inventory::CHECKS,
    accounts::CHECKS,
    dependencies::CHECKS,
    mentions::CHECKS,
    binlog::CHECKS,
    cascades::CHECKS,
    stream::CHECKS,
    keys::CHECKS,
    engines::CHECKS,
    settings::CHECKS,
    source::CHECKS,
    activity::CHECKS,
    load::CHECKS,
    online_ddl::CHECKS,
];

/// What the destination reads in another way: only information, and only where
/// `schema.assessment` asks for it.
const ASSESSMENT: &[&[Check]] = &[
    bodies::ASSESSMENT,
    columns::ASSESSMENT,
    settings::ASSESSMENT,
    inventory::ASSESSMENT,
    volume::ASSESSMENT,
    session_settings::ASSESSMENT,
    load::ASSESSMENT,
    stream::ASSESSMENT,
    binlog_settings::ASSESSMENT,
    carried::ASSESSMENT,
    leftovers::ASSESSMENT,
    retired::ASSESSMENT,
];

/// Runs every check that applies to the migration's phases. `ours` is what the ledger says this
/// migration made on the destination: it is never in its own way.
/// `accepted` is what acknowledgements covered before.
pub fn run(
    migration: &Migration,
    inspection: &Inspection,
    ours: &Ours,
    accepted: &Accepted,
) -> Findings {
    let context = Context::new(migration, inspection, ours);
    let mut findings = Findings::default();
    // a server that is refused was not looked at, so nothing else can be said
    for check in servers::FLAVOR
        .iter()
        .filter(|check| applies(check, migration))
    {
        findings.add(check.id, (check.run)(&context));
    }
    if !findings.failed() {
        let assessed = if migration.schema().assessment {
            ASSESSMENT
        } else {
            &[]
        };
        let all = TABLES.iter().chain(assessed).flat_map(|table| table.iter());
        for check in all.filter(|check| applies(check, migration)) {
            findings.add(check.id, (check.run)(&context));
        }
        acknowledge::apply(&context, accepted, &mut findings);
    }
    findings.sort();
    findings
}

fn applies(check: &Check, migration: &Migration) -> bool {
    check
        .phases
        .iter()
        .any(|phase| migration.phases().has(*phase))
}

const SCHEMA: &[Phase] = &[Phase::Schema];
const FULL: &[Phase] = &[Phase::Full];
const INCREMENTAL: &[Phase] = &[Phase::Incremental];
const ROWS: &[Phase] = &[Phase::Full, Phase::Incremental];
const ALWAYS: &[Phase] = &Phase::ALL;
