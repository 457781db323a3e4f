//! Where a stream goes on, and what it will have to carry.

use super::{
    INCREMENTAL,
    context::{Check, Context},
    finding::Found,
};
use crate::units::Bytes;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "gtid_purged_covers",
        phases: INCREMENTAL,
        run: gtid_purged_covers,
    },
    Check {
        id: "binlog_position_exists",
        phases: INCREMENTAL,
        run: binlog_position_exists,
    },
    Check {
        id: "statement_events_present",
        phases: INCREMENTAL,
        run: statement_events_present,
    },
    Check {
        id: "binlog_peak_volume",
        phases: INCREMENTAL,
        run: binlog_peak_volume,
    },
];

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "binlog_large_transaction",
        phases: INCREMENTAL,
        run: binlog_large_transaction,
    },
    Check {
        id: "binlog_row_metadata",
        phases: INCREMENTAL,
        run: binlog_row_metadata,
    },
    Check {
        id: "binlog_disk_autopurge",
        phases: INCREMENTAL,
        run: binlog_disk_autopurge,
    },
    Check {
        id: "binlog_reader_limits",
        phases: INCREMENTAL,
        run: binlog_reader_limits,
    },
    Check {
        id: "replica_multi_threaded_gap",
        phases: INCREMENTAL,
        run: replica_multi_threaded_gap,
    },
];

const AGAIN: &str = "let `source` name a server that has them; else `cutover destroy`, and apply \
                     again, which copies everything";

fn gtid_purged_covers(context: &Context<'_>) -> Vec<Found> {
    let Some(place) = context.source.activity.place.known() else {
        return Vec::new();
    };
    let mut found = Found::fail(format!(
        "the source has purged transactions that the stream has not read: {}",
        place.purged
    ))
    .why("a stream cannot pass over them")
    .remedy(AGAIN)
    .when(!place.purged.is_empty());
    found.extend(
        Found::fail(format!(
            "the source does not have transactions that are on the destination: {}",
            place.lost
        ))
        .why("it is another server, or was set back, and the two no longer have one history")
        .remedy(AGAIN)
        .when(!place.lost.is_empty()),
    );
    found
}

fn binlog_position_exists(context: &Context<'_>) -> Vec<Found> {
    let place = context.source.activity.place.known();
    let gone = place.and_then(|place| place.file.as_deref());
    Found::fail(format!(
        "the source no longer has the binlog that the stream is in ({})",
        gone.unwrap_or_default()
    ))
    .why("what it held behind the stream's place cannot be read any more")
    .remedy(AGAIN)
    .when(gone.is_some())
}

fn statement_events_present(context: &Context<'_>) -> Vec<Found> {
    let logged = context.source.activity.logged_statements.known();
    let named = logged.into_iter().flatten().map(|name| {
        if name.is_empty() {
            "(no database)".to_owned()
        } else {
            name.clone()
        }
    });
    Found::warning("the source's binlog holds statements that change rows, instead of the rows")
        .why("the stream stops at the first such statement on a selected table")
        .remedy(
            "SET GLOBAL binlog_format = ROW; on the source, and let its clients connect anew; or \
             find the one that sets its own binlog_format",
        )
        .if_any(named)
}

fn binlog_peak_volume(context: &Context<'_>) -> Vec<Found> {
    const MUCH: u64 = 15 << 20;
    let rate = context.source.activity.binlog_rate.known().copied();
    let rate = rate.unwrap_or(0);
    Found::warning(format!(
        "the source has written {} of binlog a second since it was started",
        Bytes(rate).rounded()
    ))
    .why("at its peaks it writes more than a stream may carry, and the lag grows")
    .remedy("try the stream beside the application before a date is set; see `cutover status`")
    .when(rate > MUCH)
}

/// A transaction is never divided between two files, so a file is too large by at most one.
fn binlog_large_transaction(context: &Context<'_>) -> Vec<Found> {
    const LARGE: u64 = 1 << 30;
    let limit = context.source_facts().number::<u64>("max_binlog_size");
    let (Some(limit), Some((file, bytes))) = (limit, &context.source.activity.largest_binlog)
    else {
        return Vec::new();
    };
    let least = bytes.saturating_sub(limit);
    Found::info(format!(
        "{file} holds a transaction of {} at least",
        Bytes(least).rounded()
    ))
    .why("one as large is applied in parts, and lag grows meanwhile")
    .remedy("change rows in batches on the source while the migration runs")
    .when(least > LARGE)
}

fn binlog_row_metadata(context: &Context<'_>) -> Vec<Found> {
    let minimal = context
        .source_facts()
        .variable("binlog_row_metadata")
        .is_some_and(|value| value.eq_ignore_ascii_case("MINIMAL"));
    Found::info("row changes in the source's binlog do not name their columns")
        .why("the stream follows each ALTER TABLE by itself, and needs no names")
        .remedy("SET GLOBAL binlog_row_metadata = FULL; on the source has them checked as well")
        .when(minimal)
}

fn binlog_disk_autopurge(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let never = ["binlog_expire_logs_seconds", "expire_logs_days"]
        .iter()
        .all(|name| facts.number::<u64>(name).unwrap_or(0) == 0);
    Found::info("the source never purges binlogs by their age")
        .why("they fill its disk until somebody purges them, perhaps those that are still needed")
        .remedy("watch its disk; purge only what `cutover status` shows to be behind the stream")
        .when(never && facts.is_on("log_bin") == Some(true))
}

fn binlog_reader_limits(context: &Context<'_>) -> Vec<Found> {
    const MANY: usize = 8;
    let readers = context.source.activity.replica_ids.known();
    let count = readers.map_or(0, Vec::len);
    Found::info(format!("{count} others read the source's binlog"))
        .why("each reads every byte of it, over the same disk and network")
        .remedy("name one of the replicas in `source`, with log_replica_updates on")
        .when(count >= MANY)
}

fn replica_multi_threaded_gap(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let replica = matches!(context.source.activity.replica.known(), Some(Some(_)));
    let workers = ["replica_parallel_workers", "slave_parallel_workers"]
        .iter()
        .find_map(|name| facts.number::<u64>(name))
        .unwrap_or(0);
    let ordered = [
        "replica_preserve_commit_order",
        "slave_preserve_commit_order",
    ]
    .iter()
    .any(|name| facts.is_on(name) == Some(true));
    Found::info("the source is a replica that commits in another order than its primary")
        .why("the destination passes through states that the primary never had, and ends alike")
        .remedy("SET GLOBAL replica_preserve_commit_order = ON; on the source")
        .when(replica && workers > 1 && !ordered)
}
