//! The source's binlog, from which the stream is read.

use super::{
    INCREMENTAL,
    context::{Check, Context},
    finding::Found,
    grant::{self, Missing},
    privileges::lacking,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "binlog_enabled",
        phases: INCREMENTAL,
        run: binlog_enabled,
    },
    Check {
        id: "binlog_format_row",
        phases: INCREMENTAL,
        run: binlog_format_row,
    },
    Check {
        id: "binlog_row_image_full",
        phases: INCREMENTAL,
        run: binlog_row_image_full,
    },
    Check {
        id: "server_id_set",
        phases: INCREMENTAL,
        run: server_id_set,
    },
    Check {
        id: "source_priv_replication",
        phases: INCREMENTAL,
        run: source_priv_replication,
    },
    Check {
        id: "source_priv_heartbeat",
        phases: INCREMENTAL,
        run: source_priv_heartbeat,
    },
    Check {
        id: "binlog_retention",
        phases: INCREMENTAL,
        run: binlog_retention,
    },
    Check {
        id: "gtid_mode",
        phases: INCREMENTAL,
        run: gtid_mode,
    },
    Check {
        id: "source_durability",
        phases: INCREMENTAL,
        run: source_durability,
    },
    Check {
        id: "binlog_max_size_cap",
        phases: INCREMENTAL,
        run: binlog_max_size_cap,
    },
    Check {
        id: "group_replication_or_galera",
        phases: INCREMENTAL,
        run: group_replication_or_galera,
    },
    Check {
        id: "binlog_row_value_options",
        phases: INCREMENTAL,
        run: binlog_row_value_options,
    },
    Check {
        id: "binlog_transaction_compression",
        phases: INCREMENTAL,
        run: binlog_transaction_compression,
    },
    Check {
        id: "auto_increment_increment",
        phases: INCREMENTAL,
        run: auto_increment_increment,
    },
];

fn binlog_enabled(context: &Context<'_>) -> Vec<Found> {
    Found::fail("the source writes no binlog")
        .why("there is nothing to stream from")
        .remedy("set log_bin in its configuration and restart it")
        .when(context.source_facts().is_on("log_bin") != Some(true))
}

fn binlog_format_row(context: &Context<'_>) -> Vec<Found> {
    let format = context.source_facts().variable("binlog_format");
    let format = format.unwrap_or("ROW");
    Found::fail(format!("the source's binlog_format is {format}"))
        .why("statements do not say which rows they changed")
        .remedy("SET GLOBAL binlog_format = ROW; on the source, and let its clients connect anew")
        .when(!format.eq_ignore_ascii_case("ROW"))
}

fn binlog_row_image_full(context: &Context<'_>) -> Vec<Found> {
    let image = context.source_facts().variable("binlog_row_image");
    let image = image.unwrap_or("FULL");
    Found::fail(format!("the source's binlog_row_image is {image}"))
        .why("a change does not show the whole row")
        .remedy(
            "SET GLOBAL binlog_row_image = FULL; on the source, and let its clients connect anew",
        )
        .when(!image.eq_ignore_ascii_case("FULL"))
}

fn server_id_set(context: &Context<'_>) -> Vec<Found> {
    Found::fail("the source's server_id is 0")
        .why("it refuses whoever wants to read its binlog")
        .remedy("SET GLOBAL server_id = 1; on the source")
        .when(context.source_facts().number::<u64>("server_id") == Some(0))
}

fn source_priv_replication(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let missing: Vec<&str> = ["REPLICATION SLAVE", "REPLICATION CLIENT"]
        .into_iter()
        .filter(|privilege| !facts.grants.globally(privilege))
        .collect();
    Found::fail(format!(
        "the source's account {} lacks {}",
        facts.account,
        missing.join(", ")
    ))
    .why("it may not read the binlog")
    .remedy(grant::global(&missing.join(", "), facts))
    .when(!missing.is_empty())
}

fn source_priv_heartbeat(context: &Context<'_>) -> Vec<Found> {
    let Some(heartbeat) = context.migration.heartbeat() else {
        return Vec::new();
    };
    let facts = context.source_facts();
    let mut missing = Missing::default();
    let needed = ["CREATE", "INSERT", "SELECT", "UPDATE", "DELETE", "DROP"];
    missing.look(facts, &heartbeat.database, &needed, &[]);
    lacking(
        "source",
        facts,
        &missing,
        "incremental.heartbeat writes a row there again and again",
    )
}

