//! What the servers are doing, and how they replicate. What could not be asked is said, and never
//! counts as passed.

use super::{
    ALWAYS, INCREMENTAL, ROWS,
    context::{Check, Context},
    finding::Found,
    grant,
};
use crate::{
    catalog::Answer,
    mysql::{Ident, Names as _},
    resolve::Phase,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "xa_prepared",
        phases: INCREMENTAL,
        run: xa_prepared,
    },
    Check {
        id: "binlog_do_db",
        phases: INCREMENTAL,
        run: binlog_do_db,
    },
    Check {
        id: "binlog_list_complete",
        phases: INCREMENTAL,
        run: binlog_list_complete,
    },
    Check {
        id: "binlog_session_format",
        phases: INCREMENTAL,
        run: binlog_session_format,
    },
    Check {
        id: "server_id_collision",
        phases: INCREMENTAL,
        run: server_id_collision,
    },
    Check {
        id: "aurora_reader",
        phases: INCREMENTAL,
        run: aurora_reader,
    },
    Check {
        id: "log_slave_updates_on_replica",
        phases: INCREMENTAL,
        run: log_slave_updates_on_replica,
    },
    Check {
        id: "replica_filters",
        phases: INCREMENTAL,
        run: replica_filters,
    },
    Check {
        id: "replica_lag",
        phases: ROWS,
        run: replica_lag,
    },
    Check {
        id: "destination_single_writer",
        phases: ROWS,
        run: destination_single_writer,
    },
    Check {
        id: "migration_overlap",
        phases: ALWAYS,
        run: migration_overlap,
    },
    Check {
        id: "long_transactions",
        phases: ROWS,
        run: long_transactions,
    },
    Check {
        id: "metadata_lock_wait",
        phases: ROWS,
        run: metadata_lock_wait,
    },
    Check {
        id: "clock_skew",
        phases: INCREMENTAL,
        run: clock_skew,
    },
    Check {
        id: "undo_history",
        phases: ROWS,
        run: undo_history,
    },
];

/// A question that the source refused.
fn unasked<T>(
    context: &Context<'_>,
    answer: &Answer<T>,
    what: &str,
    privilege: &str,
) -> Vec<Found> {
    let facts = context.source_facts();
    answer
        .refused()
        .map(|reason| {
            Found::warning(format!("{what} could not be seen: {reason}"))
                .why("it was not checked, which is not the same as passed")
                .remedy(grant::global(privilege, facts))
        })
        .into_iter()
        .collect()
}

fn xa_prepared(context: &Context<'_>) -> Vec<Found> {
    // behind its start the stream has the rows of all that is prepared
    if context.source.activity.place.known().is_some() {
        return Vec::new();
    }
    let answer = &context.source.activity.prepared;
    let mut found = unasked(
        context,
        answer,
        "prepared transactions of the source",
        "XA_RECOVER_ADMIN",
    );
    let names = answer.known().into_iter().flatten().cloned();
    found.extend(
        Found::fail("the source has prepared transactions (XA RECOVER)")
            .why("their rows are in no place of the stream that could be started from")
            .remedy("XA COMMIT or XA ROLLBACK each of them on the source")
            .if_any(names),
    );
    found
}

fn binlog_do_db(context: &Context<'_>) -> Vec<Found> {
    let Some(status) = context.source.activity.binlog.known() else {
        // its privilege is asked for by source_priv_replication
        return Vec::new();
    };
    let without = context
        .selected()
        .databases
        .keys()
        .map(Ident::as_str)
        .filter(|name| {
            let listed = |list: &[String]| list.iter().any(|one| one == name);
            (!status.only.is_empty() && !listed(&status.only)) || listed(&status.without)
        });
    Found::fail("the source leaves databases out of its binlog")
        .why("what is written to them never reaches the stream")
        .remedy("take binlog_do_db and binlog_ignore_db out of its configuration, and restart it")
        .if_any(without.map(str::to_owned))
}

