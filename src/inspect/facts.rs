//! What the server is, apart from what it holds.

use std::collections::{BTreeMap, BTreeSet};

use super::position::position;
use crate::{
    catalog::{Grants, ServerFacts, TlsSession},
    conn::{Result, Session},
};

/// The global variables that checks and plans look at. None of them can hold a secret.
const VARIABLES: &[&str] = &[
    "authentication_policy",
    "auto_increment_increment",
    "auto_increment_offset",
    "avoid_temporal_upgrade",
    "binlog_checksum",
    "binlog_encryption",
    "binlog_expire_logs_seconds",
    "binlog_format",
    "binlog_row_image",
    "binlog_row_metadata",
    "binlog_row_value_options",
    "binlog_rows_query_log_events",
    "binlog_space_limit",
    "binlog_transaction_compression",
    "binlog_transaction_dependency_tracking",
    "character_set_server",
    "collation_server",
    "default_authentication_plugin",
    "default_collation_for_utf8mb4",
    "default_storage_engine",
    "disabled_storage_engines",
    "encdb",
    "enforce_gtid_consistency",
    "event_scheduler",
    "expire_logs_days",
    "explicit_defaults_for_timestamp",
    "foreign_key_checks",
    "ft_min_word_len",
    "group_replication_group_name",
    "group_replication_single_primary_mode",
    "gtid_mode",
    "hostname",
    "innodb_additional_mem_pool_size",
    "innodb_autoinc_lock_mode",
    "innodb_buffer_pool_size",
    "innodb_checksums",
    "innodb_default_row_format",
    "innodb_file_format",
    "innodb_file_format_check",
    "innodb_flush_log_at_trx_commit",
    "innodb_ft_min_token_size",
    "innodb_large_prefix",
    "innodb_locks_unsafe_for_binlog",
    "innodb_native_foreign_keys",
    "innodb_page_size",
    "innodb_read_only",
    "innodb_stats_sample_pages",
    "innodb_strict_mode",
    "innodb_support_xa",
    "innodb_undo_logs",
    "innodb_use_sys_malloc",
    "local_infile",
    "log_bin",
    "log_bin_trust_function_creators",
    "log_bin_use_v1_row_events",
    "log_replica_updates",
    "log_slave_updates",
    "log_warnings",
    "loose_encdb",
    "lower_case_table_names",
    "master_info_repository",
    "max_allowed_packet",
    "max_binlog_size",
    "max_binlog_total_size",
    "max_connect_errors",
    "max_connections",
    "max_execution_time",
    "max_tmp_tables",
    "max_user_connections",
    "multi_range_count",
    "net_write_timeout",
    "ngram_token_size",
    "old_passwords",
    "partial_revokes",
    "port",
    "query_cache_limit",
    "query_cache_type",
    "read_only",
    "replica_parallel_workers",
    "replica_preserve_commit_order",
    "restrict_fk_on_non_standard_key",
    "secure_auth",
    "server_id",
    "server_uuid",
    "show_compatibility_56",
    "slave_parallel_workers",
    "slave_preserve_commit_order",
    "slave_rows_search_algorithms",
    "sql_generate_invisible_primary_key",
    "sql_mode",
    "sql_require_primary_key",
    "super_read_only",
    "sync_binlog",
    "sync_frm",
    "system_time_zone",
    "table_open_cache",
    "thread_concurrency",
    "time_zone",
    "timed_mutexes",
    "transaction_isolation",
    "tx_isolation",
    "unique_checks",
    "wsrep_on",
];

const STATUS: &[&str] = &["Threads_connected", "Threads_running"];