const DAY: u64 = 86_400;
/// What a copy of some size and a weekend need.
const ENOUGH: u64 = 3 * DAY;

fn binlog_retention(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let days = facts.number::<u64>("expire_logs_days").unwrap_or(0);
    let seconds = facts
        .number::<u64>("binlog_expire_logs_seconds")
        .filter(|seconds| *seconds > 0)
        .unwrap_or(days * DAY);
    // with a spool the copy needs none of it, only what we may be away
    let spooled = context.migration.spool().is_some();
    let enough = if spooled { DAY } else { ENOUGH };
    // 0: kept until somebody purges them
    if seconds == 0 || seconds >= enough {
        return Vec::new();
    }
    let message = format!("the source keeps its binlogs for {} hours", seconds / 3600);
    let found = if seconds < DAY && !spooled {
        Found::fail(message)
    } else {
        Found::warning(message)
    };
    let statement = if facts.version.at_least(8, 0, 1) {
        format!("SET GLOBAL binlog_expire_logs_seconds = {ENOUGH}; on the source")
    } else {
        format!(
            "SET GLOBAL expire_logs_days = {}; on the source",
            ENOUGH / DAY
        )
    };
    vec![
        found
            .why("a stream that finds its place purged cannot go on, and all is copied again")
            .remedy(statement),
    ]
}

fn gtid_mode(context: &Context<'_>) -> Vec<Found> {
    Found::warning("the source does not number its transactions (gtid_mode)")
        .why("after a failover the stream's place is not known on the new source")
        .remedy("SET GLOBAL gtid_mode = ON, by its steps, or acknowledge it")
        .when(context.source_facts().is_on("gtid_mode") != Some(true))
}

fn source_durability(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let loose = ["sync_binlog", "innodb_flush_log_at_trx_commit"]
        .into_iter()
        .filter(|name| facts.variable(name).is_some_and(|value| value != "1"))
        .map(str::to_owned);
    Found::warning("the source may lose transactions that it has committed, when it crashes")
        .why("the destination may then have what the source no longer has")
        .remedy("set these to 1 on the source")
        .if_any(loose)
}

fn binlog_max_size_cap(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let capped = ["max_binlog_total_size", "binlog_space_limit"]
        .into_iter()
        .filter(|name| facts.number::<u64>(name).is_some_and(|bytes| bytes > 0))
        .map(str::to_owned);
    Found::warning("the source purges binlogs by their size")
        .why("it may purge what the stream has not read yet")
        .remedy("set these to 0 on the source")
        .if_any(capped)
}

fn group_replication_or_galera(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let group = facts
        .variable("group_replication_group_name")
        .is_some_and(|name| !name.is_empty());
    Found::warning("the source is a member of a group")
        .why("when it leaves the group, the stream must go on from another member")
        .remedy("name one member in `source`, with gtid_mode on, and acknowledge it")
        .when(group || facts.is_on("wsrep_on") == Some(true))
}

fn binlog_row_value_options(context: &Context<'_>) -> Vec<Found> {
    let value = context.source_facts().variable("binlog_row_value_options");
    let value = value.unwrap_or_default();
    Found::info(format!("the source's binlog_row_value_options is {value}"))
        .why("changes of JSON values arrive in parts, and are put together from the old value")
        .remedy("nothing needs to be done")
        .when(!value.is_empty())
}

fn binlog_transaction_compression(context: &Context<'_>) -> Vec<Found> {
    let on = context
        .source_facts()
        .is_on("binlog_transaction_compression");
    Found::info("the source compresses its transactions (binlog_transaction_compression)")
        .why("each is unpacked as a whole, so a large one needs its size in memory")
        .remedy("nothing needs to be done while transactions are small")
        .when(on == Some(true))
}

fn auto_increment_increment(context: &Context<'_>) -> Vec<Found> {
    let (source, destination) = (context.source_facts(), context.destination_facts());
    let different = ["auto_increment_increment", "auto_increment_offset"]
        .into_iter()
        .filter(|name| source.variable(name) != destination.variable(name))
        .map(str::to_owned);
    Found::warning("the servers step AUTO_INCREMENT values in different ways")
        .why("after the switch new rows may get numbers that another primary gives too")
        .remedy("set these alike before the switch")
        .if_any(different)
}
