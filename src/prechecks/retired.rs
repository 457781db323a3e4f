//! Settings of the source that the destination's release no longer has.

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
};

pub(super) const ASSESSMENT: &[Check] = &[Check {
    id: "removed_sysvars",
    phases: SCHEMA,
    run: removed_sysvars,
}];

/// Variables that were removed between 5.6 and 9.7 and that somebody may have set, with their
/// defaults in the releases that had them.
pub(super) const REMOVED: &[(&str, &[&str])] = &[
    ("avoid_temporal_upgrade", &["OFF"]),
    (
        "binlog_transaction_dependency_tracking",
        &["COMMIT_ORDER", "WRITESET"],
    ),
    ("expire_logs_days", &["0"]),
    ("innodb_additional_mem_pool_size", &["8388608"]),
    ("innodb_checksums", &["ON"]),
    ("innodb_file_format", &["Antelope", "Barracuda"]),
    ("innodb_file_format_check", &["ON"]),
    ("innodb_large_prefix", &["OFF", "ON"]),
    ("innodb_locks_unsafe_for_binlog", &["OFF"]),
    ("innodb_stats_sample_pages", &["8"]),
    ("innodb_support_xa", &["ON"]),
    ("innodb_undo_logs", &["128"]),
    ("innodb_use_sys_malloc", &["ON"]),
    ("log_bin_use_v1_row_events", &["OFF"]),
    ("log_warnings", &["1", "2"]),
    ("master_info_repository", &["FILE", "TABLE"]),
    ("max_tmp_tables", &["32"]),
    ("multi_range_count", &["256"]),
    ("old_passwords", &["0"]),
    ("query_cache_limit", &["1048576"]),
    ("query_cache_type", &["OFF"]),
    ("secure_auth", &["ON"]),
    ("show_compatibility_56", &["OFF"]),
    (
        "slave_rows_search_algorithms",
        &["TABLE_SCAN,INDEX_SCAN", "INDEX_SCAN,HASH_SCAN"],
    ),
    ("sync_frm", &["ON"]),
    ("thread_concurrency", &["10"]),
    ("timed_mutexes", &["OFF"]),
    ("tx_isolation", &["REPEATABLE-READ"]),
];

fn removed_sysvars(context: &Context<'_>) -> Vec<Found> {
    let (source, destination) = (context.source_facts(), context.destination_facts());
    let set = REMOVED.iter().filter_map(|(name, defaults)| {
        let value = source.variable(name)?;
        let usual = defaults.iter().any(|one| one.eq_ignore_ascii_case(value));
        let gone = destination.variable(name).is_none();
        (gone && !usual).then(|| format!("{name} = {value}"))
    });
    Found::info("the source sets variables that the destination does not have")
        .why("a configuration that is copied with them keeps the server from starting")
        .remedy("take them out of it; what they did is in the destination's release notes")
        .if_any(set)
}