fn binlog_list_complete(context: &Context<'_>) -> Vec<Found> {
    let activity = &context.source.activity;
    let (Some(status), Some(files)) = (activity.binlog.known(), activity.binlogs.known()) else {
        return Vec::new();
    };
    let incomplete = !status.file.is_empty() && !files.contains(&status.file);
    Found::fail(format!(
        "the source writes {}, which its own list of binlogs does not have",
        status.file
    ))
    .why("a stream reads the files of that list alone")
    .remedy("FLUSH BINARY LOGS; on the source, and look at SHOW BINARY LOGS again")
    .when(incomplete)
}

fn binlog_session_format(context: &Context<'_>) -> Vec<Found> {
    let answer = &context.source.activity.statement_sessions;
    // a stream stops loudly at a statement; that it could not be seen beforehand loses nothing
    let count = answer.known().copied().unwrap_or(0);
    Found::warning(format!(
        "{count} sessions on the source write statements instead of rows"
    ))
    .why("the stream stops at the first such statement on a selected table")
    .remedy("let those clients connect anew, after SET GLOBAL binlog_format = ROW;")
    .when(count > 0)
}

fn server_id_collision(context: &Context<'_>) -> Vec<Found> {
    let ours = context.migration.server_id();
    let taken = context.source.activity.replica_ids.known();
    let taken = taken.is_some_and(|ids| ids.contains(&ours));
    Found::warning(format!(
        "a replica of the source has the server_id {ours} already"
    ))
    .why("the source ends the older of two readers with one server_id, again and again")
    .remedy("give the migration another name, or that replica another server_id")
    // a stream of ours that runs is there too
    .when(taken && context.is_new())
}

fn aurora_reader(context: &Context<'_>) -> Vec<Found> {
    Found::fail("the source has innodb_read_only on: it is a reader of a cluster")
        .why("a reader has no binlog")
        .remedy("name the writer in the block `source`")
        .when(context.source_facts().is_on("innodb_read_only") == Some(true))
}

fn log_slave_updates_on_replica(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let is_replica = matches!(context.source.activity.replica.known(), Some(Some(_)));
    let logs = ["log_replica_updates", "log_slave_updates"]
        .iter()
        .any(|name| facts.is_on(name) == Some(true));
    Found::fail("the source is a replica that does not write what it receives into its binlog")
        .why("the stream would see nothing of it")
        .remedy(
            "set log_replica_updates (log_slave_updates before 8.0.26) in its configuration and \
             restart it, or name its primary in `source`",
        )
        .when(is_replica && !logs)
}

fn replica_filters(context: &Context<'_>) -> Vec<Found> {
    let replica = context.source.activity.replica.known();
    let filters = replica
        .into_iter()
        .flatten()
        .flat_map(|one| one.filters.clone());
    Found::warning("the source is a replica that filters what it receives")
        .why("what it does not receive does not reach the destination either")
        .remedy("name its primary in `source`, or take the filters away")
        .if_any(filters)
}

fn replica_lag(context: &Context<'_>) -> Vec<Found> {
    const MUCH: u64 = 60;
    let replica = context.source.activity.replica.known();
    if let Some(reason) = context.source.activity.replica.refused() {
        return vec![
            Found::warning(format!(
                "whether the source is a replica could not be seen: {reason}"
            ))
            .why("one that lags gives a copy of an older moment than it seems")
            .remedy(grant::global("REPLICATION CLIENT", context.source_facts())),
        ];
    }
    let Some(status) = replica.and_then(Option::as_ref) else {
        return Vec::new();
    };
    let late = status.seconds_behind.is_some_and(|seconds| seconds > MUCH);
    let message = match status.seconds_behind {
        Some(seconds) if status.running => {
            format!("the source is a replica, {seconds} s behind its own source")
        }
        Some(_) | None => "the source is a replica that has stopped".to_owned(),
    };
    Found::warning(message)
        .why("the copy would be of an older moment than it seems")
        .remedy("wait until it has caught up, or name its primary in `source`")
        .when(late || !status.running)
}

