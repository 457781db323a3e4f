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
    Check {
        id: "explicit_defaults_for_timestamp",
        phases: SCHEMA,
        run: explicit_defaults_for_timestamp,
    },
    Check {
        id: "foreign_key_checks_global",
        phases: SCHEMA,
        run: foreign_key_checks_global,
    },
    Check {
        id: "max_connect_errors",
        phases: ROWS,
        run: max_connect_errors,
    },
    Check {
        id: "destination_tmp_and_log_space",
        phases: ROWS,
        run: destination_tmp_and_log_space,
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

fn explicit_defaults_for_timestamp(context: &Context<'_>) -> Vec<Found> {
    const NAME: &str = "explicit_defaults_for_timestamp";
    let (source, destination) = (context.source_facts(), context.destination_facts());
    let (Some(from), Some(to)) = (source.is_on(NAME), destination.is_on(NAME)) else {
        return Vec::new();
    };
    if from == to {
        return Vec::new();
    }
    let word = |on: bool| if on { "ON" } else { "OFF" };
    let tables = context.selected().tables().filter(|table| {
        let mut columns = table.columns.iter();
        columns.any(|column| column.data_type == "timestamp")
    });
    Found::info(format!(
        "{NAME} is {} on the source and {} on the destination",
        word(from),
        word(to)
    ))
    .why(
        "what the source filled in is written out in the tables' definitions; the application's \
         own CREATE TABLE and NULLs in INSERT mean other things",
    )
    .remedy("write DEFAULT and NULL of TIMESTAMP columns in the application's statements")
    .if_any(tables.map(|table| table.name.plain()))
}

fn foreign_key_checks_global(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let off = ["foreign_key_checks", "unique_checks"]
        .into_iter()
        .filter(|name| facts.is_on(name) == Some(false))
        .map(str::to_owned);
    Found::info("the destination does not check rows in new sessions")
        .why("our sessions set what they need; the application could write orphans or duplicates")
        .remedy("SET GLOBAL foreign_key_checks = ON, unique_checks = ON; before the switch")
        .if_any(off)
}

fn max_connect_errors(context: &Context<'_>) -> Vec<Found> {
    const FEW: u64 = 10;
    let servers = [
        (Role::Source, context.source_facts()),
        (Role::Destination, context.destination_facts()),
    ];
    let low = servers.into_iter().filter_map(|(role, facts)| {
        let limit = facts.number::<u64>("max_connect_errors")?;
        (limit < FEW).then(|| format!("{} ({limit})", role.as_str()))
    });
    Found::info("a server shuts a host out after few connections that were broken off")
        .why("an unsteady network could so end the migration with error 1129")
        .remedy(
            "SET GLOBAL max_connect_errors = 100; TRUNCATE performance_schema.host_cache lets \
                 a host in again",
        )
        .if_any(low)
}

fn destination_tmp_and_log_space(context: &Context<'_>) -> Vec<Found> {
    const MUCH: u64 = 1 << 30;
    let logs = context.destination_facts().is_on("log_bin") == Some(true);
    let tables = context.selected().tables();
    let bytes: u64 = tables.map(|table| table.data_length).sum();
    Found::info(format!(
        "the destination writes the copy into its binlog too, {} or more",
        crate::units::Bytes(bytes).rounded()
    ))
    .why("it takes that space for as long as binlogs are kept, and makes the copy slower")
    .remedy("set destination.write_binlog = false, where nothing reads the destination's binlog")
    .when(logs && context.migration.write_binlog() && bytes > MUCH)
}
