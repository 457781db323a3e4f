//! What else goes on at the two servers, and how far away they are.

use super::{
    FULL, ROWS,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::Activity,
    mysql::{Names, Role},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "second_destination_writer",
    phases: ROWS,
    run: second_destination_writer,
}];

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "cdc_reader_rtt",
        phases: ROWS,
        run: cdc_reader_rtt,
    },
    Check {
        id: "source_load",
        phases: FULL,
        run: source_load,
    },
];

fn second_destination_writer(context: &Context<'_>) -> Vec<Found> {
    let written = context.destination.activity.written_tables.known();
    let Some(written) = written.filter(|written| !written.is_empty()) else {
        return Vec::new();
    };
    let ours = context.selected().tables().filter_map(|table| {
        let there = context.names.table(&table.name);
        let mut others = written.iter();
        let (name, user) = others.find(|(name, _)| context.same_there(name, &there))?;
        Some(format!("{} (by {user})", name.plain()))
    });
    Found::warning("somebody else writes to these tables of the destination")
        .why("a row of his may meet one of the source's, and `verify` shows what differs")
        .remedy("stop whoever writes there until the migration is finished")
        .if_any(ours)
}

/// In microseconds; on one machine or in one building it is far less.
const FAR: u64 = 5_000;

fn cdc_reader_rtt(context: &Context<'_>) -> Vec<Found> {
    let far = |role: Role, activity: &Activity| {
        let micros = activity.round_trip.unwrap_or(0);
        Found::info(format!(
            "an answer of the {} takes {} ms",
            role.as_str(),
            micros / 1000
        ))
        .why("whatever asks often is slowed by it: small chunks, many small transactions")
        .remedy("run cutover near the destination, with the longer way to the source")
        .when(micros > FAR)
    };
    let mut found = far(Role::Source, &context.source.activity);
    found.extend(far(Role::Destination, &context.destination.activity));
    found
}

fn source_load(context: &Context<'_>) -> Vec<Found> {
    const MANY: u64 = 32;
    let running = context.source_facts().status.get("Threads_running");
    let running = running.copied().unwrap_or(0);
    Found::info(format!("{running} statements run on the source at once"))
        .why("the copy's readers take their share of a server that is busy")
        .remedy("set limits.full.workers lower, or copy when there is less to do")
        .when(running >= MANY)
}