fn destination_single_writer(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let group = facts
        .variable("group_replication_group_name")
        .is_some_and(|name| !name.is_empty());
    let several = group && facts.is_on("group_replication_single_primary_mode") == Some(false);
    Found::fail("the destination is a group in which several members are written to")
        .why("another member may refuse what we have committed, or write between our rows")
        .remedy(
            "SELECT group_replication_switch_to_single_primary_mode(); on the destination, for \
             the time of the migration",
        )
        .when(several || facts.is_on("wsrep_on") == Some(true))
}

fn migration_overlap(context: &Context<'_>) -> Vec<Found> {
    let claimed = &context.destination.claimed;
    let ours = context.selected().tables().filter_map(|table| {
        let there = context.names.table(&table.name);
        // names that differ by case only are looked for one by one
        let exact = claimed.get_key_value(&there);
        let folded = || {
            let folds = context.destination_facts().lower_case().folds();
            let mut claimed = claimed.iter().filter(|_| folds);
            claimed.find(|(name, _)| context.same_there(name, &there))
        };
        let (name, migration) = exact.or_else(folded)?;
        Some(format!("{} (migration {migration})", name.plain()))
    });
    Found::fail("another migration is at work on these tables of the destination")
        .why("two of them would overwrite each other")
        .remedy("map them to other names, or finish or destroy the other migration")
        .if_any(ours)
}

fn long_transactions(context: &Context<'_>) -> Vec<Found> {
    let answer = &context.source.activity.long_transactions;
    let facts = context.source_facts();
    if let Some(reason) = answer.refused() {
        return vec![
            Found::info(format!(
                "open transactions of the source could not be seen: {reason}"
            ))
            .why("a long one keeps a lock, or the copy, waiting")
            .remedy(grant::global("PROCESS", facts)),
        ];
    }
    let open = answer
        .known()
        .into_iter()
        .flatten()
        .map(|one| format!("connection {} ({} min)", one.connection, one.seconds / 60));
    let why = if context.has(Phase::Incremental) {
        "tables without a key are locked for a moment, which waits for them; a start without GTIDs \
         does so too"
    } else {
        "FLUSH TABLES WITH READ LOCK waits for their statements, and everybody else waits for it"
    };
    Found::warning("transactions have been open on the source for five minutes and more")
        .why(why)
        .remedy("end them before apply, or begin when they are over")
        .if_any(open)
}

fn metadata_lock_wait(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    if let Some(reason) = context.source.activity.awaited_tables.refused() {
        return vec![
            Found::info(format!(
                "whether somebody waits for a table's definition could not be seen: {reason}"
            ))
            .why("whoever reads such a table waits behind him, and so does the copy")
            .remedy(format!(
                "GRANT SELECT ON `performance_schema`.`metadata_locks` TO {};",
                grant::account(facts)
            )),
        ];
    }
    let awaited = context.source.activity.awaited_tables.known();
    let selected = |name: &&crate::mysql::TableName| context.selected().table(name).is_some();
    let awaited = awaited.into_iter().flatten().filter(selected);
    Found::warning("somebody waits for the definition of these tables")
        .why("whoever reads them next waits behind him, and so does the copy")
        .remedy(
            "let that statement end (performance_schema.metadata_locks shows who holds the lock)",
        )
        .if_any(awaited.map(crate::mysql::TableName::plain))
}

fn clock_skew(context: &Context<'_>) -> Vec<Found> {
    const MUCH: i64 = 2_000;
    let ahead = context.destination.activity.clock_ahead.unwrap_or(0);
    let word = if ahead > 0 { "ahead of" } else { "behind" };
    Found::info(format!(
        "the destination's clock is about {} s {word} the source's",
        (ahead.abs() + 500) / 1000
    ))
    .why("lag is corrected by it; what the application takes from NOW() changes with the switch")
    .remedy("let both follow the same time (NTP)")
    .when(ahead.abs() > MUCH)
}

fn undo_history(context: &Context<'_>) -> Vec<Found> {
    const MUCH: u64 = 1_000_000;
    let length = context.source.activity.history_length.known().copied();
    let length = length.unwrap_or(0);
    Found::info(format!("the source keeps {length} old versions of rows"))
        .why("the copy's snapshot adds to them, and reading gets slower")
        .remedy("find the transaction that keeps them, or copy when there is less writing")
        .when(length > MUCH)
}
