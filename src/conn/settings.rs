//! The one list of session settings.
//!
//! `init_connect`, configuration files and defaults may set anything, so whatever a statement of
//! ours depends on is set here, after the login, and tested against real servers.

use crate::{
    mysql::{Flavor, Role, ServerVersion},
    sql::GUARD,
};

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Catalogs, facts, the ledger: text in utf8mb4.
    Inspect,
    /// Rows of the source or destination, every string in its column's own bytes.
    ReadRows,
    /// Rows into the destination.
    WriteRows,
    /// The same, and rows of the destination, every string in its column's own bytes.
    ApplyRows,
    /// Definitions on the destination.
    Define,
}

/// Modes under which rows go in unchanged: without the first, id 0 would become the next
/// `AUTO_INCREMENT` value; the second admits 2024-02-30; zero dates need the absence of `NO_ZERO_*`.
pub const ROW_SQL_MODE: &str =
    "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION";

/// One setting: a variable, its value as SQL, and the first version that has it.
struct Setting {
    variable: &'static str,
    value: &'static str,
    since: (u16, u16, u16),
}

const fn setting(variable: &'static str, value: &'static str) -> Setting {
    Setting {
        variable,
        value,
        since: (0, 0, 0),
    }
}

const fn since(
    major: u16,
    minor: u16,
    patch: u16,
    variable: &'static str,
    value: &'static str,
) -> Setting {
    Setting {
        variable,
        value,
        since: (major, minor, patch),
    }
}

impl Setting {
    /// Whether the server has the variable. Another vendor's counts its versions in its own way: it is
    /// asked what it is, and refused.
    fn known(&self, version: &ServerVersion) -> bool {
        let (major, minor, patch) = self.since;
        match version.flavor {
            Flavor::MySql => version.at_least(major, minor, patch),
            Flavor::MariaDb => self.since == (0, 0, 0),
        }
    }
}

/// How long, in seconds, a session may be idle: a reader that waits for another's table, or the
/// session behind a copy that takes days. The longest that every platform's server takes.
pub(super) const WAIT_TIMEOUT: usize = 2_147_483;

const EVERYWHERE: &[Setting] = &[
    setting("time_zone", "'+00:00'"),
    // one that was fixed would fix UTC_TIMESTAMP, and so the age of the lease
    setting("timestamp", "DEFAULT"),
    setting("autocommit", "1"),
    // else COMMIT might begin another transaction, or end the connection
    setting("completion_type", "0"),
    setting("wait_timeout", "2147483"),
    setting("innodb_lock_wait_timeout", "50"),
    setting("sql_auto_is_null", "0"),
    setting("sql_notes", "1"),
    setting("sql_mode", "''"),
    setting("sql_safe_updates", "0"),
    setting("sql_select_limit", "18446744073709551615"),
    setting("sql_big_selects", "1"),
    setting("sql_quote_show_create", "1"),
    setting("group_concat_max_len", "4294967295"),
    setting("net_read_timeout", "600"),
    setting("net_write_timeout", "600"),
    setting("lock_wait_timeout", "30"),
    since(5, 7, 8, "max_execution_time", "0"),
    since(8, 0, 3, "information_schema_stats_expiry", "0"),
    since(
        8,
        0,
        30,
        "show_gipk_in_create_table_and_information_schema",
        "1",
    ),
    since(8, 3, 0, "explain_format", "'TRADITIONAL'"),
];

const DESTINATION_WRITES: &[Setting] = &[
    setting("foreign_key_checks", "0"),
    setting("unique_checks", "1"),
    // a parent's columns need no unique key before 8.4
    since(8, 4, 0, "restrict_fk_on_non_standard_key", "0"),
    // a tenth less for an index after the copy than with the usual 1 MiB; never less than the server's
    since(
        8,
        0,
        27,
        "innodb_ddl_buffer_size",
        "CAST(GREATEST(@@GLOBAL.innodb_ddl_buffer_size, 16777216) AS UNSIGNED)",
    ),
];

