//! Settings that our own sessions do without, and the application's may not.

use super::{
    FULL, ROWS, SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::mysql::Role;

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "max_execution_time",
        phases: FULL,
        run: max_execution_time,
    },
    Check {
        id: "transaction_isolation",
        phases: FULL,
        run: transaction_isolation,
    },
    Check {
        id: "destination_durability",
        phases: ROWS,
        run: destination_durability,
    },
    Check {
        id: "default_collation_utf8mb4",
        phases: SCHEMA,
        run: default_collation_utf8mb4,
    },
    Check {
        id: "account_default_auth",
        phases: SCHEMA,
        run: account_default_auth,
    },
];

fn max_execution_time(context: &Context<'_>) -> Vec<Found> {
    let limit = context.source_facts().number::<u64>("max_execution_time");
    let limit = limit.unwrap_or(0);
    Found::info(format!(
        "the source ends SELECT statements after {limit} ms (max_execution_time)"
    ))
    .why("our sessions have no such limit; the application has it on the source, and not there")
    .remedy("set the same on the destination before the switch, if it is wanted")
    .when(limit > 0)
}

fn transaction_isolation(context: &Context<'_>) -> Vec<Found> {
    let of = |facts: &crate::catalog::ServerFacts| {
        ["transaction_isolation", "tx_isolation"]
            .iter()
            .find_map(|name| facts.variable(name))
            .unwrap_or_default()
            .to_owned()
    };
    let (source, destination) = (of(context.source_facts()), of(context.destination_facts()));
    Found::info(format!(
        "transaction_isolation is {destination} on the destination, {source} on the source"
    ))
    .why("our sessions set what they need; the application's see each other in another way")
    .remedy("set the same on the destination before the switch")
    .when(source != destination)
}

fn destination_durability(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let loose = ["sync_binlog", "innodb_flush_log_at_trx_commit"]
        .into_iter()
        .filter(|name| facts.variable(name).is_some_and(|value| value != "1"))
        .map(str::to_owned);
    Found::info("the destination may lose the last transactions when its machine crashes")
        .why("rows and our ledger are lost together, so that the migration goes on exactly")
        .remedy("that is quick for the copy; set these to 1 before the switch")
        .if_any(loose)
}

fn default_collation_utf8mb4(context: &Context<'_>) -> Vec<Found> {
    const NAME: &str = "default_collation_for_utf8mb4";
    let of = |facts: &crate::catalog::ServerFacts| {
        let old = || "utf8mb4_general_ci".to_owned();
        facts.variable(NAME).map_or_else(old, str::to_owned)
    };
    let (source, destination) = (of(context.source_facts()), of(context.destination_facts()));
    Found::info(format!(
        "utf8mb4 without a collation means {destination} on the destination, {source} on the source"
    ))
    .why("what is carried has its collation written; literals and new tables compare otherwise")
    .remedy("write COLLATE where the application creates tables, or joins them with others")
    .when(source != destination)
}

fn account_default_auth(context: &Context<'_>) -> Vec<Found> {
    if context.source.accounts.found.is_empty() {
        return Vec::new();
    }
    let facts = context.destination_facts();
    let caching = facts.version.at_least(8, 0, 4);
    let old = !context.source_facts().version.at_least(8, 0, 4);
    Found::info(format!(
        "accounts that are made on the {} without a plugin get caching_sha2_password",
        Role::Destination.as_str()
    ))
    .why("clients from before 8.0 cannot log in by it")
    .remedy("bring the application's driver up to date before the switch")
    .when(caching && old)
}
