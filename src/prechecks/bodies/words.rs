//! Words, by the version in which they changed. Tried on servers of 5.6 and 9.7; the versions
//! between are the manual's.

use super::Version;

/// Words that became reserved. Two that were reserved in some releases only are left out: `MANUAL`
/// and `PARALLEL`.
pub(in crate::prechecks) const RESERVED: &[(&str, Version)] = &[
    ("CUBE", (8, 0, 1)),
    ("CUME_DIST", (8, 0, 2)),
    ("DENSE_RANK", (8, 0, 2)),
    ("EMPTY", (8, 0, 4)),
    ("EXCEPT", (8, 0, 0)),
    ("EXTERNAL", (9, 4, 0)),
    ("FIRST_VALUE", (8, 0, 2)),
    ("FUNCTION", (8, 0, 1)),
    ("GENERATED", (5, 7, 6)),
    ("GROUPING", (8, 0, 1)),
    ("GROUPS", (8, 0, 2)),
    ("INTERSECT", (8, 0, 31)),
    ("JSON_TABLE", (8, 0, 4)),
    ("LAG", (8, 0, 2)),
    ("LAST_VALUE", (8, 0, 2)),
    ("LATERAL", (8, 0, 14)),
    ("LEAD", (8, 0, 2)),
    ("LIBRARY", (9, 4, 0)),
    ("NTH_VALUE", (8, 0, 2)),
    ("NTILE", (8, 0, 2)),
    ("OF", (8, 0, 1)),
    ("OPTIMIZER_COSTS", (5, 7, 5)),
    ("OVER", (8, 0, 2)),
    ("PERCENT_RANK", (8, 0, 2)),
    ("QUALIFY", (8, 4, 0)),
    ("RANK", (8, 0, 2)),
    ("RECURSIVE", (8, 0, 1)),
    ("ROW", (8, 0, 2)),
    ("ROWS", (8, 0, 2)),
    ("ROW_NUMBER", (8, 0, 2)),
    ("STORED", (5, 7, 6)),
    ("SYSTEM", (8, 0, 3)),
    ("TABLESAMPLE", (8, 4, 0)),
    ("VIRTUAL", (5, 7, 6)),
    ("WINDOW", (8, 0, 2)),
];

/// System variables that were removed. A program that names one cannot be created (error 1193).
pub(super) const VARIABLES: &[(&str, Version)] = &[
    (
        "storage_engine timed_mutexes thread_concurrency innodb_additional_mem_pool_size \
         innodb_use_sys_malloc innodb_mirrored_log_groups",
        (5, 7, 5),
    ),
    (
        "tx_isolation tx_read_only query_cache_size query_cache_type query_cache_limit \
         query_cache_min_res_unit query_cache_wlock_invalidate log_warnings sync_frm secure_auth \
         max_tmp_tables multi_range_count ignore_builtin_innodb innodb_file_format \
         innodb_file_format_check innodb_file_format_max innodb_large_prefix innodb_support_xa \
         old_passwords have_crypt date_format datetime_format time_format \
         metadata_locks_cache_size metadata_locks_hash_instances \
         innodb_locks_unsafe_for_binlog innodb_undo_logs innodb_stats_sample_pages \
         innodb_checksums",
        (8, 0, 11),
    ),
    (
        "expire_logs_days avoid_temporal_upgrade show_old_temporals log_bin_use_v1_row_events \
         have_openssl have_ssl master_info_repository relay_log_info_repository \
         slave_rows_search_algorithms",
        (8, 4, 0),
    ),
];

/// Built-in functions that were removed, in lower case.
pub(super) const FUNCTIONS: &[(&str, Version)] = &[
    ("old_password", (5, 7, 5)),
    (
        "encrypt encode decode des_encrypt des_decrypt area asbinary astext aswkb aswkt \
         buffer centroid crosses dimension endpoint envelope equals exteriorring \
         geomcollfromtext geomcollfromwkb geometrycollectionfromtext geometrycollectionfromwkb \
         geometryfromtext geometryfromwkb geometryn geometrytype geomfromtext geomfromwkb glength \
         interiorringn isclosed isempty issimple linefromtext linefromwkb linestringfromtext \
         linestringfromwkb mlinefromtext mlinefromwkb mpointfromtext mpointfromwkb mpolyfromtext \
         mpolyfromwkb multilinestringfromtext multilinestringfromwkb multipointfromtext \
         multipointfromwkb multipolygonfromtext multipolygonfromwkb numgeometries \
         numinteriorrings numpoints overlaps pointfromtext pointfromwkb pointn polyfromtext \
         polyfromwkb polygonfromtext polygonfromwkb srid startpoint touches x y contains disjoint \
         intersects within mbrequal",
        (8, 0, 11),
    ),
    ("wait_until_sql_thread_after_gtids", (8, 4, 0)),
];

/// SQL modes that 8.0 removed.
pub(super) const MODES: [&str; 11] = [
    "DB2",
    "MAXDB",
    "MSSQL",
    "MYSQL323",
    "MYSQL40",
    "NO_AUTO_CREATE_USER",
    "NO_FIELD_OPTIONS",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "ORACLE",
    "POSTGRESQL",
];