/// Settings that from 8.0.14 on take a privilege (`SESSION_VARIABLES_ADMIN`), and so are only set
/// where the server's own value is another.
const GUARDED: &[Setting] = &[
    setting("innodb_strict_mode", "0"),
    since(5, 7, 0, "explicit_defaults_for_timestamp", "1"),
    since(8, 0, 13, "sql_require_primary_key", "0"),
    since(8, 0, 30, "sql_generate_invisible_primary_key", "0"),
];

/// The guarded settings of a session, each as its variable, its value, and the statement that sets
/// it; empty where the session writes nothing.
pub(super) fn guarded(
    role: Role,
    purpose: Purpose,
    version: &ServerVersion,
) -> Vec<(&'static str, &'static str, String)> {
    let writes = match purpose {
        Purpose::Inspect | Purpose::ReadRows => false,
        Purpose::WriteRows | Purpose::ApplyRows | Purpose::Define => true,
    };
    GUARDED
        .iter()
        .filter(|_| role == Role::Destination && writes)
        .filter(|setting| setting.known(version))
        .map(|setting| {
            let statement = format!("SET SESSION {} = {}", setting.variable, setting.value);
            (setting.variable, setting.value, statement)
        })
        .collect()
}

/// The statements that set a fresh session up, in order.
pub(super) fn statements(
    role: Role,
    purpose: Purpose,
    version: &ServerVersion,
    write_binlog: bool,
) -> Vec<String> {
    let mut assignments: Vec<String> = Vec::new();
    let mut add = |list: &[Setting]| {
        for entry in list {
            if entry.known(version) {
                assignments.push(format!("SESSION {} = {}", entry.variable, entry.value));
            }
        }
    };
    add(EVERYWHERE);
    let writes = match purpose {
        Purpose::Inspect | Purpose::ReadRows => false,
        Purpose::WriteRows | Purpose::ApplyRows | Purpose::Define => true,
    };
    if role == Role::Destination && writes {
        add(DESTINATION_WRITES);
        assignments.push(format!("SESSION sql_mode = '{ROW_SQL_MODE}'"));
        // the full copy alone may be kept out of it
        if !write_binlog && purpose == Purpose::WriteRows {
            assignments.push("SESSION sql_log_bin = 0".to_owned());
        }
    }
    // keeps guarded triggers quiet
    if role == Role::Destination && writes {
        assignments.push(format!("{GUARD} = 1"));
    }
    let isolation = match (role, purpose) {
        (Role::Source, _) | (_, Purpose::ReadRows) => "REPEATABLE READ",
        (
            Role::Destination,
            Purpose::Inspect | Purpose::WriteRows | Purpose::ApplyRows | Purpose::Define,
        ) => "READ COMMITTED",
    };
    let mut statements = vec![
        // init_connect may have begun a transaction, and completion_type may end the connection with it
        "ROLLBACK AND NO CHAIN NO RELEASE".to_owned(),
        "SET NAMES utf8mb4".to_owned(),
        format!("SET {}", assignments.join(", ")),
        format!("SET SESSION TRANSACTION ISOLATION LEVEL {isolation}, READ WRITE"),
    ];
    if matches!(purpose, Purpose::ReadRows | Purpose::ApplyRows) {
        statements.push("SET SESSION character_set_results = NULL".to_owned());
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_vendors_server_is_told_nothing_that_it_does_not_know() {
        let sets = |version: &str| {
            let version = ServerVersion::parse(version, "");
            statements(Role::Source, Purpose::Inspect, &version, true).join("; ")
        };
        assert!(sets("9.7.4").contains("max_execution_time"));
        // it answers 1193, and would never be refused for what it is
        let other = sets("10.11.19-MariaDB-0+deb12u1");
        for unknown in ["max_execution_time", "information_schema_stats_expiry"] {
            assert!(!other.contains(unknown), "{other}");
        }
    }
}