/// Everything about the server and our account on it.
///
/// # Errors
/// A connection that is lost.
pub async fn server_facts(session: &mut Session, address: &str) -> Result<ServerFacts> {
    let position = position(session).await?;
    let comment: String = session.one("SELECT @@version_comment").await?;
    let account: String = session.one("SELECT CURRENT_USER()").await?;
    let variables = variables(session).await?;
    let grants: Vec<String> = session.rows("SHOW GRANTS").await?;
    let named = |name: &str| variables.get(name).cloned().unwrap_or_default();
    Ok(ServerFacts {
        address: address.to_owned(),
        version: session.version().clone(),
        version_comment: comment,
        server_uuid: named("server_uuid"),
        hostname: named("hostname"),
        port: named("port").parse().unwrap_or_default(),
        account,
        tls: tls(session).await?,
        status: status(session).await?,
        grants: Grants::parse(grants.iter().map(String::as_str)),
        privileges: privileges(session).await?,
        charsets: names(
            session,
            "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS",
        )
        .await?,
        collations: names(
            session,
            "SELECT COLLATION_NAME FROM information_schema.COLLATIONS",
        )
        .await?,
        engines: names(
            session,
            "SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')",
        )
        .await?,
        plugins: names(
            session,
            "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE PLUGIN_STATUS = 'ACTIVE'",
        )
        .await?,
        absent_functions: absent_functions(session).await?,
        named_time_zones: session
            .one::<Option<String>>("SELECT CONVERT_TZ('2000-01-01', 'UTC', 'Europe/Berlin')")
            .await?
            .is_some(),
        accounts: accounts(session).await?,
        variables,
        position_after: position.clone(),
        position_before: position,
    })
}

async fn variables(session: &mut Session) -> Result<BTreeMap<String, String>> {
    let all: Vec<(String, String)> = session.rows("SHOW GLOBAL VARIABLES").await?;
    Ok(all
        .into_iter()
        .filter(|(name, _)| VARIABLES.contains(&name.as_str()))
        .collect())
}

async fn status(session: &mut Session) -> Result<BTreeMap<String, u64>> {
    let all: Vec<(String, String)> = session
        .rows("SHOW GLOBAL STATUS LIKE 'Threads\\_%'")
        .await?;
    Ok(all
        .into_iter()
        .filter(|(name, _)| STATUS.contains(&name.as_str()))
        .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
        .collect())
}

/// What the connection was negotiated to be; `None` for plain text.
pub async fn tls(session: &mut Session) -> Result<Option<TlsSession>> {
    let found: BTreeMap<String, String> = session
        .rows::<(String, String)>("SHOW SESSION STATUS LIKE 'Ssl\\_%'")
        .await?
        .into_iter()
        .collect();
    let value = |name: &str| found.get(name).filter(|value| !value.is_empty()).cloned();
    Ok(value("Ssl_cipher").map(|cipher| TlsSession {
        version: value("Ssl_version").unwrap_or_default(),
        cipher,
    }))
}

async fn names(session: &mut Session, query: &str) -> Result<BTreeSet<String>> {
    Ok(session.rows::<String>(query).await?.into_iter().collect())
}

/// From 9.6 on a component has these.
async fn absent_functions(session: &mut Session) -> Result<BTreeSet<String>> {
    // such a function does not exist; or: it could only be one of a database, and none is in use
    const UNKNOWN: [u16; 2] = [1305, 1046];
    let mut absent = BTreeSet::new();
    for function in ["md5", "sha", "sha1"] {
        let found = session
            .one::<String>(&format!("SELECT {function}('')"))
            .await;
        match found {
            Ok(_) => {}
            Err(error) if error.code().is_some_and(|code| UNKNOWN.contains(&code)) => {
                absent.insert(function.to_owned());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(absent)
}

/// Every privilege that the server knows, dynamic ones included.
async fn privileges(session: &mut Session) -> Result<BTreeSet<String>> {
    let rows: Vec<(String, String, String)> = session.rows("SHOW PRIVILEGES").await?;
    Ok(rows
        .into_iter()
        .map(|(name, _, _)| name.to_ascii_uppercase())
        .collect())
}

/// `None` where this account may not read `mysql.user`.
async fn accounts(session: &mut Session) -> Result<Option<BTreeSet<String>>> {
    const REFUSED: [u16; 4] = [1044, 1142, 1143, 1146];
    match names(session, "SELECT CONCAT(User, '@', Host) FROM mysql.user").await {
        Ok(accounts) => Ok(Some(accounts)),
        Err(error) if error.code().is_some_and(|code| REFUSED.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
}
